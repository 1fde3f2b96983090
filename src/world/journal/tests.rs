//! The journal: whole lines whatever happens to the disk.

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
