//! The right answer of a quiz on its way through a script: carried by the quiz's map, but neither
//! read by the script nor written into a payload.

use rhai::{ImmutableString, Map};

/// The text of a quiz's right answer.
#[derive(Clone)]
pub(super) struct RightAnswer(pub(super) ImmutableString);

impl RightAnswer {
    /// The field of the map that carries it.
    pub(super) const FIELD: &str = "correct";

    /// Takes it out of a quiz's map; none for what is no quiz. A field of that name which a script
    /// wrote itself stays.
    pub(super) fn take(map: &mut Map) -> Option<ImmutableString> {
        let right = map.get(Self::FIELD)?.read_lock::<Self>()?.0.clone();
        map.remove(Self::FIELD);
        Some(right)
    }
}
