//! The scripts that ship with the program, told of in their own first words.

/// A script of the folder `scripts`.
pub(super) struct Script {
    pub(super) name: &'static str,
    text: &'static str,
}

macro_rules! scripts {
    ($($name:literal)*) => {
        [$(Script {
            name: $name,
            text: include_str!(concat!("../../../scripts/", $name, ".rhai")),
        }),*]
    };
}

pub(super) static SCRIPTS: [Script; 5] =
    scripts!["cat_facts" "countdown" "hourly_poll" "product_tour" "scoreboard"];

impl Script {
    /// What it does and what it teaches: the whole sentences of the comment it opens with.
    pub(super) fn told(&self) -> String {
        let comment = self.text.lines().map_while(|line| line.strip_prefix("// "));
        // What is set further in is a command to be typed.
        let prose = comment.take_while(|line| !line.starts_with(' '));
        let prose = prose.collect::<Vec<_>>().join(" ");
        let end = prose.rfind(". ").filter(|_| !prose.ends_with('.'));
        end.map_or(prose.as_str(), |end| &prose[..=end]).to_owned()
    }
}
