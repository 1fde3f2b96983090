//! What a machine wants done: a queue that is drained after each input.

use std::collections::VecDeque;

/// The outputs of a machine, in order. Whoever drives it drains them after each input: what one
/// input can ask for bounds them.
#[derive(Debug, Clone)]
pub struct Outputs<T>(VecDeque<T>);

impl<T> Default for Outputs<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Outputs<T> {
    /// Puts one behind the others.
    pub fn push_back(&mut self, output: T) {
        self.0.push_back(output);
    }

    /// Puts one before those that came after the first `place`.
    pub fn insert(&mut self, place: usize, output: T) {
        self.0.insert(place, output);
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes all that wait, the room they took with them.
    pub fn take(&mut self) -> VecDeque<T> {
        std::mem::take(&mut self.0)
    }

    /// Takes the first one. When there is none the room they took is given back: of thousands of
    /// machines that rest, none keeps room for its busiest moment.
    pub fn poll(&mut self) -> Option<T> {
        let output = self.0.pop_front();
        if output.is_none() {
            self.0 = VecDeque::new();
        }
        output
    }
}

impl<T> Extend<T> for Outputs<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, outputs: I) {
        self.0.extend(outputs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_come_in_order_and_leave_no_room_behind() {
        let mut outputs = Outputs::default();
        outputs.extend([1, 3]);
        outputs.insert(1, 2);
        outputs.push_back(4);
        assert_eq!((outputs.len(), outputs.is_empty()), (4, false));
        let drained: Vec<u8> = std::iter::from_fn(|| outputs.poll()).collect();
        assert_eq!(drained, [1, 2, 3, 4]);
        assert!(outputs.is_empty());
        assert_eq!(outputs.0.capacity(), 0);
    }
}
