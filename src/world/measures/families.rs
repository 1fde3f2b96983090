//! The measures by their names: counters, gauges and histograms, by Prometheus' conventions.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry, Unit};

use super::labels::{OfChannel, OfChannelResult, OfCue, OfReason, OfResult, OfVersion};

/// Bounds of what takes milliseconds, in seconds.
const SHORT: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0];

/// Every measure. Each name is said in [`Families::register`].
pub(super) struct Families {
    pub(super) sent: Family<OfCue, Counter>,
    pub(super) fired: Family<OfCue, Counter>,
    pub(super) repeated: Family<OfChannel, Counter>,
    pub(super) sent_bytes: Family<OfChannel, Counter>,
    pub(super) refused: Family<OfReason, Counter>,
    pub(super) lost: Family<OfReason, Counter>,
    pub(super) skipped: Family<OfReason, Counter>,
    pub(super) reloads: Family<OfChannelResult, Counter>,
    pub(super) script_errors: Family<OfChannel, Counter>,
    pub(super) warnings: Counter,
    pub(super) votes: Family<OfResult, Counter>,
    pub(super) store_failures: Counter,
    pub(super) journal_lost: Counter,
    pub(super) lateness: Histogram,
    pub(super) send_duration: Histogram,
    pub(super) delivery_delay: Histogram,
    pub(super) unseen: Family<OfChannel, Counter>,
    pub(super) shows: Gauge,
    pub(super) on_air: Family<OfChannel, Gauge>,
    pub(super) waiting: Family<OfChannel, Gauge>,
    pub(super) polls_open: Family<OfChannel, Gauge>,
    pub(super) store_failing: Gauge,
}

/// Registers a measure, and gives it back.
fn add<M: Metric + Clone + Default>(to: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    to.register(name, help, metric.clone());
    metric
}

/// The same of one in seconds.
fn timed(to: &mut Registry, name: &str, help: &str) -> Histogram {
    let histogram = Histogram::new(SHORT);
    to.register_with_unit(name, help, Unit::Seconds, histogram.clone());
    histogram
}

/// From a send to the stream takes seconds.
fn delays(to: &mut Registry) -> Histogram {
    let histogram = Histogram::new([0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0]);
    let help = "From a send until the payload was read from the channel's video";
    to.register_with_unit("delivery_delay", help, Unit::Seconds, histogram.clone());
    histogram
}

impl Families {
    pub(super) fn register(to: &mut Registry) -> Self {
        let build: Family<OfVersion, Gauge> = add(to, "build_info", "The version that runs");
        build.get_or_create(&OfVersion { version: env!("CARGO_PKG_VERSION") }).set(1);
        let sent_bytes = Family::default();
        let help = "Bytes of payloads that are in the stream, repeats included";
        to.register_with_unit("sent", help, Unit::Bytes, sent_bytes.clone());
        Self {
            sent_bytes,
            sent: add(to, "payloads_sent", "Payloads in the stream, repeats left out"),
            fired: add(to, "cues_fired", "Calls of cues' functions"),
            repeated: add(to, "payloads_repeated", "Repeats for late joiners"),
            refused: add(to, "sends_refused", "Attempts that the service did not take"),
            lost: add(to, "payloads_lost", "Payloads let go before they were sent"),
            skipped: add(to, "fires_skipped", "Timed fires that did not run"),
            reloads: add(to, "reloads", "Files saved while the show was on"),
            script_errors: add(to, "script_errors", "Handlers that failed and changed nothing"),
            warnings: add(to, "warnings", "Warnings of the run and of scripts"),
            votes: add(to, "votes", "Votes, by what became of them"),
            store_failures: add(to, "store_failures", "Times that the store began to fail"),
            journal_lost: add(to, "journal_lines_lost", "Lines that the journal could not take"),
            lateness: timed(to, "cue_lateness", "How late timed cues fired"),
            send_duration: timed(to, "send_duration", "How long the calls took that succeeded"),
            delivery_delay: delays(to),
            unseen: add(to, "payloads_unseen", "Payloads that did not show up in time"),
            shows: add(to, "shows", "Shows that began and did not end"),
            on_air: add(to, "channel_on_air", "1 while the channel is live, or taken to be"),
            waiting: add(to, "outbox_payloads", "Payloads that wait to be sent"),
            polls_open: add(to, "polls_open", "Polls that take votes"),
            store_failing: add(to, "store_failing", "1 while the store cannot be written"),
        }
    }

    pub(super) fn reload(&self, of: OfChannel, result: &'static str) {
        self.reloads.get_or_create(&OfChannelResult::new(of, result)).inc();
    }
}

/// Milliseconds of an event in seconds; what is early is not late.
pub(super) fn seconds(millis: i64) -> f64 {
    std::time::Duration::from_millis(u64::try_from(millis).unwrap_or(0)).as_secs_f64()
}
