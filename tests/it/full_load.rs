//! kill -9 while many viewers vote at once: each vote that was acknowledged is there afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::thread;

use serde_json::Value;

use crate::rig::{Door, House, Local, Runner, Viewer, until};

/// How often the runner is killed, and the viewers of each of its lives.
const KILLS: usize = 3;
const CROWD: usize = 240;
/// Viewers who vote at the same time.
const AT_ONCE: usize = 24;
const CHOICES: [&str; 3] = ["1", "2", "3"];

/// What became of the votes of one life.
#[derive(Default)]
struct Cast {
    /// Viewers, by their number, whose vote was acknowledged, and for what.
    acknowledged: BTreeMap<usize, &'static str>,
    /// Those who were never answered.
    unanswered: BTreeMap<usize, &'static str>,
}

/// All vote, many at the same time, until the runner is killed in the middle of it.
fn vote_and_kill(
    show: &mut Runner,
    door: &Door,
    viewers: &[(usize, Viewer)],
    poll: &Value,
) -> Cast {
    let cast: Mutex<Cast> = Mutex::default();
    thread::scope(|scope| {
        for some in viewers.chunks(viewers.len() / AT_ONCE) {
            let (door, cast) = (door.clone(), &cast);
            scope.spawn(move || {
                for (n, viewer) in some {
                    let choice = CHOICES[n * 7 % 5 % 3];
                    let answer = door.try_vote(viewer, poll, choice);
                    let mut cast = cast.lock().expect("nobody panicked");
                    let Some((status, vote)) = answer else {
                        cast.unanswered.insert(*n, choice);
                        continue;
                    };
                    assert_eq!((status, &vote["counted"]), (200, &Value::Bool(true)), "{vote}");
                    cast.acknowledged.insert(*n, choice);
                }
            });
        }
        let acknowledged = || cast.lock().expect("nobody panicked").acknowledged.len();
        until("a third of the votes", || (acknowledged() >= viewers.len() / 3).then_some(()));
        show.kill();
    });
    cast.into_inner().expect("nobody panicked")
}

/// The votes of the one poll by their answer, as they lie in the store.
fn tally(house: &House) -> BTreeMap<String, usize> {
    let listed = house.do_in(&["polls", "show/show.rhai", "--data", "data", "--json"]).events();
    assert_eq!(listed.len(), 1, "one poll: {listed:?}");
    let answers = listed[0]["answers"].as_array().expect("it has answers");
    let votes = answers.iter().map(|answer| {
        let choice = answer["choice"].as_str().expect("an answer has its key").to_owned();
        let votes = answer["votes"].as_u64().expect("a number");
        (choice, usize::try_from(votes).expect("it is small"))
    });
    votes.collect()
}

#[test]
fn every_acknowledged_vote_survives_kills_under_full_load() {
    let asks = r#"ask("Who wins?", ["Red", "Blue", "Green"], #{open_for: "30m"});"#;
    let (house, local) = (House::with(&format!("on(\"start\", || {{ {asks} }});")), Local::start());
    // Who has voted, for what, in any life.
    let mut standing: BTreeMap<usize, String> = BTreeMap::new();
    let mut voters: BTreeMap<usize, Viewer> = BTreeMap::new();
    let mut lost_answers = 0;
    for life in 0..KILLS {
        let mut show = house.run_plain(&local, &[]);
        let door = Door::of(&mut show);
        let viewers = (0..CROWD).map(|n| (life * CROWD + n, door.viewer()));
        let viewers: Vec<(usize, Viewer)> = viewers.collect();
        let poll = door.poll(&viewers[0].1);
        let cast = vote_and_kill(&mut show, &door, &viewers, &poll);
        lost_answers += cast.unanswered.len();
        voters.extend(viewers);

        let mut show = house.run_plain(&local, &[]);
        let door = Door::of(&mut show);
        let again = door.poll(&voters[&0]);
        assert_eq!(again["current_time"], poll["current_time"], "it is the same asking");
        // Vote by vote, also those of earlier lives: another answer changes nothing.
        standing.extend(cast.acknowledged.iter().map(|(n, choice)| (*n, (*choice).to_owned())));
        for (n, choice) in &standing {
            let other = CHOICES.into_iter().find(|other| other != choice).expect("there are three");
            let (status, vote) = door.vote(&voters[n], &poll, other);
            let met = (status, vote["choice"].as_str(), vote["counted"].as_bool());
            assert_eq!(met, (200, Some(choice.as_str()), Some(false)), "viewer {n}");
        }
        // One that was not answered may have been counted, for what it said.
        for (n, choice) in &cast.unanswered {
            let state = door.state(&voters[n]);
            let stands = state["polls"][0]["choice"].as_str();
            assert!(stands.is_none() || stands == Some(choice), "viewer {n}: {state}");
            standing.extend(stands.map(|stands| (*n, stands.to_owned())));
        }
        let mut counts: BTreeMap<String, usize> =
            CHOICES.iter().map(|choice| ((*choice).to_owned(), 0)).collect();
        for choice in standing.values() {
            *counts.entry(choice.clone()).or_default() += 1;
        }
        assert_eq!(tally(&house), counts, "as many as have voted, and no more");
        show.kill();
    }
    let distinct: BTreeSet<&str> = voters.values().map(Viewer::id).collect();
    assert_eq!(distinct.len(), KILLS * CROWD);
    assert!(lost_answers > 0, "no kill came while votes were under way");
}
