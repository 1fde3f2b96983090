//! Shows that do not play yet, and the operator's panic as far as they are to begin with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::channel::ShowId;
use crate::model::io::{OperatorAction, OperatorReply};

/// Shows that wait for their moment, and who begins in a panic.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    shows: BTreeMap<ShowId, Place>,
    /// While a panic of all shows holds: those of which it was lifted since.
    lifted: Option<BTreeSet<ShowId>>,
}

/// How a show waits.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// The operator panicked.
    panics: bool,
    /// Another runner plays it: what is done here does not reach it.
    is_elsewhere: bool,
}

impl Waiting {
    /// A show waits, for its moment or for another runner's end.
    pub(super) fn wait(&mut self, show: &ShowId, is_elsewhere: bool) {
        self.shows.entry(show.clone()).or_default().is_elsewhere = is_elsewhere;
    }

    /// A show waits no more: it begins, and whether in a panic; or it never will.
    pub(super) fn end(&mut self, show: &ShowId) -> bool {
        let panics = self.panics(show);
        self.shows.remove(show);
        panics
    }

    fn panics(&self, show: &ShowId) -> bool {
        self.shows.get(show).is_some_and(|place| place.panics)
            || self.lifted.as_ref().is_some_and(|lifted| !lifted.contains(show))
    }

    /// The shows that will play here next.
    pub(super) fn here(&self) -> impl Iterator<Item = &ShowId> {
        self.shows.iter().filter(|(_, place)| !place.is_elsewhere).map(|(show, _)| show)
    }

    /// The operator does this to all shows, also to those that begin later.
    pub(super) fn act_on_all(&mut self, action: &OperatorAction) {
        if *action == OperatorAction::Panic {
            self.lifted = Some(BTreeSet::new());
        } else if *action == OperatorAction::Resume {
            self.lifted = None;
            self.shows.values_mut().for_each(|place| place.panics = false);
        }
    }

    /// The operator does this to a show; the answer of one that waits.
    pub(super) fn act(&mut self, show: &ShowId, action: &OperatorAction) -> Option<OperatorReply> {
        let panics = *action == OperatorAction::Panic;
        if !panics && *action != OperatorAction::Resume {
            return self.shows.contains_key(show).then_some(OperatorReply::NotPlaying);
        }
        let reply = match (panics, self.panics(show)) {
            (true, _) => OperatorReply::begins_in_panic(),
            (false, true) => OperatorReply::begins_resumed(),
            (false, false) => OperatorReply::NotPlaying,
        };
        if let Some(lifted) = &mut self.lifted {
            if panics {
                lifted.remove(show);
            } else {
                lifted.insert(show.clone());
            }
        }
        self.shows.get_mut(show)?.panics = panics;
        Some(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::channel::ChannelArn;

    fn show(script: &str) -> ShowId {
        ShowId { script: script.into(), channel: ChannelArn::local() }
    }

    #[test]
    fn who_waits_begins_in_the_panic_unless_it_was_lifted() {
        let (mut waiting, [a, b]) = (Waiting::default(), ["a", "b"].map(show));
        waiting.wait(&a, false);
        waiting.wait(&b, false);
        let resume = OperatorAction::Resume;
        assert_eq!(waiting.act(&a, &OperatorAction::Panic), Some(OperatorReply::begins_in_panic()));
        assert_eq!(waiting.act(&b, &resume), Some(OperatorReply::NotPlaying));
        assert_eq!(waiting.act(&b, &OperatorAction::Hold), Some(OperatorReply::NotPlaying));
        assert_eq!([&a, &b].map(|show| waiting.end(show)), [true, false]);
        assert_eq!(waiting.act(&a, &OperatorAction::Panic), None, "it is asked itself");
        waiting.wait(&a, false);
        assert_eq!(waiting.act(&a, &OperatorAction::Panic), Some(OperatorReply::begins_in_panic()));
        assert_eq!(waiting.act(&a, &resume), Some(OperatorReply::begins_resumed()));
        assert!(!waiting.end(&a));
    }

    #[test]
    fn a_panic_of_all_reaches_who_comes_later_until_it_is_lifted() {
        let (mut waiting, [a, b, c]) = (Waiting::default(), ["a", "b", "c"].map(show));
        let resume = OperatorAction::Resume;
        waiting.wait(&a, false);
        waiting.act_on_all(&OperatorAction::Panic);
        assert_eq!(waiting.act(&a, &resume), Some(OperatorReply::begins_resumed()));
        assert_eq!(waiting.act(&b, &resume), None);
        assert_eq!([&a, &b, &c].map(|show| waiting.end(show)), [false, false, true]);
        assert_eq!(waiting.act(&b, &OperatorAction::Panic), None);
        assert!(waiting.end(&b));
        waiting.wait(&c, true);
        waiting.act(&c, &OperatorAction::Panic);
        waiting.act_on_all(&resume);
        assert_eq!([&a, &b, &c].map(|show| waiting.end(show)), [false; 3]);
    }

    #[test]
    fn who_is_played_elsewhere_is_not_reached_from_here() {
        let (mut waiting, a) = (Waiting::default(), show("a"));
        waiting.wait(&a, true);
        assert_eq!(waiting.here().count(), 0);
        waiting.wait(&a, false);
        assert_eq!(waiting.here().collect::<Vec<_>>(), [&a]);
    }
}
