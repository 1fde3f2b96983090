//! Polls whose votes are counted by somebody who takes time, or never answers; and what a script
//! that catches an error finds of them.

use super::*;
use crate::model::io::Ending;

const MOMENT: SignedDuration = SignedDuration::ZERO;
const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn stage(script: &str, counting_takes: SignedDuration) -> Stage {
    let mut evening = evening(START);
    evening.slow_down(counting_takes, MOMENT);
    let show = evening.add(setup(REMOTE), script, facts(5), Saved::default());
    Stage { evening, show }
}

#[test]
fn a_stop_whose_handler_reads_votes_waits_for_them_and_not_for_ever() {
    let script = r#"on("start", || { state.a = ask("A?", ["x", "y"], #{open_for: "1m"}); });
        on("stop", || put_metadata(`good night, ${tally(state.a).total}`));"#;
    for (takes, wanted) in [(SignedDuration::from_millis(300), 3), (HOUR, 0)] {
        let mut stage = stage(script, takes);
        stage.advance("5s");
        stage.vote("x", 3);
        stage.input(ShowInput::Stop);
        stage.advance("4s");
        assert_eq!(stage.evening.ending(stage.show), Some(Ending::Clean), "{wanted}");
        let said = format!("good night, {wanted}");
        assert_eq!(stage.texts().last(), Some(&said));
    }
}

#[test]
fn a_poll_whose_votes_are_final_while_the_show_stops_is_closed_by_the_next() {
    let script = r#"on("start", || ask("A?", ["x", "y"], #{open_for: "20s"}));
        on("poll_closed", |e| put_metadata(`closed with ${e.data.total}`));
        on("stop", || put_metadata("good night"));"#;
    let mut stage = stage(script, SignedDuration::from_millis(510));
    stage.advance("5s");
    stage.vote("x", 2);
    stage.evening.advance(SignedDuration::from_millis(25_500));
    stage.input(ShowInput::Stop);
    stage.advance("5s");
    assert_eq!(stage.evening.ending(stage.show), Some(Ending::Clean));
    assert_eq!(stage.count("poll_closed"), 0);
    let next = script.replace(r#"on("start""#, r#"on("off_air""#);
    let mut next = stage.crash_until(&next, "2026-11-22T20:01:00Z");
    next.advance("5s");
    assert_eq!(next.count("poll_closed"), 1);
    assert!(next.texts().contains(&"closed with 2".to_owned()), "{:?}", next.texts());
}

#[test]
fn an_asking_that_fails_and_is_caught_has_ended_no_other() {
    for failing in [
        r#"ask("B?", ["x", "y"], #{points: 3})"#,
        r#"{ for n in 0..64 { put_metadata("n" + n) } ask("B?", ["x", "y"]) }"#,
    ] {
        let mut stage = stage(
            &format!(
                r#"on("start", || {{ ask("A?", ["x", "y"], #{{open_for: "1m"}}); }});
                after("5s", || {{ try {{ {failing} }} catch {{ print("caught") }} }});"#
            ),
            MOMENT,
        );
        stage.advance("10s");
        let open = stage.evening.open_polls(stage.show);
        assert_eq!(open.len(), 1, "{failing}");
        assert_eq!(open[0].question, "A?", "{failing}");
        stage.advance("2m");
        let results = stage.cards().iter().filter(|(_, card)| card["type"] == "results").count();
        assert_eq!((results, stage.count("poll_closed")), (1, 1), "{failing}");
    }
}

#[test]
fn results_of_a_poll_that_makes_way_are_those_it_is_closed_with() {
    let mut stage = stage(
        r#"on("start", || { state.a = ask("A?", ["x", "y"], #{open_for: "1m"}); });
        after("9900ms", || print(tally(state.a).total));
        after("10s", || ask("B?", ["x", "y"], #{open_for: "1m"}));
        on("poll_closed", |e| put_metadata(`closed with ${e.data.total}`));"#,
        MOMENT,
    );
    stage.evening.advance(SignedDuration::from_millis(9_950));
    stage.vote("x", 4);
    stage.advance("20s");
    let results = stage.cards().into_iter().find(|(_, card)| card["type"] == "results");
    assert_eq!(results.map(|(_, card)| card["total"].clone()), Some(json!(4)));
    assert!(stage.texts().contains(&"closed with 4".to_owned()), "{:?}", stage.texts());
}

#[test]
fn a_handler_that_waited_for_votes_opens_a_poll_for_its_full_time() {
    let mut stage = stage(
        r#"on("start", || { state.a = ask("A?", ["x", "y"], #{open_for: "1m"}); });
        after("5s", || {
            let so_far = tally(state.a).total;
            ask(`B ${so_far}?`, ["x", "y"], #{open_for: "10s", slot: "other"});
        });"#,
        SignedDuration::from_millis(1_500),
    );
    stage.advance("8s");
    let other = stage.cards().into_iter().find(|(_, card)| card["slot"] == "other");
    let closes_at = other.map(|(_, card)| card["closes_at"].clone());
    assert_eq!(closes_at, Some(json!("2026-11-22T20:00:16Z")));
}

#[test]
fn an_asking_that_is_forgotten_is_no_other_of_its_question() {
    for read in ["tally(a).total", "close(a)"] {
        let mut stage = stage(
            &format!(
                r#"on("start", || {{
                    let a = ask("A?", ["x", "y"], #{{open_for: "1m"}});
                    a.current_time = "2020-Jan-01-000000";
                    state.a = a;
                }});
                after("5s", || {{ let a = state.a; print({read}); }});"#
            ),
            MOMENT,
        );
        stage.advance("6s");
        let mistakes = stage.mistakes().join(" ");
        assert!(mistakes.contains("took none lately"), "{read}: {mistakes}");
        assert_eq!(stage.evening.open_polls(stage.show).len(), 1, "{read}");
    }
}
