//! Functions of floats, the same on every machine. The standard library leaves these to the
//! platform, and each platform's last bits are its own; a payload that shows them would be another
//! one for the same seed. What IEEE 754 fixes (`+ - * /`, `sqrt`, rounding) stays rhai's.

use rhai::{Engine, EvalAltResult, FuncRegistration, Module};

/// The precedence that rhai gives to `**`.
const POWER: u8 = 190;

macro_rules! set {
    ($module:ident, $name:expr, $function:expr) => {
        FuncRegistration::new($name).in_global_namespace().set_into_module($module, $function)
    };
}

/// Puts them in the place of rhai's own.
pub(super) fn register(module: &mut Module) {
    for (name, function) in [
        ("sin", libm::sin as fn(f64) -> f64),
        ("cos", libm::cos),
        ("tan", libm::tan),
        ("sinh", libm::sinh),
        ("cosh", libm::cosh),
        ("tanh", libm::tanh),
        ("asin", libm::asin),
        ("acos", libm::acos),
        ("atan", libm::atan),
        ("asinh", libm::asinh),
        ("acosh", libm::acosh),
        ("atanh", libm::atanh),
        ("exp", libm::exp),
        ("ln", libm::log),
        ("log", libm::log10),
    ] {
        set!(module, name, function);
    }
    set!(module, "atan", libm::atan2 as fn(f64, f64) -> f64);
    set!(module, "hypot", libm::hypot as fn(f64, f64) -> f64);
    set!(module, "log", |x: f64, base: f64| libm::log(x) / libm::log(base));
    set!(module, "**", libm::pow as fn(f64, f64) -> f64);
    set!(module, "**", |x: f64, y: i64| libm::pow(x, float(y)));
    set!(module, "**", |x: i64, y: f64| libm::pow(float(x), y));
    set!(module, "**", whole_power);
}

/// Lets `**` be looked up like any function: rhai reckons with its own before it looks.
#[expect(clippy::expect_used, reason = "`**` is disabled in the line before")]
pub(super) fn take_power(engine: &mut Engine) {
    engine.disable_symbol("**").disable_symbol("**=");
    engine.register_custom_operator("**", POWER).expect("a disabled symbol may be an operator");
}

fn whole_power(x: i64, y: i64) -> Result<i64, Box<EvalAltResult>> {
    let power = u32::try_from(y).ok().and_then(|y| x.checked_pow(y));
    power.ok_or_else(|| format!("`{x} ** {y}` is no whole number of 64 bits").into())
}

/// The nearest float, as rhai takes it.
#[expect(clippy::cast_precision_loss, reason = "rhai's own `**` does the same")]
fn float(number: i64) -> f64 {
    number as f64
}
