//! The local channel with a hundred viewers: how long after a part is whole each of them has it.

use std::io::Read;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use showrunner::hls::PART;
use ureq::Agent;

use crate::child::{Process, runner};
use crate::table::{Figure, Row, Unit};

const READERS: usize = 100;
/// Parts that each reader fetches: ten seconds.
const PARTS: usize = 50;
/// How long the service is watched while nobody watches it.
const ALONE: Duration = Duration::from_secs(5);
const PORT: &str = "5391";

pub(crate) fn measure() -> Vec<Row> {
    let process = Process::start(&mut runner(&["local", "--port", PORT]));
    process.said("endpoint");
    let alone = cpu_percent(&process, || std::thread::sleep(ALONE));
    let media = media();
    let mut delays = Vec::new();
    let watched = cpu_percent(&process, || delays = read(&media));
    let late = delays.iter().filter(|delay| **delay >= PART.unsigned_abs()).count();
    let late = f64::from(u32::try_from(late).expect("parts are few"));
    vec![
        Row::times(format!("part whole → with {READERS} viewers"), Unit::Millis, &delays),
        Row::one("  parts that came after the next was whole", Unit::Count, late)
            .wanted(Figure::Max, 0.0),
        Row::one(
            format!("CPU of the stream with {READERS} viewers, of one core"),
            Unit::Percent,
            watched,
        ),
        Row::one("CPU of the local channel that nobody watches", Unit::Percent, alone)
            .wanted(Figure::Max, 1.0),
    ]
}

/// What the process used of one core in the meantime.
fn cpu_percent(process: &Process, meanwhile: impl FnOnce()) -> f64 {
    let (before, from) = (process.cpu(), Instant::now());
    meanwhile();
    let cpu = process.cpu().since(&before);
    100.0 * cpu.as_secs_f64() / from.elapsed().as_secs_f64()
}

/// Each reader's delays, of all of them together.
fn read(media: &str) -> Vec<Duration> {
    std::thread::scope(|scope| {
        let readers: Vec<_> =
            (0..READERS).map(|_| scope.spawn(|| Reader::new(media).read())).collect();
        let delays = readers.into_iter().map(|reader| reader.join().expect("a reader reads on"));
        delays.flatten().collect()
    })
}

/// Where the media playlist lies.
fn media() -> String {
    let base = format!("http://127.0.0.1:{PORT}/local");
    let playback = text(&Agent::new_with_defaults(), &format!("{base}/playback.m3u8"));
    format!("{base}/{}", playback.lines().last().expect("the stream comes last"))
}

/// A viewer as hls.js is one: a blocking reload, then the part; and each segment when it is whole.
struct Reader<'a> {
    agent: Agent,
    media: &'a str,
}

impl<'a> Reader<'a> {
    fn new(media: &'a str) -> Self {
        Self { agent: Agent::new_with_defaults(), media }
    }

    /// How long after it was whole each part was there.
    fn read(&self) -> Vec<Duration> {
        let (mut playlist, mut delays) = (text(&self.agent, self.media), Vec::new());
        for _ in 0..PARTS {
            let (msn, part) = hinted(&playlist);
            playlist =
                text(&self.agent, &format!("{}?_HLS_msn={msn}&_HLS_part={part}", self.media));
            self.fetch(&format!("{msn}.{part}.ts"));
            let whole = whole_at(&playlist, msn, part);
            let delay = Timestamp::now().duration_since(whole);
            delays.push(delay.max(SignedDuration::ZERO).unsigned_abs());
            if hinted(&playlist).1 == 0 {
                self.fetch(&format!("{msn}.ts"));
            }
        }
        delays
    }

    fn fetch(&self, name: &str) {
        let folder = self.media.rsplit_once('/').expect("it has a path").0;
        bytes(&self.agent, &format!("{folder}/{name}"));
    }
}

fn text(agent: &Agent, url: &str) -> String {
    String::from_utf8(bytes(agent, url)).expect("a playlist is text")
}

fn bytes(agent: &Agent, url: &str) -> Vec<u8> {
    let mut answer = agent.get(url).call().expect("it is answered");
    let mut bytes = Vec::new();
    answer.body_mut().as_reader().read_to_end(&mut bytes).expect("the answer is whole");
    bytes
}

/// The segment and the place in it of the part that comes next.
fn hinted(playlist: &str) -> (u64, u64) {
    let hint = playlist.split("PRELOAD-HINT:TYPE=PART,URI=\"").nth(1).expect("it goes on");
    let mut numbers = hint.split('.').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// When a part was whole: its segment's first frame was captured when the playlist says.
fn whole_at(playlist: &str, msn: u64, part: u64) -> Timestamp {
    let before = playlist.split(&format!("URI=\"{msn}.{part}.ts\"")).next().unwrap_or_default();
    let date = before.rsplit("#EXT-X-PROGRAM-DATE-TIME:").next().unwrap_or_default();
    let captured: Timestamp = date.lines().next().unwrap_or_default().parse().expect("a time");
    captured + PART * i32::try_from(part + 1).expect("parts are few")
}
