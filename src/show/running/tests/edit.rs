//! Saving a script while its show is on air.

use super::*;

const TICK: &str = r#"every("10s", || put_metadata("one"));"#;

#[test]
fn a_saved_word_is_on_air_at_the_next_fire_and_nothing_fires_for_it() {
    let mut stage = Stage::play(TICK);
    stage.advance("14s");
    stage.save(r#"every("10s", || put_metadata("two"));"#);
    stage.advance("20s");
    let got: Vec<_> = stage.got();
    assert_eq!(
        got,
        [(0, "one".into()), (10, "one".into()), (20, "two".into()), (30, "two".into())]
    );
    assert_eq!(stage.count("reloaded"), 1);
}

#[test]
fn a_version_with_a_mistake_is_refused_and_the_show_goes_on() {
    let mut stage = Stage::play(TICK);
    stage.advance("5s");
    for broken in ["every(\"10s\", || {", "every(\"10s\", || nothing_like_it(1));", "throw 3;"] {
        stage.save(broken);
    }
    stage.advance("20s");
    assert_eq!(stage.texts(), ["one", "one", "one"]);
    assert!(stage.count("reload_failed") >= 3);
}

#[test]
fn a_named_cue_with_a_new_spec_goes_on_from_its_last_fire() {
    let mut stage = Stage::play(r#"cue("facts", every("60s"), || put_metadata("a"));"#);
    stage.advance("10s");
    stage.save(r#"cue("facts", every("15s"), || put_metadata("b"));"#);
    stage.advance("25s");
    assert_eq!(stage.got(), [(0, "a".into()), (15, "b".into()), (30, "b".into())]);
}

#[test]
fn new_cues_start_and_removed_ones_stop() {
    let mut stage = Stage::play(TICK);
    stage.advance("5s");
    stage.save(r#"every("20s", || put_metadata("new"));"#);
    stage.advance("30s");
    assert_eq!(stage.got(), [(0, "one".into()), (5, "new".into()), (25, "new".into())]);
}

#[test]
fn what_was_put_off_runs_as_it_was_written() {
    let script = r#"on("start", || after("20s", || put_metadata("as it was")));
        cue("rest", || put_metadata("old rest"));
        cue("go", || after("20s", "rest"));
        on("start", || fire("go"));"#;
    let mut stage = Stage::play(script);
    stage.advance("5s");
    stage.save(r#"cue("rest", || put_metadata("new rest"));"#);
    stage.advance("30s");
    let mut texts = stage.texts();
    texts.sort();
    assert_eq!(texts, ["as it was", "new rest"]);
}

#[test]
fn three_failures_in_the_first_minute_bring_the_version_before_back() {
    let mut stage = Stage::play(TICK);
    stage.advance("90s");
    stage.save(r#"every("10s", || throw "always");"#);
    stage.advance("60s");
    assert_eq!(stage.count("rolled_back"), 1);
    assert_eq!(stage.count("script_error"), 3);
    assert_eq!(stage.seconds().last(), Some(&140));
    let told = stage.evening.events().iter().find(|event| event.what.name() == "rolled_back");
    let told = serde_json::to_value(told).expect("an event is plain JSON");
    assert_eq!(told["unplayed"], true, "{told}");
    assert_eq!(stage.view()["saved_plays"], false);
    stage.save(r#"every("10s", || put_metadata("mended"));"#);
    assert_eq!(stage.view()["saved_plays"], true);
}

#[test]
fn a_first_version_has_nothing_to_fall_back_on() {
    let mut stage = Stage::play(TICK);
    stage.advance("10s");
    stage.save(r#"every("10s", || throw "always");"#);
    stage.advance("60s");
    let back = stage.evening.events().iter().find_map(|event| {
        let What::RolledBack { to, .. } = event.what else { return None };
        Some(to)
    });
    assert_eq!(back, Some(None));
}

#[test]
fn what_the_operator_disarmed_stays_disarmed() {
    let script = r#"cue("facts", every("10s"), || put_metadata("f"));"#;
    let mut stage = Stage::play(script);
    stage.advance("1s");
    let cue = crate::model::cue::CueKey::named("facts").expect("it is a name");
    let action = crate::model::io::OperatorAction::Disarm(cue);
    stage.input(ShowInput::Operator { request: 1, action });
    stage.advance("15s");
    stage.save(&format!("{script}\n// a word"));
    stage.advance("30s");
    assert_eq!(stage.seconds(), [0]);
}

#[test]
fn an_edited_facts_file_is_taken_in() {
    let mut stage = Stage::play(r#"every("10s", || put_metadata(next_fact("cats")));"#);
    stage.advance("5s");
    let file = FileRef { kind: FileKind::Facts, name: "cats".to_owned() };
    stage.evening.save_file(stage.show, &file, FileAnswer::Text("new 1\nnew 2\n".into()));
    stage.advance("10s");
    assert_eq!(stage.texts(), ["fact 1", "new 2"]);
    let reloaded = stage.evening.events().iter().find_map(|event| {
        let What::Reloaded(reloaded) = &event.what else { return None };
        Some(reloaded.file.clone())
    });
    assert_eq!(reloaded.as_deref(), Some("facts/cats.txt"));
}

#[test]
fn a_file_that_holds_no_data_any_more_leaves_the_show_with_what_it_read_before() {
    let script = r#"
        every("10s", || put_metadata(read_json("a.json").text));
        every("10s", || put_metadata(read_csv("b.csv")[0].text));
        every("10s", || put_metadata(random_fact("cats")));"#;
    let mut stage = Stage::play(script);
    let file = |kind, name: &str| FileRef { kind, name: name.to_owned() };
    let files = [
        (file(FileKind::Data, "a.json"), r#"{"text": "one"}"#, r#"{"text": "#, "is no JSON"),
        (file(FileKind::Data, "b.csv"), "text\none", "text\none, two", "is no CSV"),
        (file(FileKind::Facts, "cats"), "one", "# none", "holds no facts"),
    ];
    let save = |stage: &mut Stage, file: &FileRef, text: &str| {
        stage.evening.save_file(stage.show, file, FileAnswer::Text(text.into()));
    };
    for (file, good, ..) in &files {
        save(&mut stage, file, good);
    }
    stage.advance("10s");
    for (file, _, broken, _) in &files {
        save(&mut stage, file, broken);
    }
    stage.advance("10s");
    assert_eq!(stage.texts(), ["one"; 6]);
    let warned: Vec<_> = stage
        .evening
        .events()
        .iter()
        .filter_map(|event| {
            let What::Warning { message } = &event.what else { return None };
            Some(message.clone())
        })
        .collect();
    for (_, _, _, why) in &files {
        let is_said = |it: &String| it.contains(why) && it.contains("goes on with what it read");
        assert!(warned.iter().any(is_said), "{why}: {warned:?}");
    }
    for (file, good, ..) in &files {
        save(&mut stage, file, &good.replace("one", "two"));
    }
    stage.advance("10s");
    assert_eq!(stage.texts()[6..], ["two"; 3]);
}

#[test]
fn an_edited_import_brings_a_new_version() {
    let mut evening = evening(START);
    let lib = FileRef { kind: FileKind::Script, name: "lib".to_owned() };
    let files = |text: &str| FileAnswer::Text(format!("fn word() {{ \"{text}\" }}").into());
    let script = r#"import "lib" as lib; every("10s", || put_metadata(lib::word()));"#;
    let known = Files::from([(lib.clone(), files("old"))]);
    let show = evening.add(setup(REMOTE), script, known, Saved::default());
    let mut stage = Stage { evening, show };
    stage.advance("5s");
    assert_eq!(stage.mistakes(), [] as [String; 0]);
    stage.evening.save_file(stage.show, &lib, files("new"));
    stage.advance("10s");
    assert_eq!(stage.texts(), ["old", "new"]);
}

#[test]
fn an_import_of_an_import_that_only_a_handler_names_brings_a_new_version() {
    let mut evening = evening(START);
    let file = |name: &str| FileRef { kind: FileKind::Script, name: name.to_owned() };
    let text = |text: &str| FileAnswer::Text(text.to_owned().into());
    let known = Files::from([
        (file("lib"), text(r#"import "inner" as inner; fn word() { inner::word() }"#)),
        (file("inner"), text(r#"fn word() { "old" }"#)),
    ]);
    let script = r#"every("10s", || { import "l" + "ib" as lib; put_metadata(lib::word()) });"#;
    let show = evening.add(setup(REMOTE), script, known, Saved::default());
    let mut stage = Stage { evening, show };
    stage.advance("5s");
    stage.evening.save_file(stage.show, &file("inner"), text(r#"fn word() { "new" }"#));
    stage.advance("10s");
    assert_eq!(stage.mistakes(), [] as [String; 0]);
    assert_eq!(stage.texts(), ["old", "new"]);
}

#[test]
fn an_import_that_is_not_imported_any_more_changes_nothing() {
    let mut evening = evening(START);
    let lib = FileRef { kind: FileKind::Script, name: "lib".to_owned() };
    let files = |text: &str| FileAnswer::Text(format!("fn word() {{ \"{text}\" }}").into());
    let with = r#"import "lib" as lib; every("10s", || put_metadata(lib::word()));"#;
    let known = Files::from([(lib.clone(), files("one"))]);
    let show = evening.add(setup(REMOTE), with, known, Saved::default());
    let mut stage = Stage { evening, show };
    stage.advance("5s");
    stage.save(TICK);
    stage.advance("1s");
    stage.evening.save_file(stage.show, &lib, files("two"));
    stage.advance("1s");
    assert_eq!(stage.count("reloaded"), 1, "only the script itself");
    // One that was refused may have been so for its import: that is tried again.
    stage.save(&format!("{with} lib::other();"));
    stage.advance("1s");
    assert_eq!(stage.count("reloaded"), 1);
    let mended = "fn word() { \"three\" } fn other() { }";
    stage.evening.save_file(stage.show, &lib, FileAnswer::Text(mended.into()));
    stage.advance("5s");
    assert_eq!((stage.count("reloaded"), stage.texts()), (2, vec!["one".into(), "three".into()]));
}
