//! Imports of other scripts, from the show's folder as the view shows it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rhai::{AST, Engine, EvalAltResult, Module, ModuleResolver, Position, Scope, Shared};

use super::engine;
use super::errors::ScriptFault;
use super::stage::StageRef;
use crate::model::file::FileKind;

/// What one load has imported.
#[derive(Default)]
pub(super) struct Imported {
    modules: BTreeMap<String, Shared<Module>>,
    /// Texts and trees by file name, for messages and for the walk.
    pub(super) scripts: BTreeMap<String, (Arc<str>, AST)>,
    /// Scripts that are being imported now: one among them is a circle.
    open: Vec<String>,
    /// A mistake that kept an import from compiling: its file, and where.
    pub(super) mistake: Option<Box<(String, Arc<str>, rhai::ParseError)>>,
}

/// The resolver of a show's engine.
#[derive(Clone)]
pub(super) struct Imports {
    stage: StageRef,
    imported: Arc<Mutex<Imported>>,
}

impl Imports {
    pub(super) fn new(stage: &StageRef) -> Self {
        Self { stage: stage.clone(), imported: Arc::default() }
    }

    /// A load begins: nothing is imported.
    pub(super) fn begin(&self) {
        *self.get() = Imported::default();
    }

    /// Whether a handler has imported that script since the last load was taken.
    pub(super) fn holds(&self, name: &str) -> bool {
        script_name(name).is_ok_and(|name| self.get().modules.contains_key(name))
    }

    /// What was imported since then.
    pub(super) fn take(&self) -> Imported {
        std::mem::take(&mut *self.get())
    }

    fn get(&self) -> std::sync::MutexGuard<'_, Imported> {
        self.imported.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn import(&self, engine: &Engine, name: &str) -> Result<Shared<Module>, Box<EvalAltResult>> {
        let text = self.stage.get().file(FileKind::Script, name)?;
        let file = format!("{name}.rhai");
        let mut ast = engine::language().compile(&*text).map_err(|error| {
            self.get().mistake = Some(Box::new((file.clone(), Arc::clone(&text), error)));
            ScriptFault::says(format!("`{file}` does not compile"))
        })?;
        ast.set_source(&file);
        self.get().scripts.insert(file.clone(), (text, ast.clone()));
        let module = Module::eval_ast_as_new(Scope::new(), &ast, engine)
            .map_err(|error| EvalAltResult::ErrorInModule(file, error, Position::NONE))?;
        Ok(module.into())
    }
}

impl ModuleResolver for Imports {
    fn resolve(
        &self,
        engine: &Engine,
        _source: Option<&str>,
        path: &str,
        position: Position,
    ) -> Result<Shared<Module>, Box<EvalAltResult>> {
        let at = |mut error: Box<EvalAltResult>| {
            if error.position().is_none() {
                error.set_position(position);
            }
            error
        };
        let name = script_name(path).map_err(|fault| at(fault.into()))?;
        if let Some(module) = self.get().modules.get(name) {
            return Ok(module.clone());
        }
        if self.get().open.iter().any(|open| open == name) {
            let circle = ScriptFault::hints(
                format!("`{name}` is imported by a script that it imports itself"),
                "move what both use into a third script",
            );
            return Err(at(circle.into()));
        }
        self.get().open.push(name.to_owned());
        let module = self.import(engine, name);
        self.get().open.pop();
        let module = module.map_err(at)?;
        self.get().modules.insert(name.to_owned(), module.clone());
        Ok(module)
    }
}

/// The name of a script in the show's folder; a path out of it is refused.
pub(super) fn script_name(path: &str) -> Result<&str, ScriptFault> {
    let name = path.strip_suffix(".rhai").unwrap_or(path);
    inside(name, "an import")?;
    Ok(name)
}

/// Refuses a path that is empty or climbs out of the show's folders. `what` it is of.
pub(super) fn inside(path: &str, what: &str) -> Result<(), ScriptFault> {
    let climbs = path.starts_with('/')
        || path.contains(['\\', ':', '\0'])
        || path.split('/').any(|part| part.is_empty() || part == "." || part == "..");
    if climbs {
        return Err(ScriptFault::hints(
            format!("`{path}` is no path for {what}"),
            "wanted one inside the show's folders, without `..` and without a leading `/`",
        ));
    }
    Ok(())
}
