//! Loading and calling: the shortest show, and that a failed call changes nothing.

use super::rig::{Rig, handler, payloads, sent};
use crate::model::file::{FileKind, FileRef};
use crate::script::api::Called;

const SHORTEST: &str = r#"
every("10s", || {
    let fact = random_fact("cats");
    put_metadata(poll(fact, ["True", "False", pick(["Maybe", "Perhaps"])]));
});
"#;

#[test]
fn a_poll_goes_out_as_this_field_has_it() {
    let sent = sent(r#"put_metadata(poll("Do cats dream?", ["True", "False"]));"#);
    assert_eq!(
        sent,
        [concat!(
            r#"{"answers":{"1":"True","2":"False"},"current_time":"2026-Nov-22-170501","#,
            r#""poll_id":"a1afcc0b9186f8b99b911ff693c402c2","question":"Do cats dream?"}"#
        )]
    );
}

#[test]
fn the_shortest_show_asks_for_its_file_and_goes_on() {
    let mut rig = Rig::new();
    let ready = rig.load(SHORTEST);
    let every = handler(&ready, "every 10s");
    let Called::Needs(files) = rig.try_call(&ready.generation, &every) else {
        panic!("the facts are not read yet")
    };
    assert_eq!(files, [FileRef { kind: FileKind::Facts, name: "cats".to_owned() }]);
    rig.file(FileKind::Facts, "cats", "one\ntwo\nthree\n");
    let mut questions: Vec<String> =
        (0..3).flat_map(|_| payloads(&rig.call(&ready, "every 10s"))).collect();
    questions.sort();
    questions.dedup();
    assert_eq!(questions.len(), 3, "no fact comes twice in a round");
}
