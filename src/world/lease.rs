//! The leases of a run's shows: one thread takes and renews all of them, and says how they turn. It
//! waits for Redis and for nothing else, so that no busy moment of the network costs a lease.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use jiff::{SignedDuration, Timestamp};

use crate::model::channel::ShowId;
use crate::model::lease::{CallTime, Holder};
use crate::model::limits::LEASE_RENEW;
use crate::rules::lease::{Lease, Question, Standing, Turn};

use super::clock::Clock;
use super::entropy;
use super::error::WorldError;
use super::store::{LeaseDesk, StoreError};
use super::thread;

/// Characters of a runner's id: none is met twice.
const ID_CHARS: usize = 16;

/// Who hears how leases turn, on the thread of the leases: it must not wait.
pub trait Hearer: Send + 'static {
    /// A show's lease turned.
    fn turned(&self, show: &ShowId, turn: Turn);
    /// Redis cannot be asked from now on.
    fn trouble_began(&self, error: StoreError);
    /// It answers again.
    fn trouble_ended(&self);
}

/// The leases. Letting go of them gives them back.
pub struct Leases {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    clock: Clock,
    desk: LeaseDesk,
    me: Holder,
    table: Mutex<Table>,
    changed: Condvar,
}

#[derive(Default)]
struct Table {
    leases: BTreeMap<ShowId, Lease>,
    /// What is to be given back before anything is asked.
    unwanted: Vec<(ShowId, Holder)>,
    ends: bool,
}

impl Leases {
    /// Leases of which none is wanted yet.
    pub fn start(desk: LeaseDesk, clock: Clock, hearer: impl Hearer) -> Result<Self, WorldError> {
        let table = Mutex::new(Table::default());
        let shared = Shared { clock, desk, me: me(), table, changed: Condvar::new() };
        let shared = Arc::new(shared);
        let of_thread = Arc::clone(&shared);
        let thread = thread::start("lease", None, move || of_thread.run(&hearer))?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// From now on a show's lease is asked for.
    pub fn want(&self, show: &ShowId) {
        self.shared.lock().leases.entry(show.clone()).or_default();
        self.shared.changed.notify_one();
    }

    /// A show's lease is not wanted any more: it is given back.
    pub fn release(&self, show: &ShowId) {
        let mut table = self.shared.lock();
        if let Some(lease) = table.leases.remove(show) {
            let held = lease.holder().map(|holder| (show.clone(), holder.clone()));
            table.unwanted.extend(held);
        }
        drop(table);
        self.shared.changed.notify_one();
    }

    /// How a show stands now. Who is told [`Standing::Lapsed`] is told how that ended.
    pub fn standing(&self, show: &ShowId) -> Standing {
        let now = self.shared.clock.up();
        let mut table = self.shared.lock();
        table.leases.get_mut(show).map_or(Standing::Out, |lease| lease.standing(now))
    }

    /// What a call may take that begins now; none when it may not begin.
    pub fn call(&self, show: &ShowId) -> Option<CallTime> {
        let table = self.shared.lock();
        // Read with the table in hand: whoever waited for it has waited.
        let now = self.shared.clock.up();
        table.leases.get(show).and_then(|lease| lease.call(now))
    }

    /// A show that was lost is gone from here: its lease is asked for again.
    pub fn gone(&self, show: &ShowId) {
        let now = self.shared.clock.up();
        if let Some(lease) = self.shared.lock().leases.get_mut(show) {
            lease.gone(now);
        }
        self.shared.changed.notify_one();
    }

    /// Gives the leases back, and asks for none any more; waits for Redis, within bounds.
    pub fn end(&self) {
        self.shared.lock().ends = true;
        self.shared.changed.notify_one();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        thread.into_iter().for_each(thread::join);
    }
}

impl Drop for Leases {
    fn drop(&mut self) {
        self.end();
    }
}

impl Shared {
    fn run(&self, hearer: &impl Hearer) {
        let mut in_trouble = false;
        while let Some(questions) = self.next_questions(hearer) {
            self.give_back();
            if questions.is_empty() {
                continue;
            }
            let asked = self.clock.up();
            match self.desk.ask(&questions) {
                Ok(answers) => {
                    if std::mem::take(&mut in_trouble) {
                        hearer.trouble_ended();
                    }
                    let answered = questions.iter().zip(answers);
                    let mut table = self.lock();
                    let now = self.clock.up();
                    table.tick(now, hearer);
                    for ((show, question), answer) in answered {
                        let Some(lease) = table.leases.get_mut(show) else { continue };
                        if let Some(turn) = lease.answered(question, answer, asked, now) {
                            hearer.turned(show, turn);
                        }
                    }
                }
                Err(error) => {
                    let mut table = self.lock();
                    for (show, _) in &questions {
                        if let Some(lease) = table.leases.get_mut(show) {
                            lease.unanswered(asked);
                        }
                    }
                    drop(table);
                    if !std::mem::replace(&mut in_trouble, true) {
                        hearer.trouble_began(error);
                    }
                }
            }
        }
        self.lock().give_all_back();
        self.give_back();
    }

    /// Waits until something is to be asked, then asks for all at once; none at the end.
    fn next_questions(&self, hearer: &impl Hearer) -> Option<Vec<(ShowId, Question)>> {
        let mut table = self.lock();
        loop {
            if table.ends {
                return None;
            }
            let now = self.clock.now();
            table.tick(now.up, hearer);
            if !table.unwanted.is_empty() {
                return Some(Vec::new());
            }
            let next = table.leases.values().filter_map(Lease::next_ask).min();
            if next.is_some_and(|next| next <= now.up) {
                let all = table.leases.iter();
                let all = all.filter_map(|(show, lease)| {
                    Some((show.clone(), lease.question(&self.me, now)?))
                });
                return Some(all.collect());
            }
            let ends = table.leases.values().filter_map(Lease::ends_at).min();
            let wait = next.into_iter().chain(ends).min().map(|at| at.saturating_sub(now.up));
            let wait = wait.unwrap_or(LEASE_RENEW).clamp(SignedDuration::ZERO, LEASE_RENEW);
            let waited = self.changed.wait_timeout(table, wait.unsigned_abs());
            table = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Gives back what is not wanted any more, so that whoever follows need not wait.
    fn give_back(&self) {
        let held = std::mem::take(&mut self.lock().unwanted);
        if !held.is_empty() {
            // Where Redis cannot be told they end by themselves.
            drop(self.desk.release(&held));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn give_all_back(&mut self) {
        for (show, lease) in std::mem::take(&mut self.leases) {
            let held = lease.holder().map(|holder| (show, holder.clone()));
            self.unwanted.extend(held);
        }
    }

    fn tick(&mut self, now: SignedDuration, hearer: &impl Hearer) {
        for (show, lease) in &mut self.leases {
            if let Some(turn) = lease.tick(now) {
                hearer.turned(show, turn);
            }
        }
    }
}

/// This runner, as others are told of it: with an id that is new for each call.
pub fn me() -> Holder {
    let who = format!("{}@{}", std::process::id(), machine());
    Holder { id: entropy::alphanumeric(ID_CHARS), who, since: Timestamp::UNIX_EPOCH }
}

/// The machine's name, without spaces.
fn machine() -> String {
    // The first is hidden from a service that may see no more than its own processes.
    let files = ["/proc/sys/kernel/hostname", "/etc/hostname"];
    let of_system = files.iter().find_map(|file| std::fs::read_to_string(file).ok());
    let name = of_system.or_else(|| std::env::var("HOSTNAME").ok());
    let name = name.or_else(|| std::env::var("COMPUTERNAME").ok()).unwrap_or_default();
    let name: String = name.split_whitespace().collect();
    if name.is_empty() { "unknown".to_owned() } else { name }
}
