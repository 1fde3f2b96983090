//! What a handler's call costs, what a whole step of a show costs, and a day of them on the
//! virtual clock.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use showrunner::model::channel::{ChannelArn, ShowId, StreamInfo};
use showrunner::model::cue::AfterId;
use showrunner::model::file::{FileAnswer, FileKind, FileRef};
use showrunner::model::io::{Kept, ShowInput, ShowOutput};
use showrunner::model::poll::{Counting, Tally};
use showrunner::model::saved::Saved;
use showrunner::model::time::Now;
use showrunner::script::Host;
use showrunner::script::api::{Begin, Call, Called, Files, Loaded, Setup, Shelf, View};
use showrunner::show::evening::{Evening, World};
use showrunner::show::{Show, ShowSetup};

use crate::table::{Figure, Row, Unit};

const CALLS: usize = 20_000;
const DAYS: usize = 10;
const TEN_SECONDS: SignedDuration = SignedDuration::from_secs(10);

/// The script every newcomer begins with.
pub(crate) const CAT_FACTS: &str = "scripts/cat_facts.rhai";

/// A show on its own, told the time by hand.
pub(crate) struct Stage {
    pub(crate) show: Show,
    now: Now,
}

pub(crate) fn measure() -> Vec<Row> {
    let calls = calls();
    let steps = steps();
    let days: Vec<Duration> = (0..DAYS).map(|_| day()).collect();
    vec![
        Row::times("handler call, cat_facts", Unit::Nanos, &calls),
        Row::times("step of the show around it", Unit::Nanos, &steps),
        Row::times("24 h of cat_facts, virtual clock", Unit::Millis, &days)
            .wanted(Figure::P50, 100.0),
    ]
}

/// A file of the repository.
pub(crate) fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(path).expect("the repository's own files are there")
}

fn files() -> Files {
    let cats = FileRef { kind: FileKind::Facts, name: "cats".to_owned() };
    Files::from([(cats, FileAnswer::Text(text("facts/cats.txt").into()))])
}

fn setup(script_file: &str) -> ShowSetup {
    ShowSetup {
        script: Arc::new(Setup {
            id: ShowId { script: "bench".into(), channel: ChannelArn::local() },
            seed: 7,
            args: Arc::default(),
            zone: None,
            channel_name: None,
            shelf: Shelf::default(),
            meter: None,
        }),
        script_file: script_file.to_owned(),
        same_show: SignedDuration::from_mins(10),
        own_stream: true,
    }
}

fn start() -> Now {
    let wall = Timestamp::from_second(1_795_367_101).expect("a time of this century");
    Now { up: SignedDuration::ZERO, wall }
}

fn calls() -> Vec<Duration> {
    let (files, mut now) = (files(), start());
    let saved = Saved::default();
    let begin = Begin { saved: &saved, run: 1, next_after: AfterId(1) };
    let mut host = Host::new(setup("cat_facts.rhai").script, &begin);
    let (elapsed, polls) = (SignedDuration::ZERO, Arc::default());
    let view = |now| View {
        now,
        clock: now,
        on_air: None,
        elapsed,
        files: &files,
        afters: 0,
        polls: &polls,
    };
    let Loaded::Ready(ready) = host.load("cat_facts.rhai", &text(CAT_FACTS), &view(now)) else {
        panic!("cat_facts is a sound script");
    };
    let cue = ready.cues.first().expect("it has a cue").key.clone();
    let handler = ready.generation.handler(&cue).expect("a cue has a handler");
    let mut took = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        now = now.plus(TEN_SECONDS);
        let (due, late) = (now.wall, SignedDuration::ZERO);
        let call = Call { cue: cue.clone(), due, late, data: Value::Null };
        let before = Instant::now();
        let called = host.call(&ready.generation, &handler, &call, &view(now));
        took.push(before.elapsed());
        assert!(matches!(called, Called::Done(_)), "cat_facts does not fail");
    }
    took
}

fn steps() -> Vec<Duration> {
    let mut stage = Stage::play(&text(CAT_FACTS), "cat_facts.rhai");
    let mut took = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        stage.next();
        let before = Instant::now();
        stage.tell(ShowInput::Tick, |_| {});
        took.push(before.elapsed());
    }
    took
}

fn day() -> Duration {
    let mut evening =
        Evening::new(World { start: start().wall, latency: SignedDuration::from_millis(20) });
    let before = Instant::now();
    let script = text(CAT_FACTS);
    evening.add(setup("cat_facts.rhai"), &script, files(), Saved::default());
    // As whoever rehearses an evening does: a minute at a time, and what happened is taken.
    let mut delivered = 0;
    for _ in 0..24 * 60 {
        evening.advance(SignedDuration::from_mins(1));
        drop(evening.take_events());
        delivered += evening.take_delivered().len();
    }
    let took = before.elapsed();
    assert!(delivered >= 8_640, "one every ten seconds");
    took
}

impl Stage {
    /// A show that plays on a live channel.
    pub(crate) fn play(script: &str, file: &str) -> Self {
        let mut stage = Self { show: Show::new(setup(file)), now: start() };
        let script = FileAnswer::Text(script.into());
        let mut failed = false;
        let begin = ShowInput::Start { saved: Box::default(), kept: Kept::Use, script };
        stage.tell(begin, |output| failed |= matches!(output, ShowOutput::Stopped(_)));
        assert!(!failed, "the script is sound");
        let stream = StreamInfo {
            stream_id: "st-bench".to_owned(),
            started_at: stage.now.wall,
            viewers: 0,
            health: "HEALTHY".to_owned(),
        };
        stage.tell(ShowInput::OnAir(Some(stream)), |_| {});
        stage
    }

    /// Tells the show something; files it asks for are given to it, and nobody votes.
    pub(crate) fn tell(&mut self, input: ShowInput, mut each: impl FnMut(&ShowOutput)) {
        self.show.handle(input, self.now);
        let mut answers = Vec::new();
        loop {
            while let Some(output) = self.show.poll_output() {
                each(&output);
                if let ShowOutput::Count(Counting::Final(asking)) = &output {
                    let (asking, tally) = (asking.clone(), Tally::default());
                    answers.push(ShowInput::Tally { asking, tally, is_final: true });
                }
                if let ShowOutput::Read(file) = output {
                    let answer = files().remove(&file).expect("it reads facts about cats");
                    answers.push(ShowInput::File(file, answer));
                }
            }
            if !self.show.go_on(self.now) && !self.show.has_output() {
                break;
            }
        }
        for answer in answers {
            self.tell(answer, &mut each as &mut dyn FnMut(&ShowOutput));
        }
    }

    /// Moves the clock to the next fire.
    pub(crate) fn next(&mut self) {
        let (_, at) = self.show.next_fire().expect("it goes on for ever");
        self.move_to(at);
    }

    /// Moves the clock.
    pub(crate) fn move_to(&mut self, up: SignedDuration) {
        self.now = self.now.plus(up - self.now.up);
    }
}
