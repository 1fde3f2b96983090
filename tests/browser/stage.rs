//! What a test in a real browser stands on: a browser, node, and the packages of the lock file
//! beside this, brought into the target folder; and one case played there.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Names of a browser that plays H.264, the likeliest first.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
/// How long bringing the packages may take.
const INSTALL_BOUND: Duration = Duration::from_mins(3);
/// How often a child is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Where the cases and their lock file lie.
pub(crate) const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser");
/// A folder of the target folder.
const TARGET: &str = env!("CARGO_TARGET_TMPDIR");

/// All that a case needs is there.
pub(crate) struct Stage {
    browser: PathBuf,
    modules: PathBuf,
}

impl Stage {
    /// Looks for a browser, node and npm, and brings the packages; else says what is missing and
    /// how to get it.
    pub(crate) fn ready() -> Result<Self, String> {
        let browser = BROWSERS.into_iter().find_map(found);
        let browser = browser.ok_or("no browser; `apt-get install chromium` brings one")?;
        for name in ["node", "npm"] {
            let get_it = || format!("no {name}; `apt-get install nodejs npm` brings it");
            found(name).ok_or_else(get_it)?;
        }
        let modules = packages();
        let modules =
            modules.map_err(|why| format!("`npm ci` failed, it needs the network once: {why}"))?;
        Ok(Self { browser, modules })
    }

    /// Plays a case at these addresses, mostly of the local channel and, where there is one, the
    /// desk: what it measured, or what went wrong.
    pub(crate) fn play(&self, case: &str, at: &[&str], bound: Duration) -> Result<Value, String> {
        let mut command = Command::new("node");
        command.arg(Path::new(CASES).join(case).with_extension("mjs")).args(at);
        command.env("NODE_PATH", &self.modules).env("BROWSER", &self.browser);
        command.env("SCREENSHOTS", screenshots());
        let said = bounded(&mut command, case, bound)?;
        serde_json::from_str(&said).map_err(|error| format!("`{said}` is not JSON: {error}"))
    }
}

/// Where the pictures of the page are left for a person to look at.
pub(crate) fn screenshots() -> PathBuf {
    Path::new(TARGET).parent().unwrap_or(Path::new(TARGET)).join("screenshots")
}

/// Where a program lies that can be started.
fn found(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut places = std::env::split_paths(&folders).map(|folder| folder.join(program));
    places.find(|place| {
        let mut command = Command::new(place);
        let run = command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        run.is_ok_and(|status| status.success())
    })
}

/// The packages of the lock file, brought where they are not those of the last time.
fn packages() -> Result<PathBuf, String> {
    let folder = Path::new(TARGET).join("browser");
    let modules = folder.join("node_modules");
    let lock = fs::read(Path::new(CASES).join("package-lock.json")).map_err(told)?;
    // Written last, so that an installation that was cut short is begun anew.
    let mark = folder.join("installed.json");
    if fs::read(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(modules);
    }
    fs::create_dir_all(&folder).map_err(told)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(Path::new(CASES).join(name), folder.join(name)).map_err(told)?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
    bounded(&mut npm, "npm", INSTALL_BOUND)?;
    fs::write(mark, lock).map_err(told)?;
    Ok(modules)
}

/// Runs a command to its end: what it printed. Its words go through files, so that it never waits
/// for a reader, and they stay for a person who asks what happened.
fn bounded(command: &mut Command, name: &str, bound: Duration) -> Result<String, String> {
    let log = |kind: &str| Path::new(TARGET).join(format!("browser-{name}.{kind}"));
    let (out, err) = (log("out"), log("err"));
    command.stdin(Stdio::null());
    command.stdout(File::create(&out).map_err(told)?).stderr(File::create(&err).map_err(told)?);
    let mut child = command.spawn().map_err(told)?;
    let until = Instant::now() + bound;
    let ended = loop {
        if let Some(status) = child.try_wait().map_err(told)? {
            break Some(status);
        }
        if Instant::now() >= until {
            // The browser ends with the pipe between the two.
            child.kill().map_err(told)?;
            child.wait().map_err(told)?;
            break None;
        }
        std::thread::sleep(LOOK);
    };
    if ended.is_some_and(|status| status.success()) {
        return fs::read_to_string(out).map_err(told);
    }
    let how = ended.map_or(format!("it did not end within {bound:?}"), |status| status.to_string());
    Err(format!("{how}\n{}", fs::read_to_string(err).unwrap_or_default()))
}

fn told(error: impl fmt::Display) -> String {
    error.to_string()
}
