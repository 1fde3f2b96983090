//! What is no function and yet part of the language: values, spellings, and what rhai itself does.

/// A topic, told by the same convention as a word.
pub(super) struct Topic {
    pub(super) subject: &'static str,
    pub(super) name: &'static str,
    pub(super) forms: &'static [&'static str],
    pub(super) doc: &'static str,
}

const KNOWS: &str = "What a handler knows";
const SPELLINGS: &str = "Durations, times and zones";
const SCRIPT: &str = "In a script";

pub(super) static TOPICS: [Topic; 17] = [
    Topic {
        subject: KNOWS,
        name: "state",
        forms: &["state.name", "state.name = value"],
        doc: r#"A map that survives edits, crashes and restarts. What was never set is `()`. A
handler that fails leaves it as it was. `let s = state` is a copy.

Limits: what JSON can say, {STATE_MAX_BYTES} of it

Errors:
- `on("start", || state.last = now());`
- `on("start", || state.round += 1);`
- `let state = 1; on("start", || 1);`

```rhai
every("10s", || {
    state.round = (state.round ?? 0) + 1;
    put_metadata(notice(`round ${state.round}`));
});
```"#,
    },
    Topic {
        subject: KNOWS,
        name: "args",
        forms: &["args.name"],
        doc: r#"What the command line gave: `--set team=Reds`, or `ARN@team=Reds` for one channel.
JSON where it is JSON, else a text; what was not given is `()`.

```rhai
on("start", || put_metadata(notice(`today: the ${args.team ?? "Blues"}`)));
```"#,
    },
    Topic {
        subject: KNOWS,
        name: "e",
        forms: &["|e| e.cue", "|e| e.due", "|e| e.now", "|e| e.late_ms", "|e| e.data"],
        doc: r#"What a handler of one argument gets: the cue's name, when it was due and what time
it is (two times), how many milliseconds late it is, and the data it was fired with, `()` for none.
The operator's fields and the body of a request to the desk are a map, `e.data.team`.

```rhai
cue("goal", |e| put_metadata(notice(`${e.cue}: ${e.data}`)), #{input: ["team"]});
```"#,
    },
    Topic {
        subject: KNOWS,
        name: "time",
        forms: &[
            "now().year",
            "now().month",
            "now().day",
            "now().hour",
            "now().minute",
            "now().second",
            "now().unix",
            "now().format(\"%H:%M\")",
        ],
        doc: r#"A moment, as `now()`, `e.due` and `stream().started_at` give it. Its parts are whole
numbers in the show's zone; `unix` are the seconds since 1970. It is no JSON: write one of its
parts, or `format` it.

Errors:
- `on("start", || put_metadata(#{at: now()}));`

```rhai
every("1m", || {
    let t = now();
    put_metadata(notice(`${t.year}-${t.month}-${t.day} ${t.hour}:${t.minute}:${t.second}
${t.unix}`)); });
```"#,
    },
    Topic {
        subject: SPELLINGS,
        name: "duration",
        forms: &[
            "\"250ms\"",
            "\"10s\"",
            "\"1m30s\"",
            "\"2h\"",
            "\"1d\"",
            "\"1:30\"",
            "\"1:02:03\"",
        ],
        doc: r#"A text with its unit, so that nobody has to remember whose seconds they are: `d`,
`h`, `m`, `s`, `ms`, the largest first; or `m:ss` and `h:mm:ss`. A gap of `every` may be a range,
`"20s..40s"`.

Limits: more than nothing, {SPAN_MAX} at most

Errors:
- `on("start", || after(10, || 1));`
- `on("start", || after("10 minutes", || 1));`
- `on("start", || after("0s", || 1));`

```rhai
on("start", || after("1:30", || put_metadata(notice("ninety seconds in"))));
```"#,
    },
    Topic {
        subject: SPELLINGS,
        name: "time of day",
        forms: &[
            "\"20:30\"",
            "\"20:30:15\"",
            "\"2026-12-31T23:59:50\"",
            "\"2026-12-31T22:59:50Z\"",
            "\"2026-12-31T23:59:50+01:00\"",
        ],
        doc: r#"A time of day means its next occurrence for `at`, and today's for `seconds_until`. A
time without offset is in the zone of the call, else of `--timezone`, else of `timezone(…)`, else
UTC.

Errors:
- `at("8.30pm", || 1);`

```rhai
at("2026-12-31T22:59:50Z", || put_metadata(notice("ten seconds to midnight in Paris")));
```"#,
    },
    Topic {
        subject: SPELLINGS,
        name: "zone",
        forms: &["\"Europe/Paris\"", "\"America/New_York\"", "\"UTC\""],
        doc: r#"A name of the IANA database, which is inside the program. It knows summer time;
`every` and `after` count real seconds and never notice.

Errors:
- `timezone("CEST");`

```rhai
cron("0 9 * * *", "America/New_York", || put_metadata(notice("good morning")));
```"#,
    },
    Topic {
        subject: SCRIPT,
        name: "print",
        forms: &["print(value)"],
        doc: r#"Writes into the journal and on the screen. `debug` does it with the kinds of values.

Limits: {LOGS_PER_CALL_MAX} lines of one handler call; the rest is left out

```rhai
every("1m", || print(`it is ${now()}`));
```"#,
    },
    Topic {
        subject: SCRIPT,
        name: "throw",
        forms: &["throw text"],
        doc: r#"Ends this handler only, as any mistake does: nothing it did counts, neither `state`
nor payloads, draws or `after`s. `try { … } catch (error) { … }` goes on instead.

Limits: after an edit, {TRIAL_FAILURES} failures in the first {TRIAL_FOR} bring the version before
back

Errors:
- `on("start", || { put_metadata("never sent"); throw "no team" });`

```rhai
on("start", || {
    try { throw "no team" } catch (error) { put_metadata(notice(error)) }
});
```"#,
    },
    Topic {
        subject: SCRIPT,
        name: "const",
        forms: &["const NAME = value"],
        doc: r#"A constant of the top level is seen in every function. A `let` of the top level is
not, and starts afresh at each edit.

Errors:
- `let goal = 5; fn show() { goal } on("start", || show());`

```rhai
const GOAL = 5000;
fn show(raised) { put_metadata(meter("raised", raised, GOAL)) }
on("start", || show(350));
```"#,
    },
    Topic {
        subject: SCRIPT,
        name: "fn",
        forms: &["fn name(a, b) { … }", "|a, b| …"],
        doc: r#"A function, and a closure. A handler is either: a closure of none or one argument,
or the name of such a function. A closure that a variable holds is called `f.call(1)`.

Limits: {CALL_DEPTH_MAX} calls inside one another, {FUNCTIONS_MAX} functions

Errors:
- `every("10s", |a, b| 1);`
- `every("10s", facts);`

```rhai
fn hello() { put_metadata(notice("hello")) }
on("start", hello);
```"#,
    },
    Topic {
        subject: SCRIPT,
        name: "if",
        forms: &[
            "if a { … } else { … }",
            "switch x { 1 => …, _ => … }",
            "for item in list { … }",
            "for i in 0..10 { … }",
            "while a { … }",
            "loop { … break; }",
        ],
        doc: r#"Choices and loops. A condition is `true` or `false`, without brackets around it;
`&&`, `||` and `!` make one of others. `if` and `switch` have a value, too. A loop never waits: what
comes later is for `every` and `after`.

Errors:
- `on("start", || { if 1 { print("one") } });`

```rhai
every("10s", || {
    state.round = (state.round ?? 0) + 1;
    let word = switch state.round { 1 => "first", 2 => "second", _ => "next" };
    if state.round < 4 { put_metadata(notice(`the ${word} round`)) }
});
```"#,
    },
    Topic {
        subject: SCRIPT,
        name: "text",
        forms: &[
            "\"text\"",
            "`round ${state.round}`",
            "text.len()",
            "text.contains(part)",
            "text.split(\",\")",
            "text.sub_string(0, 3)",
            "text.to_upper()",
            "text.trim()",
            "text.replace(old, new)",
        ],
        doc: r#"Stands in double quotes; between backticks it may have line breaks, and `${…}` puts
a value into it. `+` joins a text with whatever stands beside it: what an operator types is text,
and `number` makes a number of it. `trim` and `replace` change the text itself, and give nothing.

Limits: {STRINGS_MAX_BYTES}

Errors:
- `on("start", || print('two words'));`
- `on("start", || print("3" * 2));`

```rhai
on("start", || {
    let name = " Ada ";
    name.trim();
    put_metadata(notice(`hello ${name}, ${number("3") + 1} to go`));
});
```"#,
    },
    Topic {
        subject: SCRIPT,
        name: "list",
        forms: &[
            "[1, 2, 3]",
            "list[0]",
            "list[-1]",
            "list.len()",
            "list.push(item)",
            "list.contains(item)",
            "list.map(|it| …)",
            "list.filter(|it| …)",
            "for item in list { … }",
        ],
        doc: r#"Values in an order; the first is number 0, the last number -1. `push` changes the
list itself, `map` and `filter` give another one. `each` is for loops that make closures.

Limits: {LIST_MAX_ITEMS} items

Errors:
- `on("start", || print([1, 2][2]));`

```rhai
on("start", || {
    let teams = ["Reds", "Blues"];
    teams.push("Greens");
    for team in teams { print(team) }
    put_metadata(notice(`${teams.len()} teams, and first the ${teams[0]}`));
});
```"#,
    },
    Topic {
        subject: SCRIPT,
        name: "map",
        forms: &[
            "#{name: \"Ada\", points: 3}",
            "map.name",
            "map[\"a name\"]",
            "map.name = value",
            "map.len()",
            "map.keys()",
            "map.contains(\"name\")",
            "map.remove(\"name\")",
            "map?.name",
        ],
        doc: r#"Values by their names, in the order of the names. A word that takes options takes
them as a map, and a payload is one, too. What was never set is `()`, and `?.` and `??` do with it.

Limits: {MAP_MAX_ENTRIES} entries

Errors:
- `on("start", || print(state.team.name));`

```rhai
on("start", || {
    let goals = #{reds: 2, blues: 1};
    goals.reds += 1;
    for team in goals.keys() { print(`${team}: ${goals[team]}`) }
    put_metadata(#{type: "goals", goals: goals}, #{valid_for: "10s"});
});
```"#,
    },
    Topic {
        subject: SCRIPT,
        name: "import",
        forms: &["import \"name\" as name"],
        doc: r#"The functions of another script of the show's folder, `name.rhai`: a library, which
declares no cue. It is watched, and an edit of it takes over like one of the script.

Limits: {MODULES_MAX} imports in all

Errors:
- `import "../secrets" as s; on("start", || 1);`

```rhai
import "library" as library;
on("start", || put_metadata(notice(library::greeting("you"))));
```"#,
    },
    Topic {
        subject: SCRIPT,
        name: "limits",
        forms: &["on(\"start\", || loop { })"],
        doc: r#"A handler never waits, and ends soon. What is larger or longer than these ends the
handler, and nothing it did counts.

Limits: a handler has {HANDLER_CPU} of its thread's time and {HANDLER_MAX_OPERATIONS} operations,
the top level {TOP_LEVEL_CPU} and {TOP_LEVEL_MAX_OPERATIONS}; one value holds {STRINGS_MAX_BYTES}
of text, {LIST_MAX_ITEMS} list items, {MAP_MAX_ENTRIES} map entries, {NESTING_MAX} levels, and
{JSON_NESTING_MAX} where it leaves the script as JSON (`state`, payloads, data); a handler asks for
{WISHES_PER_CALL_MAX} things; a script has {SCRIPT_MAX_BYTES} and {VARIABLES_MAX} variables at a
time

Errors:
- `on("start", || loop { });`

```rhai
every("1s", || {
    state.n = (state.n ?? 0) + 1;
    if state.n == 10 { put_metadata(notice("ten, one second at a time")) }
});
```"#,
    },
];
