//! What a check found, for a person or as JSON lines for a program.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::json;
use super::screen::Screen;
use super::snippet;
use super::text::{clean, cut, fit, width};
use super::tone::Tone;
use super::words::{count, of_cue, thousands};
use crate::model::finding::{Finding, Gravity};
use crate::model::limits::PAYLOAD_MAX_BYTES;
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;
use crate::show::checking::{Checked, CheckedCue, Is};
use crate::world::rehearsal::check::Look;

/// Columns of a cue's name and of its triggers, at most.
const NAME_COLUMNS_MAX: usize = 20;
const WORDS_COLUMNS_MAX: usize = 52;
/// Columns of the word that a file's line begins with.
const WORD_COLUMNS: usize = 7;

/// Shows checks as they are done.
#[derive(Debug)]
pub struct Checks {
    out: Screen,
    json: bool,
    /// Where the person is: paths in it are shown from there.
    here: PathBuf,
    scripts: usize,
    plans: usize,
    errors: usize,
    warnings: usize,
}

/// One finding, as a program reads it.
#[derive(Serialize)]
struct FindingLine<'a> {
    #[serde(rename = "type")]
    is: &'static str,
    gravity: Gravity,
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
    hint: Option<&'a str>,
    cue: Option<&'a str>,
    source: &'a str,
}

/// One file, as a program reads it.
#[derive(Serialize)]
struct FileLine<'a> {
    #[serde(rename = "type")]
    is: &'static str,
    file: &'a str,
    #[serde(rename = "is")]
    kind: &'static str,
    zone: Option<String>,
    functions: Option<usize>,
    errors: usize,
    warnings: usize,
    more: usize,
    cues: Vec<CueLine<'a>>,
}

#[derive(Serialize)]
struct CueLine<'a> {
    cue: &'a str,
    line: usize,
    triggers: Vec<String>,
    when: String,
    calls: u64,
    payloads: u64,
    bytes_max: usize,
    next: Vec<String>,
    refused: Option<&'a str>,
}

impl Checks {
    /// For a person, on standard output.
    pub fn plain(here: PathBuf) -> Self {
        Self::on(Screen::stdout(), false, here)
    }

    /// One JSON object a finding and one a file, on standard output.
    pub fn json(here: PathBuf) -> Self {
        Self::on(Screen::pipe(io::stdout()), true, here)
    }

    fn on(out: Screen, json: bool, here: PathBuf) -> Self {
        Self { out, json, here, scripts: 0, plans: 0, errors: 0, warnings: 0 }
    }

    /// Whether anything was found so far.
    pub fn found(&self) -> bool {
        self.errors + self.warnings > 0
    }

    /// Shows the check of one script, or of a plan.
    pub fn file(&mut self, path: &Path, look: &Look) -> io::Result<()> {
        let checked = &look.checked;
        let files =
            if matches!(checked.is, Is::Plan { .. }) { &mut self.plans } else { &mut self.scripts };
        *files += 1;
        self.errors += checked.count(Gravity::Error);
        self.warnings += checked.count(Gravity::Warning) + checked.more;
        let placed: Vec<(Gravity, ScriptError)> =
            checked.findings.iter().map(|of| (of.gravity, self.placed(of, path, look))).collect();
        let path = path.display().to_string();
        let text = if self.json {
            json_lines(&path, checked, &placed)
        } else {
            self.plain_text(&path, checked, &placed)
        };
        self.out.write(&text)
    }

    /// Says how it went in all.
    pub fn end(&mut self, tests: usize) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        let found = match (self.errors, self.warnings) {
            (0, 0) => "nothing found".to_owned(),
            (errors, 0) => count(errors as u64, "error", "errors"),
            (0, warnings) => count(warnings as u64, "warning", "warnings"),
            (errors, warnings) => format!(
                "{}, {}",
                count(errors as u64, "error", "errors"),
                count(warnings as u64, "warning", "warnings")
            ),
        };
        let files = [(self.plans, "plan", "plans"), (self.scripts, "script", "scripts")]
            .into_iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, one, more)| count(number as u64, one, more))
            .collect::<Vec<_>>()
            .join(", ");
        let tests = match tests {
            0 => String::new(),
            _ => format!(
                " · {} left to `runner test`",
                count(tests as u64, "script of tests", "scripts of tests")
            ),
        };
        self.out.write(&format!("{files}, {found}{tests}\n"))
    }

    /// The mistake with the path of its file, as it is shown.
    fn placed(&self, finding: &Finding, path: &Path, look: &Look) -> ScriptError {
        let mut mistake = finding.mistake.clone();
        mistake.script = match &finding.file {
            Some(file) => look.path_of(file, &self.here),
            None => path.with_file_name(&mistake.script).display().to_string(),
        };
        mistake
    }

    fn plain_text(
        &self,
        path: &str,
        checked: &Checked,
        placed: &[(Gravity, ScriptError)],
    ) -> String {
        let (colours, columns) = (self.out.colours(), self.out.width());
        let (tone, word) = match placed.iter().map(|(gravity, _)| gravity).min() {
            None => (Tone::Good, "ok"),
            Some(Gravity::Warning) => (Tone::Watch, "warning"),
            Some(Gravity::Error) => (Tone::Bad, "error"),
        };
        let word = colours.paint(tone, &fit(word, WORD_COLUMNS));
        let mut text = format!("{word}  {}{}\n", clean(path), what(checked));
        for (gravity, mistake) in placed {
            text.push_str(&snippet::draw(mistake, *gravity, "", colours, columns));
        }
        if checked.more > 0 {
            text.extend(["and ", &checked.more.to_string(), " more\n"]);
        }
        if !placed.is_empty() && !checked.cues.is_empty() {
            text.push('\n');
        }
        text.push_str(&self.cue_lines(checked));
        text.push('\n');
        text
    }

    fn cue_lines(&self, checked: &Checked) -> String {
        let names: Vec<String> = checked.cues.iter().map(|cue| of_cue(&cue.plan)).collect();
        let words: Vec<String> = checked.cues.iter().map(|cue| clean(&cue.plan.words())).collect();
        let widest = |of: &[String], most: usize| {
            of.iter().map(|one| width(one)).max().unwrap_or(0).min(most)
        };
        let name_columns = widest(&names, NAME_COLUMNS_MAX);
        let words_columns = widest(&words, WORDS_COLUMNS_MAX);
        let (colours, columns) = (self.out.colours(), self.out.width().unwrap_or(usize::MAX));
        let mut text = String::new();
        for ((cue, name), words) in checked.cues.iter().zip(&names).zip(&words) {
            let came = clean(&came_to(cue));
            let line =
                format!("  {}  {}  {came}", fit(name, name_columns), fit(words, words_columns));
            text.push_str(cut(&line, columns).trim_end());
            text.push('\n');
            if let (false, Some(zone)) = (cue.next.is_empty(), zone_of(cue, checked)) {
                let next =
                    format!("{}next {}", " ".repeat(name_columns + 4), times(&cue.next, zone));
                text.push_str(&colours.paint(Tone::Past, &cut(&next, columns)));
                text.push('\n');
            }
        }
        text
    }
}

/// What a script is, after its path.
fn what(checked: &Checked) -> String {
    let zone = checked.zone.as_ref().map(ToString::to_string).unwrap_or_default();
    match checked.is {
        Is::Show => {
            format!(" · {} · {zone}", count(checked.cues.len() as u64, "cue", "cues"))
        }
        Is::Plan { shows: 0 } => " · a plan".to_owned(),
        Is::Plan { shows } => format!(" · a plan of {}", count(shows as u64, "show", "shows")),
        Is::Library { functions: 0 } => " · no cue and no function in it".to_owned(),
        Is::Library { functions } => {
            format!(" · library, {}", count(functions as u64, "function", "functions"))
        }
        Is::Broken => String::new(),
    }
}

/// What a cue did in the rehearsal.
fn came_to(cue: &CheckedCue) -> String {
    let of = |bytes: usize| {
        format!("{} of {} B", thousands(bytes as u64), thousands(PAYLOAD_MAX_BYTES as u64))
    };
    match (cue.calls, cue.payloads, &cue.refused) {
        (_, 0, Some(refused)) => format!("refused made-up data: {refused}"),
        (0, 0, None) => "could not be rehearsed".to_owned(),
        (_, 0, None) => "no payload".to_owned(),
        (_, 1, _) => format!("1 payload, {}", of(cue.bytes_max)),
        (_, more, _) => format!("{more} payloads, at most {}", of(cue.bytes_max)),
    }
}

/// The zone that a cue's cron is in.
fn zone_of<'a>(cue: &'a CheckedCue, checked: &'a Checked) -> Option<&'a Zone> {
    let own = cue.plan.triggers.iter().find_map(|trigger| trigger.zone());
    own.or(checked.zone.as_ref())
}

/// `Thu 26 Nov 20:55, 21:00, Fri 27 Nov 09:00`.
fn times(times: &[Timestamp], zone: &Zone) -> String {
    let mut day = None;
    let told = times.iter().map(|at| {
        let local = at.to_zoned(zone.rules().clone());
        let time = if local.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
        let is_same = day.replace(local.date()) == Some(local.date());
        if is_same {
            local.strftime(time).to_string()
        } else {
            format!("{} {}", local.strftime("%a %-d %b"), local.strftime(time))
        }
    });
    told.collect::<Vec<_>>().join(", ")
}

fn json_lines(path: &str, checked: &Checked, placed: &[(Gravity, ScriptError)]) -> String {
    let findings = placed.iter().map(|(gravity, mistake)| {
        json::line(&FindingLine {
            is: "finding",
            gravity: *gravity,
            file: &mistake.script,
            line: mistake.line,
            column: mistake.column,
            message: &mistake.message,
            hint: mistake.hint.as_deref(),
            cue: mistake.cue.as_deref(),
            source: &mistake.source,
        })
    });
    let findings: String = findings.collect();
    let (kind, functions) = match checked.is {
        Is::Show => ("show", None),
        Is::Library { functions } => ("library", Some(functions)),
        Is::Plan { .. } => ("plan", None),
        Is::Broken => ("broken", None),
    };
    let file = json::line(&FileLine {
        is: "file",
        file: path,
        kind,
        zone: checked.zone.as_ref().map(ToString::to_string),
        functions,
        errors: checked.count(Gravity::Error),
        warnings: checked.count(Gravity::Warning),
        more: checked.more,
        cues: checked.cues.iter().map(cue_line).collect(),
    });
    [findings, file].concat()
}

fn cue_line(cue: &CheckedCue) -> CueLine<'_> {
    let plan = &cue.plan;
    CueLine {
        cue: plan.key.as_str(),
        line: plan.line,
        triggers: plan.triggers.iter().map(ToString::to_string).collect(),
        when: plan.words(),
        calls: cue.calls,
        payloads: cue.payloads,
        bytes_max: cue.bytes_max,
        next: cue.next.iter().map(ToString::to_string).collect(),
        refused: cue.refused.as_deref(),
    }
}
