//! `runner reference`: the whole show language, or one word of it.

use clap::Args;
use clap::builder::StringValueParser;

use crate::model::near::nearest;
use crate::script::reference;

use super::Exit;
use super::named::Named;
use super::say::say;

pub(super) const REFERENCE_EXAMPLES: &str = "\
Examples:
  runner reference every              one word
  runner reference | less             all of it
  runner reference --definitions > showrunner.d.rhai

The same, to be read in a browser: scripts/README.md";

/// What `reference` takes.
#[derive(Debug, Args)]
pub(super) struct ReferenceArgs {
    /// One word or topic: `every`, `state`, `duration`; all of them without it
    #[arg(value_parser = Named(StringValueParser::new(), names), hide_possible_values = true)]
    word: Vec<String>,
    /// One JSON document on stdout, for machines
    #[arg(long)]
    json: bool,
    /// The definitions for editors, as in `scripts/showrunner.d.rhai`
    #[arg(long, conflicts_with_all = ["json", "word"])]
    definitions: bool,
}

pub(super) fn run(args: &ReferenceArgs) -> anyhow::Result<Exit> {
    if args.definitions {
        say(reference::definitions().trim_end())?;
        return Ok(Exit::Fine);
    }
    let word = Some(args.word.join(" ")).filter(|word| !word.is_empty());
    let page = match (&word, args.json) {
        (None, false) => reference::whole_for_terminal(),
        (None, true) => serde_json::to_string_pretty(reference::subjects())?,
        (Some(word), json) => {
            let entry = reference::find(word).ok_or_else(|| unknown(word))?;
            if json {
                serde_json::to_string_pretty(entry)?
            } else {
                reference::entry_for_terminal(entry)
            }
        }
    };
    say(page)?;
    Ok(Exit::Fine)
}

/// The names of all words and topics.
fn names() -> Vec<&'static str> {
    reference::names().collect()
}

fn unknown(word: &str) -> anyhow::Error {
    let hint =
        reference::meant(word).unwrap_or_else(|| match nearest(word, reference::looked_for()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`runner reference` prints all of them".to_owned(),
        });
    anyhow::anyhow!("`{word}` is not part of the show language\nhint: {hint}")
}
