//! Whatever happens: never in the past, never out of order, never twice.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::limits::{LATE_MISSED, LATE_SKIP};

/// What may happen to a show.
#[derive(Debug, Clone)]
enum Happens {
    Run(i64),
    Sleep(i64),
    OffAir,
    OnAir,
    NewBroadcast,
    Mark(usize, CueMark),
    /// Which of the cues the new version has.
    Edit([bool; CUES]),
    After(i64),
    Jump(i64),
    Crash(i64),
}

const CUES: usize = 8;

fn cues() -> [CuePlan; CUES] {
    [
        named("fixed", &[every("700ms")]),
        named("slow", &[every_first("1m", "5s")]),
        named("random", &[every("300ms..9s")]),
        named("cron", &[cron("*/7 * * * * *")]),
        named("daily", &[cron("2 20 * * *")]),
        named("at", &[at("20:00:40")]),
        named("stream", &[stream_at("50s")]),
        named("after", &[after("45s")]),
    ]
}

fn happens() -> impl Strategy<Value = Happens> {
    let mark = prop_oneof![Just(CueMark::Armed), Just(CueMark::Disarmed)];
    prop_oneof![
        4 => (1..40_000_i64).prop_map(Happens::Run),
        2 => (1..90_000_i64).prop_map(Happens::Sleep),
        1 => Just(Happens::OffAir),
        2 => Just(Happens::OnAir),
        1 => Just(Happens::NewBroadcast),
        2 => (0..CUES, mark).prop_map(|(cue, mark)| Happens::Mark(cue, mark)),
        2 => any::<[bool; CUES]>().prop_map(Happens::Edit),
        1 => (1..20_000_i64).prop_map(Happens::After),
    ]
}

fn with_jumps() -> impl Strategy<Value = Vec<Happens>> {
    let jump = (-100_000..100_000_i64).prop_map(Happens::Jump);
    prop::collection::vec(prop_oneof![9 => happens(), 1 => jump], 1..40)
}

fn with_crashes() -> impl Strategy<Value = Vec<Happens>> {
    let crash = (1..300_000_i64).prop_map(Happens::Crash);
    prop::collection::vec(prop_oneof![9 => happens(), 1 => crash], 1..40)
}

/// Lets it all happen to one show, and gives all it said.
fn play(all: &[Happens]) -> Vec<(Now, Output)> {
    let mut bench = Bench::live(&cues());
    let mut started = bench.now.wall;
    let mut written = [true; CUES];
    let mut afters = 0;
    for one in all {
        match one {
            Happens::Run(time) => bench.run(millis(*time)),
            Happens::Sleep(time) => bench.sleep(millis(*time)),
            Happens::OffAir => bench.input(Input::OffAir),
            Happens::OnAir => bench.on_air_since(started),
            Happens::NewBroadcast => {
                started = bench.now.wall;
                bench.on_air();
            }
            Happens::Mark(cue, mark) => {
                bench.input(Input::Mark(cues()[*cue].key.clone(), *mark));
            }
            Happens::Edit(which) => {
                written = *which;
                bench.input(Input::Edit(version(*which)));
            }
            Happens::After(wait) => {
                afters += 1;
                let wait = format!("{wait}ms").parse().expect("a span");
                bench.input(Input::After { id: AfterId(afters), wait });
            }
            Happens::Jump(by) => bench.jump(millis(*by)),
            Happens::Crash(gap) => {
                let heard = std::mem::take(&mut bench.heard);
                bench = bench.resumed(&version(written), millis(*gap));
                bench.heard.splice(0..0, heard);
                bench.run(millis(1));
                bench.on_air_since(started);
            }
        }
        let next = bench.schedule.next_deadline();
        assert!(next.is_none_or(|next| next.at > bench.now.up), "{one:?} left {next:?} undone");
        bench.run(millis(1)); // what is removed and comes back at one moment is another cue
    }
    bench.heard
}

fn version(which: [bool; CUES]) -> Vec<CuePlan> {
    cues().into_iter().zip(which).filter(|(_, there)| *there).map(|(cue, _)| cue).collect()
}

fn fires(
    heard: &[(Now, Output)],
) -> impl Iterator<Item = (Now, String, Timestamp, SignedDuration)> {
    heard.iter().filter_map(|(now, output)| match output {
        Output::Fire { cue, due, late } => Some((*now, cue.to_string(), *due, *late)),
        Output::FireAfter { id, due, late } => Some((*now, format!("{id}"), *due, *late)),
        Output::Missed { .. }
        | Output::Skipped { .. }
        | Output::SkippedHeld { .. }
        | Output::PutOff { .. }
        | Output::Change(_)
        | Output::Edited(_) => None,
    })
}

/// What holds of any fires, whatever the clocks do.
fn hold_for_all(heard: &[(Now, Output)]) {
    let mut before: Option<(Now, SignedDuration)> = None;
    for (now, cue, due, late) in fires(heard) {
        let most = match cue.as_str() {
            "fixed" | "slow" | "random" => LATE_SKIP,
            "cron" | "daily" | "at" | "stream" => LATE_MISSED,
            _ => SignedDuration::MAX,
        };
        assert!(late >= SignedDuration::ZERO && late <= most, "{cue} is {late:?} late");
        assert_eq!(now.wall.duration_since(due), late, "{cue} says when it was due");
        // In one step what was due first comes first.
        if let Some((_, last)) = before.filter(|(then, _)| *then == now) {
            assert!(last <= now.up - late, "{cue} comes after what was due later");
        }
        before = Some((now, now.up - late));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn never_twice_across_edits_and_crashes(all in with_crashes()) {
        let heard = play(&all);
        hold_for_all(&heard);
        let mut last = BTreeMap::new();
        for (now, cue, due, _) in fires(&heard) {
            prop_assert!(due <= now.wall);
            if let Some(before) = last.insert(cue.clone(), due) {
                prop_assert!(before < due, "{cue} was due at {before}, then at {due}");
            }
        }
    }

    #[test]
    fn never_twice_however_the_clock_jumps(all in with_jumps()) {
        let heard = play(&all);
        hold_for_all(&heard);
        let (mut last_up, mut last_wall) = (BTreeMap::new(), BTreeMap::new());
        let removed = all.iter().any(|one| matches!(one, Happens::Edit(_)));
        for (now, cue, due, late) in fires(&heard) {
            let up = now.up - late;
            let by_wall = ["cron", "daily", "at"].contains(&cue.as_str());
            if let Some(before) = last_up.insert(cue.clone(), up)
                && !by_wall
            {
                prop_assert!(before < up, "{cue} was due at {before:?}, then at {up:?}");
            }
            // A cue that was removed and written again knows nothing of what it fired.
            if let Some(before) = last_wall.insert(cue.clone(), due)
                && by_wall && !removed
            {
                prop_assert!(before < due, "{cue} was due at {before}, then at {due}");
            }
        }
    }

    #[test]
    fn every_point_of_a_grid_fires_or_is_counted(
        naps in prop::collection::vec(
            (1..30_000_i64, any::<bool>(), any::<bool>(), any::<bool>()),
            1..30,
        )
    ) {
        let mut bench = Bench::live(&[named("a", &[every("700ms")])]);
        let started = bench.now.wall;
        for (time, asleep, on_air, held) in naps {
            if asleep { bench.sleep(millis(time)) } else { bench.run(millis(time)) }
            if on_air { bench.on_air_since(started) } else { bench.input(Input::OffAir) }
            let since = bench.now.wall;
            bench.input(if held { Input::Hold { since } } else { Input::Release });
        }
        bench.on_air_since(started);
        let counted: u64 = bench.heard.iter().map(|(_, output)| match output {
            Output::Fire { .. } => 1,
            Output::Skipped { count, .. } => count.unwrap_or(0),
            Output::SkippedHeld { count, .. } => *count,
            Output::FireAfter { .. }
            | Output::PutOff { .. }
            | Output::Missed { .. }
            | Output::Change(_)
            | Output::Edited(_) => 0,
        }).sum();
        prop_assert_eq!(i128::from(counted), bench.now.up.as_millis() / 700 + 1);
    }
}

#[test]
fn ten_thousand_cues_share_one_queue() {
    let cues: Vec<CuePlan> = (0..10_000)
        .map(|n| named(&format!("cue {n}"), &[every_first("10s", &format!("{}ms", n + 1))]))
        .collect();
    let mut bench = Bench::live(&cues);
    bench.run(seconds(30));
    assert_eq!(bench.heard.len(), 30_000 - 1 + usize::from(bench.now.up == seconds(30)));
    let times: Vec<Timestamp> = fires(&bench.heard).map(|(_, _, due, _)| due).collect();
    assert!(times.is_sorted());
}
