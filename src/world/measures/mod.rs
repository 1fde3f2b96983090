//! What is measured of a run, as Prometheus reads it: a reader of the run's events, with how things
//! stand when it is asked.

mod families;
mod labels;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::registry::Registry;

use self::families::{Families, seconds};
use self::labels::{Bounded, OfChannel, OfReason};
use crate::model::channel::{ChannelArn, ShowId};
use crate::model::delivery::Refusal;
use crate::model::event::{Event, FiredBy, What};
use crate::model::io::Air;
use crate::model::lease::LeaseTurn;
use crate::model::limits::MEASURED_POLLS_MAX;
use crate::model::poll::AskingId;
use crate::show::channel::ChannelStatus;

/// What is measured of a run.
pub struct Measures {
    registry: Registry,
    families: Families,
    known: Mutex<Known>,
    /// Shows that are to run.
    shows: AtomicUsize,
    store_fails: AtomicBool,
    journal_lost: OnceLock<Arc<AtomicU64>>,
}

/// What events said that later ones, or a question, need.
#[derive(Default)]
struct Known {
    bounded: Bounded,
    /// The shows that began and did not end.
    on_now: BTreeSet<ShowId>,
    /// The shows that another runner plays, and this one takes over when that one is gone.
    followed: BTreeSet<ShowId>,
    polls: BTreeMap<ShowId, BTreeSet<AskingId>>,
    /// Channels whose last call the service did not answer, or refused for good.
    unreachable: BTreeSet<ChannelArn>,
}

/// How things stand that no event tells.
#[derive(Debug, Default)]
pub struct Standing {
    /// Each channel.
    pub channels: BTreeMap<ChannelArn, ChannelStatus>,
    /// Votes by what became of them.
    pub votes: Vec<(&'static str, u64)>,
}

/// Whether a run does what it is there for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Shows that are to run.
    pub shows: usize,
    /// Those that began and did not end.
    pub on_now: usize,
    /// Those that another runner plays, and this one takes over when that one is gone.
    pub followed: usize,
    /// Whether what shows keep reaches the store.
    pub store_writes: bool,
    /// Channels whose last call the service did not answer, or refused for good, or that it does
    /// not know.
    pub unreachable: BTreeSet<ChannelArn>,
}

impl Readiness {
    /// Whether nothing is wanting.
    pub fn is_ready(&self) -> bool {
        self.on_now + self.followed == self.shows
            && self.store_writes
            && self.unreachable.is_empty()
    }
}

impl Measures {
    /// The measures of a run of so many shows.
    pub fn new(shows: usize) -> Self {
        let mut registry = Registry::with_prefix("showrunner");
        let families = Families::register(&mut registry);
        let (store_fails, journal_lost) = (AtomicBool::new(false), OnceLock::new());
        let shows = AtomicUsize::new(shows);
        Self { registry, families, known: Mutex::default(), shows, store_fails, journal_lost }
    }

    /// So many shows are to run from now on.
    pub fn expect(&self, shows: usize) {
        self.shows.store(shows, Ordering::Relaxed);
    }

    /// The journal counts here the lines that it lost.
    pub fn set_journal_lost(&self, lost: Arc<AtomicU64>) {
        // A run opens one journal.
        drop(self.journal_lost.set(lost));
    }

    /// The store cannot be written, or can be again.
    pub fn store_fails(&self, fails: bool) {
        if fails && !self.store_fails.swap(fails, Ordering::Relaxed) {
            self.families.store_failures.inc();
        }
        self.store_fails.store(fails, Ordering::Relaxed);
    }

    /// Whether the run does what it is there for, where its channels stand so.
    pub fn readiness(&self, channels: &BTreeMap<ChannelArn, ChannelStatus>) -> Readiness {
        let known = self.lock();
        let unanswered = channels.iter().filter(|(_, status)| !status.is_answered);
        let mut unreachable = known.unreachable.clone();
        unreachable.extend(unanswered.map(|(arn, _)| arn.clone()));
        Readiness {
            shows: self.shows.load(Ordering::Relaxed),
            on_now: known.on_now.len(),
            followed: known.followed.len(),
            store_writes: !self.store_fails.load(Ordering::Relaxed),
            unreachable,
        }
    }

    /// All that is measured, in the text format 0.0.4 of Prometheus.
    pub fn text(&self, standing: &Standing) -> String {
        self.stand(standing);
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a string takes everything");
        text
    }

    fn stand(&self, standing: &Standing) {
        let (all, mut known) = (&self.families, self.lock());
        all.shows.set(i64::try_from(known.on_now.len()).unwrap_or(i64::MAX));
        all.store_failing.set(i64::from(self.store_fails.load(Ordering::Relaxed)));
        // Of channels that left nothing stays.
        all.on_air.clear();
        all.waiting.clear();
        let mut waiting: BTreeMap<OfChannel, usize> = BTreeMap::new();
        for (arn, status) in &standing.channels {
            let of = known.bounded.channel(arn);
            all.on_air.get_or_create(&of).set(i64::from(status.on_air != Some(Air::Off)));
            *waiting.entry(of).or_default() += status.waiting;
        }
        for (of, waiting) in waiting {
            all.waiting.get_or_create(&of).set(i64::try_from(waiting).unwrap_or(i64::MAX));
        }
        for (result, count) in &standing.votes {
            let counter = all.votes.get_or_create_owned(&labels::OfResult { result });
            counter.inc_by(count.saturating_sub(counter.get()));
        }
        if let Some(lost) = self.journal_lost.get() {
            let lost = lost.load(Ordering::Relaxed);
            all.journal_lost.inc_by(lost.saturating_sub(all.journal_lost.get()));
        }
    }

    /// A show ended by a mistake of ours, and so without an event.
    pub fn crashed(&self, show: &ShowId) {
        self.lock().ended(show);
    }

    /// Counts an event.
    pub fn count(&self, event: &Event) {
        let Some(show) = &event.show else {
            if let What::Warning { .. } = event.what {
                self.families.warnings.inc();
            }
            return;
        };
        let mut known = self.lock();
        let of = known.bounded.channel(&show.channel);
        self.count_payload(&mut known, show, &of, &event.what);
        known.learn(show, &event.what);
        let open = known.polls.get(show).map_or(0, BTreeSet::len);
        drop(known);
        if let What::PollOpened(_) | What::PollClosed(_) | What::Stopped { .. } = &event.what {
            let open = i64::try_from(open).unwrap_or(i64::MAX);
            self.families.polls_open.get_or_create(&of).set(open);
        }
        self.count_show(of, &event.what);
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("nobody panics while measuring")
    }

    /// What became of payloads and of the cues that put them.
    fn count_payload(&self, known: &mut Known, show: &ShowId, of: &OfChannel, what: &What) {
        let all = &self.families;
        if let What::Sent { of: about, took_ms, repeat, .. } = what {
            known.unreachable.remove(&show.channel);
            all.send_duration.observe(seconds(*took_ms));
            all.sent_bytes.get_or_create(of).inc_by(about.bytes as u64);
            if *repeat {
                all.repeated.get_or_create(of).inc();
            } else {
                all.sent.get_or_create(&known.bounded.cue(&show.channel, &about.cue)).inc();
            }
        }
        if let What::Refused { refusal, .. } = what {
            let reason = match refusal {
                Refusal::Throttled => "throttled",
                Refusal::Unavailable => "unavailable",
                Refusal::OffAir => "off_air",
                Refusal::Rejected => "rejected",
            };
            all.refused.get_or_create(&OfReason::new(of, reason)).inc();
            if matches!(refusal, Refusal::Unavailable | Refusal::Rejected) {
                known.unreachable.insert(show.channel.clone());
            } else {
                known.unreachable.remove(&show.channel);
            }
        }
        if let What::CueFired { cue, late_ms, by, .. } = what {
            all.fired.get_or_create(&known.bounded.cue(&show.channel, cue)).inc();
            if *by == FiredBy::Trigger {
                all.lateness.observe(seconds(*late_ms));
            }
        }
    }

    /// All else that is counted.
    fn count_show(&self, of: OfChannel, what: &What) {
        let all = &self.families;
        let lost = |reason| {
            all.lost.get_or_create(&OfReason::new(&of, reason)).inc();
        };
        let skipped = |reason, count| {
            all.skipped.get_or_create(&OfReason::new(&of, reason)).inc_by(count);
        };
        match what {
            What::Expired { .. } => lost("expired"),
            What::Dropped { why, .. } => lost(labels::dropped(*why)),
            What::InDoubt { .. } => lost("in_doubt"),
            What::Shown { delay_ms, .. } => all.delivery_delay.observe(seconds(*delay_ms)),
            What::Unseen { .. } => {
                all.unseen.get_or_create(&of).inc();
            }
            What::Missed { count, .. } => skipped("missed", *count),
            What::Skipped { why, count } => skipped(labels::skipped(*why), count.unwrap_or(0)),
            What::Reloaded(_) => all.reload(of, "taken"),
            What::ReloadFailed(_) => all.reload(of, "failed"),
            What::RolledBack { .. } => all.reload(of, "rolled_back"),
            What::ScriptError(_) => {
                all.script_errors.get_or_create(&of).inc();
            }
            What::Warning { .. } | What::ScriptWarning(_) => {
                all.warnings.inc();
            }
            What::Started(_)
            | What::Stopped { .. }
            | What::Lease(_)
            | What::PlanChanged(_)
            | What::PlanRefused(_)
            | What::PollOpened(_)
            | What::PollClosed(_)
            | What::CueFired { .. }
            | What::Queued { .. }
            | What::Sent { .. }
            | What::Refused { .. }
            | What::NotRun { .. }
            | What::CueSet { .. }
            | What::Held { .. }
            | What::Panicked { .. }
            | What::Released { .. }
            | What::StateSet { .. }
            | What::NameSet { .. }
            | What::PollSet(_)
            | What::Log { .. }
            | What::Fetched(_)
            | What::OnAir { .. }
            | What::OffAir
            | What::TallyRead(_)
            | What::LeaderboardRead { .. }
            | What::ClockJumped { .. } => {}
        }
    }
}

impl Known {
    /// A show is over, or played by another runner.
    fn ended(&mut self, show: &ShowId) {
        self.on_now.remove(show);
        self.polls.remove(show);
        self.unreachable.remove(&show.channel);
    }

    /// Which shows are on, and which of their polls are open.
    fn learn(&mut self, show: &ShowId, what: &What) {
        if let What::Started(_) = what {
            self.on_now.insert(show.clone());
        }
        let turn = if let What::Lease(told) = what { Some(told.turn) } else { None };
        if matches!(what, What::Stopped { .. }) || turn == Some(LeaseTurn::Lost) {
            self.ended(show);
        }
        if turn == Some(LeaseTurn::Following) {
            self.followed.insert(show.clone());
        } else if turn == Some(LeaseTurn::Taken) {
            self.followed.remove(show);
        }
        if let What::OnAir { stream: Some(_), .. } | What::OffAir = what {
            // Only the service itself says so.
            self.unreachable.remove(&show.channel);
        }
        if let What::PollOpened(poll) = what {
            let open = self.polls.entry(show.clone()).or_default();
            if open.len() < MEASURED_POLLS_MAX {
                open.insert(poll.told().asking.clone());
            }
        }
        if let What::PollClosed(closed) = what
            && let Some(open) = self.polls.get_mut(show)
        {
            open.remove(&closed.poll.asking);
        }
    }
}
