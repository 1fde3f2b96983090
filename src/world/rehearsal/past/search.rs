//! The search for a run of a show in a journal.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Began, Past};
use crate::model::event::Line;
use crate::model::limits::REPLAY_SHOWS_NAMED_MAX;
use crate::world::report::text::clean;

/// The search for a run, line by line.
#[derive(Default)]
pub(super) struct Search<'a> {
    script: &'a str,
    run: Option<u32>,
    pub(super) found: Option<Past>,
    /// Whether the run that was found is the one that goes on.
    goes_on: bool,
    /// The script of a simulation, whose timeline has it in its head alone.
    simulated: Option<String>,
    shows: BTreeSet<String>,
    runs: BTreeSet<u32>,
}

impl<'a> Search<'a> {
    /// For a run of the script called `script`: the one with this number, else the last one.
    pub(super) fn new(script: &'a str, run: Option<u32>) -> Self {
        Self { script, run, ..Self::default() }
    }
}

impl Search<'_> {
    pub(super) fn take(&mut self, line: &[u8]) {
        let Ok(line) = serde_json::from_slice::<Line>(line) else {
            if let Some(past) = self.found.as_mut().filter(|past| self.goes_on && !past.ended) {
                past.unread += 1;
            }
            return;
        };
        if let Some(show) = line.show.as_ref().filter(|show| !self.shows.contains(*show)) {
            self.shows.insert(show.clone());
        }
        if line.event == "simulation" {
            self.simulated = Some(line.text("script_hash").to_owned());
        }
        if line.show.as_deref() != Some(self.script) {
            return;
        }
        if line.event == "started" {
            self.begin(&line);
        } else if let Some(past) = self.found.as_mut().filter(|_| self.goes_on) {
            past.take(&line);
        }
    }

    fn begin(&mut self, line: &Line) {
        let Some(began) = began(line, self.simulated.as_deref()) else { return };
        self.runs.insert(began.run);
        if self.run.is_none_or(|run| run == began.run) {
            self.found = Some(Past::new(began));
            self.goes_on = true;
        } else if self.found.as_ref().is_some_and(|past| past.began.channel == began.channel) {
            self.goes_on = false;
        }
    }

    pub(super) fn what_is_missing(&self) -> String {
        let list = |words: Vec<String>| words.join(", ");
        if self.shows.is_empty() {
            return "is no journal\nhint: a show writes `journal.jsonl` into `.runner/` beside its \
                    script"
                .to_owned();
        }
        if !self.shows.contains(self.script) {
            let named = self.shows.iter().take(REPLAY_SHOWS_NAMED_MAX).map(|show| clean(show));
            let more = self.shows.len().saturating_sub(REPLAY_SHOWS_NAMED_MAX);
            let more = (more > 0).then(|| format!("and {more} more"));
            let shows = list(named.chain(more).collect());
            return format!("holds nothing of `{}`\nhint: it holds {shows}", self.script);
        }
        match self.run {
            Some(run) if !self.runs.is_empty() => {
                let runs = list(self.runs.iter().map(ToString::to_string).collect());
                format!("holds no run {run} of `{}`\nhint: it holds {runs}", self.script)
            }
            Some(_) | None => format!("holds no beginning of a run of `{}`", self.script),
        }
    }
}

fn began(line: &Line, simulated: Option<&str>) -> Option<Began> {
    let mut fields = line.rest.clone();
    if let Some(hash) = simulated {
        fields.entry("script_hash").or_insert_with(|| hash.into());
    }
    fields.insert("at".to_owned(), line.at.to_string().into());
    fields.insert("channel".to_owned(), line.channel.clone()?.into());
    serde_json::from_value(Value::Object(fields)).ok()
}
