//! The few colours, each of which means one thing everywhere.

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};

/// What a colour says. A word or a sign always says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// On air and sent: green.
    Good,
    /// Waiting, held, late: amber.
    Watch,
    /// Refused, error: red.
    Bad,
    /// Polls and votes: blue.
    Poll,
    /// Fine and past: grey.
    Past,
}

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    /// On a terminal that wants them.
    On,
    /// On a pipe, or where `NO_COLOR` is set.
    Off,
}

impl Colours {
    /// What a terminal wants: `NO_COLOR` and dumb terminals are honoured.
    pub(super) fn wanted_on(stream: &impl anstream::stream::RawStream) -> Self {
        match anstream::AutoStream::choice(stream) {
            ColorChoice::Never => Self::Off,
            ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi => Self::On,
        }
    }

    /// The text in the tone's colour.
    pub(super) fn paint(self, tone: Tone, text: &str) -> String {
        match self {
            Self::Off => text.to_owned(),
            Self::On => {
                let style = tone.style();
                format!("{style}{text}{style:#}")
            }
        }
    }
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Good => AnsiColor::Green.on_default(),
            Self::Watch => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Poll => AnsiColor::Blue.on_default(),
            Self::Past => AnsiColor::BrightBlack.on_default(),
        }
    }
}
