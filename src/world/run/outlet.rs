//! Where events go: the screen, the journal, and the count of how things stand.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use jiff::SignedDuration;

use crate::model::event::{Event, Started, What};
use crate::model::lease::LeaseTurn;
use crate::model::time::Now;
use crate::model::zone::Zone;
use crate::show::channel::ChannelStatus;
use crate::world::journal::Journal;
use crate::world::measures::Measures;
use crate::world::report::head::{Head, state_line};
use crate::world::report::names::{Named, Names};
use crate::world::report::plain::Look;
use crate::world::report::{Mode, Reporter};

use super::error::RunError;
use super::feed::Feed;
use super::options::{Options, Output, ShowOptions};
use super::tally::Tally;

/// Where events go.
pub(super) struct Outlet {
    reporter: Reporter,
    names: Names,
    /// Whether shows may come and go, each with a zone and a state of its own.
    is_plan: bool,
    journal: OnceLock<Journal>,
    feed: Arc<Feed>,
    measures: Arc<Measures>,
    inner: Mutex<Inner>,
}

struct Inner {
    tally: Tally,
    /// The first screen, until a script says which zone it is in, and what came before that.
    head: Option<(Head, Vec<Event>)>,
}

impl Outlet {
    /// Begins to show events; the head comes with the first show that begins.
    pub(super) fn start(options: &Options, head: Head) -> Result<Self, RunError> {
        let names = Names::default();
        let look = Look {
            zone: options.zone.clone().unwrap_or(Zone::UTC),
            // Each show has its own; a plan is named as it was typed.
            folder: String::new(),
            names: names.clone(),
        };
        let mode = match options.output {
            Output::Plain => Mode::Plain(look),
            Output::Json => Mode::Json,
            Output::Quiet => Mode::Quiet(look),
        };
        let reporter = Reporter::start(mode)
            .map_err(|source| RunError::System { doing: "start the report", source })?;
        let inner = Inner { tally: Tally::default(), head: Some((head, Vec::new())) };
        let is_plan = options.bill.plan().is_some();
        let (measures, inner) = (Arc::new(Measures::new(0)), Mutex::new(inner));
        let (journal, feed) = (OnceLock::new(), Arc::default());
        Ok(Self { reporter, names, is_plan, journal, feed, measures, inner })
    }

    /// A show is about to begin: what it is called where several play.
    pub(super) fn introduce(&self, show: &ShowOptions, several: bool) {
        let folder = show.script.parent().map(|folder| folder.display().to_string().into());
        let (id, channel) = (show.id(), show.channel.id());
        let label = match (self.is_plan, several) {
            (true, _) => format!("{} {channel}", id.script),
            (false, true) => channel.to_owned(),
            (false, false) => String::new(),
        };
        self.names.add(id, Named { label, folder });
    }

    /// From now on events are journaled too; those that came before are made up for.
    pub(super) fn set_journal(&self, journal: Journal) {
        if let Some((_, before)) = &self.lock().head {
            for event in before {
                journal.record(event);
            }
        }
        self.measures.set_journal_lost(journal.lost());
        // A run opens one journal.
        drop(self.journal.set(journal));
    }

    /// The seed, for the first screen.
    pub(super) fn set_seed(&self, seed: u64) {
        if let Some((head, _)) = &mut self.lock().head {
            // Where a show begins later, it is that of the first one.
            if !head.parts.iter().any(|part| part.starts_with("seed ")) {
                head.parts.push(format!("seed {seed}"));
            }
        }
    }

    /// What is measured of the run.
    pub(super) fn measures(&self) -> &Arc<Measures> {
        &self.measures
    }

    /// Something happened.
    pub(super) fn event(&self, event: &Event) {
        if let Some(journal) = self.journal.get() {
            journal.record(event);
        }
        self.feed.event(event);
        self.measures.count(event);
        let mut inner = self.lock();
        inner.tally.count(event);
        if let What::Started(started) = &event.what {
            self.begin(&mut inner, Some((started, event)));
        } else if matches!(&event.what, What::ScriptError(_))
            || matches!(&event.what, What::Lease(told) if told.turn == LeaseTurn::Following)
        {
            self.begin(&mut inner, None);
        }
        match &mut inner.head {
            Some((_, before)) => before.push(event.clone()),
            None => self.reporter.event(event),
        }
    }

    /// Shows the head and what waited for it.
    fn begin(&self, inner: &mut Inner, first: Option<(&Started, &Event)>) {
        let Some((mut head, before)) = inner.head.take() else { return };
        if let Some((started, event)) = first.filter(|_| !self.is_plan) {
            head.zone = Some(started.zone.clone());
            let zone = started.zone.parse().unwrap_or(Zone::UTC);
            head.state = started.state.as_ref().map(|state| state_line(state, &zone, event.at));
        }
        self.reporter.head(head);
        for event in &before {
            self.reporter.event(event);
        }
    }

    /// The last events, for the desk.
    pub(super) fn feed(&self) -> Arc<Feed> {
        Arc::clone(&self.feed)
    }

    /// Something around the shows is not as it should be.
    pub(super) fn warn(&self, now: Now, message: String) {
        self.event(&Event { at: now.wall, what: What::Warning { message }, show: None });
    }

    /// Draws the moving last line anew.
    pub(super) fn status(
        &self,
        next: Option<(String, SignedDuration)>,
        channels: &[ChannelStatus],
    ) {
        let inner = self.lock();
        if inner.head.is_none() {
            self.reporter.status(inner.tally.line(next, channels));
        }
    }

    /// It may take a while until the first show begins: the first screen does not wait for it.
    pub(super) fn show_head(&self) {
        self.begin(&mut self.lock(), None);
    }

    /// The run does not begin: what waited for the first screen is shown without it.
    pub(super) fn give_up(&self) {
        let held = self.lock().head.take();
        for event in held.iter().flat_map(|(_, before)| before) {
            self.reporter.event(event);
        }
        self.close();
    }

    /// Writes and shows what waits, within bounds.
    pub(super) fn close(&self) {
        self.begin(&mut self.lock(), None);
        if let Some(journal) = self.journal.get() {
            journal.close();
        }
        self.reporter.close();
    }

    /// Whether the moving last line can be seen.
    pub(super) fn has_status(options: &Options) -> bool {
        options.output == Output::Plain && std::io::stdout().is_terminal()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics while telling an event")
    }
}
