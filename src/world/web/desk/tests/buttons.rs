//! What the desk shows and does besides cues, over the wire.

use super::*;

#[tokio::test]
async fn a_show_is_held_and_goes_on() {
    let mut desk = desk();
    let bearer = ("authorization", "Bearer a-token-of-ours");
    for (path, wanted, result) in [
        ("/api/hold", StatusCode::OK, "done"),
        ("/api/resume?channel=local", StatusCode::OK, "done"),
        ("/api/panic", StatusCode::CONFLICT, "not_playing"),
    ] {
        let (status, _, said) = desk.ask("POST", path, &[bearer], "").await;
        assert_eq!((status, &said["shows"][0]["result"]), (wanted, &json!(result)), "{path}");
        assert_eq!(desk.ask("POST", path, &[], "").await.0, StatusCode::UNAUTHORIZED, "{path}");
        let (status, ..) = desk.ask("GET", path, &[bearer], "").await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

#[tokio::test]
async fn a_channel_that_two_shows_play_gets_a_payload_once() {
    let mut desk = desk();
    let pool = Pool::start(|panicked| panic!("{panicked:?}")).expect("threads can be started");
    let shows = Arc::clone(&desk.shows);
    let add = |script: &str, reply: OperatorReply| {
        let answers = Arc::clone(&shows);
        let mailbox = pool.spawn(script, 10, move |input: ShowInput| {
            if let ShowInput::Operator { request, .. } = input {
                answers.answer(request, reply.clone());
            }
            ControlFlow::Continue(())
        });
        shows.add(ShowId { script: script.into(), channel: ChannelArn::local() }, mailbox);
    };
    add("scores", OperatorReply::Done);
    let bearer = ("authorization", "Bearer a-token-of-ours");
    for (path, body, shows) in [
        ("/api/notice", r#"{"text":"soon"}"#, 1),
        ("/api/put", r#"{"payload":"soon"}"#, 1),
        ("/api/put?show=scores", r#"{"payload":"soon"}"#, 1),
        ("/api/resume", "", 2),
    ] {
        let (status, _, said) = desk.ask("POST", path, &[bearer], body).await;
        let told = said["shows"].as_array().map(Vec::len);
        assert_eq!((status, told), (StatusCode::OK, Some(shows)), "{path}: {said}");
    }
    // Where the first one cannot, the next one does.
    add("dark", OperatorReply::Panicked);
    let (status, _, said) = desk.ask("POST", "/api/notice", &[bearer], r#"{"text":"soon"}"#).await;
    let result = |n: usize| [said["shows"][n]["show"].clone(), said["shows"][n]["result"].clone()];
    assert_eq!(status, StatusCode::OK);
    assert_eq!(result(0), [json!("dark"), json!("panicked")], "{said}");
    assert_eq!(result(1), [json!("goals"), json!("done")], "{said}");
    assert_eq!(said["shows"].as_array().map(Vec::len), Some(2), "{said}");
}

#[tokio::test]
async fn what_is_looked_at_is_of_one_show() {
    let mut desk = desk();
    let bearer = ("authorization", "Bearer a-token-of-ours");
    let (status, _, shows) = desk.ask("GET", "/api/shows", &[bearer], "").await;
    let local = ChannelArn::local();
    let wanted = json!({ "shows": [{ "show": "goals", "channel": local, "name": "local" }] });
    assert_eq!((status, shows), (StatusCode::OK, wanted));
    let (status, _, view) = desk.ask("GET", "/api/desk", &[bearer], "").await;
    assert_eq!(
        (status, &view["at"], &view["budget"]["limit"]),
        (StatusCode::OK, &json!(1), &json!(5))
    );
    desk.warn("first");
    desk.warn("second");
    let path = "/api/events?channel=local&limit=1";
    let (status, _, events) = desk.ask("GET", path, &[bearer], "").await;
    assert_eq!((status, &events["events"][0]["message"]), (StatusCode::OK, &json!("second")));
    let path = "/api/cues/goal/preview?data=%7B%22n%22%3A1%7D";
    assert_eq!(desk.ask("GET", path, &[bearer], "").await.0, StatusCode::OK);
    let path = "/api/cues/goal/preview?data=%7B";
    assert_eq!(desk.ask("GET", path, &[bearer], "").await.0, StatusCode::BAD_REQUEST);
    for path in ["/api/desk", "/api/events", "/api/live", "/api/shows", "/api/cues/goal/preview"] {
        assert_eq!(desk.ask("GET", path, &[], "").await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn polls_state_and_payloads_are_asked_for_by_their_paths() {
    let mut desk = desk();
    let bearer = ("authorization", "Bearer a-token-of-ours");
    for (path, body, wanted) in [
        ("/api/polls/f0/2026-Nov-22-170501/close", "", StatusCode::CONFLICT),
        ("/api/polls/f0/2026-Nov-22-170501/extend", r#"{"seconds":15}"#, StatusCode::CONFLICT),
        ("/api/polls/f0/2026-Nov-22-170501/extend", r#"{"seconds":0}"#, StatusCode::BAD_REQUEST),
        ("/api/polls/f0/2026-Nov-22-170501/extend", "", StatusCode::BAD_REQUEST),
        ("/api/polls/f0/2026-Nov-22-170501/burn", "", StatusCode::NOT_FOUND),
        ("/api/state/set", r#"{"path":["n"],"value":null}"#, StatusCode::OK),
        ("/api/state/set", r#"{"path":"n","value":1}"#, StatusCode::BAD_REQUEST),
        ("/api/state/undo", "", StatusCode::CONFLICT),
        ("/api/state/burn", "", StatusCode::NOT_FOUND),
        ("/api/notice", "{}", StatusCode::BAD_REQUEST),
        ("/api/notice", r#"{"text":""}"#, StatusCode::BAD_REQUEST),
        ("/api/notice", r#"{"text":" \n"}"#, StatusCode::BAD_REQUEST),
        ("/api/put", r#"{"payload":null}"#, StatusCode::BAD_REQUEST),
        ("/api/put", r#"{"payload":""}"#, StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(desk.ask("POST", path, &[bearer], body).await.0, wanted, "{path} {body}");
    }
    let (status, _, said) = desk.ask("POST", "/api/notice", &[bearer], r#"{"text":"hé"}"#).await;
    assert_eq!((status, &said["bytes"]), (StatusCode::OK, &json!(30)));
    let (_, _, said) = desk.ask("POST", "/api/put", &[bearer], r#"{"payload":"as it is"}"#).await;
    assert_eq!(said["bytes"], json!(8));
    let much = json!({ "payload": { "x": "x".repeat(1_024) } }).to_string();
    let (status, _, said) = desk.ask("POST", "/api/put", &[bearer], &much).await;
    assert_eq!((status, &said["bytes"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!(1_032)));
}

#[tokio::test]
async fn whoever_refuses_says_it_as_json() {
    let mut desk = desk();
    let bearer = ("authorization", "Bearer a-token-of-ours");
    for path in [
        "/api/events?limit=many",
        "/api/events?limit=201",
        "/api/shows/%FF",
        "/api/cues/%FF/preview",
        "/api/desk?channel=local&channel=local",
    ] {
        let (status, headers, said) = desk.ask("GET", path, &[bearer], "").await;
        assert!(status.is_client_error(), "{path} {status}");
        assert_eq!(headers["content-type"], "application/json", "{path}");
        assert!(said["error"].is_string(), "{path} {said}");
    }
}

/// What a live connection is sent until it has said something with these words.
async fn until(body: &mut axum::body::BodyDataStream, words: &str) -> String {
    let mut said = String::new();
    while !said.contains(words) {
        let next = body.next().await.expect("it goes on").expect("it can be read");
        said += std::str::from_utf8(&next).expect("it is text");
    }
    said
}

#[tokio::test]
async fn a_live_connection_gets_the_view_and_what_happens() {
    let mut desk = desk();
    desk.warn("before");
    let live = desk.live("").await;
    assert_eq!(live.headers()["content-type"], "text/event-stream");
    let mut body = live.into_body().into_data_stream();
    let said = until(&mut body, "before").await;
    let view = said.find("event: view").expect("a view");
    assert!(said.find("event: happened").is_some_and(|at| view < at), "the view first: {said}");
    let id = said.lines().find_map(|line| line.strip_prefix("id: ")).expect("an id").to_owned();
    desk.warn("after");
    let said = until(&mut body, "after").await;
    assert!(!said.contains("before") && !said.contains("event: view"), "only news: {said}");
    // A page that comes back gets what it missed.
    let mut again = desk.live(&id).await.into_body().into_data_stream();
    let said = until(&mut again, "after").await;
    assert!(!said.contains("before"), "{said}");
    desk.shutting.send_replace(true);
    assert!(body.next().await.is_none(), "it ends with the run");
}

#[tokio::test]
async fn a_slow_show_holds_up_no_live_connection() {
    let mut desk = desk();
    desk.views.is_slow.store(true, Ordering::SeqCst);
    desk.warn("it happened");
    let mut one = desk.live("").await.into_body().into_data_stream();
    let mut other = desk.live("").await.into_body().into_data_stream();
    let said = tokio::join!(until(&mut one, "it happened"), until(&mut other, "it happened"));
    assert!(!said.0.contains("event: view") && !said.1.contains("event: view"), "{said:?}");
    // Both heard it while the one question that was asked is still under way.
    let asked = desk.views.asked.lock().expect("nobody panics here").clone();
    assert_eq!(asked.len(), 1, "one asks for both");
    desk.views.is_slow.store(false, Ordering::SeqCst);
    desk.shows.answer(asked[0], reply(&OperatorAction::View, &desk.fired));
    tokio::join!(until(&mut one, "event: view"), until(&mut other, "event: view"));
}

#[tokio::test]
async fn no_more_than_so_many_live_connections() {
    let mut desk = desk();
    let mut open = Vec::new();
    for _ in 0..DESK_LIVE_MAX {
        let live = desk.live("").await;
        assert_eq!(live.status(), StatusCode::OK);
        open.push(live);
    }
    assert_eq!(desk.live("").await.status(), StatusCode::SERVICE_UNAVAILABLE);
    open.pop();
    assert_eq!(desk.live("").await.status(), StatusCode::OK, "one has gone");
}

impl Desk {
    fn warn(&self, message: &str) {
        let what = What::Warning { message: message.to_owned() };
        self.feed.event(&Event { at: Timestamp::UNIX_EPOCH, what, show: None });
    }

    async fn live(&mut self, last_id: &str) -> Response {
        let request = Request::builder().uri("/api/live").header("host", "localhost");
        let request = request.header("authorization", format!("Bearer {TOKEN}"));
        let request = request.header("last-event-id", last_id);
        let request = request.body(Body::empty()).expect("it is a request");
        self.router.call(request).await.expect("it always answers")
    }
}

#[tokio::test]
async fn every_path_of_the_description_is_there() {
    let mut desk = desk();
    let bearer = ("authorization", "Bearer a-token-of-ours");
    let (status, _, described) = desk.ask("GET", "/api/openapi.json", &[bearer], "").await;
    assert_eq!(status, StatusCode::OK);
    let paths = described["paths"].as_object().expect("it has paths");
    assert_eq!(paths.len(), 25);
    for (path, methods) in paths.iter().filter(|(path, _)| *path != "/api/live") {
        let method = methods.as_object().and_then(|it| it.keys().next()).expect("a method");
        let asked = path.replace("{name}", "goal").replace("{poll_id}", "f0");
        let asked = asked.replace("{current_time}", "2026-Nov-22-170501");
        let (status, _, said) = desk.ask(&method.to_uppercase(), &asked, &[bearer], "{}").await;
        let error = said["error"].as_str().unwrap_or_default();
        assert!(!error.contains("the desk has no") && !error.contains("is not "), "{path}: {said}");
        assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let wanted = status.as_str();
        assert!(methods[method]["responses"].get(wanted).is_some(), "{path} answers {wanted}");
    }
}

#[tokio::test]
async fn what_a_browser_is_refused_is_told_in_words_without_the_token() {
    let mut desk = desk();
    let bearer = format!("Bearer {TOKEN}");
    for (path, header, wanted, words) in [
        ("/", ("x", "y"), StatusCode::UNAUTHORIZED, "token is missing or wrong"),
        ("/desk?token=a-wrong-one", ("x", "y"), StatusCode::UNAUTHORIZED, "missing or wrong"),
        ("/a&b", ("authorization", &*bearer), StatusCode::NOT_FOUND, "no <code>/a&amp;b</code>"),
    ] {
        let request = Request::builder().uri(path).header("host", "localhost");
        let request = request.header(header.0, header.1).header("accept", "text/html,*/*;q=0.8");
        let request = request.body(Body::empty()).expect("it is a request");
        let response = desk.router.call(request).await.expect("the router always answers");
        assert_eq!(response.status(), wanted, "{path}");
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
        let page = to_bytes(response.into_body(), 100_000).await.expect("the page is short");
        let page = String::from_utf8_lossy(&page).into_owned();
        assert!(page.starts_with("<!doctype html>") && page.contains(words), "{page}");
        assert!(!page.contains(TOKEN) && !page.contains("a-wrong-one"), "{page}");
    }
    let (status, _, said) = desk.ask("GET", "/", &[("accept", "*/*")], "").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_says(&said, "the desk's token is missing or wrong");
}

#[tokio::test]
async fn a_poll_is_extended_by_a_span_that_is_one() {
    let mut desk = desk();
    let bearer = format!("Bearer {TOKEN}");
    let auth = [("authorization", bearer.as_str())];
    for (body, begins) in [
        ("", "the request has no body, wanted JSON\nhint: "),
        (r#"{"seconds":-5}"#, "`seconds` is -5, wanted 1 to "),
        (r#"{"seconds":0}"#, "`seconds` is 0, wanted 1 to "),
    ] {
        let (status, _, said) = desk.ask("POST", "/api/polls/a/b/extend", &auth, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert_says(&said, begins);
    }
}

#[test]
fn what_is_not_known_comes_with_a_hint() {
    let (_, said) = doing::outcome(Some(OperatorReply::Unknown { near: None }));
    assert_eq!(said["hint"], "`GET /api/desk` tells the cues and polls that there are");
}
