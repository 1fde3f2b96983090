//! The files a script names outright.

use rhai::{AST, ASTNode, Expr, Stmt};

use super::tree::{Script, call};
use crate::model::file::{FileKind, FileRef};
use crate::script::imports::{inside, script_name};

/// The scripts that a script imports at its top level.
pub(in crate::script) fn imports(ast: &AST) -> Vec<FileRef> {
    ast.statements().iter().filter_map(import).collect()
}

fn import(statement: &Stmt) -> Option<FileRef> {
    let Stmt::Import(import, _) = statement else { return None };
    let Expr::StringConstant(path, _) = &import.0 else { return None };
    Some(FileRef { kind: FileKind::Script, name: script_name(path).ok()?.to_owned() })
}

/// Every file that a script names by a constant text.
pub(super) fn named(script: &Script<'_>) -> Vec<FileRef> {
    let mut files = Vec::new();
    script.each(&mut |_, path| {
        if let Some(ASTNode::Stmt(statement)) = path.last() {
            files.extend(import(statement));
        }
        let Some((call, _)) = call(path) else { return };
        let Some(Expr::StringConstant(name, _)) = call.args.first() else { return };
        let (kind, name) = match call.name.as_str() {
            "random_fact" | "next_fact" | "facts" => {
                (FileKind::Facts, name.strip_suffix(".txt").unwrap_or(name))
            }
            "read_json" | "read_lines" | "read_csv" | "timeline" => (FileKind::Data, name.as_str()),
            _ => return,
        };
        if inside(name, "a file").is_ok() {
            files.push(FileRef { kind, name: name.to_owned() });
        }
    });
    files
}
