//! A secret as scripts hold it: only its name, in a value that refuses to become text.

use rhai::{Dynamic, EvalAltResult, FuncRegistration, ImmutableString, Module, NativeCallContext};

use super::errors::ScriptFault;
use super::stage::StageRef;
use crate::model::fetch::Template;
use crate::model::limits::SECRET_TEXT_MAX_BYTES;

/// A text with secrets in it. A script can put texts before and after it, and hand it to
/// `fetch_json`; what the secrets are, no script ever holds.
#[derive(Clone)]
pub(super) struct SecretText(pub(super) Template);

type Joined = Result<SecretText, Box<EvalAltResult>>;
type Refused = Result<ImmutableString, Box<EvalAltResult>>;

/// Registers what scripts can do with it, and refuses the rest with a hint.
pub(super) fn register(module: &mut Module) {
    let word = |name| FuncRegistration::new(name).in_global_namespace().with_volatility(true);
    module.set_custom_type::<SecretText>("secret");
    word("+").set_into_module(module, |a: ImmutableString, b: SecretText| -> Joined {
        joined(Template::text(a.as_str()), b.0)
    });
    word("+").set_into_module(module, |a: SecretText, b: ImmutableString| -> Joined {
        joined(a.0, Template::text(b.as_str()))
    });
    word("+")
        .set_into_module(module, |a: SecretText, b: SecretText| -> Joined { joined(a.0, b.0) });
    word("+=").set_into_module(
        module,
        |_: &mut ImmutableString, _: SecretText| -> Result<(), Box<EvalAltResult>> {
            Err(refused().into())
        },
    );
    for name in ["to_string", "to_debug"] {
        word(name).set_into_module(
            module,
            |context: NativeCallContext<'_>, _: &mut SecretText| -> Refused {
                // Where rhai itself asks for the text, it does without when it is refused one: the
                // call is ended for it when it is over.
                let at = context.call_position();
                StageRef::of(&context).get().draft.secret_told = Some(at);
                Err(refused().into())
            },
        );
    }
}

/// One after the other. Bounded here: rhai sees the size of its own texts alone.
fn joined(a: Template, b: Template) -> Joined {
    let bytes = a.bytes() + b.bytes();
    if bytes > SECRET_TEXT_MAX_BYTES {
        let says = format!("a text with a secret has {bytes} bytes, {SECRET_TEXT_MAX_BYTES} fit");
        return Err(ScriptFault::says(says).into());
    }
    Ok(SecretText(a.then(b)))
}

/// What is said to whoever wants to read it.
pub(super) fn refused() -> ScriptFault {
    ScriptFault::hints(
        "a secret does not become text",
        "it goes into the url and the headers of `fetch_json`: `\"Bearer \" + secret(\"API_KEY\")`",
    )
}

/// A text, or one with secrets in it.
pub(super) fn template(value: &Dynamic) -> Option<Template> {
    let text = value.read_lock::<ImmutableString>().map(|text| Template::text(text.as_str()));
    text.or_else(|| value.read_lock::<SecretText>().map(|secret| secret.0.clone()))
}

/// Ends a call that made a text of a secret, `print(secret("KEY"))`.
pub(super) fn check(stage: &StageRef) -> Result<(), Box<EvalAltResult>> {
    match stage.get().draft.secret_told {
        Some(at) => Err(EvalAltResult::ErrorRuntime(refused().to_string().into(), at).into()),
        None => Ok(()),
    }
}
