//! What a rehearsal's events come to: how much each cue did, and what went wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{at_line, facts::Facts, tries::is_told_more};
use crate::model::cue::{CueKey, CuePlan};
use crate::model::event::{Dropped, Event, NotRun, What};
use crate::model::finding::{Finding, Gravity};
use crate::model::limits::CHECK_REHEARSES;
use crate::model::moment::{Go, Moment};
use crate::model::near::nearest;
use crate::model::script_error::ScriptError;
use crate::show::evening::Overrun;
use crate::show::look::Subject;

/// What one cue did.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) calls: u64,
    /// How many of them failed.
    failed: u64,
    pub(super) payloads: u64,
    pub(super) bytes_max: usize,
    /// Payloads that found no room in the channel's pace.
    lost: u64,
    pub(super) refused: Option<String>,
}

/// What was noted.
#[derive(Debug, Default)]
pub(super) struct Notes {
    by_cue: BTreeMap<CueKey, Tally>,
    /// Each place once, as it was met first.
    mistakes: BTreeMap<(String, usize, usize), ScriptError>,
    /// What failed with made-up data, and with all of it.
    doubts: Vec<ScriptError>,
    unknown: BTreeSet<CueKey>,
    chained: BTreeSet<CueKey>,
    warnings: BTreeSet<String>,
    pub(super) overrun: Option<Overrun>,
}

impl Notes {
    /// What a cue did.
    pub(super) fn of(&self, cue: &CueKey) -> Tally {
        self.by_cue.get(cue).cloned().unwrap_or_default()
    }

    /// Takes an event down. Off air nothing is lost that could have been sent.
    pub(super) fn take(&mut self, event: Event, on_air: bool, facts: &mut Facts) {
        if let What::CueFired { cue, .. } = &event.what {
            self.tally(cue).calls += 1;
        } else if let What::Queued { of, .. } = &event.what {
            let tally = self.tally(&of.cue);
            tally.payloads += 1;
            tally.bytes_max = tally.bytes_max.max(of.bytes);
            facts.measure(&of.cue, &of.payload);
        } else if let What::Expired { of } | What::Dropped { of, why: Dropped::OutboxFull } =
            &event.what
        {
            self.tally(&of.cue).lost += u64::from(on_air);
        } else if let What::NotRun { cue, why } = &event.what {
            self.not_run(cue, *why);
        } else if let What::Warning { message } = &event.what {
            self.warnings.insert(message.clone());
        } else if let What::ScriptError(mistake) = event.what {
            self.has_failed(&mistake);
            self.mistake(*mistake);
        }
    }

    /// Whether a payload was too large to be sent.
    pub(super) fn met_too_large(&self) -> bool {
        self.mistakes.values().any(is_too_large)
    }

    /// A handler failed.
    pub(super) fn mistake(&mut self, mistake: ScriptError) {
        let place = (mistake.script.clone(), mistake.line, mistake.column);
        self.mistakes.entry(place).or_insert(mistake);
    }

    /// A handler failed with all the data that was made up for it.
    pub(super) fn doubt(&mut self, mistake: ScriptError) {
        self.doubts.push(mistake);
    }

    /// One of the calls that were counted has failed.
    pub(super) fn has_failed(&mut self, mistake: &ScriptError) {
        if let Some(cue) = cue_of(mistake) {
            self.tally(&cue).failed += 1;
        }
    }

    /// A cue failed that was fired without data.
    pub(super) fn failed_by_hand(&mut self, cue: &CueKey, mistake: ScriptError) {
        self.tally(cue).calls += 1;
        self.tally(cue).failed += 1;
        self.mistake(mistake);
    }

    /// A cue threw, of its own will, when it was fired with made-up data.
    pub(super) fn refused(&mut self, thrown: &ScriptError) {
        if let Some(cue) = cue_of(thrown) {
            self.tally(&cue).refused = Some(thrown.message.clone());
        }
    }

    fn tally(&mut self, cue: &CueKey) -> &mut Tally {
        if !self.by_cue.contains_key(cue) {
            self.by_cue.insert(cue.clone(), Tally::default());
        }
        self.by_cue.get_mut(cue).expect("it was put there if it was not")
    }

    fn not_run(&mut self, cue: &CueKey, why: NotRun) {
        match why {
            NotRun::Unknown => self.unknown.insert(cue.clone()),
            NotRun::Chained => self.chained.insert(cue.clone()),
            NotRun::Disarmed | NotRun::Cancelled | NotRun::Held | NotRun::Panic => false,
        };
    }

    /// What was found, beside what is `known` already.
    pub(super) fn findings(
        &self,
        subject: &Subject<'_>,
        cues: &[CuePlan],
        known: &[Finding],
    ) -> Vec<Finding> {
        let line =
            |key: &CueKey| cues.iter().find(|plan| plan.key == *key).map_or(0, |plan| plan.line);
        let say = |key: &CueKey, message: String, hint: &str| {
            let mut mistake = at_line(subject, line(key), &[], message);
            mistake.cue = Some(key.to_string());
            mistake.hint = Some(hint.to_owned());
            mistake
        };
        let too_long: BTreeSet<&str> = known
            .iter()
            .filter(|finding| finding.file.is_some())
            .filter_map(|finding| finding.mistake.cue.as_deref())
            .collect();
        // A fact that is too long is named by its own line.
        let is_told = |mistake: &ScriptError| {
            is_too_large(mistake)
                && mistake.cue.as_deref().is_some_and(|cue| too_long.contains(cue))
        };
        let mistakes = self.mistakes.values().filter(|mistake| !is_told(mistake)).cloned();
        let mut errors: Vec<ScriptError> = mistakes.collect();
        errors.extend(self.chained.iter().map(|cue| {
            let message = format!("`{cue}` is fired by what it fires, without time passing");
            say(cue, message, "let time pass: `after(\"10s\", \"name\")` instead of `fire`")
        }));
        let mut warnings: Vec<ScriptError> = self.unknown(subject, cues, known);
        warnings.extend(self.doubtful(subject, cues, known));
        warnings
            .extend(self.by_cue.iter().filter(|(_, tally)| tally.lost > 0).map(|(cue, tally)| {
            let Tally { lost, payloads, .. } = tally;
            let message = format!(
                "{lost} of {payloads} payloads of `{cue}` found no room while they were worth it"
            );
            say(cue, message, "a channel takes five payloads a second, repeats included")
        }));
        warnings.extend(self.overrun.iter().map(|overrun| overran(overrun, &say, subject)));
        warnings.extend(
            self.warnings
                .iter()
                .map(|message| ScriptError::of_script(&subject.setup.script_file, message.clone())),
        );
        let graver = |gravity| move |mistake| Finding::new(gravity, mistake);
        let errors = errors.into_iter().map(graver(Gravity::Error));
        errors.chain(warnings.into_iter().map(graver(Gravity::Warning))).collect()
    }

    /// The cues that no data was found for, each told once. Where the show itself gave a handler
    /// data that it took, what was made up for it proves nothing; where a look at its handler told
    /// of it, that is why.
    fn doubtful(
        &self,
        subject: &Subject<'_>,
        cues: &[CuePlan],
        known: &[Finding],
    ) -> Vec<ScriptError> {
        let has_none = |one: &&Finding| one.mistake.message.contains("` has no `");
        let known: BTreeSet<&str> =
            known.iter().filter(has_none).filter_map(|one| one.mistake.cue.as_deref()).collect();
        let mut doubts: BTreeMap<&str, ScriptError> = BTreeMap::new();
        for doubt in &self.doubts {
            let plan = cues.iter().find(|plan| doubt.cue.as_deref() == Some(plan.key.as_str()));
            let Some(plan) = plan else { continue };
            let tally = self.of(&plan.key);
            if tally.calls <= tally.failed && !known.contains(plan.key.as_str()) {
                let doubted = || doubted(doubt, plan, &subject.setup.script_file);
                doubts.entry(plan.key.as_str()).or_insert_with(doubted);
            }
        }
        doubts.into_values().collect()
    }

    /// Cues that were fired by a name that no cue has, unless the line is known that says it.
    fn unknown(
        &self,
        subject: &Subject<'_>,
        cues: &[CuePlan],
        known: &[Finding],
    ) -> Vec<ScriptError> {
        let quoted = |cue: &CueKey| format!("names `{cue}`, and no cue");
        let is_known =
            |cue: &&CueKey| known.iter().any(|one| one.mistake.message.contains(&quoted(cue)));
        let unknown = self.unknown.iter().filter(|cue| !is_known(cue)).map(|cue| {
            let message = format!("no cue is called `{cue}`, and a handler names it");
            let mut mistake = ScriptError::of_script(&subject.setup.script_file, message);
            let near = nearest(cue.as_str(), cues.iter().map(|plan| plan.key.as_str()));
            mistake.hint = near.map(|near| format!("did you mean `{near}`?"));
            mistake
        });
        unknown.collect()
    }
}

fn cue_of(mistake: &ScriptError) -> Option<CueKey> {
    mistake.cue.as_deref().and_then(|cue| CueKey::named(cue).ok())
}

/// What is said of a cue whose data could not be guessed, and how its author gives it some.
fn doubted(doubt: &ScriptError, plan: &CuePlan, script_file: &str) -> ScriptError {
    let input = plan.options.input.iter().map(|field| (field.clone(), Value::from("…")));
    let data = if plan.options.input.is_empty() { Value::from("…") } else { input.collect() };
    let go = Go { cue: plan.key.clone(), at: Moment::Start, data };
    // What the show itself tells of, nobody types.
    let give = (!is_told_more(plan))
        .then(|| format!("give it some: `runner simulate {script_file} --go '{go}'`"));
    let hint = match (give, &doubt.hint) {
        (Some(give), Some(hint)) => Some(format!("{give}; else: {hint}")),
        (give, hint) => give.or_else(|| hint.clone()),
    };
    ScriptError {
        message: format!("`{}` takes none of the data made up for it: {}", plan.key, doubt.message),
        hint,
        ..doubt.clone()
    }
}

/// Whether it is a payload's size that a handler failed by.
pub(super) fn is_too_large(mistake: &ScriptError) -> bool {
    mistake.message.starts_with("the payload has ")
}

fn overran(
    overrun: &Overrun,
    say: &impl Fn(&CueKey, String, &str) -> ScriptError,
    subject: &Subject<'_>,
) -> ScriptError {
    let Overrun { cue, calls, operations, .. } = overrun;
    let minutes = CHECK_REHEARSES.as_mins();
    match cue {
        Some(cue) => say(
            cue,
            format!(
                "the rehearsal of {minutes} min ended early: `{cue}` was called {calls} times \
                 and took {operations} operations"
            ),
            "is it meant to come so often, and to do so much?",
        ),
        None => ScriptError::of_script(
            &subject.setup.script_file,
            "the rehearsal ended early: the script does too much",
        ),
    }
}
