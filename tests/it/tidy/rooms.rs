//! The order of the rooms: a file knows the rooms before its own, and its own.

use super::Breach;
use super::paths::Path;
use super::source::Source;

/// The rooms, in import order.
const ROOMS: [&str; 7] = ["model", "rules", "hls", "script", "show", "world", "cli"];

/// What a file's room may not know.
pub(super) fn check(source: &Source, paths: &[Path]) -> Vec<Breach> {
    let breach = |line, what, instead: &str| Breach {
        path: source.path.clone(),
        line,
        what,
        instead: instead.to_owned(),
    };
    if source.path == "src/lib.rs" {
        return check_list(source, breach);
    }
    let modules: Vec<&str> = module_of(&source.path);
    let Some(own) = place_of(modules[0]) else {
        let what = format!("`{}` is no room of the house", modules[0]);
        return vec![breach(1, what, "put the file into the room its concern belongs to")];
    };
    let mut found = Vec::new();
    for path in paths {
        let Some(met) = named_room(path, modules.len()) else { continue };
        let room = ROOMS[own];
        match place_of(met) {
            Some(place) if place <= own => {}
            Some(_) => found.push(breach(
                path.line,
                format!("`{room}` names `{met}`, a room after it"),
                "let the later room call this one, or make what is needed an input",
            )),
            None => found.push(breach(
                path.line,
                format!("`{room}` names `crate::{met}`, which is no room"),
                "name the room it lies in, `crate::<room>::…`",
            )),
        }
    }
    found
}

/// `lib.rs` lists the rooms in their order.
fn check_list(source: &Source, breach: impl Fn(usize, String, &str) -> Breach) -> Vec<Breach> {
    let (mut found, mut last) = (Vec::new(), None);
    for pair in source.tokens.windows(2) {
        let [keyword, name] = pair else { continue };
        if keyword.text != "mod" {
            continue;
        }
        let place = place_of(&name.text);
        if place.is_none() || place <= last {
            let what = format!("`mod {}` is out of order, or no room", name.text);
            found.push(breach(name.line, what, &format!("list the rooms as {}", ROOMS.join(", "))));
        }
        last = place.max(last);
    }
    found
}

fn place_of(room: &str) -> Option<usize> {
    ROOMS.iter().position(|known| *known == room)
}

/// The modules a file is, from the crate's root: `src/rules/schedule/mod.rs` is rules, schedule.
fn module_of(path: &str) -> Vec<&str> {
    let path = path.strip_prefix("src/").unwrap_or(path);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    path.strip_suffix("/mod").unwrap_or(path).split('/').collect()
}

/// What a path names in the crate's root, from a file `depth` modules below it.
fn named_room(path: &Path, depth: usize) -> Option<&str> {
    let mut segments = path.segments.iter().map(String::as_str).peekable();
    segments.next_if(|segment| *segment == "self");
    if segments.next_if(|segment| *segment == "crate").is_some() {
        // Alone it is the `crate` of `pub(crate)`.
        return segments.next();
    }
    let mut climbed = 0;
    while segments.next_if(|segment| *segment == "super").is_some() {
        climbed += 1;
    }
    (climbed > 0 && climbed == depth + path.modules).then(|| segments.next()).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::paths;
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let source = Source::new(path, text);
        check(&source, &paths::of(&source.tokens)).iter().map(|breach| breach.line).collect()
    }

    #[test]
    fn a_room_knows_those_before_it() {
        let text = "use crate::model::x;\nuse crate::rules::y;\nuse crate::show::z;\n";
        assert_eq!(lines("src/show/a.rs", text), [0; 0]);
        assert_eq!(lines("src/script/mod.rs", text), [3]);
        assert_eq!(lines("src/model/a/b.rs", text), [2, 3]);
    }

    #[test]
    fn every_way_to_name_a_room_is_seen() {
        for bad in [
            "use crate::{model::x, world::y};",
            "use crate::world as w;",
            "pub use crate::world;",
            "fn f() { crate::world::clock::now() }",
            "fn f(x: &crate::world::X) {}",
            "pub(in crate::world) fn f() {}",
            "macro_rules! m { () => { $crate::world::x() } }",
            "use super::super::world;",
            "use self::super::super::world;",
            "mod tests { use super::super::super::world; }",
            "use crate::*;",
        ] {
            assert_eq!(lines("src/rules/a.rs", bad), [1], "{bad}");
        }
    }

    #[test]
    fn what_stays_inside_is_fine() {
        for good in [
            "pub(crate) fn f() {}",
            "use super::world;",
            "mod tests { use super::super::world; }",
            "use self::world::x;",
            "// crate::world\nfn f() -> &'static str { \"crate::world\" }",
        ] {
            assert_eq!(lines("src/rules/a.rs", good), [0; 0], "{good}");
        }
    }

    #[test]
    fn the_house_has_no_other_rooms() {
        assert_eq!(lines("src/utils/a.rs", "//! Things."), [1]);
        assert_eq!(lines("src/helpers.rs", "//! Things."), [1]);
    }

    #[test]
    fn the_list_of_rooms_is_in_order() {
        assert_eq!(lines("src/lib.rs", "pub mod model;\npub mod rules;\npub mod cli;"), [0; 0]);
        assert_eq!(lines("src/lib.rs", "pub mod rules;\npub mod model;\npub mod cli;"), [2]);
        assert_eq!(lines("src/lib.rs", "pub mod model;\npub mod utils;"), [2]);
        assert_eq!(lines("src/lib.rs", "pub mod model;\npub mod model;"), [2]);
    }
}
