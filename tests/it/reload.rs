//! Edits while on air, with real files in every manner in which editors save.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::json;

use crate::rig::{House, LOCAL, Local, Runner};

/// A version that says its name three times a second.
fn version(name: &str) -> String {
    format!("cue(\"beat\", every(\"300ms\"), || put_metadata({name:?}));\n")
}

fn on_air(house: &House, local: &Local) -> Runner {
    let mut show = house.run(local, &[]);
    show.sent("one");
    show
}

fn takes_over(show: &mut Runner, name: &str) {
    let reloaded = show.event("reloaded");
    assert_eq!((&reloaded["kept"], reloaded.get("added")), (&json!(1), None), "{reloaded}");
    show.sent(name);
}

/// Saved as most editors do: a new file takes the old one's name.
fn save_anew(path: &Path, text: &str) {
    let new = path.with_extension("tmp");
    fs::write(&new, text).expect("it can be written");
    fs::rename(new, path).expect("it can be renamed");
}

/// Saved as vi does: the old file becomes the backup, which goes when all went well.
fn save_with_backup(path: &Path, text: &str) {
    let backup = path.with_extension("rhai~");
    fs::rename(path, &backup).expect("it can be renamed");
    fs::write(path, text).expect("it can be written");
    fs::remove_file(backup).expect("it is there");
}

#[test]
fn a_save_takes_over_however_it_is_made() {
    let (house, local) = (House::with(&version("one")), Local::start());
    let mut show = on_air(&house, &local);
    fs::write(house.script(), version("two")).expect("it can be written");
    takes_over(&mut show, "two");
    save_anew(&house.script(), &version("three"));
    takes_over(&mut show, "three");
    save_with_backup(&house.script(), &version("four"));
    takes_over(&mut show, "four");
    // The file that was watched first is long gone.
    fs::write(house.script(), version("five")).expect("it can be written");
    takes_over(&mut show, "five");
    assert_eq!(show.stop().code, Some(0));
}

#[test]
fn a_link_that_leads_elsewhere_takes_over() {
    let (house, local) = (House::with(""), Local::start());
    house.write("versions/1/show.rhai", &version("one"));
    house.write("versions/2/show.rhai", &version("two"));
    fs::remove_file(house.script()).expect("it is there");
    symlink(house.at("versions/1/show.rhai"), house.script()).expect("a link can be made");
    let mut show = on_air(&house, &local);
    let new = house.at("show/new");
    symlink(house.at("versions/2/show.rhai"), &new).expect("a link can be made");
    fs::rename(new, house.script()).expect("it can be renamed");
    takes_over(&mut show, "two");
    house.write("versions/2/show.rhai", &version("three"));
    takes_over(&mut show, "three");
}

#[test]
fn never_deaf_however_often_it_is_saved() {
    let (house, local) = (House::with(&version("one")), Local::start());
    let mut show = on_air(&house, &local);
    for n in 0..21 {
        let text = version(&format!("save {n}"));
        match n % 3 {
            0 => fs::write(house.script(), text).expect("it can be written"),
            1 => save_anew(&house.script(), &text),
            _ => save_with_backup(&house.script(), &text),
        }
        show.event("reloaded");
    }
    show.sent("save 20");
    let ended = show.stop();
    let failed = ended.events().iter().filter(|event| event["event"] == "reload_failed").count();
    assert_eq!(failed, 0, "no half of a file was ever taken");
}

#[test]
fn an_import_and_what_it_says() {
    let script = "import \"words\" as words;\n\
        cue(\"beat\", every(\"300ms\"), || put_metadata(words::text()));";
    let (house, local) = (House::with(script), Local::start());
    house.write("show/words.rhai", "fn text() { \"one\" }");
    let mut show = on_air(&house, &local);
    house.write("show/words.rhai", "fn text() { \"two\" }");
    takes_over(&mut show, "two");
    house.write("show/words.rhai", "fn text() { \"thr");
    show.event("reload_failed");
    show.several("sent", 2);
    save_anew(&house.at("show/words.rhai"), "fn text() { \"four\" }");
    takes_over(&mut show, "four");
}

#[test]
fn facts_and_data_are_read_anew() {
    let script = r#"cue("beat", every("300ms"), || {
        put_metadata(`${next_fact("list")} and ${read_lines("data.txt")[0]}`);
    });"#;
    let (house, local) = (House::with(script), Local::start());
    house.write("facts/list.txt", "one\n");
    house.write("show/data.txt", "more\n");
    let mut show = on_air(&house, &local);
    save_anew(&house.at("facts/list.txt"), "# a new list\n\ntwo\n");
    let reloaded = show.event("reloaded");
    assert!(reloaded["file"].as_str().is_some_and(|file| file.contains("list")), "{reloaded}");
    show.sent("two and more");
    house.write("show/data.txt", "less\r\n");
    show.event("reloaded");
    show.sent("two and less");
}

#[test]
fn a_broken_version_keeps_the_show_on() {
    let (house, local) = (House::with(&version("one")), Local::start());
    let mut show = on_air(&house, &local);
    for broken in ["every(\"1s\", || {\n  putmetadata(1);\n});", "let x = ;", "throw \"no\";"] {
        fs::write(house.script(), broken).expect("it can be written");
        let failed = show.event("reload_failed");
        assert!(failed["line"].as_i64().is_some_and(|line| line >= 1), "{failed}");
        show.several("sent", 2);
    }
    fs::write(house.script(), version("two")).expect("it can be written");
    takes_over(&mut show, "two");
    let ended = show.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
    let payloads = local.payloads(LOCAL);
    assert!(payloads.iter().all(|text| text == "one" || text == "two"), "{payloads:?}");
}

#[test]
fn the_screen_says_what_is_wrong_and_that_the_show_goes_on() {
    let (house, local) = (House::with(&version("one")), Local::start());
    let mut show = house.run_plain(&local, &[]);
    show.line("a payload", |line| line.contains("  sent     "));
    house.write("show/show.rhai", "every(\"1s\", || put_metadat(\"x\"));\n");
    let error = show.line("the mistake", |line| line.starts_with("error: "));
    assert_eq!(error, "error: `put_metadat` is not part of the show language");
    let place = show.line("its place", |line| line.starts_with("  --> "));
    assert!(place.ends_with("show.rhai:1:16"), "{place}");
    show.line("the hint", |line| line.ends_with("^^^^^^^^^^^ did you mean `put_metadata`?"));
    show.line("comfort", |line| line.starts_with("the show on air goes on with the version of "));
    show.line("a payload", |line| line.contains("  sent     "));
    house.write("show/show.rhai", &version("two"));
    show.line("what changed", |line| {
        line.contains("  reload   1 cue kept, 1 line changed · next: beat in ")
    });
}

#[test]
fn a_version_that_only_fails_goes_again() {
    let (house, local) = (House::with(&version("one")), Local::start());
    let mut show = on_air(&house, &local);
    let bad = "cue(\"beat\", every(\"300ms\"), || { throw \"always\"; });";
    fs::write(house.script(), bad).expect("it can be written");
    show.event("reloaded");
    show.several("script_error", 3);
    let back = show.event("rolled_back");
    // The first version did not stand for a minute: there is none to go back to, and that is said.
    assert!(back["to"].is_null(), "{back}");
    fs::write(house.script(), version("two")).expect("it can be written");
    show.sent("two");
}

#[test]
fn a_script_that_is_deleted_goes_on_and_may_come_back() {
    let (house, local) = (House::with(&version("one")), Local::start());
    let mut show = on_air(&house, &local);
    fs::remove_file(house.script()).expect("it is there");
    show.wait("a word about it", |event| event.to_string().contains("is gone"));
    show.several("sent", 2);
    fs::write(house.script(), version("two")).expect("it can be written");
    show.sent("two");
    let ended = show.stop();
    let told = ended.events().iter().filter(|it| it.to_string().contains("is gone")).count();
    assert_eq!(told, 1, "it is said once");
}

#[test]
fn a_save_fires_nothing() {
    let script = |n: u32| format!("cue(\"once\", every(\"1h\"), || put_metadata(\"save {n}\"));");
    let (house, local) = (House::with(&script(0)), Local::start());
    let mut show = house.run(&local, &[]);
    show.event("sent");
    for n in 1..=5 {
        house.write("show/show.rhai", &script(n));
        show.event("reloaded");
    }
    show.stop();
    assert_eq!(local.payloads(LOCAL), ["save 0"]);
}
