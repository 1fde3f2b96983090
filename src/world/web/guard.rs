//! The doors: a page from elsewhere in somebody's browser must not reach what listens here.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Who may come in through one listener.
#[derive(Debug, Clone)]
pub struct Guard {
    hosts: Hosts,
}

#[derive(Debug, Clone)]
enum Hosts {
    /// Bound to this machine only: names of loopback, and the name it was bound by.
    Loopback { bound_by: String },
    /// Bound to the network: whatever name leads here.
    Any,
}

/// Why a request is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The `Host` is not one of this listener.
    #[error(
        "the host `{met}` is not this listener's, wanted a loopback address or `localhost`\n\
         hint: `--bind 0.0.0.0` lets other machines in, under any name"
    )]
    Host {
        /// What the header says.
        met: String,
    },
    /// A page from elsewhere asks.
    #[error("a page of `{met}` asks, wanted one of this listener's own")]
    Origin {
        /// Where the page is from.
        met: String,
    },
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (StatusCode::FORBIDDEN, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

impl Guard {
    /// The guard of a listener on `bound`, which the operator named `bound_by`.
    pub fn new(bound: SocketAddr, bound_by: &str) -> Arc<Self> {
        let hosts = if bound.ip().is_loopback() {
            Hosts::Loopback { bound_by: bound_by.to_ascii_lowercase() }
        } else {
            Hosts::Any
        };
        Arc::new(Self { hosts })
    }

    /// Refuses a request for a name that is not this listener's: a page whose own name was made
    /// to lead here could otherwise read the answers.
    pub fn check_host(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let met = text(headers, header::HOST);
        match &self.hosts {
            Hosts::Any => Ok(()),
            Hosts::Loopback { bound_by } => {
                let host = met.parse::<Authority>().map(|it| it.host().to_ascii_lowercase());
                let own = host.is_ok_and(|host| is_loopback(&host) || host == *bound_by);
                if own { Ok(()) } else { Err(Refused::Host { met: met.to_owned() }) }
            }
        }
    }

    /// Refuses what a page from elsewhere asks for, whatever it is.
    pub fn check_origin(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let origin = text(headers, header::ORIGIN);
        let site = text(headers, HeaderName::from_static("sec-fetch-site"));
        if !origin.is_empty() && !is_from_here(headers) {
            return Err(Refused::Origin { met: origin.to_owned() });
        }
        if site.eq_ignore_ascii_case("cross-site") {
            return Err(Refused::Origin { met: "another site".to_owned() });
        }
        Ok(())
    }
}

/// For every route: refuses a foreign `Host`, and a page from elsewhere that would change
/// something.
pub async fn doors(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    let checked = guard
        .check_host(headers)
        .and_then(|()| if reads { Ok(()) } else { guard.check_origin(headers) });
    match checked {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    }
}

/// For routes that are nobody else's to read either: refuses a page from elsewhere altogether.
pub async fn own_pages(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    match guard.check_origin(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    }
}

/// Whether a page of the very host that is asked says that it asks.
pub fn is_from_here(headers: &HeaderMap) -> bool {
    let origin = text(headers, header::ORIGIN);
    let own = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    own.is_some_and(|own| own.eq_ignore_ascii_case(text(headers, header::HOST)))
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    // A header that is no text is as foreign as one that is from elsewhere.
    headers.get(name).map_or("", |value| value.to_str().unwrap_or("?"))
}

/// Whether a host, by name or address, is this machine.
pub fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (HeaderName::from_static(name), value.parse().expect("the value is plain text"))
        });
        pairs.collect()
    }

    fn guard(bound: &str, by: &str) -> Arc<Guard> {
        Guard::new(bound.parse().expect("it is an address"), by)
    }

    #[test]
    fn on_loopback_only_its_own_names_are_let_in() {
        let guard = guard("127.0.0.1:5001", "studio.test");
        let host = |host| guard.check_host(&headers(&[("host", host)])).is_ok();
        for own in [
            "127.0.0.1:5001",
            "localhost:5001",
            "LOCALHOST",
            "[::1]:5001",
            "127.9.9.9",
            "studio.test:5001",
            "a.localhost",
        ] {
            assert!(host(own), "{own}");
        }
        for foreign in
            ["evil.test:5001", "127.0.0.1.evil.test", "localhost.evil.test", "10.0.0.1", "a b"]
        {
            assert!(!host(foreign), "{foreign}");
        }
        assert!(guard.check_host(&HeaderMap::new()).is_err());
    }

    #[test]
    fn on_the_network_any_name_is_let_in() {
        let guard = guard("0.0.0.0:5001", "0.0.0.0");
        assert!(guard.check_host(&headers(&[("host", "show.example")])).is_ok());
    }

    #[test]
    fn pages_from_elsewhere_are_refused() {
        let guard = guard("127.0.0.1:5001", "127.0.0.1");
        let host = ("host", "localhost:5001");
        let ok = |more: (&'static str, &'static str)| {
            guard.check_origin(&headers(&[host, more])).is_ok()
        };
        assert!(guard.check_origin(&headers(&[host])).is_ok());
        assert!(ok(("origin", "http://localhost:5001")));
        assert!(ok(("sec-fetch-site", "same-origin")));
        for origin in
            ["http://localhost:3000", "https://evil.test", "null", "http://127.0.0.1:5001"]
        {
            assert!(!ok(("origin", origin)), "{origin}");
        }
        assert!(!ok(("sec-fetch-site", "cross-site")));
    }
}
