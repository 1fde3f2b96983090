//! Where payloads go: an IVS channel by its ARN, or the local one.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::ModelError;
use super::shared_text::SharedText;

/// The ARN of the channel that the local stand-in has from its start.
pub const LOCAL_CHANNEL_ARN: &str = "arn:aws:ivs:us-west-2:000000000000:channel/local";

/// The ARN of an IVS channel, `arn:aws:ivs:<region>:<account>:channel/<id>`:
/// 128 characters at most.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChannelArn(SharedText);

impl ChannelArn {
    /// The local channel.
    pub fn local() -> Self {
        Self(LOCAL_CHANNEL_ARN.into())
    }

    /// The channel of this id beside the local one: letters, digits and `-`.
    pub fn beside_local(id: &str) -> Result<Self, ModelError> {
        Self::local().as_str().replace("channel/local", &format!("channel/{id}")).parse()
    }

    /// Whether this is the local channel that every local stand-in has.
    pub fn is_local(&self) -> bool {
        &*self.0 == LOCAL_CHANNEL_ARN
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The region it lies in: `us-west-2`.
    pub fn region(&self) -> &str {
        self.part(3)
    }

    /// The account it belongs to.
    pub fn account(&self) -> &str {
        self.part(4)
    }

    /// Its id, what follows `channel/`.
    pub fn id(&self) -> &str {
        self.part(5).trim_start_matches("channel/")
    }

    fn part(&self, n: usize) -> &str {
        self.0.split(':').nth(n).expect("an ARN was checked to have six parts")
    }
}

impl FromStr for ChannelArn {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let refuse = |problem| Err(ModelError::ChannelArn { met: text.to_owned(), problem });
        let parts: Vec<&str> = text.split(':').collect();
        let [arn, partition, service, region, account, resource] = parts.as_slice() else {
            return refuse("wanted six parts with `:` between them");
        };
        let all = |part: &str, ok: fn(char) -> bool| !part.is_empty() && part.chars().all(ok);
        if (*arn, *partition) != ("arn", "aws") {
            return refuse("wanted it to begin with `arn:aws:`");
        }
        if *service != "ivs" {
            return refuse("its service is not `ivs`");
        }
        if !all(region, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            return refuse("its region is not one like `us-west-2`");
        }
        if !all(account, |c| c.is_ascii_digit()) {
            return refuse("its account is not a number");
        }
        let Some(id) = resource.strip_prefix("channel/") else {
            return refuse("it names no `channel/…`");
        };
        if !all(id, |c| c.is_ascii_alphanumeric() || c == '-') {
            return refuse("its channel id is not letters, digits and `-`");
        }
        if text.len() > 128 {
            return refuse("it has more than 128 characters");
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for ChannelArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ChannelArn {
    type Error = ModelError;

    fn try_from(text: String) -> Result<Self, ModelError> {
        text.parse()
    }
}

impl From<ChannelArn> for String {
    fn from(arn: ChannelArn) -> Self {
        arn.as_str().to_owned()
    }
}

/// One running script on one channel: what rows of the store and events are keyed by. Its clones
/// share their text, for whoever tells shows apart holds one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShowId {
    /// The script's name: its file name without `.rhai`.
    pub script: Arc<str>,
    /// The channel it runs on.
    pub channel: ChannelArn,
}

impl fmt::Display for ShowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.script, self.channel)
    }
}

/// A stream that is on air, as the service describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamInfo {
    /// The stream's id, `st-…`.
    pub stream_id: String,
    /// When it went live.
    pub started_at: jiff::Timestamp,
    /// Viewers, as the service counts them (up to a minute old).
    pub viewers: u64,
    /// `HEALTHY`, `STARVING` or `UNKNOWN`.
    pub health: String,
}
