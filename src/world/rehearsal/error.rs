//! Why an evening cannot be simulated, compared or replayed: what the operator can mend.

use std::io;
use std::path::PathBuf;

use super::head::TIMELINE_FORMAT;
use crate::world::run::RunError;

/// How many names of cues are told where none is like the one that was typed.
const NAMES_TOLD: usize = 10;

/// Why an evening cannot be simulated, compared or replayed.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The script or its folders.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A stretch of time that ends before it begins.
    #[error("`{what}` ends before it begins")]
    Backwards {
        /// The flag.
        what: String,
    },
    /// A moment that is no part of the evening.
    #[error(
        "`{what}` lies outside the evening, which is from {begins} to {ends}\nhint: `--start \
         20:00` lets it begin then, `--for 5h` makes it longer"
    )]
    Outside {
        /// The flag.
        what: String,
        /// When the evening begins.
        begins: String,
        /// When it ends, with its zone.
        ends: String,
    },
    /// A moment before the evening.
    #[error(
        "`{what}` is before the evening, which begins at {begins}\nhint: `--start` lets it begin \
        earlier"
    )]
    Before {
        /// The flag.
        what: String,
        /// When the evening begins, with its zone.
        begins: String,
    },
    /// The operator fires what there is not.
    #[error("`--go`: the script has no cue `{cue}`{}", instead(near.as_deref(), known))]
    UnknownCue {
        /// The cue.
        cue: String,
        /// The nearest there is.
        near: Option<String>,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A file that cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file that a picture would be written over.
    #[error("`{}` is there already, and is no picture of an evening\nhint: choose another name",
        path.display())]
    NoPicture {
        /// The file.
        path: PathBuf,
    },
    /// A file that cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no golden yet.
    #[error("there is no `{}` yet\nhint: `--update` writes it", path.display())]
    NoGolden {
        /// The file.
        path: PathBuf,
    },
    /// The golden cannot be compared with.
    #[error("`{}` {problem}", path.display())]
    Golden {
        /// The file.
        path: PathBuf,
        /// What was met, and a hint.
        problem: String,
    },
    /// The golden was written by another version of the program.
    #[error("`{}` is a timeline of format {format}, this program writes {TIMELINE_FORMAT}\n\
        hint: `--update` writes it anew", path.display())]
    GoldenFormat {
        /// The file.
        path: PathBuf,
        /// The version of its form.
        format: u64,
    },
    /// The journal holds nothing to replay.
    #[error("`{}` {problem}", path.display())]
    Journal {
        /// The file.
        path: PathBuf,
        /// What was met, and a hint.
        problem: String,
    },
}

/// What to fire instead.
fn instead(near: Option<&str>, known: &[String]) -> String {
    let names: Vec<String> =
        known.iter().take(NAMES_TOLD).map(|name| format!("`{name}`")).collect();
    match near {
        Some(near) => format!(", did you mean `{near}`?"),
        None if names.is_empty() => "\nhint: name one: `cue(\"intro\", || …)`".to_owned(),
        None => format!("\nhint: it has {}", names.join(", ")),
    }
}
