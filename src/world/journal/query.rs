//! What of a journal is wanted, and its lines as they come.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::reading::Lines;
use crate::model::channel::{ChannelArn, ShowId};
use crate::model::event::Line;
use crate::model::limits::{JOURNAL_FOLLOW_LAST, JOURNAL_FOLLOW_LOOK, JOURNAL_NAMED_MAX};
use crate::model::time::Span;
use crate::model::trigger::AtTime;
use crate::model::zone::Zone;
use crate::world::run::Signals;

/// From when on lines are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// So long ago: `10m`.
    Back(Span),
    /// `20:30` (the last one), `2026-11-22T20:30`, `2026-11-22T19:30:00Z`.
    At(AtTime),
}

impl Since {
    /// When that is, where clocks show the time of `zone`.
    pub fn instant(self, now: Timestamp, zone: &Zone) -> Timestamp {
        let local = |local: DateTime| {
            local.to_zoned(zone.rules().clone()).map_or(now, |local| local.timestamp())
        };
        match self {
            Self::Back(span) => now.saturating_sub(span.get()).unwrap_or(Timestamp::MIN),
            Self::At(AtTime::Instant(at)) => at,
            Self::At(AtTime::Local(at)) => local(at),
            Self::At(AtTime::OfDay(time)) => {
                let today = now.to_zoned(zone.rules().clone()).date();
                let at = local(today.to_datetime(time));
                let yesterday = || today.yesterday().map_or(at, |day| local(day.to_datetime(time)));
                if at > now { yesterday() } else { at }
            }
        }
    }
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // `20:45` is a time of day, though it could be read as a duration, too.
        let at = text.trim().parse().map(Self::At);
        at.or_else(|_| text.trim().parse().map(Self::Back)).map_err(|_| {
            format!(
                "`{text}` is no time, wanted one of day, a date and time, or how long ago\n\
                 hint: write `20:30`, `2026-12-31T20:30`, `2026-12-31T19:30:00Z` or `10m`"
            )
        })
    }
}

/// Which lines are wanted; what is empty or none keeps nothing out.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// No older ones.
    pub since: Option<Since>,
    /// Of these cues.
    pub cues: Vec<String>,
    /// Of these kinds.
    pub events: Vec<String>,
    /// Of the script of this name.
    pub show: Option<String>,
    /// Of this channel.
    pub channel: Option<ChannelArn>,
}

impl Wanted {
    fn takes(&self, line: &Line, from: Timestamp) -> bool {
        let is_one = |all: &[String], met: &str| all.is_empty() || all.iter().any(|it| it == met);
        let is_it = |wanted: Option<&str>, met: &Option<String>| {
            wanted.is_none_or(|wanted| met.as_deref() == Some(wanted))
        };
        line.at >= from
            && is_one(&self.events, &line.event)
            && is_one(&self.cues, line.text("cue"))
            && is_it(self.show.as_deref(), &line.show)
            && is_it(self.channel.as_ref().map(ChannelArn::as_str), &line.channel)
    }
}

/// Who hears of a journal's lines.
pub trait Hearer {
    /// One that is wanted, and its text.
    fn hear(&mut self, line: &Line, text: &[u8]) -> io::Result<()>;

    /// One that is not, but may say in which zone a show's times are.
    fn learn(&mut self, line: &Line);
}

/// A journal that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It is not there.
    #[error(
        "there is no journal `{}`\n\
         hint: a show writes one into `.runner/` beside its script; name that script",
        path.display()
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// What is there is none.
    #[error(
        "`{}` is no journal: none of its lines is an event\n\
         hint: a show writes `journal.jsonl` into `.runner/` beside its script", path.display()
    )]
    None {
        /// What was read.
        path: PathBuf,
    },
    /// It cannot be read.
    #[error("cannot read the journal `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system lets nobody listen for signals.
    #[error("{0}")]
    Signals(String),
    /// The lines cannot be written.
    #[error("cannot write to standard output: {0}")]
    Output(#[source] io::Error),
}

/// What was met on the way.
#[derive(Debug, Default)]
pub struct Summary {
    /// Lines that were told.
    pub told: u64,
    /// Lines that are no event: cut off by a crash, or of something else.
    pub unread: u64,
    /// Kinds of events there are, so many at most.
    pub events: BTreeSet<String>,
    /// Cues there are, so many at most.
    pub cues: BTreeSet<String>,
    /// Shows there are, so many at most.
    pub shows: BTreeSet<String>,
}

impl Summary {
    fn note(&mut self, line: &Line) {
        let cue = Some(line.text("cue")).filter(|cue| !cue.is_empty());
        for (all, met) in [
            (&mut self.events, Some(line.event.as_str())),
            (&mut self.cues, cue),
            (&mut self.shows, line.show.as_deref()),
        ] {
            if let Some(met) = met
                && all.len() < JOURNAL_NAMED_MAX
                && !all.contains(met)
            {
                all.insert(met.to_owned());
            }
        }
    }
}

/// The shows whose beginning a journal holds, and the zone of each.
pub fn shows(path: &Path) -> Result<BTreeMap<ShowId, Zone>, QueryError> {
    let mut shows = BTreeMap::new();
    let mut lines = open(path)?;
    while let Some(line) = lines.next_line().map_err(|source| read_failed(path, source))? {
        // Only few lines are read in full.
        if !std::str::from_utf8(line).is_ok_and(|line| line.contains("\"started\"")) {
            continue;
        }
        let Ok(line) = serde_json::from_slice::<Line>(line) else { continue };
        if let Some(show) = line.show_id().filter(|_| line.event == "started") {
            shows.insert(show, line.text("zone").parse().unwrap_or(Zone::UTC));
        }
    }
    Ok(shows)
}

/// A journal, and what of it is wanted.
pub struct Query<'a> {
    /// Its file.
    pub path: &'a Path,
    /// What of it.
    pub wanted: &'a Wanted,
    /// Its shows, as [`shows`] finds them.
    pub shows: &'a BTreeMap<ShowId, Zone>,
    /// The wall clock.
    pub now: Timestamp,
}

impl Query<'_> {
    /// Tells what is there.
    pub fn tell(&self, hearer: &mut impl Hearer) -> Result<Summary, QueryError> {
        let mut telling = Telling::new(self, hearer, None);
        let mut lines = open(self.path)?;
        while let Some(line) = lines.next_line().map_err(|error| read_failed(self.path, error))? {
            telling.take(line)?;
        }
        telling.end(self.path)
    }

    /// Tells what is there, the last few lines where no time is wanted, and then what comes, until
    /// a signal.
    pub async fn follow(&self, hearer: &mut impl Hearer) -> Result<Summary, QueryError> {
        let mut signals =
            Signals::listen().map_err(|error| QueryError::Signals(error.to_string()))?;
        let held = self.wanted.since.is_none().then(VecDeque::new);
        let mut telling = Telling::new(self, hearer, held);
        let mut lines = open(self.path)?;
        loop {
            while let Some(line) =
                lines.next_new_line().map_err(|error| read_failed(self.path, error))?
            {
                telling.take(line)?;
            }
            telling.let_go()?;
            tokio::select! {
                () = tokio::time::sleep(JOURNAL_FOLLOW_LOOK.unsigned_abs()) => {}
                () = signals.next() => return telling.end(self.path),
            }
        }
    }
}

fn open(path: &Path) -> Result<Lines, QueryError> {
    Lines::open(path).map_err(|source| read_failed(path, source))
}

fn read_failed(path: &Path, source: io::Error) -> QueryError {
    let path = path.to_owned();
    if source.kind() == ErrorKind::NotFound {
        QueryError::Missing { path }
    } else {
        QueryError::Read { path, source }
    }
}

struct Telling<'a, H> {
    wanted: &'a Wanted,
    hearer: &'a mut H,
    from: BTreeMap<&'a ShowId, Timestamp>,
    from_otherwise: Timestamp,
    /// The last lines while what was there before is read; none where all are told at once.
    held: Option<VecDeque<(Line, Vec<u8>)>>,
    summary: Summary,
    is_event_met: bool,
}

impl<'a, H: Hearer> Telling<'a, H> {
    fn new(query: &Query<'a>, hearer: &'a mut H, held: Option<VecDeque<(Line, Vec<u8>)>>) -> Self {
        let from = |zone: &Zone| {
            query.wanted.since.map_or(Timestamp::MIN, |since| since.instant(query.now, zone))
        };
        let zone = query.shows.values().next().cloned().unwrap_or(Zone::UTC);
        Self {
            wanted: query.wanted,
            hearer,
            from: query.shows.iter().map(|(show, zone)| (show, from(zone))).collect(),
            from_otherwise: from(&zone),
            held,
            summary: Summary::default(),
            is_event_met: false,
        }
    }

    fn take(&mut self, text: &[u8]) -> Result<(), QueryError> {
        let Ok(line) = serde_json::from_slice::<Line>(text) else {
            self.summary.unread += u64::from(!text.trim_ascii().is_empty());
            return Ok(());
        };
        self.is_event_met = true;
        self.summary.note(&line);
        let show = line.show_id();
        let from = show.as_ref().and_then(|show| self.from.get(show).copied());
        if !self.wanted.takes(&line, from.unwrap_or(self.from_otherwise)) {
            self.hearer.learn(&line);
            return Ok(());
        }
        let Some(held) = &mut self.held else { return self.tell(&line, text) };
        if held.len() >= JOURNAL_FOLLOW_LAST
            && let Some((line, _)) = held.pop_front()
        {
            self.hearer.learn(&line);
        }
        held.push_back((line, text.to_owned()));
        Ok(())
    }

    /// What was held is told, and from now on everything at once.
    fn let_go(&mut self) -> Result<(), QueryError> {
        for (line, text) in self.held.take().into_iter().flatten() {
            self.tell(&line, &text)?;
        }
        Ok(())
    }

    fn tell(&mut self, line: &Line, text: &[u8]) -> Result<(), QueryError> {
        self.summary.told += 1;
        self.hearer.hear(line, text).map_err(QueryError::Output)
    }

    fn end(self, path: &Path) -> Result<Summary, QueryError> {
        if self.summary.unread > 0 && !self.is_event_met {
            return Err(QueryError::None { path: path.to_owned() });
        }
        Ok(self.summary)
    }
}

#[cfg(test)]
mod tests;
