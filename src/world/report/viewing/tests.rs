//! The lines of what a viewer gets.

use std::io::Write;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use super::*;
use crate::hls::read::id3::Frame;

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("one thread").clone()).expect("it is UTF-8")
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("it is a time")
}

fn frame(owner: &str, data: &[u8], program_time: Option<&str>) -> News {
    let metadata = Metadata {
        media_time: SignedDuration::from_millis(3_661_040),
        program_time: program_time.map(time),
        frame: Frame { owner: owner.to_owned(), data: data.to_vec() },
    };
    news(What::Metadata(metadata))
}

fn news(what: What) -> News {
    News { at: time("2026-11-22T19:30:00.812Z"), what }
}

/// What is shown, and what is said aside.
fn shown(json: bool, all: bool, of: &[News]) -> (String, String) {
    let (out, aside) = (Written::default(), Written::default());
    let mut viewing = Viewing {
        out: Screen::pipe(out.clone()),
        aside: json.then(|| Screen::pipe(aside.clone())),
        all,
        named: BTreeSet::new(),
    };
    for news in of {
        viewing.show(news).expect("it can be written");
    }
    (out.text(), aside.text())
}

#[test]
fn a_person_reads_columns() {
    let (text, _) = shown(
        false,
        false,
        &[
            news(What::OnAir),
            frame(OURS, "{\"text\":\"é\u{1b}[2J\"}".as_bytes(), Some("2026-11-22T19:30:00Z")),
            frame(OURS, b"two\nlines", None),
            frame(OF_PLAYERS[0], &[0; 8], None),
            frame("a.example", b"x", None),
            frame("a.example", b"y", None),
            news(What::Missed(1)),
            news(What::Trouble("the server answered 503".to_owned())),
            news(What::OffAir),
            news(What::Ended),
        ],
    );
    insta::assert_snapshot!(text, @r#"
    19:30:00.812  on air   the stream plays
    19:30:00.812   1:01:01.040   812 ms    17 B   {"text":"é�[2J"}
    19:30:00.812   1:01:01.040              9 B   two lines
    19:30:00.812  more     frames of a.example are not shown; `--all` shows them
    19:30:00.812  missed   1 segment left before it was read
    19:30:00.812  trouble  the server answered 503
    19:30:00.812  off air  nothing comes, waiting for the stream
    19:30:00.812  ended    the stream is over
    "#);
}

#[test]
fn all_owners_are_shown_where_that_is_asked_for() {
    let (text, _) = shown(
        false,
        true,
        &[frame("a.clock", &[0, 0, 0, 1], None), frame("a.example", b"x", None)],
    );
    insta::assert_snapshot!(text, @r#"
    19:30:00.812   1:01:01.040              4 B   a.clock  00000001
    19:30:00.812   1:01:01.040              1 B   a.example  x
    "#);
}

#[test]
fn a_program_reads_objects() {
    let (text, aside) = shown(
        true,
        true,
        &[
            news(What::OnAir),
            frame(OURS, "\"quoted\" \u{1f600}".as_bytes(), Some("2026-11-22T19:30:00Z")),
            frame("o", &[0, 0xFF], None),
        ],
    );
    let at = r#"{"at":"2026-11-22T19:30:00.812Z","media_time":3661.04,"program_time":"#;
    let ours = r#""2026-11-22T19:30:00.000Z","delay_ms":812,"owner":"#;
    let of_ours = r#""metadata.live-video.net","text":"\"quoted\" 😀"}"#;
    let other = r#"null,"delay_ms":null,"owner":"o","data":"00ff"}"#;
    assert_eq!(text, format!("{at}{ours}{of_ours}\n{at}{other}\n"));
    assert_eq!(aside, "19:30:00.812  on air   the stream plays\n");
}
