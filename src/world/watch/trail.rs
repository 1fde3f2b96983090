//! The way to a file: the folders in which something must happen for its content to change.

use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::model::limits::LINKS_MAX;

/// The folders to watch for a file: its own, those of every link on the way to it, and where the
/// way ends early, the last folder there is. `path` is absolute.
pub(super) fn folders_of(path: &Path) -> BTreeSet<PathBuf> {
    let mut folders = BTreeSet::new();
    let mut ahead: VecDeque<OsString> = parts(path).collect();
    let (mut here, mut links) = (PathBuf::new(), 0);
    while let Some(part) = ahead.pop_front() {
        let next = step(&here, &part);
        let Ok(target) = link_target(&next) else {
            folders.insert(here);
            return folders;
        };
        if let Some(target) = target {
            folders.insert(here.clone());
            links += 1;
            if links > LINKS_MAX {
                return folders;
            }
            for part in parts(&target).rev() {
                ahead.push_front(part);
            }
        } else {
            if ahead.is_empty() {
                folders.insert(here);
            }
            here = next;
        }
    }
    folders
}

/// Where `path` leads if it is a link, none if it is not; an error if nothing is there.
fn link_target(path: &Path) -> std::io::Result<Option<PathBuf>> {
    if fs::symlink_metadata(path)?.is_symlink() { fs::read_link(path).map(Some) } else { Ok(None) }
}

fn parts(path: &Path) -> impl DoubleEndedIterator<Item = OsString> {
    path.components().map(|part| part.as_os_str().to_owned())
}

fn step(here: &Path, part: &OsString) -> PathBuf {
    match Path::new(part).components().next() {
        // `here` has no links in it, so its parent is the folder it lies in.
        Some(Component::ParentDir) => here.parent().unwrap_or(here).to_owned(),
        Some(Component::CurDir) | None => here.to_owned(),
        Some(Component::Prefix(_) | Component::RootDir | Component::Normal(_)) => here.join(part),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn every_link_and_the_target_are_watched() -> std::io::Result<()> {
        let root = tempfile::tempdir()?;
        let base = fs::canonicalize(root.path())?;
        fs::create_dir_all(base.join("conf/..v1"))?;
        fs::write(base.join("conf/..v1/cats.txt"), "cats")?;
        symlink("..v1", base.join("conf/..data"))?;
        symlink("..data/cats.txt", base.join("conf/cats.txt"))?;
        symlink(base.join("conf"), base.join("linked"))?;
        let wanted: BTreeSet<PathBuf> =
            [base.clone(), base.join("conf"), base.join("conf/..v1")].into();
        assert_eq!(folders_of(&base.join("linked/cats.txt")), wanted);
        Ok(())
    }

    #[test]
    fn where_nothing_is_the_nearest_folder_is_watched() -> std::io::Result<()> {
        let root = tempfile::tempdir()?;
        let base = fs::canonicalize(root.path())?;
        assert_eq!(folders_of(&base.join("a/b/c.txt")), [base.clone()].into());
        fs::create_dir_all(base.join("a"))?;
        assert_eq!(folders_of(&base.join("a/b/c.txt")), [base.join("a")].into());
        assert_eq!(folders_of(&base.join("a/../d.txt")), [base].into());
        Ok(())
    }

    #[test]
    fn links_in_a_circle_end() -> std::io::Result<()> {
        let root = tempfile::tempdir()?;
        let base = fs::canonicalize(root.path())?;
        symlink("two", base.join("one"))?;
        symlink("one", base.join("two"))?;
        assert_eq!(folders_of(&base.join("one")), [base].into());
        Ok(())
    }
}
