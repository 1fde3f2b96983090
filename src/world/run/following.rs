//! A plan that was saved: what is new in it begins, what is gone ends, what is changed begins anew
//! as soon as it can, and all else goes on as if nothing had happened.

use std::collections::BTreeMap;

use crate::model::channel::ShowId;
use crate::model::event::{PlanChanged, What};
use crate::world::plan;

use super::company::{Company, Over};
use super::options::ShowOptions;
use super::part::Act;

impl Company {
    /// A show is over while others go on; what is to follow it begins.
    pub(super) fn take_over(&mut self, over: Over) {
        let (show, is_lost) = (over.show.clone(), over.is_lost);
        let then = self.over(over);
        self.forget(&show);
        if then.is_none() && !self.again.has(&show) {
            self.hands.voting.release(&show);
        }
        if is_lost || then.is_none() {
            self.hands.proving.iter().for_each(|proving| proving.leave(&show));
        }
        if !is_lost && then.is_none() {
            self.hands.standby.iter().for_each(|standby| standby.release(&show));
        }
        self.begin_all(then.into_iter().collect());
        // What was saved since it was read counts, too.
        self.try_mended();
    }

    /// Reads the plan anew and does what it says; one that cannot be read changes nothing.
    pub(super) fn follow_plan(&mut self) {
        let Some(plan) = self.casting.options().bill.plan().map(ToOwned::to_owned) else { return };
        match plan::read(&plan) {
            Ok(shows) => {
                let (changed, new) = self.compare(shows, &plan.display().to_string());
                if changed.is_nothing() {
                    return;
                }
                self.tell(What::PlanChanged(Box::new(changed)));
                self.begin_all(new);
            }
            Err(error) => {
                for mistake in error.mistakes {
                    self.tell(What::PlanRefused(Box::new(mistake)));
                }
            }
        }
    }

    /// Ends what is not wanted any more. What came of it, and the shows that can begin at once.
    fn compare(
        &mut self,
        shows: Vec<ShowOptions>,
        file: &str,
    ) -> (PlanChanged, Vec<(usize, ShowOptions)>) {
        let mut changed = PlanChanged { file: file.to_owned(), ..PlanChanged::default() };
        let (mut new, up) = (Vec::new(), self.hands.clock.up());
        let mut wanted: BTreeMap<ShowId, (usize, ShowOptions)> = BTreeMap::new();
        for (place, show) in shows.into_iter().enumerate() {
            wanted.insert(show.id(), (place, show));
        }
        self.failed.retain(|show| wanted.contains_key(show));
        let unwanted = self.forget_unwanted(&wanted.keys().collect());
        changed.removed.extend(unwanted.iter().map(ToString::to_string));
        self.publish();
        let playing: Vec<ShowId> = self.parts.keys().cloned().collect();
        for id in playing.iter().filter(|id| !wanted.contains_key(*id)) {
            if self.part_with(id, None) {
                // One that only changes begins in the panic that it waits with.
                self.hands.shows.wait_no_more(id);
                changed.removed.push(id.to_string());
            }
        }
        for (id, (place, show)) in wanted {
            match self.parts.get_mut(&id) {
                None => match self.again.planned((place, &show), up) {
                    Some(true) => changed.kept += 1,
                    other => {
                        let is_known = other.is_some();
                        let of = if is_known { &mut changed.changed } else { &mut changed.added };
                        of.push(id.to_string());
                        new.push((place, show));
                    }
                },
                Some(part) if part.is_as(&show) => {
                    part.place = place;
                    changed.kept += 1;
                }
                Some(part) => {
                    part.place = place;
                    self.replan((place, show), &mut changed, &mut new);
                }
            }
        }
        self.publish();
        (changed, new)
    }

    /// What becomes of a show of the company that the plan wants otherwise.
    fn replan(
        &mut self,
        (place, show): (usize, ShowOptions),
        changed: &mut PlanChanged,
        new: &mut Vec<(usize, ShowOptions)>,
    ) {
        let id = show.id();
        let Some(part) = self.parts.get(&id) else { return };
        let of = match part.act {
            Act::Playing | Act::Changing(_) => {
                if self.change(&id, show) {
                    &mut changed.changed
                } else {
                    &mut changed.stays
                }
            }
            Act::Waiting(_) => {
                self.part_with(&id, None);
                new.push((place, show));
                &mut changed.changed
            }
            Act::Ending(ref then) => {
                let was_wanted = then.is_some();
                self.part_with(&id, Some(Box::new(show)));
                if was_wanted { &mut changed.changed } else { &mut changed.added }
            }
        };
        of.push(id.to_string());
    }
}
