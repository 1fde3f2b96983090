//! Two shows on one channel: what its viewers see is of both.

use serde_json::{Value, json};

use super::{BEARER, house, press, up};
use crate::rig::{Local, get, post, until};

const QUIET: &str = "cue(\"x\", || put_metadata(notice(\"x\")));";

#[test]
fn shows_of_one_channel_have_one_screen_and_one_panic_of_the_channel() {
    let (house, local) = (house(), Local::start());
    house.write("show/a.rhai", QUIET);
    house.write("show/b.rhai", QUIET);
    let shows = ["a", "b"].map(|it| format!("[[show]]\nscript = \"show/{it}.rhai\"\n"));
    house.write("runner.toml", &shows.concat());
    let mut run = up(&house, &local, &["--desk-token", "a-token-of-ours"]);
    let mut address = |of: &str| {
        let line = run.line(of, |line| line.starts_with(&format!("  {of} ")));
        format!("http://{}", line.split('/').nth(2).expect("it has an address"))
    };
    let (player, desk) = (address("player"), address("desk"));
    let bearer = [("authorization", BEARER)];

    let put = |show: &str, payload: Value| {
        let body = json!({ "payload": payload }).to_string();
        let (_, said) = post(&format!("{desk}/api/put?show={show}"), &bearer, &body);
        assert_eq!(said["shows"][0]["result"], "done", "{said}");
    };
    // What one who comes now sees, and what each desk shows.
    let sees = |titled: &str, wanted: bool| {
        until(&format!("{titled} everywhere: {wanted}"), || {
            let desks = ["a", "b"].map(|show| {
                get(&format!("{desk}/api/desk?show={show}"), &bearer).1["screen"].to_string()
            });
            let joins = get(&format!("{player}/api/state"), &[]).1["screen"].to_string();
            let all = [&desks[0], &desks[1], &joins];
            all.iter().all(|screen| screen.contains(titled) == wanted).then_some(())
        });
    };
    let card = |title: &str| json!({ "type": "card", "title": title });
    put("a", card("first"));
    sees("first", true);
    put("b", json!({ "type": "clear" }));
    sees("first", false);
    put("b", card("second"));
    sees("second", true);
    put("a", card("third"));
    sees("third", true);
    sees("second", false);

    let said = press(&desk, "panic?channel=local");
    assert_eq!(said["shows"].as_array().map(Vec::len), Some(2), "{said}");
    sees("third", false);
    press(&desk, "resume?channel=local");

    // What one show keeps is nothing that the other has.
    let (status, said) =
        post(&format!("{desk}/api/state/set"), &bearer, r#"{"path":["n"],"value":1}"#);
    assert!(status == 400 && said.to_string().contains("several shows play"), "{said}");
    let broken = json!({ "payload": "{type: 'notice'}" }).to_string();
    let (status, said) = post(&format!("{desk}/api/put?show=a"), &bearer, &broken);
    assert!(status == 400 && said.to_string().contains("begins like JSON"), "{said}");
    let ended = run.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
}
