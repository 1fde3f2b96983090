//! The help texts: what a person who asks can learn. They are kept in `snapshots/`;
//! `INSTA_UPDATE=always cargo test --test it help` writes them anew.

use crate::cli::typed;
use crate::rig::House;

/// The commands that the help lists.
fn commands(help: &str) -> Vec<String> {
    let list = help.split_once("\nCommands:\n").and_then(|(_, rest)| rest.split_once("\n\n"));
    let lines = list.expect("it lists commands").0.lines();
    // Words go on further in.
    let named =
        lines.filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')));
    named.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
}

#[test]
fn helps() {
    let help = typed(&["--help"]);
    let commands = commands(&help);
    assert!(commands.len() > 10, "{commands:?}");
    insta::assert_snapshot!("help", help);
    for command in commands.iter().filter(|command| *command != "help") {
        insta::assert_snapshot!(format!("help-{command}"), typed(&[command, "--help"]));
    }
}

#[test]
fn helps_who_types_nothing() {
    let ended = House::with("").do_in(&[]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("Usage: runner [run] <SCRIPT> [CHANNEL]..."), "{ended}");
}
