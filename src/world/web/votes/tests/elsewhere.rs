//! Pages of other sites: those that were allowed vote with a token, no other does.

use super::*;

const EVIL: &str = "https://evil.example";

#[tokio::test]
async fn a_page_of_an_allowed_origin_votes_with_a_token() {
    let house = House::new().await;
    let origin = ("origin", SHOP);
    let said = house.ask("POST", "/api/viewer", &[origin], "").await;
    assert_eq!((said.status, said.header("set-cookie")), (200, None));
    assert_eq!(said.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(said.header("access-control-expose-headers"), Some("retry-after"));
    assert!(said.header("vary").is_some_and(|vary| vary.contains("origin")), "{}", said.head);
    let bearer = format!("Bearer {}", said.json["token"].as_str().expect("it has a token"));
    let id = ("authorization", &*bearer);
    let again = house.ask("POST", "/api/viewer", &[origin, id], "").await;
    assert_eq!(again.json["viewer"], "known");
    let vote = json!({ "poll_id": "who", "current_time": TIME, "choice": "2" }).to_string();
    let voted = [origin, ("sec-fetch-site", "cross-site"), id];
    let said = house.ask("POST", "/api/votes", &voted, &vote).await;
    assert_eq!((said.status, &said.json["counted"]), (200, &json!(true)));
    let state = house.ask("GET", "/api/state", &[origin, id], "").await;
    assert_eq!(state.json["polls"][0]["choice"], "2");
    assert_eq!(state.header("access-control-allow-origin"), Some(SHOP));
}

#[tokio::test]
async fn its_browser_may_ask_before_and_nobody_elses() {
    let house = House::new().await;
    let preflight = |origin| {
        let asks = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization,content-type"),
        ];
        let house = &house;
        async move { house.ask("OPTIONS", "/api/votes", &asks, "").await }
    };
    let said = preflight(SHOP).await;
    assert_eq!(said.status, 200);
    assert_eq!(said.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(said.header("access-control-allow-methods"), Some("GET,POST"));
    assert_eq!(said.header("access-control-allow-headers"), Some("authorization,content-type"));
    assert_eq!(said.header("access-control-allow-credentials"), None);
    for other in [EVIL, "null", "https://shop.example:8443", "http://shop.example"] {
        let said = preflight(other).await;
        assert_eq!(said.header("access-control-allow-origin"), None, "{other}");
    }
}

#[tokio::test]
async fn a_page_of_another_origin_changes_nothing_and_reads_nothing() {
    let house = House::new().await;
    let viewer = house.viewer().await;
    let vote = json!({ "poll_id": "who", "current_time": TIME, "choice": "2" }).to_string();
    for from in [("origin", EVIL), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        let headers = [from, ("cookie", &*viewer)];
        for (path, body) in [("/api/viewer", ""), ("/api/votes", &*vote), ("/api/me", "{}")] {
            let said = house.ask("POST", path, &headers, body).await;
            assert_eq!(said.status, 403, "{from:?} {path}");
            assert!(said.json["hint"].as_str().is_some_and(|hint| hint.contains("--allow-origin")));
        }
        let read = house.ask("GET", "/api/state", &headers, "").await;
        assert_eq!(read.header("access-control-allow-origin"), None);
    }
    let foreign = ["GET /api/state HTTP/1.1", "Host: evil.example"];
    assert!(raw(house.address, &foreign, "").await.starts_with("HTTP/1.1 403 "));
    assert_eq!(house.counted().await, 0);
}

#[tokio::test]
async fn forged_and_replayed_ids_count_for_nobody_else() {
    let house = House::new().await;
    let viewer = house.viewer().await;
    let (name, signed) = viewer.split_once('=').expect("it is a pair");
    let [form, id, mac] = signed.split('.').collect::<Vec<_>>()[..] else { panic!("{signed}") };
    let other = "0".repeat(32);
    let forged = [
        format!("{form}.{other}.{mac}"),
        format!("{form}.{id}.{}", "0".repeat(64)),
        format!("{form}.{id}.{}", &mac[..62]),
        format!("{form}.{id}"),
        format!("v2.{id}.{mac}"),
        format!("{form}.{}.{mac}", id.to_uppercase()),
        "'; drop table vote; --".to_owned(),
        String::new(),
    ];
    for forged in forged {
        let said = house.vote(&format!("{name}={forged}"), "who", "1").await;
        assert_eq!(said.status, 401, "{forged}");
        assert_eq!(said.header("www-authenticate"), Some("Bearer"));
        let bearer = format!("Bearer {forged}");
        let both = [("cookie", &*viewer), ("authorization", &*bearer)];
        let state = house.ask("GET", "/api/me", &both, "").await;
        assert_eq!(state.status, 401, "a forged token is not made up for by a cookie");
    }
    for _ in 0..3 {
        assert_eq!(house.vote(&viewer, "who", "1").await.status, 200);
    }
    assert_eq!(house.counted().await, 1, "a replayed id is the same viewer");
}

#[tokio::test]
async fn an_id_of_the_key_before_is_taken_and_signed_anew() {
    let house = House::new().await;
    let before = "the one before it, as long as that".parse().expect("it is long enough");
    let before = Keys::own(&[before]).expect("there is one");
    let viewer = crate::model::vote::ViewerId([5; 16]);
    let old = format!("showrunner_viewer={}", before.sign(viewer));
    let said = house.ask("POST", "/api/viewer", &[("cookie", &old)], "").await;
    assert_eq!(said.json["viewer"], "known");
    let cookie = said.header("set-cookie").expect("it is signed anew");
    assert!(cookie.contains(&viewer.to_string()) && !cookie.starts_with(&old), "{cookie}");
    let other = Keys::kept(&NO_KEY);
    let forged = format!("showrunner_viewer={}", other.sign(viewer));
    assert_eq!(house.vote(&forged, "who", "1").await.status, 401);
}
