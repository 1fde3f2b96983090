//! Who wants to be called next: the deadlines of many machines, the earliest first.

use std::collections::BTreeMap;

use jiff::SignedDuration;

/// A machine of the evening, by its place in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Show(usize),
    Channel(usize),
    Account(usize),
}

/// At most one deadline for each machine. An evening has few, and each input of one moves its
/// deadline: looking through them costs less than keeping them in order.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    deadlines: BTreeMap<Who, SignedDuration>,
}

impl Agenda {
    /// Replaces a machine's deadline.
    pub(super) fn set(&mut self, who: Who, at: Option<SignedDuration>) {
        match at {
            Some(at) => self.deadlines.insert(who, at),
            None => self.deadlines.remove(&who),
        };
    }

    /// The earliest deadline.
    pub(super) fn first(&self) -> Option<(SignedDuration, Who)> {
        self.deadlines.iter().map(|(who, at)| (*at, *who)).min()
    }
}
