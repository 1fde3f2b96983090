//! What the name of a file says of the script in it.

use std::path::Path;

/// How the name of a script of tests ends, before its `.rhai`.
pub const OF_TESTS: &str = "_test";

/// What a file holds, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptFile {
    /// `cat_facts.rhai`: a show, or a library.
    Show,
    /// `cat_facts_test.rhai`: tests of the show beside it.
    Tests,
    /// Anything else; `showrunner.d.rhai`, too, which is for editors.
    Other,
}

impl ScriptFile {
    /// Reads it off a path.
    pub fn of(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match name.strip_suffix(".rhai") {
            Some(stem) if stem.ends_with(OF_TESTS) => Self::Tests,
            Some(stem) if stem.strip_suffix(".d").is_none() => Self::Show,
            Some(_) | None => Self::Other,
        }
    }
}

/// The script's name: its file name without `.rhai`.
pub fn script_name(script: &Path) -> String {
    script.file_stem().unwrap_or(script.as_os_str()).to_string_lossy().into_owned()
}

/// Whether a path names a plan of shows, `runner.toml`; a folder is none.
pub fn is_plan(path: &Path) -> bool {
    let is_named_so = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    is_named_so && !path.is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_shows_from_tests() {
        let of = |name: &str| ScriptFile::of(Path::new(name));
        assert_eq!(of("scripts/cat_facts.rhai"), ScriptFile::Show);
        assert_eq!(of("scripts/cat_facts_test.rhai"), ScriptFile::Tests);
        assert_eq!(of("scripts/showrunner.d.rhai"), ScriptFile::Other);
        assert_eq!(of("facts/cats.txt"), ScriptFile::Other);
        assert_eq!(of("rhai"), ScriptFile::Other);
    }
}
