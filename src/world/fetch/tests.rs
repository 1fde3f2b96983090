//! Fetching over the wire, from a server on this machine that is allowed, or is not.

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::address::{is_public, open_ones};
use super::*;
use crate::model::limits::{FETCH_MAX_BYTES, FETCH_TIMEOUT};

/// A server, and where it listens.
async fn serve() -> SocketAddr {
    let echo = |headers: HeaderMap, uri: Uri| async move {
        let key = headers.get("x-key").map(|key| key.to_str().unwrap_or_default().to_owned());
        axum::Json(json!({"key": key.map(|key| key.len()), "query": uri.query().map(str::len)}))
    };
    let lead = |uri: Uri| async move {
        (StatusCode::FOUND, [(header::LOCATION, uri.query().unwrap_or_default().to_owned())])
    };
    let repeat = |headers: HeaderMap| async move {
        axum::Json(json!({"told": headers["x-key"].to_str().unwrap_or_default()})).into_response()
    };
    let large = |spare: usize| {
        let text = "x".repeat(FETCH_MAX_BYTES - 2 + spare);
        move || async move { format!("\"{text}\"") }
    };
    let router = Router::new()
        .route("/echo", get(echo))
        .route("/lead", get(lead))
        .route("/repeat", get(repeat))
        .route("/address", get(|uri: Uri| async move { axum::Json(uri.to_string()) }))
        .route("/fits", get(large(0)))
        .route("/large", get(large(1)))
        .route("/text", get(|| async { "no JSON" }))
        .route("/error", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route("/never", get(|| async { std::future::pending::<()>().await }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it listens");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn fetcher(allowed: &[String]) -> Fetcher {
    let allowed = allowed.iter().map(|host| host.parse().expect("a host"));
    let secrets = [("KEY", "p&ss w%rd"), ("HOST", "PassWord")];
    let secrets = secrets.map(|(name, secret)| (name.to_owned(), secret.to_owned()));
    Fetcher::new(allowed.collect(), secrets.into())
}

fn request(url: Template) -> FetchRequest {
    FetchRequest { url, headers: Vec::new(), timeout: FETCH_TIMEOUT }
}

async fn ask(fetcher: &Fetcher, url: &str) -> Result<Value, String> {
    fetcher.fetch(&request(Template::text(url))).await.answer
}

#[tokio::test]
async fn an_answer_comes_with_its_size() {
    let at = serve().await;
    let fetcher = fetcher(&[format!("http://{at}")]);
    let came = fetcher.fetch(&request(Template::text(format!("http://{at}/echo")))).await;
    assert_eq!(came, Fetched { bytes: 25, answer: Ok(json!({"key": null, "query": null})) });
}

#[tokio::test]
async fn secrets_are_filled_in_and_never_handed_back() {
    let at = serve().await;
    let fetcher = fetcher(&[format!("http://{at}")]);
    let key = || Template::secret("KEY");
    let url = Template::text(format!("http://{at}/echo?")).then(key());
    let headers = vec![("X-Key".to_owned(), Template::secret("NONE"))];
    let came = fetcher.fetch(&FetchRequest { headers, ..request(url.clone()) }).await.answer;
    assert_eq!(came, Err("the secret `NONE` is not allowed: start with `--secret NONE`".into()));
    // Escaped it is longer: one that ends a query cannot begin another field.
    let came = fetcher.fetch(&request(url)).await.answer;
    assert_eq!(came, Ok(json!({"key": null, "query": "p%26ss%20w%25rd".len()})));
    for (path, wanted) in [("echo", Ok(())), ("repeat", Err(()))] {
        let headers = vec![("X-Key".to_owned(), key())];
        let url = Template::text(format!("http://{at}/{path}"));
        let came = fetcher.fetch(&FetchRequest { headers, ..request(url) }).await;
        assert_eq!(came.answer.clone().map_err(|_| ()).is_ok(), wanted.is_ok(), "{came:?}");
        assert!(!format!("{came:?}").contains("p&ss"), "{came:?}");
    }
    assert!(repeats(&json!([{"a": "x p&ss w%rd"}]), "p&ss w%rd"));
}

#[tokio::test]
async fn no_secret_gets_into_the_host() {
    let fetcher = fetcher(&["https://example.com".to_owned()]);
    for (before, after) in [
        ("https:///", ".x/"),
        ("https://\\", ".x/"),
        ("https:", ".x/"),
        ("https://example.com", "/"),
        ("https:///", "@example.com/"),
        ("https:///me:", "@example.com/"),
        ("https://example.com:", "/"),
    ] {
        let url = Template::text(before).then(Template::secret("HOST")).then(Template::text(after));
        let came = fetcher.fetch(&request(url)).await.answer;
        assert_eq!(came, Err("with its secrets it is no address".to_owned()), "{before}");
    }
}

#[tokio::test]
async fn an_answer_that_repeats_the_address_is_not_handed_over() {
    let at = serve().await;
    let fetcher = fetcher(&[format!("http://{at}")]);
    let told = Err("the answer repeats the secret `KEY`, so it is not handed over".to_owned());
    let url = Template::text(format!("http://{at}/address?")).then(Template::secret("KEY"));
    assert_eq!(fetcher.fetch(&request(url)).await.answer, told);
    // Nor one that asks to have its host allowed.
    let url = Template::text(format!("http://{at}/lead?https://"))
        .then(Template::secret("HOST"))
        .then(Template::text(".x/"));
    let told = Err("the answer repeats the secret `HOST`, so it is not handed over".to_owned());
    assert_eq!(fetcher.fetch(&request(url)).await.answer, told);
    for (text, secret) in [
        ("x p&ss w%rd", "p&ss w%rd"),
        ("?key=p%26ss%20w%25rd", "p&ss w%rd"),
        ("?key=p%26ss+w%25rd", "p&ss w%rd"),
        ("?key=a%2fb", "a/b"),
        ("?key=a+b%2fc", "a+b/c"),
        (r#"{"key": "a\"b"}"#, "a\"b"),
    ] {
        assert!(repeats(&json!([{"a": text}]), secret), "{text}");
        assert!(repeats(&json!({text: 1}), secret), "{text}");
    }
    assert!(!repeats(&json!("?key=p%26ss"), "p&ss w%rd"));
}

#[tokio::test]
async fn only_what_was_allowed_is_asked() {
    let at = serve().await;
    let url = format!("http://{at}/echo");
    let port = at.port();
    for (allowed, is_asked) in [
        (format!("http://{at}"), true),
        // Over TLS, at another port, under another name.
        (at.to_string(), false),
        ("http://127.0.0.1".to_owned(), false),
        (format!("http://localhost:{port}"), false),
    ] {
        let came = ask(&fetcher(std::slice::from_ref(&allowed)), &url).await;
        assert_eq!(came.is_ok(), is_asked, "{allowed}: {came:?}");
        let hint = format!("`--allow-net http://{at}`");
        assert!(is_asked || came.is_err_and(|why| why.contains(&hint)));
    }
    let localhost = fetcher(&[format!("http://localhost:{port}")]);
    assert!(ask(&localhost, &format!("http://localhost:{port}/echo")).await.is_ok());
}

#[tokio::test]
async fn a_redirect_leads_only_where_was_allowed() {
    let (here, there) = (serve().await, serve().await);
    let lead = |to: &str| format!("http://{here}/lead?{to}");
    let one = fetcher(&[format!("http://{here}")]);
    assert!(ask(&one, &lead("/echo")).await.is_ok());
    let came = ask(&one, &lead(&format!("http://{there}/echo"))).await;
    assert!(came.is_err_and(|why| why.contains("not allowed")));
    let came = ask(&one, &lead("https://example.com/")).await;
    assert!(came.is_err_and(|why| why.contains("`--allow-net example.com`")));
    // Without a query it leads to itself.
    let circle = ask(&one, &lead("/lead")).await;
    assert_eq!(circle, Err("it was redirected more than 5 times".to_owned()));
    // What was meant for one host is not told to the other.
    let both = fetcher(&[format!("http://{here}"), format!("http://{there}")]);
    let headers = vec![("X-Key".to_owned(), Template::secret("KEY"))];
    let url = Template::text(lead(&format!("http://{there}/echo")));
    let came = both.fetch(&FetchRequest { headers, ..request(url) }).await.answer;
    assert_eq!(came, Ok(json!({"key": null, "query": null})));
}

#[tokio::test]
async fn what_is_no_answer_says_why() {
    let at = serve().await;
    let fetcher = fetcher(&[format!("http://{at}"), "http://127.0.0.1:1".to_owned()]);
    assert!(ask(&fetcher, &format!("http://{at}/fits")).await.is_ok());
    for (path, wanted) in [
        ("large", "larger than 262144 bytes"),
        ("text", "no JSON"),
        ("error", "answered 500"),
        ("missing", "answered 404"),
    ] {
        let came = ask(&fetcher, &format!("http://{at}/{path}")).await;
        assert!(came.as_ref().is_err_and(|why| why.contains(wanted)), "{path}: {came:?}");
    }
    let never = Template::text(format!("http://{at}/never"));
    let soon = FetchRequest { timeout: SignedDuration::from_millis(50), ..request(never) };
    assert_eq!(fetcher.fetch(&soon).await.answer, Err("no answer within 50 ms".to_owned()));
    assert!(ask(&fetcher, "http://127.0.0.1:1/").await.is_err());
}

#[test]
fn private_addresses_are_kept_back() {
    let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
    for open in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1", "64:ff9b::101:101"] {
        assert!(is_public(ip(open)), "{open}");
    }
    for kept in [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "192.0.0.8",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:1::1",
        "2001:db8::1",
        "::7f00:1",
    ] {
        assert!(!is_public(ip(kept)), "{kept}");
    }
}

#[test]
fn a_name_leads_only_to_open_addresses_and_those_allowed_themselves() {
    let at = |ip: &str| SocketAddr::new(ip.parse().expect("an address"), 0);
    let host = |host: &str| host.parse::<Allowed>().expect("a host");
    let allowed = ["example.com", "10.0.0.5", "http://10.0.0.6:8000", "localhost"].map(host);
    let open = |name: &str, ips: &[&str]| {
        let found = open_ones(&allowed, &host(name), ips.iter().map(|ip| at(ip)));
        found.map_err(|error| error.to_string())
    };
    assert_eq!(open("example.com", &["1.1.1.1", "10.0.0.4"]), Ok(vec![at("1.1.1.1")]));
    assert_eq!(open("example.com", &["10.0.0.5"]), Ok(vec![at("10.0.0.5")]));
    assert_eq!(open("http://example.com:8000", &["10.0.0.6"]), Ok(vec![at("10.0.0.6")]));
    assert_eq!(open("localhost", &["::1"]), Ok(vec![at("::1")]));
    // Over another scheme, or at another port, an address was not allowed.
    for (name, ip) in [
        ("http://example.com:443", "10.0.0.5"),
        ("example.com:22", "10.0.0.5"),
        ("example.com:8000", "10.0.0.6"),
        ("http://example.com", "10.0.0.6"),
        ("http://localhost", "127.0.0.1"),
    ] {
        assert!(open(name, &[ip]).is_err(), "{name} {ip}");
    }
    for (name, ip, hint) in [
        ("example.com", "127.0.0.1", "127.0.0.1"),
        ("example.com:8443", "169.254.169.254", "169.254.169.254:8443"),
        ("http://example.com:8000", "::ffff:10.0.0.4", "http://10.0.0.4:8000"),
        ("example.com", "fd00::1", "[fd00::1]"),
        ("http://example.com:8000", "fd00::1", "http://[fd00::1]:8000"),
    ] {
        let why = open(name, &[ip]).expect_err("it is private");
        assert!(why.contains(&format!("`--allow-net {hint}`")), "{why}");
        // As it is told it is written, and then it leads there.
        assert_eq!(
            open_ones(&[host(hint)], &host(name), [at(ip)].into_iter()).ok(),
            Some(vec![at(ip)])
        );
    }
}

#[test]
fn a_host_is_written_as_it_is_asked() {
    for (written, told) in [
        ("api.example.com", "api.example.com"),
        ("https://API.example.com/", "api.example.com"),
        ("example.com:8443", "example.com:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]", "http://[::1]"),
    ] {
        assert_eq!(written.parse::<Allowed>().map(|host| host.to_string()).ok(), Some(told.into()));
    }
    for bad in ["", "a b", "https://example.com/path", "ftp://example.com", "me@example.com"] {
        assert!(bad.parse::<Allowed>().is_err(), "{bad}");
    }
}
