//! Which scripts a path means: the one it names, or those of the folder it names.

use std::fs;
use std::path::{Path, PathBuf};

use crate::model::limits::{CHECK_MAX_SCRIPTS, NEAR_NAMES_MAX, SCRIPT_ENTRIES_MAX};
use crate::model::near::nearest;
use crate::world::script_file::ScriptFile;

/// Folders that are not looked into: what lies there is not the operator's own.
const NOT_OURS: [&str; 2] = ["node_modules", "target"];

/// Why there are no scripts to work with.
#[derive(Debug, thiserror::Error)]
pub enum ScriptsError {
    /// A path at which there is nothing.
    #[error("there is no script or folder `{}`{}", path.display(),
        near.as_ref().map(|near| format!("\nhint: did you mean `{near}`?")).unwrap_or_default())]
    Missing {
        /// The path.
        path: PathBuf,
        /// The nearest name in the same folder.
        near: Option<String>,
    },
    /// A folder in which there are no scripts.
    #[error("there is no script in `{}`\nhint: a show's script is a `.rhai` file",
        path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A folder that cannot be listed.
    #[error("cannot list `{}`: {problem}\nhint: make it readable, or name the scripts in it",
        path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        problem: String,
    },
    /// A folder with more in it than is looked through.
    #[error("`{}` holds more than {SCRIPT_ENTRIES_MAX} files\nhint: name the folder in it that \
        holds the scripts", path.display())]
    TooLarge {
        /// The folder.
        path: PathBuf,
    },
    /// More than are looked at in one go.
    #[error("these are more than {CHECK_MAX_SCRIPTS} scripts\nhint: name fewer folders at a time")]
    TooMany,
}

/// The scripts that `path` means: itself, whatever its name; or those of a folder and of the
/// folders in it, `deep_max` down, by their names. What is hidden, and a folder in it that cannot
/// be listed, is passed over.
pub fn scripts_at(path: &Path, deep_max: usize) -> Result<Vec<PathBuf>, ScriptsError> {
    let Ok(metadata) = fs::metadata(path) else {
        return Err(ScriptsError::Missing { path: path.to_owned(), near: near(path) });
    };
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut walk = Walk { root: path, deep_max, entries: 0, scripts: Vec::new() };
    let entries = walk.list(path)?;
    walk.folder(entries, 0)?;
    Ok(walk.scripts)
}

struct Walk<'a> {
    root: &'a Path,
    deep_max: usize,
    entries: usize,
    scripts: Vec<PathBuf>,
}

impl Walk<'_> {
    /// What lies in a folder, by its names.
    fn list(&mut self, folder: &Path) -> Result<Vec<PathBuf>, ScriptsError> {
        let unreadable = |error: std::io::Error| ScriptsError::Unreadable {
            path: folder.to_owned(),
            problem: error.to_string(),
        };
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            paths.push(entry.map_err(unreadable)?.path());
            self.entries += 1;
            if self.entries > SCRIPT_ENTRIES_MAX {
                return Err(ScriptsError::TooLarge { path: self.root.to_owned() });
            }
        }
        paths.sort();
        Ok(paths)
    }

    fn folder(&mut self, entries: Vec<PathBuf>, deep: usize) -> Result<(), ScriptsError> {
        for path in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || NOT_OURS.contains(&&*name) {
                continue;
            }
            if !path.is_dir() {
                let is_script = ScriptFile::of(&path) != ScriptFile::Other;
                self.scripts.extend(is_script.then_some(path));
            } else if deep < self.deep_max && !path.is_symlink() {
                // A link may lead back up.
                match self.list(&path) {
                    Err(ScriptsError::Unreadable { .. }) => {}
                    entries => self.folder(entries?, deep + 1)?,
                }
            }
        }
        Ok(())
    }
}

/// The nearest name to that of a path that is not there.
fn near(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let names = entries.take(NEAR_NAMES_MAX).flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    nearest(&path.file_name()?.to_string_lossy(), names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_and_too_deep_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let files = ["b.rhai", "a/c.rhai", "a/b/d.rhai", ".#b.rhai", ".f/g.rhai", "target/h.rhai"];
        for file in files.map(|file| folder.path().join(file)) {
            fs::create_dir_all(file.parent().expect("it has one")).expect("it can be made");
            fs::write(file, "").expect("it can be written");
        }
        let found = |deep_max| {
            let scripts = scripts_at(folder.path(), deep_max).expect("it can be listed");
            let inside = |path: &PathBuf| path.strip_prefix(folder.path()).map(Path::to_owned);
            scripts.iter().flat_map(inside).collect::<Vec<PathBuf>>()
        };
        assert_eq!(found(0), [Path::new("b.rhai")]);
        assert_eq!(found(1), ["a/c.rhai", "b.rhai"].map(PathBuf::from));
    }

    #[test]
    fn a_folder_that_cannot_be_listed_is_named() {
        let mut walk = Walk { root: Path::new(""), deep_max: 0, entries: 0, scripts: Vec::new() };
        let error = walk.list(Path::new("/nowhere/at/all")).expect_err("it is not there");
        assert!(error.to_string().starts_with("cannot list `/nowhere/at/all`: "), "{error}");
    }
}
