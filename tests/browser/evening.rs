//! Evenings whose pictures are looked at: one in which all happens that a picture tells of, and one
//! of ten thousand payloads.

use crate::rig::House;

const SHOW: &str = r#"
    timezone("Europe/Paris");
    cue("facts", every("20s"), || put_metadata(notice(`fact ${random(1, 999)}`)));
    cue("board", every("4m"), || {
        put_metadata(board("Final", [["Reds", 2], ["Blues", 1]]), #{sticky: "1m"});
    });
    cue("quiz", every("10m"), || {
        ask(quiz("Which is the largest?", ["Mars", "Jupiter"], "Jupiter"), #{open_for: "2m"});
    });
    cue("large", at("21:10"), || put_metadata(notice("large ".pad_to(900))));
    cue("goal", |e| put_metadata(notice(`goal for the ${e.data.team}`)));
    cue("wrong", after("50m"), || throw "nothing to tell");
    fn pad_to(bytes) { let text = this; while text.len() < bytes { text += "and "; } text }
"#;
const EVENING: [&str; 10] = [
    "--for",
    "2h",
    "--faults",
    "--off-air",
    "20:40..20:52",
    "--go",
    r#"goal@21:20={"team":"<b>reds</b>"}"#,
    "--html",
    "evening.html",
    "--quiet",
];

const STORM: &str = r#"
    cue("facts", every("1s"), || put_metadata(notice(`fact ${random(1, 999)}`)));
    cue("ask", every("2m"), || ask(`Round ${now().minute}?`, ["Yes", "No"]));
"#;
const NIGHT: [&str; 5] = ["--for", "3h", "--html", "storm.html", "--quiet"];

/// A house with both pictures in it.
pub(crate) fn drawn() -> House {
    let house = House::with(SHOW);
    house.write("show/storm.rhai", STORM);
    let start = ["--start", "2026-12-31T20:00"];
    // The script of the first fails once, and that is told of.
    for (script, more, code) in
        [("show/show.rhai", &EVENING[..], 1), ("show/storm.rhai", &NIGHT[..], 0)]
    {
        let ended = house.do_in(&[&["simulate", script], &start[..], more].concat());
        assert_eq!(ended.code, Some(code), "{ended}");
    }
    house
}
