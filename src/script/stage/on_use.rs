//! What takes room only while it is used: a run has many shows, and few of them are in a call.

use std::cell::OnceCell;
use std::ops::{Deref, DerefMut};

/// A value that is there from when it is first looked at until it is taken.
pub(in crate::script) struct OnUse<T>(OnceCell<Box<T>>);

impl<T: Default> OnUse<T> {
    /// Takes the value; a new one is there when it is looked at again.
    pub(super) fn take(&mut self) -> T {
        self.0.take().map_or_else(T::default, |value| *value)
    }
}

impl<T> Default for OnUse<T> {
    fn default() -> Self {
        Self(OnceCell::new())
    }
}

impl<T: Default> Deref for OnUse<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.get_or_init(Box::default)
    }
}

impl<T: Default> DerefMut for OnUse<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_init(Box::default);
        self.0.get_mut().expect("it is there since it was looked at")
    }
}
