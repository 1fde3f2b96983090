//! Where the picture of an evening may be written: over an older one, and over nothing else.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::error::SimulateError;
use crate::world::report::page::TITLE_ENDS;

/// How much of a file is read to tell whether it is a picture, in bytes.
const HEAD_MAX_BYTES: u64 = 4_096;

/// Looks, before an evening is played for it, whether its picture may be written there.
pub fn may_be_written(path: &Path) -> Result<(), SimulateError> {
    let failed = |source| SimulateError::Write { path: path.to_owned(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::metadata(folder).map_err(failed)?;
    }
    match is_picture(path) {
        Ok(true) => Ok(()),
        Ok(false) => Err(SimulateError::NoPicture { path: path.to_owned() }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

/// Whether a file is such a picture. An empty one is as good as none.
fn is_picture(path: &Path) -> io::Result<bool> {
    // Asked before it is opened: opening a pipe waits for its writer.
    if !fs::metadata(path)?.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    File::open(path)?.take(HEAD_MAX_BYTES).read_to_end(&mut head)?;
    Ok(head.is_empty() || String::from_utf8_lossy(&head).contains(TITLE_ENDS))
}
