//! `SubRip` and `WebVTT`: blocks with a line of two times, `-->` between, and their text below.

use super::{Entry, TimelineError, between, time};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Srt,
    Vtt,
}

const ARROW: &str = "-->";

pub(super) fn read(text: &str, kind: Kind) -> Result<Vec<Entry>, TimelineError> {
    let lines: Vec<(usize, &str)> = (1..).zip(text.lines().map(str::trim_end)).collect();
    let blocks = lines.split(|(_, line)| line.trim().is_empty());
    let mut blocks = blocks.filter(|block| !block.is_empty());
    if kind == Kind::Vtt {
        let head = blocks.next().and_then(|block| block.first());
        if !head.is_some_and(|(_, line)| line.starts_with("WEBVTT")) {
            return Err(TimelineError::new(1, "a WebVTT file begins with `WEBVTT`"));
        }
    }
    let blocks = blocks.filter(|block| !is_aside(block, kind));
    blocks.map(entry).collect()
}

/// Blocks of `WebVTT` that show nothing.
fn is_aside(block: &[(usize, &str)], kind: Kind) -> bool {
    let Some((_, first)) = block.first() else { return true };
    let word = first.split_whitespace().next().unwrap_or_default();
    kind == Kind::Vtt && !first.contains(ARROW) && matches!(word, "NOTE" | "STYLE" | "REGION")
}

fn entry(block: &[(usize, &str)]) -> Result<Entry, TimelineError> {
    let (number, first) = block.first().copied().unwrap_or((1, ""));
    // A number or a name may stand above the times.
    let times = block.iter().take(2).position(|(_, line)| line.contains(ARROW));
    let wanted = "wanted two times, `00:01:02,500 --> 00:01:05,000`";
    let Some(times) = times else {
        return Err(TimelineError::new(number, format!("met `{first}`, {wanted}")));
    };
    let (line, of_times) = block.get(times).copied().unwrap_or((number, first));
    let unreadable = || TimelineError::new(line, format!("met `{of_times}`, {wanted}"));
    let (from, to) = of_times.split_once(ARROW).ok_or_else(unreadable)?;
    // Where the text stands on the picture may follow the times.
    let to = to.split_whitespace().next().ok_or_else(unreadable)?;
    let (at, until) = time(from).zip(time(to)).ok_or_else(unreadable)?;
    let show_for = between(at, until)
        .ok_or_else(|| TimelineError::new(line, format!("`{of_times}` ends before it begins")))?;
    let text: Vec<&str> = block.iter().skip(times + 1).map(|(_, line)| *line).collect();
    let text = text.join("\n");
    let text = if is_json(&text) { text } else { plain(&text) };
    Ok(Entry { line, at, show_for: Some(show_for), text })
}

/// What begins like a list or an object is meant to be one.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Words without the tags and the escapes of subtitles.
fn plain(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        words.push_str(before);
        let begins = tag.trim_start_matches('/').chars().next();
        let is_tag = begins.is_some_and(|c| c.is_ascii_alphanumeric());
        if let Some((_, after)) = tag.split_once('>').filter(|_| is_tag) {
            rest = after;
        } else {
            words.push('<');
            rest = tag;
        }
    }
    words.push_str(rest);
    [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")]
        .iter()
        .fold(words, |words, (escape, means)| words.replace(escape, means))
}
