//! What events come to, as Prometheus reads it.

use jiff::Timestamp;

use super::*;
use crate::model::cue::CueKey;
use crate::model::delivery::DeliveryId;
use crate::model::event::{About, Dropped, Skipped, Started};
use crate::model::lease::{LeaseTold, LeaseTurn};

fn show(channel: &str) -> ShowId {
    let arn = format!("arn:aws:ivs:us-west-2:123456789012:channel/{channel}");
    ShowId { script: "cats".into(), channel: arn.parse().expect("an ARN") }
}

fn about(cue: &str) -> About {
    let payload: crate::model::payload::Payload = "{\"a\":1}".parse().expect("a payload");
    let cue = CueKey::named(cue).expect("a name");
    About { delivery: DeliveryId { run: 1, n: 1 }, cue, bytes: payload.bytes(), payload }
}

fn sent(cue: &str, took_ms: i64, repeat: bool) -> What {
    let (late_ms, waited_ms, attempts, maybe_twice) = (0, 0, 1, false);
    What::Sent { of: about(cue), late_ms, waited_ms, took_ms, attempts, maybe_twice, repeat }
}

fn refused(refusal: Refusal) -> What {
    let (message, attempts, again_ms, given_up) = (String::new(), 1, None, false);
    What::Refused { of: about("facts"), refusal, message, attempts, again_ms, given_up }
}

fn fired(cue: CueKey, late_ms: i64) -> What {
    let (due, by, data) = (Timestamp::UNIX_EPOCH, FiredBy::Trigger, serde_json::Value::Null);
    What::CueFired { cue, due, late_ms, by, data }
}

fn started() -> What {
    What::Started(Box::new(Started {
        version: "0.1.0".into(),
        run: 1,
        seed: 1,
        zone: "UTC".to_owned(),
        args: serde_json::Value::Null,
        script_hash: String::new(),
        files: BTreeMap::new(),
        resume: false,
        state: None,
        cues: 1,
    }))
}

fn tell(measures: &Measures, show: &ShowId, all: impl IntoIterator<Item = What>) {
    for what in all {
        measures.count(&Event { at: Timestamp::UNIX_EPOCH, what, show: Some(show.clone()) });
    }
}

/// The value of a line, as it stands before it.
fn value<'a>(text: &'a str, line: &str) -> Option<&'a str> {
    text.lines().find_map(|met| met.strip_prefix(line)?.strip_prefix(' '))
}

fn ready(measures: &Measures) -> Readiness {
    measures.readiness(&BTreeMap::new())
}

#[test]
fn events_come_to_counters_gauges_and_histograms() {
    let (measures, abcd) = (Measures::new(1), show("abcd"));
    tell(&measures, &abcd, [started(), fired(about("facts").cue, 3), sent("facts", 40, false)]);
    tell(&measures, &abcd, [sent("facts", 4, true), refused(Refusal::Throttled)]);
    let dropped = What::Dropped { of: about("facts"), why: Dropped::OutboxFull };
    let skipped = What::Skipped { why: Skipped::OffAir, count: Some(12) };
    tell(&measures, &abcd, [dropped, What::Expired { of: about("facts") }, skipped]);
    let (delivery, cue) = (DeliveryId { run: 1, n: 1 }, about("facts").cue);
    let shown = What::Shown { delivery, cue: cue.clone(), delay_ms: 1_500 };
    tell(&measures, &abcd, [shown, What::Unseen { delivery, cue, after_ms: 30_000 }]);
    let status = ChannelStatus {
        waiting: 7,
        repeated: 0,
        in_flight: 0,
        sent_in_window: 0,
        on_air: Some(Air::Off),
        is_answered: true,
    };
    let channels = [(abcd.channel.clone(), status)].into();
    let text = measures.text(&Standing { channels, votes: vec![("counted", 5), ("refused", 1)] });
    let of = "{channel=\"abcd\"";
    for (line, wanted) in [
        (format!("showrunner_payloads_sent_total{of},cue=\"facts\"}}"), "1"),
        (format!("showrunner_cues_fired_total{of},cue=\"facts\"}}"), "1"),
        (format!("showrunner_payloads_repeated_total{of}}}"), "1"),
        (format!("showrunner_sent_bytes_total{of}}}"), "14"),
        (format!("showrunner_sends_refused_total{of},reason=\"throttled\"}}"), "1"),
        (format!("showrunner_payloads_lost_total{of},reason=\"outbox_full\"}}"), "1"),
        (format!("showrunner_payloads_lost_total{of},reason=\"expired\"}}"), "1"),
        (format!("showrunner_fires_skipped_total{of},reason=\"off_air\"}}"), "12"),
        (format!("showrunner_outbox_payloads{of}}}"), "7"),
        (format!("showrunner_channel_on_air{of}}}"), "0"),
        (format!("showrunner_payloads_unseen_total{of}}}"), "1"),
        ("showrunner_delivery_delay_seconds_sum".to_owned(), "1.5"),
        ("showrunner_shows".to_owned(), "1"),
        ("showrunner_votes_total{result=\"counted\"}".to_owned(), "5"),
        ("showrunner_cue_lateness_seconds_bucket{le=\"0.005\"}".to_owned(), "1"),
        ("showrunner_cue_lateness_seconds_bucket{le=\"0.002\"}".to_owned(), "0"),
        ("showrunner_send_duration_seconds_count".to_owned(), "2"),
        ("showrunner_send_duration_seconds_sum".to_owned(), "0.044"),
    ] {
        assert_eq!(value(&text, &line), Some(wanted), "{line}\n{text}");
    }
    let again = measures.text(&Standing { votes: vec![("counted", 6)], ..Standing::default() });
    assert_eq!(value(&again, "showrunner_votes_total{result=\"counted\"}"), Some("6"));
}

#[test]
fn labels_are_bounded() {
    let measures = Measures::new(3);
    for n in 0..=crate::model::limits::MEASURED_CHANNELS_MAX {
        tell(&measures, &show(&format!("c{n}")), [sent("facts", 1, false)]);
    }
    for n in 0..=crate::model::limits::MEASURED_CUES_MAX {
        tell(&measures, &show("c0"), [sent(&format!("cue {n}"), 1, false)]);
    }
    let after = CueKey::after(crate::model::cue::AfterId(4));
    tell(&measures, &show("c1"), [fired(after, 1)]);
    let text = measures.text(&Standing::default());
    let own = text.lines().filter(|line| line.starts_with("showrunner_payloads_sent_total{"));
    let most = crate::model::limits::MEASURED_CUES_MAX + 1;
    assert_eq!(own.count(), most, "the pairs, and one that shares the rest");
    let other = "showrunner_payloads_sent_total{channel=\"c0\",cue=\"other\"}";
    assert!(value(&text, other).is_some(), "{text}");
    assert!(text.contains("showrunner_sent_bytes_total{channel=\"other\"} 7\n"));
    assert!(text.contains("showrunner_cues_fired_total{channel=\"c1\",cue=\"other\"} 1\n"));
}

#[test]
fn a_run_is_ready_when_its_shows_are_on_and_nothing_fails() {
    let (measures, one, two) = (Measures::new(2), show("one"), show("two"));
    tell(&measures, &one, [started()]);
    assert!(!ready(&measures).is_ready(), "one is to come");
    tell(&measures, &two, [started()]);
    assert!(ready(&measures).is_ready());
    measures.store_fails(true);
    measures.store_fails(true);
    assert!(!ready(&measures).store_writes && !ready(&measures).is_ready());
    let failures = "showrunner_store_failures_total";
    assert_eq!(value(&measures.text(&Standing::default()), failures), Some("1"));
    measures.store_fails(false);
    tell(&measures, &two, [refused(Refusal::Unavailable)]);
    assert_eq!(ready(&measures).unreachable, [two.channel.clone()].into());
    tell(&measures, &two, [refused(Refusal::OffAir)]);
    assert!(ready(&measures).is_ready(), "it answers");
    // As a channel that is not there is.
    tell(&measures, &two, [refused(Refusal::Rejected)]);
    assert_eq!(ready(&measures).unreachable, [two.channel.clone()].into());
    tell(&measures, &two, [sent("facts", 1, false)]);
    assert!(ready(&measures).is_ready());
    let status = ChannelStatus {
        waiting: 0,
        repeated: 0,
        in_flight: 0,
        sent_in_window: 0,
        on_air: None,
        is_answered: false,
    };
    let channels = [(one.channel.clone(), status)].into();
    assert_eq!(measures.readiness(&channels).unreachable, [one.channel.clone()].into());
    tell(&measures, &one, [What::Stopped { sent: 0, refused: 0, expired: 0, took_ms: 0 }]);
    assert_eq!((ready(&measures).on_now, ready(&measures).is_ready()), (1, false));
}

#[test]
fn one_that_follows_is_ready_too() {
    let (measures, one) = (Measures::new(1), show("one"));
    let lease = |turn| What::Lease(LeaseTold { turn, by: None });
    assert!(!ready(&measures).is_ready(), "nobody knows whose turn it is");
    tell(&measures, &one, [lease(LeaseTurn::Following)]);
    assert!(ready(&measures).is_ready());
    tell(&measures, &one, [lease(LeaseTurn::Taken)]);
    assert!(!ready(&measures).is_ready(), "it is to begin");
    tell(&measures, &one, [started()]);
    assert!(ready(&measures).is_ready());
    tell(&measures, &one, [lease(LeaseTurn::Lost)]);
    assert_eq!((ready(&measures).on_now, ready(&measures).is_ready()), (0, false));
}
