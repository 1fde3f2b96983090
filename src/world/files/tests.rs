//! Real files in folders of their own.

use std::fs;
use std::io;

use tempfile::TempDir;

use super::*;

/// `shows/show.rhai`, with what else the test puts there.
struct House {
    root: TempDir,
    folders: Folders,
}

impl House {
    fn new(files: &[(&str, &[u8])]) -> io::Result<Self> {
        let root = tempfile::tempdir()?;
        fs::create_dir_all(root.path().join("shows"))?;
        for (path, bytes) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a file has a folder"))?;
            fs::write(path, bytes)?;
        }
        let folders =
            Folders::new(&root.path().join("shows/show.rhai"), None).expect("the path is absolute");
        Ok(Self { root, folders })
    }

    fn read(&self, kind: FileKind, name: &str) -> FileAnswer {
        self.folders.read(&FileRef { kind, name: name.to_owned() })
    }

    fn problem(&self, kind: FileKind, name: &str) -> String {
        match self.read(kind, name) {
            FileAnswer::Problem(words) => words,
            FileAnswer::Text(text) => panic!("`{name}` was read: {text}"),
        }
    }
}

fn text(text: &str) -> FileAnswer {
    FileAnswer::Text(text.into())
}

#[test]
fn facts_lie_beside_the_scripts_folder_or_in_it() -> io::Result<()> {
    let house = House::new(&[
        ("facts/cats.txt", b"beside"),
        ("facts/kids/easy.txt", b"deep"),
        ("shows/facts/cats.txt", b"in it, and later"),
        ("shows/facts/dogs.txt", b"in it"),
    ])?;
    assert_eq!(house.read(FileKind::Facts, "cats"), text("beside"));
    assert_eq!(house.read(FileKind::Facts, "kids/easy"), text("deep"));
    assert_eq!(house.read(FileKind::Facts, "dogs"), text("in it"));
    Ok(())
}

#[test]
fn a_named_facts_folder_is_the_only_one() -> io::Result<()> {
    let mut house = House::new(&[("facts/cats.txt", b"beside"), ("else/dogs.txt", b"elsewhere")])?;
    let (script, named) = (house.folders.script().to_owned(), house.root.path().join("else"));
    house.folders = Folders::new(&script, Some(&named)).expect("the paths are absolute");
    assert_eq!(house.read(FileKind::Facts, "dogs"), text("elsewhere"));
    let words = house.problem(FileKind::Facts, "cats");
    assert!(words.contains("else/cats.txt`\nhint: "), "{words}");
    Ok(())
}

#[test]
fn imports_and_data_are_found() -> io::Result<()> {
    let house = House::new(&[
        ("shows/lib.rhai", b"fn a() {}"),
        ("shows/data/scores.json", b"{}"),
        ("facts/cats.csv", b"a,b"),
    ])?;
    assert_eq!(house.read(FileKind::Script, "lib"), text("fn a() {}"));
    assert_eq!(house.read(FileKind::Data, "data/scores.json"), text("{}"));
    assert_eq!(house.read(FileKind::Data, "./data/scores.json"), text("{}"));
    assert_eq!(house.read(FileKind::Data, "cats.csv"), text("a,b"));
    Ok(())
}

#[test]
fn a_byte_order_mark_is_no_text_and_empty_is_empty() -> io::Result<()> {
    let house =
        House::new(&[("facts/marked.txt", b"\xef\xbb\xbfone\r\ntwo"), ("facts/empty.txt", b"")])?;
    assert_eq!(house.read(FileKind::Facts, "marked"), text("one\r\ntwo"));
    assert_eq!(house.read(FileKind::Facts, "empty"), text(""));
    Ok(())
}

#[test]
fn a_name_cannot_climb_out() -> io::Result<()> {
    let house = House::new(&[("secret.txt", b"secret"), ("shows/a.txt", b"a")])?;
    let absolute = house.root.path().join("secret.txt").display().to_string();
    for name in ["../secret.txt", "data/../../secret.txt", &absolute, "", ".", ".."] {
        let words = house.problem(FileKind::Data, name);
        assert!(words.contains("inside the show's folders\nhint: "), "{words}");
        let file = FileRef { kind: FileKind::Data, name: name.to_owned() };
        assert!(house.folders.places(&file).is_empty());
    }
    Ok(())
}

#[test]
fn a_missing_file_says_where_it_was_looked_for_and_what_is_near() -> io::Result<()> {
    let house = House::new(&[
        ("facts/cats.txt", b"a"),
        ("facts/kids/easy.txt", b"a"),
        ("shows/library.rhai", b""),
        ("shows/scores.json", b"{}"),
    ])?;
    let words = house.problem(FileKind::Facts, "catz");
    assert!(words.starts_with("there is no facts file `catz`, looked for `"), "{words}");
    assert!(words.contains("facts/catz.txt` and `") && words.contains("shows/facts/catz.txt`"));
    assert!(words.ends_with("\nhint: did you mean `cats`?"), "{words}");
    let from_script = house.folders.from_script(&words);
    assert!(from_script.contains("looked for `../facts/catz.txt` and `facts/catz.txt`\n"));
    let near = |kind, name| house.problem(kind, name);
    assert!(near(FileKind::Facts, "kids/eazy").ends_with("did you mean `kids/easy`?"));
    assert!(near(FileKind::Script, "librari").ends_with("did you mean `library`?"));
    assert!(near(FileKind::Data, "score.json").ends_with("did you mean `scores.json`?"));
    assert!(near(FileKind::Facts, "zebras").ends_with("with one fact a line"));
    Ok(())
}

#[test]
fn what_is_no_text_is_refused_with_its_line() -> io::Result<()> {
    let house = House::new(&[("facts/latin.txt", b"one\ntwo\nthr\xe9e\n")])?;
    let words = house.problem(FileKind::Facts, "latin");
    assert!(words.starts_with("line 3 of `") && words.contains("UTF-8 text\nhint: "), "{words}");
    Ok(())
}

#[test]
fn a_file_that_is_too_large_is_not_read() -> io::Result<()> {
    let house = House::new(&[])?;
    let file = fs::File::create(house.root.path().join("shows/huge.json"))?;
    file.set_len(50 * 1_024 * 1_024)?;
    let words = house.problem(FileKind::Data, "huge.json");
    assert!(words.contains("has 52428800 bytes, at most 4194304 are read\nhint: "), "{words}");
    let file = fs::File::create(house.folders.script())?;
    file.set_len(SCRIPT_MAX_BYTES + 1)?;
    assert!(matches!(house.folders.read_script(), FileAnswer::Problem(_)));
    file.set_len(SCRIPT_MAX_BYTES)?;
    assert!(matches!(house.folders.read_script(), FileAnswer::Text(_)));
    Ok(())
}

#[test]
fn a_folder_is_no_file() -> io::Result<()> {
    let house = House::new(&[("shows/data/a.json", b"{}")])?;
    let words = house.problem(FileKind::Data, "data");
    assert!(words.contains("is not a regular file\nhint: "), "{words}");
    Ok(())
}

#[test]
fn the_script_itself_is_read() -> io::Result<()> {
    let house = House::new(&[])?;
    let FileAnswer::Problem(words) = house.folders.read_script() else {
        panic!("nothing is there")
    };
    assert!(words.starts_with("there is no script `") && words.contains("show.rhai`\nhint: "));
    fs::write(house.root.path().join("shows/shows.rhai"), "1")?;
    let FileAnswer::Problem(words) = house.folders.read_script() else {
        panic!("nothing is there")
    };
    assert!(words.ends_with("\nhint: did you mean `shows.rhai`?"), "{words}");
    fs::write(house.folders.script(), "\u{feff}every(\"1s\", || 1);")?;
    assert_eq!(house.folders.read_script(), text("every(\"1s\", || 1);"));
    Ok(())
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    #[test]
    fn a_link_is_followed_only_to_a_target_inside() -> io::Result<()> {
        let house = House::new(&[("secret.txt", b"secret"), ("facts/cats.txt", b"cats")])?;
        let shows = house.root.path().join("shows");
        symlink(house.root.path().join("secret.txt"), shows.join("out.txt"))?;
        symlink(house.root.path(), shows.join("up"))?;
        symlink("../facts/cats.txt", shows.join("in.txt"))?;
        symlink("nowhere", shows.join("broken.txt"))?;
        assert_eq!(house.read(FileKind::Data, "in.txt"), text("cats"));
        for name in ["out.txt", "up/secret.txt"] {
            let words = house.problem(FileKind::Data, name);
            assert!(words.contains("leads out of the show's folders\nhint: "), "{words}");
        }
        let words = house.problem(FileKind::Data, "broken.txt");
        assert!(words.starts_with("there is no file `broken.txt`"), "{words}");
        Ok(())
    }

    #[test]
    fn a_script_behind_a_link_is_the_operators_choice() -> io::Result<()> {
        let house = House::new(&[("real/other.rhai", b"1")])?;
        symlink(house.root.path().join("real/other.rhai"), house.folders.script())?;
        assert_eq!(house.folders.read_script(), text("1"));
        Ok(())
    }

    #[test]
    fn a_pipe_is_never_waited_for() -> io::Result<()> {
        let house = House::new(&[])?;
        let made = Command::new("mkfifo").arg(house.root.path().join("shows/pipe")).status()?;
        assert!(made.success());
        let words = house.problem(FileKind::Data, "pipe");
        assert!(words.contains("is not a regular file\nhint: "), "{words}");
        Ok(())
    }
}
