//! What verbs say on standard output.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::world::run::RunError;

/// Says a line. Whoever reads no more has heard enough.
pub(super) fn say(line: impl Display) -> anyhow::Result<()> {
    written(writeln!(io::stdout(), "{line}"))
}

/// Says on standard error what is wrong. Where nobody reads it, the exit code still tells.
pub(super) fn complain(what: impl Display) {
    writeln!(io::stderr(), "error: {what}").ok();
}

/// What came of writing to standard output. Whoever reads no more has heard enough.
pub(super) fn written(outcome: io::Result<()>) -> anyhow::Result<()> {
    match outcome {
        Err(source) if source.kind() != ErrorKind::BrokenPipe => {
            Err(RunError::System { doing: "write to standard output", source }.into())
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Where nothing of a script was found, `why` in words: an error if there is no such script at all.
pub(super) fn found_nothing(script: Option<&Path>, why: &str) -> anyhow::Result<()> {
    match script.filter(|script| !script.exists()) {
        Some(missing) => anyhow::bail!("there is no script `{}`, and {why}", missing.display()),
        None => Ok(()),
    }
}
