//! `runner next`: when the cues of a show will fire.

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
    insta::assert_snapshot!(said(SCRIPT, &["--count", "6"]), @"");
}

#[test]
fn years_ahead_come_at_once() {
    let script = "timezone(\"Europe/Paris\");\ncue(\"leap\", cron(\"0 12 29 2 *\"), || 1);\n";
    insta::assert_snapshot!(said(script, &["--count", "4"]), @"");
}

#[test]
fn what_a_program_reads_of_it() {
    let script = "timezone(\"Europe/Paris\");\nevery(\"500ms\", || 1);\n";
    insta::assert_snapshot!(said(script, &["--count", "2", "--json"]), @"");
}

#[test]
fn nothing_comes() {
    insta::assert_snapshot!(said("cue(\"a\", || 1);\n", &[]), @"");
}

#[test]
fn a_script_that_cannot_be_played() {
    insta::assert_snapshot!(said("every(\"1s\", || nope());\n", &[]), @"");
    insta::assert_snapshot!(said(SCRIPT, &["--count", "0"]), @"");
}
