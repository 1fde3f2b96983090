//! What a person reads of a lease that turns.

use jiff::Timestamp;

use super::super::read;
use super::super::screen::Colours;
use super::*;
use crate::model::event::Line;
use crate::model::lease::{Holder, LeaseTold, LeaseTurn};

#[test]
fn a_lease_says_who_plays_the_show() {
    let since = Timestamp::UNIX_EPOCH;
    let other = Holder { id: "x".to_owned(), who: "4711@studio".to_owned(), since };
    let by = || Some(other.clone());
    let lease = |turn, by| event(1, What::Lease(LeaseTold { turn, by }));
    let all = [
        lease(LeaseTurn::Taken, None),
        lease(LeaseTurn::Following, by()),
        lease(LeaseTurn::Lapsed, None),
        lease(LeaseTurn::Again, None),
        lease(LeaseTurn::Lost, by()),
        lease(LeaseTurn::Lost, None),
    ];
    let mut plain = Plain::new(look());
    let lines = all.iter().filter_map(|event| plain.text(event, Colours::Off, None));
    let lines: Vec<String> = lines.collect();
    let mut lines = lines.iter();
    let mut next = || lines.next().expect("each has its line");
    assert!(next().ends_with("lease    taken: this runner sends\n"));
    let following = next();
    assert!(following.contains("following 4711@studio since 1970-01-01T00:00:00Z, and takes over"));
    assert!(next().contains("nothing is sent until it can be"));
    assert!(next().contains("held again: the show goes on"));
    assert!(next().contains("lost to 4711@studio since"));
    assert!(next().contains("lost: this runner sends no more"));
    let json = serde_json::to_string(&all[1]).expect("an event is JSON");
    let wanted = r#""turn":"following","holder":"4711@studio","since":"1970-01-01T00:00:00.000Z"}"#;
    assert!(json.contains(r#""event":"lease""#) && json.ends_with(wanted), "{json}");
    for event in &all {
        let line = serde_json::to_string(event).expect("an event is JSON");
        let line: Line = serde_json::from_str(&line).expect("a line of a journal");
        let read = read::event(&line).expect("a journal's lines are known");
        let shown = plain.text(&read, Colours::Off, None);
        assert_eq!(shown, plain.text(event, Colours::Off, None));
    }
}
