//! The binary as a child: its lines as they come, signals, and an end.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{BOUND, until};

/// Columns of a line in a test's text.
const COLUMNS: usize = 88;
/// Lines of a failed test's child that are shown.
const SHOWN: usize = 20;

/// The binary in an environment in which nothing of the developer's is found.
pub(crate) fn bare(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
    command.env_clear().env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", "/nonexistent");
    // Help texts are broken where a test's text can hold them.
    command.env("COLUMNS", "88").args(args);
    command
}

/// The binary with credentials that nobody would take for real ones.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = bare(args);
    command.env("AWS_ACCESS_KEY_ID", "any").env("AWS_SECRET_ACCESS_KEY", "thing");
    command
}

/// How a child ended.
pub(crate) struct Ended {
    /// Its exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// What it wrote to stdout, all of it.
    pub(crate) lines: Vec<String>,
    /// What it wrote to stderr.
    pub(crate) stderr: String,
}

impl Ended {
    /// Its events, where it ran with `--json`.
    pub(crate) fn events(&self) -> Vec<Value> {
        let events = self.lines.iter().map(|line| event(line));
        events.collect()
    }

    /// The name of its last event.
    pub(crate) fn last(&self) -> String {
        let events = self.events();
        let last = events.last().unwrap_or_else(|| panic!("it said nothing: {}", self.stderr));
        last["event"].as_str().expect("an event has a name").to_owned()
    }
}

/// In the manner in which a shell's user meets it.
impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        let stdout = narrow(self.lines.iter().map(String::as_str));
        let stderr = narrow(self.stderr.lines());
        write!(f, "exit code: {code}\n----- stdout -----\n{stdout}\n----- stderr -----\n{stderr}")
    }
}

/// Lines, those that are too long for a test's text broken at spaces, as a shell lets one do.
fn narrow<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = Vec::new();
    for line in lines {
        let mut column = 0;
        let words = line.split_inclusive(' ').map(|word| {
            let length = word.chars().count();
            let breaks = column + length > COLUMNS;
            column = if breaks { length } else { column + length };
            format!("{}{word}", if breaks { "\\\n  " } else { "" })
        });
        text.push(words.collect::<String>());
    }
    text.join("\n").trim_end().to_owned()
}

/// A child that runs; it is killed when the test lets go of it.
pub(crate) struct Runner {
    child: Child,
    incoming: Receiver<String>,
    lines: Vec<String>,
    stderr: Option<JoinHandle<String>>,
}

impl Runner {
    /// Starts it with nothing to read.
    pub(crate) fn start(command: &mut Command) -> Self {
        Self::over(command.stdin(Stdio::null()))
    }

    /// Starts it with something to read.
    pub(crate) fn start_with(command: &mut Command, input: &str) -> Self {
        let mut runner = Self::over(command.stdin(Stdio::piped()));
        let mut stdin: ChildStdin = runner.child.stdin.take().expect("it is piped");
        // It may end without having read it.
        let _ = stdin.write_all(input.as_bytes());
        runner
    }

    fn over(command: &mut Command) -> Self {
        let spawned = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.expect("the binary can be started");
        let (lines, incoming) = channel();
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        spawn(move || {
            let mut texts = stdout.lines().map_while(Result::ok);
            texts.try_for_each(|line| lines.send(line))
        });
        let mut stderr = child.stderr.take().expect("it is piped");
        let stderr = spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).expect("it writes UTF-8");
            text
        });
        Self { child, incoming, lines: Vec::new(), stderr: Some(stderr) }
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line.
    pub(crate) fn line(&mut self, what: &str, mut wanted: impl FnMut(&str) -> bool) -> String {
        let until_then = Instant::now() + BOUND;
        loop {
            let left = until_then.saturating_duration_since(Instant::now());
            match self.incoming.recv_timeout(left) {
                Ok(line) => {
                    self.lines.push(line.clone());
                    if wanted(&line) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.fail(&format!("waited in vain for {what}")),
                Err(RecvTimeoutError::Disconnected) => self.fail(&format!("ended before {what}")),
            }
        }
    }

    /// Waits for an event that `wanted` takes.
    pub(crate) fn wait(&mut self, what: &str, mut wanted: impl FnMut(&Value) -> bool) -> Value {
        event(&self.line(what, |line| wanted(&event(line))))
    }

    /// Waits for an event of this name.
    pub(crate) fn event(&mut self, name: &str) -> Value {
        self.wait(name, |event| event["event"] == name)
    }

    /// Waits for the next `count` events of this name.
    pub(crate) fn several(&mut self, name: &str, count: usize) -> Vec<Value> {
        (0..count).map(|_| self.event(name)).collect()
    }

    /// Waits until a payload is sent that contains `part`.
    pub(crate) fn sent(&mut self, part: &str) -> Value {
        self.wait(part, |event| {
            event["event"] == "sent"
                && event["payload"].as_str().is_some_and(|payload| payload.contains(part))
        })
    }

    /// The events so far.
    pub(crate) fn so_far(&self) -> Vec<Value> {
        let events = self.lines.iter().map(|line| event(line));
        events.collect()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a child has an id"), signal).expect("it runs");
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is ours");
    }

    /// Ends it as a crash would: the events it told, all of them. A last line may be torn.
    pub(crate) fn crash(mut self) -> Vec<Value> {
        self.kill();
        let lines = self.end().lines;
        lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Asks it to end, and waits for that.
    pub(crate) fn stop(self) -> Ended {
        self.signal(Signal::TERM);
        self.end()
    }

    /// Waits until it ends.
    pub(crate) fn end(mut self) -> Ended {
        let until_then = Instant::now() + BOUND;
        loop {
            let left = until_then.saturating_duration_since(Instant::now());
            match self.incoming.recv_timeout(left) {
                Ok(line) => self.lines.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => self.fail("it does not end"),
            }
        }
        let status = until("its end", || self.child.try_wait().expect("it is ours"));
        let stderr = self.stderr.take().expect("it is taken once");
        let stderr = stderr.join().expect("reading does not panic");
        Ended { code: status.code(), lines: std::mem::take(&mut self.lines), stderr }
    }

    fn fail(&mut self, problem: &str) -> ! {
        self.kill();
        let stderr = self.stderr.take().map(JoinHandle::join);
        let from = self.lines.len().saturating_sub(SHOWN);
        let lines = self.lines[from..].join("\n");
        panic!("{problem}; its last lines:\n{lines}\nand on stderr: {stderr:?}");
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        // Where it has ended already, nothing is to be done.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn event(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("`{line}` is not JSON: {error}"))
}
