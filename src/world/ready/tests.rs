//! What each answer means, and what is to be done.

use super::*;
use crate::model::channel::StreamInfo;
use crate::world::report::ready as report;
use crate::world::report::screen::Colours;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

const AT: &str = "https://ivs.example";

fn live(health: &str) -> Seen {
    Seen::Live(StreamInfo {
        stream_id: "st-1".to_owned(),
        started_at: at("2026-11-22T19:00:00Z"),
        viewers: 12,
        health: health.to_owned(),
    })
}

fn channel() -> ChannelInfo {
    ChannelInfo { name: None, playback_url: None }
}

#[test]
fn credentials_are_there_until_they_end() {
    let now = at("2026-11-22T19:30:00Z");
    let check = credentials(Ok(Until::At(at("2026-11-22T20:00:00Z"))), now);
    assert_eq!((check.verdict, &*check.met), (Verdict::Fine, "there, until 2026-11-22 20:00 UTC"));
    for (until, met) in [
        (Until::Endless, "there, without an end"),
        (Until::Untold, "there, of a session that does not tell its end"),
        (Until::Unchecked, "there, and checked by nobody on the local channel"),
    ] {
        let check = credentials(Ok(until), now);
        assert_eq!((check.verdict, &*check.met), (Verdict::Fine, met));
    }
    assert_eq!(credentials(Ok(Until::At(now)), now).verdict, Verdict::Refused);
    let none = credentials(Err(AwsError::NoCredentials { profile: None }), now);
    assert_eq!((none.verdict, &*none.met), (Verdict::Refused, "no AWS credentials were found"));
    assert!(none.to_do.starts_with("`aws sso login`"), "{none:?}");
}

#[test]
fn a_clock_that_is_off_is_said_with_its_way() {
    let check = |millis| offset(Some(SignedDuration::from_millis(millis)));
    for near in [0, 2_000, -2_000] {
        assert_eq!(check(near).verdict, Verdict::Fine, "{near}");
    }
    assert_eq!(check(7_400).met, "7 s ahead of the service's");
    assert_eq!(check(-90_000).met, "90 s behind the service's");
    assert_eq!(check(-90_000).verdict, Verdict::Wanting);
    assert_eq!(offset(None).verdict, Verdict::Refused);
}

#[test]
fn what_may_be_done_is_told_by_what_was_tried() {
    let verdict = |seen: &Seen, sent: Option<Answer>| {
        permission((&ChannelArn::local(), AT), seen, Ok(&channel()), sent.as_ref()).verdict
    };
    let refused = |refusal| Some(Answer::Refused { refusal, message: "no".to_owned() });
    assert_eq!(verdict(&live("HEALTHY"), None), Verdict::Fine);
    assert_eq!(verdict(&live("HEALTHY"), Some(Answer::Taken)), Verdict::Fine);
    assert_eq!(verdict(&Seen::NotLive, refused(Refusal::OffAir)), Verdict::Wanting);
    assert_eq!(verdict(&live("HEALTHY"), refused(Refusal::Rejected)), Verdict::Refused);
    for seen in [Seen::NotPermitted, Seen::NoChannel] {
        assert_eq!(verdict(&seen, None), Verdict::Refused);
    }
    let error = AwsError::Call { operation: "GetChannel", message: "denied".to_owned() };
    let check = permission((&ChannelArn::local(), AT), &live("HEALTHY"), Err(&error), None);
    assert_eq!(
        (&*check.met, &*check.to_do),
        ("https://ivs.example: GetChannel failed: denied", "allow `ivs:GetChannel`")
    );
    let lost = Some(Answer::Lost { message: "no".to_owned() });
    for sent in
        [None, Some(Answer::Taken), refused(Refusal::OffAir), refused(Refusal::Rejected), lost]
    {
        let check =
            permission((&ChannelArn::local(), AT), &live("HEALTHY"), Ok(&channel()), sent.as_ref());
        assert!(check.met.contains(AT), "{check:?}");
    }
}

#[test]
fn where_nobody_answers_it_is_said_what_to_start() {
    let nobody = Seen::Failed(AskFailure::Unreachable("refused".to_owned()));
    let to_do = |arn: &ChannelArn| permission((arn, AT), &nobody, Ok(&channel()), None).to_do;
    let local = to_do(&ChannelArn::local());
    assert!(local.starts_with("start `runner local`, or a show on `local`"), "{local}");
    let ours = "arn:aws:ivs:us-west-2:123456789012:channel/abcdEFGH1234".parse();
    let ours = to_do(&ours.expect("an ARN"));
    assert!(ours.starts_with("is the network up"), "{ours}");
}

#[test]
fn a_stream_is_live_healthy_or_neither() {
    assert_eq!(stream(&live("HEALTHY")).verdict, Verdict::Fine);
    assert_eq!(stream(&live("STARVING")).verdict, Verdict::Wanting);
    assert_eq!(stream(&Seen::NotLive).verdict, Verdict::Wanting);
    assert_eq!(stream(&Seen::Unknown).verdict, Verdict::Refused);
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = disk(&folder.path().join("data"));
    assert!(check.met.contains("free") || check.met.contains("can be written"), "{check:?}");
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let check = disk(&file.join("data"));
    assert_eq!(check.verdict, Verdict::Wanting);
    assert!(!check.to_do.is_empty(), "{check:?}");
}

#[test]
fn checks_are_lines_of_even_columns() {
    let checks = [
        Check::fine("credentials", "there, without an end"),
        Check::wanting("stream", "off air", "start the broadcast"),
        Check::refused("playback", "\u{1b}[2J", ""),
    ];
    insta::assert_snapshot!(report::plain_text(&checks, Colours::Off), @"
    ok      credentials  there, without an end
    not ok  stream       off air · start the broadcast
    not ok  playback     �[2J
    ");
}
