//! Who wants to be called next: the deadlines of many machines, the earliest first.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

/// A machine of the evening, by its place in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Show(usize),
    Channel(usize),
    Account(usize),
}

/// At most one deadline for each machine.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    by_time: BTreeSet<(SignedDuration, Who)>,
    by_who: BTreeMap<Who, SignedDuration>,
}

impl Agenda {
    /// Replaces a machine's deadline.
    pub(super) fn set(&mut self, who: Who, at: Option<SignedDuration>) {
        if let Some(before) = self.by_who.remove(&who) {
            self.by_time.remove(&(before, who));
        }
        if let Some(at) = at {
            self.by_who.insert(who, at);
            self.by_time.insert((at, who));
        }
    }

    /// The earliest deadline.
    pub(super) fn first(&self) -> Option<(SignedDuration, Who)> {
        self.by_time.first().copied()
    }
}
