//! What became of the run's payloads, counted from the events: for the moving last line.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::model::channel::ShowId;
use crate::model::event::{Event, What};
use crate::model::io::Air;
use crate::show::channel::ChannelStatus;
use crate::world::report::status::{HeldShows, StatusLine};

/// What the events so far come to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    sent: u64,
    refused: u64,
    held: BTreeMap<ShowId, HeldShows>,
}

impl Tally {
    /// Counts an event.
    pub(super) fn count(&mut self, event: &Event) {
        if let What::Sent { .. } = event.what {
            self.sent += 1;
        } else if let What::Refused { .. } = event.what {
            self.refused += 1;
        }
        let Some(show) = &event.show else { return };
        if let What::Held { .. } = event.what {
            self.held.insert(show.clone(), HeldShows::Held);
        } else if let What::Panicked { .. } = event.what {
            self.held.insert(show.clone(), HeldShows::Panic);
        } else if let What::Released { .. } | What::Stopped { .. } = event.what {
            self.held.remove(show);
        }
    }

    /// The line: the cue that fires next, and how the channels stand.
    pub(super) fn line(
        &self,
        next: Option<(String, SignedDuration)>,
        channels: &[ChannelStatus],
    ) -> StatusLine {
        let on_air = |channel: &&ChannelStatus| channel.on_air != Some(Air::Off);
        StatusLine {
            next,
            held: self.held.values().max().copied(),
            on_air: channels.iter().filter(on_air).count(),
            channels: channels.len(),
            sent: self.sent,
            refused: self.refused,
            waiting: channels.iter().map(|channel| channel.waiting).sum(),
            pace: channels.iter().map(|channel| channel.sent_in_window).max().unwrap_or(0),
        }
    }
}
