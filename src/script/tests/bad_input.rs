//! Scripts that misbehave: each gets a clear error, and nobody else notices.

use super::rig::{Rig, failure, printed};
use crate::model::file::{FileAnswer, FileKind, FileRef};
use crate::model::limits::{JSON_NESTING_MAX, LOG_MAX_BYTES, MISTAKE_MAX_BYTES};
use crate::model::script_error::ScriptError;
use crate::script::api::{Meter, Metered};

/// Runs on a thread with the stack that the show's threads have.
fn on_a_show_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    const STACK_BYTES: usize = 64 * 1_024 * 1_024;
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work);
    thread.expect("a thread starts").join().expect("the work does not panic")
}

fn handler_fails(body: &'static str) -> ScriptError {
    on_a_show_thread(move || failure(body))
}

fn load_fails(text: &'static str) -> ScriptError {
    on_a_show_thread(move || Rig::new().mistakes(text).remove(0))
}

#[test]
fn a_script_that_does_not_parse() {
    let error = load_fails("every(\"10s\", || {\n    let x = ;\n});");
    assert_eq!((error.line, error.script.as_str()), (2, "show.rhai"));
    assert_eq!(error.source, "    let x = ;");
}

#[test]
fn a_top_level_that_throws() {
    let error = load_fails("cue(\"c\", || 1);\nthrow \"no scores yet\";");
    assert_eq!((error.message.as_str(), error.line), ("no scores yet", 2));
}

#[test]
fn a_loop_without_an_end() {
    let error = handler_fails("loop { }");
    assert!(error.message.starts_with("took more than its operations"), "{error}");
    let error = load_fails("cue(\"c\", || 1);\nloop { }");
    assert!(error.message.starts_with("took more than its operations"), "{error}");
}

#[test]
fn a_loop_that_hides_in_a_native_function() {
    let error = handler_fails(
        "let l = []; l.pad(1000, 0); l.map(|x| { let i = 0; while i < 1000 { i += 1 } });",
    );
    assert!(error.message.starts_with("took more than its operations"), "{error}");
}

#[test]
fn a_string_that_doubles() {
    let error = handler_fails(r#"let s = "ab"; loop { s += s; }"#);
    assert!(error.message.starts_with("a value grew too large"), "{error}");
}

#[test]
fn a_list_that_nests() {
    let error = handler_fails("let a = []; loop { a = [a]; }");
    assert!(error.message.contains("nest too deep") || error.message.contains("operations"));
    let error = load_fails("cue(\"c\", || 1); let a = []; loop { a = [a]; }");
    assert!(error.message.contains("nest too deep"), "{error}");
}

#[test]
fn what_leaves_a_script_and_nests_too_deep_to_be_read_again() {
    let nested = |levels: usize, use_it: &str| {
        format!("let x = 0; for n in 0..{levels} {{ x = [x]; }} {use_it}")
    };
    for use_it in ["state.x = x;", "put_metadata(#{x: x});", "fire(\"c\", x);"] {
        let error = failure(&nested(JSON_NESTING_MAX + 1, use_it));
        assert!(error.message.contains("nests deeper than 100 levels"), "{use_it}: {error}");
    }
    assert_eq!(printed(&nested(JSON_NESTING_MAX - 1, "state.x = x; print(1);")), ["1"]);
}

#[test]
fn a_chain_of_closures() {
    let error = handler_fails("let f = || 1; loop { let g = f; f = || g.call(); }");
    assert!(error.message.contains("nest too deep"), "{error}");
    let error = load_fails("let f = || 1; loop { let g = f; f = || g.call(); }");
    assert!(error.message.contains("nest too deep"), "{error}");
}

#[test]
fn a_function_that_calls_itself_for_ever() {
    let error = load_fails("fn f() { f() }\ncue(\"c\", || 1);\nf();");
    assert!(error.message.contains("deep"), "{error}");
}

#[test]
fn sleep_teaches() {
    for seconds in ["10", "0.5"] {
        let error = on_a_show_thread(move || failure(&format!("sleep({seconds});")));
        assert_eq!(error.message, "a script never sleeps");
        assert!(error.hint.expect("a hint").contains("after"));
    }
}

#[test]
fn intervals_and_times_that_cannot_be() {
    let cases = [
        (r#"every("0s", || 1);"#, "out of range"),
        (r#"every("100ms", || 1);"#, "too short"),
        (r#"every("40s..20s", || 1);"#, "runs backwards"),
        (r#"every("soon", || 1);"#, "is not a duration"),
        ("every(10, || 1);", "wanted a duration"),
        (r#"cron("* * *", || 1);"#, "is not a cron expression"),
        (r#"cron("0 0 30 2 *", || 1);"#, "never fires"),
        (r#"at("25:00", || 1);"#, "is not a time"),
        (r#"at("20:30", "Europe/Pariss", || 1);"#, "is not a time zone"),
        (r#"on("onair", || 1);"#, "names nothing that happens"),
        (r#"every("1s", |a, b| 1);"#, "takes 2 arguments"),
        (r#"every("1s", 5);"#, "the handler is"),
        (r#"every("1s", "nobody");"#, "no function `nobody`"),
        (r#"every("1s", #{frist: "5s"}, || 1);"#, "no option `frist`"),
    ];
    for (script, wanted) in cases {
        let error = load_fails(script);
        let told = error.to_string();
        assert!(told.contains(wanted), "{script}: {told}");
        assert_eq!(error.line, 1, "{script}: {told}");
    }
}

#[test]
fn facts_that_are_missing_empty_or_unreadable() {
    let with = |answer: FileAnswer| {
        let mut rig = Rig::new();
        let file = FileRef { kind: FileKind::Facts, name: "cats".to_owned() };
        rig.files.insert(file, answer);
        let ready = rig.load("cue(\"c\", || {\n  random_fact(\"cats\")\n});");
        rig.failure(&ready, "c")
    };
    let missing = "`cats` was not found\nhint: looked in facts/";
    let error = with(FileAnswer::Problem(missing.to_owned()));
    assert_eq!((error.message.as_str(), error.line), ("`cats` was not found", 2));
    assert_eq!(error.hint.as_deref(), Some("looked in facts/"));
    let error = with(FileAnswer::Text("\r\n# nothing\r\n".into()));
    assert_eq!(error.message, "the facts `cats` are empty");
}

#[test]
fn paths_that_climb_out() {
    for path in ["../secret", "/etc/passwd", "a/../../b", "", "c:\\x", "./x"] {
        let path = path.replace('\\', "\\\\");
        for word in ["random_fact", "read_json", "read_lines", "read_csv"] {
            let error = failure(&format!("{word}(\"{path}\");"));
            assert!(error.message.contains("is no path"), "{word} {path}: {error}");
        }
    }
}

struct Impatient;

impl Meter for Impatient {
    fn begin(&self, _: Metered) {}

    fn is_over(&self) -> bool {
        true
    }
}

#[test]
fn a_call_that_takes_too_long_is_stopped_by_the_meter() {
    let mut setup = super::rig::setup();
    setup.meter = Some(std::sync::Arc::new(Impatient));
    let mut rig = Rig::with(setup, &crate::model::saved::Saved::default());
    let ready = rig
        .load("cue(\"short\", || 1); cue(\"long\", || { let n = 0; while n < 1000 { n += 1 } });");
    rig.call(&ready, "short");
    assert!(rig.failure(&ready, "long").message.starts_with("took too long"));
}

#[test]
fn a_limit_is_shown_at_the_handler_that_met_it() {
    let mut rig = Rig::new();
    let ready = rig.load(
        "every(\"10s\", || print(1));\nfn count() {\n    loop { }\n}\n\
         cue(\"closure\",\n    || {\n        loop { }\n    });\n\
         cue(\"named\", count);\ncue(\"calls\", || count());",
    );
    for (cue, line, column) in [("closure", 6, 8), ("named", 2, 12), ("calls", 10, 17)] {
        let error = rig.failure(&ready, cue);
        assert_eq!((error.line, error.column), (line, column), "{cue}: {error}");
    }
}

#[test]
fn a_limit_is_shown_in_the_file_of_the_handler_that_met_it() {
    let mut rig = Rig::new();
    let lib = "fn set() {\n    cue(\"c\",\n        || { loop { } });\n}";
    rig.file(FileKind::Script, "lib", lib);
    let ready = rig.load("import \"lib\" as lib;\nlib::set();");
    let error = rig.failure(&ready, "c");
    assert_eq!((error.script.as_str(), error.line, error.column), ("lib.rhai", 3, 12), "{error}");
}

#[test]
fn what_is_said_is_bounded() {
    let error = handler_fails("let s = \"\"; s.pad(100000, 'ä'); throw s");
    assert!(error.message.len() <= MISTAKE_MAX_BYTES && error.message.ends_with('…'));
    let mut rig = Rig::new();
    let ready = rig.load("cue(\"c\", || { let s = \"\"; s.pad(100000, 'ä'); print(s) });");
    let said = rig.call(&ready, "c").logs.remove(0).1;
    assert!(said.len() <= LOG_MAX_BYTES && said.ends_with('…'), "{} bytes", said.len());
}
