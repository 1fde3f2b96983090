//! A show's files: where they lie, and their text. A script names files; it never sees a path, and
//! nothing outside the show's folders can be named.

pub(super) mod open;
mod problem;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Component, Path, PathBuf, absolute};

use serde_json::Value;

use crate::model::file::{FileAnswer, FileKind, FileRef};

use crate::model::limits::{DATA_FILE_MAX_BYTES, SCRIPT_MAX_BYTES};
use crate::model::timeline::Form;

use super::error::WorldError;
use open::Unfit;
use problem::Problem;

/// What precedes the text in files of some editors: the text's own encoding, said once more.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The folders one show reads from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    script: PathBuf,
    scripts: PathBuf,
    facts: Vec<PathBuf>,
}

impl Folders {
    /// The folders of the show in the file `script`: its own, and `facts` where `--facts` named
    /// one, else `facts/` beside its own and in it. None of them has to exist.
    pub fn new(script: &Path, facts: Option<&Path>) -> Result<Self, WorldError> {
        let script = absolute_path(script)?;
        let scripts = script.parent().unwrap_or(&script).to_owned();
        let facts = match facts {
            Some(folder) => vec![absolute_path(folder)?],
            None => scripts
                .parent()
                .into_iter()
                .chain([scripts.as_path()])
                .map(|folder| folder.join("facts"))
                .collect(),
        };
        Ok(Self { script, scripts, facts })
    }

    /// The script's path, absolute.
    pub fn script(&self) -> &Path {
        &self.script
    }

    /// The script's text. Its path is the operator's, so a link there may lead anywhere. A timeline
    /// file in the place of a script is a script that says so.
    pub fn read_script(&self) -> FileAnswer {
        let read = open::read(&self.script, SCRIPT_MAX_BYTES)
            .map_err(|unfit| Problem::Unfit(self.script.clone(), unfit, SCRIPT_MAX_BYTES))
            .and_then(|(bytes, _)| text(&self.script, bytes));
        match read {
            Ok(FileAnswer::Text(_)) if self.timeline().is_some() => self.timeline_script(),
            Ok(answer) => answer,
            Err(problem) => problem.answer(self, None),
        }
    }

    /// The name of the timeline file that stands in the place of a script.
    fn timeline(&self) -> Option<&str> {
        let name = self.script.file_name()?.to_str()?;
        Form::of(name).map(|_| name)
    }

    fn timeline_script(&self) -> FileAnswer {
        let name = self.timeline().unwrap_or_default();
        // Rhai's texts have the escapes of JSON's.
        FileAnswer::Text(format!("timeline({});", Value::from(name)).into())
    }

    /// Where a file can lie, in the order it is looked for: what to watch, best before it is read,
    /// so that no change falls between. Empty for a name that is refused.
    pub fn places(&self, file: &FileRef) -> Vec<PathBuf> {
        if !is_inside(&file.name) {
            return Vec::new();
        }
        let name = file_name(file);
        self.roots(file.kind).map(|root| root.join(&name)).collect()
    }

    /// Words about files, their places told from the script's folder instead of the disk's root. A
    /// folder of facts elsewhere is named in full.
    pub fn from_script(&self, words: &str) -> String {
        let root = |folder: &Path| format!("`{}", folder.join("").display());
        let words = words.replace(&root(&self.scripts), "`");
        match self.scripts.parent().filter(|above| above.parent().is_some()) {
            Some(above) => words.replace(&root(above), "`../"),
            None => words,
        }
    }

    /// A file's text, or why there is none. An empty file is an empty text.
    pub fn read(&self, file: &FileRef) -> FileAnswer {
        self.find(file).unwrap_or_else(|problem| problem.answer(self, Some(file)))
    }

    fn find(&self, file: &FileRef) -> Result<FileAnswer, Problem> {
        if !is_inside(&file.name) {
            return Err(Problem::ClimbsOut);
        }
        let bytes_max = bytes_max(file.kind);
        for place in self.places(file) {
            match read_inside(self, &place, bytes_max) {
                Ok(bytes) => return text(&place, bytes),
                Err(Problem::Unfit(_, Unfit::Missing, _)) => {}
                Err(problem) => return Err(problem),
            }
        }
        Err(Problem::Missing)
    }

    /// The folders in which files of this kind are looked for.
    fn roots(&self, kind: FileKind) -> impl Iterator<Item = &Path> {
        let (scripts, facts): (Option<&Path>, &[PathBuf]) = match kind {
            FileKind::Facts => (None, &self.facts),
            FileKind::Script => (Some(&self.scripts), &[]),
            FileKind::Data => (Some(&self.scripts), &self.facts),
        };
        scripts.into_iter().chain(facts.iter().map(PathBuf::as_path))
    }

    /// Whether a path without links lies in one of the show's folders.
    fn hold(&self, real: &Path) -> bool {
        self.roots(FileKind::Data)
            .any(|root| fs::canonicalize(root).is_ok_and(|root| real.starts_with(root)))
    }
}

/// The most that is read of a file, in bytes.
pub(super) fn bytes_max(kind: FileKind) -> u64 {
    match kind {
        FileKind::Script => SCRIPT_MAX_BYTES,
        FileKind::Facts | FileKind::Data => DATA_FILE_MAX_BYTES,
    }
}

fn absolute_path(path: &Path) -> Result<PathBuf, WorldError> {
    absolute(path)
        .map_err(|problem| WorldError::Path { path: path.to_owned(), problem: problem.to_string() })
}

/// Whether a name stays in the folder it is looked for in, links aside.
fn is_inside(name: &str) -> bool {
    let mut named = false;
    Path::new(name).components().all(|part| {
        named |= matches!(part, Component::Normal(_));
        matches!(part, Component::Normal(_) | Component::CurDir)
    }) && named
}

/// The name of the file itself: facts and scripts are named without their ending.
fn file_name(file: &FileRef) -> String {
    format!("{}{}", file.name, ending(file.kind))
}

fn ending(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Facts => ".txt",
        FileKind::Script => ".rhai",
        FileKind::Data => "",
    }
}

fn read_inside(folders: &Folders, place: &Path, bytes_max: u64) -> Result<Vec<u8>, Problem> {
    let unfit = |unfit| Problem::Unfit(place.to_owned(), unfit, bytes_max);
    let real = fs::canonicalize(place).map_err(|error| unfit(error.into()))?;
    if !folders.hold(&real) {
        return Err(Problem::LinksOut(place.to_owned()));
    }
    open::read(&real, bytes_max).map(|(bytes, _)| bytes).map_err(unfit)
}

fn text(place: &Path, bytes: Vec<u8>) -> Result<FileAnswer, Problem> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let readable = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(readable);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        Problem::NotUtf8 { place: place.to_owned(), line }
    })?;
    let start =
        if text.as_bytes().starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    Ok(FileAnswer::Text(text.get(start..).unwrap_or_default().into()))
}
