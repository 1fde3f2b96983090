//! What events are called in JSON.

use super::What;

impl What {
    /// Its name in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Started(_) => "started",
            Self::CueFired { .. } => "cue_fired",
            Self::Queued { .. } => "queued",
            Self::Sent { .. } => "sent",
            Self::Refused { .. } => "refused",
            Self::Expired { .. } => "expired",
            Self::Dropped { .. } => "dropped",
            Self::InDoubt { .. } => "in_doubt",
            Self::Missed { .. } => "missed",
            Self::Skipped { .. } => "skipped",
            Self::Shown { .. } => "shown",
            Self::Unseen { .. } => "unseen",
            Self::NotRun { .. } => "not_run",
            Self::CueSet { .. } => "cue_set",
            Self::Held { .. } => "held",
            Self::Panicked { .. } => "panicked",
            Self::Released { .. } => "released",
            Self::StateSet { .. } => "state_set",
            Self::NameSet { .. } => "name_set",
            Self::PollSet(_) => "poll_set",
            Self::Reloaded(_) => "reloaded",
            Self::ReloadFailed(_) => "reload_failed",
            Self::RolledBack { .. } => "rolled_back",
            Self::ScriptError(_) => "script_error",
            Self::ScriptWarning(_) => "script_warning",
            Self::Log { .. } => "log",
            Self::Fetched(_) => "fetched",
            Self::OnAir { .. } => "on_air",
            Self::OffAir => "off_air",
            Self::PollOpened(_) => "poll_opened",
            Self::PollClosed(_) => "poll_closed",
            Self::TallyRead(_) => "tally_read",
            Self::LeaderboardRead { .. } => "leaderboard_read",
            Self::Lease(_) => "lease",
            Self::ClockJumped { .. } => "clock_jumped",
            Self::PlanChanged(_) => "plan_changed",
            Self::PlanRefused(_) => "plan_refused",
            Self::Warning { .. } => "warning",
            Self::Stopped { .. } => "stopped",
        }
    }
}
