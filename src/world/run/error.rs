//! Why a run could not begin, and whose fault it is.

use std::io;
use std::path::PathBuf;

use crate::model::channel::ChannelArn;
use crate::model::limits::{REHEARSAL_START_YEARS, VERIFY_CHANNELS_MAX};
use crate::world::channel::aws::AwsError;
use crate::world::channel::local::ServiceError;
use crate::world::channel::local::clip::ClipError;
use crate::world::error::WorldError;
use crate::world::journal::JournalError;
use crate::world::plan::PlanError;
use crate::world::scripts::ScriptsError;
use crate::world::store::StoreError;
use crate::world::store::votes::VotesError;
use crate::world::web::listen::ListenError;

/// Why a run could not begin.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The script is not there or cannot be read.
    #[error("{problem}")]
    Script {
        /// What was met, and a hint.
        problem: String,
    },
    /// No scripts where some were named.
    #[error(transparent)]
    Scripts(#[from] ScriptsError),
    /// One channel was given twice.
    #[error("the channel {arn} is given twice\nhint: each channel of one command runs once")]
    ChannelTwice {
        /// The channel.
        arn: ChannelArn,
    },
    /// More channels than one run can follow.
    #[error(
        "`--verify` follows the video of {VERIFY_CHANNELS_MAX} channels at most, met {channels}\n\
         hint: run some of them by a command of their own"
    )]
    VerifyTooMany {
        /// How many there are.
        channels: usize,
    },
    /// A plan that cannot be played.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A folder of facts that is none.
    #[error("`--facts {}` is not a folder", path.display())]
    FactsFolder {
        /// What was given.
        path: PathBuf,
    },
    /// A rehearsal that begins at the rim of the calendar.
    #[error(
        "a rehearsal cannot begin then, wanted a time from the year {} to {}\n\
         hint: write `2026-12-31T20:00`", REHEARSAL_START_YEARS.start(), REHEARSAL_START_YEARS.end()
    )]
    Start,
    /// A token that cannot be used.
    #[error(
        "`--desk-token` cannot be used, wanted 8 or more letters, digits, `-`, `_`, `.` and `~`"
    )]
    DeskToken,
    /// A thread, lock or path.
    #[error(transparent)]
    World(#[from] WorldError),
    /// A listener.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// `--clip` where nothing shows it.
    #[error(
        "`--clip` is shown by the local channel, and this run serves none\n\
         hint: leave it out, or play on `local` without `--endpoint-url`"
    )]
    ClipUnused,
    /// The video of the local channel.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// Channels beside the local one.
    #[error("cannot make the channels of `--channel`: {0}")]
    LocalChannels(ServiceError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store of votes.
    #[error(transparent)]
    Votes(#[from] VotesError),
    /// AWS does not let the run begin.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// Something else of the system.
    #[error("cannot {doing}: {source}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// Why not.
        source: io::Error,
    },
}

/// Whose fault it is that a run could not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// What the operator typed.
    Usage,
    /// The outside world refused.
    World,
}

impl RunError {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::World(WorldError::Thread { .. } | WorldError::Lock { .. })
            | Self::Aws(_)
            | Self::Votes(_)
            | Self::Store(StoreError::Redis { .. })
            | Self::System { .. } => Fault::World,
            Self::Script { .. }
            | Self::Scripts(_)
            | Self::ChannelTwice { .. }
            | Self::VerifyTooMany { .. }
            | Self::Plan(_)
            | Self::FactsFolder { .. }
            | Self::Start
            | Self::DeskToken
            | Self::ClipUnused
            | Self::World(_)
            | Self::Listen(_)
            | Self::Clip(_)
            | Self::LocalChannels(_)
            | Self::Journal(_)
            | Self::Store(_) => Fault::Usage,
        }
    }
}
