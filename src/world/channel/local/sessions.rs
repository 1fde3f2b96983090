//! The streams a channel had, the newest first: the one on air, and those that ended.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::model::channel::ChannelArn;
use crate::model::limits::LOCAL_SESSIONS_PER_CHANNEL;

use super::request::Paging;

/// One broadcast, from on air to off air.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// `st-…`.
    pub(super) id: String,
    started: Timestamp,
    ended: Option<Timestamp>,
}

/// A channel's streams; the oldest are forgotten.
#[derive(Debug, Default)]
pub(super) struct Sessions(VecDeque<Session>);

impl Sessions {
    /// What is on air.
    pub(super) fn live(&self) -> Option<&Session> {
        self.0.front().filter(|newest| newest.ended.is_none())
    }

    /// A new stream is on air.
    pub(super) fn begin(&mut self, id: String, at: Timestamp) {
        self.0.push_front(Session { id, started: at, ended: None });
        self.0.truncate(LOCAL_SESSIONS_PER_CHANNEL);
    }

    /// What is on air ends; its id, where something was.
    pub(super) fn end(&mut self, at: Timestamp) -> Option<String> {
        let newest = self.0.front_mut().filter(|newest| newest.ended.is_none())?;
        newest.ended = Some(at);
        Some(newest.id.clone())
    }

    /// The stream of this id, or the newest one.
    pub(super) fn get(&self, id: Option<&str>) -> Option<&Session> {
        self.0.iter().find(|session| id.is_none_or(|id| session.id == id))
    }

    /// What `ListStreamSessions` says.
    pub(super) fn page(&self, paging: &Paging) -> Value {
        let is_last = |session: &Session| Some(&session.id) == paging.after.as_ref();
        let from = self.0.iter().position(is_last).map_or(0, |last| last + 1);
        let mut rest = self.0.iter().skip(from);
        let page: Vec<&Session> = rest.by_ref().take(paging.count).collect();
        let summaries: Vec<Value> = page.iter().map(|session| session.summary()).collect();
        match (rest.next(), page.last()) {
            (Some(_), Some(last)) => json!({ "streamSessions": summaries, "nextToken": last.id }),
            _ => json!({ "streamSessions": summaries }),
        }
    }
}

impl Session {
    /// The stream as `ListStreams` describes it. Nobody counts viewers yet.
    pub(super) fn stream(&self, arn: &ChannelArn) -> Value {
        json!({
            "channelArn": arn,
            "streamId": self.id,
            "startTime": self.started,
            "state": "LIVE",
            "health": "HEALTHY",
            "viewerCount": 0,
        })
    }

    /// The stream as `GetStreamSession` describes it, `channel` as `GetChannel` does. Nobody sends
    /// it: what is said of that holds for every clip.
    pub(super) fn described(&self, channel: &Value) -> Value {
        let mut described = self.times();
        described["channel"] = channel.clone();
        described["truncatedEvents"] = self.events();
        described["ingestConfiguration"] = json!({
            "video": { "encoder": "showrunner", "targetFramerate": 30 },
            "audio": { "codec": "mp4a.40.2", "sampleRate": 48_000 },
        });
        described
    }

    /// The stream as `ListStreamSessions` describes it.
    fn summary(&self) -> Value {
        let mut summary = self.times();
        summary["hasErrorEvent"] = json!(false);
        summary
    }

    /// From when to when; one that goes on has no `endTime`.
    fn times(&self) -> Value {
        let mut times = json!({ "streamId": self.id, "startTime": self.started });
        if let Some(ended) = self.ended {
            times["endTime"] = json!(ended);
        }
        times
    }

    /// The newest first.
    fn events(&self) -> Value {
        let kind = "IVS Stream State Change";
        let event = |name, at| json!({ "name": name, "type": kind, "eventTime": at });
        let started = ["Stream Start", "Session Created"].map(|name| event(name, self.started));
        let ended =
            self.ended.map(|at| ["Session Ended", "Stream End"].map(|name| event(name, at)));
        ended.into_iter().flatten().chain(started).collect()
    }
}
