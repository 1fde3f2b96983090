//! `state`, `args`, constants, and what functions see.

use serde_json::json;

use super::rig::{Rig, failure, payloads, printed};
use crate::model::saved::{Change, Kept, Saved};

#[test]
fn state_is_one_map_in_closures_and_functions() {
    let mut rig = Rig::new();
    let ready = rig.load(
        r#"
        fn bump() { state.n = (state.n ?? 0) + 1; }
        cue("c", || { bump(); state.list = [state.n]; let copy = state; copy.n = 99;
                      [1].for_each(|| bump()); put_metadata(`${state.n}`); });
        "#,
    );
    assert_eq!(payloads(&rig.call(&ready, "c")), ["2"]);
    let asked = rig.call(&ready, "c");
    assert_eq!(payloads(&asked), ["4"]);
    let [Change::State(kept)] = &asked.changes[..] else { panic!("{:?}", asked.changes) };
    assert_eq!(kept.value, json!({"n": 4, "list": [3]}));
}

#[test]
fn state_outlives_an_edit_and_a_restart() {
    let value = json!({"n": 5, "name": "Ada"});
    let at = "2026-11-22T17:00:00Z".parse().expect("a time");
    let saved = Saved { state: Some(Kept { at, value }), ..Saved::default() };
    let mut rig = Rig::with(super::rig::setup(), &saved);
    let first =
        rig.load(r#"defaults(#{n: 1, m: 2}); cue("c", || put_metadata(`${state.n} ${state.m}`));"#);
    assert_eq!(payloads(&rig.call(&first, "c")), ["5 2"]);
    let second = rig.load(r#"cue("c", || put_metadata(`${state.name} ${state.m}`));"#);
    assert_eq!(payloads(&rig.call(&second, "c")), ["Ada 2"]);
}

#[test]
fn state_holds_json_only_and_not_too_much() {
    let error = failure("state.f = || 1;");
    assert!(error.message.contains("a function at `f`"), "{error}");
    let error = failure(r#"let s = ""; s.pad(300000, 'x'); state.s = s;"#);
    assert!(error.message.contains("262144 fit"), "{error}");
    let error = failure("state = 5;");
    assert!(error.to_string().contains("cannot be replaced"), "{error}");
}

#[test]
fn what_is_not_set_yet_has_a_hint() {
    let error = failure("state.round += 1;");
    assert!(error.to_string().contains("state.round = (state.round ?? 0) + 1"), "{error}");
}

#[test]
fn constants_are_visible_everywhere() {
    let mut rig = Rig::new();
    let ready = rig.load(
        r#"
        const TEAMS = ["Reds", "Blues"];
        fn first() { TEAMS[0] }
        fn shadow(TEAMS) { TEAMS }
        cue("c", || put_metadata(first() + TEAMS[1] + shadow(1) + global::TEAMS.len()));
        "#,
    );
    assert_eq!(payloads(&rig.call(&ready, "c")), ["RedsBlues12"]);
}

#[test]
fn arguments_are_read_and_never_written() {
    assert_eq!(printed("print(args.team);"), ["Reds"]);
    failure("args.team = \"Blues\";");
}

#[test]
fn own_names_cannot_be_defined() {
    assert!(failure("let state = 1;").message.contains("cannot be defined"));
}
