//! Tests of shows, from the script's side: each word, and what keeps one test from another.

use std::sync::Arc;

use super::Cast;
use crate::model::file::{FileAnswer, FileKind, FileRef};
use crate::model::script_error::ScriptError;
use crate::script::api::Files;
use crate::script::reference::find;
use crate::script::test_words;
use crate::script::testing::{Failure, Home, Suite, Tested};
use crate::show::running::tests::{REMOTE, setup};

fn files() -> Files {
    let cats = FileRef { kind: FileKind::Facts, name: "cats".to_owned() };
    let rows = FileRef { kind: FileKind::Data, name: "rows.txt".to_owned() };
    let text = |text: &str| FileAnswer::Text(text.into());
    Files::from([(cats, text("one\ntwo\nthree\n")), (rows, text("a\nb\n"))])
}

fn cast(show: &str) -> Cast<Files> {
    Cast::new(setup(REMOTE), show.into(), files()).unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// Runs the tests of a script beside a show, each by itself.
fn beside(show: &str, tests: &str) -> Vec<Tested> {
    let cast = cast(show);
    let text: Arc<str> = tests.into();
    let suite = Suite::compile("show_test.rhai", &text, Home::Beside).expect("it compiles");
    let mistakes = suite.mistakes(cast.setup(), Box::new(cast.rehearse()));
    let is_well = mistakes.of_tests.is_empty() && mistakes.others.is_empty();
    assert!(is_well, "{mistakes:?}");
    let run = |name: &str| suite.run(name, cast.setup(), Box::new(cast.rehearse()));
    suite.tests().iter().map(|test| run(&test.name)).collect()
}

/// Runs one test with this body.
fn run(show: &str, body: &str) -> Tested {
    let mut all = beside(show, &format!("fn test_it() {{\n{body}\n}}"));
    all.pop().expect("there is one")
}

fn passes(show: &str, body: &str) {
    let tested = run(show, body);
    assert!(tested.passed(), "{body}: {tested:#?}");
}

fn failure(show: &str, body: &str) -> Box<Failure> {
    run(show, body).failure.unwrap_or_else(|| panic!("it passes: {body}"))
}

fn mistakes(tests: &str) -> Vec<ScriptError> {
    let cast = cast(SILENT);
    let text: Arc<str> = tests.into();
    match Suite::compile("show_test.rhai", &text, Home::Beside) {
        Ok(suite) => {
            let found = suite.mistakes(cast.setup(), Box::new(cast.rehearse()));
            found.of_tests.into_values().flatten().chain(found.others).collect()
        }
        Err(error) => vec![*error],
    }
}

const SILENT: &str = "cue(\"go\", || put_metadata(notice(\"went\")));";
const TICKS: &str = "every(\"10s\", || put_metadata(notice(`at ${now().format(\"%H:%M:%S\")}`)));";

#[test]
fn every_word_of_tests_has_an_example_that_passes() {
    for word in test_words() {
        let entry = find(word.name).expect("every word has an entry");
        assert!(!entry.examples.is_empty(), "`{}` has no example", word.name);
        for example in entry.examples.iter().map(|example| example.script) {
            assert!(example.contains(word.name), "`{}` is not in its example", word.name);
            let cast = cast(example);
            let text: Arc<str> = example.into();
            let suite = Suite::compile("show.rhai", &text, Home::Show).expect("it compiles");
            assert_eq!(suite.tests().len(), 1, "{}", word.name);
            for test in suite.tests() {
                let tested = suite.run(&test.name, cast.setup(), Box::new(cast.rehearse()));
                assert!(tested.passed(), "`{}`: {tested:#?}", word.name);
            }
        }
    }
}

#[test]
fn time_passes_in_round_steps() {
    passes(
        TICKS,
        "assert_eq(sent().len(), 1); advance(\"10s\"); assert_eq(sent().len(), 2);
        advance(\"9s\"); assert_eq(sent().len(), 2);
        assert_eq(sent()[1].at.format(\"%H:%M:%S\"), \"20:00:10\");
        assert_eq(now().format(\"%Y-%m-%d %H:%M:%S\"), \"2026-01-01 20:00:19\");
        assert_eq(last(), #{at: sent()[1].at, cue: \"every 10s\", bytes: last().bytes, \
         payload: notice(\"at 20:00:10\")});",
    );
}

#[test]
fn the_zone_is_the_shows() {
    let show = format!("timezone(\"Europe/Paris\"); {TICKS}");
    passes(&show, "assert_eq(last().payload.text, \"at 20:00:00\")");
    passes(&show, "start_at(\"21:30\"); assert_eq(last().payload.text, \"at 21:30:00\")");
    passes(&show, "start_at(\"2026-07-01T12:00\"); assert_eq(now().unix, 1782900000)");
}

#[test]
fn what_has_to_come_first_is_refused_later() {
    let failed = failure(TICKS, "advance(\"1s\"); start_at(\"21:00\");");
    assert!(failed.error.message.contains("begun already"), "{failed:?}");
    let failed = failure(TICKS, "advance(\"25h\")");
    assert!(failed.error.message.contains("24 h at most"), "{failed:?}");
}

#[test]
fn a_screen_is_empty_at_each_broadcast() {
    let show = "on(\"start\", || { put_metadata(board(\"a\", [[\"b\", 1]])); \
        put_metadata(poll(\"?\", [\"y\", \"n\"])); });";
    passes(
        show,
        "assert_eq(screen().keys(), [\"board\", \"poll\"]);
        assert_eq(screen().poll.question, \"?\")",
    );
    passes(show, "go_offline(); advance(\"1m\"); go_live(); assert_eq(screen(), #{})");
}

#[test]
fn tests_know_nothing_of_one_another() {
    let show = "every(\"10s\", || { state.n = (state.n ?? 0) + 1; \
        put_metadata(`${random_fact(\"cats\")} ${random(1, 1000000)}`); });";
    let test = "fn test_a() { advance(\"10s\"); print(sent().map(|s| s.payload)); \
        assert_eq(state.n, 2); }";
    let all = beside(show, &format!("{test}\n{}", test.replace("test_a", "test_b")));
    let said =
        |tested: &Tested| format!("{:?}", tested.story.events.last().map(|event| &event.what));
    assert!(all.iter().all(Tested::passed), "{all:#?}");
    assert_eq!(said(&all[0]), said(&all[1]), "the same facts, the same numbers");
}

#[test]
fn state_is_looked_at_only() {
    passes(
        "on(\"start\", || state.a = #{b: [1]});",
        "assert_eq(state.a.b[0], 1); let s = state; assert_eq(s.a, #{b: [1]})",
    );
    for body in ["state.a = 1", "state.a.b += 1", "state[\"a\"] = 1"] {
        let found = mistakes(&format!("fn test_a() {{ {body}; }}"));
        assert!(found[0].message.contains("cannot change it"), "{body}: {found:?}");
    }
}

#[test]
fn a_failed_assertion_shows_both_sides_and_its_line() {
    let failed = failure(SILENT, "let a = 1;\n    assert_eq(#{a: a}, #{a: 2.5});");
    let sides = failed.sides.expect("two values were compared");
    assert_eq!((&*sides.left, &*sides.right), (r#"{"a":1}"#, r#"{"a":2.5}"#));
    assert_eq!((failed.error.line, failed.error.column), (3, 5));
    assert_eq!(failed.error.script, "show_test.rhai");
    for body in ["assert(1 > 2)", "assert(1 > 2, \"so it is\")", "try { assert(false) } catch {}"] {
        assert_eq!(failure(SILENT, body).error.line, 2, "{body}");
    }
    assert_eq!(failure(SILENT, "assert(false, \"so\")").error.message, "so");
    passes(SILENT, "assert_eq(5, 5.0); assert_eq((), last()); assert_eq('a', \"a\")");
}

#[test]
fn an_assertion_in_a_function_has_its_own_line() {
    let tests = "fn check(x) {\n    assert_eq(x, 1);\n}\nfn test_it() {\n    check(2);\n}";
    let tested = beside(SILENT, tests).pop().expect("there is one");
    assert_eq!(tested.failure.expect("2 is not 1").error.line, 2);
}

#[test]
fn an_error_of_a_handler_fails_the_test_unless_it_is_expected() {
    let show = "cue(\"a\", || throw \"no more\"); cue(\"b\", || 1, #{armed: false});";
    let tested = run(show, "assert(!fire(\"a\"))");
    assert!(tested.failure.is_none() && !tested.passed());
    let error = &tested.story.errors[0];
    assert_eq!((&*error.message, error.cue.as_deref()), ("no more", Some("a")));
    passes(show, "fire(\"a\"); assert_eq(expect_error(\"more\").cue, \"a\"); assert(!fire(\"b\"))");
    let failed = failure(show, "fire(\"a\"); expect_error(\"less\")");
    assert_eq!(failed.sides.expect("both are shown").left, "no more");
    let failed = failure(show, "expect_error()");
    assert!(failed.error.message.contains("no handler has failed"), "{failed:?}");
    let failed = failure(show, "fire(\"bb\")");
    assert!(failed.error.message.contains("no cue is called `bb`"), "{failed:?}");
}

#[test]
fn viewers_vote() {
    let show = "cue(\"q\", || ask(quiz(\"Capital?\", [\"Paris\", \"Rome\"], \"Rome\"))); \
        on(\"poll_closed\", |e| { state.winner = e.winner; state.best = leaderboard(3); });";
    passes(
        show,
        "fire(\"q\"); vote(asking(), \"Paris\", 2); vote(asking(), \"2\", 5);
        vote(asking(), \"Rome\", \"Ada\"); advance(\"1m\"); assert_eq(asking(), ());
        assert_eq(state, #{winner: \"Rome\", best: [#{name: \"Ada\", points: 1, rank: 1}]});
        assert_eq([screen().poll.total, screen().poll.correct], [8, \"2\"]);",
    );
    let failed = failure(show, "fire(\"q\"); vote(asking(), \"Rom\")");
    assert!(failed.error.message.contains("did you mean `Rome`"), "{failed:?}");
    let failed = failure(show, "vote(asking(), \"Rome\")");
    assert!(failed.error.message.contains("no poll takes votes"), "{failed:?}");
}

#[test]
fn a_test_that_never_ends_is_ended() {
    for (show, body, says) in [
        (SILENT, "loop {}", "a test may take"),
        (SILENT, "let n = 0; loop { n += sent().len(); }", "a test may take"),
        (SILENT, "loop { advance(\"24h\") }", "31 days"),
        ("every(\"300ms\", || 1);", "loop { advance(\"24h\") }", "used up"),
    ] {
        let failed = failure(show, body);
        assert!(failed.error.message.contains(says), "{body}: {failed:?}");
        assert!(failed.error.line > 0, "{failed:?}");
    }
}

#[test]
fn the_words_of_shows_are_for_shows() {
    for body in ["put_metadata(\"a\")", "every(\"10s\", || 1)", "stream()", "random_fact(\"cats\")"]
    {
        let failed = failure(SILENT, body);
        assert!(failed.error.message.contains("belongs in the show"), "{body}: {failed:?}");
    }
    passes(SILENT, "assert_eq(read_lines(\"rows.txt\"), [\"a\", \"b\"]); facts(\"cats\")");
}

#[test]
fn mistakes_are_found_before_a_test_runs() {
    for (tests, says) in [
        ("fn test_a() { advanze(\"1s\") }", "did you mean `advance`"),
        ("fn test_a(x) { }", "takes arguments"),
        ("fn test_a() { advance() }", "is given no arguments"),
        ("every(\"1s\", || 1); fn test_a() { }", "belongs in the show"),
        ("fn test_a() { assert(", ""),
        ("fn test_a() { assert_eq(last().text, \"x\") }", "`last().payload.text`"),
        ("fn test_a() { let x = sent()[1].rows[0]; }", "`sent()[0].payload.rows`"),
        ("advance(\"1s\"); fn test_a() {}", "belongs in a test"),
        ("throw \"x\"; fn test_a() {}", "x"),
    ] {
        let found = mistakes(tests);
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|told| told.contains(says)), "{tests}: {told:?}");
    }
    assert!(
        mistakes("const A = 1; start_at(\"21:00\"); fn test_a() { assert_eq(A, 1) }").is_empty()
    );
    let fields = "assert_eq(last().payload.rows[0], sent()[0].cue); sent().len()";
    assert!(mistakes(&format!("fn test_a() {{ {fields} }}")).is_empty());
}

#[test]
fn a_show_on_air_has_no_words_of_tests() {
    let tests =
        "fn test_a() { helper(); } fn helper() { assert([1].all(|n| n == 1 && sent() == [])) }";
    for (show, well) in [
        (format!("{SILENT} {tests}"), true),
        (format!("{SILENT} fn other() {{ advance(\"1s\") }}"), false),
        (format!("{SILENT} {tests} on(\"start\", helper);"), false),
        ("on(\"start\", || assert(true));".to_owned(), false),
    ] {
        match Cast::new(setup(REMOTE), show.as_str().into(), files()) {
            Ok(_) => assert!(well, "{show}"),
            Err(errors) => {
                assert!(!well, "{show}: {errors:?}");
                assert!(errors[0].message.contains("a word of tests"), "{errors:?}");
            }
        }
    }
}

#[test]
fn a_shows_own_functions_can_be_tested() {
    let show =
        "const RATE = 2; fn twice(n) { n * RATE } cue(\"a\", || put_metadata(`${twice(1)}`));
        fn test_a() { assert_eq(twice(3), 6); fire(\"a\"); assert_eq(last().payload, 2); }";
    let text: Arc<str> = show.into();
    let suite = Suite::compile("show.rhai", &text, Home::Show).expect("it compiles");
    let cast = cast(show);
    let tested = suite.run("test_a", cast.setup(), Box::new(cast.rehearse()));
    assert!(tested.passed(), "{tested:#?}");
}

#[test]
fn of_polls_asked_at_once_the_last_is_the_one_that_is_voted_in() {
    let show = r#"cue("all", || for n in 0..5 { ask(`Is it ${n}?`, ["x"], #{slot: "s" + n}) });"#;
    passes(show, r#"fire("all"); assert_eq(asking().question, "Is it 4?");"#);
}

#[test]
fn a_test_begins_within_the_calendar() {
    let failed = failure(SILENT, r#"start_at("9950-12-31T23:59:59"); advance("1h");"#);
    assert!(format!("{failed:?}").contains("in a year from 1970 to 9900"), "{failed:?}");
}

#[test]
fn a_show_that_never_ends_its_beginning_is_no_show_for_tests() {
    let heavy = r#"cue("heavy", || { let n = 0; while n < 60000 { n += 1 } });
        on("start", || for n in 0..900 { fire("heavy") });"#;
    let refused = Cast::new(setup(REMOTE), heavy.into(), files()).err().expect("it costs too much");
    assert!(refused[0].message.contains("`heavy` does more"), "{refused:?}");
}
