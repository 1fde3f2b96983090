//! A line of a journal as the event that it was, as far as a person is shown it.

use std::sync::Arc;

use serde_json::Value;

use crate::model::event::{Event, Line, PollClosed, PollSet, TallyRead, What};
use crate::model::lease::{Holder, LeaseTold};
use crate::model::payload::Slot;
use crate::model::poll::{AnswerKey, Choice, Kind, Poll, Tally};
use crate::model::script_error::ScriptError;

/// The event; none for a kind that this version does not know, or that lacks something.
pub(super) fn event(line: &Line) -> Option<Event> {
    let what = match line.event.as_str() {
        "queued" | "sent" | "refused" | "expired" | "dropped" | "in_doubt" => of_payload(line)?,
        "cue_fired" | "missed" | "skipped" | "not_run" | "cue_set" | "shown" | "unseen" => {
            of_cue(line)?
        }
        "poll_opened" | "poll_closed" | "tally_read" | "leaderboard_read" => of_poll(line)?,
        "held" | "panicked" | "released" | "state_set" | "name_set" | "poll_set" => of_desk(line)?,
        _ => of_show(line)?,
    };
    Some(Event { at: line.at, what, show: line.show_id() })
}

fn of_payload(line: &Line) -> Option<What> {
    let of = line.all()?;
    Some(match line.event.as_str() {
        "queued" => What::Queued { of, priority: line.word("priority")? },
        "sent" => What::Sent {
            of,
            late_ms: line.number("late_ms"),
            waited_ms: line.number("waited_ms"),
            took_ms: line.number("took_ms"),
            attempts: line.word("attempts")?,
            maybe_twice: line.is("maybe_twice"),
            repeat: line.is("repeat"),
        },
        "refused" => What::Refused {
            of,
            refusal: line.word("refusal")?,
            message: line.text("message").to_owned(),
            attempts: line.word("attempts")?,
            again_ms: line.word("again_ms"),
            given_up: line.is("given_up"),
        },
        "expired" => What::Expired { of },
        "dropped" => What::Dropped { of, why: line.word("why")? },
        _ => What::InDoubt { of },
    })
}

fn of_cue(line: &Line) -> Option<What> {
    Some(match line.event.as_str() {
        "cue_fired" => What::CueFired {
            cue: line.word("cue")?,
            due: line.word("due")?,
            late_ms: line.number("late_ms"),
            by: line.word("by")?,
            data: line.rest.get("data").cloned().unwrap_or_default(),
        },
        "missed" => What::Missed {
            cue: line.word("cue")?,
            due: line.word("due")?,
            late_ms: line.number("late_ms"),
            count: line.word("count")?,
        },
        "shown" => What::Shown {
            delivery: line.word("delivery")?,
            cue: line.word("cue")?,
            delay_ms: line.number("delay_ms"),
        },
        "unseen" => What::Unseen {
            delivery: line.word("delivery")?,
            cue: line.word("cue")?,
            after_ms: line.number("after_ms"),
        },
        "skipped" => What::Skipped { why: line.word("why")?, count: line.word("count") },
        "not_run" => What::NotRun { cue: line.word("cue")?, why: line.word("why")? },
        _ => What::CueSet { cue: line.word("cue")?, to: line.word("to")?, by: line.word("by")? },
    })
}

fn of_desk(line: &Line) -> Option<What> {
    let value = |name| line.rest.get(name).cloned().unwrap_or_default();
    Some(match line.event.as_str() {
        "held" => What::Held { since: line.word("since")? },
        "panicked" => What::Panicked {
            since: line.word("since")?,
            unsent: line.word("unsent").unwrap_or_default(),
        },
        "released" => {
            What::Released { skipped: line.word("skipped")?, held_ms: line.number("held_ms") }
        }
        "state_set" => What::StateSet {
            path: line.word("path")?,
            was: Box::new(value("was")),
            is: Box::new(value("is")),
            undo: line.is("undo"),
        },
        "name_set" => What::NameSet { hidden: line.is("hidden"), viewers: line.word("viewers")? },
        _ => What::PollSet(Box::new(PollSet {
            asking: line.asking()?,
            question: line.word("question")?,
            to: line.word("to")?,
            closes_at: line.word("closes_at")?,
            delivery: line.word("delivery"),
        })),
    })
}

fn of_show(line: &Line) -> Option<What> {
    Some(match line.event.as_str() {
        "started" => What::Started(Box::new(line.all()?)),
        "reloaded" => What::Reloaded(Box::new(line.all()?)),
        "reload_failed" => What::ReloadFailed(mistake(line)?),
        "rolled_back" => What::RolledBack { to: line.word("to"), unplayed: line.is("unplayed") },
        "script_error" => What::ScriptError(mistake(line)?),
        "script_warning" => What::ScriptWarning(mistake(line)?),
        "log" => What::Log {
            level: line.word("level")?,
            cue: line.word("cue"),
            message: line.text("message").to_owned(),
        },
        "fetched" => What::Fetched(Box::new(line.all()?)),
        "on_air" => What::OnAir { stream: line.word("stream"), viewers: line.word("viewers") },
        "off_air" => What::OffAir,
        "lease" => What::Lease(lease(line)?),
        "clock_jumped" => What::ClockJumped { by_ms: line.number("by_ms") },
        "warning" => What::Warning { message: line.text("message").to_owned() },
        "stopped" => What::Stopped {
            sent: line.word("sent")?,
            refused: line.word("refused")?,
            expired: line.word("expired")?,
            took_ms: line.number("took_ms"),
        },
        _ => return None,
    })
}

/// The journal keeps what a person is told of the other runner.
fn lease(line: &Line) -> Option<LeaseTold> {
    let (who, since) = (line.word("holder"), line.word("since"));
    let by = who.zip(since).map(|(who, since)| Holder { id: String::new(), who, since });
    Some(LeaseTold { turn: line.word("turn")?, by })
}

/// The journal keeps where a mistake is, not the line it is in.
fn mistake(line: &Line) -> Option<Box<ScriptError>> {
    Some(Box::new(ScriptError {
        script: line.word("script")?,
        line: line.word("line")?,
        column: line.word("column")?,
        width: 1,
        cue: line.word("cue"),
        message: line.word("message")?,
        hint: line.word("hint"),
        source: String::new(),
    }))
}

fn of_poll(line: &Line) -> Option<What> {
    Some(match line.event.as_str() {
        "poll_opened" => {
            let kind = if line.is("asked") { Kind::Asked { results: true } } else { Kind::Sent };
            let answers = line.rest.get("answers")?.as_object()?.iter();
            let choice =
                |(key, text): (&String, &Value)| Some(choice(key, text.as_str()?.to_owned()));
            let poll = poll(line, answers.map(choice).collect::<Option<_>>()?, kind)?;
            What::PollOpened(Arc::new(poll).into())
        }
        "poll_closed" => closed(line)?,
        "tally_read" => What::TallyRead(Box::new(TallyRead {
            asking: line.asking()?,
            tally: Value::Object(line.rest.clone()),
        })),
        _ => What::LeaderboardRead { leaders: line.word("leaders")? },
    })
}

/// Its answers are told by their texts alone.
fn closed(line: &Line) -> Option<What> {
    let (mut answers, mut tally) = (Vec::new(), Tally::default());
    for rank in line.rest.get("ranking")?.as_array()? {
        let answer = rank.get("answer")?.as_str()?;
        tally.add(answer, rank.get("votes")?.as_u64()?);
        answers.push(choice(answer, answer.to_owned()));
    }
    let mut poll = poll(line, answers, Kind::Asked { results: true })?;
    poll.correct = line.word("correct").map(AnswerKey);
    Some(What::PollClosed(Box::new(PollClosed {
        poll: Arc::new(poll),
        tally,
        late: line.is("late"),
        void: line.is("void"),
        unsent: line.is("unsent"),
    })))
}

fn choice(key: &str, text: String) -> Choice {
    Choice { key: key.to_owned(), text }
}

fn poll(line: &Line, answers: Vec<Choice>, kind: Kind) -> Option<Poll> {
    Some(Poll {
        asking: line.asking()?,
        question: line.word("question")?,
        answers,
        correct: None,
        slot: line.word("slot").unwrap_or_else(|| Slot(Slot::POLL.to_owned())),
        cue: line.word("cue")?,
        kind,
        change: false,
        points: 0,
        opened: line.at,
        closes_at: line.word("closes_at").unwrap_or(line.at),
        payload: None,
    })
}
