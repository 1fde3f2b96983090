//! A timeline file in the place of a script.

use crate::rig::{House, LOCAL, Local, Runner, command};

fn run(house: &House, local: &Local, file: &str, text: &str) -> Runner {
    let path = house.write(&format!("show/{file}"), text);
    let data = house.at("data");
    let mut command =
        command(&["--json", "--endpoint-url", &local.url, "--port", "0", "--desk", "127.0.0.1:0"]);
    Runner::start(command.arg("--data").arg(data).arg(path))
}

#[test]
fn subtitles_go_out_and_an_edit_takes_over() {
    let (house, local) = (House::with(""), Local::start());
    let srt = |n: u32, text: &str| format!("1\n00:00:0{n},000 --> 00:00:59,000\n{text}\n");
    let mut show = run(&house, &local, "evening.srt", &srt(1, "welcome"));
    assert_eq!(show.event("started")["show"], "evening");
    show.sent("welcome");
    house.write("show/evening.srt", &format!("{}\n{}", srt(1, "welcome"), srt(3, "again")));
    let reloaded = show.event("reloaded");
    assert_eq!((&reloaded["file"], &reloaded["kept"]), (&"evening.srt".into(), &1.into()));
    show.sent("again");
    assert_eq!(local.payloads(LOCAL).len(), 2, "nothing fired for being saved");
}

#[test]
fn a_table_and_web_subtitles_are_timelines_too() {
    let local = Local::start();
    let csv = "at,text,show_for\n1s,\"{\"\"n\"\":1}\",\n";
    run(&House::with(""), &local, "evening.csv", csv).sent("{\"n\":1}");
    let vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n";
    run(&House::with(""), &local, "evening.vtt", vtt).sent("hello");
}

#[test]
fn a_timeline_is_checked_before_air() {
    let house = House::with("");
    house.write("show/evening.srt", "1\nsoon --> later\ntext\n");
    let ended = house.do_in(&["check", "show/evening.srt"]);
    assert_eq!(ended.code, Some(1));
    let said = ended.lines.join("\n");
    assert!(said.contains("error: met `soon --> later`"), "{said}");
    assert!(said.contains("--> show/evening.srt:2:1\n2 | soon --> later\n"), "{said}");

    let long = "x".repeat(1_100);
    let text = format!("1\n0:01 --> 0:02\nhello\n\n2\n0:05 --> 0:07\n{long}\n");
    house.write("show/evening.srt", &text);
    let said = house.do_in(&["simulate", "show/evening.srt"]).to_string();
    assert!(said.contains("--> show/evening.srt:6:1\n6 | 0:05 --> 0:07\n"), "{said}");
}

#[test]
fn each_entry_is_told_by_its_own_line() {
    let house = House::with("");
    house.write("show/evening.srt", "1\n0:01 --> 0:02\nhello\n\n2\n0:05 --> 0:07\nworld\n");
    for verb in ["check", "next"] {
        let said = house.do_in(&[verb, "show/evening.srt"]).to_string();
        assert!(said.contains("line 2  1 s into the broadcast"), "{said}");
        assert!(said.contains("line 6  5 s into the broadcast"), "{said}");
    }
    // In a script the line is the script's.
    house.write("show/show.rhai", "timezone(\"UTC\");\ntimeline(\"evening.srt\");\n");
    let said = house.do_in(&["check", "show/show.rhai"]).to_string();
    assert!(said.contains("line 2  5 s into the broadcast"), "{said}");
    house.write("show/evening.srt", "1\nsoon --> later\ntext\n");
    let said = house.do_in(&["check", "show/show.rhai"]).to_string();
    assert!(said.contains("`evening.srt`, line 2: met `soon --> later`"), "{said}");
    assert!(said.contains("--> show/show.rhai:2:1"), "{said}");
}
