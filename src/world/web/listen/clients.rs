//! The clients of a listener: when there is no room for another, the one that has been waited for
//! longest goes. So nobody keeps others out by saying nothing, or by taking nothing of an answer.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// Room for so many clients, and those of them that are waited for: their request is still to come,
/// or the rest of it, or they take nothing of their answer.
pub(super) struct Clients {
    room: Arc<Semaphore>,
    waited_for: Mutex<WaitedFor>,
    /// There is one more to be waited for.
    one_more: Notify,
}

#[derive(Default)]
struct WaitedFor {
    next: u64,
    /// The longest first; each is told here to go.
    by_age: BTreeMap<u64, Arc<Notify>>,
}

impl Clients {
    pub(super) fn new(most: usize) -> Arc<Self> {
        let room = Arc::new(Semaphore::new(most));
        Arc::new(Self { room, waited_for: Mutex::default(), one_more: Notify::new() })
    }

    /// Comes in, once there is room: another may have to go for that.
    pub(super) async fn come_in(self: &Arc<Self>) -> Client {
        let permit = loop {
            if let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() {
                break permit;
            }
            let longest = self.waited_for().by_age.pop_first();
            if let Some((_, go)) = longest {
                go.notify_one();
                break self.room().await;
            }
            tokio::select! {
                permit = self.room() => break permit,
                () = self.one_more.notified() => {}
            }
        };
        let place = Arc::new(Place {
            clients: Arc::clone(self),
            go: Arc::default(),
            age: Mutex::default(),
            is_answering: AtomicBool::new(false),
        });
        place.wait();
        Client { place, _permit: permit }
    }

    /// Waits until all are gone.
    pub(super) async fn all_gone(&self, most: usize) {
        let all = u32::try_from(most).unwrap_or(u32::MAX);
        drop(self.room.acquire_many(all).await);
    }

    /// Whether any client is waited for.
    #[cfg(test)]
    pub(super) fn wait_for_any(&self) -> bool {
        !self.waited_for().by_age.is_empty()
    }

    async fn room(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.room).acquire_owned().await.expect("the semaphore is never closed")
    }

    fn waited_for(&self) -> MutexGuard<'_, WaitedFor> {
        self.waited_for.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One client, until its connection ends.
pub(super) struct Client {
    place: Arc<Place>,
    _permit: OwnedSemaphorePermit,
}

impl Client {
    /// Another needs the room.
    pub(super) async fn has_to_go(&self) {
        self.place.go.notified().await;
    }

    /// The place, for what comes from it and goes to it.
    pub(super) fn place(&self) -> Arc<Place> {
        Arc::clone(&self.place)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.place.busy();
    }
}

/// A client's place among those that are waited for.
pub(super) struct Place {
    clients: Arc<Clients>,
    go: Arc<Notify>,
    age: Mutex<Option<u64>>,
    /// An answer is being written.
    is_answering: AtomicBool,
}

impl Place {
    /// The client is waited for from now on.
    fn wait(&self) {
        self.busy();
        let mut waited_for = self.clients.waited_for();
        let age = waited_for.next;
        waited_for.next += 1;
        waited_for.by_age.insert(age, Arc::clone(&self.go));
        drop(waited_for);
        *self.age() = Some(age);
        self.clients.one_more.notify_one();
    }

    /// The client waits for us.
    fn busy(&self) {
        if let Some(age) = self.age().take() {
            self.clients.waited_for().by_age.remove(&age);
        }
    }

    /// A request begins: until its body is read its client is waited for.
    pub(super) fn asks<B: Body>(self: &Arc<Self>, body: B) -> Turn<B> {
        if body.is_end_stream() {
            self.busy();
            return Turn { body, place: None, then: Place::busy };
        }
        self.wait();
        Turn { body, place: Some(Arc::clone(self)), then: Place::busy }
    }

    /// An answer begins: when it is written its client is waited for again.
    pub(super) fn is_answered<B: Body>(self: &Arc<Self>, body: B) -> Turn<B> {
        self.is_answering.store(true, Ordering::Relaxed);
        self.busy();
        let then = |place: &Self| {
            place.is_answering.store(false, Ordering::Relaxed);
            place.wait();
        };
        Turn { body, place: Some(Arc::clone(self)), then }
    }

    /// The client takes nothing of what is sent to it.
    pub(super) fn takes_nothing(&self) {
        self.wait();
    }

    /// It takes something again.
    pub(super) fn takes_again(&self) {
        if self.is_answering.load(Ordering::Relaxed) { self.busy() } else { self.wait() }
    }

    fn age(&self) -> MutexGuard<'_, Option<u64>> {
        self.age.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body, with what is to be done when it has ended or nobody wants it any more.
pub(super) struct Turn<B> {
    body: B,
    place: Option<Arc<Place>>,
    then: fn(&Place),
}

impl<B> Turn<B> {
    fn end(&mut self) {
        if let Some(place) = self.place.take() {
            (self.then)(&place);
        }
    }
}

impl<B> Drop for Turn<B> {
    fn drop(&mut self) {
        self.end();
    }
}

impl<B: Body + Unpin> Body for Turn<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.end();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
