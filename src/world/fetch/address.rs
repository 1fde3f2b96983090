//! Which addresses belong to everybody, and which of a name's may be connected to.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::allowed::Allowed;

/// Whether an address is one of the open net: nobody's own machine, house or cloud.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation();
    // This network, shared by carriers, protocol assignments, benchmarks, kept for later.
    let kept = a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !special && !kept
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let inner = |high: u16, low: u16| {
        is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
    };
    match address.segments() {
        // An old address inside a new one: that is where it leads.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => inner(high, low),
        // Teredo, and what books use.
        [0x2001, 0 | 0xdb8, ..] => false,
        // What was given out to the open net so far.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// The addresses of the host `wanted` that may be connected to: public ones, and those that were
/// allowed themselves.
pub(super) fn open_ones(
    allowed: &[Allowed],
    wanted: &Allowed,
    addresses: impl Iterator<Item = SocketAddr>,
) -> io::Result<Vec<SocketAddr>> {
    let (open, kept): (Vec<_>, Vec<_>) = addresses.partition(|address| {
        is_public(address.ip()) || allowed.iter().any(|own| own.admits(wanted, address.ip()))
    });
    match (open.is_empty(), kept.first()) {
        (true, Some(kept)) => {
            let ip = kept.ip();
            let itself = wanted.at(ip);
            Err(io::Error::other(format!(
                "{wanted} leads to the private address {ip}, which was not allowed itself: \
                 `--allow-net {itself}`"
            )))
        }
        _ => Ok(open),
    }
}
