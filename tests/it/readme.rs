//! What README says of the command line is what the command line says of itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use assert_cmd::Command;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"))
        .expect("README.md is there")
}

fn help(verb: &[&str]) -> String {
    let mut runner = Command::cargo_bin("runner").expect("the package has the binary");
    let output = runner.args(verb).arg("--help").output().expect("it can be started");
    assert!(output.status.success(), "`runner {} --help` failed", verb.join(" "));
    String::from_utf8(output.stdout).expect("a help text is UTF-8")
}

/// The long flags a text names.
fn flags(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|word| word.starts_with("--") && word.len() > 3)
        .map(str::to_owned)
        .collect()
}

/// The code in the first column of the README's table whose header begins so.
fn first_column<'a>(readme: &'a str, header: &str) -> Vec<&'a str> {
    let rows = readme.lines().skip_while(|line| !line.starts_with(header)).skip(2);
    rows.take_while(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('`').nth(1))
        .collect()
}

#[test]
fn the_table_of_flags_is_whole_and_true() {
    let readme = readme();
    let told: BTreeSet<String> =
        first_column(&readme, "| flag of a show |").into_iter().map(str::to_owned).collect();
    let mut there = flags(&help(&["run"]));
    for of_every_command in ["--help", "--version"] {
        there.remove(of_every_command);
    }
    assert!(told.len() > 10, "the table was not found: {told:?}");
    let missing: Vec<_> = there.difference(&told).collect();
    let invented: Vec<_> = told.difference(&there).collect();
    assert!(missing.is_empty(), "README does not tell of {missing:?}");
    assert!(invented.is_empty(), "README tells of {invented:?}, which `runner run` does not take");
}

#[test]
fn the_commands_it_names_are_there() {
    let readme = readme();
    let commands = first_column(&readme, "| command |");
    assert!(commands.len() >= 5, "the table was not found: {commands:?}");
    for command in commands {
        let verb = command.split(' ').nth(1).expect("a command is `runner` and more");
        if verb.starts_with(|first: char| first.is_ascii_lowercase()) {
            let usage = format!("runner {verb}");
            assert!(help(&[verb]).contains(&usage), "the help of `{verb}` tells no `{usage}`");
        }
    }
}

#[test]
fn the_files_it_links_are_there() {
    let readme = readme();
    let links: Vec<&str> = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.starts_with("http"))
        .collect();
    assert!(links.len() >= 5, "{links:?}");
    for link in links {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(link);
        assert!(path.exists(), "README links {link}, which is not there");
    }
}
