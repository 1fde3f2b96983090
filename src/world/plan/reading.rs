//! From a plan's text to the shows it names. What cannot be meant is noted, and reading goes on, so
//! that one look tells all mistakes.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::file::FileAnswer;
use crate::model::limits::PLAN_SHOWS_MAX;
use crate::model::near::nearest;
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;
use crate::world::files::Folders;
use crate::world::run::ShowOptions;

use super::args;
use super::place::{line_of, mistake};

/// What stands at a plan's top.
const AT_TOP: [&str; 1] = ["show"];
/// What a `[[show]]` may say.
const OF_SHOW: [&str; 6] = ["script", "channels", "timezone", "seed", "args", "facts"];
const EXAMPLE: &str = "wanted\n  [[show]]\n  script = \"show.rhai\"\n  channels = [\"local\"]";

/// A value and where it stands.
type At<'a> = &'a Spanned<DeValue<'a>>;

/// A plan that is read.
pub(super) struct Reading<'a> {
    text: &'a str,
    name: &'a str,
    folder: &'a Path,
    pub(super) mistakes: Vec<ScriptError>,
    /// Scripts that were looked at, and what is wrong with them.
    scripts: BTreeMap<Arc<Path>, Option<String>>,
    /// Who plays: the script, and the line that says so.
    taken: BTreeMap<ShowId, (Arc<Path>, usize)>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(text: &'a str, name: &'a str, folder: &'a Path) -> Self {
        let (mistakes, scripts, taken) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { text, name, folder, mistakes, scripts, taken }
    }

    /// The shows, as far as they can be read.
    pub(super) fn shows(&mut self) -> Vec<ShowOptions> {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                self.wrong(&error.span().unwrap_or_default(), error.message());
                return Vec::new();
            }
        };
        self.know(&table, &AT_TOP, "a plan");
        let mut shows = Vec::new();
        match table.get("show") {
            None => {
                // A `[[shows]]` was told of before.
                if self.mistakes.is_empty() {
                    self.wrong_as_a_whole("it names no show", Some(EXAMPLE));
                }
            }
            Some(named) => match named.get_ref().as_array() {
                Some(all) if !all.is_empty() => {
                    for show in all {
                        shows.extend(self.show(show));
                    }
                }
                _ => self
                    .wrong(&named.span(), &format!("`show` is no list of shows\nhint: {EXAMPLE}")),
            },
        }
        if shows.len() > PLAN_SHOWS_MAX {
            let words = format!("these are {} shows, wanted {PLAN_SHOWS_MAX} at most", shows.len());
            self.wrong_as_a_whole(&words, None);
        }
        shows
    }

    /// One `[[show]]`: a show for each of its channels.
    fn show(&mut self, show: At<'_>) -> Vec<ShowOptions> {
        let Some(table) = show.get_ref().as_table() else {
            self.wrong(&show.span(), &format!("this is no show\nhint: {EXAMPLE}"));
            return Vec::new();
        };
        self.know(table, &OF_SHOW, "a show");
        let zone = self.said(table, "timezone", "timezone = \"Europe/Paris\"", zone);
        let seed = self.said(table, "seed", "seed = 7", seed);
        let args = self.said(table, "args", "args = { team = \"Reds\" }", arguments);
        let facts = self.said(table, "facts", "facts = \"facts\"", path);
        let facts = facts.and_then(|facts| self.facts(table, &facts));
        let script = self.said(table, "script", "script = \"show.rhai\"", path);
        if !table.contains_key("script") {
            let words = "this show has no script\nhint: `script = \"show.rhai\"`";
            self.wrong(&show.span(), words);
        }
        let channels = self.channels(table);
        let Some(script) = script.and_then(|script| self.script(table, &script)) else {
            return Vec::new();
        };
        let mut shows = Vec::new();
        for (channel, at) in channels {
            let show = ShowOptions {
                script: Arc::clone(&script),
                channel,
                zone: zone.clone(),
                seed,
                args: args.clone().unwrap_or_default(),
                facts: facts.clone(),
            };
            if self.is_new(&show, &at) {
                shows.push(show);
            }
        }
        shows
    }

    /// The channels of a show, and where each is named; the local one where none is.
    fn channels(&mut self, table: &DeTable<'_>) -> Vec<(ChannelArn, Range<usize>)> {
        const WANTED: &str = "hint: `channels = [\"local\"]`, or ARNs of channels";
        let Some(named) = table.get("channels") else {
            let at = table.get("script").map(Spanned::span).unwrap_or_default();
            return vec![(ChannelArn::local(), at)];
        };
        let Some(all) = named.get_ref().as_array().filter(|all| !all.is_empty()) else {
            self.wrong(&named.span(), &format!("`channels` is no list of channels\n{WANTED}"));
            return Vec::new();
        };
        let mut channels: Vec<(ChannelArn, Range<usize>)> = Vec::new();
        for one in all {
            let channel = match one.get_ref().as_str() {
                Some("local") => Ok(ChannelArn::local()),
                Some(arn) => arn.parse::<ChannelArn>().map_err(|error| error.to_string()),
                None => Err(format!("this is no channel\n{WANTED}")),
            };
            match channel {
                Ok(channel) if channels.iter().any(|(other, _)| *other == channel) => {
                    let words = "this show has the channel twice\nhint: leave one of them out";
                    self.wrong(&one.span(), words);
                }
                Ok(channel) => channels.push((channel, one.span())),
                Err(words) => self.wrong(&one.span(), &words),
            }
        }
        channels
    }

    /// Whether no show before plays this script on this channel: they would share one state.
    fn is_new(&mut self, show: &ShowOptions, at: &Range<usize>) -> bool {
        let line = line_of(self.text, at.start);
        let id = show.id();
        let Some((script, before)) = self.taken.get(&id) else {
            self.taken.insert(id, (Arc::clone(&show.script), line));
            return true;
        };
        let words = if *script == show.script {
            format!(
                "`{}` plays on this channel already, line {before}\n\
                 hint: a script plays once on a channel; leave one of them out",
                id.script
            )
        } else {
            format!(
                "another script of the name `{}` plays on this channel, line {before}: `{}`\n\
                 hint: rename one of the two; a show is known by its script's name and its channel",
                id.script,
                script.display()
            )
        };
        self.wrong(at, &words);
        false
    }

    /// The script's path, once it is known that it can be read.
    fn script(&mut self, table: &DeTable<'_>, named: &Path) -> Option<Arc<Path>> {
        let path: Arc<Path> = self.folder.join(named).into();
        if let Some((known, problem)) = self.scripts.get_key_value(&path)
            && problem.is_none()
        {
            return Some(Arc::clone(known));
        }
        let problem = match Folders::new(&path, None).map(|folders| folders.read_script()) {
            Ok(FileAnswer::Text(_)) => None,
            Ok(FileAnswer::Problem(problem)) => Some(problem),
            Err(error) => Some(error.to_string()),
        };
        self.scripts.insert(Arc::clone(&path), problem.clone());
        match (problem, table.get("script")) {
            (None, _) => Some(path),
            (Some(problem), at) => {
                self.wrong(&at.map(Spanned::span).unwrap_or_default(), &problem);
                None
            }
        }
    }

    fn facts(&mut self, table: &DeTable<'_>, named: &Path) -> Option<Arc<Path>> {
        let path = self.folder.join(named);
        if !path.is_dir() {
            let at = table.get("facts").map(Spanned::span).unwrap_or_default();
            self.wrong(&at, &format!("`{}` is not a folder", path.display()));
            return None;
        }
        Some(path.into())
    }

    /// What a key holds, read; none where it is not there, or not as it should be.
    fn said<T>(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        wanted: &str,
        read: impl Fn(&DeValue<'_>) -> Result<T, Option<String>>,
    ) -> Option<T> {
        let value = table.get(key)?;
        match read(value.get_ref()) {
            Ok(read) => Some(read),
            Err(words) => {
                let met = value.get_ref().type_str();
                let words = words
                    .unwrap_or_else(|| format!("`{key}` cannot be this {met}\nhint: `{wanted}`"));
                self.wrong(&value.span(), &words);
                None
            }
        }
    }

    /// Names the keys that nobody knows.
    fn know(&mut self, table: &DeTable<'_>, known: &[&str], whose: &str) {
        for key in table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let met = key.get_ref();
            let hint = match nearest(met, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it may have {}", known.join(", ")),
            };
            let words = format!("{whose} has no `{met}`\nhint: {hint}");
            self.wrong(&key.span(), &words);
        }
    }

    fn wrong_as_a_whole(&mut self, words: &str, hint: Option<&str>) {
        let error = ScriptError::of_script(self.name, words);
        self.mistakes.push(ScriptError { hint: hint.map(str::to_owned), ..error });
    }

    fn wrong(&mut self, at: &Range<usize>, words: &str) {
        self.mistakes.push(mistake(self.text, self.name, at, words));
    }
}

fn zone(value: &DeValue<'_>) -> Result<Zone, Option<String>> {
    let text = value.as_str().ok_or(None)?;
    text.parse().map_err(|error: crate::model::error::ModelError| Some(error.to_string()))
}

fn seed(value: &DeValue<'_>) -> Result<u64, Option<String>> {
    let number = value.as_integer().ok_or(None)?;
    u64::from_str_radix(number.as_str(), number.radix()).map_err(|_| {
        Some(format!("`seed` cannot be {number}\nhint: a whole number from 0, `seed = 7`"))
    })
}

fn path(value: &DeValue<'_>) -> Result<Box<Path>, Option<String>> {
    let text = value.as_str().filter(|text| !text.is_empty()).ok_or(None)?;
    Ok(Path::new(text).into())
}

fn arguments(value: &DeValue<'_>) -> Result<Arc<[(String, Value)]>, Option<String>> {
    let table = value.as_table().ok_or(None)?;
    Ok(args::object(table).map_err(Some)?.into_iter().collect())
}
