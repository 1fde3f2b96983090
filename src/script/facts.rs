//! Facts: the lines of a file, drawn so that none comes twice before all came once.

use std::collections::BTreeSet;
use std::sync::Arc;

use rhai::ImmutableString;

use crate::model::file::facts_of;
use crate::model::saved::FactsPlace;
use crate::rules::random::{Random, hash};

/// A facts file ready for drawing. Kept from call to call as long as its text is the same.
pub(super) struct Deck {
    text: Arc<str>,
    lines: Vec<Line>,
    /// Indexes of the lines not drawn in this round, in the file's order: what a number draws
    /// depends on what was drawn, not on when the deck was made.
    undrawn: Vec<usize>,
    last: Option<u64>,
}

struct Line {
    text: ImmutableString,
    hash: u64,
}

/// A line that was drawn.
pub(super) struct Draw {
    /// The line.
    pub(super) text: ImmutableString,
    /// Its hash, which it is remembered by.
    pub(super) hash: u64,
    /// Whether it begins a new round.
    pub(super) new_round: bool,
}

impl Deck {
    /// The deck of a file's text, less what was drawn of it.
    pub(super) fn new(text: &Arc<str>, place: &FactsPlace) -> Self {
        let lines: Vec<Line> = fact_lines(text)
            .map(|line| Line { text: line.into(), hash: hash(line.as_bytes()) })
            .collect();
        let mut deck =
            Self { text: Arc::clone(text), lines, undrawn: Vec::new(), last: place.last };
        deck.undrawn = deck.all_but(&place.drawn);
        deck
    }

    /// Whether it was made of this very text.
    pub(super) fn is_of(&self, text: &Arc<str>) -> bool {
        Arc::ptr_eq(&self.text, text)
    }

    /// How many facts there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// All facts, in the file's order.
    pub(super) fn lines(&self) -> impl Iterator<Item = &ImmutableString> {
        self.lines.iter().map(|line| &line.text)
    }

    /// The fact at an index, counted round and round.
    pub(super) fn line(&self, index: usize) -> Option<&ImmutableString> {
        let index = index.checked_rem(self.lines.len())?;
        self.lines.get(index).map(|line| &line.text)
    }

    /// Draws a fact; none when there are none. The last of a round is not the first of the next.
    pub(super) fn draw(&mut self, random: &mut Random) -> Option<Draw> {
        let new_round = self.undrawn.is_empty();
        if new_round {
            self.undrawn = self.all_but(&BTreeSet::new());
        }
        let barred = self.barred(new_round);
        let choices = self.undrawn.len() - usize::from(barred.is_some());
        let drawn = usize::try_from(random.below(choices as u64)).ok()?;
        let at = match barred {
            Some(barred) if drawn >= barred => drawn + 1,
            _ => drawn,
        };
        if at >= self.undrawn.len() {
            return None;
        }
        let line = self.lines.get(self.undrawn.remove(at))?;
        self.last = Some(line.hash);
        Some(Draw { text: line.text.clone(), hash: line.hash, new_round })
    }

    /// The place among the undrawn of the one that may not come first in a new round.
    fn barred(&self, new_round: bool) -> Option<usize> {
        let last = self.last.filter(|_| new_round && self.undrawn.len() > 1)?;
        self.undrawn.iter().position(|index| self.lines[*index].hash == last)
    }

    /// Indexes of all lines but the drawn ones; a line that stands twice counts once.
    fn all_but(&self, drawn: &BTreeSet<u64>) -> Vec<usize> {
        let mut met = drawn.clone();
        let lines = self.lines.iter().enumerate();
        lines.filter(|(_, line)| met.insert(line.hash)).map(|(index, _)| index).collect()
    }
}

/// The facts in a text: its lines, trimmed, without blank ones and `#` comments.
fn fact_lines(text: &str) -> impl Iterator<Item = &str> {
    facts_of(text).map(|(_, fact)| fact)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "one\r\n\r\n# not this\n  two  \nthree\none\n";

    #[test]
    fn every_line_comes_once_a_round() {
        let text: Arc<str> = TEXT.into();
        let mut deck = Deck::new(&text, &FactsPlace::default());
        let mut random = Random::new(1, "t", 0);
        let mut before = String::new();
        for _ in 0..20 {
            let mut round: Vec<String> = Vec::new();
            for turn in 0..3 {
                let draw = deck.draw(&mut random).expect("there are facts");
                assert_eq!(draw.new_round, turn == 0 && !before.is_empty());
                round.push(draw.text.to_string());
            }
            assert_ne!(round[0], before, "the last of a round is not the first of the next");
            before.clone_from(&round[2]);
            round.sort();
            assert_eq!(round, ["one", "three", "two"]);
        }
    }

    #[test]
    fn what_was_drawn_before_an_edit_is_not_drawn_again() {
        let mut place = FactsPlace::default();
        place.drawn.insert(hash(b"one"));
        place.drawn.insert(hash(b"gone since"));
        let mut deck = Deck::new(&"one\ntwo\nnew".into(), &place);
        let mut random = Random::new(1, "t", 0);
        let mut drawn: Vec<String> =
            (0..2).filter_map(|_| deck.draw(&mut random)).map(|d| d.text.to_string()).collect();
        drawn.sort();
        assert_eq!(drawn, ["new", "two"]);
        assert!(deck.draw(&mut random).expect("a new round begins").new_round);
    }

    #[test]
    fn nothing_to_draw() {
        let mut deck = Deck::new(&"# only this\n\n".into(), &FactsPlace::default());
        assert_eq!(deck.len(), 0);
        assert!(deck.draw(&mut Random::new(1, "t", 0)).is_none());
    }
}
