//! Mistakes that are errors before anything goes on air, and what is only warned of.

use super::rig::{Rig, failure, printed};
use crate::model::script_error::ScriptError;
use crate::script::api::Loaded;

fn mistake(text: &str) -> ScriptError {
    let mut errors = Rig::new().mistakes(text);
    assert_eq!(errors.len(), 1, "{}", super::rig::shown(&errors));
    errors.remove(0)
}

fn warnings(text: &str) -> Vec<String> {
    Rig::new().load(text).warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn an_unknown_function_is_found_where_it_stands() {
    let error = mistake("every(\"10s\", || {\n    let fact = random_fct(\"cats\");\n});");
    assert_eq!((error.line, error.column, error.width), (2, 16, 10));
    assert_eq!(error.message, "`random_fct` is not part of the show language");
    assert_eq!(error.hint.as_deref(), Some("did you mean `random_fact`?"));
    assert_eq!(error.source, "    let fact = random_fct(\"cats\");");
}

#[test]
fn every_mistake_has_its_line_and_hint() {
    let cases = [
        ("fn f() { 1 }\nevery(\"1s\", || f().nope());", 2, "not part of the show language"),
        ("every(\"1s\", || [1].psh(2));", 1, "did you mean"),
        ("cue(\"a\", || 1);\ncue(\"a\", || 2);", 2, "in lines 1 and 2"),
        ("cue(\"a\", || 1); cue(\"a\", || 2);", 1, "both in line 1"),
        ("on(\"start\", || 1);\nevery(\"10s\");", 2, "this `every` has no handler"),
        ("let t = every(\"10s\");", 1, "has no handler"),
        ("cue(\"a\", every(\"10s\"));", 1, "but no handler"),
        ("on(\"start\", || {\n  notice(\"Back in 5\");\n  1\n});", 2, "put_metadata(notice(…))"),
        ("on(\"start\", || notice(\"Back in 5\"));", 1, "thrown away"),
        ("on(\"start\", || { if true { clear() } });", 1, "thrown away"),
        ("cue(\"c\", || 1);\nnotice(\"x\");", 2, "thrown away"),
        ("for row in [1] {\n  on(\"start\", || print(row));\n}", 2, "let this_row = row;"),
        ("let n = 1;\nfn f() {\n  n\n}\ncue(\"c\", || f());", 3, "make it `const`"),
        ("fn f() {\n  nn\n}\ncue(\"c\", || f());", 2, "`nn` is not known here"),
        ("let x = 1;\nprint(x);", 1, "declares no cue"),
        ("cron(\"0 0 31 2 *\", || 1);", 1, "never fires"),
        ("cue(\"c\", || put_metadata());", 1, "is given no arguments"),
    ];
    for (script, line, wanted) in cases {
        let errors = Rig::new().mistakes(script);
        let told = super::rig::shown(&errors);
        assert!(told.contains(wanted), "{script}\n{told}");
        assert_eq!(errors[0].line, line, "{script}\n{told}");
        assert!(errors[0].column > 0 && !errors[0].source.is_empty(), "{script}\n{told}");
    }
}

#[test]
fn what_is_there_is_told_how_many_arguments_it_takes() {
    let cases = [
        ("print(\"x is\", 3)", "`print` takes one value, and is given 2", "print(`x is ${3}`)"),
        ("print(1 + n, n)", "is given 2", "print(`${…} ${n}`)"),
        ("[1].push(1, 2)", "`push` takes one argument, and is given 2", ""),
        ("\"ab\".sub_string()", "`sub_string` is given no arguments, and takes one or 2", ""),
        ("for i in range(3) { }", "`range` takes 2 or 3 arguments", "`range(0, 3)` or `0..3`"),
        ("max([1, 2])", "`max` takes 2 arguments, and is given one", "`max(1, 2)`"),
        ("percent(1)", "`percent` takes 2 arguments", "it is `percent(part, whole)`"),
        ("clear(1, 2, 3)", "`clear` takes one argument or none, and is given 3", "it is `clear"),
        ("two(1)", "`two` takes 2 arguments, and is given one", "it is `fn two(a, b)`"),
        ("1.two(2)", "`two` takes 2 arguments, and is given one", "before the dot is none"),
    ];
    for (body, says, hint) in cases {
        let error = mistake(&format!("fn two(a, b) {{ a }}\ncue(\"c\", |n| {{ {body} }});"));
        assert!(error.message.contains(says), "{body}: {error}");
        assert!(error.hint.clone().unwrap_or_default().contains(hint), "{body}: {error}");
        assert_eq!(error.line, 2, "{body}: {error}");
    }
    let fine = "fn push(a) { a }\nfn two(a, b) { a }\ncue(\"c\", || { print(push(1)); [1].push(2); \
                print(two(1, 2)); let m = #{two: |a| a}; m.two(1); print(1); });";
    assert!(Rig::new().load(fine).warnings.is_empty());
    assert_eq!(printed("print([1, 5, 2].reduce(|a, b| max(a ?? b, b)))"), ["5"]);
}

#[test]
fn what_is_there_is_never_called_no_part_of_the_language() {
    for body in ["max(\"a\", [1])", "let f = Fn(\"print\"); f.call(1, 2)", "\"a\".trim([1], 2)"] {
        let errors = match Rig::new().try_load(&format!("cue(\"c\", || {{ {body} }});")) {
            Loaded::Failed(errors) => errors,
            Loaded::Ready(_) | Loaded::Needs(_) => vec![failure(body)],
        };
        assert!(!super::rig::shown(&errors).contains("not part"), "{body}: {errors:?}");
    }
}

#[test]
fn several_mistakes_come_in_the_order_of_the_script() {
    let errors = Rig::new().mistakes("cue(\"c\", || { one() });\ncue(\"d\", || { two() });");
    assert_eq!(errors.iter().map(|error| error.line).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn what_looks_like_a_mistake_and_is_none() {
    for script in [
        "fn make() { notice(\"x\") }\ncue(\"c\", || put_metadata(make()));",
        "cue(\"c\", || { let n = if true { notice(\"x\") } else { clear() }; put_metadata(n); });",
        "for row in [1, 2] { let r = row; cue(`c${r}`, || print(r)); }",
        "cue(\"c\", || { for row in [1] { print([1].filter(|x| x == row)) } });",
        "let n = 1; cue(\"c\", || print(n));",
        "const N = 1;\nfn f() { N }\ncue(\"c\", || f());",
        "fn f(a) { let b = a; for c in 0..b { print(c) } try { 1 } catch (e) { print(e) } }\n\
         cue(\"c\", || f(1));",
        "fn helper() { 1 }\nconst X = 2;",
        "cue(\"c\", || { let f = |x| x + 1; print(f.call(1)); print(type_of(f)); });",
        "cue(\"c\", || { let m = #{f: |x| x}; m.f(1) });",
        "cue(\"c\", || { let l = [3, 1]; l.sort(); l.clear(); let s = \"a,b\".split(\",\"); });",
        "cue(\"c\", |e| { switch e.data { 1 => print(1), _ => print(2) } });",
    ] {
        let ready = Rig::new().load(script);
        assert!(ready.warnings.is_empty(), "{script}");
    }
}

#[test]
fn what_is_warned_of() {
    let copy = warnings("cue(\"c\", || { let s = state; s.n = 1; });");
    assert!(copy[0].contains("is a copy of `state`"), "{copy:?}");
    let division = warnings("cue(\"c\", || { let a = 1; print(a / 3 * 100) });");
    assert!(division[0].contains("multiply first"), "{division:?}");
    let again = warnings("fn f() { after(\"40s\", || f()); }\ncue(\"c\", || f());");
    assert!(again[0].contains("an edit never reaches it"), "{again:?}");
}

#[test]
fn a_copy_of_a_part_of_state_that_is_written_to_is_warned_of() {
    for (body, of) in [
        ("let l = state.list; l.push(\"x\");", "state.list"),
        ("let l = state.list ?? []; l.push(\"x\"); l.sort();", "state.list"),
        ("let t = state.teams; t.reds += 1; print(t.reds);", "state.teams"),
        ("let t = state.teams; t.reds = t.reds + 1;", "state.teams"),
        ("let l = state.a.b; l[0].push(1);", "state.a.b"),
        ("let l = state.rows[0]; l.push(1);", "state"),
        ("let deck = state.deck; let card = deck.pop(); print(card);", "state.deck"),
    ] {
        let told = warnings(&format!("cue(\"c\", || {{ {body} }});"));
        let wanted = format!("is a copy of `{of}`: what is written into it is lost");
        assert!(told.first().is_some_and(|told| told.contains(&wanted)), "{body}: {told:?}");
    }
    for body in [
        "let l = state.list; l.push(1); state.list = l;",
        "let l = state.list ?? []; l.push(1); state.list = l;",
        "let l = state.list; print(l.len()); for x in l { print(x) }",
        "let l = state.list; l.sort(); print(l[0]);",
        "let l = state.list; l.push(\"none\"); ask(\"Who?\", l);",
        "let t = state.teams; t.reds += 1; put_metadata(t);",
        "let l = state.list; each([1], |x| l.push(x)); state.list = l;",
        "let n = state.n; n += 1; state.n = n;",
        "let l = state.list.filter(|x| x > 1); l.push(1);",
        "if true { let l = state.list; print(l); } else { let l = []; l.push(1); }",
        "let t = state.teams; t[\"reds\"] += 1; let back = #{teams: t}; put_metadata(back);",
        "state.list.push(1); state.teams.reds += 1;",
    ] {
        let told = warnings(&format!("cue(\"c\", || {{ {body} }});"));
        assert!(told.is_empty(), "{body}: {told:?}");
    }
    let other =
        "fn a() { let l = state.list; print(l) }\nfn b() { let l = []; l.push(1); print(l) }\n";
    assert!(warnings(&format!("{other}cue(\"c\", || {{ a(); b() }});")).is_empty());
}

#[test]
fn what_gives_nothing_and_is_used_is_warned_of() {
    for (body, says, hint) in [
        (
            "put_metadata(notice(s.trim() + \"!\"));",
            "`trim` changes the text itself",
            "`s.trim();`",
        ),
        ("let t = s.replace(\"a\", \"b\");", "`replace` changes the text itself", "s.replace(…);"),
        ("print(s.trim().to_upper());", "`trim` changes the text", "on a line of its own first"),
        ("print(`${s.trim()}!`);", "`trim` changes the text", ""),
        (
            "state.l = l.sort();",
            "`sort` changes the list itself and gives nothing",
            "`.order()` gives it so",
        ),
        ("for x in l.reverse() { print(x) }", "`reverse` changes the list", "`l.reverse();`"),
        ("print(l.map(|x| x.trim()));", "`trim` changes the text", "`x.trim();`"),
        ("print(\" a \".split(\",\").reverse());", "`reverse` changes", "keep it first"),
    ] {
        let top = "let s = \" a \"; let l = [\"a\"];";
        let told = warnings(&format!("cue(\"c\", || {{ {top} {body} }});"));
        let is_told = told.iter().any(|told| told.contains(says) && told.contains(hint));
        assert!(is_told && told.len() == 1, "{body}: {told:?}");
    }
    for body in [
        "s.trim(); l.push(1); l.sort(); state.l.push(2); print(s);",
        "if true { l.push(1) } else { l.reverse() }",
        "each(l, |x| x.trim()); switch s { \"a\" => l.push(1), _ => l.reverse() }",
        "let m = #{sort: |x| x}; print(m.sort(1));",
        "let last = l.pop(); print(l.remove(0)); print(last);",
        "l.push(1)",
    ] {
        let told = warnings(&format!("cue(\"c\", || {{ let s = \"\"; let l = []; {body} }});"));
        assert!(told.is_empty(), "{body}: {told:?}");
    }
}
