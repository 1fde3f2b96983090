//! The audience: viewers of a show, as far as votes and cookies go.

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;

use super::{BOUND, Runner, get, until};

/// Where viewers come in.
#[derive(Clone)]
pub(crate) struct Door {
    url: String,
}

/// Somebody with a browser.
#[derive(Clone)]
pub(crate) struct Viewer {
    cookie: String,
}

impl Viewer {
    /// The number in the signed id.
    pub(crate) fn id(&self) -> &str {
        self.cookie.split('.').nth(1).expect("a signed id has its number")
    }
}

impl Door {
    /// The door of a process that told where its player page is.
    pub(crate) fn of(runner: &mut Runner) -> Self {
        let line = runner.line("the player", |line| line.starts_with("  player "));
        let url = line.split_whitespace().nth(1).expect("it has an address");
        Self { url: url.trim_end_matches('/').to_owned() }
    }

    /// Somebody new.
    pub(crate) fn viewer(&self) -> Viewer {
        self.try_viewer().expect("a new viewer gets an id")
    }

    /// Somebody new; none while there are no ids to be had.
    pub(crate) fn try_viewer(&self) -> Option<Viewer> {
        let (_, _, cookie) = self.ask("POST", "viewer", "", "")?;
        Some(Viewer { cookie: cookie? })
    }

    /// What is on screen and can be voted on, and what of this viewer's stands.
    pub(crate) fn state(&self, viewer: &Viewer) -> Value {
        let (status, state, _) = self.ask("GET", "state", &viewer.cookie, "").expect("it answers");
        assert_eq!(status, 200, "{state}");
        state
    }

    /// The same; none while nobody answers, or the show is not known yet.
    pub(crate) fn try_state(&self, viewer: &Viewer) -> Option<Value> {
        let (status, state, _) = self.ask("GET", "state", &viewer.cookie, "")?;
        (status == 200).then_some(state)
    }

    /// The poll that was opened last, once there is one.
    pub(crate) fn poll(&self, viewer: &Viewer) -> Value {
        until("an open poll", || {
            // A front end may not have heard of the show yet.
            let (status, state, _) = self.ask("GET", "state", &viewer.cookie, "")?;
            let polls = state["polls"].as_array().filter(|_| status == 200)?;
            polls.last().cloned()
        })
    }

    /// Votes; none when there was no answer.
    pub(crate) fn try_vote(
        &self,
        viewer: &Viewer,
        poll: &Value,
        choice: &str,
    ) -> Option<(u16, Value)> {
        let (id, time) = (&poll["poll_id"], &poll["current_time"]);
        let body = json!({ "poll_id": id, "current_time": time, "choice": choice });
        let (status, answer, _) = self.ask("POST", "votes", &viewer.cookie, &body.to_string())?;
        Some((status, answer))
    }

    /// Votes, and is answered.
    pub(crate) fn vote(&self, viewer: &Viewer, poll: &Value, choice: &str) -> (u16, Value) {
        self.try_vote(viewer, poll, choice).expect("it answers")
    }

    /// A poll with its tally.
    pub(crate) fn tally(&self, poll: &Value) -> (u16, Value) {
        let text = |name: &str| poll[name].as_str().expect("a poll is named").to_owned();
        let (id, time) = (text("poll_id"), text("current_time"));
        get(&format!("{}/api/polls/{id}/{time}", self.url), &[])
    }

    /// What is known of a viewer, who may give a name.
    pub(crate) fn me(&self, viewer: &Viewer, name: Option<&str>) -> Value {
        let (method, body) = match name {
            Some(name) => ("POST", json!({ "name": name }).to_string()),
            None => ("GET", String::new()),
        };
        let (status, me, _) = self.ask(method, "me", &viewer.cookie, &body).expect("it answers");
        assert_eq!(status, 200, "{me}");
        me
    }

    /// A request with a cookie: the status, the body, and the cookie that was set.
    fn ask(
        &self,
        method: &str,
        path: &str,
        cookie: &str,
        body: &str,
    ) -> Option<(u16, Value, Option<String>)> {
        let url = format!("{}/api/{path}", self.url);
        let mut request = Request::builder().method(method).uri(url);
        if !cookie.is_empty() {
            request = request.header("cookie", cookie);
        }
        let request = request.header("content-type", "application/json");
        let request = request.body(body.to_owned()).expect("it is a request");
        let config = Agent::config_builder().http_status_as_error(false);
        let config = config.timeout_global(Some(BOUND)).allow_non_standard_methods(true);
        let mut answer = Agent::new_with_config(config.build()).run(request).ok()?;
        let set = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let set = set.and_then(|set| set.split(';').next()).map(str::to_owned);
        let body = answer.body_mut().read_to_string().ok()?;
        let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
        Some((answer.status().as_u16(), body, set))
    }
}
