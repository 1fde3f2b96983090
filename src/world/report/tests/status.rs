//! The moving last line.

use super::super::screen::Colours;
use super::super::status::HeldShows;
use super::*;

#[test]
fn the_last_line_says_how_things_stand() {
    let several =
        StatusLine { next: None, on_air: 2, channels: 3, refused: 2, waiting: 4, ..status() };
    let off_air = StatusLine { on_air: 0, ..status() };
    let lines = [
        status().text(Colours::Off, None),
        several.text(Colours::Off, None),
        off_air.text(Colours::Off, None),
        status().text(Colours::Off, Some(30)),
        status().text(Colours::Off, Some(1)),
    ];
    let lines = lines.map(|line| format!("|{line}|"));
    insta::assert_snapshot!(lines.join("\n"), @"
    | ▸ facts in 9.4 s · on air · 3 sent · 0 waiting · 1 of 5 a second|
    | ▸ no cue is due · 2 of 3 on air · 3 sent · 2 refused · 4 waiting · 1 of 5 a second|
    | ▸ facts in 9.4 s · off air · 3 sent · 0 waiting · 1 of 5 a second|
    | ▸ facts in 9.4 s · on air ·…|
    ||
    ");
}

#[test]
fn a_hold_stands_first() {
    for (held, word) in [(HeldShows::Held, "HELD"), (HeldShows::Panic, "PANIC")] {
        let line = StatusLine { held: Some(held), next: None, ..status() };
        let text = line.text(Colours::Off, None);
        assert!(text.starts_with(&format!(" ▸ {word} · no cue is due · on air")), "{text}");
    }
}
