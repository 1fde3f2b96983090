//! A show on a terminal: the moving last line, and that nothing of it is left behind.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::ffi::OsStringExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::spawn;

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::rig::{House, Local, ROUNDS, until};

/// What clears the moving line: back to its beginning, and nothing from there on.
const CLEARED: &str = "\r\u{1b}[J";

/// The binary on a terminal of its own.
struct OnTerminal {
    child: Child,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl OnTerminal {
    fn start(command: &mut Command) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there are terminals");
        grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("it is ours");
        let size = Winsize { ws_row: 40, ws_col: 160, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&ours, size).expect("a terminal has a size");
        let name = ptsname(&ours, Vec::new()).expect("it has a name").into_bytes();
        let name = std::ffi::OsString::from_vec(name);
        let theirs = OpenOptions::new().read(true).write(true).open(name).expect("it can be used");
        let stderr = theirs.try_clone().expect("it is open");
        command.stdin(Stdio::null()).stdout(theirs).stderr(stderr).env("NO_COLOR", "1");
        let child = command.spawn().expect("the binary can be started");
        // The command holds the other end, and would keep it open.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let seen = Arc::<Mutex<Vec<u8>>>::default();
        let (filled, mut ours) = (Arc::clone(&seen), File::from(ours));
        spawn(move || {
            let mut bytes = [0; 4_096];
            // When the last one at the other end is gone, reading fails.
            while let Ok(count) = ours.read(&mut bytes) {
                filled.lock().expect("nobody panics holding it").extend(&bytes[..count]);
            }
        });
        Self { child, seen }
    }

    fn text(&self) -> String {
        let seen = self.seen.lock().expect("nobody panics holding it");
        String::from_utf8_lossy(&seen).into_owned()
    }

    /// Asks it to end, and waits for that.
    fn stop(mut self) -> String {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a child has an id"), Signal::TERM).expect("it runs");
        let ended = until("its end", || self.child.try_wait().expect("it is ours"));
        assert_eq!(ended.code(), Some(0));
        until("its last line", || self.text().contains("stopped").then(|| self.text()))
    }
}

impl Drop for OnTerminal {
    fn drop(&mut self) {
        // Where it has ended already, nothing is to be done.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_last_line_counts_down_and_is_the_only_one_that_moves() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let show = OnTerminal::start(&mut house.command(&local.url));
    until("a payload and the line after it", || {
        let text = show.text();
        let (_, after) = text.split_once("  sent     round ")?;
        let line = after.split(CLEARED).find(|line| line.starts_with(" ▸ round in "))?;
        line.contains(" · on air · ").then_some(())
    });
    let text = show.stop();
    let moves = text.matches(" ▸ ").count();
    assert!(moves > 1, "it moves: {text}");
    let lines: Vec<&str> = text.split("\r\n").filter_map(|it| it.rsplit(CLEARED).next()).collect();
    assert!(lines.iter().all(|line| !line.contains('▸')), "it is always cleared: {lines:#?}");
    assert!(lines[0].starts_with("showrunner "), "{lines:#?}");
    let [.., last, nothing] = lines.as_slice() else { panic!("{lines:#?}") };
    assert!(last.contains("  stopped  "), "{lines:#?}");
    assert_eq!(*nothing, "", "the terminal is as it was");
}
