//! The last events of each show, and what they come to: for the desk.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::model::channel::ShowId;
use crate::model::event::{Event, What};
use crate::model::io::{Counted, Counts};
use crate::model::limits::{DESK_EVENTS_ALL_MAX, DESK_EVENTS_MAX};

/// The last events, and a word to whoever waits for the next.
pub struct Feed {
    inner: Mutex<Inner>,
    news: watch::Sender<u64>,
}

#[derive(Default)]
struct Inner {
    last: u64,
    /// By show; none for what concerns the whole run.
    shows: BTreeMap<Option<ShowId>, Told>,
}

#[derive(Default)]
struct Told {
    /// Their JSON with their ids, the oldest first: it takes a fraction of an event's room.
    events: VecDeque<(u64, Box<str>)>,
    happened: Happened,
}

/// What became of a show's payloads in this run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Happened {
    /// How many.
    pub counts: Counts,
    /// When the last one was sent.
    pub last_sent: Option<Timestamp>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { inner: Mutex::default(), news: watch::channel(0).0 }
    }
}

impl Feed {
    /// Something happened. Its id is about the millisecond it happened in, so that ids rise from
    /// one run to the next, too.
    pub(in crate::world) fn event(&self, event: &Event) {
        let text = serde_json::to_string(&event.unaddressed()).expect("an event is plain JSON");
        let id = {
            let mut inner = self.lock();
            let millis = u64::try_from(event.at.as_millisecond()).unwrap_or(0);
            let id = (inner.last + 1).max(millis);
            inner.last = id;
            let told = inner.shows.entry(event.show.clone()).or_default();
            told.happened.add(event);
            told.events.push_back((id, text.into()));
            let most = (DESK_EVENTS_ALL_MAX / inner.shows.len().max(1)).clamp(1, DESK_EVENTS_MAX);
            if let Some(told) = inner.shows.get_mut(&event.show) {
                while told.events.len() > most {
                    told.events.pop_front();
                }
            }
            id
        };
        self.news.send_replace(id);
    }

    /// The events of a show, and of the whole run, that came after the one with that id, the oldest
    /// first, the last so many: as a journal has them, with their `id`.
    pub fn since(&self, show: &ShowId, after: u64, most: usize) -> Vec<(u64, Value)> {
        let mut texts = {
            let inner = self.lock();
            let mut texts = inner.texts(Some(show), after, most);
            texts.extend(inner.texts(None, after, most));
            texts
        };
        texts.sort_unstable_by_key(|(id, ..)| *id);
        let too_many = texts.len().saturating_sub(most);
        let event = |(id, text, show): (u64, Box<str>, Option<&ShowId>)| {
            let mut fields: Map<_, _> =
                serde_json::from_str(&text).expect("no event nests deeper than can be read");
            fields.insert("id".to_owned(), id.into());
            if let Some(ShowId { script, channel }) = show {
                fields.insert("show".to_owned(), (&**script).into());
                fields.insert("channel".to_owned(), channel.as_str().into());
            }
            (id, fields.into())
        };
        texts.into_iter().skip(too_many).map(event).collect()
    }

    /// What became of a show's payloads so far.
    pub fn happened(&self, show: &ShowId) -> Happened {
        let inner = self.lock();
        inner.shows.get(&Some(show.clone())).map(|told| told.happened).unwrap_or_default()
    }

    /// Says when something happens.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics holding the events")
    }
}

impl Inner {
    /// The newest of what is kept of a show, or of the whole run.
    fn texts<'a>(
        &self,
        show: Option<&'a ShowId>,
        after: u64,
        most: usize,
    ) -> Vec<(u64, Box<str>, Option<&'a ShowId>)> {
        let told = self.shows.get(&show.cloned());
        let events = told.into_iter().flat_map(|told| told.events.iter().rev());
        let events = events.take_while(|(id, _)| *id > after).take(most);
        events.map(|(id, text)| (*id, text.clone(), show)).collect()
    }
}

impl Happened {
    fn add(&mut self, event: &Event) {
        if let What::Sent { .. } = event.what {
            self.counts.count(Counted::Sent);
            self.last_sent = Some(event.at);
        } else if let What::Refused { .. } = event.what {
            self.counts.count(Counted::Refused);
        } else if let What::Expired { .. } = event.what {
            self.counts.count(Counted::Expired);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::channel::ChannelArn;
    use crate::model::limits::JSON_NESTING_MAX;

    fn show(script: &str) -> ShowId {
        ShowId { script: script.into(), channel: ChannelArn::local() }
    }

    fn warn(feed: &Feed, show: Option<ShowId>, n: usize) {
        let what = What::Warning { message: n.to_string() };
        feed.event(&Event { at: Timestamp::UNIX_EPOCH, what, show });
    }

    fn messages(feed: &Feed, of: &str, after: u64, most: usize) -> Vec<String> {
        let events = feed.since(&show(of), after, most).into_iter();
        let message = |(_, event): (u64, Value)| {
            event["message"].as_str().expect("a warning has one").to_owned()
        };
        events.map(message).collect()
    }

    #[test]
    fn a_show_has_its_own_events_and_those_of_the_run_in_their_order() {
        let feed = Feed::default();
        for (n, of) in [Some("a"), None, Some("b"), Some("a")].into_iter().enumerate() {
            warn(&feed, of.map(show), n);
        }
        assert_eq!(messages(&feed, "a", 0, 9), ["0", "1", "3"]);
        assert_eq!(messages(&feed, "a", 1, 9), ["1", "3"]);
        assert_eq!(messages(&feed, "a", 0, 2), ["1", "3"]);
        assert_eq!(*feed.news().borrow(), 4);
    }

    #[test]
    fn they_are_told_as_a_journal_has_them() {
        let feed = Feed::default();
        let what = What::Warning { message: "\"so\"".to_owned() };
        let event = Event { at: Timestamp::UNIX_EPOCH, what, show: Some(show("a")) };
        feed.event(&event);
        let mut wanted = serde_json::to_value(&event).expect("it is JSON");
        wanted["id"] = 1.into();
        assert_eq!(feed.since(&show("a"), 0, 9), [(1, wanted)]);
    }

    #[test]
    fn what_nests_as_deep_as_it_may_is_told() {
        let feed = Feed::default();
        let deep = (0..=JSON_NESTING_MAX).fold(Value::Null, |inside, _| vec![inside].into());
        let (was, is) = (Box::new(deep.clone()), Box::new(Value::Null));
        let what = What::StateSet { path: Vec::new(), was, is, undo: false };
        feed.event(&Event { at: Timestamp::UNIX_EPOCH, what, show: Some(show("a")) });
        assert_eq!(feed.since(&show("a"), 0, 9)[0].1["was"], deep);
    }

    #[test]
    fn only_the_last_are_kept_and_fewer_where_there_are_many_shows() {
        let feed = Feed::default();
        for n in 0..DESK_EVENTS_MAX + 5 {
            warn(&feed, Some(show("a")), n);
        }
        let kept = messages(&feed, "a", 0, usize::MAX);
        assert_eq!((kept.len(), &*kept[0]), (DESK_EVENTS_MAX, "5"));
        for n in 0..DESK_EVENTS_ALL_MAX / 10 {
            warn(&feed, Some(show(&format!("s{n}"))), n);
        }
        warn(&feed, Some(show("a")), 0);
        assert!(messages(&feed, "a", 0, usize::MAX).len() <= 10);
    }
}
