//! The journal: every event as one JSON line at the end of a file, written by a thread of its own,
//! so that a slow or full disk never delays a show. A file that is full is put aside.

mod file;
pub mod query;
pub mod reading;

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use self::file::{Appended, Paper};
use super::queue::{Nothing, Queue, Taken, Takes, lost_lines};
use super::report::json;
use crate::model::event::Event;
use crate::model::limits::{
    JOURNAL_CLOSE_WAIT, JOURNAL_FILE_MAX_BYTES, JOURNAL_FILES_ASIDE, JOURNAL_GATHER,
    JOURNAL_QUEUE_MAX_EVENTS, JOURNAL_WRITE_BYTES,
};

/// The journal's file in the data folder.
pub const FILE_NAME: &str = "journal.jsonl";

/// A journal that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the journal `{}`: {source}\nhint: name another file with `--journal`",
    path.display())]
pub struct JournalError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// What a person should hear of the journal, once each time it turns.
#[derive(Debug)]
pub enum Trouble {
    /// It cannot be written: events are counted instead.
    Began(io::Error),
    /// It is written again; the count of the lines lost meanwhile stands in it.
    Ended,
}

/// A journal on its way to its file. Clones write to the same file.
#[derive(Debug, Clone)]
pub struct Journal {
    queue: Arc<Queue<Event>>,
    lost: Arc<AtomicU64>,
}

impl Journal {
    /// Opens the file to be written at its end, making it and its folder where they are not there.
    /// A last line that a crash cut off gets its end first. `say` is called on the journal's thread
    /// and may record events itself.
    pub fn open(path: &Path, say: impl Fn(Trouble) + Send + 'static) -> Result<Self, JournalError> {
        let opened = Appended::open(path, JOURNAL_FILE_MAX_BYTES, JOURNAL_FILES_ASIDE)
            .and_then(|(file, torn)| Self::over(file, torn, say));
        opened.map_err(|source| JournalError { path: path.to_owned(), source })
    }

    fn over(
        file: impl Paper + Send + 'static,
        torn: bool,
        say: impl Fn(Trouble) + Send + 'static,
    ) -> io::Result<Self> {
        let (queue, takes) = Queue::new(JOURNAL_QUEUE_MAX_EVENTS, JOURNAL_GATHER);
        let lost = Arc::new(AtomicU64::new(0));
        let writer = Writer {
            file,
            say: Box::new(say),
            batch: Batch::default(),
            torn,
            lost: 0,
            lost_in_all: Arc::clone(&lost),
            failing: false,
            last_at: None,
        };
        let thread = std::thread::Builder::new().name("journal".to_owned());
        thread.spawn(move || writer.run(&takes))?;
        Ok(Self { queue, lost })
    }

    /// Records an event. Never waits: one that finds no room is counted, and the count recorded.
    pub fn record(&self, event: &Event) {
        self.queue.put(event.clone());
    }

    /// How many lines were lost so far, those included that it said so itself in their place.
    pub fn lost(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.lost)
    }

    /// Takes nothing more and writes what waits. Whether that came to its end within
    /// [`JOURNAL_CLOSE_WAIT`].
    pub fn close(&self) -> bool {
        self.queue.close(JOURNAL_CLOSE_WAIT.unsigned_abs())
    }
}

/// Lines to be written together.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// Where each line ends, and how many events are lost with it.
    lines: Vec<(usize, u64)>,
}

impl Batch {
    fn push(&mut self, event: &Event, stands_for: u64) {
        self.bytes.extend_from_slice(json::line(event).as_bytes());
        self.lines.push((self.bytes.len(), stands_for));
    }
}

struct Writer<W> {
    file: W,
    say: Box<dyn Fn(Trouble) + Send>,
    batch: Batch,
    /// The file's last line has no end.
    torn: bool,
    lost: u64,
    lost_in_all: Arc<AtomicU64>,
    failing: bool,
    last_at: Option<Timestamp>,
}

impl<W: Paper> Writer<W> {
    fn run(mut self, takes: &Takes<Event>) {
        loop {
            match takes.take() {
                Ok(first) => self.take_in(first),
                Err(Nothing::Ever) => return self.count_and_write(),
                Err(Nothing::Yet) => {}
            }
            while self.batch.bytes.len() < JOURNAL_WRITE_BYTES
                && let Ok(more) = takes.take_within(Some(std::time::Duration::ZERO))
            {
                self.take_in(more);
            }
            self.count_and_write();
        }
    }

    fn take_in(&mut self, taken: Taken<Event>) {
        match taken {
            Taken::Item(event) => {
                self.say_lost(event.at);
                self.last_at = Some(event.at);
                self.batch.push(&event, 1);
            }
            Taken::Lost(count) => self.lose(count),
        }
    }

    /// Lines that are lost are said where they are missing, before the next one.
    fn say_lost(&mut self, at: Timestamp) {
        let lost = std::mem::take(&mut self.lost);
        if lost > 0 {
            self.batch.push(&lost_lines(at, lost, "here"), lost);
        }
    }

    fn count_and_write(&mut self) {
        if let Some(at) = self.last_at {
            self.say_lost(at);
        }
        if self.batch.lines.is_empty() {
            return;
        }
        let written = self.write();
        self.batch.bytes.clear();
        self.batch.lines.clear();
        match written {
            Ok(()) if self.failing => {
                self.failing = false;
                (self.say)(Trouble::Ended);
            }
            Err(error) if !self.failing => {
                self.failing = true;
                (self.say)(Trouble::Began(error));
            }
            Ok(()) | Err(_) => {}
        }
    }

    /// Writes the batch; lines that did not get through whole are counted as lost.
    fn write(&mut self) -> io::Result<()> {
        if !self.torn {
            // A line is never parted between two files.
            self.file.turn();
        }
        let begun = if self.torn { write_all(&mut self.file, b"\n").1 } else { Ok(()) };
        let (written, ended) = match begun {
            Ok(()) => write_all(&mut self.file, &self.batch.bytes),
            Err(error) => return self.lose_from(0, Err(error)),
        };
        self.torn = written > 0 && self.batch.bytes[written - 1] != b'\n';
        self.lose_from(written, ended)
    }

    fn lose_from(&mut self, written: usize, ended: io::Result<()>) -> io::Result<()> {
        let lost = self.batch.lines.iter().filter(|(end, _)| *end > written);
        self.lose(lost.map(|(_, stands_for)| stands_for).sum());
        ended
    }

    fn lose(&mut self, lines: u64) {
        self.lost += lines;
        self.lost_in_all.fetch_add(lines, Ordering::Relaxed);
    }
}

/// As `Write::write_all`, but says how much was written before an error.
fn write_all(file: &mut impl Write, bytes: &[u8]) -> (usize, io::Result<()>) {
    let mut written = 0;
    while written < bytes.len() {
        match file.write(&bytes[written..]) {
            Ok(0) => return (written, Err(ErrorKind::WriteZero.into())),
            Ok(more) => written += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return (written, Err(error)),
        }
    }
    (written, file.flush())
}

#[cfg(test)]
mod tests;
