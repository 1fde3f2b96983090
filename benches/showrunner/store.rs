//! What keeping a step costs: the real changes of `cat_facts`, in a store on disk.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use showrunner::model::channel::{ChannelArn, ShowId};
use showrunner::model::delivery::DeliveryId;
use showrunner::model::io::{ShowInput, ShowOutput};
use showrunner::model::saved::Change;
use showrunner::world::store::{FILE_NAME, Sqlite, Store};

use crate::child::folder;
use crate::handler::{CAT_FACTS, Stage, text};
use crate::table::{Row, Unit};

const STEPS: usize = 5_000;

pub(crate) fn measure() -> Vec<Row> {
    let data = folder();
    let opened = Sqlite::open(&data.path().join(FILE_NAME), Timestamp::UNIX_EPOCH);
    let store = opened.expect("a store can be made").store;
    let show = ShowId { script: "bench".into(), channel: ChannelArn::local() };
    let mut stage = Stage::play(&text(CAT_FACTS), "cat_facts.rhai");
    let (mut steps, mut marks) = (Vec::new(), Vec::new());
    let commit = |changes: &[Change], took: &mut Vec<Duration>| {
        let before = Instant::now();
        store.commit(&show, changes).expect("the store can be written");
        took.push(before.elapsed());
    };
    for _ in 0..STEPS {
        stage.next();
        let mut put = None;
        stage.tell(ShowInput::Tick, |output| match output {
            ShowOutput::Commit(changes) => commit(changes, &mut steps),
            ShowOutput::Put(delivery) => put = Some(delivery.id),
            ShowOutput::Restore { .. }
            | ShowOutput::Read(_)
            | ShowOutput::Fetch { .. }
            | ShowOutput::Poll(_)
            | ShowOutput::Count(_)
            | ShowOutput::Event(_)
            | ShowOutput::Reply { .. }
            | ShowOutput::Silent(_)
            | ShowOutput::Stopping
            | ShowOutput::Leave
            | ShowOutput::Stopped(_) => {}
        });
        for change in put.into_iter().flat_map(sent) {
            commit(&[change], &mut marks);
        }
    }
    vec![
        Row::times("store: commit of a step", Unit::Micros, &steps),
        Row::times("store: mark before and after a call", Unit::Micros, &marks),
    ]
}

/// What is kept of a delivery while it is called and when it is settled.
fn sent(id: DeliveryId) -> [Change; 2] {
    [Change::Attempting(id, true), Change::Delivery(id, None)]
}
