//! New shows: names, and that nothing is written over.

use std::fs;

use super::{ShowName, Template, write};
use crate::world::error::WorldError;

#[test]
fn names_are_file_names() {
    for good in ["show", "my_show", "shows/friday", "Café-7", "show.rhai"] {
        assert!(good.parse::<ShowName>().is_ok(), "{good}");
    }
    let bad =
        ["", "/show", "../show", "a//b", "a/", ".", "a b", "a\\b", "-x", "a.txt", "a_test", "\"a"];
    for bad in bad {
        assert!(bad.parse::<ShowName>().is_err(), "{bad}");
    }
}

#[test]
fn every_template_is_found_by_its_name() {
    for template in Template::ALL {
        assert_eq!(template.name().parse(), Ok(template));
    }
    let error = "pol".parse::<Template>().expect_err("there is no such template");
    assert!(error.contains("did you mean `poll`?") && error.contains("countdown"), "{error}");
}

#[test]
fn what_is_there_is_never_written_over() {
    let name: ShowName = "shows/friday".parse().expect("a name");
    for there in ["friday.rhai", "friday_test.rhai", "facts/friday.txt"] {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("shows").join(there);
        fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
        fs::write(&path, "mine").expect("it can be written");
        let refused = write(folder.path(), &name, Template::Facts);
        assert_eq!(refused, Err(WorldError::Exists { path: path.clone() }));
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "mine");
        let all = walk(folder.path());
        assert_eq!(all, [path], "nothing else was written");
    }
}

#[test]
fn a_file_is_no_folder() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("mine");
    fs::write(&path, "mine").expect("it can be written");
    let name = "friday".parse().expect("a name");
    for root in [path.clone(), path.join("deep/down")] {
        let refused = write(&root, &name, Template::Poll);
        assert_eq!(refused, Err(WorldError::NoFolder { path: path.clone() }));
    }
}

#[test]
fn a_folder_that_is_new_is_told() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path().join("a/b");
    let told = |name: &str| {
        write(&root, &name.parse().expect("a name"), Template::Poll).expect("it is written").folder
    };
    assert_eq!(told("friday"), Some(root.clone()));
    assert_eq!(told("monday"), None);
}

#[test]
fn facts_that_would_not_be_read_are_not_written() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("facts/friday.txt");
    fs::create_dir(folder.path().join("facts")).expect("it can be made");
    fs::write(&path, "mine").expect("it can be written");
    let name = "shows/friday".parse().expect("a name");
    let refused = write(folder.path(), &name, Template::Facts);
    assert_eq!(refused, Err(WorldError::FactsBefore { path: path.clone() }));
    assert_eq!(walk(folder.path()), [path], "nothing else was written");
    assert!(write(folder.path(), &name, Template::Poll).is_ok(), "it reads no facts");
}

/// All files below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("it can be listed");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
