//! The thread that shows events, on terminals and pipes of every kind.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex};

use super::super::screen::{Colours, Terminal};
use super::*;

/// What a terminal or pipe was sent.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<u8>>>);

impl Seen {
    fn text(&self) -> String {
        let bytes = self.0.lock().expect("the bytes").clone();
        String::from_utf8(bytes).expect("text").replace('\x1b', "␛").replace('\r', "␍")
    }
}

impl Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the bytes").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_moving_line_leaves_nothing_behind() {
    let seen = Seen::default();
    let columns = Arc::new(Mutex::new(80));
    let asked = Arc::clone(&columns);
    let width = Box::new(move || Some(*asked.lock().expect("the width")));
    let terminal = Terminal { colours: Colours::Off, width };
    let mut screen = Screen::terminal(seen.clone(), terminal);
    screen.set_status(" ▸ twelve cells".to_owned()).expect("it is taken");
    screen.set_status(" ▸ twelve cells".to_owned()).expect("it is taken");
    screen.write("an event\n").expect("it is taken");
    screen.set_status(" ▸ fourteen cells".to_owned()).expect("it is taken");
    *columns.lock().expect("the width") = 7;
    screen.set_status(" ▸ six".to_owned()).expect("it is taken");
    screen.clear_status();
    screen.clear_status();
    insta::assert_snapshot!(seen.text(), @"
    ▸ twelve cells␍␛[Jan event
    ▸ fourteen cells␍␛[2A␛[J ▸ six␍␛[J
    ");
}

#[test]
fn a_terminal_ends_with_the_last_event() {
    let seen = Seen::default();
    let terminal = Terminal { colours: Colours::Off, width: Box::new(|| Some(200)) };
    let screen = Screen::terminal(seen.clone(), terminal);
    let reporter = Reporter::on(screen, Mode::Plain(look())).expect("a reporter");
    reporter.status(status());
    reporter.event(&event(1, What::OffAir));
    reporter.event(&event(2, What::Stopped { sent: 3, refused: 0, expired: 0, took_ms: 0 }));
    assert!(reporter.close());
    let text = seen.text();
    assert!(text.contains(" ▸ facts in 9.4 s · on air · 3 sent"), "{text}");
    assert!(
        text.ends_with(
            "stopped  3 sent, 0 refused, 0 expired\n ▸ facts in 9.4 s · on air · \
        3 sent · 0 waiting · 1 of 5 a second␍␛[J"
        ),
        "{text}"
    );
}

#[test]
fn a_pipe_gets_no_moving_line_and_json_nothing_but_json() {
    for (mode, wanted) in [
        (Mode::Plain(look()), "\n19:30:00.001  off air  the channel is not live\n"),
        (Mode::Quiet(look()), ""),
        (Mode::Json, ":channel/local\"}\n"),
    ] {
        let seen = Seen::default();
        let reporter = Reporter::on(Screen::pipe(seen.clone()), mode).expect("a reporter");
        reporter.status(status());
        reporter.head(Head::default());
        reporter.event(&event(1, What::OffAir));
        assert!(reporter.close());
        let text = seen.text();
        assert!(text.ends_with(wanted) && !text.contains('▸'), "{text}");
        assert_eq!(text.is_empty(), wanted.is_empty(), "{text}");
    }
}

#[test]
fn quiet_shows_errors() {
    let all = [of_deliveries(), of_cues(), of_the_show()].concat();
    let mut errors = events(all);
    errors.retain(is_error);
    let names: Vec<_> = errors.iter().map(|event| event.what.name()).collect();
    let wanted =
        ["refused", "rolled_back", "rolled_back", "reload_failed", "script_error", "script_error"];
    assert_eq!(names, wanted);
}

/// A pipe that takes nothing until it is let go, then everything.
struct Blocked {
    begun: SyncSender<()>,
    go: Option<Receiver<()>>,
    seen: Seen,
}

impl Write for Blocked {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(go) = self.go.take() {
            self.begun.send(()).expect("the test listens");
            go.recv().expect("the test lets it go");
        }
        self.seen.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_blocked_pipe_stops_nobody_and_says_what_is_missing() {
    let (begun, has_begun) = mpsc::sync_channel(1);
    let (let_go, go) = mpsc::channel();
    let seen = Seen::default();
    let blocked = Blocked { begun, go: Some(go), seen: seen.clone() };
    let reporter = Reporter::on(Screen::pipe(blocked), Mode::Plain(look())).expect("a reporter");
    reporter.event(&event(0, What::OffAir));
    has_begun.recv().expect("the first line is on its way");
    for _ in 0..REPORT_QUEUE_MAX_LINES + 5 {
        reporter.event(&event(1, What::OffAir));
    }
    let_go.send(()).expect("it waits");
    assert!(reporter.close());
    let text = seen.text();
    assert_eq!(text.lines().count(), REPORT_QUEUE_MAX_LINES + 2);
    assert!(text.ends_with("warning  5 lines are missing here\n"), "{text}");
}

/// A pipe that is closed for so many writes.
struct Closed(usize, Seen);

impl Write for Closed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.checked_sub(1) {
            Some(left) => {
                self.0 = left;
                Err(io::ErrorKind::BrokenPipe.into())
            }
            None => self.1.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_stops_nobody_and_says_what_is_missing() {
    let seen = Seen::default();
    let screen = Screen::pipe(Closed(3, seen.clone()));
    let reporter = Reporter::on(screen, Mode::Plain(look())).expect("a reporter");
    for n in 0..4 {
        reporter.event(&event(n, What::OffAir));
    }
    assert!(reporter.close());
    // What is refused: the first line, its count instead of the second, the count of both.
    let text = seen.text();
    assert_eq!(
        text,
        "19:30:00.003  warning  3 lines are missing here\n\
                      19:30:00.003  off air  the channel is not live\n"
    );
}

#[test]
fn a_plain_report_is_not_woken_for_what_it_does_not_say() {
    let mut unsaid = 0;
    for what in [of_deliveries(), of_cues(), of_the_show()].concat() {
        let text = Plain::new(look()).text(&event(1, what.clone()), Colours::Off, None);
        if plain::is_unsaid(&what) {
            unsaid += 1;
            assert_eq!(text, None, "{what:?}");
        } else {
            assert!(text.is_some() || matches!(what, What::Started(_)), "{what:?}");
        }
    }
    assert!(unsaid > 1, "payloads that are queued and cues that fire by themselves");
}
