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
#[derive(Debug, Clone, Default)]
struct Place {
    /// What it is told first of all: a panic, or the end of one that it may keep.
    first: Option<OperatorAction>,
    /// Another runner plays it: what is done here does not reach it.
    is_elsewhere: bool,
}

impl Place {
    /// The operator lifts panics. Not one that the show keeps by another runner's operator.
    fn resume(&mut self) {
        self.first = (!self.is_elsewhere).then_some(OperatorAction::Resume);
    }
}

impl Waiting {
    /// A show waits, for its moment or for another runner's end.
    pub(super) fn wait(&mut self, show: &ShowId, is_elsewhere: bool) {
        let place = self.shows.entry(show.clone()).or_default();
        place.is_elsewhere = is_elsewhere;
        if place.first == Some(OperatorAction::Resume) {
            place.resume();
        }
    }

    /// A show waits no more: it begins, and what it is told first of all; or it never will.
    pub(super) fn end(&mut self, show: &ShowId) -> Option<OperatorAction> {
        let panics = self.panics(show);
        let place = self.shows.remove(show);
        if panics { Some(OperatorAction::Panic) } else { place?.first }
    }

    fn panics(&self, show: &ShowId) -> bool {
        let place = self.shows.get(show);
        place.is_some_and(|place| place.first == Some(OperatorAction::Panic))
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
            self.shows.values_mut().for_each(Place::resume);
        }
    }

    /// The operator does this to a show; the answer of one that waits.
    pub(super) fn act(&mut self, show: &ShowId, action: &OperatorAction) -> Option<OperatorReply> {
        let panics = *action == OperatorAction::Panic;
        if !panics && *action != OperatorAction::Resume {
            return self.shows.contains_key(show).then_some(OperatorReply::NotPlaying);
        }
        let panicked = self.panics(show);
        if let Some(lifted) = &mut self.lifted {
            if panics {
                lifted.remove(show);
            } else {
                lifted.insert(show.clone());
            }
        }
        let place = self.shows.get_mut(show)?;
        if panics {
            place.first = Some(OperatorAction::Panic);
            return Some(OperatorReply::begins_in_panic());
        }
        place.resume();
        let reaches_it = panicked || !place.is_elsewhere;
        Some(if reaches_it { OperatorReply::begins_resumed() } else { OperatorReply::NotPlaying })
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
        assert_eq!(waiting.act(&b, &OperatorAction::Hold), Some(OperatorReply::NotPlaying));
        let panic = Some(OperatorAction::Panic);
        assert_eq!([&a, &b].map(|show| waiting.end(show)), [panic, None]);
        assert_eq!(waiting.act(&a, &OperatorAction::Panic), None, "it is asked itself");
        waiting.wait(&a, false);
        assert_eq!(waiting.act(&a, &OperatorAction::Panic), Some(OperatorReply::begins_in_panic()));
        assert_eq!(waiting.act(&a, &resume), Some(OperatorReply::begins_resumed()));
        assert_eq!(waiting.end(&a), Some(resume));
    }

    #[test]
    fn a_panic_of_all_reaches_who_comes_later_until_it_is_lifted() {
        let (mut waiting, [a, b, c]) = (Waiting::default(), ["a", "b", "c"].map(show));
        let resume = OperatorAction::Resume;
        waiting.wait(&a, false);
        waiting.act_on_all(&OperatorAction::Panic);
        assert_eq!(waiting.act(&a, &resume), Some(OperatorReply::begins_resumed()));
        assert_eq!(waiting.act(&b, &resume), None);
        let panic = Some(OperatorAction::Panic);
        let first = [&a, &b, &c].map(|show| waiting.end(show));
        assert_eq!(first, [Some(resume.clone()), None, panic.clone()]);
        assert_eq!(waiting.act(&b, &OperatorAction::Panic), None);
        assert_eq!(waiting.end(&b), panic);
        waiting.wait(&c, true);
        waiting.act(&c, &OperatorAction::Panic);
        waiting.act_on_all(&resume);
        assert_eq!([&a, &b, &c].map(|show| waiting.end(show)), [None, None, None]);
    }

    #[test]
    fn a_resume_reaches_a_panic_that_the_show_itself_keeps() {
        let (mut waiting, [a, b, c]) = (Waiting::default(), ["a", "b", "c"].map(show));
        let resume = OperatorAction::Resume;
        waiting.wait(&a, false);
        waiting.wait(&b, false);
        waiting.wait(&c, true);
        assert_eq!(waiting.act(&a, &resume), Some(OperatorReply::begins_resumed()));
        waiting.act_on_all(&resume);
        // Another runner's operator may panic after that.
        assert_eq!(waiting.act(&c, &resume), Some(OperatorReply::NotPlaying));
        waiting.wait(&b, true);
        let first = [&a, &b, &c].map(|show| waiting.end(show));
        assert_eq!(first, [Some(resume), None, None]);
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
