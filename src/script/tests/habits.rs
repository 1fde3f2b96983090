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
fn habits_that_show_later() {
    let errors = Rig::new().mistakes("cue(\"c\", || { let f = || 1; f() });");
    assert!(errors[0].to_string().contains("f.call()"), "{}", errors[0]);
    let errors = Rig::new().mistakes("setInterval(|| 1, 10);");
    assert!(errors[0].to_string().contains("every(\"10s\""), "{}", errors[0]);
    assert!(failure("let l = [1]; l.length").to_string().contains(".len()"));
    assert!(failure("let s = \"a\"; s.length").to_string().contains(".len()"));
}
