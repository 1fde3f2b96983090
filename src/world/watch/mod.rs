//! Tells when a file's content changed, however it was saved: in place, by renaming another over
//! it, by turning a link, by removing its folder and making it anew. It watches folders, never
//! files (a watched file goes deaf after one rename over it), compares content on any news from
//! them, and looks by itself every [`WATCH_POLL`] for what the system did not tell.

mod look;
mod news;
mod state;
#[cfg(test)]
mod tests;
mod trail;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{JoinHandle, sleep};

use jiff::SignedDuration;

use crate::model::file::FileKind;
use crate::model::limits::{WATCH_POLL, WATCH_SETTLE};

use super::clock::Clock;
use super::error::WorldError;
use super::thread;
use news::NewsBox;
use state::Watched;

/// A file that is not as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed<T> {
    /// The token it is watched under.
    pub token: T,
    /// Where it lies, or lay.
    pub path: PathBuf,
    /// What was found there.
    pub found: Found,
}

/// What was found at a watched path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Other content than before, or something that cannot be read.
    Changed,
    /// Nothing any more.
    Gone,
}

/// One thread that watches files for all shows of the process. Ends when it is let go.
pub struct Watcher<T> {
    shared: Arc<Shared<T>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared<T> {
    watched: Mutex<Watched<T>>,
    news: Arc<NewsBox>,
}

impl<T: Ord + Clone + Send + 'static> Watcher<T> {
    /// Starts the thread. `on_change` is told of every change, once for each token; `on_trouble`,
    /// once, when the system cannot tell of everything, so that changes are noticed only by
    /// looking. Both are called on the watcher's thread.
    pub fn start(
        clock: Clock,
        on_change: impl Fn(Changed<T>) + Send + 'static,
        on_trouble: impl Fn(String) + Send + 'static,
    ) -> Result<Self, WorldError> {
        let news = Arc::new(NewsBox::default());
        let told = Arc::clone(&news);
        let system = notify::recommended_watcher(move |event| told.put(event));
        let shared = Arc::new(Shared { watched: Mutex::new(Watched::new(system)), news });
        let of_thread = Arc::clone(&shared);
        let thread = thread::start("watch", None, move || {
            thread::wake_precisely();
            of_thread.run(clock, &on_change, &on_trouble);
        })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Watches, under `token` and in place of what it watched before, the places where a file can
    /// lie ([`super::files::Folders::places`]). From when this returns, every change is told; so
    /// read the file after it.
    pub fn watch(&self, token: &T, kind: FileKind, places: &[PathBuf]) {
        let places = places.iter().map(|path| (path.clone(), kind)).collect();
        self.shared.lock().watch(token, &places);
        // Trouble that was met here is told by the thread.
        self.shared.news.nudge();
    }

    /// Watches nothing under `token` any more. A change that is being told may still come.
    pub fn unwatch(&self, token: &T) {
        self.shared.lock().unwatch(token);
    }

    /// The same for all tokens that `of` takes.
    pub fn unwatch_all(&self, of: impl Fn(&T) -> bool) {
        let mut watched = self.shared.lock();
        for token in watched.tokens().filter(|token| of(token)).cloned().collect::<Vec<_>>() {
            watched.unwatch(&token);
        }
    }
}

impl<T> Drop for Watcher<T> {
    fn drop(&mut self) {
        self.shared.news.stop();
        self.thread.take().into_iter().for_each(thread::join);
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Watched<T>> {
        self.watched.lock().expect("nothing that can panic is done under this lock")
    }
}

impl<T: Ord + Clone> Shared<T> {
    fn run(&self, clock: Clock, on_change: &impl Fn(Changed<T>), on_trouble: &impl Fn(String)) {
        let mut next_poll = clock.up() + WATCH_POLL;
        loop {
            let until = self.lock().next_doubt().map_or(next_poll, |doubt| doubt.min(next_poll));
            let wait = (until - clock.up()).max(SignedDuration::ZERO);
            let mut changed = Vec::new();
            if self.news.wait(wait.unsigned_abs()) {
                // One save is several events; it is read once they are through.
                sleep(WATCH_SETTLE.unsigned_abs());
                let news = self.news.take();
                if news.stop {
                    return;
                }
                changed = self.lock().look_at(&news, clock.up());
            }
            let now = clock.up();
            changed.extend(self.lock().look_again(now));
            if next_poll <= now {
                changed.extend(self.lock().poll(now));
                next_poll = clock.up() + WATCH_POLL;
            }
            let trouble = self.lock().take_trouble();
            if let Some(words) = trouble {
                on_trouble(trouble_words(&words));
            }
            changed.into_iter().for_each(on_change);
        }
    }
}

fn trouble_words(problem: &str) -> String {
    format!(
        "the system does not tell of changed files ({problem}): a save is noticed within {} s\n\
         hint: on Linux raise `fs.inotify.max_user_watches` and `fs.inotify.max_user_instances`",
        WATCH_POLL.as_secs()
    )
}
