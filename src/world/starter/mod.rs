//! A show to begin with: a script, its tests and what it reads, written from a template.

mod template;
#[cfg(test)]
mod tests;

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::model::file::{FileKind, FileRef};

use super::error::WorldError;
use super::files::Folders;
pub use template::Template;

/// The name of a new show: the file name of its script without `.rhai`, perhaps in folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowName {
    folder: PathBuf,
    name: String,
}

impl FromStr for ShowName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let written = text.strip_suffix(".rhai").unwrap_or(text);
        let mut parts: Vec<&str> = written.split('/').collect();
        let is_plain = |part: &&str| {
            !part.is_empty()
                && !part.starts_with('-')
                && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        };
        let name = parts.pop().unwrap_or_default();
        if !parts.iter().all(is_plain) || !is_plain(&name) {
            return Err(format!(
                "`{text}` cannot be the name of a show, wanted letters, digits, `_` and `-`\nhint: \
                 `my_show`, or with a folder `shows/my_show`; `--dir` says where they begin"
            ));
        }
        if name.ends_with("_test") {
            return Err(format!(
                "`{name}` is the name of a show's tests\nhint: choose one without `_test` at its \
                 end"
            ));
        }
        Ok(Self { folder: parts.iter().collect(), name: name.to_owned() })
    }
}

/// A file of a new show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where it lies.
    pub path: PathBuf,
    /// What it is, in a few words.
    pub what: &'static str,
}

/// What was made for a new show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The folder its script lies in, where that is new.
    pub folder: Option<PathBuf>,
    /// Its files, the script first.
    pub files: Vec<Written>,
}

/// Writes a new show below `root`. Where one of its
/// files is there already, or facts that come before its own, nothing is written at all.
pub fn write(root: &Path, name: &ShowName, template: Template) -> Result<Made, WorldError> {
    // Without the `/` that joining nothing leaves at its end: a file would not be found by it.
    let folder: PathBuf = root.join(&name.folder).components().collect();
    if let Some(file) = folder.ancestors().find(|above| above.is_file()) {
        return Err(WorldError::NoFolder { path: file.to_owned() });
    }
    let is_new = !folder.as_os_str().is_empty() && !folder.exists();
    let files: Vec<(Written, String)> = template
        .files()
        .into_iter()
        .map(|file| {
            let path = folder.join(file.path.replace(template::NAME, &name.name));
            (Written { path, what: file.what }, file.text.replace(template::NAME, &name.name))
        })
        .collect();
    for (file, _) in &files {
        if file.path.symlink_metadata().is_ok() {
            return Err(WorldError::Exists { path: file.path.clone() });
        }
        not_hidden(&folder, &file.path)?;
    }
    let mut written: Vec<Written> = Vec::new();
    for (file, text) in files {
        if let Err(error) = write_new(&file.path, &text) {
            // Half a show helps nobody.
            for file in &written {
                fs::remove_file(&file.path).ok();
            }
            let (path, problem) = (file.path, error.to_string());
            return Err(if error.kind() == io::ErrorKind::AlreadyExists {
                WorldError::Exists { path }
            } else {
                WorldError::Unwritable { path, problem }
            });
        }
        written.push(file);
    }
    Ok(Made { folder: is_new.then_some(folder), files: written })
}

/// Refuses to write facts that the show of `folder` would not read, as others come before them.
fn not_hidden(folder: &Path, path: &Path) -> Result<(), WorldError> {
    let Some(facts) = path.strip_prefix(folder.join("facts")).ok() else { return Ok(()) };
    let name = facts.with_extension("").to_string_lossy().into_owned();
    let folders = Folders::new(&folder.join("show.rhai"), None)?;
    let places = folders.places(&FileRef { kind: FileKind::Facts, name });
    match places.into_iter().find(|place| place.exists()) {
        Some(path) => Err(WorldError::FactsBefore { path }),
        None => Ok(()),
    }
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file.write_all(text.as_bytes());
    if written.is_err() {
        fs::remove_file(path).ok();
    }
    written
}
