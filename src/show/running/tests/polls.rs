//! Polls on the virtual clock: from the question to the results, whatever comes between.

use super::*;
use crate::model::poll::AskingId;
use crate::show::evening::VoteError;

pub(super) const COFFEE: &str = r#"
    cue("ask", || ask("Tea or coffee?", ["Tea", "Coffee"], #{open_for: "20s"}));
    on("start", || fire("ask"));
    on("poll_closed", |e| put_metadata(`${e.question} ${e.winner} ${e.total} ${e.counts.Tea}`));"#;

impl Stage {
    pub(super) fn vote(&mut self, answer: &str, count: u64) {
        self.evening.vote(self.show, None, answer, count).expect("a poll is open");
    }

    /// What was asked so far, the oldest first.
    pub(super) fn asked(&self) -> Vec<AskingId> {
        let polls = self.saved().polls.into_values();
        let mut polls: Vec<_> = polls.map(|kept| kept.poll).collect();
        polls.sort_by_key(|poll| poll.opened);
        polls.into_iter().map(|poll| poll.asking.clone()).collect()
    }

    /// The payloads that are JSON, with the second each came in, repeats left out.
    pub(super) fn cards(&self) -> Vec<(i64, Value)> {
        let mut last = None;
        let cards = self.got().into_iter().filter_map(|(second, text)| {
            let card: Value = serde_json::from_str(&text).ok()?;
            Some((second, card))
                .filter(|(_, card)| last.replace(card.clone()).as_ref() != Some(card))
        });
        cards.collect()
    }

    /// Goes on in another evening, as after a crash: votes are kept by another store than the show.
    pub(super) fn crash_until(&self, script: &str, start: &str) -> Self {
        let ballots = self.evening.ballots(self.show).expect("there were polls").clone();
        let mut evening = evening(start);
        evening.keep_ballots(setup(REMOTE).script.id.clone(), ballots);
        let show = evening.add(setup(REMOTE), script, facts(5), self.saved());
        Self { evening, show }
    }
}

#[test]
fn a_poll_is_asked_repeated_voted_on_and_its_results_are_sent() {
    let mut stage = Stage::play(COFFEE);
    stage.advance("8s");
    stage.vote("Tea", 3);
    stage.vote("2", 5);
    stage.advance("15s");
    assert_eq!(stage.evening.open_polls(stage.show).len(), 0);
    let late = stage.evening.vote(stage.show, Some(&stage.asked()[0]), "Tea", 1);
    assert_eq!(late, Ok(()), "late by the network");
    stage.advance("8s");
    let over = stage.evening.vote(stage.show, Some(&stage.asked()[0]), "Tea", 1);
    assert_eq!(over, Err(VoteError::Closed));
    stage.advance("10s");
    let seconds: Vec<i64> = stage.seconds();
    assert_eq!(seconds, [0, 5, 10, 15, 30, 30]);
    let cards = stage.cards();
    assert_eq!(cards[0].1["closes_at"], "2026-11-22T20:00:20Z");
    assert_eq!(
        cards[1].1,
        json!({
            "answers": {"1": "Tea", "2": "Coffee"},
            "counts": {"1": 4, "2": 5},
            "current_time": "2026-Nov-22-200000",
            "poll_id": cards[0].1["poll_id"],
            "question": "Tea or coffee?",
            "total": 9,
            "type": "results",
        })
    );
    assert!(stage.texts().contains(&"Tea or coffee? Coffee 9 4".to_owned()), "{:?}", stage.texts());
    assert_eq!((stage.count("poll_opened"), stage.count("poll_closed")), (1, 1));
    assert_eq!(stage.mistakes(), [""; 0]);
}

#[test]
fn a_tally_is_read_while_votes_come_in_and_every_reading_is_an_event() {
    let mut stage = Stage::play(
        r#"on("start", || { state.a = ask("A?", ["x", "y"]); print(tally(state.a).total); });
        cue("look", || {
            let t = tally(state.a);
            put_metadata(`${t.total} ${t.ranking[0].percent}`);
        });
        every("1s", #{first: "5s"}, || fire("look"));"#,
    );
    stage.advance("4s");
    stage.vote("y", 2);
    stage.advance("1500ms");
    stage.vote("x", 4);
    stage.advance("1s");
    let texts: Vec<String> = stage.texts().into_iter().filter(|text| text.len() < 10).collect();
    assert_eq!(texts, ["2 100", "6 67"]);
    assert_eq!(stage.count("tally_read"), 2);
    assert_eq!(stage.mistakes(), [""; 0]);
}

#[test]
fn a_poll_is_closed_early_by_the_script() {
    let mut stage = Stage::play(
        r#"on("start", || { state.a = ask("A?", ["x", "y"], #{open_for: "1m"}); });
        after("5s", || close(state.a)); after("6s", || close(state.a));"#,
    );
    stage.advance("2s");
    stage.vote("x", 1);
    stage.advance("1m");
    let cards = stage.cards();
    assert_eq!((cards[1].0, &cards[1].1["closes_at"]), (5, &json!("2026-11-22T20:00:05Z")));
    assert_eq!((cards.len(), cards[2].0, &cards[2].1["total"]), (3, 15, &json!(1)));
    let asked: Vec<i64> = stage.got().into_iter().map(|(second, _)| second).collect();
    assert_eq!(asked, [0, 5, 15], "it is repeated no more, and its buttons close");
    assert_eq!(cards[1].1["current_time"], cards[0].1["current_time"]);
    assert_eq!(stage.count("poll_closed"), 1);
    assert_eq!(stage.mistakes(), [""; 0]);
}

#[test]
fn asking_in_the_same_slot_sends_the_results_of_the_first_before() {
    let mut stage = Stage::play(
        r#"on("start", || ask("A?", ["x", "y"], #{open_for: "1m"}));
        after("10s", || ask("B?", ["x", "y"], #{open_for: "1m"}));
        after("12s", || ask("C?", ["x", "y"], #{open_for: "1m", slot: "other"}));"#,
    );
    stage.advance("5s");
    let first = stage.asked()[0].clone();
    stage.vote("y", 7);
    stage.advance("6s");
    let refused = stage.evening.vote(stage.show, Some(&first), "y", 1);
    assert_eq!(refused, Err(VoteError::Closed), "its results are out");
    stage.advance("2s");
    let open = stage.evening.open_polls(stage.show);
    assert_eq!(open.iter().map(|poll| &*poll.question).collect::<Vec<_>>(), ["B?", "C?"]);
    let cards: Vec<(i64, Value)> =
        stage.cards().into_iter().map(|(s, card)| (s, card["counts"]["2"].clone())).collect();
    assert_eq!(cards, [(0, json!(null)), (10, json!(7)), (10, json!(null)), (12, json!(null))]);
    assert_eq!((stage.count("poll_closed"), stage.count("tally_read")), (1, 1));
}

#[test]
fn asking_again_while_late_votes_come_in_does_not_lose_the_results() {
    let mut stage = Stage::play(r#"every("25s", || ask("A?", ["x", "y"], #{open_for: "20s"}));"#);
    stage.advance("5s");
    stage.vote("y", 1);
    stage.advance("44s");
    let kinds: Vec<(i64, bool)> =
        stage.cards().iter().map(|(second, card)| (*second, card["type"] == "results")).collect();
    assert_eq!(kinds, [(0, false), (25, true), (25, false)]);
}

#[test]
fn the_same_question_in_the_same_second_is_another_asking() {
    let mut stage = Stage::play(
        r#"on("start", || {
            let a = ask("A?", ["x", "y"]);
            let b = ask("A?", ["x", "y"], #{slot: "b"});
            put_metadata(poll("A?", ["x", "y"], #{slot: "c"}));
            if a.current_time == b.current_time { throw "the same" }
        });"#,
    );
    stage.advance("1s");
    assert_eq!(stage.mistakes(), [""; 0]);
    let times: Vec<String> = stage.asked().into_iter().map(|asking| asking.current_time).collect();
    assert_eq!(times, ["2026-Nov-22-200000", "2026-Nov-22-200001", "2026-Nov-22-200002"]);
}

#[test]
fn a_poll_that_is_merely_sent_takes_votes_until_its_slot_is_sent_anew() {
    let mut stage = Stage::play(
        r#"every("10s", || put_metadata(poll(next_fact("cats"), ["True", "False"])));
        on("poll_closed", |e| print(e.question + " " + e.total));"#,
    );
    stage.advance("5s");
    stage.vote("True", 2);
    let first = stage.evening.open_polls(stage.show)[0].asking.clone();
    stage.advance("7s");
    assert_eq!(stage.evening.vote(stage.show, Some(&first), "True", 1), Ok(()), "late");
    stage.advance("1h");
    assert_eq!(stage.evening.open_polls(stage.show).len(), 1);
    assert_eq!(stage.saved().polls.len(), 1, "only the open one is kept");
    let cards = stage.cards();
    assert!(cards.iter().all(|(_, card)| card["type"] != "results"), "no results by itself");
    let logs: Vec<&str> = stage
        .evening
        .events()
        .iter()
        .filter_map(|event| {
            let What::Log { message, .. } = &event.what else { return None };
            Some(&**message)
        })
        .collect();
    assert_eq!(logs[..2], ["fact 1 3", "fact 2 0"]);
    assert_eq!(stage.mistakes(), [""; 0]);
}

#[test]
fn a_merely_sent_poll_ends_by_a_clear_and_after_an_hour() {
    for (script, ends) in [
        (r#"after("9s", || put_metadata(clear()));"#, 9),
        (r#"after("9s", || put_metadata(clear("poll")));"#, 9),
        (r#"after("9s", || put_metadata(notice("over", #{slot: "poll"})));"#, 9),
        (r#"after("9s", || put_metadata(notice("beside")));"#, 3_600),
        ("const P = poll(\"A?\", [\"x\"]);", 3_600),
    ] {
        let script = format!(
            r#"on("start", || put_metadata(poll("A?", ["x", "y"], #{{show_for: "5s"}}))); {script}"#
        );
        let mut stage = Stage::play(&script);
        stage.evening.advance(SignedDuration::from_secs(ends - 1));
        assert_eq!(stage.evening.open_polls(stage.show).len(), 1, "{script}");
        stage.advance("2s");
        assert_eq!(stage.evening.open_polls(stage.show).len(), 0, "{script}");
        stage.advance("10s");
        assert_eq!(stage.count("poll_closed"), 1, "{script}");
    }
}

#[test]
fn a_poll_built_once_is_a_new_asking_each_time_it_is_sent() {
    let mut stage = Stage::play(
        r#"const P = poll("A?", ["x", "y"]);
        every("10s", #{first: "5s"}, || put_metadata(P));
        after("17s", || put_metadata(results(P)));"#,
    );
    stage.advance("7s");
    stage.vote("x", 4);
    stage.advance("9s");
    stage.vote("y", 1);
    stage.advance("2s");
    let cards = stage.cards();
    let times: Vec<&Value> = cards.iter().map(|(_, card)| &card["current_time"]).collect();
    assert_eq!(times, ["2026-Nov-22-200005", "2026-Nov-22-200015", "2026-Nov-22-200015"]);
    assert_eq!(cards[2].1["counts"], json!({"1": 0, "2": 1}), "of the newest asking");
    assert_eq!(stage.mistakes(), [""; 0]);
}

#[test]
fn an_open_poll_survives_an_edit() {
    let mut stage = Stage::play(COFFEE);
    stage.advance("5s");
    stage.vote("Tea", 1);
    stage.save(r#"on("poll_closed", |e| put_metadata("new " + e.winner));"#);
    stage.advance("40s");
    assert_eq!(stage.texts().last().map(String::as_str), Some("new Tea"));
    assert_eq!(stage.cards().len(), 2, "the poll and its results");
    let words: Vec<String> = stage.texts().into_iter().filter(|t| !t.starts_with('{')).collect();
    assert_eq!(words, ["new Tea"]);
}

#[test]
fn an_open_poll_survives_a_crash_and_closes_at_its_time() {
    let mut stage = Stage::play(COFFEE);
    stage.advance("5s");
    stage.vote("Tea", 2);
    let mut after = stage.crash_until(COFFEE, "2026-11-22T20:00:12Z");
    after.advance("1s");
    after.vote("Tea", 1);
    after.advance("40s");
    assert_eq!(after.count("poll_opened"), 0, "it was opened before");
    let cards = after.cards();
    let (second, results) = cards.last().expect("the results");
    assert_eq!((*second, &results["counts"]), (18, &json!({"1": 3, "2": 0})));
    assert!(cards.len() > 1, "it is repeated for late joiners: {cards:?}");
    assert!(after.texts().contains(&"Tea or coffee? Tea 3 3".to_owned()));
}

#[test]
fn a_poll_whose_time_passed_while_the_show_was_down_closes_at_the_start() {
    for stops in [false, true] {
        let mut stage = Stage::play(COFFEE);
        stage.advance("5s");
        stage.vote("Coffee", 2);
        if stops {
            stage.input(ShowInput::Stop);
            stage.advance("1s");
        }
        let script = COFFEE.replace(r#"on("start""#, r#"on("off_air""#);
        let mut after = stage.crash_until(&script, "2026-11-22T20:05:00Z");
        after.advance("30s");
        let cards = after.cards();
        assert_eq!(cards.len(), 1, "{cards:?}");
        assert_eq!((cards[0].0, &cards[0].1["counts"]["2"]), (0, &json!(2)));
        let late = after
            .evening
            .events()
            .iter()
            .any(|event| matches!(&event.what, What::PollClosed(closed) if closed.late));
        assert!(late, "it is marked");
        let mut again = after.crash_until(&script, "2026-11-22T20:06:00Z");
        again.advance("30s");
        assert_eq!((again.cards(), again.count("poll_closed")), (Vec::new(), 0), "once");
    }
}

#[test]
fn every_moment_of_a_crash_sends_the_results_at_most_once() {
    let start: Timestamp = START.parse().expect("it is a time");
    for cut_ms in (0..32_000).step_by(787) {
        let mut stage = Stage::play(COFFEE);
        stage.evening.advance(SignedDuration::from_millis(cut_ms));
        let again = start + SignedDuration::from_millis(cut_ms + 400);
        let script = COFFEE.replace(r#"on("start""#, r#"on("off_air""#);
        let mut after = stage.crash_until(&script, &again.to_string());
        after.advance("1m");
        let results = |stage: &Stage| {
            stage.cards().iter().filter(|(_, card)| card["type"] == "results").count()
        };
        let sent = results(&stage) + results(&after);
        let in_doubt = after.count("in_doubt");
        assert!(sent <= 1 && sent + in_doubt >= 1, "cut at {cut_ms}: {sent}, {in_doubt}");
        assert_eq!(stage.count("poll_closed") + after.count("poll_closed"), 1, "cut at {cut_ms}");
    }
}

#[test]
fn a_poll_goes_its_way_while_the_channel_is_off_air() {
    let mut evening = evening(START);
    let arn = REMOTE.parse().expect("it is an ARN");
    evening.go_offline(&arn);
    let show = evening.add(setup(REMOTE), COFFEE, facts(5), Saved::default());
    let mut stage = Stage { evening, show };
    stage.advance("12s");
    assert_eq!(stage.texts(), [""; 0]);
    stage.evening.go_live(&arn);
    stage.advance("5s");
    assert_eq!(stage.cards().len(), 1, "it is still open");
    stage.vote("Tea", 1);
    stage.evening.go_offline(&arn);
    stage.advance("30s");
    assert_eq!(stage.count("poll_closed"), 1);
    stage.evening.go_live(&arn);
    stage.advance("10s");
    assert_eq!(stage.cards().last().map(|(_, card)| card["total"].clone()), Some(json!(1)));
}

#[test]
fn what_is_no_open_poll_is_told_to_the_author() {
    for (body, wanted) in [
        (r#"tally(poll("A?", ["x"]))"#, "took none lately"),
        (r#"tally("A?")"#, "wanted a map"),
        (r#"close(#{question: "A?"})"#, "wanted a poll, or what `ask` returned"),
        (r#"ask(notice("A?"))"#, "is no poll"),
        (r#"ask("A?", ["x", "x"])"#, "stands twice"),
        (r#"ask("A?", ["x"], #{open_for: "500ms"})"#, "wanted 1 s to 24 h"),
        (r#"ask("A?", ["x"], #{points: 3})"#, "without a right answer"),
        (r#"ask("A?", ["x"], #{open: "3s"})"#, "no option `open`"),
        ("leaderboard(0)", "wanted 1 to 100"),
        (r#"for n in 0..70 { ask("A?", ["x"], #{slot: "s" + n}) }"#, "64 polls are open already"),
    ] {
        let mut stage = Stage::play(&format!(r#"on("start", || {body});"#));
        stage.advance("1s");
        let mistakes = stage.mistakes().join("\n");
        assert!(mistakes.contains(wanted), "{body}: {mistakes}");
        assert_eq!(stage.texts(), [""; 0], "{body}");
    }
}

#[test]
fn a_handler_that_fails_asked_nothing() {
    let mut stage = Stage::play(r#"on("start", || { ask("A?", ["x"]); throw "no"; });"#);
    stage.advance("20s");
    assert_eq!((stage.texts().len(), stage.saved().polls.len()), (0, 0));
    assert_eq!(stage.count("poll_opened"), 0);
}
