//! The votes' routes over real sockets, in front of a real store, on a clock that the test moves.

mod bodies;
mod elsewhere;
mod limits;
mod voting;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::*;
use crate::model::channel::ChannelArn;
use crate::model::payload::Slot;
use crate::model::poll::{AskingId, Choice};
use crate::model::vote::Ballot;
use crate::world::store::votes::SqliteVotes;
use crate::world::web::listen::{Place, bind, serve};
use crate::world::web::served::{ClockHands, raw};

/// What `--allow-origin` names in these tests.
const SHOP: &str = "https://shop.example";
const TIME: &str = "2026-Nov-22-170501";

/// A door that is open until this is dropped.
struct House {
    address: SocketAddr,
    votes: Arc<dyn Votes>,
    hands: ClockHands,
    _shutdown: watch::Sender<bool>,
}

/// What was answered.
struct Said {
    status: u16,
    head: String,
    json: Value,
}

impl Said {
    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(met, _)| met.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

fn show(script: &str) -> ShowId {
    ShowId { script: script.into(), channel: ChannelArn::local() }
}

/// A poll of two answers that opens with the clock of the tests and closes after 30 s.
fn ballot(poll_id: &str) -> Ballot {
    let opened = Timestamp::UNIX_EPOCH;
    let choice = |key: &str, text: &str| Choice { key: key.to_owned(), text: text.to_owned() };
    Ballot {
        asking: AskingId { poll_id: poll_id.to_owned(), current_time: TIME.to_owned() },
        question: "Who wins?".to_owned(),
        answers: vec![choice("1", "Red"), choice("2", "Blue")],
        slot: Slot(Slot::POLL.to_owned()),
        change: false,
        is_quiz: false,
        is_sent: false,
        is_void: false,
        opened,
        closes_at: opened + SignedDuration::from_secs(30),
        votes_until: opened + SignedDuration::from_secs(40),
    }
}

impl House {
    /// One show, `show`, with an open poll, `who`.
    async fn new() -> Self {
        let house = Self::with(false, &["show"]).await;
        house.open("show", ballot("who")).await;
        house
    }

    async fn with(trusts_proxy: bool, shows: &[&str]) -> Self {
        let votes = SqliteVotes::in_memory().expect("memory can be had");
        Self::over(Arc::new(votes), trusts_proxy, shows).await
    }

    async fn over(votes: Arc<dyn Votes>, trusts_proxy: bool, shows: &[&str]) -> Self {
        let place = Place { port: Some(0), ..Place::default() };
        let listener = bind(&place).await.expect("port 0 is any free one");
        let address = listener.local_addr().expect("it is bound");
        let (hands, clock) = ClockHands::new();
        let keys = ["the one that signs, long enough now", "the one before it, as long as that"];
        let admission = Admission {
            keys: Arc::new(OnceLock::from(
                Keys::own(&keys.map(|key| key.parse().expect("it is long enough")))
                    .expect("there are two"),
            )),
            origins: vec![SHOP.parse().expect("it is an origin")],
            trusts_proxy,
        };
        let (_, shows) = watch::channel(shows.iter().map(|script| show(script)).collect());
        let door = VoteDoor::new(Arc::clone(&votes), shows, admission, clock);
        let guard = Guard::new(address, &place.bind);
        let (shutdown, over) = watch::channel(false);
        tokio::spawn(serve(listener, router(door, guard), over));
        Self { address, votes, hands, _shutdown: shutdown }
    }

    async fn open(&self, script: &str, ballot: Ballot) {
        self.votes.open(&show(script), ballot).await.expect("it is kept");
    }

    fn wait_ms(&self, millis: i64) {
        self.hands.move_on(millis);
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Said {
        let mut head = vec![format!("{method} {path} HTTP/1.1"), "Host: localhost".to_owned()];
        head.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        let answer = raw(self.address, &head, body).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        Said {
            status: status.unwrap_or_else(|| panic!("this is no answer: {answer}")),
            head: head.to_owned(),
            json: serde_json::from_str(body).unwrap_or(Value::Null),
        }
    }

    async fn get(&self, path: &str) -> Said {
        self.ask("GET", path, &[], "").await
    }

    /// A new viewer: what its browser sends along.
    async fn viewer(&self) -> String {
        let said = self.ask("POST", "/api/viewer", &[], "").await;
        assert_eq!((said.status, &said.json["viewer"]), (200, &json!("new")));
        let cookie = said.header("set-cookie").expect("it sets a cookie");
        cookie.split(';').next().expect("it has a first part").to_owned()
    }

    async fn vote(&self, viewer: &str, poll_id: &str, choice: &str) -> Said {
        let vote = json!({ "poll_id": poll_id, "current_time": TIME, "choice": choice });
        self.ask("POST", "/api/votes", &[("cookie", viewer)], &vote.to_string()).await
    }

    /// Votes of `who`, as the store has counted them.
    async fn counted(&self) -> u64 {
        let tally = self.votes.tally(&show("show"), &ballot("who").asking).await;
        tally.expect("it can be read").expect("the poll is known").total()
    }
}

/// What stands for the store's own key where others were chosen.
const NO_KEY: crate::world::store::votes::SigningKey =
    crate::world::store::votes::SigningKey([0; 32]);
