//! A script before air: what is wrong with it, and how close it comes to the limits. It is looked
//! at, then its first hour is rehearsed.

mod by_hand;
mod facts;
mod keys;
mod notes;
mod play;
#[cfg(test)]
mod tests;
mod times;
mod tries;

use jiff::Timestamp;

use crate::model::cue::CuePlan;
use crate::model::finding::{Finding, Gravity};
use crate::model::limits::CHECK_MAX_FINDINGS;
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;

use super::evening::Library;
use super::look::{Looked, Subject, look};
use notes::Notes;

/// What came of the check of one script.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What the script is.
    pub is: Is,
    /// The zone of its times; none where it could not even be read that far.
    pub zone: Option<Zone>,
    /// Its cues, in the order written.
    pub cues: Vec<CheckedCue>,
    /// What was found, in the order of the lines.
    pub findings: Vec<Finding>,
    /// How many findings there are beyond those.
    pub more: usize,
}

/// What a script is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// It declares cues.
    Show,
    /// It only defines functions, for others to import.
    Library {
        /// How many.
        functions: usize,
    },
    /// It names shows.
    Plan {
        /// How many; 0 where it has mistakes.
        shows: usize,
    },
    /// It cannot be played.
    Broken,
}

/// A cue, and what its rehearsal came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedCue {
    /// The cue.
    pub plan: CuePlan,
    /// How often it was called.
    pub calls: u64,
    /// How many payloads it put.
    pub payloads: u64,
    /// The bytes of its largest payload; 0 where it put none.
    pub bytes_max: usize,
    /// The next times of its cron expressions.
    pub next: Vec<Timestamp>,
    /// What it said when it refused the data that the rehearsal had made up: a `throw` of its own.
    pub refused: Option<String>,
}

impl Checked {
    /// A script that could not be read: what was met.
    pub fn unreadable(script_file: &str, problem: &str) -> Self {
        Self::broken(vec![ScriptError::told(script_file, problem)])
    }

    /// A plan of so many shows, or what is wrong with it.
    pub fn plan(shows: usize, mistakes: Vec<ScriptError>) -> Self {
        Self { is: Is::Plan { shows }, ..Self::broken(mistakes) }
    }

    fn broken(mistakes: Vec<ScriptError>) -> Self {
        let mistakes = mistakes.into_iter().map(|mistake| Finding::new(Gravity::Error, mistake));
        let (findings, more) = bounded(mistakes.collect());
        Self { is: Is::Broken, zone: None, cues: Vec::new(), findings, more }
    }

    /// How many of its findings are that grave.
    pub fn count(&self, gravity: Gravity) -> usize {
        self.findings.iter().filter(|finding| finding.gravity == gravity).count()
    }
}

/// Checks a script whose files are in `library`.
pub fn check<L>(subject: &Subject<'_>, library: &L) -> Checked
where
    L: Library + Clone + 'static,
{
    let mut own = library.clone();
    let Looked { version, outline, .. } = look(subject, &mut own);
    let ready = match version {
        Ok(ready) => ready,
        Err(mistakes) => return Checked::broken(mistakes),
    };
    let mut findings: Vec<Finding> = Vec::new();
    let warn = |mistake| Finding::new(Gravity::Warning, mistake);
    findings.extend(ready.warnings.iter().cloned().map(warn));
    if ready.cues.is_empty() {
        let is = Is::Library { functions: outline.functions };
        let (findings, more) = bounded(in_order(findings));
        return Checked { is, zone: Some(ready.zone), cues: Vec::new(), findings, more };
    }
    findings.extend(times::doubts(subject, &ready, &outline).into_iter().map(warn));
    findings.extend(keys::doubts(subject, &ready.cues).into_iter().map(warn));
    let mut facts = facts::Facts::of(&ready.files, &mut own);
    let notes = play::play(subject, (&ready, &outline), library, &mut facts);
    if notes.met_too_large() && !facts.are_none() {
        let short = facts.at_their_shortest(library.clone());
        play::play(subject, (&ready, &outline), &short, &mut facts);
    }
    findings.extend(facts::too_long(subject, &ready.cues, &facts, library));
    let cues = cues(&ready.cues, &notes, &ready.zone, subject.start);
    findings.extend(notes.findings(subject, &ready.cues, &findings));
    let (findings, more) = bounded(in_order(findings));
    Checked { is: Is::Show, zone: Some(ready.zone), cues, findings, more }
}

fn cues(plans: &[CuePlan], notes: &Notes, zone: &Zone, start: Timestamp) -> Vec<CheckedCue> {
    let cue = |plan: &CuePlan| {
        let tally = notes.of(&plan.key);
        CheckedCue {
            plan: plan.clone(),
            calls: tally.calls,
            payloads: tally.payloads,
            bytes_max: tally.bytes_max,
            next: times::next_of(plan, zone, start),
            refused: tally.refused,
        }
    };
    plans.iter().map(cue).collect()
}

/// The script's own lines from the top down, then those of other files. Where an error stands, no
/// warning is needed.
fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    let place = |finding: &Finding| {
        let mistake = &finding.mistake;
        (finding.file.clone(), mistake.script.clone(), mistake.line, mistake.column)
    };
    findings.sort_by_key(|finding| (place(finding), finding.gravity));
    findings.dedup_by(|next, before| {
        let is_warning = next.gravity == Gravity::Warning && before.gravity == Gravity::Error;
        let is_same = next.mistake == before.mistake || (is_warning && next.mistake.line > 0);
        is_same && place(next) == place(before)
    });
    findings
}

/// As many as are told, and how many more there are.
fn bounded(mut findings: Vec<Finding>) -> (Vec<Finding>, usize) {
    let more = findings.len().saturating_sub(CHECK_MAX_FINDINGS);
    findings.truncate(CHECK_MAX_FINDINGS);
    (findings, more)
}

/// A mistake at a line of the script, its caret below the first of `words` there.
fn at_line(subject: &Subject<'_>, line: usize, words: &[&str], message: String) -> ScriptError {
    let mut mistake = ScriptError::of_script(&subject.setup.script_file, message);
    let source = line.checked_sub(1).and_then(|before| subject.text.lines().nth(before));
    let Some(source) = source else { return mistake };
    let blanks = source.len() - source.trim_start().len();
    let met = words.iter().find_map(|word| Some((source.find(word)?, word.chars().count())));
    let (byte, width) = met.unwrap_or((blanks, 1));
    mistake.line = line;
    mistake.column = 1 + source.get(..byte).unwrap_or_default().chars().count();
    mistake.width = width;
    source.clone_into(&mut mistake.source);
    mistake
}
