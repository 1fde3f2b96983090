//! One entry of the reference, read from the documentation beside the code.
//!
//! The convention: paragraphs of text; `Options:` with a list, a line each; `Gives: …`;
//! `Limits: …`; `Errors:` with a list of scripts that are refused; examples between fences.
//! `{NAME}` stands for a number of `model/limits.rs`.

use std::sync::OnceLock;

use serde::Serialize;

use super::numbers::filled;
use super::sample::{self, Played};

/// A word or a topic.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// How it is written, one line for each form.
    pub forms: &'static [&'static str],
    /// What it does, in paragraphs.
    pub text: Vec<String>,
    /// What its options map may hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionTold>,
    /// What it gives back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gives: Option<String>,
    /// What bounds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<String>,
    /// Scripts that it refuses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Mistake>,
    /// Scripts that use it.
    pub examples: Vec<Example>,
}

/// One option.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct OptionTold {
    /// Its name.
    pub name: String,
    /// What it is and does.
    pub text: String,
}

/// A script that is refused.
#[derive(Debug, Serialize)]
pub struct Mistake {
    /// The script.
    pub script: String,
    /// What is said of it; found by trying, when it is first asked for.
    #[serde(skip)]
    answer: OnceLock<Option<String>>,
}

/// A script that works.
#[derive(Debug, Serialize)]
pub struct Example {
    /// The script.
    pub script: &'static str,
    /// What it does; found by playing it, when it is first asked for.
    #[serde(skip)]
    played: OnceLock<Played>,
}

impl Mistake {
    /// What is said of it; none if it is no mistake, which a test rules out.
    pub fn answer(&self) -> Option<&str> {
        self.answer.get_or_init(|| sample::play(&self.script).failure).as_deref()
    }
}

impl Example {
    /// What it does when each of its cues is fired once; nothing where it shows a test, which says
    /// by itself what is to come of it.
    pub fn played(&self) -> &Played {
        let is_test = self.script.contains("fn test_");
        let play = || if is_test { Played::default() } else { sample::play(self.script) };
        self.played.get_or_init(play)
    }
}

/// Where the reader of a documentation is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    Options,
    Gives,
    Limits,
    Errors,
}

impl Entry {
    /// Reads an entry.
    pub(super) fn read(
        name: &'static str,
        forms: &'static [&'static str],
        doc: &'static str,
    ) -> Self {
        let mut entry = Self {
            name,
            forms,
            text: Vec::new(),
            options: Vec::new(),
            gives: None,
            limits: None,
            errors: Vec::new(),
            examples: Vec::new(),
        };
        for (n, part) in doc.split("```").enumerate() {
            match part.strip_prefix("rhai\n") {
                Some(script) if n % 2 == 1 => {
                    entry.examples.push(Example { script, played: OnceLock::new() });
                }
                _ => entry.read_words(&filled(part)),
            }
        }
        entry
    }

    fn read_words(&mut self, words: &str) {
        let mut part = Part::Text;
        let mut paragraph = String::new();
        for line in words.lines().chain([""]) {
            let (next, rest) = begins(line).unwrap_or((part, line));
            if next != part || line.is_empty() {
                self.add(part, &paragraph);
                paragraph.clear();
                part = next;
            }
            if part == Part::Text || !line.is_empty() {
                let item = rest.strip_prefix("- ");
                if item.is_some() {
                    self.add(part, &paragraph);
                    paragraph.clear();
                }
                let words = item.unwrap_or(rest).trim();
                if !paragraph.is_empty() && !words.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(words);
            }
        }
        self.add(part, &paragraph);
    }

    fn add(&mut self, part: Part, words: &str) {
        if words.is_empty() {
            return;
        }
        let words = words.to_owned();
        match part {
            Part::Text => self.text.push(words),
            Part::Gives => self.gives = Some(words),
            Part::Limits => self.limits = Some(words),
            Part::Options => {
                let told = words.strip_prefix('`').and_then(|rest| rest.split_once("`: "));
                let (name, text) = told.unwrap_or((&words, ""));
                self.options.push(OptionTold { name: name.to_owned(), text: text.to_owned() });
            }
            Part::Errors => {
                let script = words.trim_matches('`').to_owned();
                self.errors.push(Mistake { script, answer: OnceLock::new() });
            }
        }
    }
}

/// Whether a line begins another part, and what of that stands in it.
fn begins(line: &str) -> Option<(Part, &str)> {
    let parts = [
        ("Options:", Part::Options),
        ("Gives:", Part::Gives),
        ("Limits:", Part::Limits),
        ("Errors:", Part::Errors),
    ];
    parts.into_iter().find_map(|(head, part)| Some((part, line.strip_prefix(head)?)))
}
