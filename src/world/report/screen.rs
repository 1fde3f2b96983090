//! Where the report is written: lines that stay, and on a terminal one last line that moves.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use super::text;
pub use super::tone::Colours;

/// A terminal or a pipe.
pub struct Screen {
    out: Box<dyn Write + Send>,
    terminal: Option<Terminal>,
    /// The moving line as it stands there now, empty for none.
    status: String,
}

/// What is known of a terminal.
pub struct Terminal {
    /// Whether to colour.
    pub colours: Colours,
    /// Its width in columns, asked before each line since it may be resized; none when unknown.
    pub width: Box<dyn Fn() -> Option<usize> + Send>,
}

impl Screen {
    /// Standard output, whatever it is connected to.
    pub fn stdout() -> Self {
        let terminal = io::stdout().is_terminal().then(|| Terminal {
            colours: Colours::wanted_on(&io::stdout()),
            width: Box::new(|| columns(terminal_size::terminal_size_of(io::stdout()))),
        });
        Self { out: Box::new(io::stdout()), terminal, status: String::new() }
    }

    /// Standard error, whatever it is connected to.
    pub fn stderr() -> Self {
        let terminal = io::stderr().is_terminal().then(|| Terminal {
            colours: Colours::wanted_on(&io::stderr()),
            width: Box::new(|| columns(terminal_size::terminal_size_of(io::stderr()))),
        });
        Self { out: Box::new(io::stderr()), terminal, status: String::new() }
    }

    /// Something that is no terminal: no colour, no moving line, nothing is cut.
    pub fn pipe(out: impl Write + Send + 'static) -> Self {
        Self { out: Box::new(out), terminal: None, status: String::new() }
    }

    /// A terminal that `out` leads to.
    pub fn terminal(out: impl Write + Send + 'static, terminal: Terminal) -> Self {
        Self { out: Box::new(out), terminal: Some(terminal), status: String::new() }
    }

    /// Whether there can be a moving line.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal.is_some()
    }

    /// Whether to colour.
    pub(super) fn colours(&self) -> Colours {
        self.terminal.as_ref().map_or(Colours::Off, |terminal| terminal.colours)
    }

    /// Columns to stay within; none for no bound.
    pub(super) fn width(&self) -> Option<usize> {
        self.terminal.as_ref().and_then(|terminal| (terminal.width)())
    }

    /// Writes whole lines above the moving one, which is gone until it is set again.
    pub(super) fn write(&mut self, lines: &str) -> io::Result<()> {
        let mut all = self.without_status();
        all.push_str(lines);
        self.out.write_all(all.as_bytes())?;
        self.out.flush()
    }

    /// Draws the moving line unless it stands there already.
    pub(super) fn set_status(&mut self, line: String) -> io::Result<()> {
        if line == self.status {
            return Ok(());
        }
        let mut all = self.without_status();
        all.push_str(&line);
        self.status = line;
        self.out.write_all(all.as_bytes())?;
        self.out.flush()
    }

    /// Takes the moving line away.
    pub(super) fn clear_status(&mut self) {
        let cleared = self.without_status();
        // What cannot be written to cannot be cleared either.
        let _ = self.out.write_all(cleared.as_bytes()).and_then(|()| self.out.flush());
    }

    /// What takes the moving line away. A terminal that became narrower has wrapped it: then it
    /// begins some rows above.
    fn without_status(&mut self) -> String {
        let status = std::mem::take(&mut self.status);
        if status.is_empty() {
            return String::new();
        }
        let columns = text::width(&anstream::adapter::strip_str(&status).to_string());
        let rows_above = match self.width() {
            Some(width) if width > 0 => columns.saturating_sub(1) / width,
            _ => 0,
        };
        match rows_above {
            0 => "\r\x1b[J".to_owned(),
            rows => format!("\r\x1b[{rows}A\x1b[J"),
        }
    }
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    size.map(|(terminal_size::Width(columns), _)| usize::from(columns))
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").field("status", &self.status).finish_non_exhaustive()
    }
}
