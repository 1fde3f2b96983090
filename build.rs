//! Brings hls.js into the build, as `player/package-lock.json` pins it, where npm is at hand.
//!
//! It is copied into no repository: without npm the player page loads the same file from a CDN.
//! `SHOWRUNNER_NPM=0` leaves npm alone.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

/// How long npm may take.
const NPM_MAX: Duration = Duration::from_mins(1);
/// How often it is looked whether npm has ended.
const LOOK: Duration = Duration::from_millis(50);

/// What npm reads.
const FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// What the player embeds, beside the generated file: `src/world/web/player/hls_js.rs` includes it.
const EMBEDDED: &str = "Some(Embedded {
    script: include_bytes!(\"node_modules/hls.js/dist/hls.min.js\"),
    licence: include_bytes!(\"node_modules/hls.js/LICENSE\"),
})";

fn main() -> io::Result<()> {
    say("rerun-if-env-changed=SHOWRUNNER_NPM");
    for file in FILES {
        say(&format!("rerun-if-changed=player/{file}"));
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the folder"));
    let is_embedded = match bring(&out) {
        Ok(is_there) => is_there,
        Err(why) => {
            say(&format!("warning=the player page will load hls.js from its CDN: {why}"));
            false
        }
    };
    fs::write(out.join("hls_js.rs"), if is_embedded { EMBEDDED } else { "None" })
}

/// Whether hls.js lies in `out` now; not where it was not wanted.
fn bring(out: &Path) -> Result<bool, String> {
    if env::var_os("SHOWRUNNER_NPM").is_some_and(|wanted| wanted == "0") {
        return Ok(false);
    }
    for file in FILES {
        fs::copy(Path::new("player").join(file), out.join(file))
            .map_err(|error| format!("{file} cannot be copied: {error}"))?;
    }
    npm(out)?;
    let is_there = |file: &str| out.join("node_modules/hls.js").join(file).is_file();
    if is_there("dist/hls.min.js") && is_there("LICENSE") {
        Ok(true)
    } else {
        Err("npm brought no hls.js".to_owned())
    }
}

/// `npm ci` in `out`, for so long and no longer.
fn npm(out: &Path) -> Result<(), String> {
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut child = Command::new(name)
        .args(["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"])
        .args(["--fetch-retries=1", "--prefer-offline"])
        .current_dir(out)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("npm cannot be started: {error}"))?;
    let begun = Instant::now();
    while begun.elapsed() < NPM_MAX {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("`npm ci` failed, {status}")),
            Ok(None) => thread::sleep(LOOK),
            Err(error) => return Err(format!("npm cannot be waited for: {error}")),
        }
    }
    // It may have ended by itself in between.
    drop(child.kill());
    drop(child.wait());
    Err(format!("`npm ci` took longer than {} s", NPM_MAX.as_secs()))
}

fn say(what: &str) {
    println!("cargo::{what}");
}
