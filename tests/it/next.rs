//! `runner next`: when the cues of a show will fire.

use serde_json::json;

use crate::rig::House;

const SCRIPT: &str = r#"timezone("Europe/Paris");
cue("facts", every("20s..40s", #{first: "2m"}), || put_metadata("x"));
cue("welcome", at("20:30"), || put_metadata("x"));
cron("30 20 * * Fri", || put_metadata("x"));
stream_at("45s", || put_metadata("x"));
cue("year", cron("@yearly"), || put_metadata("x"));
cue("break", || put_metadata("x"));
cue("later", every("10s"), || put_metadata("x"), #{armed: false});
on("off_air", || log_info("off"));
"#;

fn said(script: &str, args: &[&str]) -> String {
    let house = House::with(script);
    let mut all = vec!["next", "--start", "2026-11-27T20:29:30", "show/show.rhai"];
    all.extend(args);
    house.tidy(&house.do_in(&all).to_string())
}

#[test]
fn what_comes_next() {
    insta::assert_snapshot!(said(SCRIPT, &["--count", "6"]), @r#"
    exit code: 0
    ----- stdout -----
    from Fri 27 Nov 20:29:30.000 CET, zone Europe/Paris, on air from then on

    Fri 27 Nov 20:30:00.000 CET  in 30.0 s       welcome  once, at 20:30
    Fri 27 Nov 20:30:00.000 CET  in 30.0 s       line 4   at 20:30 on Fridays
    Fri 27 Nov 20:30:15.000 CET  in 45.0 s       line 5   45 s into the broadcast
    Fri 27 Nov 20:31:30.000 CET  in 2 min        facts    every 20 s to 40 s, at random, \
      first after 2 min
    Fri 27 Nov 20:32:02.560 CET  in 2 min        facts    every 20 s to 40 s, at random, \
      first after 2 min
    Fri 27 Nov 20:32:40.734 CET  in 3 min        facts    every 20 s to 40 s, at random, \
      first after 2 min

    by hand    break
    no time    line 9 (when the channel goes off air)
    disarmed   later (every 10 s)
    at random  facts: the gaps are those that seed 1 draws
    ----- stderr -----
    "#);
}

#[test]
fn years_ahead_come_at_once() {
    let script = "timezone(\"Europe/Paris\");\ncue(\"leap\", cron(\"0 12 29 2 *\"), || 1);\n";
    insta::assert_snapshot!(said(script, &["--count", "4"]), @r#"
    exit code: 0
    ----- stdout -----
    from Fri 27 Nov 2026 20:29:30 CET, zone Europe/Paris, on air from then on

    Tue 29 Feb 2028 12:00:00 CET  in 458 days     leap  at 12:00 on the 29th of February
    Sun 29 Feb 2032 12:00:00 CET  in 1919 days    leap  at 12:00 on the 29th of February
    Fri 29 Feb 2036 12:00:00 CET  in 3380 days    leap  at 12:00 on the 29th of February
    Wed 29 Feb 2040 12:00:00 CET  in 4841 days    leap  at 12:00 on the 29th of February
    ----- stderr -----
    "#);
}

#[test]
fn what_a_program_reads_of_it() {
    let house = House::with("timezone(\"Europe/Paris\");\nevery(\"500ms\", || 1);\n");
    let start = "2026-11-27T20:29:30";
    let ended = house.do_in(&["next", "--start", start, "--json", "show/show.rhai"]);
    let lines = ended.events();
    assert_eq!(lines.len(), 20);
    let wanted = json!({
        "at": "2026-11-27T19:29:30.5Z",
        "local": "2026-11-27T20:29:30.5+01:00[Europe/Paris]",
        "in_ms": 500,
        "cue": "every 500ms",
        "when": "every 500 ms",
    });
    assert_eq!(lines[1], wanted);
}

#[test]
fn nothing_comes() {
    insta::assert_snapshot!(said("cue(\"a\", || 1);\n", &[]), @r#"
    exit code: 0
    ----- stdout -----
    from Fri 27 Nov 20:29:30 UTC, zone UTC, on air from then on

    nothing fires by itself

    by hand    a
    ----- stderr -----
    "#);
}

#[test]
fn a_script_that_cannot_be_played() {
    insta::assert_snapshot!(said("every(\"1s\", || nope());\n", &[]), @r#"
    exit code: 1
    ----- stdout -----

    ----- stderr -----
    error: `nope` is not part of the show language
      --> show/show.rhai:1:16
    1 | every("1s", || nope());
      |                ^^^^ did you mean `notice`?
    "#);
    insta::assert_snapshot!(said(SCRIPT, &["--count", "0"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: invalid value '0' for '--count <NUMBER>': `0` is not a number from 1 to 10000

    For more information, try '--help'.
    "#);
}
