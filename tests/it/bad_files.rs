//! Facts that cannot be read: the show says so at its line, goes on, and takes them when they can.

use std::fs::{self, File};

use crate::rig::{House, Local};

const SCRIPT: &str = "// One fact.\ncue(\"fact\", every(\"300ms\"), || {\n    \
    put_metadata(next_fact(\"cats\"));\n});\n";

/// What the show says of the facts in this house, and that it goes on with better ones.
fn said_of(house: &House) -> String {
    let local = Local::start();
    let mut show = house.run(&local, &[]);
    let error = show.event("script_error");
    assert_eq!((&error["line"], &error["cue"]), (&3.into(), &"fact".into()), "{error}");
    fs::remove_file(house.at("facts/cats.txt")).expect("it is there");
    house.write("facts/cats.txt", "Cats purr.\n");
    show.sent("Cats purr.");
    assert_eq!(show.stop().code, Some(0));
    let words = format!("{}\nhint: {}", error["message"], error["hint"]);
    house.tidy(&words.replace('"', ""))
}

#[test]
fn facts_in_another_encoding() {
    let house = House::with(SCRIPT);
    house.write("facts/cats.txt", "");
    let latin_1 = b"Cats purr.\nCats are chic \xe0 la fran\xe7aise.\n";
    fs::write(house.at("facts/cats.txt"), latin_1).expect("a file can be written");
    insta::assert_snapshot!(said_of(&house), @"
    line 2 of `[house]/facts/cats.txt` is not UTF-8 text
    hint: save the file as UTF-8
    ");
}

#[test]
fn facts_of_fifty_megabytes() {
    let house = House::with(SCRIPT);
    house.write("facts/cats.txt", "");
    let file = File::create(house.at("facts/cats.txt")).expect("a file can be written");
    file.set_len(50 * 1_024 * 1_024).expect("it may be as long as it likes");
    insta::assert_snapshot!(said_of(&house), @"
    `[house]/facts/cats.txt` has 52428800 bytes, at most 4194304 are read
    hint: split it, or keep only what the show needs
    ");
}
