//! Names of what lies in Redis. All keys of a show have its name in braces, so that they share one
//! slot of a cluster and one script may touch them together.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::channel::ShowId;
use crate::model::poll::AskingId;

/// A sorted set: the shows that votes are taken for, by when that was last told, in seconds.
pub(in crate::world::store) const SHOWS: &str = "showrunner:seen";
/// A set: the shows that keep rows, or did.
pub(in crate::world::store) const KEPT: &str = "showrunner:kept";
/// What viewers' ids are signed with.
pub(in crate::world::store) const SIGNING_KEY: &str = "showrunner:key";

/// What a name keeps as it is; braces, and what parts its words, are none of that.
const WORD: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The keys of one show.
pub(in crate::world::store) struct Keys {
    show: String,
}

impl Keys {
    pub(in crate::world::store) fn of(show: &ShowId) -> Self {
        let channel = word(show.channel.as_str());
        Self { show: format!("showrunner:{{{}@{channel}}}", word(&show.script)) }
    }

    /// A hash: what is known of one poll.
    pub(in crate::world::store) fn poll(&self, name: &str) -> String {
        format!("{}:poll:{name}", self.show)
    }

    /// A hash: `v` and the answer's key by the viewer who chose it, `g` once its points are given.
    pub(in crate::world::store) fn voters(&self, name: &str) -> String {
        format!("{}:voters:{name}", self.show)
    }

    /// A set: the polls that are not sealed.
    pub(in crate::world::store) fn open(&self) -> String {
        format!("{}:open", self.show)
    }

    /// A sorted set: the polls by when they were asked, in milliseconds.
    pub(in crate::world::store) fn askings(&self) -> String {
        format!("{}:askings", self.show)
    }

    /// A set: the polls whose points are not all given.
    pub(in crate::world::store) fn awards(&self) -> String {
        format!("{}:awards", self.show)
    }

    /// A sorted set: the viewers by their points, which are negative here.
    pub(in crate::world::store) fn points(&self) -> String {
        format!("{}:points", self.show)
    }

    /// A text: since when points count, kept as long as they are.
    pub(in crate::world::store) fn era(&self) -> String {
        format!("{}:era", self.show)
    }

    /// A hash: the viewers' names.
    pub(in crate::world::store) fn names(&self) -> String {
        format!("{}:names", self.show)
    }

    /// A hash: how many viewers have a name.
    pub(in crate::world::store) fn name_counts(&self) -> String {
        format!("{}:name_counts", self.show)
    }

    /// A set: the names that the operator hid.
    pub(in crate::world::store) fn hidden(&self) -> String {
        format!("{}:hidden", self.show)
    }

    /// A text: what a viewer who comes now should see.
    pub(in crate::world::store) fn screen(&self) -> String {
        format!("{}:screen", self.show)
    }

    /// A hash: what the show keeps, by the names of its rows.
    pub(in crate::world::store) fn rows(&self) -> String {
        format!("{}:rows", self.show)
    }

    /// A text that ends by itself: who holds the show's lease.
    pub(in crate::world::store) fn lease(&self) -> String {
        format!("{}:lease", self.show)
    }

    /// A number: how often the lease was taken. Who holds it writes with the number it had then.
    pub(in crate::world::store) fn fence(&self) -> String {
        format!("{}:fence", self.show)
    }

    /// A text: where a show that is on plays.
    pub(in crate::world::store) fn on_now(&self) -> String {
        format!("{}:on_now", self.show)
    }
}

/// The name of a poll within its show.
pub(in crate::world::store) fn name(asking: &AskingId) -> String {
    format!("{}@{}", word(&asking.poll_id), word(&asking.current_time))
}

fn word(text: &str) -> String {
    utf8_percent_encode(text, WORD).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::channel::ChannelArn;

    #[test]
    fn all_keys_of_a_show_share_a_slot() {
        let show = ShowId { script: "a}{b@c d".into(), channel: ChannelArn::local() };
        let keys = Keys::of(&show);
        let asking = AskingId { poll_id: "}".to_owned(), current_time: "{@".to_owned() };
        let poll = keys.poll(&name(&asking));
        // A cluster looks at what is between the first `{` and the `}` after it.
        let tag = |key: &str| {
            key.split_once('{')
                .and_then(|(_, rest)| rest.split_once('}'))
                .map(|(tag, _)| tag.to_owned())
        };
        assert!(tag(&poll).is_some_and(|tag| !tag.is_empty()), "{poll}");
        assert_eq!(tag(&poll), tag(&keys.points()));
        assert!(poll.ends_with(":poll:%7D@%7B%40"), "{poll}");
    }
}
