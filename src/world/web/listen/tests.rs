//! Listeners on real ports.

use std::net::Ipv4Addr;

use axum::body::Bytes;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::Duration;

use super::*;
use crate::model::channel::LOCAL_CHANNEL_ARN;
use crate::world::web::served::Served;

fn place(port: Option<u16>, first: u16) -> Place {
    Place { port, first, ..Place::default() }
}

#[tokio::test]
async fn a_port_that_was_given_and_is_taken_is_an_error_that_names_the_flag() {
    let first = bind(&place(Some(0), 0)).await.expect("port 0 is any free one");
    let port = first.local_addr().expect("it is bound").port();
    let error = bind(&place(Some(port), 0)).await.expect_err("it is taken");
    assert_eq!(
        error.to_string(),
        format!(
            "`--port` cannot be used, another program listens on 127.0.0.1:{port}\n\
             hint: leave `--port` out to use the next free port"
        )
    );
}

#[tokio::test]
async fn without_a_port_the_next_free_one_is_used() {
    let first = bind(&place(Some(0), 0)).await.expect("port 0 is any free one");
    let port = first.local_addr().expect("it is bound").port();
    let second = bind(&place(None, port)).await.expect("one of a hundred ports is free");
    let next = second.local_addr().expect("it is bound").port();
    assert!(next > port && next < port.saturating_add(PORTS_TRIED_MAX), "{port} {next}");
}

#[tokio::test]
async fn an_address_of_another_machine_is_an_error() {
    let elsewhere = Place { bind: "192.0.2.1".to_owned(), port: Some(0), ..Place::default() };
    let error = bind(&elsewhere).await.expect_err("no machine has this address");
    assert!(matches!(error, ListenError::Bind { .. }), "{error}");
}

#[tokio::test]
async fn a_thousand_idle_connections_do_not_hurt() {
    let served = Served::new().await;
    let mut idle = Vec::new();
    // Both ends are this process's: half of what it may open leaves room for the rest.
    for _ in 0..connections_max().min(2_000) / 2 {
        idle.push(TcpStream::connect(served.address).await.expect("it listens"));
    }
    let of = format!("{{\"channelArn\":\"{LOCAL_CHANNEL_ARN}\"}}");
    let answer = served.post("/GetStream", &of).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    drop(idle);
}

/// What is asked over a new connection, and the answer to its end.
async fn ask(to: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(to).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("a small request fits the socket");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it is answered, and the connection closed");
    answer
}

#[tokio::test]
async fn those_who_say_nothing_make_room_and_those_who_are_answered_stay() {
    const MOST: usize = 4;
    let (asked, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (Arc::clone(&asked), Arc::clone(&answer));
    let slow = move || async move {
        tell.notify_one();
        wait.notified().await;
        "slow"
    };
    let router =
        Router::new().route("/slow", get(slow)).route("/", post(|body: String| async { body }));
    let listener = bind(&place(Some(0), 0)).await.expect("port 0 is any free one");
    let at = listener.local_addr().expect("it is bound");
    let (_shutdown, over) = watch::channel(false);
    tokio::spawn(serve_at_most(MOST, listener, router, over));
    let slow = tokio::spawn(ask(at, "GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"));
    asked.notified().await;
    let mut silent = Vec::new();
    for begins in ["", "POST / HT", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhalf"] {
        for _ in 0..2 * MOST {
            let mut stream = TcpStream::connect(at).await.expect("it listens");
            stream.write_all(begins.as_bytes()).await.expect("it fits the socket");
            silent.push(stream);
        }
        let request =
            "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 4\r\n\r\nvote";
        let said = ask(at, request).await;
        assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with("vote"), "{begins}: {said}");
    }
    answer.notify_one();
    let said = slow.await.expect("it does not panic");
    assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with("slow"), "{said}");
}

/// Much more than sockets and buffers hold.
const MUCH_BYTES: usize = 64 * 1_024 * 1_024;

const ASKS_MUCH: &[u8] = b"GET /much HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

fn much() -> Router {
    let much = Bytes::from(vec![b'x'; MUCH_BYTES]);
    Router::new().route("/much", get(|| async { much })).route("/", get(|| async { "little" }))
}

#[tokio::test]
async fn those_who_take_nothing_of_their_answers_make_room() {
    const MOST: usize = 4;
    let listener = bind(&place(Some(0), 0)).await.expect("port 0 is any free one");
    let at = listener.local_addr().expect("it is bound");
    let (_shutdown, over) = watch::channel(false);
    tokio::spawn(serve_at_most(MOST, listener, much(), over));
    let mut deaf = Vec::new();
    for _ in 0..2 * MOST {
        let mut stream = TcpStream::connect(at).await.expect("it listens");
        stream.write_all(ASKS_MUCH).await.expect("it fits the socket");
        // It is being answered.
        assert_eq!(stream.peek(&mut [0]).await.expect("it is connected"), 1);
        deaf.push(stream);
    }
    let said = ask(at, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(said.ends_with("little"), "{said}");
}

#[tokio::test]
async fn one_who_never_takes_an_answer_is_let_go() {
    let (mut deaf, server) = duplex(1_024);
    let client = Clients::new(1).come_in().await;
    let waits = Waits { moment: Duration::from_millis(1), then: Duration::from_millis(1) };
    let wire = Wire::new(server, client.place(), waits);
    let (_shutdown, over) = watch::channel(false);
    deaf.write_all(ASKS_MUCH).await.expect("it fits");
    connection(wire, (Ipv4Addr::LOCALHOST, 1).into(), client, much(), over).await;
    let mut answer = Vec::new();
    deaf.read_to_end(&mut answer).await.expect("what was written can be read");
    assert!(answer.starts_with(b"HTTP/1.1 200 ") && answer.len() <= 1_024);
}

#[tokio::test]
async fn the_end_closes_the_port_and_what_is_idle() {
    let served = Served::new().await;
    let mut idle = TcpStream::connect(served.address).await.expect("it listens");
    // An answered request: the idle connection before it has surely been accepted.
    served.post("/ListStreams", "{}").await;
    served.shutdown.send(true).expect("it is served");
    served.server.await.expect("the server ends");
    assert_eq!(idle.read(&mut [0; 16]).await.expect("it is closed in order"), 0);
    assert!(TcpStream::connect(served.address).await.is_err());
}
