//! A script's tree as the walk goes through it: its top level and each function by itself.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{
    AST, ASTFlags, ASTNode, Expr, FnCallExpr, FnPtr, Module, Position, ScriptFuncDef, Shared, Stmt,
};

use super::REGISTRATIONS;

/// A script's statements and functions.
pub(super) struct Script<'a> {
    pub(super) ast: &'a AST,
    pub(super) functions: BTreeMap<String, Vec<Function>>,
    /// Names of the closures that are kept as handlers.
    pub(super) handlers: BTreeSet<String>,
}

/// A function with a tree of its own: rhai walks only whole trees.
pub(super) struct Function {
    pub(super) definition: Shared<ScriptFuncDef>,
    tree: AST,
    /// How many statements it has, not counting those inside them.
    statements: usize,
}

/// Where a node stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// In no function.
    TopLevel,
    /// In a function or closure; whether in its last statement, whose value it answers.
    Function(&'a ScriptFuncDef, Turn),
}

/// Which statement of a function a node belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// One that others follow.
    Early,
    /// The last, whose value the function answers.
    Last,
}

/// A node with all above it, the outermost first.
pub(super) type Path<'p, 'a> = &'p [ASTNode<'a>];

impl<'a> Script<'a> {
    pub(super) fn new(ast: &'a AST) -> Self {
        let mut script = Self { ast, functions: functions(ast), handlers: BTreeSet::new() };
        let mut handlers = BTreeSet::new();
        script.each(&mut |_, path| {
            let Some((call, _)) = call(path) else { return };
            if REGISTRATIONS.contains(&call.name.as_str()) {
                let closures = call.args.iter().filter_map(closure);
                handlers.extend(closures.map(|(name, _)| name));
            }
        });
        script.handlers = handlers;
        script
    }

    /// Calls `visit` with every node.
    pub(super) fn each(&self, visit: &mut dyn FnMut(Place<'_>, Path<'_, '_>)) {
        for statement in self.ast.statements() {
            statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
                visit(Place::TopLevel, path);
                true
            });
        }
        for function in self.functions.values().flatten() {
            function.each(visit);
        }
    }

    /// The variables that the top level declares, by name; whether as constants.
    pub(super) fn top_level(&self) -> BTreeMap<&'a str, bool> {
        let declared = self.ast.statements().iter().filter_map(|statement| match statement {
            Stmt::Var(variable, flags, _) => {
                Some((variable.0.name.as_str(), flags.contains(ASTFlags::CONSTANT)))
            }
            _ => None,
        });
        declared.collect()
    }
}

impl Function {
    /// Whether it is a closure rather than one with a name.
    pub(super) fn is_closure(&self) -> bool {
        self.definition.name.starts_with("anon$")
    }

    /// Calls `visit` with every node.
    pub(super) fn each(&self, visit: &mut dyn FnMut(Place<'_>, Path<'_, '_>)) {
        let mut begun = 0;
        self.tree.walk(&mut |path: &[ASTNode<'_>]| {
            begun += usize::from(path.len() == 1);
            let turn = if begun == self.statements { Turn::Last } else { Turn::Early };
            visit(Place::Function(&self.definition, turn), path);
            true
        });
    }
}

fn functions(ast: &AST) -> BTreeMap<String, Vec<Function>> {
    let mut functions: BTreeMap<String, Vec<Function>> = BTreeMap::new();
    for known in ast.iter_functions() {
        let count = known.params.len();
        let Some(definition) = ast.shared_lib().get_script_fn(known.name, count) else {
            continue;
        };
        let mut alone = Module::new();
        alone.set_script_fn(definition.clone());
        let tree = AST::new_from_module(alone);
        let mut statements = 0;
        tree.walk(&mut |path: &[ASTNode<'_>]| {
            statements += usize::from(path.len() == 1);
            true
        });
        let function = Function { definition: definition.clone(), tree, statements };
        functions.entry(known.name.to_owned()).or_default().push(function);
    }
    functions
}

/// The function call that a path ends at, and where its name stands.
pub(super) fn call<'p>(path: Path<'p, '_>) -> Option<(&'p FnCallExpr, Position)> {
    match path.last()? {
        ASTNode::Stmt(Stmt::FnCall(call, position))
        | ASTNode::Expr(Expr::FnCall(call, position)) => Some((call, *position)),
        _ => None,
    }
}

/// A closure's function name and the variables it captures.
pub(super) fn closure(expression: &Expr) -> Option<(String, Vec<(&str, Position)>)> {
    match expression {
        Expr::DynamicConstant(value, _) => {
            let function = value.read_lock::<FnPtr>()?;
            Some((function.fn_name().to_owned(), Vec::new()))
        }
        Expr::FnCall(call, _) if call.name == "curry" => {
            let (name, _) = closure(call.args.first()?)?;
            let captured = call.args.iter().skip(1).filter_map(variable);
            Some((name, captured.collect()))
        }
        // A capture makes the closure a block of two statements: share, then curry.
        Expr::Stmt(block) => block.iter().find_map(|statement| match statement {
            Stmt::Expr(expression) => closure(expression),
            Stmt::FnCall(call, _) if call.name == "curry" => {
                let (name, _) = closure(call.args.first()?)?;
                Some((name, call.args.iter().skip(1).filter_map(variable).collect()))
            }
            _ => None,
        }),
        _ => None,
    }
}

/// A variable's name and place.
pub(super) fn variable(expression: &Expr) -> Option<(&str, Position)> {
    match expression {
        Expr::Variable(variable, _, position) => Some((variable.1.as_str(), *position)),
        _ => None,
    }
}
