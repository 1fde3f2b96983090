//! What is watched, and what was last seen of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::model::file::FileKind;
use crate::model::limits::{LINKS_MAX, WATCH_DOUBT};
use crate::world::files::bytes_max;

use super::look::{self, Content, Identity, Stamp};
use super::news::News;
use super::trail::folders_of;
use super::{Changed, Found};

/// A file: where it can lie, and as what it is read.
type Place = (PathBuf, FileKind);

/// All that is watched.
pub(super) struct Watched<T> {
    /// Tells of what happens in folders; none where the system cannot.
    system: Option<RecommendedWatcher>,
    /// Why the system does not tell of everything, until it was said.
    trouble: Option<String>,
    files: BTreeMap<Place, File<T>>,
    folders: BTreeMap<PathBuf, Folder>,
    /// In order, each once.
    by_token: BTreeMap<T, Box<[Place]>>,
}

struct File<T> {
    tokens: BTreeSet<T>,
    folders: BTreeSet<PathBuf>,
    seen: Content,
    /// Of what was seen; another one means that it is worth reading.
    stamp: Option<Stamp>,
    /// Until when it must stay missing or empty to be believed.
    doubt: Option<SignedDuration>,
}

#[derive(Default)]
struct Folder {
    /// How many files have it on their way.
    users: usize,
    /// Which folder the system watches under this name; none when it watches none.
    watched: Option<Identity>,
}

impl<T: Ord + Clone> Watched<T> {
    pub(super) fn new(system: notify::Result<RecommendedWatcher>) -> Self {
        let trouble = system.as_ref().err().map(ToString::to_string);
        let (files, folders, by_token) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { system: system.ok(), trouble, files, folders, by_token }
    }

    /// Why the system does not tell of everything; given once.
    pub(super) fn take_trouble(&mut self) -> Option<String> {
        // An empty text stands for one that was given.
        self.trouble.as_mut().map(std::mem::take).filter(|words| !words.is_empty())
    }

    pub(super) fn watch(&mut self, token: &T, places: &BTreeSet<Place>) {
        let listed = places.iter().cloned().collect();
        let before = self.by_token.insert(token.clone(), listed).unwrap_or_default();
        for place in places {
            if !self.files.contains_key(place) {
                self.add(place);
            }
            if let Some(file) = self.files.get_mut(place) {
                file.tokens.insert(token.clone());
            }
        }
        for place in before.iter().filter(|place| !places.contains(place)) {
            self.leave(token, place);
        }
    }

    pub(super) fn unwatch(&mut self, token: &T) {
        for place in self.by_token.remove(token).unwrap_or_default() {
            self.leave(token, &place);
        }
    }

    /// What something is watched under.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &T> {
        self.by_token.keys()
    }

    /// Looks at what there is news of.
    pub(super) fn look_at(&mut self, news: &News, now: SignedDuration) -> Vec<Changed<T>> {
        let mut touched = BTreeSet::new();
        let mut anywhere = news.anywhere;
        for path in &news.paths {
            let parent = path.parent().filter(|parent| self.folders.contains_key(*parent));
            touched.extend(parent);
            // A folder that was itself moved or removed is not the one that is watched.
            if let Some(folder) = self.folders.get_mut(path) {
                folder.watched = None;
                touched.insert(path);
            } else {
                // Named otherwise than it was asked for: some systems do.
                anywhere |= parent.is_none();
            }
        }
        let of = |file: &File<T>| {
            anywhere || file.folders.iter().any(|folder| touched.contains(folder.as_path()))
        };
        let places: Vec<Place> = self
            .files
            .iter()
            .filter(|(_, file)| of(file))
            .map(|(place, _)| place.clone())
            .collect();
        self.look_all(places, now)
    }

    /// Looks at what was in doubt for long enough.
    pub(super) fn look_again(&mut self, now: SignedDuration) -> Vec<Changed<T>> {
        let over = |file: &File<T>| file.doubt.is_some_and(|until| until <= now);
        let places: Vec<Place> = self
            .files
            .iter()
            .filter(|(_, file)| over(file))
            .map(|(place, _)| place.clone())
            .collect();
        self.look_all(places, now)
    }

    /// Looks for what the system did not tell of: files by their stamps, folders by which they are.
    pub(super) fn poll(&mut self, now: SignedDuration) -> Vec<Changed<T>> {
        let folders: Vec<PathBuf> = self.folders.keys().cloned().collect();
        let (lost, there): (Vec<_>, Vec<_>) =
            folders.into_iter().partition(|path| look::folder(path).is_none());
        let new = there.into_iter().filter(|path| self.listen(path));
        let stale: BTreeSet<PathBuf> = new.chain(lost).collect();
        let places: Vec<Place> = self
            .files
            .iter()
            .filter(|((path, _), file)| {
                !file.folders.is_disjoint(&stale) || look::stamp(path) != file.stamp
            })
            .map(|(place, _)| place.clone())
            .collect();
        self.look_all(places, now)
    }

    /// When the next doubt is to be settled.
    pub(super) fn next_doubt(&self) -> Option<SignedDuration> {
        self.files.values().filter_map(|file| file.doubt).min()
    }

    fn add(&mut self, place: &Place) {
        let folders = self.follow(&place.0, BTreeSet::new());
        let (seen, stamp) = look::content(&place.0, bytes_max(place.1));
        let file = File { tokens: BTreeSet::new(), folders, seen, stamp, doubt: None };
        self.files.insert(place.clone(), file);
    }

    fn leave(&mut self, token: &T, place: &Place) {
        let Some(file) = self.files.get_mut(place) else { return };
        file.tokens.remove(token);
        if file.tokens.is_empty()
            && let Some(file) = self.files.remove(place)
        {
            self.release(&file.folders);
        }
    }

    fn look_all(&mut self, places: Vec<Place>, now: SignedDuration) -> Vec<Changed<T>> {
        places.into_iter().flat_map(|place| self.look(&place, now)).collect()
    }

    fn look(&mut self, place: &Place, now: SignedDuration) -> Vec<Changed<T>> {
        let before = self.files.get_mut(place).map(|file| std::mem::take(&mut file.folders));
        let folders = self.follow(&place.0, before.unwrap_or_default());
        // The folders first, then the content: what changes between the two is told.
        let (content, stamp) = look::content(&place.0, bytes_max(place.1));
        let Some(file) = self.files.get_mut(place) else { return Vec::new() };
        file.folders = folders;
        if content == file.seen {
            (file.stamp, file.doubt) = (stamp, None);
            return Vec::new();
        }
        if !file.believe(&content, place.1, now) {
            return Vec::new();
        }
        let found = if content == Content::Missing { Found::Gone } else { Found::Changed };
        (file.seen, file.stamp, file.doubt) = (content, stamp, None);
        let changed = |token: &T| Changed { token: token.clone(), path: place.0.clone(), found };
        file.tokens.iter().map(changed).collect()
    }

    /// Sees to it that the folders on the way to `path` are watched, and gives them.
    fn follow(&mut self, path: &Path, before: BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        let mut held = before;
        // A link may be turned before its folder is watched: go again until nothing moved.
        for _ in 0..LINKS_MAX {
            let folders = folders_of(path);
            for folder in &folders {
                if !held.contains(folder) {
                    self.folders.entry(folder.clone()).or_default().users += 1;
                }
            }
            let left: BTreeSet<PathBuf> = held.difference(&folders).cloned().collect();
            self.release(&left);
            let moved = folders.iter().filter(|folder| self.listen(folder)).count() > 0;
            held = folders;
            if !moved {
                break;
            }
        }
        held
    }

    /// Asks the system to tell of a folder; whether it does only from now on.
    fn listen(&mut self, path: &Path) -> bool {
        let Some(folder) = self.folders.get_mut(path) else { return false };
        let there = look::folder(path);
        if folder.watched == there {
            return false;
        }
        folder.watched = None;
        let Some(system) = &mut self.system else { return false };
        match system.watch(path, RecursiveMode::NonRecursive) {
            Ok(()) => folder.watched = there,
            // A folder that went away meanwhile is no trouble; the next look finds another.
            Err(problem) if there.is_some() && look::folder(path) == there => {
                self.trouble.get_or_insert_with(|| problem.to_string());
            }
            Err(_) => {}
        }
        folder.watched.is_some()
    }

    fn release(&mut self, folders: &BTreeSet<PathBuf>) {
        for path in folders {
            let Some(folder) = self.folders.get_mut(path) else { continue };
            folder.users -= 1;
            if folder.users == 0 {
                self.folders.remove(path);
                if let Some(system) = &mut self.system {
                    // Refused when the folder is gone, and its watch with it.
                    system.unwatch(path).ok();
                }
            }
        }
    }
}

impl<T> File<T> {
    /// Whether what was met is what its author meant. Saving passes through *missing* and *empty*,
    /// so they must last; an empty script is never meant.
    fn believe(&mut self, content: &Content, kind: FileKind, now: SignedDuration) -> bool {
        match (content, kind) {
            (Content::Bytes(_) | Content::Unfit, _) => true,
            (Content::Empty, FileKind::Script) => {
                self.doubt = None;
                false
            }
            (Content::Missing, _) | (Content::Empty, FileKind::Facts | FileKind::Data) => {
                *self.doubt.get_or_insert(now + WATCH_DOUBT) <= now
            }
        }
    }
}
