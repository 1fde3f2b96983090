//! How tests went, in the manner of the runners that people know, or as JSON lines for a program.

use std::io;

use jiff::SignedDuration;
use serde::Serialize;

use super::json;
use super::plain::{Look, Plain};
use super::row::Row;
use super::screen::{Colours, Screen};
use super::snippet;
use super::text::clean;
use super::tone::Tone;
use super::words::count;
use crate::model::event::{Event, What};
use crate::model::finding::Gravity;
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;
use crate::script::testing::{Failure, Tested};

/// Errors of handlers that are drawn for one failed test.
const ERRORS_SHOWN: usize = 3;

/// Shows how tests go.
#[derive(Debug)]
pub struct Testing {
    out: Screen,
    face: Face,
    /// What failed, told once all have run.
    failures: Vec<(String, String)>,
    /// Scripts that have mistakes, named once all have run.
    broken: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    Plain,
    Json,
}

/// A test that has run.
pub struct Ran<'a> {
    /// Its name, `cat_facts::test_sends`.
    pub name: &'a str,
    /// Where its scripts lie, as the operator wrote it.
    pub folder: &'a str,
    /// The zone of its show.
    pub zone: &'a Zone,
    /// How it ended.
    pub tested: Tested,
}

/// How all went.
#[derive(Debug, Default)]
pub struct Summary {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
    /// Scripts that have mistakes, whose tests did not run.
    pub broken: usize,
    /// How long all took.
    pub took: SignedDuration,
}

impl Summary {
    /// Counts one more test.
    pub fn count(&mut self, passed: bool) {
        *(if passed { &mut self.passed } else { &mut self.failed }) += 1;
    }

    /// Whether nothing is to be mended.
    pub fn is_well(&self) -> bool {
        self.failed == 0 && self.broken == 0
    }
}

/// What a program reads of it, one object a line.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    /// A script has mistakes.
    Broken { script: &'a str, errors: &'a [ScriptError] },
    /// A test ran.
    Test {
        test: &'a str,
        passed: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'a ScriptError>,
        #[serde(skip_serializing_if = "Option::is_none")]
        left: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        right: Option<&'a str>,
        #[serde(skip_serializing_if = "<[ScriptError]>::is_empty")]
        handler_errors: &'a [ScriptError],
    },
    /// All ran.
    Tested { passed: usize, failed: usize, broken: usize, took_ms: i64 },
}

impl Testing {
    /// Lines for a person, on standard output.
    pub fn plain() -> Self {
        Self::new(Screen::stdout(), Face::Plain)
    }

    /// JSON lines for a program, on standard output.
    pub fn json() -> Self {
        Self::new(Screen::pipe(io::stdout()), Face::Json)
    }

    fn new(out: Screen, face: Face) -> Self {
        Self { out, face, failures: Vec::new(), broken: Vec::new() }
    }

    /// A script has mistakes: its tests do not run.
    pub fn broken(&mut self, script: &str, folder: &str, errors: &[ScriptError]) -> io::Result<()> {
        if self.face == Face::Json {
            return self.out.write(&json::line(&Line::Broken { script, errors }));
        }
        if let Some(error) = errors.first() {
            self.broken.push(format!("{}: it could not run, as told above", error.script));
        }
        let (colours, columns) = (self.out.colours(), self.out.width());
        let draw = |error| snippet::draw(error, Gravity::Error, folder, colours, columns) + "\n";
        self.out.write(&errors.iter().map(draw).collect::<String>())
    }

    /// No test is meant.
    pub fn nothing(&mut self, names: &[String]) -> io::Result<()> {
        if self.face == Face::Json {
            return self.end(&Summary::default());
        }
        let hint = if names.is_empty() {
            "a test is a function of a script: `fn test_begins() { assert_eq(sent().len(), 1); }`"
        } else {
            "what stands after `--` is a part of the names of the tests to run"
        };
        Screen::stderr().write(&format!("error: there is no test here\nhint: {hint}\n"))
    }

    /// So many tests are about to run.
    pub fn begin(&mut self, tests: usize) -> io::Result<()> {
        match self.face {
            Face::Json => Ok(()),
            Face::Plain => {
                let tests = count(tests as u64, "test", "tests");
                self.out.write(&format!("running {tests}\n"))
            }
        }
    }

    /// A test has run.
    pub fn test(&mut self, ran: &Ran<'_>) -> io::Result<()> {
        let (name, tested) = (ran.name, &ran.tested);
        if self.face == Face::Json {
            let failure = tested.failure.as_ref();
            let sides = failure.and_then(|failure| failure.sides.as_ref());
            return self.out.write(&json::line(&Line::Test {
                test: name,
                passed: tested.passed(),
                error: failure.map(|failure| &failure.error),
                left: sides.map(|sides| &*sides.left),
                right: sides.map(|sides| &*sides.right),
                handler_errors: &tested.story.errors,
            }));
        }
        let colours = self.out.colours();
        if !tested.passed() {
            let told = failed(ran, colours, self.out.width());
            self.failures.push((name.to_owned(), told));
        }
        let verdict = verdict(tested.passed(), colours);
        self.out.write(&format!("test {} ... {verdict}\n", clean(name)))
    }

    /// All have run.
    pub fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let Summary { passed, failed, broken, took } = summary;
        let took_ms = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        if self.face == Face::Json {
            let (passed, failed, broken) = (*passed, *failed, *broken);
            return self.out.write(&json::line(&Line::Tested { passed, failed, broken, took_ms }));
        }
        let colours = self.out.colours();
        let mut text = String::new();
        let failures = std::mem::take(&mut self.failures);
        if !failures.is_empty() {
            text.push_str("\nfailures:\n");
        }
        for (name, told) in &failures {
            text.extend(["\n---- ", &clean(name), " ----\n", told]);
        }
        let names = failures.into_iter().map(|(name, _)| name);
        let names: Vec<String> = names.chain(std::mem::take(&mut self.broken)).collect();
        if !names.is_empty() {
            text.push_str("\nfailures:\n");
            text.extend(names.iter().map(|name| format!("    {}\n", clean(name))));
        }
        let verdict = verdict(summary.is_well(), colours);
        let broken = match broken {
            0 => String::new(),
            broken => format!("; {} with mistakes", count(*broken as u64, "script", "scripts")),
        };
        let counts = format!("{passed} passed; {failed} failed{broken}");
        let last = format!("\ntest result: {verdict}. {counts}; finished in {took_ms} ms\n");
        text.push_str(&last);
        self.out.write(&text)
    }

    /// So many files are watched; tests run again when one of them is saved.
    pub fn watching(&mut self, files: usize) -> io::Result<()> {
        self.aside(&format!("\nwatching {}, Ctrl-C ends\n", count(files as u64, "file", "files")))
    }

    /// A file was saved.
    pub fn saved(&mut self, file: &str) -> io::Result<()> {
        self.aside(&format!("\nsaved: {}\n", clean(file)))
    }

    /// There are other scripts to test than before.
    pub fn others(&mut self) -> io::Result<()> {
        self.aside("\nscripts came or went\n")
    }

    /// What is tested is not there any more.
    pub fn trouble(&mut self, problem: &str) -> io::Result<()> {
        Screen::stderr().write(&format!("error: {problem}\n"))
    }

    /// What only a person wants to know.
    fn aside(&mut self, text: &str) -> io::Result<()> {
        match self.face {
            Face::Json => Ok(()),
            Face::Plain => self.out.write(text),
        }
    }
}

fn verdict(is_well: bool, colours: Colours) -> String {
    if is_well { colours.paint(Tone::Good, "ok") } else { colours.paint(Tone::Bad, "FAILED") }
}

/// Why a test failed, and what had happened until then.
fn failed(ran: &Ran<'_>, colours: Colours, columns: Option<usize>) -> String {
    let Tested { failure, story } = &ran.tested;
    let draw = |error| snippet::draw(error, Gravity::Error, ran.folder, colours, columns);
    let mut text = String::new();
    for error in story.errors.iter().take(ERRORS_SHOWN) {
        let cue = error.cue.as_ref();
        let said = cue.map(|cue| format!("`{cue}` failed, and this test expects no error\n"));
        text.extend([draw(error), said.unwrap_or_default(), "\n".to_owned()]);
    }
    let more = story.errors.len().saturating_sub(ERRORS_SHOWN);
    if more > 0 {
        let more = count(more as u64, "more error", "more errors");
        text.extend(["and ", &more, " of handlers\n\n"]);
    }
    if let Some(Failure { error, sides }) = failure.as_deref() {
        text.push_str(&draw(error));
        if let Some(sides) = sides {
            text.push_str(&side("left", &sides.left));
            text.push_str(&side("right", &sides.right));
        }
    }
    let sheet = sheet(ran, colours, columns);
    format!("{}\n{sheet}", text.trim_end())
}

/// One side of a comparison; further lines of it stand below the first.
fn side(word: &str, value: &str) -> String {
    let mut lines = value.lines();
    let mut text = format!("{word:>7}: {}\n", clean(lines.next().unwrap_or_default()));
    text.extend(lines.map(|line| format!("{:9}{}\n", "", clean(line))));
    text
}

/// The last things that happened in the test's show.
fn sheet(ran: &Ran<'_>, colours: Colours, columns: Option<usize>) -> String {
    let story = &ran.tested.story;
    if story.events.is_empty() {
        return "\nnothing had happened until then\n".to_owned();
    }
    let look = Look {
        zone: ran.zone.clone(),
        folder: ran.folder.to_owned(),
        names: super::names::Names::default(),
    };
    let mut plain = Plain::new(look);
    let mut text = "\nwhat had happened until then:\n".to_owned();
    if story.before > 0 {
        text.extend([&" ".repeat(14), "… and ", &story.before.to_string(), " before\n"]);
    }
    for event in &story.events {
        text.extend(row(event, ran.zone, &mut plain, colours, columns));
    }
    text
}

/// One event; a payload without how long its call took, which a test does not know.
fn row(
    event: &Event,
    zone: &Zone,
    plain: &mut Plain,
    colours: Colours,
    columns: Option<usize>,
) -> Option<String> {
    let What::Sent { of, .. } = &event.what else {
        return plain.text(event, colours, columns);
    };
    let time = event.at.to_zoned(zone.rules().clone()).strftime("%H:%M:%S%.3f").to_string();
    let row = Row::about(Tone::Good, "sent", of, &[]);
    Some(row.lay_out(&time, ("", 0), colours, columns))
}
