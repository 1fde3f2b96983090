//! Points tell which answer was right: they are given when that was told, and not before.

use super::*;
use crate::model::cue::CueKey;
use crate::model::io::OperatorAction;
use crate::show::evening::Fault;

const KEPT: &str = r#"on("start", || {
        state.asking = ask(quiz("Capital of Italy?", ["Paris", "Rome"], "Rome"),
            #{open_for: "20s", results: false});
    });
    cue("tell", || put_metadata(results(state.asking)));
    cue("look", || print(leaderboard(5)));"#;

const SENT: &str = r#"on("start", || {
        put_metadata(quiz("Capital of Italy?", ["Paris", "Rome"], "Rome"));
        after("20s", "next");
    });
    cue("next", || put_metadata(quiz("Capital of Norway?", ["Oslo", "Bergen"], "Oslo")));
    cue("tell", || put_metadata(results(quiz("Capital of Italy?", ["Paris", "Rome"], "Rome"))));"#;

const ARC: &str = r#"on("start", || ask(quiz("Capital of Italy?", ["Paris", "Rome"], "Rome"),
        #{open_for: "20s"}));
    on("poll_closed", || put_metadata("leads: " + leaderboard(5).map(|it| it.name)));"#;

impl Stage {
    fn points(&self) -> u64 {
        let ballots = self.evening.ballots(self.show).expect("there was a poll");
        ballots.leaders().iter().map(|leader| leader.points).sum()
    }

    fn go(&mut self, cue: &str) {
        let cue = CueKey::named(cue).expect("it is a name");
        let action = OperatorAction::Fire { cue, data: Value::Null };
        self.input(ShowInput::Operator { request: 1, action });
    }

    fn play_quiz(script: &str) -> Self {
        let mut stage = Self::play(script);
        stage.advance("5s");
        stage.evening.vote_as(stage.show, "Ada", None, "Rome").expect("it is open");
        stage.evening.vote_as(stage.show, "Bob", None, "Paris").expect("it is open");
        stage
    }
}

#[test]
fn points_wait_for_results_that_the_script_sends() {
    let mut stage = Stage::play_quiz(KEPT);
    stage.advance("10m");
    assert_eq!((stage.count("poll_closed"), stage.points()), (1, 0));
    stage.go("tell");
    stage.advance("1s");
    assert_eq!(stage.cards().last().expect("the results").1["correct"], "2");
    assert_eq!(stage.points(), 1);
    stage.go("tell");
    stage.input(ShowInput::Stop);
    stage.advance("1s");
    assert_eq!(stage.points(), 1, "once");
    assert_eq!(stage.mistakes(), [""; 0]);
}

#[test]
fn points_that_wait_survive_a_crash_and_are_given_by_the_next_run() {
    let mut stage = Stage::play_quiz(KEPT);
    stage.advance("1m");
    let script = KEPT.replace(r#"on("start""#, r#"on("off_air""#);
    let mut after = stage.crash_until(&script, "2026-11-22T20:05:00Z");
    after.advance("5s");
    assert_eq!(after.points(), 0);
    after.go("tell");
    after.advance("1s");
    assert_eq!(after.points(), 1);
}

#[test]
fn a_show_that_ends_gives_the_points_of_answers_that_it_kept() {
    let mut stage = Stage::play_quiz(KEPT);
    stage.advance("1m");
    stage.input(ShowInput::Stop);
    stage.advance("1s");
    assert_eq!(stage.points(), 1);
}

#[test]
fn no_point_is_given_while_results_wait_to_be_sent() {
    let arn = REMOTE.parse().expect("it is an ARN");
    for goes_off_air in [false, true] {
        let mut stage = Stage::play_quiz(ARC);
        stage.advance("24s");
        if goes_off_air {
            stage.evening.go_offline(&arn);
        } else {
            stage.evening.fault(&arn, Fault::Throttled, 3);
        }
        stage.evening.advance(SignedDuration::from_millis(1_100));
        assert_eq!((stage.count("poll_closed"), stage.points()), (1, 0), "{goes_off_air}");
        stage.advance("40s");
        let was_sent = stage.cards().last().is_some_and(|(_, card)| card["type"] == "results");
        assert_eq!(was_sent, !goes_off_air);
        assert_eq!(stage.points(), 1, "given, or never to be told: {goes_off_air}");
    }
}

#[test]
fn the_leaderboard_of_a_closed_quiz_has_its_points() {
    let mut stage = Stage::play_quiz(ARC);
    stage.advance("1m");
    assert_eq!(stage.texts().last().map(String::as_str), Some(r#"leads: ["Ada"]"#));
    assert_eq!(stage.mistakes(), [""; 0]);
}

#[test]
fn every_moment_of_a_crash_gives_the_points_once_and_never_before_the_answer() {
    let start: Timestamp = START.parse().expect("it is a time");
    for cut_ms in (29_900..30_200).step_by(7) {
        let mut stage = Stage::play_quiz(ARC);
        stage.evening.advance(SignedDuration::from_millis(cut_ms - 5_000));
        let told = |stage: &Stage| stage.texts().iter().any(|text| text.contains("correct"));
        assert!(told(&stage) || stage.points() == 0, "cut at {cut_ms}");
        let again = start + SignedDuration::from_millis(cut_ms + 400);
        let script = ARC.replace(r#"on("start""#, r#"on("off_air""#);
        let mut after = stage.crash_until(&script, &again.to_string());
        after.advance("20s");
        assert_eq!(after.points(), 1, "cut at {cut_ms}");
    }
}

#[test]
fn points_that_are_forgotten_stay_so_whatever_the_store_of_votes_missed() {
    let script = &format!(r#"{ARC} cue("reset", || leaderboard_reset());"#);
    let later = script.replace(r#"on("start""#, r#"on("off_air""#);
    let mut stage = Stage::play_quiz(script);
    stage.advance("1m");
    let mut missed = evening(START);
    let ballots = stage.evening.ballots(stage.show).expect("there was a poll").clone();
    assert_eq!(stage.points(), 1);
    stage.go("reset");
    assert_eq!(stage.points(), 0);
    // The show died after its step, and before the store of votes heard of it.
    missed.keep_ballots(setup(REMOTE).script.id.clone(), ballots);
    let show = missed.add(setup(REMOTE), &later, facts(5), stage.saved());
    let mut after = Stage { evening: missed, show };
    after.advance("1s");
    assert_eq!(after.points(), 0);
    // What is given after that stays.
    after.save(&script.replace(r#"on("start""#, r#"on("reloaded""#));
    after.advance("5s");
    after.evening.vote_as(after.show, "Ada", None, "Rome").expect("it is open");
    after.advance("1m");
    assert_eq!(after.points(), 1);
    let mut again = after.crash_until(&later, "2026-11-22T20:09:00Z");
    again.advance("1s");
    assert_eq!(again.points(), 1);
}

#[test]
fn a_quiz_that_was_merely_sent_gives_its_points_whenever_the_crash_comes() {
    let start: Timestamp = START.parse().expect("it is a time");
    let after_start = |seconds| (start + SignedDuration::from_secs(seconds)).to_string();
    let script = SENT.replace(r#"on("start""#, r#"on("off_air""#);
    // Open, closed and not final, final, told.
    for crash in [10, 25, 40, 60] {
        let mut stage = Stage::play_quiz(SENT);
        stage.evening.advance(SignedDuration::from_secs(crash - 5));
        if crash == 60 {
            stage.go("tell");
            stage.advance("1s");
        }
        assert_eq!(stage.points(), u64::from(crash == 60), "{crash}");
        let mut after = stage.crash_until(&script, &after_start(crash + 5));
        after.advance("40s");
        assert_eq!(after.points(), u64::from(crash == 60), "{crash}");
        after.go("tell");
        after.advance("1s");
        assert_eq!(after.cards().last().expect("the results").1["correct"], "2", "{crash}");
        assert_eq!(after.points(), 1, "{crash}");
        let mut again = after.crash_until(&script, &after_start(crash + 60));
        again.advance("1s");
        assert_eq!(again.points(), 1, "once: {crash}");
        assert_eq!(again.mistakes(), [""; 0]);
    }
}
