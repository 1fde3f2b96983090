//! What is saved while a run plays, and who is told: a show that plays, or the run itself, which
//! begins what does not play, and changes what waits to change.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::model::channel::ShowId;
use crate::model::file::FileAnswer;
use crate::model::io::ShowInput;
use crate::world::clock::Clock;
use crate::world::files::Folders;
use crate::world::watch::{Changed, Found, Watcher};

use super::error::RunError;
use super::hands::{Homes, Watched};
use super::outlet::Outlet;
use super::shows::Shows;

/// What was saved that concerns the run itself: its plan, and files of shows that do not play.
#[derive(Default)]
pub(super) struct Edits {
    plan: Notify,
    mended: Notify,
    /// At most every show of the run.
    shows: Mutex<BTreeSet<ShowId>>,
}

impl Edits {
    /// The plan was saved.
    pub(super) fn plan_saved(&self) {
        self.plan.notify_one();
    }

    /// Waits until the plan is saved.
    pub(super) async fn plan(&self) {
        self.plan.notified().await;
    }

    /// Something was saved that a show reads, and it does not play, or not as the plan wants it.
    fn mended(&self, show: ShowId) {
        self.shows().insert(show);
        self.mended.notify_one();
    }

    /// Waits until something is saved that such a show reads.
    pub(super) async fn of_shows(&self) {
        self.mended.notified().await;
    }

    /// Whether something was saved that this show reads since this was asked last.
    pub(super) fn take(&self, show: &ShowId) -> bool {
        self.shows().remove(show)
    }

    fn shows(&self) -> MutexGuard<'_, BTreeSet<ShowId>> {
        self.shows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches the files of all shows, and the plan.
pub(super) fn watcher(
    shows: &Arc<Shows>,
    homes: &Arc<Homes>,
    edits: &Arc<Edits>,
    outlet: &Arc<Outlet>,
    clock: Clock,
) -> Result<Watcher<Watched>, RunError> {
    let (shows, homes, outlet) = (Arc::clone(shows), Arc::clone(homes), Arc::clone(outlet));
    let edits = Arc::clone(edits);
    let on_change = move |changed: Changed<Watched>| {
        let show = match &changed.token {
            Watched::Plan => return edits.plan_saved(),
            Watched::Change(show, _) => return edits.mended(show.clone()),
            Watched::Script(show) | Watched::File(show, _) => show.clone(),
        };
        // One that is over does not read any more.
        let Some(folders) = homes.of(&show) else { return edits.mended(show) };
        let input = match changed.token {
            Watched::File(_, file) => {
                let answer = folders.read(&file);
                ShowInput::File(*file, answer)
            }
            Watched::Script(_) | Watched::Plan | Watched::Change(..) => {
                ShowInput::Script(script_answer(&folders, changed.found, &changed.path))
            }
        };
        // One that plays, and has too much to do to hear of it, is not mended by it.
        if !shows.tell(&show, input) && !shows.ids().contains(&show) {
            edits.mended(show);
        }
    };
    let on_trouble = move |message| outlet.warn(clock.now(), message);
    Ok(Watcher::start(clock, on_change, on_trouble)?)
}

fn script_answer(folders: &Folders, found: Found, path: &Path) -> FileAnswer {
    match found {
        Found::Changed => folders.read_script(),
        Found::Gone => FileAnswer::Problem(format!("the script `{}` is gone", path.display())),
    }
}
