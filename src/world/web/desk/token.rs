//! The desk's token: in the printed URL, then a cookie; machines send it as a bearer token.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use super::refuse;
use crate::world::entropy;

const COOKIE: &str = "showrunner_desk";
/// What stands between it and the port. Browsers keep one cookie of a name for all ports of a host,
/// and several runners may have their desks open at once.
const OF_PORT: char = '_';

/// The secret that lets a request in. Never shown but in the URL that is printed at the start.
#[derive(Clone)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A new one that nobody can guess.
    pub fn new() -> Self {
        Self(entropy::alphanumeric(32))
    }

    /// The operator's own; none when it cannot stand in a URL and a cookie as it is.
    pub fn fixed(text: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
        (text.len() >= 8 && text.chars().all(plain)).then(|| Self(text.to_owned()))
    }

    /// What comes behind the desk's URL: `?token=…`.
    pub fn query(&self) -> String {
        format!("?token={}", self.0)
    }

    fn is(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

/// Lets in who has the token. Where it came in the URL of a page, it stays as a cookie.
pub(super) async fn required(
    State(token): State<Arc<Token>>,
    request: Request,
    next: Next,
) -> Response {
    let in_url = request.method() == Method::GET
        && query_token(request.uri().query()).is_some_and(|met| token.is(met));
    let headers = request.headers();
    let name = cookie_name(headers);
    let let_in = in_url
        || bearer(headers).is_some_and(|met| token.is(met))
        || cookie(headers, &name).is_some_and(|met| token.is(met));
    if !let_in {
        let error = "the desk's token is missing or wrong\nhint: open the URL that the runner \
                     printed, or send `Authorization: Bearer <token>`";
        let refused = refuse(StatusCode::UNAUTHORIZED, &error);
        return ([(header::WWW_AUTHENTICATE, "Bearer")], refused).into_response();
    }
    let mut response = next.run(request).await;
    if in_url {
        let cookie = format!("{name}={}; Path=/; HttpOnly; SameSite=Strict", token.0);
        let cookie = HeaderValue::from_str(&cookie).expect("a token has only plain characters");
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn query_token(query: Option<&str>) -> Option<&str> {
    query?.split('&').find_map(|pair| pair.strip_prefix("token="))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// What the cookie of the desk that is asked is called.
fn cookie_name(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let port = host.and_then(|host| host.rsplit_once(':')).map(|(_, port)| port);
    match port {
        Some(port) if port.bytes().all(|digit| digit.is_ascii_digit()) => {
            format!("{COOKIE}{OF_PORT}{port}")
        }
        _ => COOKIE.to_owned(),
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn desks_on_several_ports_have_cookies_of_their_own() {
        let headers = |host: &'static str, cookies: &'static str| {
            let pairs = [(header::HOST, host), (header::COOKIE, cookies)];
            let pairs = pairs.map(|(name, value)| (name, HeaderValue::from_static(value)));
            HeaderMap::from_iter(pairs)
        };
        let both = "showrunner_desk_5002=one; showrunner_desk_5003=other; showrunner_desk=none";
        for (host, own) in [
            ("127.0.0.1:5002", "one"),
            ("[::1]:5003", "other"),
            ("desk.example", "none"),
            ("[::1]", "none"),
        ] {
            let headers = headers(host, both);
            assert_eq!(cookie(&headers, &cookie_name(&headers)), Some(own), "{host}");
        }
    }
}
