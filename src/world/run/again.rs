//! Shows of a plan that could not begin. Where the outside was at fault they are tried again, ever
//! less often; where their script was, when something that they read is saved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::time::sleep;

use crate::model::channel::ShowId;
use crate::model::event::{Event, What};
use crate::model::limits::{SHOW_AGAIN_FIRST, SHOW_AGAIN_MAX};
use crate::rules::backoff::doubled;

use super::company::Company;
use super::error::RunError;
use super::options::ShowOptions;
use super::part::Act;

/// A show that could not be set up: its place in the plan, what it is, and why.
pub(super) type NotCast = (usize, ShowOptions, RunError);

/// Shows that could not begin.
#[derive(Default)]
pub(super) struct Again(BTreeMap<ShowId, Attempt>);

/// How often a show was tried.
struct Attempt {
    place: usize,
    options: ShowOptions,
    attempts: u32,
    /// Why not, as it was said.
    reason: String,
    /// When it is tried next; none where only an edit helps.
    at: Option<SignedDuration>,
}

impl Again {
    /// Whether a show is to be tried again.
    pub(super) fn has(&self, show: &ShowId) -> bool {
        self.0.contains_key(show)
    }

    /// A show is not to be tried any more, or is tried now.
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
            attempt.at = attempt.at.map(|at| at.min(up));
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
        self.0.values().filter_map(|attempt| attempt.at).min()
    }

    fn due(&self, up: SignedDuration) -> Vec<(usize, ShowOptions)> {
        let due = self.0.values().filter(|attempt| attempt.at.is_some_and(|at| at <= up));
        due.map(|attempt| (attempt.place, attempt.options.clone())).collect()
    }
}

impl Company {
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
            let at = Some(up + doubled(SHOW_AGAIN_FIRST, SHOW_AGAIN_MAX, attempts));
            self.hands.shows.wait(&show, false);
            self.failed.insert(show.clone());
            self.again.0.insert(show, Attempt { place, options, attempts, reason, at });
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
        let (attempts, reason, at) = (0, String::new(), None);
        self.again.0.insert(show, Attempt { place, options, attempts, reason, at });
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
    pub(super) async fn try_due(&mut self) {
        let due = self.again.due(self.hands.clock.up());
        self.begin_all(due).await;
    }

    /// Tries those of which something was saved that they read, and looks again at those that are
    /// to change.
    pub(super) async fn try_mended(&mut self) {
        let edits = Arc::clone(&self.edits);
        let changing = self.parts.iter().filter(|(_, part)| matches!(part.act, Act::Changing(_)));
        let changing = changing.map(|(show, _)| show).filter(|show| edits.take(show));
        for show in changing.cloned().collect::<Vec<_>>() {
            self.look_again(&show);
        }
        let mended = self.again.0.iter().filter(|(show, _)| edits.take(show));
        let mended: Vec<_> =
            mended.map(|(_, attempt)| (attempt.place, attempt.options.clone())).collect();
        self.begin_all(mended).await;
    }

    pub(super) fn tell(&self, what: What) {
        let at = self.hands.clock.now().wall;
        self.hands.outlet.event(&Event { at, what, show: None });
    }
}
