//! Every path a file names: those in its code, and those of its `use` lines with their braces
//! opened, so that `use std::{fs, io}` names `std::fs` and `std::io`.

use super::source::Token;

/// A path as it is named.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// What lies between its `::`; `*` for a glob.
    pub(super) segments: Vec<String>,
    /// The line of its last segment, from 1.
    pub(super) line: usize,
    /// Where it is named.
    pub(super) place: Place,
    /// How many `mod … { }` of its file it lies in.
    pub(super) modules: usize,
}

/// Where a path is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a `use`.
    Use,
    /// Before a `!`: a macro's call.
    Macro,
    /// Anywhere else.
    Code,
}

/// All paths of a file, in order.
pub(super) fn of(tokens: &[Token]) -> Vec<Path> {
    let mut reader = Reader { tokens, at: 0, braces: Vec::new(), paths: Vec::new() };
    while let Some(token) = tokens.get(reader.at) {
        match token.text.as_str() {
            "use" if reader.text(1) != "<" => {
                reader.at += 1;
                reader.use_tree(&[]);
            }
            "{" => {
                let opens_module = reader.at >= 2 && tokens[reader.at - 2].text == "mod";
                reader.braces.push(opens_module);
                reader.at += 1;
            }
            "}" => {
                reader.braces.pop();
                reader.at += 1;
            }
            _ if token.is_word() => reader.code_path(),
            _ => reader.at += 1,
        }
    }
    reader.paths
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    /// For each open brace, whether it is that of a module.
    braces: Vec<bool>,
    paths: Vec<Path>,
}

impl Reader<'_> {
    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |token| &token.text)
    }

    fn is_word(&self, ahead: usize) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(Token::is_word)
    }

    fn take(&mut self) -> String {
        self.at += 1;
        self.tokens[self.at - 1].text.clone()
    }

    fn push(&mut self, segments: Vec<String>, place: Place) {
        let line = self.tokens[self.at - 1].line;
        let modules = self.braces.iter().filter(|is_module| **is_module).count();
        self.paths.push(Path { segments, line, place, modules });
    }

    fn code_path(&mut self) {
        let mut segments = vec![self.take()];
        while self.text(0) == "::" && self.is_word(1) {
            self.at += 1;
            segments.push(self.take());
        }
        let calls_macro = self.text(0) == "!" && matches!(self.text(1), "(" | "[" | "{");
        self.push(segments, if calls_macro { Place::Macro } else { Place::Code });
    }

    /// One branch of a `use`, up to the `,`, `}` or `;` that ends it.
    fn use_tree(&mut self, before: &[String]) {
        let mut segments = before.to_vec();
        loop {
            match self.text(0) {
                "::" => self.at += 1,
                "{" => return self.use_group(&segments),
                "as" => {
                    // The other name does not matter, what it stands for does.
                    self.push(segments, Place::Use);
                    self.at += 2;
                    return;
                }
                "*" => segments.push(self.take()),
                _ if self.is_word(0) => segments.push(self.take()),
                _ => return self.push(segments, Place::Use),
            }
        }
    }

    fn use_group(&mut self, before: &[String]) {
        self.at += 1;
        while !matches!(self.text(0), "}" | ";" | "") {
            self.use_tree(before);
            if self.text(0) == "," {
                self.at += 1;
            }
        }
        self.at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        of(&Source::new("src/model/a.rs", text).tokens)
            .iter()
            .map(|path| path.segments.join("::"))
            .collect()
    }

    #[test]
    fn braces_of_a_use_are_opened() {
        assert_eq!(
            paths("pub use a::{b, c::{self, d as e, f::*}, };"),
            ["pub", "a::b", "a::c::self", "a::c::d", "a::c::f::*"]
        );
        assert_eq!(paths("use ::a; use b as c;"), ["a", "b"]);
        assert_eq!(paths("use a::{b,\n c};\nd::e();"), ["a::b", "a::c", "d::e"]);
    }

    #[test]
    fn code_names_paths_too() {
        assert_eq!(paths("a::b::<c::D>::e(&f)"), ["a::b", "c::D", "e", "f"]);
        assert_eq!(paths("-> impl A + use<'b> {}"), ["impl", "A", "use", "b"]);
    }

    #[test]
    fn a_path_knows_its_place() {
        let source = Source::new("a", "use a;\nmod b { c!(); mod d { e } }\nif f != g {}");
        let places: Vec<(String, Place, usize, usize)> = of(&source.tokens)
            .into_iter()
            .map(|path| (path.segments.join("::"), path.place, path.line, path.modules))
            .collect();
        let expected = [
            ("a", Place::Use, 1, 0),
            ("mod", Place::Code, 2, 0),
            ("b", Place::Code, 2, 0),
            ("c", Place::Macro, 2, 1),
            ("mod", Place::Code, 2, 1),
            ("d", Place::Code, 2, 1),
            ("e", Place::Code, 2, 2),
            ("if", Place::Code, 3, 0),
            ("f", Place::Code, 3, 0),
            ("g", Place::Code, 3, 0),
        ];
        assert_eq!(
            places,
            expected.map(|(path, place, line, mods)| (path.into(), place, line, mods))
        );
    }
}
