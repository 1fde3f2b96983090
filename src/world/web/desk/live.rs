//! One show as it changes, by server-sent events.
//!
//! A connection is asked for its next event only when the one before is on its way, so a slow
//! reader gets fewer views, and nothing waits for it. Nor does a connection wait long for a slow
//! show: its view is made in a task of its own, once for all who watch, and told when it is there.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, watch};
use tokio::time::{sleep, timeout};

use super::looking::{told_events, view_of};
use super::{Desk, Meant, refuse};
use crate::model::channel::ShowId;
use crate::model::limits::{
    DESK_ALIVE_EVERY, DESK_EVENTS_MAX, DESK_LIVE_MAX, DESK_LOOK_EVERY, DESK_VIEW_EVERY,
    DESK_VIEW_WAIT, OPERATOR_WAIT,
};

/// The newest view of each show that somebody watches: all who watch it share it.
#[derive(Default)]
pub(super) struct Views {
    of: Mutex<BTreeMap<ShowId, Shared>>,
}

/// Whoever makes the view holds it; the others wait for that, but not for ever.
type Shared = Arc<AsyncMutex<Option<Arc<View>>>>;

/// A view, as text.
struct View {
    /// When it was made, on the interval clock.
    made: SignedDuration,
    /// The same on the wall clock, in milliseconds.
    at: i64,
    /// All but that, as JSON.
    rest: String,
}

impl View {
    fn text(&self) -> String {
        format!(r#"{{"at":{},{}"#, self.at, self.rest.get(1..).unwrap_or_default())
    }
}

impl Views {
    /// The newest view of a show, and the right to make the next.
    fn of(&self, desk: &Desk, show: &ShowId) -> Shared {
        let mut all = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(show) {
            // Of shows that are over none is kept.
            let there = desk.shows.ids();
            all.retain(|show, _| there.contains(show));
        }
        Arc::clone(all.entry(show.clone()).or_default())
    }
}

/// A view that is no older than the shortest time between two; none where the show is busy, or
/// takes longer than a connection waits.
async fn newest(desk: &Arc<Desk>, show: &ShowId) -> Option<Arc<View>> {
    let cell = desk.views.of(desk, show);
    let getting = async {
        let kept = cell.lock_owned().await;
        let fresh = kept.as_ref().filter(|view| (desk.now)().up - view.made < DESK_VIEW_EVERY);
        if let Some(view) = fresh {
            return Some(Arc::clone(view));
        }
        // It is made to its end also when this connection goes on, or goes away.
        tokio::spawn(make(Arc::clone(desk), show.clone(), kept)).await.ok()?
    };
    timeout(DESK_VIEW_WAIT.unsigned_abs(), getting).await.ok()?
}

/// Makes a view and keeps it for all who watch.
async fn make(
    desk: Arc<Desk>,
    show: ShowId,
    mut kept: OwnedMutexGuard<Option<Arc<View>>>,
) -> Option<Arc<View>> {
    let mut view = view_of(&desk, &show, OPERATOR_WAIT).await?;
    let at = view.as_object_mut()?.remove("at").and_then(|at| at.as_i64()).unwrap_or(0);
    // It counts from now: one that took long is for those who waited for it.
    let view = Arc::new(View { made: (desk.now)().up, at, rest: view.to_string() });
    *kept = Some(Arc::clone(&view));
    Some(view)
}

/// A live connection.
struct Live {
    desk: Arc<Desk>,
    show: ShowId,
    news: watch::Receiver<u64>,
    shut: watch::Receiver<bool>,
    /// The id of the last event told.
    told: u64,
    /// The last view told.
    view: Option<Arc<View>>,
    /// When it looked last; none before it did.
    looked: Option<SignedDuration>,
    next: VecDeque<Event>,
    _place: OwnedSemaphorePermit,
}

/// `GET /api/live`.
pub(super) async fn live(
    State(desk): State<Arc<Desk>>,
    Query(meant): Query<Meant>,
    headers: HeaderMap,
) -> Response {
    let show = match meant.one(&desk) {
        Ok(show) => show,
        Err(refused) => return refused.into_response(),
    };
    let Ok(place) = Arc::clone(&desk.places).try_acquire_owned() else {
        let error = format!("{DESK_LIVE_MAX} live connections are open, as many as may");
        let refused = refuse(StatusCode::SERVICE_UNAVAILABLE, &error);
        return ([(header::RETRY_AFTER, "5")], refused).into_response();
    };
    let told = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let live = Live {
        news: desk.feed.news(),
        shut: desk.shut.clone(),
        desk,
        show,
        told: told.unwrap_or(0),
        view: None,
        looked: None,
        next: VecDeque::new(),
        _place: place,
    };
    let events = stream::unfold(live, async |mut live| {
        let event = live.next().await?;
        Some((Ok::<_, Infallible>(event), live))
    });
    let alive = KeepAlive::new().interval(DESK_ALIVE_EVERY.unsigned_abs());
    Sse::new(events).keep_alive(alive).into_response()
}

impl Live {
    /// The next event; none when the show or the run is over.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.next.pop_front() {
                return Some(event);
            }
            self.wait().await?;
            self.look().await;
            if self.next.is_empty() && !self.desk.shows.ids().contains(&self.show) {
                return None;
            }
        }
    }

    /// Waits until there may be something new, not too soon after the last look.
    async fn wait(&mut self) -> Option<()> {
        let Self { desk, news, shut, looked, .. } = self;
        if let Some(looked) = *looked {
            let soonest = looked + DESK_VIEW_EVERY - (desk.now)().up;
            let something = async {
                // The feed lives as long as the desk.
                drop(timeout(DESK_LOOK_EVERY.unsigned_abs(), news.changed()).await);
                sleep(soonest.max(SignedDuration::ZERO).unsigned_abs()).await;
            };
            tokio::select! {
                () = something => {}
                () = is_over(shut) => return None,
            }
        }
        *looked = Some((desk.now)().up);
        Some(())
    }

    async fn look(&mut self) {
        self.news.mark_unchanged();
        if let Some(view) = newest(&self.desk, &self.show).await
            && self.view.as_ref().is_none_or(|before| before.rest != view.rest)
        {
            self.next.push_back(Event::default().event("view").data(view.text()));
            self.view = Some(view);
        }
        let (events, newest) = told_events(&self.desk, &self.show, self.told, DESK_EVENTS_MAX);
        if let Some(newest) = newest {
            self.told = newest;
            let data: Value = json!({ "events": events });
            let event = Event::default().event("happened").id(newest.to_string());
            self.next.push_back(event.data(data.to_string()));
        }
    }
}

async fn is_over(shut: &mut watch::Receiver<bool>) {
    // Whoever could say so is gone: that says it too.
    drop(shut.wait_for(|over| *over).await);
}
