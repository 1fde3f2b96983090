//! Which scripts there are to test, and what of them is tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::limits::{TEST_ENTRIES_MAX, TEST_FOLDERS_DEEP_MAX};
use crate::world::run::RunError;
use crate::world::script_file::{OF_TESTS, ScriptFile};

/// Folders that are not looked into: what lies there is not the operator's own.
const NOT_OURS: [&str; 2] = ["node_modules", "target"];

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
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<Found>, RunError> {
    let mut found = Walk { shows: BTreeMap::new(), entries: 0 };
    for path in paths {
        if path.is_dir() {
            found.folder(path, path, 0)?;
        } else if path.is_file() {
            found.script(path, path.parent().unwrap_or(path));
        } else {
            let problem = format!("there is no script and no folder `{}`", path.display());
            return Err(RunError::Script { problem });
        }
    }
    Ok(found.shows.into_values().collect())
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

struct Walk {
    shows: BTreeMap<PathBuf, Found>,
    entries: usize,
}

impl Walk {
    fn folder(&mut self, folder: &Path, root: &Path, deep: usize) -> Result<(), RunError> {
        let doing = "list a folder of scripts";
        let entries = fs::read_dir(folder).map_err(|source| RunError::System { doing, source })?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(|source| RunError::System { doing, source })?.path());
            self.entries += 1;
            if self.entries > TEST_ENTRIES_MAX {
                let problem = format!(
                    "`{}` holds more than {TEST_ENTRIES_MAX} files\nhint: name the folder of the \
                     scripts: `runner test scripts/`",
                    root.display()
                );
                return Err(RunError::Script { problem });
            }
        }
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_hidden = name.starts_with('.') || NOT_OURS.contains(&&*name);
            if path.is_dir() {
                // A link may lead back up.
                if !is_hidden && !path.is_symlink() && deep < TEST_FOLDERS_DEEP_MAX {
                    self.folder(&path, root, deep + 1)?;
                }
            } else if !is_hidden && ScriptFile::of(&path) != ScriptFile::Other {
                self.script(&path, root);
            }
        }
        Ok(())
    }

    /// One script: a show, or tests beside one.
    fn script(&mut self, path: &Path, root: &Path) {
        let path = path.strip_prefix(".").unwrap_or(path);
        if let Some(show) = show_of(path).filter(|show| show.is_file()) {
            self.show(&show, root).beside = Some(path.to_owned());
            return;
        }
        let beside = Some(beside(path)).filter(|path| path.is_file());
        let show = self.show(path, root);
        show.own = true;
        show.beside = beside.or(show.beside.take());
    }

    fn show(&mut self, show: &Path, root: &Path) -> &mut Found {
        self.shows.entry(show.to_owned()).or_insert_with(|| Found {
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
        let wanted = [show("a/c", true, false), show("b", true, true), show("d_test", true, false)];
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
