//! `runner watch`: what viewers get, from the local channel and from hand-made streams.

mod site;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::rig::{LOCAL, Local, Runner, bare, post, until};
use site::{Site, emsg, id3, mp4_init};

const IVS: &str = "metadata.live-video.net";

fn watch(url: &str, more: &[&str]) -> Runner {
    Runner::start(bare(&["watch", url]).args(more))
}

fn playback(local: &Local) -> String {
    format!("{}/local/playback.m3u8", local.url)
}

/// Puts a payload as soon as the channel takes one more.
fn put(local: &Local, payload: &str) {
    let body = json!({ "channelArn": LOCAL, "metadata": payload }).to_string();
    until("room for a payload", || {
        let (status, answer) = post(&format!("{}/PutMetadata", local.url), &[], &body);
        assert!(status == 204 || status == 429, "{status}: {answer}");
        (status == 204).then_some(())
    });
}

fn is_ours(frame: &Value) -> bool {
    frame["owner"] == IVS
}

/// Waits until the watch has read something.
fn wait_until_it_reads(watch: &mut Runner) {
    watch.wait("the first part", |frame| !is_ours(frame));
}

#[test]
fn every_payload_comes_exact_and_in_order() {
    let local = Local::start();
    let mut watch = watch(&playback(&local), &["--json", "--all"]);
    wait_until_it_reads(&mut watch);
    let mut payloads: Vec<String> = vec![
        r#"{"question":"Do \"cats\" </script> sleep?","answers":["é","日本","😀"]}"#.to_owned(),
        "plain text\twith a tab\nand a line".to_owned(),
        // 1,024 bytes in three bytes a character, and one.
        format!("{}x", "日".repeat(341)),
        "x".to_owned(),
    ];
    payloads.extend((0..8).map(|n| format!("{{\"n\":{n}}}")));
    for payload in &payloads {
        put(&local, payload);
    }
    let frames: Vec<Value> = payloads.iter().map(|_| watch.wait("a payload", is_ours)).collect();
    let texts: Vec<&str> = frames.iter().filter_map(|frame| frame["text"].as_str()).collect();
    assert_eq!(texts, payloads);
    let times: Vec<f64> = frames.iter().filter_map(|frame| frame["media_time"].as_f64()).collect();
    assert!(times.len() == payloads.len() && times.is_sorted(), "{times:?}");
    for frame in &frames {
        assert!(frame["program_time"].is_string() && frame["delay_ms"].is_i64(), "{frame}");
    }
    assert_eq!(watch.stop().code, Some(0));
}

#[test]
fn a_channel_off_air_is_waited_for_and_its_end_is_the_end() {
    let local = Local::start();
    local.off_air();
    let mut watch = watch(&playback(&local), &[]);
    watch.line("that it is off air", |line| line.contains("  off air  "));
    local.on_air();
    watch.line("that it is on air", |line| line.contains("  on air   "));
    put(&local, "hello");
    let line = watch.line("the payload", |line| line.contains("hello"));
    assert!(line.contains("   5 B   hello"), "{line}");
    local.off_air();
    let ended = watch.end();
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.lines.last().is_some_and(|line| line.contains("  ended  ")), "{ended}");
}

#[test]
fn the_operator_and_the_clock_end_it() {
    let local = Local::start();
    let mut by_hand = watch(&playback(&local), &["--all", "--json"]);
    wait_until_it_reads(&mut by_hand);
    by_hand.signal(Signal::INT);
    assert_eq!(by_hand.end().code, Some(0));
    assert_eq!(watch(&playback(&local), &["--for", "500ms"]).end().code, Some(0));
}

#[test]
fn what_cannot_be_watched_is_said() {
    let local = Local::start();
    let nobody = Site::closed();
    let site = Site::new();
    site.lead("/round", "/round");
    site.lead("/away", "ftp://a.example/");
    site.fail("/broken", 500);
    site.put("/none.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n");
    for (url, code, words) in [
        (format!("{}/nobody/playback.m3u8", local.url), 3, "(404)\nhint: "),
        (
            format!("{}/local/payloads?channelArn={LOCAL}", local.url),
            3,
            "is no HLS playlist\nhint: ",
        ),
        (site.at("/round"), 3, "it was redirected 5 times"),
        (site.at("/away"), 3, "it leads to `ftp://a.example/`"),
        (site.at("/broken"), 3, "the server answered 500"),
        (site.at("/none.m3u8"), 3, "is no HLS playlist"),
        (nobody, 3, "\nhint: check the address"),
        ("arn:aws:ivs:us-west-2:1:channel/a".to_owned(), 2, "hint: the AWS CLI tells it"),
    ] {
        let ended = watch(&url, &[]).end();
        assert_eq!(ended.code, Some(code), "{ended}");
        assert!(ended.stderr.contains(words), "{ended}");
    }
}

#[test]
fn fragmented_mp4_is_watched_behind_redirects_and_in_ranges() {
    let site = Site::new();
    let init = mp4_init();
    let (first, second) =
        (emsg(0, 0, &id3(IVS, b"one")), emsg(2_000, 500, &id3("other", &[0, 255])));
    let ranges = [init.len(), first.len(), second.len()];
    site.put("/all.mp4", [init, first, second].concat());
    site.lead("/playback", "/deep/master.m3u8");
    site.put(
        "/deep/master.m3u8",
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9,RESOLUTION=9x9\nhigh.m3u8\n\
         #EXT-X-STREAM-INF:BANDWIDTH=5,RESOLUTION=5x5\n../low.m3u8?token=a%2Fb\n",
    );
    site.put(
        "/low.m3u8?token=a%2Fb",
        format!(
            "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"{}@0\"\n\
             #EXT-X-PROGRAM-DATE-TIME:2026-11-22T19:30:00Z\n#EXTINF:2,\n#EXT-X-BYTERANGE:{}\n\
             all.mp4\n#EXTINF:2,\n#EXT-X-BYTERANGE:{}\nall.mp4\n#EXTINF:2,\ngone.mp4\n\
             #EXT-X-ENDLIST\n",
            ranges[0], ranges[1], ranges[2]
        ),
    );
    let ended = watch(&site.at("/playback"), &["--json", "--all"]).end();
    assert_eq!(ended.code, Some(0), "{ended}");
    let frames = ended.events();
    assert_eq!(frames.len(), 2, "{ended}");
    assert_eq!((&frames[0]["text"], &frames[0]["owner"]), (&json!("one"), &json!(IVS)));
    assert_eq!((&frames[1]["data"], &frames[1]["text"]), (&json!("00ff"), &Value::Null));
    assert_eq!(frames[1]["media_time"], json!(2.5));
    assert_eq!(frames[1]["program_time"], json!("2026-11-22T19:30:02.500Z"));
    assert!(ended.stderr.contains("  missed   1 segment "), "{ended}");
}

#[test]
fn a_live_playlist_is_looked_at_again_and_a_bad_answer_is_survived() {
    let site = Site::new();
    let list = |numbers: std::ops::Range<u32>, end: &str| {
        let segments = numbers.clone().map(|n| format!("#EXTINF:1,\n{n}.mp4\n"));
        format!(
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:{}\n\
             #EXT-X-MAP:URI=\"init.mp4\"\n{}{end}",
            numbers.start,
            segments.collect::<String>()
        )
    };
    site.put("/init.mp4", mp4_init());
    for n in 0..6 {
        site.put(
            &format!("/{n}.mp4"),
            emsg(n * 1_000, 0, &id3(IVS, format!("segment {n}").as_bytes())),
        );
    }
    site.put("/live.m3u8", list(0..3, ""));
    let mut watch = watch(&site.at("/live.m3u8"), &["--json"]);
    let text = |frame: &Value| frame["text"].as_str().map(str::to_owned);
    assert_eq!(text(&watch.wait("a segment", |_| true)).as_deref(), Some("segment 2"));
    site.fail("/live.m3u8", 503);
    site.wait_fetched("/live.m3u8");
    site.put("/live.m3u8", list(1..5, ""));
    for wanted in ["segment 3", "segment 4"] {
        assert_eq!(text(&watch.wait("a segment", |_| true)).as_deref(), Some(wanted));
    }
    site.put("/live.m3u8", list(2..6, "#EXT-X-ENDLIST\n"));
    let ended = watch.end();
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(ended.events().last().and_then(text).as_deref(), Some("segment 5"), "{ended}");
    assert!(ended.stderr.contains("  trouble  the server answered 503\n"), "{ended}");
}

#[test]
fn an_encrypted_stream_is_refused() {
    let site = Site::new();
    site.put(
        "/a.m3u8",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:1,\na.ts\n",
    );
    let ended = watch(&site.at("/a.m3u8"), &[]).end();
    assert_eq!(ended.code, Some(3), "{ended}");
    assert!(ended.stderr.contains("is encrypted"), "{ended}");
}
