//! From text to a version that plays: the first one, an edit, and the way back.

use std::sync::Arc;

use litemap::LiteMap;
use serde_json::Value;

use crate::model::cue::{AfterId, CuePlan};
use crate::model::event::{Reloaded, Started, StateAge, What};
use crate::model::file::{FileAnswer, FileRef};
use crate::model::io::{Ending, Kept, ShowOutput};
use crate::model::limits::ALIVE_EVERY;
use crate::model::payload::Priority;
use crate::model::poll::AskingId;
use crate::model::saved::{Change, Place, PlaceKey, Run, Saved};
use crate::model::script_error::ScriptError;
use crate::model::time::Now;
use crate::model::trigger::Happening;
use crate::rules::digest::sha256_hex;
use crate::rules::polls::{Input as PollsInput, Polls};
use crate::rules::schedule::Schedule;
use crate::rules::schedule::io::{Edited, Input as ScheduleInput, Places, Setup as ScheduleSetup};
use crate::script::Host;
use crate::script::api::{Begin, Loaded, Ready};

use super::fetches::Fetches;
use super::notes::Notes;
use super::version::{AfterTarget, Afters, Version, Versions};
use super::{Act, AirState, Beginning, Phase, Playing, Show};

/// A saved version on its way to take over.
pub(super) struct Loading {
    /// The file whose change asked for it, for the screen.
    file: String,
    /// Its SHA-256.
    hash: String,
}

impl Show {
    pub(super) fn start(
        &mut self,
        mut saved: Box<Saved>,
        kept: Kept,
        script: FileAnswer,
        now: Now,
    ) {
        if !matches!(self.phase, Phase::Waiting) {
            return;
        }
        self.started = now;
        let text = match script {
            FileAnswer::Text(text) => text,
            FileAnswer::Problem(problem) => {
                let error = ScriptError::of_script(&self.setup.script_file, problem);
                self.event(now, What::ScriptError(Box::new(error)));
                return self.end(Ending::Failed);
            }
        };
        if kept == Kept::Forget {
            *saved = saved.forgotten(now.wall);
        }
        let resume = saved.crashed_lately(now.wall);
        if !resume {
            // A new show with the same seed draws the same.
            saved.random = 0;
        }
        let run = Run {
            number: saved.run.as_ref().map_or(1, |run| run.number.saturating_add(1)),
            started: now.wall,
            alive: now.wall,
            ended: false,
            seed: self.setup.script.seed,
        };
        // A run numbers its own, so that no id comes back that a script may have kept.
        let next_after = AfterId((u64::from(run.number) << 32) + 1);
        let begin = Begin { saved: &saved, run: run.number, next_after };
        let host = Host::new(self.setup.script.clone(), &begin);
        // A stream that ended with its run is another now: only a crash goes on with its broadcast.
        if resume || !self.setup.own_stream {
            self.broadcast.clone_from(&saved.broadcast);
        }
        self.phase = Phase::Beginning(Box::new(Beginning { host, saved, kept, run, resume, text }));
        self.begin(now);
    }

    /// Tries to compile the first version; it takes over, waits for files, or the show is over.
    pub(super) fn begin(&mut self, now: Now) {
        let Phase::Beginning(beginning) = &mut self.phase else { return };
        let polls = Arc::default();
        let view = super::calls::view(&self.air, self.broadcast.as_ref(), &self.files, &polls, now);
        let loaded = beginning.host.load(&self.setup.script_file, &beginning.text, &view);
        match loaded {
            Loaded::Needs(files) => self.ask_for(files),
            Loaded::Failed(errors) => {
                for error in errors {
                    self.event(now, What::ScriptError(Box::new(error)));
                }
                self.end(Ending::Failed);
            }
            Loaded::Ready(ready) => {
                if let Phase::Beginning(beginning) =
                    std::mem::replace(&mut self.phase, Phase::Waiting)
                {
                    self.play(*beginning, *ready, now);
                }
            }
        }
    }

    fn play(&mut self, beginning: Beginning, ready: Ready, now: Now) {
        let Beginning { host, mut saved, kept, run, resume, text } = beginning;
        if kept == Kept::Forget {
            self.loose.push(Change::Forget);
            self.loose.extend(saved.points.map(Change::Points));
        }
        if !resume {
            self.loose.extend([Change::NewShow, Change::Random(0)]);
        }
        saved.held = self.held_at_first(saved.held.take(), resume);
        self.loose.extend(saved.held.clone().map(|held| Change::Held(Some(held))));
        // Until its first handler has run nothing has happened: a crash before that is followed by
        // a start, not by a resume.
        self.loose.push(Change::Run(Run { ended: !resume, ..run.clone() }));
        self.loose.extend(ready.changes.iter().cloned());
        self.alive_at = now.up + ALIVE_EVERY;
        self.commit_loose();
        self.event(now, self.started_event(&saved, &run, resume, &text, &ready));
        self.tell_load(&ready, now);
        let schedule =
            Schedule::new(ScheduleSetup { zone: ready.zone.clone(), seed: self.setup.script.seed });
        let cues = ready.cues.clone();
        let versions = Versions::first(version(1, ready, Arc::clone(&text), now));
        let edits = saved.state_edits.clone();
        let begun = Change::Run(run.clone());
        self.phase = Phase::Playing(Box::new(Playing {
            host,
            run,
            schedule,
            polls: Polls::default(),
            versions,
            afters: Afters::default(),
            fetches: Fetches::default(),
            held: None,
            notes: Notes { edits, ..Notes::default() },
            text,
            refused: false,
            loading: None,
            act: Act::On,
        }));
        self.begin_schedule(*saved, cues, resume, now);
        let first = if resume { Happening::Resume } else { Happening::Start };
        self.queue_happening(first, &Value::Null, now);
        match self.queue.front_mut() {
            Some(call) => call.changes.push(begun),
            None => self.loose.push(begun),
        }
        match std::mem::replace(&mut self.air, AirState::Unasked) {
            AirState::Unasked => {}
            AirState::On(stream) => self.on_air(stream, now),
            AirState::Off => self.off_air(now),
        }
    }

    /// Hands the schedule its cues, and what a crash left waiting to whom it belongs.
    fn begin_schedule(&mut self, saved: Saved, cues: Vec<CuePlan>, resume: bool, now: Now) {
        let Saved { places, marks, afters, held, deliveries, polls, points, .. } = saved;
        if let Some(held) = held {
            self.held_still(held, now);
        }
        let places = if resume { Some(Places { places, marks }) } else { of_broadcast(places) };
        if let (false, Some(kept)) = (resume, &places) {
            let kept = kept.places.iter();
            let kept =
                kept.map(|(key, place)| Change::Place(key.clone(), Some(Place::clone(place))));
            self.loose.extend(kept);
        }
        self.schedule_input(ScheduleInput::Begin { cues, resume: places }, now);
        if resume {
            for (id, kept) in afters {
                let target = AfterTarget::Cue { cue: kept.cue, data: kept.data };
                if let Phase::Playing(playing) = &mut self.phase {
                    playing.afters.set(id, target);
                }
                self.schedule_input(ScheduleInput::AfterKept { id, due: kept.due }, now);
            }
        }
        // A repeat was sent before.
        let waiting = deliveries.values().map(|waiting| &waiting.kept);
        let unsent = waiting.filter(|kept| kept.priority != Priority::Repeat);
        let revealing = unsent.filter_map(|kept| AskingId::revealed_by(&kept.payload)).collect();
        let there: Vec<AskingId> =
            deliveries.values().filter_map(|it| AskingId::asked_by(&it.kept.payload)).collect();
        for waiting in deliveries.into_values() {
            let delivery = Box::new(waiting.kept.restore(self.setup.script.id.clone(), now));
            let attempting = waiting.attempting;
            self.outputs.push_back(ShowOutput::Restore { delivery, attempting });
        }
        let polls = polls.into_values().map(|kept| *kept).collect();
        self.polls_handle(PollsInput::Begin { polls, revealing, points }, now);
        self.ask_again(&there, now);
        self.settle_before(now);
    }

    fn started_event(
        &self,
        saved: &Saved,
        run: &Run,
        resume: bool,
        text: &str,
        ready: &Ready,
    ) -> What {
        let files = ready.files.iter().filter_map(|file| match self.files.get(file) {
            Some(FileAnswer::Text(text)) => Some((file.to_string(), sha256_hex(text))),
            Some(FileAnswer::Problem(_)) | None => None,
        });
        let keys = |value: &Value| value.as_object().map_or(0, serde_json::Map::len);
        What::Started(Box::new(Started {
            version: env!("CARGO_PKG_VERSION").into(),
            run: run.number,
            seed: run.seed,
            zone: ready.zone.to_string(),
            args: Value::Object(self.setup.script.args.iter().cloned().collect()),
            script_hash: sha256_hex(text),
            files: files.collect(),
            resume,
            state: saved
                .state
                .as_ref()
                .map(|kept| StateAge { at: kept.at, keys: keys(&kept.value) })
                .filter(|age| age.keys > 0),
            cues: ready.cues.len(),
        }))
    }

    /// What compiling said: its warnings and what the top level printed.
    fn tell_load(&mut self, ready: &Ready, now: Now) {
        for warning in &ready.warnings {
            self.event(now, What::ScriptWarning(Box::new(warning.clone())));
        }
        for (level, message) in &ready.logs {
            self.event(now, What::Log { level: *level, cue: None, message: message.clone() });
        }
    }

    /// The script was saved, or deleted.
    pub(super) fn script_saved(&mut self, script: FileAnswer, now: Now) {
        let file = self.setup.script_file.clone();
        let text = match script {
            FileAnswer::Text(text) => text,
            FileAnswer::Problem(problem) => {
                let message = format!("{problem}; the show goes on with the version it has");
                return self.event(now, What::Warning { message });
            }
        };
        match &mut self.phase {
            // What a timeline file stands for stays the same; its entries come as data.
            Phase::Playing(playing)
                if playing.text == text && playing.loading.is_none() && !playing.refused => {}
            Phase::Playing(playing) => {
                playing.loading = Some(Loading { file, hash: sha256_hex(&text) });
                playing.text = text;
                self.reload(now);
            }
            Phase::Beginning(beginning) => {
                beginning.text = text;
                self.begin(now);
            }
            Phase::Waiting | Phase::Over => {}
        }
    }

    /// Compiles the script anew because one of its imports changed. One that it does not import any
    /// more means nothing, unless the script as it was last saved may be waiting for it.
    pub(super) fn import_saved(&mut self, file: &FileRef, import: &str, now: Now) {
        let Phase::Playing(playing) = &mut self.phase else { return };
        let is_settled = playing.loading.is_none() && !playing.refused;
        let current = &playing.versions.current.generation;
        if is_settled && !current.reads(file) && !playing.host.has_imported(&file.name) {
            return;
        }
        let file = format!("{}.rhai", file.name.trim_end_matches(".rhai"));
        self.reload_for(file, import, now);
    }

    /// Compiles the script anew because of a file that is part of what it is.
    pub(super) fn reload_for(&mut self, file: String, text: &str, now: Now) {
        let Phase::Playing(playing) = &mut self.phase else { return };
        playing.loading = Some(Loading { file, hash: sha256_hex(text) });
        self.reload(now);
    }

    /// Tries to compile the version that is loading; it takes over, waits for files, or is refused.
    pub(super) fn reload(&mut self, now: Now) {
        let Phase::Playing(playing) = &mut self.phase else { return };
        if playing.loading.is_none() {
            return;
        }
        let polls = Arc::clone(playing.polls.book());
        let view = super::calls::view(&self.air, self.broadcast.as_ref(), &self.files, &polls, now);
        match playing.host.load(&self.setup.script_file, &playing.text, &view) {
            Loaded::Needs(files) => self.ask_for(files),
            Loaded::Failed(errors) => {
                playing.loading = None;
                playing.refused = true;
                if let Some(error) = errors.first() {
                    playing.notes.failed(now.wall, error);
                }
                for error in errors {
                    self.event(now, What::ReloadFailed(Box::new(error)));
                }
            }
            Loaded::Ready(ready) => {
                if let Some(loading) = playing.loading.take() {
                    self.take_over(*ready, loading, now);
                }
            }
        }
    }

    fn take_over(&mut self, ready: Ready, loading: Loading, now: Now) {
        let Phase::Playing(playing) = &self.phase else { return };
        let (before, before_text) =
            (playing.versions.current.number, Arc::clone(&playing.versions.current.text));
        let number = playing.versions.next_number();
        let cues = ready.cues.clone();
        self.loose.extend(ready.changes.iter().cloned());
        self.tell_load(&ready, now);
        if let Phase::Playing(playing) = &mut self.phase {
            playing.refused = false;
            let text = Arc::clone(&playing.text);
            playing.versions.take_over(version(number, ready, text, now), now);
        }
        let Edited { kept, added, removed, changed } = self.switch_schedule(before, cues, now);
        let (next, next_at) = self.next_fire().unzip();
        let next_ms = next_at.map(|at| super::calls::millis(at - now.up));
        let Loading { file, hash } = loading;
        let mut reloaded =
            Reloaded { file, hash, kept, added, removed, changed, lines: 0, next, next_ms };
        if let Phase::Playing(playing) = &mut self.phase {
            playing.notes.took_over(now.wall, &mut reloaded, (&*before_text, &*playing.text));
        }
        self.event(now, What::Reloaded(Box::new(reloaded)));
        self.queue_happening(Happening::Reloaded, &Value::Null, now);
    }

    /// The last version that stood for a minute comes back.
    pub(super) fn fall_back(&mut self, now: Now) {
        let Phase::Playing(playing) = &mut self.phase else { return };
        let before = playing.versions.current.number;
        let Some(back) = playing.versions.fall_back() else { return };
        playing.refused = true;
        let cues = back.cues.to_vec();
        self.switch_schedule(before, cues, now);
        self.event(now, What::RolledBack { to: Some(back.took_over()), unplayed: true });
        self.queue_happening(Happening::Reloaded, &Value::Null, now);
    }

    /// The schedule goes on with the current version's cues; `after`s of too old ones are dropped.
    fn switch_schedule(&mut self, before: u64, cues: Vec<CuePlan>, now: Now) -> Edited {
        let Phase::Playing(playing) = &mut self.phase else { return Edited::default() };
        let current = &playing.versions.current;
        playing.schedule.set_zone(current.zone.clone());
        let dropped = playing.afters.superseded(before, current.number, now);
        let edited = self.schedule_input(ScheduleInput::Edit(cues), now).unwrap_or_default();
        if dropped.is_empty() {
            return edited;
        }
        for id in &dropped {
            self.schedule_input(ScheduleInput::CancelAfter(*id), now);
        }
        let message = format!(
            "{} waiting `after`s of the oldest version are dropped\nhint: name what they call, \
             `after(\"40s\", \"name\")`: then edits reach it",
            dropped.len()
        );
        self.event(now, What::Warning { message });
        edited
    }
}

/// The places that belong to a broadcast, which may go on in a new show: a `stream_at` fires once
/// in it.
fn of_broadcast(places: LiteMap<PlaceKey, Box<Place>>) -> Option<Places> {
    let of_broadcast = |place: &Place| place.spec.starts_with("stream_at ");
    let places: LiteMap<PlaceKey, Box<Place>> =
        places.into_iter().filter(|(_, place)| of_broadcast(place)).collect();
    (!places.is_empty()).then(|| Places { places, ..Places::default() })
}

fn version(number: u64, ready: Ready, text: Arc<str>, now: Now) -> Version {
    Version {
        number,
        generation: Arc::new(ready.generation),
        text,
        cues: ready.cues.into(),
        zone: ready.zone,
        since: now,
    }
}
