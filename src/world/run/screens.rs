//! What viewers of each show have on screen now.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use crate::model::channel::ShowId;
use crate::model::payload::{Payload, Slot};
use crate::model::time::Now;
use crate::model::vote::OnScreen;
use crate::rules::screen::Screen;

/// The screens of all shows.
#[derive(Default)]
pub struct Screens {
    all: Mutex<BTreeMap<ShowId, Screen>>,
}

impl Screens {
    /// A payload of a show went out. `tell` is told what a newcomer sees since, before another
    /// thread can take the next one.
    pub(super) fn sent(
        &self,
        show: &ShowId,
        (payload, repeat): (&Payload, bool),
        now: Now,
        tell: impl FnOnce(Vec<OnScreen>),
    ) {
        let mut screens = self.lock();
        let screen = screens.entry(show.clone()).or_default();
        // What is repeated is there already, but for what an earlier run sent first.
        if repeat && screen.has(&Slot::of(payload), now) {
            return;
        }
        screen.take(payload, now);
        tell(screen.for_newcomer(now));
    }

    /// A show is over; `tell` is told where it had a screen.
    pub(super) fn over(&self, show: &ShowId, tell: impl FnOnce()) {
        let mut screens = self.lock();
        if screens.remove(show).is_some() {
            tell();
        }
    }

    /// What is there, by slot: the payload, since when, and until when where it leaves by itself.
    pub fn told(&self, show: &ShowId, now: Now) -> Value {
        let screens = self.lock();
        let Some(screen) = screens.get(show) else { return json!({}) };
        let told = screen.there_until(now).map(|(on_screen, until)| {
            let text = on_screen.payload.as_str();
            let payload = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
            let shown_at = on_screen.sent_at.as_millisecond();
            let until_at = until.map(|until| until.as_millisecond());
            let told = json!({ "payload": payload, "shown_at": shown_at, "until_at": until_at });
            (on_screen.slot.0, told)
        });
        Value::Object(told.collect::<Map<String, Value>>())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ShowId, Screen>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
