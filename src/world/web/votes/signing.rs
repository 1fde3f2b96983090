//! Who a viewer is, signed: nobody can make up an id, or change one.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::model::vote::ViewerId;
use crate::world::store::votes::SigningKey;

/// How a signed id begins; another form would begin otherwise.
const FORM: &str = "v1";

/// The keys of viewers' ids: the first signs, all verify. A second one is what was signed with
/// before, while the key is changed.
#[derive(Clone)]
pub struct Keys {
    first: Hmac<Sha256>,
    before: Vec<Hmac<Sha256>>,
}

impl Keys {
    /// The keys, the one that signs first.
    pub fn new(first: &SigningKey, before: &[SigningKey]) -> Self {
        Self { first: keyed(first), before: before.iter().map(keyed).collect() }
    }

    /// `v1.<id>.<mac>`: what a viewer's browser keeps.
    pub(super) fn sign(&self, viewer: ViewerId) -> String {
        let mac = of(&self.first, viewer).finalize().into_bytes();
        let mac: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{FORM}.{viewer}.{mac}")
    }

    /// The viewer of a signed id; none where no key of ours has signed it.
    pub(super) fn verify(&self, signed: &str) -> Option<ViewerId> {
        let rest = signed.strip_prefix(FORM)?.strip_prefix('.')?;
        let (id, mac) = rest.split_once('.')?;
        // An id has one way to be written, as every mac has one it belongs to.
        let viewer = id.parse::<ViewerId>().ok().filter(|viewer| viewer.to_string() == id)?;
        let mac = unhex(mac)?;
        let mut keys = std::iter::once(&self.first).chain(&self.before);
        // Takes as long whichever byte is wrong.
        keys.any(|key| of(key, viewer).verify_slice(&mac).is_ok()).then_some(viewer)
    }
}

/// The key that a text of the operator's stands for.
pub fn key_of(text: &str) -> SigningKey {
    SigningKey(Sha256::digest(text.as_bytes()).into())
}

fn keyed(key: &SigningKey) -> Hmac<Sha256> {
    Hmac::new_from_slice(&key.0).expect("a key may have any length")
}

fn of(key: &Hmac<Sha256>, viewer: ViewerId) -> Hmac<Sha256> {
    key.clone().chain_update(b"showrunner viewer v1\0").chain_update(viewer.0)
}

/// The bytes of 64 digits of base 16, lower case.
fn unhex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    if digits.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(first: &str, before: &[&str]) -> Keys {
        let before: Vec<SigningKey> = before.iter().map(|text| key_of(text)).collect();
        Keys::new(&key_of(first), &before)
    }

    #[test]
    fn only_what_was_signed_is_taken() {
        let (ours, viewer) = (keys("ours", &[]), ViewerId([7; 16]));
        let signed = ours.sign(viewer);
        assert_eq!(ours.verify(&signed), Some(viewer));
        for at in 0..signed.len() {
            for put in ["0", "1", "f", ".", "A", "é"] {
                let mut forged = signed.clone();
                forged.replace_range(at..=at, put);
                assert!(forged == signed || ours.verify(&forged).is_none(), "{forged}");
            }
            assert!(ours.verify(&signed[..at]).is_none());
        }
        for forged in [format!("{signed}0"), signed.to_uppercase(), format!("{signed}."), "".into()]
        {
            assert!(ours.verify(&forged).is_none(), "{forged}");
        }
        assert!(keys("theirs", &[]).verify(&signed).is_none());
    }

    #[test]
    fn while_the_key_is_changed_both_are_taken_and_the_new_one_signs() {
        let viewer = ViewerId([9; 16]);
        let (old, new) = (keys("old", &[]), keys("new", &[]));
        let both = keys("new", &["old"]);
        assert_eq!(both.verify(&old.sign(viewer)), Some(viewer));
        assert_eq!(both.verify(&new.sign(viewer)), Some(viewer));
        assert_eq!(both.sign(viewer), new.sign(viewer));
    }

    #[test]
    fn ids_of_other_viewers_are_signed_otherwise() {
        let keys = keys("ours", &[]);
        let (one, other) = (keys.sign(ViewerId([1; 16])), keys.sign(ViewerId([2; 16])));
        let swapped = [&one[..36], &other[36..]].concat();
        assert!(keys.verify(&swapped).is_none());
    }
}
