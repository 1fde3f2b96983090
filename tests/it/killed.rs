//! The proof: a real evening, killed a hundred times at random moments, loses and repeats nothing
//! but what was on its way, and closes every poll with its exact tally.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::rig::{Door, House, Local, Runner, until};

/// Evenings at once, each on a channel of its own, and how often each is killed.
const EVENINGS: usize = 4;
const KILLS: usize = 25;
/// One of so many kills falls into the start; the others come when the show sends again.
const EARLY_ONE_OF: u64 = 5;
const EARLY_MAX: Duration = Duration::from_millis(250);
const LATER_MAX: Duration = Duration::from_millis(700);
/// What the moments are drawn from; printed when the test fails, and taken from here if it is set.
const SEED: &str = "KILLED_SEED";

/// Rounds with a fact each, payloads that ask to be sent again, and a poll now and then.
const SHOW: &str = r#"
    on("start", || put_metadata("started"));
    cue("round", every("500ms"), || {
        state.round = (state.round ?? 0) + 1;
        put_metadata(#{round: state.round, fact: random_fact("list")});
    });
    cue("again", every("1s"), || {
        state.again = (state.again ?? 0) + 1;
        put_metadata(#{again: state.again}, #{in_doubt: "resend"});
    });
    cue("poll", every("2s"), || if args.last != true {
        state.polls = (state.polls ?? 0) + 1;
        ask("Which?", ["Red", "Blue"], #{open_for: "1s", slot: "poll " + state.polls % 8});
    });
"#;

/// Numbers that look random and come again with their seed.
struct Moments(u64);

impl Moments {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn one_of(&mut self, count: u64) -> bool {
        self.next().is_multiple_of(count)
    }

    /// Lets a while pass. The moment itself is what is random here; nothing is waited for.
    fn pass(&mut self, most: Duration) {
        let most = u64::try_from(most.as_micros()).expect("it is short");
        std::thread::sleep(Duration::from_micros(self.next() % most));
    }
}

/// Says the seed when the test fails.
struct Told(u64);

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let told = format!("the moments were drawn from {SEED}={}\n", self.0);
            // Whoever reads the failure may have gone.
            drop(std::io::Write::write_all(&mut std::io::stderr(), told.as_bytes()));
        }
    }
}

/// Votes by poll and choice.
type Votes = BTreeMap<(String, String), u64>;

/// One evening, in which the runner dies again and again.
struct Evening {
    house: House,
    local: Local,
    channel: String,
    moments: Moments,
    /// Kills during a start: what was in doubt before may not be told then.
    early: usize,
    /// The lines of the journal so far.
    told: usize,
    doubts: Vec<Value>,
    /// Votes that were acknowledged, and those that were not answered.
    counted: Votes,
    unsure: Votes,
}

impl Evening {
    fn new(n: usize, seed: u64) -> Self {
        let local = Local::start();
        let house = House::with(SHOW);
        let facts: Vec<String> = (0..2_000).map(|n| format!("fact number {n}")).collect();
        house.write("facts/list.txt", &facts.join("\n"));
        let channel = local.another(&format!("evening-{n}"));
        let seed = seed.wrapping_mul(2 * n as u64 + 1).max(1);
        Self {
            house,
            local,
            channel,
            moments: Moments(seed),
            early: 0,
            told: 0,
            doubts: Vec::new(),
            counted: Votes::new(),
            unsure: Votes::new(),
        }
    }

    fn run(&self, flags: &[&str]) -> Runner {
        self.house.run_at(&self.local.url, &[&self.channel], flags)
    }

    /// Lives until a random moment.
    fn live_and_die(&mut self) {
        let mut run = self.run(&[]);
        if self.moments.one_of(EARLY_ONE_OF) {
            self.early += 1;
            self.moments.pass(EARLY_MAX);
            run.kill();
        } else {
            let door = Door::of(&mut run);
            // By then it has said what was in doubt.
            run.line("a payload", |line| line.contains("  sent     "));
            let viewers = std::thread::spawn(move || vote(&door));
            self.moments.pass(LATER_MAX);
            run.kill();
            let (counted, unsure) = viewers.join().expect("voting does not panic");
            add(&mut self.counted, counted);
            add(&mut self.unsure, unsure);
        }
        drop(run);
        self.read_journal();
    }

    /// What the life that ended told.
    fn read_journal(&mut self) {
        let journal = self.house.at("data/journal.jsonl");
        // One that was killed before it could begin has told nothing.
        let text = std::fs::read_to_string(journal).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let new = lines.iter().skip(self.told).filter_map(|line| serde_json::from_str(line).ok());
        let doubts: Vec<Value> = new.filter(|event: &Value| event["event"] == "in_doubt").collect();
        assert!(doubts.len() <= 1, "one kill leaves one payload in doubt: {doubts:?}");
        self.doubts.extend(doubts);
        self.told = lines.len();
    }

    /// The last run asks nothing more, and is let come to its end.
    fn end(&mut self) -> Vec<Value> {
        let mut run = self.run(&["--set", "last=true"]);
        run.line("a payload", |line| line.contains("  sent     "));
        let polls = until("the end of every poll", || {
            let listed = self.house.do_in(&["polls", "show/show.rhai", "--data", "data", "--json"]);
            let polls = listed.events();
            polls.iter().all(|poll| poll["final"] == true).then_some(polls)
        });
        let ended = run.stop();
        assert_eq!(ended.code, Some(0), "{ended}");
        self.read_journal();
        polls
    }

    fn check(&mut self) {
        let polls = self.end();
        let payloads = self.local.payloads(&self.channel);
        let parsed: Vec<Value> =
            payloads.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
        assert_eq!(payloads.iter().filter(|text| *text == "started").count(), 1, "one start");
        self.check_rounds(&parsed);
        check_again(&parsed);
        self.check_polls(&polls, &parsed);
    }

    fn check_rounds(&self, payloads: &[Value]) {
        let round = |payload: &Value| payload["round"].as_u64();
        let sent: Vec<u64> = payloads.iter().filter_map(round).collect();
        let once: BTreeSet<u64> = sent.iter().copied().collect();
        assert_eq!(once.len(), sent.len(), "nothing is sent twice: {sent:?}");
        assert!(sent.is_sorted(), "the order is kept: {sent:?}");
        let doubted = self.doubts.iter().filter_map(|event| event["payload"].as_str());
        let doubted = doubted.filter_map(|text| serde_json::from_str::<Value>(text).ok());
        let known: BTreeSet<u64> = doubted.filter_map(|it| round(&it)).chain(once).collect();
        let most = known.last().copied().expect("there are rounds");
        let lost: Vec<u64> = (1..=most).filter(|round| !known.contains(round)).collect();
        // Who is killed while it begins may not have told yet what the kill before left in doubt.
        assert!(lost.len() <= self.early, "{lost:?} are lost, after {} early kills", self.early);
        let facts = payloads.iter().filter_map(|payload| payload["fact"].as_str());
        let facts: Vec<&str> = facts.collect();
        let different: BTreeSet<&str> = facts.iter().copied().collect();
        assert_eq!(different.len(), facts.len(), "no fact is drawn twice");
    }

    fn check_polls(&self, polls: &[Value], payloads: &[Value]) {
        let name = |it: &Value| it["current_time"].as_str().map(str::to_owned);
        let listed: BTreeSet<String> = polls.iter().filter_map(name).collect();
        let asked = payloads.iter().filter(|payload| payload["type"] == "poll");
        let asked: BTreeSet<String> = asked.filter_map(name).collect();
        assert!(
            asked.is_subset(&listed),
            "every poll that was seen is kept: {asked:?}, {listed:?}"
        );
        let results = payloads.iter().filter(|payload| payload["type"] == "results");
        let results: BTreeMap<String, &Value> =
            results.filter_map(|told| Some((name(told)?, told))).collect();
        for poll in polls {
            let asking = name(poll).expect("a poll has its time");
            for answer in poll["answers"].as_array().expect("it has answers") {
                let key =
                    (asking.clone(), answer["choice"].as_str().unwrap_or_default().to_owned());
                let votes = answer["votes"].as_u64().unwrap_or_default();
                let counted = self.counted.get(&key).copied().unwrap_or_default();
                let most = counted + self.unsure.get(&key).copied().unwrap_or_default();
                assert!(
                    (counted..=most).contains(&votes),
                    "{key:?}: {counted} to {most} in {poll}"
                );
                if let Some(told) = results.get(&asking) {
                    assert_eq!(told["counts"][&key.1], json!(votes), "{told} of {poll}");
                }
            }
        }
    }
}

fn add(all: &mut Votes, more: Votes) {
    for (key, votes) in more {
        *all.entry(key).or_default() += votes;
    }
}

/// Viewers vote, one after the other, until nobody answers any more: what was acknowledged, and
/// what was not answered.
fn vote(door: &Door) -> (Votes, Votes) {
    let (mut counted, mut unsure) = (Votes::new(), Votes::new());
    for n in 0.. {
        let Some(viewer) = door.try_viewer() else { break };
        let Some(state) = door.try_state(&viewer) else { break };
        let Some(poll) = state["polls"].as_array().and_then(|polls| polls.last()) else { continue };
        let choice = if n % 3 == 0 { "2" } else { "1" };
        let asking = poll["current_time"].as_str().expect("a poll has its time").to_owned();
        let key = (asking, choice.to_owned());
        match door.try_vote(&viewer, poll, choice) {
            Some((200, vote)) if vote["counted"] == true => *counted.entry(key).or_default() += 1,
            Some(_) => {}
            None => {
                *unsure.entry(key).or_default() += 1;
                break;
            }
        }
    }
    (counted, unsure)
}

#[test]
fn a_hundred_kills_lose_nothing_and_repeat_nothing() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    let drawn = u64::from(now.subsec_nanos()) << 20 | now.as_secs() & 0xf_ffff;
    let seed = std::env::var(SEED).ok().and_then(|seed| seed.parse().ok()).unwrap_or(drawn);
    let _told = Told(seed);
    let evening = move |n| {
        let mut evening = Evening::new(n, seed);
        (0..KILLS).for_each(|_| evening.live_and_die());
        evening.check();
        evening.counted.values().sum::<u64>()
    };
    let evenings: Vec<_> = (0..EVENINGS).map(|n| std::thread::spawn(move || evening(n))).collect();
    // All are waited for, so that no runner outlives the test where one of them fails.
    let ended: Vec<_> = evenings.into_iter().map(std::thread::JoinHandle::join).collect();
    let votes = ended.into_iter().map(|one| one.expect("an evening is as it should be"));
    assert!(votes.sum::<u64>() > 0, "somebody voted");
}

fn check_again(payloads: &[Value]) {
    let again: Vec<u64> = payloads.iter().filter_map(|it| it["again"].as_u64()).collect();
    let once: BTreeSet<u64> = again.iter().copied().collect();
    let most = once.last().copied().expect("there are some");
    assert_eq!(once, (1..=most).collect(), "what asks to be sent again is never lost");
    assert!(again.len() - once.len() <= KILLS, "and sent again only for a kill: {again:?}");
}
