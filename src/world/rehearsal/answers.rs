//! What addresses answer in a rehearsal: read from files, as nobody is asked.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model::fetch::Answers;
use crate::model::limits::FETCH_MAX_BYTES;

/// Why a file is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// It cannot be read.
    #[error("cannot read `{}`, the answer of {url}: {source}", path.display())]
    Read {
        /// The address.
        url: String,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// More than a show takes.
    #[error("`{}`, the answer of {url}, has more than {FETCH_MAX_BYTES} bytes", path.display())]
    TooLong {
        /// The address.
        url: String,
        /// The file.
        path: PathBuf,
    },
    /// No JSON.
    #[error("`{}`, the answer of {url}, is no JSON: {source}", path.display())]
    NoJson {
        /// The address.
        url: String,
        /// The file.
        path: PathBuf,
        /// Where it ends to be some.
        source: serde_json::Error,
    },
}

/// Reads what each address answers; of those given twice the last counts.
pub fn read<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a Path)>,
) -> Result<Answers, AnswerError> {
    let answer = |(url, path): (&str, &Path)| Ok((url.to_owned(), json(url, path)?));
    files.into_iter().map(answer).collect()
}

fn json(url: &str, path: &Path) -> Result<Value, AnswerError> {
    let (url, path) = (|| url.to_owned(), || path.to_owned());
    let (mut bytes, most) = (Vec::new(), FETCH_MAX_BYTES as u64 + 1);
    let read = File::open(path()).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|source| AnswerError::Read { url: url(), path: path(), source })?;
    if bytes.len() > FETCH_MAX_BYTES {
        return Err(AnswerError::TooLong { url: url(), path: path() });
    }
    let no_json = |source| AnswerError::NoJson { url: url(), path: path(), source };
    serde_json::from_slice(&bytes).map_err(no_json)
}
