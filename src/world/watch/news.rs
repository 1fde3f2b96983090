//! What the system told and the watcher has not yet looked at. Bounded: when too much waits, it is
//! remembered as *everything*.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind};

use crate::model::limits::WATCH_NEWS_MAX;

/// The box between the system's thread and the watcher's.
#[derive(Default)]
pub(super) struct NewsBox {
    news: Mutex<News>,
    arrived: Condvar,
}

/// What waits.
#[derive(Default)]
pub(super) struct News {
    /// Where something happened.
    pub(super) paths: BTreeSet<PathBuf>,
    /// Something happened, but it is not known where.
    pub(super) anywhere: bool,
    /// The watcher is let go.
    pub(super) stop: bool,
}

impl News {
    fn is_empty(&self) -> bool {
        self.paths.is_empty() && !self.anywhere && !self.stop
    }
}

impl NewsBox {
    /// Takes what the system tells. Never blocks on anything but this box.
    pub(super) fn put(&self, told: notify::Result<notify::Event>) {
        let mut news = self.lock();
        match told {
            // The watcher's own reading opens and closes files: only what writes is news.
            Ok(event) if is_reading(event.kind) => return,
            Ok(event) if !event.need_rescan() && !event.paths.is_empty() => {
                news.paths.extend(event.paths);
            }
            Ok(_) | Err(_) => news.anywhere = true,
        }
        if news.paths.len() > WATCH_NEWS_MAX {
            news.paths.clear();
            news.anywhere = true;
        }
        self.arrived.notify_one();
    }

    /// Tells the watcher to end.
    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.arrived.notify_one();
    }

    /// Wakes the watcher, so that it plans anew when to look.
    pub(super) fn nudge(&self) {
        self.arrived.notify_one();
    }

    /// Waits for news, `longest` at most; whether there are any.
    pub(super) fn wait(&self, longest: Duration) -> bool {
        let news = self.lock();
        if !news.is_empty() {
            return true;
        }
        let (news, _) = self
            .arrived
            .wait_timeout(news, longest)
            .expect("nothing that can panic is done under this lock");
        !news.is_empty()
    }

    /// Takes all news.
    pub(super) fn take(&self) -> News {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, News> {
        self.news.lock().expect("nothing that can panic is done under this lock")
    }
}

fn is_reading(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}
