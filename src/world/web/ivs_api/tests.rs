//! The wire as a client meets it, byte by byte, on a real port.

use serde_json::{Value, json};

use crate::model::channel::LOCAL_CHANNEL_ARN;
use crate::world::web::served::Served;

fn put(metadata: &str) -> String {
    json!({"channelArn": LOCAL_CHANNEL_ARN, "metadata": metadata}).to_string()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("no answer")
}

fn body(answer: &str) -> Value {
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    serde_json::from_str(body).unwrap_or_default()
}

fn code(answer: &str) -> String {
    let line = answer.lines().find_map(|line| line.strip_prefix("x-amzn-errortype: "));
    line.unwrap_or("none").to_owned()
}

#[tokio::test]
async fn a_payload_is_answered_with_204_and_nothing() {
    let served = Served::new().await;
    let answer = served.post("/PutMetadata", &put("hello")).await;
    assert_eq!((status(&answer), body(&answer)), ("204", Value::Null), "{answer}");
    assert!(answer.contains("x-amzn-requestid: "), "{answer}");
    let kept = format!("GET /local/payloads?channelArn={LOCAL_CHANNEL_ARN} HTTP/1.1");
    let kept = served.raw(&[&kept, "Host: localhost"], "").await;
    assert_eq!(body(&kept)["payloads"][0]["metadata"], "hello");
    assert_eq!(body(&kept)["payloads"][0]["at"], "1970-01-01T00:00:00Z");
}

#[tokio::test]
async fn errors_carry_their_code_in_a_header_and_words_in_the_body() {
    let served = Served::new().await;
    let answer = served.post("/PutMetadata", &put(&"x".repeat(1_025))).await;
    assert_eq!((status(&answer), code(&answer).as_str()), ("400", "ValidationException"));
    assert_eq!(body(&answer), json!({"exceptionMessage": "Metadata size exceeds payload limit"}));
    for _ in 0..5 {
        assert_eq!(status(&served.post("/PutMetadata", &put("x")).await), "204");
    }
    let answer = served.post("/PutMetadata", &put("x")).await;
    assert_eq!((status(&answer), code(&answer).as_str()), ("429", "ThrottlingException"));
    served.wait_ms(1_000);
    assert_eq!(status(&served.post("/PutMetadata", &put("x")).await), "204");
    for body in ["", "{", "[]", "{}", r#"{"channelArn":5,"metadata":"x"}"#] {
        let answer = served.post("/PutMetadata", body).await;
        assert_eq!((status(&answer), code(&answer).as_str()), ("400", "ValidationException"));
    }
}

#[tokio::test]
async fn what_is_no_operation_is_said_to_be_none() {
    let served = Served::new().await;
    for head in ["POST /Nothing HTTP/1.1", "GET /PutMetadata HTTP/1.1", "GET /x/y HTTP/1.1"] {
        let answer = served.raw(&[head, "Host: localhost"], "").await;
        assert_eq!((status(&answer), code(&answer).as_str()), ("404", "UnknownOperationException"));
    }
}

#[tokio::test]
async fn content_type_and_signature_do_not_matter() {
    let served = Served::new().await;
    for header in ["Content-Type: text/plain", "Authorization: AWS4-HMAC-SHA256 nonsense"] {
        let head = ["POST /ListStreams HTTP/1.1", "Host: localhost", header];
        let answer = served.raw(&head, "{}").await;
        assert_eq!(body(&answer)["streams"][0]["channelArn"], LOCAL_CHANNEL_ARN, "{answer}");
    }
}

#[tokio::test]
async fn faults_come_in_their_order_and_a_lost_answer_is_taken() {
    let served = Served::new().await;
    let faults = json!({"channelArn": LOCAL_CHANNEL_ARN, "throttled": 1, "unavailable": 1,
        "lost_answers": 1, "delay_ms": 1});
    let answer = served.post("/local/faults", &faults.to_string()).await;
    assert_eq!(status(&answer), "200", "{answer}");
    assert_eq!(served.post("/PutMetadata", &put("lost")).await, "");
    assert_eq!(code(&served.post("/PutMetadata", &put("5xx")).await), "ServiceUnavailable");
    assert_eq!(code(&served.post("/PutMetadata", &put("429")).await), "ThrottlingException");
    assert_eq!(status(&served.post("/PutMetadata", &put("last")).await), "204");
    let kept = served.local.payloads(LOCAL_CHANNEL_ARN).expect("it exists").unwrap_or_default();
    let kept: Vec<&Value> =
        kept["payloads"].as_array().into_iter().flatten().map(|it| &it["metadata"]).collect();
    assert_eq!(kept, ["last", "lost"]);
}

#[tokio::test]
async fn faults_may_concern_another_operation() {
    let served = Served::new().await;
    let faults = json!({"channelArn": LOCAL_CHANNEL_ARN, "unavailable": 1,
        "operation": "ListStreams"});
    served.post("/local/faults", &faults.to_string()).await;
    assert_eq!(status(&served.post("/PutMetadata", &put("x")).await), "204");
    assert_eq!(status(&served.post("/ListStreams", "{}").await), "503");
    assert_eq!(status(&served.post("/ListStreams", "{}").await), "200");
    let unknown = json!({"channelArn": LOCAL_CHANNEL_ARN, "operation": "Nothing"});
    assert_eq!(status(&served.post("/local/faults", &unknown.to_string()).await), "400");
}

#[tokio::test]
async fn off_air_and_on_air_again_is_another_stream() {
    let served = Served::new().await;
    let of = json!({"channelArn": LOCAL_CHANNEL_ARN}).to_string();
    let stream = |answer: &str| body(answer)["stream"]["streamId"].clone();
    let first = stream(&served.post("/GetStream", &of).await);
    assert_eq!(status(&served.post("/local/off_air", &of).await), "200");
    let answer = served.post("/PutMetadata", &put("x")).await;
    assert_eq!((status(&answer), code(&answer).as_str()), ("404", "ChannelNotBroadcasting"));
    let second = stream(&served.post("/local/on_air", &of).await);
    assert_ne!(first, second);
    assert_eq!(stream(&served.post("/GetStream", &of).await), second);
}

#[tokio::test]
async fn pages_from_elsewhere_and_names_from_elsewhere_are_refused() {
    let served = Served::new().await;
    let foreign = "Origin: https://evil.test";
    let kept = format!("GET /local/payloads?channelArn={LOCAL_CHANNEL_ARN} HTTP/1.1");
    for head in [
        ["POST /local/off_air HTTP/1.1", "Host: localhost", foreign],
        [&kept, "Host: localhost", foreign],
        ["POST /PutMetadata HTTP/1.1", "Host: localhost", foreign],
        ["GET /anything HTTP/1.1", "Host: evil.test", "Accept: */*"],
    ] {
        assert_eq!(status(&served.raw(&head, "{}").await), "403", "{head:?}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let served = Served::new().await;
    let answer = served.post("/PutMetadata", &" ".repeat(70_000)).await;
    assert_eq!((status(&answer), code(&answer).as_str()), ("400", "ValidationException"));
}
