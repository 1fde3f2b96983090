//! What every store must do with points and names.

use super::super::*;
use super::{Make, Store, all, ballot, show, viewer, vote};

/// Its part of the contract.
pub(super) async fn holds(make: &Make<'_>) {
    right_answers_get_points_once(make).await;
    places_follow_points(&make("places").await).await;
    many_viewers_get_their_points(make).await;
    points_are_forgotten(make).await;
    points_are_forgotten_before_there_are_any(make).await;
    names_are_kept_and_hidden(make).await;
}

/// A sealed quiz in which the first `right` of so many viewers were right.
async fn quiz(votes: &Store, id: &str, of: u32, right: u32) -> Ballot {
    let (a, poll) = (show("a"), Ballot { is_quiz: true, ..ballot(id) });
    votes.open(&a, poll.clone()).await.expect("an open poll");
    let casts =
        (1..=of).map(|n| votes.vote(&a, vote(&poll, n, if n <= right { "1" } else { "2" })));
    for verdict in all(casts).await {
        assert_eq!(verdict, Ok(Verdict::Counted));
    }
    votes.seal(&a, &poll.asking).await.expect("a seal");
    poll
}

async fn award(votes: &Store, poll: &Ballot, points: u32) {
    let award = Award { choice: "1".to_owned(), points };
    votes.award(&show("a"), &poll.asking, award).await.expect("an award");
}

async fn standing(votes: &Store, n: u32) -> (u64, Option<u64>) {
    let viewer = votes.viewer(&show("a"), viewer(n)).await.expect("a viewer");
    (viewer.points, viewer.place)
}

async fn leaders(votes: &Store, at_most: usize) -> Vec<(String, u64)> {
    let leaders = votes.leaders(&show("a"), at_most).await.expect("leaders");
    leaders.into_iter().map(|leader| (leader.name, leader.points)).collect()
}

async fn right_answers_get_points_once(make: &Make<'_>) {
    let votes = make("points").await;
    let poll = quiz(&votes, "points", 3, 2).await;
    assert_eq!(standing(&votes, 1).await, (0, None));
    award(&votes, &poll, 5).await;
    award(&votes, &poll, 5).await;
    award(&votes, &poll, 7).await;
    assert_eq!(standing(&votes, 1).await, (5, Some(1)));
    assert_eq!(standing(&votes, 3).await, (0, None), "a wrong answer");
    drop(votes);
    let votes = make("points").await;
    award(&votes, &poll, 5).await;
    assert_eq!(standing(&votes, 2).await, (5, Some(1)));
    assert_eq!(leaders(&votes, 9).await.len(), 2);
}

async fn places_follow_points(votes: &Store) {
    for (n, right) in [3, 2, 2].into_iter().enumerate() {
        let poll = quiz(votes, &format!("places {n}"), 4, right).await;
        award(votes, &poll, 10).await;
    }
    let places = [(1, (30, Some(1))), (2, (30, Some(1))), (3, (10, Some(3))), (4, (0, None))];
    for (n, wanted) in places {
        assert_eq!(standing(votes, n).await, wanted, "viewer {n}");
    }
    let names = leaders(votes, 9).await;
    assert_eq!(names.iter().map(|(_, points)| *points).collect::<Vec<_>>(), [30, 30, 10]);
    assert_eq!(leaders(votes, 2).await, names[..2]);
    assert_eq!(leaders(votes, 0).await, []);
    for (name, _) in &names {
        let digits = name.strip_prefix("viewer ").expect("a made-up name");
        assert!(digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
    }
    // Worth nothing, or given for a vote that was changed.
    let nothing = quiz(votes, "worth nothing", 4, 4).await;
    award(votes, &nothing, 0).await;
    assert_eq!(standing(votes, 4).await, (0, None));
    let changed = Ballot { is_quiz: true, change: true, ..ballot("changed") };
    votes.open(&show("a"), changed.clone()).await.expect("an open poll");
    for (n, choice) in [(3, "1"), (4, "2"), (3, "2"), (4, "1")] {
        votes.vote(&show("a"), vote(&changed, n, choice)).await.expect("a vote");
    }
    award(votes, &changed, 1).await;
    assert_eq!(standing(votes, 3).await, (10, Some(3)));
    assert_eq!(standing(votes, 4).await, (1, Some(4)));
    assert_eq!(
        votes.vote(&show("a"), vote(&changed, 9, "1")).await,
        Ok(Verdict::Closed),
        "an award seals"
    );
}

/// More than one transaction's, told together with what comes after it.
async fn many_viewers_get_their_points(make: &Make<'_>) {
    let many = 12_000;
    let votes = make("many").await;
    let mut poll = ballot("many");
    for from in (0..many).step_by(4_000) {
        poll = Ballot { is_quiz: true, ..ballot("many") };
        votes.open(&show("a"), poll.clone()).await.expect("an open poll");
        let casts = (from..from + 4_000).map(|n| votes.vote(&show("a"), vote(&poll, n, "1")));
        for verdict in all(casts).await {
            assert_eq!(verdict, Ok(Verdict::Counted));
        }
    }
    let (a, award) = (show("a"), Award { choice: "1".to_owned(), points: 3 });
    let other = ballot("meanwhile");
    votes.open(&a, other.clone()).await.expect("an open poll");
    let given = votes.award(&a, &poll.asking, award.clone());
    let again = votes.award(&a, &poll.asking, award);
    let told = votes.leaders(&a, 20_000);
    let between = votes.vote(&a, vote(&other, 1, "1"));
    let (given, again, told, between) = tokio::join!(given, again, told, between);
    assert_eq!((given, again), (Ok(()), Ok(())));
    assert_eq!(between, Ok(Verdict::Counted));
    assert_eq!(told.expect("leaders").len(), many as usize, "all awards told before are in it");
    let told = votes.leaders(&a, 20_000).await.expect("leaders");
    assert_eq!(told.len(), many as usize);
    assert!(told.iter().all(|leader| leader.points == 3));
}

async fn points_are_forgotten(make: &Make<'_>) {
    let votes = make("reset").await;
    let first = quiz(&votes, "first", 3, 3).await;
    award(&votes, &first, 5).await;
    votes.reset_points(&show("a"), PointsEra(7)).await.expect("a reset");
    assert_eq!(standing(&votes, 1).await, (0, None));
    assert_eq!(leaders(&votes, 9).await, []);
    award(&votes, &first, 5).await;
    assert_eq!(standing(&votes, 1).await, (0, None), "given once is given");
    let second = quiz(&votes, "second", 3, 2).await;
    award(&votes, &second, 2).await;
    drop(votes);
    let votes = make("reset").await;
    assert_eq!(standing(&votes, 2).await, (2, Some(1)));
    assert_eq!(standing(&votes, 3).await, (0, None));
    assert_eq!(leaders(&votes, 9).await.len(), 2);
    votes.reset_points(&show("a"), PointsEra(7)).await.expect("a reset");
    assert_eq!(standing(&votes, 2).await, (2, Some(1)), "told again it forgets nothing new");
    votes.reset_points(&show("a"), PointsEra(9)).await.expect("a reset");
    assert_eq!(standing(&votes, 2).await, (0, None));
    assert_eq!(leaders(&votes, 9).await, []);
}

/// The first thing that a show does.
async fn points_are_forgotten_before_there_are_any(make: &Make<'_>) {
    let votes = make("reset first").await;
    votes.reset_points(&show("a"), PointsEra(7)).await.expect("a reset");
    let poll = quiz(&votes, "first", 3, 3).await;
    award(&votes, &poll, 5).await;
    drop(votes);
    let votes = make("reset first").await;
    votes.reset_points(&show("a"), PointsEra(7)).await.expect("a reset");
    assert_eq!(standing(&votes, 1).await, (5, Some(1)));
}

async fn names_are_kept_and_hidden(make: &Make<'_>) {
    let votes = make("names").await;
    let (a, name) = (show("a"), |name: &str| name.parse::<ViewerName>().expect("a name"));
    let poll = quiz(&votes, "names", 3, 3).await;
    award(&votes, &poll, 1).await;
    for (n, given) in [(1, "Ada"), (2, "Ada"), (3, "Bob"), (4, "ada")] {
        votes.set_name(&a, viewer(n), Some(name(given))).await.expect("a name kept");
    }
    let names = async |votes: &Store| {
        let mut names: Vec<String> =
            leaders(votes, 9).await.into_iter().map(|(name, _)| name).collect();
        names.sort();
        names
    };
    assert_eq!(names(&votes).await, ["Ada", "Ada", "Bob"]);
    assert_eq!(votes.hide_name(&a, &name("Ada"), true).await, Ok(2));
    let hidden = names(&votes).await;
    assert_eq!((&*hidden[0], &hidden[1][..7]), ("Bob", "viewer "));
    assert_eq!(votes.hidden_names(&a).await, Ok(vec!["Ada".to_owned()]));
    assert_eq!(votes.hidden_names(&show("b")).await, Ok(vec![]));
    drop(votes);
    let votes = make("names").await;
    let ada = votes.viewer(&a, viewer(1)).await.expect("a viewer");
    assert_eq!((ada.name, ada.is_hidden, ada.points), (Some(name("Ada")), true, 1));
    let other = votes.viewer(&a, viewer(4)).await.expect("a viewer");
    assert_eq!((other.name, other.is_hidden), (Some(name("ada")), false));
    votes.set_name(&a, viewer(3), Some(name("Ada"))).await.expect("a name kept");
    let late = votes.viewer(&a, viewer(3)).await.expect("a viewer");
    assert!(late.is_hidden, "one who takes a hidden name has it hidden");
    assert_eq!(votes.hide_name(&a, &name("Ada"), false).await, Ok(3));
    assert_eq!(names(&votes).await, ["Ada", "Ada", "Ada"]);
    votes.set_name(&a, viewer(1), None).await.expect("a name taken back");
    assert_eq!(votes.viewer(&a, viewer(1)).await.expect("a viewer").name, None);
    assert_eq!(votes.hide_name(&a, &name("Ada"), true).await, Ok(2));
    assert_eq!(votes.hide_name(&a, &name("nobody"), true).await, Ok(0));
}
