//! What the operator types is text: reckoning with it, or comparing it with a number, is warned of.

use std::collections::BTreeSet;

use rhai::{Array, Dynamic, Expr, FnCallExpr, ImmutableString, Map};

use super::Notes;
use super::tree::{Script, call, variable};

/// Operators that take numbers for what numbers are.
const OF_NUMBERS: [&str; 11] = ["+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!="];

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    let fields = fields(script);
    script.each(&mut |_, path| {
        let Some((call, position)) = call(path) else { return };
        if let Some((event, field)) = typed_in(call).filter(|(_, field)| fields.contains(*field)) {
            let typed = format!("{event}.data.{field}");
            notes.warning(
                position,
                &format!(
                    "`{typed}` is what the operator types, a text, and no number\nhint: write \
                     `number({typed})`"
                ),
            );
        }
    });
}

/// The names of the fields that the desk shows beside GO.
fn fields(script: &Script<'_>) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    script.each(&mut |_, path| {
        let Some((call, _)) = call(path).filter(|(call, _)| call.name == "cue") else { return };
        fields.extend(call.args.iter().flat_map(input));
    });
    fields
}

/// The fields that the options of a cue name.
pub(super) fn input(options: &Expr) -> Vec<String> {
    match options {
        Expr::DynamicConstant(value, _) => {
            let options = value.read_lock::<Map>();
            options.and_then(|options| Some(texts(options.get("input")?))).unwrap_or_default()
        }
        Expr::Map(options, _) => {
            let input = options.0.iter().find(|(name, _)| name.name == "input");
            match input {
                Some((_, Expr::DynamicConstant(list, _))) => texts(list),
                Some(_) | None => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn texts(list: &Dynamic) -> Vec<String> {
    let list = list.read_lock::<Array>();
    let texts = list.iter().flat_map(|list| list.iter());
    texts.filter_map(|it| it.read_lock::<ImmutableString>().map(|text| text.to_string())).collect()
}

/// The `e` and the `field` of an `e.data.field` on one side of an operator, where a number is on
/// the other.
fn typed_in(call: &FnCallExpr) -> Option<(&str, &str)> {
    let [left, right] = call.args.as_slice() else { return None };
    let is_number = |e: &Expr| matches!(e, Expr::IntegerConstant(..) | Expr::FloatConstant(..));
    let is_operator = call.op_token.is_some() && OF_NUMBERS.contains(&call.name.as_str());
    match (is_number(left), is_number(right)) {
        (false, true) if is_operator => data_field(left),
        (true, false) if is_operator => data_field(right),
        _ => None,
    }
}

fn data_field(chain: &Expr) -> Option<(&str, &str)> {
    let Expr::Dot(first, ..) = chain else { return None };
    let Expr::Dot(second, ..) = &first.rhs else { return None };
    let (event, _) = variable(&first.lhs)?;
    match (&second.lhs, &second.rhs) {
        (Expr::Property(data, _), Expr::Property(field, _)) if data.2 == "data" => {
            Some((event, field.2.as_str()))
        }
        _ => None,
    }
}
