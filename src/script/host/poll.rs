//! `poll`: a question with its answers, in the form this field already uses.

use md5::{Digest, Md5};
use rhai::{Dynamic, Map, NativeCallContext};

use super::arguments::{list, text};
use super::what::finish;
use crate::script::errors::ScriptFault;
use crate::script::stage::StageRef;
use crate::script::words::Word;

pub(super) static WORDS: [Word; 1] = [Word {
    name: "poll",
    forms: &["poll(question, answers)", "poll(question, answers, options)"],
    doc: r#"A question with its answers, for `put_metadata`. Viewers vote from its sending until
its slot is sent anew or cleared. `poll_id` names the question, with `current_time` it names this
asking.

Options:
- `show_for`: a duration, after which it leaves the screen by itself
- `slot`: a text, its place on the screen; what comes into the same slot takes it away

Gives: a map

Limits: the payload it becomes is {PAYLOAD_MAX_BYTES} at most

Errors:
- `on("start", || put_metadata(poll("Tea?", ["Yes", "Yes"])));`
- `on("start", || put_metadata(poll("Tea?", [])));`
- `on("start", || put_metadata(poll("", ["Yes"])));`

```rhai
every("10s", || put_metadata(poll("Do cats dream?", ["True", "False", "Maybe"])));
```"#,
    run: poll,
}];

fn poll(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Result<Dynamic, ScriptFault> {
    let question = text(&arguments[0], "the question of `poll`")?;
    if question.trim().is_empty() {
        return Err(ScriptFault::says("the question of `poll` is empty"));
    }
    let answers = answers(&arguments[1])?;
    let now = StageRef::of(context).get().now.wall;
    let mut payload = Map::new();
    payload.insert("answers".into(), Dynamic::from_map(answers));
    payload.insert("current_time".into(), now.strftime("%Y-%b-%d-%H%M%S").to_string().into());
    payload.insert("poll_id".into(), hex(&Md5::digest(question.as_bytes())).into());
    payload.insert("question".into(), question.into());
    finish(payload, arguments.get(2), "poll")
}

/// `{"1": …, "2": …}`, in the order given.
fn answers(value: &Dynamic) -> Result<Map, ScriptFault> {
    let list = list(value, "what `poll` takes as answers")?;
    if list.is_empty() {
        return Err(ScriptFault::says("a poll without answers"));
    }
    let mut answers = Map::new();
    let mut met = std::collections::BTreeSet::new();
    for (index, answer) in list.iter().enumerate() {
        let answer = text(answer, &format!("answer {}", index + 1))?;
        if !met.insert(answer.clone()) {
            return Err(ScriptFault::hints(
                format!("the answer `{answer}` stands twice"),
                "votes are counted by their answer: each has its own text",
            ));
        }
        answers.insert((index + 1).to_string().into(), answer.into());
    }
    Ok(answers)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing into a text cannot fail");
        text
    })
}
