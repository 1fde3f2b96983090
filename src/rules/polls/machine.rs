//! The machine that opens, closes and settles polls.

use std::collections::VecDeque;
use std::sync::Arc;

use super::book::{Book, Closing, Entry};
use super::{Input, Output, Settled, Worth};
use crate::model::limits::{
    ASKED_POLLS_KEPT, FINAL_TALLY_AGAIN, FINAL_TALLY_TRIES_MAX, POLLS_OPEN_MAX, RESULTS_LATE_MAX,
    SENT_POLLS_KEPT,
};
use crate::model::outputs::Outputs;
use crate::model::payload::{Clears, Slot};
use crate::model::poll::{
    AskingId, Counting, KeptPoll, Kind, Phase, PointsEra, Poll, PollNews, Reveal, Tally,
};
use crate::model::saved::Change;
use crate::model::time::{Deadline, Now};

/// A show's polls.
#[derive(Debug)]
pub struct Polls {
    book: Arc<Book>,
    /// Since when points count.
    points: Option<PointsEra>,
    pub(super) outputs: Outputs<Output>,
}

impl Default for Polls {
    fn default() -> Self {
        Self { book: Book::none(), points: None, outputs: Outputs::default() }
    }
}

impl Polls {
    /// What can be read of them now.
    pub fn book(&self) -> &Arc<Book> {
        &self.book
    }

    /// Takes one input; what follows from it is in [`Self::take_outputs`].
    pub fn handle(&mut self, input: Input, now: Now) {
        match input {
            Input::Begin { polls, revealing, points } => {
                self.points = points;
                self.begin(polls, &revealing, now);
            }
            Input::Open(poll) => self.open(poll, now),
            Input::Close(asking) => self.close(&asking, now, Closing::Usual),
            Input::Reveal(asking) => self.close(&asking, now, Closing::Revealed),
            Input::Extend { asking, by } => self.extend(&asking, by),
            Input::Void(asking) => self.void(&asking, now),
            Input::Silence => self.silence(now),
            Input::Shown(asking) => self.shown(&asking),
            Input::Sent(slot, clears) => self.sent(&slot, &clears, now),
            Input::Tally { asking, tally, is_final } => self.tally(&asking, tally, is_final, now),
            Input::Uncounted(asking) => {
                if let Some(entry) = self.book_mut().change(&asking) {
                    entry.read = Some((now.up, entry.last_tally()));
                    entry.uncounted = true;
                }
            }
            Input::Leaderboard(leaders) => self.book_mut().set_leaders(Some(leaders), now),
            Input::LeaderboardReset => self.forget_points(now),
            Input::Revealing(asking) => self.reveal(&asking, Reveal::UnderWay),
            Input::Revealed(asking) => self.reveal(&asking, Reveal::Done),
            Input::TellAll => self.tell_all(),
            Input::End => self.end_all(),
            Input::Tick => {}
        }
        self.go_on(now);
    }

    /// What the polls want done, in order.
    pub fn take_outputs(&mut self) -> VecDeque<Output> {
        self.outputs.take()
    }

    /// When they want to be told `Tick`.
    pub fn next_deadline(&self) -> Option<Deadline> {
        let at = self.book.unsettled().map(|entry| entry.due).min()?;
        Some(Deadline { at, why: "a poll's end" })
    }

    pub(super) fn book_mut(&mut self) -> &mut Book {
        Arc::make_mut(&mut self.book)
    }

    /// What an earlier run left goes on. What should have happened meanwhile is late.
    fn begin(&mut self, mut kept: Vec<KeptPoll>, revealing: &[AskingId], now: Now) {
        // Of those of one moment, one that is open came last: it closed the others.
        kept.sort_by_key(|kept| (kept.poll.opened, kept.phase == Phase::Open));
        let mut revealed = Vec::new();
        for kept in kept {
            let ends = match &kept.phase {
                Phase::Open | Phase::Final(_) | Phase::Void => kept.poll.closes_at,
                Phase::Closed { votes_until, .. } => *votes_until,
            };
            let due = now.up_at(ends);
            let asking = &kept.poll.asking;
            if kept.reveal == Reveal::UnderWay && !revealing.contains(asking) {
                revealed.push(asking.clone());
            }
            let late = due < now.up;
            let (read, uncounted, sealed) = (None, false, false);
            let entry = Entry { kept, due, tries: 0, late, read, uncounted, sealed };
            self.book_mut().entries.push(Arc::new(entry));
        }
        // Whoever takes votes may have missed what the earlier run said last.
        self.tell_all();
        for asking in revealed {
            self.reveal(&asking, Reveal::Done);
        }
    }

    /// Tells whoever takes votes how all polls stand.
    fn tell_all(&mut self) {
        let live = self.book.unsettled().map(|entry| entry.poll().asking.clone()).collect();
        let mut all = vec![PollNews::Begun(live)];
        all.extend(self.points.map(PollNews::LeaderboardReset));
        for entry in &self.book.entries {
            let KeptPoll { poll, phase, reveal: _, unsent: _ } = &entry.kept;
            let asking = poll.asking.clone();
            match phase {
                Phase::Open => {
                    all.push(PollNews::Opened(Arc::clone(poll)));
                    if poll.is_asked() {
                        // It may take votes for longer than when it opened.
                        all.push(PollNews::Extended(Arc::clone(poll)));
                    }
                }
                Phase::Closed { votes_until, .. } => all.extend([
                    PollNews::Opened(Arc::clone(poll)),
                    PollNews::Closed { asking, votes_until: *votes_until },
                ]),
                Phase::Final(_) => all.push(PollNews::Settled(asking)),
                Phase::Void => all.push(PollNews::Voided(asking)),
            }
            all.extend(entry.award_news());
        }
        self.outputs.extend(all.into_iter().map(Output::News));
    }

    fn open(&mut self, poll: Arc<Poll>, now: Now) {
        if let Some(open) = self.book.open_in(&poll.slot).map(|entry| Arc::clone(&entry.kept.poll))
        {
            // Where both share the slot's row the second writes over the first.
            let shares_row = open.key() == poll.key();
            self.end(&open.asking, now, Closing::Usual, !shares_row);
        }
        self.make_room(now);
        self.book_mut().open(Arc::clone(&poll), now);
        let kept = KeptPoll::opened(Arc::clone(&poll));
        self.outputs.push_back(Output::Change(Change::Poll(Box::new(kept))));
        self.outputs.push_back(Output::News(PollNews::Opened(Arc::clone(&poll))));
        self.outputs.push_back(Output::Opened(poll));
    }

    /// Where polls follow one another faster than their votes become final, those of the oldest are
    /// taken to be.
    fn make_room(&mut self, now: Now) {
        let unsettled: Vec<&Entry> = self.book.unsettled().collect();
        let too_many = (unsettled.len() + 1).saturating_sub(POLLS_OPEN_MAX);
        let closed = unsettled.iter().filter(|entry| !entry.is_open()).take(too_many);
        let closed: Vec<AskingId> = closed.map(|entry| entry.poll().asking.clone()).collect();
        for asking in closed {
            let Some(entry) = self.book.get(&asking) else { continue };
            let tally = entry.last_tally();
            self.settle(&asking, tally, true, now);
        }
    }

    fn close(&mut self, asking: &AskingId, now: Now, how: Closing) {
        self.end(asking, now, how, true);
    }

    /// A poll closes, if it does now; `row` is whether its row has to be written or taken away.
    pub(super) fn end(&mut self, asking: &AskingId, now: Now, how: Closing, row: bool) {
        let Some(entry) = self.book_mut().change(asking) else { return };
        if !entry.close(now, how) {
            return;
        }
        let kept = entry.kept.clone();
        if row {
            self.outputs.push_back(Output::Change(if kept.poll.outlives_its_slot() {
                Change::Poll(Box::new(kept.clone()))
            } else {
                Change::PollForgotten(kept.poll.key())
            }));
        }
        if let Phase::Closed { votes_until, .. } = kept.phase {
            let asking = asking.clone();
            self.outputs.push_back(Output::News(PollNews::Closed { asking, votes_until }));
        }
    }

    /// Whatever is sent into the slot of a merely sent poll, or clears it, ends it.
    fn sent(&mut self, slot: &Slot, clears: &Clears, now: Now) {
        let ended = |of: &Slot| match clears {
            Clears::All => true,
            Clears::Slot(cleared) => cleared == of || slot == of,
            Clears::Nothing => slot == of,
        };
        let open = self.book.unsettled().filter(|entry| entry.is_open());
        let ended = open.map(Entry::poll).filter(|p| p.kind == Kind::Sent && ended(&p.slot));
        let ended: Vec<AskingId> = ended.map(|poll| poll.asking.clone()).collect();
        for asking in ended {
            self.close(&asking, now, Closing::Usual);
        }
    }

    fn tally(&mut self, asking: &AskingId, tally: Tally, is_final: bool, now: Now) {
        let Some(entry) = self.book_mut().change(asking) else { return };
        match entry.kept.phase {
            Phase::Final(_) | Phase::Void => {}
            Phase::Closed { .. } if is_final && entry.tries > 0 => {
                self.settle(asking, tally, false, now);
            }
            Phase::Open | Phase::Closed { .. } => {
                entry.read = Some((now.up, tally));
                entry.uncounted = false;
                entry.sealed |= is_final;
            }
        }
    }

    /// What is due: polls close, and of those whose late votes are in the final tally is asked for.
    fn go_on(&mut self, now: Now) {
        let due = |book: &Book| {
            let entry = book.unsettled().find(|entry| entry.due <= now.up)?;
            Some((entry.poll().asking.clone(), entry.is_open(), entry.tries))
        };
        // Each round moves one of them on: to be closed, asked for, or final.
        while let Some((asking, is_open, tries)) = due(&self.book) {
            if is_open {
                self.close(&asking, now, Closing::Usual);
            } else if tries < FINAL_TALLY_TRIES_MAX {
                if let Some(entry) = self.book_mut().change(&asking) {
                    entry.tries += 1;
                    entry.due = now.up + FINAL_TALLY_AGAIN;
                }
                self.outputs.push_back(Output::Count(Counting::Final(asking)));
            } else if let Some(entry) = self.book.get(&asking) {
                let tally = entry.last_tally();
                self.settle(&asking, tally, true, now);
            }
        }
    }

    fn settle(&mut self, asking: &AskingId, tally: Tally, guessed: bool, now: Now) {
        let Some(entry) = self.book_mut().change(asking) else { return };
        let Phase::Closed { votes_until, .. } = entry.kept.phase else { return };
        let in_time = now.wall.duration_since(votes_until) <= RESULTS_LATE_MAX;
        let send_results = entry.owes_results() && in_time && !guessed;
        entry.kept.phase = Phase::Final(tally.clone());
        if entry.poll().correct.is_some() && entry.kept.reveal == Reveal::Kept {
            entry.kept.reveal = match entry.poll().sends_results() {
                _ if send_results => Reveal::UnderWay,
                // They will never be sent.
                true => Reveal::Done,
                false => Reveal::Kept,
            };
        }
        let (entry, late) = (entry.clone(), entry.late);
        let kept = entry.kept.clone();
        let (poll, unsent) = (Arc::clone(&kept.poll), kept.unsent);
        if poll.outlives_its_slot() {
            self.outputs.push_back(Output::Change(Change::Poll(Box::new(kept))));
        }
        if guessed {
            // Whoever takes votes did not answer: what it has not heard is that they are final.
            self.outputs.push_back(Output::News(PollNews::Settled(asking.clone())));
        }
        // What a script reads of points from now on has those of its results.
        self.book_mut().outdate_leaders();
        self.outputs.extend(entry.award_news().map(Output::News));
        let worth = if guessed { Worth::Guessed } else { Worth::Counted };
        let settled = Settled { poll, tally, late, send_results, unsent, worth };
        self.outputs.push_back(Output::Settled(Box::new(settled)));
        self.forget();
    }

    /// The right answer of a quiz goes this far.
    fn reveal(&mut self, asking: &AskingId, reveal: Reveal) {
        let Some(entry) = self.book_mut().change(asking) else { return };
        if entry.poll().correct.is_none() || entry.kept.reveal >= reveal {
            return;
        }
        entry.kept.reveal = reveal;
        let entry = entry.clone();
        self.outputs.push_back(Output::Change(Change::Poll(Box::new(entry.kept.clone()))));
        self.book_mut().outdate_leaders();
        self.outputs.extend(entry.award_news().map(Output::News));
    }

    /// Everybody's points are forgotten: those of what was told are not given again.
    fn forget_points(&mut self, now: Now) {
        let era = PointsEra::after(self.points, now.wall);
        self.points = Some(era);
        self.outputs.push_back(Output::Change(Change::Points(era)));
        let given = self.book.entries.iter().filter(|entry| entry.award_news().is_some());
        let given: Vec<AskingId> = given.map(|entry| entry.poll().asking.clone()).collect();
        for asking in given {
            self.reveal(&asking, Reveal::Forgotten);
        }
        self.book_mut().set_leaders(None, now);
        self.outputs.push_back(Output::News(PollNews::LeaderboardReset(era)));
    }

    /// Nothing that is final is told any more.
    fn end_all(&mut self) {
        let all = self.book.entries.iter().filter(|entry| entry.is_final());
        let all: Vec<AskingId> = all.map(|entry| entry.poll().asking.clone()).collect();
        for asking in all {
            self.reveal(&asking, Reveal::Done);
        }
    }

    /// Of those that are final only the newest stay.
    pub(super) fn forget(&mut self) {
        for (asked, kept) in [(true, ASKED_POLLS_KEPT), (false, SENT_POLLS_KEPT)] {
            let of_kind = |entry: &Entry| entry.is_final() && entry.poll().is_asked() == asked;
            let count = self.book.entries.iter().filter(|entry| of_kind(entry)).count();
            if count <= kept {
                continue;
            }
            let Some(at) = self.book.entries.iter().position(|entry| of_kind(entry)) else {
                continue;
            };
            // Nobody can tell its right answer any more.
            let asking = self.book.entries[at].poll().asking.clone();
            self.reveal(&asking, Reveal::Done);
            let gone = self.book_mut().entries.remove(at);
            if gone.poll().outlives_its_slot() {
                let key = gone.poll().key();
                self.outputs.push_back(Output::Change(Change::PollForgotten(key)));
            }
        }
    }
}
