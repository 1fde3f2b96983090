//! What is proved of payloads, on plain numbers.

use jiff::Timestamp;

use super::*;
use crate::model::channel::ChannelArn;
use crate::model::cue::CueKey;
use crate::model::delivery::DeliveryId;
use crate::model::payload::Payload;

fn at(millis: i64) -> Now {
    let up = SignedDuration::from_millis(millis);
    Now { up, wall: Timestamp::UNIX_EPOCH + up }
}

fn sent(n: u64, text: &str) -> ProofInput {
    let payload: Payload = text.parse().expect("a payload");
    let cue = CueKey::named("facts").expect("a name");
    let show = ShowId { script: "cats".into(), channel: ChannelArn::local() };
    let of = About { delivery: DeliveryId { run: 1, n }, cue, bytes: payload.bytes(), payload };
    ProofInput::Sent { show, of, repeat: false }
}

fn repeated(n: u64, text: &str) -> ProofInput {
    let ProofInput::Sent { show, of, .. } = sent(n, text) else { panic!("it is one") };
    ProofInput::Sent { show, of, repeat: true }
}

fn seen(text: &str) -> ProofInput {
    ProofInput::Seen(text.to_owned())
}

/// What came of inputs at their milliseconds: `1-1 shown 1200`.
fn played(inputs: impl IntoIterator<Item = (i64, ProofInput)>) -> Vec<String> {
    let mut proof = Proof::new(SignedDuration::from_secs(30));
    let mut told = Vec::new();
    for (millis, input) in inputs {
        proof.handle(input, at(millis));
        while let Some((_, what)) = proof.poll_output() {
            if let What::Shown { delivery, delay_ms, .. } = what {
                told.push(format!("{delivery} shown {delay_ms}"));
            } else if let What::Unseen { delivery, after_ms, .. } = what {
                told.push(format!("{delivery} unseen {after_ms}"));
            }
        }
    }
    told
}

#[test]
fn what_shows_up_is_proved_with_its_delay() {
    let told = played([
        (0, ProofInput::Follows),
        (1_000, sent(1, "a")),
        (1_100, sent(2, "b")),
        (2_500, seen("b")),
        (2_600, seen("a")),
        (99_000, ProofInput::Tick),
    ]);
    assert_eq!(told, ["1-2 shown 1400", "1-1 shown 1600"]);
}

#[test]
fn of_equal_payloads_the_first_sent_is_the_first_seen() {
    let told = played([
        (0, ProofInput::Follows),
        (0, sent(1, "a")),
        (10_000, sent(2, "a")),
        (12_000, seen("a")),
        (40_000, ProofInput::Tick),
    ]);
    assert_eq!(told, ["1-1 shown 12000", "1-2 unseen 30000"]);
}

#[test]
fn what_does_not_show_up_in_time_is_unseen() {
    let told = played([
        (0, ProofInput::Follows),
        (0, sent(1, "a")),
        (5_000, ProofInput::Lost),
        (29_999, ProofInput::Tick),
        (30_000, ProofInput::Tick),
        (31_000, seen("a")),
    ]);
    assert_eq!(told, ["1-1 unseen 30000"]);
}

#[test]
fn nothing_is_held_against_what_nobody_could_see() {
    let told = played([
        (0, sent(1, "before the video was followed")),
        (1_000, ProofInput::Follows),
        (1_100, sent(2, "in a gap")),
        (1_200, ProofInput::Gap),
        (1_300, sent(3, "a")),
        (2_000, seen("before the video was followed")),
        (50_000, ProofInput::Tick),
    ]);
    assert_eq!(told, ["1-1 shown 2000", "1-3 unseen 48700"]);
}

#[test]
fn what_was_on_its_way_when_the_video_was_lost_is_unseen_unless_it_comes_back() {
    let lost = || [(0, ProofInput::Follows), (100, sent(1, "a")), (200, ProofInput::Lost)];
    let told = played(lost().into_iter().chain([(40_000, ProofInput::Tick)]));
    assert_eq!(told, ["1-1 unseen 39900"]);
    let back = [(9_000, ProofInput::Follows), (40_000, ProofInput::Tick)];
    assert_eq!(played(lost().into_iter().chain(back)), [""; 0], "nobody read what was between");
}

#[test]
fn a_repeat_is_told_of_no_more_and_proves_nothing_else() {
    let told = played([
        (0, ProofInput::Follows),
        (0, sent(1, "a")),
        (1_500, seen("a")),
        (5_000, repeated(1, "a")),
        (6_500, seen("a")),
        (7_000, sent(2, "a")),
        (8_400, seen("a")),
        (9_000, repeated(2, "a")),
        (60_000, ProofInput::Tick),
    ]);
    assert_eq!(told, ["1-1 shown 1500", "1-2 shown 1400"]);
}

#[test]
fn an_answer_that_comes_after_its_payload_finds_it() {
    let told = played([(0, ProofInput::Follows), (100, seen("a")), (900, sent(1, "a"))]);
    assert_eq!(told, ["1-1 shown 0"]);
    let told = played([
        (0, ProofInput::Follows),
        (100, seen("a")),
        (40_000, sent(1, "a")),
        (80_000, ProofInput::Tick),
    ]);
    assert_eq!(told, ["1-1 unseen 40000"], "it was another one, long ago");
}

#[test]
fn memory_is_bounded() {
    let mut proof = Proof::new(SignedDuration::from_secs(30));
    proof.handle(ProofInput::Follows, at(0));
    for n in 0..10_000_u64 {
        proof.handle(sent(n, &format!("sent {n}")), at(0));
        proof.handle(seen(&format!("seen {n}")), at(0));
    }
    assert_eq!((proof.waiting.len(), proof.early.len()), (VERIFY_WAITING_MAX, VERIFY_EARLY_MAX));
    let given_up = std::iter::from_fn(|| proof.poll_output()).count();
    assert_eq!(given_up, 10_000 - VERIFY_WAITING_MAX);
    assert_eq!(proof.next_deadline(), Some(SignedDuration::from_secs(30)));
}
