//! `runner check`: which scripts are looked at, and the look at each.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Options, on_stage, prepare};
use crate::model::file::FileRef;
use crate::model::limits::{CHECK_MAX_SCRIPTS, NEAR_NAMES_MAX};
use crate::model::near::nearest;
use crate::show::checking::{Checked, check as check_text};
use crate::show::look::Subject;
use crate::world::files::Folders;
use crate::world::run::RunError;
use crate::world::script_file::ScriptFile;

/// The scripts that some paths name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scripts {
    /// Shows and libraries, each as it was named, or in the folder that was.
    pub shows: Vec<PathBuf>,
    /// Scripts of tests that were met in folders: they are `runner test`'s.
    pub tests: usize,
}

/// Why there is nothing to look at.
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
    #[error("there is no script in `{}`\nhint: a show's script is a `.rhai` file; folders in it \
        are not looked into", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A folder that cannot be listed.
    #[error("cannot list `{}`: {problem}", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        problem: String,
    },
    /// More than are looked at in one go.
    #[error("these are more than {CHECK_MAX_SCRIPTS} scripts\nhint: name fewer folders at a time")]
    TooMany,
}

/// The scripts that `paths` name, in the order typed; those of a folder by their names.
pub fn scripts(paths: &[PathBuf]) -> Result<Scripts, ScriptsError> {
    let mut found = Scripts::default();
    for path in paths {
        let Ok(metadata) = fs::metadata(path) else {
            return Err(ScriptsError::Missing { path: path.clone(), near: near(path) });
        };
        if metadata.is_dir() {
            add_folder(path, &mut found)?;
        } else {
            found.shows.push(path.clone());
        }
        if found.shows.len() > CHECK_MAX_SCRIPTS {
            return Err(ScriptsError::TooMany);
        }
    }
    Ok(found)
}

fn add_folder(path: &Path, found: &mut Scripts) -> Result<(), ScriptsError> {
    let unreadable = |error: std::io::Error| ScriptsError::Unreadable {
        path: path.to_owned(),
        problem: error.to_string(),
    };
    let mut names: Vec<PathBuf> = Vec::new();
    let mut tests = 0;
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?.path();
        match ScriptFile::of(&entry) {
            ScriptFile::Tests => tests += 1,
            ScriptFile::Show if !entry.is_dir() => names.push(entry),
            ScriptFile::Show | ScriptFile::Other => {}
        }
        if names.len() > CHECK_MAX_SCRIPTS {
            return Err(ScriptsError::TooMany);
        }
    }
    if names.is_empty() && tests == 0 {
        return Err(ScriptsError::Empty { path: path.to_owned() });
    }
    names.sort();
    found.shows.extend(names);
    found.tests += tests;
    Ok(())
}

/// The nearest name to that of a path that is not there.
fn near(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let names = entries.take(NEAR_NAMES_MAX).flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    nearest(&path.file_name()?.to_string_lossy(), names)
}

/// A script that was looked at, with where its files lie.
pub struct Look {
    /// What came of it.
    pub checked: Checked,
    folders: Option<Folders>,
}

impl Look {
    /// Where a file of the script lies, as it is shown to a person who is `here`.
    pub fn path_of(&self, file: &FileRef, here: &Path) -> String {
        let places = self.folders.as_ref().map(|folders| folders.places(file)).unwrap_or_default();
        let first = || places.first().cloned().unwrap_or_else(|| PathBuf::from(&file.name));
        let place = places.iter().find(|place| place.is_file()).cloned().unwrap_or_else(first);
        place.strip_prefix(here).unwrap_or(&place).display().to_string()
    }
}

/// Looks at a script, and rehearses its first hour. A script that cannot be read is a finding.
pub fn check(options: &Options) -> Result<Look, RunError> {
    let prepared = match prepare(options) {
        Ok(prepared) => prepared,
        Err(RunError::Script { problem }) => {
            let file = options.script.file_name().unwrap_or(options.script.as_os_str());
            let checked = Checked::unreadable(&file.to_string_lossy(), &problem);
            return Ok(Look { checked, folders: None });
        }
        Err(other) => return Err(other),
    };
    let folders = Some((*prepared.folders).clone());
    let (library, start) = (prepared.library(), prepared.evening.now().wall);
    let (setup, text, answers) = (prepared.setup, prepared.text, prepared.answers);
    let checked = on_stage(|| {
        let subject = Subject { setup: &setup, text: &text, start, answers: &answers };
        check_text(&subject, &library)
    })?;
    Ok(Look { checked, folders })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for file in files {
            fs::write(folder.path().join(file), "").expect("a file can be written");
        }
        folder
    }

    #[test]
    fn a_folder_is_its_scripts_by_name() {
        let folder = folder(&["b.rhai", "a.rhai", "a_test.rhai", "notes.txt"]);
        let found = scripts(&[folder.path().to_owned()]).expect("there are some");
        assert_eq!(found.shows, ["a.rhai", "b.rhai"].map(|name| folder.path().join(name)));
        assert_eq!(found.tests, 1);
    }

    #[test]
    fn what_is_named_outright_is_looked_at() {
        let folder = folder(&["a_test.rhai", "show.txt"]);
        let named = ["show.txt", "a_test.rhai"].map(|name| folder.path().join(name));
        assert_eq!(scripts(&named).expect("they are there").shows, named);
    }

    #[test]
    fn nothing_to_look_at() {
        let folder = folder(&["show.rhai"]);
        let missing = scripts(&[folder.path().join("shwo.rhai")]).expect_err("it is not there");
        assert!(missing.to_string().ends_with("did you mean `show.rhai`?"), "{missing}");
        let empty = self::folder(&["notes.txt"]);
        let error = scripts(&[empty.path().to_owned()]).expect_err("it is empty");
        assert!(error.to_string().starts_with("there is no script in "), "{error}");
    }
}
