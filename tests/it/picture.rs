//! The picture of a simulated evening: `runner simulate --html`.

use crate::rig::{Ended, House};

const SHOW: &str = "every(\"1m\", || put_metadata(notice(\"hello\")));\n";

fn simulate(house: &House, more: &[&str]) -> Ended {
    let evening = ["simulate", "show/show.rhai", "--start", "2026-12-31T20:00", "--for", "5m"];
    house.do_in(&[&evening, more].concat())
}

#[test]
fn a_picture_is_written_over_an_older_one_and_over_nothing_else() {
    let house = House::with(SHOW);
    for _ in 0..2 {
        let drawn = simulate(&house, &["--html", "evening.html"]);
        assert_eq!(drawn.code, Some(0), "{drawn}");
    }
    let refused = simulate(&house, &["--html", "show/show.rhai"]);
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.stderr.contains("no picture of an evening\nhint: choose"), "{refused}");
    assert!(refused.lines.is_empty(), "it is said before the evening is played");
    assert_eq!(house.read("show/show.rhai"), SHOW);
    let nowhere = simulate(&house, &["--html", "nowhere/evening.html"]);
    assert_eq!(nowhere.code, Some(2), "{nowhere}");
    assert!(nowhere.lines.is_empty(), "{nowhere}");
}

#[test]
fn the_picture_is_one_page_and_holds_no_script_of_others() {
    let house = House::with(
        r#"cue("<script>alert(1)</script>", every("1m"), || {
               put_metadata("<img src=x onerror=y>");
           });"#,
    );
    let ended =
        simulate(&house, &["--html", "evening.html", "--quiet", "--off-air", "1m30s..2m30s"]);
    assert_eq!(ended.code, Some(0), "{ended}");
    let page = house.read("evening.html");
    assert!(page.starts_with("<!doctype html>"));
    assert!(!page.contains("<script") && !page.contains("<img"), "text stays text");
    assert!(page.contains("&lt;script&gt;alert(1)"));
    assert!(!page.contains("http") && !page.contains("url("), "it needs nothing else");
    assert!(page.contains("off air from 20:01"), "off air is behind every strip");
    let lost = simulate(&house, &["--html", "no/such/folder.html", "--quiet"]);
    assert_eq!(lost.code, Some(2), "{lost}");
    assert!(lost.stderr.contains("cannot write `no/such/folder.html`"), "{lost}");
}

/// The class and the height of each mark in the strip of a cue.
fn marks<'a>(page: &'a str, cue: &str) -> Vec<(&'a str, usize)> {
    let strip = page.split(&format!("<b>{cue}</b>")).nth(1).expect("the cue has a strip");
    let strip = strip.split("</svg>").next().unwrap_or_default();
    let within = |rect: &'a str, name: &str| {
        let value = rect.split(name).nth(1).expect("each mark has it");
        value.split('"').next().unwrap_or_default()
    };
    let rects = strip.split("<rect ").skip(1);
    let mark = |rect: &'a str| {
        let height = within(rect, " height=\"").parse().expect("a height is a number");
        (within(rect, "class=\""), height)
    };
    rects.map(mark).collect()
}

#[test]
fn what_is_repeated_is_not_drawn_like_a_payload() {
    let house = House::with(
        r#"on("on_air", || put_metadata(board("Score", [["Reds", 0]]), #{sticky: "5m"}));"#,
    );
    let ended = simulate(&house, &["--html", "evening.html"]);
    let sheet = ended.lines.iter().find(|line| line.contains("  sent  ")).expect("it is sent");
    assert!(sheet.contains("  sent     on air "), "a person does not say `on on_air`: {sheet}");
    let page = house.read("evening.html");
    assert!(page.contains("Grey is what was repeated for late joiners."));
    let marks = marks(&page, "on air");
    let of = |class: &str| -> Vec<usize> {
        marks.iter().filter(|mark| mark.0 == class).map(|mark| mark.1).collect()
    };
    let (sent, repeats) = (of("sent"), of("repeat"));
    assert_eq!(sent.len(), 1, "{marks:?}");
    assert!(repeats.len() > 10, "{marks:?}");
    assert!(repeats.iter().max() < sent.iter().min(), "repeats are lower: {marks:?}");
    let quiet = House::with(SHOW);
    simulate(&quiet, &["--html", "evening.html"]);
    assert!(!quiet.read("evening.html").contains("repeated"), "where nothing is, nothing is said");
}
