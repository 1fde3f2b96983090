//! A vote, from the wire to the store and back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{Sent, Wanted};
use super::counts::Came;
use super::looking::asking;
use super::meant::Meant;
use super::refusal::Refusal;
use super::{Caller, VoteDoor};
use crate::model::vote::Verdict;
use crate::world::store::votes::Vote;

/// What a viewer votes.
#[derive(Deserialize)]
pub(super) struct Voting {
    poll_id: String,
    current_time: String,
    choice: String,
}

impl Wanted for Voting {
    const EXAMPLE: &'static str = "{\"poll_id\":…, \"current_time\":…, \"choice\":\"1\"}, all text";
}

/// `POST /api/votes`.
pub(super) async fn vote(
    State(door): State<Arc<VoteDoor>>,
    meant: Meant,
    caller: Caller,
    Sent(voting): Sent<Voting>,
) -> Result<Json<Value>, Refusal> {
    let came = take(&door, &meant, &caller, voting).await;
    door.counts.note(match &came {
        Ok((_, Standing::New)) => Came::Counted,
        Ok((_, Standing::Before)) => Came::Stands,
        Err(_) => Came::Refused,
    });
    came.map(|(vote, standing)| {
        Json(json!({
            "poll_id": vote.asking.poll_id,
            "current_time": vote.asking.current_time,
            "choice": vote.choice,
            "counted": standing == Standing::New,
        }))
    })
}

/// Whether it is this vote that stands, or one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    New,
    Before,
}

/// The vote that stands from now on.
async fn take(
    door: &VoteDoor,
    meant: &Meant,
    caller: &Caller,
    voting: Voting,
) -> Result<(Vote, Standing), Refusal> {
    let viewer = caller.claim.viewer().ok_or(Refusal::NoViewer)?;
    let asking = asking(voting.poll_id, voting.current_time)?;
    door.take_turn(caller)?;
    let mut vote = Vote { asking, viewer, choice: voting.choice, at: door.now().wall };
    for show in &meant.shows {
        let standing = match door.votes.vote(show, vote.clone()).await? {
            Verdict::Counted => Standing::New,
            Verdict::Stands { choice } => {
                vote.choice = choice;
                Standing::Before
            }
            Verdict::NotAChoice => return Err(Refusal::NotAChoice),
            Verdict::Closed => return Err(Refusal::Closed),
            // Another show on this channel may have asked.
            Verdict::Unknown => continue,
        };
        return Ok((vote, standing));
    }
    Err(Refusal::NoPoll)
}
