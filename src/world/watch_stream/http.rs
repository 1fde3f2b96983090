//! A client for what players fetch: a few redirects, bounded bodies and times.

use std::error::Error;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{ACCEPT_ENCODING, HeaderMap, LOCATION, RANGE, USER_AGENT};
use axum::http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};
use url::Url;

use super::error::Failure;
use crate::hls::read::m3u8::ByteRange;
use crate::model::limits::{CONNECT_TIMEOUT, HTTP_REDIRECTS_MAX};

/// How we name ourselves.
pub(in crate::world) const AGENT: &str = concat!("showrunner/", env!("CARGO_PKG_VERSION"));

/// Fetches over `http` and `https`, and keeps connections for the next time.
pub(super) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

/// What to fetch.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    /// The address.
    pub(super) url: Url,
    /// Which bytes; none for all.
    pub(super) range: Option<ByteRange>,
    /// The largest body that is taken, in bytes.
    pub(super) max_bytes: usize,
    /// How long all of it may take.
    pub(super) wait: Duration,
}

/// What was there.
pub(super) struct Found {
    /// Where it was in the end.
    pub(super) url: Url,
    /// All of it.
    pub(super) body: Bytes,
}

impl Http {
    /// A client that trusts whom the system trusts.
    pub(super) fn new() -> Self {
        let connector = with_tls(tuned(HttpConnector::new()));
        Self { client: Client::builder(TokioExecutor::new()).build(connector) }
    }

    /// Fetches.
    pub(super) async fn get(&self, ask: &Ask) -> Result<Found, Failure> {
        let found = tokio::time::timeout(ask.wait, self.led(ask)).await;
        found.unwrap_or(Err(Failure::TooLate(ask.wait.as_secs())))
    }

    /// Fetches wherever it leads.
    async fn led(&self, ask: &Ask) -> Result<Found, Failure> {
        let mut url = ask.url.clone();
        for _ in 0..=HTTP_REDIRECTS_MAX {
            let response = self.once(&url, ask.range).await?;
            match next(&url, &response)? {
                Some(next) => url = next,
                None => return found(url, response, ask).await,
            }
        }
        Err(Failure::Redirects(HTTP_REDIRECTS_MAX))
    }

    async fn once(
        &self,
        url: &Url,
        range: Option<ByteRange>,
    ) -> Result<Response<Incoming>, Failure> {
        let mut request = Request::get(url.as_str())
            .header(USER_AGENT, AGENT)
            // Nothing is unpacked here.
            .header(ACCEPT_ENCODING, "identity");
        if let Some(ByteRange { from, bytes }) = range {
            let last = from.saturating_add(bytes - 1);
            request = request.header(RANGE, format!("bytes={from}-{last}"));
        }
        let request = request.body(Empty::new()).map_err(|_| Failure::Address(url.to_string()))?;
        self.client.request(request).await.map_err(|error| Failure::Unreachable(innermost(&error)))
    }
}

/// Connects for both `http` and `https`, and gives up in time.
pub(in crate::world) fn tuned<R>(mut connector: HttpConnector<R>) -> HttpConnector<R> {
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(CONNECT_TIMEOUT.unsigned_abs()));
    connector
}

/// Speaks `http` and `https` over what is connected, trusting whom the system trusts.
pub(in crate::world) fn with_tls<C>(connector: C) -> HttpsConnector<C> {
    HttpsConnectorBuilder::new()
        .with_tls_config(trust())
        .https_or_http()
        .enable_http1()
        .wrap_connector(connector)
}

/// Whom to trust: nobody where the system names nobody, which matters only to `https`.
fn trust() -> ClientConfig {
    let config = || {
        ClientConfig::builder_with_provider(default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("the provider has the usual versions")
    };
    match config().with_native_roots() {
        Ok(config) => config.with_no_client_auth(),
        Err(_) => config().with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
    }
}

/// Where a response leads on to.
fn next(url: &Url, response: &Response<Incoming>) -> Result<Option<Url>, Failure> {
    if ![301, 302, 303, 307, 308].contains(&response.status().as_u16()) {
        return Ok(None);
    }
    let to = response.headers().get(LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()));
    joined(url, &to.unwrap_or_default()).map(Some)
}

/// An address as it is written at another one.
pub(super) fn joined(base: &Url, written: &str) -> Result<Url, Failure> {
    let url = base.join(written).ok().filter(|url| ["http", "https"].contains(&url.scheme()));
    url.ok_or_else(|| Failure::Address(written.chars().take(SHOWN_MAX_CHARS).collect()))
}

/// Characters of a foreign address that are shown.
const SHOWN_MAX_CHARS: usize = 200;

async fn found(url: Url, response: Response<Incoming>, ask: &Ask) -> Result<Found, Failure> {
    check(response.status(), response.headers())?;
    let is_part = response.status() == StatusCode::PARTIAL_CONTENT;
    let body = Limited::new(response.into_body(), ask.max_bytes).collect().await;
    let body = body.map_err(|error| {
        if error.is::<LengthLimitError>() {
            Failure::TooLarge(ask.max_bytes)
        } else {
            Failure::Unreachable(innermost(&*error))
        }
    })?;
    let body = body.to_bytes();
    // A server may send all where a part was asked for.
    let body = match ask.range.filter(|_| !is_part) {
        Some(range) => cut(&body, range),
        None => body,
    };
    Ok(Found { url, body })
}

fn cut(body: &Bytes, range: ByteRange) -> Bytes {
    let place = |at: u64| usize::try_from(at).map_or(body.len(), |at| at.min(body.len()));
    body.slice(place(range.from)..place(range.from.saturating_add(range.bytes)))
}

fn check(status: StatusCode, headers: &HeaderMap) -> Result<(), Failure> {
    let is_off_air = headers
        .get("x-amzn-errortype")
        .is_some_and(|kind| kind.as_bytes().starts_with(b"ChannelNotBroadcasting"));
    match status.as_u16() {
        200..=299 => Ok(()),
        404 if is_off_air => Err(Failure::OffAir),
        404 | 410 => Err(Failure::NotFound),
        status => Err(Failure::Status(status)),
    }
}

/// What went wrong at the bottom of it: what is above only says where.
pub(in crate::world) fn innermost(error: &(dyn Error + 'static)) -> String {
    let all = std::iter::successors(Some(error), |&error| error.source());
    all.last().unwrap_or(error).to_string()
}
