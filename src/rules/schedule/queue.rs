//! What is due when: each entry at most once, earliest first, at one moment in the order written.

use std::collections::{BTreeMap, VecDeque};

use jiff::SignedDuration;

use crate::model::cue::AfterId;

/// What is due; cues come in the order written, before `after`s in the order asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    /// A timer, by its number in the order written.
    Timer(usize),
    After(AfterId),
}

/// The queue.
#[derive(Debug, Clone, Default)]
pub(super) struct Queue {
    /// In order. A list, for most shows have a timer or two, and what fires goes from its front to
    /// about its end.
    by_time: VecDeque<(SignedDuration, Entry)>,
    /// When each timer is due, by its number.
    timers: Vec<Option<SignedDuration>>,
    afters: BTreeMap<AfterId, SignedDuration>,
}

impl Queue {
    /// Sets when an entry is due; none: never.
    pub(super) fn set(&mut self, entry: Entry, due: Option<SignedDuration>) {
        if let Some(before) = self.replace(entry, due)
            && let Ok(at) = self.by_time.binary_search(&(before, entry))
        {
            self.by_time.remove(at);
        }
        if let Some(due) = due
            && let Err(at) = self.by_time.binary_search(&(due, entry))
        {
            self.by_time.reserve_exact(usize::from(self.by_time.is_empty()));
            if self.by_time.capacity() == 0 {
                self.by_time.reserve_exact(1);
            }
            self.by_time.insert(at, (due, entry));
        }
    }

    fn replace(&mut self, entry: Entry, due: Option<SignedDuration>) -> Option<SignedDuration> {
        match (entry, due) {
            (Entry::Timer(number), _) => {
                let timers = self.timers.len().max(number + 1);
                if self.timers.is_empty() {
                    self.timers.reserve_exact(timers);
                }
                self.timers.resize(timers, None);
                std::mem::replace(&mut self.timers[number], due)
            }
            (Entry::After(id), Some(due)) => self.afters.insert(id, due),
            (Entry::After(id), None) => self.afters.remove(&id),
        }
    }

    /// Takes the earliest entry that is due at `up`.
    pub(super) fn pop(&mut self, up: SignedDuration) -> Option<(SignedDuration, Entry)> {
        let first = self.by_time.front().copied().filter(|(due, _)| *due <= up)?;
        self.set(first.1, None);
        Some(first)
    }

    /// When an entry is due.
    pub(super) fn due(&self, entry: Entry) -> Option<SignedDuration> {
        match entry {
            Entry::Timer(number) => self.timers.get(number).copied().flatten(),
            Entry::After(id) => self.afters.get(&id).copied(),
        }
    }

    /// All entries, earliest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (SignedDuration, Entry)> {
        self.by_time.iter().copied()
    }

    /// Takes all `after`s, with when they are due.
    pub(super) fn take_afters(&mut self) -> BTreeMap<AfterId, SignedDuration> {
        self.by_time.retain(|(_, entry)| matches!(entry, Entry::Timer(_)));
        std::mem::take(&mut self.afters)
    }

    /// Forgets all timers, for another generation's.
    pub(super) fn clear_timers(&mut self) {
        self.by_time.retain(|(_, entry)| matches!(entry, Entry::After(_)));
        self.timers.clear();
    }
}
