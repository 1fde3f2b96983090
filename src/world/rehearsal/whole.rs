//! Files that are written whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file beside its place, then moves it there. A file that is there keeps its mode, a link
/// its place: what it leads to is written.
pub fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let place = fs::canonicalize(path);
    let place = place.as_deref().unwrap_or(path);
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    // Opened as any new file is, not for its owner alone: it is to be looked at and committed.
    let open = |path: &Path| OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = tempfile::Builder::new().make_in(folder.unwrap_or(Path::new(".")), open)?;
    if let Ok(metadata) = fs::metadata(place) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(place)?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn what_is_there_keeps_its_mode_and_its_links() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        let mode =
            |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        fs::write(folder.path().join("any"), "").expect("a file can be written");
        write_whole(&file, "new").expect("it can be written");
        assert_eq!(mode(&file), mode(&folder.path().join("any")));

        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("it is ours");
        symlink("file", &link).expect("a link can be made");
        write_whole(&link, "newer").expect("it can be written");
        assert_eq!(mode(&file), 0o640);
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "newer");
        assert!(link.is_symlink());
    }
}
