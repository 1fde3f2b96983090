//! The nearest known name to one that is not known, for hints.

/// The name nearest to `met`, when one is near enough to have been meant.
pub fn nearest<S: AsRef<str>>(met: &str, known: impl IntoIterator<Item = S>) -> Option<String> {
    const NEAR_ENOUGH: f64 = 0.8;
    let lower = met.to_lowercase();
    known
        .into_iter()
        .map(|name| {
            let likeness = strsim::jaro_winkler(&lower, &name.as_ref().to_lowercase());
            (likeness, name.as_ref().to_owned())
        })
        .filter(|(likeness, _)| *likeness >= NEAR_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))
        .map(|(_, name)| name)
}
