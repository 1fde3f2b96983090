//! `runner check`: which scripts are looked at, and the look at each.

use std::path::{Path, PathBuf};

use super::{Options, on_stage, prepare};
use crate::model::file::FileRef;
use crate::model::limits::{CHECK_MAX_SCRIPTS, TEST_FOLDERS_DEEP_MAX};
use crate::model::saved::Saved;
use crate::show::checking::{Checked, check as check_text};
use crate::show::look::Subject;
use crate::world::files::Folders;
use crate::world::plan;
use crate::world::run::RunError;
use crate::world::script_file::ScriptFile;
use crate::world::scripts::{ScriptsError, scripts_at};

/// The scripts that some paths name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scripts {
    /// Shows and libraries, each as it was named, or in the folder that was.
    pub shows: Vec<PathBuf>,
    /// Scripts of tests that were met in folders: they are `runner test`'s.
    pub tests: usize,
}

/// The scripts that `paths` name, in the order typed; those of a folder by their names.
pub fn scripts(paths: &[PathBuf]) -> Result<Scripts, ScriptsError> {
    let mut found = Scripts::default();
    for path in paths {
        let scripts = scripts_at(path, TEST_FOLDERS_DEEP_MAX)?;
        if scripts.is_empty() {
            return Err(ScriptsError::Empty { path: path.clone() });
        }
        for script in scripts {
            if script != *path && ScriptFile::of(&script) == ScriptFile::Tests {
                found.tests += 1;
            } else {
                found.shows.push(script);
            }
        }
        if found.shows.len() > CHECK_MAX_SCRIPTS {
            return Err(ScriptsError::TooMany);
        }
    }
    Ok(found)
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

/// Reads a plan: the look at it, and the rehearsals of its shows, each once, on however many
/// channels it plays. What was typed holds for every show that says nothing else.
pub fn of_plan(path: &Path, typed: &Options) -> (Look, Vec<Options>) {
    let (shows, mut mistakes) = match plan::read(path) {
        Ok(shows) => (shows, Vec::new()),
        Err(error) => (Vec::new(), error.mistakes),
    };
    for mistake in &mut mistakes {
        mistake.script = name_of(path);
    }
    let checked = Checked::plan(shows.len(), mistakes);
    let mut all: Vec<Options> = Vec::new();
    for show in shows {
        let options = Options {
            script: show.script.to_path_buf(),
            facts: show.facts.as_deref().map(Path::to_owned).or_else(|| typed.facts.clone()),
            zone: show.zone.or_else(|| typed.zone.clone()),
            seed: show.seed.unwrap_or(typed.seed),
            args: typed.args.clone().into_iter().chain(show.args.iter().cloned()).collect(),
            ..typed.clone()
        };
        if !all.contains(&options) {
            all.push(options);
        }
    }
    (Look { checked, folders: None }, all)
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}

/// Looks at a script, and rehearses its first hour. A script that cannot be read is a finding.
pub fn check(options: &Options) -> Result<Look, RunError> {
    let prepared = match prepare(options) {
        Ok(prepared) => prepared,
        Err(RunError::Script { problem }) => {
            let checked = Checked::unreadable(&name_of(&options.script), &problem);
            return Ok(Look { checked, folders: None });
        }
        Err(other) => return Err(other),
    };
    let folders = Some((*prepared.folders).clone());
    let (library, start) = (prepared.library(), prepared.evening.now().wall);
    let (setup, text, answers) = (prepared.setup, prepared.text, prepared.answers);
    let checked = on_stage(|| {
        let saved = &Saved::default();
        let subject = Subject { setup: &setup, text: &text, start, answers: &answers, saved };
        check_text(&subject, &library)
    })?;
    Ok(Look { checked, folders })
}

#[cfg(test)]
mod tests {
    use std::fs;

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
        let folder = folder(&["b.rhai", "a.rhai", "a_test.rhai", "notes.txt", ".#b.rhai"]);
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
