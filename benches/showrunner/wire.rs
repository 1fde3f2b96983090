//! From a cue's fire to its payload at the service, beside a bare SDK call at the same rate: how
//! long it takes, and what it costs.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::bare::{self, Does};
use crate::child::{Process, folder, runner};
use crate::service::{Arrived, Service};
use crate::table::{Figure, Row, Unit};

/// What every payload says: as long as a fact about cats.
pub(crate) const TEXT: &str = "A cat's whiskers are about as wide as its body, which tells it \
    before it tries whether it fits through a gap; they sit deep in the skin and feel the \
    slightest breath of air. True or false?";

/// 40 channels at 3.3 payloads a second each: below 4 for each and 155 for all.
const CHANNELS: usize = 40;
const PAYLOADS_EACH: usize = 30;
/// 30 channels, four times within a second: below 155.
const AT_ONCE: usize = 30;
const PERIOD: SignedDuration = SignedDuration::from_millis(300);
/// How long a process has to be ready.
const READY_IN: SignedDuration = SignedDuration::from_secs(3);
/// How much longer a busy machine may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Idle time at both ends of what is measured.
const MARGIN: SignedDuration = SignedDuration::from_millis(300);

const SCRIPT: &str =
    "each(args.times, |due| at(due, || put_metadata(#{due: due, text: args.text})));";

/// One payload of the plan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Turn {
    pub(crate) channel: String,
    pub(crate) at: Timestamp,
}

/// What a process did with the plan.
struct Outcome {
    late: Vec<Duration>,
    cpu_each: f64,
}

pub(crate) fn measure() -> Vec<Row> {
    let service = Service::start();
    let channels: Vec<String> = (0..CHANNELS).map(|_| service.channel()).collect();
    let looped = |does, how| {
        play(&service, &plan(&channels, how), |turns| {
            bare::command(service.endpoint(), turns, does)
        })
    };
    let shown = |how| {
        let data = folder();
        play(&service, &plan(&channels, how), |turns| {
            let script = data.path().join("wire.rhai");
            std::fs::write(&script, SCRIPT).expect("it is ours");
            show(&service, turns, &script.display().to_string())
        })
    };
    let (bare, least) =
        (looped(Does::Calls, How::Spread), looped(Does::StepsAndCalls, How::Spread));
    let (bare_at_once, least_at_once) =
        (looped(Does::Calls, How::AtOnce), looped(Does::StepsAndCalls, How::AtOnce));
    let at_once = shown(How::AtOnce);
    let show = shown(How::Spread);
    service.end();
    let more = |than: &Outcome, bare: &Outcome| (than.cpu_each / bare.cpu_each - 1.0) * 100.0;
    vec![
        Row::times("fire → wire", Unit::Micros, &show.late),
        Row::times("bare SDK call → wire", Unit::Micros, &bare.late),
        Row::one("CPU of one fire, to its end", Unit::Micros, show.cpu_each),
        Row::one("CPU of one bare SDK call", Unit::Micros, bare.cpu_each),
        Row::one("CPU that a fire adds to the bare call", Unit::Percent, more(&show, &bare))
            .wanted(Figure::Max, 30.0),
        Row::one(
            "  a handler and its commit alone, in the same loop",
            Unit::Percent,
            more(&least, &bare),
        ),
        Row::one("CPU of one of 30 fires at once", Unit::Micros, at_once.cpu_each),
        Row::one("CPU of one of 30 bare calls in a row", Unit::Micros, bare_at_once.cpu_each),
        Row::one("  what it adds", Unit::Percent, more(&at_once, &bare_at_once)),
        Row::one(
            "  a handler and its commit alone, in the same loop",
            Unit::Percent,
            more(&least_at_once, &bare_at_once),
        ),
    ]
}

/// How the turns of one round lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// Each at a moment of its own, evenly spread over the round.
    Spread,
    /// All at one moment, as shows of one script fire; of so many channels as one account's second
    /// has room for.
    AtOnce,
}

/// All turns in the order of their times.
fn plan(channels: &[String], how: How) -> Vec<Turn> {
    let start = Timestamp::now() + READY_IN;
    let count = i32::try_from(CHANNELS).expect("channels are few");
    let (step, channels) = match how {
        How::Spread => (PERIOD / count, channels),
        How::AtOnce => (SignedDuration::ZERO, channels.get(..AT_ONCE).unwrap_or(channels)),
    };
    let mut turns = Vec::new();
    let mut round = start;
    for _ in 0..PAYLOADS_EACH {
        for (n, channel) in (0..).zip(channels) {
            turns.push(Turn { channel: channel.clone(), at: round + step * n });
        }
        round += PERIOD;
    }
    turns
}

fn show(service: &Service, turns: &[Turn], script: &str) -> Command {
    let mut times: BTreeMap<&str, Vec<Timestamp>> = BTreeMap::new();
    for turn in turns {
        times.entry(&turn.channel).or_default().push(turn.at);
    }
    let text = format!("text={TEXT}");
    let mut command = runner(&[script, "--endpoint-url", service.endpoint(), "--set", &text]);
    for (channel, times) in times {
        let times = serde_json::to_string(&times).expect("times are JSON");
        command.arg(format!("{channel}@times={times}"));
    }
    command
}

/// Starts a process that plays a plan, and measures from shortly before its first turn to shortly
/// after its last.
fn play(service: &Service, turns: &[Turn], command: impl FnOnce(&[Turn]) -> Command) -> Outcome {
    let (Some(first), Some(last)) = (turns.first(), turns.last()) else { unreachable!() };
    drop(service.take());
    let process = Process::start_silent(&mut command(turns));
    sleep_until(first.at - MARGIN);
    let early = service.take().len();
    let before = process.cpu();
    sleep_until(last.at + MARGIN);
    service.wait_for(turns.len(), PATIENCE);
    let cpu = process.cpu().since(&before);
    let arrived = service.take();
    assert_eq!((early, arrived.len()), (0, turns.len()), "every payload arrives in its time");
    let count = u32::try_from(arrived.len()).expect("payloads are few");
    let late = arrived.iter().filter_map(|Arrived { at, due, .. }| {
        Some(at.duration_since((*due)?).max(SignedDuration::ZERO).unsigned_abs())
    });
    Outcome { late: late.collect(), cpu_each: Unit::Micros.of(cpu) / f64::from(count) }
}

fn sleep_until(at: Timestamp) {
    let left = at.duration_since(Timestamp::now()).max(SignedDuration::ZERO);
    std::thread::sleep(left.unsigned_abs());
}
