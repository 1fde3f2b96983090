//! Failing on purpose, for rehearsals and tests.

use std::time::Duration;

use serde::Deserialize;

use crate::model::limits::{LOCAL_DELAY_MAX, LOCAL_FAULTS_MAX, LOCAL_PUTS_PER_CHANNEL};

use super::error::ServiceError;
use super::operation::Operation;

/// What `POST /local/faults` asks for: so many of the next calls of one operation on one channel
/// go wrong, first the lost answers, then the unavailable ones, then the throttled ones. Each of
/// them is delayed; a delay alone holds for the next call. What was asked before is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    operation: Operation,
    throttled: u32,
    unavailable: u32,
    lost_answers: u32,
    delay_ms: u64,
    #[serde(rename = "channelArn")]
    channel_arn: String,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            operation: Operation::PutMetadata,
            throttled: 0,
            unavailable: 0,
            lost_answers: 0,
            delay_ms: 0,
            channel_arn: String::new(),
        }
    }
}

/// What happens to one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fate {
    /// It waits this long first.
    pub delay: Duration,
    /// Then this goes wrong; nothing may.
    pub fault: Option<Fault>,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is done, but the connection is dropped without an answer.
    LostAnswer,
    /// It is not done, and answered with this.
    Refused(ServiceError),
}

impl Faults {
    /// The operation they concern.
    pub(super) fn operation(&self) -> Operation {
        self.operation
    }

    /// The channel they concern, as it was written.
    pub(super) fn channel(&self) -> &str {
        &self.channel_arn
    }

    /// Refuses numbers past their limits.
    pub(super) fn checked(self) -> Result<Self, ServiceError> {
        let most = self.throttled.max(self.unavailable).max(self.lost_answers);
        if most > LOCAL_FAULTS_MAX {
            let problem = format!("{most} faults were asked for, {LOCAL_FAULTS_MAX} can be");
            return Err(ServiceError::Validation(problem));
        }
        let delay_max_ms = LOCAL_DELAY_MAX.as_millis();
        if i128::from(self.delay_ms) > delay_max_ms {
            let problem = format!("delay_ms is {}, {delay_max_ms} can be", self.delay_ms);
            return Err(ServiceError::Validation(problem));
        }
        Ok(self)
    }

    /// What happens to the next call.
    pub(super) fn next(&mut self) -> Fate {
        let delay = Duration::from_millis(self.delay_ms);
        let throttled = ServiceError::Throttled {
            operation: self.operation,
            limit: LOCAL_PUTS_PER_CHANNEL,
            resource: self.channel_arn.clone(),
        };
        let kinds = [
            (&mut self.lost_answers, Fault::LostAnswer),
            (&mut self.unavailable, Fault::Refused(ServiceError::Unavailable)),
            (&mut self.throttled, Fault::Refused(throttled)),
        ];
        let fault = kinds.into_iter().find(|(left, _)| **left > 0).map(|(left, fault)| {
            *left -= 1;
            fault
        });
        if self.throttled + self.unavailable + self.lost_answers == 0 {
            self.delay_ms = 0;
        }
        Fate { delay, fault }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn come_in_their_order_and_end() {
        let mut faults =
            Faults { throttled: 1, unavailable: 1, lost_answers: 1, delay_ms: 5, ..<_>::default() };
        let fates: Vec<Fate> = (0..4).map(|_| faults.next()).collect();
        let delay = Duration::from_millis(5);
        assert!(fates[..3].iter().all(|fate| fate.delay == delay), "{fates:?}");
        let code = |fate: &Fate| match &fate.fault {
            None => "none",
            Some(Fault::LostAnswer) => "lost",
            Some(Fault::Refused(error)) => error.code(),
        };
        let codes: Vec<&str> = fates.iter().map(code).collect();
        assert_eq!(codes, ["lost", "ServiceUnavailable", "ThrottlingException", "none"]);
        assert_eq!(fates[3].delay, Duration::ZERO);
    }

    #[test]
    fn a_delay_alone_holds_for_one_call() {
        let mut faults = Faults { delay_ms: 5, ..<_>::default() };
        assert_eq!(faults.next(), Fate { delay: Duration::from_millis(5), fault: None });
        assert_eq!(faults.next(), Fate::default());
    }

    #[test]
    fn numbers_are_bounded() {
        let faults = Faults { throttled: LOCAL_FAULTS_MAX + 1, ..<_>::default() };
        assert!(faults.checked().is_err());
        assert!(Faults { delay_ms: 60_001, ..<_>::default() }.checked().is_err());
        assert!(Faults { delay_ms: 60_000, ..<_>::default() }.checked().is_ok());
    }
}
