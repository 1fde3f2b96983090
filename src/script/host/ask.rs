//! `ask` and `close`: a poll from its sending to its results. Also what `put_metadata` does with a
//! poll.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rhai::{Dynamic, ImmutableString, NativeCallContext};
use serde_json::Value;

use super::arguments::{flag, map, owned, span, whole};
use super::options::Options;
use super::outgoing::Outgoing;
use super::poll::fields;
use super::send::{Wishes, send};
use super::votes::{asking_of, read_last};
use crate::model::cue::CueKey;
use crate::model::delivery::{InDoubt, Sticky};
use crate::model::limits::{
    OPEN_FOR_DEFAULT, OPEN_FOR_MAX, OPEN_FOR_MIN, POLLS_OPEN_MAX, SENT_POLL_OPEN_MAX,
    STICKY_REPEAT_MAX, VALID_FOR_DEFAULT,
};
use crate::model::payload::{Payload, Priority, Slot};
use crate::model::poll::{AnswerKey, AskingId, Form, Kind, Poll, closing_time};
use crate::model::time::Span;
use crate::script::api::{PollWish, PutPoll, Wish};
use crate::script::errors::ScriptFault;
use crate::script::right_answer::RightAnswer;
use crate::script::stage::{Phase, Stage, StageRef};
use crate::script::words::Word;

pub(super) static WORDS: [Word; 2] = [
    Word {
        name: "ask",
        forms: &[
            "ask(poll)",
            "ask(question, answers)",
            "ask(poll, options)",
            "ask(question, answers, options)",
        ],
        doc: r#"The whole arc of a poll or quiz: sends it, repeats it for those who join late, takes
votes, closes, and sends the results ten seconds after that, when votes that were late by the
network are in. An edit, a crash and a restart do not end it. Asking in a slot where an asking is
open closes that one first and sends its results.

Options:
- `open_for`: a duration, how long it takes votes ({OPEN_FOR_DEFAULT} unless given)
- `change`: `true` lets a viewer change the vote
- `results`: `false` sends no results: then a quiz's points wait for `results(asking)` by the script
- `slot`: a text, its place on the screen
- `points`: a whole number, what the right answer of a quiz is worth (1 unless given)

Gives: a map

Limits: `open_for` is {OPEN_FOR_MIN} to {OPEN_FOR_MAX}; {POLLS_OPEN_MAX} polls are open at most

Errors:
- `ask("Tea or coffee?", ["Tea", "Coffee"]);`
- `on("start", || ask("Tea or coffee?", ["Tea", "Coffee"], #{open_for: "10ms"}));`
- `on("start", || ask(notice("Tea or coffee?")));`

```rhai
cue("coffee", || ask("Tea or coffee?", ["Tea", "Coffee"], #{open_for: "1m", change: true}));
cue("capital", || {
    state.asking = ask(quiz("Capital of Italy?", ["Paris", "Rome"], "Rome"));
});
```"#,
        run: ask,
    },
    Word {
        name: "close",
        forms: &["close(asking)"],
        doc: r#"Closes a poll before its time, and sends it once more, so that viewers' buttons
close. Its results follow as they would have.

Gives: nothing

Errors:
- `on("start", || close("coffee"));`

```rhai
cue("coffee", || {
    let asking = ask("Tea or coffee?", ["Tea", "Coffee"], #{open_for: "10m"});
    after("1m", || if tally(asking).total >= 100 { close(asking) });
});
```"#,
        run: close,
    },
];

type Said = Result<Dynamic, ScriptFault>;

/// What the author wishes of an asking.
struct Terms {
    kind: Kind,
    open_for: SignedDuration,
    change: bool,
    points: Option<u32>,
}

/// A poll's payload, taken apart.
pub(super) struct Asked {
    pub(super) slot: Slot,
    /// Its exact text.
    pub(super) payload: Payload,
    pub(super) form: Form,
    pub(super) right: Option<ImmutableString>,
}

fn ask(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    StageRef::of(context).get().only_in(Phase::Handler, "ask")?;
    let is_text = arguments[0].is_string();
    let (mut payload, options) = match arguments {
        [question, answers, options @ ..] if is_text => {
            (fields(context, question, answers, "ask")?, options.first())
        }
        [poll, options] if !is_text => (map(poll, "what `ask` takes")?.clone(), Some(options)),
        [poll] => (map(poll, "what `ask` takes")?.clone(), None),
        _ => return Err(no_poll()),
    };
    let options =
        Options::read(options, "ask", &["open_for", "change", "results", "slot", "points"])?;
    let terms = terms(&options)?;
    if let Some(slot) = options.get("slot", owned)? {
        payload.insert("slot".into(), slot.into());
    }
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    // Where its handler had to wait for votes or a file, it takes votes no shorter for that.
    let closes_at = stage.clock.wall.saturating_add(terms.open_for).unwrap_or(Timestamp::MAX);
    payload.insert("closes_at".into(), closing_time(closes_at).into());
    let right = RightAnswer::take(&mut payload);
    if right.is_none() && payload.get("type").is_some_and(is_quiz) {
        return Err(ScriptFault::hints(
            "the right answer of this quiz is not known",
            "ask what `quiz(question, answers, correct)` gives, as it gives it",
        ));
    }
    let Outgoing { payload: text, slot, form } = Outgoing::of(&payload.clone().into())?;
    let form = form.ok_or_else(no_poll)?;
    let asked = Asked { slot, payload: text, form, right };
    let sticky = Sticky { lasts: terms.open_for, repeat_every: STICKY_REPEAT_MAX };
    let wishes = Wishes {
        priority: Priority::Normal,
        valid_for: terms.open_for,
        sticky: Some(sticky),
        in_doubt: InDoubt::default(),
    };
    let asking = open(&mut stage, asked, &terms, wishes)?.0;
    payload.insert("current_time".into(), asking.current_time.into());
    Ok(Dynamic::from_map(payload))
}

fn is_quiz(kind: &Dynamic) -> bool {
    kind.read_lock::<ImmutableString>().is_some_and(|kind| *kind == "quiz")
}

fn no_poll() -> ScriptFault {
    ScriptFault::hints(
        "what `ask` takes is no poll",
        "write `ask(question, answers)`, or ask what `poll(…)` or `quiz(…)` gives",
    )
}

fn terms(options: &Options<'_>) -> Result<Terms, ScriptFault> {
    let open_for = options.get("open_for", span)?.map_or(OPEN_FOR_DEFAULT, Span::get);
    if !(OPEN_FOR_MIN..=OPEN_FOR_MAX).contains(&open_for) {
        return Err(ScriptFault::says(format!(
            "`open_for` of `ask` is {} s, wanted {} s to {} h",
            open_for.as_secs_f64(),
            OPEN_FOR_MIN.as_secs(),
            OPEN_FOR_MAX.as_hours()
        )));
    }
    let results = options.get("results", flag)?.unwrap_or(true);
    let points = options.get("points", whole)?.map(u32::try_from).transpose();
    let points = points.map_err(|_| {
        ScriptFault::says("`points` of `ask` is out of range, wanted 0 or more".to_owned())
    })?;
    let change = options.get("change", flag)?.unwrap_or(false);
    Ok(Terms { kind: Kind::Asked { results }, open_for, change, points })
}

/// A poll by `put_metadata`: another sending of one that is open, or a new asking.
pub(super) fn put_poll(
    stage: &mut Stage,
    asked: Asked,
    wishes: Wishes,
) -> Result<String, ScriptFault> {
    if stage.polls.is_open(&asked.form, &asked.slot) {
        return send(asked.slot, stage, asked.payload, wishes, PutPoll::Again);
    }
    let open_for = SENT_POLL_OPEN_MAX;
    let terms = Terms { kind: Kind::Sent, open_for, change: false, points: None };
    open(stage, asked, &terms, wishes).map(|(_, delivery)| delivery)
}

/// A new asking: what is open in its slot makes way, then it is sent. Its id, and its delivery's.
fn open(
    stage: &mut Stage,
    asked: Asked,
    terms: &Terms,
    wishes: Wishes,
) -> Result<(AskingId, String), ScriptFault> {
    let Asked { slot, mut payload, form, right } = asked;
    let Form { mut asking, question, answers } = form;
    let current_time = stage.polls.fresh_time(&asking.poll_id, stage.now.wall);
    if asking.current_time != current_time {
        asking.current_time = current_time;
        payload = renamed(&payload, &asking)?;
    }
    let correct = right.map(|right| answer_key(&answers, &right)).transpose()?;
    if terms.points.is_some() && correct.is_none() {
        return Err(ScriptFault::hints(
            "`points` for a poll without a right answer",
            "`quiz(question, answers, correct)` has one",
        ));
    }
    // Last of all that may fail: a script that catches a failure has ended no poll.
    make_way(stage, &slot)?;
    let opened = stage.clock.wall;
    let poll = Poll {
        asking: asking.clone(),
        question,
        answers,
        points: terms.points.unwrap_or_else(|| u32::from(correct.is_some())),
        correct,
        slot: slot.clone(),
        cue: stage.cue.clone().unwrap_or_else(CueKey::by_hand),
        kind: terms.kind,
        change: terms.change,
        opened,
        closes_at: opened.saturating_add(terms.open_for).unwrap_or(Timestamp::MAX),
        payload: (terms.kind != Kind::Sent).then(|| payload.clone()),
    };
    let poll = Arc::new(poll);
    let delivery = send(slot, stage, payload, wishes, PutPoll::Opens(Arc::clone(&poll)))?;
    let clock = stage.clock;
    stage.polls_mut().open(poll, clock);
    Ok((asking, delivery))
}

/// A poll's payload with the time of another asking.
fn renamed(payload: &Payload, asking: &AskingId) -> Result<Payload, ScriptFault> {
    let json = serde_json::from_str(payload.as_str());
    let mut json: Value = json.expect("a poll's payload was written as JSON");
    json["current_time"] = asking.current_time.clone().into();
    Ok(Outgoing::of_json(&json)?.payload)
}

/// The key of a quiz's right answer.
fn answer_key(
    answers: &[crate::model::poll::Choice],
    right: &str,
) -> Result<AnswerKey, ScriptFault> {
    let choice = answers.iter().find(|choice| choice.text == right);
    choice.map(|choice| AnswerKey(choice.key.clone())).ok_or_else(|| {
        ScriptFault::says("the answers of this quiz were changed: the right one is not among them")
    })
}

/// The results that would come into a slot later are sent now, before what comes next into it.
/// Where that, or what comes next, cannot be, nothing is.
fn make_way(stage: &mut Stage, slot: &Slot) -> Result<(), ScriptFault> {
    if !stage.polls.has_room_for(slot) {
        return Err(ScriptFault::hints(
            format!("{POLLS_OPEN_MAX} polls are open already, as many as may"),
            "`close` those that are over",
        ));
    }
    let owing = stage.polls.owing_results_in(slot);
    let owing: Vec<AskingId> = owing.map(|entry| entry.poll().asking.clone()).collect();
    // Before the last votes are counted, which ends them whatever comes of this call.
    stage.draft.has_room_for(owing.len() + 1, 2 * owing.len() + 1)?;
    let mut all_results = Vec::with_capacity(owing.len());
    for asking in owing {
        // What `on("poll_closed")` is told has the same votes.
        let votes = read_last(stage, &asking)?;
        // Nobody is told what may not be true.
        let results = votes.are_counted.then(|| votes.poll.results(&votes.tally, true));
        let results = results.map(|results| Outgoing::of_json(&results));
        all_results.push((asking, results.transpose()?));
    }
    for (asking, results) in all_results {
        stage.draft.wish(Wish::Poll(PollWish::Reveal(asking.clone())))?;
        if let Some(Outgoing { payload, slot, .. }) = results {
            send(slot, stage, payload, Wishes::default(), PutPoll::None)?;
        }
        let now = stage.now;
        stage.polls_mut().close(&asking, now, true);
    }
    Ok(())
}

fn close(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    stage.only_in(Phase::Handler, "close")?;
    let meant = asking_of(&arguments[0], "close")?;
    let entry = super::votes::known(&stage, &meant)?;
    let (poll, is_open) = (Arc::clone(&entry.kept.poll), entry.is_open());
    let now = stage.now;
    let closed = Outgoing::of_json(&poll.asked_anew(now.wall)).ok().filter(|_| is_open);
    stage.draft.has_room_for(usize::from(closed.is_some()), 2)?;
    stage.draft.wish(Wish::Poll(PollWish::Close(poll.asking.clone())))?;
    stage.polls_mut().close(&poll.asking, now, false);
    if let Some(Outgoing { payload, .. }) = closed {
        // Buttons close by it; what was repeated in its slot is not any more.
        let left = poll.closes_at.duration_since(now.wall);
        let wishes = Wishes { valid_for: left.max(VALID_FOR_DEFAULT), ..Wishes::default() };
        send(poll.slot.clone(), &mut stage, payload, wishes, PutPoll::Again)?;
    }
    Ok(Dynamic::UNIT)
}
