//! Copies of `state`, or of a part of it, that are written into: what is written is lost.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{ASTNode, Expr, Position, Stmt};

use super::Notes;
use super::doubts::{is_change, mentions, root, written};
use super::tree::{Path, Place, Script, variable};

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    let copies = copies_of_all(script);
    script.each(&mut |_, path| {
        if let Some(name) = written(path).filter(|name| copies.contains(*name)) {
            let position = path.last().map_or(Position::NONE, ASTNode::position);
            warn(name, "state", "write into `state` itself", position, notes);
        }
    });
    for ((_, name), copy) in variables(script) {
        let Some(part) = copy.lost() else { continue };
        let of = part.name.as_deref().unwrap_or("state");
        let hint = match &part.name {
            Some(of) => format!("write into `{of}` itself, or back: `{of} = {name};`"),
            None => "write into `state` itself".to_owned(),
        };
        for position in &copy.written {
            warn(&name, of, &hint, *position, notes);
        }
    }
}

fn warn(name: &str, of: &str, hint: &str, position: Position, notes: &mut Notes<'_>) {
    let says = format!("`{name}` is a copy of `{of}`: what is written into it is lost");
    notes.warning(position, &format!("{says}\nhint: {hint}"));
}

/// The variables that are made as copies of all of `state`.
fn copies_of_all(script: &Script<'_>) -> BTreeSet<String> {
    let mut copies = BTreeSet::new();
    script.each(&mut |_, path| {
        if let Some(ASTNode::Stmt(Stmt::Var(declared, ..))) = path.last()
            && variable(&declared.1).is_some_and(|(of, _)| of == "state")
        {
            copies.insert(declared.0.name.to_string());
        }
    });
    copies
}

/// What one function, or the top level, does with a variable of it.
#[derive(Default)]
struct Copy {
    /// What of `state` it is made as a copy of; none where it holds something else.
    of: Option<Part>,
    /// How often it is made.
    made: usize,
    written: Vec<Position>,
    /// It is reckoned up, `copy.n += 1`: nobody does that to what is only looked at.
    is_counted: bool,
    /// A part of it is read.
    is_read: bool,
    /// All of it is used: written back, handed on, gone through.
    is_used: bool,
}

/// A part of `state`.
struct Part {
    /// How it is written, `state.teams`; none where that is longer than a hint.
    name: Option<String>,
}

/// One thing that is done with a variable.
enum Seen {
    Made(Option<Part>),
    Written { at: Position, is_counted: bool },
    Read,
    Used,
}

impl Copy {
    fn take(&mut self, seen: Seen) {
        match seen {
            Seen::Made(of) => {
                self.made += 1;
                self.of = of;
            }
            Seen::Written { at, is_counted } => {
                self.written.push(at);
                self.is_counted |= is_counted;
            }
            Seen::Read => self.is_read = true,
            Seen::Used => self.is_used = true,
        }
    }

    /// What it is a copy of, where nothing asks for what was written into it.
    fn lost(&self) -> Option<&Part> {
        let is_asked_for = self.is_used || self.is_read && !self.is_counted;
        self.of.as_ref().filter(|_| self.made == 1 && !is_asked_for)
    }
}

/// Every variable, by the function that it is one of.
fn variables(script: &Script<'_>) -> BTreeMap<(String, String), Copy> {
    let mut variables: BTreeMap<(String, String), Copy> = BTreeMap::new();
    script.each(&mut |place, path| {
        let function = match place {
            Place::TopLevel => String::new(),
            Place::Function(own, _) => format!("{}/{}", own.name, own.params.len()),
        };
        if let Some((name, seen)) = seen(path) {
            variables.entry((function, name.to_owned())).or_default().take(seen);
        }
    });
    variables
}

/// The variable that a path's end does something with.
fn seen<'p>(path: Path<'p, '_>) -> Option<(&'p str, Seen)> {
    let (last, above) = path.split_last()?;
    match last {
        ASTNode::Stmt(Stmt::Var(declared, ..)) => {
            return Some((&declared.0.name, Seen::Made(part_of_state(&declared.1))));
        }
        ASTNode::Stmt(Stmt::For(parts, _)) => return Some((&parts.0.name, Seen::Made(None))),
        _ => {}
    }
    if let Some(name) = written(path) {
        let is_counted = match last {
            ASTNode::Stmt(Stmt::Assignment(parts)) => {
                parts.0.is_op_assignment() || mentions(&parts.1.rhs, name)
            }
            _ => false,
        };
        return Some((name, Seen::Written { at: last.position(), is_counted }));
    }
    let ASTNode::Expr(expression) = last else { return None };
    let (name, _) = variable(expression)?;
    let Some((ASTNode::Expr(chain), above)) = above.split_last() else {
        return Some((name, Seen::Used));
    };
    let (Expr::Dot(first, ..) | Expr::Index(first, ..)) = chain else {
        return Some((name, Seen::Used));
    };
    let is_begin = std::ptr::eq(&raw const first.lhs, &raw const **expression);
    let is_written = is_change(chain) || above.iter().any(|node| is_write_into(node, name));
    match &first.rhs {
        _ if !is_begin => Some((name, Seen::Used)),
        _ if is_written => None,
        Expr::MethodCall(..) => Some((name, Seen::Used)),
        Expr::Dot(next, ..) if matches!(next.lhs, Expr::MethodCall(..)) => Some((name, Seen::Used)),
        _ => Some((name, Seen::Read)),
    }
}

/// Whether a statement gives a part of this variable another value.
fn is_write_into(node: &ASTNode<'_>, name: &str) -> bool {
    matches!(node, ASTNode::Stmt(Stmt::Assignment(parts)) if root(&parts.1.lhs) == Some(name))
}

/// Whether a value is a part of `state`, or what stands in for one.
fn part_of_state(value: &Expr) -> Option<Part> {
    match value {
        Expr::Coalesce(either, _) => part_of_state(either.first()?),
        Expr::Dot(..) | Expr::Index(..) if root(value) == Some("state") => {
            let mut calls = false;
            value.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
                calls |= matches!(path.last(), Some(ASTNode::Expr(Expr::MethodCall(..))));
                true
            });
            (!calls).then(|| Part { name: written_out(value) })
        }
        _ => None,
    }
}

/// A chain of properties as it is written.
fn written_out(chain: &Expr) -> Option<String> {
    match chain {
        Expr::Dot(parts, ..) => {
            Some(format!("{}.{}", written_out(&parts.lhs)?, written_out(&parts.rhs)?))
        }
        Expr::Property(property, _) => Some(property.2.to_string()),
        other => variable(other).map(|(name, _)| name.to_owned()),
    }
}
