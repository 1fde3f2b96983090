//! What happens around a simulated evening, and when: on air and off air, what the operator fires,
//! what goes wrong on purpose.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::error::SimulateError;
use super::simulate::Simulation;
use crate::model::limits::{
    REHEARSAL_CLOCK_STEP_MAX, REHEARSAL_OUTAGE_MAX, REHEARSAL_OUTAGE_MIN, REHEARSAL_THROTTLED_CALLS,
};
use crate::model::moment::{Go, Stretch};
use crate::model::zone::Zone;
use crate::rules::random::Random;

/// Something that happens around the show.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    GoLive,
    GoOffline,
    Fire(Go),
    Trouble(Trouble),
}

/// Something that goes wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The next so many calls are throttled.
    Throttled(usize),
    /// The service is away for so long.
    Outage(SignedDuration),
    /// The next call is taken, and its answer lost.
    LostAnswer,
    /// The wall clock is set.
    ClockSet(SignedDuration),
}

/// The steps of an evening, in order of their time since its start.
#[derive(Debug, Default)]
pub(super) struct Plan {
    steps: BTreeMap<(SignedDuration, usize), Step>,
    pub(super) begins_offline: bool,
}

/// That something lies after the end of an evening.
fn outside(what: String, simulation: &Simulation, start: Timestamp, zone: &Zone) -> SimulateError {
    let end = start.saturating_add(simulation.lasts.get()).unwrap_or(Timestamp::MAX);
    let ends = format!("{} {zone}", moment(end, zone));
    SimulateError::Outside { what, begins: moment(start, zone), ends }
}

fn moment(at: Timestamp, zone: &Zone) -> String {
    at.to_zoned(zone.rules().clone()).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

impl Plan {
    /// The plan of an evening that begins at `start`, its times in `zone`.
    pub(super) fn of(
        simulation: &Simulation,
        start: Timestamp,
        zone: &Zone,
    ) -> Result<Self, SimulateError> {
        let mut plan = Self::default();
        plan.add_air(simulation, start, zone)?;
        for go in &simulation.go {
            let at = go.at.after(start, start, zone);
            let what = || format!("--go {go}");
            if at < SignedDuration::ZERO {
                let begins = format!("{} {zone}", moment(start, zone));
                return Err(SimulateError::Before { what: what(), begins });
            }
            if at > simulation.lasts.get() {
                return Err(outside(what(), simulation, start, zone));
            }
            plan.add(at, Step::Fire(go.clone()));
        }
        if simulation.faults {
            for (at, trouble) in troubles(simulation.rehearsal.seed, simulation.lasts.get()) {
                plan.add(at, Step::Trouble(trouble));
            }
        }
        Ok(plan)
    }

    fn add(&mut self, at: SignedDuration, step: Step) {
        self.steps.insert((at, self.steps.len()), step);
    }

    fn add_air(
        &mut self,
        simulation: &Simulation,
        start: Timestamp,
        zone: &Zone,
    ) -> Result<(), SimulateError> {
        let read = |flag: &str, stretch: &Stretch| {
            let what = format!("{flag} {stretch}");
            let (from, to) = stretch
                .after(start, zone)
                .ok_or_else(|| SimulateError::Backwards { what: what.clone() })?;
            if from > simulation.lasts.get() {
                return Err(outside(what, simulation, start, zone));
            }
            Ok((from, to))
        };
        let on = simulation.on_air.iter().map(|stretch| read("--on-air", stretch));
        let on = on.collect::<Result<Vec<_>, _>>()?;
        let off = simulation.off_air.iter().map(|stretch| read("--off-air", stretch));
        let off = off.collect::<Result<Vec<_>, _>>()?;
        let is_on = |at: SignedDuration| {
            let within = |(from, to): &(SignedDuration, SignedDuration)| *from <= at && at < *to;
            (on.is_empty() || on.iter().any(within)) && !off.iter().any(within)
        };
        let mut edges: Vec<_> = on.iter().chain(&off).flat_map(|(from, to)| [*from, *to]).collect();
        edges.sort();
        let mut was_on = is_on(SignedDuration::ZERO);
        self.begins_offline = !was_on;
        for at in edges {
            if is_on(at) != was_on {
                was_on = !was_on;
                self.add(at, if was_on { Step::GoLive } else { Step::GoOffline });
            }
        }
        Ok(())
    }

    /// When the next step is due.
    pub(super) fn next(&self) -> Option<SignedDuration> {
        self.steps.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes a step that is due by now.
    pub(super) fn take(&mut self, now: SignedDuration) -> Option<Step> {
        let first = self.steps.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }

    /// The cues the operator will fire.
    pub(super) fn fired(&self) -> impl Iterator<Item = &Go> {
        self.steps.values().filter_map(|step| match step {
            Step::Fire(go) => Some(go),
            Step::GoLive | Step::GoOffline | Step::Trouble(_) => None,
        })
    }
}

/// One of each kind, one in each of the evening's middle fifths.
fn troubles(seed: u64, lasts: SignedDuration) -> Vec<(SignedDuration, Trouble)> {
    let mut random = Random::new(seed, "faults", 0);
    let outage = between(&mut random, REHEARSAL_OUTAGE_MIN, REHEARSAL_OUTAGE_MAX);
    let clock = between(&mut random, -REHEARSAL_CLOCK_STEP_MAX, REHEARSAL_CLOCK_STEP_MAX);
    let mut kinds = vec![
        Trouble::Throttled(REHEARSAL_THROTTLED_CALLS),
        Trouble::Outage(outage),
        Trouble::LostAnswer,
        Trouble::ClockSet(clock),
    ];
    let mut found = Vec::new();
    for fifth in 1..=4 {
        let least = lasts / 5 * fifth;
        let at = between(&mut random, least, least + lasts / 10);
        let which = random.below(kinds.len() as u64);
        let which = usize::try_from(which).unwrap_or(0);
        found.push((at, kinds.remove(which)));
    }
    found
}

/// A length between two others, in whole milliseconds.
fn between(random: &mut Random, least: SignedDuration, most: SignedDuration) -> SignedDuration {
    let millis = |length: SignedDuration| i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
    SignedDuration::from_millis(random.between(millis(least), millis(most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_trouble_comes_once_in_the_middle_of_the_evening() {
        let lasts = SignedDuration::from_hours(3);
        for seed in 0..50 {
            let found = troubles(seed, lasts);
            assert_eq!(found, troubles(seed, lasts));
            assert_eq!(found.len(), 4);
            assert!(found.iter().all(|(at, _)| lasts / 5 <= *at && *at < lasts));
            assert!(found.is_sorted_by_key(|(at, _)| *at));
            for (_, trouble) in &found {
                if let Trouble::Outage(lasts) = trouble {
                    assert!((REHEARSAL_OUTAGE_MIN..=REHEARSAL_OUTAGE_MAX).contains(lasts));
                }
            }
        }
        assert_ne!(troubles(1, lasts), troubles(2, lasts));
    }
}
