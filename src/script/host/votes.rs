//! What votes come to: `tally`, `results`, `leaderboard`.

use std::sync::Arc;

use jiff::SignedDuration;
use rhai::{Dynamic, ImmutableString, NativeCallContext};
use serde_json::json;

use super::arguments::{map, wanted, whole};
use super::testing::lead;
use crate::model::limits::{LEADERS_MAX, TALLY_AGE_MAX};
use crate::model::poll::{AskingId, Counting, Leader, Poll, Tally};
use crate::rules::polls::Entry;
use crate::script::api::{PollWish, Wish};
use crate::script::errors::ScriptFault;
use crate::script::rehearsal::Rehearsal;
use crate::script::stage::{Phase, Stage, StageRef};
use crate::script::values::from_json;
use crate::script::words::Word;

pub(super) static WORDS: [Word; 4] = [
    Word {
        name: "tally",
        forms: &["tally(asking)"],
        doc: r#"The votes of a poll: `#{total, counts, winner, ranking}`. `counts` is by the
answers' texts; `winner` is `()` on a tie or without votes; a line of `ranking` has `answer`,
`votes` and `percent`. Of an open poll it is 250 ms old at most. It can be read of the last 32
askings, and of the last 8 polls that were merely sent; a poll that was not asked anew stands for
the newest asking of its question. Tests read it, too.

Gives: a map

Errors:
- `on("start", || tally("coffee"));`

```rhai
cue("coffee", || {
    let asking = ask("Tea or coffee?", ["Tea", "Coffee"]);
    after("20s", || put_metadata(meter("votes so far", tally(asking).total, 100)));
});
on("poll_closed", |e| print(e.question + ": " + (e.winner ?? "nobody")));
```"#,
        run: tally,
    },
    Word {
        name: "results",
        forms: &["results(asking)"],
        doc: r#"The results of a poll, for `put_metadata`; `ask` sends them by itself. The right
answer of a quiz is in them when its votes are final; sent then, they give its points.

Gives: a map

```rhai
cue("facts", || {
    let asking = poll("Do cats dream?", ["True", "False"]);
    put_metadata(asking);
    after("8s", || put_metadata(results(asking)));
});
```"#,
        run: results,
    },
    Word {
        name: "leaderboard",
        forms: &["leaderboard(count)"],
        doc: r#"The viewers with the most points of quizzes, best first: a list of
`#{name, points, rank}`. Equal points share a rank. The points of a quiz would tell its right
answer: they are in this list, and viewers see theirs, when results that say it have gone out, by
themselves or by the script; of an answer that is never told when the show ends. Tests read it, too;
in `simulate` some of the viewers have names and answer quizzes.

Gives: a list

Errors:
- `on("start", || leaderboard("three"));`

```rhai
on("poll_closed", || {
    put_metadata(board("The best", leaderboard(3).map(|it| [it.name, it.points])));
});
```"#,
        run: leaderboard,
    },
    Word {
        name: "leaderboard_reset",
        forms: &["leaderboard_reset()"],
        doc: r#"Forgets everybody's points.

Gives: nothing

```rhai
on("start", || leaderboard_reset());
```"#,
        run: leaderboard_reset,
    },
];

type Said = Result<Dynamic, ScriptFault>;

/// A poll's votes as a script reads them.
pub(super) struct Votes {
    pub(super) poll: Arc<Poll>,
    pub(super) tally: Tally,
    is_final: bool,
    /// Whether they were counted, and are not only what was known before.
    pub(super) are_counted: bool,
}

/// What a script names a poll by.
pub(super) enum Meant {
    /// One asking, and no other of the same question.
    Asking(AskingId),
    /// That asking, or else the newest of its question.
    Poll(AskingId),
}

impl Meant {
    /// The asking that is named.
    pub(super) fn asking(self) -> AskingId {
        match self {
            Self::Asking(asking) | Self::Poll(asking) => asking,
        }
    }
}

/// The asking that a poll's map names.
pub(super) fn asking_of(value: &Dynamic, of: &str) -> Result<Meant, ScriptFault> {
    let what = format!("what `{of}` takes");
    let fields = map(value, &what)?;
    let field = |name: &str| {
        let text = fields.get(name).and_then(Dynamic::read_lock::<ImmutableString>);
        text.map(|text| text.to_string())
    };
    match (field("poll_id"), field("current_time")) {
        (Some(poll_id), Some(current_time)) => {
            let asking = AskingId { poll_id, current_time };
            // What `ask` returned names an asking; a payload that `poll` built, its question.
            Ok(if fields.contains_key("closes_at") {
                Meant::Asking(asking)
            } else {
                Meant::Poll(asking)
            })
        }
        _ => Err(wanted(&what, "a poll, or what `ask` returned", value)),
    }
}

/// What is known of an asking.
pub(super) fn known<'a>(stage: &'a Stage, meant: &Meant) -> Result<&'a Entry, ScriptFault> {
    let entry = match meant {
        Meant::Asking(asking) => stage.polls.get(asking),
        Meant::Poll(asking) => stage.polls.find(asking),
    };
    entry.ok_or_else(unknown)
}

fn unknown() -> ScriptFault {
    ScriptFault::hints(
        "this poll takes no votes and took none lately",
        "it has to be sent by `ask` or `put_metadata` first",
    )
}

/// A poll's votes, at most so old; where they are not known or older, this call ends until they are
/// counted.
pub(super) fn read(
    stage: &mut Stage,
    meant: &Meant,
    age: SignedDuration,
) -> Result<Votes, ScriptFault> {
    let since = stage.now.up - age;
    let entry = known(stage, meant)?;
    if let Some(tally) = entry.tally(since) {
        return Ok(votes(entry, tally));
    }
    // What reads one poll often reads the others too.
    let old = stage.polls.unsettled().filter(|entry| entry.tally(since).is_none());
    let old: Vec<AskingId> = old.map(|entry| entry.poll().asking.clone()).collect();
    stage.draft.counts.extend(old.into_iter().map(Counting::Tally));
    Err(ScriptFault::Needs)
}

/// A poll's last votes: it takes no more from then on. Where they are not counted yet, this call
/// ends until they are.
pub(super) fn read_last(stage: &mut Stage, asking: &AskingId) -> Result<Votes, ScriptFault> {
    let since = stage.now.up;
    let entry = known(stage, &Meant::Asking(asking.clone()))?;
    let is_last = entry.is_final() || entry.sealed || entry.uncounted;
    if let Some(tally) = entry.tally(since).filter(|_| is_last) {
        return Ok(votes(entry, tally));
    }
    stage.draft.counts.insert(Counting::Final(asking.clone()));
    Err(ScriptFault::Needs)
}

fn votes(entry: &Entry, tally: &Tally) -> Votes {
    let are_counted = entry.is_final() || !entry.uncounted;
    let (poll, tally) = (Arc::clone(&entry.kept.poll), tally.clone());
    Votes { poll, tally, is_final: entry.is_final(), are_counted }
}

fn tally(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    if StageRef::of(context).get().phase == Phase::Test {
        let asking = asking_of(&arguments[0], "tally")?.asking();
        let told = lead(context, |show| show.tally(&asking))?;
        return told.map(|told| from_json(&told)).ok_or_else(unknown);
    }
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    stage.only_in(Phase::Handler, "tally")?;
    let votes = read(&mut stage, &asking_of(&arguments[0], "tally")?, TALLY_AGE_MAX)?;
    Ok(from_json(&votes.poll.told(&votes.tally)))
}

fn results(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    stage.only_in(Phase::Handler, "results")?;
    let votes = read(&mut stage, &asking_of(&arguments[0], "results")?, TALLY_AGE_MAX)?;
    Ok(from_json(&votes.poll.results(&votes.tally, votes.is_final)))
}

fn leaderboard(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let count = whole(&arguments[0], "the length of `leaderboard`")?;
    let count = usize::try_from(count).ok().filter(|count| (1..=LEADERS_MAX).contains(count));
    let Some(count) = count else {
        let range = format!("1 to {LEADERS_MAX}");
        return Err(wanted("the length of `leaderboard`", &range, &arguments[0]));
    };
    if StageRef::of(context).get().phase == Phase::Test {
        return Ok(ranked(&lead(context, Rehearsal::leaders)?, count));
    }
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    stage.only_in(Phase::Handler, "leaderboard")?;
    if stage.draft.leaders_reset {
        return Ok(Dynamic::from_array(Vec::new()));
    }
    let now = stage.now;
    let Some(leaders) = stage.polls.leaders(now) else {
        stage.draft.counts.insert(Counting::Leaderboard);
        return Err(ScriptFault::Needs);
    };
    Ok(ranked(leaders, count))
}

/// The first of the leaders, with their ranks.
fn ranked(leaders: &[Leader], count: usize) -> Dynamic {
    let rank = |points| 1 + leaders.iter().filter(|leader| leader.points > points).count();
    let ranked = leaders.iter().take(count).map(|leader| {
        let (name, points) = (&leader.name, leader.points);
        from_json(&json!({ "name": name, "points": points, "rank": rank(points) }))
    });
    Dynamic::from_array(ranked.collect())
}

fn leaderboard_reset(context: &NativeCallContext<'_>, _: &[Dynamic]) -> Said {
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    stage.only_in(Phase::Handler, "leaderboard_reset")?;
    stage.draft.wish(Wish::Poll(PollWish::ResetLeaderboard))?;
    stage.draft.leaders_reset = true;
    Ok(Dynamic::UNIT)
}
