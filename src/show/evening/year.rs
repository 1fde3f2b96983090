//! A year with sparse cues, and stretches of one with random shows, dense or sparse: whatever is
//! written and goes wrong, the limits hold, and nothing fires twice. Each stretch begins on another
//! day.

use std::collections::BTreeSet;
use std::fmt::Write;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{Evening, Fault, World};
use crate::model::channel::ChannelArn;
use crate::model::event::{FiredBy, What};
use crate::model::limits::{CHANNEL_SENDS_PER_WINDOW, PAYLOAD_MAX_BYTES};
use crate::model::saved::Saved;
use crate::script::api::Files;
use crate::show::running::tests::{REMOTE, setup};

const DAYS: i32 = 2;
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// How dense the cues of a show are, and for how long it is played: all cost about the same.
#[derive(Debug, Clone, Copy)]
struct Density {
    /// The second is the unit of a dense show's intervals, the minute of a sparse one's.
    unit: &'static str,
    hours: i32,
    /// What one cue sends at once, at most.
    sends: usize,
    /// How many stretches are played: what a debug build plays in some seconds.
    cases: u32,
}

const DENSE: Density = Density { unit: "s", hours: 3, sends: 3, cases: 3 };
const USUAL: Density = Density { unit: "m", hours: 24 * DAYS, sends: 10, cases: 6 };
const SPARSE: Density = Density { unit: "h", hours: 24 * 20, sends: 70, cases: 3 };

/// Something that happens around the show, so many minutes after what happened before.
#[derive(Debug, Clone, Copy)]
enum Happens {
    OffAirFor(i64),
    Fault(Fault, usize),
    OutageFor(i64),
    ClockSet(i64),
}

/// One cue of a script: its trigger, how often and how much it sends.
fn cue(Density { unit, sends, .. }: Density) -> impl Strategy<Value = String> {
    let trigger = prop_oneof![
        (2..300_i64).prop_map(move |every| format!("every(\"{every}{unit}\")")),
        (1..60_i64).prop_map(move |least| format!("every(\"{least}{unit}..{}{unit}\")", 2 * least)),
        (0..60_u8, 0..24_u8).prop_map(|(m, h)| format!("cron(\"{m} {h} * * *\")")),
        (0..60_u8).prop_map(|m| format!("cron(\"{m} */3 * * *\", \"Europe/Paris\")")),
        (0..24_u8, 0..60_u8).prop_map(|(h, m)| format!("at(\"{h}:{m:02}\", \"Europe/Paris\")")),
        (1..48_i64).prop_map(move |wait| format!("after(\"{wait}{unit}\")")),
        (1..90_i64).prop_map(|minutes| format!("stream_at(\"{minutes}m\")")),
    ];
    (trigger, 1..sends, 1..1_200_usize).prop_map(|(trigger, sends, bytes)| {
        // A payload that is too long is an error of its author's, and the show goes on.
        format!("{trigger}, || {{ for n in 0..{sends} {{ put_metadata(padded({bytes})); }} }}")
    })
}

fn script(density: Density) -> impl Strategy<Value = String> {
    prop::collection::vec(cue(density), 2..7).prop_map(|cues| {
        let mut script = "fn padded(bytes) { let s = \"\"; s.pad(bytes, 'x'); s }\n".to_owned();
        for (n, cue) in cues.iter().enumerate() {
            let kind = cue.split('(').next().unwrap_or_default();
            writeln!(script, "cue(\"{n} {kind}\", {cue});").expect("a string takes everything");
        }
        script
    })
}

fn happens() -> impl Strategy<Value = Vec<(i32, Happens)>> {
    let fault =
        prop_oneof![Just(Fault::Throttled), Just(Fault::Unavailable), Just(Fault::LostAnswer)];
    let happens = prop_oneof![
        3 => (1..300_i64).prop_map(Happens::OffAirFor),
        3 => (fault, 1..20_usize).prop_map(|(fault, count)| Happens::Fault(fault, count)),
        1 => (1..600_i64).prop_map(Happens::OutageFor),
        1 => (-7_200..7_200_i64).prop_map(Happens::ClockSet),
    ];
    prop::collection::vec((1..300_i32, happens), 0..12)
}

/// Watches what an evening does, bit by bit.
#[derive(Default)]
struct Watch {
    lately: Vec<SignedDuration>,
    /// What fired, and when it was due. `every` keeps to the clock that nobody sets, by which it is
    /// noted here: a wall that is set back shows it the same time again.
    fired: BTreeSet<(String, SignedDuration)>,
    sent: usize,
    start: Timestamp,
    jumped: SignedDuration,
}

impl Watch {
    fn look(&mut self, evening: &mut Evening) {
        for delivered in evening.take_delivered() {
            assert!(delivered.payload.bytes() <= PAYLOAD_MAX_BYTES);
            self.lately.retain(|at| *at > delivered.up - SECOND);
            self.lately.push(delivered.up);
            assert!(self.lately.len() <= CHANNEL_SENDS_PER_WINDOW, "at {:?}", delivered.up);
            self.sent += 1;
        }
        for event in evening.take_events() {
            if let What::CueFired { cue, due, by: FiredBy::Trigger, .. } = event.what {
                let is_steady = cue.as_str().ends_with("every");
                let jumped = if is_steady { self.jumped } else { SignedDuration::ZERO };
                let due = due.duration_since(self.start) - jumped;
                let is_first = self.fired.insert((cue.to_string(), due));
                assert!(is_first, "`{cue}` of {due:?} fires twice");
            }
        }
    }

    /// Something happens, between what was seen before it and after it.
    fn happen(&mut self, evening: &mut Evening, arn: &ChannelArn, happens: Happens) {
        self.look(evening);
        happen(evening, arn, happens);
        evening.learn_air(arn);
        if let Happens::ClockSet(by) = happens {
            self.jumped += SignedDuration::from_secs(by);
        }
        self.look(evening);
    }
}

fn happen(evening: &mut Evening, arn: &ChannelArn, happens: Happens) {
    match happens {
        Happens::OffAirFor(minutes) => {
            evening.go_offline(arn);
            evening.advance(SignedDuration::from_mins(minutes));
            evening.go_live(arn);
        }
        Happens::Fault(fault, count) => evening.fault(arn, fault, count),
        Happens::OutageFor(seconds) => evening.outage(arn, SignedDuration::from_secs(seconds)),
        Happens::ClockSet(by) => evening.jump_wall(SignedDuration::from_secs(by)),
    }
}

/// Plays so many hours from a day of the year on.
fn play(script: &str, hours: i32, day: i32, happens: &[(i32, Happens)]) -> Watch {
    let year: Timestamp = "2027-01-01T20:00:00Z".parse().expect("a time");
    let (arn, start): (ChannelArn, _) = (REMOTE.parse().expect("an ARN"), year + HOUR * 24 * day);
    let mut evening = Evening::new(World { start, latency: SignedDuration::from_millis(20) });
    if hours > 24 * DAYS {
        evening.forbid_questions(&arn);
    }
    evening.add(setup(REMOTE), script, Files::new(), Saved::default());
    let mut watch = Watch { start, ..Watch::default() };
    for (minutes, happens) in happens {
        evening.advance(HOUR / 60 * *minutes);
        watch.happen(&mut evening, &arn, *happens);
    }
    // Day by day, so that what is held stays small.
    while evening.now().up < HOUR * hours {
        let left = HOUR * hours - evening.now().up;
        evening.advance(left.min(HOUR * 24));
        watch.look(&mut evening);
    }
    watch
}

/// Some stretches of one kind.
fn keeps_to_the_limits(density: Density) {
    let config = ProptestConfig { cases: density.cases, ..ProptestConfig::default() };
    let inputs = (script(density), 0..365, happens());
    proptest!(config, |((script, day, happens) in inputs)| {
        let watch = play(&script, density.hours, day, &happens);
        prop_assert!(watch.fired.len() < 50_000);
    });
}

#[test]
fn dense_hours_keep_to_the_limits() {
    keeps_to_the_limits(DENSE);
}

#[test]
fn usual_days_keep_to_the_limits() {
    keeps_to_the_limits(USUAL);
}

#[test]
fn sparse_months_keep_to_the_limits() {
    keeps_to_the_limits(SPARSE);
}

#[test]
fn days_of_one_cue_are_complete() {
    let cue = "cron(\"*/10 * * * *\", || put_metadata(\"good evening\"));";
    let watch = play(cue, 24 * DAYS, 364, &[]);
    // Both ends count.
    let six_an_hour = usize::try_from(DAYS).expect("it is small") * 24 * 6 + 1;
    assert_eq!((watch.fired.len(), watch.sent), (six_an_hour, six_an_hour));
}

/// A year in Paris, both changes of the clock in it.
const YEAR: &str = r#"
    timezone("Europe/Paris");
    fn padded(bytes) { let s = ""; s.pad(bytes, 'x'); s }
    cue("hourly cron", cron("0 * * * *"), || put_metadata(padded(random(1, 1024))));
    cue("at night cron", cron("30 2 * * *"), || for n in 0..9 { put_metadata(padded(1024)); });
    cue("weekly cron", cron("0 20 * * Fri"), || for n in 0..40 { put_metadata(padded(700)); });
    cue("too long cron", cron("0 12 1 * *"), || put_metadata(padded(1025)));
    cue("random every", every("40m..90m"), || for n in 0..2 { put_metadata(padded(90)); });
    cue("morning at", at("02:30"), || put_metadata("good morning"));
    cue("later", || put_metadata("later"));
    cue("noon cron", cron("0 12 * * *"), || after("3h", "later"));
"#;

/// What goes wrong in the course of a year, some days apart.
fn trouble(day: i32) -> Option<Happens> {
    match day % 12 {
        1 => Some(Happens::OffAirFor(200 + i64::from(day))),
        3 => Some(Happens::Fault(Fault::Throttled, 12)),
        5 => Some(Happens::OutageFor(60 * i64::from(day % 50 + 1))),
        7 => Some(Happens::Fault(Fault::LostAnswer, 3)),
        9 => Some(Happens::ClockSet(i64::from(day % 7 - 3) * 1_500)),
        11 => Some(Happens::Fault(Fault::Unavailable, 5)),
        _ => None,
    }
}

#[test]
fn a_whole_year_keeps_to_the_limits() {
    let start: Timestamp = "2026-12-31T23:00:00Z".parse().expect("a time");
    let arn: ChannelArn = REMOTE.parse().expect("an ARN");
    let mut evening = Evening::new(World { start, latency: SignedDuration::from_millis(20) });
    // Three million questions would take most of the time.
    evening.forbid_questions(&arn);
    evening.add(setup(REMOTE), YEAR, Files::new(), Saved::default());
    let mut watch = Watch { start, ..Watch::default() };
    for day in 0..365 {
        if let Some(happens) = trouble(day) {
            // At another hour each time, some of them at the very second of a fire.
            evening.advance(HOUR * (day % 24));
            watch.happen(&mut evening, &arn, happens);
        }
        evening.advance(HOUR * 24 * (day + 1) - evening.now().up);
        watch.look(&mut evening);
    }
    let fires = |cue: &str| watch.fired.iter().filter(|(fired, _)| fired == cue).count();
    let (hourly, weekly) = (fires("hourly cron"), fires("weekly cron"));
    // Some were skipped off air or by a clock that was set; none came twice.
    assert!((8_500..=8_761).contains(&hourly), "{hourly}");
    assert!((48..=53).contains(&weekly), "{weekly}");
    assert_eq!(fires("morning at"), 1);
    assert!(watch.sent > 20_000, "{}", watch.sent);
}
