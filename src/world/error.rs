//! What the outside world can refuse to the hands.

use std::path::PathBuf;

use crate::model::channel::ShowId;

use super::lock::Holder;

/// Something around a show that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// The data folder cannot be made or written to: what a show keeps stays in memory.
    #[error(
        "cannot write to the data folder `{}`: {problem}\nhint: make it writable, \
         or name another with `--data`",
        path.display()
    )]
    DataUnwritable {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        problem: String,
    },
    /// Another runner has this show.
    #[error(
        "the show {show} is already running{}\nhint: stop that runner first, \
         or give this one a data folder of its own with `--data`",
        by.as_ref().map(|by| format!(", in process {by}")).unwrap_or_default()
    )]
    Held {
        /// The show.
        show: ShowId,
        /// Who has it; none where its lock file could not be read.
        by: Option<Holder>,
    },
    /// A lock file cannot be made, opened or locked.
    #[error("cannot lock `{}`: {problem}", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// The system's words.
        problem: String,
    },
    /// The system gives no further thread.
    #[error("cannot start the thread `{name}`: {problem}")]
    Thread {
        /// What the thread is for.
        name: &'static str,
        /// The system's words.
        problem: String,
    },
    /// A file that would be written is there already.
    #[error(
        "`{}` is there already, so nothing was written\nhint: choose another name, or move the \
         file away",
        path.display()
    )]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Facts of the same name, which come before those of a new show.
    #[error(
        "`{}` is there already, and the show would read it instead of its own facts\n\
         hint: choose another name",
        path.display()
    )]
    FactsBefore {
        /// The file.
        path: PathBuf,
    },
    /// A file where a folder is wanted.
    #[error("`{}` is a file, wanted a folder\nhint: choose another folder", path.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
    },
    /// A file that cannot be written.
    #[error("cannot write `{}`: {problem}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        problem: String,
    },
    /// A path that cannot be made absolute.
    #[error("cannot use the path `{}`: {problem}", path.display())]
    Path {
        /// The path.
        path: PathBuf,
        /// The system's words.
        problem: String,
    },
}
