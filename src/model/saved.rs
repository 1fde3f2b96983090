//! What a show keeps across edits, crashes and restarts, and the changes one step makes to it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use litemap::LiteMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cue::{AfterId, CueKey};
use super::delivery::{DeliveryId, KeptDelivery};
use super::hold::Held;
use super::limits::RESUME_WITHIN;
use super::operator::StateEdit;
use super::poll::{KeptPoll, PointsEra, PollKey};

/// Everything a show keeps. Made of small rows, so that a step writes only what it changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Saved {
    /// The run that wrote last; none for a show that never ran.
    pub run: Option<Run>,
    /// The script's `state`.
    pub state: Option<Kept>,
    /// Facts by file name.
    pub facts: BTreeMap<String, FactsPlace>,
    /// How many numbers the show's randomness has given.
    pub random: u64,
    /// Places in time, by cue and trigger. A sorted list, for most shows have one or two, and a map
    /// makes room for eleven.
    pub places: LiteMap<PlaceKey, Box<Place>>,
    /// What the operator or the script set of a cue.
    pub marks: BTreeMap<CueKey, CueMark>,
    /// `after`s by cue name, the ones that survive.
    pub afters: BTreeMap<AfterId, KeptAfter>,
    /// What was changed of `state` at the desk, the oldest first.
    pub state_edits: Vec<StateEdit>,
    /// Whether the operator holds it.
    pub held: Option<Held>,
    /// The last broadcast.
    pub broadcast: Option<Broadcast>,
    /// Payloads that wait, and whether a call with them had begun.
    pub deliveries: BTreeMap<DeliveryId, Box<WaitingDelivery>>,
    /// Polls: those that were asked, quizzes, and of the others those that are open.
    pub polls: BTreeMap<PollKey, Box<KeptPoll>>,
    /// Since when points count; none where they were never forgotten.
    pub points: Option<PointsEra>,
}

/// One run of a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its number, from 1.
    pub number: u32,
    /// When it began.
    pub started: Timestamp,
    /// When it last said that it lives.
    pub alive: Timestamp,
    /// Whether it ended as it should.
    pub ended: bool,
    /// The seed of its randomness.
    pub seed: u64,
}

/// `state` and when it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// When.
    pub at: Timestamp,
    /// The map.
    pub value: Value,
}

/// Which lines of a facts file were drawn and which is next in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactsPlace {
    /// Hashes of the lines drawn in this round.
    pub drawn: BTreeSet<u64>,
    /// The last line drawn, which does not begin the next round.
    pub last: Option<u64>,
    /// The index of the line that `next_fact` gives next.
    pub next: usize,
}

impl FactsPlace {
    /// A line was drawn; the first of a round forgets the round before.
    pub fn draw(&mut self, line: u64, new_round: bool) {
        if new_round {
            self.drawn.clear();
        }
        self.drawn.insert(line);
        self.last = Some(line);
    }

    /// Makes a change of this file's place.
    pub fn apply(&mut self, change: &Change) {
        if let Change::Drawn { line, new_round, .. } = change {
            self.draw(*line, *new_round);
        } else if let Change::NextFact { next, .. } = change {
            self.next = *next;
        }
    }
}

/// A cue's trigger: what a place in time belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlaceKey {
    /// The cue.
    pub cue: CueKey,
    /// Its trigger, from 0 in the order written.
    pub trigger: usize,
}

/// A trigger's place in time, on the wall clock, which survives the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The trigger as written, `every 10s`: tells whether an edit changed it.
    pub spec: String,
    /// Where the grid begins, or the instant of a one-shot; none until the channel goes on air.
    /// A cron counts from it; for `stream_at` it is the start of the broadcast it was done in.
    pub origin: Option<Timestamp>,
    /// The number of the last point of the grid that is past, from 0; none before the first.
    pub point: Option<u64>,
    /// When it last fired or was skipped, as planned; for a one-shot only when it fired.
    pub last: Option<Timestamp>,
    /// A one-shot that has fired or was missed; for `stream_at` in this broadcast.
    pub done: bool,
}

/// What was set of a cue beside its script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CueMark {
    /// Armed although its script says disarmed.
    Armed,
    /// Disarmed.
    Disarmed,
    /// Removed until the show starts fresh.
    Cancelled,
}

/// An `after` by a cue's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptAfter {
    /// The cue.
    pub cue: CueKey,
    /// When it is due.
    pub due: Timestamp,
    /// What its handler gets as `data`; null for nothing.
    pub data: Value,
}

/// A stretch on air, short gaps included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broadcast {
    /// When it first went live.
    pub started: Timestamp,
    /// When it was last known to be live.
    pub seen: Timestamp,
}

/// A payload that waits in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingDelivery {
    /// The payload and all about it.
    pub kept: KeptDelivery,
    /// A call with it has begun and was not answered.
    pub attempting: bool,
}

/// One change to [`Saved`]. The changes of a step are written in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A run began, lives on or ended.
    Run(Run),
    /// `state` as it is now.
    State(Kept),
    /// A line was drawn from a facts file; the first of a round forgets the round before.
    Drawn {
        /// The facts file.
        facts: String,
        /// The line's hash.
        line: u64,
        /// Whether all lines had been drawn and a new round begins with this one.
        new_round: bool,
    },
    /// The line `next_fact` gives next.
    NextFact {
        /// The facts file.
        facts: String,
        /// The line's index.
        next: usize,
    },
    /// How many numbers the show's randomness has given.
    Random(u64),
    /// A trigger's place in time; none when its cue is gone.
    Place(PlaceKey, Option<Place>),
    /// What was set of a cue; none when its script's word counts again.
    Mark(CueKey, Option<CueMark>),
    /// An `after` by name; none when it ran or was cancelled.
    After(AfterId, Option<KeptAfter>),
    /// What was changed of `state` at the desk, the oldest first.
    StateEdits(Vec<StateEdit>),
    /// The operator holds the show; none when that is over.
    Held(Option<Held>),
    /// The broadcast.
    Broadcast(Broadcast),
    /// A payload waits, or a call with it has begun; none when it is given up.
    Delivery(DeliveryId, Option<Box<WaitingDelivery>>),
    /// A payload was sent and is not waited for any more.
    Sent(DeliveryId),
    /// A call with this payload begins, or was answered and may begin again.
    Attempting(DeliveryId, bool),
    /// A poll as it is now.
    Poll(Box<KeptPoll>),
    /// Everybody's points of before are forgotten.
    Points(PointsEra),
    /// A poll that nothing can read any more.
    PollForgotten(PollKey),
    /// Places, marks, `after`s and a hold are forgotten: a new show begins.
    NewShow,
    /// Everything is forgotten: the show begins as if it had never run.
    Forget,
}

impl Change {
    /// The facts file whose place it changes.
    pub fn facts(&self) -> Option<&str> {
        if let Self::Drawn { facts, .. } | Self::NextFact { facts, .. } = self {
            Some(facts)
        } else {
            None
        }
    }

    /// Whether it may be kept a moment later: a payload was sent. Should that be lost, the payload
    /// is in doubt, as if its answer had not come.
    pub fn can_wait(&self) -> bool {
        matches!(self, Self::Sent(_))
    }
}

impl Saved {
    /// Whether the last run did not end as it should, and so lately that a start now goes on with
    /// it.
    pub fn crashed_lately(&self, now: Timestamp) -> bool {
        self.run
            .as_ref()
            .is_some_and(|run| !run.ended && now.duration_since(run.alive) <= RESUME_WITHIN)
    }

    /// What is left of it where a show begins afresh. Not even that lifts a panic; and viewers'
    /// points, which lie with their votes, are forgotten by an era of their own.
    #[must_use]
    pub fn forgotten(&self, now: Timestamp) -> Self {
        let held = self.held.clone().filter(|held| held.panic);
        let points = Some(PointsEra::after(self.points, now));
        Self { held, points, ..Self::default() }
    }

    /// Makes one change.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Run(run) => self.run = Some(run),
            Change::State(kept) => self.state = Some(kept),
            Change::Drawn { ref facts, .. } | Change::NextFact { ref facts, .. } => {
                self.facts.entry(facts.clone()).or_default().apply(&change);
            }
            Change::Random(position) => self.random = position,
            Change::Place(key, Some(place)) => {
                if self.places.is_empty() {
                    self.places = LiteMap::with_capacity(1);
                }
                self.places.insert(key, Box::new(place));
            }
            Change::Place(key, None) => {
                self.places.remove(&key);
            }
            Change::Mark(cue, mark) => set(&mut self.marks, cue, mark),
            Change::After(id, after) => set(&mut self.afters, id, after),
            Change::StateEdits(edits) => self.state_edits = edits,
            Change::Held(held) => self.held = held,
            Change::Broadcast(broadcast) => self.broadcast = Some(broadcast),
            Change::Delivery(id, waiting) => {
                set(&mut self.deliveries, id, waiting);
            }
            Change::Sent(id) => set(&mut self.deliveries, id, None),
            Change::Attempting(id, attempting) => {
                if let Some(waiting) = self.deliveries.get_mut(&id) {
                    waiting.attempting = attempting;
                }
            }
            Change::Poll(kept) => {
                self.polls.insert(kept.poll.key(), kept);
            }
            Change::Points(era) => self.points = Some(era),
            Change::PollForgotten(key) => set(&mut self.polls, key, None),
            Change::Forget => *self = Self::default(),
            Change::NewShow => {
                self.places.clear();
                self.marks.clear();
                self.afters.clear();
                self.held = None;
            }
        }
    }
}

fn set<K: Ord, V>(rows: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    if let Some(value) = value {
        rows.insert(key, value);
        return;
    }
    rows.remove(&key);
    if rows.is_empty() {
        // An emptied map holds on to a node for eleven rows.
        *rows = BTreeMap::new();
    }
}
