//! Too many of one address, and a store that cannot be used.

use super::*;
use crate::model::limits::{NEW_VIEWERS_AT_ONCE, VOTES_AT_ONCE};

#[tokio::test]
async fn one_address_votes_so_often_and_others_do_not_mind() {
    let house = House::with(true, &["show"]).await;
    house.open("show", ballot("who")).await;
    let viewer = house.viewer().await;
    let vote = json!({ "poll_id": "who", "current_time": TIME, "choice": "1" }).to_string();
    let from = |address| {
        let (house, viewer, vote) = (&house, &viewer, &vote);
        let headers = [("cookie", &**viewer), ("x-forwarded-for", address)];
        async move { house.ask("POST", "/api/votes", &headers, vote).await }
    };
    for n in 0..VOTES_AT_ONCE {
        assert_eq!(from("192.0.2.1").await.status, 200, "{n}");
    }
    let said = from("192.0.2.1").await;
    assert_eq!((said.status, said.header("retry-after")), (429, Some("1")));
    assert!(said.json["error"].is_string());
    assert_eq!(from("192.0.2.2").await.status, 200);
    assert_eq!(from("192.0.2.1, 192.0.2.3").await.status, 200, "the last is the proxy's word");
    house.wait_ms(5);
    assert_eq!(from("192.0.2.1").await.status, 200);
    assert_eq!(from("192.0.2.1").await.status, 429);
}

#[tokio::test]
async fn new_viewers_of_one_address_come_so_fast_and_known_ones_always() {
    let house = House::new().await;
    let first = house.viewer().await;
    for _ in 1..NEW_VIEWERS_AT_ONCE {
        house.viewer().await;
    }
    let said = house.ask("POST", "/api/viewer", &[], "").await;
    assert_eq!((said.status, said.header("retry-after")), (429, Some("1")));
    assert_eq!(said.header("set-cookie"), None);
    let known = house.ask("POST", "/api/viewer", &[("cookie", &first)], "").await;
    assert_eq!(known.status, 200);
    assert_eq!(house.vote(&first, "who", "1").await.status, 200);
    house.wait_ms(20);
    house.viewer().await;
}

#[tokio::test]
async fn a_store_that_cannot_be_used_is_said_and_takes_no_vote() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let votes = SqliteVotes::look(&folder.path().join("votes.sqlite")).expect("it may be missing");
    let house = House::over(Arc::new(votes), false, &["show"]).await;
    let viewer = house.viewer().await;
    let said = house.vote(&viewer, "who", "1").await;
    assert_eq!((said.status, said.header("retry-after")), (503, Some("1")));
    let told = said.json.to_string();
    assert!(said.json["hint"].is_string() && !told.contains("sqlite"), "{told}");
}
