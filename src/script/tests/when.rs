//! Cues: keys, triggers, options, what handlers get, and control.

use serde_json::json;

use super::rig::{Rig, failure, handler, payloads};
use crate::model::cue::Naming;
use crate::model::limits::AFTERS_MAX;
use crate::model::saved::CueMark;
use crate::script::api::{Called, Wish};

fn keys(script: &str) -> Vec<String> {
    Rig::new().load(script).cues.iter().map(|plan| plan.key.to_string()).collect()
}

#[test]
fn cues_are_known_by_name_or_by_kind_spec_and_ordinal() {
    let keys = keys(
        r#"
        fn tick() { 1 }
        every("10s", tick); every("10s", "tick"); every("20s..40s", || 1);
        every("1m30s", #{first: "5s"}, || 1);
        cron("@hourly", || 1); cron("0 30 20 * * Fri", "Europe/Paris", || 1);
        cron("*/5 * * * *", "tick");
        at("20:30", || 1); stream_at("5m", || 1); after("30s", || 1); on("live", || 1);
        cue("intro", || 1); cue("facts", every("10s"), || 1);
        "#,
    );
    assert_eq!(
        keys,
        [
            "every 10s",
            "every 10s #2",
            "every 20s..40s",
            "every 1m30s first 5s",
            "cron @hourly",
            "cron 0 30 20 * * Fri Europe/Paris",
            "cron */5 * * * *",
            "at 20:30:00",
            "stream_at 5m",
            "after 30s",
            "on on_air",
            "intro",
            "facts",
        ]
    );
}

#[test]
fn cues_have_options_and_several_triggers() {
    let ready = Rig::new().load(
        r#"cue("q", [every("10s"), on("on_air")], |e| 1, #{armed: false, label: "Quiz",
            note: "soon", key: "1", input: ["name", "text"], confirm: true});
           cue("r", || 1, #{label: "R"});"#,
    );
    let plan = &ready.cues[0];
    assert_eq!((plan.naming, plan.triggers.len(), plan.line), (Naming::Named, 2, 1));
    assert!(plan.options.disarmed && plan.options.confirm);
    assert_eq!(plan.options.input, ["name", "text"]);
    assert_eq!(plan.options.key.as_deref(), Some("1"));
    assert_eq!(ready.cues[1].options.label.as_deref(), Some("R"));
}

#[test]
fn a_handler_of_one_argument_learns_why_it_runs() {
    let mut rig = Rig::new();
    let ready = rig.load(
        r#"
        timezone("Europe/Paris");
        cue("c", |e| put_metadata(`${e.cue} ${e.late_ms} ${e.due.hour} ${e.now.unix} ${e.data.x}`));
        on("poll_closed", |e| put_metadata(e.question));
        "#,
    );
    let asked = rig.call_with(&ready, "c", json!({"x": 5}));
    assert_eq!(payloads(&asked), ["test 2 18 1795367101 5"]);
    let asked = rig.call_with(&ready, "on poll_closed", json!({"question": "Q?"}));
    assert_eq!(payloads(&asked), ["Q?"]);
}

#[test]
fn wishes_come_in_the_order_asked() {
    let mut rig = Rig::new();
    let ready = rig.load(
        r#"cue("c", || {
            fire("goal", #{team: "Reds"}); arm("a"); disarm("b"); cancel("d");
            let id = after("5s", || put_metadata("later"));
            after("40s", "rest", 7);
            cancel(id);
        });"#,
    );
    let asked = rig.call(&ready, "c");
    let shown: Vec<String> = asked
        .wishes
        .iter()
        .map(|wish| match wish {
            Wish::Fire { cue, data } => format!("fire {cue} {data}"),
            Wish::Mark(cue, CueMark::Armed) => format!("arm {cue}"),
            Wish::Mark(cue, CueMark::Disarmed) => format!("disarm {cue}"),
            Wish::Mark(cue, CueMark::Cancelled) => format!("cancel {cue}"),
            Wish::After { id, wait, .. } => format!("after {id} {wait}"),
            Wish::AfterCue { id, wait, cue, data } => format!("after {id} {wait} {cue} {data}"),
            Wish::CancelAfter(id) => format!("cancel {id}"),
            Wish::Fetch { request, .. } => format!("fetch {}", request.url),
            Wish::Poll(wish) => format!("{wish:?}"),
            Wish::Put(put) => put.payload.as_str().to_owned(),
        })
        .collect();
    assert_eq!(
        shown,
        [
            r#"fire goal {"team":"Reds"}"#,
            "arm a",
            "disarm b",
            "cancel d",
            "after #1 5s",
            "after #2 40s rest 7",
            "cancel #1",
        ]
    );
}

#[test]
fn an_after_renews_itself_for_ever() {
    let mut rig = Rig::new();
    let ready = rig.load(
        r#"fn tick() { after("1s", || tick()); put_metadata("tick"); } cue("c", || tick());"#,
    );
    let mut next = handler(&ready, "c");
    for _ in 0..100 {
        let Called::Done(asked) = rig.try_call(&ready.generation, &next) else {
            panic!("it goes on")
        };
        assert_eq!(payloads(&asked), ["tick"]);
        let after = asked.wishes.into_iter().find_map(|wish| match wish {
            Wish::After { handler, .. } => Some(handler),
            Wish::Put(_)
            | Wish::AfterCue { .. }
            | Wish::Fetch { .. }
            | Wish::Fire { .. }
            | Wish::Mark(..)
            | Wish::CancelAfter(_)
            | Wish::Poll(_) => None,
        });
        next = after.expect("each sets the next");
    }
}

#[test]
fn an_after_too_many_is_an_error_at_its_line() {
    let mut rig = Rig::new();
    let ready = rig.load(
        "cue(\"one\", || { after(\"1s\", || 1); });\n\
         cue(\"two\", || { after(\"1s\", || 1);\n after(\"1s\", || 1); });\n\
         cue(\"instead\", || { cancel(after(\"1s\", || 1)); after(\"1s\", || 1); });",
    );
    rig.afters = AFTERS_MAX - 1;
    for cue in ["one", "instead"] {
        rig.call(&ready, cue);
    }
    let error = rig.failure(&ready, "two");
    assert_eq!(error.message, "10000 `after`s wait already, as many as may");
    assert_eq!((error.line, error.column), (3, 2), "{error}");
    rig.afters = AFTERS_MAX;
    assert_eq!(rig.failure(&ready, "one").line, 1);
}

#[test]
fn closures_made_by_each_keep_their_own() {
    let mut rig = Rig::new();
    let ready = rig.load("each([1, 2], |n| cue(`c${n}`, || put_metadata(`${n}`)));");
    assert_eq!(payloads(&rig.call(&ready, "c1")), ["1"]);
    assert_eq!(payloads(&rig.call(&ready, "c2")), ["2"]);
}

#[test]
fn what_belongs_elsewhere_says_so() {
    for body in [
        r#"every("1s", || 1)"#,
        r#"cron("@hourly", || 1)"#,
        r#"at("20:30", || 1)"#,
        r#"on("stop", || 1)"#,
        r#"cue("x", || 1)"#,
        r#"stream_at("1m", || 1)"#,
        r#"timezone("UTC")"#,
        "defaults(#{})",
        r#"every("1s")"#,
    ] {
        let error = failure(&format!("{body};"));
        assert!(error.message.contains("belongs at the top level"), "{body}: {error}");
    }
    for word in ["put_metadata(#{})", r#"fire("x")"#, r#"arm("x")"#] {
        let errors = Rig::new().mistakes(&format!("cue(\"x\", || 1);\n{word};"));
        assert!(errors[0].message.contains("belongs in a handler"), "{word}: {}", errors[0]);
        assert!(errors[0].hint.as_deref().is_some_and(|hint| hint.contains("on(\"start\"")));
        assert_eq!(errors[0].line, 2);
    }
}

#[test]
fn the_zone_of_the_command_wins() {
    let mut setup = super::rig::setup();
    setup.zone = Some("Asia/Tokyo".parse().expect("a zone"));
    let mut rig = Rig::with(setup, &crate::model::saved::Saved::default());
    let ready =
        rig.load(r#"timezone("Europe/Paris"); cue("c", || put_metadata(`${now().hour}`));"#);
    assert_eq!(ready.zone.to_string(), "Asia/Tokyo");
    assert_eq!(payloads(&rig.call(&ready, "c")), ["2"]);
}
