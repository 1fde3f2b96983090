//! Tags of a channel, as the service's model allows them.

use std::collections::BTreeMap;

use crate::model::limits::{TAG_KEY_MAX_CHARS, TAG_VALUE_MAX_CHARS, TAGS_MAX};

use super::error::ServiceError;

/// Keys and their values.
pub(super) type Tags = BTreeMap<String, String>;

/// Refuses too many of them, and what a tag cannot be.
pub(super) fn check(tags: &Tags) -> Result<(), ServiceError> {
    if tags.len() > TAGS_MAX {
        let problem = format!("{} tags were met, {TAGS_MAX} can be", tags.len());
        return Err(ServiceError::Validation(problem));
    }
    tags.keys().try_for_each(|key| check_key(key))?;
    match tags.values().find(|value| !fits(value, TAG_VALUE_MAX_CHARS)) {
        Some(value) => Err(ServiceError::Validation(format!("Invalid tag value: {value}"))),
        None => Ok(()),
    }
}

/// Refuses what a tag's key cannot be.
pub(super) fn check_key(key: &str) -> Result<(), ServiceError> {
    if key.is_empty() || !fits(key, TAG_KEY_MAX_CHARS) {
        return Err(ServiceError::Validation(format!("Invalid tag key: {key}")));
    }
    Ok(())
}

/// Letters, digits, spaces and a few signs, as many as there may be.
fn fits(text: &str, max_chars: usize) -> bool {
    let is_allowed = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
    text.chars().count() <= max_chars && text.chars().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_have_their_lengths() {
        let tags = |key: usize, value: usize| Tags::from([("k".repeat(key), "é".repeat(value))]);
        for (key, value) in [(1, 0), (128, 256)] {
            assert_eq!(check(&tags(key, value)), Ok(()), "{key} {value}");
        }
        for (key, value) in [(0, 0), (129, 0), (1, 257)] {
            assert!(check(&tags(key, value)).is_err(), "{key} {value}");
        }
    }

    #[test]
    fn fifty_are_enough() {
        let tags = |count: usize| (0..count).map(|n| (n.to_string(), String::new())).collect();
        assert_eq!(check(&tags(50)), Ok(()));
        assert!(check(&tags(51)).is_err());
    }

    #[test]
    fn only_what_the_model_lists_is_in_them() {
        assert_eq!(check_key("show name_1.0:a/b=c+d-e@f"), Ok(()));
        for wrong in ["a\tb", "a<b", "a\u{0}", "#"] {
            assert!(check_key(wrong).is_err(), "{wrong:?}");
        }
    }
}
