//! How one writes in JavaScript, and how that is written here. A test tries both columns.

/// A turn of both languages.
pub(in crate::script) struct Habit {
    /// In JavaScript.
    pub(in crate::script) theirs: &'static str,
    /// In a show script.
    pub(in crate::script) here: &'static str,
}

pub(in crate::script) static HABITS: [Habit; 38] = [
    habit("setInterval(() => tick(), 10000);", r#"every("10s", || tick());"#),
    habit("setTimeout(() => tick(), 10000);", r#"after("10s", || tick());"#),
    habit("let f = (a, b) => a + b;", "let f = |a, b| a + b;"),
    habit("f(1, 2);", "f.call(1, 2);"),
    habit("function add(a, b) { return a + b; }", "fn add(a, b) { a + b }"),
    habit("let y = 'text';", r#"let y = "text";"#),
    habit("let y = {a: 1};", "let y = #{a: 1};"),
    habit("let y = new Map();", "let y = #{};"),
    habit("var y = 1;", "let y = 1;"),
    habit("let y = null;", "let y = ();"),
    habit("let y = x === 1;", "let y = x == 1;"),
    habit("let y = x !== 1;", "let y = x != 1;"),
    habit("let y = x > 1 ? 2 : 3;", "let y = if x > 1 { 2 } else { 3 };"),
    habit("if (x) print(x);", "if x != 0 { print(x) }"),
    habit("x++;", "x += 1;"),
    habit("x ??= 2;", "x = x ?? 2;"),
    habit("state.round += 1;", "state.round = (state.round ?? 0) + 1;"),
    habit("map.b.c = 1;", "map.b = #{c: 1};"),
    habit("let y = map.b.c;", "let y = map.b?.c;"),
    habit("let y = list.length;", "let y = list.len();"),
    habit("let y = list.includes(3);", "let y = list.contains(3);"),
    habit("let y = list.slice(1, 2);", "let y = list.extract(1, 1);"),
    habit("let y = text.toUpperCase();", "let y = text.to_upper();"),
    habit("let y = x.toString();", "let y = x.to_string();"),
    habit(r#"let y = parseInt("12");"#, r#"let y = number("12");"#),
    habit("let y = Math.round(2.5);", "let y = 2.5.round();"),
    habit("let y = x.toFixed(2);", "let y = fixed(x, 2);"),
    habit("let y = typeof x;", "let y = type_of(x);"),
    habit("let y = Object.keys(map);", "let y = map.keys();"),
    habit(r#"let y = map.hasOwnProperty("a");"#, r#"let y = "a" in map;"#),
    habit("list.forEach(item => print(item));", "each(list, |item| print(item));"),
    habit("for (const item of list) { print(item); }", "for item in list { print(item); }"),
    habit("for (let i = 0; i < 3; i++) { print(i); }", "for i in 0..3 { print(i); }"),
    habit(
        "for (const [key, value] of Object.entries(map)) { print(value); }",
        "for key in map.keys() { print(map[key]); }",
    ),
    habit(
        "switch (x) { case 1: print(1); break; default: print(0); }",
        "switch x { 1 => print(1), _ => print(0) }",
    ),
    habit("let match = 1;", "let game = 1;"),
    habit("console.log(x);", "print(x);"),
    habit("throw new Error(\"no team\");", "throw \"no team\";"),
];

const fn habit(theirs: &'static str, here: &'static str) -> Habit {
    Habit { theirs, here }
}
