//! The local service by its own rules, on a clock that the test moves.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::model::channel::{ChannelArn, LOCAL_CHANNEL_ARN};
use crate::model::limits::{
    LOCAL_CHANNELS_MAX, LOCAL_PAYLOADS_PER_CHANNEL, LOCAL_SESSIONS_PER_CHANNEL,
};
use crate::model::time::Now;

use super::clip::test_picture;
use super::error::ServiceError;
use super::operation::Operation;
use super::request::Request;
use super::service::Service;
use crate::world::entropy;

const BASE: &str = "http://127.0.0.1:5001";

struct Bench {
    service: Service,
    now: Now,
}

impl Bench {
    fn new() -> Self {
        let now = Now { up: SignedDuration::ZERO, wall: Timestamp::UNIX_EPOCH };
        let service = Service::new(BASE, test_picture(), entropy::alphanumeric, now);
        Self { service, now }
    }

    fn wait_ms(&mut self, millis: i64) {
        self.now = self.now.plus(SignedDuration::from_millis(millis));
    }

    fn call(&mut self, operation: Operation, body: &Value) -> Result<Value, ServiceError> {
        let request = Request::read(operation, body.to_string().as_bytes())?;
        self.service.call(request, self.now).map(Option::unwrap_or_default)
    }

    fn put(&mut self, arn: &str, metadata: &str) -> &'static str {
        let body = json!({"channelArn": arn, "metadata": metadata});
        self.call(Operation::PutMetadata, &body).map_or_else(|error| error.code(), |_| "taken")
    }

    fn create(&mut self, name: &str) -> String {
        let made = self.call(Operation::CreateChannel, &json!({ "name": name }));
        let made = made.expect("there is room for a channel");
        made["channel"]["arn"].as_str().expect("a channel has an ARN").to_owned()
    }

    fn code(&mut self, operation: Operation, body: &Value) -> &'static str {
        self.call(operation, body).map_or_else(|error| error.code(), |_| "fine")
    }
}

#[test]
fn five_a_second_for_each_channel() {
    let mut bench = Bench::new();
    let other = bench.create("other");
    bench.service.on_air(&other, bench.now).expect("the channel exists");
    for _ in 0..5 {
        assert_eq!(bench.put(LOCAL_CHANNEL_ARN, "x"), "taken");
    }
    assert_eq!(bench.put(LOCAL_CHANNEL_ARN, "x"), "ThrottlingException");
    assert_eq!(bench.put(&other, "x"), "taken");
    bench.wait_ms(999);
    assert_eq!(bench.put(LOCAL_CHANNEL_ARN, "x"), "ThrottlingException");
    bench.wait_ms(1);
    assert_eq!(bench.put(LOCAL_CHANNEL_ARN, "x"), "taken");
}

#[test]
fn the_account_takes_155_a_second() {
    let mut bench = Bench::new();
    let arns: Vec<String> = (0..32).map(|n| bench.create(&format!("c{n}"))).collect();
    for arn in &arns {
        bench.service.on_air(arn, bench.now).expect("the channel exists");
    }
    let answers: Vec<&str> =
        arns.iter().flat_map(|arn| [arn; 5]).map(|arn| bench.put(arn, "x")).collect();
    assert_eq!(answers.iter().filter(|answer| **answer == "taken").count(), 155);
    assert_eq!(answers.last(), Some(&"ThrottlingException"));
}

#[test]
fn what_is_refused_for_its_content_uses_up_no_rate() {
    let mut bench = Bench::new();
    let large = "x".repeat(1_025);
    for _ in 0..5 {
        assert_eq!(bench.put(LOCAL_CHANNEL_ARN, &large), "ValidationException");
        assert_eq!(bench.put(LOCAL_CHANNEL_ARN, ""), "ValidationException");
        assert_eq!(bench.put("arn:aws:s3:::bucket", "x"), "ValidationException");
    }
    for _ in 0..5 {
        assert_eq!(bench.put(LOCAL_CHANNEL_ARN, &"é".repeat(512)), "taken");
    }
}

#[test]
fn a_channel_off_air_takes_nothing() {
    let mut bench = Bench::new();
    let arn = bench.create("mine");
    let by = json!({ "channelArn": arn });
    assert_eq!(bench.put(&arn, "x"), "ChannelNotBroadcasting");
    assert_eq!(bench.code(Operation::GetStream, &by), "ChannelNotBroadcasting");
    assert_eq!(bench.code(Operation::StopStream, &by), "ChannelNotBroadcasting");
    bench.service.on_air(&arn, bench.now).expect("the channel exists");
    assert_eq!(bench.put(&arn, "x"), "taken");
    assert_eq!(bench.code(Operation::DeleteChannel, &json!({ "arn": arn })), "ConflictException");
    assert_eq!(bench.code(Operation::UpdateChannel, &json!({ "arn": arn })), "ConflictException");
    assert_eq!(bench.code(Operation::StopStream, &by), "fine");
    assert_eq!(bench.put(&arn, "x"), "ChannelNotBroadcasting");
    assert_eq!(bench.code(Operation::DeleteChannel, &json!({ "arn": arn })), "fine");
    assert_eq!(bench.put(&arn, "x"), "ResourceNotFoundException");
}

#[test]
fn a_stream_is_described_as_the_service_does() {
    let mut bench = Bench::new();
    let by = json!({ "channelArn": LOCAL_CHANNEL_ARN });
    let stream = bench.call(Operation::GetStream, &by).expect("it is live")["stream"].clone();
    let id = stream["streamId"].as_str().expect("a stream has an id");
    assert_eq!((id.len(), &id[..3]), (26, "st-"));
    assert_eq!(stream["startTime"], "1970-01-01T00:00:00Z");
    assert_eq!(stream["playbackUrl"], "http://127.0.0.1:5001/local/playback.m3u8");
    assert_eq!((&stream["state"], &stream["health"]), (&json!("LIVE"), &json!("HEALTHY")));
    for _ in 0..4 {
        assert_eq!(bench.code(Operation::GetStream, &by), "fine");
    }
    assert_eq!(bench.code(Operation::GetStream, &by), "ThrottlingException");
    bench.service.on_air(LOCAL_CHANNEL_ARN, bench.now).expect("it exists");
    bench.wait_ms(1_000);
    let again = bench.call(Operation::GetStream, &by).expect("it is live");
    assert_eq!(again["stream"]["streamId"], stream["streamId"]);
}

#[test]
fn the_last_streams_of_a_channel_are_remembered_newest_first() {
    let mut bench = Bench::new();
    let by = json!({ "channelArn": LOCAL_CHANNEL_ARN });
    let first = bench.call(Operation::GetStreamSession, &by).expect("it is live");
    assert_eq!(first["streamSession"]["endTime"], Value::Null);
    for _ in 0..LOCAL_SESSIONS_PER_CHANNEL {
        bench.service.off_air(LOCAL_CHANNEL_ARN, bench.now).expect("it exists");
        bench.wait_ms(1_000);
        bench.service.on_air(LOCAL_CHANNEL_ARN, bench.now).expect("it exists");
    }
    let listed = bench.call(Operation::ListStreamSessions, &by).expect("it exists");
    let listed = listed["streamSessions"].as_array().expect("there is a list").clone();
    assert_eq!(listed.len(), LOCAL_SESSIONS_PER_CHANNEL);
    assert_eq!(listed[0]["startTime"], "1970-01-01T00:01:40Z");
    assert_eq!(listed[0]["endTime"], Value::Null);
    assert_eq!(listed[1]["endTime"], "1970-01-01T00:01:39Z");
    let forgotten = json!({"channelArn": LOCAL_CHANNEL_ARN,
        "streamId": first["streamSession"]["streamId"]});
    let code = bench.code(Operation::GetStreamSession, &forgotten);
    assert_eq!(code, "ResourceNotFoundException");
    for wrong in ["", "st-", "x", "st-0123456789012345678901ä"] {
        let wrong = json!({"channelArn": LOCAL_CHANNEL_ARN, "streamId": wrong});
        assert_eq!(bench.code(Operation::GetStreamSession, &wrong), "ValidationException");
    }
}

#[test]
fn lists_come_in_pages_without_gaps() {
    let mut bench = Bench::new();
    let mut made: Vec<String> = (0..7).map(|_| bench.create("same")).collect();
    made.sort();
    let (mut listed, mut token) = (Vec::new(), Value::Null);
    for _ in 0..4 {
        let body = json!({"filterByName": "same", "maxResults": 2, "nextToken": token});
        let page = bench.call(Operation::ListChannels, &body).expect("the call is valid");
        let channels = page["channels"].as_array().expect("a page has channels").clone();
        listed.extend(channels.iter().filter_map(|it| it["arn"].as_str().map(str::to_owned)));
        token = page["nextToken"].clone();
    }
    assert_eq!((listed, token), (made, Value::Null));
    let both = json!({"filterByName": "same", "filterByRecordingConfigurationArn": "arn:x"});
    assert_eq!(bench.code(Operation::ListChannels, &both), "ConflictException");
    for wrong in [json!({"maxResults": 0}), json!({"maxResults": 101}), json!({"nextToken": "ä"})]
    {
        assert_eq!(bench.code(Operation::ListStreams, &wrong), "ValidationException");
    }
}

#[test]
fn a_channel_has_the_services_defaults_and_keeps_what_is_set() {
    let mut bench = Bench::new();
    let made = bench.call(Operation::CreateChannel, &json!({})).expect("nothing is required");
    let channel = &made["channel"];
    assert_eq!((&channel["latencyMode"], &channel["type"]), (&json!("LOW"), &json!("STANDARD")));
    assert_eq!((&channel["authorized"], &channel["preset"]), (&json!(false), &json!("")));
    assert_eq!(made["streamKey"]["channelArn"], channel["arn"]);
    let body = json!({"arn": channel["arn"], "type": "ADVANCED_HD", "name": "new-name"});
    let changed = bench.call(Operation::UpdateChannel, &body).expect("it is off air");
    assert_eq!(changed["channel"]["preset"], "HIGHER_BANDWIDTH_DELIVERY");
    assert_eq!(changed["channel"]["name"], "new-name");
    assert_eq!(changed["channel"]["latencyMode"], "LOW");
    for wrong in [
        json!({"name": "two words"}),
        json!({"type": "HUGE"}),
        json!({"preset": "HIGHER_BANDWIDTH_DELIVERY"}),
        json!({"tags": {"": "x"}}),
        json!({"multitrackInputConfiguration": {"enabled": true}}),
    ] {
        assert_eq!(bench.code(Operation::CreateChannel, &wrong), "ValidationException", "{wrong}");
    }
    let elsewhere = json!({"recordingConfigurationArn": "arn:aws:ivs:us-west-2:1:x/y"});
    assert_eq!(bench.code(Operation::CreateChannel, &elsewhere), "ResourceNotFoundException");
}

#[test]
fn a_batch_names_what_it_did_not_find() {
    let mut bench = Bench::new();
    let missing = "arn:aws:ivs:us-west-2:000000000000:channel/none";
    let body = json!({"arns": [LOCAL_CHANNEL_ARN, missing]});
    let batch = bench.call(Operation::BatchGetChannel, &body).expect("the call is valid");
    assert_eq!(batch["channels"][0]["name"], "local");
    assert_eq!(batch["errors"][0]["arn"], missing);
    assert_eq!(batch["errors"][0]["code"], "ResourceNotFoundException");
    for arns in [vec![], vec![LOCAL_CHANNEL_ARN; 51]] {
        let code = bench.code(Operation::BatchGetChannel, &json!({ "arns": arns }));
        assert_eq!(code, "ValidationException");
    }
}

#[test]
fn the_last_payloads_are_remembered_newest_first() {
    let mut bench = Bench::new();
    let count = LOCAL_PAYLOADS_PER_CHANNEL + 5;
    for n in 0..count {
        bench.wait_ms(200);
        assert_eq!(bench.put(LOCAL_CHANNEL_ARN, &format!("{n}")), "taken");
    }
    let kept = bench.service.payloads(LOCAL_CHANNEL_ARN).expect("it exists").unwrap_or_default();
    let kept = kept["payloads"].as_array().expect("there is a list");
    assert_eq!(kept.len(), LOCAL_PAYLOADS_PER_CHANNEL);
    assert_eq!(kept[0]["metadata"], (count - 1).to_string());
    assert_eq!(kept[0]["bytes"], 4);
    assert_eq!(kept[999]["metadata"], "5");
    assert!(kept[0]["streamId"].as_str().is_some_and(|id| id.starts_with("st-")));
}

#[test]
fn a_channel_is_added_by_its_id_once_and_on_air() {
    let mut bench = Bench::new();
    let second = ChannelArn::beside_local("second").expect("it is an id");
    for _ in 0..2 {
        bench.service.add(&second, bench.now).expect("there is room");
    }
    assert_eq!(bench.put(second.as_str(), "x"), "taken");
    let listed = bench.call(Operation::ListChannels, &json!({})).expect("a list");
    let names = listed["channels"].as_array().expect("a list").iter();
    let names: Vec<&Value> = names.map(|channel| &channel["name"]).collect();
    assert_eq!(names, [&json!("local"), &json!("second")]);
    assert!(ChannelArn::beside_local("no id").is_err());
}

#[test]
fn channels_are_bounded() {
    let mut bench = Bench::new();
    for n in 1..LOCAL_CHANNELS_MAX {
        bench.create(&format!("c{n}"));
    }
    let code = bench.code(Operation::CreateChannel, &json!({}));
    assert_eq!(code, "ServiceQuotaExceededException");
}
