//! The report: events for a human's eye, or as JSON lines for a program's. A thread of its own
//! writes them, so that a screen or pipe that takes nothing never stops a show.

pub mod askings;
pub mod check;
pub mod head;
pub mod journaled;
pub mod json;
pub mod names;
pub mod next;
mod numbers;
mod operator;
pub mod page;
mod phrases;
pub mod plain;
mod polls;
mod read;
pub mod ready;
pub mod replayed;
mod row;
pub mod screen;
pub mod sheet;
mod snippet;
pub mod status;
pub mod testing;
pub mod text;
mod tone;
pub mod viewing;
mod words;

#[cfg(test)]
mod tests;

use std::io;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use super::queue::{Nothing, Queue, Taken, Takes, lost_lines};
use crate::model::event::{Event, What};
use crate::model::limits::{
    REPORT_CLOSE_WAIT, REPORT_GATHER, REPORT_QUEUE_MAX_LINES, STATUS_REDRAW,
};
use crate::model::script_error::ScriptError;
use head::Head;
use plain::{Look, Plain};
use screen::Screen;
use status::StatusLine;

/// How events are shown.
#[derive(Debug, Clone)]
pub enum Mode {
    /// One aligned line each.
    Plain(Look),
    /// One JSON object a line each.
    Json,
    /// As plain, but errors only.
    Quiet(Look),
}

/// What shows events. Clones show them in the same place, in the order they come.
#[derive(Debug, Clone)]
pub struct Reporter {
    queue: Arc<Queue<Shown>>,
    is_json: bool,
    status: Arc<Mutex<Option<StatusLine>>>,
}

#[derive(Debug)]
enum Shown {
    Head(Box<Head>),
    Event(Box<Event>),
}

impl Reporter {
    /// Begins to show events on standard output; in quiet mode errors on standard error.
    pub fn start(mode: Mode) -> io::Result<Self> {
        let screen = match mode {
            Mode::Plain(_) => Screen::stdout(),
            Mode::Json => Screen::pipe(io::stdout()),
            Mode::Quiet(_) => Screen::stderr(),
        };
        Self::on(screen, mode)
    }

    /// Begins to show events on `screen`.
    pub fn on(screen: Screen, mode: Mode) -> io::Result<Self> {
        let (queue, takes) = Queue::new(REPORT_QUEUE_MAX_LINES, REPORT_GATHER);
        let (status, is_json) = (Arc::default(), matches!(mode, Mode::Json));
        let face = match mode {
            Mode::Plain(look) => Face::Plain(Plain::new(look)),
            Mode::Json => Face::Json,
            Mode::Quiet(look) => Face::Quiet(Plain::new(look)),
        };
        let printer =
            Printer { screen, face, status: Arc::clone(&status), unshown: 0, last_at: None };
        let thread = std::thread::Builder::new().name("report".to_owned());
        thread.spawn(move || printer.run(&takes))?;
        Ok(Self { queue, is_json, status })
    }

    /// Shows the head of the first screen (plain mode only).
    pub fn head(&self, head: Head) {
        self.queue.put(Shown::Head(Box::new(head)));
    }

    /// Shows an event. Never waits: one that finds no room is counted, and the count shown.
    pub fn event(&self, event: &Event) {
        if !self.is_json && plain::is_unsaid(&event.what) {
            // Its thread need not wake for that.
            return;
        }
        self.queue.put(Shown::Event(Box::new(event.clone())));
    }

    /// Sets the moving last line (plain mode on a terminal only). It is drawn within
    /// [`STATUS_REDRAW`]; one that is set before that takes its place.
    pub fn status(&self, line: StatusLine) {
        *self.status.lock().expect("nobody panics while holding the status") = Some(line);
    }

    /// Takes nothing more and shows what waits. Whether that came to its end within
    /// [`REPORT_CLOSE_WAIT`].
    pub fn close(&self) -> bool {
        self.queue.close(REPORT_CLOSE_WAIT.unsigned_abs())
    }
}

/// A mistake as a text without colours: what was met, the line with a caret, a hint.
pub fn mistake(error: &ScriptError) -> String {
    snippet::under(error, "", screen::Colours::Off, None).trim_end().to_owned()
}

enum Face {
    Plain(Plain),
    Json,
    Quiet(Plain),
}

/// The thread's side.
struct Printer {
    screen: Screen,
    face: Face,
    status: Arc<Mutex<Option<StatusLine>>>,
    /// Lines the screen did not take.
    unshown: u64,
    last_at: Option<Timestamp>,
}

impl Printer {
    fn run(mut self, takes: &Takes<Shown>) {
        let moves = matches!(self.face, Face::Plain(_)) && self.screen.is_terminal();
        let wait = moves.then(|| STATUS_REDRAW.unsigned_abs());
        loop {
            match takes.take_within(wait) {
                Ok(Taken::Item(Shown::Head(head))) => self.show_head(&head),
                Ok(Taken::Item(Shown::Event(event))) => {
                    self.last_at = Some(event.at);
                    if self.show_missing() {
                        self.show(&event);
                    } else {
                        self.unshown += 1;
                    }
                }
                Ok(Taken::Lost(count)) => self.unshown += count,
                Err(Nothing::Yet) => {}
                Err(Nothing::Ever) => break,
            }
            if moves {
                self.move_status();
            }
        }
        self.show_missing();
        self.screen.clear_status();
    }

    fn show_head(&mut self, head: &Head) {
        if let Face::Plain(_) = self.face {
            let text = head.text(self.screen.colours());
            self.write(&text);
        }
    }

    /// Says what is missing where it would have stood, before the next line. Whether nothing is
    /// left unsaid.
    fn show_missing(&mut self) -> bool {
        let Some(at) = self.last_at.filter(|_| self.unshown > 0) else { return true };
        let missing = std::mem::take(&mut self.unshown);
        self.show(&lost_lines(at, missing, "here"));
        let is_said = self.unshown == 0;
        if !is_said {
            self.unshown = missing;
        }
        is_said
    }

    fn show(&mut self, event: &Event) {
        let (colours, width) = (self.screen.colours(), self.screen.width());
        let text = match &mut self.face {
            Face::Plain(plain) => plain.text(event, colours, width),
            Face::Json => Some(json::line(event)),
            Face::Quiet(plain) => plain.text(event, colours, width).filter(|_| is_error(event)),
        };
        if let Some(text) = text {
            self.write(&text);
        }
    }

    fn write(&mut self, text: &str) {
        if self.screen.write(text).is_err() {
            self.unshown += 1;
        }
    }

    fn move_status(&mut self) {
        let line = self.status.lock().expect("nobody panics while holding the status").clone();
        if let Some(line) = line {
            let text = line.text(self.screen.colours(), self.screen.width());
            // A status that cannot be drawn is not missed: the next one is drawn soon.
            let _ = self.screen.set_status(text);
        }
    }
}

/// Whether an event is shown in quiet mode: what someone has to act on.
fn is_error(event: &Event) -> bool {
    match &event.what {
        What::ReloadFailed(_)
        | What::ScriptError(_)
        | What::RolledBack { .. }
        | What::PlanRefused(_) => true,
        What::Refused { given_up, .. } => *given_up,
        What::Started(_)
        | What::CueFired { .. }
        | What::Queued { .. }
        | What::Sent { .. }
        | What::Expired { .. }
        | What::Dropped { .. }
        | What::InDoubt { .. }
        | What::Missed { .. }
        | What::Skipped { .. }
        | What::NotRun { .. }
        | What::CueSet { .. }
        | What::Held { .. }
        | What::Panicked { .. }
        | What::Released { .. }
        | What::StateSet { .. }
        | What::NameSet { .. }
        | What::PollSet(_)
        | What::Reloaded(_)
        | What::ScriptWarning(_)
        | What::Log { .. }
        | What::Fetched(_)
        | What::OnAir { .. }
        | What::OffAir
        | What::PollOpened(_)
        | What::PollClosed(_)
        | What::TallyRead(_)
        | What::LeaderboardRead { .. }
        | What::Lease(_)
        | What::Shown { .. }
        | What::Unseen { .. }
        | What::ClockJumped { .. }
        | What::PlanChanged(_)
        | What::Warning { .. }
        | What::Stopped { .. } => false,
    }
}
