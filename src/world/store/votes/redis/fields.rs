//! The fields of a poll's hash, read.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::VotesError;
use super::unreadable;
use crate::model::poll::Tally;
use crate::model::vote::{Ballot, PollReport, RefusedVotes};

/// A poll as Redis has it.
pub(super) type Fields = BTreeMap<String, String>;

/// A moment as Redis has it: nanoseconds in twenty digits, so that texts are in the moments' order.
pub(super) fn moment(at: Timestamp) -> String {
    format!("{:020}", at.as_nanosecond().max(0))
}

fn moment_of(text: &str) -> Result<Timestamp, VotesError> {
    let nanos: i128 = text.parse().map_err(unreadable)?;
    Timestamp::from_nanosecond(nanos).map_err(unreadable)
}

/// The poll, and whether its votes are final; none of no fields.
pub(super) fn ballot(fields: &Fields) -> Result<Option<(Ballot, bool)>, VotesError> {
    let (Some(ballot), Some(until)) = (fields.get("ballot"), fields.get("until")) else {
        return Ok(None);
    };
    let mut ballot: Ballot = serde_json::from_str(ballot).map_err(unreadable)?;
    ballot.end_by(moment_of(until)?);
    ballot.is_void = fields.contains_key("void");
    Ok(Some((ballot, fields.contains_key("sealed"))))
}

/// The votes of a poll; none of no fields.
pub(super) fn tally(fields: &Fields) -> Option<Tally> {
    fields.contains_key("ballot").then(|| {
        let mut tally = Tally::default();
        for (field, votes) in fields {
            let votes: u64 = votes.parse().unwrap_or(0);
            if let Some(key) = field.strip_prefix("c:").filter(|_| votes > 0) {
                tally.add(key, votes);
            }
        }
        tally
    })
}

/// How a poll went; none of no fields.
pub(super) fn report(fields: &Fields) -> Result<Option<PollReport>, VotesError> {
    let (Some((ballot, is_final)), Some(tally)) = (ballot(fields)?, tally(fields)) else {
        return Ok(None);
    };
    let at = |field| fields.get(field).map(|text| moment_of(text)).transpose();
    let count = |field| fields.get(field).and_then(|count| count.parse().ok()).unwrap_or(0);
    let refused = RefusedVotes {
        duplicate: count("duplicate"),
        late: count("late"),
        invalid: count("invalid"),
    };
    Ok(Some(PollReport { ballot, tally, is_final, voted: at("first")?.zip(at("last")?), refused }))
}
