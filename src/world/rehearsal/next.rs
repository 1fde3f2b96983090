//! `runner next`: what a show will fire, and when.

use jiff::Timestamp;

use super::{Options, on_stage, prepare};
use crate::model::cue::CuePlan;
use crate::model::saved::Saved;
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;
use crate::rules::schedule::io::Setup;
use crate::rules::schedule::{Fire, ahead};
use crate::show::look::{Subject, look};
use crate::world::run::RunError;

/// What is to come.
#[derive(Debug)]
pub struct Upcoming {
    /// The zone the show's times are in.
    pub zone: Zone,
    /// When the show begins, and its broadcast.
    pub start: Timestamp,
    /// The seed that random gaps are drawn with.
    pub seed: u64,
    /// The fires, the earliest first.
    pub fires: Vec<Fire>,
    /// All cues, in the order written.
    pub cues: Vec<CuePlan>,
}

/// The next `count` fires of a script's cues; its mistakes where it has some.
pub fn upcoming(
    options: &Options,
    count: usize,
) -> Result<Result<Upcoming, Vec<ScriptError>>, RunError> {
    let prepared = prepare(options)?;
    let (mut library, start) = (prepared.library(), prepared.evening.now().wall);
    let (setup, text, answers) = (prepared.setup, prepared.text, prepared.answers);
    let seed = options.seed;
    on_stage(|| {
        let saved = &Saved::default();
        let subject = Subject { setup: &setup, text: &text, start, answers: &answers, saved };
        let ready = look(&subject, &mut library).version?;
        let (zone, cues) = (ready.zone, ready.cues);
        let fires = ahead(&cues, Setup { zone: zone.clone(), seed }, start, count);
        Ok(Upcoming { zone, start, seed, fires, cues })
    })
}
