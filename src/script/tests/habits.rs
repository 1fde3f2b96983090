//! Habits from other languages get a hint each.

use super::rig::{Rig, failure};

#[test]
fn javascript_habits_that_do_not_parse() {
    let cases = [
        ("every(\"10s\", () => { print(1) });", "without `=>`"),
        ("every(\"10s\", || { if 1 === 1 { } });", "write `==`"),
        ("every(\"10s\", || { let x = null; });", "what is not there is `()`"),
        ("every(\"10s\", || { let x = true ? 1 : 2; });", "if a { b } else { c }"),
        ("every(\"10s\", || { let i = 0; i++; });", "x += 1"),
        ("every(\"10s\", || { print('text'); });", "double quotes"),
        ("every(\"10s\", || { put_metadata({a: 1}); });", "#{a: 1}"),
        ("every(\"10s\", || { for [k, v] in #{} { } });", "map.keys()"),
        ("every(\"10s\", || { let x = 1; x ??= 2; });", "x = x ?? 1"),
        ("every(\"10s\", || { let new = 1; });", "without `new`"),
        ("every(\"10s\", || { match 1 { } });", "switch"),
        ("every(\"10s\", || { let go = 1; });", "choose another name"),
        ("every(\"10s\", || { let with = 1; });", "choose another name"),
        ("every(\"10s\", || { eval(\"1\"); });", "runs only what its author wrote"),
        ("every(\"10s\", || { for (let i = 0; i < 3; i++) { } });", "for i in 0..10 { … }"),
        ("every(\"10s\", || { for (const x of [1]) { } });", "for item in list { … }"),
        ("every(\"10s\", || { for (x of [1]) { } });", "for item in list { … }"),
        ("every(\"10s\", || { for x of [1] { } });", "for item in list { … }"),
        ("setInterval(function() { print(1); }, 1000);", "without a name is written `|a, b| …`"),
        ("every(\"10s\", || { if (1 == 1) return; print(1); });", "if x { return; }"),
        ("every(\"10s\", || { try { 1 } finally { 2 } });", "stands after the `catch { … }`"),
        ("import { a } from \"b\";", "`import \"file\" as file;`"),
        ("every(\"10s\", || { let {a, b} = #{a: 1}; });", "`let a = map.a;`"),
        ("every(\"10s\", || { let a = \"x\" || \"y\"; });", "has a stand-in by `??`"),
        ("every(\"10s\", async || { 1 });", "no function waits"),
        ("every(\"10s\", || { await foo(); });", "no function waits"),
        ("every(\"10s\", || { let x = Math.floor(1.5); });", "`x.floor()`"),
        ("every(\"10s\", || { let x = Math.random(); });", "`random(1, 6)`"),
        ("every(\"10s\", || { print(\"ab\".repeat(3)); });", "fills a text up to a length"),
        ("every(\"10s\", || { let all = [...[1], 2]; });", "one list after the other"),
        ("every(\"10s\", || { switch 1 { case 1: print(1); } });", "`switch x { 1 => …, _ => … }`"),
        ("class Show { }", "is a map, `#{a: 1}`"),
        ("def hello(): 1", "`fn name(a) { … }`"),
        ("every(\"10s\", || { print(typeof 1); });", "`type_of(x)`"),
        ("export fn hello() { }", "without a word before it"),
        ("every(\"10s\", || { if state.n = 1 { } });", "are equal asks `==`"),
        ("every(\"10s\", || { let l = [] || 1; });", "has a stand-in by `??`"),
        ("let x = case; // in case of a class", "choose another name than `case`"),
        ("# hello", "a comment begins with `//`"),
        ("-- hello", "a comment begins with `//`"),
        ("let x = “hello”;", "between straight quotes"),
        ("every(\"10s\", || { print(now().getHours()); });", "`.hour`"),
        ("every(\"10s\", || { print([1].join(\",\")); });", "write a loop"),
        ("every(\"10s\", || { print([1].slice(0, 1)); });", "`.extract(from, count)`"),
        ("every(\"10s\", || { print(\"ab\".substring(0, 1)); });", "`.sub_string(from, count)`"),
        ("every(\"10s\", || { print([1].includes(1)); });", "`.contains(…)`"),
        ("every(\"10s\", || { print(Object.keys(#{})); });", "`map.keys()`"),
        ("cue(\"c\", || print(data.team));", "`|e| … e.data …`"),
    ];
    for (script, wanted) in cases {
        let errors = Rig::new().mistakes(script);
        let told = super::rig::shown(&errors);
        assert!(told.contains(wanted), "{script}\n{told}");
        assert_eq!(errors[0].line, 1, "{script}\n{told}");
        assert!(!errors[0].message.ends_with('.'), "{told}");
    }
}

#[test]
fn a_statement_that_does_not_end_is_named() {
    let script = "every(\"10s\", || 1)\n\n// Then:\nevery(\"20s\", || 1);";
    let errors = Rig::new().mistakes(script);
    let told = super::rig::shown(&errors);
    assert!(told.contains("end the statement of line 1 with `;`"), "{told}");
    assert_eq!(errors[0].line, 4, "{told}");
}

#[test]
fn habits_that_show_later() {
    let errors = Rig::new().mistakes("cue(\"c\", || { let f = || 1; f() });");
    assert!(errors[0].to_string().contains("f.call()"), "{}", errors[0]);
    let errors = Rig::new().mistakes("setInterval(|| 1, 10);");
    assert!(errors[0].to_string().contains("every(\"10s\""), "{}", errors[0]);
    let nothing = [
        ("let x = ();\nx.name", "`x?.name` is `()` then too"),
        ("let x = #{a: 1};\nx.b.c", "nothing here to have `c`, it is `()`"),
        ("let x = ();\nx.len()", "`x?.len(…)` is `()` then too"),
        ("let x = ();\nstate.list.push(1)", "make it a list first, `defaults(#{list: []})`"),
        ("let x = 1;\nput_metadata(\"x\", #{sticky: true})", "wanted a duration\nhint: write how"),
        ("let x = ();\nx[0]", "`x?[0]` is `()` then too"),
        ("let x = 1;\nx.team.score = 1", "a whole number has no `team`"),
        ("let x = 1;\nstate.team.score = 1", "`state.team = #{}`"),
        ("let t = now();\nt.hours", "it has year, month, day, hour"),
        ("let s = \"reds\";\ns.team", "only what is in a map has a name"),
        ("let l = [1];\nl.text", "a list has no `text`\nhint: one item is `list[0]`"),
        ("let x = true;\nx[0]", "true or false has no items"),
        ("let m = #{a: 1};\neach(m, |x| print(x))", "`each(map.keys(), |key| … map[key] …)`"),
    ];
    for (body, wanted) in nothing {
        let error = failure(body);
        assert!(error.to_string().contains(wanted), "{body}: {error}");
        assert_eq!(error.line, 2, "{body}: {error}");
    }
    for body in ["let l = [1]; l.length", "let s = \"a\"; s.length"] {
        let error = failure(body);
        assert!(error.to_string().contains(".len()"), "{body}: {error}");
    }
}

#[test]
fn the_turn_at_the_caret_is_the_one_that_is_told_of() {
    let cases = [
        ("let n = 1; print(f\"round {n}\");", "backticks: `round ${n}`"),
        ("let t = f\"round {n}\";", "backticks: `round ${n}`"),
        ("each([1], |x| x, label=\"GO\");", "options are a map: `#{label: \"GO\"}`"),
        ("each([1], |x| x, late = 5);", "options are a map: `#{late: 5}`"),
        ("if a { 1 } elif b { 2 }", "write `else if`"),
        ("let x = true and false;", "write `&&`"),
        ("let x = a or b;", "write `||`; what stands in for `()` is `x ?? other`"),
        ("if not x { 1 }", "write `!x`"),
        ("if x is () { 1 }", "write `==`, and `x == ()`"),
        ("print(s[0:2]);", "`s.sub_string(0, 2)`, of a list `list.extract(0, 2)`"),
        ("print(s[:2]);", "`s.sub_string(0, 2)`"),
        ("print(s[1:]);", "`s.sub_string(0, 2)`"),
        ("import time\nprint(1);", "no modules but other scripts"),
        ("from time import sleep", "no modules but other scripts"),
        ("let l = [i for i in 0..3];", "`for i in 0..3 { list.push(i); }`"),
        ("let x = 5 // 2;\nprint(x);", "the `//` of line 1 begins a comment"),
        ("print(5 // 2);\nprint(1);", "the `//` of line 1 begins a comment"),
        ("let x = 5 // the rounds\nprint(x);", "end the statement of line 1 with `;`"),
        ("let q = #{...p, a: 1};", "is `p + #{a: 1}`"),
        ("let q = [...p, 1];", "`a + b` is one list after the other"),
        ("export default 1;", "leave out `export default`"),
        ("let f = lambda y: y + 1;", "is written `|y| y + 1`"),
        ("each([1], lambda y: y + 1);", "is written `|y| y + 1`"),
        ("let y = \"a\" if x else \"b\";", "`if x { \"a\" } else { \"b\" }`"),
        ("const [a, b] = [1, 2];", "one at a time: `const A = list[0];`"),
        ("let x = 1 +; // elif not and or", ""),
    ];
    for (script, wanted) in cases {
        let told = super::rig::shown(&Rig::new().mistakes(script));
        assert!(told.contains(wanted), "{script}\n{told}");
        assert!(!wanted.is_empty() || !told.contains("hint"), "{script}\n{told}");
    }
}

#[test]
fn what_is_written_instead_works() {
    for (body, wanted) in [
        ("let n = 1; print(`round ${n}`)", "round 1"),
        ("print(`x is ${3}`)", "x is 3"),
        ("let s = \"abcd\"; print(s.sub_string(0, 2))", "ab"),
        ("print([1, 2, 3].extract(0, 2))", "[1, 2]"),
        ("let list = []; for i in 0..3 { list.push(i); } print(list)", "[0, 1, 2]"),
        ("for i in range(0, 2) { if i == 1 { print(i) } }", "1"),
        ("print(5 / 2)", "2"),
        ("let p = #{a: 0, b: 2}; print((p + #{a: 1}).a)", "1"),
        ("let f = |y| y + 1; print(f.call(1))", "2"),
        ("let x = true; print(if x { \"a\" } else { \"b\" })", "a"),
        ("let x = false; if !x && !false { print(1) } else if x { print(2) }", "1"),
        ("const A = [1][0]; print(A)", "1"),
        ("let l = [3, 1]; print(l.order())", "[1, 3]"),
        ("print(max(1, 2)); ", "2"),
        ("let s = \" a \"; s.trim(); print(s + \"!\")", "a!"),
    ] {
        assert_eq!(super::rig::printed(body), [wanted], "{body}");
    }
    let top = "defaults(#{list: []});\n\
               cue(\"a\", || { state.list.push(\"x\"); put_metadata(\"x\", #{sticky: \"30s\"}) }, \
               #{label: \"GO\"});";
    let mut rig = Rig::new();
    let ready = rig.load(top);
    assert_eq!(super::rig::payloads(&rig.call(&ready, "a")), ["x"]);
}
