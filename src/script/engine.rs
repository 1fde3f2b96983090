//! The engine of one show: raw, with the shared modules, every limit on, and its stage as tag.

use std::sync::OnceLock;

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicMathPackage, BasicStringPackage, LanguageCorePackage, LogicPackage, MoreStringPackage,
    Package,
};
use rhai::{Dynamic, Engine, Module, OptimizationLevel, Shared};

use super::imports::Imports;
use super::stage::StageRef;
use super::words;
use crate::model::event::LogLevel;
use crate::model::limits::{
    CALL_DEPTH_MAX, EXPRESSION_DEPTH_MAX, FUNCTIONS_MAX, LIST_MAX_ITEMS, MAP_MAX_ENTRIES,
    MODULES_MAX, STRINGS_MAX_BYTES, TOP_LEVEL_MAX_OPERATIONS, VARIABLES_MAX,
};

/// Names that a script cannot define, because the show gives them a meaning.
pub(super) const OWN_NAMES: [&str; 2] = ["state", "args"];

/// A new engine for the show whose stage this is.
pub(super) fn build(stage: &StageRef, imports: Imports) -> Engine {
    let mut engine = Engine::new_raw();
    engine.register_global_module(standard());
    engine.register_global_module(words::module());
    // Full optimization would call host functions while compiling.
    engine.set_optimization_level(OptimizationLevel::Simple);
    engine.disable_symbol("eval");
    engine.set_default_tag(Dynamic::from(stage.clone()).into_shared());
    engine.set_module_resolver(imports);
    limit(&mut engine);
    listen(&mut engine, stage);
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
    engine.on_def_var(|_, variable, _| Ok(!OWN_NAMES.contains(&variable.name())));
    let said = stage.clone();
    engine.on_print(move |text| said.get().log(LogLevel::Print, text));
    let said = stage.clone();
    engine.on_debug(move |text, _, _| said.get().log(LogLevel::Info, text));
}

/// What of rhai's own library scripts have: no real clock, no bits and bytes. Built once.
fn standard() -> Shared<Module> {
    static MODULE: OnceLock<Shared<Module>> = OnceLock::new();
    MODULE
        .get_or_init(|| {
            let mut module = Module::new();
            LanguageCorePackage::init(&mut module);
            ArithmeticPackage::init(&mut module);
            BasicStringPackage::init(&mut module);
            BasicIteratorPackage::init(&mut module);
            BasicFnPackage::init(&mut module);
            LogicPackage::init(&mut module);
            BasicMathPackage::init(&mut module);
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
