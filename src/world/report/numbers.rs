//! The numbers that a producer asks for, in words: for the run sheet and for the picture.

use std::cmp::Reverse;

use super::tone::Tone;
use super::words::{count, millis, thousands};
use crate::model::cue::CueKey;
use crate::model::limits::{CHANNEL_SENDS_PER_WINDOW, PAYLOAD_MAX_BYTES};
use crate::model::zone::Zone;
use crate::world::rehearsal::summary::{CueTotals, Summary};

/// One number.
pub(super) struct Number {
    pub(super) tone: Tone,
    pub(super) name: &'static str,
    pub(super) value: String,
    /// What is said of it besides.
    pub(super) more: String,
}

/// The numbers of each cue, in the order of [`of_cues`].
pub(super) const CUE_NUMBERS: [&str; 5] = ["fired", "sent", "bytes", "largest", "failed"];

/// The six of an evening.
pub(super) fn of(summary: &Summary, zone: &Zone) -> [Number; 6] {
    let repeats = match summary.repeats {
        0 => String::new(),
        some => format!("{} for late joiners", count(some, "repeat", "repeats")),
    };
    let largest = [summary.largest as u64, PAYLOAD_MAX_BYTES as u64].map(thousands).join(" of ");
    let (peak, first) = summary.peak.map_or((0, String::new()), |peak| {
        let first = peak.at.to_zoned(zone.rules().clone()).strftime("%H:%M:%S");
        (peak.sent, format!("first at {first}"))
    });
    let longest = match summary.waited {
        0 => String::new(),
        _ => format!("the longest {}", millis(summary.longest_wait_ms)),
    };
    let lost =
        [(summary.expired, "expired"), (summary.dropped, "dropped"), (summary.missed, "missed")];
    let all_lost: u64 = lost.iter().map(|(number, _)| number).sum();
    let lost = lost.iter().filter(|(number, _)| *number > 0);
    let lost: Vec<_> =
        lost.map(|(number, word)| format!("{} {word}", thousands(*number))).collect();
    let lost = lost.join(" · ");
    let attempts = if summary.refused > 0 { "attempts" } else { "" };
    let bytes = format!("{} B", thousands(summary.bytes));
    let plain = |name, value, more| Number { tone: Tone::Past, name, value, more };
    let toned = |tone, number, name, more| Number {
        tone: if number > 0 { tone } else { Tone::Past },
        name,
        value: thousands(number),
        more,
    };
    [
        plain("payloads", thousands(summary.sent), repeats),
        plain("bytes", bytes, format!("the largest {largest} B")),
        plain("peak", format!("{peak} of {CHANNEL_SENDS_PER_WINDOW} a second"), first),
        toned(Tone::Watch, summary.waited, "waited", longest),
        toned(Tone::Watch, all_lost, "lost", lost),
        toned(Tone::Bad, summary.refused, "refused", attempts.to_owned()),
    ]
}

/// What each cue did, the busiest first.
pub(super) fn of_cues(summary: &Summary) -> Vec<(&CueKey, [u64; 5])> {
    let mut cues: Vec<_> = summary.cues.iter().collect();
    cues.sort_by_key(|(_, totals)| Reverse(totals.sent));
    let numbers = |totals: &CueTotals| {
        let CueTotals { fired, sent, bytes, largest, failed } = *totals;
        [fired, sent, bytes, largest as u64, failed]
    };
    cues.into_iter().map(|(cue, totals)| (cue, numbers(totals))).collect()
}
