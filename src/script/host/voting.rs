//! The words of tests about polls: they vote in the place of viewers.

use rhai::{Dynamic, Map, NativeCallContext};

use super::arguments::{text, wanted};
use super::testing::lead;
use super::votes::asking_of;
use crate::model::poll::Poll;
use crate::script::errors::ScriptFault;
use crate::script::rehearsal::{Rehearsal, Voters};
use crate::script::values::from_json;
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

pub(super) static WORDS: [Word; 2] = [
    Word {
        name: "asking",
        forms: &["asking()"],
        doc: r#"The poll that was opened last and takes votes: `#{poll_id, current_time, question,
answers}`; `()` when none does.

Gives: a map, or `()`

```rhai
cue("coffee", || ask("Tea or coffee?", ["Tea", "Coffee"]));

fn test_asks() {
    assert_eq(asking(), ());
    fire("coffee");
    assert_eq(asking().question, "Tea or coffee?");
}
```"#,
        run: asking,
    },
    Word {
        name: "vote",
        forms: &["vote(asking, answer)", "vote(asking, answer, by)"],
        doc: r#"Votes for an answer, by its text or key: one vote, or as many as a number says, or
that of the viewer whose name a text gives, who gets the points of a right answer.

Gives: nothing

```rhai
cue("coffee", || ask("Tea or coffee?", ["Tea", "Coffee"]));

fn test_shows_the_results() {
    fire("coffee");
    vote(asking(), "Tea", 3);
    vote(asking(), "Coffee", "Ada");
    advance("40s");
    assert_eq(screen().poll.counts, #{"1": 3, "2": 1});
}
```

```rhai
cue("italy", || ask(quiz("Capital of Italy?", ["Paris", "Rome"], "Rome"), #{points: 10}));

fn test_gives_points() {
    fire("italy");
    vote(asking(), "Rome", "Ada");
    vote(asking(), "Paris", "Ben");
    assert_eq(tally(asking()).total, 2);
    advance("1m");
    assert_eq(leaderboard(3), [#{name: "Ada", points: 10, rank: 1}]);
}
```"#,
        run: vote,
    },
];

fn asking(context: &NativeCallContext<'_>, _: &[Dynamic]) -> Said {
    let poll = lead(context, Rehearsal::asking)?;
    Ok(poll.as_ref().map_or(Dynamic::UNIT, told))
}

/// A poll, as a test looks at it.
fn told(poll: &Poll) -> Dynamic {
    let mut map = Map::new();
    map.insert("poll_id".into(), poll.asking.poll_id.as_str().into());
    map.insert("current_time".into(), poll.asking.current_time.as_str().into());
    map.insert("question".into(), poll.question.as_str().into());
    map.insert("answers".into(), from_json(&poll.answers_by_key()));
    Dynamic::from_map(map)
}

fn vote(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    if arguments[0].is_unit() {
        return Err(ScriptFault::hints(
            "no poll takes votes",
            "`asking()` is `()` until the show asks: `fire` the cue that does, or `advance` to it",
        ));
    }
    let asking = asking_of(&arguments[0], "vote")?.asking();
    let answer = text(&arguments[1], "the answer of `vote`")?;
    let by = arguments.get(2).map_or(Ok(Voters::Unnamed(1)), voters)?;
    lead(context, |show| show.vote(&asking, &answer, by))?;
    Ok(Dynamic::UNIT)
}

/// So many viewers, or the one of a name.
fn voters(value: &Dynamic) -> Result<Voters, ScriptFault> {
    if let Some(count) = value.as_int().ok().and_then(|count| u64::try_from(count).ok()) {
        return Ok(Voters::Unnamed(count));
    }
    let name = text(value, "who votes").ok().filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| wanted("who votes", "a number of viewers, or a name", value))?;
    Ok(Voters::Named(name.to_string()))
}
