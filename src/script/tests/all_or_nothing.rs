//! A call that fails leaves everything as it was; one that succeeds reports what it changed.

use serde_json::json;

use super::rig::{Rig, handler, payloads};
use crate::model::cue::AfterId;
use crate::model::file::FileKind;
use crate::model::saved::{Change, Saved};
use crate::script::api::{Called, Wish};

const MIXED: &str = r#"
defaults(#{round: 0});
cue("go", |e| {
    state.round += 1;
    let fact = random_fact("cats");
    after("5s", || put_metadata(clear()));
    let id = put_metadata(notice(fact + random(1, 1000)));
    print(id);
    if e.data == true { throw "not today" }
});
"#;

fn rig() -> Rig {
    let mut rig = Rig::new();
    rig.file(FileKind::Facts, "cats", "one\ntwo\nthree\nfour\n");
    rig
}

#[test]
fn a_failed_call_leaves_state_draws_randomness_and_numbers_as_they_were() {
    let (mut failing, mut calm) = (rig(), rig());
    let ready = failing.load(MIXED);
    let go = handler(&ready, "go");
    let Called::Failed(error, logs) = failing.try_call_with(&ready.generation, &go, json!(true))
    else {
        panic!("`throw` ends the handler")
    };
    assert_eq!(error.message, "not today");
    assert_eq!((error.line, error.cue.as_deref()), (9, Some("test")));
    assert_eq!(logs.len(), 1, "what it said stays said");
    let calm_ready = calm.load(MIXED);
    let (a, b) = (failing.call(&ready, "go"), calm.call(&calm_ready, "go"));
    assert_eq!(format!("{a:?}"), format!("{b:?}"), "as if it had never failed");
}

#[test]
fn a_call_reports_what_it_changed() {
    let mut rig = rig();
    let ready = rig.load(MIXED);
    assert!(
        matches!(&ready.changes[..], [Change::State(kept)] if kept.value == json!({"round": 0}))
    );
    let asked = rig.call(&ready, "go");
    let mut saved = Saved::default();
    for change in asked.changes {
        saved.apply(change);
    }
    assert_eq!(saved.state.expect("state changed").value, json!({"round": 1}));
    assert_eq!(saved.facts["cats"].drawn.len(), 1);
    assert!(saved.random >= 2);
    assert!(matches!(asked.wishes[0], Wish::After { id: AfterId(1), .. }));
    assert_eq!(asked.logs[0].1, "3-1");
}

#[test]
fn a_call_that_changes_nothing_reports_nothing() {
    let mut rig = rig();
    let ready = rig.load(r#"defaults(#{a: 1}); cue("c", || { let x = state.a; state.a = x; });"#);
    assert!(rig.call(&ready, "c").changes.is_empty());
}

#[test]
fn a_call_runs_again_the_same_when_its_files_are_read() {
    let mut asking = Rig::new();
    let ready = asking.load(MIXED);
    let go = handler(&ready, "go");
    let asked = asking.try_call(&ready.generation, &go);
    assert!(matches!(asked, Called::Needs(files) if files.len() == 1));
    asking.file(FileKind::Facts, "cats", "one\ntwo\nthree\nfour\n");
    let mut knowing = rig();
    let known = knowing.load(MIXED);
    assert_eq!(payloads(&asking.call(&ready, "go")), payloads(&knowing.call(&known, "go")));
}

#[test]
fn a_script_cannot_catch_the_wait_for_a_file() {
    let mut rig = Rig::new();
    let ready = rig.load(
        r#"cue("c", || { try { random_fact("cats"); } catch { put_metadata("caught"); } });"#,
    );
    let c = handler(&ready, "c");
    assert!(matches!(rig.try_call(&ready.generation, &c), Called::Needs(_)));
}

#[test]
fn draws_and_randomness_go_on_after_a_restart() {
    let script = r#"cue("c", || put_metadata(`${random_fact("cats")} ${random(1, 1000)}`));"#;
    let mut whole = rig();
    let ready = whole.load(script);
    let all: Vec<String> = (0..8).flat_map(|_| payloads(&whole.call(&ready, "c"))).collect();
    let (mut saved, mut parts) = (Saved::default(), Vec::new());
    for _ in 0..8 {
        let mut rig = Rig::with(super::rig::setup(), &saved);
        rig.file(FileKind::Facts, "cats", "one\ntwo\nthree\nfour\n");
        let ready = rig.load(script);
        let asked = rig.call(&ready, "c");
        parts.extend(payloads(&asked));
        asked.changes.into_iter().for_each(|change| saved.apply(change));
    }
    assert_eq!(parts, all);
}

#[test]
fn facts_in_order_go_round() {
    let mut rig = rig();
    let ready = rig.load(r#"cue("c", || put_metadata(next_fact("cats") + next_fact("cats")));"#);
    let sent: Vec<String> = (0..3).flat_map(|_| payloads(&rig.call(&ready, "c"))).collect();
    assert_eq!(sent, ["onetwo", "threefour", "onetwo"]);
}

#[test]
fn a_failed_load_changes_nothing() {
    let mut rig = rig();
    let first = rig.load(r#"cue("c", || { state.a = 1; });"#);
    rig.call(&first, "c");
    rig.mistakes(r#"defaults(#{b: 2}); random_fact("cats"); throw "no";"#);
    let again = rig.load(r#"cue("c", || put_metadata(`${state}`));"#);
    assert_eq!(payloads(&rig.call(&again, "c")), [r#"#{"a": 1}"#]);
}
