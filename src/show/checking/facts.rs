//! Facts that are too long for the payload they are sent in. What a payload has beside its fact is
//! measured in the rehearsal; the lines that would not fit beside it are then tried out, because a
//! script may well cut them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::Value;

use super::notes::is_too_large;
use super::play::begin;
use crate::model::cue::{CueKey, CuePlan};
use crate::model::event::What;
use crate::model::file::{FileAnswer, FileKind, FileRef, facts_of};
use crate::model::finding::{Finding, Gravity};
use crate::model::io::{OperatorAction, ShowInput};
use crate::model::limits::{
    CHECK_FACTS_SEARCHED, CHECK_PAYLOADS_MEASURED, CHECK_REHEARSES, PAYLOAD_MAX_BYTES,
};
use crate::model::payload::Payload;
use crate::model::script_error::ScriptError;
use crate::show::evening::Library;
use crate::show::look::Subject;

/// The facts files of a script, and what was measured of the payloads that facts are sent in.
#[derive(Default)]
pub(super) struct Facts {
    files: BTreeMap<FileRef, Vec<Line>>,
    /// The most bytes that one of them takes.
    longest: usize,
    /// The payloads looked at, by cue.
    looked_at: BTreeMap<CueKey, usize>,
    /// The most bytes that a payload of a cue had beside its fact, as JSON and as plain text.
    beside: BTreeMap<(FileRef, CueKey, Form), usize>,
}

/// A fact, where it stands.
struct Line {
    number: usize,
    text: String,
}

/// How a fact stands in a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// In a JSON string, where some characters are escaped.
    Json,
    /// As it is.
    Plain,
}

impl Form {
    fn bytes(self, text: &str) -> usize {
        match self {
            Self::Plain => text.len(),
            // The quotes are there with any fact.
            Self::Json => Value::from(text).to_string().len() - 2,
        }
    }
}

impl Facts {
    /// The facts files among these.
    pub(super) fn of(files: &[FileRef], library: &mut impl Library) -> Self {
        let mut facts = Self::default();
        for file in files.iter().filter(|file| file.kind == FileKind::Facts) {
            if let FileAnswer::Text(text) = library.read(file) {
                facts.files.insert(file.clone(), lines(&text));
            }
        }
        // In JSON it is never shorter than in plain text.
        let bytes = facts.files.values().flatten().map(|line| Form::Json.bytes(&line.text));
        facts.longest = bytes.max().unwrap_or(0);
        facts
    }

    /// Whether the script reads any.
    pub(super) fn are_none(&self) -> bool {
        self.files.is_empty()
    }

    /// The show's files, but of each facts file only its shortest fact: with it a payload can be
    /// measured whose handler fails with another, and then draws the same one again and again.
    pub(super) fn at_their_shortest<L: Library>(&mut self, library: L) -> Instead<L> {
        self.looked_at.clear();
        let shortest = |lines: &[Line]| {
            let fact = lines.iter().min_by_key(|line| line.text.len());
            fact.map(|line| line.text.clone()).unwrap_or_default()
        };
        let texts = self.files.iter().map(|(file, lines)| (file.clone(), shortest(lines)));
        Instead { library, texts: texts.collect() }
    }

    /// Looks for a fact in a payload, and measures what stands beside it.
    pub(super) fn measure(&mut self, cue: &CueKey, payload: &Payload) {
        if self.files.is_empty() {
            return;
        }
        let looked_at = self.looked_at.entry(cue.clone()).or_default();
        *looked_at += 1;
        // Where all of it and the longest fact would fit together, none is too long beside it.
        let is_small = payload.bytes() + self.longest <= PAYLOAD_MAX_BYTES;
        if *looked_at > CHECK_PAYLOADS_MEASURED || is_small {
            return;
        }
        let mut texts = Vec::new();
        let form = if let Ok(value) = serde_json::from_str::<Value>(payload.as_str()) {
            texts_of(&value, &mut texts);
            Form::Json
        } else {
            texts.push(payload.as_str().to_owned());
            Form::Plain
        };
        for (file, lines) in &self.files {
            if let Some(fact) = longest_in(lines, &texts) {
                let beside = payload.bytes().saturating_sub(form.bytes(fact));
                let key = (file.clone(), cue.clone(), form);
                let most = self.beside.entry(key).or_default();
                *most = (*most).max(beside);
            }
        }
    }
}

/// The facts that do not fit.
pub(super) fn too_long<L: Library + Clone + 'static>(
    subject: &Subject<'_>,
    cues: &[CuePlan],
    facts: &Facts,
    library: &L,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut told = BTreeSet::new();
    for ((file, cue, form), beside) in &facts.beside {
        let bytes = |line: &Line| beside + form.bytes(&line.text);
        let lines = facts.files.get(file).into_iter().flatten();
        let long: Vec<&Line> = lines.filter(|line| bytes(line) > PAYLOAD_MAX_BYTES).collect();
        let Some(longest) = long.iter().max_by_key(|line| bytes(line)) else { continue };
        let plan = cues.iter().find(|plan| plan.key == *cue);
        let texts = [(file.clone(), longest.text.clone())].into();
        let only = Instead { library: library.clone(), texts };
        if !plan.is_some_and(|plan| is_refused(subject, plan, only)) {
            continue;
        }
        for line in long {
            if told.insert((file.clone(), line.number)) {
                findings.push(finding(file, cue, line, (*form, *beside)));
            }
        }
    }
    findings
}

/// The caret stands below what is too much.
fn finding(file: &FileRef, cue: &CueKey, line: &Line, (form, beside): (Form, usize)) -> Finding {
    let bytes = beside + form.bytes(&line.text);
    let over = bytes - PAYLOAD_MAX_BYTES;
    let unit = if over == 1 { "byte" } else { "bytes" };
    let message = format!(
        "this fact is {over} {unit} too long: the payload of `{cue}` would have {bytes}, \
         {PAYLOAD_MAX_BYTES} fit"
    );
    let mut mistake = ScriptError::of_script(&file.to_string(), message);
    let mut left = PAYLOAD_MAX_BYTES.saturating_sub(beside);
    let fits = line.text.chars().take_while(|c| {
        let room = left.checked_sub(form.bytes(c.encode_utf8(&mut [0; 4])));
        left = room.unwrap_or(0);
        room.is_some()
    });
    let fits = fits.count();
    mistake.line = line.number;
    mistake.column = fits + 1;
    mistake.width = line.text.chars().count() - fits;
    mistake.source.clone_from(&line.text);
    mistake.cue = Some(cue.to_string());
    mistake.hint = Some("shorten it here, or cut it in the script: `fit(fact, bytes)`".to_owned());
    Finding { gravity: Gravity::Error, mistake, file: Some(file.clone()) }
}

/// A library in which some files have another text.
#[derive(Clone)]
pub(super) struct Instead<L> {
    library: L,
    texts: BTreeMap<FileRef, String>,
}

impl<L: Library> Library for Instead<L> {
    fn read(&mut self, file: &FileRef) -> FileAnswer {
        match self.texts.get(file) {
            Some(text) => FileAnswer::Text(text.as_str().into()),
            None => self.library.read(file),
        }
    }
}

/// Whether a cue fails with that fact because its payload is too large.
fn is_refused(subject: &Subject<'_>, plan: &CuePlan, only: impl Library + 'static) -> bool {
    let (mut evening, show) = begin(subject, only);
    evening.advance(SignedDuration::from_secs(1));
    let action = OperatorAction::Fire { cue: plan.key.clone(), data: Value::Null };
    evening.input(show, ShowInput::Operator { request: 1, action });
    let mut passed = SignedDuration::ZERO;
    loop {
        let refused = evening.take_events().into_iter().any(|event| {
            matches!(event.what, What::ScriptError(mistake)
                if mistake.cue.as_deref() == Some(plan.key.as_str())
                    && is_too_large(&mistake))
        });
        let over = passed >= CHECK_REHEARSES || evening.overrun().is_some();
        if refused || over {
            return refused;
        }
        // What the cue sets off by `after` comes in its own time.
        let step = SignedDuration::from_mins(5);
        evening.advance(step);
        passed += step;
    }
}

fn lines(text: &str) -> Vec<Line> {
    facts_of(text).map(|(number, text)| Line { number, text: text.to_owned() }).collect()
}

/// All texts in a JSON value.
fn texts_of(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts_of(item, texts)),
        Value::Object(map) => map.values().for_each(|item| texts_of(item, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The longest fact that one of the texts is or holds. Of a long file only whole texts count.
fn longest_in<'l>(lines: &'l [Line], texts: &[String]) -> Option<&'l str> {
    let is_in = |text: &String, fact: &str| {
        let is_long = text.len() > fact.len();
        text == fact || (is_long && lines.len() <= CHECK_FACTS_SEARCHED && text.contains(fact))
    };
    let facts = lines.iter().map(|line| line.text.as_str());
    facts.filter(|fact| texts.iter().any(|text| is_in(text, fact))).max_by_key(|fact| fact.len())
}
