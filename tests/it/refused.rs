//! Scripts that cannot begin: exit code 1, and the line with a caret on the screen.

use crate::rig::{House, Runner, command};

/// The screen from the first mistake on; what is above it is different each time.
fn screen(house: &House) -> String {
    let mut command = command(&["show.rhai", "--port", "0", "--desk", "127.0.0.1:0"]);
    let ended = Runner::start(command.current_dir(house.at("show"))).end();
    assert_eq!(ended.code, Some(1), "{ended}");
    assert_eq!(ended.stderr, "");
    assert!(ended.lines[0].starts_with("showrunner "), "{ended}");
    let rest = ended.lines.iter().skip_while(|line| !line.starts_with("error: "));
    house.tidy(&rest.fold(String::new(), |text, line| text + line.as_str() + "\n"))
}

#[test]
fn a_function_that_is_not_there() {
    let house = House::with(
        "every(\"10s\", || {\n    let fact = random_fct(\"cats\");\n    put_metadata(fact);\n});\n",
    );
    insta::assert_snapshot!(screen(&house), @r#"
    error: `random_fct` is not part of the show language
      --> show.rhai:2:16
    2 |     let fact = random_fct("cats");
      |                ^^^^^^^^^^ did you mean `random_fact`?
    "#);
}

#[test]
fn a_script_that_does_not_parse() {
    let house = House::with("every(\"10s\", () => put_metadata(\"hello\"));\n");
    insta::assert_snapshot!(screen(&house), @r#"
    error: `,` is missing to separate the arguments to function call 'every'
      --> show.rhai:1:17
    1 | every("10s", () => put_metadata("hello"));
      |                 ^ a function is written `|a, b| …`, without `=>`
    "#);
}

#[test]
fn a_script_that_throws() {
    let house = House::with("// Nothing works today.\nthrow \"no show today\";\n");
    insta::assert_snapshot!(screen(&house), @r#"
    error: no show today
      --> show.rhai:2:1
    2 | throw "no show today";
      | ^^^^^
    "#);
}

#[test]
fn a_script_that_loops_for_ever() {
    let house = House::with("let n = 0;\nloop { n += 1; }\n");
    insta::assert_snapshot!(screen(&house), @"
    error: took more than its operations (200000 for a handler, 2000000 for the top level)
      --> show.rhai:2:8
    2 | loop { n += 1; }
      |        ^ is there a loop without an end? `every` and `after` come back later
    ");
}

#[test]
fn a_trigger_that_cannot_be() {
    let house = House::with("every(\"0s\", || put_metadata(\"hello\"));\n");
    insta::assert_snapshot!(screen(&house), @r#"
    error: the duration `0s` is out of range, wanted more than nothing and at most a year
      --> show.rhai:1:1
    1 | every("0s", || put_metadata("hello"));
      | ^^^^^
    "#);
    let house = House::with("cron(\"0 0 30 2 *\", || put_metadata(\"hello\"));\n");
    insta::assert_snapshot!(screen(&house), @r#"
    error: `cron 0 0 30 2 *` never fires
      --> show.rhai:1:1
    1 | cron("0 0 30 2 *", || put_metadata("hello"));
      | ^^^^ no day has this date; check day and month
    "#);
    let house = House::with("every(\"10s\", |a, b| put_metadata(\"hello\"));\n");
    insta::assert_snapshot!(screen(&house), @r#"
    error: this handler takes 2 arguments, wanted none or one
      --> show.rhai:1:1
    1 | every("10s", |a, b| put_metadata("hello"));
      | ^^^^^ write `|| …` or `|e| …`: `e` is `#{cue, due, now, late_ms, data}`
    "#);
}

#[test]
fn an_import_that_is_not_there() {
    let house = House::with("import \"wrods\" as words;\nevery(\"10s\", || words::one());\n");
    house.write("show/words.rhai", "fn one() { put_metadata(\"one\"); }\n");
    insta::assert_snapshot!(screen(&house), @r#"
    error: there is no script `wrods`, looked for `[house]/show/wrods.rhai`
      --> show.rhai:1:8
    1 | import "wrods" as words;
      |        ^^^^^^^ did you mean `words`?
    "#);
}

#[test]
fn machines_are_told_the_same() {
    let house = House::with("every(\"10s\", || {\n    random_fct(\"cats\");\n});\n");
    let mut command = command(&["show.rhai", "--json", "--port", "0", "--desk", "127.0.0.1:0"]);
    let ended = Runner::start(command.current_dir(house.at("show"))).end();
    let events = ended.events();
    let error = events.iter().find(|event| event["event"] == "script_error");
    let error = error.expect("the mistake is an event");
    assert_eq!((&error["line"], &error["column"]), (&2.into(), &5.into()));
    assert_eq!(error["hint"], "did you mean `random_fact`?");
    assert_eq!(ended.code, Some(1));
}
