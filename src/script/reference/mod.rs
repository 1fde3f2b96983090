//! The reference: the whole show language as its own code tells of it. What an example sends and
//! what a mistake is answered are not written down here, they are played when the page is made.

pub(super) mod definitions;
mod entry;
mod habits;
mod markdown;
mod numbers;
mod payloads;
pub(super) mod sample;
mod scripts;
mod terminal;
mod topics;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Serialize;

use super::words::{test_words, words_by_subject};
pub use definitions::file as definitions;
pub use entry::{Entry, Example, Mistake, OptionTold};
#[cfg(test)]
pub(super) use habits::HABITS;
pub use markdown::page;
pub use payloads::{Field, KINDS, Kind};
pub use terminal::{entry as entry_for_terminal, whole as whole_for_terminal};

/// What belongs together.
#[derive(Debug, Serialize)]
pub struct Subject {
    /// What it is about.
    pub title: &'static str,
    /// Its words, in the order in which they are best read.
    pub entries: Vec<Entry>,
}

/// The whole language, by subject.
pub fn subjects() -> &'static [Subject] {
    static SUBJECTS: OnceLock<Vec<Subject>> = OnceLock::new();
    SUBJECTS.get_or_init(|| {
        let mut subjects: Vec<Subject> = Vec::new();
        let words = words_by_subject()
            .map(|(title, word)| (title, Entry::read(word.name, word.forms, word.doc)));
        let topics = topics::TOPICS
            .iter()
            .map(|topic| (topic.subject, Entry::read(topic.name, topic.forms, topic.doc)));
        let of_tests =
            test_words().map(|word| ("In tests", Entry::read(word.name, word.forms, word.doc)));
        for (title, entry) in words.chain(topics).chain(of_tests) {
            match subjects.iter_mut().find(|subject| subject.title == title) {
                Some(subject) => subject.entries.push(entry),
                None => subjects.push(Subject { title, entries: vec![entry] }),
            }
        }
        subjects
    })
}

/// What topics are called elsewhere.
const ALSO: [(&str, &str); 23] = [
    ("array", "list"),
    ("arrays", "list"),
    ("string", "text"),
    ("strings", "text"),
    ("object", "map"),
    ("objects", "map"),
    ("dict", "map"),
    ("options", "map"),
    ("closure", "fn"),
    ("closures", "fn"),
    ("function", "fn"),
    ("functions", "fn"),
    ("constant", "const"),
    ("let", "const"),
    ("date", "time"),
    ("timezones", "zone"),
    ("else", "if"),
    ("switch", "if"),
    ("for", "if"),
    ("while", "if"),
    ("loop", "if"),
    ("break", "if"),
    ("payload", "put_metadata"),
];

/// One word or topic by its name, also in the plural or as it is called elsewhere.
pub fn find(name: &str) -> Option<&'static Entry> {
    static BY_NAME: OnceLock<BTreeMap<&'static str, &'static Entry>> = OnceLock::new();
    let all = || subjects().iter().flat_map(|subject| &subject.entries);
    let by_name = BY_NAME.get_or_init(|| all().map(|entry| (entry.name, entry)).collect());
    let also = || ALSO.iter().find(|(other, _)| *other == name).map(|(_, own)| *own);
    let one = || name.strip_suffix('s').filter(|one| by_name.contains_key(one));
    by_name.get(name).or_else(|| by_name.get(one().or_else(also)?)).copied()
}

/// What somebody means who looks for a name that is no word of its own: an option of a word, or
/// what another language calls something.
pub fn meant(name: &str) -> Option<String> {
    let all = subjects().iter().flat_map(|subject| &subject.entries);
    let words = all.filter(|entry| entry.options.iter().any(|option| option.name == name));
    let words: Vec<String> = words.map(|entry| format!("`{}`", entry.name)).collect();
    if words.is_empty() {
        return super::habits::foreign(name).map(str::to_owned);
    }
    Some(format!("it is an option of {}", words.join(", ")))
}

/// The names of all words and topics.
pub fn names() -> impl Iterator<Item = &'static str> {
    subjects().iter().flat_map(|subject| subject.entries.iter().map(|entry| entry.name))
}

/// All that somebody may look for: words, topics, what those are called elsewhere, and options.
pub fn looked_for() -> impl Iterator<Item = String> {
    let options = subjects().iter().flat_map(|subject| &subject.entries);
    let options = options.flat_map(|entry| &entry.options).map(|option| option.name.clone());
    let others = ALSO.iter().map(|(other, _)| *other);
    names().chain(others).map(str::to_owned).chain(options)
}
