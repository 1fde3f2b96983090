//! What the operator does to polls.

use std::sync::Arc;

use jiff::SignedDuration;

use super::book::Closing;
use super::machine::Polls;
use super::{Output, Settled, Worth};
use crate::model::limits::OPEN_FOR_MAX;
use crate::model::poll::{AskingId, Kind, Phase, Poll, PollNews, Tally};
use crate::model::saved::Change;
use crate::model::time::Now;

impl Polls {
    /// One that was asked and is open closes later, at most `OPEN_FOR_MAX` after it was asked.
    pub(super) fn extend(&mut self, asking: &AskingId, by: SignedDuration) {
        let Some(entry) = self.book_mut().change(asking) else { return };
        let before = &entry.kept.poll;
        if !entry.is_open() || before.kind == Kind::Sent {
            return;
        }
        let most = before.opened.saturating_add(OPEN_FOR_MAX).unwrap_or(before.closes_at);
        let closes_at = before.closes_at.saturating_add(by).unwrap_or(most).min(most);
        entry.due += closes_at.duration_since(before.closes_at);
        entry.kept.poll = Arc::new(Poll { closes_at, ..Poll::clone(before) });
        let kept = entry.kept.clone();
        let poll = Arc::clone(&kept.poll);
        self.outputs.push_back(Output::Change(Change::Poll(Box::new(kept))));
        self.outputs.push_back(Output::News(PollNews::Extended(poll)));
    }

    /// It takes no more votes, and those it has count for nothing.
    pub(super) fn void(&mut self, asking: &AskingId, now: Now) {
        let Some(entry) = self.book().get(asking).filter(|entry| !entry.is_final()) else { return };
        let was_open = entry.is_open();
        self.end(asking, now, Closing::Revealed, false);
        let Some(entry) = self.book_mut().change(asking) else { return };
        entry.kept.phase = Phase::Void;
        entry.kept.unsent = false;
        let (kept, late) = (entry.kept.clone(), entry.late);
        let poll = Arc::clone(&kept.poll);
        // The row of a slot's poll that closed before is gone, or is that of the next in it.
        let change = if poll.outlives_its_slot() {
            Some(Change::Poll(Box::new(kept)))
        } else {
            was_open.then(|| Change::PollForgotten(poll.key()))
        };
        self.outputs.extend(change.map(Output::Change));
        self.outputs.push_back(Output::News(PollNews::Voided(asking.clone())));
        let tally = Tally::NONE;
        let (send_results, unsent, worth) = (false, false, Worth::Void);
        let settled = Settled { poll, tally, late, send_results, unsent, worth };
        self.outputs.push_back(Output::Settled(Box::new(settled)));
        self.forget();
    }

    /// Those that are open close, and none that is not final sends its results.
    pub(super) fn silence(&mut self, now: Now) {
        let unsettled = self.book().unsettled().map(|entry| entry.poll().asking.clone());
        for asking in unsettled.collect::<Vec<_>>() {
            self.end(&asking, now, Closing::Silent, true);
        }
    }

    /// Results that a panic kept back are shown after all.
    pub(super) fn shown(&mut self, asking: &AskingId) {
        let Some(entry) = self.book_mut().change(asking) else { return };
        if std::mem::take(&mut entry.kept.unsent) {
            let kept = Box::new(entry.kept.clone());
            self.outputs.push_back(Output::Change(Change::Poll(kept)));
        }
    }
}
