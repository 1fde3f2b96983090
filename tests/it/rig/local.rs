//! A local channel in a process of its own, which outlives the shows that are killed, and the few
//! requests that tests make.

use std::process::Command;

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;

use super::{BOUND, Runner, command, until};

/// The channel that every local service has.
pub(crate) const LOCAL: &str = "arn:aws:ivs:us-west-2:000000000000:channel/local";

/// A running `runner local`.
pub(crate) struct Local {
    runner: Runner,
    /// Where it listens.
    pub(crate) url: String,
}

impl Local {
    /// Starts one on a port of its own.
    pub(crate) fn start() -> Self {
        Self::start_on("0")
    }

    /// Starts one on this port.
    pub(crate) fn start_on(port: &str) -> Self {
        Self::begin(&mut command(&["local", "--port", port]))
    }

    /// Starts one by this command.
    pub(crate) fn begin(command: &mut Command) -> Self {
        let mut runner = Runner::start(command);
        let line = runner.line("its address", |line| line.contains("endpoint"));
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.expect("the line has the address").to_owned();
        let local = Self { runner, url };
        // The address is printed before the first connection is accepted.
        until("the local channel", || local.try_payloads(LOCAL));
        local
    }

    /// Its port.
    pub(crate) fn port(&self) -> &str {
        self.url.rsplit(':').next().expect("an address has a port")
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.runner.kill();
    }

    /// What viewers of a channel would have got so far, oldest first.
    pub(crate) fn payloads(&self, channel: &str) -> Vec<String> {
        self.try_payloads(channel).expect("the local channel answers")
    }

    fn try_payloads(&self, channel: &str) -> Option<Vec<String>> {
        let url = format!("{}/local/payloads?channelArn={channel}", self.url);
        let request = Request::get(url).body(String::new()).expect("it is a request");
        let (status, body) = request_once(request)?;
        assert_eq!(status, 200, "{body}");
        let newest_first = body["payloads"].as_array().expect("it is a list");
        let texts = newest_first.iter().rev().map(|payload| text(&payload["metadata"]));
        Some(texts.collect())
    }

    /// The `round`s among a channel's payloads, oldest first.
    pub(crate) fn rounds(&self, channel: &str) -> Vec<i64> {
        let payloads = self.payloads(channel);
        let parsed = payloads.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok());
        parsed.filter_map(|payload| payload["round"].as_i64()).collect()
    }

    /// Waits until a payload contains `part`.
    pub(crate) fn wait_payload(&self, part: &str) -> String {
        until(part, || self.payloads(LOCAL).into_iter().find(|text| text.contains(part)))
    }

    /// `POST /local/…` about a channel.
    pub(crate) fn control(&self, verb: &str, channel: &str, more: &Value) {
        let mut body = json!({ "channelArn": channel });
        let body_of = body.as_object_mut().expect("it is an object");
        body_of.extend(more.as_object().cloned().unwrap_or_default());
        let (status, answer) = post(&format!("{}/local/{verb}", self.url), &[], &body.to_string());
        assert!((200..300).contains(&status), "{status} {answer}");
    }

    /// Makes the next calls of `PutMetadata` go wrong.
    pub(crate) fn faults(&self, faults: &Value) {
        self.control("faults", LOCAL, faults);
    }

    /// Takes the local channel off air.
    pub(crate) fn off_air(&self) {
        self.control("off_air", LOCAL, &Value::Null);
    }

    /// Puts the local channel on air.
    pub(crate) fn on_air(&self) {
        self.control("on_air", LOCAL, &Value::Null);
    }

    /// Makes another channel, and puts it on air.
    pub(crate) fn another(&self, name: &str) -> String {
        let body = json!({ "name": name }).to_string();
        let (status, made) = post(&format!("{}/CreateChannel", self.url), &[], &body);
        assert_eq!(status, 200, "{made}");
        let arn = text(&made["channel"]["arn"]);
        self.control("on_air", &arn, &Value::Null);
        arn
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// `GET`: the status, and the body as JSON where it is some.
pub(crate) fn get(url: &str, headers: &[(&str, &str)]) -> (u16, Value) {
    request("GET", url, headers, "")
}

/// `POST`: the status, and the body as JSON where it is some.
pub(crate) fn post(url: &str, headers: &[(&str, &str)], body: &str) -> (u16, Value) {
    request("POST", url, headers, body)
}

/// A request that must be answered.
fn request(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> (u16, Value) {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body.to_owned()).expect("it is a request");
    request_once(request).expect("the server answers")
}

fn request_once(request: Request<String>) -> Option<(u16, Value)> {
    let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(BOUND));
    let agent = Agent::new_with_config(config.allow_non_standard_methods(true).build());
    let mut answer = agent.run(request).ok()?;
    let body = answer.body_mut().read_to_string().expect("the body is text");
    let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
    Some((answer.status().as_u16(), body))
}
