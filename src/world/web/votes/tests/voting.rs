//! Viewers of our own page: known again, counted once, and told what stands.

use super::*;
use crate::model::payload::Payload;
use crate::model::vote::{Award, OnScreen};

#[tokio::test]
async fn a_viewer_is_known_again_by_a_cookie_that_no_script_reads() {
    let house = House::new().await;
    let said = house.ask("POST", "/api/viewer", &[], "").await;
    let cookie = said.header("set-cookie").expect("it sets a cookie");
    assert!(cookie.ends_with("; Max-Age=31536000; HttpOnly; SameSite=Lax"), "{cookie}");
    assert!(said.json.get("token").is_none());
    let pair = cookie.split(';').next().expect("it has a first part");
    let again = house.ask("POST", "/api/viewer", &[("cookie", pair)], "").await;
    assert_eq!(again.json, json!({ "viewer": "known" }));
    assert_eq!(again.header("set-cookie"), Some(cookie));
    let told = [("x-forwarded-proto", "https")];
    let said = house.ask("POST", "/api/viewer", &told, "").await;
    assert!(!said.head.contains("; Secure"), "nobody said that a proxy is trusted");
    let behind = House::with(true, &["show"]).await;
    let said = behind.ask("POST", "/api/viewer", &told, "").await;
    assert!(said.head.contains("; SameSite=Lax; Secure\r\n"), "{}", said.head);
}

#[tokio::test]
async fn one_vote_of_each_viewer_counts() {
    let house = House::new().await;
    let (ada, bob) = (house.viewer().await, house.viewer().await);
    let stands = |choice: &str, counted: bool| {
        let asking = ("who", TIME);
        json!({
            "poll_id": asking.0, "current_time": asking.1, "choice": choice, "counted": counted,
        })
    };
    let said = house.vote(&ada, "who", "1").await;
    assert_eq!((said.status, said.json), (200, stands("1", true)));
    assert_eq!(said.head.matches("no-store").count(), 1, "{}", said.head);
    assert_eq!(house.vote(&ada, "who", "2").await.json, stands("1", false));
    assert_eq!(house.vote(&bob, "who", "2").await.json, stands("2", true));
    assert_eq!(house.counted().await, 2);
    let may_change = Ballot { change: true, ..ballot("again") };
    house.open("show", may_change).await;
    for choice in ["1", "2"] {
        let said = house.vote(&ada, "again", choice).await;
        assert_eq!((&said.json["choice"], &said.json["counted"]), (&json!(choice), &json!(true)));
    }
}

#[tokio::test]
async fn what_cannot_be_counted_is_said_in_words() {
    let house = House::new().await;
    let viewer = house.viewer().await;
    let said = |said: Said, status: u16, begins: &str, hint: bool| {
        let error = said.json["error"].as_str().unwrap_or_default();
        assert!(
            said.status == status && error.starts_with(begins),
            "{} {}",
            said.status,
            said.json
        );
        assert_eq!(said.json["hint"].is_string(), hint, "{}", said.json);
        assert_eq!(said.header("cache-control"), Some("no-store"));
    };
    said(house.vote(&viewer, "who", "3").await, 400, "the poll has no such choice", true);
    said(house.vote(&viewer, "what", "1").await, 404, "there is no such poll", true);
    said(house.vote(&viewer, &"w".repeat(65), "1").await, 404, "there is no such poll", true);
    said(house.vote("a=b", "who", "1").await, 401, "the viewer's id is missing", true);
    let elsewhere = "/api/state?channel=arn:aws:ivs:us-west-2:1:channel/x";
    said(house.get(elsewhere).await, 404, "no show is served on that channel", true);
    said(house.get("/api/state?channel=a&channel=b").await, 400, "the address cannot be", false);
    let not_so = house.ask("DELETE", "/api/votes", &[], "").await;
    assert_eq!(not_so.header("allow"), Some("POST"));
    said(not_so, 405, "`/api/votes` does not take DELETE", false);
    let nowhere = house.ask("GET", "/api/nix", &[], "").await;
    said(nowhere, 404, "there is no `/api/nix`", true);
    house.wait_ms(40_001);
    said(house.vote(&viewer, "who", "1").await, 409, "the poll is closed", false);
    assert_eq!(house.counted().await, 0);
}

#[tokio::test]
async fn a_tally_is_seen_when_it_may_be() {
    let house = House::new().await;
    house.open("show", Ballot { is_sent: true, ..ballot("sent") }).await;
    let quiz = Ballot { is_sent: true, is_quiz: true, ..ballot("quiz") };
    house.open("show", quiz.clone()).await;
    let viewer = house.viewer().await;
    for poll in ["who", "sent", "quiz"] {
        assert_eq!(house.vote(&viewer, poll, "2").await.status, 200);
    }
    let path = |poll: &str| format!("/api/polls/{poll}/{TIME}");
    let sent = house.get(&path("sent")).await;
    let asked = json!({
        "poll_id": "sent", "current_time": TIME, "question": "Who wins?",
        "answers": { "1": "Red", "2": "Blue" }, "closes_at": "1970-01-01T00:00:30Z",
        "open": true, "final": false, "void": false, "counts": { "1": 0, "2": 1 }, "total": 1,
    });
    assert_eq!((sent.status, &sent.json), (200, &asked));
    assert_eq!(sent.header("cache-control"), Some("public, max-age=1"));
    for poll in ["who", "quiz"] {
        let json = house.get(&path(poll)).await.json;
        assert!(json.get("counts").is_none() && json.get("total").is_none(), "{json}");
    }
    house.wait_ms(40_001);
    house.votes.seal(&show("show"), &quiz.asking).await.expect("it is kept");
    let json = house.get(&path("quiz")).await.json;
    assert_eq!(
        (&json["open"], &json["final"], &json["total"]),
        (&json!(false), &json!(true), &json!(1))
    );
    assert_eq!(house.get("/api/polls/nothing/never").await.status, 404);
    assert_eq!(house.get("/api/polls/%ff/never").await.status, 400);
}

#[tokio::test]
async fn a_void_poll_is_told_as_void_and_its_votes_are_not() {
    let house = House::new().await;
    house.open("show", Ballot { is_sent: true, ..ballot("sent") }).await;
    let viewer = house.viewer().await;
    for poll in ["who", "sent"] {
        assert_eq!(house.vote(&viewer, poll, "2").await.status, 200);
        house.votes.void(&show("show"), &ballot(poll).asking).await.expect("it is kept");
        let json = house.get(&format!("/api/polls/{poll}/{TIME}")).await.json;
        let told = (&json["void"], &json["final"], &json["open"], json.get("counts"));
        assert_eq!(told, (&json!(true), &json!(true), &json!(false), None), "{json}");
    }
}

#[tokio::test]
async fn a_late_joiner_is_told_what_is_there() {
    let house = House::new().await;
    let shown = |slot: &str, text: &str, second| OnScreen {
        slot: Slot(slot.to_owned()),
        payload: text.parse::<Payload>().expect("it is short"),
        sent_at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second),
    };
    let screen = vec![shown("poll", "{\"question\": 1}", 2), shown("data", "{\"a\": 1}", 1)];
    house.votes.set_screen(&show("show"), screen).await.expect("it is kept");
    let viewer = house.viewer().await;
    house.vote(&viewer, "who", "2").await;
    let me = [("cookie", &*viewer)];
    let named = house.ask("POST", "/api/me", &me, r#"{"name":" Ada <b>"}"#).await;
    assert_eq!(named.json, json!({ "name": "Ada <b>", "points": 0, "place": null }));
    let mine = house.ask("GET", "/api/state?channel=local", &me, "").await;
    let poll = json!({
        "poll_id": "who", "current_time": TIME, "question": "Who wins?",
        "answers": { "1": "Red", "2": "Blue" }, "closes_at": "1970-01-01T00:00:30Z",
        "slot": "poll", "change": false, "choice": "2",
    });
    let whole = json!({
        "now": "1970-01-01T00:00:00Z",
        "channel": ChannelArn::local(),
        "screen": [
            { "slot": "data", "payload": "{\"a\": 1}", "sent_at": "1970-01-01T00:00:01Z" },
            { "slot": "poll", "payload": "{\"question\": 1}", "sent_at": "1970-01-01T00:00:02Z" },
        ],
        "polls": [poll],
        "me": { "name": "Ada <b>", "points": 0, "place": null },
    });
    assert_eq!((mine.status, mine.json), (200, whole));
    let nobodys = house.get("/api/state").await.json;
    assert_eq!(nobodys["polls"][0]["choice"], Value::Null);
    assert_eq!(nobodys["me"], json!({ "name": null, "points": 0, "place": null }));
    let taken_back = house.ask("POST", "/api/me", &me, r#"{"name":null}"#).await;
    assert_eq!(taken_back.json["name"], Value::Null);
}

#[tokio::test]
async fn points_are_told_with_the_place() {
    let house = House::with(false, &["show"]).await;
    let quiz = Ballot { is_quiz: true, ..ballot("quiz") };
    house.open("show", quiz.clone()).await;
    let (ada, bob) = (house.viewer().await, house.viewer().await);
    house.vote(&ada, "quiz", "1").await;
    house.vote(&bob, "quiz", "2").await;
    house.wait_ms(40_001);
    let show = show("show");
    house.votes.seal(&show, &quiz.asking).await.expect("it is kept");
    let award = Award { choice: "1".to_owned(), points: 3 };
    house.votes.award(&show, &quiz.asking, award).await.expect("it is kept");
    house.votes.leaders(&show, 1).await.expect("all awards are given");
    let me = |viewer: String| house.ask_me(viewer);
    assert_eq!(me(ada).await, json!({ "name": null, "points": 3, "place": 1 }));
    assert_eq!(me(bob).await, json!({ "name": null, "points": 0, "place": null }));
}

impl House {
    async fn ask_me(&self, viewer: String) -> Value {
        self.ask("GET", "/api/me", &[("cookie", &viewer)], "").await.json
    }
}

#[tokio::test]
async fn of_two_shows_on_one_channel_the_one_that_asked_is_meant() {
    let house = House::with(false, &["first", "second"]).await;
    house.open("second", ballot("who")).await;
    let viewer = house.viewer().await;
    assert_eq!(house.vote(&viewer, "who", "1").await.status, 200);
    assert_eq!(house.get(&format!("/api/polls/who/{TIME}")).await.status, 200);
    let state = house.ask("GET", "/api/state", &[("cookie", &viewer)], "").await.json;
    assert_eq!(state["polls"][0]["choice"], "1");
}

#[tokio::test]
async fn its_description_names_every_route() {
    let house = House::new().await;
    let said = house.get("/api/openapi.json").await;
    assert_eq!(said.header("content-type"), Some("application/json"));
    let paths = said.json["paths"].as_object().expect("it has paths");
    for (path, methods) in paths {
        for method in methods.as_object().expect("it has methods").keys() {
            let path = path.replace(['{', '}'], "");
            let answer = house.ask(&method.to_uppercase(), &path, &[], "").await;
            assert!(answer.status != 405 && answer.json != Value::Null, "{method} {path}");
        }
    }
    assert_eq!(paths.len(), 6);
}
