//! Points and names in Redis. The points of a quiz are given some viewers at a time, by whoever is
//! told of it, and what was begun is ended before anything is told of points.

use super::super::VotesError;
use super::RedisVotes;
use super::keys::Keys;
use crate::model::limits::{AWARDS_PER_SCRIPT_MAX, REDIS_KEEPS};
use crate::model::poll::{Leader, PointsEra};
use crate::model::vote::{Award, Viewer, ViewerId, ViewerName};

impl RedisVotes {
    /// Gives the points of a poll to all who chose the right answer.
    pub(super) async fn give_all(
        &self,
        keys: &Keys,
        name: &str,
        award: &Award,
    ) -> Result<(), VotesError> {
        let mut begin = self.scripts.award.prepare_invoke();
        begin.key(keys.poll(name)).key(keys.open()).key(keys.awards());
        begin.arg(name).arg(&award.choice).arg(award.points).arg(REDIS_KEEPS.as_secs());
        if self.run(&begin).await? {
            self.go_on(keys, name).await?;
        }
        Ok(())
    }

    /// Gives what is left of a poll's points. Two who do it at once share the work.
    async fn go_on(&self, keys: &Keys, name: &str) -> Result<(), VotesError> {
        let mut cursor = "0".to_owned();
        // Each run takes a sealed poll's viewers further, or fails.
        loop {
            let mut give = self.scripts.give.prepare_invoke();
            give.key(keys.poll(name)).key(keys.voters(name)).key(keys.points());
            give.key(keys.awards()).key(keys.era()).arg(name).arg(AWARDS_PER_SCRIPT_MAX);
            give.arg(REDIS_KEEPS.as_secs()).arg(&cursor);
            cursor = self.run(&give).await?;
            if cursor == "0" {
                return Ok(());
            }
        }
    }

    /// Gives all points that were to be given before.
    async fn end_awards(&self, keys: &Keys) -> Result<(), VotesError> {
        let begun: Vec<String> = self.ask(redis::cmd("SMEMBERS").arg(keys.awards())).await?;
        for name in begun {
            self.go_on(keys, &name).await?;
        }
        Ok(())
    }

    pub(super) async fn forget_points(
        &self,
        keys: &Keys,
        era: PointsEra,
    ) -> Result<(), VotesError> {
        self.end_awards(keys).await?;
        let mut reset = self.scripts.reset.prepare_invoke();
        reset.key(keys.points()).key(keys.era()).arg(era.0).arg(REDIS_KEEPS.as_secs());
        self.run(&reset).await
    }

    pub(super) async fn told_leaders(
        &self,
        keys: &Keys,
        at_most: usize,
    ) -> Result<Vec<Leader>, VotesError> {
        self.end_awards(keys).await?;
        let Some(last) = at_most.checked_sub(1) else { return Ok(Vec::new()) };
        let mut leaders = self.scripts.leaders.prepare_invoke();
        leaders.key(keys.points()).key(keys.names()).key(keys.hidden()).arg(last);
        let leaders: Vec<([u8; 16], f64, String)> = self.run(&leaders).await?;
        let told = |(id, score, name): ([u8; 16], f64, String)| {
            let name = if name.is_empty() { ViewerId(id).made_up_name() } else { name };
            Leader { name, points: points(score) }
        };
        Ok(leaders.into_iter().map(told).collect())
    }

    pub(super) async fn told_viewer(
        &self,
        keys: &Keys,
        id: ViewerId,
    ) -> Result<Viewer, VotesError> {
        let mut viewer = self.scripts.viewer.prepare_invoke();
        viewer.key(keys.names()).key(keys.hidden()).key(keys.points()).arg(&id.0[..]);
        let (name, is_hidden, score, before): (String, bool, f64, u64) = self.run(&viewer).await?;
        let points = points(score);
        let place = (points > 0).then_some(before + 1);
        Ok(Viewer { name: name.parse().ok(), is_hidden, points, place })
    }

    pub(super) async fn keep_name(
        &self,
        keys: &Keys,
        id: ViewerId,
        name: Option<&ViewerName>,
    ) -> Result<(), VotesError> {
        let mut keep = self.scripts.name.prepare_invoke();
        keep.key(keys.names()).key(keys.name_counts()).key(keys.hidden());
        keep.arg(&id.0[..]).arg(name.map_or("", ViewerName::as_str)).arg(REDIS_KEEPS.as_secs());
        self.run(&keep).await
    }

    pub(super) async fn hide(
        &self,
        keys: &Keys,
        name: &ViewerName,
        hidden: bool,
    ) -> Result<u64, VotesError> {
        let mut hide = self.scripts.hide.prepare_invoke();
        hide.key(keys.hidden()).key(keys.name_counts());
        hide.arg(if hidden { "SADD" } else { "SREM" });
        hide.arg(name.as_str()).arg(REDIS_KEEPS.as_secs());
        self.run(&hide).await
    }
}

/// A score as points: it is a whole number, and negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn points(score: f64) -> u64 {
    score.abs() as u64
}
