//! Shows that are to begin and are not set up yet. Those of a plan that cannot be are tried again:
//! ever less often where the outside is at fault; where their script is, when something that they
//! read is saved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::time::sleep;

use crate::model::channel::ShowId;
use crate::model::event::{Event, What};
use crate::model::limits::{SHOW_AGAIN_FIRST, SHOW_AGAIN_MAX};
use crate::rules::backoff::doubled;

use super::casting::Called;
use super::company::Company;
use super::error::RunError;
use super::options::ShowOptions;
use super::part::Act;

/// A show that could not be set up: its place in the plan, what it is, and why.
pub(super) type NotCast = (usize, ShowOptions, RunError);

/// Shows that are not set up.
#[derive(Default)]
pub(super) struct Again(BTreeMap<ShowId, Attempt>);

/// How often a show was tried.
struct Attempt {
    place: usize,
    options: ShowOptions,
    /// In vain, so far.
    attempts: u32,
    /// Why not, as it was said.
    reason: String,
    next: Next,
}

/// When a show is tried next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// It is: its service is being called.
    Now,
    At(SignedDuration),
    /// Only an edit helps.
    Mended,
}

impl Again {
    /// A show is to be set up now.
    fn set_up(&mut self, place: usize, options: ShowOptions) {
        let before = self.0.remove(&options.id());
        let (attempts, reason) = before.map_or((0, String::new()), |it| (it.attempts, it.reason));
        let attempt = Attempt { place, options, attempts, reason, next: Next::Now };
        self.0.insert(attempt.options.id(), attempt);
    }

    /// The shows that are being set up, each with its place in the plan.
    pub(super) fn being_set_up(&self) -> impl Iterator<Item = (usize, &ShowOptions)> {
        let now = self.0.values().filter(|attempt| attempt.next == Next::Now);
        now.map(|attempt| (attempt.place, &attempt.options))
    }

    /// All of them.
    pub(super) fn shows(&self) -> impl Iterator<Item = &ShowId> {
        self.0.keys()
    }

    /// Whether a show is to be tried again, or is tried now.
    pub(super) fn has(&self, show: &ShowId) -> bool {
        self.0.contains_key(show)
    }

    /// A show is not to be tried any more.
    pub(super) fn forget(&mut self, show: &ShowId) {
        self.0.remove(show);
    }

    /// Those that are not among these.
    pub(super) fn without(&self, wanted: &BTreeSet<&ShowId>) -> Vec<ShowId> {
        self.0.keys().filter(|show| !wanted.contains(show)).cloned().collect()
    }

    /// What a plan that was saved says of a show: whether it is as it was, and so is tried at once
    /// unless only an edit helps; none for one that is none of these. One that is another is
    /// forgotten.
    pub(super) fn planned(
        &mut self,
        (place, options): (usize, &ShowOptions),
        up: SignedDuration,
    ) -> Option<bool> {
        let show = options.id();
        let attempt = self.0.get_mut(&show)?;
        let is_same = attempt.options == *options;
        if is_same {
            attempt.place = place;
            if let Next::At(at) = &mut attempt.next {
                *at = (*at).min(up);
            }
        } else {
            self.0.remove(&show);
        }
        Some(is_same)
    }

    /// No show is.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When the next one is tried.
    pub(super) fn next(&self) -> Option<SignedDuration> {
        self.0.values().filter_map(Attempt::at).min()
    }

    fn due(&self, up: SignedDuration) -> Vec<(usize, ShowOptions)> {
        let due = self.0.values().filter(|attempt| attempt.at().is_some_and(|at| at <= up));
        due.map(|attempt| (attempt.place, attempt.options.clone())).collect()
    }
}

impl Attempt {
    fn at(&self) -> Option<SignedDuration> {
        match self.next {
            Next::At(at) => Some(at),
            Next::Now | Next::Mended => None,
        }
    }
}

impl Company {
    /// Sets shows up and lets them begin; those that cannot are tried again. What is not known of
    /// their services is asked aside: it is heard of by [`Self::hear_call`].
    pub(super) fn begin_all(&mut self, shows: Vec<(usize, ShowOptions)>) {
        let are_new = !shows.is_empty();
        for (place, options) in shows {
            self.hands.shows.wait(&options.id(), false);
            self.again.set_up(place, options);
        }
        if are_new {
            self.publish();
        }
        self.casting.call_for(self.again.being_set_up().map(|(_, show)| &show.channel));
    }

    /// A service was called: the shows that waited for it begin.
    pub(super) fn hear_call(&mut self, called: &Called) {
        let (cast, failed) = self.set_up(called);
        self.admit(cast);
        self.try_again_later(failed);
        // For those that came meanwhile.
        self.begin_all(Vec::new());
    }

    /// Shows that could not be set up are tried again. Why is said of each reason once.
    pub(super) fn try_again_later(&mut self, failed: impl IntoIterator<Item = NotCast>) {
        let up = self.hands.clock.up();
        // What keeps one from beginning often keeps others, too.
        let mut by_reason: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (place, options, error) in failed {
            let (show, reason) = (options.id(), error.to_string());
            let before = self.again.0.remove(&show);
            if before.as_ref().is_none_or(|before| before.reason != reason) {
                by_reason.entry(reason.clone()).or_default().push(show.to_string());
            }
            let attempts = before.map_or(0, |before| before.attempts).saturating_add(1);
            let next = Next::At(up + doubled(SHOW_AGAIN_FIRST, SHOW_AGAIN_MAX, attempts));
            self.failed.insert(show.clone());
            self.again.0.insert(show, Attempt { place, options, attempts, reason, next });
        }
        for (reason, shows) in by_reason {
            let (first, more) = (shows.first().cloned().unwrap_or_default(), shows.len() - 1);
            let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
            let message =
                format!("{first}{more} cannot begin, and is tried again until it can: {reason}");
            self.tell(What::Warning { message });
        }
        self.publish();
    }

    /// A show whose script failed begins when something that it reads is saved.
    pub(super) fn begin_when_mended(&mut self, place: usize, options: ShowOptions) {
        let show = options.id();
        self.hands.shows.wait(&show, false);
        let words = "does not play: it begins when its script, or a file that it reads, is saved";
        self.tell(What::Warning { message: format!("{show} {words}") });
        let (attempts, reason, next) = (0, String::new(), Next::Mended);
        self.again.0.insert(show, Attempt { place, options, attempts, reason, next });
    }

    /// Waits until a show is to be tried again; for ever when none is.
    pub(super) async fn next_again(&self) {
        match self.again.next() {
            Some(at) => {
                sleep((at - self.hands.clock.up()).max(SignedDuration::ZERO).unsigned_abs()).await;
            }
            None => std::future::pending().await,
        }
    }

    /// Tries those whose time has come.
    pub(super) fn try_due(&mut self) {
        let due = self.again.due(self.hands.clock.up());
        self.begin_all(due);
    }

    /// Tries those of which something was saved that they read, and looks again at those that are
    /// to change.
    pub(super) fn try_mended(&mut self) {
        let edits = Arc::clone(&self.edits);
        let changing = self.parts.iter().filter(|(_, part)| matches!(part.act, Act::Changing(_)));
        let changing = changing.map(|(show, _)| show).filter(|show| edits.take(show));
        for show in changing.cloned().collect::<Vec<_>>() {
            self.look_again(&show);
        }
        let mended = self.again.0.iter().filter(|(show, _)| edits.take(show));
        // What is being set up reads its files when it begins.
        let mended = mended.filter(|(_, attempt)| attempt.next != Next::Now);
        let mended: Vec<_> =
            mended.map(|(_, attempt)| (attempt.place, attempt.options.clone())).collect();
        self.begin_all(mended);
    }

    pub(super) fn tell(&self, what: What) {
        let at = self.hands.clock.now().wall;
        self.hands.outlet.event(&Event { at, what, show: None });
    }
}
