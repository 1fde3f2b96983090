//! The viewers of a rehearsed evening: how many watch, and how they vote. Whole numbers only, so
//! that the same seed gives the same audience on every machine.

use jiff::SignedDuration;

use super::random::Random;
use crate::model::limits::{AUDIENCE_JOINS_WITHIN, AUDIENCE_LEAVES_WITHIN};

/// Those who are there before the first minute, and after the last one: of a thousand.
const EARLY: u64 = 150;
const STAYING: u64 = 300;
/// How many come and go from one minute to the next: of a thousand, each way.
const RESTLESS: i64 = 20;
/// Those who vote in a poll: of a thousand who watch.
const VOTERS: (i64, i64) = (350, 750);
/// Viewers with a name, who answer every quiz while they watch.
const REGULARS: [&str; 24] = [
    "Ada", "Ben", "Chloe", "Dan", "Emma", "Felix", "Grace", "Hugo", "Iris", "Jonas", "Kira", "Leo",
    "Mia", "Noah", "Olga", "Paul", "Quinn", "Rosa", "Sam", "Tara", "Uma", "Victor", "Wendy",
    "Yuki",
];
/// How much more one answer may be liked than another.
const LIKED: (i64, i64) = (1, 9);

/// An audience of a certain size at an evening of a certain length.
#[derive(Debug, Clone)]
pub struct Audience {
    size: u64,
    seed: u64,
    lasts: SignedDuration,
    joins: SignedDuration,
    leaves: SignedDuration,
}

impl Audience {
    /// At most `size` viewers at an evening that `lasts` so long.
    pub fn new(size: u64, seed: u64, lasts: SignedDuration) -> Self {
        let joins = AUDIENCE_JOINS_WITHIN.min(lasts / 4);
        let leaves = AUDIENCE_LEAVES_WITHIN.min(lasts / 4);
        Self { size, seed, lasts, joins, leaves }
    }

    /// How many watch, `up` after the start.
    pub fn watching(&self, up: SignedDuration) -> u64 {
        let minute = u64::try_from(up.as_secs() / 60).unwrap_or(0);
        let restless = Random::new(self.seed, "audience", minute).between(-RESTLESS, RESTLESS);
        let of_a_thousand = self.arc(up).saturating_add_signed(restless).min(1_000);
        self.share(of_a_thousand)
    }

    /// They join quickly at first, then ever more slowly; near the end they leave evenly.
    fn arc(&self, up: SignedDuration) -> u64 {
        let missing = share_of(self.joins - up, self.joins);
        let joined = 1_000 - (1_000 - EARLY) * missing * missing / 1_000_000;
        let left = share_of(up + self.leaves - self.lasts, self.leaves);
        joined * (1_000 - (1_000 - STAYING) * left / 1_000) / 1_000
    }

    fn share(&self, of_a_thousand: u64) -> u64 {
        let share = u128::from(self.size) * u128::from(of_a_thousand) / 1_000;
        u64::try_from(share).unwrap_or(u64::MAX)
    }

    /// How those who watch now will vote in a poll with so many choices; `asking` tells one asking
    /// from another.
    pub fn leanings(&self, asking: &str, choices: usize, watching: u64) -> Leanings {
        let mut random = Random::new(self.seed, asking, 0);
        let mut between = |(least, most)| u64::try_from(random.between(least, most)).unwrap_or(0);
        let voters = u128::from(watching) * u128::from(between(VOTERS)) / 1_000;
        let likes: Vec<u64> = (0..choices).map(|_| between(LIKED)).collect();
        let all = u128::from(likes.iter().sum::<u64>().max(1));
        let of = |like: u64| u64::try_from(voters * u128::from(like) / all).unwrap_or(u64::MAX);
        Leanings { votes: likes.into_iter().map(of).collect() }
    }
}

impl Audience {
    /// What those with a name answer in a quiz, by choice: they are some of those who vote.
    pub fn regulars(&self, asking: &str, leanings: &Leanings) -> Vec<Vec<&'static str>> {
        let mut random = Random::new(self.seed, asking, 1_000);
        let mut by_choice = vec![Vec::new(); leanings.votes.len()];
        let all = leanings.votes.iter().fold(0_u64, |sum, votes| sum.saturating_add(*votes));
        for name in REGULARS {
            let mut vote = random.below(all);
            for (votes, names) in leanings.votes.iter().zip(&mut by_choice) {
                if vote < *votes {
                    names.push(name);
                    break;
                }
                vote -= votes;
            }
        }
        by_choice
    }
}

/// How the viewers of one poll vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leanings {
    votes: Vec<u64>,
}

impl Leanings {
    /// How many have voted for each choice when `open` of the time `lasts` has passed: most of
    /// them soon.
    pub fn cast(&self, open: SignedDuration, lasts: SignedDuration) -> Vec<u64> {
        let left = share_of(lasts - open, lasts);
        let done = u128::from(1_000_000 - left * left);
        let cast = |votes: &u64| u64::try_from(u128::from(*votes) * done / 1_000_000);
        self.votes.iter().map(|votes| cast(votes).unwrap_or(*votes)).collect()
    }
}

/// How much of `whole` a `part` is: of a thousand, never less than nothing or more than all.
fn share_of(part: SignedDuration, whole: SignedDuration) -> u64 {
    if whole.as_millis() <= 0 {
        return 0;
    }
    u64::try_from((part.as_millis() * 1_000 / whole.as_millis()).clamp(0, 1_000)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENING: SignedDuration = SignedDuration::from_hours(3);

    #[test]
    fn they_come_stay_and_leave() {
        let audience = Audience::new(1_000, 7, EVENING);
        let at = |minutes| audience.watching(SignedDuration::from_mins(minutes));
        assert!((100..=200).contains(&at(0)), "{}", at(0));
        assert!(at(2) < at(5) && at(5) < at(12), "{} {} {}", at(2), at(5), at(12));
        for minute in 15..150 {
            assert!((950..=1_000).contains(&at(minute)), "minute {minute}: {}", at(minute));
        }
        assert!((250..=350).contains(&at(180)), "{}", at(180));
    }

    #[test]
    fn the_same_seed_is_the_same_audience() {
        let watching = |seed| {
            let audience = Audience::new(10_000, seed, EVENING);
            (0..180)
                .map(|minute| audience.watching(SignedDuration::from_mins(minute)))
                .collect::<Vec<_>>()
        };
        assert_eq!(watching(7), watching(7));
        assert_ne!(watching(7), watching(8));
    }

    #[test]
    fn any_size_and_length_will_do() {
        for (size, lasts) in [(0, EVENING), (u64::MAX, EVENING), (5, SignedDuration::ZERO)] {
            let audience = Audience::new(size, 1, lasts);
            for minute in [0, 5, 90, 180, 600_000] {
                assert!(audience.watching(SignedDuration::from_mins(minute)) <= size);
            }
            let all = audience.leanings("p", 4, size).cast(EVENING, EVENING);
            assert!(all.iter().fold(0_u64, |sum, votes| sum.saturating_add(*votes)) <= size);
        }
        assert!(Audience::new(5, 1, EVENING).leanings("p", 0, 5).cast(EVENING, EVENING).is_empty());
    }

    #[test]
    fn some_who_vote_have_a_name() {
        let audience = Audience::new(1_000, 7, EVENING);
        let named = |asking| {
            let leanings = audience.leanings(asking, 3, 1_000);
            audience.regulars(asking, &leanings)
        };
        assert_eq!(named("f0@1"), named("f0@1"));
        assert_ne!(named("f0@1"), named("f0@2"));
        assert_eq!(named("f0@1").concat().len(), REGULARS.len());
        let nobody = audience.leanings("f0@1", 3, 0);
        assert!(audience.regulars("f0@1", &nobody).concat().is_empty());
    }

    #[test]
    fn votes_only_become_more_and_are_all_cast_at_the_end() {
        let leanings = Audience::new(1_000, 7, EVENING).leanings("f0@1", 3, 1_000);
        let lasts = SignedDuration::from_secs(30);
        let mut before = vec![0; 3];
        for second in 0..=30 {
            let cast = leanings.cast(SignedDuration::from_secs(second), lasts);
            assert!(cast.iter().zip(&before).all(|(now, before)| now >= before));
            before = cast;
        }
        let all: u64 = before.iter().sum();
        assert!((345..=750).contains(&all), "{all}");
    }
}
