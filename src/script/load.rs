//! Loads a version of a script: compiles it, runs its top level, looks for mistakes.

use std::sync::Arc;

use rhai::{AST, Dynamic, EvalAltResult, Position, Scope};

use super::api::{Asked, Loaded, Metered, Ready, View};
use super::errors::Sources;
use super::generation::{Generation, Handler, Inner};
use super::imports::Imported;
use super::nesting;
use super::pulse::Halt;
use super::secret_text;
use super::shelf::Parsed;
use super::show_host::Host;
use super::stage::Phase;
use super::walk::{self, Found};
use crate::model::cue::CueKey;
use crate::model::file::FileRef;
use crate::model::limits::{NESTING_LEAK, SCRIPT_MAX_BYTES};
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;

impl Host {
    /// Compiles a script, runs its top level and looks for mistakes. `script_file` is its name
    /// for messages, `cat_facts.rhai`.
    pub fn load(&mut self, script_file: &str, text: &str, view: &View<'_>) -> Loaded {
        if text.len() as u64 > SCRIPT_MAX_BYTES {
            let told =
                format!("the script has {} bytes, {SCRIPT_MAX_BYTES} are allowed", text.len());
            return Loaded::Failed(vec![ScriptError::of_script(script_file, told)]);
        }
        let setup = Arc::clone(&self.stage.get().setup);
        let parsed = match setup.shelf.parse(script_file, text) {
            Ok(parsed) => parsed,
            Err(error) => return Loaded::Failed(vec![*error]),
        };
        let (ran, imported) = self.run_top_level(&parsed.ast, view);
        let needs = std::mem::take(&mut self.stage.get().draft.needs);
        if !needs.is_empty() {
            self.undo();
            return Loaded::Needs(needs.into_iter().collect());
        }
        let sources = if imported.scripts.is_empty() {
            Arc::clone(&parsed.sources)
        } else {
            Arc::new(parsed.sources.with(&imported))
        };
        let found = self.look(script_file, &sources, &parsed, &imported, ran);
        self.settle(script_file, sources, found, view)
    }

    pub(super) fn run_top_level(
        &self,
        ast: &AST,
        view: &View<'_>,
    ) -> (Result<(), Box<EvalAltResult>>, Imported) {
        let mut stage = self.stage.get();
        let zone = stage.setup.zone.clone().unwrap_or(Zone::UTC);
        stage.begin(Phase::TopLevel, zone, view);
        stage.zone_is_named = stage.setup.zone.is_some();
        for file in walk::imports(ast) {
            stage.expect_file(file);
        }
        drop(stage);
        self.imports.begin();
        self.stage.pulse.begin(Metered::TopLevel);
        let mut scope = Scope::new();
        let ran = self.engine.run_ast_with_scope(&mut scope, ast);
        let ran = ran.and_then(|()| self.forget_deep(&mut scope));
        (ran.and_then(|()| secret_text::check(&self.stage)), self.imports.take())
    }

    /// Variables too deep to be dropped are never dropped, and an error.
    fn forget_deep(&self, scope: &mut Scope<'_>) -> Result<(), Box<EvalAltResult>> {
        let mut deep = false;
        let long = self.stage.pulse.ran_long();
        while let Some(value) = long.then(|| pop(scope)).flatten() {
            if nesting::is_deeper_than(&value, NESTING_LEAK) {
                std::mem::forget(value);
                deep = true;
            }
        }
        if deep { Err(Halt::Nesting.into()) } else { Ok(()) }
    }

    /// Every mistake of a script whose top level ran, or tried to.
    fn look(
        &self,
        file: &str,
        sources: &Sources,
        parsed: &Parsed,
        imported: &Imported,
        ran: Result<(), Box<EvalAltResult>>,
    ) -> Found {
        let ast = &parsed.ast;
        let find = || walk::find(file, sources, ast, imported);
        let mut found = if imported.scripts.is_empty() {
            parsed.found.get_or_init(find).clone()
        } else {
            find()
        };
        match (imported.mistake.as_deref(), ran) {
            (Some((import, text, error)), Err(_)) => {
                let mut sources = sources.clone();
                sources.0.insert(import.clone(), Arc::clone(text));
                found.errors.push(sources.of_parse(import, error));
            }
            (_, Err(error)) => found.add_error(sources.of_runtime(file, &error)),
            (_, Ok(())) => {
                let stage = self.stage.get();
                walk::cue_mistakes(&mut found, file, sources, ast, &stage);
            }
        }
        found
    }

    /// Adopts a load's changes, or undoes them.
    fn settle(
        &self,
        file: &str,
        sources: Arc<Sources>,
        mut found: Found,
        view: &View<'_>,
    ) -> Loaded {
        let change = if found.errors.is_empty() {
            self.changed_state(view).unwrap_or_else(|fault| {
                found.errors.push(sources.error(file, Position::NONE, &fault.to_string()));
                None
            })
        } else {
            None
        };
        if !found.errors.is_empty() {
            self.undo();
            return Loaded::Failed(found.in_order());
        }
        let mut stage = self.stage.get();
        let (zone, zone_is_named) = (stage.zone.clone(), stage.zone_is_named);
        let mut files = std::mem::take(&mut stage.draft.named);
        let shaped_by = files.iter().cloned().collect();
        files.extend(found.files);
        let (Asked { changes, logs, .. }, cues) = stage.commit(change);
        let plans = cues.iter().map(|cue| cue.plan.clone()).collect();
        let handlers = cues.into_iter().map(|cue| (cue.plan.key, cue.handler));
        let mut handlers: Box<[(CueKey, Handler)]> = handlers.collect();
        handlers.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let files: Vec<FileRef> = files.into_iter().collect();
        let inner = Inner {
            file: file.to_owned(),
            sources,
            zone: zone.clone(),
            files: files.clone(),
            shaped_by,
            handlers,
        };
        Loaded::Ready(Box::new(Ready {
            generation: Generation { inner: inner.into() },
            cues: plans,
            zone,
            zone_is_named,
            warnings: found.warnings,
            changes,
            logs,
            files,
        }))
    }
}

/// The scope's newest variable, taken out of it.
fn pop(scope: &mut Scope<'_>) -> Option<Dynamic> {
    let name = scope.iter_raw().last().map(|(name, ..)| name.to_owned())?;
    let value = scope.get_mut(&name).map(std::mem::take).unwrap_or_default();
    scope.pop();
    Some(value)
}
