//! An argument whose values have names, which shells complete.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command};

/// Reads an argument by its first part, which says in its own words what it does not take; its
/// second part tells the names that a shell offers.
#[derive(Clone)]
pub(super) struct Named<P>(pub(super) P, pub(super) fn() -> Vec<&'static str>);

impl<P: TypedValueParser> TypedValueParser for Named<P> {
    type Value = P::Value;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<P::Value, clap::Error> {
        self.0.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        // A shell parts a list of words at its blanks.
        let names = self.1().into_iter().filter(|name| !name.contains(' '));
        Some(Box::new(names.map(PossibleValue::new)))
    }
}
