//! Whether all that a show needs is there, asked before air: each question with its answer, and
//! with what to do where the answer is no.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use super::channel::aws::{AwsError, ChannelInfo, Ivs, Noted, Until};
use super::clock::Clock;
use super::data::DataFolder;
use super::watch_stream::{Failure, PlaybackUrl, reach};
use crate::model::channel::ChannelArn;
use crate::model::delivery::{Answer, Refusal};
use crate::model::io::{AskFailure, Seen};
use crate::model::limits::{READY_CLOCK_OFF_MAX, READY_DISK_MIN_BYTES, READY_WAIT};
use crate::model::payload::Payload;

/// What is asked about.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The channel.
    pub channel: ChannelArn,
    /// Where state and journal will lie.
    pub data: PathBuf,
    /// What proves that sending works; none to send nothing.
    pub test: Option<Payload>,
}

/// One question, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was asked, in a word.
    pub name: &'static str,
    /// The answer.
    pub verdict: Verdict,
    /// What was met.
    pub met: String,
    /// What to do about it; empty where nothing is to be done.
    pub to_do: String,
}

/// Whether it is as a show needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Fine,
    /// It is not, and somebody here can change that.
    Wanting,
    /// The outside world refused, or does not answer.
    Refused,
}

impl Check {
    fn fine(name: &'static str, met: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Fine, met: met.into(), to_do: String::new() }
    }

    fn wanting(name: &'static str, met: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Wanting, met: met.into(), to_do: to_do.into() }
    }

    fn refused(name: &'static str, met: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Refused, met: met.into(), to_do: to_do.into() }
    }

    /// Of an error, whose hint is what to do.
    fn of_error(name: &'static str, error: &AwsError) -> Self {
        let text = error.to_string();
        let (met, to_do) = text.split_once("\nhint: ").unwrap_or((&text, ""));
        Self::refused(name, met, to_do)
    }
}

/// The six checks, in the order in which one needs the other.
pub async fn checks(ivs: &Ivs, asked: &Asked, clock: Clock) -> [Check; 6] {
    let keys = credentials(ivs.ready().await, clock.now().wall);
    if keys.verdict == Verdict::Refused {
        let unasked = |name| Check::refused(name, "not asked", "credentials come first");
        let (may, live, time, plays) =
            (unasked("permission"), unasked("stream"), unasked("clock"), unasked("playback"));
        return [keys, may, live, time, plays, disk(&asked.data)];
    }
    let begun = clock.now();
    let (seen, Noted { address, date }) = ivs.stream_noted(&asked.channel).await;
    let address = address.unwrap_or_else(|| "the service".to_owned());
    let ended = clock.now();
    // The answer was dated somewhere in between.
    let half = (ended.up - begun.up) / 2;
    let here = begun.wall.saturating_add(half).unwrap_or(begun.wall);
    let channel = ivs.channel(&asked.channel).await;
    let sent = match &asked.test {
        Some(payload) => Some(ivs.put(&asked.channel, payload).await),
        None => None,
    };
    let plays = playback(channel.as_ref(), &seen).await;
    [
        keys,
        permission((&asked.channel, &address), &seen, channel.as_ref(), sent.as_ref()),
        stream(&seen),
        offset(date.map(|date| here.duration_since(date))),
        plays,
        disk(&asked.data),
    ]
}

fn credentials(keys: Result<Until, AwsError>, now: Timestamp) -> Check {
    let name = "credentials";
    match keys {
        Err(error) => Check::of_error(name, &error),
        Ok(Until::At(at)) if at <= now => {
            let to_do = "`aws sso login` renews a session";
            Check::refused(name, format!("they ended at {}", minute(at)), to_do)
        }
        Ok(until) => Check::fine(name, format!("there, {until}")),
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// May the channel be asked about, and be sent to; at which address.
fn permission(
    (arn, address): (&ChannelArn, &str),
    seen: &Seen,
    channel: Result<&ChannelInfo, &AwsError>,
    sent: Option<&Answer>,
) -> Check {
    let name = "permission";
    match seen {
        Seen::NotPermitted => {
            let met = format!("{address} does not allow GetStream");
            return Check::refused(name, met, "allow `ivs:GetStream`");
        }
        Seen::NoChannel => {
            let to_do = "is the ARN right, and the account? `runner channels` lists them";
            return Check::refused(name, format!("{address} knows no such channel"), to_do);
        }
        Seen::Failed(AskFailure::Credentials(message)) => {
            let met = format!("{address}: {message}");
            return Check::refused(name, met, "`aws sts get-caller-identity` tells more");
        }
        Seen::Failed(AskFailure::Unreachable(message)) => {
            let to_do = if arn.is_local() {
                "start `runner local`, or a show on `local`; `--endpoint-url` names another port"
            } else {
                "is the network up, and the address right? `--endpoint-url` names another"
            };
            return Check::refused(name, format!("{address}: {message}"), to_do);
        }
        Seen::Live(_) | Seen::NotLive | Seen::Unknown => {}
    }
    if let Err(error) = channel {
        return Check::refused(name, format!("{address}: {error}"), "allow `ivs:GetChannel`");
    }
    match sent {
        None => {
            let met = format!("may ask {address}; that it may send `--send-test` proves");
            Check::fine(name, met)
        }
        Some(Answer::Taken | Answer::TakenLate) => {
            Check::fine(name, format!("may ask {address}, and a payload was sent"))
        }
        Some(Answer::Refused { refusal: Refusal::OffAir, .. }) => {
            let to_do = "send it again when the channel is live";
            let met = format!("may ask {address}; nothing could be sent off air");
            Check::wanting(name, met, to_do)
        }
        Some(Answer::Refused { message, .. }) => {
            let met = format!("may ask {address}, not send: {message}");
            Check::refused(name, met, "allow `ivs:PutMetadata`")
        }
        Some(Answer::Lost { message }) => {
            let met =
                format!("may ask {address}; nobody knows whether the payload was sent: {message}");
            Check::refused(name, met, "try again")
        }
    }
}

fn stream(seen: &Seen) -> Check {
    let name = "stream";
    match seen {
        Seen::Live(info) => {
            let (since, viewers) = (minute(info.started_at), info.viewers);
            let met = format!("live since {since}, {viewers} viewers, {}", info.health);
            if info.health == "STARVING" {
                return Check::wanting(name, met, "the encoder sends too little: look there");
            }
            Check::fine(name, met)
        }
        Seen::NotLive => {
            let to_do = "start the broadcast; until then timed cues are skipped";
            Check::wanting(name, "off air", to_do)
        }
        Seen::NotPermitted | Seen::NoChannel | Seen::Unknown | Seen::Failed(_) => {
            Check::refused(name, "not known", "see `permission`")
        }
    }
}

/// How far the clock here is ahead of the service's.
fn offset(ahead: Option<SignedDuration>) -> Check {
    let name = "clock";
    let Some(ahead) = ahead else {
        return Check::refused(name, "the service's time is not known", "see `permission`");
    };
    if ahead.abs() <= READY_CLOCK_OFF_MAX {
        return Check::fine(name, "as the service's, as far as a second tells");
    }
    let way = if ahead.is_negative() { "behind" } else { "ahead of" };
    let met = format!("{} s {way} the service's", ahead.abs().as_secs());
    Check::wanting(name, met, "let the system set it: `timedatectl set-ntp true`")
}

async fn playback(channel: Result<&ChannelInfo, &AwsError>, seen: &Seen) -> Check {
    let name = "playback";
    let url = match channel {
        Ok(channel) => channel.playback_url.clone().unwrap_or_default(),
        Err(_) => return Check::refused(name, "its address is not known", "see `permission`"),
    };
    let Ok(address) = url.parse::<PlaybackUrl>() else {
        return Check::refused(name, format!("`{url}` is no address"), "is it a channel of IVS?");
    };
    let reached = timeout(READY_WAIT.unsigned_abs(), reach(&address)).await;
    match reached.unwrap_or(Err(Failure::TooLate(READY_WAIT.unsigned_abs().as_secs()))) {
        Ok(()) => Check::fine(name, url),
        Err(Failure::OffAir | Failure::NotFound) if !matches!(seen, Seen::Live(_)) => {
            Check::wanting(name, format!("{url} has no video"), "start the broadcast")
        }
        Err(failure) => {
            let text = failure.to_string();
            let (met, to_do) =
                text.split_once("\nhint: ").unwrap_or((&text, "open it in a player"));
            Check::refused(name, format!("{url}: {met}"), to_do)
        }
    }
}

fn disk(data: &Path) -> Check {
    let name = "disk";
    let shown = data.display();
    if let Err(error) = DataFolder::open(data) {
        let text = error.to_string();
        let (met, to_do) = text.split_once("\nhint: ").unwrap_or((&text, "`--data` names another"));
        return Check::wanting(name, met, to_do);
    }
    match free_bytes(data) {
        Some(free) if free < READY_DISK_MIN_BYTES => {
            let met = format!("`{shown}` has {} MB free", free / 1_000_000);
            Check::wanting(name, met, "make room for a gigabyte, or name another by `--data`")
        }
        Some(free) => Check::fine(name, format!("`{shown}` has {} GB free", free / 1_000_000_000)),
        None => Check::fine(name, format!("`{shown}` can be written")),
    }
}

/// Bytes that are free; none where the system does not say.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Bytes that are free; none where the system does not say.
#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests;
