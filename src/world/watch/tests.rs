//! Files saved in every way that people and tools save them. The tests wait for what they expect;
//! that something is *not* told is proved by the next thing that is.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tempfile::TempDir;

use super::*;

const GENEROUS: Duration = Duration::from_secs(30);

struct Stage {
    root: TempDir,
    changes: Receiver<Changed<u32>>,
    troubles: Receiver<String>,
    watcher: Watcher<u32>,
}

impl Stage {
    fn new() -> Self {
        let (change, changes) = channel();
        let (trouble, troubles) = channel();
        let watcher = Watcher::start(
            Clock::start(),
            move |changed| drop(change.send(changed)),
            move |words| drop(trouble.send(words)),
        );
        let watcher = watcher.expect("a thread can be started");
        Self { root: tempfile::tempdir().expect("a folder"), changes, troubles, watcher }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file has a folder"))?;
        fs::write(&path, text)?;
        Ok(path)
    }

    /// A watched file with `text` in it.
    fn watched(&self, token: u32, kind: FileKind, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.write(name, text)?;
        self.watcher.watch(&token, kind, std::slice::from_ref(&path));
        Ok(path)
    }

    /// The next change must be this one.
    fn expect(&self, token: u32, path: &Path, found: Found) {
        let wanted = Changed { token, path: path.to_owned(), found };
        assert_eq!(self.changes.recv_timeout(GENEROUS), Ok(wanted));
    }

    /// Saves at once, by renaming, and sees that nothing is told before it.
    fn expect_next(&self, token: u32, path: &Path, text: &str) -> io::Result<()> {
        fs::rename(self.write("new", text)?, path)?;
        self.expect(token, path, Found::Changed);
        Ok(())
    }

    /// Waits for a change of `token` and lets those pass that two halves of one save may cause.
    fn expect_soon(&self, token: u32, path: &Path, found: Found) {
        loop {
            let changed = self.changes.recv_timeout(GENEROUS).expect("the change is told");
            if changed == (Changed { token, path: path.to_owned(), found }) {
                return;
            }
        }
    }
}

#[test]
fn an_atomic_rename_is_told_again_and_again() -> io::Result<()> {
    let stage = Stage::new();
    let path = stage.watched(1, FileKind::Script, "show.rhai", "0")?;
    for version in 1..=5 {
        fs::rename(stage.write("show.rhai.tmp", &format!("{version}"))?, &path)?;
        stage.expect(1, &path, Found::Changed);
    }
    Ok(())
}

#[test]
fn a_write_in_place_is_told() -> io::Result<()> {
    let stage = Stage::new();
    let path = stage.watched(1, FileKind::Script, "show.rhai", "0")?;
    fs::write(&path, "of the same length")?;
    stage.expect_soon(1, &path, Found::Changed);
    fs::write(&path, "OF THE SAME LENGTH")?;
    stage.expect_soon(1, &path, Found::Changed);
    OpenOptions::new().append(true).open(&path)?.write_all(b" and more")?;
    stage.expect_soon(1, &path, Found::Changed);
    Ok(())
}

#[test]
fn an_empty_script_is_not_yet() -> io::Result<()> {
    let stage = Stage::new();
    let path = stage.watched(1, FileKind::Script, "show.rhai", "0")?;
    let facts = stage.watched(2, FileKind::Facts, "cats.txt", "a cat")?;
    fs::write(&path, "")?;
    fs::write(&facts, "")?;
    // Emptied later and in doubt as long: were the script's emptiness believed, it came first.
    stage.expect(2, &facts, Found::Changed);
    fs::write(&path, "0")?;
    stage.expect_next(2, &facts, "two cats")?;
    fs::write(&path, "1")?;
    stage.expect(1, &path, Found::Changed);
    Ok(())
}

#[test]
fn what_editors_leave_beside_a_file_is_not_told() -> io::Result<()> {
    let stage = Stage::new();
    let path = stage.watched(1, FileKind::Script, "show.rhai", "0")?;
    for name in ["show.rhai~", ".show.rhai.swp", "4913", "#show.rhai#", ".#show.rhai"] {
        stage.write(name, "backup")?;
        fs::remove_file(stage.path(name))?;
    }
    // Saved, and nothing changed.
    fs::write(&path, "0")?;
    fs::rename(stage.write("new", "0")?, &path)?;
    let facts = stage.watched(2, FileKind::Facts, "cats.txt", "a cat")?;
    stage.expect_next(2, &facts, "another cat")?;
    Ok(())
}

#[test]
fn an_editor_that_moves_the_old_file_away_first_deletes_nothing() -> io::Result<()> {
    let stage = Stage::new();
    let path = stage.watched(1, FileKind::Script, "show.rhai", "0")?;
    for version in 1..=5 {
        fs::rename(&path, stage.path("show.rhai~"))?;
        stage.expect_next(1, &path, &format!("{version}"))?;
    }
    Ok(())
}

#[test]
fn a_deleted_file_is_told_once_and_again_when_it_is_back() -> io::Result<()> {
    let stage = Stage::new();
    let path = stage.watched(1, FileKind::Script, "show.rhai", "0")?;
    let other = stage.watched(2, FileKind::Data, "other.json", "{}")?;
    fs::remove_file(&path)?;
    stage.expect(1, &path, Found::Gone);
    stage.expect_next(2, &other, "[]")?;
    stage.expect_next(1, &path, "1")?;
    fs::remove_file(&path)?;
    stage.expect(1, &path, Found::Gone);
    stage.expect_next(1, &path, "1")?;
    Ok(())
}

#[test]
fn a_folder_that_is_deleted_and_made_anew_is_not_lost() -> io::Result<()> {
    let stage = Stage::new();
    let path = stage.watched(1, FileKind::Facts, "facts/kids/easy.txt", "0")?;
    for version in 1..=3 {
        fs::remove_dir_all(stage.path("facts"))?;
        stage.expect(1, &path, Found::Gone);
        stage.write("facts/kids/easy.txt", &format!("{version}"))?;
        stage.expect_soon(1, &path, Found::Changed);
        // Not by polling only: the new folder itself is watched.
        fs::rename(stage.write("new", &format!("{version} again"))?, &path)?;
        stage.expect_soon(1, &path, Found::Changed);
    }
    Ok(())
}

#[test]
fn a_folder_that_is_swapped_for_another_is_not_lost() -> io::Result<()> {
    let stage = Stage::new();
    let path = stage.watched(1, FileKind::Facts, "facts/cats.txt", "0")?;
    for version in 1..=3 {
        stage.write("next/cats.txt", &format!("{version}"))?;
        fs::rename(stage.path("facts"), stage.path(&format!("old{version}")))?;
        fs::rename(stage.path("next"), stage.path("facts"))?;
        stage.expect(1, &path, Found::Changed);
    }
    Ok(())
}

#[test]
fn a_missing_file_is_told_when_it_appears() -> io::Result<()> {
    let stage = Stage::new();
    let places = [stage.path("a/b/cats.txt"), stage.path("c/cats.txt")];
    stage.watcher.watch(&1, FileKind::Facts, &places);
    stage.write("c/cats.txt", "second place")?;
    stage.expect_soon(1, &places[1], Found::Changed);
    stage.write("a/b/cats.txt", "first place")?;
    stage.expect_soon(1, &places[0], Found::Changed);
    Ok(())
}

#[test]
fn two_tokens_are_both_told_and_one_can_leave() -> io::Result<()> {
    let stage = Stage::new();
    let path = stage.watched(1, FileKind::Script, "show.rhai", "0")?;
    stage.watched(2, FileKind::Script, "show.rhai", "0")?;
    stage.expect_next(1, &path, "1")?;
    stage.expect(2, &path, Found::Changed);
    stage.watcher.unwatch(&1);
    stage.expect_next(2, &path, "2")?;
    // Elsewhere from now on.
    let other = stage.watched(2, FileKind::Script, "other.rhai", "0")?;
    fs::rename(stage.write("new", "3")?, &path)?;
    stage.expect_next(2, &other, "1")?;
    Ok(())
}

#[test]
fn a_file_that_grows_too_large_is_told() -> io::Result<()> {
    let stage = Stage::new();
    let path = stage.watched(1, FileKind::Data, "data.json", "{}")?;
    let file = OpenOptions::new().write(true).open(&path)?;
    file.set_len(50 * 1_024 * 1_024)?;
    stage.expect(1, &path, Found::Changed);
    file.set_len(2)?;
    stage.expect(1, &path, Found::Changed);
    Ok(())
}

#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_link_that_is_turned_is_told() -> io::Result<()> {
        let stage = Stage::new();
        stage.write("v1/cats.txt", "1")?;
        symlink("v1", stage.path("..data"))?;
        let path = stage.path("cats.txt");
        symlink("..data/cats.txt", &path)?;
        stage.watcher.watch(&1, FileKind::Facts, std::slice::from_ref(&path));
        for version in 2..=4 {
            stage.write(&format!("v{version}/cats.txt"), &format!("{version}"))?;
            symlink(format!("v{version}"), stage.path("..new"))?;
            fs::rename(stage.path("..new"), stage.path("..data"))?;
            fs::remove_dir_all(stage.path(&format!("v{}", version - 1)))?;
            stage.expect(1, &path, Found::Changed);
        }
        Ok(())
    }

    #[test]
    fn a_save_of_a_links_target_is_told() -> io::Result<()> {
        let stage = Stage::new();
        let target = stage.write("deep/real.rhai", "0")?;
        let path = stage.path("show.rhai");
        symlink(&target, &path)?;
        stage.watcher.watch(&1, FileKind::Script, std::slice::from_ref(&path));
        for version in 1..=3 {
            fs::rename(stage.write("deep/new", &format!("{version}"))?, &target)?;
            stage.expect(1, &path, Found::Changed);
        }
        Ok(())
    }
}

/// A system that tells nothing: what is left is looking.
#[test]
fn where_the_system_tells_nothing_looking_finds_all() -> io::Result<()> {
    let root = tempfile::tempdir()?;
    let path = root.path().join("facts/cats.txt");
    fs::create_dir_all(root.path().join("facts"))?;
    fs::write(&path, "a cat")?;
    let mut watched = Watched::new(Err(notify::Error::generic("too many")));
    assert_eq!(watched.take_trouble().as_deref(), Some("too many"));
    assert_eq!(watched.take_trouble(), None, "said once");
    watched.watch(&1, &[(path.clone(), FileKind::Facts)].into());
    let mut second = 0;
    let mut poll = |watched: &mut Watched<i32>| {
        second += 2;
        let told = watched.poll(SignedDuration::from_secs(second));
        told.into_iter().map(|changed| changed.found).collect::<Vec<_>>()
    };
    assert_eq!(poll(&mut watched), []);
    fs::write(&path, "another cat")?;
    assert_eq!(poll(&mut watched), [Found::Changed]);
    assert_eq!(poll(&mut watched), []);
    fs::remove_dir_all(root.path().join("facts"))?;
    assert_eq!(poll(&mut watched), [], "it may be a save");
    assert_eq!(poll(&mut watched), [Found::Gone]);
    assert_eq!(poll(&mut watched), []);
    fs::create_dir_all(root.path().join("facts"))?;
    fs::write(&path, "a third")?;
    assert_eq!(poll(&mut watched), [Found::Changed]);
    assert_eq!(poll(&mut watched), []);
    Ok(())
}

#[test]
fn nothing_is_said_where_the_system_tells_all() -> io::Result<()> {
    let stage = Stage::new();
    let path = stage.watched(1, FileKind::Script, "show.rhai", "0")?;
    stage.expect_next(1, &path, "1")?;
    assert!(stage.troubles.try_recv().is_err());
    Ok(())
}
