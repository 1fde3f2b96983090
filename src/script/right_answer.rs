//! The right answer of a quiz on its way through a script: carried by the quiz's map, but neither
//! read by the script nor written into a payload.

use rhai::{Dynamic, ImmutableString, Map};

/// The text of a quiz's right answer.
#[derive(Clone)]
pub(super) struct RightAnswer(pub(super) ImmutableString);

impl RightAnswer {
    /// The field of the map that carries it.
    pub(super) const FIELD: &str = "correct";

    /// Whether that map is a quiz's and carries it.
    pub(super) fn is_in(map: &Map) -> bool {
        map.get(Self::FIELD).is_some_and(Dynamic::is::<Self>)
    }

    /// Takes it out of a quiz's map; none for what is no quiz. A field of that name which a script
    /// wrote itself stays.
    pub(super) fn take(map: &mut Map) -> Option<ImmutableString> {
        let right = map.get(Self::FIELD)?.read_lock::<Self>()?.0.clone();
        map.remove(Self::FIELD);
        Some(right)
    }
}
