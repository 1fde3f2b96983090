//! Plans, and the tests of a show: what is no script, and what of it is looked at.

use super::START;
use crate::rig::{House, ROUNDS};

#[test]
fn a_plan_is_no_script() {
    let house = House::with("");
    house.write("runner.toml", "[[show]]\nscript = \"show/show.rhai\"\n");
    for verb in ["simulate", "test", "next", "run"] {
        let ended = house.do_in(&[verb, "runner.toml"]);
        assert_eq!((ended.code, ended.lines.len()), (Some(2), 0), "{ended}");
        let said = ["it is a plan, and a script is wanted here", "hint: `runner up runner.toml`"];
        assert!(said.iter().all(|words| ended.stderr.contains(words)), "{ended}");
    }
}

#[test]
fn the_tests_of_a_show_are_not_put_on_air() {
    let house = House::with(ROUNDS);
    house.write("show/show_test.rhai", "fn test_a() { }");
    for verb in ["run", "simulate"] {
        let ended = house.do_in(&[verb, "show/show_test.rhai"]);
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(ended.stderr.contains("hint: `runner test show/show_test.rhai` runs"), "{ended}");
    }
}

#[test]
fn a_plan_is_checked_as_it_is_played() {
    let house = House::with(
        r#"if args.team != "Reds" { throw "no team"; }
cron("0 20 * * *", || put_metadata(args.team));"#,
    );
    house.write("show/quiz.rhai", "on(\"start\", || notcie(args.round));");
    let check = |plan: &str| {
        house.write("runner.toml", plan);
        house.do_in(&["check", "runner.toml", "--json", "--start", START])
    };
    let good = check(
        r#"[[show]]
script = "show/show.rhai"
channels = ["local", "arn:aws:ivs:us-west-2:123456789012:channel/abcdEFGH1234"]
timezone = "Europe/Paris"
args = { team = "Reds" }

[[show]]
script = "show/quiz.rhai"
"#,
    );
    let [plan, show, finding, quiz] = &good.events()[..] else { panic!("{good}") };
    assert_eq!((good.code, &plan["is"], &plan["errors"]), (Some(1), &"plan".into(), &0.into()));
    assert_eq!((&show["zone"], &show["is"]), (&"Europe/Paris".into(), &"show".into()));
    assert_eq!((&show["errors"], &show["warnings"]), (&0.into(), &0.into()), "{show}");
    assert_eq!((&finding["file"], &finding["line"]), (&"show/quiz.rhai".into(), &1.into()));
    assert_eq!(quiz["is"], "broken");
    let bad = check("[[show]]\nscript = \"show/show.rhai\"\nchanels = [\"local\"]\n");
    let [finding, plan] = &bad.events()[..] else { panic!("{bad}") };
    assert_eq!((bad.code, &plan["is"], &plan["errors"]), (Some(1), &"plan".into(), &1.into()));
    assert_eq!((&finding["file"], &finding["line"]), (&"runner.toml".into(), &3.into()));
    assert_eq!(finding["hint"], "did you mean `channels`?");
    let said = house.do_in(&["check", "runner.toml"]);
    assert!(said.lines[0].ends_with("runner.toml · a plan"), "{said}");
    assert_eq!(said.lines.last().map(String::as_str), Some("1 plan, 1 error"));
}
