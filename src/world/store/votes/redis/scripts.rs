//! The scripts that Redis runs, each as one step that nothing comes between.

use redis::Script;

/// All scripts. Redis is asked by their hashes, and told one only where it does not know it.
pub(super) struct Scripts {
    pub(super) open: Script,
    pub(super) vote: Script,
    pub(super) close: Script,
    pub(super) extend: Script,
    pub(super) seal: Script,
    pub(super) award: Script,
    pub(super) give: Script,
    pub(super) reset: Script,
    pub(super) leaders: Script,
    pub(super) viewer: Script,
    pub(super) name: Script,
    pub(super) hide: Script,
    pub(super) seen: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            open: Script::new(include_str!("lua/open.lua")),
            vote: Script::new(include_str!("lua/vote.lua")),
            close: Script::new(include_str!("lua/close.lua")),
            extend: Script::new(include_str!("lua/extend.lua")),
            seal: Script::new(include_str!("lua/seal.lua")),
            award: Script::new(include_str!("lua/award.lua")),
            give: Script::new(include_str!("lua/give.lua")),
            reset: Script::new(include_str!("lua/reset.lua")),
            leaders: Script::new(include_str!("lua/leaders.lua")),
            viewer: Script::new(include_str!("lua/viewer.lua")),
            name: Script::new(include_str!("lua/name.lua")),
            hide: Script::new(include_str!("lua/hide.lua")),
            seen: Script::new(include_str!("lua/seen.lua")),
        }
    }
}
