//! While it plays: shows begin and end, the plan changes, and at last all are told to stop.

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{sleep, timeout};

use crate::model::limits::{STOP_GRACE, STOP_WAIT};

use super::Ended;
use super::company::{Company, Over};
use super::opening::Opened;
use super::options::Options;
use super::signals::Signals;

/// Waits for the shows to end, and tells them to when it is time.
pub(super) async fn play(
    options: &Options,
    opened: &mut Opened,
    mut ended: UnboundedReceiver<Over>,
    signals: &mut Signals,
) -> Ended {
    let ends = async {
        match options.ends_after {
            Some(after) => sleep(after.unsigned_abs()).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = go_on(opened, &mut ended) => {}
        () = ends => {}
        () = signals.next() => {}
    }
    let company = &mut opened.company;
    company.stop();
    let all = async {
        while !company.is_empty() {
            let Some(over) = ended.recv().await else { break };
            company.over(over);
        }
        result(company)
    };
    tokio::select! {
        waited = timeout((STOP_WAIT + STOP_GRACE).unsigned_abs(), all) => {
            waited.unwrap_or(Ended::AtOnce)
        }
        () = signals.next() => Ended::AtOnce,
    }
}

/// Plays until nobody does any more.
async fn go_on(opened: &mut Opened, ended: &mut UnboundedReceiver<Over>) {
    let company = &mut opened.company;
    while !company.is_empty() {
        tokio::select! {
            over = ended.recv() => match over {
                Some(over) => company.take_over(over),
                None => return,
            },
            () = company.next_due() => company.begin_due().await,
            () = company.next_again() => company.try_due(),
            () = opened.edits.plan() => company.follow_plan(),
            () = opened.edits.of_shows() => company.try_mended(),
            Some(called) = opened.called.recv() => company.hear_call(&called),
            Some(looked) = opened.looked.recv() => company.hear_look(looked),
            Some(news) = opened.lease_news.recv() => company.hear(news),
        }
    }
}

fn result(company: &Company) -> Ended {
    if company.has_failed() { Ended::ShowFailed } else { Ended::Clean }
}
