//! Properties that what a word gives does not have: rhai takes them for `()`.

use rhai::{ASTNode, Expr, Position};

use super::Notes;
use super::tested::Tests;
use super::tree::{Path, Script};
use crate::model::near::nearest;

/// What is known of a payload that was sent.
const OF_SENT: [&str; 4] = ["at", "cue", "bytes", "payload"];
/// What `stream()` gives.
const OF_STREAM: [&str; 5] = ["live", "viewers", "health", "started_at", "elapsed_s"];
/// What `channel()` gives.
const OF_CHANNEL: [&str; 4] = ["arn", "name", "region", "local"];

pub(super) fn look(tests: &Tests<'_>, script: &Script<'_>, notes: &mut Notes<'_>) {
    script.each(&mut |place, path| {
        let Some((of, field, position)) = read(path) else { return };
        let (known, is_sent) = match of {
            "stream" => (&OF_STREAM[..], false),
            "channel" => (&OF_CHANNEL[..], false),
            "last" | "sent" if tests.hold(place) => (&OF_SENT[..], true),
            _ => return,
        };
        if known.contains(&field) {
            return;
        }
        let list = known.join(", ");
        if is_sent {
            let one = if of == "sent" { "sent()[0]" } else { "last()" };
            let told = format!(
                "what was sent has no `{field}`\nhint: it has {list}; what viewers got is \
                 `{one}.payload.{field}`"
            );
            notes.error(position, &told);
        } else {
            let hint = match nearest(field, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {list}"),
            };
            notes.warning(position, &format!("`{of}()` has no `{field}`\nhint: {hint}"));
        }
    });
}

/// The property that is read of what a word gives, or of an item of it: the word, the property, and
/// where that stands.
fn read<'p>(path: Path<'p, '_>) -> Option<(&'p str, &'p str, Position)> {
    let ASTNode::Expr(chain) = path.last()? else { return None };
    let (word, rest) = match chain {
        Expr::Dot(parts, ..) => (&parts.lhs, &parts.rhs),
        Expr::Index(parts, ..) => match &parts.rhs {
            Expr::Dot(item, ..) => (&parts.lhs, &item.rhs),
            _ => return None,
        },
        _ => return None,
    };
    let Expr::FnCall(call, _) = word else { return None };
    let first = match rest {
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => &parts.lhs,
        alone => alone,
    };
    let Expr::Property(property, position) = first else { return None };
    Some((call.name.as_str(), property.2.as_str(), *position))
}
