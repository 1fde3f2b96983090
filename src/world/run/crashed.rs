//! Shows that ended by a mistake of ours. Such a one is over only when its hub has nothing of it
//! any more, as one that ends by itself is: what follows under its name must not leave in its
//! place.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use crate::model::channel::ShowId;
use crate::model::io::Ending;

use super::company::Over;

/// Shows that crashed, and of which something is still under way.
pub(super) struct Crashed {
    over: UnboundedSender<Over>,
    shows: Mutex<BTreeSet<ShowId>>,
}

impl Crashed {
    /// None so far; `over` is told of each that is over.
    pub(super) fn new(over: UnboundedSender<Over>) -> Self {
        Self { over, shows: Mutex::default() }
    }

    /// A show crashed. It leaves its hub right after this.
    pub(super) fn add(&self, show: ShowId) {
        self.shows.lock().unwrap_or_else(PoisonError::into_inner).insert(show);
    }

    /// A hub has nothing of a show any more. Whether the show had crashed, and so is over, once
    /// what is left to do for it is done.
    pub(super) fn left(&self, show: &ShowId, at_last: impl FnOnce()) -> bool {
        let had_crashed = self.shows.lock().unwrap_or_else(PoisonError::into_inner).remove(show);
        if had_crashed {
            at_last();
            let (show, ending) = (show.clone(), Ending::Failed);
            // The run may have stopped waiting.
            let _ = self.over.send(Over { show, ending, is_lost: false });
        }
        had_crashed
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::model::channel::ChannelArn;

    #[test]
    fn one_is_over_when_it_has_left_its_hub_and_once() {
        let (over, mut told) = unbounded_channel();
        let crashed = Crashed::new(over);
        let show = ShowId { script: "show".into(), channel: ChannelArn::local() };
        assert!(!crashed.left(&show, || panic!("it goes on")));
        crashed.add(show.clone());
        assert!(told.try_recv().is_err(), "it has not left");
        let is_told = || assert!(told.try_recv().is_err(), "not before all is done");
        assert!(crashed.left(&show, is_told));
        let over = told.try_recv().expect("it is over");
        assert_eq!((over.show, over.ending, over.is_lost), (show.clone(), Ending::Failed, false));
        assert!(!crashed.left(&show, || ()) && told.try_recv().is_err());
    }
}
