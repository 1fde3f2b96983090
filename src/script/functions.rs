//! The functions every show has, rhai's own among them, and how many arguments each takes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::engine;
use super::words::test_words;

/// How many arguments each function takes, by name; what a method is called on counts as one.
pub(super) type Functions = BTreeMap<String, BTreeSet<usize>>;

/// The functions every engine has; the same for all, so collected once.
pub(super) fn functions() -> &'static Functions {
    static FUNCTIONS: OnceLock<Functions> = OnceLock::new();
    FUNCTIONS.get_or_init(|| {
        let mut functions = Functions::new();
        let all = engine::language().collect_fn_metadata(
            None,
            |function| Some((function.metadata.name.to_string(), function.metadata.num_params)),
            true,
        );
        for (name, count) in all {
            functions.entry(name).or_default().insert(count);
        }
        functions
    })
}

/// The words that only tests have.
pub(super) fn of_tests() -> &'static Functions {
    static OF_TESTS: OnceLock<Functions> = OnceLock::new();
    OF_TESTS.get_or_init(|| {
        let words = test_words().map(|word| (word.name.to_owned(), word.arities()));
        words.map(|(name, counts)| (name, counts.into_iter().collect())).collect()
    })
}
