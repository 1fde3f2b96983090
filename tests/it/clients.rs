//! Clients that are not ours, against the local channel: boto3 and the AWS CLI, each with only an
//! endpoint URL. Where one is not installed it is left out by name; with `CI` set that is an error.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::rig::{Local, left_out};

fn works(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    let run = command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

/// Runs a client's script unless the client is missing.
fn try_client(name: &str, get_it: &str, is_there: bool, program: &str, script: &str) {
    if !is_there {
        left_out(name, get_it);
        return;
    }
    let local = Local::start();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script);
    let mut command = Command::new(program);
    // A developer's own settings must not lead anywhere else.
    for name in ["AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IVS", "AWS_SESSION_TOKEN"] {
        command.env_remove(name);
    }
    let run = command.arg(path).arg(&local.url).stdin(Stdio::null()).output();
    let output = run.expect("it can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {said}");
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(words.contains("all as expected"), "{name}: {words}");
}

#[test]
fn boto3_works_with_only_an_endpoint_url() {
    let is_there = works("python3", &["-c", "import boto3"]);
    try_client("boto3", "`pip install boto3` brings it", is_there, "python3", "boto3_ivs.py");
}

#[test]
fn the_aws_cli_works_with_only_an_endpoint_url() {
    let is_there = works("aws", &["--version"]) && works("curl", &["--version"]);
    let get_it = "`pip install awscli` brings it, and it wants curl";
    try_client("the AWS CLI", get_it, is_there, "sh", "aws_cli.sh");
}
