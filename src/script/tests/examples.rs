//! Every example of the reference runs: its top level and each of its handlers.

use std::sync::Arc;

use serde_json::json;

use super::rig::Rig;
use crate::model::file::FileKind;
use crate::model::poll::Leader;
use crate::script::api::{Called, Loaded, Ready};
use crate::script::words;

fn rig() -> Rig {
    let mut rig = Rig::new();
    rig.file(FileKind::Facts, "cats", "one\ntwo\nthree\n");
    rig.file(FileKind::Data, "scores.json", r#"{"rows": [["Reds", 2]]}"#);
    rig.file(FileKind::Data, "greetings.txt", "hello\nwelcome\n");
    rig.file(FileKind::Data, "run_sheet.csv", "at,text\n5m,first\n6m,second\n");
    let leaders = vec![Leader { name: "Ada".to_owned(), points: 10 }];
    Arc::make_mut(&mut rig.polls).set_leaders(Some(leaders), rig.now);
    rig
}

fn run(rig: &mut Rig, ready: &Ready, what: &str) {
    for plan in &ready.cues {
        let handler = ready.generation.handler(&plan.key).expect("each cue has its handler");
        let data = json!({"name": "value"});
        match rig.try_call_with(&ready.generation, &handler, data) {
            Called::Done(_) => {}
            Called::Needs(files) => panic!("{what} reads {files:?}"),
            Called::NeedsCounts(counts) => panic!("{what} reads {counts:?}"),
            Called::Failed(error, _) => panic!("{what}: {error}"),
        }
    }
}

#[test]
fn every_word_has_an_example_that_runs() {
    for word in words() {
        assert!(word.examples().count() > 0, "`{}` has no example", word.name);
        for example in word.examples() {
            let mut rig = rig();
            match rig.try_load(example) {
                Loaded::Ready(ready) => run(&mut rig, &ready, word.name),
                Loaded::Needs(files) => panic!("`{}` reads {files:?}", word.name),
                Loaded::Failed(errors) => panic!("`{}`: {}", word.name, super::rig::shown(&errors)),
            }
            assert!(example.contains(word.name) || word.name == "sleep", "{}", word.name);
        }
    }
}

#[test]
fn no_word_is_registered_twice() {
    let mut names: Vec<&str> = words().map(|word| word.name).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
