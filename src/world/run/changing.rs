//! A change of the plan for a show on air. The show is parted with only when it is known that it
//! can begin as it is wanted now: until then it goes on as it was, and what keeps it so is said.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::spawn_blocking;

use crate::model::channel::ShowId;
use crate::model::event::{Event, What};
use crate::model::fetch::Answers;
use crate::model::file::{FileAnswer, FileKind, FileRef};
use crate::model::limits::{CHANGE_LOOKS_AT_ONCE, POOL_STACK_BYTES};
use crate::show::ShowSetup;
use crate::show::evening::Library;
use crate::show::look::{Subject, look};
use crate::world::files::Folders;
use crate::world::report::mistake;
use crate::world::thread::{give_way, on_stack};

use super::company::Company;
use super::hands::{Hands, Watched};
use super::options::ShowOptions;
use super::part::Act;

/// What the plan wants of a show that plays as it was.
pub(super) struct Change {
    pub(super) options: ShowOptions,
    /// What keeps it from being done, as it was said last; empty before anything was.
    said: String,
    look: Look,
}

/// How a change is looked at: once at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Not now.
    Done,
    /// It is.
    UnderWay,
    /// It is, and something was saved since: it is looked at once more.
    Outdated,
}

impl Change {
    pub(super) fn to(options: ShowOptions) -> Self {
        Self { options, said: String::new(), look: Look::Done }
    }
}

/// What a look at a show came to, as the plan wants it.
pub(super) struct Looked {
    show: ShowId,
    options: ShowOptions,
    /// Why it could not begin.
    outcome: Result<(), String>,
}

/// Looks at scripts, a few at a time.
pub(super) struct Looks {
    turns: Arc<Semaphore>,
    /// One for each change of a show's place in the plan: they are heard at once.
    looked: UnboundedSender<Looked>,
}

impl Looks {
    /// `looked` is told what each came to.
    pub(super) fn new(looked: UnboundedSender<Looked>) -> Self {
        Self { turns: Arc::new(Semaphore::new(CHANGE_LOOKS_AT_ONCE)), looked }
    }

    /// Looks whether a show could begin so, on a thread of its own.
    fn look(&self, options: ShowOptions, eye: Eye) {
        let (turns, looked) = (Arc::clone(&self.turns), self.looked.clone());
        tokio::spawn(async move {
            let Ok(_turn) = turns.acquire().await else { return };
            let show = options.id();
            let outcome = spawn_blocking(move || eye.look()).await;
            let outcome = outcome.unwrap_or_else(|error| Err(error.to_string()));
            // The run may have ended.
            let _ = looked.send(Looked { show, options, outcome });
        });
    }
}

/// What a look needs.
struct Eye {
    hands: Arc<Hands>,
    setup: ShowSetup,
    folders: Arc<Folders>,
    now: Timestamp,
}

impl Eye {
    /// Why the show could not begin. Everything is watched, then read: no save falls between.
    fn look(self) -> Result<(), String> {
        let name = "look";
        let looked = on_stack(name, POOL_STACK_BYTES, || {
            give_way();
            self.mistakes()
        });
        looked.unwrap_or_else(|it| Err(it.to_string()))
    }

    fn mistakes(&self) -> Result<(), String> {
        let token = Watched::Change(self.setup.script.id.clone(), None);
        let places = [self.folders.script().to_owned()];
        self.hands.watcher.watch(&token, FileKind::Script, &places);
        let text = match self.folders.read_script() {
            FileAnswer::Text(text) => text,
            FileAnswer::Problem(problem) => return Err(problem),
        };
        let (setup, answers) = (&self.setup, &Answers::default());
        let saved = &self.hands.keeper.kept(&setup.script.id).unwrap_or_default();
        let subject = Subject { setup, text: &text, start: self.now, answers, saved };
        match look(&subject, &mut Shelf(self)).version {
            Ok(_) => Ok(()),
            Err(mistakes) => Err(mistakes.iter().map(mistake).collect::<Vec<_>>().join("\n")),
        }
    }
}

/// The files of a show that is looked at.
struct Shelf<'a>(&'a Eye);

impl Library for Shelf<'_> {
    fn read(&mut self, file: &FileRef) -> FileAnswer {
        let Eye { hands, setup, folders, .. } = self.0;
        let token = Watched::Change(setup.script.id.clone(), Some(Box::new(file.clone())));
        hands.watcher.watch(&token, file.kind, &folders.places(file));
        folders.read(file)
    }
}

impl Company {
    /// The plan wants a show otherwise that plays, or whose change waits. Whether it is to change:
    /// it may be wanted again as it plays.
    pub(super) fn change(&mut self, show: &ShowId, options: ShowOptions) -> bool {
        let Some(part) = self.parts.get_mut(show) else { return false };
        let is_as_it_plays = part.options == options;
        part.act = if is_as_it_plays {
            Act::Playing
        } else {
            Act::Changing(Box::new(Change::to(options)))
        };
        self.unwatch_change(show);
        self.edits.take(show);
        self.look_again(show);
        !is_as_it_plays
    }

    /// Looks whether a show could begin as the plan wants it; of one that is not to change nothing.
    pub(super) fn look_again(&mut self, show: &ShowId) {
        let Some(part) = self.parts.get_mut(show) else { return };
        let Act::Changing(change) = &mut part.act else { return };
        if change.look != Look::Done {
            change.look = Look::Outdated;
            return;
        }
        change.look = Look::UnderWay;
        let (options, channel_name) = (change.options.clone(), part.channel_name.clone());
        match self.casting.source(&options) {
            Ok(source) => {
                let setup = self.casting.setup(&options, channel_name, None, &source);
                let (hands, folders) = (Arc::clone(&self.hands), source.folders);
                let now = hands.clock.now().wall;
                self.watched_changes.insert(show.clone());
                self.looks.look(options, Eye { hands, setup, folders, now });
            }
            Err(error) => {
                let outcome = Err(error.to_string());
                self.hear_look(Looked { show: show.clone(), options, outcome });
            }
        }
    }

    /// A look is through: the show begins anew, or goes on as it was and what is wrong is said.
    pub(super) fn hear_look(&mut self, looked: Looked) {
        let Looked { show, options, outcome } = looked;
        let Some(Act::Changing(change)) = self.parts.get_mut(&show).map(|part| &mut part.act)
        else {
            // Nothing waits any more for what it watched, unless the show is to begin when that is
            // mended.
            if !self.again.has(&show) {
                self.watched_changes.insert(show.clone());
                self.unwatch_change(&show);
            }
            return;
        };
        // Another look is under way where the plan was saved meanwhile.
        if change.options != options {
            return;
        }
        if std::mem::replace(&mut change.look, Look::Done) == Look::Outdated {
            return self.look_again(&show);
        }
        match outcome {
            Ok(()) => {
                self.unwatch_change(&show);
                self.part_with(&show, Some(Box::new(options)));
            }
            Err(why) if change.said == why => {}
            Err(why) => {
                let message = format!(
                    "what the plan changes of this show waits, for it could not begin so: {why}\n\
                     it goes on as it was, and changes when its script, or what it reads, is mended"
                );
                change.said = why;
                let (at, what) = (self.hands.clock.now().wall, What::Warning { message });
                self.hands.outlet.event(&Event { at, what, show: Some(show) });
            }
        }
    }

    /// No change of a show waits for its files any more.
    pub(super) fn unwatch_change(&mut self, show: &ShowId) {
        if self.watched_changes.remove(show) {
            self.hands.watcher.unwatch_all(|it| matches!(it, Watched::Change(of, _) if of == show));
        }
    }
}
