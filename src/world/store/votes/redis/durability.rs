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
        let asked = ["appendonly", "appendfsync", "maxmemory-policy"];
        for setting in asked {
            settings.cmd("CONFIG").arg("GET").arg(setting);
        }
        match self.ask_all::<[Settings; 3]>(&settings).await {
            Ok(settings) => {
                let [file, sync, policy] = std::array::from_fn(|n| settings[n].get(asked[n]));
                let sync = warning(file.map(|file| &**file), sync.map(|sync| &**sync));
                sync.into_iter().chain(policy.and_then(|policy| eviction(policy))).collect()
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

/// Whether it throws away what was acknowledged where its memory is full.
fn eviction(policy: &str) -> Option<String> {
    (policy != "noeviction").then(|| {
        format!(
            "redis throws away keys when its memory is full (maxmemory-policy is {policy}): votes \
             can be among them\nhint: `CONFIG SET maxmemory-policy noeviction`, and the same in \
             its configuration file"
        )
    })
}

/// How many machines share the keys of a cluster, as `CLUSTER INFO` says it.
pub(super) fn shards(info: &str) -> u64 {
    let size = info.lines().find_map(|line| line.trim().strip_prefix("cluster_size:"));
    size.and_then(|size| size.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_throws_votes_away_is_said_and_shards_are_counted() {
        assert_eq!(eviction("noeviction"), None);
        assert!(eviction("allkeys-lru").is_some_and(|said| said.contains("allkeys-lru")));
        let info = "cluster_enabled:1\r\ncluster_state:ok\r\ncluster_size:3\r\n";
        assert_eq!((shards(info), shards("")), (3, 0));
    }

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
