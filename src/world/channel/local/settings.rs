//! What can be set of a channel, as the service's model has it.

use serde::{Deserialize, Serialize};

use crate::model::limits::CHANNEL_NAME_MAX_CHARS;

use super::error::ServiceError;
use super::tags::{self, Tags};

/// What `CreateChannel` and `UpdateChannel` ask for; what is not named stays, or is the default.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Wanted {
    name: Option<String>,
    latency_mode: Option<Latency>,
    r#type: Option<Kind>,
    authorized: Option<bool>,
    insecure_ingest: Option<bool>,
    preset: Option<Preset>,
    container_format: Option<Container>,
    multitrack_input_configuration: Option<Multitrack>,
    tags: Option<Tags>,
    recording_configuration_arn: Option<String>,
    playback_restriction_policy_arn: Option<String>,
    ad_configuration_arn: Option<String>,
    failover_slate_configuration_arn: Option<String>,
}

/// What is set of a channel, under the names the wire uses.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Its name; need not be the only one of that name.
    pub(super) name: String,
    pub(super) latency_mode: Latency,
    pub(super) r#type: Kind,
    pub(super) authorized: bool,
    pub(super) insecure_ingest: bool,
    pub(super) preset: Preset,
    pub(super) container_format: Container,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) multitrack_input_configuration: Option<Multitrack>,
    pub(super) tags: Tags,
}

/// How far viewers are behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Latency {
    /// As far as HLS usually is.
    Normal,
    /// As near as it gets.
    Low,
}

/// The channel type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// One rendition.
    Basic,
    /// Several renditions.
    Standard,
    /// Several renditions, standard definition.
    AdvancedSd,
    /// Several renditions, high definition.
    AdvancedHd,
}

/// The transcode preset of an advanced channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    /// Of a channel that has none.
    #[serde(rename = "")]
    None,
    /// Quality first.
    #[serde(rename = "HIGHER_BANDWIDTH_DELIVERY")]
    Higher,
    /// Bandwidth first.
    #[serde(rename = "CONSTRAINED_BANDWIDTH_DELIVERY")]
    Constrained,
}

/// How the video is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Container {
    /// MPEG-TS.
    #[serde(rename = "TS")]
    Ts,
    /// Fragmented MP4.
    #[serde(rename = "FRAGMENTED_MP4")]
    Fmp4,
}

/// Whether the broadcaster sends several renditions itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Multitrack {
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<Policy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_resolution: Option<Resolution>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Policy {
    Allow,
    Require,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Resolution {
    Sd,
    Hd,
    FullHd,
}

impl Settings {
    /// The settings of a channel that was asked for with nothing but a name.
    pub(super) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            latency_mode: Latency::Low,
            r#type: Kind::Standard,
            authorized: false,
            insecure_ingest: false,
            preset: Preset::None,
            container_format: Container::Ts,
            multitrack_input_configuration: None,
            tags: Tags::new(),
        }
    }

    /// These settings with what is wanted in their place.
    pub(super) fn with(mut self, wanted: Wanted) -> Result<Self, ServiceError> {
        self.name = wanted.name.unwrap_or(self.name);
        self.latency_mode = wanted.latency_mode.unwrap_or(self.latency_mode);
        self.r#type = wanted.r#type.unwrap_or(self.r#type);
        self.authorized = wanted.authorized.unwrap_or(self.authorized);
        self.insecure_ingest = wanted.insecure_ingest.unwrap_or(self.insecure_ingest);
        self.preset = wanted.preset.unwrap_or(self.preset);
        self.container_format = wanted.container_format.unwrap_or(self.container_format);
        self.multitrack_input_configuration =
            wanted.multitrack_input_configuration.or(self.multitrack_input_configuration);
        self.tags = wanted.tags.unwrap_or(self.tags);
        let advanced = matches!(self.r#type, Kind::AdvancedSd | Kind::AdvancedHd);
        match (advanced, self.preset) {
            (true, Preset::None) => self.preset = Preset::Higher,
            (false, Preset::Higher | Preset::Constrained) if wanted.preset.is_some() => {
                let problem = "preset is only for the types ADVANCED_SD and ADVANCED_HD";
                return Err(ServiceError::Validation(problem.to_owned()));
            }
            (false, _) => self.preset = Preset::None,
            (true, _) => {}
        }
        let multitrack = self.multitrack_input_configuration.is_some_and(|it| it.enabled);
        if multitrack && self.container_format == Container::Ts {
            let problem = "multitrack input needs containerFormat FRAGMENTED_MP4";
            return Err(ServiceError::Validation(problem.to_owned()));
        }
        Ok(self)
    }
}

impl Wanted {
    /// Refuses what the service's model does not allow.
    pub(super) fn checked(self) -> Result<Self, ServiceError> {
        let name = self.name.as_deref().unwrap_or_default();
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if !plain || name.len() > CHANNEL_NAME_MAX_CHARS {
            return Err(ServiceError::Validation(format!("Invalid channel name: {name}")));
        }
        self.tags.as_ref().map_or(Ok(()), tags::check)?;
        self.refuse_what_is_not_here()?;
        Ok(self)
    }

    /// The stand-in has channels only: any other resource that is named does not exist.
    fn refuse_what_is_not_here(&self) -> Result<(), ServiceError> {
        let others = [
            &self.recording_configuration_arn,
            &self.playback_restriction_policy_arn,
            &self.ad_configuration_arn,
            &self.failover_slate_configuration_arn,
        ];
        match others.into_iter().flatten().find(|arn| !arn.is_empty()) {
            Some(arn) => Err(ServiceError::NotFound(arn.clone())),
            None => Ok(()),
        }
    }
}
