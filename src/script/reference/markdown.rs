//! The page `scripts/README.md`.

use super::habits::HABITS;
use super::payloads::{COMMON, Field, KINDS};
use super::scripts::SCRIPTS;
use super::{Entry, Example, subjects};

const HEAD: &str = "\
# Show scripts, and the language they are written in

A show script is [Rhai](https://rhai.rs/book/), a small language that looks like JavaScript. Its top
level says once which cues there are; their handlers run when their time comes, never wait, and
happen wholly or not at all. Save the file while the show is on air, and the new version takes over.

This page is made from the code, and its examples and mistakes are played when it is made. `runner
reference` prints it, `runner reference every` one word of it, and `showrunner.d.rhai` tells an
editor.
";

const BY_HAND: &str = "\
What the player page draws, and the runner's own functions build. From any AWS SDK it is the same:
one JSON object a payload, keys in any order. Where a needed field is missing, the page shows the
data.

```python
notice = {\"type\": \"notice\", \"text\": \"Back in five\"}
boto3.client(\"ivs\").put_metadata(channelArn=arn, metadata=json.dumps(notice))
```
";

/// A page that is being written, and the headings it has so far.
#[derive(Default)]
struct Page {
    text: String,
    contents: String,
}

/// The page.
pub fn page() -> String {
    let mut page = Page::default();
    page.heading(2, "You write in JavaScript, here");
    page.habits();
    page.heading(2, "Scripts to learn from");
    page.scripts();
    let first = std::mem::take(&mut page.text);
    for subject in subjects() {
        page.heading(2, subject.title);
        for entry in &subject.entries {
            page.heading(3, &format!("`{}`", entry.name));
            page.entry(entry);
        }
    }
    page.heading(2, "Payloads, field by field");
    page.payloads();
    let Page { text, contents } = page;
    format!("{HEAD}{first}\n## Contents\n\n{contents}{text}")
}

impl Page {
    fn heading(&mut self, level: usize, title: &str) {
        self.line(&format!("\n{} {title}", "#".repeat(level)));
        let anchor: String = title
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect();
        // Words follow their subject in one line.
        let link = format!("[{title}](#{anchor})");
        let contents = &mut self.contents;
        match level {
            2 if contents.is_empty() => *contents = format!("- {link}\n"),
            2 => *contents = format!("{}\n- {link}\n", contents.trim_end()),
            _ => *contents = format!("{} · {link}\n", contents.trim_end()),
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn habits(&mut self) {
        self.line("\n| JavaScript | here |\n|---|---|");
        for habit in &HABITS {
            self.line(&format!("| {} | {} |", cell(habit.theirs), cell(habit.here)));
        }
    }

    fn scripts(&mut self) {
        self.line("\n| script | does and teaches |\n|---|---|");
        for script in &SCRIPTS {
            let name = script.name;
            self.line(&format!("| [`{name}`]({name}.rhai) | {} |", script.told()));
        }
        self.line("\nRun one on a local channel: `runner scripts/cat_facts.rhai --open`.");
    }

    fn entry(&mut self, entry: &Entry) {
        let forms = entry.forms.iter().map(|form| format!("`{form}`"));
        self.line(&format!("\n{}", forms.collect::<Vec<_>>().join(" · ")));
        for paragraph in &entry.text {
            self.line(&format!("\n{paragraph}"));
        }
        if !entry.options.is_empty() {
            self.line("\n| option | |\n|---|---|");
        }
        for option in &entry.options {
            self.line(&format!("| `{}` | {} |", option.name, option.text));
        }
        let notes = [("Gives", &entry.gives), ("Limits", &entry.limits)];
        for (head, note) in notes {
            if let Some(note) = note {
                self.line(&format!("\n*{head}*: {note}."));
            }
        }
        entry.examples.iter().for_each(|example| self.example(example));
        let mistakes = entry.errors.iter().filter_map(|mistake| Some((mistake, mistake.answer()?)));
        for (n, (mistake, answer)) in mistakes.enumerate() {
            if n == 0 {
                self.line("\n| mistake | answer |\n|---|---|");
            }
            self.line(&format!("| {} | {} |", cell(&mistake.script), text_cell(answer)));
        }
    }

    fn example(&mut self, example: &Example) {
        self.line(&format!("\n```rhai\n{}```", example.script));
        let played = example.played();
        for (head, lines) in [("sends", &played.sent), ("says", &played.said)] {
            if !lines.is_empty() {
                self.line(&format!("\n{head}\n\n```text\n{}\n```", lines.join("\n")));
            }
        }
    }

    fn payloads(&mut self) {
        self.line(&format!("\n{BY_HAND}"));
        self.line("| kind | known by | the page draws |\n|---|---|---|");
        for kind in &KINDS {
            self.line(&format!("| `{}` | {} | {} |", kind.name, kind.known_by, kind.drawn));
        }
        self.line("\n| kind | field | | holds |\n|---|---|---|---|");
        let common = COMMON.iter().map(|field| ("every", field));
        let own = KINDS.iter().flat_map(|kind| kind.fields.iter().map(|f| (kind.name, f)));
        for (kind, field) in own.chain(common) {
            let Field { name, needed, text } = field;
            let needed = if *needed { "needed" } else { "" };
            self.line(&format!("| {kind} | `{name}` | {needed} | {text} |"));
        }
        self.line("\n```json");
        for kind in &KINDS {
            self.line(kind.sample);
        }
        self.line("```");
    }
}

/// Code in a table: its bars would end the cell.
fn cell(code: &str) -> String {
    let fence = if code.contains('`') { "``" } else { "`" };
    format!("{fence}{}{fence}", code.trim_end().replace('|', "\\|"))
}

/// Words in a table.
fn text_cell(words: &str) -> String {
    words.replace('|', "\\|").replace('\n', " ")
}
