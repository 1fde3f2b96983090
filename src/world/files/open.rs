//! Reading one file without ever blocking on it or taking in more than is wanted.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Why a file was not read.
#[derive(Debug)]
pub(in crate::world) enum Unfit {
    /// Nothing lies there.
    Missing,
    /// A folder, a pipe, a device.
    NotAFile,
    /// More than may be read.
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// The system refused.
    Failed(io::Error),
}

impl From<io::Error> for Unfit {
    fn from(error: io::Error) -> Self {
        if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) {
            Self::Missing
        } else {
            Self::Failed(error)
        }
    }
}

/// The bytes of a regular file of at most `bytes_max`, and what the system said of it before they
/// were read.
pub(in crate::world) fn read(path: &Path, bytes_max: u64) -> Result<(Vec<u8>, Metadata), Unfit> {
    // Asked before it is opened: opening a pipe waits for its writer.
    fit(&fs::metadata(path)?, bytes_max)?;
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    fit(&metadata, bytes_max)?;
    let mut bytes = Vec::new();
    // It may grow while it is read.
    file.take(bytes_max + 1).read_to_end(&mut bytes)?;
    let read = bytes.len() as u64;
    if read > bytes_max { Err(Unfit::TooLarge { bytes: read }) } else { Ok((bytes, metadata)) }
}

fn fit(metadata: &Metadata, bytes_max: u64) -> Result<(), Unfit> {
    if !metadata.is_file() {
        return Err(Unfit::NotAFile);
    }
    if metadata.len() > bytes_max {
        return Err(Unfit::TooLarge { bytes: metadata.len() });
    }
    Ok(())
}
