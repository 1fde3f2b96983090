//! Processes that are measured: started, read line by line, and ended whatever happens.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long anything may take before the benchmark gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A process that ends with this.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<(Instant, String)>,
}

/// Processor time by thread.
pub(crate) struct Cpu(BTreeMap<PathBuf, Duration>);

/// `runner` with these arguments.
pub(crate) fn runner(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env_remove("AWS_ENDPOINT_URL").env_remove("AWS_ENDPOINT_URL_IVS");
    command.env("AWS_ACCESS_KEY_ID", "bench").env("AWS_SECRET_ACCESS_KEY", "bench");
    command
}

/// A new folder.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

impl Process {
    /// Starts it; its lines can be waited for.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = Self::spawn(command.stdout(Stdio::piped()));
        let output = child.stdout.take().expect("its output was asked for");
        let (told, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if told.send((Instant::now(), line)).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// Starts it; what it prints goes nowhere.
    pub(crate) fn start_silent(command: &mut Command) -> Self {
        let child = Self::spawn(command.stdout(Stdio::null()));
        Self { child, lines: channel().1 }
    }

    fn spawn(command: &mut Command) -> Child {
        command.stdin(Stdio::null()).spawn().expect("the program can be started")
    }

    /// When it said a line with these words.
    pub(crate) fn said(&self, words: &str) -> Instant {
        self.line(words).0
    }

    /// The next line with these words, and when it was said.
    pub(crate) fn line(&self, words: &str) -> (Instant, String) {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok((at, line)) if line.contains(words) => return (at, line),
                Ok(_) => {}
                Err(error) => panic!("the program did not say `{words}` in time: {error}"),
            }
        }
    }

    /// What it used of the processors so far. Threads that have ended do not count, so take the
    /// difference of two close ones.
    pub(crate) fn cpu(&self) -> Cpu {
        let tasks = format!("/proc/{}/task", self.child.id());
        let tasks = fs::read_dir(tasks).expect("the process lives, on Linux");
        let of_task = tasks.filter_map(|task| {
            let path = task.ok()?.path();
            let text = fs::read_to_string(path.join("schedstat")).ok()?;
            let nanos = text.split(' ').next()?.parse().ok()?;
            Some((path, Duration::from_nanos(nanos)))
        });
        Cpu(of_task.collect())
    }

    /// What it holds in memory, in kilobytes.
    pub(crate) fn resident(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the process lives, on Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
        number.and_then(|number| number.parse().ok()).expect("the system says what is resident")
    }
}

impl Cpu {
    /// What was used since an earlier look.
    pub(crate) fn since(&self, before: &Self) -> Duration {
        let used = self
            .0
            .iter()
            .map(|(task, now)| now.saturating_sub(before.0.get(task).copied().unwrap_or_default()));
        used.sum()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
