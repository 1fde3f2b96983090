//! Fetches JSON for scripts, from hosts that the operator allowed and from no others.

mod address;
mod allowed;
mod client;
mod connector;
mod error;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use crate::model::fetch::{FetchRequest, Fetched, Piece, Template};
use crate::model::limits::HTTP_REDIRECTS_MAX;

pub use allowed::Allowed;
use client::{Client, Response};
use error::FetchError;

/// Fetches for all shows of a run.
pub struct Fetcher {
    allowed: Vec<Allowed>,
    secrets: BTreeMap<String, String>,
    client: Client,
}

impl Fetcher {
    /// A fetcher that asks only these hosts, and knows these secrets by their names.
    pub fn new(allowed: Vec<Allowed>, secrets: BTreeMap<String, String>) -> Self {
        let client = Client::new(&allowed);
        Self { allowed, secrets, client }
    }

    /// Asks, and takes no longer than the request allows.
    pub async fn fetch(&self, request: &FetchRequest) -> Fetched {
        let wait = request.timeout;
        let led = timeout(wait.unsigned_abs(), self.led(request)).await;
        let came = led.unwrap_or(Err(FetchError::TooLate { wait }));
        came.unwrap_or_else(|error| Fetched::failed(error.to_string()))
    }

    /// Asks wherever it leads.
    async fn led(&self, request: &FetchRequest) -> Result<Fetched, FetchError> {
        let mut url = self.address(&request.url)?;
        let mut headers = Vec::new();
        for (name, value) in &request.headers {
            headers.push((name.clone(), self.filled(value, str::to_owned)?));
        }
        for _ in 0..=HTTP_REDIRECTS_MAX {
            self.check(&url)?;
            match self.client.get(&url, &headers).await? {
                Response::Body(body) => return self.read(&body),
                Response::LeadsTo(next) => {
                    // What is meant for one host is not told to another.
                    if next.origin() != url.origin() {
                        headers.clear();
                    }
                    url = next;
                }
            }
        }
        Err(FetchError::Redirects)
    }

    fn check(&self, url: &Url) -> Result<(), FetchError> {
        if self.allowed.iter().any(|allowed| allowed.covers(url)) {
            return Ok(());
        }
        let wanted = Allowed::of(url);
        // A redirect made of a secret would be told as the host to allow.
        for (name, secret) in &self.secrets {
            if tells(&wanted, &secret.to_lowercase()) {
                return Err(FetchError::Repeated { name: name.clone() });
            }
        }
        Err(FetchError::NotAllowed { wanted })
    }

    /// The address with its secrets, which can change neither its host nor its form: it is asked
    /// where the address with their names in their places leads.
    fn address(&self, template: &Template) -> Result<Url, FetchError> {
        let parse = |text: &str| Url::parse(text).map_err(|_| FetchError::Address);
        let shown = parse(&template.to_string())?;
        let url = parse(&self.filled(template, escaped)?)?;
        let is_named = !url.username().is_empty() || url.password().is_some();
        if is_named || url.origin() != shown.origin() {
            return Err(FetchError::Address);
        }
        Ok(url)
    }

    fn filled(&self, template: &Template, form: fn(&str) -> String) -> Result<String, FetchError> {
        let mut filled = String::new();
        for piece in template.pieces() {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Secret(name) => {
                    let value = self.secrets.get(name);
                    let value = value.ok_or_else(|| FetchError::Secret { name: name.clone() })?;
                    filled.push_str(&form(value));
                }
            }
        }
        Ok(filled)
    }

    fn read(&self, body: &[u8]) -> Result<Fetched, FetchError> {
        let data: Value = serde_json::from_slice(body).map_err(FetchError::NoJson)?;
        let text = String::from_utf8_lossy(body);
        for (name, secret) in &self.secrets {
            if tells(&text, secret) || repeats(&data, secret) {
                return Err(FetchError::Repeated { name: name.clone() });
            }
        }
        Ok(Fetched { bytes: body.len(), answer: Ok(data) })
    }
}

/// Whether a text of the JSON has the secret in it, however it was escaped.
fn repeats(value: &Value, secret: &str) -> bool {
    match value {
        Value::String(text) => tells(text, secret),
        Value::Array(list) => list.iter().any(|item| repeats(item, secret)),
        Value::Object(map) => {
            map.iter().any(|(key, item)| tells(key, secret) || repeats(item, secret))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a text has the secret in it: as it is, as JSON writes it, or escaped as in an address or
/// a form.
fn tells(text: &str, secret: &str) -> bool {
    let json = Value::from(secret).to_string();
    let json = &json[1..json.len() - 1];
    let has = |text: &str| text.contains(secret) || text.contains(json);
    let unescaped = |text: &str| has(&percent_decode_str(text).decode_utf8_lossy());
    has(text) || unescaped(text) || unescaped(&text.replace('+', " "))
}

/// A text as it may stand anywhere in an address.
fn escaped(text: &str) -> String {
    const ESCAPED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, ESCAPED).to_string()
}
