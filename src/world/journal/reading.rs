//! A journal's lines, the oldest first, through all files it was put aside in.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::file::{identity, numbered};
use crate::model::limits::{JOURNAL_FILES_ASIDE, JOURNAL_LINE_MAX_BYTES};

/// The lines of a journal, one after the other.
pub struct Lines {
    path: PathBuf,
    /// The file that is read, and those after it. They stay open, so that one that is put aside
    /// meanwhile is still read to its end.
    files: VecDeque<Opened>,
    line: Vec<u8>,
    /// Whether the line was given out.
    is_given: bool,
}

struct Opened {
    file: BufReader<File>,
    identity: Option<(u64, u64)>,
}

/// What there is to read next.
enum Met {
    Line,
    /// The end of a file; what is before it has no end of line.
    End,
}

impl Lines {
    /// Opens the journal at `path` with all that was put aside of it.
    pub fn open(path: &Path) -> io::Result<Self> {
        let files = open_since(path, None)?;
        Ok(Self { path: path.to_owned(), files, line: Vec::new(), is_given: false })
    }

    /// The next line without its end; none when there is no more. One that a crash cut off is
    /// given as it is, one that is longer than [`JOURNAL_LINE_MAX_BYTES`] in pieces.
    pub fn next_line(&mut self) -> io::Result<Option<&[u8]>> {
        loop {
            match self.read()? {
                Met::Line => return Ok(Some(self.given())),
                Met::End if self.files.is_empty() => return Ok(None),
                Met::End => {
                    self.files.pop_front();
                    if !self.line.is_empty() {
                        return Ok(Some(self.given()));
                    }
                }
            }
        }
    }

    /// The next whole line; none when there is no more for now. Goes on in the files that took the
    /// place of one that was put aside.
    pub fn next_new_line(&mut self) -> io::Result<Option<&[u8]>> {
        loop {
            match self.read()? {
                Met::Line => return Ok(Some(self.given())),
                Met::End => {}
            }
            if self.files.len() <= 1 {
                let known = self.files.front().and_then(|opened| opened.identity);
                // Where the system does not say which file is which, none takes another's place.
                let Some(known) = known else { return Ok(None) };
                let newer = open_since(&self.path, Some(known))?;
                if newer.is_empty() {
                    return Ok(None);
                }
                self.files.extend(newer);
                // What came before the file was put aside is read first.
                match self.read()? {
                    Met::Line => return Ok(Some(self.given())),
                    Met::End => {}
                }
            }
            self.files.pop_front();
            if !self.line.is_empty() {
                return Ok(Some(self.given()));
            }
        }
    }

    /// Reads on in the first file.
    fn read(&mut self) -> io::Result<Met> {
        if std::mem::take(&mut self.is_given) {
            self.line.clear();
        }
        let Some(opened) = self.files.front_mut() else { return Ok(Met::End) };
        let room = JOURNAL_LINE_MAX_BYTES.saturating_sub(self.line.len() as u64);
        opened.file.by_ref().take(room).read_until(b'\n', &mut self.line)?;
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
            return Ok(Met::Line);
        }
        let is_piece = self.line.len() as u64 >= JOURNAL_LINE_MAX_BYTES;
        Ok(if is_piece { Met::Line } else { Met::End })
    }

    fn given(&mut self) -> &[u8] {
        self.is_given = true;
        &self.line
    }
}

/// Opens the files of a journal that are newer than the one that is known, the oldest first; all of
/// them where none is. Opened the newest first: putting aside moves files the other way, so that
/// none can be missed, only met twice.
fn open_since(path: &Path, known: Option<(u64, u64)>) -> io::Result<VecDeque<Opened>> {
    let mut files: VecDeque<Opened> = VecDeque::new();
    let aside = (1..=JOURNAL_FILES_ASIDE).map(|number| numbered(path, number));
    for path in std::iter::once(path.to_owned()).chain(aside) {
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let met = identity(&file.metadata()?);
        if known.is_some() && met == known {
            return Ok(files);
        }
        if met.is_none() || files.front().is_none_or(|newer| newer.identity != met) {
            files.push_front(Opened { file: BufReader::new(file), identity: met });
        }
    }
    // One that was put aside so often that it is gone: what is there is newer.
    let is_missing = known.is_none() && files.is_empty();
    if is_missing { Err(ErrorKind::NotFound.into()) } else { Ok(files) }
}
