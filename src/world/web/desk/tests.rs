//! The desk over the wire, in front of a show that only answers.

mod buttons;

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tower_service::Service;

use super::*;
use crate::model::event::{Event, What};
use crate::model::io::ShowInput;
use crate::model::time::Now;
use crate::model::vote::ViewerId;
use crate::world::measures::Measures;
use crate::world::pool::Pool;
use crate::world::store::votes::SqliteVotes;
use crate::world::web::votes::{Admission, VoteDoor};

const TOKEN: &str = "a-token-of-ours";

struct Desk {
    router: Router,
    fired: Arc<AtomicUsize>,
    votes: Arc<SqliteVotes>,
    feed: Arc<Feed>,
    shutting: watch::Sender<bool>,
    shows: Arc<Shows>,
    views: Arc<AskedViews>,
    _pool: Pool,
}

/// Questions for the view: where the show is slow they wait until the test answers them.
#[derive(Default)]
struct AskedViews {
    is_slow: AtomicBool,
    asked: Mutex<Vec<u64>>,
}

/// A desk in front of one show that knows the cue `goal`.
fn desk() -> Desk {
    let pool = Pool::start(|panicked| panic!("{panicked:?}")).expect("threads can be started");
    let shows = Arc::new(Shows::default());
    let fired = Arc::new(AtomicUsize::new(0));
    let (answers, counted) = (Arc::clone(&shows), Arc::clone(&fired));
    let views: Arc<AskedViews> = Arc::default();
    let asked = Arc::clone(&views);
    let mailbox = pool.spawn("show", 10, move |input: ShowInput| {
        if let ShowInput::Operator { request, action } = input {
            let is_view = matches!(action, OperatorAction::View);
            if is_view && asked.is_slow.load(Ordering::SeqCst) {
                asked.asked.lock().expect("nobody panics here").push(request);
            } else {
                answers.answer(request, reply(&action, &counted));
            }
        }
        ControlFlow::Continue(())
    });
    let show = ShowId { script: "goals".into(), channel: ChannelArn::local() };
    shows.add(show, mailbox);
    let guard = Guard::new("127.0.0.1:5002".parse().expect("it is an address"), "127.0.0.1");
    let token = Token::fixed(TOKEN).expect("it is plain");
    let votes = Arc::new(SqliteVotes::in_memory().expect("memory is there"));
    let feed = Arc::new(Feed::default());
    let (shutting, shut) = watch::channel(false);
    let now = Now { up: SignedDuration::ZERO, wall: Timestamp::UNIX_EPOCH };
    let (told, kept) = (Arc::clone(&feed), Arc::clone(&votes) as _);
    let (screen, now) = (Arc::new(|_: &ShowId| json!({})), Arc::new(move || now));
    let (playing, happens) = (Arc::clone(&shows), Arc::clone(&feed));
    let tell = Arc::new(move |event| happens.event(&event));
    let behind = Behind { shows, votes: kept, feed, tell, screen, now, shut };
    let router = router(behind, &watched(Arc::clone(&votes) as _), guard, token);
    Desk { router, fired, votes, feed: told, shutting, shows: playing, views, _pool: pool }
}

/// What is measured of a run of one show.
fn watched(votes: Arc<dyn Votes>) -> Arc<Watched> {
    let now = || Now { up: SignedDuration::ZERO, wall: Timestamp::UNIX_EPOCH };
    let keys = Arc::default();
    let admission = Admission { keys, origins: Vec::new(), trusts_proxy: false };
    let (_, shows) = watch::channel(Vec::new());
    let door = VoteDoor::new(votes, shows, admission, Arc::new(now));
    let (_, hubs) = watch::channel(Vec::new());
    Watched::new(Arc::new(Measures::new(1)), door, hubs)
}

fn reply(action: &OperatorAction, fired: &AtomicUsize) -> OperatorReply {
    match action {
        OperatorAction::Fire { cue, .. } if cue.as_str() == "goal" => {
            fired.fetch_add(1, Ordering::SeqCst);
            OperatorReply::Done
        }
        OperatorAction::Fire { cue, .. } if cue.as_str() == "pass" => OperatorReply::Failed {
            message: "no team".to_owned(),
            missing: vec!["team".to_owned()],
        },
        OperatorAction::Fire { cue, .. } if cue.as_str() == "over" => OperatorReply::Cancelled,
        OperatorAction::Fire { .. } => OperatorReply::Unknown { near: Some("goal".to_owned()) },
        OperatorAction::Hold => OperatorReply::Stands("held already".to_owned()),
        OperatorAction::Arm(_)
        | OperatorAction::Cancel(_)
        | OperatorAction::Resume
        | OperatorAction::SetState { .. }
        | OperatorAction::Put(_) => OperatorReply::Done,
        OperatorAction::Panic => OperatorReply::NotPlaying,
        OperatorAction::Poll { asking, .. } if asking.poll_id == "none" => {
            OperatorReply::UnknownPoll
        }
        OperatorAction::Poll { .. } => OperatorReply::NotNow { why: "it is void".to_owned() },
        OperatorAction::UndoState => OperatorReply::NotNow { why: "nothing".to_owned() },
        OperatorAction::View => OperatorReply::View(Box::new(json!({ "at": 1, "polls": [] }))),
        OperatorAction::Preview { .. } => {
            OperatorReply::Preview(Box::new(json!({ "error": null })))
        }
        OperatorAction::Disarm(_) => OperatorReply::NotArmed,
        OperatorAction::List => OperatorReply::Cues(json!([{ "cue": "goal" }])),
    }
}

impl Desk {
    async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (StatusCode, HeaderMap, Value) {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("it is a request");
        let response = self.router.call(request).await.expect("the router always answers");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 100_000).await.expect("the body is short");
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        (parts.status, parts.headers, json)
    }

    async fn fire(&mut self, cue: &str, more: &[(&str, &str)], body: &str) -> (StatusCode, Value) {
        let bearer = format!("Bearer {TOKEN}");
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(more);
        let path = format!("/api/cues/{cue}/fire");
        let (status, _, json) = self.ask("POST", &path, &headers, body).await;
        (status, json)
    }
}

fn assert_says(answer: &Value, begins: &str) {
    let said = answer["error"].as_str().unwrap_or_default();
    assert!(said.starts_with(begins), "{answer}");
}

#[tokio::test]
async fn nobody_comes_in_without_the_token() {
    let mut desk = desk();
    for headers in [
        vec![],
        vec![("authorization", "Bearer a-token-of-theirs")],
        vec![("cookie", "showrunner_desk=")],
        vec![("authorization", "Basic a-token-of-ours")],
    ] {
        let (status, _, said) = desk.ask("POST", "/api/cues/goal/fire", &headers, "").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{headers:?}");
        assert_says(&said, "the desk's token is missing or wrong\nhint: ");
    }
    let in_url = format!("/api/cues/goal/fire?token={TOKEN}");
    let (status, _, _) = desk.ask("POST", &in_url, &[], "").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "a link must not be able to fire");
    assert_eq!(desk.fired.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_bare_address_leads_to_the_page() {
    let mut desk = desk();
    let (status, headers, _) = desk.ask("GET", "/?token=a-token-of-ours", &[], "").await;
    assert_eq!((status, headers["location"] == "/desk"), (StatusCode::SEE_OTHER, true));
    assert!(headers.contains_key(header::SET_COOKIE));
}

#[tokio::test]
async fn the_printed_url_leaves_a_cookie_that_lets_in() {
    let mut desk = desk();
    let (status, headers, listed) =
        desk.ask("GET", &format!("/api/cues?token={TOKEN}"), &[], "").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(listed["shows"][0]["cues"][0]["cue"], "goal");
    let cookie = headers[header::SET_COOKIE].to_str().expect("a cookie is text").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let pair = cookie.split(';').next().expect("it has a first part");
    let (status, _, _) = desk.ask("POST", "/api/cues/goal/fire", &[("cookie", pair)], "").await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_from_elsewhere_fires_nothing() {
    let mut desk = desk();
    let (status, said) = desk.fire("goal", &[("origin", "https://evil.test")], "").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_says(&said, "a page of `https://evil.test` asks");
    let (status, _) = desk.fire("goal", &[("sec-fetch-site", "cross-site")], "").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(desk.fired.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_key_fires_once_and_stands_for_one_request() {
    let mut desk = desk();
    let key = [("idempotency-key", "press-1")];
    let first = desk.fire("goal", &key, "{\"by\":\"Reds\"}").await;
    assert_eq!(first.0, StatusCode::OK);
    assert_eq!(desk.fire("goal", &key, "{\"by\":\"Reds\"}").await, first);
    assert_eq!(desk.fired.load(Ordering::SeqCst), 1);
    let (status, _) = desk.fire("goal", &key, "{\"by\":\"Blues\"}").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    desk.fire("goal", &[("idempotency-key", "press-2")], "").await;
    assert_eq!(desk.fired.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn answers_say_what_is_wrong() {
    let mut desk = desk();
    let (status, answer) = desk.fire("gaol", &[], "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(answer["shows"][0]["hint"], "did you mean `goal`?");
    let bearer = format!("Bearer {TOKEN}");
    let auth = [("authorization", bearer.as_str())];
    let (status, _, said) = desk.ask("GET", "/api/nothing", &auth, "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_says(&said, "the desk has no `/api/nothing`");
    let (status, _, said) = desk.ask("DELETE", "/api/cues", &auth, "").await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_says(&said, "`/api/cues` does not take DELETE");
    assert_eq!(desk.fire("goal", &[], "{").await.0, StatusCode::BAD_REQUEST);
    let too_much = "1".repeat(DESK_BODY_MAX_BYTES + 1);
    assert_eq!(desk.fire("goal", &[], &too_much).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, _, _) = desk.ask("POST", "/api/cues/goal/disarm", &auth, "").await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _, _) = desk.ask("POST", "/api/cues/goal/arm?channel=local", &auth, "").await;
    assert_eq!(status, StatusCode::OK);
    let elsewhere = "/api/cues/goal/arm?channel=arn:aws:ivs:us-west-2:1:channel/x";
    let (status, _, _) = desk.ask("POST", elsewhere, &auth, "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn answers_say_what_to_do() {
    let mut desk = desk();
    let bearer = [("authorization", "Bearer a-token-of-ours")];
    for (path, body, wanted, error, hint) in [
        ("cues/pass/fire", "", 422, "no team", Some(r#"asks for data, send `{"team":"…"}`"#)),
        ("cues/gaol/fire", "", 404, "the show has no such cue", Some("did you mean `goal`?")),
        ("cues/goal/disarm", "", 409, "it is disarmed", Some("`arm` it")),
        ("cues/over/fire", "", 409, "it is cancelled", Some("when the show starts anew")),
        ("polls/none/x/close", "", 404, "the show knows no such poll", Some("`GET /api/desk`")),
        ("panic", "", 409, "the show has not begun, or it ends", None),
    ] {
        let (status, _, said) = desk.ask("POST", &format!("/api/{path}"), &bearer, body).await;
        let show = &said["shows"][0];
        assert_eq!(status.as_u16(), wanted, "{path}: {said}");
        assert!(show["error"].as_str().is_some_and(|it| it.starts_with(error)), "{path}: {said}");
        let told = show["hint"].as_str();
        assert!(
            hint.map_or(told.is_none(), |it| told.is_some_and(|told| told.contains(it))),
            "{said}"
        );
    }
    for (path, body, error) in [
        (
            "polls/f0/x/extend",
            "",
            "the request has no body, wanted JSON\nhint: it is JSON like `{\"seconds\":15}`",
        ),
        ("polls/f0/x/extend", r#"{"seconds":-5}"#, "`seconds` is -5, wanted 1 to 3600"),
        ("state/set", "{}", "the body does not fit: missing field `path`"),
        ("notice", "", "the request has no body, wanted JSON\nhint: it is JSON like `{\"text\":"),
    ] {
        let (status, _, said) = desk.ask("POST", &format!("/api/{path}"), &bearer, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}: {said}");
        assert_says(&said, error);
    }
    let (_, _, said) = desk.ask("POST", "/api/hold", &bearer, "").await;
    assert_eq!(said["shows"][0]["said"], "held already");
}

#[tokio::test]
async fn a_name_is_hidden_and_shown_again() {
    let mut desk = desk();
    let show = ShowId { script: "goals".into(), channel: ChannelArn::local() };
    let (viewer, name) = (ViewerId([1; 16]), "Ada".parse().expect("it is a name"));
    desk.votes.set_name(&show, viewer, Some(name)).await.expect("the store takes names");
    let bearer = ("authorization", "Bearer a-token-of-ours");
    for (verb, is_hidden) in [("hide", true), ("show", false)] {
        let path = format!("/api/names/{verb}");
        let (status, _, said) = desk.ask("POST", &path, &[bearer], r#"{"name":"Ada"}"#).await;
        assert_eq!((status, said), (StatusCode::OK, json!({ "viewers": 1 })));
        let known = desk.votes.viewer(&show, viewer).await.expect("the store answers");
        assert_eq!(known.is_hidden, is_hidden);
        let (status, _, listed) = desk.ask("GET", "/api/names", &[bearer], "").await;
        let hidden = if is_hidden { json!(["Ada"]) } else { json!([]) };
        assert_eq!(
            (status, &listed["hidden"], &listed["leaders"]),
            (StatusCode::OK, &hidden, &json!([]))
        );
    }
    for (path, body, wanted) in [
        ("/api/names/hide", r#"{"name":"Bob"}"#, StatusCode::OK),
        ("/api/names/hide", r#"{"name":""}"#, StatusCode::BAD_REQUEST),
        ("/api/names/hide", "Ada", StatusCode::BAD_REQUEST),
        ("/api/names/burn", r#"{"name":"Ada"}"#, StatusCode::NOT_FOUND),
    ] {
        assert_eq!(desk.ask("POST", path, &[bearer], body).await.0, wanted, "{path} {body}");
    }
    let (status, ..) = desk.ask("POST", "/api/names/hide", &[], r#"{"name":"Ada"}"#).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // The evening has what was done, and not the names.
    let told = |(_, event): (u64, Value)| [event["hidden"].clone(), event["viewers"].clone()];
    let told: Vec<_> = desk.feed.since(&show, 0, 9).into_iter().map(told).collect();
    let set = |hidden: bool, viewers: u64| [json!(hidden), json!(viewers)];
    assert_eq!(told, [set(true, 1), set(false, 1), set(true, 0)]);
}

#[tokio::test]
async fn of_a_mute_show_is_told_what_is_known_besides() {
    let mut desk = desk();
    desk.views.is_slow.store(true, Ordering::SeqCst);
    let bearer = [("authorization", "Bearer a-token-of-ours")];
    let (status, _, said) = desk.ask("GET", "/api/desk", &bearer, "").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_says(&said, "the show does not answer");
    let known = &said["known"];
    assert_eq!((&known["show"], &known["sent"]), (&json!("goals"), &json!(0)), "{said}");
    assert!(known["budget"].is_object() && known["screen"].is_object(), "{said}");
}

#[tokio::test]
async fn health_needs_no_token_and_measures_do() {
    let mut desk = desk();
    let (status, _, body) = desk.ask("GET", "/healthz", &[], "").await;
    assert_eq!((status, &body["alive"]), (StatusCode::OK, &json!(true)));
    let (status, _, body) = desk.ask("GET", "/readyz", &[], "").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "no show has begun");
    assert_eq!((&body["shows"], &body["on_now"]), (&json!(1), &json!(0)));
    let (status, ..) = desk.ask("GET", "/metrics", &[], "").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let bearer = [("authorization", "Bearer a-token-of-ours")];
    let (status, headers, _) = desk.ask("GET", "/metrics", &bearer, "").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
}
