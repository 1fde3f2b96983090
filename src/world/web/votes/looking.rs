//! What viewers see: one poll, and all that is there for one who comes now.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::meant::Meant;
use super::refusal::Refusal;
use super::{Caller, VoteDoor, viewers};
use crate::model::limits::{ASKING_TIME_MAX_CHARS, POLL_ID_MAX_CHARS};
use crate::model::payload::Slot;
use crate::model::poll::{AskingId, Tally};
use crate::model::vote::{Ballot, OnScreen, Viewer};

/// The asking that two texts of a stranger name; what is too long for one is none.
pub(super) fn asking(poll_id: String, current_time: String) -> Result<AskingId, Refusal> {
    let fits = |text: &str, most| text.chars().count() <= most;
    if fits(&poll_id, POLL_ID_MAX_CHARS) && fits(&current_time, ASKING_TIME_MAX_CHARS) {
        return Ok(AskingId { poll_id, current_time });
    }
    Err(Refusal::NoPoll)
}

/// `GET /api/polls/{poll_id}/{current_time}`.
pub(super) async fn poll(
    State(door): State<Arc<VoteDoor>>,
    path: Result<Path<(String, String)>, PathRejection>,
    meant: Meant,
) -> Result<Response, Refusal> {
    let path = path.map_err(|error| Refusal::Address(error.body_text()));
    let Path((poll_id, current_time)) = path?;
    let asking = asking(poll_id, current_time)?;
    for show in &meant.shows {
        let Some((ballot, is_final)) = door.votes.ballot(show, &asking).await? else { continue };
        // What counts for nothing comes to nothing.
        let is_shown = !ballot.is_void && (is_final || ballot.is_open_to_look());
        let tally = if is_shown { door.votes.tally(show, &asking).await? } else { None };
        let mut told = asked(&ballot);
        told.insert("open".to_owned(), (!is_final && door.now().wall < ballot.closes_at).into());
        told.insert("final".to_owned(), is_final.into());
        told.insert("void".to_owned(), ballot.is_void.into());
        if let Some(tally) = tally {
            told.insert("counts".to_owned(), counts(&ballot, &tally));
            told.insert("total".to_owned(), tally.total().into());
        }
        let kept = [(header::CACHE_CONTROL, "public, max-age=1")];
        return Ok((kept, Json(told)).into_response());
    }
    Err(Refusal::NoPoll)
}

/// `GET /api/state`.
pub(super) async fn state(
    State(door): State<Arc<VoteDoor>>,
    meant: Meant,
    caller: Caller,
) -> Result<Json<Value>, Refusal> {
    let viewer = caller.claim.viewer();
    let now = door.now().wall;
    let mut screen: BTreeMap<Slot, OnScreen> = BTreeMap::new();
    let mut polls = Vec::new();
    for show in &meant.shows {
        for shown in door.votes.screen(show).await? {
            // Shows on one channel share its slots: the newer payload is what viewers see.
            let newer = screen.get(&shown.slot).is_none_or(|other| other.sent_at <= shown.sent_at);
            if newer {
                screen.insert(shown.slot.clone(), shown);
            }
        }
        for (ballot, choice) in door.votes.open_ballots(show, viewer, now).await? {
            let mut told = asked(&ballot);
            told.insert("slot".to_owned(), json!(ballot.slot));
            told.insert("change".to_owned(), ballot.change.into());
            told.insert("choice".to_owned(), choice.into());
            polls.push(told);
        }
    }
    let me = match viewer {
        Some(viewer) => viewers::known(&door, &meant, viewer).await?,
        None => Viewer::default(),
    };
    let screen: Vec<Value> = in_order(screen).iter().map(on_screen).collect();
    Ok(Json(json!({
        "now": now,
        "channel": meant.channel,
        "screen": screen,
        "polls": polls,
        "me": viewers::told(&me),
    })))
}

/// What is on screen, the oldest first.
fn in_order(screen: BTreeMap<Slot, OnScreen>) -> Vec<OnScreen> {
    let mut screen: Vec<OnScreen> = screen.into_values().collect();
    screen.sort_by_key(|shown| shown.sent_at);
    screen
}

fn on_screen(shown: &OnScreen) -> Value {
    json!({ "slot": shown.slot, "payload": shown.payload, "sent_at": shown.sent_at })
}

/// What is said of every poll.
fn asked(ballot: &Ballot) -> Map<String, Value> {
    let answers: Map<String, Value> = ballot
        .answers
        .iter()
        .map(|choice| (choice.key.clone(), choice.text.clone().into()))
        .collect();
    Map::from_iter([
        ("poll_id".to_owned(), ballot.asking.poll_id.clone().into()),
        ("current_time".to_owned(), ballot.asking.current_time.clone().into()),
        ("question".to_owned(), ballot.question.clone().into()),
        ("answers".to_owned(), answers.into()),
        ("closes_at".to_owned(), json!(ballot.closes_at)),
    ])
}

fn counts(ballot: &Ballot, tally: &Tally) -> Value {
    let of = |key: &String| (key.clone(), tally.of(key).into());
    Value::Object(ballot.answers.iter().map(|choice| of(&choice.key)).collect())
}
