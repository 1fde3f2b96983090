//! A run that is opened and not played: what its company makes of what it is told.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use serde_json::Map;
use tempfile::TempDir;
use tokio::sync::mpsc::unbounded_channel;

use super::opening::{Opened, open};
use super::standby::News;
use super::*;
use crate::model::channel::{ChannelArn, ShowId};
use crate::model::lease::Holder;
use crate::rules::lease::Turn;

/// A run in a folder of its own.
struct Bench {
    opened: Opened,
    _folder: TempDir,
}

impl Bench {
    /// Opens the run of a plan with one show, `show` on the local channel.
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).expect("a file can be written");
        };
        write("show.rhai", "every(\"1h\", || put_metadata(1));");
        write("runner.toml", "[[show]]\nscript = \"show.rhai\"\n");
        let options = Options {
            bill: Bill::Plan(folder.path().join("runner.toml")),
            aws: AwsOptions::default(),
            listen: ListenOptions {
                bind: [127, 0, 0, 1].into(),
                port: Some(0),
                open: false,
                clip: None,
            },
            votes: VoteOptions::default(),
            desk: DeskOptions { address: Some(([127, 0, 0, 1], 0).into()), token: None },
            zone: None,
            seed: Some(1),
            args: Map::new(),
            net: NetOptions::default(),
            folders: FolderOptions::default(),
            kept: Kept::Use,
            output: Output::Quiet,
            ends_after: None,
            same_show: SignedDuration::ZERO,
            standby: false,
            verify: None,
        };
        let opened = open(&options, unbounded_channel().0).await.expect("it opens");
        Self { opened, _folder: folder }
    }
}

fn show(script: &str) -> ShowId {
    ShowId { script: script.into(), channel: ChannelArn::local() }
}

#[tokio::test]
async fn news_of_a_show_that_was_just_dropped_leaves_nothing_of_it() {
    let mut bench = Bench::open().await;
    let (company, at) = (&mut bench.opened.company, Timestamp::UNIX_EPOCH);
    let other = Holder { id: "b".to_owned(), who: "other".to_owned(), since: at };
    for turn in [Turn::Following(other), Turn::Taken(1), Turn::Lapsed, Turn::Lost(None)] {
        company.hear(News::Turned(show("gone"), turn, at));
    }
    assert_eq!(company.hands.shows.all(), [show("show")].into());
    assert!(!company.begun.contains(&show("gone")));
    company.hear(News::Turned(show("show"), Turn::Lost(None), at));
    bench.opened.close().await;
}
