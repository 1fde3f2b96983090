//! `poll` and `quiz`: a question with its answers, in the form this field already uses.

use md5::{Digest, Md5};
use rhai::{Dynamic, ImmutableString, Map, NativeCallContext};

use super::arguments::{list, text};
use super::what::finish;
use crate::model::limits::POLL_ANSWERS_MAX;
use crate::model::near::nearest;
use crate::model::poll::asking_time;
use crate::script::errors::ScriptFault;
use crate::script::right_answer::RightAnswer;
use crate::script::stage::StageRef;
use crate::script::words::Word;

pub(super) static WORDS: [Word; 2] = [
    Word {
        name: "poll",
        forms: &["poll(question, answers)", "poll(question, answers, options)"],
        doc: r#"A question with its answers, for `put_metadata` or `ask`. Sent by `put_metadata` it
takes votes from its sending until its slot is sent anew or cleared, an hour at most, and sends no
results by itself. `poll_id` names the question, with `current_time` it names this asking.

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
    },
    Word {
        name: "quiz",
        forms: &["quiz(question, answers, correct)", "quiz(question, answers, correct, options)"],
        doc: r#"A poll with a right answer, for `ask`. The show keeps it: no payload, no event and
no line of the journal has it before the results, and its points are given when those have gone out.

Options:
- `show_for`: a duration, after which it leaves the screen by itself
- `slot`: a text, its place on the screen; what comes into the same slot takes it away

Gives: a map

Errors:
- `on("start", || ask(quiz("2 + 2?", ["3", "4"], "5")));`

```rhai
cue("capital", || ask(quiz("Capital of Italy?", ["Paris", "Rome", "Oslo"], "Rome"), #{points: 10}));
```"#,
        run: quiz,
    },
];

type Said = Result<Dynamic, ScriptFault>;

fn poll(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let payload = fields(context, &arguments[0], &arguments[1], "poll")?;
    finish(payload, arguments.get(2), "poll")
}

fn quiz(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let mut payload = fields(context, &arguments[0], &arguments[1], "quiz")?;
    let correct = text(&arguments[2], "the right answer of `quiz`")
        .map_err(|fault| fault.with_hint("write the answer as it stands among them"))?;
    let given: Vec<ImmutableString> = {
        let answers = list(&arguments[1], "what `quiz` takes as answers")?;
        answers.iter().filter_map(|answer| text(answer, "an answer").ok()).collect()
    };
    if !given.contains(&correct) {
        let says = format!("the right answer `{correct}` is none of the answers");
        let near = nearest(&correct, given.iter().map(ImmutableString::as_str));
        let hint = near.map_or_else(
            || "write it as it stands among them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(ScriptFault::hints(says, hint));
    }
    payload.insert(RightAnswer::FIELD.into(), Dynamic::from(RightAnswer(correct)));
    payload.insert("type".into(), "quiz".into());
    finish(payload, arguments.get(3), "quiz")
}

/// What a poll's payload has, whatever sends it.
pub(super) fn fields(
    context: &NativeCallContext<'_>,
    question: &Dynamic,
    answers: &Dynamic,
    of: &'static str,
) -> Result<Map, ScriptFault> {
    let question = text(question, &format_args!("the question of `{of}`"))?;
    if question.trim().is_empty() {
        return Err(ScriptFault::says(format!("the question of `{of}` is empty")));
    }
    let answers = numbered(answers, of)?;
    let now = StageRef::of(context).get().now.wall;
    let mut payload = Map::new();
    payload.insert("answers".into(), Dynamic::from_map(answers));
    payload.insert("current_time".into(), asking_time(now).into());
    payload.insert("poll_id".into(), hex(&Md5::digest(question.as_bytes())).into());
    payload.insert("question".into(), question.into());
    Ok(payload)
}

/// `{"1": …, "2": …}`, in the order given.
fn numbered(value: &Dynamic, of: &'static str) -> Result<Map, ScriptFault> {
    let list = list(value, &format_args!("what `{of}` takes as answers"))?;
    if list.is_empty() {
        return Err(ScriptFault::says(format!("a {of} without answers")));
    }
    if list.len() > POLL_ANSWERS_MAX {
        let says = format!("a {of} of {} answers, wanted at most {POLL_ANSWERS_MAX}", list.len());
        return Err(ScriptFault::says(says));
    }
    let mut answers = Map::new();
    let mut met: Vec<ImmutableString> = Vec::with_capacity(list.len());
    for (index, answer) in list.iter().enumerate() {
        let answer = text(answer, &format_args!("answer {}", index + 1))?;
        if met.contains(&answer) {
            return Err(ScriptFault::hints(
                format!("the answer `{answer}` stands twice"),
                "votes are counted by their answer: each has its own text",
            ));
        }
        met.push(answer.clone());
        answers.insert((index + 1).to_string().into(), answer.into());
    }
    Ok(answers)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for half in [byte >> 4, byte & 0xf] {
            text.push(char::from(DIGITS[usize::from(half)]));
        }
    }
    text
}
