//! Definitions for editors: every word in the form of rhai's own definition files.

use std::fmt::Write;

use rhai::Dynamic;

use super::{Entry, find, subjects};
use crate::script::secret_text::SecretText;
use crate::script::time_value::TimeValue;
use crate::script::words::{parameters, test_words, words};

/// What the page says a word gives, as rhai's type; none where it says more than one word.
const TYPES: [(&str, &str); 9] = [
    ("nothing", "()"),
    ("text", "String"),
    ("a whole number", "int"),
    ("true or false", "bool"),
    ("a list", "Array"),
    ("a map", "Map"),
    ("a time", "time"),
    ("a secret", "secret"),
    ("the delivery's id, a text", "String"),
];

/// The type of a parameter, by the name it has in all forms; any other takes several.
const PARAMETERS: [(&str, &[&str]); 6] = [
    (
        "String",
        &[
            "gap",
            "spec",
            "zone",
            "wait",
            "cue",
            "name",
            "happening",
            "text",
            "path",
            "slot",
            "question",
            "title",
            "url",
            "format",
        ],
    ),
    ("Fn", &["handler", "action"]),
    ("Map", &["options", "fields", "values"]),
    ("Array", &["list", "rows", "answers"]),
    ("int", &["digits", "bytes", "least", "most", "seconds"]),
    ("time", &["moment"]),
];

/// The file `showrunner.d.rhai`.
pub fn file() -> String {
    let mut file = String::from(
        "// What editors know of the show language. Written by the tests from the code;\n\
         // `runner reference --definitions` prints it.\nmodule static;\n",
    );
    for subject in subjects() {
        for entry in subject.entries.iter().filter(|entry| is_word(entry.name)) {
            for form in entry.forms {
                write_form(&mut file, entry, form);
            }
        }
    }
    for part in TimeValue::PARTS {
        let _ = write!(file, "\n/// The {part} of a time.\nfn get {part}(moment: time) -> int;\n");
    }
    let topics = ["state", "args"].into_iter().filter_map(find);
    for topic in topics {
        comment(&mut file, topic);
        let _ = writeln!(file, "let {}: Map;", topic.name);
    }
    file
}

fn is_word(name: &str) -> bool {
    words().chain(test_words()).any(|word| word.name == name)
}

fn write_form(file: &mut String, entry: &Entry, form: &'static str) {
    comment(file, entry);
    let parameters = parameters(form).into_iter().map(|name| format!("{name}: {}", of(name)));
    let parameters = parameters.collect::<Vec<_>>().join(", ");
    // Writing into a text cannot fail.
    let _ = writeln!(file, "fn {}({parameters}) -> {};", entry.name, given(entry));
}

fn of(parameter: &str) -> &'static str {
    let known = PARAMETERS.iter().find(|(_, names)| names.contains(&parameter));
    known.map_or("?", |(kind, _)| kind)
}

fn given(entry: &Entry) -> &'static str {
    let said = entry.gives.as_deref();
    TYPES.iter().find(|(told, _)| said == Some(told)).map_or("?", |(_, kind)| kind)
}

/// What an editor shows beside it.
fn comment(file: &mut String, entry: &Entry) {
    let _ = writeln!(file);
    let options = entry.options.iter();
    let options = options.map(|option| format!("- `{}`: {}", option.name, option.text));
    let limits = entry.limits.iter().map(|limits| format!("Limits: {limits}."));
    let examples = entry.examples.iter().flat_map(|example| {
        let lines = example.script.lines().map(str::to_owned);
        ["```".to_owned()].into_iter().chain(lines).chain(["```".to_owned()])
    });
    let blocks =
        [entry.text.clone(), options.collect(), limits.collect(), examples.collect::<Vec<_>>()];
    let mut first = true;
    for block in blocks.iter().filter(|block| !block.is_empty()) {
        if !first {
            let _ = writeln!(file, "///");
        }
        first = false;
        for line in block {
            let _ = writeln!(file, "/// {line}");
        }
    }
}

/// Whether what a word gave is what its page says.
pub(in crate::script) fn gives(word: &str, answer: &Dynamic) -> bool {
    let kind = find(word).map_or("?", given);
    match kind {
        "()" => answer.is_unit(),
        "String" => answer.is_string(),
        "int" => answer.is_int(),
        "bool" => answer.is_bool(),
        "Array" => answer.is_array(),
        "Map" => answer.is_map(),
        "time" => answer.is::<TimeValue>(),
        "secret" => answer.is::<SecretText>(),
        _ => true,
    }
}
