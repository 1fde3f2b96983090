//! Send: `put_metadata`.

use std::borrow::Cow;

use jiff::SignedDuration;
use rhai::{Dynamic, Map, NativeCallContext};

use super::arguments::{owned, span, text};
use super::ask::{Asked, put_poll};
use super::options::Options;
use super::outgoing::Outgoing;
use crate::model::delivery::{DeliveryId, InDoubt, Sticky};
use crate::model::limits::{STICKY_REPEAT_MAX, VALID_FOR_DEFAULT};
use crate::model::payload::{Payload, Priority, Slot};
use crate::model::time::Span;
use crate::script::api::{Put, PutPoll, Wish};
use crate::script::errors::ScriptFault;
use crate::script::right_answer::RightAnswer;
use crate::script::stage::{Phase, Stage, StageRef};
use crate::script::words::Word;

pub(super) static WORDS: [Word; 1] = [Word {
    name: "put_metadata",
    forms: &["put_metadata(value)", "put_metadata(value, options)"],
    doc: r#"Sends a payload to every viewer. A text goes out as it is, anything else as
JSON with sorted keys; of a poll, as text too, `current_time` becomes that of a new asking. It never
waits: what came of it is in the journal, on the screen and in
`on("refused", …)`.

Options:
- `valid_for`: a duration; one that waits longer is not sent any more ({VALID_FOR_DEFAULT} unless
  given)
- `priority`: `"high"` goes before what waits; `"normal"` unless given
- `sticky`: a duration, for which it is repeated for viewers who join later
- `repeat_every`: a duration; {STICKY_REPEAT_MAX} unless given, and at most
- `slot`: a text, written into the payload: its place on the screen
- `show_for`: a duration, written into the payload: then it leaves the screen
- `in_doubt`: `"resend"` sends it again after a crash in the middle of its call; `"drop"` unless
  given

Gives: the delivery's id, a text

Limits: {PAYLOAD_MAX_BYTES} a payload, {CHANNEL_SENDS_PER_WINDOW} a second and channel of which
one is the operator's, {SENDS_PER_CALL_MAX} from one handler, {OUTBOX_MAX_PAYLOADS} waiting,
{STICKY_SLOTS_MAX} slots repeated

Errors:
- `put_metadata("hello");`
- `on("start", || put_metadata(()));`
- `on("start", || { let text = "x"; text.pad(1100, "x"); put_metadata(notice(text)) });`
- `on("start", || put_metadata("hello", #{slot: "mine"}));`
- `on("start", || put_metadata(now()));`

```rhai
every("10s", || put_metadata(#{score: [2, 1]}, #{slot: "score", valid_for: "5s"}));
on("on_air", || put_metadata(notice("we are live"), #{priority: "high", sticky: "30s"}));
```"#,
    run: put,
}];

/// What the author wishes beside the payload.
#[derive(Clone, Copy)]
pub(super) struct Wishes {
    pub(super) priority: Priority,
    pub(super) valid_for: SignedDuration,
    pub(super) sticky: Option<Sticky>,
    pub(super) in_doubt: InDoubt,
}

impl Default for Wishes {
    fn default() -> Self {
        let (priority, valid_for) = (Priority::Normal, VALID_FOR_DEFAULT);
        Self { priority, valid_for, sticky: None, in_doubt: InDoubt::default() }
    }
}

fn put(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Result<Dynamic, ScriptFault> {
    StageRef::of(context).get().only_in(Phase::Handler, "put_metadata")?;
    let known = ["valid_for", "priority", "sticky", "repeat_every", "slot", "show_for", "in_doubt"];
    let options = Options::read(arguments.get(1), "put_metadata", &known)?;
    let wishes = wishes(&options)?;
    let mut value = with_fields(&arguments[0], &options)?;
    let is_quiz = value.read_lock::<Map>().is_some_and(|map| RightAnswer::is_in(&map));
    let right = is_quiz.then(|| value.to_mut().write_lock::<Map>());
    let right = right.flatten().and_then(|mut map| RightAnswer::take(&mut map));
    let Outgoing { payload, slot, form } = Outgoing::of(&value)?;
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    let id = match form {
        Some(form) => put_poll(&mut stage, Asked { slot, payload, form, right }, wishes)?,
        None => send(slot, &mut stage, payload, wishes, PutPoll::None)?,
    };
    Ok(id.into())
}

/// A payload goes out when the call has ended well. Returns its delivery's id.
pub(super) fn send(
    slot: Slot,
    stage: &mut Stage,
    payload: Payload,
    wishes: Wishes,
    poll: PutPoll,
) -> Result<String, ScriptFault> {
    let run = stage.run;
    let draft = &mut stage.draft;
    draft.has_room_for(1, 1)?;
    let n = draft.next_delivery;
    let Wishes { priority, valid_for, sticky, in_doubt } = wishes;
    let put = Put { n, payload, slot, priority, valid_for, sticky, in_doubt, poll };
    draft.wish(Wish::Put(Box::new(put)))?;
    draft.sends += 1;
    draft.next_delivery += 1;
    Ok(DeliveryId { run, n }.to_string())
}

fn wishes(options: &Options<'_>) -> Result<Wishes, ScriptFault> {
    let lasts = options.get("sticky", span)?;
    let repeat = options.get("repeat_every", span)?;
    let valid_for = options.get("valid_for", span)?.map_or(VALID_FOR_DEFAULT, Span::get);
    Ok(Wishes {
        priority: options.get("priority", priority)?.unwrap_or(Priority::Normal),
        valid_for,
        sticky: sticky(lasts, repeat)?,
        in_doubt: options.get("in_doubt", in_doubt)?.unwrap_or_default(),
    })
}

fn sticky(lasts: Option<Span>, repeat: Option<Span>) -> Result<Option<Sticky>, ScriptFault> {
    if lasts.is_none() && repeat.is_some() {
        return Err(ScriptFault::hints(
            "`repeat_every` without `sticky`",
            "`sticky: \"30s\"` says for how long it is repeated",
        ));
    }
    if let Some(repeat) = repeat.filter(|repeat| repeat.get() > STICKY_REPEAT_MAX) {
        return Err(ScriptFault::says(format!(
            "`repeat_every` is {repeat}, wanted at most {} s",
            STICKY_REPEAT_MAX.as_secs()
        )));
    }
    Ok(lasts.map(|lasts| Sticky {
        lasts: lasts.get(),
        repeat_every: repeat.map_or(STICKY_REPEAT_MAX, Span::get),
    }))
}

fn priority(value: &Dynamic, what: &str) -> Result<Priority, ScriptFault> {
    match text(value, what)?.as_str() {
        "high" => Ok(Priority::High),
        "normal" => Ok(Priority::Normal),
        other => Err(ScriptFault::says(format!(
            "{what} is `{other}`, wanted `\"high\"` or `\"normal\"`"
        ))),
    }
}

fn in_doubt(value: &Dynamic, what: &str) -> Result<InDoubt, ScriptFault> {
    match text(value, what)?.as_str() {
        "resend" => Ok(InDoubt::Resend),
        "drop" => Ok(InDoubt::Drop),
        other => Err(ScriptFault::says(format!(
            "{what} is `{other}`, wanted `\"resend\"` or `\"drop\"`"
        ))),
    }
}

/// The value with the fields that options write into it.
fn with_fields<'v>(
    value: &'v Dynamic,
    options: &Options<'_>,
) -> Result<Cow<'v, Dynamic>, ScriptFault> {
    let slot = options.get("slot", owned)?;
    let show_for = options.get("show_for", span)?.map(|length| length.to_string());
    let fields = [("slot", slot), ("show_for", show_for)];
    let mut value = Cow::Borrowed(value);
    for (name, field) in fields {
        let Some(field) = field else { continue };
        let Some(mut map) = value.to_mut().write_lock::<Map>() else {
            return Err(ScriptFault::hints(
                format!("`{name}` is written into a map, and this payload is none"),
                "wrap it: `notice(…)` or `#{text: …}`",
            ));
        };
        map.insert(name.into(), field.into());
    }
    Ok(value)
}
