//! Who wants to be called next: the deadlines of many machines, the earliest first.

use std::collections::BTreeSet;

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
    in_order: BTreeSet<(SignedDuration, Who)>,
    shows: Deadlines,
    channels: Deadlines,
    accounts: Deadlines,
}

/// By the place of a machine in its list.
type Deadlines = Vec<Option<SignedDuration>>;

impl Agenda {
    /// Replaces a machine's deadline.
    pub(super) fn set(&mut self, who: Who, at: Option<SignedDuration>) {
        let (list, place) = match who {
            Who::Show(place) => (&mut self.shows, place),
            Who::Channel(place) => (&mut self.channels, place),
            Who::Account(place) => (&mut self.accounts, place),
        };
        if list.len() <= place {
            list.resize(place + 1, None);
        }
        let Some(slot) = list.get_mut(place) else { return };
        let before = std::mem::replace(slot, at);
        // Most inputs leave it as it was.
        if before == at {
            return;
        }
        self.in_order.extend(at.map(|at| (at, who)));
        if let Some(before) = before {
            self.in_order.remove(&(before, who));
        }
    }

    /// The earliest deadline.
    pub(super) fn first(&self) -> Option<(SignedDuration, Who)> {
        self.in_order.first().copied()
    }
}
