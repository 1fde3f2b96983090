//! One channel of the local service: its settings, its streams, what was put into it.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::model::channel::ChannelArn;
use crate::model::limits::LOCAL_PAYLOADS_PER_CHANNEL;
use crate::model::payload::Payload;

use super::rate::Rate;
use super::sessions::Sessions;
use super::settings::Settings;

/// A channel.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) arn: ChannelArn,
    pub(super) settings: Settings,
    pub(super) sessions: Sessions,
    pub(super) puts: Rate,
    pub(super) payloads: VecDeque<Kept>,
    ingest: Ingest,
}

/// Where a broadcaster would send to, were this more than a stand-in.
#[derive(Debug)]
struct Ingest {
    host: String,
    passphrase: String,
}

/// A payload that was taken.
#[derive(Debug)]
pub(super) struct Kept {
    at: Timestamp,
    payload: Payload,
    stream: String,
}

impl Channel {
    /// A channel that is off air; `random` gives that many letters and digits.
    pub(super) fn new(arn: ChannelArn, settings: Settings, random: fn(usize) -> String) -> Self {
        let host = format!("{}.global-contribute.live-video.net", random(12).to_lowercase());
        Self {
            arn,
            settings,
            sessions: Sessions::default(),
            puts: Rate::default(),
            payloads: VecDeque::new(),
            ingest: Ingest { host, passphrase: random(32) },
        }
    }

    /// Remembers a payload, and whether an older one is forgotten for it.
    pub(super) fn keep(&mut self, payload: Payload, stream: String, at: Timestamp) -> bool {
        self.payloads.push_front(Kept { at, payload, stream });
        let full = self.payloads.len() > LOCAL_PAYLOADS_PER_CHANNEL;
        if full {
            self.payloads.pop_back();
        }
        full
    }

    /// What `GET /local/payloads` says, newest first.
    pub(super) fn kept(&self) -> Value {
        let one = |kept: &Kept| {
            json!({
                "at": kept.at,
                "metadata": kept.payload,
                "bytes": kept.payload.bytes(),
                "streamId": kept.stream,
            })
        };
        self.payloads.iter().map(one).collect()
    }

    /// The channel as `GetChannel` describes it; `base` is the URL the service is reached under.
    pub(super) fn described(&self, base: &str) -> Value {
        let mut described = json!(self.settings);
        let srt = format!("srt://{}:9000?streamid={}", self.ingest.host, self.arn.id());
        let rest = [
            ("arn", json!(self.arn)),
            ("playbackUrl", json!(self.playback_url(base))),
            ("ingestEndpoint", json!(self.ingest.host)),
            ("srt", json!({"endpoint": srt, "passphrase": self.ingest.passphrase})),
            ("recordingConfigurationArn", json!("")),
            ("playbackRestrictionPolicyArn", json!("")),
            ("adConfigurationArn", json!("")),
            ("failoverSlateConfigurationArn", json!("")),
        ];
        for (name, value) in rest {
            described[name] = value;
        }
        described
    }

    /// The channel as `ListChannels` describes it.
    pub(super) fn summary(&self) -> Value {
        let settings = &self.settings;
        json!({
            "arn": self.arn,
            "name": settings.name,
            "latencyMode": settings.latency_mode,
            "type": settings.r#type,
            "authorized": settings.authorized,
            "insecureIngest": settings.insecure_ingest,
            "preset": settings.preset,
            "tags": settings.tags,
            "recordingConfigurationArn": "",
            "playbackRestrictionPolicyArn": "",
            "adConfigurationArn": "",
            "failoverSlateConfigurationArn": "",
        })
    }

    /// Where viewers find the video.
    pub(super) fn playback_url(&self, base: &str) -> String {
        format!("{base}/{}/playback.m3u8", self.arn.id())
    }
}
