//! What makes a word invalid. Messages are lower case and say what was met and what was wanted.

use super::cue::BY_HAND;
use super::limits::{CUE_NAME_MAX_CHARS, EVERY_MIN, FIRE_DATA_MAX_BYTES, PAYLOAD_MAX_BYTES};

/// A value that is not one of the model's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// A duration that cannot be read.
    #[error("`{met}` is not a duration\nhint: write `250ms`, `10s`, `1m30s`, `2h` or `1:30`")]
    SpanText {
        /// The text met.
        met: String,
    },
    /// A duration of nothing, or of more than a year.
    #[error("the duration `{met}` is out of range, wanted more than nothing and at most a year")]
    SpanRange {
        /// The text met.
        met: String,
    },
    /// An interval shorter than a channel can take.
    #[error(
        "`every(\"{met}\")` is too short, wanted at least {} ms\nhint: a channel takes five \
         payloads a second, and one of them is kept for the operator",
        EVERY_MIN.as_millis()
    )]
    GapTooShort {
        /// The text met.
        met: String,
    },
    /// A range of gaps whose end is before its beginning.
    #[error("the range `{met}` runs backwards\nhint: write the shorter gap first, `20s..40s`")]
    GapBackwards {
        /// The text met.
        met: String,
    },
    /// An ARN that is not one of a channel.
    #[error(
        "`{met}` is not the ARN of an IVS channel: {problem}\nhint: \
             it looks like `arn:aws:ivs:us-west-2:123456789012:channel/abcdEFGH1234`; \
             `local` is the local channel"
    )]
    ChannelArn {
        /// The text met.
        met: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A payload of no bytes.
    #[error("the payload is empty, wanted 1 to {PAYLOAD_MAX_BYTES} bytes")]
    PayloadEmpty,
    /// A payload over the limit.
    #[error("the payload has {bytes} bytes, {PAYLOAD_MAX_BYTES} fit")]
    PayloadTooLarge {
        /// Its size in bytes.
        bytes: usize,
    },
    /// A cue name that stands for what has no cue.
    #[error(
        "`{BY_HAND}` stands for what an operator sends without a cue: a cue needs another name"
    )]
    CueNameTaken,
    /// A cue name that cannot be used.
    #[error("`{met}` cannot name a cue, wanted 1 to {CUE_NAME_MAX_CHARS} printable characters")]
    CueName {
        /// The text met.
        met: String,
    },
    /// A cron expression that cannot be read.
    #[error(
        "`{met}` is not a cron expression: {problem}\nhint: five fields are minute, hour, \
             day of month, month, day of week: `*/5 * * * *`; six begin with the second"
    )]
    Cron {
        /// The text met.
        met: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A time zone that does not exist.
    #[error("`{met}` is not a time zone{}\nhint: write a name of the IANA database, \
             `Europe/Paris`", near.as_ref().map(|near| format!(", did you mean `{near}`?"))
             .unwrap_or_default())]
    Zone {
        /// The text met.
        met: String,
        /// The nearest name there is.
        near: Option<String>,
    },
    /// A time that cannot be read.
    #[error("`{met}` is not a time\nhint: write `20:30`, `20:30:15` or `2026-12-31T23:59:50`")]
    TimeText {
        /// The text met.
        met: String,
    },
    /// A happening that does not exist.
    #[error("`on(\"{met}\")` names nothing that happens{}\nhint: there are on_air, off_air, \
             start, resume, stop, reloaded, refused and poll_closed",
             near.as_ref().map(|near| format!(", did you mean `{near}`?")).unwrap_or_default())]
    Happening {
        /// The text met.
        met: String,
        /// The nearest name there is.
        near: Option<String>,
    },
    /// A moment of a rehearsed evening that cannot be read.
    #[error(
        "`{met}` is not a moment of the evening\nhint: write a time, `20:45` or \
         `2026-12-31T20:45`, or how long after the start, `45m`"
    )]
    Moment {
        /// The text met.
        met: String,
    },
    /// From when to when, without the `..` between.
    #[error("`{met}` is not a stretch of time\nhint: write `20:45..20:50` or `45m..50m`")]
    Stretch {
        /// The text met.
        met: String,
    },
    /// What the operator fires, without when.
    #[error(
        "`{met}` does not say what is fired and when\nhint: write `intro@20:45`, or with data \
             `score@45m={{\"team\":\"reds\"}}`"
    )]
    Go {
        /// The text met.
        met: String,
    },
    /// A payload that a person typed, which begins like JSON and is none.
    #[error("the payload begins like JSON and is none: {problem}")]
    PayloadNoJson {
        /// Why.
        problem: String,
    },
    /// The data of an operator's fire that begins like JSON and is none.
    #[error("`{met}` is no JSON\nhint: names and texts stand in quotes, `{{\"team\":\"reds\"}}`")]
    GoData {
        /// What was met.
        met: String,
    },
    /// The data of a fire over the limit.
    #[error("the data has {bytes} bytes, {FIRE_DATA_MAX_BYTES} fit")]
    FireData {
        /// Its size in bytes, as JSON.
        bytes: usize,
    },
    /// A viewer's id that is not 32 digits of base 16.
    #[error("`{met}` is not a viewer's id, wanted 32 digits of base 16")]
    ViewerId {
        /// The text met.
        met: String,
    },
    /// A name that a viewer cannot have.
    #[error("`{}` cannot be a name: {problem}", met.escape_debug())]
    ViewerName {
        /// The text met.
        met: String,
        /// Why.
        problem: &'static str,
    },
}
