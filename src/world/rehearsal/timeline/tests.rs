//! Evenings as data.

use super::*;
use crate::model::delivery::DeliveryId;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn sent(cue: &str, text: &str) -> What {
    let payload: Payload = text.parse().expect("a payload");
    let cue = CueKey::named(cue).expect("a name");
    let delivery = DeliveryId { run: 1, n: 1 };
    What::Sent {
        of: About { delivery, cue, bytes: payload.bytes(), payload },
        late_ms: 0,
        waited_ms: 0,
        took_ms: 20,
        attempts: 1,
        maybe_twice: false,
        repeat: false,
    }
}

fn read(timeline: &mut Timeline, up: SignedDuration, what: What) {
    let event = Event { at: timeline.start + up, what, show: None };
    timeline.read(&event, up);
}

fn evening(lasts: SignedDuration) -> Timeline {
    Timeline::new("2026-12-31T19:00:00Z".parse().expect("a time"), lasts, Zone::UTC)
}

#[test]
fn a_year_takes_no_more_room_than_an_hour() {
    let mut timeline = evening(SignedDuration::from_hours(24 * 365));
    for minute in 0..100_000 {
        read(&mut timeline, MINUTE * (5 * minute), sent("a", "x"));
    }
    let marks = &timeline.lanes[0].marks;
    assert!(marks.len() <= TIMELINE_COLUMNS as usize, "{}", marks.len());
    assert_eq!(marks.values().map(|mark| mark.sent).sum::<u64>(), 100_000);
    assert_eq!(timeline.summary.sent, 100_000);
}

#[test]
fn more_cues_than_lanes_share_the_last() {
    let mut timeline = evening(MINUTE);
    for cue in 0..2 * TIMELINE_LANES_MAX {
        read(&mut timeline, SignedDuration::ZERO, sent(&format!("cue {cue}"), "x"));
    }
    assert_eq!(timeline.lanes.len(), TIMELINE_LANES_MAX);
    let last = timeline.lanes.last().expect("there are lanes");
    assert_eq!(last.name, "all others");
    assert_eq!(last.marks[&0].sent, TIMELINE_LANES_MAX as u64 + 1);
    assert_eq!(timeline.summary.cues.len(), 2 * TIMELINE_LANES_MAX);
}

#[test]
fn off_air_is_a_band_and_the_busiest_second_a_load() {
    let mut timeline = evening(MINUTE * 10);
    read(&mut timeline, MINUTE, What::OffAir);
    read(&mut timeline, MINUTE * 2, What::OnAir { stream: None, viewers: None });
    read(&mut timeline, MINUTE * 9, What::OffAir);
    let ended = Band { from: MINUTE, to: Some(MINUTE * 2) };
    assert_eq!(timeline.bands, [ended, Band { from: MINUTE * 9, to: None }]);
    for millis in [0, 300, 600, 1_300] {
        let up = MINUTE * 5 + SignedDuration::from_millis(millis);
        read(&mut timeline, up, sent("a", "x"));
    }
    assert_eq!(timeline.load.values().max(), Some(&3));
    assert_eq!(timeline.summary.peak.expect("a peak").sent, 3);
}

#[test]
fn a_clock_that_was_set_is_told_as_it_was() {
    let mut timeline = evening(MINUTE * 10);
    let by_ms = 90_000;
    read(&mut timeline, MINUTE * 4, What::ClockJumped { by_ms });
    let set = SignedDuration::from_millis(by_ms);
    assert_eq!(timeline.wall(MINUTE * 3), timeline.start + MINUTE * 3);
    assert_eq!(timeline.wall(MINUTE * 5), timeline.start + MINUTE * 5 + set);
    timeline.end(MINUTE * 11, None);
    assert_eq!(timeline.played, MINUTE * 10, "the stop is not played");
}
