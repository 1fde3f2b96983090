//! What a show keeps, as rows: a kind, a key of a text and a number, and a value. Every change
//! writes the least number of rows, so that a step costs little however much a show keeps.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;
use crate::model::cue::{AfterId, CueKey};
use crate::model::delivery::DeliveryId;
use crate::model::poll::{KeptPoll, PointsEra, PollKey};
use crate::model::saved::{Change, FactsPlace, PlaceKey, Saved, WaitingDelivery};

/// What a row holds; the numbers are those of the file and never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Run = 1,
    State = 2,
    /// Key: the facts file and a line's hash.
    Drawn = 3,
    LastDrawn = 4,
    NextFact = 5,
    Random = 6,
    /// Key: the cue and its trigger.
    Place = 7,
    Mark = 8,
    After = 9,
    Broadcast = 10,
    Delivery = 11,
    /// There while a call with the delivery has begun: a row of its own, so that the mark before
    /// and after each call does not write the payload again.
    Attempting = 12,
    /// Key: the asking.
    PollOfAsking = 13,
    /// Key: the slot.
    PollOfSlot = 14,
    Points = 15,
    Held = 16,
    StateEdits = 17,
}

impl Kind {
    const ALL: [Self; 17] = [
        Self::Run,
        Self::State,
        Self::Drawn,
        Self::LastDrawn,
        Self::NextFact,
        Self::Random,
        Self::Place,
        Self::Mark,
        Self::After,
        Self::Broadcast,
        Self::Delivery,
        Self::Attempting,
        Self::PollOfAsking,
        Self::PollOfSlot,
        Self::Points,
        Self::Held,
        Self::StateEdits,
    ];

    /// Its number in the file.
    pub(super) fn number(self) -> i64 {
        self as i64
    }
}

/// Which row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key<'a> {
    pub(super) kind: Kind,
    pub(super) text: Cow<'a, str>,
    pub(super) number: i64,
}

/// One thing done to a show's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Op<'a> {
    Put(Key<'a>, String),
    Delete(Key<'a>),
    /// The rows of a kind with this text, whatever their number.
    DeleteText(Kind, &'a str),
    DeleteKind(Kind),
    DeleteAll,
}

impl Op<'_> {
    /// About how much it writes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Put(key, value) => key.text.len() + value.len(),
            Self::Delete(_) | Self::DeleteText(..) | Self::DeleteKind(_) | Self::DeleteAll => 0,
        }
    }
}

/// What a change does to the rows.
pub(super) fn of_change<'a>(change: &'a Change, ops: &mut Vec<Op<'a>>) {
    match change {
        Change::Run(run) => ops.push(put_json(only(Kind::Run), run)),
        Change::State(kept) => ops.push(put_json(only(Kind::State), kept)),
        Change::Drawn { facts, line, new_round } => {
            if *new_round {
                ops.push(Op::DeleteText(Kind::Drawn, facts));
            }
            ops.push(Op::Put(drawn(facts, *line), String::new()));
            ops.push(put(text(Kind::LastDrawn, facts), line));
        }
        Change::NextFact { facts, next } => ops.push(put(text(Kind::NextFact, facts), next)),
        Change::Random(position) => ops.push(put(only(Kind::Random), position)),
        Change::Place(key, place) => ops.push(put_or_delete(of_place(key), place.as_ref())),
        Change::Mark(cue, mark) => {
            ops.push(put_or_delete(text(Kind::Mark, cue.as_str()), mark.as_ref()));
        }
        Change::After(id, after) => ops.push(put_or_delete(of_after(*id), after.as_ref())),
        Change::StateEdits(edits) => ops.push(put_json(only(Kind::StateEdits), edits)),
        Change::Held(held) => ops.push(put_or_delete(only(Kind::Held), held.as_ref())),
        Change::Broadcast(broadcast) => ops.push(put_json(only(Kind::Broadcast), broadcast)),
        Change::Delivery(id, Some(waiting)) => of_delivery(*id, waiting, ops),
        Change::Delivery(id, None) | Change::Sent(id) => {
            ops.push(Op::Delete(delivery(Kind::Delivery, *id)));
            ops.push(Op::Delete(delivery(Kind::Attempting, *id)));
        }
        Change::Attempting(id, attempting) => ops.push(attempt(*id, *attempting)),
        Change::Poll(kept) => ops.push(put_json(of_poll(&kept.poll.key()), kept)),
        Change::Points(era) => ops.push(put(only(Kind::Points), &era.0)),
        Change::PollForgotten(key) => ops.push(Op::Delete(of_poll(key))),
        Change::Forget => ops.push(Op::DeleteAll),
        Change::NewShow => {
            ops.extend([Kind::Place, Kind::Mark, Kind::After, Kind::Held].map(Op::DeleteKind));
        }
    }
}

/// Everything a show keeps, in the place of what it kept.
pub(super) fn of_saved(saved: &Saved) -> Vec<Op<'_>> {
    let mut ops = vec![Op::DeleteAll];
    ops.extend(saved.run.iter().map(|run| put_json(only(Kind::Run), run)));
    ops.extend(saved.state.iter().map(|state| put_json(only(Kind::State), state)));
    for (facts, place) in &saved.facts {
        of_facts(facts, place, &mut ops);
    }
    ops.push(put(only(Kind::Random), &saved.random));
    ops.extend(saved.places.iter().map(|(key, place)| put_json(of_place(key), &**place)));
    let marks = saved.marks.iter();
    ops.extend(marks.map(|(cue, mark)| put_json(text(Kind::Mark, cue.as_str()), mark)));
    ops.extend(saved.afters.iter().map(|(id, after)| put_json(of_after(*id), after)));
    if !saved.state_edits.is_empty() {
        ops.push(put_json(only(Kind::StateEdits), &saved.state_edits));
    }
    ops.extend(saved.held.iter().map(|held| put_json(only(Kind::Held), held)));
    ops.extend(saved.broadcast.iter().map(|last| put_json(only(Kind::Broadcast), last)));
    for (id, waiting) in &saved.deliveries {
        of_delivery(*id, waiting, &mut ops);
    }
    ops.extend(saved.polls.iter().map(|(key, kept)| put_json(of_poll(key), kept)));
    ops.extend(saved.points.iter().map(|era| put(only(Kind::Points), &era.0)));
    ops
}

fn of_facts<'a>(facts: &'a str, place: &FactsPlace, ops: &mut Vec<Op<'a>>) {
    ops.extend(place.drawn.iter().map(|line| Op::Put(drawn(facts, *line), String::new())));
    ops.extend(place.last.iter().map(|line| put(text(Kind::LastDrawn, facts), line)));
    ops.push(put(text(Kind::NextFact, facts), &place.next));
}

fn of_delivery(id: DeliveryId, waiting: &WaitingDelivery, ops: &mut Vec<Op<'_>>) {
    ops.push(put_json(delivery(Kind::Delivery, id), &waiting.kept));
    ops.push(attempt(id, waiting.attempting));
}

fn attempt<'a>(id: DeliveryId, attempting: bool) -> Op<'a> {
    let key = delivery(Kind::Attempting, id);
    if attempting { Op::Put(key, String::new()) } else { Op::Delete(key) }
}

fn only<'a>(kind: Kind) -> Key<'a> {
    text(kind, "")
}

fn text(kind: Kind, text: &str) -> Key<'_> {
    Key { kind, text: Cow::Borrowed(text), number: 0 }
}

fn drawn(facts: &str, line: u64) -> Key<'_> {
    Key { number: line.cast_signed(), ..text(Kind::Drawn, facts) }
}

fn of_place(key: &PlaceKey) -> Key<'_> {
    let number = i64::try_from(key.trigger).expect("a cue has few triggers");
    Key { number, ..text(Kind::Place, key.cue.as_str()) }
}

fn of_after<'a>(id: AfterId) -> Key<'a> {
    Key { number: id.0.cast_signed(), ..only(Kind::After) }
}

fn of_poll<'a>(key: &PollKey) -> Key<'a> {
    let (kind, text) = match key {
        PollKey::Asking(asking) => (Kind::PollOfAsking, asking.to_string()),
        PollKey::Slot(slot) => (Kind::PollOfSlot, slot.0.clone()),
    };
    Key { kind, text: Cow::Owned(text), number: 0 }
}

fn delivery<'a>(kind: Kind, id: DeliveryId) -> Key<'a> {
    Key { kind, text: Cow::Owned(id.to_string()), number: 0 }
}

fn put<'a>(key: Key<'a>, value: &impl Display) -> Op<'a> {
    Op::Put(key, value.to_string())
}

fn put_json<'a>(key: Key<'a>, value: &impl Serialize) -> Op<'a> {
    Op::Put(key, serde_json::to_string(value).expect("what a show keeps is plain JSON"))
}

fn put_or_delete<'a>(key: Key<'a>, value: Option<&impl Serialize>) -> Op<'a> {
    match value {
        Some(value) => put_json(key, value),
        None => Op::Delete(key),
    }
}

/// A row as it was read.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) kind: i64,
    pub(super) text: String,
    pub(super) number: i64,
    pub(super) value: String,
}

/// Adds a row to what a show keeps; rows come in the order of their kinds.
pub(super) fn add(saved: &mut Saved, row: Row) -> Result<(), StoreError> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.number() == row.kind);
    let kind = kind.ok_or_else(|| bad(&row, "its kind is not known"))?;
    match kind {
        Kind::Run => saved.run = Some(json(&row)?),
        Kind::State => saved.state = Some(json(&row)?),
        Kind::Drawn => {
            let line = row.number.cast_unsigned();
            saved.facts.entry(row.text).or_default().drawn.insert(line);
        }
        Kind::LastDrawn => {
            let line = number(&row)?;
            saved.facts.entry(row.text).or_default().last = Some(line);
        }
        Kind::NextFact => {
            let next = number(&row)?;
            saved.facts.entry(row.text).or_default().next = next;
        }
        Kind::Random => saved.random = number(&row)?,
        Kind::Place => {
            let trigger = usize::try_from(row.number).map_err(|error| bad(&row, error))?;
            let place = json(&row)?;
            saved.places.insert(PlaceKey { cue: cue(&row)?, trigger }, Box::new(place));
        }
        Kind::Mark => {
            saved.marks.insert(cue(&row)?, json(&row)?);
        }
        Kind::After => {
            saved.afters.insert(AfterId(row.number.cast_unsigned()), json(&row)?);
        }
        Kind::StateEdits => saved.state_edits = json(&row)?,
        Kind::Held => saved.held = Some(json(&row)?),
        Kind::Broadcast => saved.broadcast = Some(json(&row)?),
        Kind::Delivery => {
            let waiting = WaitingDelivery { kept: json(&row)?, attempting: false };
            saved.deliveries.insert(delivery_id(&row)?, Box::new(waiting));
        }
        Kind::Attempting => {
            if let Some(waiting) = saved.deliveries.get_mut(&delivery_id(&row)?) {
                waiting.attempting = true;
            }
        }
        Kind::PollOfAsking | Kind::PollOfSlot => {
            let kept: Box<KeptPoll> = json(&row)?;
            saved.polls.insert(kept.poll.key(), kept);
        }
        Kind::Points => saved.points = Some(PointsEra(number(&row)?)),
    }
    Ok(())
}

fn cue(row: &Row) -> Result<CueKey, StoreError> {
    serde_json::from_value(row.text.clone().into()).map_err(|error| bad(row, error))
}

fn delivery_id(row: &Row) -> Result<DeliveryId, StoreError> {
    row.text.clone().try_into().map_err(|error: String| bad(row, error))
}

fn json<T: DeserializeOwned>(row: &Row) -> Result<T, StoreError> {
    serde_json::from_str(&row.value).map_err(|error| bad(row, error))
}

fn number<T: FromStr<Err: Display>>(row: &Row) -> Result<T, StoreError> {
    row.value.parse().map_err(|error| bad(row, error))
}

fn bad(row: &Row, problem: impl Display) -> StoreError {
    StoreError::Row { kind: row.kind, key: row.text.clone(), problem: problem.to_string() }
}
