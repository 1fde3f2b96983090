//! Whether a show can begin: a line for each question, or JSON lines for a program.

use std::io;

use serde_json::json;

use super::json;
use super::screen::{Colours, Screen};
use super::text::{clean, fit};
use super::tone::Tone;
use crate::world::ready::{Check, Verdict};

/// Columns of the verdict, and of the question's name.
const VERDICT_COLUMNS: usize = 6;
const NAME_COLUMNS: usize = 11;

/// Shows the checks on standard output.
pub fn show(checks: &[Check], as_json: bool) -> io::Result<()> {
    if as_json {
        return Screen::pipe(io::stdout()).write(&json_text(checks));
    }
    let mut out = Screen::stdout();
    let text = plain_text(checks, out.colours());
    out.write(&text)
}

/// Nothing is cut: what to do stands last.
pub(in crate::world) fn plain_text(checks: &[Check], colours: Colours) -> String {
    let line = |check: &Check| {
        let (tone, word) = match check.verdict {
            Verdict::Fine => (Tone::Good, "ok"),
            Verdict::Wanting => (Tone::Watch, "not ok"),
            Verdict::Refused => (Tone::Bad, "not ok"),
        };
        let word = colours.paint(tone, &fit(word, VERDICT_COLUMNS));
        let to_do = Some(&check.to_do).filter(|to_do| !to_do.is_empty());
        let to_do = to_do.map(|to_do| format!(" · {}", clean(to_do))).unwrap_or_default();
        let name = fit(check.name, NAME_COLUMNS);
        format!("{word}  {name}  {}{to_do}\n", clean(&check.met))
    };
    checks.iter().map(line).collect()
}

fn json_text(checks: &[Check]) -> String {
    let line = |check: &Check| {
        let is_ok = check.verdict == Verdict::Fine;
        let to_do = Some(&check.to_do).filter(|to_do| !to_do.is_empty());
        json::line(&json!({
            "check": check.name,
            "ok": is_ok,
            "refused": check.verdict == Verdict::Refused,
            "met": check.met,
            "to_do": to_do,
        }))
    };
    checks.iter().map(line).collect()
}
