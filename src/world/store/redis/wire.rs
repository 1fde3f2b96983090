//! A connection to Redis for threads that wait: each question has its time, connecting included,
//! and after one that failed the next connects anew.
//!
//! Connecting has a thread of its own, for nothing bounds how long a system looks up a name, nor
//! how long TLS takes. A question that finds it at work waits for it, too; one that takes too long
//! is left to itself, and another begun, a few at most.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::{Client, Connection, RedisError};

use super::super::{StoreError, StoreUrl};
use crate::model::limits::{REDIS_CONNECT_WAIT, REDIS_CONNECTING_MAX};
use crate::world::clock::Clock;
use crate::world::thread;

/// The least time that is left for an answer: none at all would mean for ever.
const ANSWER_WAIT_MIN: Duration = Duration::from_millis(1);

/// A connection that comes back by itself. One question at a time.
pub(super) struct Wire {
    connect: Arc<Connect>,
    wait: Duration,
    clock: Clock,
    link: Mutex<Link>,
}

/// Makes a connection, however long that takes.
type Connect = dyn Fn() -> Result<Connection, RedisError> + Send + Sync;

/// How far a connection is.
#[derive(Default)]
struct Link {
    open: Option<Connection>,
    /// One that is being made.
    coming: Option<Coming>,
}

/// A connection that is being made.
struct Coming {
    begun: jiff::SignedDuration,
    made: Receiver<Result<Connection, RedisError>>,
}

impl Wire {
    /// A connection to an address, made at the first question; each may take so long.
    pub(super) fn new(url: &StoreUrl, wait: Duration) -> Result<Self, StoreError> {
        let client = Client::open(url.secret())
            .map_err(|error| StoreError::Address { problem: error.to_string() })?;
        Ok(Self::with(move || client.get_connection_with_timeout(wait), wait))
    }

    fn with(
        connect: impl Fn() -> Result<Connection, RedisError> + Send + Sync + 'static,
        wait: Duration,
    ) -> Self {
        Self { connect: Arc::new(connect), wait, clock: Clock::start(), link: Mutex::default() }
    }

    /// Asks something. It is asked once more where the connection had ended meanwhile, so it must
    /// do no harm twice.
    pub(super) fn ask<T>(
        &self,
        question: impl Fn(&mut Connection) -> Result<T, RedisError>,
    ) -> Result<T, StoreError> {
        let until = self.clock.up() + self.wait.try_into().unwrap_or(jiff::SignedDuration::MAX);
        let left = || {
            let left = until - self.clock.up();
            (!left.is_negative()).then(|| left.unsigned_abs().max(ANSWER_WAIT_MIN))
        };
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        let was_open = link.open.is_some();
        let first = self.try_ask(&mut link, &question, left());
        match first {
            Err(error) if was_open && error.is_connection_dropped() => {
                self.try_ask(&mut link, &question, left())
            }
            first => first,
        }
        .map_err(|error| {
            let problem = if error.is_timeout() || left().is_none() {
                format!("it does not answer within {} ms", self.wait.as_millis())
            } else {
                error.to_string()
            };
            StoreError::Redis { problem }
        })
    }

    fn try_ask<T>(
        &self,
        link: &mut Link,
        question: impl Fn(&mut Connection) -> Result<T, RedisError>,
        left: Option<Duration>,
    ) -> Result<T, RedisError> {
        let left = left.unwrap_or(ANSWER_WAIT_MIN);
        let until = self.clock.up() + left.try_into().unwrap_or(jiff::SignedDuration::MAX);
        let mut connection = match link.open.take() {
            Some(connection) => connection,
            None => self.connect(link, left)?,
        };
        let left = (until - self.clock.up()).max(jiff::SignedDuration::ZERO).unsigned_abs();
        let left = left.max(ANSWER_WAIT_MIN);
        connection.set_read_timeout(Some(left))?;
        connection.set_write_timeout(Some(left))?;
        let answer = question(&mut connection);
        // What comes late would be taken for the answer to the next question.
        let is_usable = answer.as_ref().err().is_none_or(|error| error.code().is_some());
        if is_usable {
            link.open = Some(connection);
        }
        answer
    }

    /// Waits for a connection so long at most. One that takes longer goes on being made, and is
    /// there for the next question; one that failed meanwhile is begun anew.
    fn connect(&self, link: &mut Link, left: Duration) -> Result<Connection, RedisError> {
        let began = link.coming.take();
        let failed = began.as_ref().and_then(|coming| coming.made.try_recv().ok());
        let coming = match (began, failed) {
            (_, Some(Ok(connection))) => return Ok(connection),
            (Some(coming), None) if !self.is_hopeless(&coming) => coming,
            (_, None | Some(Err(_))) => self.begin_to_connect()?,
        };
        match coming.made.recv_timeout(left) {
            Ok(connected) => connected,
            Err(RecvTimeoutError::Timeout) => {
                link.coming = Some(coming);
                Err(io::Error::from(io::ErrorKind::TimedOut).into())
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(io::Error::from(io::ErrorKind::NotConnected).into())
            }
        }
    }

    /// Whether it takes so long that another may come sooner. Each that is being made holds what
    /// makes it.
    fn is_hopeless(&self, coming: &Coming) -> bool {
        let are_few = Arc::strong_count(&self.connect) <= REDIS_CONNECTING_MAX;
        are_few && self.clock.up() - coming.begun > REDIS_CONNECT_WAIT
    }

    fn begin_to_connect(&self) -> Result<Coming, RedisError> {
        let begun = self.clock.up();
        let (connect, (done, made)) = (Arc::clone(&self.connect), sync_channel(1));
        let connecting = move || {
            // Nobody may wait for it any more.
            let _ = done.send(connect());
        };
        // It ends with what it does: nothing is lost when the program does before.
        drop(thread::start("redis", None, connecting).map_err(io::Error::other)?);
        Ok(Coming { begun, made })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_name_that_is_looked_up_for_ever_holds_up_no_question() {
        let (release, released) = channel::<()>();
        let (released, begun) = (Mutex::new(released), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&begun);
        let connect = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            released.lock().expect("one at a time").recv().ok();
            Err(io::Error::from(io::ErrorKind::ConnectionRefused).into())
        };
        let wire = Wire::with(connect, Duration::from_millis(20));
        let ask = || wire.ask(|_| Ok(())).expect_err("nobody is there").to_string();
        assert!(ask().contains("does not answer within 20 ms"), "{}", ask());
        while begun.load(Ordering::SeqCst) == 0 {
            ask();
        }
        ask();
        assert_eq!(begun.load(Ordering::SeqCst), 1, "it is looked up once");
        drop(release);
        // What failed meanwhile is no answer to a later question: it is tried anew.
        while begun.load(Ordering::SeqCst) < 3 {
            ask();
        }
    }
}
