//! Votes: who casts them, for what, and what becomes of them.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::ModelError;
use super::limits::{POLL_GRACE, VIEWER_NAME_MAX_CHARS};
use super::payload::{Payload, Slot};
use super::poll::{AskingId, Choice, Kind, Poll, Tally};

/// A viewer: a random number that only a signed cookie or token carries. Written as 32 digits of
/// base 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewerId(pub [u8; 16]);

impl fmt::Display for ViewerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl FromStr for ViewerId {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = digits.then(|| u128::from_str_radix(text, 16).ok()).flatten();
        let number = number.ok_or_else(|| ModelError::ViewerId { met: text.to_owned() })?;
        Ok(Self(number.to_be_bytes()))
    }
}

/// The name a viewer gives: 1 to 24 characters, text only, no spaces around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ViewerName(String);

impl ViewerName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ViewerName {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let name = text.trim();
        let refuse = |problem| Err(ModelError::ViewerName { met: text.to_owned(), problem });
        if name.is_empty() {
            return refuse("it is empty");
        }
        if name.chars().count() > VIEWER_NAME_MAX_CHARS {
            return refuse("it has more than 24 characters");
        }
        if name.chars().any(is_unseen) {
            return refuse("it has characters that are not text");
        }
        Ok(Self(name.to_owned()))
    }
}

impl TryFrom<String> for ViewerName {
    type Error = ModelError;

    fn try_from(text: String) -> Result<Self, ModelError> {
        text.parse()
    }
}

impl From<ViewerName> for String {
    fn from(name: ViewerName) -> Self {
        name.0
    }
}

/// Controls, and what turns the direction of the text around a name or hides in it.
fn is_unseen(c: char) -> bool {
    let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
    c.is_control()
        || turns
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A poll as answers are checked against it. Which answer is right is not in it.
#[expect(clippy::struct_excessive_bools, reason = "they are independent of one another")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// Which asking.
    pub asking: AskingId,
    /// The question.
    pub question: String,
    /// The answers in their order.
    pub answers: Vec<Choice>,
    /// Its place on the viewer's screen.
    pub slot: Slot,
    /// Whether a viewer may change a vote.
    pub change: bool,
    /// Whether one of its answers is right.
    pub is_quiz: bool,
    /// Whether it was merely sent: its tally may be read while it is open.
    pub is_sent: bool,
    /// Whether the operator made it void: its votes count for nothing.
    #[serde(default)]
    pub is_void: bool,
    /// When it was asked.
    pub opened: Timestamp,
    /// When the viewer's buttons close.
    pub closes_at: Timestamp,
    /// The last moment at which a vote counts.
    pub votes_until: Timestamp,
}

impl Ballot {
    /// The answer of that key.
    pub fn choice(&self, key: &str) -> Option<&Choice> {
        self.answers.iter().find(|choice| choice.key == key)
    }

    /// Lets its votes end at that moment, unless they end sooner; whether that changes it.
    pub fn end_by(&mut self, votes_until: Timestamp) -> bool {
        let sooner = votes_until < self.votes_until;
        if sooner {
            self.votes_until = votes_until;
            // One that was void at once closed when it opened.
            let closes_at = (votes_until - POLL_GRACE).max(self.opened);
            self.closes_at = self.closes_at.min(closes_at);
        }
        sooner
    }

    /// Lets its votes end later; whether that changes it.
    pub fn extend_to(&mut self, closes_at: Timestamp) -> bool {
        let later = closes_at > self.closes_at;
        if later {
            self.closes_at = closes_at;
            self.votes_until = closes_at + POLL_GRACE;
        }
        later
    }

    /// Whether its tally is anybody's to read before its votes are final.
    pub fn is_open_to_look(&self) -> bool {
        self.is_sent && !self.is_quiz
    }
}

impl From<&Poll> for Ballot {
    fn from(poll: &Poll) -> Self {
        Self {
            asking: poll.asking.clone(),
            question: poll.question.clone(),
            answers: poll.answers.clone(),
            slot: poll.slot.clone(),
            change: poll.change,
            is_quiz: poll.correct.is_some(),
            is_sent: poll.kind == Kind::Sent,
            is_void: false,
            opened: poll.opened,
            closes_at: poll.closes_at,
            votes_until: poll.closes_at + POLL_GRACE,
        }
    }
}

/// What became of a vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It counts, and this is the viewer's standing choice from now on.
    Counted,
    /// The viewer has voted before, and that choice stands.
    Stands {
        /// Its key.
        choice: String,
    },
    /// No answer of the poll has that key.
    NotAChoice,
    /// No vote counts any more.
    Closed,
    /// There is no such asking.
    Unknown,
}

impl ViewerId {
    /// What a viewer without a name is called: always the same, and friendly.
    pub fn made_up_name(self) -> String {
        let [.., a, b] = self.0;
        format!("viewer {a:02x}{b:02x}")
    }
}

/// What is known of one viewer of a show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Viewer {
    /// The name the viewer gave.
    pub name: Option<ViewerName>,
    /// Whether the operator hid that name.
    pub is_hidden: bool,
    /// The points of right answers.
    pub points: u64,
    /// How many have more points, and one: 1 leads. None without points.
    pub place: Option<u64>,
}

/// What a quiz's right answer is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// The key of the right answer.
    pub choice: String,
    /// Points of each viewer who chose it.
    pub points: u32,
}

/// One payload of those that a viewer who comes now should see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnScreen {
    /// Its place.
    pub slot: Slot,
    /// The exact text that went out.
    pub payload: Payload,
    /// When it went out.
    pub sent_at: Timestamp,
}

/// A show that is on, as those who serve its viewers know it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnNow {
    /// Where its video plays; none where that is not known.
    pub playback_url: Option<String>,
    /// The runner that said so, as a [`super::lease::Holder`] is written.
    #[serde(default)]
    pub by: Option<String>,
}

/// How one asking went, for `runner polls`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollReport {
    /// The poll.
    pub ballot: Ballot,
    /// Its votes.
    pub tally: Tally,
    /// Whether none can be added.
    pub is_final: bool,
    /// When its first vote came, and its last.
    pub voted: Option<(Timestamp, Timestamp)>,
    /// Votes that were refused.
    pub refused: RefusedVotes,
}

impl RefusedVotes {
    /// Counts those of `more` too.
    pub fn add(&mut self, more: Self) {
        self.duplicate += more.duplicate;
        self.late += more.late;
        self.invalid += more.invalid;
    }
}

/// Votes that did not count, by their reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedVotes {
    /// Of viewers who had voted, with another choice.
    pub duplicate: u64,
    /// After the last moment that counts.
    pub late: u64,
    /// For no answer of the poll.
    pub invalid: u64,
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::model::poll::tests::quiz;

    #[test]
    fn ids_are_read_as_they_are_written() {
        let id = ViewerId([7; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "7", "+0000000000000000000000000000007", "zz", &"é".repeat(16)] {
            assert!(bad.parse::<ViewerId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn votes_that_end_at_once_close_no_sooner_than_they_opened() {
        let ballot = Ballot::from(&quiz("Capital of Italy?"));
        let ended = |after_ms: i64| {
            let mut ended = ballot.clone();
            ended.end_by(ballot.opened + SignedDuration::from_millis(after_ms));
            ended.closes_at
        };
        assert_eq!(ended(10), ballot.opened);
        assert_eq!(ended(20_000), ballot.opened + SignedDuration::from_secs(20) - POLL_GRACE);
    }

    #[test]
    fn names_are_short_texts() {
        let ok = |name: &str| name.parse::<ViewerName>().map(|name| name.0);
        assert_eq!(ok(" Ada "), Ok("Ada".to_owned()));
        assert_eq!(ok(&"é".repeat(24)), Ok("é".repeat(24)));
        for bad in ["", "  ", &"x".repeat(25), "a\nb", "a\u{202e}b", "a\0b"] {
            assert!(ok(bad).is_err(), "{bad:?}");
        }
    }
}
