//! Why a file gives no text, in words for the show's author.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::file::{FileAnswer, FileKind, FileRef};
use crate::model::limits::NEAR_NAMES_MAX;
use crate::model::near::nearest;

use crate::world::script_file::ScriptFile;
use crate::world::scripts::scripts_at;

use super::open::Unfit;
use super::{Folders, ending};

/// Scripts of a folder that are named where it stands in the place of one.
const SHOWN_IN_FOLDER_MAX: usize = 5;

/// Why a file gives no text.
#[derive(Debug)]
pub(super) enum Problem {
    /// Its name leaves the show's folders.
    ClimbsOut,
    /// It is a link that leaves the show's folders.
    LinksOut(PathBuf),
    /// It lies in none of the places where it could.
    Missing,
    /// It cannot be read; and how many bytes could be.
    Unfit(PathBuf, Unfit, u64),
    /// Its text is in another encoding.
    NotUtf8 {
        /// The file.
        place: PathBuf,
        /// The line, from 1, of the first byte that does not fit.
        line: usize,
    },
}

impl Problem {
    /// The words for the author; `file` is what the script asked for, none for the script itself.
    pub(super) fn answer(self, folders: &Folders, file: Option<&FileRef>) -> FileAnswer {
        FileAnswer::Problem(self.words(folders, file))
    }

    fn words(self, folders: &Folders, file: Option<&FileRef>) -> String {
        let name = file.map_or("", |file| file.name.as_str());
        match self {
            Self::ClimbsOut => format!(
                "`{name}` does not name a file inside the show's folders\n\
                 hint: name it from the script's folder, as `data/scores.json`, without `..`"
            ),
            Self::LinksOut(place) => format!(
                "`{}` is a link that leads out of the show's folders\n\
                 hint: put the file itself there, or a link to one inside",
                place.display()
            ),
            Self::Missing => file.map_or_else(String::new, |file| missing(folders, file)),
            Self::Unfit(place, Unfit::Missing, _) => missing_script(folders, &place),
            Self::Unfit(place, Unfit::NotAFile, _) if file.is_none() && place.is_dir() => {
                a_folder(&place)
            }
            Self::Unfit(place, unfit, bytes_max) => unfit_words(&place, &unfit, bytes_max),
            Self::NotUtf8 { place, line } => format!(
                "line {line} of `{}` is not UTF-8 text\nhint: save the file as UTF-8",
                place.display()
            ),
        }
    }
}

fn unfit_words(place: &Path, unfit: &Unfit, bytes_max: u64) -> String {
    let place = place.display();
    match unfit {
        Unfit::Missing => format!("there is no file `{place}`"),
        Unfit::NotAFile => format!(
            "`{place}` is not a regular file\nhint: wanted a text file, not a folder or a pipe"
        ),
        Unfit::TooLarge { bytes } => format!(
            "`{place}` has {bytes} bytes, at most {bytes_max} are read\n\
             hint: split it, or keep only what the show needs"
        ),
        Unfit::Failed(error) => {
            format!("cannot read `{place}`: {error}\nhint: see that this user may read it")
        }
    }
}

/// A folder stands in the place of the show's script.
fn a_folder(place: &Path) -> String {
    let mut shows = scripts_at(place, 0).unwrap_or_default();
    shows.retain(|path| ScriptFile::of(path) == ScriptFile::Show);
    let more = shows.len().saturating_sub(SHOWN_IN_FOLDER_MAX);
    let names = shows.iter().take(SHOWN_IN_FOLDER_MAX).filter_map(|path| path.file_name());
    let names: Vec<String> = names.map(|name| format!("`{}`", name.to_string_lossy())).collect();
    let hint = match (names.join(", "), more) {
        (none, _) if none.is_empty() => "there is no script in it".to_owned(),
        (names, 0) => format!("name a script in it: {names}"),
        (names, more) => format!("name a script in it: {names} or one of {more} more"),
    };
    format!("`{}` is a folder, wanted a show's script\nhint: {hint}", place.display())
}

/// The show's own script is missing: the only file that is not looked for in several places.
fn missing_script(folders: &Folders, place: &Path) -> String {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(ending(FileKind::Script)).unwrap_or(&name).to_owned();
    let near = near_name(folders, &FileRef { kind: FileKind::Script, name });
    let hint = near.map_or_else(
        || "name the path of a show's script, `scripts/cat_facts.rhai`".to_owned(),
        |near| format!("did you mean `{near}{}`?", ending(FileKind::Script)),
    );
    format!("there is no script `{}`\nhint: {hint}", place.display())
}

fn missing(folders: &Folders, file: &FileRef) -> String {
    let places: Vec<String> =
        folders.places(file).iter().map(|place| format!("`{}`", place.display())).collect();
    let hint = match (near_name(folders, file), file.kind) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, FileKind::Facts) => "make that file, with one fact a line".to_owned(),
        (None, FileKind::Script) => {
            "an import names a script in the same folder, without `.rhai`".to_owned()
        }
        (None, FileKind::Data) => "name it from the script's folder".to_owned(),
    };
    let wanted = match file.kind {
        FileKind::Facts => format!("facts file `{}`", file.name),
        FileKind::Script | FileKind::Data => file.to_string(),
    };
    format!("there is no {wanted}, looked for {}\nhint: {hint}", places.join(" and "))
}

/// The nearest name there is, in the folder the name says.
fn near_name(folders: &Folders, file: &FileRef) -> Option<String> {
    let (folder, name) = file.name.rsplit_once('/').unwrap_or(("", &file.name));
    let mut names = BTreeSet::new();
    let entries = folders.roots(file.kind).filter_map(|root| fs::read_dir(root.join(folder)).ok());
    for entry in entries.flatten().flatten().filter(|entry| !entry.path().is_dir()) {
        let name = entry.file_name().into_string().ok();
        names.extend(name.and_then(|name| Some(name.strip_suffix(ending(file.kind))?.to_owned())));
        // Which are cut does not hang on the order in which the system lists them.
        if names.len() > NEAR_NAMES_MAX {
            names.pop_last();
        }
    }
    let near = nearest(name, names)?;
    Some(if folder.is_empty() { near } else { format!("{folder}/{near}") })
}
