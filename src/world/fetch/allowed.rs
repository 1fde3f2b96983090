//! What `--allow-net` allows.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use url::{Host, Url};

/// A host that may be asked, over one scheme and at one port: `api.example.com`,
/// `api.example.com:8443`, `http://127.0.0.1:8000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    plain: bool,
    host: Host,
    port: u16,
}

/// A text that is none.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{met}` is no host\nhint: write `api.example.com`, `api.example.com:8443`, or \
     `http://127.0.0.1:8000` for one without TLS"
)]
pub struct NotAllowed {
    met: String,
}

impl FromStr for Allowed {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        let refuse = || NotAllowed { met: text.to_owned() };
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&whole).map_err(|_| refuse())?;
        let is_bare = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty();
        if !is_bare || !matches!(url.scheme(), "http" | "https") {
            return Err(refuse());
        }
        Self::read(&url).ok_or_else(refuse)
    }
}

impl Allowed {
    /// The host of an address, with its scheme and port.
    pub(super) fn read(url: &Url) -> Option<Self> {
        let plain = url.scheme() == "http";
        Some(Self { plain, host: url.host()?.to_owned(), port: url.port_or_known_default()? })
    }

    /// What would allow an address.
    pub(super) fn of(url: &Url) -> String {
        Self::read(url).map_or_else(|| url.scheme().to_owned(), |allowed| allowed.to_string())
    }

    /// Whether an address may be asked.
    pub(super) fn covers(&self, url: &Url) -> bool {
        Self::read(url).is_some_and(|wanted| wanted == *self)
    }

    /// What would allow an address of this machine or network for it.
    pub(super) fn at(&self, address: IpAddr) -> Self {
        let host = match address.to_canonical() {
            IpAddr::V4(address) => Host::Ipv4(address),
            IpAddr::V6(address) => Host::Ipv6(address),
        };
        Self { host, ..self.clone() }
    }

    /// Whether it allows an address of this machine or network for the host `wanted`, over the
    /// same scheme and at the same port: by its number, or the machine's own by the name
    /// `localhost`.
    pub(super) fn admits(&self, wanted: &Self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let is_it = match &self.host {
            Host::Ipv4(own) => address == IpAddr::V4(*own),
            Host::Ipv6(own) => address == IpAddr::V6(*own).to_canonical(),
            Host::Domain(own) => {
                own == "localhost" && self.host == wanted.host && address.is_loopback()
            }
        };
        is_it && (self.plain, self.port) == (wanted.plain, wanted.port)
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, usual) = if self.plain { ("http://", 80) } else { ("", 443) };
        write!(f, "{scheme}{}", self.host)?;
        if self.port == usual { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}
