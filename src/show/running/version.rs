//! The versions of a script: the one that plays, the one to fall back on, and the `after`s that
//! old ones still have to run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::model::cue::{AfterId, CueKey, CuePlan};
use crate::model::limits::{OLD_AFTERS_FOR, OLD_GENERATIONS_MAX, TRIAL_FAILURES, TRIAL_FOR};
use crate::model::time::Now;
use crate::model::zone::Zone;
use crate::script::{Generation, Handler};

/// One version of a script, with what it declared.
#[derive(Clone)]
pub(super) struct Version {
    /// Counts up with each version that took over.
    pub(super) number: u64,
    pub(super) generation: Arc<Generation>,
    /// Its script.
    pub(super) text: Arc<str>,
    /// In the order written.
    pub(super) cues: Arc<[CuePlan]>,
    pub(super) zone: Zone,
    /// When it first took over.
    pub(super) since: Now,
}

/// What a failed call means for the version that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing more.
    GoesOn,
    /// The version before comes back.
    FallBack,
    /// It should, but there is none to come back.
    NoneStood,
}

/// The version that plays and the last one that stood for a minute.
pub(super) struct Versions {
    pub(super) current: Version,
    stood: Option<Box<Version>>,
    trial: Option<Trial>,
    last_failure: Option<SignedDuration>,
    next_number: u64,
}

/// A new version's first minute.
struct Trial {
    failures: usize,
    /// Failures count only when the version before had none in its last minute.
    counts: bool,
}

impl Versions {
    /// The first version.
    pub(super) fn first(current: Version) -> Self {
        let next_number = current.number + 1;
        Self { current, stood: None, trial: None, last_failure: None, next_number }
    }

    /// The number of the next version.
    pub(super) fn next_number(&self) -> u64 {
        self.next_number
    }

    /// A new version takes over; its trial begins.
    pub(super) fn take_over(&mut self, version: Version, now: Now) {
        let minute_ago = now.up - TRIAL_FOR;
        if self.current.since.up <= minute_ago {
            self.stood = Some(Box::new(self.current.clone()));
        }
        let counts = self.last_failure.is_none_or(|at| at < minute_ago);
        self.trial = Some(Trial { failures: 0, counts });
        self.next_number = version.number + 1;
        self.current = version;
    }

    /// A handler call of version `number` failed.
    pub(super) fn failed(&mut self, number: u64, now: Now) -> Verdict {
        self.last_failure = Some(now.up);
        if number != self.current.number || now.up > self.current.since.up + TRIAL_FOR {
            return Verdict::GoesOn;
        }
        let Some(trial) = self.trial.as_mut().filter(|trial| trial.counts) else {
            return Verdict::GoesOn;
        };
        trial.failures += 1;
        if trial.failures < TRIAL_FAILURES {
            return Verdict::GoesOn;
        }
        self.trial = None;
        if self.stood.is_some() { Verdict::FallBack } else { Verdict::NoneStood }
    }

    /// The last version that stood for a minute comes back, on no trial and as old as it was.
    pub(super) fn fall_back(&mut self) -> Option<Version> {
        let back = Version::clone(self.stood.as_deref()?);
        self.current = back.clone();
        self.last_failure = None;
        Some(back)
    }
}

/// What an `after` will call.
#[derive(Clone)]
pub(super) enum AfterTarget {
    /// A function of the version that made it.
    Function { version: u64, generation: Arc<Generation>, handler: Handler, by: CueKey },
    /// A cue of whatever version runs then.
    Cue { cue: CueKey, data: Value },
}

/// The `after`s that wait, and since when each old version is old.
#[derive(Default)]
pub(super) struct Afters {
    waiting: BTreeMap<AfterId, AfterTarget>,
    old_since: BTreeMap<u64, SignedDuration>,
}

impl Afters {
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn set(&mut self, id: AfterId, target: AfterTarget) {
        self.waiting.insert(id, target);
    }

    pub(super) fn get(&self, id: AfterId) -> Option<&AfterTarget> {
        self.waiting.get(&id)
    }

    pub(super) fn remove(&mut self, id: AfterId) -> Option<AfterTarget> {
        self.waiting.remove(&id)
    }

    /// Whether an `after` of this version may still run.
    pub(super) fn may_run(&self, version: u64, now: Now) -> bool {
        self.old_since.get(&version).is_none_or(|since| now.up <= *since + OLD_AFTERS_FOR)
    }

    /// Version `number` is old from now on. Returns the `after`s that are dropped for it: those of
    /// the oldest versions, past the number that may live on.
    pub(super) fn superseded(&mut self, number: u64, current: u64, now: Now) -> Vec<AfterId> {
        self.old_since.entry(number).or_insert(now.up);
        self.old_since.remove(&current);
        let living: BTreeSet<u64> = self
            .waiting
            .values()
            .filter_map(|target| match target {
                AfterTarget::Function { version, .. } => Some(*version),
                AfterTarget::Cue { .. } => None,
            })
            .filter(|version| *version != current)
            .collect();
        self.old_since.retain(|version, _| living.contains(version));
        let too_many = living.len().saturating_sub(OLD_GENERATIONS_MAX);
        let gone: BTreeSet<u64> = living.into_iter().take(too_many).collect();
        let dropped: Vec<AfterId> = self
            .waiting
            .iter()
            .filter(|(_, target)| {
                matches!(target, AfterTarget::Function { version, .. } if gone.contains(version))
            })
            .map(|(id, _)| *id)
            .collect();
        for id in &dropped {
            self.waiting.remove(id);
        }
        dropped
    }
}

/// When a version first took over, for people.
impl Version {
    pub(super) fn took_over(&self) -> Timestamp {
        self.since.wall
    }
}
