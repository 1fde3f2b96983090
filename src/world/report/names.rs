//! What shows are called on a person's screen, and where their scripts lie.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::text::{clean, width};
use crate::model::channel::ShowId;
use crate::model::limits::REPORT_LABEL_MAX_COLUMNS;

/// The names of all shows; a run adds those that begin. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Names(Arc<RwLock<Known>>);

#[derive(Debug, Default)]
struct Known {
    shows: BTreeMap<ShowId, Named>,
    columns: usize,
}

/// What is known of a show.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// What tells it apart from others; empty where it plays alone.
    pub label: String,
    /// Where its script lies, as the operator wrote it: `scripts`; none for where all do.
    pub folder: Option<Arc<str>>,
}

impl Names {
    /// A show begins.
    pub fn add(&self, show: ShowId, named: Named) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let columns = width(&clean(&named.label)).min(REPORT_LABEL_MAX_COLUMNS);
        known.columns = known.columns.max(columns);
        known.shows.insert(show, named);
    }

    /// What a show is called, and the columns that names take; no name for what concerns no show.
    pub(super) fn of(&self, show: Option<&ShowId>) -> (Named, usize) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let named = show.and_then(|show| known.shows.get(show)).cloned();
        (named.unwrap_or_default(), known.columns)
    }
}
