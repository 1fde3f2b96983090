//! The schedule as a machine: one input changes it, then everything that is due comes out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::cues::{Before, Befores, Cue, Cues, Followed, befores_of};
use super::hold::Hold;
use super::io::{Input, Output, Places, Setup, Standing};
use super::queue::{Entry, Queue};
use super::timer::Making;
use super::verdict::{Air, Scene, Verdict};
use crate::model::cue::{AfterId, CueKey, CuePlan};
use crate::model::event::Skipped;
use crate::model::outputs::Outputs;
use crate::model::saved::{Change, CueMark, PlaceKey};
use crate::model::time::{Deadline, Now};
use crate::model::zone::Zone;

/// Which cue is due next. Nothing fires twice, out of order, or before its time.
#[derive(Debug, Clone)]
pub struct Schedule {
    zone: Zone,
    seed: u64,
    /// When the show began.
    began: SignedDuration,
    air: Air,
    /// When the last broadcast started.
    broadcast: Option<Timestamp>,
    pub(super) cues: Cues,
    marks: BTreeMap<CueKey, CueMark>,
    pub(super) queue: Queue,
    /// None while what is timed fires.
    pub(super) hold: Option<Hold>,
    /// Fires skipped since the channel went off air.
    skipped_off_air: u64,
    pub(super) outputs: Outputs<Output>,
}

impl Schedule {
    /// A schedule without cues, which waits for [`Input::Begin`].
    pub fn new(setup: Setup) -> Self {
        Self {
            zone: setup.zone,
            seed: setup.seed,
            began: SignedDuration::ZERO,
            air: Air::Unknown,
            broadcast: None,
            cues: Cues::default(),
            marks: BTreeMap::new(),
            queue: Queue::default(),
            hold: None,
            skipped_off_air: 0,
            outputs: Outputs::default(),
        }
    }

    /// Sets the zone of times that name none. It counts from the next [`Input::Begin`] or
    /// [`Input::Edit`] on, which plans what is in another zone than before anew.
    pub fn set_zone(&mut self, zone: Zone) {
        self.zone = zone;
    }

    /// Takes an input, then lets everything fire that is due at `now`.
    pub fn handle(&mut self, input: Input, now: Now) {
        match input {
            Input::Begin { cues, resume } => self.begin(&cues, resume, now),
            Input::Edit(cues) => self.edit(&cues, now),
            Input::OnAir(broadcast) => self.on_air(broadcast.started, now),
            Input::OffAir => self.off_air(now),
            Input::Mark(cue, mark) => self.mark(cue, mark),
            Input::After { id, wait } => {
                let from = self.hold.as_ref().map_or(now.up, |hold| hold.since);
                self.set_after(id, from + wait.get());
            }
            Input::AfterKept { id, due } => self.set_after(id, now.up_at(due)),
            Input::CancelAfter(id) => self.cancel_after(id),
            Input::Hold { since } => self.hold(since, now),
            Input::Release => self.release(now),
            Input::Tick => {}
            Input::WallJumped => self.wall_jumped(now),
        }
        self.drain(now);
    }

    /// What it decided, in order.
    pub fn take_outputs(&mut self) -> VecDeque<Output> {
        self.outputs.take()
    }

    /// When it wants a [`Input::Tick`], and for what.
    pub fn next_deadline(&self) -> Option<Deadline> {
        self.queue.iter().next().map(|(at, entry)| match entry {
            Entry::Timer(number) => Deadline { at, why: self.cues.slots[number].timer.why() },
            Entry::After(_) => Deadline { at, why: "after" },
        })
    }

    /// What fires next, on the interval clock: an armed cue or an `after`. Nothing in a hold.
    pub fn next_fire(&self) -> Option<(CueKey, SignedDuration)> {
        if self.hold.is_some() {
            return None;
        }
        self.queue.iter().find_map(|(at, entry)| match entry {
            Entry::Timer(number) => {
                let slot = &self.cues.slots[number];
                let fires = !slot.timer.wants_air() && self.is_armed(&slot.key.cue);
                fires.then(|| (slot.key.cue.clone(), at))
            }
            Entry::After(id) => Some((CueKey::after(id), at)),
        })
    }

    /// When an armed cue fires next, on the interval clock.
    pub fn fires_of(&self, cue: &CueKey) -> Option<SignedDuration> {
        let slots = self.cues.get(cue).filter(|_| self.is_armed(cue))?.slots.clone();
        slots
            .filter(|number| !self.cues.slots[*number].timer.wants_air())
            .filter_map(|number| self.queue.due(Entry::Timer(number)))
            .min()
    }

    /// How a cue stands; none for one that the running version does not have.
    pub fn standing(&self, cue: &CueKey) -> Option<Standing> {
        let written = self.cues.get(cue)?;
        Some(self.standing_of(cue, written))
    }

    fn standing_of(&self, key: &CueKey, cue: &Cue) -> Standing {
        let written = if cue.disarmed { CueMark::Disarmed } else { CueMark::Armed };
        match self.marks.get(key).unwrap_or(&written) {
            CueMark::Armed => Standing::Armed,
            CueMark::Disarmed => Standing::Disarmed,
            CueMark::Cancelled => Standing::Cancelled,
        }
    }

    fn is_armed(&self, cue: &CueKey) -> bool {
        self.standing(cue) == Some(Standing::Armed)
    }

    fn begin(&mut self, cues: &[CuePlan], resume: Option<Places>, now: Now) {
        let Places { places, marks } = resume.unwrap_or_default();
        self.began = now.up;
        self.marks = marks;
        let mut befores = Befores::new();
        for (key, place) in places {
            befores.entry(key.cue).or_default().insert(key.trigger, Before::Place(*place));
        }
        // A show that begins at 20:00 sharp has its cron of 20:00.
        let just_before = now.wall.saturating_sub(SignedDuration::from_nanos(1));
        self.follow(cues, befores, just_before.unwrap_or(now.wall), now);
        if let (Air::On, Some(started)) = (self.air, self.broadcast) {
            self.join(started, now);
        }
    }

    fn edit(&mut self, cues: &[CuePlan], now: Now) {
        let place = self.outputs.len();
        let mut before = std::mem::take(&mut self.cues);
        let slots = std::mem::take(&mut before.slots);
        self.follow(cues, befores_of(slots), now.wall, now);
        self.outputs.insert(place, Output::Edited(self.cues.edited(&before, cues)));
    }

    /// Another generation takes over; a new cron counts what comes after `cron_since`.
    fn follow(&mut self, cues: &[CuePlan], befores: Befores, cron_since: Timestamp, now: Now) {
        let mut gone: BTreeSet<PlaceKey> = befores
            .iter()
            .flat_map(|(cue, triggers)| {
                triggers.keys().map(|n| PlaceKey { cue: cue.clone(), trigger: *n })
            })
            .collect();
        let making =
            Making { zone: &self.zone, seed: self.seed, now, began: self.began, cron_since };
        let Followed { cues, kept } = Cues::follow(cues, befores, &making);
        self.cues = cues;
        for (number, slot) in self.cues.slots.iter_mut().enumerate() {
            if kept.contains(&number) {
                gone.remove(&slot.key);
                continue;
            }
            slot.timer.written(self.air, self.broadcast, now);
            if let Some(place) = slot.timer.place(&slot.spec, now) {
                gone.remove(&slot.key);
                self.outputs
                    .push_back(Output::Change(Change::Place(slot.key.clone(), Some(place))));
            }
        }
        let forget = |key| Output::Change(Change::Place(key, None));
        self.outputs.extend(gone.into_iter().map(forget));
        self.queue.clear_timers();
        self.queue_all(now);
    }

    fn on_air(&mut self, started: Timestamp, now: Now) {
        if self.air == Air::On && self.broadcast == Some(started) {
            return;
        }
        self.air = Air::On;
        self.broadcast = Some(started);
        if self.skipped_off_air > 0 {
            let count = Some(std::mem::take(&mut self.skipped_off_air));
            self.outputs.push_back(Output::Skipped { why: Skipped::OffAir, count });
        }
        self.join(started, now);
    }

    /// Tells all timers of the broadcast.
    fn join(&mut self, started: Timestamp, now: Now) {
        for number in 0..self.cues.slots.len() {
            if self.cues.slots[number].timer.on_air(started, now) {
                self.keep_place(number, now);
            }
        }
        self.queue_all(now);
    }

    fn off_air(&mut self, now: Now) {
        if self.air != Air::Off {
            self.air = Air::Off;
            self.queue_all(now);
        }
    }

    fn mark(&mut self, cue: CueKey, mark: CueMark) {
        let Some(written) = self.cues.get(&cue) else { return };
        if self.standing_of(&cue, written) == Standing::Cancelled {
            return;
        }
        if mark == CueMark::Cancelled {
            for number in written.slots.clone() {
                self.queue.set(Entry::Timer(number), None);
            }
        }
        self.outputs.push_back(Output::Change(Change::Mark(cue.clone(), Some(mark))));
        self.marks.insert(cue, mark);
    }

    fn wall_jumped(&mut self, now: Now) {
        for number in 0..self.cues.slots.len() {
            self.cues.slots[number].timer.wall_jumped(now);
            self.keep_place(number, now);
        }
        self.queue_all(now);
    }

    pub(super) fn queue_all(&mut self, now: Now) {
        for number in 0..self.cues.slots.len() {
            self.queue_timer(number, now);
        }
    }

    fn queue_timer(&mut self, number: usize, now: Now) {
        let slot = &self.cues.slots[number];
        let cancelled = self.marks.get(&slot.key.cue) == Some(&CueMark::Cancelled);
        let stands = self.hold.is_some() && slot.timer.stands_still();
        let due = slot.timer.due(self.air, now).filter(|_| !cancelled && !stands);
        self.queue.set(Entry::Timer(number), due);
    }

    pub(super) fn keep_place(&mut self, number: usize, now: Now) {
        let slot = &self.cues.slots[number];
        if let Some(place) = slot.timer.place(&slot.spec, now) {
            let change = Change::Place(slot.key.clone(), Some(place));
            self.outputs.push_back(Output::Change(change));
        }
    }

    fn drain(&mut self, now: Now) {
        let mut late = 0;
        while let Some((due, entry)) = self.queue.pop(now.up) {
            match entry {
                Entry::Timer(number) => late += self.take(number, now),
                Entry::After(id) => self.fire_after(id, due, now),
            }
        }
        if late > 0 {
            self.outputs.push_back(Output::Skipped { why: Skipped::Late, count: Some(late) });
        }
    }

    fn fire_after(&mut self, id: AfterId, due: SignedDuration, now: Now) {
        let late = now.up - due;
        self.outputs.push_back(Output::FireAfter { id, due: now.wall_at(due), late });
    }

    /// A timer's time has come. Says how many fires were skipped for being late.
    fn take(&mut self, number: usize, now: Now) -> u64 {
        let armed = self.is_armed(&self.cues.slots[number].key.cue);
        let slot = &mut self.cues.slots[number];
        let cue = slot.key.cue.clone();
        let held = self.hold.is_some();
        let verdict = slot.timer.take(Scene { now, air: self.air, armed, held });
        let (keep_silence, only) = (slot.timer.keeps_silence(), slot.timer.is_once());
        self.queue_timer(number, now);
        let mut skipped_late = 0;
        match verdict {
            Verdict::Fire { due, late } => {
                self.keep_place(number, now);
                self.outputs.push_back(Output::Fire { cue, due, late });
            }
            Verdict::Missed { due, late, count } => {
                self.keep_place(number, now);
                self.outputs.push_back(Output::Missed { cue, due, late, count });
            }
            Verdict::SkippedOffAir { count } => {
                if keep_silence {
                    self.keep_place(number, now);
                }
                self.count_off_air(count);
            }
            Verdict::SkippedLate { count } => skipped_late = count,
            Verdict::SkippedHeld { count } => {
                if keep_silence {
                    self.keep_place(number, now);
                }
                self.outputs.push_back(Output::SkippedHeld { cue, count, only });
            }
            Verdict::Silent if keep_silence => self.keep_place(number, now),
            Verdict::Silent | Verdict::Wait => {}
        }
        skipped_late
    }

    fn count_off_air(&mut self, count: u64) {
        if self.skipped_off_air == 0 {
            self.outputs.push_back(Output::Skipped { why: Skipped::OffAir, count: None });
        }
        self.skipped_off_air += count;
    }
}
