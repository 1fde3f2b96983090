//! Completions, by a shell that completes.

use std::process::Command;

use crate::rig::{House, left_out};

#[test]
fn bash_completes_verbs_and_flags() {
    let house = House::with("");
    let script = house.do_in(&["completions", "bash"]);
    assert_eq!(script.code, Some(0), "{script}");
    house.write("runner.bash", &script.lines.join("\n"));
    let complete = r#"
        source ./runner.bash
        COMP_WORDS=(runner "$@"); COMP_CWORD=$#
        _runner runner "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    for (typed, wanted) in [
        (&["refer"][..], "reference"),
        (&["run", "--same"], "--same-show"),
        (&["completions", "fi"], "fish"),
        (&["new", "friday", "--template", "sc"], "scoreboard"),
        (&["reference", "leaderb"], "leaderboard"),
    ] {
        let bash = Command::new("bash")
            .args(["--norc", "-c", complete, "bash"])
            .args(typed)
            .current_dir(house.at(""))
            .output();
        let Ok(output) = bash else { return left_out("bash", "install bash") };
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.lines().any(|line| line == wanted), "{typed:?}: {said} {output:?}");
    }
}

#[test]
fn every_shell_has_its_script() {
    let house = House::with("");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = house.do_in(&["completions", shell]);
        assert_eq!(script.code, Some(0), "{script}");
        assert!(script.lines.iter().any(|line| line.contains("reference")), "{shell}");
    }
}
