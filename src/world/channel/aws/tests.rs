//! The SDK's errors as answers: through its own mocks, and over the wire against the local channel.

use std::net::TcpListener;

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_ivs::Client;
use aws_sdk_ivs::config::{BehaviorVersion, Region};
use aws_smithy_mocks::{Rule, mock, mock_client};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::json;

use super::{AwsError, Credentials, Ivs, Target, Until};
use crate::model::channel::{ChannelArn, LOCAL_CHANNEL_ARN};
use crate::model::delivery::{Answer, Refusal};
use crate::model::io::{AskFailure, Page, Seen};
use crate::model::payload::Payload;
use crate::world::web::served::Served;

fn payload(text: &str) -> Payload {
    text.parse().expect("it is short")
}

fn class(answer: &Answer) -> &'static str {
    match answer {
        Answer::Taken | Answer::TakenLate => "taken",
        Answer::Lost { .. } => "lost",
        Answer::Refused { refusal, .. } => match refusal {
            Refusal::Throttled => "throttled",
            Refusal::Unavailable => "unavailable",
            Refusal::OffAir => "off air",
            Refusal::Rejected => "rejected",
        },
    }
}

fn response(status: u16, code: &'static str, body: &'static str) -> HttpResponse {
    let status = StatusCode::try_from(status).expect("it is a status");
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    if !code.is_empty() {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}

/// What puts come to that the service answers in these ways, one after the other.
async fn puts_answered(ways: &[(u16, &'static str, &'static str)]) -> Vec<Answer> {
    let rule = |&(status, code, body): &(u16, &'static str, &'static str)| {
        mock!(Client::put_metadata).then_http_response(move || response(status, code, body))
    };
    let rules: Vec<Rule> = ways.iter().map(rule).collect();
    // Making a client reads the root certificates: one for all of them.
    let ivs = Ivs::of(mock_client!(aws_sdk_ivs, &rules));
    let mut answers = Vec::new();
    for _ in ways {
        answers.push(ivs.put(&ChannelArn::local(), &payload("x")).await);
    }
    answers
}

#[tokio::test]
async fn codes_and_statuses_decide() {
    let html = "<html>a proxy says hello</html>";
    let wanted = [
        (204, "", "", "taken"),
        (400, "ValidationException", "{}", "rejected"),
        (403, "AccessDeniedException", "{}", "rejected"),
        (403, "PendingVerification", "{}", "rejected"),
        (404, "ResourceNotFoundException", "{}", "rejected"),
        (404, "ChannelNotBroadcasting", "{}", "off air"),
        (429, "ThrottlingException", "{}", "throttled"),
        (400, "ThrottlingException", "{}", "throttled"),
        (403, "ExpiredTokenException", "{}", "unavailable"),
        (403, "UnrecognizedClientException", "{}", "unavailable"),
        (403, "InvalidSignatureException", "{}", "unavailable"),
        (400, "RequestExpired", "{}", "unavailable"),
        (500, "InternalServerException", "{}", "unavailable"),
        (503, "", "{}", "unavailable"),
        (502, "NobodyKnowsThisException", "{}", "unavailable"),
        (429, "", "{}", "throttled"),
        (418, "", "{}", "rejected"),
        (502, "", html, "unavailable"),
        (429, "", html, "throttled"),
        (404, "", html, "rejected"),
    ];
    let ways = wanted.map(|(status, code, body, _)| (status, code, body));
    for (answer, wanted) in puts_answered(&ways).await.iter().zip(wanted) {
        assert_eq!(class(answer), wanted.3, "{wanted:?}: {answer:?}");
    }
}

#[tokio::test]
async fn the_words_are_the_services_own() {
    let body = r#"{"exceptionMessage":"Metadata size exceeds payload limit"}"#;
    let message = "ValidationException: Metadata size exceeds payload limit".to_owned();
    let answers = puts_answered(&[(400, "ValidationException", body), (503, "", "")]).await;
    assert_eq!(answers[0], Answer::Refused { refusal: Refusal::Rejected, message });
    let message = "HTTP status 503".to_owned();
    assert_eq!(answers[1], Answer::Refused { refusal: Refusal::Unavailable, message });
}

#[tokio::test]
async fn asking_tells_what_is_known() {
    let local = ChannelArn::local();
    let wanted = [
        (404, "ChannelNotBroadcasting", Seen::NotLive),
        (403, "AccessDeniedException", Seen::NotPermitted),
        (404, "ResourceNotFoundException", Seen::NoChannel),
        (429, "ThrottlingException", Seen::Unknown),
        (500, "", Seen::Unknown),
        (404, "", Seen::Failed(AskFailure::Unreachable("HTTP status 404".to_owned()))),
    ];
    let rule = |&(status, code, _): &(u16, &'static str, Seen)| {
        mock!(Client::get_stream).then_http_response(move || response(status, code, ""))
    };
    let rules: Vec<Rule> = wanted.iter().map(rule).collect();
    let ivs = Ivs::of(mock_client!(aws_sdk_ivs, &rules));
    for (status, code, seen) in wanted {
        assert_eq!(ivs.stream(&local).await, seen, "{status} {code}");
    }
    let rule = mock!(Client::list_streams)
        .then_http_response(|| response(403, "AccessDeniedException", ""));
    let ivs = Ivs::of(mock_client!(aws_sdk_ivs, [&rule]));
    assert_eq!(ivs.page(None).await, Page::NotPermitted);
}

fn ivs(served: &Served) -> Ivs {
    Ivs::new(Target::local(served.url()))
}

fn metadata(served: &Served) -> Vec<String> {
    let kept = served.local.payloads(LOCAL_CHANNEL_ARN).expect("it exists").unwrap_or_default();
    let kept = kept["payloads"].as_array().cloned().unwrap_or_default();
    kept.iter().filter_map(|it| it["metadata"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn over_the_wire_a_payload_arrives_once() {
    let served = Served::new().await;
    let (ivs, local) = (ivs(&served), ChannelArn::local());
    assert_eq!(ivs.put(&local, &payload("hello")).await, Answer::Taken);
    assert_eq!(metadata(&served), ["hello"]);
    for _ in 0..4 {
        assert_eq!(ivs.put(&local, &payload("x")).await, Answer::Taken);
    }
    assert_eq!(class(&ivs.put(&local, &payload("x")).await), "throttled");
    let none = "arn:aws:ivs:us-west-2:000000000000:channel/none".parse().expect("it is an ARN");
    assert_eq!(class(&ivs.put(&none, &payload("x")).await), "rejected");
    assert_eq!(metadata(&served).len(), 5);
}

#[tokio::test]
async fn over_the_wire_faults_are_what_they_are() {
    let served = Served::new().await;
    let (ivs, local) = (ivs(&served), ChannelArn::local());
    let faults = json!({"channelArn": local, "lost_answers": 1, "unavailable": 1, "throttled": 1});
    served.post("/local/faults", &faults.to_string()).await;
    let mut classes = Vec::new();
    for n in 1..=4 {
        classes.push(class(&ivs.put(&local, &payload(&n.to_string())).await));
    }
    assert_eq!(classes, ["lost", "unavailable", "throttled", "taken"]);
    assert_eq!(metadata(&served), ["4", "1"], "a lost answer's payload was taken, and only once");
    served.local.off_air(LOCAL_CHANNEL_ARN).expect("it exists");
    assert_eq!(class(&ivs.put(&local, &payload("x")).await), "off air");
    assert_eq!(ivs.stream(&local).await, Seen::NotLive);
}

#[tokio::test]
async fn a_connection_that_never_came_about_was_not_lost() {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
    let closed = closed.expect("a port is free, and closed again");
    let ivs = Ivs::new(Target::local(format!("http://{closed}")));
    let answer = ivs.put(&ChannelArn::local(), &payload("x")).await;
    assert_eq!(class(&answer), "unavailable", "{answer:?}");
    let (seen, page) = (ivs.stream(&ChannelArn::local()).await, ivs.page(None).await);
    assert!(matches!(seen, Seen::Failed(AskFailure::Unreachable(_))), "{seen:?}");
    assert!(matches!(page, Page::Failed(AskFailure::Unreachable(_))), "{page:?}");
}

/// Credentials whose session is over.
#[derive(Debug)]
struct RunOut;

impl ProvideCredentials for RunOut {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let over = "the session is over";
        future::ProvideCredentials::ready(Err(CredentialsError::provider_error(over)))
    }
}

#[tokio::test]
async fn credentials_that_do_not_hold_are_told_apart() {
    let rule =
        mock!(Client::get_stream).then_http_response(|| response(403, "ExpiredTokenException", ""));
    let ivs = Ivs::of(mock_client!(aws_sdk_ivs, [&rule]));
    let seen = ivs.stream(&ChannelArn::local()).await;
    let words = "ExpiredTokenException".to_owned();
    assert_eq!(seen, Seen::Failed(AskFailure::Credentials(words)));
    let config = aws_sdk_ivs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-west-2"))
        .credentials_provider(RunOut)
        .build();
    let seen = Ivs::of(Client::from_conf(config)).stream(&ChannelArn::local()).await;
    let Seen::Failed(AskFailure::Credentials(words)) = seen else { panic!("{seen:?}") };
    assert!(words.contains("the session is over"), "{words}");
}

#[tokio::test]
async fn a_call_that_is_never_answered_is_lost() {
    // It accepts (the backlog does), and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = silent.local_addr().expect("it is bound");
    let ivs = Ivs::new(Target::local(format!("http://{address}")));
    let answer = ivs.put(&ChannelArn::local(), &payload("x")).await;
    assert_eq!(class(&answer), "lost", "{answer:?}");
}

#[tokio::test]
async fn streams_and_channels_are_read_to_the_end() {
    let served = Served::new().await;
    let ivs = ivs(&served);
    for n in 0..120 {
        let body = json!({"name": format!("c{n:03}")}).to_string();
        served.post("/CreateChannel", &body).await;
    }
    let channels = ivs.channels().await.expect("the local channel answers");
    assert_eq!(channels.len(), 121);
    let live: Vec<&str> =
        channels.iter().filter(|it| it.live.is_some()).map(|it| it.name.as_str()).collect();
    assert_eq!(live, ["local"]);
    assert_eq!(channels[0].name, "c000");
    let Seen::Live(stream) = ivs.stream(&ChannelArn::local()).await else {
        panic!("the local channel is live from the start")
    };
    assert_eq!(stream.stream_id.len(), 26);
    let page = ivs.page(None).await;
    assert_eq!(page, Page::Streams { live: vec![(ChannelArn::local(), stream)], next: None });
    let channel = ivs.channel(&ChannelArn::local()).await.expect("it exists");
    assert_eq!(channel.name.as_deref(), Some("local"));
    let url = format!("{}/local/playback.m3u8", served.url());
    assert_eq!(channel.playback_url, Some(url));
}

#[tokio::test]
async fn a_channel_that_is_not_there_is_said_so() {
    let served = Served::new().await;
    let none = "arn:aws:ivs:us-west-2:000000000000:channel/none".parse().expect("it is an ARN");
    let error = ivs(&served).channel(&none).await.expect_err("there is no such channel");
    let words = format!("GetChannel failed: ResourceNotFoundException: Resource: {none} not found");
    assert_eq!(error.to_string(), words);
}

#[tokio::test]
async fn a_loopback_endpoint_needs_no_credentials_but_a_named_profile_must_exist() {
    let served = Served::new().await;
    let target = Target {
        endpoint_url: Some(served.url()),
        credentials: Credentials::Chain,
        ..Target::default()
    };
    let ivs = Ivs::new(target.clone());
    assert_eq!(ivs.ready().await, Ok(Until::Endless));
    assert_eq!(ivs.put(&ChannelArn::local(), &payload("x")).await, Answer::Taken);
    let profile = Some("no-such-profile-anywhere".to_owned());
    let missing = Ivs::new(Target { profile, ..target }).ready().await;
    let error = missing.expect_err("no profile has that name");
    assert!(
        matches!(error, AwsError::NoCredentials { .. } | AwsError::Credentials { .. }),
        "{error}"
    );
}
