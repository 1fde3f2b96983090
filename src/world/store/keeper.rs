//! What becomes of a store that cannot be written: the show goes on, says so once, keeps what it
//! would have written, and writes it as soon as it can.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::SignedDuration;

use super::{Step, Store, StoreError};
use crate::model::channel::ShowId;
use crate::model::limits::STEPS_HELD_MAX;
use crate::model::saved::{Change, Saved};
use crate::world::clock::Clock;

/// What a person should hear of the store, once each time it turns.
#[derive(Debug)]
pub enum Trouble {
    /// It cannot be written: from now on steps are kept in memory only.
    Began(StoreError),
    /// It can be written again, and everything kept meanwhile is.
    Ended,
}

/// Where a step was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// In the store: it survives the process.
    InStore,
    /// In memory, until the store can be written again.
    InMemory,
}

/// A store that never fails a show. Callable from any thread.
pub struct Keeper {
    store: Arc<dyn Store>,
    say: Box<dyn Fn(Trouble) + Send + Sync>,
    clock: Clock,
    try_again: SignedDuration,
    images: Mutex<Images>,
}

#[derive(Default)]
struct Images {
    shows: BTreeMap<ShowId, Box<Image>>,
    /// Steps that go into the store with the next one that must. Bounded by `STEPS_HELD_MAX`.
    held: Vec<(ShowId, Vec<Change>)>,
    failing: bool,
    /// While it fails: when it is tried again. A store that is slow to refuse holds up nobody.
    try_again_at: SignedDuration,
}

/// What a show keeps as it should be. Bounded by what the show keeps, however long the store fails.
struct Image {
    saved: Saved,
    unwritten: bool,
}

impl Keeper {
    /// A keeper in front of `store`; `say` is called when writing begins to fail and when it works
    /// again, and must not call the keeper. While writing fails it is tried every `try_again`.
    pub fn new(
        store: Arc<dyn Store>,
        try_again: SignedDuration,
        say: impl Fn(Trouble) + Send + Sync + 'static,
    ) -> Self {
        let (say, clock) = (Box::new(say), Clock::start());
        Self { store, say, clock, try_again, images: Mutex::default() }
    }

    /// What the show kept. An error leaves the decision to the caller; a show that begins in spite
    /// of it begins empty, and its first commit replaces what was there.
    pub fn load(&self, show: &ShowId) -> Result<Saved, StoreError> {
        if let Some(image) = self.lock().shows.get(show).filter(|image| image.unwritten) {
            // An earlier run of it in this process, which the store does not know yet.
            return Ok(image.saved.clone());
        }
        let loaded = self.store.load(show);
        let image = match &loaded {
            Ok(saved) => Image { saved: saved.clone(), unwritten: false },
            Err(_) => Image { saved: Saved::default(), unwritten: true },
        };
        self.lock().shows.insert(show.clone(), Box::new(image));
        loaded
    }

    /// What a show that plays keeps by now; none of one that does not play here.
    pub fn kept(&self, show: &ShowId) -> Option<Saved> {
        self.lock().shows.get(show).map(|image| image.saved.clone())
    }

    /// Writes all that is held, and forgets a show that is over unless the store could not be
    /// written: what it keeps is read anew when it begins again.
    pub fn let_go(&self, show: &ShowId) {
        self.flush();
        let mut images = self.lock();
        if images.shows.get(show).is_some_and(|image| !image.unwritten) {
            images.shows.remove(show);
        }
    }

    /// Keeps the changes of one step, and all that is held, in the store if it can be written, else
    /// in memory. The show must have been loaded.
    pub fn commit(&self, show: &ShowId, changes: Vec<Change>) -> Written {
        let mut images = self.lock();
        images.hold(show, changes);
        self.write_held(&mut images)
    }

    /// Holds the changes of one step in memory: they go into the store before, and together with,
    /// the next ones that are committed, whosever those are.
    pub fn hold(&self, show: &ShowId, changes: Vec<Change>) {
        let mut images = self.lock();
        images.hold(show, changes);
        if images.held.len() >= STEPS_HELD_MAX {
            self.write_held(&mut images);
        }
    }

    /// Keeps all that is held.
    pub fn flush(&self) {
        let mut images = self.lock();
        if !images.held.is_empty() {
            self.write_held(&mut images);
        }
    }

    /// Forgets a show that another runner plays: nothing of it is written any more.
    pub fn forget(&self, show: &ShowId) {
        let mut images = self.lock();
        images.shows.remove(show);
        images.held.retain(|(of, _)| of != show);
    }

    /// The store may have lost what it had of a show: the next commit of it writes everything.
    pub fn rewrite(&self, show: &ShowId) {
        if let Some(image) = self.lock().shows.get_mut(show) {
            image.unwritten = true;
        }
    }

    /// Whether the store has everything of a show but what is held for the next commit.
    pub fn is_kept(&self, show: &ShowId) -> bool {
        self.lock().shows.get(show).is_some_and(|image| !image.unwritten)
    }

    fn write_held(&self, images: &mut Images) -> Written {
        let steps = std::mem::take(&mut images.held);
        if images.failing && self.clock.up() < images.try_again_at {
            images.set_unwritten(&steps, true);
            return Written::InMemory;
        }
        let written = self.write(images, &steps);
        images.set_unwritten(&steps, written.is_err());
        self.judge(images, written)
    }

    fn write(&self, images: &Images, steps: &[(ShowId, Vec<Change>)]) -> Result<(), StoreError> {
        let mut known = Vec::with_capacity(steps.len());
        let mut replaced = BTreeSet::new();
        for (show, changes) in steps {
            match images.shows.get(show) {
                Some(image) if image.unwritten => {
                    if replaced.insert(show) {
                        self.store.replace(show, &image.saved)?;
                    }
                }
                _ => known.push(Step { show, changes }),
            }
        }
        if known.is_empty() { Ok(()) } else { self.store.commit_all(&known) }
    }

    fn judge(&self, images: &mut Images, written: Result<(), StoreError>) -> Written {
        let place = if written.is_ok() { Written::InStore } else { Written::InMemory };
        match written.and_then(|()| self.catch_up(images)) {
            Ok(()) => {
                if std::mem::take(&mut images.failing) {
                    (self.say)(Trouble::Ended);
                }
            }
            // Whoever gives out leases tells of it.
            Err(StoreError::Fenced { .. }) => {}
            Err(error) => {
                images.try_again_at = self.clock.up() + self.try_again;
                if !std::mem::replace(&mut images.failing, true) {
                    (self.say)(Trouble::Began(error));
                }
            }
        }
        place
    }

    /// Writes what other shows could not write: one that rests would else wait for its next step.
    fn catch_up(&self, images: &mut Images) -> Result<(), StoreError> {
        if !images.failing {
            return Ok(());
        }
        for (show, image) in images.shows.iter_mut().filter(|(_, image)| image.unwritten) {
            self.store.replace(show, &image.saved)?;
            image.unwritten = false;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Images> {
        self.images.lock().expect("nobody panics while holding the images")
    }
}

impl Images {
    fn hold(&mut self, show: &ShowId, changes: Vec<Change>) {
        // One that another runner plays now.
        let Some(image) = self.shows.get_mut(show) else { return };
        for change in &changes {
            image.saved.apply(change.clone());
        }
        self.held.push((show.clone(), changes));
    }

    fn set_unwritten(&mut self, steps: &[(ShowId, Vec<Change>)], unwritten: bool) {
        for (show, _) in steps {
            if let Some(image) = self.shows.get_mut(show) {
                image.unwritten = unwritten;
            }
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // After a panic under the lock the process is on its way out: it is not to be aborted.
        if !self.images.is_poisoned() {
            self.flush();
        }
    }
}
