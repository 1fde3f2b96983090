//! What two evenings sent, payload by payload: same, changed, at another time, gone, new.

use std::collections::{BTreeMap, VecDeque};

use jiff::SignedDuration;
use serde::Serialize;
use serde_json::Value;

use crate::model::limits::LATE_SKIP;

/// Fields that say when a payload was made or ends: a moment's difference is none.
const TIMES: [&str; 3] = ["closes_at", "current_time", "ends_at"];

/// A payload that viewers got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// When it was put, counted from the start.
    #[serde(skip)]
    pub put: SignedDuration,
    /// The cue that put it.
    pub cue: String,
    /// What viewers got.
    #[serde(rename = "payload")]
    pub text: String,
}

/// How a payload differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It is not sent any more.
    Gone(Sent),
    /// It was not sent then.
    New(Sent),
    /// Its text is another.
    Changed {
        /// As it was.
        then: Sent,
        /// As it is.
        now: Sent,
    },
    /// It is sent at another time.
    Moved {
        /// As it was.
        then: Sent,
        /// As it is.
        now: Sent,
    },
}

impl Difference {
    /// When it is, on the evening as it is now where it has a place in that.
    pub fn at(&self) -> SignedDuration {
        match self {
            Self::Gone(sent) | Self::New(sent) => sent.put,
            Self::Changed { now, .. } | Self::Moved { now, .. } => now.put,
        }
    }
}

/// Two evenings, compared.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Payloads that are the same, at the same time.
    pub same: usize,
    /// The others, in the order of their time.
    pub different: Vec<Difference>,
}

/// Compares what was sent then and what is sent now. Payloads of one cue within a second of each
/// other are one and the same; of the others, whatever their cue, those with the same text are the
/// same or have moved.
pub fn compare(then: Vec<Sent>, now: Vec<Sent>) -> Compared {
    let mut cues: BTreeMap<String, (Vec<Sent>, Vec<Sent>)> = BTreeMap::new();
    for sent in then {
        cues.entry(sent.cue.clone()).or_default().0.push(sent);
    }
    for sent in now {
        cues.entry(sent.cue.clone()).or_default().1.push(sent);
    }
    let (mut compared, mut left) = (Compared::default(), Left::default());
    for (then, now) in cues.into_values() {
        compare_cue(then, now, &mut compared, &mut left);
    }
    left.pair(&mut compared);
    compared.different.sort_by_key(Difference::at);
    compared
}

/// Payloads without one of the same cue at the same time.
#[derive(Default)]
struct Left {
    then: Vec<Sent>,
    now: Vec<Sent>,
}

fn compare_cue(mut then: Vec<Sent>, mut now: Vec<Sent>, compared: &mut Compared, left: &mut Left) {
    then.sort_by_key(|sent| sent.put);
    now.sort_by_key(|sent| sent.put);
    let (mut then, mut now) = (then.into_iter().peekable(), now.into_iter().peekable());
    while let (Some(old), Some(young)) = (then.peek(), now.peek()) {
        let later = young.put - old.put;
        if later > LATE_SKIP {
            left.then.extend(then.next());
        } else if later < -LATE_SKIP {
            left.now.extend(now.next());
        } else if let (Some(then), Some(now)) = (then.next(), now.next()) {
            if timeless(&then.text) == timeless(&now.text) {
                compared.same += 1;
            } else {
                compared.different.push(Difference::Changed { then, now });
            }
        }
    }
    left.then.extend(then);
    left.now.extend(now);
}

impl Left {
    /// Those of the same text belong together, in their order.
    fn pair(mut self, compared: &mut Compared) {
        self.then.sort_by_key(|sent| sent.put);
        self.now.sort_by_key(|sent| sent.put);
        let mut waiting: BTreeMap<String, VecDeque<Sent>> = BTreeMap::new();
        for sent in self.now {
            waiting.entry(timeless(&sent.text)).or_default().push_back(sent);
        }
        for then in self.then {
            let now = waiting.get_mut(&timeless(&then.text)).and_then(VecDeque::pop_front);
            match now {
                Some(now) if (now.put - then.put).abs() <= LATE_SKIP => compared.same += 1,
                Some(now) => compared.different.push(Difference::Moved { then, now }),
                None => compared.different.push(Difference::Gone(then)),
            }
        }
        let new = waiting.into_values().flatten().map(Difference::New);
        compared.different.extend(new);
    }
}

/// The text without the fields that say when.
fn timeless(text: &str) -> String {
    match serde_json::from_str(text) {
        Ok(Value::Object(mut fields)) => {
            for name in TIMES {
                fields.remove(name);
            }
            Value::Object(fields).to_string()
        }
        Ok(_) | Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(millis: i64, cue: &str, text: &str) -> Sent {
        let put = SignedDuration::from_millis(millis);
        Sent { put, cue: cue.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_moment_makes_no_difference() {
        let then = vec![sent(0, "a", r#"{"current_time":"x","n":1}"#), sent(10_000, "a", "b")];
        let now = vec![sent(900, "a", r#"{"current_time":"y","n":1}"#), sent(9_500, "a", "b")];
        assert_eq!(compare(then, now), Compared { same: 2, different: Vec::new() });
    }

    #[test]
    fn each_payload_is_told_once() {
        let then = vec![
            sent(0, "a", "same"),
            sent(10_000, "a", "old"),
            sent(20_000, "a", "later"),
            sent(30_000, "b", "gone"),
        ];
        let now = vec![
            sent(0, "a", "same"),
            sent(10_000, "a", "young"),
            sent(50_000, "a", "later"),
            sent(40_000, "c", "new"),
        ];
        let compared = compare(then.clone(), now.clone());
        assert_eq!(compared.same, 1);
        let wanted = [
            Difference::Changed { then: then[1].clone(), now: now[1].clone() },
            Difference::Gone(then[3].clone()),
            Difference::New(now[3].clone()),
            Difference::Moved { then: then[2].clone(), now: now[2].clone() },
        ];
        assert_eq!(compared.different, wanted);
    }

    #[test]
    fn a_cue_of_another_name_sends_the_same() {
        let then = vec![sent(0, "every 10s", "x"), sent(10_000, "every 10s", "y")];
        let now = vec![sent(0, "every 5s", "x"), sent(5_000, "every 5s", "y")];
        let compared = compare(then.clone(), now.clone());
        let moved = Difference::Moved { then: then[1].clone(), now: now[1].clone() };
        assert_eq!(compared, Compared { same: 1, different: vec![moved] });
    }

    #[test]
    fn nothing_against_nothing_is_the_same() {
        assert_eq!(compare(Vec::new(), Vec::new()), Compared::default());
    }
}
