//! Playback as a player meets it, on a clock that the test moves.

use serde_json::json;

use crate::model::channel::LOCAL_CHANNEL_ARN;
use crate::model::limits::LOCAL_ENDED_STREAMS_MAX;
use crate::world::web::served::Served;

/// A started stream: where it is found.
struct Playing {
    served: Served,
    stream: String,
}

impl Playing {
    async fn new() -> Self {
        let served = Served::new().await;
        let stream = served.local.playing("local").expect("it is on air");
        Self { served, stream }
    }

    /// A request of one method; its answer with its head, as far as it is text.
    async fn ask(&self, method: &str, path: &str) -> String {
        self.served.raw(&[&format!("{method} {path} HTTP/1.1"), "Host: localhost"], "").await
    }

    async fn get(&self, file: &str) -> String {
        self.ask("GET", &format!("/local/{}/{file}", self.stream)).await
    }

    async fn post(&self, path: &str) {
        let of = json!({ "channelArn": LOCAL_CHANNEL_ARN }).to_string();
        let answer = self.served.post(path, &of).await;
        assert_eq!(status(&answer), "200", "{answer}");
    }
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("no answer")
}

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let found = answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    found.unwrap_or("none")
}

#[tokio::test]
async fn playback_leads_to_the_stream() {
    let playing = Playing::new().await;
    let answer = playing.ask("GET", "/local/playback.m3u8").await;
    assert_eq!(header(&answer, "content-type"), "application/vnd.apple.mpegurl");
    assert_eq!(header(&answer, "cache-control"), "no-cache");
    let uri = answer.lines().last().expect("the stream comes last");
    assert_eq!(uri, format!("{}/media.m3u8", playing.stream));
    playing.served.wait_ms(5_000);
    let answer = playing.get("media.m3u8").await;
    assert_eq!(status(&answer), "200", "{answer}");
    assert!(answer.contains("\n4.ts\n") && !answer.contains("\n5.ts\n"), "{answer}");
}

#[tokio::test]
async fn a_segment_has_its_length_and_a_part_is_a_piece_of_it() {
    let playing = Playing::new().await;
    playing.served.wait_ms(1_000);
    let length = |answer: &str| header(answer, "content-length").parse().unwrap_or(0_usize);
    let path = |file: &str| format!("/local/{}/{file}", playing.stream);
    let whole = playing.ask("HEAD", &path("0.ts")).await;
    assert_eq!(header(&whole, "content-type"), "video/mp2t");
    assert_eq!(header(&whole, "cache-control"), "public, max-age=60");
    let mut parts = 0;
    for part in 0..5 {
        let part = playing.ask("HEAD", &path(&format!("0.{part}.ts"))).await;
        assert_eq!(status(&part), "200", "{part}");
        parts += length(&part);
    }
    assert_eq!(length(&whole), parts);
    assert!(parts > 10 * 188 && parts.is_multiple_of(188), "{parts} bytes are no packets");
}

#[tokio::test]
async fn what_cannot_be_answered_says_why_and_every_page_may_read_it() {
    let playing = Playing::new().await;
    playing.served.wait_ms(2_500);
    for (file, wanted) in [
        ("media.m3u8?_HLS_part=1", "400"),
        ("media.m3u8?_HLS_msn=x", "400"),
        ("media.m3u8?_HLS_msn=-1", "400"),
        ("media.m3u8?_HLS_msn=1&_HLS_part=x", "400"),
        ("media.m3u8?_HLS_msn=5", "503"),
        ("media.m3u8?_HLS_msn=18446744073709551615&_HLS_part=18446744073709551615", "503"),
        ("5.ts", "503"),
        ("5.0.ts", "503"),
        ("1.5.ts", "404"),
        ("1.ts.ts", "404"),
        ("other.m3u8", "404"),
    ] {
        let answer = playing.get(file).await;
        assert_eq!(status(&answer), wanted, "{file}: {answer}");
        assert_eq!(header(&answer, "access-control-allow-origin"), "*", "{file}");
        assert!(answer.contains("exceptionMessage"), "{file}: {answer}");
    }
    for path in ["/none/playback.m3u8", "/%00/playback.m3u8", "/local/st-none/media.m3u8"] {
        let answer = playing.ask("GET", path).await;
        assert_eq!(status(&answer), "404", "{path}: {answer}");
        assert_eq!(header(&answer, "access-control-allow-origin"), "*", "{path}");
    }
    let other = playing.ask("GET", &format!("/other/{}/media.m3u8", playing.stream)).await;
    assert_eq!(status(&other), "404", "a stream is found on its own channel alone");
}

#[tokio::test]
async fn a_wait_has_an_end() {
    // The clock stands still, so the first part is never whole.
    let playing = Playing::new().await;
    let files = ["media.m3u8", "media.m3u8?_HLS_msn=2", "0.0.ts", "1.ts"];
    let waits = tokio::join!(
        playing.get(files[0]),
        playing.get(files[1]),
        playing.get(files[2]),
        playing.get(files[3]),
    );
    for (file, answer) in files.into_iter().zip(<[String; 4]>::from(waits)) {
        assert_eq!(status(&answer), "503", "{file}: {answer}");
        assert_eq!(header(&answer, "access-control-allow-origin"), "*", "{file}");
    }
}

#[tokio::test]
async fn a_page_that_asks_beforehand_is_let_in() {
    let playing = Playing::new().await;
    for path in ["/local/playback.m3u8", "/none/st-none/0.ts"] {
        let answer = playing.ask("OPTIONS", path).await;
        assert_eq!(status(&answer), "204", "{answer}");
        assert_eq!(header(&answer, "access-control-allow-origin"), "*");
        assert_eq!(header(&answer, "access-control-allow-headers"), "*");
    }
}

#[tokio::test]
async fn a_stream_that_ended_can_be_fetched_for_a_minute() {
    let playing = Playing::new().await;
    playing.served.wait_ms(3_300);
    playing.post("/local/off_air").await;
    assert_eq!(status(&playing.ask("GET", "/local/playback.m3u8").await), "404");
    playing.served.wait_ms(59_000);
    // Whoever waits for more is told that there is no more.
    let ended = playing.get("media.m3u8?_HLS_msn=4&_HLS_part=0").await;
    assert!(ended.contains("#EXT-X-ENDLIST") && !ended.contains("PRELOAD-HINT"), "{ended}");
    let last = playing.ask("HEAD", &format!("/local/{}/3.ts", playing.stream)).await;
    assert_eq!(status(&last), "200");
    assert_eq!(status(&playing.get("4.ts").await), "404");
    playing.served.wait_ms(1_001);
    assert_eq!(status(&playing.get("media.m3u8").await), "404");
    assert_eq!(status(&playing.get("3.ts").await), "404");
    playing.post("/local/on_air").await;
    let again = playing.served.local.playing("local").expect("it is on air");
    assert_ne!(again, playing.stream);
    assert_eq!(again.len(), 26);
}

#[tokio::test]
async fn streams_that_ended_are_not_kept_without_end() {
    let playing = Playing::new().await;
    let mut streams = Vec::new();
    for _ in 0..=LOCAL_ENDED_STREAMS_MAX {
        streams.push(playing.served.local.playing("local").expect("it is on air"));
        playing.served.local.off_air(LOCAL_CHANNEL_ARN).expect("it exists");
        playing.served.local.on_air(LOCAL_CHANNEL_ARN).expect("it exists");
    }
    let is_there = |stream: &String| playing.served.local.look(("local", stream), |_| ()).is_ok();
    assert!(!is_there(&streams[0]));
    assert!(streams[1..].iter().all(is_there));
}
