//! What a viewer has on screen: the rule of slots, as the player keeps it (`player/slots.js`).

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::model::limits::{SCREEN_NOTICE, SCREEN_REPEAT, SCREEN_TIMER_OVER};
use crate::model::payload::{Clears, Payload, Slot};
use crate::model::time::{Now, Span};
use crate::model::vote::OnScreen;

/// One viewer's screen, from the beginning of a broadcast.
#[derive(Debug, Default)]
pub struct Screen {
    /// What came last into each slot, in the order of their names. A list, for most screens have
    /// one or two and a run has many screens.
    slots: Vec<Shown>,
}

#[derive(Debug)]
struct Shown {
    slot: Slot,
    payload: Payload,
    /// When it was shown.
    came: Timestamp,
    /// When it came last, on the interval clock: a repeat is not shown anew.
    heard: SignedDuration,
    /// When it leaves by itself, on the interval clock.
    until: Option<SignedDuration>,
}

impl Screen {
    /// A payload comes.
    pub fn take(&mut self, payload: &Payload, now: Now) {
        match Clears::of(payload) {
            Clears::All => *self = Self::default(),
            Clears::Slot(slot) => self.slots.retain(|shown| shown.slot != slot),
            Clears::Nothing => self.show(payload, now),
        }
    }

    /// Another payload comes to the same viewers by another way: what was in its place, or is ended
    /// by it, is there no more. Whether something was.
    pub fn give_way(&mut self, payload: &Payload) -> bool {
        let before = self.slots.len();
        let slot = match Clears::of(payload) {
            Clears::All => {
                *self = Self::default();
                return before > 0;
            }
            Clears::Slot(slot) => slot,
            Clears::Nothing => Slot::of(payload),
        };
        self.slots.retain(|shown| shown.slot != slot);
        self.slots.len() < before
    }

    fn show(&mut self, payload: &Payload, now: Now) {
        let slot = Slot::of(payload);
        let place = self.slots.binary_search_by(|shown| shown.slot.cmp(&slot));
        if let Ok(there) = place {
            let shown = &mut self.slots[there];
            let since = now.up - shown.heard;
            shown.heard = now.up;
            if shown.payload == *payload && since <= SCREEN_REPEAT {
                return;
            }
        }
        let (payload, until) = (payload.clone(), leaves(payload, now));
        let shown = Shown { slot, payload, came: now.wall, heard: now.up, until };
        match place {
            Ok(there) => self.slots[there] = shown,
            Err(between) => {
                self.slots.reserve_exact(1);
                self.slots.insert(between, shown);
            }
        }
    }

    /// What is there at a moment, by slot.
    pub fn at(&self, now: Now) -> impl Iterator<Item = (&Slot, &Payload)> {
        self.there(now).map(|shown| (&shown.slot, &shown.payload))
    }

    /// Whether something is in that place.
    pub fn has(&self, slot: &Slot, now: Now) -> bool {
        self.there(now).any(|shown| shown.slot == *slot)
    }

    /// The same, for a viewer who comes at that moment.
    pub fn for_newcomer(&self, now: Now) -> Vec<OnScreen> {
        self.there(now).map(on_screen).collect()
    }

    /// The same, each with when it leaves by itself.
    pub fn there_until(&self, now: Now) -> impl Iterator<Item = (OnScreen, Option<Timestamp>)> {
        let until = move |shown: &Shown| shown.until.map(|until| now.wall_at(until));
        self.there(now).map(move |shown| (on_screen(shown), until(shown)))
    }

    fn there(&self, now: Now) -> impl Iterator<Item = &Shown> {
        self.slots.iter().filter(move |shown| shown.until.is_none_or(|until| now.up < until))
    }
}

fn on_screen(shown: &Shown) -> OnScreen {
    let Shown { slot, payload, came, .. } = shown;
    OnScreen { slot: slot.clone(), payload: payload.clone(), sent_at: *came }
}

/// When a payload that comes now leaves by itself.
fn leaves(payload: &Payload, now: Now) -> Option<SignedDuration> {
    let Ok(value) = serde_json::from_str::<Value>(payload.as_str()) else {
        // What is no JSON is shown as a notice.
        return Some(now.up + SCREEN_NOTICE);
    };
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    if let Some(span) = text("show_for").and_then(|span| span.parse::<Span>().ok()) {
        return Some(now.up + span.get());
    }
    match text("type") {
        Some("notice") if is_worded(value.get("text")) => Some(now.up + SCREEN_NOTICE),
        Some("timer") => {
            let ends: Timestamp = text("ends_at")?.parse().ok()?;
            Some(now.up_at(ends) + SCREEN_TIMER_OVER)
        }
        _ => None,
    }
}

/// Whether a notice has something to read.
fn is_worded(text: Option<&Value>) -> bool {
    matches!(text, Some(Value::String(_) | Value::Number(_) | Value::Bool(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(seconds: i64) -> Now {
        let zero = Now { up: SignedDuration::ZERO, wall: Timestamp::UNIX_EPOCH };
        zero.plus(SignedDuration::from_secs(seconds))
    }

    /// What is there at `at` after these came, each at its second.
    fn screen(came: &[(i64, &str)], at: i64) -> Vec<String> {
        let mut screen = Screen::default();
        for (second, payload) in came {
            screen.take(&payload.parse().expect("a small payload"), now(*second));
        }
        screen
            .at(now(at))
            .map(|(slot, payload)| format!("{} {}", slot.0, payload.as_str()))
            .collect()
    }

    const NOTICE: &str = r#"{"text":"hi","type":"notice"}"#;

    #[test]
    fn the_newest_of_each_slot_is_there() {
        let came = [
            (0, r#"{"n":1}"#),
            (1, r#"{"n":2}"#),
            (2, r#"{"answers":{"1":"a"},"question":"?"}"#),
            (3, r#"{"counts":{"1":0},"type":"results"}"#),
        ];
        let there = [r#"data {"n":2}"#, r#"poll {"counts":{"1":0},"type":"results"}"#];
        assert_eq!(screen(&came, 1_000), there);
    }

    #[test]
    fn what_comes_by_another_way_takes_its_place() {
        let after = |other: &str| {
            let mut screen = Screen::default();
            for payload in [NOTICE, r#"{"slot":"a","n":1}"#] {
                screen.take(&payload.parse().expect("a small payload"), now(0));
            }
            let gave_way = screen.give_way(&other.parse().expect("a small payload"));
            (gave_way, screen.at(now(1)).map(|(slot, _)| slot.0.clone()).collect::<Vec<_>>())
        };
        let there = |slots: &[&str]| slots.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(after(r#"{"slot":"b","n":1}"#), (false, there(&["a", "notice"])));
        assert_eq!(after("a text"), (true, there(&["a"])));
        assert_eq!(after(r#"{"slot":"a","type":"clear"}"#), (true, there(&["notice"])));
        assert_eq!(after(Clears::ALL), (true, there(&[])));
    }

    #[test]
    fn a_notice_leaves_and_its_repeat_does_not_keep_it() {
        let there = format!("notice {NOTICE}");
        assert_eq!(screen(&[(0, NOTICE)], 9), [&*there]);
        assert_eq!(screen(&[(0, NOTICE)], 10), [""; 0]);
        assert_eq!(screen(&[(0, NOTICE), (5, NOTICE)], 12), [""; 0]);
        assert_eq!(screen(&[(0, NOTICE), (11, NOTICE)], 12), [&*there], "said anew");
        assert_eq!(screen(&[(0, "just words")], 9), ["notice just words"]);
        assert_eq!(screen(&[(0, "just words")], 10), [""; 0]);
    }

    #[test]
    fn show_for_and_ends_at_say_when_it_leaves() {
        let brief = r#"{"show_for":"3s","text":"hi","type":"notice"}"#;
        assert_eq!(screen(&[(0, brief)], 2).len(), 1);
        assert_eq!(screen(&[(0, brief)], 3), [""; 0]);
        let timer = r#"{"ends_at":"1970-01-01T00:00:30Z","text":"soon","type":"timer"}"#;
        assert_eq!(screen(&[(0, timer)], 39).len(), 1);
        assert_eq!(screen(&[(0, timer)], 40), [""; 0]);
    }

    #[test]
    fn clear_takes_away_one_or_all() {
        let came = [(0, r#"{"n":1}"#), (0, r#"{"slot":"a","n":1}"#)];
        let clear_one = [&came[..], &[(1, r#"{"slot":"a","type":"clear"}"#)]].concat();
        assert_eq!(screen(&clear_one, 2), [r#"data {"n":1}"#]);
        let clear_all = [&came[..], &[(1, r#"{"type":"clear"}"#)]].concat();
        assert_eq!(screen(&clear_all, 2), [""; 0]);
        let again = [&clear_all[..], &[(2, r#"{"n":1}"#)]].concat();
        assert_eq!(screen(&again, 2), [r#"data {"n":1}"#]);
    }
}
