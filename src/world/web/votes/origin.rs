//! Whose pages may vote beside our own: what `--allow-origin` names.

use std::fmt;
use std::str::FromStr;

use axum::http::HeaderValue;
use url::{Host, Url};

/// Where a page is from, as browsers write it: `https://shop.example`, `http://127.0.0.1:8080`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(HeaderValue);

/// What cannot be an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Everybody's.
    #[error(
        "`*` would let every page on the web vote for its visitors\n\
         hint: name each site whose pages show the stream, `https://shop.example`"
    )]
    Everybody,
    /// Something else.
    #[error(
        "`{met}` is not an origin: {problem}\n\
         hint: write scheme, host and, where it has one, port: `https://shop.example`"
    )]
    Form {
        /// What was given.
        met: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let refuse = |problem| OriginError::Form { met: text.to_owned(), problem };
        if text == "*" {
            return Err(OriginError::Everybody);
        }
        let url = Url::parse(text).map_err(|_| refuse("it cannot be read"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("its scheme is not http or https"));
        }
        if matches!(url.host(), None | Some(Host::Domain(""))) || text.contains('*') {
            return Err(refuse("its host is not a name or an address"));
        }
        let named = [url.username(), url.password().unwrap_or_default()];
        let more = [url.query().is_some(), url.fragment().is_some(), named != ["", ""]];
        if url.path() != "/" || more.contains(&true) {
            return Err(refuse("it has more than scheme, host and port"));
        }
        let origin = url.origin().ascii_serialization();
        let value = HeaderValue::try_from(origin).map_err(|_| refuse("it cannot be read"))?;
        Ok(Self(value))
    }
}

impl Origin {
    /// As browsers send it.
    pub(super) fn header(&self) -> &HeaderValue {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        for (typed, meant) in [
            ("https://shop.example", "https://shop.example"),
            ("https://Shop.Example:443/", "https://shop.example"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            let origin = typed.parse::<Origin>().map(|origin| origin.to_string());
            assert_eq!(origin, Ok(meant.to_owned()), "{typed}");
        }
        assert_eq!("*".parse::<Origin>(), Err(OriginError::Everybody));
        for bad in [
            "",
            "null",
            "shop.example",
            "shop.example:8080",
            "file:///etc",
            "https://",
            "https://*.example",
            "https://shop.example/live",
            "https://shop.example/?a",
            "https://shop.example#a",
            "https://ada@shop.example",
        ] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
    }
}
