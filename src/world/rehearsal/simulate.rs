//! A whole evening at once: the show of a script on a virtual clock, with a channel that goes on
//! and off air, viewers, an operator and faults. What happens is told bit by bit, so that a long
//! evening takes no more memory than a short one.

use std::io;

use jiff::{SignedDuration, Timestamp};

use super::error::SimulateError;
use super::head::{self, Head, TIMELINE_FORMAT};
use super::plan::{Plan, Step, Trouble};
use super::timeline::Timeline;
use super::{Options, Prepared, Rehearsal, prepare};
use crate::model::cue::Naming;
use crate::model::event::{Event, What};
use crate::model::io::{OperatorAction, ShowInput};
use crate::model::limits::{
    REHEARSAL_CALLS_MIN, REHEARSAL_CALLS_PER_HOUR, REHEARSAL_OPERATIONS_MIN,
    REHEARSAL_OPERATIONS_PER_HOUR, REHEARSAL_TOLD_EVERY, STOP_WAIT,
};
use crate::model::moment::{Go, Stretch};
use crate::model::near::nearest;
use crate::model::time::Span;
use crate::model::zone::Zone;
use crate::rules::audience::Audience;
use crate::rules::digest::sha256_hex;
use crate::show::evening::{Budget, Fault, Overrun};

/// What an evening that lasts so long may cost.
pub(super) fn budget(lasts: SignedDuration) -> Budget {
    let hours = u64::try_from(lasts.as_hours()).unwrap_or(0) + 1;
    Budget {
        calls: REHEARSAL_CALLS_MIN + hours * REHEARSAL_CALLS_PER_HOUR,
        operations: REHEARSAL_OPERATIONS_MIN + hours * REHEARSAL_OPERATIONS_PER_HOUR,
    }
}

/// What is simulated, and how.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The script, its seed, arguments, zone and start.
    pub rehearsal: Options,
    /// How long the evening lasts.
    pub lasts: Span,
    /// Viewers at the most.
    pub viewers: u64,
    /// When alone the channel is on air; all the time when there is none.
    pub on_air: Vec<Stretch>,
    /// When it is off air.
    pub off_air: Vec<Stretch>,
    /// Whether things go wrong on purpose.
    pub faults: bool,
    /// What the operator fires.
    pub go: Vec<Go>,
}

/// What is told of an evening, in this order.
pub enum Told<'a> {
    /// It begins.
    Head(&'a Head),
    /// Something happened; the timeline has taken it in.
    Event(&'a Event, &'a Timeline),
    /// It is over.
    End(&'a Timeline),
}

/// Whoever hears of it.
pub trait Hears {
    /// Hears what happened next.
    fn hear(&mut self, told: &Told<'_>) -> io::Result<()>;
}

/// An evening as it goes on.
struct Played<'a> {
    rehearsal: Rehearsal,
    plan: Plan,
    audience: Audience,
    timeline: Timeline,
    hears: &'a mut dyn Hears,
    start: Timestamp,
    /// How far the wall clock was set, in all.
    jumped: SignedDuration,
    requests: u64,
}

/// Simulates an evening from its first moment to its last payload. `hears` may end it by an error,
/// which is handed back.
pub fn simulate(
    simulation: &Simulation,
    hears: &mut dyn Hears,
) -> Result<io::Result<(Head, Timeline)>, SimulateError> {
    let mut prepared = prepare(&simulation.rehearsal)?;
    let (start, zone) = (prepared.evening.now().wall, prepared.zone());
    let plan = Plan::of(simulation, start, &zone)?;
    let head = head(simulation, &prepared, start, &zone);
    prepared.evening.set_budget(budget(simulation.lasts.get()));
    if plan.begins_offline {
        prepared.evening.go_offline(&prepared.channel);
    }
    let audience =
        Audience::new(simulation.viewers, simulation.rehearsal.seed, simulation.lasts.get());
    prepared.evening.set_viewers(&prepared.channel, audience.watching(SignedDuration::ZERO));
    prepared.evening.set_audience(audience.clone());
    let rehearsal = prepared.begin();
    let timeline = Timeline::new(start, simulation.lasts.get(), zone);
    let jumped = SignedDuration::ZERO;
    let played = Played { rehearsal, plan, audience, timeline, hears, start, jumped, requests: 0 };
    played.check_fires()?;
    let timeline = played.play(&head, simulation.lasts.get());
    Ok(timeline.map(|timeline| (head, timeline)))
}

fn head(simulation: &Simulation, prepared: &Prepared, start: Timestamp, zone: &Zone) -> Head {
    let Simulation { rehearsal, lasts, viewers, on_air, off_air, faults, go } = simulation.clone();
    Head {
        event: head::Simulation::Head,
        format: TIMELINE_FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        script: super::script_name(&rehearsal.script),
        script_hash: sha256_hex(&prepared.text),
        seed: rehearsal.seed,
        start,
        lasts,
        viewers,
        zone: zone.to_string(),
        timezone: rehearsal.zone.map(|zone| zone.to_string()),
        args: rehearsal.args,
        on_air,
        off_air,
        faults,
        go,
        answers: rehearsal.answers,
    }
}

impl Played<'_> {
    /// What the operator fires must be there, unless the script could not begin.
    fn check_fires(&self) -> Result<(), SimulateError> {
        let cues = self.rehearsal.evening.cues(self.rehearsal.show);
        let names = || cues.iter().map(|plan| plan.key.as_str());
        for Go { cue, .. } in self.plan.fired() {
            if !cues.is_empty() && !names().any(|name| name == cue.as_str()) {
                let near = nearest(cue.as_str(), names());
                let known = cues.iter().filter(|plan| plan.naming == Naming::Named);
                let known = known.map(|plan| plan.key.to_string()).collect();
                return Err(SimulateError::UnknownCue { cue: cue.to_string(), near, known });
            }
        }
        Ok(())
    }

    fn play(mut self, head: &Head, lasts: SignedDuration) -> io::Result<Timeline> {
        self.hears.hear(&Told::Head(head))?;
        self.tell()?;
        while self.goes_on() {
            self.take_steps()?;
            let up = self.rehearsal.evening.now().up;
            if up >= lasts {
                self.stop()?;
                break;
            }
            let next = self.plan.next().unwrap_or(lasts).min(up + REHEARSAL_TOLD_EVERY).min(lasts);
            self.rehearsal.evening.advance(next - up);
            self.tell()?;
            let watching = self.audience.watching(next);
            self.rehearsal.evening.set_viewers(&self.rehearsal.channel, watching);
        }
        let Rehearsal { evening, .. } = &self.rehearsal;
        self.timeline.end(evening.now().up, evening.overrun());
        self.hears.hear(&Told::End(&self.timeline))?;
        Ok(self.timeline)
    }

    fn goes_on(&self) -> bool {
        let Rehearsal { evening, show, .. } = &self.rehearsal;
        evening.overrun().is_none() && evening.ending(*show).is_none()
    }

    /// The end: `on("stop")` runs, and what it puts goes out.
    fn stop(&mut self) -> io::Result<()> {
        self.rehearsal.evening.input(self.rehearsal.show, ShowInput::Stop);
        self.rehearsal.evening.advance(STOP_WAIT + SignedDuration::from_secs(1));
        self.tell()
    }

    /// Tells what happened since.
    fn tell(&mut self) -> io::Result<()> {
        // What reached the stream is in the events, too.
        drop(self.rehearsal.evening.take_delivered());
        for event in self.rehearsal.evening.take_events() {
            let up = event.at.duration_since(self.start) - self.jumped;
            self.timeline.read(&event, up);
            self.hears.hear(&Told::Event(&event, &self.timeline))?;
        }
        Ok(())
    }

    fn take_steps(&mut self) -> io::Result<()> {
        while let Some(step) = self.plan.take(self.rehearsal.evening.now().up) {
            let Rehearsal { evening, show, channel } = &mut self.rehearsal;
            match step {
                Step::GoLive => evening.go_live(channel),
                Step::GoOffline => evening.go_offline(channel),
                Step::Fire(Go { cue, data, .. }) => {
                    self.requests += 1;
                    let action = OperatorAction::Fire { cue, data };
                    let request = self.requests;
                    evening.input(*show, ShowInput::Operator { request, action });
                }
                Step::Trouble(trouble) => self.trouble(trouble)?,
            }
        }
        self.tell()
    }

    fn trouble(&mut self, trouble: Trouble) -> io::Result<()> {
        let message = match trouble {
            Trouble::Throttled(calls) => {
                format!("on purpose: the next {calls} calls are throttled")
            }
            Trouble::Outage(lasts) => {
                format!("on purpose: the service is away for {} s", lasts.as_secs())
            }
            Trouble::LostAnswer => "on purpose: the next call's answer is lost".to_owned(),
            Trouble::ClockSet(by) => format!("on purpose: the clock is set by {} s", by.as_secs()),
        };
        self.tell()?;
        let at = self.rehearsal.evening.now().wall;
        self.timeline.note(at.duration_since(self.start) - self.jumped, &message);
        let event = Event { at, what: What::Warning { message }, show: None };
        self.hears.hear(&Told::Event(&event, &self.timeline))?;
        let Rehearsal { evening, channel, .. } = &mut self.rehearsal;
        match trouble {
            Trouble::Throttled(calls) => evening.fault(channel, Fault::Throttled, calls),
            Trouble::Outage(lasts) => evening.outage(channel, lasts),
            Trouble::LostAnswer => evening.fault(channel, Fault::LostAnswer, 1),
            Trouble::ClockSet(by) => {
                self.jumped += by;
                evening.jump_wall(by);
            }
        }
        Ok(())
    }
}

/// What used the budget up, for a person.
pub fn overrun_words(overrun: &Overrun) -> String {
    let Overrun { cue, calls, operations, budget } = overrun;
    let who = cue.as_ref().map_or("the top level".to_owned(), |cue| format!("`{cue}`"));
    format!(
        "the evening costs more than a rehearsal may: {who} took {calls} calls and {operations} \
         operations, and {} and {} are allowed in all\nhint: shorten it with `--for`, or fire \
         less often",
        budget.calls, budget.operations
    )
}
