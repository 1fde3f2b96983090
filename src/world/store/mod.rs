//! The store: what shows keep across edits, crashes and restarts, as small rows.

mod address;
#[cfg(test)]
mod contract;
mod error;
mod file;
mod keeper;
mod redis;
mod rows;
mod sqlite;
#[cfg(test)]
mod tests;
pub mod votes;

pub use address::{StoreUrl, StoreUrlError};
pub use error::StoreError;
pub use keeper::{Keeper, Trouble, Written};
pub use redis::{LeaseDesk, RedisRows};
pub use sqlite::{FILE_NAME, Opened, Sqlite};

use crate::model::channel::ShowId;
use crate::model::saved::{Change, Saved};

/// What one step of a show changes.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// The show.
    pub show: &'a ShowId,
    /// Its changes, in their order.
    pub changes: &'a [Change],
}

/// Where shows keep what they keep. Callable from any thread.
pub trait Store: Send + Sync {
    /// Everything a show keeps; empty for one that never ran.
    fn load(&self, show: &ShowId) -> Result<Saved, StoreError>;
    /// Makes the changes of some steps in their order: of each show all of them or, on an error,
    /// none.
    fn commit_all(&self, steps: &[Step<'_>]) -> Result<(), StoreError>;
    /// Makes the changes of one step: all of them or, on an error, none.
    fn commit(&self, show: &ShowId, changes: &[Change]) -> Result<(), StoreError> {
        self.commit_all(&[Step { show, changes }])
    }
    /// Puts `saved` in the place of everything the show kept: all of it or, on an error, nothing.
    fn replace(&self, show: &ShowId, saved: &Saved) -> Result<(), StoreError>;
    /// Forgets everything the show kept.
    fn clear(&self, show: &ShowId) -> Result<(), StoreError>;
    /// The shows that keep something, by script and channel.
    fn shows(&self) -> Result<Vec<ShowId>, StoreError>;
}
