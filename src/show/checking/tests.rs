//! Checks of plain texts: what a rehearsal brings to light, and where it ends.

use jiff::Timestamp;

use super::*;
use crate::model::fetch::Answers;
use crate::model::file::{FileAnswer, FileKind, FileRef};
use crate::model::limits::{CHECK_MAX_CALLS, PAYLOAD_MAX_BYTES};
use crate::model::saved::Saved;
use crate::script::api::Files;
use crate::show::running::tests::{REMOTE, setup};

fn checked_with(text: &str, files: &Files) -> Checked {
    let start: Timestamp = "2026-11-22T20:00:00Z".parse().expect("a time");
    let answers = &Answers::new();
    let saved = &Saved::default();
    check(&Subject { setup: &setup(REMOTE), text, start, answers, saved }, files)
}

fn checked(text: &str) -> Checked {
    checked_with(text, &Files::new())
}

/// Each finding on a line: its gravity, where it is, and what it says.
fn told(checked: &Checked) -> Vec<String> {
    let one = |finding: &Finding| {
        let Finding { gravity, mistake, file } = finding;
        let file = file.as_ref().map(|file| format!("{file} ")).unwrap_or_default();
        let (line, column, message) = (mistake.line, mistake.column, &mistake.message);
        format!("{gravity:?} {file}{line}:{column} {message}")
    };
    checked.findings.iter().map(one).collect()
}

fn facts(lines: &[&str]) -> Files {
    let file = FileRef { kind: FileKind::Facts, name: "cats".to_owned() };
    [(file, FileAnswer::Text(lines.join("\n").into()))].into()
}

fn cue<'a>(checked: &'a Checked, name: &str) -> &'a CheckedCue {
    let found = checked.cues.iter().find(|cue| cue.plan.key.as_str() == name);
    found.unwrap_or_else(|| panic!("no cue {name} in {checked:?}"))
}

#[test]
fn an_hour_is_played_and_counted() {
    let found = checked("every(\"10s\", || put_metadata(notice(\"hello\")));");
    assert!(found.findings.is_empty(), "{found:?}");
    let cue = cue(&found, "every 10s");
    assert_eq!(cue.payloads, 55 * 6 + 1, "and nothing off air");
    assert_eq!(cue.bytes_max, r#"{"text":"hello","type":"notice"}"#.len());
}

#[test]
fn the_largest_payload_of_each_cue_is_told() {
    let found = checked(
        "cue(\"grows\", every(\"1m\"), || { state.s = (state.s ?? \"\") + \"x\"; \
         put_metadata(state.s); });
         cue(\"hand\", || put_metadata(\"abc\"));",
    );
    assert!((55..=57).contains(&cue(&found, "grows").bytes_max), "{found:?}");
    assert_eq!((cue(&found, "hand").calls, cue(&found, "hand").bytes_max), (1, 3));
}

#[test]
fn every_handler_runs_once_at_least() {
    let found = checked(
        "timezone(\"Europe/Paris\");
         cue(\"hand\", || nope(1));
         at(\"04:30\", || [1][2]);
         cron(\"0 12 24 12 *\", || [1][3]);
         on(\"resume\", || [1][4]);
         on(\"stop\", || [1][5]);
         on(\"off_air\", || [1][6]);
         cue(\"disarmed\", every(\"10s\"), || [1][7], #{armed: false});
         stream_at(\"3h\", || [1][8]);
         on(\"start\", || after(\"20m\", || [1][9]));",
    );
    assert_eq!(found.is, Is::Broken, "an unknown function keeps it from playing");
    let found = checked(
        "timezone(\"Europe/Paris\");
         cue(\"hand\", || [1][1]);
         at(\"04:30\", || [1][2]);
         cron(\"0 12 24 12 *\", || [1][3]);
         on(\"resume\", || [1][4]);
         on(\"stop\", || [1][5]);
         on(\"off_air\", || [1][6]);
         cue(\"disarmed\", every(\"10s\"), || [1][7], #{armed: false});
         stream_at(\"3h\", || [1][8]);
         on(\"start\", || after(\"20m\", || [1][9]));",
    );
    let lines: Vec<usize> = found.findings.iter().map(|finding| finding.mistake.line).collect();
    assert_eq!(lines, (2..=10).collect::<Vec<_>>(), "{:?}", told(&found));
    assert_eq!(cue(&found, "disarmed").payloads, 0);
}

#[test]
fn made_up_data_is_like_what_an_operator_types() {
    for takes in [
        "number(e.data.points) + 1",
        "e.data.team.to_upper()",
        "seconds_until(e.data.time, \"Europe/Paris\")",
    ] {
        let field = takes.split("data.").nth(1).and_then(|rest| rest.split([')', '.', ',']).next());
        let field = field.expect("it names a field");
        let text = format!("cue(\"c\", |e| {{ {takes}; }}, #{{input: [\"{field}\"]}});");
        assert!(checked(&text).findings.is_empty(), "{:?}", told(&checked(&text)));
    }
    let found = checked("cue(\"c\", |e| { e.data.team + [1][3] }, #{input: [\"team\"]});");
    assert_eq!(found.findings.len(), 1, "{:?}", told(&found));
}

#[test]
fn what_the_author_throws_at_made_up_data_is_no_mistake() {
    let found = checked("cue(\"c\", |e| { throw `no team ${e.data}` });");
    assert!(found.findings.is_empty(), "{:?}", told(&found));
    assert_eq!(cue(&found, "c").refused.as_deref(), Some("no team "));
    let timed = checked("every(\"10s\", || { throw \"never\" });");
    assert_eq!(told(&timed), ["Error 1:19 never"]);
}

#[test]
fn what_the_argument_does_not_have_is_told_instead_of_made_up_data() {
    let notice = |field: &str| {
        format!("cue(\"go\", |e| put_metadata(notice(`${{{field}}}`)), #{{input: [\"team\"]}});")
    };
    for (field, message, hint) in [
        ("e.team", "`e` has no `team`", "did you mean `e.data.team`?"),
        ("e.dta.team", "`e` has no `dta`", "did you mean `e.data`?"),
        ("e.question", "`e` has no `question`", "what the cue is fired with is `e.data`"),
        ("e.data.taem", "`e.data` has no `taem`", "did you mean `team`?"),
    ] {
        let found = checked(&notice(field));
        let told = told(&found);
        assert!(told.len() == 1 && told[0].starts_with("Warning 1:"), "{field}: {told:?}");
        assert!(told[0].ends_with(message), "{field}: {told:?}");
        let met = found.findings[0].mistake.hint.as_deref().unwrap_or_default();
        assert!(met.contains(hint), "{field}: {met}");
    }
    for script in [
        notice("e.data.team"),
        notice("e.cue"),
        "cue(\"go\", |e| print(e.data?.taem), #{input: [\"team\"]});\n\
         on(\"start\", || fire(\"go\", #{taem: 1}));"
            .to_owned(),
        "cue(\"a\", on(\"poll_closed\"), |e| print(e.question));".to_owned(),
        "on(\"poll_closed\", |e| print(e.question));".to_owned(),
        "cue(\"a\", |e| { let e = e.data; print(e?.team); });".to_owned(),
        "cue(\"a\", |e| { e = e.data; print(e?.team); });".to_owned(),
        "cue(\"a\", |e| { try { throw #{no: 1} } catch (e) { print(e.no) } });".to_owned(),
        "every(\"10s\", |e| { e.team = 1; print(e.team); });".to_owned(),
    ] {
        assert!(checked(&script).findings.is_empty(), "{script}: {:?}", told(&checked(&script)));
    }
}

#[test]
fn a_rehearsal_that_never_ends_is_ended() {
    let storm = "for n in 0..20 { cue(`c${n}`, every(\"300ms\"), || 1); }";
    let found = checked(storm);
    assert_eq!(found.findings.len(), 1, "{:?}", told(&found));
    assert!(told(&found)[0].contains("the rehearsal of 60 min ended early"), "{:?}", told(&found));
    let calls: u64 = found.cues.iter().map(|cue| cue.calls).sum();
    assert!(calls <= CHECK_MAX_CALLS + 20, "{calls}");
    let heavy = "cue(\"light\", every(\"1s\"), || 1);
        cue(\"heavy\", every(\"1s\"), || { let n = 0; while n < 40000 { n += 1; } });";
    let found = checked(heavy);
    assert!(told(&found)[0].starts_with("Warning 2:9 the rehearsal"), "{:?}", told(&found));
    assert!(told(&found)[0].contains("`heavy`"), "{:?}", told(&found));
}

#[test]
fn who_refuses_made_up_data_at_length_does_not_use_up_the_rehearsal() {
    let refuses = "|e| { let n = 0; while n < 30000 { n += 1; } throw `no team ${e.data.team}` }";
    let script = format!(
        "for n in 0..60 {{ state[`team ${{n}}`] = 0; }}
        for n in 0..8 {{ cue(`c${{n}}`, {refuses}, #{{input: [\"team\"]}}); }}"
    );
    let found = checked(&script);
    assert!(told(&found).iter().all(|told| !told.contains("ended early")), "{:?}", told(&found));
}

#[test]
fn facts_are_measured_beside_what_stands_with_them() {
    let script = "every(\"10s\", || put_metadata(poll(random_fact(\"cats\"), [\"a\"])));";
    let short =
        r#"{"answers":{"1":"a"},"current_time":"2026-Nov-22-200000","poll_id":"0","question":""}"#;
    // The id is 32 digits.
    let beside = short.len() + 31;
    let fits = "é".repeat((PAYLOAD_MAX_BYTES - beside) / 2);
    let over = format!("{}\"", "x".repeat(PAYLOAD_MAX_BYTES - beside - 1));
    let found = checked_with(script, &facts(&["short", &fits, "", "# not this", &over]));
    assert_eq!(told(&found).len(), 1, "{:?}", told(&found));
    // The caret stands below the first character that is too much.
    let wanted = format!("Error facts `cats` 5:{} this fact is 1 byte too", over.len());
    assert!(told(&found)[0].starts_with(&wanted), "{:?}", told(&found));
}

#[test]
fn facts_that_the_script_cuts_are_not_too_long() {
    let long = "x".repeat(2_000);
    let cut = "every(\"10s\", || put_metadata(notice(fit(random_fact(\"cats\"), 900))));";
    let found = checked_with(cut, &facts(&["short", &long]));
    assert!(found.findings.is_empty(), "{:?}", told(&found));
    let plain = "every(\"10s\", || put_metadata(random_fact(\"cats\")));";
    let found = checked_with(plain, &facts(&["short", &long]));
    assert_eq!(told(&found).len(), 1, "{:?}", told(&found));
    let inside = "cue(\"c\", || put_metadata(notice(`Cats: ${next_fact(\"cats\")}!`)));";
    let found = checked_with(inside, &facts(&["short", &long]));
    assert_eq!(told(&found).len(), 1, "it was never sent: {:?}", told(&found));
}

#[test]
fn polls_are_played_with_votes_and_without() {
    let ask = "every(\"2m\", || ask(`Round ${now().minute}?`, [\"Reds\", \"Blues\"]));\n";
    let found = checked(&format!("{ask}on(\"poll_closed\", |e| print(e.winner.to_upper()));"));
    assert_eq!(told(&found).len(), 1, "{:?}", told(&found));
    assert!(told(&found)[0].contains("`to_upper`, it is `()`"), "{:?}", told(&found));
    let script = format!("{ask}on(\"poll_closed\", |e| if e.total > 0 {{ [1][2] }});");
    assert_eq!(told(&checked(&script)).len(), 1, "there were votes");
    let script = format!("{ask}on(\"poll_closed\", |e| print(e.winner ?? \"nobody\"));");
    assert!(checked(&script).findings.is_empty(), "{:?}", told(&checked(&script)));
}

#[test]
fn a_library_is_no_show() {
    let found = checked("const N = 1;\nfn one() { N }\nfn two() { one() + one() }");
    assert_eq!(found.is, Is::Library { functions: 2 });
    assert!(found.findings.is_empty());
}

#[test]
fn the_next_times_of_a_cron_are_in_its_zone() {
    let found = checked("cron(\"30 20 * * Fri\", \"Europe/Paris\", || put_metadata(\"x\"));");
    let next: Vec<String> = found.cues[0].next.iter().map(ToString::to_string).collect();
    assert_eq!(next.len(), 5);
    assert_eq!(next[0], "2026-11-27T19:30:00Z");
}

#[test]
fn a_zone_is_missed_only_where_none_is_named() {
    let cron = "cron(\"0 20 * * *\", || put_metadata(\"x\"));";
    assert_eq!(checked(cron).findings.len(), 1);
    assert!(checked(&format!("timezone(\"Asia/Tokyo\");\n{cron}")).findings.is_empty());
    let mut setup = setup(REMOTE);
    let own = std::sync::Arc::make_mut(&mut setup.script);
    own.zone = Some("Asia/Tokyo".parse().expect("a zone"));
    let start = "2026-11-22T20:00:00Z".parse().expect("a time");
    let (answers, saved) = (&Answers::new(), &Saved::default());
    let subject = Subject { setup: &setup, text: cron, start, answers, saved };
    let found = check(&subject, &Files::new());
    assert!(found.findings.is_empty(), "{:?}", told(&found));
}

#[test]
fn there_are_no_more_findings_than_one_can_read() {
    let many = "cue(`c${[].len()}`, || nope());\n".repeat(300);
    let found = checked(&many);
    assert_eq!((found.findings.len(), found.more), (CHECK_MAX_FINDINGS, 300 - CHECK_MAX_FINDINGS));
}
