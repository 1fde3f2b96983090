//! The store as others see it.

use futures_util::FutureExt;
use jiff::Timestamp;

use super::super::{Answer, SigningKey, Vote, Votes, VotesError};
use super::fields::{self, Fields, moment};
use super::keys::{self, Keys};
use super::{RedisVotes, unreadable};
use crate::model::channel::ShowId;
use crate::model::limits::{
    ON_NOW_KEPT, REDIS_KEEPS, REDIS_KEEPS_VOTELESS, REDIS_POLLS_PER_TRIP_MAX,
};
use crate::model::poll::{AskingId, Leader, PointsEra, Tally};
use crate::model::vote::{
    Award, Ballot, OnNow, OnScreen, PollReport, Verdict, Viewer, ViewerId, ViewerName,
};
use crate::world::entropy;

impl Votes for RedisVotes {
    fn open(&self, show: &ShowId, ballot: Ballot) -> Answer<'_, ()> {
        let (keys, name, show) = (Keys::of(show), keys::name(&ballot.asking), show.clone());
        async move {
            let mut open = self.scripts.open.prepare_invoke();
            open.key(keys.poll(&name)).key(keys.open()).key(keys.askings());
            let opened = ballot.opened.as_millisecond();
            let forget = i64::try_from(REDIS_KEEPS.as_millis()).unwrap_or(i64::MAX);
            let keeps = if ballot.is_sent { REDIS_KEEPS_VOTELESS } else { REDIS_KEEPS };
            open.arg(&name).arg(serde_json::to_string(&ballot).map_err(unreadable)?);
            open.arg(moment(ballot.votes_until)).arg(u8::from(ballot.change));
            open.arg(opened).arg(opened - forget);
            open.arg(keeps.as_secs()).arg(REDIS_KEEPS.as_secs()).arg(u8::from(ballot.is_sent));
            open.arg(ballot.answers.iter().map(|choice| &*choice.key).collect::<Vec<_>>());
            self.add_show(&show).await?;
            self.run(&open).await
        }
        .boxed()
    }

    fn close(&self, show: &ShowId, asking: &AskingId, votes_until: Timestamp) -> Answer<'_, ()> {
        let mut close = self.scripts.close.prepare_invoke();
        close.key(Keys::of(show).poll(&keys::name(asking))).arg(moment(votes_until));
        async move { self.run(&close).await }.boxed()
    }

    fn extend(&self, show: &ShowId, asking: &AskingId, closes_at: Timestamp) -> Answer<'_, ()> {
        let (key, show, asking) =
            (Keys::of(show).poll(&keys::name(asking)), show.clone(), asking.clone());
        async move {
            let Some((mut ballot, false)) = self.ballot(&show, &asking).await? else {
                return Ok(());
            };
            if !ballot.extend_to(closes_at) {
                return Ok(());
            }
            let mut extend = self.scripts.extend.prepare_invoke();
            extend.key(key).arg(serde_json::to_string(&ballot).map_err(unreadable)?);
            extend.arg(moment(ballot.votes_until));
            self.run(&extend).await
        }
        .boxed()
    }

    fn seal(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, Option<Tally>> {
        let (keys, name) = (Keys::of(show), keys::name(asking));
        let mut seal = self.scripts.seal.prepare_invoke();
        seal.key(keys.poll(&name)).key(keys.open()).arg(name);
        async move { Ok(fields::tally(&self.run(&seal).await?)) }.boxed()
    }

    fn void(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, ()> {
        let (keys, name) = (Keys::of(show), keys::name(asking));
        let mut seal = self.scripts.seal.prepare_invoke();
        seal.key(keys.poll(&name)).key(keys.open()).arg(name).arg("void");
        async move { self.run::<Fields>(&seal).await.map(drop) }.boxed()
    }

    fn tally(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, Option<Tally>> {
        let poll = Keys::of(show).poll(&keys::name(asking));
        async move { Ok(fields::tally(&self.fields(&poll).await?)) }.boxed()
    }

    fn award(&self, show: &ShowId, asking: &AskingId, award: Award) -> Answer<'_, ()> {
        let (keys, name) = (Keys::of(show), keys::name(asking));
        async move { self.give_all(&keys, &name, &award).await }.boxed()
    }

    fn reset_points(&self, show: &ShowId, era: PointsEra) -> Answer<'_, ()> {
        let keys = Keys::of(show);
        async move { self.forget_points(&keys, era).await }.boxed()
    }

    fn leaders(&self, show: &ShowId, at_most: usize) -> Answer<'_, Vec<Leader>> {
        let keys = Keys::of(show);
        async move { self.told_leaders(&keys, at_most).await }.boxed()
    }

    fn vote(&self, show: &ShowId, vote: Vote) -> Answer<'_, Verdict> {
        let (keys, name) = (Keys::of(show), keys::name(&vote.asking));
        let mut cast = self.scripts.vote.prepare_invoke();
        cast.key(keys.poll(&name)).key(keys.voters(&name)).key(keys.askings());
        cast.arg(&vote.viewer.0[..]).arg(vote.choice).arg(moment(vote.at));
        cast.arg(name).arg(REDIS_KEEPS.as_secs());
        async move { verdict(&self.run::<String>(&cast).await?) }.boxed()
    }

    fn ballot(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, Option<(Ballot, bool)>> {
        let poll = Keys::of(show).poll(&keys::name(asking));
        async move { fields::ballot(&self.fields(&poll).await?) }.boxed()
    }

    fn open_ballots(
        &self,
        show: &ShowId,
        viewer: Option<ViewerId>,
        now: Timestamp,
    ) -> Answer<'_, Vec<(Ballot, Option<String>)>> {
        let keys = Keys::of(show);
        async move {
            let mut open = self.unsealed(&keys, viewer).await?;
            open.retain(|(ballot, _)| now <= ballot.votes_until);
            open.sort_by_key(|(ballot, _)| ballot.opened);
            Ok(open)
        }
        .boxed()
    }

    fn viewer(&self, show: &ShowId, viewer: ViewerId) -> Answer<'_, Viewer> {
        let keys = Keys::of(show);
        async move { self.told_viewer(&keys, viewer).await }.boxed()
    }

    fn set_name(
        &self,
        show: &ShowId,
        viewer: ViewerId,
        name: Option<ViewerName>,
    ) -> Answer<'_, ()> {
        let keys = Keys::of(show);
        async move { self.keep_name(&keys, viewer, name.as_ref()).await }.boxed()
    }

    fn hide_name(&self, show: &ShowId, name: &ViewerName, hidden: bool) -> Answer<'_, u64> {
        let (keys, name) = (Keys::of(show), name.clone());
        async move { self.hide(&keys, &name, hidden).await }.boxed()
    }

    fn hidden_names(&self, show: &ShowId) -> Answer<'_, Vec<String>> {
        let mut read = redis::cmd("SMEMBERS");
        read.arg(Keys::of(show).hidden());
        async move {
            let mut names: Vec<String> = self.ask(&read).await?;
            names.sort();
            Ok(names)
        }
        .boxed()
    }

    fn set_screen(&self, show: &ShowId, screen: Vec<OnScreen>) -> Answer<'_, ()> {
        let (keys, show) = (Keys::of(show), show.clone());
        async move {
            self.add_show(&show).await?;
            let screen = serde_json::to_string(&screen).map_err(unreadable)?;
            let mut set = redis::cmd("SET");
            set.arg(keys.screen()).arg(screen).arg("EX").arg(REDIS_KEEPS.as_secs());
            self.ask(&set).await
        }
        .boxed()
    }

    fn screen(&self, show: &ShowId) -> Answer<'_, Vec<OnScreen>> {
        let screen = Keys::of(show).screen();
        async move {
            let screen: Option<String> = self.ask(redis::cmd("GET").arg(screen)).await?;
            let screen = screen.map(|screen| serde_json::from_str(&screen).map_err(unreadable));
            Ok(screen.transpose()?.unwrap_or_default())
        }
        .boxed()
    }

    fn set_on_now(&self, show: &ShowId, on_now: Option<OnNow>) -> Answer<'_, ()> {
        let (key, show) = (Keys::of(show).on_now(), show.clone());
        async move {
            let Some(on_now) = on_now else { return self.ask(redis::cmd("DEL").arg(key)).await };
            self.add_show(&show).await?;
            let on_now = serde_json::to_string(&on_now).map_err(unreadable)?;
            let mut set = redis::cmd("SET");
            set.arg(key).arg(on_now).arg("EX").arg(ON_NOW_KEPT.as_secs());
            self.ask(&set).await
        }
        .boxed()
    }

    fn on_now(&self) -> Answer<'_, Vec<(ShowId, OnNow)>> {
        async move {
            let shows = self.shows().await?;
            let mut all = redis::pipe();
            for show in &shows {
                all.cmd("GET").arg(Keys::of(show).on_now());
            }
            let all: Vec<Option<String>> =
                if shows.is_empty() { Vec::new() } else { self.ask_all(&all).await? };
            let on = shows.into_iter().zip(all).filter_map(|(show, on)| Some((show, on?)));
            on.map(|(show, on)| Ok((show, serde_json::from_str(&on).map_err(unreadable)?)))
                .collect()
        }
        .boxed()
    }

    fn shows(&self) -> Answer<'_, Vec<ShowId>> {
        async move {
            let mut all = redis::cmd("ZRANGE");
            let shows: Vec<String> = self.ask(all.arg(keys::SHOWS).arg(0).arg(-1)).await?;
            let mut shows =
                shows.iter().map(|text| show_of(text)).collect::<Result<Vec<_>, _>>()?;
            shows.sort();
            Ok(shows)
        }
        .boxed()
    }

    fn key(&self) -> Answer<'_, SigningKey> {
        async move {
            let mut key = redis::pipe();
            let new = entropy::bytes::<32>();
            key.cmd("SET").arg(keys::SIGNING_KEY).arg(&new[..]).arg("NX").ignore();
            key.cmd("GET").arg(keys::SIGNING_KEY);
            let (key,): ([u8; 32],) = self.ask_all(&key).await?;
            Ok(SigningKey(key))
        }
        .boxed()
    }

    fn reports(&self, show: &ShowId) -> Answer<'_, Vec<PollReport>> {
        let keys = Keys::of(show);
        async move {
            let mut all = redis::cmd("ZRANGE");
            let names: Vec<String> = self.ask(all.arg(keys.askings()).arg(0).arg(-1)).await?;
            let mut reports = Vec::with_capacity(names.len());
            for names in names.chunks(REDIS_POLLS_PER_TRIP_MAX) {
                let mut polls = redis::pipe();
                for name in names {
                    polls.cmd("HGETALL").arg(keys.poll(name));
                }
                let polls: Vec<Fields> = self.ask_all(&polls).await?;
                for poll in polls {
                    reports.extend(fields::report(&poll)?);
                }
            }
            Ok(reports)
        }
        .boxed()
    }
}

impl RedisVotes {
    async fn fields(&self, poll: &str) -> Result<Fields, VotesError> {
        self.ask(redis::cmd("HGETALL").arg(poll)).await
    }

    async fn add_show(&self, show: &ShowId) -> Result<(), VotesError> {
        let words = [&*show.script, show.channel.as_str()];
        let words = serde_json::to_string(&words).map_err(unreadable)?;
        let mut seen = self.scripts.seen.prepare_invoke();
        seen.key(keys::SHOWS).arg(words).arg(REDIS_KEEPS.as_secs());
        self.run(&seen).await
    }

    /// The polls that are not sealed, each with a viewer's choice.
    async fn unsealed(
        &self,
        keys: &Keys,
        viewer: Option<ViewerId>,
    ) -> Result<Vec<(Ballot, Option<String>)>, VotesError> {
        let names: Vec<String> = self.ask(redis::cmd("SMEMBERS").arg(keys.open())).await?;
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut polls = redis::pipe();
        for name in &names {
            polls.cmd("HGETALL").arg(keys.poll(name));
            // Without a viewer nobody's choice is looked for: no id is so short.
            let id = viewer.as_ref().map_or(&[][..], |viewer| &viewer.0[..]);
            polls.cmd("HGET").arg(keys.voters(name)).arg(id);
        }
        let polls: Vec<redis::Value> = self.ask_all(&polls).await?;
        let mut open = Vec::with_capacity(names.len());
        for poll in polls.chunks_exact(2) {
            let fields: Fields = redis::from_redis_value_ref(&poll[0]).map_err(unreadable)?;
            let choice: Option<String> =
                redis::from_redis_value_ref(&poll[1]).map_err(unreadable)?;
            let choice = choice.and_then(|choice| choice.get(1..).map(str::to_owned));
            if let Some((ballot, false)) = fields::ballot(&fields)? {
                open.push((ballot, choice));
            }
        }
        Ok(open)
    }
}

/// What the script of a vote says.
fn verdict(said: &str) -> Result<Verdict, VotesError> {
    match said.split_at_checked(1) {
        Some(("c", _)) => Ok(Verdict::Counted),
        Some(("s", choice)) => Ok(Verdict::Stands { choice: choice.to_owned() }),
        Some(("n", _)) => Ok(Verdict::NotAChoice),
        Some(("l", _)) => Ok(Verdict::Closed),
        Some(("u", _)) => Ok(Verdict::Unknown),
        _ => Err(unreadable(said)),
    }
}

fn show_of(text: &str) -> Result<ShowId, VotesError> {
    let (script, channel): (String, String) = serde_json::from_str(text).map_err(unreadable)?;
    Ok(ShowId { script: script.into(), channel: channel.parse().map_err(unreadable)? })
}
