//! What the tests of the binary stand on: a house with a show in it, the binary as a child that
//! ends with its test, and a local channel of its own for each test.

mod audience;
mod line;
mod local;
mod redis;
mod runner;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub(crate) use audience::{Door, Viewer};
pub(crate) use line::Line;
pub(crate) use local::{LOCAL, Local, get, post};
pub(crate) use redis::Redis;
pub(crate) use runner::{Ended, Runner, bare, command};

use tempfile::TempDir;

/// How long a test waits for what must come; it is meant never to be reached.
pub(crate) const BOUND: Duration = Duration::from_secs(30);
/// How often it looks, where it cannot be told.
const LOOK: Duration = Duration::from_millis(10);

/// A show that counts its rounds in `state` and sends each.
pub(crate) const ROUNDS: &str = r#"
    cue("round", every("300ms"), || {
        state.round = (state.round ?? 0) + 1;
        put_metadata(#{round: state.round});
    });
"#;

/// Says on stderr that a test is left out; with `CI` set that is an error.
pub(crate) fn left_out(name: &str, get_it: &str) {
    assert!(std::env::var_os("CI").is_none(), "{name} is missing: {get_it}");
    // Straight to stderr: what a test prints is shown only when it fails.
    let said = writeln!(std::io::stderr(), "left out: {name} is not installed; {get_it}");
    said.expect("stderr can be written");
}

/// Waits until `look` finds something.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < BOUND, "waited in vain for {what}");
        std::thread::sleep(LOOK);
    }
}

/// A folder with a show: its script lies in `show/`, its facts in `facts/`, its data in `data/`.
pub(crate) struct House {
    root: TempDir,
}

impl House {
    /// A house with a script in it.
    pub(crate) fn with(script: &str) -> Self {
        let house = Self { root: tempfile::tempdir().expect("a folder can be made") };
        house.write("show/show.rhai", script);
        house
    }

    /// Writes a file, and its folder before.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.at(name);
        let folder = path.parent().expect("it lies in the house");
        fs::create_dir_all(folder).expect("a folder can be made");
        fs::write(&path, text).expect("a file can be written");
        path
    }

    /// Where something lies.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// The script.
    pub(crate) fn script(&self) -> PathBuf {
        self.at("show/show.rhai")
    }

    /// A file's text.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).expect("the file is there")
    }

    /// Runs the show on a local channel with `--json`.
    pub(crate) fn run(&self, local: &Local, more: &[&str]) -> Runner {
        let mut args = vec!["--json"];
        args.extend(more);
        self.run_plain(local, &args)
    }

    /// Runs the show on a local channel, with the flags that are given.
    pub(crate) fn run_plain(&self, local: &Local, more: &[&str]) -> Runner {
        self.run_at(&local.url, &[], more)
    }

    /// Runs the show against an endpoint, on the channels that are given.
    pub(crate) fn run_at(&self, endpoint: &str, channels: &[&str], more: &[&str]) -> Runner {
        Runner::start(self.command(endpoint).args(channels).args(more))
    }

    /// The command that runs the show against an endpoint.
    pub(crate) fn command(&self, endpoint: &str) -> std::process::Command {
        let mut command =
            command(&["--endpoint-url", endpoint, "--port", "0", "--desk", "127.0.0.1:0"]);
        command.arg("--data").arg(self.at("data")).arg(self.script());
        command
    }

    /// Runs the binary to its end in this house.
    pub(crate) fn do_in(&self, args: &[&str]) -> Ended {
        Runner::start(command(args).current_dir(self.root.path())).end()
    }

    /// The text without what is different in each house.
    pub(crate) fn tidy(&self, text: &str) -> String {
        let root: &Path = self.root.path();
        text.replace(&root.display().to_string(), "[house]")
    }
}
