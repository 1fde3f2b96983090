//! The templates of new shows, embedded.

use std::fmt;
use std::str::FromStr;

use crate::model::near::nearest;

/// What stands in a template for the show's name.
pub(super) const NAME: &str = "NAME";

/// What a new show is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// A fact every ten seconds, as a true-or-false question.
    Facts,
    /// Polls by the operator's hand.
    Poll,
    /// A quiz with a right answer to each question, and its best players.
    Quiz,
    /// Products, one after the other.
    Products,
    /// A score box for two teams.
    Scoreboard,
    /// A countdown to the show's start.
    Countdown,
}

/// A file of a template: where it lies from the script's folder on, what it is, and its text.
pub(super) struct File {
    pub(super) path: &'static str,
    pub(super) what: &'static str,
    pub(super) text: &'static str,
}

/// The files of the template in a folder: its show, its tests, and what else it has.
macro_rules! files {
    ($folder:literal $(, $path:literal, $what:literal, $own:literal)?) => {
        vec![
            File { path: "NAME.rhai", what: "the show", text: text!($folder, "show.rhai") },
            File { path: "NAME_test.rhai", what: "its tests", text: text!($folder, "test.rhai") },
            $(File { path: $path, what: $what, text: text!($folder, $own) },)?
        ]
    };
}

/// The text of a file of a template.
macro_rules! text {
    ($folder:literal, $own:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/templates/", $folder, "/", $own))
    };
}

impl Template {
    /// All there are, the default first.
    pub const ALL: [Self; 6] =
        [Self::Facts, Self::Poll, Self::Quiz, Self::Products, Self::Scoreboard, Self::Countdown];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Poll => "poll",
            Self::Quiz => "quiz",
            Self::Products => "products",
            Self::Scoreboard => "scoreboard",
            Self::Countdown => "countdown",
        }
    }

    /// The files of a show made from it, the script first.
    pub(super) fn files(self) -> Vec<File> {
        match self {
            Self::Facts => files!("facts", "facts/NAME.txt", "its facts, one a line", "data.txt"),
            Self::Poll => files!("poll", "NAME.txt", "its questions, one a line", "data.txt"),
            Self::Quiz => files!("quiz", "NAME.json", "its questions", "data.json"),
            Self::Products => {
                files!("products", "NAME.csv", "its products, one a line", "data.csv")
            }
            Self::Scoreboard => files!("scoreboard"),
            Self::Countdown => files!("countdown"),
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Template {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.map(Self::name);
        Self::ALL.into_iter().find(|template| template.name() == text).ok_or_else(|| {
            let near = nearest(text, known);
            let meant = near.map(|near| format!("did you mean `{near}`? "));
            let (meant, all) = (meant.unwrap_or_default(), known.join(", "));
            format!("there is no template `{text}`\nhint: {meant}there are {all}")
        })
    }
}
