//! Randomness of the operating system: for keys, ids and tokens, never for a show.

/// `N` random bytes.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness once it has booted");
    bytes
}

/// `length` random letters and digits, each as likely.
pub fn alphanumeric(length: usize) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // Bytes past the last whole multiple of 62 would favour the first letters.
    const FAIR: u8 = 248;
    let fair = std::iter::repeat_with(bytes::<32>).flatten().filter(|byte| *byte < FAIR);
    fair.take(length).map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_length_and_differ() {
        let ids: Vec<String> = (0..50).map(|_| alphanumeric(23)).collect();
        for id in &ids {
            assert_eq!(id.len(), 23);
            assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        }
        let different: std::collections::BTreeSet<&String> = ids.iter().collect();
        assert_eq!(different.len(), ids.len());
    }
}
