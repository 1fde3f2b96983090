//! Who a viewer is, signed: nobody can make up an id, or change one.

use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::model::limits::VOTE_KEY_MIN_CHARS;
use crate::model::vote::ViewerId;
use crate::world::store::votes::SigningKey;

/// How a signed id begins; another form would begin otherwise.
const FORM: &str = "v1.";

/// The keys of viewers' ids: the first signs, all verify. A second one is what was signed with
/// before, while the key is changed.
#[derive(Clone)]
pub struct Keys {
    first: Hmac<Sha256>,
    before: Vec<Hmac<Sha256>>,
}

impl Keys {
    fn new(first: &SigningKey, before: &[SigningKey]) -> Self {
        Self { first: keyed(first), before: before.iter().map(keyed).collect() }
    }

    /// The operator's own keys; none where there are none.
    pub fn own(own: &[VoteKey]) -> Option<Self> {
        let own: Vec<SigningKey> = own.iter().map(|key| key.0.clone()).collect();
        own.split_first().map(|(first, before)| Self::new(first, before))
    }

    /// The key that the store keeps.
    pub fn kept(key: &SigningKey) -> Self {
        Self::new(key, &[])
    }

    /// `v1.<id>.<mac>`: what a viewer's browser keeps.
    pub(super) fn sign(&self, viewer: ViewerId) -> String {
        signed(&self.first, viewer)
    }

    /// The viewer of a signed id; none where no key of ours has signed it.
    pub(super) fn verify(&self, met: &str) -> Option<ViewerId> {
        let (id, _) = met.strip_prefix(FORM)?.split_once('.')?;
        let viewer = id.parse().ok()?;
        let mut keys = std::iter::once(&self.first).chain(&self.before);
        // Takes as long whichever byte is wrong.
        let is_ours = keys.any(|key| signed(key, viewer).as_bytes().ct_eq(met.as_bytes()).into());
        is_ours.then_some(viewer)
    }
}

/// The key that a text of the operator's stands for.
fn key_of(text: &str) -> SigningKey {
    SigningKey(Sha256::digest(text.as_bytes()).into())
}

/// A key of the operator's own: a long text that nobody can guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoteKey(SigningKey);

impl FromStr for VoteKey {
    type Err = VoteKeyError;

    fn from_str(text: &str) -> Result<Self, VoteKeyError> {
        match text.chars().count() {
            short if short < VOTE_KEY_MIN_CHARS => Err(VoteKeyError { met: short }),
            _ => Ok(Self(key_of(text))),
        }
    }
}

/// A text that is too short to be a key. It is not told: it may be a part of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a key of {met} characters can be guessed, wanted {VOTE_KEY_MIN_CHARS} or more\n\
     hint: `openssl rand -hex 32` makes one"
)]
pub struct VoteKeyError {
    met: usize,
}

fn keyed(key: &SigningKey) -> Hmac<Sha256> {
    Hmac::new_from_slice(&key.0).expect("a key may have any length")
}

fn signed(key: &Hmac<Sha256>, viewer: ViewerId) -> String {
    let mac = key.clone().chain_update(b"showrunner viewer v1\0").chain_update(viewer.0);
    let mac: [u8; 32] = mac.finalize().into_bytes().into();
    let digits = mac.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]));
    format!("{FORM}{viewer}.{}", digits.collect::<String>())
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
        for forged in
            [format!("{signed}0"), signed.to_uppercase(), format!("{signed}."), String::new()]
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
    fn a_key_of_the_operators_is_long_and_takes_the_place_of_the_stores() {
        let own = "0123456789abcdef0123456789abcdef";
        let (kept, viewer) = (key_of("kept"), ViewerId([3; 16]));
        let key: VoteKey = own.parse().expect("it is long enough");
        let signed = Keys::own(&[key]).expect("there is one").sign(viewer);
        assert_eq!(signed, keys(own, &[]).sign(viewer));
        assert_eq!(Keys::kept(&kept).sign(viewer), keys("kept", &[]).sign(viewer));
        assert_eq!(own[1..].parse::<VoteKey>(), Err(VoteKeyError { met: 31 }));
    }

    #[test]
    fn ids_of_other_viewers_are_signed_otherwise() {
        let keys = keys("ours", &[]);
        let (one, other) = (keys.sign(ViewerId([1; 16])), keys.sign(ViewerId([2; 16])));
        let swapped = [&one[..36], &other[36..]].concat();
        assert!(keys.verify(&swapped).is_none());
    }
}
