//! The head of the first screen: what runs, and where to look.

use jiff::Timestamp;

use super::screen::Colours;
use super::text::{clean, fit};
use super::tone::Tone;
use crate::model::event::StateAge;
use crate::model::zone::Zone;

/// What the first screen begins with. A line that is none is left out.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// The first line after `showrunner 0.1.0`: `cat_facts`, `channel local`, `seed 7341`.
    pub parts: Vec<String>,
    /// The player page's address.
    pub player: Option<String>,
    /// The local channel's API.
    pub endpoint: Option<String>,
    /// The desk's address.
    pub desk: Option<String>,
    /// The journal's file.
    pub journal: Option<String>,
    /// What the show begins with: [`state_line`].
    pub state: Option<String>,
    /// The zone of times.
    pub zone: Option<String>,
    /// Anything else a person should see at once, by its name.
    pub more: Vec<(String, String)>,
}

impl Head {
    /// The head's lines, an empty one after them.
    pub(super) fn text(&self, colours: Colours) -> String {
        let parts = self.parts.iter().map(|part| format!(" · {}", clean(part)));
        let mut text = format!("showrunner {}", env!("CARGO_PKG_VERSION"));
        text.extend(parts);
        text.push('\n');
        let endpoint = self.endpoint.as_ref();
        let endpoint = endpoint.map(|address| format!("{address:<28} use it with any AWS SDK"));
        let lines = [
            ("player", &self.player),
            ("endpoint", &endpoint),
            ("desk", &self.desk),
            ("journal", &self.journal),
            ("state", &self.state),
            ("zone", &self.zone),
        ];
        let lines = lines.into_iter().filter_map(|(name, line)| Some((name, line.as_ref()?)));
        let more = self.more.iter().map(|(name, line)| (name.as_str(), line));
        for (name, line) in lines.chain(more) {
            let name = colours.paint(Tone::Past, &fit(&clean(name), 8));
            text.extend(["  ", &name, "  ", &clean(line), "\n"]);
        }
        text.push('\n');
        text
    }
}

/// What is said of the state a show begins with: `from 15 Nov 22:14, 6 keys · --fresh starts anew`.
/// Another year is named.
pub fn state_line(state: &StateAge, zone: &Zone, now: Timestamp) -> String {
    let local = |at: Timestamp| at.to_zoned(zone.rules().clone());
    let (written, today) = (local(state.at), local(now));
    let form = if written.year() == today.year() { "%-d %b %H:%M" } else { "%-d %b %Y %H:%M" };
    let keys = if state.keys == 1 { "1 key".into() } else { format!("{} keys", state.keys) };
    format!("from {}, {keys} · --fresh starts anew", written.strftime(form))
}
