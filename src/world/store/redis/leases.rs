//! The leases of shows, in Redis: all of a run are asked for in one round trip.

use jiff::SignedDuration;
use redis::Pipeline;

use super::super::{StoreError, StoreUrl};
use super::keys::Keys;
use super::wire::Wire;
use crate::model::channel::ShowId;
use crate::model::lease::Holder;
use crate::model::limits::{LEASE, LEASE_ANSWER_WAIT};
use crate::rules::lease::{Answer, Question};

const ASK: &str = include_str!("lua/lease.lua");
const RELEASE: &str = include_str!("lua/release.lua");

/// Where leases are asked for and given back.
pub struct LeaseDesk {
    wire: Wire,
}

impl LeaseDesk {
    /// One at an address, whether somebody is there or not.
    pub fn new(url: &StoreUrl) -> Result<Self, StoreError> {
        Ok(Self { wire: Wire::new(url, LEASE_ANSWER_WAIT.unsigned_abs())? })
    }

    /// Asks for leases; the answers in the questions' order.
    pub fn ask(&self, questions: &[(ShowId, Question)]) -> Result<Vec<Answer>, StoreError> {
        let mut all = Pipeline::with_capacity(questions.len());
        for (show, Question { holder, fence }) in questions {
            let keys = Keys::of(show);
            let ask = all.cmd("EVAL").arg(ASK).arg(2).arg(keys.lease()).arg(keys.fence());
            ask.arg(holder.to_string()).arg(LEASE.as_millis().to_string());
            ask.arg(fence.unwrap_or(0));
        }
        let said: Vec<(String, String, i64)> = self.wire.ask(|redis| all.query(redis))?;
        said.into_iter().map(answer).collect()
    }

    /// Gives leases back.
    pub fn release(&self, held: &[(ShowId, Holder)]) -> Result<(), StoreError> {
        let mut all = Pipeline::with_capacity(held.len());
        for (show, holder) in held {
            let release = all.cmd("EVAL").arg(RELEASE).arg(1).arg(Keys::of(show).lease());
            release.arg(holder.to_string()).ignore();
        }
        self.wire.ask(|redis| all.query(redis))
    }
}

fn answer((said, holder, number): (String, String, i64)) -> Result<Answer, StoreError> {
    Ok(match &*said {
        "taken" => Answer::Taken(number.cast_unsigned()),
        "renewed" => Answer::Renewed,
        "again" => Answer::Again,
        "passed" => Answer::Passed,
        "others" => {
            let left = SignedDuration::from_millis(number);
            Answer::Others { holder: holder.parse().ok(), left }
        }
        _ => {
            let problem = format!("it answers `{said}` to a question about a lease");
            return Err(StoreError::Redis { problem });
        }
    })
}
