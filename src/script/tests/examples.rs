//! The reference does not lie: every example runs, every mistake is one, every habit is a habit.

use std::collections::BTreeSet;

use rhai::Engine;

use crate::script::reference::{HABITS, KINDS, definitions, page, sample, subjects};
use crate::script::time_value::TimeValue;
use crate::script::{test_words, words};

#[test]
fn every_entry_has_an_example_that_runs() {
    for entry in subjects().iter().flat_map(|subject| &subject.entries) {
        assert!(!entry.examples.is_empty(), "`{}` has no example", entry.name);
        for example in &entry.examples {
            let failure = &example.played().failure;
            assert!(failure.is_none(), "`{}`: {failure:?}", entry.name);
        }
    }
}

#[test]
fn every_word_is_used_by_its_example() {
    for word in words() {
        let entry = crate::script::reference::find(word.name).expect("every word has an entry");
        let used = entry.examples.iter().any(|example| example.script.contains(word.name));
        assert!(used || word.name == "sleep", "`{}`", word.name);
    }
}

#[test]
fn every_mistake_is_one() {
    let entries = subjects().iter().flat_map(|subject| &subject.entries);
    let mistakes = entries.flat_map(|entry| &entry.errors);
    let none = mistakes.filter(|mistake| mistake.answer().is_none());
    assert_eq!(none.map(|mistake| mistake.script.as_str()).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn every_number_is_a_limit_and_every_option_is_told() {
    for entry in subjects().iter().flat_map(|subject| &subject.entries) {
        let texts = entry.text.iter().chain(&entry.limits).chain(&entry.gives);
        for text in texts.chain(entry.options.iter().map(|option| &option.text)) {
            let plain = text.replace("#{", "");
            let left = plain.split('{').skip(1).any(|rest| rest.starts_with(char::is_uppercase));
            assert!(!left, "`{}`: {text}", entry.name);
            assert!(!text.is_empty(), "an option of `{}` is not told", entry.name);
        }
    }
}

#[test]
fn no_name_is_told_twice() {
    let names: Vec<&str> = crate::script::reference::names().collect();
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), distinct.len(), "{names:?}");
    let anchors: Vec<String> = page()
        .lines()
        .filter(|line| line.starts_with("##"))
        .map(|line| line.trim_start_matches('#').replace('`', "").trim().to_lowercase())
        .collect();
    let distinct: BTreeSet<&String> = anchors.iter().collect();
    assert_eq!(anchors.len(), distinct.len(), "{anchors:?}");
}

#[test]
fn the_parts_of_a_time_are_told() {
    let time = crate::script::reference::find("time").expect("it is a topic");
    for part in TimeValue::PARTS {
        assert!(time.forms.iter().any(|form| form.ends_with(&format!(".{part}"))), "{part}");
    }
}

#[test]
fn what_javascript_writes_is_refused_and_what_is_written_here_works() {
    let play = |turn: &str| {
        let body = if turn.starts_with("fn ") || turn.starts_with("function ") {
            format!("{turn}\ncue(\"c\", || 1);")
        } else {
            format!(
                "fn tick() {{ 1 }}\ncue(\"c\", || {{\nlet x = 1; let f = |a, b| a; \
                 let text = \"abc\"; let list = [3, 1]; let map = #{{a: 1}};\n{turn}\n}});"
            )
        };
        let at_top = turn.starts_with("every(") || turn.starts_with("setInterval(");
        let body = if at_top { format!("fn tick() {{ 1 }}\n{turn}") } else { body };
        sample::play(&body).failure
    };
    for habit in &HABITS {
        assert!(play(habit.theirs).is_some(), "this is no mistake here: {}", habit.theirs);
        let failure = play(habit.here).filter(|said| !habit.here.contains(said.as_str()));
        assert!(failure.is_none(), "{}: {failure:?}", habit.here);
    }
}

#[test]
fn the_samples_of_payloads_hold_what_they_need_and_fit() {
    for kind in &KINDS {
        let payload: crate::model::payload::Payload = kind.sample.parse().expect("it fits");
        let value: serde_json::Value = serde_json::from_str(payload.as_str()).expect("JSON");
        for field in kind.fields.iter().filter(|field| field.needed) {
            assert!(value.get(field.name).is_some(), "{}: {}", kind.name, field.name);
        }
    }
}

/// What words build is what the table of payloads says.
#[test]
fn what_words_build_has_the_fields_that_are_told() {
    for (word, kind) in [
        ("poll(\"Tea?\", [\"Yes\", \"No\"])", "poll"),
        ("notice(\"x\")", "notice"),
        ("card(#{title: \"x\", text: \"x\", image: \"x\", url: \"x\", price: \"x\"})", "card"),
        ("timer(\"x\", \"4s\")", "timer"),
        ("meter(\"x\", 1, 2)", "meter"),
        ("board(\"x\", [])", "board"),
    ] {
        let played = sample::play(&format!("on(\"start\", || put_metadata({word}));"));
        let value: serde_json::Value = serde_json::from_str(&played.sent[0]).expect("JSON");
        let told = KINDS.iter().find(|told| told.name == kind).expect("it is told");
        for name in value.as_object().expect("an object").keys().filter(|name| *name != "type") {
            assert!(told.fields.iter().any(|field| field.name == name), "{kind}: {name}");
        }
    }
}

/// Rhai does not read definition files, but each line is a head that rhai can be made to read.
#[test]
fn the_definitions_are_heads_of_functions_and_name_them_all() {
    let (engine, file) = (Engine::new_raw(), definitions());
    let mut heads = BTreeSet::new();
    for line in file.lines().filter(|line| line.starts_with("fn ") && !line.contains(" get ")) {
        let (head, given) = line.split_once(") -> ").expect("it says what it gives");
        let (name, parameters) = head[3..].split_once('(').expect("it has parameters");
        let names: Vec<&str> =
            parameters.split(", ").filter_map(|of| Some(of.split_once(": ")?.0)).collect();
        let function = format!("fn {name}({}) {{}}", names.join(", "));
        assert!(engine.compile(&function).is_ok(), "{function}");
        assert!(given.ends_with(';'), "{line}");
        heads.insert((name.to_owned(), names.len()));
    }
    let told: BTreeSet<(String, usize)> = words()
        .chain(test_words())
        .flat_map(|word| word.arities().into_iter().map(|count| (word.name.to_owned(), count)))
        .collect();
    assert_eq!(heads, told);
    let other = |line: &&str| {
        !["fn ", "let ", "///", "//", "module static;"].iter().any(|head| line.starts_with(head))
    };
    assert_eq!(file.lines().filter(other).find(|line| !line.is_empty()), None);
}
