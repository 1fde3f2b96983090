//! One runner a show: a lock that the system lets go of when its holder ends, however it ends.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::model::channel::ShowId;
use crate::rules::random::hash;

use super::data::DataFolder;
use super::error::WorldError;

/// Bytes of a lock file that are read at most.
const HOLDER_MAX_BYTES: u64 = 256;
/// Characters of a script's name and a channel's id that a lock file's name shows.
const NAME_MAX_CHARS: usize = 40;

/// The lock of one show; held until it is let go.
#[derive(Debug)]
pub struct ShowLock {
    _file: File,
}

/// Who holds a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// Since when.
    pub since: Timestamp,
}

impl ShowLock {
    /// Takes the lock of `show`, or says who has it ([`WorldError::Held`]). What a crash left
    /// behind is no obstacle. `now` is what others are told as *since when*.
    pub fn take(data: &DataFolder, show: &ShowId, now: Timestamp) -> Result<Self, WorldError> {
        let path = data.path().join(file_name(show));
        let failed = |problem: io::Error| failed(&path, &problem);
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(WorldError::Held { show: show.clone(), by: holder(&file) });
            }
            Err(TryLockError::Error(problem)) => return Err(failed(problem)),
        }
        let holder = format!("{} {now}\n", std::process::id());
        // Written over the old words, then cut: whoever looks meanwhile never meets an empty file.
        file.write_all(holder.as_bytes()).map_err(failed)?;
        file.set_len(holder.len() as u64).map_err(failed)?;
        Ok(Self { _file: file })
    }
}

fn failed(path: &Path, problem: &io::Error) -> WorldError {
    WorldError::Lock { path: PathBuf::from(path), problem: problem.to_string() }
}

/// What the holder wrote: its process and since when, on one line.
fn holder(file: &File) -> Option<Holder> {
    let mut text = String::new();
    file.take(HOLDER_MAX_BYTES).read_to_string(&mut text).ok()?;
    let (pid, since) = text.lines().next()?.split_once(' ')?;
    Some(Holder { pid: pid.parse().ok()?, since: since.parse().ok()? })
}

/// A name a person recognises, and a hash that keeps two shows apart.
fn file_name(show: &ShowId) -> String {
    let readable = |text: &str| -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        text.chars().take(NAME_MAX_CHARS).map(plain).collect()
    };
    let (script, channel) = (readable(&show.script), readable(show.channel.id()));
    format!("{script}-{channel}-{:016x}.lock", hash(show.to_string().as_bytes()))
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} since {:.0}", self.pid, self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::channel::ChannelArn;

    fn show(script: &str) -> ShowId {
        ShowId { script: script.into(), channel: ChannelArn::local() }
    }

    fn data() -> (tempfile::TempDir, DataFolder) {
        let root = tempfile::tempdir().expect("a folder can be made");
        let data = DataFolder::open(root.path()).expect("it can be written to");
        (root, data)
    }

    const EARLY: Timestamp = Timestamp::constant(1_800_000_000, 0);
    const LATE: Timestamp = Timestamp::constant(1_800_000_600, 0);

    #[test]
    fn a_second_runner_is_told_who_was_first() {
        let (_root, data) = data();
        let first = ShowLock::take(&data, &show("cats"), EARLY).expect("it is free");
        let error = ShowLock::take(&data, &show("cats"), LATE).expect_err("it is held");
        let by = Some(Holder { pid: std::process::id(), since: EARLY });
        assert_eq!(error, WorldError::Held { show: show("cats"), by });
        let words = error.to_string();
        assert!(words.contains("since 2027-01-15T08:00:00Z"), "{words}");
        drop(first);
        ShowLock::take(&data, &show("cats"), LATE).expect("it is free again");
    }

    #[test]
    fn shows_do_not_hinder_each_other() {
        let (_root, data) = data();
        let _cats = ShowLock::take(&data, &show("cats"), EARLY).expect("it is free");
        let _dogs = ShowLock::take(&data, &show("dogs"), EARLY).expect("it is free");
        let _odd = ShowLock::take(&data, &show("../ca/ts"), EARLY).expect("any name will do");
    }

    #[test]
    fn what_a_crash_left_is_no_obstacle() -> io::Result<()> {
        let (_root, data) = data();
        let path = data.path().join(file_name(&show("cats")));
        std::fs::write(&path, format!("4294967295 {EARLY} and some more words than we write\n"))?;
        let _lock = ShowLock::take(&data, &show("cats"), LATE).expect("nobody holds it");
        let words = std::fs::read_to_string(&path)?;
        assert_eq!(words, format!("{} {LATE}\n", std::process::id()));
        Ok(())
    }

    #[test]
    fn a_holder_that_wrote_nothing_is_still_a_holder() -> io::Result<()> {
        let (_root, data) = data();
        let file = File::create(data.path().join(file_name(&show("cats"))))?;
        file.lock()?;
        let error = ShowLock::take(&data, &show("cats"), LATE).expect_err("it is held");
        assert_eq!(error, WorldError::Held { show: show("cats"), by: None });
        Ok(())
    }
}
