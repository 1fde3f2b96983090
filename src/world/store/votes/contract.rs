//! What every store of votes must do, whatever it is made of.

mod crowds;
mod points;
mod voids;

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::model::channel::ChannelArn;
use crate::model::limits::POLL_GRACE;
use crate::model::payload::Slot;
use crate::model::poll::Choice;
use crate::model::vote::{OnNow, RefusedVotes};

/// A store under test.
pub(super) type Store = Arc<dyn Votes>;
/// Opens a store: the same one again for the same name, a new and empty one for a new name.
pub(super) type Make<'a> = dyn Fn(&str) -> Pin<Box<dyn Future<Output = Store>>> + 'a;

/// A show of this name on the local channel.
pub(super) fn show(script: &str) -> ShowId {
    ShowId { script: script.into(), channel: ChannelArn::local() }
}

/// A moment of the tests: so many milliseconds after they begin.
pub(super) fn at(milliseconds: i64) -> Timestamp {
    let begin = Timestamp::new(1_800_000_000, 123_456_789).expect("a second of our century");
    begin + SignedDuration::from_millis(milliseconds)
}

/// A question with two answers, asked at the begin; votes count for forty seconds.
pub(super) fn ballot(poll_id: &str) -> Ballot {
    let choice = |key: &str, text: &str| Choice { key: key.to_owned(), text: text.to_owned() };
    let current_time = "2027-Jan-15-080000".to_owned();
    Ballot {
        asking: AskingId { poll_id: poll_id.to_owned(), current_time },
        question: "Who 'wins'?".to_owned(),
        answers: vec![choice("1", "Red \"ø\""), choice("2", "Blue")],
        slot: Slot("poll".to_owned()),
        change: false,
        is_quiz: false,
        is_sent: false,
        is_void: false,
        opened: at(0),
        closes_at: at(30_000),
        votes_until: at(40_000),
    }
}

/// Viewer number `n`.
pub(super) fn viewer(n: u32) -> ViewerId {
    // Ids are random: here they only look so.
    ViewerId((u128::from(n) << 96 | u128::from(n.wrapping_mul(2_654_435_761))).to_be_bytes())
}

/// A vote of viewer number `n`, a second after the begin.
pub(super) fn vote(ballot: &Ballot, n: u32, choice: &str) -> Vote {
    let asking = ballot.asking.clone();
    Vote { asking, viewer: viewer(n), choice: choice.to_owned(), at: at(1_000) }
}

/// What a show's poll came to: the votes of both answers.
async fn counts(votes: &Store, show: &ShowId, ballot: &Ballot) -> (u64, u64) {
    let tally = votes.tally(show, &ballot.asking).await.expect("a tally").expect("a known poll");
    assert_eq!(tally.total(), tally.of("1") + tally.of("2"));
    (tally.of("1"), tally.of("2"))
}

fn stands(choice: &str) -> Verdict {
    Verdict::Stands { choice: choice.to_owned() }
}

async fn cast(votes: &Store, ballot: &Ballot, n: u32, choice: &str) -> Verdict {
    votes.vote(&show("a"), vote(ballot, n, choice)).await.expect("an answer")
}

/// All answers, asked for a hundred at a time: each has so much time and no more.
pub(super) async fn all<F: Future>(asked: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let (mut asked, mut answers) = (asked.into_iter(), Vec::new());
    loop {
        let some: Vec<F> = asked.by_ref().take(100).collect();
        if some.is_empty() {
            return answers;
        }
        answers.extend(join_all(some).await);
    }
}

/// The contract.
pub(super) fn holds(make: &Make<'_>) {
    let all = async {
        every_vote_has_its_verdict(&make("verdicts").await).await;
        a_changed_vote_moves(&make("change").await).await;
        votes_end(&make("end").await).await;
        a_sealed_poll_is_final(&make("seal").await).await;
        sent_polls_take_votes(&make("sent").await).await;
        shows_are_apart(&make("apart").await).await;
        everything_is_kept(make).await;
        strange_words_are_only_words(make).await;
        unknown_things_are_nothing(&make("unknown").await).await;
        votes_end_later_until_they_are_final(&make("later").await).await;
        open_polls_are_listed(&make("open").await).await;
        reports_tell_what_was_refused(&make("reports").await).await;
        screens_are_what_was_set(&make("screens").await).await;
        points::holds(make).await;
        crowds::holds(make).await;
        voids::holds(make).await;
    };
    // Several threads, for the crowds.
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(4).enable_all().build();
    runtime.expect("a runtime").block_on(all);
}

async fn every_vote_has_its_verdict(votes: &Store) {
    let (a, poll) = (show("a"), ballot("verdicts"));
    assert_eq!(cast(votes, &poll, 1, "1").await, Verdict::Unknown);
    votes.open(&a, poll.clone()).await.expect("an open poll");
    assert_eq!(votes.ballot(&a, &poll.asking).await, Ok(Some((poll.clone(), false))));
    assert_eq!(cast(votes, &poll, 1, "1").await, Verdict::Counted);
    assert_eq!(cast(votes, &poll, 1, "1").await, stands("1"));
    assert_eq!(cast(votes, &poll, 1, "2").await, stands("1"));
    assert_eq!(cast(votes, &poll, 2, "2").await, Verdict::Counted);
    for bad in ["3", "", "Red \"ø\"", "1 ", "01", "\0"] {
        assert_eq!(cast(votes, &poll, 3, bad).await, Verdict::NotAChoice, "{bad:?}");
    }
    assert_eq!(cast(votes, &ballot("other"), 3, "1").await, Verdict::Unknown);
    assert_eq!(counts(votes, &a, &poll).await, (1, 1));
    // Told again, as after a restart.
    votes.open(&a, poll.clone()).await.expect("an open poll");
    assert_eq!(cast(votes, &poll, 2, "1").await, stands("2"));
    assert_eq!(counts(votes, &a, &poll).await, (1, 1));
}

async fn a_changed_vote_moves(votes: &Store) {
    let (a, poll) = (show("a"), Ballot { change: true, ..ballot("change") });
    votes.open(&a, poll.clone()).await.expect("an open poll");
    for (choice, wanted) in [("1", (1, 1)), ("1", (1, 1)), ("2", (0, 2)), ("1", (1, 1))] {
        assert_eq!(cast(votes, &poll, 2, "2").await, Verdict::Counted);
        assert_eq!(cast(votes, &poll, 1, choice).await, Verdict::Counted);
        assert_eq!(counts(votes, &a, &poll).await, wanted);
    }
    let several = ["2", "1", "2"].map(|choice| votes.vote(&a, vote(&poll, 1, choice)));
    for verdict in join_all(several).await {
        assert_eq!(verdict, Ok(Verdict::Counted));
    }
    assert_eq!(counts(votes, &a, &poll).await.0 + counts(votes, &a, &poll).await.1, 2);
    votes.seal(&a, &poll.asking).await.expect("a seal");
    assert_eq!(cast(votes, &poll, 1, "1").await, Verdict::Closed);
}

async fn votes_end(votes: &Store) {
    let (a, poll) = (show("a"), ballot("end"));
    votes.open(&a, poll.clone()).await.expect("an open poll");
    let when = |n, milliseconds| Vote { at: at(milliseconds), ..vote(&poll, n, "1") };
    let verdict = async |n, milliseconds| votes.vote(&a, when(n, milliseconds)).await;
    assert_eq!(verdict(1, 40_000).await, Ok(Verdict::Counted), "the last moment counts");
    assert_eq!(verdict(2, 40_001).await, Ok(Verdict::Closed));
    assert_eq!(verdict(1, 40_001).await, Ok(Verdict::Closed), "one that stands is late too");
    votes.close(&a, &poll.asking, at(50_000)).await.expect("a close");
    assert_eq!(verdict(2, 40_001).await, Ok(Verdict::Closed), "it never moves later");
    votes.close(&a, &poll.asking, at(20_000)).await.expect("a close");
    votes.close(&a, &poll.asking, at(35_000)).await.expect("a close");
    votes.open(&a, poll.clone()).await.expect("an open poll");
    assert_eq!(verdict(3, 20_000).await, Ok(Verdict::Counted));
    assert_eq!(verdict(4, 20_001).await, Ok(Verdict::Closed));
    let (ends, is_final) = votes.ballot(&a, &poll.asking).await.expect("a look").expect("a poll");
    assert_eq!((ends.votes_until, is_final), (at(20_000), false));
    assert_eq!(counts(votes, &a, &poll).await, (2, 0));
}

async fn a_sealed_poll_is_final(votes: &Store) {
    let (a, poll) = (show("a"), ballot("seal"));
    votes.open(&a, poll.clone()).await.expect("an open poll");
    cast(votes, &poll, 1, "2").await;
    let tally = votes.seal(&a, &poll.asking).await.expect("a seal").expect("a known poll");
    assert_eq!((tally.of("2"), tally.total()), (1, 1));
    assert_eq!(cast(votes, &poll, 2, "2").await, Verdict::Closed);
    assert_eq!(cast(votes, &poll, 2, "9").await, Verdict::NotAChoice);
    votes.open(&a, poll.clone()).await.expect("told again");
    votes.close(&a, &poll.asking, at(50_000)).await.expect("a close");
    assert_eq!(cast(votes, &poll, 2, "2").await, Verdict::Closed);
    assert_eq!(votes.seal(&a, &poll.asking).await, Ok(Some(tally)), "sealed again");
    assert_eq!(votes.ballot(&a, &poll.asking).await, Ok(Some((poll.clone(), true))));
    let none = ballot("nobody");
    votes.open(&a, none.clone()).await.expect("an open poll");
    assert_eq!(votes.seal(&a, &none.asking).await, Ok(Some(Tally::default())));
}

async fn sent_polls_take_votes(votes: &Store) {
    let (a, poll) = (show("a"), Ballot { is_sent: true, ..ballot("sent") });
    votes.open(&a, poll.clone()).await.expect("an open poll");
    assert_eq!(votes.ballot(&a, &poll.asking).await, Ok(Some((poll.clone(), false))));
    assert_eq!(counts(votes, &a, &poll).await, (0, 0));
    assert_eq!(cast(votes, &poll, 1, "9").await, Verdict::NotAChoice);
    assert_eq!(cast(votes, &poll, 1, "1").await, Verdict::Counted);
    votes.close(&a, &poll.asking, at(2_000)).await.expect("a close");
    assert_eq!(cast(votes, &poll, 2, "1").await, Verdict::Counted);
    let sealed = votes.seal(&a, &poll.asking).await.expect("a seal").expect("a known poll");
    assert_eq!(sealed.of("1"), 2);
    for n in 0..20 {
        let mut next = Ballot { is_sent: true, ..ballot(&format!("next {n}")) };
        next.opened = at(10_000 * (n + 1));
        votes.open(&a, next.clone()).await.expect("an open poll");
        votes.close(&a, &next.asking, next.opened).await.expect("a close");
        assert_eq!(votes.seal(&a, &next.asking).await, Ok(Some(Tally::default())));
        assert_eq!(cast(votes, &next, 1, "1").await, Verdict::Closed);
    }
    assert_eq!(counts(votes, &a, &poll).await, (2, 0), "one with votes is kept");
}

async fn shows_are_apart(votes: &Store) {
    let elsewhere = ChannelArn::local().as_str().replace("local", "other");
    let elsewhere = ShowId { channel: elsewhere.parse().expect("an ARN"), ..show("a") };
    let (a, b, poll) = (show("a"), show("b"), ballot("apart"));
    votes.open(&a, poll.clone()).await.expect("an open poll");
    votes.open(&b, poll.clone()).await.expect("an open poll");
    cast(votes, &poll, 1, "1").await;
    assert_eq!(votes.vote(&b, vote(&poll, 1, "2")).await, Ok(Verdict::Counted));
    assert_eq!(votes.vote(&elsewhere, vote(&poll, 1, "2")).await, Ok(Verdict::Unknown));
    votes.seal(&b, &poll.asking).await.expect("a seal");
    assert_eq!(counts(votes, &a, &poll).await, (1, 0));
    assert_eq!(counts(votes, &b, &poll).await, (0, 1));
    assert_eq!(cast(votes, &poll, 2, "1").await, Verdict::Counted);
    let shows: BTreeSet<ShowId> = votes.shows().await.expect("shows").into_iter().collect();
    assert!(shows.is_superset(&BTreeSet::from([a, b])), "{shows:?}");
}

async fn everything_is_kept(make: &Make<'_>) {
    let (a, poll, votes) = (show("a"), ballot("kept"), make("kept").await);
    let changing = Ballot { change: true, ..ballot("changing") };
    let sealed = ballot("sealed");
    for poll in [&poll, &changing, &sealed] {
        votes.open(&a, poll.clone()).await.expect("an open poll");
        for (n, choice) in [(1, "1"), (2, "2"), (1, "2")] {
            cast(&votes, poll, n, choice).await;
        }
    }
    votes.close(&a, &poll.asking, at(20_000)).await.expect("a close");
    votes.seal(&a, &sealed.asking).await.expect("a seal");
    let key = votes.key().await.expect("a key");
    assert_eq!(votes.key().await, Ok(key.clone()));
    drop(votes);
    let votes = make("kept").await;
    assert_eq!(votes.key().await, Ok(key), "the same key again");
    assert_eq!(counts(&votes, &a, &poll).await, (1, 1));
    assert_eq!(counts(&votes, &a, &changing).await, (0, 2));
    assert_eq!(votes.ballot(&a, &sealed.asking).await, Ok(Some((sealed.clone(), true))));
    assert_eq!(cast(&votes, &sealed, 9, "1").await, Verdict::Closed);
    assert_eq!(cast(&votes, &poll, 1, "2").await, stands("1"));
    assert_eq!(cast(&votes, &changing, 2, "1").await, Verdict::Counted);
    assert_eq!(counts(&votes, &a, &changing).await, (1, 1));
    let late = Vote { at: at(20_001), ..vote(&poll, 9, "1") };
    assert_eq!(votes.vote(&a, late).await, Ok(Verdict::Closed));
    assert_eq!(votes.shows().await, Ok(vec![a]));
}

async fn strange_words_are_only_words(make: &Make<'_>) {
    let strange = "'; DROP TABLE vote; --\r\n\u{1}\u{7f}{}*\\\"%s";
    let a = ShowId { script: strange.into(), channel: ChannelArn::local() };
    let mut poll = ballot(strange);
    poll.asking.current_time = format!("\n{strange}@{{b}}");
    poll.question = strange.to_owned();
    poll.slot = Slot(strange.to_owned());
    poll.answers[0] = Choice { key: "'\n\u{2}{}".to_owned(), text: strange.to_owned() };
    let votes = make("strange").await;
    votes.open(&a, poll.clone()).await.expect("an open poll");
    let verdict = votes.vote(&a, vote(&poll, 1, "'\n\u{2}{}")).await;
    assert_eq!(verdict, Ok(Verdict::Counted));
    for bad in [strange, "'", "\u{2}", "1; 2", "1\0"] {
        assert_eq!(votes.vote(&a, vote(&poll, 2, bad)).await, Ok(Verdict::NotAChoice), "{bad:?}");
    }
    let unknown = Vote { asking: ballot("'; --\0\n").asking, ..vote(&poll, 2, strange) };
    assert_eq!(votes.vote(&a, unknown).await, Ok(Verdict::Unknown));
    let name: ViewerName = "'); DROP TABLE {a};*".parse().expect("a name");
    votes.set_name(&a, viewer(1), Some(name.clone())).await.expect("a name kept");
    assert_eq!(votes.hide_name(&a, &name, true).await, Ok(1));
    drop(votes);
    let votes = make("strange").await;
    assert_eq!(votes.ballot(&a, &poll.asking).await, Ok(Some((poll.clone(), false))));
    assert_eq!(votes.viewer(&a, viewer(1)).await.expect("a viewer").name, Some(name));
    let tally = votes.seal(&a, &poll.asking).await.expect("a seal").expect("a known poll");
    assert_eq!((tally.of("'\n\u{2}{}"), tally.total()), (1, 1));
    assert_eq!(votes.shows().await, Ok(vec![a]));
}

async fn unknown_things_are_nothing(votes: &Store) {
    let (a, asking) = (show("a"), ballot("unknown").asking);
    votes.close(&a, &asking, at(0)).await.expect("a close of nothing");
    votes.reset_points(&a, PointsEra(1)).await.expect("a reset of nothing");
    let award = Award { choice: "1".to_owned(), points: 1 };
    votes.award(&a, &asking, award).await.expect("an award of nothing");
    assert_eq!(votes.seal(&a, &asking).await, Ok(None));
    assert_eq!(votes.tally(&a, &asking).await, Ok(None));
    assert_eq!(votes.ballot(&a, &asking).await, Ok(None));
    assert_eq!(votes.viewer(&a, viewer(1)).await, Ok(Viewer::default()));
    assert_eq!(votes.set_name(&a, viewer(1), None).await, Ok(()));
    assert_eq!(votes.leaders(&a, 9).await, Ok(vec![]));
    assert_eq!(votes.reports(&a).await, Ok(vec![]));
    assert_eq!(votes.screen(&a).await, Ok(vec![]));
    assert_eq!(votes.open_ballots(&a, Some(viewer(1)), at(0)).await, Ok(vec![]));
}

async fn votes_end_later_until_they_are_final(votes: &Store) {
    let a = show("a");
    let poll = ballot("x");
    votes.open(&a, poll.clone()).await.expect("an open poll");
    let later = poll.closes_at + jiff::SignedDuration::from_secs(15);
    votes.extend(&a, &poll.asking, later).await.expect("an extension");
    votes.extend(&a, &poll.asking, poll.closes_at).await.expect("nothing to be done");
    let known = votes.ballot(&a, &poll.asking).await.expect("it is known").expect("it is there").0;
    assert_eq!((known.closes_at, known.votes_until), (later, later + POLL_GRACE));
    votes.seal(&a, &poll.asking).await.expect("a seal");
    let again = later + jiff::SignedDuration::from_secs(15);
    votes.extend(&a, &poll.asking, again).await.expect("it is over");
    let known = votes.ballot(&a, &poll.asking).await.expect("it is known").expect("it is there");
    assert!(known.1 && known.0.closes_at == later);
}

async fn open_polls_are_listed(votes: &Store) {
    let a = show("a");
    let (mut first, mut second) = (ballot("z first"), ballot("a second"));
    second.opened = at(500);
    first.closes_at = at(9_000) - POLL_GRACE;
    let sent = Ballot { is_sent: true, opened: at(700), ..ballot("b sent") };
    for poll in [&second, &sent, &first] {
        votes.open(&a, poll.clone()).await.expect("an open poll");
    }
    cast(votes, &second, 1, "2").await;
    let open = async |viewer, at| {
        let open = votes.open_ballots(&a, viewer, at).await.expect("the open ones");
        let told = |(ballot, choice): (Ballot, Option<String>)| (ballot.asking.poll_id, choice);
        open.into_iter().map(told).collect::<Vec<_>>()
    };
    let name = |poll: &Ballot, choice: Option<&str>| {
        (poll.asking.poll_id.clone(), choice.map(str::to_owned))
    };
    let all = [name(&first, None), name(&second, Some("2")), name(&sent, None)];
    assert_eq!(open(Some(viewer(1)), at(600)).await, all);
    let none = [&first, &second, &sent].map(|poll| name(poll, None));
    assert_eq!(open(Some(viewer(2)), at(600)).await, none);
    assert_eq!(open(None, at(600)).await, none);
    votes.close(&a, &second.asking, at(3_000)).await.expect("a close");
    votes.seal(&a, &sent.asking).await.expect("a seal");
    assert_eq!(open(None, at(3_000)).await, none[..2]);
    assert_eq!(open(None, at(3_001)).await, none[..1]);
    assert_eq!(open(None, at(40_001)).await, []);
}

async fn reports_tell_what_was_refused(votes: &Store) {
    let (a, poll) = (show("a"), ballot("z reports"));
    let other = Ballot { opened: at(5), ..ballot("a other") };
    votes.open(&a, other.clone()).await.expect("an open poll");
    votes.open(&a, poll.clone()).await.expect("an open poll");
    for (n, choice) in [(1, "1"), (1, "1"), (1, "2"), (1, "2"), (2, "9")] {
        cast(votes, &poll, n, choice).await;
    }
    for (n, milliseconds) in [(7, 40_001), (8, 2_000), (9, 1_500)] {
        let vote = Vote { at: at(milliseconds), ..vote(&poll, n, "2") };
        votes.vote(&a, vote).await.expect("an answer");
    }
    votes.seal(&a, &poll.asking).await.expect("a seal");
    cast(votes, &poll, 4, "1").await;
    let reports = votes.reports(&a).await.expect("reports");
    let [first, second] = reports.as_slice() else { panic!("met {reports:?}") };
    assert_eq!(first.ballot, poll);
    assert_eq!((first.tally.of("1"), first.tally.of("2"), first.is_final), (1, 2, true));
    assert_eq!(first.voted, Some((at(1_000), at(2_000))));
    assert_eq!(first.refused, RefusedVotes { duplicate: 2, late: 2, invalid: 1 });
    assert_eq!((&second.ballot, second.voted, second.is_final), (&other, None, false));
    assert_eq!(second.refused, RefusedVotes::default());
}

async fn screens_are_what_was_set(votes: &Store) {
    let on = |slot: &str, payload: &str| OnScreen {
        slot: Slot(slot.to_owned()),
        payload: payload.parse().expect("a small payload"),
        sent_at: at(3),
    };
    let screen = vec![on("poll", r#"{"a": "'\u0001"}"#), on("notice", "ø")];
    votes.set_screen(&show("a"), screen.clone()).await.expect("a screen");
    votes.set_screen(&show("b"), vec![on("b", "b")]).await.expect("a screen");
    assert_eq!(votes.screen(&show("a")).await, Ok(screen));
    for url in [Some("https://play.example/a.m3u8".to_owned()), None] {
        let on_now = OnNow { playback_url: url, by: Some("aB3 4711@studio".to_owned()) };
        votes.set_on_now(&show("a"), Some(on_now.clone())).await.expect("a show is on");
        assert_eq!(votes.on_now().await, Ok(vec![(show("a"), on_now)]));
    }
    votes.set_on_now(&show("a"), None).await.expect("a show is over");
    assert_eq!(votes.on_now().await, Ok(vec![]));
    votes.set_screen(&show("a"), vec![]).await.expect("a screen");
    assert_eq!(votes.screen(&show("a")).await, Ok(vec![]));
    assert_eq!(votes.screen(&show("b")).await, Ok(vec![on("b", "b")]));
}
