//! The local channel's stream as a player fetches it, over HTTP from the binary.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use ureq::http::{HeaderMap, Request};
use ureq::{Agent, Body};

use crate::rig::{BOUND, House, LOCAL, Local, command, left_out, post, until};

/// Bytes of a packet of MPEG-TS, and the byte it begins with.
const PACKET: usize = 188;
const SYNC: u8 = 0x47;

/// An answer, whole.
struct Answer {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("it is text")
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("it is text"))
    }

    /// Whether it is a stretch of MPEG-TS.
    fn is_ts(&self) -> bool {
        let mut packets = self.bytes.chunks(PACKET);
        !self.bytes.is_empty() && packets.all(|it| it.len() == PACKET && it[0] == SYNC)
    }
}

fn ask(method: &str, url: &str) -> (u16, HeaderMap, Body) {
    let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(BOUND));
    let agent = Agent::new_with_config(config.allow_non_standard_methods(true).build());
    let request = Request::builder().method(method).uri(url).body(()).expect("it is a request");
    let (head, body) = agent.run(request).expect("it answers").into_parts();
    (head.status.as_u16(), head.headers, body)
}

fn fetch(url: &str) -> Answer {
    let (status, headers, mut body) = ask("GET", url);
    let mut bytes = Vec::new();
    body.as_reader().read_to_end(&mut bytes).expect("the answer is whole");
    Answer { status, headers, bytes }
}

/// Where the media playlist of what is on air lies.
fn media(local: &Local) -> String {
    let playback = fetch(&format!("{}/local/playback.m3u8", local.url));
    assert_eq!(playback.status, 200, "{}", playback.text());
    let uri = playback.text().lines().last().expect("the stream comes last");
    format!("{}/local/{uri}", local.url)
}

/// What lies beside a playlist.
fn beside(media: &str, name: &str) -> String {
    let folder = media.rsplit_once('/').expect("it has a path").0;
    format!("{folder}/{name}")
}

/// The part that comes next, by its segment and its place in that.
fn hinted(playlist: &str) -> (u64, u64) {
    let hint = playlist.split("PRELOAD-HINT:TYPE=PART,URI=\"").nth(1).expect("it goes on");
    let mut numbers = hint.split('.').map(str::parse);
    let mut number = || numbers.next().expect("it has numbers").expect("they are numbers");
    (number(), number())
}

fn part_name((msn, part): (u64, u64)) -> String {
    format!("{msn}.{part}.ts")
}

fn put(local: &Local, metadata: &str) {
    let body = json!({ "channelArn": LOCAL, "metadata": metadata }).to_string();
    let (status, answer) = post(&format!("{}/PutMetadata", local.url), &[], &body);
    assert_eq!(status, 204, "{answer}");
}

/// How often a text is in the metadata of a stretch of MPEG-TS: the packets of every PID are put
/// together first, for a large text lies in several.
fn count(ts: &[u8], text: &str) -> usize {
    let mut pids: BTreeMap<u16, Vec<u8>> = BTreeMap::new();
    for packet in ts.chunks(PACKET) {
        let pid = u16::from_be_bytes([packet[1] & 0x1F, packet[2]]);
        let adaptation = if packet[3] & 0x20 == 0 { 0 } else { 1 + usize::from(packet[4]) };
        pids.entry(pid).or_default().extend(&packet[4 + adaptation..]);
    }
    let is_text = |window: &&[u8]| *window == text.as_bytes();
    pids.values().map(|bytes| bytes.windows(text.len()).filter(is_text).count()).sum()
}

#[test]
fn a_reload_waits_until_the_part_is_listed_and_the_part_is_there() {
    let local = Local::start();
    let media = media(&local);
    let mut next = hinted(fetch(&media).text());
    for _ in 0..8 {
        let (msn, part) = next;
        let reload = fetch(&format!("{media}?_HLS_msn={msn}&_HLS_part={part}"));
        assert_eq!(reload.status, 200, "{}", reload.text());
        let listed = reload.text().split("PRELOAD-HINT").next().unwrap_or_default();
        let name = part_name(next);
        assert!(listed.contains(&format!("URI=\"{name}\",INDEPENDENT=YES")), "{name}: {listed}");
        assert!(fetch(&beside(&media, &name)).is_ts(), "{name}");
        next = hinted(reload.text());
        assert!(next > (msn, part), "{next:?} comes after {msn}.{part}");
    }
}

#[test]
fn the_hinted_part_and_the_next_segment_are_waited_for() {
    let local = Local::start();
    let media = media(&local);
    let next = hinted(fetch(&media).text());
    let part = fetch(&beside(&media, &part_name(next)));
    assert_eq!(part.header("content-type"), "video/mp2t");
    assert!(part.is_ts());
    // What is in progress comes in chunks, and is the same as what is whole.
    let name = format!("{}.ts", next.0 + 1);
    let in_progress = fetch(&beside(&media, &name));
    let whole = fetch(&beside(&media, &name));
    assert_eq!(in_progress.header("transfer-encoding"), "chunked");
    assert_eq!(whole.header("content-length"), whole.bytes.len().to_string());
    assert!(whole.is_ts() && in_progress.bytes == whole.bytes);
}

#[test]
fn a_payload_is_in_the_stream_at_once_and_once() {
    let local = Local::start();
    let media = media(&local);
    let before = hinted(fetch(&media).text());
    let largest = format!("{}</script>\"", "é".repeat(507));
    assert_eq!(largest.len(), 1_024);
    put(&local, "short é");
    put(&local, &largest);
    let after = hinted(fetch(&media).text());
    let segments = before.0..=after.0 + 1;
    let all: Vec<u8> =
        segments.flat_map(|msn| fetch(&beside(&media, &format!("{msn}.ts"))).bytes).collect();
    assert_eq!((count(&all, "short é"), count(&all, &largest)), (1, 1));
}

#[test]
fn off_air_ends_the_stream_and_on_air_begins_another() {
    let local = Local::start();
    let first = media(&local);
    let next = hinted(fetch(&first).text());
    fetch(&format!("{first}?_HLS_msn={}&_HLS_part={}", next.0, next.1));
    local.off_air();
    let ended = fetch(&first);
    assert_eq!(ended.status, 200);
    assert!(ended.text().trim_end().ends_with("#EXT-X-ENDLIST"), "{}", ended.text());
    assert!(!ended.text().contains("PRELOAD-HINT") && !ended.text().contains("PREFETCH"));
    assert!(fetch(&beside(&first, &part_name(next))).is_ts());
    let playback = fetch(&format!("{}/local/playback.m3u8", local.url));
    assert_eq!((playback.status, playback.header("access-control-allow-origin")), (404, "*"));
    local.on_air();
    let second = media(&local);
    assert_ne!(first, second);
    let stream = second.rsplit('/').nth(1).expect("it has a path");
    assert_eq!((stream.len(), &stream[..3]), (26, "st-"));
    assert!(fetch(&second).text().contains("#EXT-X-MEDIA-SEQUENCE:0\n"));
    assert!(fetch(&first).text().contains("#EXT-X-ENDLIST"), "the first one stays for a while");
}

#[test]
fn who_waits_when_the_stream_ends_is_told() {
    let local = Local::start();
    let media = media(&local);
    let (msn, _) = hinted(fetch(&media).text());
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| fetch(&format!("{media}?_HLS_msn={}", msn + 2)));
        local.off_air();
        let told = waiting.join().expect("it is answered");
        assert!(told.text().contains("#EXT-X-ENDLIST"), "{}", told.text());
    });
}

#[test]
fn bad_requests_are_answered_soon_and_every_page_may_read_why() {
    let local = Local::start();
    let media = media(&local);
    let (msn, _) = hinted(fetch(&media).text());
    let far = msn + 60;
    for (url, wanted) in [
        (format!("{}/none/playback.m3u8", local.url), 404),
        (format!("{}/local/st-none/media.m3u8", local.url), 404),
        (beside(&media, "none.ts"), 404),
        (format!("{media}?_HLS_part=0"), 400),
        (format!("{media}?_HLS_msn=one"), 400),
        (format!("{media}?_HLS_msn=0&_HLS_part=one"), 400),
        (format!("{media}?_HLS_msn={far}"), 503),
        (format!("{media}?_HLS_msn={far}&_HLS_part=0"), 503),
        (beside(&media, &format!("{far}.ts")), 503),
    ] {
        let asked = Instant::now();
        let answer = fetch(&url);
        assert!(asked.elapsed() < Duration::from_secs(2), "{url}");
        assert_eq!(answer.status, wanted, "{url}: {}", answer.text());
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{url}");
        assert!(answer.text().starts_with("{\"exceptionMessage\":"), "{url}: {}", answer.text());
    }
    let (status, headers, _) = ask("OPTIONS", &media);
    let origin = headers.get("access-control-allow-origin").expect("every page may ask");
    assert_eq!((status, origin.as_bytes()), (204, b"*".as_slice()));
}

#[test]
fn the_service_says_where_it_is_watched() {
    let local = Local::start();
    for (operation, body) in
        [("GetChannel", json!({ "arn": LOCAL })), ("GetStream", json!({ "channelArn": LOCAL }))]
    {
        let (_, said) = post(&format!("{}/{operation}", local.url), &[], &body.to_string());
        let of = if operation == "GetChannel" { &said["channel"] } else { &said["stream"] };
        let url = of["playbackUrl"].as_str().expect("it is a text");
        assert_eq!(fetch(url).status, 200, "{url}");
    }
}

/// Whether ffmpeg is on the PATH; says what is left out where it is not.
fn has_ffmpeg() -> bool {
    let found = Command::new("ffmpeg").arg("-version").output().is_ok();
    if !found {
        left_out("ffmpeg", "`apt-get install ffmpeg` brings it");
    }
    found
}

/// The binary with the developer's PATH, on which ffmpeg is.
fn with_path(args: &[&str]) -> Command {
    let mut command = command(args);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn make_video(path: &Path, more: &[&str]) {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", "testsrc=size=322x182:rate=25:duration=3"]);
    let made = ffmpeg.args(more).arg(path).output().expect("it can be started");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn a_video_of_ones_own_is_played() {
    if !has_ffmpeg() {
        return;
    }
    let house = House::with("");
    let sound = ["-f", "lavfi", "-i", "sine=duration=3"];
    for (name, more) in [("silent.mkv", [].as_slice()), ("loud.mp4", sound.as_slice())] {
        let video = house.at(name);
        make_video(&video, more);
        let clip = video.display().to_string();
        let local = Local::begin(&mut with_path(&["local", "--port", "0", "--clip", &clip]));
        let playback = fetch(&format!("{}/local/playback.m3u8", local.url));
        assert!(playback.text().contains("RESOLUTION=322x182,"), "{}", playback.text());
        assert!(fetch(&beside(&media(&local), "0.ts")).is_ts(), "{name}");
    }
}

#[test]
fn what_is_no_video_is_refused() {
    let house = House::with("");
    let text = house.write("poem.mp4", "a poem is no video");
    let poem = text.display().to_string();
    let end = |command: &mut Command| crate::rig::Runner::start(command).end();
    for (name, why) in [("gone.mp4", "No such file"), ("show", "it is no regular file")] {
        let gone = house.at(name).display().to_string();
        let missing = end(&mut command(&["local", "--port", "0", "--clip", &gone]));
        assert_eq!(missing.code, Some(2), "{missing}");
        let wanted = format!("cannot read the clip `{gone}`: {why}");
        assert!(missing.stderr.contains(&wanted), "{missing}");
    }
    let elsewhere =
        ["scripts/cat_facts.rhai", "--endpoint-url", "http://127.0.0.1:1", "--clip", &poem];
    let unused = end(&mut command(&elsewhere));
    assert_eq!(unused.code, Some(2), "{unused}");
    assert!(unused.stderr.contains("this run serves none\nhint: "), "{unused}");
    let bare = end(command(&["local", "--port", "0", "--clip", &poem]).env("PATH", "/nonexistent"));
    assert_eq!(bare.code, Some(2), "{bare}");
    assert!(bare.stderr.contains("needs ffmpeg, which is not on the PATH\nhint: "), "{bare}");
    if has_ffmpeg() {
        let refused = end(&mut with_path(&["local", "--port", "0", "--clip", &poem]));
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains("is no video that ffmpeg can read: "), "{refused}");
    }
}

#[test]
fn many_who_wait_hold_up_nobody() {
    let local = Local::start();
    let media = media(&local);
    std::thread::scope(|scope| {
        let waiting: Vec<_> = (0..100)
            .map(|_| {
                scope.spawn(|| {
                    let (msn, part) = hinted(fetch(&media).text());
                    fetch(&format!("{media}?_HLS_msn={msn}&_HLS_part={part}")).status
                })
            })
            .collect();
        put(&local, "meanwhile");
        for waited in waiting {
            assert_eq!(waited.join().expect("it is answered"), 200);
        }
    });
    until("the payload", || local.payloads(LOCAL).contains(&"meanwhile".to_owned()).then_some(()));
}
