//! Plans that can be played, and every way in which one cannot.

use std::fs;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::{parse, read};
use crate::world::run::ShowOptions;

const ARN: &str = "arn:aws:ivs:us-west-2:123456789012:channel/abcd";

/// A folder with two scripts and a folder of facts.
fn house() -> TempDir {
    let house = tempfile::tempdir().expect("a folder can be made");
    for script in ["cats.rhai", "quiz.rhai", "other/cats.rhai"] {
        let path = house.path().join(script);
        fs::create_dir_all(path.parent().expect("it has one")).expect("a folder can be made");
        fs::write(path, "every(\"10s\", || ());").expect("a file can be written");
    }
    fs::create_dir(house.path().join("facts")).expect("a folder can be made");
    house
}

fn shows(text: &str) -> Vec<ShowOptions> {
    let house = house();
    parse(text, "runner.toml", house.path()).unwrap_or_else(|error| panic!("{error}"))
}

/// What is said of a plan, its folder left out.
fn said(text: &str) -> String {
    let house = house();
    let error = parse(text, "runner.toml", house.path()).expect_err("it cannot be played");
    error.to_string().replace(&house.path().display().to_string(), "[house]")
}

#[test]
fn a_show_plays_on_each_of_its_channels() {
    let text = format!(
        r#"
        [[show]]
        script = "cats.rhai"
        channels = ["{ARN}", "local"]
        timezone = "Europe/Paris"
        seed = 0x10
        facts = "facts"
        args = {{ team = "Reds", round = 3, rate = 0.5, on = true, at = 20:30:00 }}

        [[show]]
        script = "quiz.rhai"
        [show.args.of]
        many = [1, [2, 3]]
        "#
    );
    let shows = shows(&text);
    let [first, second, third] = shows.as_slice() else { panic!("met {shows:?}") };
    assert_eq!(first.channel.as_str(), ARN);
    assert!(second.channel.is_local() && third.channel.is_local());
    assert_eq!((first.seed, third.seed), (Some(16), None));
    assert_eq!(first.zone.as_ref().map(ToString::to_string).as_deref(), Some("Europe/Paris"));
    assert!(first.facts.as_ref().is_some_and(|facts| facts.ends_with("facts")));
    assert_eq!(ShowOptions { channel: first.channel.clone(), ..second.clone() }, *first);
    let args: serde_json::Map<_, _> = first.args.iter().cloned().collect();
    let wanted = json!({"at": "20:30:00", "on": true, "rate": 0.5, "round": 3, "team": "Reds"});
    assert_eq!(serde_json::Value::Object(args), wanted);
    let args: serde_json::Map<_, _> = third.args.iter().cloned().collect();
    assert_eq!(serde_json::Value::Object(args), json!({"of": {"many": [1, [2, 3]]}}));
    assert_eq!(&*third.id().script, "quiz");
}

#[test]
fn an_unknown_key_is_told_with_the_nearest_one() {
    let text = "[[show]]\nscript = \"cats.rhai\"\nchanels = [\"local\"]\n";
    insta::assert_snapshot!(said(text), @r#"
    a show has no `chanels`
      --> runner.toml:3:1
    3 | chanels = ["local"]
      | ^^^^^^^ did you mean `channels`?
    "#);
    insta::assert_snapshot!(said("[[shows]]\nscript = \"cats.rhai\"\n"), @r#"
    a plan has no `shows`
      --> runner.toml:1:3
    1 | [[shows]]
      |   ^^^^^ did you mean `show`?
    "#);
    insta::assert_snapshot!(said("[[show]]\nscript = \"cats.rhai\"\nbudget = 5\n"), @r#"
    a show has no `budget`
      --> runner.toml:3:1
    3 | budget = 5
      | ^^^^^^ it may have script, channels, timezone, seed, args, facts
    "#);
}

/// Nearly nothing of it is as it should be.
const BAD: &str = r#"
[[show]]
script = "cats.rhai"
channels = ["local", "local", 5]
timezone = "Europe/Pariss"
seed = -1
facts = "fact"

[[show]]
channels = []
args = 5

[[show]]
script = "dogs.rhai"
"#;

#[test]
fn all_mistakes_are_told_at_once_in_their_order() {
    insta::assert_snapshot!(said(BAD), @r#"
    this show has the channel twice
      --> runner.toml:4:22
    4 | channels = ["local", "local", 5]
      |                      ^^^^^^^ leave one of them out

    error: this is no channel
      --> runner.toml:4:31
    4 | channels = ["local", "local", 5]
      |                               ^ `channels = ["local"]`, or ARNs of channels

    error: `Europe/Pariss` is not a time zone, did you mean `Europe/Paris`?
      --> runner.toml:5:12
    5 | timezone = "Europe/Pariss"
      |            ^^^^^^^^^^^^^^^ write a name of the IANA database, `Europe/Paris`

    error: `seed` cannot be -1
      --> runner.toml:6:8
    6 | seed = -1
      |        ^^ a whole number from 0, `seed = 7`

    error: `[house]/fact` is not a folder
      --> runner.toml:7:9
    7 | facts = "fact"
      |         ^^^^^^

    error: this show has no script
      --> runner.toml:9:1
    9 | [[show]]
      | ^^^^^^^^ `script = "show.rhai"`

    error: `channels` is no list of channels
      --> runner.toml:10:12
    10 | channels = []
       |            ^^ `channels = ["local"]`, or ARNs of channels

    error: `args` cannot be this integer
      --> runner.toml:11:8
    11 | args = 5
       |        ^ `args = { team = "Reds" }`

    error: there is no script `[house]/dogs.rhai`
      --> runner.toml:14:10
    14 | script = "dogs.rhai"
       |          ^^^^^^^^^^^ name the path of a show's script, `scripts/cat_facts.rhai`
    "#);
    let arn = said("[[show]]\nscript = \"cats.rhai\"\nchannels = [\"arn:aws:s3:::x\"]\n");
    assert!(arn.contains("is not the ARN of an IVS channel") && arn.contains(":3:13"), "{arn}");
}

#[test]
fn two_shows_of_one_name_cannot_share_a_channel() {
    let same = "[[show]]\nscript = \"cats.rhai\"\n[[show]]\nscript = \"cats.rhai\"\nseed = 5\n";
    insta::assert_snapshot!(said(same), @r#"
    `cats` plays on this channel already, line 2
      --> runner.toml:4:10
    4 | script = "cats.rhai"
      |          ^^^^^^^^^^^ a script plays once on a channel; leave one of them out
    "#);
    let other = "[[show]]\nscript = \"cats.rhai\"\n[[show]]\nscript = \"other/cats.rhai\"\n";
    insta::assert_snapshot!(said(other), @r#"
    another script of the name `cats` plays on this channel, line 2: `[house]/cats.rhai`
      --> runner.toml:4:10
    4 | script = "other/cats.rhai"
      |          ^^^^^^^^^^^^^^^^^
    hint: rename one of the two; a show is known by its script's name and its channel
    "#);
    let both = "[[show]]\nscript = \"cats.rhai\"\n[[show]]\nscript = \"quiz.rhai\"\n";
    assert_eq!(shows(both).len(), 2, "two scripts may share one");
}

#[test]
fn what_is_no_plan_is_told_where_it_ends_to_be_one() {
    insta::assert_snapshot!(said(""), @r#"
    it names no show
      --> runner.toml
    hint: wanted
      [[show]]
      script = "show.rhai"
      channels = ["local"]
    "#);
    insta::assert_snapshot!(said("[[show]\nscript = 1\n"), @r#"
    unclosed array table, expected `]`
      --> runner.toml:1:8
    1 | [[show]
      |        ^
    "#);
    insta::assert_snapshot!(said("show = 5"), @r#"
    `show` is no list of shows
      --> runner.toml:1:8
    1 | show = 5
      |        ^
    hint: wanted
      [[show]]
      script = "show.rhai"
      channels = ["local"]
    "#);
    insta::assert_snapshot!(said("show = [5]"), @r#"
    this is no show
      --> runner.toml:1:9
    1 | show = [5]
      |         ^
    hint: wanted
      [[show]]
      script = "show.rhai"
      channels = ["local"]
    "#);
    insta::assert_snapshot!(said("[[show]]\nscript = \"cats.rhai\"\nargs = { n = nan }"), @r#"
    `nan` is no number that JSON has
      --> runner.toml:3:8
    3 | args = { n = nan }
      |        ^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(said("[[show]]\nscript = \"größe\nscript = 5"), @r#"
    invalid basic string, expected `"`
      --> runner.toml:2:16
    2 | script = "größe
      |                ^
    "#);
}

#[test]
fn a_file_that_is_none_is_told() {
    let house = house();
    let said = |path: &Path| read(path).expect_err("it is no plan").to_string();
    let missing = said(Path::new("nowhere.toml"));
    assert!(missing.contains("no such file") && missing.contains("runner up --help"), "{missing}");
    let folder = said(house.path());
    assert!(folder.contains("it is no file"), "{folder}");
    let bytes = house.path().join("bytes.toml");
    fs::write(&bytes, [0xff, 0xfe]).expect("a file can be written");
    assert!(said(&bytes).contains("wanted UTF-8"));
}

#[test]
fn a_hostile_plan_only_fails() {
    for text in ["\u{feff}[[show]]", "[[show]]\nscript=\"\"", "a=".repeat(10_000).as_str()] {
        assert!(!said(text).is_empty());
    }
    let deep = format!("[[show]]\nargs = {}5{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(!said(&deep).is_empty());
    let many = "[[show]]\nscript = \"cats.rhai\"\n".repeat(100);
    let house = house();
    let error = parse(&many, "runner.toml", house.path()).expect_err("all are the same");
    assert_eq!(error.mistakes.len(), crate::model::limits::PLAN_MISTAKES_MAX);
}

#[test]
fn what_readme_shows_can_be_played() {
    let readme = include_str!("../../../README.md");
    let (_, after) = readme.split_once("```toml\n").expect("it shows a plan");
    let (example, _) = after.split_once("```").expect("it ends");
    let house = house();
    let shop = house.path().join("shop");
    fs::create_dir(&shop).expect("a folder can be made");
    fs::write(shop.join("products.rhai"), "").expect("a file can be written");
    let shows = parse(example, "runner.toml", house.path());
    let shows = shows.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(shows.len(), 3);
}
