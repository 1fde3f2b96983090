//! Mistakes that show once the top level has run: what its cues came to.

use rhai::{AST, ASTFlags, Stmt};

use super::{Found, Notes, fired};
use crate::model::trigger::Trigger;
use crate::model::zone::Zone;
use crate::script::errors::Sources;
use crate::script::stage::Stage;

pub(in crate::script) fn find(
    found: &mut Found,
    file: &str,
    sources: &Sources,
    ast: &AST,
    stage: &Stage,
) {
    let named = std::mem::take(&mut found.named);
    let mut notes = Notes { found, file, sources };
    for (word, position) in stage.draft.loose.values() {
        notes.error(
            *position,
            &format!(
                "this `{word}` has no handler\nhint: write `{word}(…, || …)`, or name it: \
             `cue(\"name\", {word}(…), || …)`"
            ),
        );
    }
    for cue in &stage.draft.cues {
        for trigger in &cue.plan.triggers {
            if never_fires(trigger, &stage.zone, stage.now.wall) {
                let trigger = trigger.to_string();
                // The word `cron`, and the seven fields of one that names its years.
                let has_years = trigger.split_whitespace().count() >= 8;
                let why = if has_years {
                    "its years are past, or no day of them has this date"
                } else {
                    "no day has this date; check day and month"
                };
                notes.error(cue.position, &format!("`{trigger}` never fires\nhint: {why}"));
            }
        }
    }
    if !stage.draft.cues.is_empty() {
        let cues = stage.draft.cues.iter().map(|cue| cue.plan.key.as_str()).collect();
        fired::look(&named, &cues, &mut notes);
    }
    if stage.draft.cues.is_empty() && stage.draft.loose.is_empty() {
        let acts = ast.statements().iter().find(|statement| does_more(statement));
        if let Some(statement) = acts {
            notes.error(
                statement.position(),
                "this script declares no cue, so nothing would ever happen\nhint: begin with \
                 `every(\"10s\", || …)` or `on(\"start\", || …)`",
            );
        }
    }
}

/// Whether a statement of the top level does more than a library's would.
fn does_more(statement: &Stmt) -> bool {
    match statement {
        Stmt::Noop(_) | Stmt::Import(..) | Stmt::Export(..) => false,
        Stmt::Var(_, flags, _) => !flags.contains(ASTFlags::CONSTANT),
        _ => true,
    }
}

/// Whether a trigger will not fire in any year that counts.
fn never_fires(trigger: &Trigger, zone: &Zone, now: jiff::Timestamp) -> bool {
    match trigger {
        Trigger::Cron { spec, zone: own } => {
            crate::rules::cron::next_after(spec, own.as_ref().unwrap_or(zone), now).is_none()
        }
        Trigger::Every { .. }
        | Trigger::At { .. }
        | Trigger::StreamAt { .. }
        | Trigger::After { .. }
        | Trigger::On(_) => false,
    }
}
