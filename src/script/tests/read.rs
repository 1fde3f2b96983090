//! What scripts read: time, stream, channel, files; and how numbers and texts are written.

use jiff::SignedDuration;

use super::rig::{Rig, failure, payloads, printed};
use crate::model::channel::StreamInfo;
use crate::model::cue::CueKey;
use crate::model::event::LogLevel;
use crate::model::file::FileKind;
use crate::script::api::{Call, Called, View};

#[test]
fn numbers_and_texts() {
    let cases = [
        ("percent(1, 3)", "33"),
        ("percent(2, 3)", "67"),
        ("percent(1, 0)", "0"),
        ("fixed(12.5, 2)", "12.50"),
        ("fixed(3, 0)", "3"),
        ("thousands(12345)", "12,345"),
        ("thousands(-1234567)", "-1,234,567"),
        ("thousands(999)", "999"),
        (r#"number("12,000")"#, "12000"),
        (r#"number("1.5")"#, "1.5"),
        ("mmss(90)", "1:30"),
        ("mmss(3600)", "1:00:00"),
        ("mmss(-5)", "-0:05"),
        (r#"fit("short", 10)"#, "short"),
        (r#"fit("ééééé", 8)"#, "éé…"),
        (r#"fit("long", 2)"#, ""),
    ];
    for (script, wanted) in cases {
        assert_eq!(printed(&format!("print({script});")), [wanted], "{script}");
    }
    assert!(failure(r#"number("twelve")"#).message.contains("is not a number"));
    assert!(failure("random(6, 1)").message.contains("runs backwards"));
    assert!(failure("pick([])").message.contains("empty list"));
}

#[test]
fn times() {
    assert_eq!(
        printed(r#"print(now().format("%H:%M:%S")); print(now().year);"#),
        ["17:05:01", "2026"]
    );
    let until = r#"print(seconds_until("17:06:00")); print(seconds_until("2026-11-22T17:05:00"));
                   print(seconds_until("18:06", "Europe/Paris"));"#;
    assert_eq!(printed(until), ["59", "-1", "59"]);
}

#[test]
fn the_channel_and_its_stream() {
    let mut rig = Rig::new();
    let ready = rig.load(
        r#"cue("c", || { let s = stream(); put_metadata(#{live: s.live, v: s.viewers,
              e: s.elapsed_s, local: channel().local, name: channel().name}); });"#,
    );
    assert_eq!(
        payloads(&rig.call(&ready, "c")),
        [r#"{"e":0,"live":false,"local":true,"name":"main","v":null}"#]
    );
    let info = StreamInfo {
        stream_id: "st-1".to_owned(),
        started_at: rig.now.wall,
        viewers: 12,
        health: "HEALTHY".to_owned(),
    };
    let cue = CueKey::named("c").expect("a name");
    let handler = ready.generation.handler(&cue).expect("there is one");
    let late = SignedDuration::ZERO;
    let call = Call { cue, due: rig.now.wall, late, data: serde_json::Value::Null };
    let Rig { host, files, now, .. } = &mut rig;
    let elapsed = SignedDuration::from_secs(90);
    let view = View {
        now: *now,
        clock: *now,
        on_air: Some(Some(&info)),
        elapsed,
        files,
        afters: 0,
        polls: &std::sync::Arc::default(),
    };
    let Called::Done(asked) = host.call(&ready.generation, &handler, &call, &view) else {
        panic!("it runs")
    };
    assert_eq!(payloads(&asked), [r#"{"e":90,"live":true,"local":true,"name":"main","v":12}"#]);
}

#[test]
fn files() {
    let mut rig = Rig::new();
    rig.file(FileKind::Data, "a.json", r#"{"rows": [1, {"b": null}]}"#);
    rig.file(FileKind::Data, "a.txt", "one\r\ntwo");
    rig.file(FileKind::Data, "a.csv", "name, points\nAda,\"1,0\"\n");
    rig.file(FileKind::Data, "bad.json", "{");
    let ready = rig.load(
        r#"cue("c", || { put_metadata(read_json("a.json")); put_metadata(read_lines("a.txt"));
                        put_metadata(read_csv("a.csv")); });
           cue("bad", || read_json("bad.json"));"#,
    );
    assert_eq!(
        payloads(&rig.call(&ready, "c")),
        [r#"{"rows":[1,{"b":null}]}"#, r#"["one","two"]"#, r#"[{"name":"Ada","points":"1,0"}]"#]
    );
    assert!(rig.failure(&ready, "bad").message.contains("`bad.json` is no JSON"));
    assert_eq!(ready.files.len(), 4, "each file it names is told: {:?}", ready.files);
}

#[test]
fn what_is_printed_has_a_limit() {
    let mut rig = Rig::new();
    let ready = rig.load(r#"cue("c", || { log_warn("w"); for i in 0..500 { print(i) } });"#);
    let logs = rig.call(&ready, "c").logs;
    assert_eq!((logs.len(), logs[0].0), (101, LogLevel::Warn));
    assert!(logs[100].1.contains("left out"));
}

#[test]
fn lists_and_maps_keep_their_clear() {
    assert_eq!(
        printed("let l = [1]; l.clear(); let m = #{a: 1}; m.clear(); print(`${l}${m}`);"),
        ["[]#{}"]
    );
}
