//! A plan that was saved: what is new in it begins, what is gone ends, what is changed begins anew,
//! and all else goes on as if nothing had happened.

use std::collections::BTreeMap;

use crate::model::channel::ShowId;
use crate::model::event::{Event, PlanChanged, What};
use crate::world::plan;

use super::company::{Act, Company, Over};
use super::options::ShowOptions;

impl Company {
    /// A show is over while others go on; what is to follow it begins.
    pub(super) async fn take_over(&mut self, over: Over) {
        let (show, is_lost) = (over.show.clone(), over.is_lost);
        let then = self.over(over);
        self.forget(&show);
        if !is_lost && then.is_none() {
            self.hands.standby.iter().for_each(|standby| standby.release(&show));
        }
        if let Some(then) = then {
            self.begin_all(vec![then]).await;
        }
    }

    /// Reads the plan anew and does what it says; one that cannot be read changes nothing.
    pub(super) async fn follow_plan(&mut self) {
        let Some(plan) = self.casting.options().bill.plan().map(ToOwned::to_owned) else { return };
        match plan::read(&plan) {
            Ok(shows) => {
                let (changed, new) = self.compare(shows, &plan.display().to_string());
                if changed.is_nothing() {
                    return;
                }
                self.tell(What::PlanChanged(Box::new(changed)));
                self.begin_all(new).await;
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
        let mut new = Vec::new();
        let mut wanted: BTreeMap<ShowId, (usize, ShowOptions)> = BTreeMap::new();
        for (place, show) in shows.into_iter().enumerate() {
            wanted.insert(show.id(), (place, show));
        }
        self.failed.retain(|show| wanted.contains_key(show));
        self.publish();
        let playing: Vec<ShowId> = self.parts.keys().cloned().collect();
        for id in playing.iter().filter(|id| !wanted.contains_key(*id)) {
            if self.part_with(id, None) {
                changed.removed.push(id.to_string());
            }
        }
        for (id, (place, show)) in wanted {
            match self.parts.get_mut(&id) {
                None => {
                    changed.added.push(id.to_string());
                    new.push((place, show));
                }
                Some(part) if part.is_as(&show) => {
                    part.place = place;
                    changed.kept += 1;
                }
                Some(part) => {
                    part.place = place;
                    let was_wanted = !matches!(part.act, Act::Ending(None));
                    let of = if was_wanted { &mut changed.changed } else { &mut changed.added };
                    of.push(id.to_string());
                    if matches!(part.act, Act::Waiting(_)) {
                        self.part_with(&id, None);
                        new.push((place, show));
                    } else {
                        self.part_with(&id, Some(Box::new(show)));
                    }
                }
            }
        }
        self.publish();
        (changed, new)
    }

    /// Sets shows up and lets them begin; of those that cannot it is said why.
    async fn begin_all(&mut self, shows: Vec<(usize, ShowOptions)>) {
        let (cast, failed) = self.cast(shows).await;
        self.admit(cast);
        // What keeps one from beginning often keeps others, too.
        let mut by_reason: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (show, error) in failed {
            by_reason.entry(error.to_string()).or_default().push(show.id().to_string());
        }
        for (reason, shows) in by_reason {
            let (first, more) = (shows.first().cloned().unwrap_or_default(), shows.len() - 1);
            let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
            self.tell(What::Warning { message: format!("{first}{more} cannot begin: {reason}") });
        }
    }

    fn tell(&self, what: What) {
        let at = self.hands.clock.now().wall;
        self.hands.outlet.event(&Event { at, what, show: None });
    }
}
