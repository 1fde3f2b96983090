//! The payloads that the player page draws, field by field: also for those who write them by hand.

use serde::Serialize;

/// A kind of payload.
#[derive(Debug, Serialize)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// What makes it this kind.
    pub known_by: &'static str,
    /// What the page does with it.
    pub drawn: &'static str,
    /// What it holds.
    pub fields: &'static [Field],
    /// One of it.
    pub sample: &'static str,
}

/// A field of a payload.
#[derive(Debug, Serialize)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether the page needs it to draw this kind.
    pub needed: bool,
    /// What it holds.
    pub text: &'static str,
}

const fn needs(name: &'static str, text: &'static str) -> Field {
    Field { name, needed: true, text }
}

const fn may(name: &'static str, text: &'static str) -> Field {
    Field { name, needed: false, text }
}

const ASKING: [Field; 5] = [
    needs("question", "text"),
    needs("answers", "object, `{\"1\": \"Yes\", …}`, or a list"),
    may("poll_id", "text, the same for the same question; without it the question itself"),
    may("current_time", "text, when it was asked: with `poll_id` it names this asking"),
    may("closes_at", "RFC 3339 time, from which no answer can be picked"),
];

const QUIZ: [Field; 6] = {
    let [question, answers, poll_id, current_time, closes_at] = ASKING;
    [needs("type", "`quiz`"), question, answers, poll_id, current_time, closes_at]
};

/// Each kind, in the order in which a show meets them.
pub static KINDS: [Kind; 10] = [
    Kind {
        name: "poll",
        known_by: "`question` and `answers`",
        drawn: "a card with a button for each answer",
        fields: &ASKING,
        sample: r#"{"answers":["Yes","No"],"poll_id":"tea","question":"Tea?"}"#,
    },
    Kind {
        name: "quiz",
        known_by: "`question`, `answers` and the type `quiz`",
        drawn: "the same, called a quiz",
        fields: &QUIZ,
        sample: r#"{"answers":{"1":"3","2":"4"},"question":"2 + 2?","type":"quiz"}"#,
    },
    Kind {
        name: "results",
        known_by: "the type `results`",
        drawn: "a card with a bar for each answer",
        fields: &[
            needs("counts", "object, votes by the answer's key: `{\"1\": 3, \"2\": 1}`"),
            may("total", "number of votes; without it their sum"),
            may("question", "text; without it that of the poll with the same `poll_id`"),
            may("answers", "as in the poll; without them those of that poll"),
            may("correct", "key of the right answer"),
            may("poll_id", "as in the poll"),
            may("current_time", "as in the poll"),
        ],
        sample: r#"{"counts":{"1":3,"2":1},"poll_id":"tea","total":4,"type":"results"}"#,
    },
    Kind {
        name: "notice",
        known_by: "the type `notice`, or a payload that is no JSON",
        drawn: "a card with the text, for ten seconds unless `show_for` says otherwise",
        fields: &[needs("text", "text")],
        sample: r#"{"show_for":"20s","text":"Back in five","type":"notice"}"#,
    },
    Kind {
        name: "card",
        known_by: "the type `card`",
        drawn: "a card with a picture and a button; it needs one of `title`, `text` and `image`",
        fields: &[
            may("title", "text"),
            may("text", "text"),
            may("image", "web address of a picture"),
            may("url", "web address where the button leads"),
            may("price", "text"),
        ],
        sample: r#"{"price":"12 €","title":"Mug","type":"card","url":"https://example.com/mug"}"#,
    },
    Kind {
        name: "timer",
        known_by: "the type `timer`",
        drawn: "an entry of the strip that counts down in the stream's time",
        fields: &[needs("ends_at", "RFC 3339 time"), may("text", "text")],
        sample: r#"{"ends_at":"2026-11-22T17:05:41Z","text":"we begin in","type":"timer"}"#,
    },
    Kind {
        name: "meter",
        known_by: "the type `meter`",
        drawn: "an entry of the strip with a bar from 0 to `goal`",
        fields: &[needs("value", "number"), needs("goal", "number"), may("text", "text")],
        sample: r#"{"goal":1000,"text":"donations","type":"meter","value":350}"#,
    },
    Kind {
        name: "board",
        known_by: "the type `board`",
        drawn: "an entry of the strip, a table of names and values",
        fields: &[needs("rows", "list of lists, `[[\"Reds\", 2], …]`"), may("title", "text")],
        sample: r#"{"rows":[["Reds",2],["Blues",1]],"title":"Final","type":"board"}"#,
    },
    Kind {
        name: "clear",
        known_by: "the type `clear`",
        drawn: "nothing: it takes what is in `slot` off the screen, or everything",
        fields: &[],
        sample: r#"{"slot":"poll","type":"clear"}"#,
    },
    Kind {
        name: "data",
        known_by: "anything else",
        drawn: "a card with the JSON as it came, when there is no other card",
        fields: &[],
        sample: r#"{"score":[2,1],"slot":"score"}"#,
    },
];

/// What every kind but `clear` may have beside its own.
pub(super) static COMMON: [Field; 2] = [
    may("slot", "text, its place on the screen; what comes into the same slot takes it away"),
    may("show_for", "duration, `\"20s\"`, after which it leaves the screen"),
];
