//! The client that scripts' requests go out through: one answer at a time, no redirect followed.

use std::error::Error;

use axum::body::Bytes;
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, HeaderName, HeaderValue, LOCATION, USER_AGENT};
use axum::http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use url::Url;

use super::allowed::Allowed;
use super::connector::Connector;
use super::error::FetchError;
use crate::model::limits::FETCH_MAX_BYTES;
use crate::world::watch_stream::http::{AGENT, innermost, with_tls};

/// A client that connects only to open addresses and to those that were allowed.
pub(super) struct Client {
    inner: legacy::Client<HttpsConnector<Connector>, Empty<Bytes>>,
}

/// What was answered.
pub(super) enum Response {
    /// All of the answer.
    Body(Bytes),
    /// It is elsewhere.
    LeadsTo(Url),
}

impl Client {
    pub(super) fn new(allowed: &[Allowed]) -> Self {
        let connector = with_tls(Connector::new(allowed));
        Self { inner: legacy::Client::builder(TokioExecutor::new()).build(connector) }
    }

    /// Asks once.
    pub(super) async fn get(
        &self,
        url: &Url,
        headers: &[(String, String)],
    ) -> Result<Response, FetchError> {
        let mut request = Request::get(url.as_str())
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "application/json")
            // Nothing is unpacked here.
            .header(ACCEPT_ENCODING, "identity")
            .body(Empty::new())
            .map_err(|_| FetchError::Address)?;
        for (name, value) in headers {
            let refuse = || FetchError::Header { name: name.clone() };
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse())?;
            let mut value = HeaderValue::from_str(value).map_err(|_| refuse())?;
            value.set_sensitive(true);
            request.headers_mut().insert(header, value);
        }
        let unreachable = |error: &(dyn Error + 'static)| FetchError::Unreachable(innermost(error));
        let response = self.inner.request(request).await.map_err(|error| unreachable(&error))?;
        let status = response.status();
        if [301, 302, 303, 307, 308].contains(&status.as_u16()) {
            let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
            let next = to.and_then(|to| url.join(to).ok());
            return next.map(Response::LeadsTo).ok_or(FetchError::LeadsNowhere);
        }
        if !status.is_success() || status == StatusCode::NO_CONTENT {
            return Err(FetchError::Status(status.as_u16()));
        }
        let body = Limited::new(response.into_body(), FETCH_MAX_BYTES).collect().await;
        let body = body.map_err(|error| {
            if error.is::<LengthLimitError>() { FetchError::TooLarge } else { unreachable(&*error) }
        })?;
        Ok(Response::Body(body.to_bytes()))
    }
}
