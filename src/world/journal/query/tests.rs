//! Which lines of a journal are told.

use std::fs;

use super::*;
use crate::world::journal::FILE_NAME;

const ARN: &str = "arn:aws:ivs:us-west-2:123456789012:channel/abcd";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn since(text: &str) -> Since {
    text.parse().expect("a time or a duration")
}

/// Who writes down what it hears of: the second, and whether it was told.
#[derive(Default)]
struct Heard(Vec<String>);

impl Hearer for Heard {
    fn hear(&mut self, line: &Line, text: &[u8]) -> io::Result<()> {
        assert!(text.starts_with(b"{\"at\""));
        self.0.push(format!("{} {}", line.event, line.text("cue")));
        Ok(())
    }

    fn learn(&mut self, line: &Line) {
        self.0.push(format!("({})", line.event));
    }
}

fn told(text: &str, wanted: &Wanted) -> (Vec<String>, Summary) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE_NAME);
    fs::write(&path, text).expect("a file");
    let shows = shows(&path).expect("it can be read");
    let now = at("2026-11-22T20:00:00Z");
    let mut heard = Heard::default();
    let query = Query { path: &path, wanted, shows: &shows, now };
    let summary = query.tell(&mut heard).expect("it can be read");
    (heard.0, summary)
}

fn journal() -> String {
    let line = |time: &str, event: &str, rest: &str| {
        let show = format!("\"show\":\"cats\",\"channel\":\"{ARN}\"");
        format!("{{\"at\":\"2026-11-22T{time}Z\",\"event\":\"{event}\",{show}{rest}}}\n")
    };
    let facts = ",\"cue\":\"facts\"";
    [
        line("18:00:00.000", "started", ",\"zone\":\"Europe/Paris\",\"run\":1"),
        line("19:29:59.999", "sent", facts),
        line("19:30:00.000", "sent", facts),
        line("19:30:01.000", "from_tomorrow", ",\"cue\":\"intro\""),
        "{\"at\":\"2026-11".to_owned(),
    ]
    .concat()
}

#[test]
fn a_time_of_day_is_the_last_one_in_the_zone_of_the_show() {
    let paris: Zone = "Europe/Paris".parse().expect("a zone");
    let now = at("2026-11-22T20:00:00Z");
    for (text, wanted) in [
        ("20:30", "2026-11-22T19:30:00Z"),
        ("21:30", "2026-11-21T20:30:00Z"),
        ("2026-11-22T20:30", "2026-11-22T19:30:00Z"),
        ("2026-11-22T20:30:00Z", "2026-11-22T20:30:00Z"),
        ("10m", "2026-11-22T19:50:00Z"),
    ] {
        assert_eq!(since(text).instant(now, &paris), at(wanted), "{text}");
    }
    for text in ["", "soon", "-3", "2026-13-01"] {
        assert!(text.parse::<Since>().expect_err("it is none").contains("hint: "), "{text}");
    }
}

#[test]
fn lines_are_told_from_then_on_and_others_learned_from() {
    let wanted = Wanted { since: Some(since("20:30")), ..Wanted::default() };
    let (heard, summary) = told(&journal(), &wanted);
    assert_eq!(heard, ["(started)", "(sent)", "sent facts", "from_tomorrow intro"]);
    assert_eq!((summary.told, summary.unread), (2, 1));
}

#[test]
fn what_is_wanted_is_told_alone() {
    let only = |wanted: Wanted| {
        let (heard, _) = told(&journal(), &wanted);
        heard.into_iter().filter(|line| !line.starts_with('(')).collect::<Vec<_>>()
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let cue = Wanted { cues: words(&["intro", "other"]), ..Wanted::default() };
    assert_eq!(only(cue), ["from_tomorrow intro"]);
    let kind = Wanted { events: words(&["started"]), ..Wanted::default() };
    assert_eq!(only(kind), ["started "]);
    let channel = Wanted { channel: Some(ChannelArn::local()), ..Wanted::default() };
    assert_eq!(only(channel), [""; 0]);
    let show = Wanted { show: Some("cats".to_owned()), ..Wanted::default() };
    assert_eq!(only(show).len(), 4);
}

#[test]
fn what_there_is_can_be_named_where_nothing_was_met() {
    let events = vec!["send".to_owned()];
    let (_, summary) = told(&journal(), &Wanted { events, ..Wanted::default() });
    assert_eq!(summary.told, 0);
    assert_eq!(
        summary.events.into_iter().collect::<Vec<_>>(),
        ["from_tomorrow", "sent", "started"]
    );
    assert_eq!(summary.cues.into_iter().collect::<Vec<_>>(), ["facts", "intro"]);
}

#[test]
fn what_is_no_journal_is_said_to_be_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE_NAME);
    let missing = shows(&path).expect_err("it is not there");
    assert!(matches!(missing, QueryError::Missing { .. }), "{missing}");
    fs::write(&path, "at,event\n1,2\n").expect("a file");
    let (shows, wanted) = (shows(&path).expect("it can be read"), Wanted::default());
    let query = Query { path: &path, wanted: &wanted, shows: &shows, now: Timestamp::UNIX_EPOCH };
    let none = query.tell(&mut Heard::default()).expect_err("it is none");
    assert!(matches!(none, QueryError::None { .. }), "{none}");
    fs::write(&path, "").expect("a file");
    assert!(query.tell(&mut Heard::default()).is_ok(), "an empty one may be filled");
}
