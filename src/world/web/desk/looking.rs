//! What the desk shows: the shows, one show as it stands, its last events, what a cue would send.

use std::future::Future;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::doing::outcome;
use super::once::Answer;
use super::{Desk, Meant, refuse};
use crate::model::channel::ShowId;
use crate::model::cue::CueKey;
use crate::model::io::{OperatorAction, OperatorReply};
use crate::model::limits::{
    CHANNEL_SENDS_PER_WINDOW, DESK_ASIDE_WAIT, DESK_EVENTS_MAX, DESK_SHOW_WAIT, PAYLOAD_MAX_BYTES,
};
use crate::model::poll::{AskingId, Tally};
use crate::world::channel::aws::Until;

/// How many events.
#[derive(Debug, Deserialize)]
pub(super) struct Limit {
    limit: Option<usize>,
}

/// What a previewed handler is given.
#[derive(Debug, Deserialize)]
pub(super) struct PreviewData {
    data: Option<String>,
}

/// `GET /api/openapi.json`.
pub(super) async fn description() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("openapi.json"))
}

/// `GET /api/shows`.
pub(super) async fn shows(State(desk): State<Arc<Desk>>) -> Answer {
    let name = |show: &ShowId| show.channel.is_local().then_some("local");
    let told = |show: ShowId| {
        let name = name(&show);
        json!({ "show": &*show.script, "channel": show.channel, "name": name })
    };
    let shows: Vec<Value> = desk.shows.ids().into_iter().map(told).collect();
    Answer { status: StatusCode::OK, body: json!({ "shows": shows }) }
}

/// `GET /api/desk`.
pub(super) async fn view(
    State(desk): State<Arc<Desk>>,
    Query(meant): Query<Meant>,
) -> Result<Answer, Answer> {
    let show = meant.one(&desk)?;
    match view_of(&desk, &show, DESK_SHOW_WAIT).await {
        Some(body) => Ok(Answer { status: StatusCode::OK, body }),
        None => Err(mute(&desk, &show).await),
    }
}

/// What is known of a show that does not answer: what it does not tell itself.
async fn mute(desk: &Desk, show: &ShowId) -> Answer {
    let mut known = beside(desk, show).await;
    known.insert("at".to_owned(), (desk.now)().wall.as_millisecond().into());
    known.insert("show".to_owned(), (*show.script).into());
    known.insert("channel".to_owned(), show.channel.as_str().into());
    let body = json!({ "error": MUTE, "known": known });
    Answer { status: StatusCode::SERVICE_UNAVAILABLE, body }
}

const MUTE: &str = "the show does not answer: a handler of it is busy, or waits for votes, or its \
                    lease ran out\n\
                    hint: ask again; `known` is what is known without it";

/// `GET /api/events`.
pub(super) async fn events(
    State(desk): State<Arc<Desk>>,
    Query(meant): Query<Meant>,
    Query(Limit { limit }): Query<Limit>,
) -> Result<Answer, Answer> {
    let show = meant.one(&desk)?;
    let most = limit.unwrap_or(DESK_EVENTS_MAX);
    if most > DESK_EVENTS_MAX {
        let error = format!("`limit` is {most}, wanted 0 to {DESK_EVENTS_MAX}");
        return Err(refuse(StatusCode::BAD_REQUEST, &error));
    }
    let (events, _) = told_events(&desk, &show, 0, most);
    Ok(Answer { status: StatusCode::OK, body: json!({ "events": events }) })
}

/// The last events of a show after the one with that id, and the id of the newest.
pub(super) fn told_events(
    desk: &Desk,
    show: &ShowId,
    after: u64,
    most: usize,
) -> (Vec<Value>, Option<u64>) {
    let events = desk.feed.since(show, after, most);
    let newest = events.last().map(|(id, _)| *id);
    (events.into_iter().map(|(_, event)| event).collect(), newest)
}

/// `GET /api/cues/{name}/preview`.
pub(super) async fn preview(
    State(desk): State<Arc<Desk>>,
    Path(name): Path<String>,
    Query(meant): Query<Meant>,
    Query(PreviewData { data }): Query<PreviewData>,
) -> Result<Answer, Answer> {
    let bad = |error: &dyn ToString| refuse(StatusCode::BAD_REQUEST, &error.to_string());
    let cue = CueKey::named(&name).map_err(|error| refuse(StatusCode::NOT_FOUND, &error))?;
    let data = data.filter(|data| !data.trim().is_empty());
    let data = data.map(|data| serde_json::from_str(&data)).transpose();
    let data = data.map_err(|error| bad(&format!("`data` is not JSON: {error}")))?;
    let show = meant.one(&desk)?;
    let action = OperatorAction::Preview { cue, data: data.unwrap_or(Value::Null) };
    let (status, body) = outcome(desk.shows.ask(&show, action).await);
    Ok(Answer { status, body })
}

/// Everything the desk shows of a show; none where it does not answer for so long.
pub(super) async fn view_of(desk: &Desk, show: &ShowId, wait: SignedDuration) -> Option<Value> {
    let reply = desk.shows.ask_within(wait, show, OperatorAction::View).await;
    let Some(OperatorReply::View(view)) = reply else { return None };
    let mut view = *view;
    let (tallies, beside) = tokio::join!(votes_so_far(desk, show, &view), beside(desk, show));
    for (asking, tally) in tallies {
        count(&mut view, &asking, &tally);
    }
    if let Some(fields) = view.as_object_mut() {
        fields.extend(beside);
    }
    Some(view)
}

/// What the show does not know itself: its channel, its payloads, its viewers' screens.
async fn beside(desk: &Desk, show: &ShowId) -> Map<String, Value> {
    let channel = desk.shows.channel(show);
    let channel = timeout(DESK_ASIDE_WAIT.unsigned_abs(), channel).await.ok().flatten();
    let until = channel.as_ref().and_then(|channel| channel.credentials);
    let (status, problem) = channel.map_or((None, None), |it| (it.status, it.problem));
    let happened = desk.feed.happened(show);
    let empty_notice = json!({ "text": "", "type": "notice" }).to_string();
    let limits = json!({
        "payload_bytes": PAYLOAD_MAX_BYTES,
        "a_second": CHANNEL_SENDS_PER_WINDOW,
        "notice_bytes": PAYLOAD_MAX_BYTES - empty_notice.len(),
    });
    let used = status.map_or(0, |status| status.sent_in_window);
    let Value::Object(fields) = json!({
        "credentials": {
            "until": until.and_then(Until::moment).map(Timestamp::as_millisecond),
            "held": until.map(|until| until.to_string()),
            "problem": problem,
        },
        "sent": happened.counts.sent,
        "waiting": status.map_or(0, |status| status.waiting),
        "refused": happened.counts.refused,
        "expired": happened.counts.expired,
        "last_sent_at": happened.last_sent.map(Timestamp::as_millisecond),
        "budget": { "used": used, "limit": CHANNEL_SENDS_PER_WINDOW },
        "screen": (desk.screen)(show),
        "limits": limits,
    }) else {
        return Map::new();
    };
    fields
}

/// The votes so far of polls that are not final: whoever takes votes knows them.
async fn votes_so_far(desk: &Desk, show: &ShowId, view: &Value) -> Vec<(AskingId, Tally)> {
    let live = |poll: &Value| {
        let text = |name: &str| poll.get(name).and_then(Value::as_str);
        text("standing").filter(|it| matches!(*it, "open" | "counting"))?;
        asking_of(poll)
    };
    let polls = view.get("polls").and_then(Value::as_array);
    let askings = polls.into_iter().flatten().filter_map(live);
    tallies(askings, |asking| {
        let (votes, show) = (Arc::clone(&desk.votes), show.clone());
        async move {
            let tally = votes.tally(&show, &asking).await.ok()??;
            Some((asking, tally))
        }
    })
    .await
}

/// Asks for the tallies of all askings at once. Where one does not come in time, what the show last
/// heard of is told.
async fn tallies<A>(
    askings: impl Iterator<Item = AskingId>,
    ask: impl Fn(AskingId) -> A,
) -> Vec<(AskingId, Tally)>
where
    A: Future<Output = Option<(AskingId, Tally)>> + Send + 'static,
{
    let mut asked = JoinSet::new();
    for asking in askings {
        asked.spawn(timeout(DESK_ASIDE_WAIT.unsigned_abs(), ask(asking)));
    }
    asked.join_all().await.into_iter().filter_map(|counted| counted.ok()?).collect()
}

fn asking_of(poll: &Value) -> Option<AskingId> {
    let text = |name: &str| poll.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(AskingId { poll_id: text("poll_id")?, current_time: text("current_time")? })
}

/// Writes the votes of an asking into the view.
fn count(view: &mut Value, asking: &AskingId, tally: &Tally) {
    let polls = view.get_mut("polls").and_then(Value::as_array_mut);
    for poll in polls.into_iter().flatten() {
        if asking_of(poll).as_ref() != Some(asking) {
            continue;
        }
        poll["total"] = tally.total().into();
        if let Some(counts) = poll.get_mut("counts").and_then(Value::as_object_mut) {
            for (key, votes) in counts {
                *votes = tally.of(key).into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Barrier;

    use super::*;

    #[tokio::test]
    async fn tallies_are_asked_for_together_and_one_that_does_not_come_holds_up_none() {
        let both = Arc::new(Barrier::new(2));
        let asking = |id: &str| AskingId { poll_id: id.to_owned(), current_time: String::new() };
        let askings = ["slow", "one", "two"].map(asking);
        let ask = |asking: AskingId| {
            let both = Arc::clone(&both);
            async move {
                if asking.poll_id == "slow" {
                    std::future::pending::<()>().await;
                }
                // Each is answered only when the other was asked, too.
                both.wait().await;
                Some((asking, Tally::default()))
            }
        };
        let came = tallies(askings.into_iter(), ask).await;
        let came: Vec<String> = came.into_iter().map(|(asking, _)| asking.poll_id).collect();
        assert_eq!((came.len(), came.contains(&"slow".to_owned())), (2, false), "{came:?}");
    }
}
