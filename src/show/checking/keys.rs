//! The keys of the desk that fire cues.

use super::at_line;
use crate::model::cue::CuePlan;
use crate::model::script_error::ScriptError;
use crate::show::look::Subject;

/// Keys that the desk leaves to the page.
const OF_THE_PAGE: [&str; 4] = ["Enter", " ", "Tab", "Escape"];

/// Keys that fire nothing, or another cue.
pub(super) fn doubts(subject: &Subject<'_>, cues: &[CuePlan]) -> Vec<ScriptError> {
    let mut found = Vec::new();
    for (at, plan) in cues.iter().enumerate() {
        let Some(key) = &plan.options.key else { continue };
        let mut say = |message: String, hint: &str| {
            let mut doubt = at_line(subject, plan.line, &[], message);
            doubt.cue = Some(plan.key.to_string());
            doubt.hint = Some(hint.to_owned());
            found.push(doubt);
        };
        let first = cues[..at].iter().find(|other| other.options.key.as_ref() == Some(key));
        if !can_be_pressed(key) {
            say(
                format!("the desk never hears the key `{key}` of `{}`", plan.key),
                "write one character, `\"1\"`, or a key's name, `\"F1\"`",
            );
        } else if let Some(first) = first {
            say(
                format!(
                    "the key `{key}` of `{}` fires `{}`, which has it too",
                    plan.key, first.key
                ),
                "each cue has a key of its own",
            );
        }
    }
    found
}

/// Whether it is one character, or like the name that a browser has for a key: `F1`, `ArrowUp`.
fn can_be_pressed(key: &str) -> bool {
    let is_name = key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.chars().all(|c| c.is_ascii_alphanumeric());
    !OF_THE_PAGE.contains(&key) && (key.chars().count() == 1 || is_name)
}
