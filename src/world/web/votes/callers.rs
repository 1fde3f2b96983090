//! Who calls: an address, by itself or as a proxy tells it, and the viewer whose id comes along.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderName, header};

use super::signing::Keys;
use crate::model::vote::ViewerId;

/// The cookie of a viewer on our own site.
pub(super) const COOKIE: &str = "showrunner_viewer";

/// Where requests are counted together: an IPv4 address, or the network that one line is given of
/// IPv6, its first 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Neighbours {
    Four(Ipv4Addr),
    Six(u64),
}

impl From<IpAddr> for Neighbours {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::Four(address),
            IpAddr::V6(address) => Self::Six((address.to_bits() >> 64) as u64),
        }
    }
}

impl Neighbours {
    /// Those of a request: as its connection says, or the last proxy before us where it is trusted.
    pub(super) fn of(extensions: &Extensions, headers: &HeaderMap, trusts_proxy: bool) -> Self {
        let told = trusts_proxy.then(|| last(headers, "x-forwarded-for")).flatten();
        let connection = extensions.get::<ConnectInfo<SocketAddr>>().map(|from| from.0.ip());
        let address = told.and_then(address).or(connection);
        address.unwrap_or(Ipv6Addr::UNSPECIFIED.into()).into()
    }
}

/// Whether the viewer's browser speaks TLS, with a proxy that is trusted.
pub(super) fn is_https(headers: &HeaderMap, trusts_proxy: bool) -> bool {
    trusts_proxy
        && last(headers, "x-forwarded-proto").is_some_and(|met| met.eq_ignore_ascii_case("https"))
}

/// What the nearest proxy has written into a list: its last entry. Those before may be anybody's.
fn last<'a>(headers: &'a HeaderMap, name: &'static str) -> Option<&'a str> {
    let lines = headers.get_all(HeaderName::from_static(name));
    let line = lines.iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next().map(str::trim)
}

/// An address, as proxies write it: with a port, or without.
fn address(text: &str) -> Option<IpAddr> {
    let bare = || text.trim_start_matches('[').trim_end_matches(']').parse().ok();
    text.parse::<SocketAddr>().map(|with_port| with_port.ip()).ok().or_else(bare)
}

/// The id that comes along with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// None.
    Nobody,
    /// One that we did not sign.
    Forged,
    /// A viewer.
    Viewer(ViewerId),
}

impl Claim {
    /// Reads it: a token counts before a cookie.
    pub(super) fn of(headers: &HeaderMap, keys: &Keys) -> Self {
        match bearer(headers).or_else(|| cookie(headers)) {
            Some(signed) => keys.verify(signed).map_or(Self::Forged, Self::Viewer),
            None => Self::Nobody,
        }
    }

    /// The viewer.
    pub(super) fn viewer(self) -> Option<ViewerId> {
        match self {
            Self::Viewer(viewer) => Some(viewer),
            Self::Nobody | Self::Forged => None,
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    // What is no text is no token of ours, and forged.
    let value = headers.get(header::AUTHORIZATION)?.to_str().unwrap_or_default();
    let token = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    Some(token.map_or("", |(_, token)| token.trim()))
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::store::votes::SigningKey;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), value.parse().expect("it is a header"))
        };
        pairs.iter().map(pair).collect()
    }

    fn neighbours(pairs: &[(&'static str, &str)], trusts_proxy: bool) -> Neighbours {
        let mut extensions = Extensions::new();
        let from: SocketAddr = "10.0.0.7:999".parse().expect("it is an address");
        extensions.insert(ConnectInfo(from));
        Neighbours::of(&extensions, &headers(pairs), trusts_proxy)
    }

    fn at(text: &str) -> Neighbours {
        text.parse::<IpAddr>().expect("it is an address").into()
    }

    #[test]
    fn an_ipv6_line_is_one_and_an_ipv4_address_is_one_however_it_is_written() {
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:1"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }

    #[test]
    fn a_proxy_is_believed_only_when_it_is_trusted_and_only_its_own_words() {
        let told = [("x-forwarded-for", "192.0.2.1, 192.0.2.9")];
        assert_eq!(neighbours(&told, false), at("10.0.0.7"));
        assert_eq!(neighbours(&told, true), at("192.0.2.9"));
        for (told, meant) in [
            ("192.0.2.9:4711", "192.0.2.9"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("192.0.2.1, unknown", "10.0.0.7"),
            ("", "10.0.0.7"),
        ] {
            assert_eq!(neighbours(&[("x-forwarded-for", told)], true), at(meant), "{told}");
        }
        let two = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "192.0.2.2")];
        assert_eq!(neighbours(&two, true), at("192.0.2.2"));
        let tls = headers(&[("x-forwarded-proto", "http, HTTPS")]);
        assert!(is_https(&tls, true) && !is_https(&tls, false));
    }

    #[test]
    fn a_token_counts_before_a_cookie_and_a_forged_one_too() {
        let keys = Keys::kept(&SigningKey([7; 32]));
        let (one, other) = (ViewerId([1; 16]), ViewerId([2; 16]));
        let cookie = format!("a=b; {COOKIE}={}", keys.sign(one));
        let token = format!("bearer {}", keys.sign(other));
        let claim = |pairs: &[(&'static str, &str)]| Claim::of(&headers(pairs), &keys);
        assert_eq!(claim(&[("cookie", &cookie)]), Claim::Viewer(one));
        assert_eq!(claim(&[("cookie", &cookie), ("authorization", &token)]), Claim::Viewer(other));
        let basic = [("cookie", &*cookie), ("authorization", "Basic eA==")];
        assert_eq!(claim(&basic), Claim::Forged);
        assert_eq!(claim(&[("cookie", "showrunner_viewer=v1.x.y")]), Claim::Forged);
        assert_eq!(claim(&[("cookie", "showrunner_viewers=1")]), Claim::Nobody);
        assert_eq!(claim(&[]), Claim::Nobody);
    }
}
