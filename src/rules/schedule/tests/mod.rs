//! The schedule on plain numbers: a bench that drives it and notes what it says.

mod ahead;
mod air;
mod edit;
mod every;
mod hold;
mod once;
mod properties;
mod resume;
mod wall;

use jiff::{SignedDuration, Timestamp};

use super::Schedule;
use super::io::{Input, Output, Places, Setup};
use crate::model::cue::{AfterId, CueKey, CueOptions, CuePlan, Naming};
use crate::model::event::Skipped;
use crate::model::saved::{Broadcast, CueMark, Saved};
use crate::model::time::Now;
use crate::model::trigger::Trigger;
use crate::model::zone::Zone;

/// A schedule, its clocks, what it said and what it had kept.
struct Bench {
    schedule: Schedule,
    now: Now,
    heard: Vec<(Now, Output)>,
    saved: Saved,
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

fn millis(millis: i64) -> SignedDuration {
    SignedDuration::from_millis(millis)
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn key(name: &str) -> CueKey {
    CueKey::named(name).expect("a name")
}

fn every(gap: &str) -> Trigger {
    Trigger::Every { gap: gap.parse().expect("a gap"), first: None }
}

fn every_first(gap: &str, first: &str) -> Trigger {
    let first = Some(first.parse().expect("a span"));
    Trigger::Every { gap: gap.parse().expect("a gap"), first }
}

fn cron(spec: &str) -> Trigger {
    Trigger::Cron { spec: spec.parse().expect("a cron"), zone: None }
}

fn at(when: &str) -> Trigger {
    Trigger::At { when: when.parse().expect("a time"), zone: None }
}

fn stream_at(wait: &str) -> Trigger {
    Trigger::StreamAt { wait: wait.parse().expect("a span") }
}

fn after(wait: &str) -> Trigger {
    Trigger::After { wait: wait.parse().expect("a span") }
}

fn named(name: &str, triggers: &[Trigger]) -> CuePlan {
    let (triggers, options) = (triggers.to_vec(), CueOptions::default());
    CuePlan { key: key(name), naming: Naming::Named, triggers, options, line: 1 }
}

/// A named cue that its script says is disarmed.
fn disarmed(name: &str, triggers: &[Trigger]) -> CuePlan {
    let mut plan = named(name, triggers);
    plan.options.disarmed = true;
    plan
}

fn unnamed(trigger: Trigger) -> CuePlan {
    let key = CueKey::unnamed(&trigger, 1);
    let options = CueOptions::default();
    CuePlan { key, naming: Naming::Unnamed, triggers: vec![trigger], options, line: 1 }
}

impl Bench {
    /// Sunday 22 November 2026, 20:00 UTC, no cues yet.
    fn empty() -> Self {
        Self::starting("2026-11-22T20:00:00Z")
    }

    fn starting(wall: &str) -> Self {
        let schedule = Schedule::new(Setup { zone: Zone::UTC, seed: 7 });
        let now = Now { up: SignedDuration::ZERO, wall: time(wall) };
        Self { schedule, now, heard: Vec::new(), saved: Saved::default() }
    }

    /// A new show that is on air from its start.
    fn live(cues: &[CuePlan]) -> Self {
        let mut bench = Self::empty();
        bench.begin(cues);
        bench.on_air();
        bench
    }

    /// A new show that is off air at its start.
    fn dark(cues: &[CuePlan]) -> Self {
        let mut bench = Self::empty();
        bench.begin(cues);
        bench.input(Input::OffAir);
        bench
    }

    fn begin(&mut self, cues: &[CuePlan]) {
        self.input(Input::Begin { cues: cues.to_vec(), resume: None });
    }

    /// What a crash now and a resume after `gap` come to; the channel is not yet known to be live.
    fn resumed(self, cues: &[CuePlan], gap: SignedDuration) -> Self {
        let Saved { places, marks, .. } = self.saved.clone();
        let mut bench = Self { saved: self.saved, ..Self::empty() };
        bench.now.wall = self.now.wall + gap;
        let resume = Some(Places { places, marks });
        bench.input(Input::Begin { cues: cues.to_vec(), resume });
        bench
    }

    /// On air in a broadcast that starts now.
    fn on_air(&mut self) {
        self.on_air_since(self.now.wall);
    }

    fn on_air_since(&mut self, started: Timestamp) {
        self.input(Input::OnAir(Broadcast { started, seen: self.now.wall }));
    }

    fn mark(&mut self, cue: &str, mark: CueMark) {
        self.input(Input::Mark(key(cue), mark));
    }

    fn input(&mut self, input: Input) {
        self.schedule.handle(input, self.now);
        for output in self.schedule.take_outputs() {
            if let Output::Change(change) = output {
                self.saved.apply(change);
            } else {
                self.heard.push((self.now, output));
            }
        }
    }

    /// Lets time pass, with a tick at each deadline.
    fn run(&mut self, time: SignedDuration) {
        let end = self.now.up + time;
        while let Some(deadline) = self.schedule.next_deadline().filter(|next| next.at <= end) {
            self.now = self.now.plus((deadline.at - self.now.up).max(SignedDuration::ZERO));
            self.input(Input::Tick);
        }
        self.now = self.now.plus(end - self.now.up);
    }

    /// Lets time pass as a machine that sleeps does: one tick, at the end.
    fn sleep(&mut self, time: SignedDuration) {
        self.now = self.now.plus(time);
        self.input(Input::Tick);
    }

    /// The wall clock jumps.
    fn jump(&mut self, by: SignedDuration) {
        self.now.wall += by;
        self.input(Input::WallJumped);
    }

    /// What it said since it was last asked, each with the milliseconds since the start.
    fn said(&mut self) -> Vec<String> {
        let heard = std::mem::take(&mut self.heard);
        heard
            .iter()
            .filter_map(|(now, output)| Some(format!("{} {}", now.up.as_millis(), said(output)?)))
            .collect()
    }
}

/// One output in a few words; none for a change.
fn said(output: &Output) -> Option<String> {
    let late = |late: &SignedDuration| match late.as_millis() {
        0 => String::new(),
        late => format!(" late {late}"),
    };
    Some(match output {
        Output::Fire { cue, late: by, .. } => format!("{cue}{}", late(by)),
        Output::FireAfter { id, late: by, .. } => format!("after {id}{}", late(by)),
        Output::Missed { cue, count, late: by, .. } => format!("missed {cue} {count}{}", late(by)),
        Output::Skipped { why, count } => {
            let why = match why {
                Skipped::OffAir => "off air",
                Skipped::Late => "late",
                Skipped::Busy => "busy",
            };
            count.map_or(format!("skipped {why}"), |count| format!("skipped {why} {count}"))
        }
        Output::SkippedHeld { cue, count, only } => {
            format!("held {cue} {count}{}", if *only { " for good" } else { "" })
        }
        Output::PutOff { id, .. } => format!("put off {id}"),
        Output::Edited(edited) => {
            let names =
                |keys: &[CueKey]| keys.iter().map(CueKey::as_str).collect::<Vec<_>>().join(",");
            let (added, removed) = (names(&edited.added), names(&edited.removed));
            format!("kept {} +{added} -{removed} ~{}", edited.kept, names(&edited.changed))
        }
        Output::Change(_) => return None,
    })
}
