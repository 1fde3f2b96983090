//! Words that belong to one room: the time, the hands, and the crates that one room stands for.

use super::Breach;
use super::paths::{Path, Place};
use super::source::Source;

/// A word that has a home.
struct Law {
    word: Word,
    /// Where it is at home: a folder or a file, without its `.rs`.
    homes: &'static [&'static str],
    instead: &'static str,
    /// A line that breaks it, for the law's own test.
    breaks: &'static str,
}

/// How a word is recognised in a path.
enum Word {
    /// The crate, or what begins so when it ends with `_`.
    Crate(&'static str),
    /// A module of the standard library.
    Std(&'static str),
    /// Two segments side by side.
    Pair(&'static str, &'static str),
    /// A type's name, wherever it stands.
    Name(&'static str),
    /// A macro's call.
    Macro(&'static str),
}

const NOW: &str = "take `now: Now` as an argument: the world's clock hands it in";
const HANDS: &str = "make it an output for the world to do, and an input for what came of it";
const ORDER: &str = "`BTreeMap` or `BTreeSet`: their order is the same on every run";
const PRINT: &str = "make it an event: screen and journal read those";

const LAWS: &[Law] = &[
    law(Word::Pair("Instant", "now"), CLOCK, NOW, "let t = std::time::Instant::now();"),
    law(Word::Pair("SystemTime", "now"), CLOCK, NOW, "let t = SystemTime::now();"),
    law(Word::Pair("Timestamp", "now"), CLOCK, NOW, "let t = map(jiff::Timestamp::now);"),
    law(Word::Pair("Zoned", "now"), CLOCK, NOW, "let t = Zoned::now();"),
    law(Word::Crate("tokio"), WORLD, HANDS, "#[tokio::test] fn f() {}"),
    law(Word::Crate("axum"), WORLD, HANDS, "use ::axum::Router;"),
    law(Word::Crate("aws_"), WORLD, HANDS, "use aws_sdk_ivs as ivs;"),
    law(Word::Std("fs"), WORLD, HANDS, "use std::{fmt, fs::{self as files}};"),
    law(Word::Std("net"), WORLD, HANDS, "let a: std::net::IpAddr;"),
    law(Word::Std("thread"), THREADS, HANDS, "std::thread::spawn(f);"),
    law(
        Word::Std("env"),
        &["src/world", "src/cli"],
        "read it in `world` or `cli` and hand the value in",
        "use std::{env, fmt};",
    ),
    law(
        Word::Crate("rhai"),
        &["src/script"],
        "speak to scripts through `crate::script::api`",
        "fn f(x: &rhai::Engine) {}",
    ),
    law(
        Word::Crate("rand"),
        &["src/rules/random"],
        "`crate::rules::random::Random`, which is seeded",
        "use rand::Rng;",
    ),
    law(
        Word::Crate("rand_"),
        &["src/rules/random"],
        "`crate::rules::random::Random`, which is seeded",
        "use rand_chacha::ChaCha8Rng;",
    ),
    law(
        Word::Crate("getrandom"),
        &["src/world/entropy"],
        "`crate::world::entropy`: keys, ids and tokens come from there",
        "getrandom::fill(&mut key);",
    ),
    law(Word::Name("HashMap"), WORLD, ORDER, "use std::collections::HashMap;"),
    law(Word::Name("HashSet"), WORLD, ORDER, "fn f(x: HashSet<u8>) {}"),
    law(Word::Macro("println"), PRINTERS, PRINT, "println!(\"on air\");"),
    law(Word::Macro("eprintln"), PRINTERS, PRINT, "std::eprintln!(\"on air\");"),
    law(Word::Macro("print"), PRINTERS, PRINT, "print!(\"on air\");"),
    law(Word::Macro("eprint"), PRINTERS, PRINT, "eprint!(\"on air\");"),
    law(
        Word::Crate("anyhow"),
        &["src/cli"],
        "the room's own error enum, made with thiserror",
        "fn f() -> anyhow::Result<()> { Ok(()) }",
    ),
];

const CLOCK: &[&str] = &["src/world/clock"];
const WORLD: &[&str] = &["src/world"];
/// Scripts that misbehave are tried on the stack that the world gives them.
const THREADS: &[&str] = &["src/world", "src/script/tests/bad_input"];
const PRINTERS: &[&str] = &["src/world/report", "src/cli"];

const fn law(
    word: Word,
    homes: &'static [&'static str],
    instead: &'static str,
    breaks: &'static str,
) -> Law {
    Law { word, homes, instead, breaks }
}

/// The words of a file that are not at home there.
pub(super) fn check(source: &Source, paths: &[Path]) -> Vec<Breach> {
    let away: Vec<&Law> = LAWS.iter().filter(|law| !law.is_home(&source.path)).collect();
    let mut found = Vec::new();
    for path in paths {
        for law in away.iter().filter(|law| law.word.is_in(path)) {
            found.push(Breach {
                path: source.path.clone(),
                line: path.line,
                what: format!("`{}` belongs to {}", path.segments.join("::"), law.homes.join(", ")),
                instead: law.instead.to_owned(),
            });
        }
    }
    found
}

impl Law {
    fn is_home(&self, path: &str) -> bool {
        self.homes.iter().any(|home| {
            path.strip_prefix(home).is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
        })
    }
}

impl Word {
    fn is_in(&self, path: &Path) -> bool {
        let segments = &path.segments;
        let pair = |a: &str, b: &str| segments.windows(2).any(|two| two[0] == a && two[1] == b);
        match self {
            // A lone word in code may be anybody's variable.
            Self::Crate(name) if segments.len() > 1 || path.place != Place::Code => {
                segments[0] == *name || (name.ends_with('_') && segments[0].starts_with(name))
            }
            Self::Crate(_) => false,
            Self::Std(module) => segments[0] == "std" && pair("std", module),
            Self::Pair(a, b) => pair(a, b),
            Self::Name(name) => segments.iter().any(|segment| segment == name),
            Self::Macro(name) => {
                path.place == Place::Macro && segments.last().is_some_and(|last| last == name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::paths;
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        let source = Source::new(path, text);
        check(&source, &paths::of(&source.tokens)).len()
    }

    #[test]
    fn each_law_is_broken_abroad_and_kept_at_home() {
        for law in LAWS {
            assert_eq!(count("src/show/a.rs", law.breaks), 1, "{}", law.breaks);
            for home in law.homes {
                assert_eq!(count(&format!("{home}.rs"), law.breaks), 0, "{}", law.breaks);
                assert_eq!(count(&format!("{home}/a.rs"), law.breaks), 0, "{}", law.breaks);
            }
        }
    }

    #[test]
    fn a_name_that_only_begins_like_a_home_is_abroad() {
        assert_eq!(count("src/world/clocks.rs", "Instant::now();"), 1);
        assert_eq!(count("src/world/run.rs", "Instant::now();"), 1);
    }

    #[test]
    fn texts_comments_and_variables_are_free() {
        for fine in [
            "// Instant::now()",
            "/// Unlike `HashMap`.\nfn f() { g(\"println!\") }",
            "let rhai = env!(\"CARGO_PKG_VERSION\");",
            "fn print(&self) { self.print() }",
            "use crate::world::net::tokio_like;",
            "let now = Now::now();",
        ] {
            assert_eq!(count("src/show/a.rs", fine), 0, "{fine}");
        }
    }
}
