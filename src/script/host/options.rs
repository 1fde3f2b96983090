//! Option maps: every key is known, the rest is refused by name.

use rhai::{Dynamic, DynamicReadLock, Map};

use super::arguments::map;
use crate::model::near::nearest;
use crate::script::errors::ScriptFault;
use crate::script::reference::find;

/// The options given to one function.
pub(super) struct Options<'a> {
    map: Option<DynamicReadLock<'a, Map>>,
    of: &'static str,
}

impl<'a> Options<'a> {
    /// The options of `of`, of which these are `known`; no value is no options.
    pub(super) fn read(
        value: Option<&'a Dynamic>,
        of: &'static str,
        known: &[&str],
    ) -> Result<Self, ScriptFault> {
        debug_assert!(
            is_told(of, known),
            "the reference of `{of}` lists other options than {known:?}"
        );
        let map = value
            .map(|value| map(value, &format_args!("what `{of}` takes as options")))
            .transpose()?;
        for key in map.iter().flat_map(|map| map.keys()) {
            let key = key.as_str();
            if !known.contains(&key) {
                let hint = nearest(key, known).map_or_else(
                    || format!("there are {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(ScriptFault::hints(format!("`{of}` has no option `{key}`"), hint));
            }
        }
        Ok(Self { map, of })
    }

    /// Reads one option, if it is given.
    pub(super) fn get<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Dynamic, &str) -> Result<T, ScriptFault>,
    ) -> Result<Option<T>, ScriptFault> {
        let value = self.map.as_ref().and_then(|map| map.get(key));
        value.map(|value| read(value, &format!("`{key}` of `{}`", self.of))).transpose()
    }
}

/// Whether the reference lists exactly these options of a word.
fn is_told(of: &str, known: &[&str]) -> bool {
    let told = find(of).map(|entry| &entry.options);
    told.is_some_and(|told| {
        told.len() == known.len() && told.iter().all(|option| known.contains(&&*option.name))
    })
}
