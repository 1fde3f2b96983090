//! A show of the company, and how far it has come.

use crate::model::channel::ShowId;
use crate::model::io::ShowInput;
use crate::world::lock::ShowLock;
use crate::world::web::player::Playing;

use super::casting::Cast;
use super::changing::Change;
use super::hands::Hands;
use super::options::ShowOptions;

/// A show of the company.
pub(super) struct Part {
    /// As it was set up.
    pub(super) options: ShowOptions,
    /// Its place in the plan.
    pub(super) place: usize,
    /// What the service calls its channel.
    pub(super) channel_name: Option<String>,
    pub(super) playing: Playing,
    pub(super) act: Act,
    /// Nobody else plays it until it is over.
    pub(super) _lock: Option<ShowLock>,
}

/// How far a show has come.
pub(super) enum Act {
    /// It is set up, and waits for its moment.
    Waiting(Box<Cast>),
    /// It plays.
    Playing,
    /// It plays as it was set up, until it is known that it can begin as the plan wants it.
    Changing(Box<Change>),
    /// It was told to stop; what follows it under the same name.
    Ending(Option<Box<ShowOptions>>),
}

impl Part {
    /// Whether it plays, or will, what these options say.
    pub(super) fn is_as(&self, options: &ShowOptions) -> bool {
        match &self.act {
            Act::Waiting(_) | Act::Playing => self.options == *options,
            Act::Changing(change) => change.options == *options,
            Act::Ending(then) => then.as_deref() == Some(options),
        }
    }

    /// Tells a show that plays to stop; `then` follows it.
    pub(super) fn end(&mut self, show: &ShowId, then: Option<Box<ShowOptions>>, hands: &Hands) {
        match self.act {
            Act::Playing | Act::Changing(_) => drop(hands.shows.tell(show, ShowInput::Stop)),
            Act::Waiting(_) | Act::Ending(_) => {}
        }
        self.act = Act::Ending(then);
    }
}
