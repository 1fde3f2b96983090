//! The law of the house, enforced: rooms know only rooms before them, words stay in their room,
//! files and functions stay small. Every source file is read; comments and texts do not count.

mod paths;
mod rooms;
mod sizes;
mod source;
mod words;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use source::Source;

/// One breach of the law.
#[derive(Debug)]
struct Breach {
    path: String,
    line: usize,
    what: String,
    instead: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n    instead: {}", self.path, self.line, self.what, self.instead)
    }
}

/// All breaches of one file, by where it lies.
fn breaches(source: &Source) -> Vec<Breach> {
    let mut found = sizes::check(source);
    // `main.rs` only opens a door, and tests stand outside the house.
    if source.path.starts_with("src/") && source.path != "src/main.rs" {
        let paths = paths::of(&source.tokens);
        found.extend(rooms::check(source, &paths));
        found.extend(words::check(source, &paths));
    }
    found.sort_by_key(|breach| breach.line);
    found
}

/// The `.rs` files below a folder, in order.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the checkout can be listed").path()).collect();
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn the_house_keeps_its_law() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> =
        ["src", "tests", "benches"].iter().flat_map(|at| rust_files(&package.join(at))).collect();
    files.extend(Some(package.join("build.rs")).filter(|path| path.exists()));

    let mut found = Vec::new();
    let mut read = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file is UTF-8");
        let inside = file.strip_prefix(package).expect("it was found below the package");
        let path = inside.to_string_lossy().replace('\\', "/");
        found.extend(breaches(&Source::new(&path, &text)));
        read.push(path);
    }

    for must in ["src/lib.rs", "src/main.rs", "src/model/limits.rs", "tests/it/tidy.rs"] {
        assert!(read.iter().any(|path| path == must), "the law did not reach {must}");
    }
    let list: Vec<String> = found.iter().map(Breach::to_string).collect();
    assert!(list.is_empty(), "{} breaches:\n\n{}\n", list.len(), list.join("\n"));
}

#[test]
fn a_breach_says_where_and_what_instead() {
    let text = "//! Rules.\n\nuse crate::world::clock;\n";
    let found = breaches(&Source::new("src/rules/pace.rs", text));
    assert_eq!(found.len(), 1, "{found:?}");
    let said = found[0].to_string();
    assert!(said.starts_with("src/rules/pace.rs:3: "), "{said}");
    assert!(said.contains("`world`") && said.contains("instead: "), "{said}");
}

#[test]
fn main_and_tests_are_measured_only() {
    let text = "//! It.\n\nuse std::env;\nfn main() { println!(); }\n";
    for path in ["src/main.rs", "tests/it/main.rs", "benches/all.rs"] {
        assert!(breaches(&Source::new(path, text)).is_empty(), "{path}");
    }
    assert_eq!(breaches(&Source::new("src/show/main.rs", text)).len(), 2);
}
