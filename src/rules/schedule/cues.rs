//! The cues of one generation with their timers, and how one generation follows another.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::io::Edited;
use super::timer::{Making, Timer};
use crate::model::cue::{CueKey, CuePlan};
use crate::model::saved::{Place, PlaceKey};

/// One generation's cues.
#[derive(Debug, Clone, Default)]
pub(super) struct Cues {
    /// In the order of their keys.
    by_key: Vec<(CueKey, Cue)>,
    /// The timers of all cues, in the order written.
    pub(super) slots: Vec<Slot>,
}

/// A cue as its script wrote it.
#[derive(Debug, Clone)]
pub(super) struct Cue {
    /// Its script says that it begins disarmed.
    pub(super) disarmed: bool,
    /// Its triggers as written, those that time does not make fire included.
    specs: Vec<String>,
    /// Its timers.
    pub(super) slots: Range<usize>,
}

/// One timer and what it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) key: PlaceKey,
    pub(super) spec: String,
    pub(super) timer: Timer,
}

/// What a new timer goes on from.
#[derive(Debug, Clone)]
pub(super) enum Before {
    /// The timer of the generation before.
    Slot(Box<Slot>),
    /// What a crash left.
    Place(Place),
}

/// What new timers go on from, by cue and trigger.
pub(super) type Befores = BTreeMap<CueKey, BTreeMap<usize, Before>>;

/// A new generation and what it came to.
pub(super) struct Followed {
    pub(super) cues: Cues,
    /// The timers taken over as they are and where they are, by number.
    pub(super) kept: BTreeSet<usize>,
}

impl Before {
    fn spec(&self) -> &str {
        match self {
            Self::Slot(slot) => &slot.spec,
            Self::Place(place) => &place.spec,
        }
    }
}

impl Cues {
    /// The generation of `plans`, each timer going on from what was before.
    pub(super) fn follow(plans: &[CuePlan], mut befores: Befores, making: &Making<'_>) -> Followed {
        let mut followed = Followed { cues: Self::default(), kept: BTreeSet::new() };
        for plan in plans {
            let specs: Vec<String> = plan.triggers.iter().map(ToString::to_string).collect();
            let mut before = pair(&specs, befores.remove(&plan.key).unwrap_or_default());
            let from = followed.cues.slots.len();
            for (trigger, (written, spec)) in plan.triggers.iter().zip(&specs).enumerate() {
                let key = PlaceKey { cue: plan.key.clone(), trigger };
                if let Some(timer) = Timer::new(written, &key, making) {
                    let before = before.remove(&trigger);
                    followed.add(Slot { key, spec: spec.clone(), timer }, before, making);
                }
            }
            let slots = from..followed.cues.slots.len();
            let cue = Cue { disarmed: plan.options.disarmed, specs, slots };
            followed.cues.by_key.push((plan.key.clone(), cue));
        }
        followed.cues.by_key.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        followed.cues.by_key.shrink_to_fit();
        followed.cues.slots.shrink_to_fit();
        followed
    }

    /// A cue of this generation.
    pub(super) fn get(&self, key: &CueKey) -> Option<&Cue> {
        let at = self.by_key.binary_search_by(|(of, _)| of.cmp(key)).ok()?;
        self.by_key.get(at).map(|(_, cue)| cue)
    }

    /// What this generation changes of the cues `before`; `order`: its cues as written.
    pub(super) fn edited(&self, before: &Self, order: &[CuePlan]) -> Edited {
        let mut edited = Edited::default();
        for plan in order {
            match (before.get(&plan.key), self.get(&plan.key)) {
                (Some(old), Some(new)) if old.specs == new.specs => edited.kept += 1,
                (Some(_), _) => edited.changed.push(plan.key.clone()),
                (None, _) => edited.added.push(plan.key.clone()),
            }
        }
        let keys = before.by_key.iter().map(|(key, _)| key);
        edited.removed = keys.filter(|key| self.get(key).is_none()).cloned().collect();
        edited
    }
}

impl Followed {
    fn add(&mut self, mut slot: Slot, before: Option<Before>, making: &Making<'_>) {
        match before {
            Some(Before::Slot(old))
                if old.spec == slot.spec && old.timer.has_zone_of(&slot.timer) =>
            {
                slot.timer = old.timer;
                if old.key == slot.key {
                    self.kept.insert(self.cues.slots.len());
                }
            }
            Some(Before::Slot(old)) => {
                if let Some(place) = old.timer.place(&old.spec, making.now) {
                    slot.timer = slot.timer.restored(&place, false, making.now);
                }
            }
            Some(Before::Place(place)) => {
                let same = place.spec == slot.spec;
                slot.timer = slot.timer.restored(&place, same, making.now);
            }
            None => {}
        }
        self.cues.slots.push(slot);
    }
}

/// What the next generation's timers go on from.
pub(super) fn befores_of(slots: Vec<Slot>) -> Befores {
    let mut befores = Befores::new();
    for slot in slots {
        let (cue, trigger) = (slot.key.cue.clone(), slot.key.trigger);
        befores.entry(cue).or_default().insert(trigger, Before::Slot(Box::new(slot)));
    }
    befores
}

/// What each new trigger of a cue goes on from, of the triggers before.
fn pair(specs: &[String], mut befores: BTreeMap<usize, Before>) -> BTreeMap<usize, Before> {
    let mut paired = BTreeMap::new();
    for likeness in [Likeness::Same, Likeness::Moved, Likeness::Changed] {
        for (n, spec) in specs.iter().enumerate() {
            if !paired.contains_key(&n)
                && let Some(old) = likeness.find(n, spec, &befores)
                && let Some(before) = befores.remove(&old)
            {
                paired.insert(n, before);
            }
        }
    }
    paired
}

/// How like a trigger before is to a new one, the likest first.
#[derive(Debug, Clone, Copy)]
enum Likeness {
    /// The same one in the same place.
    Same,
    /// The same one in another place.
    Moved,
    /// Another one in the same place.
    Changed,
}

impl Likeness {
    /// The trigger before that is so like trigger `n` of a cue.
    fn find(self, n: usize, spec: &str, befores: &BTreeMap<usize, Before>) -> Option<usize> {
        let is_spec = |before: &Before| before.spec() == spec;
        match self {
            Self::Same => befores.get(&n).is_some_and(is_spec).then_some(n),
            Self::Moved => befores.iter().find(|(_, before)| is_spec(before)).map(|(old, _)| *old),
            Self::Changed => befores.contains_key(&n).then_some(n),
        }
    }
}
