//! What ships with the program is as good as it says: facts that fit, scripts that stay short.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::scripts::scripts;

/// Bytes of one fact: with four answers it fits a payload with ease.
const FACT_MAX_BYTES: usize = 400;
/// Lines of one example script: it is read in one breath.
const SCRIPT_MAX_LINES: usize = 40;

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What is wrong with a list of facts, each with its line.
fn flaws(facts: &str) -> Vec<String> {
    let mut met = BTreeSet::new();
    let mut flaws = Vec::new();
    for (number, line) in (1..).zip(facts.lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let mut flaw = |what: &str| flaws.push(format!("line {number}: {what}: {line}"));
        if line.len() > FACT_MAX_BYTES {
            flaw("longer than 400 bytes");
        }
        if line != line.trim() {
            flaw("spaces around it");
        }
        if !line.ends_with('.') || line.starts_with(char::is_lowercase) {
            flaw("not a sentence");
        }
        if !met.insert(line.to_lowercase()) {
            flaw("said before");
        }
    }
    flaws
}

#[test]
fn there_are_a_hundred_facts_about_cats() {
    let facts = fs::read_to_string(package().join("facts/cats.txt")).expect("cats.txt is there");
    let count = facts.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
    assert!(count >= 100, "{count} facts, wanted a hundred");
    assert_eq!(flaws(&facts), Vec::<String>::new());
}

#[test]
fn a_flawed_fact_is_found() {
    let long = format!("C{}.", "a".repeat(FACT_MAX_BYTES));
    for bad in ["cats purr.", "Cats purr", " Cats purr.", "Cats purr.\nCats Purr.", &long] {
        assert_eq!(flaws(bad).len(), 1, "{bad}");
    }
    assert_eq!(flaws("# cats\n\nCats purr.\nCats sleep."), Vec::<String>::new());
}

#[test]
fn the_scripts_are_short_and_begin_with_what_they_do() {
    let scripts = scripts();
    assert!(scripts.len() >= 5, "{scripts:?}");
    for path in scripts {
        let text = fs::read_to_string(&path).expect("it can be read");
        assert!(text.starts_with("// "), "{} opens without a word", path.display());
        assert!(text.lines().count() <= SCRIPT_MAX_LINES, "{} is too long", path.display());
    }
}
