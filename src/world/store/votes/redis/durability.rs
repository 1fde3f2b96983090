//! What the operator should know of how safely Redis keeps votes.

use std::collections::BTreeMap;

use super::super::VotesError;
use super::RedisVotes;

type Settings = BTreeMap<String, String>;

impl RedisVotes {
    /// Asks how Redis keeps what is written; nothing is to be said where it is on disk before it is
    /// answered.
    pub(super) async fn durability(&self) -> Vec<String> {
        let mut all = redis::pipe();
        all.cmd("PING").ignore();
        // A server that lets nobody ask answers with an error, and is there all the same.
        if let Err(error) = self.ask_all::<()>(&all).await {
            return vec![unreachable(&error)];
        }
        let mut settings = redis::pipe();
        for setting in ["appendonly", "appendfsync"] {
            settings.cmd("CONFIG").arg("GET").arg(setting);
        }
        match self.ask_all::<(Settings, Settings)>(&settings).await {
            Ok((file, sync)) => {
                let (file, sync) = (file.get("appendonly"), sync.get("appendfsync"));
                warning(file.map(|file| &**file), sync.map(|sync| &**sync)).into_iter().collect()
            }
            Err(_) => vec![UNASKED.to_owned()],
        }
    }
}

const UNASKED: &str = "redis does not tell how safely it keeps what is written (CONFIG is not \
    permitted, as with managed services): an acknowledged vote is as durable as it is configured";

fn unreachable(error: &VotesError) -> String {
    format!("{error}\nhint: votes are refused until redis can be reached; the show goes on")
}

fn warning(file: Option<&str>, sync: Option<&str>) -> Option<String> {
    let hint = "hint: `CONFIG SET appendonly yes` and `CONFIG SET appendfsync always`, and the \
        same in its configuration file";
    match (file, sync) {
        (Some("yes"), Some("always")) => None,
        (Some("yes"), Some(sync)) => Some(format!(
            "redis does not sync its append-only file at every write (appendfsync is {sync}): \
             acknowledged votes can be lost when its machine fails\n{hint}"
        )),
        (Some(_), _) => Some(format!(
            "redis keeps no append-only file: acknowledged votes are lost when it ends\n{hint}"
        )),
        (None, _) => Some(UNASKED.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_less_than_synced_is_said() {
        let said = |file: &str, sync: &str| warning(Some(file), Some(sync)).unwrap_or_default();
        assert_eq!(said("yes", "always"), "");
        assert!(said("yes", "everysec").contains("appendfsync is everysec"));
        assert!(said("no", "always").contains("no append-only file"));
        assert!(said("no", "always").contains("\nhint: "));
        assert_eq!(warning(None, None).as_deref(), Some(UNASKED));
    }
}
