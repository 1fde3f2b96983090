//! What a viewer gets, as lines for a person or as JSON lines for a program.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::io;

use jiff::{SignedDuration, Timestamp, Unit};
use serde::Serialize;

use super::json;
use super::screen::Screen;
use super::text::{clean, cut, fit, width};
use super::tone::Tone;
use super::words::{count, millis};
use crate::hls::read::id3::Frame;
use crate::hls::read::reader::Metadata;
use crate::model::limits::OWNERS_NAMED_MAX;
use crate::world::watch_stream::{News, What};

/// The owner of what a show sends.
pub const OURS: &str = "metadata.live-video.net";
/// Owners of what streams carry for players alone: each has them, and nobody asks for them.
const OF_PLAYERS: [&str; 2] = ["com.apple.streaming.transportStreamTimestamp", "segmentmetadata"];
/// Columns of the time, the word after it, the media time, the delay and the size.
const TIME_COLUMNS: usize = 12;
const WORD_COLUMNS: usize = 7;
const MEDIA_COLUMNS: usize = 12;
const DELAY_COLUMNS: usize = 9;
const SIZE_COLUMNS: usize = 8;

/// Shows what a viewer gets.
#[derive(Debug)]
pub struct Viewing {
    /// Where frames are shown.
    out: Screen,
    /// Where what becomes of the stream is said.
    aside: Option<Screen>,
    /// Whether frames of all owners are shown.
    all: bool,
    /// Owners that were named because their frames are not shown.
    named: BTreeSet<String>,
}

/// A frame as a program reads it.
#[derive(Serialize)]
struct Line<'a> {
    at: String,
    media_time: f64,
    program_time: Option<String>,
    delay_ms: Option<i64>,
    owner: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
}

impl Viewing {
    /// Lines for a person, on standard output; with `all`, frames of every owner.
    pub fn plain(all: bool) -> Self {
        Self { out: Screen::stdout(), aside: None, all, named: BTreeSet::new() }
    }

    /// One JSON object a frame on standard output; the rest is said on standard error.
    pub fn json(all: bool) -> Self {
        let (out, aside) = (Screen::pipe(io::stdout()), Some(Screen::stderr()));
        Self { out, aside, all, named: BTreeSet::new() }
    }

    /// Shows one piece of news.
    pub fn show(&mut self, news: &News) -> io::Result<()> {
        match &news.what {
            What::Metadata(metadata) if self.all || metadata.frame.owner == OURS => {
                self.frame(news, metadata)
            }
            What::Metadata(metadata) => self.name(news, &metadata.frame.owner),
            What::OnAir => self.say(news, Tone::Good, "on air", "the stream plays"),
            What::OffAir => {
                self.say(news, Tone::Watch, "off air", "nothing comes, waiting for the stream")
            }
            What::Missed(segments) => {
                let words = count(*segments, "segment", "segments");
                self.say(news, Tone::Watch, "missed", &format!("{words} left before it was read"))
            }
            What::Trouble(problem) => self.say(news, Tone::Bad, "trouble", problem),
            What::Ended => self.say(news, Tone::Past, "ended", "the stream is over"),
        }
    }

    fn frame(&mut self, news: &News, metadata: &Metadata) -> io::Result<()> {
        let text = if self.aside.is_some() {
            json_line(news, metadata)
        } else {
            plain_line(news, metadata, &self.out)
        };
        self.out.write(&text)
    }

    /// Says once of each owner that there is more.
    fn name(&mut self, news: &News, owner: &str) -> io::Result<()> {
        let is_told = OF_PLAYERS.contains(&owner) || self.named.contains(owner);
        if is_told || self.named.len() >= OWNERS_NAMED_MAX {
            return Ok(());
        }
        self.named.insert(owner.to_owned());
        let owner = if owner.is_empty() { "no owner" } else { owner };
        let words = format!("frames of {owner} are not shown; `--all` shows them");
        self.say(news, Tone::Past, "more", &words)
    }

    fn say(&mut self, news: &News, tone: Tone, word: &str, words: &str) -> io::Result<()> {
        let screen = self.aside.as_mut().unwrap_or(&mut self.out);
        let colours = screen.colours();
        let time = colours.paint(Tone::Past, &clock(news));
        let word = colours.paint(tone, &fit(word, WORD_COLUMNS));
        screen.write(&format!("{time}  {word}  {}\n", clean(words)))
    }
}

fn clock(news: &News) -> String {
    news.at.strftime("%H:%M:%S%.3f").to_string()
}

fn plain_line(news: &News, metadata: &Metadata, screen: &Screen) -> String {
    let frame = &metadata.frame;
    let delay = delay_ms(news, metadata).map(millis).unwrap_or_default();
    let (media, size) =
        (media_time(whole_millis(metadata.media_time)), format!("{} B", frame.data.len()));
    let columns =
        format!("  {media:>MEDIA_COLUMNS$}{delay:>DELAY_COLUMNS$}{size:>SIZE_COLUMNS$}   ");
    let owner = match frame.owner.as_str() {
        OURS => String::new(),
        owner => format!("{}  ", clean(owner)),
    };
    let words = text(frame).map_or_else(|| hex(&frame.data), clean);
    let room = screen.width().unwrap_or(usize::MAX);
    let words =
        cut(&format!("{owner}{words}"), room.saturating_sub(TIME_COLUMNS + width(&columns)));
    format!("{}{columns}{words}\n", screen.colours().paint(Tone::Past, &clock(news)))
}

fn json_line(news: &News, metadata: &Metadata) -> String {
    let frame = &metadata.frame;
    let text = text(frame);
    json::line(&Line {
        at: written(news.at),
        media_time: whole_millis(metadata.media_time).as_secs_f64(),
        program_time: metadata.program_time.map(written),
        delay_ms: delay_ms(news, metadata),
        owner: &frame.owner,
        text,
        data: text.is_none().then(|| hex(&frame.data)),
    })
}

/// A time as the journal writes it.
fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn whole_millis(time: SignedDuration) -> SignedDuration {
    time.round(Unit::Millisecond).unwrap_or(time)
}

/// How long after the picture was taken its metadata came.
fn delay_ms(news: &News, metadata: &Metadata) -> Option<i64> {
    let delay = news.at.duration_since(metadata.program_time?);
    i64::try_from(delay.as_millis()).ok()
}

/// `0:00:12.400`.
fn media_time(time: SignedDuration) -> String {
    let sign = if time.is_negative() { "-" } else { "" };
    let millis = time.as_millis().unsigned_abs();
    let (seconds, minutes) = (millis / 1_000, millis / 60_000);
    let (hours, minutes, seconds) = (minutes / 60, minutes % 60, seconds % 60);
    format!("{sign}{hours}:{minutes:02}:{seconds:02}.{:03}", millis % 1_000)
}

/// The data as text, where it is one. What others send and has control characters in it is not
/// meant to be read.
fn text(frame: &Frame) -> Option<&str> {
    let is_written = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let text = str::from_utf8(&frame.data).ok()?;
    (frame.owner == OURS || text.chars().all(is_written)).then_some(text)
}

fn hex(data: &[u8]) -> String {
    data.iter().fold(String::with_capacity(2 * data.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}

#[cfg(test)]
mod tests;
