//! Whatever a stranger sends, the answer is one of ours and the count is not moved.

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

impl House {
    async fn post(&self, path: &str, viewer: &str, body: &str) -> Said {
        self.ask("POST", path, &[("cookie", viewer)], body).await
    }
}

#[tokio::test]
async fn what_is_not_a_vote_is_refused_in_words() {
    let house = House::new().await;
    let viewer = house.viewer().await;
    let deep = "[".repeat(500);
    for body in [
        "",
        "null",
        "\"who\"",
        "1e999",
        "{",
        &format!("[\"who\",\"{TIME}\",\"1\"]"),
        &format!("{{\"poll_id\":\"who\",\"current_time\":\"{TIME}\"}}"),
        &format!("{{\"poll_id\":\"who\",\"current_time\":\"{TIME}\",\"choice\":1}}"),
        &format!("{{\"poll_id\":\"who\",\"current_time\":\"{TIME}\",\"choice\":null}}"),
        &format!("{{\"poll_id\":\"who\",\"current_time\":\"{TIME}\",\"choice\":[\"1\"]}}"),
        &format!(
            "{{\"poll_id\":\"who\",\"current_time\":\"{TIME}\",\"choice\":\"1\",\"choice\":\"2\"}}"
        ),
        &format!("{{\"poll_id\":\"who\",\"current_time\":\"{TIME}\",\"choice\":\"\\ud800\"}}"),
        &format!("{{\"poll_id\":1e400,\"current_time\":\"{TIME}\",\"choice\":\"1\"}}"),
        &format!("{{\"x\":{deep}"),
        &deep,
    ] {
        let said = house.post("/api/votes", &viewer, body).await;
        assert_eq!(said.status, 400, "{body}");
        assert!(said.json["error"].is_string() && said.json["hint"].is_string(), "{}", said.json);
    }
    assert_eq!(house.counted().await, 0);
}

#[tokio::test]
async fn too_large_a_body_is_refused_before_it_is_read() {
    let house = House::new().await;
    let viewer = house.viewer().await;
    let vote = json!({ "poll_id": "who", "current_time": TIME, "choice": "1" }).to_string();
    let fits = format!("{vote}{}", " ".repeat(1_024 - vote.len()));
    for large in ["[".repeat(10_000_000), format!("{fits} ")] {
        for path in ["/api/votes", "/api/me"] {
            assert_eq!(house.post(path, &viewer, &large).await.status, 413);
        }
    }
    // Without its length said before.
    let head = [
        "POST /api/votes HTTP/1.1",
        "Host: localhost",
        &format!("Cookie: {viewer}"),
        "Connection: close",
        "Transfer-Encoding: chunked",
    ];
    let chunk = format!("{}\r\n\r\n400\r\n{fits}\r\n1\r\n \r\n0\r\n\r\n", head.join("\r\n"));
    let mut stream = TcpStream::connect(house.address).await.expect("it listens");
    stream.write_all(chunk.as_bytes()).await.expect("it fits the socket");
    let mut said = String::new();
    drop(stream.read_to_string(&mut said).await);
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");
    assert_eq!(house.counted().await, 0);
    assert_eq!(house.post("/api/votes", &viewer, &fits).await.status, 200);
}

#[tokio::test]
async fn strange_text_is_only_text() {
    let house = House::new().await;
    let viewer = house.viewer().await;
    let strange = [
        "'; DROP TABLE vote; --",
        "1\" OR \"1\"=\"1",
        "1\u{0}",
        "\u{1b}[31m",
        "1\r\nSET x 1\r\n",
        "{1}",
        "../../etc/passwd",
        "\u{202e}1",
        "1 ",
        "１",
        "",
    ];
    for text in strange {
        let field = |name: &str| {
            let mut vote = json!({ "poll_id": "who", "current_time": TIME, "choice": "1" });
            vote[name] = text.into();
            vote.to_string()
        };
        for (name, status) in [("poll_id", 404), ("current_time", 404), ("choice", 400)] {
            let said = house.post("/api/votes", &viewer, &field(name)).await;
            assert_eq!(said.status, status, "{name} {text:?}: {}", said.json);
        }
        let path = percent_encode(text.as_bytes(), NON_ALPHANUMERIC).to_string();
        let said = house.get(&format!("/api/polls/{path}/{path}")).await;
        assert_eq!(said.status, 404, "{text:?}");
        let said = house.get(&format!("/api/state?channel={path}")).await;
        assert_eq!(said.status, 404, "{text:?}");
    }
    assert_eq!(house.counted().await, 0);
    assert_eq!(house.vote(&viewer, "who", "1").await.status, 200);
}

#[tokio::test]
async fn a_name_that_is_none_is_said_why() {
    let house = House::new().await;
    let viewer = house.viewer().await;
    for (name, why) in [
        ("\"\"", "it is empty"),
        ("\"   \"", "it is empty"),
        (&*format!("\"{}\"", "x".repeat(25)), "it has more than 24 characters"),
        ("\"a\\u0000b\"", "it has characters that are not text"),
        ("\"a\\u202eb\"", "it has characters that are not text"),
        ("7", "a name is a text, or null"),
        ("{\"a\":\"b\"}", "a name is a text, or null"),
    ] {
        let said = house.post("/api/me", &viewer, &format!("{{\"name\":{name}}}")).await;
        let error = said.json["error"].as_str().unwrap_or_default();
        assert!(said.status == 400 && error.contains(why), "{name}: {}", said.json);
    }
    for body in ["{}", "{\"name\":\"a\",\"name\":\"b\"}", "[\"Ada\"]"] {
        assert_eq!(house.post("/api/me", &viewer, body).await.status, 400, "{body}");
    }
    let named = house.post("/api/me", &viewer, "{\"name\":\"'; DROP TABLE x\"}").await;
    assert_eq!(named.json["name"], "'; DROP TABLE x");
}
