//! The store as others see it: each question goes to memory, to the writer or to the reader.

use std::collections::BTreeSet;

use futures_util::FutureExt;
use jiff::Timestamp;

use super::super::{Answer, SigningKey, Vote, Votes, VotesError};
use super::cast::Wish;
use super::writer::Writer;
use super::{SqliteVotes, at_hand, rows, viewers};
use crate::model::channel::ShowId;
use crate::model::poll::{AskingId, Leader, PointsEra, Tally};
use crate::model::vote::{
    Award, Ballot, OnNow, OnScreen, PollReport, Verdict, Viewer, ViewerId, ViewerName,
};

impl Votes for SqliteVotes {
    fn open(&self, show: &ShowId, ballot: Ballot) -> Answer<'_, ()> {
        let show = show.clone();
        self.ask(move |writer| writer.open(&show, ballot))
    }

    fn extend(&self, show: &ShowId, asking: &AskingId, closes_at: Timestamp) -> Answer<'_, ()> {
        let (show, asking) = (show.clone(), asking.clone());
        self.ask(move |writer| writer.extend(&show, &asking, closes_at))
    }

    fn close(&self, show: &ShowId, asking: &AskingId, votes_until: Timestamp) -> Answer<'_, ()> {
        let (show, asking) = (show.clone(), asking.clone());
        self.ask(move |writer| writer.close(&show, &asking, votes_until))
    }

    fn seal(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, Option<Tally>> {
        let (show, asking) = (show.clone(), asking.clone());
        self.ask(move |writer| writer.seal(&show, &asking))
    }

    fn void(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, ()> {
        let (show, asking) = (show.clone(), asking.clone());
        self.ask(move |writer| writer.void(&show, &asking))
    }

    fn tally(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, Option<Tally>> {
        if let Some(tally) = self.known(|book| Some(book.entry(show, asking)?.tally())) {
            return at_hand(Some(tally));
        }
        let (show, asking) = (show.clone(), asking.clone());
        self.look_up(move |connection| {
            let stored = rows::poll(connection, &show, &asking)?;
            stored.map(|stored| rows::tally_of(connection, &stored)).transpose()
        })
    }

    fn award(&self, show: &ShowId, asking: &AskingId, award: Award) -> Answer<'_, ()> {
        let (show, asking) = (show.clone(), asking.clone());
        self.ask_later(move |writer, reply| writer.award((&show, &asking), &award, reply))
    }

    fn reset_points(&self, show: &ShowId, era: PointsEra) -> Answer<'_, ()> {
        let show = show.clone();
        self.ask_later(move |writer, reply| writer.reset_points(show, era, reply))
    }

    fn leaders(&self, show: &ShowId, at_most: usize) -> Answer<'_, Vec<Leader>> {
        let show = show.clone();
        self.ask_later(move |writer, reply| writer.leaders(show, at_most, reply))
    }

    fn vote(&self, show: &ShowId, vote: Vote) -> Answer<'_, Verdict> {
        self.cast(show, |reply| Wish::Vote(vote, reply))
    }

    fn ballot(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, Option<(Ballot, bool)>> {
        let known = self.known(|book| {
            book.entry(show, asking).map(|entry| (entry.ballot.clone(), entry.is_sealed))
        });
        if known.is_some() {
            return at_hand(known);
        }
        let (show, asking) = (show.clone(), asking.clone());
        self.look_up(move |connection| {
            let stored = rows::poll(connection, &show, &asking)?;
            Ok(stored.map(|stored| (stored.ballot, stored.is_sealed)))
        })
    }

    fn open_ballots(
        &self,
        show: &ShowId,
        viewer: Option<ViewerId>,
        now: Timestamp,
    ) -> Answer<'_, Vec<(Ballot, Option<String>)>> {
        let known = self.known(|book| {
            let pages = book.pages(show).filter(|pages| pages.is_loaded);
            pages.map(|pages| pages.open(viewer, now))
        });
        if let Some(open) = known {
            return at_hand(open);
        }
        let show = show.clone();
        self.ask(move |writer| {
            writer.load(&show)?;
            let book = writer.book();
            Ok(book.pages(&show).map(|pages| pages.open(viewer, now)).unwrap_or_default())
        })
    }

    fn viewer(&self, show: &ShowId, viewer: ViewerId) -> Answer<'_, Viewer> {
        let show = show.clone();
        self.look_up(move |connection| viewers::viewer(connection, &show, viewer))
    }

    fn set_name(
        &self,
        show: &ShowId,
        viewer: ViewerId,
        name: Option<ViewerName>,
    ) -> Answer<'_, ()> {
        self.cast(show, |reply| Wish::Name(viewer, name, reply))
    }

    fn hide_name(&self, show: &ShowId, name: &ViewerName, hidden: bool) -> Answer<'_, u64> {
        let (show, name) = (show.clone(), name.clone());
        self.ask(move |writer| writer.hide_name(&show, &name, hidden))
    }

    fn hidden_names(&self, show: &ShowId) -> Answer<'_, Vec<String>> {
        let show = show.clone();
        self.look_up(move |connection| viewers::hidden_names(connection, &show))
    }

    fn set_screen(&self, show: &ShowId, screen: Vec<OnScreen>) -> Answer<'_, ()> {
        self.screens().insert(show.clone(), screen);
        at_hand(())
    }

    fn screen(&self, show: &ShowId) -> Answer<'_, Vec<OnScreen>> {
        at_hand(self.screens().get(show).cloned().unwrap_or_default())
    }

    fn set_on_now(&self, show: &ShowId, on_now: Option<OnNow>) -> Answer<'_, ()> {
        let mut shows = self.shows_on_now();
        match on_now {
            Some(on_now) => shows.insert(show.clone(), on_now),
            None => shows.remove(show),
        };
        at_hand(())
    }

    fn on_now(&self) -> Answer<'_, Vec<(ShowId, OnNow)>> {
        let shows = self.shows_on_now();
        at_hand(shows.iter().map(|(show, on_now)| (show.clone(), on_now.clone())).collect())
    }

    fn shows(&self) -> Answer<'_, Vec<ShowId>> {
        let mut shows: BTreeSet<ShowId> = self.screens().keys().cloned().collect();
        self.known(|book| {
            shows.extend(book.shows().cloned());
            Some(())
        });
        let kept = self.look_up(rows::shows);
        async move {
            shows.extend(kept.await?);
            Ok(shows.into_iter().collect())
        }
        .boxed()
    }

    fn key(&self) -> Answer<'_, SigningKey> {
        self.ask(Writer::key)
    }

    fn reports(&self, show: &ShowId) -> Answer<'_, Vec<PollReport>> {
        let show = show.clone();
        async move {
            if self.writer.is_some() {
                self.ask(|writer| {
                    writer.write_refused();
                    Ok(())
                })
                .await?;
            }
            let mut reports = self
                .known(|book| Some(book.pages(&show)?.voteless().collect::<Vec<_>>()))
                .unwrap_or_default();
            let kept = self.look_up(move |connection| rows::reports(connection, &show)).await?;
            reports.retain(|report| {
                kept.iter().all(|kept| kept.ballot.asking != report.ballot.asking)
            });
            reports.extend(kept);
            reports.sort_by_key(|report| report.ballot.opened);
            Ok::<_, VotesError>(reports)
        }
        .boxed()
    }
}
