//! The operator: GO, arm, disarm, cancel.

use super::*;
use crate::model::cue::CueKey;
use crate::model::io::{OperatorAction, OperatorReply};

pub(super) fn fire(cue: &str, data: Value) -> OperatorAction {
    OperatorAction::Fire { cue: CueKey::named(cue).expect("it is a name"), data }
}

pub(super) fn ask(stage: &mut Stage, action: OperatorAction) -> OperatorReply {
    let request = u64::try_from(stage.evening.events().len()).expect("it is small") + 1_000;
    stage.input(ShowInput::Operator { request, action });
    stage.evening.reply(request).expect("every request is answered").clone()
}

#[test]
fn go_runs_the_cue_with_its_data_before_everything_that_waits() {
    let script = r#"cue("goal", |e| put_metadata("goal " + e.data.by));
        on("start", || for n in 0..20 { put_metadata("n" + n) });"#;
    let mut stage = Stage::play(script);
    stage.advance("100ms");
    assert_eq!(ask(&mut stage, fire("goal", json!({"by": "Reds"}))), OperatorReply::Done);
    stage.advance("1s");
    let at = stage.texts().iter().position(|text| text == "goal Reds");
    assert!(at.is_some_and(|at| at <= 5), "{:?}", stage.texts());
}

#[test]
fn an_unknown_cue_names_the_nearest() {
    let mut stage = Stage::play(r#"cue("intro", || put_metadata("x"));"#);
    let reply = ask(&mut stage, fire("intr", Value::Null));
    assert_eq!(reply, OperatorReply::Unknown { near: Some("intro".to_owned()) });
}

#[test]
fn a_disarmed_cue_does_not_run_whoever_fires_it() {
    let script = r#"cue("intro", || put_metadata("x"), #{armed: false});
        every("10s", || fire("intro"));"#;
    let mut stage = Stage::play(script);
    assert_eq!(ask(&mut stage, fire("intro", Value::Null)), OperatorReply::NotArmed);
    stage.advance("5s");
    assert_eq!(stage.count("not_run"), 2);
    let arm = OperatorAction::Arm(CueKey::named("intro").expect("it is a name"));
    assert_eq!(ask(&mut stage, arm), OperatorReply::Done);
    stage.advance("10s");
    assert_eq!(stage.texts(), ["x"]);
}

#[test]
fn a_cancelled_cue_is_said_to_be_that() {
    let mut stage = Stage::play(r#"cue("intro", || put_metadata("x"));"#);
    let intro = || CueKey::named("intro").expect("it is a name");
    assert_eq!(ask(&mut stage, OperatorAction::Cancel(intro())), OperatorReply::Done);
    assert_eq!(ask(&mut stage, fire("intro", Value::Null)), OperatorReply::Cancelled);
    assert_eq!(ask(&mut stage, OperatorAction::Arm(intro())), OperatorReply::Cancelled);
}

#[test]
fn the_operator_hears_that_a_handler_failed() {
    let mut stage =
        Stage::play(r#"cue("goal", |e| { if e.data.team != "reds" { throw "no"; } });"#);
    assert_eq!(ask(&mut stage, fire("goal", json!({"team": "reds"}))), OperatorReply::Done);
    let reply = ask(&mut stage, fire("goal", json!({"team": "greens"})));
    assert!(matches!(reply, OperatorReply::Failed { message, .. } if message.contains("no")));
}

#[test]
fn too_much_data_is_refused() {
    let mut stage = Stage::play(r#"cue("intro", || put_metadata("x"));"#);
    let reply = ask(&mut stage, fire("intro", json!("x".repeat(5_000))));
    assert_eq!(reply, OperatorReply::TooLarge { bytes: 5_002, most: 4_096 });
}

#[test]
fn the_list_says_how_each_cue_stands() {
    let script = r#"cue("intro", || put_metadata("x"), #{label: "Intro", key: "1"});
        cue("facts", every("10s"), || put_metadata("f"));"#;
    let mut stage = Stage::play(script);
    stage.advance("4s");
    let OperatorReply::Cues(cues) = ask(&mut stage, OperatorAction::List) else {
        panic!("a list was asked for")
    };
    assert_eq!(cues[0]["cue"], "intro");
    assert_eq!(cues[0]["options"]["label"], "Intro");
    assert_eq!(cues[1]["next_ms"], 6_020, "its grid began when the channel was known");
    assert_eq!(cues[1]["standing"], "armed");
}
