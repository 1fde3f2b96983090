//! Facts that a call draws, each once in a round.

use rhai::Dynamic;

use super::Stage;
use crate::model::file::FileKind;
use crate::model::saved::Change;
use crate::rules::random::Random;
use crate::script::errors::ScriptFault;
use crate::script::facts::Deck;

impl Stage {
    /// The deck of a facts file, and the randomness it is drawn with.
    fn deck(&mut self, name: &str) -> Result<(&mut Deck, &mut Random), ScriptFault> {
        let text = self.file(FileKind::Facts, name)?;
        if !self.decks.get(name).is_some_and(|deck| deck.is_of(&text)) {
            let mut place = self.kept.facts.get(name).cloned().unwrap_or_default();
            let drafted = self.draft.changes.iter().filter(|it| it.facts() == Some(name));
            drafted.for_each(|change| place.apply(change));
            self.decks.insert(name.to_owned(), Deck::new(&text, &place));
        }
        let deck = self.decks.get_mut(name).expect("it was put there if it was not");
        if deck.len() == 0 {
            return Err(ScriptFault::hints(
                format!("the facts `{name}` are empty"),
                "one fact a line; blank lines and `#` comments do not count",
            ));
        }
        Ok((deck, &mut self.random))
    }

    /// A fact not drawn in this round.
    pub(in crate::script) fn random_fact(&mut self, name: &str) -> Result<Dynamic, ScriptFault> {
        self.not_in_test("random_fact")?;
        let (deck, random) = self.deck(name)?;
        let draw = deck.draw(random).expect("a deck that is not empty has a fact to draw");
        self.draft.changes.push(Change::Drawn {
            facts: name.to_owned(),
            line: draw.hash,
            new_round: draw.new_round,
        });
        Ok(draw.text.into())
    }

    /// The next fact in the file's order.
    pub(in crate::script) fn next_fact(&mut self, name: &str) -> Result<Dynamic, ScriptFault> {
        self.not_in_test("next_fact")?;
        let drafted = self.draft.changes.iter().rev().find_map(|change| {
            let Change::NextFact { facts, next } = change else { return None };
            (facts == name).then_some(*next)
        });
        let kept = self.kept.facts.get(name).map_or(0, |place| place.next);
        let at = drafted.unwrap_or(kept);
        let (deck, _) = self.deck(name)?;
        let count = deck.len();
        let line = deck.line(at).cloned().expect("a deck that is not empty has a line");
        let next = (at % count + 1) % count;
        self.draft.changes.push(Change::NextFact { facts: name.to_owned(), next });
        Ok(line.into())
    }

    /// All facts of a file.
    pub(in crate::script) fn facts(&mut self, name: &str) -> Result<Dynamic, ScriptFault> {
        let (deck, _) = self.deck(name)?;
        Ok(Dynamic::from_array(deck.lines().cloned().map(Dynamic::from).collect()))
    }
}
