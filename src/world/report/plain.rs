//! Events as lines for a person: time, word, cue, bytes, took, and what the viewer reads.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::names::Names;
use super::operator;
use super::phrases;
use super::polls;
use super::row::Row;
use super::screen::Colours;
use super::snippet;
use super::text::clean;
use super::tone::Tone;
use super::words::of_key;
use crate::model::channel::ShowId;
use crate::model::event::{Event, FiredBy, What};
use crate::model::finding::Gravity;
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;

/// What a plain report knows from the start.
#[derive(Debug, Clone)]
pub struct Look {
    /// The zone of times until a show says its own, and of what concerns no show.
    pub zone: Zone,
    /// Where scripts lie, as the operator wrote it: `scripts`; empty for here.
    pub folder: String,
    /// What tells shows apart, in a column of its own.
    pub names: Names,
}

/// Turns events into lines, and remembers of each show what later lines need.
pub(super) struct Plain {
    look: Look,
    shows: BTreeMap<Option<ShowId>, Known>,
    zones: Zones,
}

/// The zones of the shows that began.
#[derive(Default)]
enum Zones {
    #[default]
    None,
    One(Zone),
    Many,
}

impl Zones {
    fn learn(&mut self, event: &Event) {
        let What::Started(started) = &event.what else { return };
        let Ok(zone) = started.zone.parse() else { return };
        match self {
            Self::None => *self = Self::One(zone),
            Self::One(known) if *known != zone => *self = Self::Many,
            Self::One(_) | Self::Many => {}
        }
    }
}

/// What earlier events said of a show.
pub(super) struct Known {
    zone: Zone,
    /// When the version that runs took over.
    version: Option<Timestamp>,
    /// The last mistake drawn: the same one again is one line.
    mistake: Option<ScriptError>,
}

/// What is shown of an event.
enum Said<'a> {
    Nothing,
    Row(Row<'a>),
    Mistake { error: &'a ScriptError, gravity: Gravity, then: Option<String> },
}

impl<'a> Said<'a> {
    fn row(row: Option<Row<'a>>) -> Self {
        row.map_or(Self::Nothing, Self::Row)
    }
}

impl Plain {
    pub(super) fn new(look: Look) -> Self {
        Self { look, shows: BTreeMap::new(), zones: Zones::default() }
    }

    /// The event's lines with their ends; none for what only the journal tells.
    pub(super) fn text(
        &mut self,
        event: &Event,
        colours: Colours,
        columns: Option<usize>,
    ) -> Option<String> {
        let known = known(&mut self.shows, &self.look, event.show.as_ref());
        let (named, _) = self.look.names.of(event.show.as_ref());
        let folder = named.folder.as_deref().unwrap_or(&self.look.folder);
        let said = said(known, &event.what, folder);
        known.learn(event);
        self.zones.learn(event);
        match said {
            Said::Nothing => None,
            Said::Row(row) => {
                Some(self.row((event.at, event.show.as_ref()), &row, (colours, columns)))
            }
            Said::Mistake { error, gravity, then } => {
                let mut text = snippet::draw(error, gravity, folder, colours, columns);
                text.extend(then.map(|then| format!("\n{}\n", clean(&then))));
                Some(text)
            }
        }
    }

    /// Remembers what later lines need of an event that is not shown.
    pub(super) fn learn(&mut self, event: &Event) {
        known(&mut self.shows, &self.look, event.show.as_ref()).learn(event);
        self.zones.learn(event);
    }

    /// A line about a show at an instant.
    pub(super) fn row(
        &mut self,
        (at, show): (Timestamp, Option<&ShowId>),
        row: &Row,
        (colours, columns): (Colours, Option<usize>),
    ) -> String {
        let known = known(&mut self.shows, &self.look, show);
        let (zone, form) = match &self.zones {
            // What concerns no show is told by the clock of all others.
            Zones::One(zone) if show.is_none() => (zone, "%H:%M:%S%.3f"),
            Zones::Many => (&known.zone, "%H:%M:%S%.3f%:z"),
            Zones::None | Zones::One(_) => (&known.zone, "%H:%M:%S%.3f"),
        };
        let time = at.to_zoned(zone.rules().clone()).strftime(form).to_string();
        let (named, label_columns) = self.look.names.of(show);
        row.lay_out(&time, (&named.label, label_columns), colours, columns)
    }
}

/// What is known of a show.
fn known<'a>(
    shows: &'a mut BTreeMap<Option<ShowId>, Known>,
    look: &Look,
    show: Option<&ShowId>,
) -> &'a mut Known {
    shows.entry(show.cloned()).or_insert_with(|| Known {
        zone: look.zone.clone(),
        version: None,
        mistake: None,
    })
}

impl Known {
    fn local(&self, at: Timestamp) -> jiff::Zoned {
        at.to_zoned(self.zone.rules().clone())
    }

    /// An instant as a person looks for it on a clock.
    pub(super) fn clock(&self, at: Timestamp) -> String {
        self.local(at).strftime("%H:%M:%S").to_string()
    }

    fn learn(&mut self, event: &Event) {
        if let What::Started(started) = &event.what {
            self.zone = started.zone.parse().unwrap_or_else(|_| self.zone.clone());
            self.version = Some(event.at);
        }
        if let What::Reloaded(reloaded) = &event.what
            && phrases::is_script(reloaded)
        {
            self.version = Some(event.at);
            self.mistake = None;
        }
        if let What::RolledBack { to: Some(version), .. } = &event.what {
            self.version = Some(*version);
        }
        if let What::ScriptError(error) = &event.what {
            self.mistake = Some(error.as_ref().clone());
        }
    }
}

/// Whether a plain report says nothing of an event, and learns nothing from it.
pub(super) fn is_unsaid(what: &What) -> bool {
    matches!(what, What::Queued { .. } | What::TallyRead(_) | What::LeaderboardRead { .. })
        || matches!(what, What::Shown { .. })
        || matches!(what, What::CueFired { by, .. } if *by != FiredBy::Operator)
}

fn said<'a>(known: &Known, what: &'a What, folder: &str) -> Said<'a> {
    Said::Row(match what {
        What::Started(started) if started.resume => phrases::resumed(started),
        What::CueFired { cue, by: FiredBy::Operator, .. } => phrases::fired(cue),
        What::Started(_)
        | What::CueFired { .. }
        | What::Queued { .. }
        | What::TallyRead(_)
        | What::LeaderboardRead { .. }
        | What::Shown { .. } => return Said::Nothing,
        What::Sent { of, late_ms, took_ms, attempts, maybe_twice, repeat, .. } => {
            let notes = phrases::sent_notes(*late_ms, *attempts, *maybe_twice);
            let (tone, word) = if *repeat { (Tone::Past, "repeat") } else { (Tone::Good, "sent") };
            Row::about(tone, word, of, &notes).took(*took_ms)
        }
        What::Refused { of, refusal, message, again_ms, given_up, .. } => {
            let words = phrases::refused(*refusal, message, *again_ms, *given_up);
            Row::new(Tone::Bad, "refused", words).cue(of.cue.as_str())
        }
        What::Expired { of } => Row::about(Tone::Watch, "expired", of, &[]),
        What::Dropped { of, why } => phrases::dropped(of, *why),
        What::InDoubt { of } => phrases::in_doubt(of),
        What::Missed { cue, due, late_ms, count } => {
            let words = phrases::missed(&known.clock(*due), *late_ms, *count);
            Row::new(Tone::Watch, "missed", words).cue(cue.as_str())
        }
        What::Skipped { why, count } => {
            Row::new(Tone::Watch, "skipped", phrases::skipped(*why, *count))
        }
        What::Unseen { delivery, cue, after_ms } => phrases::unseen(*delivery, cue, *after_ms),
        What::NotRun { cue, why } => {
            Row::new(Tone::Watch, "not run", phrases::not_run(*why)).cue(cue.as_str())
        }
        What::CueSet { cue, to, by } => phrases::cue_set(cue, *to, *by),
        What::StateSet { .. }
        | What::NameSet { .. }
        | What::PollSet(_)
        | What::Held { .. }
        | What::Panicked { .. }
        | What::Released { .. } => return Said::row(operator::did(what, |at| known.clock(at))),
        What::Reloaded(reloaded) => Row::new(Tone::Past, "reload", phrases::reload(reloaded)),
        What::ReloadFailed(error) => return reload_failed(known, error),
        What::RolledBack { to, .. } => phrases::rolled_back(to.map(|to| known.clock(to))),
        What::ScriptError(error) => return script_error(known, error, folder),
        What::ScriptWarning(error) => return script_warning(error),
        What::Log { level, cue, message } => phrases::log(*level, cue.as_ref(), message),
        What::Fetched(told) => phrases::fetched(told),
        What::OnAir { stream, viewers } => phrases::on_air(stream.as_deref(), *viewers),
        What::OffAir => Row::new(Tone::Watch, "off air", "the channel is not live"),
        What::PollOpened(poll) => return Said::row(polls::opened(poll, |at| known.clock(at))),
        What::PollClosed(poll) => return Said::row(polls::closed(poll)),
        What::Lease(told) => phrases::lease(told),
        What::ClockJumped { by_ms } => phrases::clock_jumped(*by_ms),
        What::PlanChanged(changed) => Row::new(Tone::Past, "plan", phrases::plan(changed)),
        What::PlanRefused(error) => return plan_refused(error),
        What::Warning { message } => Row::new(Tone::Watch, "warning", message),
        What::Stopped { sent, refused, expired, .. } => phrases::stopped(*sent, *refused, *expired),
    })
}

fn reload_failed<'a>(known: &Known, error: &'a ScriptError) -> Said<'a> {
    let then = known.version.map(|version| {
        format!("the show on air goes on with the version of {}", known.clock(version))
    });
    Said::Mistake { error, gravity: Gravity::Error, then }
}

fn script_warning(error: &ScriptError) -> Said<'_> {
    Said::Mistake { error, gravity: Gravity::Warning, then: None }
}

fn plan_refused(error: &ScriptError) -> Said<'_> {
    let then = Some("the shows on air go on as they are".to_owned());
    Said::Mistake { error, gravity: Gravity::Error, then }
}

fn script_error<'a>(known: &Known, error: &'a ScriptError, folder: &str) -> Said<'a> {
    if known.mistake.as_ref() == Some(error) {
        let words = format!("as before · {}", snippet::place(error, folder));
        let row = Row::new(Tone::Bad, "error", words);
        return Said::Row(error.cue.iter().fold(row, |row, cue| row.cue(cue)));
    }
    let who = error.cue.as_ref().map_or("it".to_owned(), |cue| format!("`{}`", of_key(cue)));
    // Before a version took over there is no show that could go on.
    let then = known.version.map(|_| format!("{who} changed nothing this time, the show goes on"));
    Said::Mistake { error, gravity: Gravity::Error, then }
}
