//! What lies at a path now, small enough to be compared with what lay there before.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::world::files::open::{self, Unfit};

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing.
    Missing,
    /// Something that cannot be read: a folder, a pipe, a file that is too large or forbidden.
    Unfit,
    /// A file of no bytes.
    Empty,
    /// A file with this SHA-256.
    Bytes([u8; 32]),
}

/// What the system says of a file without reading it. Equal stamps mean, as good as always, equal
/// content; different stamps mean that it is worth reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    bytes: u64,
    identity: Identity,
}

/// Which file or folder it is: another one under the same name differs. Where the system gives no
/// such number, all are alike.
pub(super) type Identity = (u64, u64);

/// Reads what lies at `path`.
pub(super) fn content(path: &Path, bytes_max: u64) -> (Content, Option<Stamp>) {
    match open::read(path, bytes_max) {
        Ok((bytes, metadata)) if bytes.is_empty() => (Content::Empty, Some(stamp_of(&metadata))),
        Ok((bytes, metadata)) => {
            (Content::Bytes(Sha256::digest(&bytes).into()), Some(stamp_of(&metadata)))
        }
        Err(Unfit::Missing) => (Content::Missing, None),
        Err(Unfit::NotAFile | Unfit::TooLarge { .. } | Unfit::Failed(_)) => {
            (Content::Unfit, stamp(path))
        }
    }
}

/// The stamp of what lies at `path`; none if nothing can be asked.
pub(super) fn stamp(path: &Path) -> Option<Stamp> {
    fs::metadata(path).ok().map(|metadata| stamp_of(&metadata))
}

/// Which folder lies at `path`; none if none does.
pub(super) fn folder(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().filter(Metadata::is_dir).map(|metadata| identity(&metadata))
}

fn stamp_of(metadata: &Metadata) -> Stamp {
    Stamp {
        modified: metadata.modified().ok(),
        bytes: metadata.len(),
        identity: identity(metadata),
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {
    (0, 0)
}
