//! What goes out, byte for byte, and what is refused.

use jiff::SignedDuration;

use super::rig::{Rig, failure, sent};
use crate::model::delivery::InDoubt;
use crate::model::payload::{Priority, Slot};
use crate::script::api::{Put, Wish};

fn put(body: &str) -> Put {
    let mut rig = Rig::new();
    let ready = rig.load(&format!("cue(\"c\", || {{ {body} }});"));
    match rig.call(&ready, "c").wishes.remove(0) {
        Wish::Put(put) => *put,
        other @ (Wish::After { .. }
        | Wish::AfterCue { .. }
        | Wish::Fetch { .. }
        | Wish::Fire { .. }
        | Wish::Mark(..)
        | Wish::CancelAfter(_)
        | Wish::Poll(_)) => panic!("{other:?} is no payload"),
    }
}

#[test]
fn every_builder() {
    let cases = [
        (r#"notice("hi")"#, r#"{"text":"hi","type":"notice"}"#),
        (
            r#"notice("hi", #{show_for: "20s"})"#,
            r#"{"show_for":"20s","text":"hi","type":"notice"}"#,
        ),
        (r#"card(#{title: "T", price: "1"})"#, r#"{"price":"1","title":"T","type":"card"}"#),
        (
            r#"timer("go", "40s")"#,
            r#"{"ends_at":"2026-11-22T17:05:41Z","text":"go","type":"timer"}"#,
        ),
        (r#"meter("sold", 2.5, 10.0)"#, r#"{"goal":10,"text":"sold","type":"meter","value":2.5}"#),
        (r#"board("F", [["Reds", 2]])"#, r#"{"rows":[["Reds",2]],"title":"F","type":"board"}"#),
        ("clear()", r#"{"type":"clear"}"#),
        (r#"clear("poll")"#, r#"{"slot":"poll","type":"clear"}"#),
        (r#""as it is""#, "as it is"),
        ("#{b: [1, 2.0, true], a: ()}", r#"{"a":null,"b":[1,2,true]}"#),
        ("[1, 2]", "[1,2]"),
    ];
    for (script, wanted) in cases {
        assert_eq!(sent(&format!("put_metadata({script});")), [wanted], "{script}");
    }
}

#[test]
fn options_reach_the_outbox() {
    let all = put(r#"put_metadata(#{a: 1}, #{valid_for: "5s", priority: "high", sticky: "30s",
           repeat_every: "2s", slot: "score", in_doubt: "resend", show_for: "9s"});"#);
    assert_eq!(all.payload.as_str(), r#"{"a":1,"show_for":"9s","slot":"score"}"#);
    assert_eq!((all.n, all.slot), (1, Slot("score".to_owned())));
    assert_eq!((all.priority, all.in_doubt), (Priority::High, InDoubt::Resend));
    assert_eq!(all.valid_for, SignedDuration::from_secs(5));
    let sticky = all.sticky.expect("it is sticky");
    assert_eq!(sticky.lasts, SignedDuration::from_secs(30));
    assert_eq!(sticky.repeat_every, SignedDuration::from_secs(2));
    let plain = put("put_metadata(#{a: 1});");
    assert_eq!(plain.valid_for, SignedDuration::from_secs(30));
    assert_eq!((plain.priority, plain.sticky), (Priority::Normal, None));
}

#[test]
fn the_limit_of_a_payload_is_1024_bytes() {
    let fits = sent(r#"let s = ""; s.pad(1024, 'x'); put_metadata(s);"#);
    assert_eq!(fits[0].len(), 1_024);
    let error = failure(r#"let s = ""; s.pad(1025, 'x'); put_metadata(s);"#);
    assert_eq!(error.message, "the payload has 1025 bytes, 1024 fit");
    let error = failure(r#"let s = ""; s.pad(2000, 'x'); put_metadata(#{a: 1, story: s});"#);
    assert!(error.message.contains("its largest field is `story` with 2002 bytes"), "{error}");
}

#[test]
fn what_is_no_payload() {
    let cases = [
        ("put_metadata(())", "the payload is nothing"),
        (r#"put_metadata("")"#, "the payload is empty"),
        ("put_metadata(#{f: || 1})", "a function at `f`"),
        ("put_metadata(#{a: [1, 0.0 / 0.0]})", "NaN at `a[1]`"),
        ("put_metadata(1.0 / 0.0)", "inf"),
        ("put_metadata(#{t: now()})", "a time at `t`"),
        (r#"put_metadata("text", #{slot: "a"})"#, "written into a map"),
        (r#"put_metadata(#{}, #{priority: "urgent"})"#, "wanted `\"high\"`"),
        ("put_metadata(#{}, #{valid_for: 5})", "wanted a duration"),
        (r#"put_metadata(#{}, #{stiky: "5s"})"#, "no option `stiky`"),
        (r#"put_metadata(#{}, #{repeat_every: "2s"})"#, "without `sticky`"),
        (r#"put_metadata(#{}, #{sticky: "9s", repeat_every: "6s"})"#, "at most 5 s"),
        (r#"poll("q", ["a", "a"]).len()"#, "stands twice"),
        (r#"poll("q", []).len()"#, "without answers"),
        (r#"poll("q", [1]).len()"#, "wanted text"),
        (r#"board("t", [[1]]).len()"#, "a row of `board`"),
        (r#"meter("t", "2", 3).len()"#, "wanted a number"),
        ("card(#{titel: 1}).len()", "no option `titel`"),
        ("for i in 0..65 { put_metadata(#{i: i}) }", "more than 64 payloads"),
    ];
    for (script, wanted) in cases {
        let error = failure(&format!("{script};"));
        assert!(error.to_string().contains(wanted), "{script}: {error}");
    }
}
