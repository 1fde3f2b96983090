//! Which scripts there are to test, and what of them is tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::model::limits::TEST_FOLDERS_DEEP_MAX;
use crate::world::script_file::OF_TESTS;
use crate::world::scripts::{ScriptsError, scripts_at};

/// A show, and where its tests are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The show's script.
    pub(super) show: PathBuf,
    /// Its name among the tests: `cat_facts`, `friday/quiz`.
    pub(super) name: String,
    /// Whether the tests in the show's own script are meant.
    pub(super) own: bool,
    /// The script of tests beside it.
    pub(super) beside: Option<PathBuf>,
}

/// The shows that `paths` mean, each once, in the order of their paths.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<Found>, ScriptsError> {
    let mut found = Shows(BTreeMap::new());
    for path in paths {
        for script in scripts_at(path, TEST_FOLDERS_DEEP_MAX)? {
            let is_named = script == *path;
            let root = if is_named { path.parent().unwrap_or(path) } else { path };
            found.script(&script, root);
        }
    }
    Ok(found.0.into_values().collect())
}

/// The script of tests that lies beside a show, or would.
pub(super) fn beside(show: &Path) -> PathBuf {
    let name = show.file_stem().unwrap_or_default().to_string_lossy();
    show.with_file_name(format!("{name}{OF_TESTS}.rhai"))
}

/// The show that a script of tests lies beside, where its name is that of one.
fn show_of(tests: &Path) -> Option<PathBuf> {
    let name = tests.file_stem()?.to_string_lossy();
    let show = name.strip_suffix(OF_TESTS).filter(|show| !show.is_empty())?;
    Some(tests.with_file_name(format!("{show}.rhai")))
}

/// By their scripts.
struct Shows(BTreeMap<PathBuf, Found>);

impl Shows {
    /// One script: a show, or tests beside one.
    fn script(&mut self, path: &Path, root: &Path) {
        let path = path.strip_prefix(".").unwrap_or(path);
        if let Some(show) = show_of(path) {
            self.show(&show, root).beside = Some(path.to_owned());
            return;
        }
        let beside = Some(beside(path)).filter(|path| path.is_file());
        let show = self.show(path, root);
        show.own = true;
        show.beside = beside.or(show.beside.take());
    }

    fn show(&mut self, show: &Path, root: &Path) -> &mut Found {
        self.0.entry(show.to_owned()).or_insert_with(|| Found {
            show: show.to_owned(),
            name: name(show, root),
            own: false,
            beside: None,
        })
    }
}

/// A show's path from `root`, without its ending.
fn name(show: &Path, root: &Path) -> String {
    let inside = show.strip_prefix(root).unwrap_or(show).with_extension("");
    inside.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn found(files: &[&str], paths: &[&str]) -> Vec<(String, bool, bool)> {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
            fs::write(path, "").expect("it can be written");
        }
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
        let found = find(&paths).expect("they are there");
        found.into_iter().map(|show| (show.name, show.own, show.beside.is_some())).collect()
    }

    fn show(name: &str, own: bool, beside: bool) -> (String, bool, bool) {
        (name.to_owned(), own, beside)
    }

    #[test]
    fn a_folder_holds_shows_and_their_tests() {
        let files = ["b.rhai", "b_test.rhai", "a/c.rhai", "d_test.rhai", "e.txt", ".f/g.rhai"];
        let wanted = [show("a/c", true, false), show("b", true, true), show("d", false, true)];
        assert_eq!(found(&files, &[""]), wanted);
    }

    #[test]
    fn a_script_means_its_own_tests_and_those_beside_it() {
        let files = ["b.rhai", "b_test.rhai"];
        assert_eq!(found(&files, &["b.rhai"]), [show("b", true, true)]);
        assert_eq!(found(&files, &["b_test.rhai"]), [show("b", false, true)]);
        assert_eq!(found(&files, &["b_test.rhai", "", "b.rhai"]), [show("b", true, true)]);
    }

    #[test]
    fn what_is_not_there_is_refused() {
        assert!(find(&[PathBuf::from("/nowhere/at/all")]).is_err());
    }
}
