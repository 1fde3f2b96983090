//! Tests of shows: the scripts that have some, each test run on the virtual clock, and again
//! whenever one of their files is saved.

mod find;
mod load;
mod shelf;
mod spread;
mod watch;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::clock::Clock;
use super::rehearsal;
use super::report::testing::{Ran, Summary, Testing};
use super::run::RunError;
use find::Found;
use load::{Loaded, Ready};
use shelf::BeforeReading;
pub use watch::watch;

/// What is tested, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Scripts, and folders of them.
    pub paths: Vec<PathBuf>,
    /// Only tests whose name holds one of these; all for none.
    pub names: Vec<String>,
    /// What every show's rehearsal is told. Which script, and when it begins, each says itself.
    pub show: rehearsal::Options,
}

/// How the tests went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All passed.
    Passed,
    /// One failed, or a script has mistakes.
    Failed,
    /// There are none.
    NoTests,
}

impl Options {
    /// The options of one show's rehearsal.
    fn of(&self, show: &Path) -> rehearsal::Options {
        rehearsal::Options { script: show.to_owned(), ..self.show.clone() }
    }

    fn means(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|part| name.contains(part.as_str()))
    }
}

/// Runs all tests once.
pub fn run(options: &Options, report: &mut Testing) -> Result<Ended, RunError> {
    run_once(options, report, &(Arc::new(|_, _: &[PathBuf]| {}) as BeforeReading))
}

/// One test, by where it is.
struct Job {
    show: usize,
    suite: usize,
    test: usize,
    name: String,
}

/// A show with tests that can run.
struct Playable {
    ready: Box<Ready>,
    /// Its name among the tests.
    name: String,
    /// Where its scripts lie, as the operator wrote it.
    folder: String,
}

fn run_once(
    options: &Options,
    report: &mut Testing,
    before: &BeforeReading,
) -> Result<Ended, RunError> {
    if let Some(facts) = options.show.facts.as_ref().filter(|facts| !facts.is_dir()) {
        return Err(RunError::FactsFolder { path: facts.clone() });
    }
    let clock = Clock::start();
    let found = find::find(&options.paths)?;
    let mut summary = Summary::default();
    let shows = load_all(found, options, before, report, &mut summary)?;
    let jobs = jobs(&shows, options);
    if jobs.is_empty() && summary.broken == 0 {
        said(report.nothing(&options.names))?;
        return Ok(Ended::NoTests);
    }
    if !jobs.is_empty() {
        said(report.begin(jobs.len()))?;
    }
    let (shows, jobs) = (Arc::new(shows), Arc::new(jobs));
    let mut told = Ok(());
    let work = {
        let (shows, jobs) = (Arc::clone(&shows), Arc::clone(&jobs));
        move |number: usize| {
            let job = jobs.get(number)?;
            shows.get(job.show)?.ready.run(job.suite, job.test)
        }
    };
    spread::spread(jobs.len(), work, |number, tested| {
        let (Some(tested), Some(job)) = (tested, jobs.get(number)) else { return };
        let Some(show) = shows.get(job.show) else { return };
        summary.count(tested.passed());
        let ran = Ran { name: &job.name, folder: &show.folder, zone: show.ready.zone(), tested };
        keep_first(&mut told, said(report.test(&ran)));
    })?;
    told?;
    summary.took = clock.up();
    said(report.end(&summary))?;
    Ok(if summary.is_well() { Ended::Passed } else { Ended::Failed })
}

/// What came of saying something. Whoever reads no more has heard enough.
fn said(told: io::Result<()>) -> Result<(), RunError> {
    match told {
        Err(source) if source.kind() != ErrorKind::BrokenPipe => {
            Err(RunError::System { doing: "write to standard output", source })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Of several troubles the first one is told.
fn keep_first(kept: &mut Result<(), RunError>, next: Result<(), RunError>) {
    if kept.is_ok() {
        *kept = next;
    }
}

/// Reads and compiles all shows; those with mistakes are told and left out.
fn load_all(
    found: Vec<Found>,
    options: &Options,
    before: &BeforeReading,
    report: &mut Testing,
    summary: &mut Summary,
) -> Result<Vec<Playable>, RunError> {
    let (found, options, before) = (Arc::new(found), options.clone(), Arc::clone(before));
    let mut shows = Vec::new();
    let mut trouble = Ok(());
    let all = Arc::clone(&found);
    let work =
        move |number: usize| all.get(number).map(|found| load::load(found, &options, &before));
    spread::spread(found.len(), work, |number, loaded| {
        let (Some(loaded), Some(found)) = (loaded, found.get(number)) else { return };
        let folder = found.show.parent().unwrap_or(Path::new("")).to_string_lossy().into_owned();
        match loaded {
            Ok(Loaded { ready, errors }) => {
                if !errors.is_empty() {
                    summary.broken += 1;
                    keep_first(&mut trouble, said(report.broken(&found.name, &folder, &errors)));
                }
                let name = found.name.clone();
                shows.extend(ready.map(|ready| Playable { ready, name, folder }));
            }
            Err(error) => keep_first(&mut trouble, Err(error)),
        }
    })?;
    trouble?;
    Ok(shows)
}

/// The tests that are meant, in the order of their scripts and as written there.
fn jobs(shows: &[Playable], options: &Options) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (show, played) in shows.iter().enumerate() {
        for (suite, tests) in played.ready.suites().enumerate() {
            for (test, function) in tests.tests().iter().enumerate() {
                let name = format!("{}::{}", played.name, function.name);
                if options.means(&name) {
                    jobs.push(Job { show, suite, test, name });
                }
            }
        }
    }
    jobs
}
