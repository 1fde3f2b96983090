//! The engine of one show: raw, with the shared modules, every limit on, and its stage as tag.

use std::sync::OnceLock;

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicMathPackage, BasicStringPackage, LanguageCorePackage, LogicPackage, MoreStringPackage,
    Package,
};
use rhai::{Dynamic, Engine, EvalAltResult, FuncRegistration, Module, OptimizationLevel, Shared};

use super::errors::ScriptFault;
use super::floats;
use super::imports::Imports;
use super::rehearsal::Rehearsal;
use super::stage::{Phase, StageRef};
use super::values::{from_json, weight};
use super::words;
use crate::model::event::LogLevel;
use crate::model::limits::{
    CALL_DEPTH_MAX, EXPRESSION_DEPTH_MAX, FUNCTIONS_MAX, LIST_MAX_ITEMS, MAP_MAX_ENTRIES,
    MODULES_MAX, STRINGS_MAX_BYTES, TEST_MAX_OPERATIONS, TOP_LEVEL_MAX_OPERATIONS, VARIABLES_MAX,
};

/// Names that a script cannot define, because the show gives them a meaning.
pub(super) const OWN_NAMES: [&str; 2] = ["state", "args"];

/// A new engine for the show whose stage this is.
pub(super) fn build(stage: &StageRef, imports: Imports) -> Engine {
    let mut engine = bare();
    engine.set_default_tag(Dynamic::from(stage.clone()).into_shared());
    engine.set_module_resolver(imports);
    listen(&mut engine, stage);
    engine
}

/// A new engine for a test of a show; the stage is the test's.
pub(super) fn build_for_test(stage: &StageRef, imports: Imports) -> Engine {
    let mut engine = build(stage, imports);
    engine.register_global_module(words::test_module());
    engine.set_max_operations(TEST_MAX_OPERATIONS);
    look_at_state(&mut engine, stage);
    engine
}

/// The engine that compiles what shows and tests are written in, and runs nothing. One for all:
/// what only a compiler has to know would be kept by every show otherwise.
#[allow(deprecated, reason = "the word means `volatile` here, and rhai is pinned")]
pub(super) fn language() -> &'static Engine {
    static LANGUAGE: OnceLock<Engine> = OnceLock::new();
    LANGUAGE.get_or_init(|| {
        let mut engine = bare();
        // Full optimization would call host functions while compiling.
        engine.set_optimization_level(OptimizationLevel::Simple);
        engine.disable_symbol("eval");
        floats::take_power(&mut engine);
        engine.on_def_var(|_, variable, _| Ok(!OWN_NAMES.contains(&variable.name())));
        engine
    })
}

/// What has the words of the language and its limits.
fn bare() -> Engine {
    let mut engine = Engine::new_raw();
    engine.register_global_module(standard());
    engine.register_global_module(words::module());
    limit(&mut engine);
    engine
}

fn limit(engine: &mut Engine) {
    engine
        .set_max_operations(TOP_LEVEL_MAX_OPERATIONS)
        .set_max_call_levels(CALL_DEPTH_MAX)
        .set_max_string_size(STRINGS_MAX_BYTES)
        .set_max_array_size(LIST_MAX_ITEMS)
        .set_max_map_size(MAP_MAX_ENTRIES)
        .set_max_variables(VARIABLES_MAX)
        .set_max_functions(FUNCTIONS_MAX)
        .set_max_modules(MODULES_MAX)
        .set_max_expr_depths(EXPRESSION_DEPTH_MAX, EXPRESSION_DEPTH_MAX);
}

#[allow(deprecated, reason = "the word means `volatile` here, and rhai is pinned")]
fn listen(engine: &mut Engine, stage: &StageRef) {
    let pulse = stage.pulse.clone();
    engine.on_progress(move |_| pulse.beat());
    let pulse = stage.pulse.clone();
    engine.on_var(move |name, index, context| pulse.resolve(name, index, context));
    let said = stage.clone();
    engine.on_print(move |text| said.get().log(LogLevel::Print, text));
    let said = stage.clone();
    engine.on_debug(move |text, _, _| said.get().log(LogLevel::Info, text));
}

/// In a test, `state` is the show's, to be looked at.
#[allow(deprecated, reason = "the word means `volatile` here, and rhai is pinned")]
fn look_at_state(engine: &mut Engine, stage: &StageRef) {
    let stage = stage.clone();
    engine.on_var(move |name, index, context| {
        if name != "state" || stage.get().phase != Phase::Test {
            return stage.pulse.resolve(name, index, context);
        }
        let seen = stage.get().rehearse(Rehearsal::state)?;
        stage.pulse.charge(weight(&seen));
        Ok(Some(from_json(&seen)))
    });
}

/// Puts what says why in the place of rhai's `exit`.
fn refuse_exit(module: &mut Module) {
    let refused = || -> Result<(), Box<EvalAltResult>> {
        let hint = "`return` ends a handler, `throw` undoes what it did, too";
        Err(ScriptFault::hints("a show has no `exit`, it goes on", hint).into())
    };
    let word = || FuncRegistration::new("exit").in_global_namespace().with_volatility(true);
    word().set_into_module(module, refused);
    word().set_into_module(module, move |_: Dynamic| refused());
}

/// What of rhai's own library scripts have: no real clock, no bits and bytes. Built once.
fn standard() -> Shared<Module> {
    static MODULE: OnceLock<Shared<Module>> = OnceLock::new();
    MODULE
        .get_or_init(|| {
            let mut module = Module::new();
            LanguageCorePackage::init(&mut module);
            refuse_exit(&mut module);
            ArithmeticPackage::init(&mut module);
            BasicStringPackage::init(&mut module);
            BasicIteratorPackage::init(&mut module);
            BasicFnPackage::init(&mut module);
            LogicPackage::init(&mut module);
            BasicMathPackage::init(&mut module);
            floats::register(&mut module);
            BasicArrayPackage::init(&mut module);
            BasicMapPackage::init(&mut module);
            MoreStringPackage::init(&mut module);
            // Left lazy, every first call of a function in a handler would search them all.
            module.register_lazy_functions();
            module.build_index();
            module.into()
        })
        .clone()
}
