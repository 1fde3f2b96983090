//! A rehearsal: the show of a script on disk, on the virtual clock. It begins fresh, keeps nothing,
//! and calls nobody; only the script and the files it names are read.

pub mod answers;
pub mod check;
pub mod differences;
pub mod error;
mod fields;
pub mod golden;
pub mod head;
pub mod lines;
pub mod next;
pub mod past;
pub mod picture;
mod plan;
pub mod replay;
pub mod simulate;
pub mod summary;
pub mod timeline;
pub mod whole;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::{DateTime, Time};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::event::What;
use crate::model::fetch::Answers;
use crate::model::file::{FileAnswer, FileRef};
use crate::model::limits::{
    POOL_STACK_BYTES, REHEARSAL_LATENCY, REHEARSAL_START_YEARS, SAME_SHOW_DEFAULT,
};
use crate::model::saved::Saved;
use crate::model::zone::Zone;
use crate::script::api::{Setup, Shelf};
use crate::show::ShowSetup;
use crate::show::evening::{Evening, Library, ShowIndex, World};

use super::clock::Clock;
use super::files::Folders;
use super::run::RunError;
use super::script_file::script_name;
use super::thread::on_stack;

/// What is rehearsed, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The script's file.
    pub script: PathBuf,
    /// `--facts`.
    pub facts: Option<PathBuf>,
    /// `--timezone`.
    pub zone: Option<Zone>,
    /// `--seed`.
    pub seed: u64,
    /// `--set`.
    pub args: Map<String, Value>,
    /// `--answer`.
    pub answers: Answers,
    /// When the evening begins.
    pub start: Start,
}

/// When an evening begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Now.
    Now,
    /// At the last full minute before now.
    ThisMinute,
    /// At this instant.
    At(Timestamp),
    /// At this time in the zone of the show.
    Local(DateTime),
    /// At this time of today, both in the zone of the show.
    Today(Time),
}

/// An evening whose show has not begun: its channel can be taken off air before, or its budget set.
pub struct Prepared {
    /// The evening, at its first moment.
    pub evening: Evening,
    /// The channel the show will play on.
    pub channel: ChannelArn,
    /// The script's name for people, `cat_facts.rhai`.
    pub script_file: String,
    /// The script as it was read.
    pub text: Arc<str>,
    /// Where its files lie.
    pub folders: Arc<Folders>,
    /// How the show is set up.
    pub setup: ShowSetup,
    /// What the show is answered when it fetches.
    pub answers: Answers,
}

/// An evening whose show plays, or could not begin (its events say why).
pub struct Rehearsal {
    /// The evening.
    pub evening: Evening,
    /// The show.
    pub show: ShowIndex,
    /// The channel it plays on.
    pub channel: ChannelArn,
}

/// Runs a rehearsal where scripts run on air, too: dropping what a script has nested takes a deep
/// stack.
pub fn on_stage<T: Send>(rehearse: impl FnOnce() -> T + Send) -> Result<T, RunError> {
    Ok(on_stack("rehearsal", POOL_STACK_BYTES, rehearse)?)
}

/// Reads the script and sets the evening up.
pub fn prepare(options: &Options) -> Result<Prepared, RunError> {
    if let Some(facts) = options.facts.as_ref().filter(|facts| !facts.is_dir()) {
        return Err(RunError::FactsFolder { path: facts.clone() });
    }
    let folders = Arc::new(Folders::new(&options.script, options.facts.as_deref())?);
    let text = match folders.read_script() {
        FileAnswer::Text(text) => text,
        FileAnswer::Problem(problem) => return Err(RunError::Script { problem }),
    };
    let setup = setup(options);
    let now = Clock::start().now().wall;
    let zone = || zone(&setup, &text, &folders, now);
    let local = |time: DateTime, zone: &Zone| {
        let zoned = time.to_zoned(zone.rules().clone()).map_err(|_| RunError::Start);
        zoned.map(|zoned| zoned.timestamp())
    };
    let start = match options.start {
        Start::At(at) => at,
        Start::Now => now,
        Start::ThisMinute => Timestamp::from_second(now.as_second() / 60 * 60).unwrap_or(now),
        Start::Local(time) => local(time, &zone())?,
        Start::Today(time) => {
            let zone = zone();
            local(now.to_zoned(zone.rules().clone()).date().to_datetime(time), &zone)?
        }
    };
    if !REHEARSAL_START_YEARS.contains(&Zone::UTC.rules().to_datetime(start).year()) {
        return Err(RunError::Start);
    }
    let channel = setup.script.id.channel.clone();
    let script_file = setup.script_file.clone();
    let evening = Evening::new(World { start, latency: REHEARSAL_LATENCY });
    let answers = options.answers.clone();
    Ok(Prepared { evening, channel, script_file, text, folders, setup, answers })
}

impl Prepared {
    /// The files of the show, as they lie on disk.
    pub(in crate::world) fn library(&self) -> Disk {
        Disk(Arc::clone(&self.folders))
    }

    /// The zone that the show's times are in.
    pub fn zone(&self) -> Zone {
        zone(&self.setup, &self.text, &self.folders, self.evening.now().wall)
    }

    /// Lets the show begin.
    pub fn begin(self) -> Rehearsal {
        let Self { mut evening, channel, text, folders, setup, answers, .. } = self;
        let show = evening.add(setup, &text, Disk(folders), Saved::default());
        evening.answer_fetches(show, &answers);
        Rehearsal { evening, show, channel }
    }
}

/// The files of a show, as they lie on disk. What is said of one is the same on every machine: its
/// place is told from the script's folder.
#[derive(Clone)]
pub(in crate::world) struct Disk(Arc<Folders>);

impl Library for Disk {
    fn read(&mut self, file: &FileRef) -> FileAnswer {
        match self.0.read(file) {
            FileAnswer::Problem(words) => FileAnswer::Problem(self.0.from_script(&words)),
            text @ FileAnswer::Text(_) => text,
        }
    }
}

/// What stays the same for the show of a rehearsal.
pub(super) fn setup(options: &Options) -> ShowSetup {
    let script_file = options.script.file_name().unwrap_or(options.script.as_os_str());
    let script = Setup {
        id: ShowId { script: script_name(&options.script).into(), channel: ChannelArn::local() },
        seed: options.seed,
        args: options.args.clone().into_iter().collect(),
        zone: options.zone.clone(),
        channel_name: Some("local".to_owned()),
        shelf: Shelf::default(),
        // What ends a call is the same on every machine.
        meter: None,
    };
    ShowSetup {
        script: Arc::new(script),
        script_file: script_file.to_string_lossy().into_owned(),
        same_show: SAME_SHOW_DEFAULT,
        own_stream: true,
    }
}

/// The zone the show's times are in: its script says so as it begins.
fn zone(setup: &ShowSetup, text: &str, folders: &Arc<Folders>, now: Timestamp) -> Zone {
    let mut evening = Evening::new(World { start: now, latency: SignedDuration::ZERO });
    evening.add(setup.clone(), text, Disk(Arc::clone(folders)), Saved::default());
    let mut started = evening.events().iter().filter_map(|event| {
        let What::Started(started) = &event.what else { return None };
        started.zone.parse().ok()
    });
    started.next().or_else(|| setup.script.zone.clone()).unwrap_or(Zone::UTC)
}
