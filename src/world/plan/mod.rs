//! A plan: the file that says which shows one process plays, `runner.toml`.

mod args;
mod place;
mod reading;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;

use crate::model::limits::{DATA_FILE_MAX_BYTES, PLAN_MISTAKES_MAX};
use crate::model::script_error::ScriptError;
use crate::world::files::open::{self, Unfit};
use crate::world::report::mistake;
use crate::world::run::ShowOptions;

use reading::Reading;

/// Why a plan cannot be played: its mistakes, at least one, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanError {
    /// The mistakes.
    pub mistakes: Vec<ScriptError>,
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let drawn: Vec<String> = self.mistakes.iter().map(mistake).collect();
        f.write_str(drawn.join("\n\nerror: ").as_str())
    }
}

impl std::error::Error for PlanError {}

/// Reads a plan: the shows that it names, in its order, and their files looked for beside it.
pub fn read(plan: &Path) -> Result<Vec<ShowOptions>, PlanError> {
    let name = plan.display().to_string();
    let text = text(plan, &name)?;
    let folder = plan.parent().unwrap_or(plan);
    parse(&text, &name, folder)
}

/// The same for a text: `name` is what its mistakes call it.
fn parse(text: &str, name: &str, folder: &Path) -> Result<Vec<ShowOptions>, PlanError> {
    let mut reading = Reading::new(text, name, folder);
    let shows = reading.shows();
    let mut mistakes = reading.mistakes;
    if mistakes.is_empty() {
        return Ok(shows);
    }
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    mistakes.truncate(PLAN_MISTAKES_MAX);
    Err(PlanError { mistakes })
}

fn text(plan: &Path, name: &str) -> Result<String, PlanError> {
    let problem = match open::read(plan, DATA_FILE_MAX_BYTES) {
        Ok((bytes, _)) => match String::from_utf8(bytes) {
            Ok(text) => return Ok(text),
            Err(_) => "it is no text: wanted UTF-8".to_owned(),
        },
        Err(Unfit::Missing) => {
            let hint = "begin with `[[show]]` and `script = \"show.rhai\"`; \
                        `runner up --help` shows one";
            let missing = ScriptError::of_script(name, "there is no such file");
            let mistake = ScriptError { hint: Some(hint.to_owned()), ..missing };
            return Err(PlanError { mistakes: vec![mistake] });
        }
        Err(Unfit::NotAFile) => "it is no file".to_owned(),
        Err(Unfit::TooLarge { bytes }) => {
            format!("it has {bytes} bytes, wanted {DATA_FILE_MAX_BYTES} at most")
        }
        Err(Unfit::Failed(error)) => format!("it cannot be read: {error}"),
    };
    Err(PlanError { mistakes: vec![ScriptError::of_script(name, problem)] })
}
