//! Listeners on real ports.

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

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
