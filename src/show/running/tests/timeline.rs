//! Cues from a file of times and texts.

use super::*;

const FIRST: &str = "1\n00:00:05,000 --> 00:00:09,000\nwelcome\n\n\
    2\n00:01:00,000 --> 00:01:01,000\n{\"type\":\"clear\"}\n";

fn srt() -> FileRef {
    FileRef { kind: FileKind::Data, name: "show.srt".to_owned() }
}

fn stage(text: &str) -> Stage {
    let mut evening = evening(START);
    let files = Files::from([(srt(), FileAnswer::Text(text.into()))]);
    let show = evening.add(setup(REMOTE), "timeline(\"show.srt\");", files, Saved::default());
    Stage { evening, show }
}

#[test]
fn entries_go_out_at_their_times_of_the_broadcast() {
    let mut stage = stage(FIRST);
    stage.advance("2m");
    let welcome = r#"{"show_for":"4s","text":"welcome","type":"notice"}"#;
    let wanted = [(5, welcome.to_owned()), (60, r#"{"type":"clear"}"#.to_owned())];
    assert_eq!(stage.mistakes(), [""; 0]);
    assert_eq!(stage.got(), wanted, "{:?}", stage.names());
}

#[test]
fn saved_anew_it_is_read_anew_and_nothing_fires_twice() {
    let mut stage = stage(FIRST);
    stage.advance("10s");
    let saved = "1\n00:00:05,000 --> 00:00:09,000\nwelcome\n\n\
        2\n00:00:30,000 --> 00:00:31,000\n{\"n\":2}\n";
    stage.input(ShowInput::File(srt(), FileAnswer::Text(saved.into())));
    stage.advance("2m");
    assert_eq!(stage.seconds(), [5, 30]);
    assert_eq!(stage.count("reloaded"), 1);
    let torn = FileAnswer::Text("1\nsoon\ntext\n".into());
    stage.input(ShowInput::File(srt(), torn));
    assert_eq!(stage.count("reload_failed"), 1, "and the show goes on");
}

#[test]
fn what_does_not_fit_is_named_by_its_line() {
    for (entry, wanted) in [
        ("x".repeat(2_048), "`show.srt`, line 2: the payload has 2091 bytes"),
        ("{\"torn\":".to_owned(), "`show.srt`, line 2: it is no JSON"),
        (String::new(), "this script declares no cue"),
    ] {
        let mut stage = stage(&format!("1\n00:00:05,000 --> 00:00:09,000\n{entry}\n"));
        stage.advance("10s");
        let mistakes = stage.mistakes();
        let met = mistakes.first().cloned().unwrap_or_default();
        assert!(met.contains(wanted), "{met}");
    }
}
