//! Polls: what was asked, under which id, and what the votes came to.

mod asking_time;
mod results;
mod shared;
mod tally;

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::asking_time::asking_time;
use self::asking_time::named_second;
pub use self::tally::{Leader, Rank, Tally};
use super::cue::CueKey;
use super::limits::{ANSWER_KEY_MAX_CHARS, POLL_ANSWERS_MAX, POLL_ID_MAX_CHARS};
use super::payload::{Payload, Slot};
use super::vote::Award;

/// One asking of a question, within its show: votes belong to it. A show never asks the same pair
/// twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AskingId {
    /// Names the question.
    pub poll_id: String,
    /// Names this asking of it: when it was asked, as [`asking_time`] writes it.
    pub current_time: String,
}

impl AskingId {
    /// The second that names it; none where it is not written as [`asking_time`] writes it.
    pub fn time(&self) -> Option<Timestamp> {
        named_second(&self.current_time)
    }
}

impl fmt::Display for AskingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.poll_id, self.current_time)
    }
}

/// The `closes_at` of a payload: a whole second.
pub fn closing_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// One answer a viewer can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What a vote names: `1`, `2`…
    pub key: String,
    /// What the viewer reads.
    pub text: String,
}

/// The key of a right answer. Nothing shows it before the poll's results do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AnswerKey(pub String);

impl fmt::Debug for AnswerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnswerKey(…)")
    }
}

/// What a payload asks, read off its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The asking its fields name.
    pub asking: AskingId,
    /// The question.
    pub question: String,
    /// The answers in their order.
    pub answers: Vec<Choice>,
}

impl Form {
    /// A payload is a poll when it has the fields of one: `poll_id`, `current_time` in this field's
    /// form, `question`, and `answers` by their keys with a text of its own each. Results,
    /// by their `type`, may have them too.
    pub fn of_fields(
        kind: Option<&str>,
        poll_id: String,
        current_time: String,
        question: String,
        answers: impl Iterator<Item = (String, Option<String>)>,
    ) -> Option<Self> {
        if kind == Some("results") {
            return None;
        }
        let asking = AskingId { poll_id, current_time };
        if asking.poll_id.chars().count() > POLL_ID_MAX_CHARS || asking.time().is_none() {
            return None;
        }
        Some(Self { asking, question, answers: choices(answers)? })
    }

    /// The same, read off a payload's text.
    pub fn of_payload(payload: &Payload) -> Option<Self> {
        // Most texts are read by people. JSON may write a letter in other ways, all of them with a
        // backslash.
        let text = payload.as_str().trim_start();
        let may_be = text.starts_with('{') && (text.contains("answers") || text.contains('\\'));
        if may_be { Self::of_json(serde_json::from_str(text).ok()?) } else { None }
    }

    fn of_json(json: Value) -> Option<Self> {
        let Value::Object(mut map) = json else { return None };
        let text = |value| if let Value::String(text) = value { Some(text) } else { None };
        let kind = map.remove("type").and_then(text);
        let mut field = |name| map.remove(name).and_then(text);
        let (poll_id, current_time) = (field("poll_id")?, field("current_time")?);
        let question = field("question")?;
        let answers: Vec<(String, Value)> = match map.remove("answers")? {
            Value::Object(map) => map.into_iter().collect(),
            Value::Array(list) => Self::numbered(list).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
        };
        let answers = answers.into_iter().map(|(key, answer)| (key, text(answer)));
        Self::of_fields(kind.as_deref(), poll_id, current_time, question, answers)
    }

    /// The keys of answers that are a list: their numbers, from 1, as the player counts them.
    pub fn numbered<T>(list: impl IntoIterator<Item = T>) -> impl Iterator<Item = (String, T)> {
        (1..).map(|n: u32| n.to_string()).zip(list)
    }
}

/// Numbered answers come in the order of their numbers.
fn choices(answers: impl Iterator<Item = (String, Option<String>)>) -> Option<Vec<Choice>> {
    let mut choices = Vec::new();
    for (key, answer) in answers {
        if choices.len() == POLL_ANSWERS_MAX || key.chars().count() > ANSWER_KEY_MAX_CHARS {
            return None;
        }
        choices.push(Choice { key, text: answer? });
    }
    if choices.is_empty() {
        return None;
    }
    let stands_before = |(place, choice): (usize, &Choice)| {
        choices.iter().take(place).any(|before| before.text == choice.text)
    };
    if choices.iter().enumerate().any(stands_before) {
        return None;
    }
    choices.sort_by_key(|choice| choice.key.parse::<u32>().unwrap_or(u32::MAX));
    Some(choices)
}

/// How a poll came to be, and what it does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// By `put_metadata`: open until its slot is sent anew or cleared.
    Sent,
    /// By `ask`: closes at its time.
    Asked {
        /// Whether its results are sent when its votes are final.
        results: bool,
    },
}

/// One asking, from its sending to its last vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// Which.
    pub asking: AskingId,
    /// The question.
    pub question: String,
    /// The answers in their order.
    pub answers: Vec<Choice>,
    /// The key of a quiz's right answer.
    pub correct: Option<AnswerKey>,
    /// Its place on the viewer's screen.
    pub slot: Slot,
    /// The cue that asked.
    pub cue: CueKey,
    /// How it came to be.
    pub kind: Kind,
    /// Whether a viewer may change a vote.
    pub change: bool,
    /// What the right answer of a quiz is worth.
    pub points: u32,
    /// When it was asked.
    pub opened: Timestamp,
    /// When it closes by itself.
    pub closes_at: Timestamp,
    /// What was sent of one that was asked, to be sent anew when it takes votes for longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Payload>,
}

impl Poll {
    /// The answer a person means: by its text or else by its key.
    pub fn choice(&self, meant: &str) -> Option<&Choice> {
        let by_text = self.answers.iter().find(|choice| choice.text == meant);
        by_text.or_else(|| self.answers.iter().find(|choice| choice.key == meant))
    }

    /// The text of the right answer.
    pub fn correct_text(&self) -> Option<&str> {
        let correct = self.correct.as_ref()?;
        self.answers.iter().find(|choice| choice.key == correct.0).map(|choice| &*choice.text)
    }

    /// What its right answer is worth; none where no answer is right.
    pub fn award(&self) -> Option<Award> {
        let correct = self.correct.as_ref()?;
        Some(Award { choice: correct.0.clone(), points: self.points })
    }

    /// Whether it was asked, and not merely sent.
    pub fn is_asked(&self) -> bool {
        matches!(self.kind, Kind::Asked { .. })
    }

    /// Whether it sends its results by itself.
    pub fn sends_results(&self) -> bool {
        self.kind == Kind::Asked { results: true }
    }

    /// Whether it is kept when it has closed, too: its results are owed, or the points of its right
    /// answer are.
    pub fn outlives_its_slot(&self) -> bool {
        self.is_asked() || self.correct.is_some()
    }

    /// What its row is kept under. Those that nothing is owed of share the row of their slot: one
    /// that follows another writes over it.
    pub fn key(&self) -> PollKey {
        if self.outlives_its_slot() {
            PollKey::Asking(self.asking.clone())
        } else {
            PollKey::Slot(self.slot.clone())
        }
    }
}

/// What a poll is kept under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PollKey {
    /// One that was asked, or a quiz.
    Asking(AskingId),
    /// The open one without a right answer that was merely sent into this slot.
    Slot(Slot),
}

/// How far a poll has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It takes votes.
    Open,
    /// It closed; its votes are not final yet.
    Closed {
        /// Until when votes that were late by the network still count.
        votes_until: Timestamp,
        /// Whether its results have been sent.
        results_sent: bool,
    },
    /// Its votes are final.
    Final(Tally),
    /// Its votes count for nothing: the operator said so.
    Void,
}

/// A poll and how far it has come: what survives the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPoll {
    /// The poll.
    #[serde(with = "shared")]
    pub poll: Arc<Poll>,
    /// How far it has come.
    pub phase: Phase,
    /// How far its right answer is on its way to the viewers.
    #[serde(default, skip_serializing_if = "Reveal::is_kept")]
    pub reveal: Reveal,
    /// Whether a panic kept back the results that it would have sent, and nobody showed them since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unsent: bool,
}

impl KeptPoll {
    /// One that opens.
    pub fn opened(poll: Arc<Poll>) -> Self {
        Self { poll, phase: Phase::Open, reveal: Reveal::Kept, unsent: false }
    }
}

/// How far the right answer of a quiz is on its way to the viewers. Its points would tell it too:
/// they are given when it was told, and its votes are final.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reveal {
    /// The show keeps it to itself; also what has no right answer.
    #[default]
    Kept,
    /// Results that say it wait to be sent, or are being sent.
    UnderWay,
    /// Those were sent, or never will be.
    Done,
    /// The same, and its points are forgotten.
    Forgotten,
}

/// Since when points count: when everybody's were forgotten, in milliseconds since 1970, and later
/// than any time before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PointsEra(pub i64);

impl PointsEra {
    /// The one that begins now.
    pub fn after(last: Option<Self>, now: Timestamp) -> Self {
        Self(last.map_or(i64::MIN, |Self(last)| last.saturating_add(1)).max(now.as_millisecond()))
    }
}

impl Reveal {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it by reference")]
    fn is_kept(&self) -> bool {
        *self == Self::Kept
    }
}

/// What whoever takes votes is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PollNews {
    /// The show begins, and these are its polls that are not final: any other of an earlier run
    /// that still takes votes was left behind by it.
    Begun(Vec<AskingId>),
    /// It takes votes from now on; told again after a restart for each that is not final.
    Opened(Arc<Poll>),
    /// It closed; votes count until then. Told again after a restart; and, with an earlier moment,
    /// of one whose results are sent before that because it makes way.
    Closed {
        /// Which.
        asking: AskingId,
        /// The last moment that counts.
        votes_until: Timestamp,
    },
    /// It takes votes for longer: until its new `closes_at`, and a while for late ones.
    Extended(Arc<Poll>),
    /// Its votes are final, though nobody counted them as such. Told after a restart of all that
    /// are.
    Settled(AskingId),
    /// They are final and count for nothing. Told again after a restart.
    Voided(AskingId),
    /// The right answer of a quiz was told: its points are given. Told again after a restart, for
    /// the process may have ended before they were.
    Award {
        /// Which.
        asking: AskingId,
        /// What the right answer is worth.
        award: Award,
    },
    /// Everybody's points of earlier eras are forgotten. Told again after a restart.
    LeaderboardReset(PointsEra),
}

/// What a show wants counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counting {
    /// The votes of a poll so far.
    Tally(AskingId),
    /// The votes of a poll that takes no more.
    Final(AskingId),
    /// Who has the most points.
    Leaderboard,
}

#[cfg(test)]
pub(crate) mod tests;
