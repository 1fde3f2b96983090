//! A journal's file: written at its end, and put aside under a number when it is full.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What lines are written on.
pub(super) trait Paper: Write {
    /// Before the next lines: takes a new sheet where this one is full.
    fn turn(&mut self) {}
}

/// A file that is written at its end.
pub(super) struct Appended {
    path: PathBuf,
    file: File,
    /// A device or a pipe is never full.
    is_regular: bool,
    max_bytes: u64,
    aside_max: usize,
}

impl Appended {
    /// Opens the file, making it and its folder where they are not there. Past `max_bytes` it is
    /// put aside, beside `aside_max` others. Whether its last line has no end is said, too.
    pub(super) fn open(path: &Path, max_bytes: u64, aside_max: usize) -> io::Result<(Self, bool)> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = append_to(path)?;
        let is_regular = file.metadata()?.is_file();
        let torn = is_regular && !ends_with_line(path)?;
        Ok((Self { path: path.to_owned(), file, is_regular, max_bytes, aside_max }, torn))
    }

    /// The file to go on in; none to stay in this one.
    fn next(&self) -> io::Result<Option<File>> {
        if self.is_in_place() {
            if self.file.metadata()?.len() < self.max_bytes {
                return Ok(None);
            }
            // Of several runners that write to it, one puts it aside; the lock ends with the file.
            if self.file.try_lock().is_err() || !self.is_in_place() {
                return Ok(None);
            }
            put_aside(&self.path, self.aside_max)?;
        }
        append_to(&self.path).map(Some)
    }

    /// Whether nobody has put this file aside.
    fn is_in_place(&self) -> bool {
        let Ok(there) = fs::metadata(&self.path) else { return false };
        self.file.metadata().is_ok_and(|here| identity(&here) == identity(&there))
    }
}

impl Write for Appended {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Paper for Appended {
    fn turn(&mut self) {
        // Where no new file can be had the old one takes the lines, wherever it lies: none is lost.
        if self.is_regular
            && let Ok(Some(file)) = self.next()
        {
            self.file = file;
        }
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

fn ends_with_line(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Gives the file the number 1, and those before it one more each: the oldest makes room. A number
/// that is missing, for a crash came between, ends the moving.
fn put_aside(path: &Path, aside_max: usize) -> io::Result<()> {
    let is_free = |number: &usize| !numbered(path, *number).exists();
    let last = (1..=aside_max).find(is_free).unwrap_or(aside_max);
    for number in (1..last).rev() {
        fs::rename(numbered(path, number), numbered(path, number + 1))?;
    }
    fs::rename(path, numbered(path, 1))
}

/// `journal.1.jsonl`: what was put aside last.
pub(super) fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = path.file_stem().map(OsString::from).unwrap_or_default();
    name.push(format!(".{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// What stays the same of a file when its name changes; none where the system does not say.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "elsewhere the system does not say")]
pub(super) fn identity(file: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((file.dev(), file.ino()))
}

/// What stays the same of a file when its name changes; none where the system does not say.
#[cfg(not(unix))]
pub(super) fn identity(_file: &Metadata) -> Option<(u64, u64)> {
    None
}
