//! The data folder: where a show's store, journal and locks lie.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::error::WorldError;

/// The data folder's name, beside the script, unless `--data` names another.
const BESIDE_SCRIPT: &str = ".runner";

/// A data folder that exists and can be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// Where the data of a script lies unless `--data` says otherwise.
    pub fn beside(script: &Path) -> PathBuf {
        script.with_file_name(BESIDE_SCRIPT)
    }

    /// Opens the folder, which is made where it is missing. An empty one gets a `.gitignore`, so
    /// that it is never committed; a folder that holds something is left as it is.
    pub fn open(path: &Path) -> Result<Self, WorldError> {
        prepare(path).map_err(|problem| WorldError::DataUnwritable {
            path: path.to_owned(),
            problem: problem.to_string(),
        })?;
        Ok(Self { path: path.to_owned() })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The journal, unless `--journal` names another.
    pub fn journal(&self) -> PathBuf {
        self.path.join("journal.jsonl")
    }
}

fn prepare(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    if fs::read_dir(path)?.next().is_none() {
        fs::write(path.join(".gitignore"), "*\n")?;
    }
    // A folder may be there and still take nothing: only writing tells.
    let probe = path.join(format!(".writable-{}", std::process::id()));
    OpenOptions::new().write(true).create(true).truncate(true).open(&probe)?;
    fs::remove_file(probe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the folder is there").flatten();
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }

    #[test]
    fn a_new_folder_is_made_and_never_committed() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        let path = DataFolder::beside(&root.path().join("deep/show.rhai"));
        assert_eq!(path, root.path().join("deep/.runner"));
        let data = DataFolder::open(&path).expect("the folder can be made");
        assert_eq!(fs::read_to_string(path.join(".gitignore"))?, "*\n");
        assert_eq!(data.journal(), path.join("journal.jsonl"));
        assert_eq!(names(data.path()), [".gitignore"], "nothing else is left behind");
        DataFolder::open(&path).expect("it can be opened again");
        Ok(())
    }

    #[test]
    fn a_folder_that_holds_something_is_left_alone() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        fs::write(root.path().join("mine.txt"), "mine")?;
        DataFolder::open(root.path()).expect("it can be written to");
        assert_eq!(names(root.path()), ["mine.txt"]);
        Ok(())
    }

    #[test]
    fn what_cannot_be_a_folder_is_unwritable() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        let file = root.path().join("file");
        fs::write(&file, "")?;
        let refused = DataFolder::open(&file.join("data"));
        let Err(error @ WorldError::DataUnwritable { .. }) = refused else {
            panic!("met {refused:?}");
        };
        assert!(error.to_string().contains("hint: "), "{error}");
        Ok(())
    }
}
