//! A show for a test: an evening that begins fresh, at a moment and on air or off as the test says,
//! and takes down what comes of it.

mod play;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::model::cue::CueKey;
use crate::model::event::{Event, LogLevel, What};
use crate::model::file::{FileAnswer, FileRef};
use crate::model::io::{Air, Ending};
use crate::model::limits::{REHEARSAL_START_YEARS, TEST_ADVANCE_MAX, TEST_SPAN_MAX};
use crate::model::payload::{Payload, Slot};
use crate::model::poll::{AskingId, Leader, Poll};
use crate::model::saved::Saved;
use crate::model::script_error::ScriptError;
use crate::model::time::Now;
use crate::model::zone::Zone;
use crate::rules::screen::Screen;
use crate::script::api::Setup;
use crate::script::rehearsal::{Fired, Rehearsal, RehearsalFault, START, Sent, Story, Voters};

use super::ShowSetup;
use super::evening::{Evening, Library, World};
use play::Play;

/// A show that tests play: what all of them begin with.
#[derive(Clone)]
pub struct Cast<L> {
    setup: ShowSetup,
    script: Arc<str>,
    library: L,
    zone: Zone,
}

impl<L: Library + Clone + 'static> Cast<L> {
    /// Lets the show begin once, to see that it does.
    pub fn new(setup: ShowSetup, script: Arc<str>, library: L) -> Result<Self, Vec<ScriptError>> {
        let start = first_moment(&Zone::UTC);
        let mut evening = Evening::new(World { start, latency: SignedDuration::ZERO });
        evening.set_budget(play::BUDGET);
        let show = evening.add(setup.clone(), &script, library.clone(), Saved::default());
        let events = evening.take_events();
        if evening.ending(show) == Some(Ending::Failed) {
            return Err(events.into_iter().filter_map(error).collect());
        }
        if let Some(overrun) = evening.overrun() {
            let who = overrun.cue.map_or("it".to_owned(), |cue| format!("`{cue}`"));
            let message = format!("{who} does more as the show begins than a test may cost");
            return Err(vec![ScriptError::of_script(&setup.script_file, message)]);
        }
        let zone = events.iter().find_map(|event| {
            let What::Started(started) = &event.what else { return None };
            started.zone.parse().ok()
        });
        Ok(Self { setup, script, library, zone: zone.unwrap_or(Zone::UTC) })
    }

    /// The zone of the show's times.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// What a test's own script is told: the same as the show's, in the show's zone.
    pub fn setup(&self) -> Arc<Setup> {
        Arc::new(Setup { zone: Some(self.zone.clone()), ..Setup::clone(&self.setup.script) })
    }

    /// A show of it for one test.
    pub fn rehearse(&self) -> Rehearsed<L> {
        Rehearsed {
            cast: self.clone(),
            scene: Scene {
                start: first_moment(&self.zone),
                air: Air::On,
                viewers: None,
                responses: BTreeMap::new(),
            },
            play: None,
            notes: Notes::default(),
        }
    }
}

/// [`START`] in a zone.
fn first_moment(zone: &Zone) -> Timestamp {
    let start = START.to_zoned(zone.rules().clone());
    start.expect("every zone has an instant for every time").timestamp()
}

fn error(event: Event) -> Option<ScriptError> {
    let What::ScriptError(error) = event.what else { return None };
    Some(*error)
}

/// A show of one test: what is set up before it begins, and its evening from then on.
pub struct Rehearsed<L> {
    cast: Cast<L>,
    scene: Scene,
    play: Option<Play>,
    notes: Notes,
}

/// What an evening is set up with.
struct Scene {
    start: Timestamp,
    air: Air,
    viewers: Option<u64>,
    /// What addresses answer.
    responses: BTreeMap<String, Value>,
}

/// What is taken down of a show.
#[derive(Default)]
struct Notes {
    sent: Vec<Sent>,
    printed: Vec<String>,
    errors: VecDeque<ScriptError>,
    screen: Screen,
    /// The last events that a person who looks for a mistake wants to see.
    events: VecDeque<Event>,
    /// How many there were before those.
    before: u64,
}

impl<L: Library + Clone + 'static> Rehearsed<L> {
    /// The show, which has begun.
    fn begun(&mut self) -> Result<(&mut Play, &mut Notes), RehearsalFault> {
        let Self { cast, scene, play, notes } = self;
        let is_new = play.is_none();
        let play = play.get_or_insert_with(|| Play::begin(cast, scene));
        if is_new {
            play.settle(notes)?;
        }
        if play.failed() { Err(RehearsalFault::NotBegun) } else { Ok((play, notes)) }
    }

    /// Does something with the show, and takes down what comes of it.
    fn play<T>(
        &mut self,
        act: impl FnOnce(&mut Play, &mut Notes) -> Result<T, RehearsalFault>,
    ) -> Result<T, RehearsalFault> {
        let (play, notes) = self.begun()?;
        let done = act(play, notes);
        play.settle(notes)?;
        done
    }
}

impl<L: Library + Clone + 'static> Rehearsal for Rehearsed<L> {
    fn now(&self) -> Now {
        let first = Now { up: SignedDuration::ZERO, wall: self.scene.start };
        self.play.as_ref().map_or(first, Play::now)
    }

    fn start_at(&mut self, at: Timestamp) -> Result<(), RehearsalFault> {
        if self.play.is_some() {
            return Err(RehearsalFault::BegunAlready);
        }
        // What is planned ahead must lie in the calendar, too.
        if !REHEARSAL_START_YEARS.contains(&Zone::UTC.rules().to_datetime(at).year()) {
            return Err(RehearsalFault::StartOutOfRange);
        }
        self.scene.start = at;
        Ok(())
    }

    fn advance(&mut self, by: SignedDuration) -> Result<(), RehearsalFault> {
        if by > TEST_ADVANCE_MAX {
            return Err(RehearsalFault::StepTooLong);
        }
        if self.now().up + by > TEST_SPAN_MAX {
            return Err(RehearsalFault::TooLong);
        }
        self.play(|play, _| {
            play.advance(by);
            Ok(())
        })
    }

    fn set_air(&mut self, air: Air) -> Result<(), RehearsalFault> {
        let before = std::mem::replace(&mut self.scene.air, air);
        if self.play.is_none() || before == air {
            return Ok(());
        }
        self.play(|play, notes| {
            play.set_air(air);
            if air == Air::On {
                // Another broadcast: the player begins with an empty screen.
                notes.screen = Screen::default();
            }
            Ok(())
        })
    }

    fn set_viewers(&mut self, viewers: u64) -> Result<(), RehearsalFault> {
        self.scene.viewers = Some(viewers);
        if let Some(play) = &mut self.play {
            play.set_viewers(viewers);
        }
        Ok(())
    }

    fn respond(&mut self, url: &str, data: Value) -> Result<(), RehearsalFault> {
        if let Some(play) = &mut self.play {
            play.respond(url, data);
        } else {
            self.scene.responses.insert(url.to_owned(), data);
        }
        Ok(())
    }

    fn fire(&mut self, cue: CueKey, data: Value) -> Result<Fired, RehearsalFault> {
        self.play(|play, _| play.fire(cue, data))
    }

    fn asking(&mut self) -> Result<Option<Poll>, RehearsalFault> {
        let (play, _) = self.begun()?;
        Ok(play.asking())
    }

    fn vote(&mut self, asking: &AskingId, answer: &str, by: Voters) -> Result<(), RehearsalFault> {
        self.play(|play, _| play.vote(asking, answer, &by))
    }

    fn tally(&mut self, asking: &AskingId) -> Result<Option<Value>, RehearsalFault> {
        let (play, _) = self.begun()?;
        Ok(play.tally(asking))
    }

    fn leaders(&mut self) -> Result<Vec<Leader>, RehearsalFault> {
        let (play, _) = self.begun()?;
        Ok(play.leaders())
    }

    fn sent(&mut self) -> Result<&[Sent], RehearsalFault> {
        let (_, notes) = self.begun()?;
        Ok(&notes.sent)
    }

    fn screen(&mut self) -> Result<Vec<(Slot, Payload)>, RehearsalFault> {
        let (play, notes) = self.begun()?;
        let there = notes.screen.at(play.now());
        Ok(there.map(|(slot, payload)| (slot.clone(), payload.clone())).collect())
    }

    fn printed(&mut self) -> Result<&[String], RehearsalFault> {
        let (_, notes) = self.begun()?;
        Ok(&notes.printed)
    }

    fn take_error(&mut self) -> Result<Option<ScriptError>, RehearsalFault> {
        let (_, notes) = self.begun()?;
        Ok(notes.errors.pop_front())
    }

    fn state(&mut self) -> Result<Value, RehearsalFault> {
        let (play, _) = self.begun()?;
        Ok(play.state().unwrap_or_else(|| Value::Object(Map::new())))
    }

    fn read(&mut self, file: &FileRef) -> FileAnswer {
        self.cast.library.read(file)
    }

    fn say(&mut self, text: &str) {
        let what = What::Log { level: LogLevel::Print, cue: None, message: text.to_owned() };
        self.notes.remember(Event { at: self.now().wall, show: None, what });
    }

    fn take_story(&mut self) -> Story {
        let notes = std::mem::take(&mut self.notes);
        Story { events: notes.events.into(), before: notes.before, errors: notes.errors.into() }
    }
}
