//! How deep values nest: lists, maps and what closures captured. The walk goes no deeper than it
//! is asked to, because past that both walking and dropping would overflow the stack.

use std::collections::BTreeSet;

use rhai::{Array, Dynamic, FnPtr, Map};

/// Whether `value` nests deeper than `limit`. A captured variable is met once; one that is
/// locked now is in use and left alone.
pub(super) fn is_deeper_than(value: &Dynamic, limit: usize) -> bool {
    deeper(value, limit, &mut BTreeSet::new())
}

fn deeper(value: &Dynamic, left: usize, met: &mut BTreeSet<usize>) -> bool {
    if value.is_shared() {
        let Some(content) = value.read_lock::<Dynamic>() else { return false };
        let address = std::ptr::from_ref::<Dynamic>(&content).addr();
        return met.insert(address) && deeper(&content, left, met);
    }
    let mut inside = |item: &Dynamic| match left.checked_sub(1) {
        Some(left) => deeper(item, left, met),
        None => true,
    };
    if let Some(list) = value.read_lock::<Array>() {
        list.iter().any(&mut inside)
    } else if let Some(map) = value.read_lock::<Map>() {
        map.values().any(&mut inside)
    } else if let Some(function) = value.read_lock::<FnPtr>() {
        function.iter_curry().any(&mut inside)
    } else {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> Dynamic {
        (0..levels)
            .fold(Dynamic::from_array(Array::new()), |inner, _| Dynamic::from_array(vec![inner]))
    }

    #[test]
    fn lists_and_captures_count() {
        assert!(is_deeper_than(&nested(11), 10));
        assert!(!is_deeper_than(&nested(10), 10));
        let mut function = FnPtr::new("f").expect("`f` is a name");
        function.add_curry(nested(9).into_shared());
        assert!(is_deeper_than(&Dynamic::from(function.clone()), 9));
        assert!(!is_deeper_than(&Dynamic::from(function), 10));
    }
}
