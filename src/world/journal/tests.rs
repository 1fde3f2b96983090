//! The journal: whole lines whatever happens to the disk.

use std::fs;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use super::*;
use crate::model::event::What;

fn event(second: i64) -> Event {
    let at = Timestamp::from_second(second).expect("an early second");
    Event { at, what: What::OffAir, show: None }
}

fn line(second: i64) -> String {
    format!("{{\"at\":\"1970-01-01T00:00:{second:02}.000Z\",\"event\":\"off_air\"}}\n")
}

fn lost(second: i64, what: &str) -> String {
    format!(
        "{{\"at\":\"1970-01-01T00:00:{second:02}.000Z\",\"event\":\"warning\",\
         \"message\":\"{what} missing here\"}}\n"
    )
}

/// A disk with room for so many bytes more.
#[derive(Clone, Default)]
struct Disk(Arc<Mutex<(Vec<u8>, usize)>>);

impl Disk {
    fn make_room(&self, bytes: usize) {
        self.0.lock().expect("the disk").1 = bytes;
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("the disk").0.clone()).expect("text")
    }
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut disk = self.0.lock().expect("the disk");
        let fits = bytes.len().min(disk.1);
        if fits == 0 {
            return Err(ErrorKind::StorageFull.into());
        }
        disk.0.extend_from_slice(&bytes[..fits]);
        disk.1 -= fits;
        Ok(fits)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Paper for Disk {}

fn listen() -> (impl Fn(Trouble) + Send + 'static, mpsc::Receiver<&'static str>) {
    let (say, said) = mpsc::channel();
    let say = move |trouble| {
        let word = match trouble {
            Trouble::Began(_) => "began",
            Trouble::Ended => "ended",
        };
        say.send(word).expect("the test listens");
    };
    (say, said)
}

#[test]
fn appends_whole_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new").join(FILE_NAME);
    for second in [1, 2] {
        let journal = Journal::open(&path, |_| ()).expect("a journal");
        journal.record(&event(second));
        assert!(journal.close());
    }
    assert_eq!(fs::read_to_string(&path).expect("the file"), line(1) + line(2).as_str());
}

#[test]
fn ends_a_line_that_a_crash_cut_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE_NAME);
    fs::write(&path, "{\"at\":\"19").expect("a file");
    let journal = Journal::open(&path, |_| ()).expect("a journal");
    journal.record(&event(1));
    assert!(journal.close());
    let wanted = format!("{{\"at\":\"19\n{}", line(1));
    assert_eq!(fs::read_to_string(&path).expect("the file"), wanted);
}

#[test]
fn goes_on_after_a_full_disk_and_says_what_is_missing() {
    let (say, said) = listen();
    let disk = Disk::default();
    disk.make_room(line(1).len() + 5);
    let journal = Journal::over(disk.clone(), false, say).expect("a journal");
    journal.record(&event(1));
    journal.record(&event(2));
    assert_eq!(said.recv(), Ok("began"));
    disk.make_room(10_000);
    journal.record(&event(3));
    assert!(journal.close());
    let wanted = [line(1).as_str(), &line(2)[..5], "\n", &lost(3, "1 line is"), &line(3)].concat();
    assert_eq!(disk.text(), wanted);
    assert_eq!(said.try_iter().collect::<Vec<_>>(), ["ended"]);
}

#[test]
fn what_is_lost_at_the_end_is_said_too() {
    let (say, said) = listen();
    let disk = Disk::default();
    let journal = Journal::over(disk.clone(), true, say).expect("a journal");
    journal.record(&event(1));
    assert_eq!(said.recv(), Ok("began"));
    disk.make_room(10_000);
    assert!(journal.close());
    assert_eq!(disk.text(), format!("\n{}", lost(1, "1 line is")));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_said_once() {
    let (say, said) = listen();
    let journal = Journal::open(Path::new("/dev/full"), say).expect("it can be opened");
    for second in 0..100 {
        journal.record(&event(second));
    }
    assert!(journal.close());
    assert_eq!(said.try_iter().collect::<Vec<_>>(), ["began"]);
}

#[test]
fn a_journal_that_cannot_be_opened_says_where() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = Journal::open(folder.path(), |_| ()).expect_err("a folder is no file");
    assert!(error.to_string().contains("hint: "), "{error}");
}

/// A journal whose files hold no more than some two lines, beside three others.
fn small(path: &Path) -> Journal {
    let bytes = 2 * line(1).len() as u64;
    let (file, torn) = Appended::open(path, bytes, 3).expect("the file can be made");
    Journal::over(file, torn, |_| ()).expect("a thread can be started")
}

/// Writes one batch a second, each in a journal of its own as after a restart.
fn write(path: &Path, seconds: std::ops::RangeInclusive<i64>) {
    for second in seconds {
        let journal = small(path);
        journal.record(&event(second));
        assert!(journal.close());
    }
}

fn seconds(lines: &mut reading::Lines, follows: bool) -> Vec<i64> {
    let mut met = Vec::new();
    loop {
        let line = if follows { lines.next_new_line() } else { lines.next_line() };
        let Some(line) = line.expect("the journal can be read") else { return met };
        let line: crate::model::event::Line = serde_json::from_slice(line).expect("an event");
        met.push(line.at.as_second());
    }
}

#[test]
fn a_full_file_is_put_aside_and_read_with_the_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE_NAME);
    write(&path, 1..=7);
    let aside = |number| fs::read_to_string(file::numbered(&path, number)).expect("it is there");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), line(7));
    assert_eq!(
        [aside(1), aside(2), aside(3)],
        [[5, 6], [3, 4], [1, 2]].map(|[a, b]| { line(a) + line(b).as_str() })
    );
    let mut lines = reading::Lines::open(&path).expect("it can be read");
    assert_eq!(seconds(&mut lines, false), [1, 2, 3, 4, 5, 6, 7]);
    write(&path, 8..=9);
    let mut lines = reading::Lines::open(&path).expect("it can be read");
    assert_eq!(seconds(&mut lines, false), [3, 4, 5, 6, 7, 8, 9], "the oldest made room");
    assert!(!file::numbered(&path, 4).exists());
}

#[test]
fn a_number_that_is_missing_is_filled_before_the_oldest_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE_NAME);
    write(&path, 1..=7);
    fs::remove_file(file::numbered(&path, 2)).expect("it is there");
    write(&path, 8..=9);
    let mut lines = reading::Lines::open(&path).expect("it can be read");
    assert_eq!(seconds(&mut lines, false), [1, 2, 5, 6, 7, 8, 9]);
}

#[test]
fn whoever_follows_goes_on_in_the_files_that_come() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE_NAME);
    write(&path, 1..=1);
    let mut lines = reading::Lines::open(&path).expect("it can be read");
    assert_eq!(seconds(&mut lines, true), [1]);
    write(&path, 2..=7);
    assert_eq!(seconds(&mut lines, true), [2, 3, 4, 5, 6, 7]);
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("it is there");
    let (begun, rest) = (&line(8)[..20], &line(8)[20..]);
    file.write_all(begun.as_bytes()).expect("it can be written");
    assert_eq!(seconds(&mut lines, true), [0; 0], "half a line is none yet");
    file.write_all(rest.as_bytes()).expect("it can be written");
    assert_eq!(seconds(&mut lines, true), [8]);
}

#[test]
fn several_runners_write_to_one_journal_and_lose_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE_NAME);
    let bytes = 20 * line(1).len() as u64;
    let both: Vec<Journal> = (0..2)
        .map(|_| {
            let (file, torn) = Appended::open(&path, bytes, 500).expect("the file can be made");
            Journal::over(file, torn, |_| ()).expect("a thread can be started")
        })
        .collect();
    std::thread::scope(|scope| {
        for (journal, from) in both.iter().zip([0, 30]) {
            scope.spawn(move || {
                for n in 0..3_000 {
                    journal.record(&event(from + n % 30));
                }
                assert!(journal.close());
            });
        }
    });
    let mut lines = reading::Lines::open(&path).expect("it can be read");
    let mut met = seconds(&mut lines, false);
    let mut all: Vec<i64> = (0..6_000).map(|n| n % 60).collect();
    met.sort_unstable();
    all.sort_unstable();
    assert_eq!(met, all);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_put_aside_is_written_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE_NAME);
    // A folder that holds something can be neither replaced nor moved over.
    for number in 1..=3 {
        fs::create_dir_all(file::numbered(&path, number).join("full")).expect("a folder");
    }
    write(&path, 1..=4);
    let text = (1..=4).map(line).collect::<String>();
    assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
}

#[test]
fn a_line_that_was_cut_off_stands_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE_NAME);
    fs::write(file::numbered(&path, 1), "{\"at\":\"19").expect("a file");
    fs::write(&path, line(1) + "{\"at").expect("a file");
    let mut lines = reading::Lines::open(&path).expect("it can be read");
    let mut met = Vec::new();
    while let Some(line) = lines.next_line().expect("it can be read") {
        met.push(String::from_utf8_lossy(line).into_owned());
    }
    assert_eq!(met, ["{\"at\":\"19", line(1).trim_end(), "{\"at"]);
}
