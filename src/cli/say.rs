//! What verbs say on standard output.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use crate::world::run::RunError;

/// Says a line. Whoever reads no more has heard enough.
pub(super) fn say(line: impl Display) -> anyhow::Result<()> {
    match writeln!(io::stdout(), "{line}") {
        Err(source) if source.kind() != ErrorKind::BrokenPipe => {
            Err(RunError::System { doing: "write to standard output", source }.into())
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
