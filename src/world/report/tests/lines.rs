//! The lines themselves, event by event.

use super::super::names::Named;
use super::super::screen::Colours;
use super::*;

fn shown(events: &[Event], colours: Colours, columns: Option<usize>) -> String {
    let mut plain = Plain::new(look());
    events.iter().filter_map(|event| plain.text(event, colours, columns)).collect()
}

#[test]
fn events_of_deliveries_on_a_pipe() {
    insta::assert_snapshot!(shown(&events(of_deliveries()), Colours::Off, None), @"
    19:30:01.001  sent     facts      48 B   1 ms   Cats purr.
    19:30:02.002  sent     facts      47 B   1 ms   1.2 s late · attempt 4 · maybe twice · Cats nap.
    19:30:03.003  repeat   facts      49 B  2.9 s   Cats sleep.
    19:30:04.004  sent     every 1… 1024 B   1 ms   Cats see in the dark.
    19:30:05.005  refused  facts     throttled, again in 210 ms
    19:30:06.006  refused  facts     unavailable, again in 5.0 s · User: x is not authorized
    19:30:07.007  refused  facts     off air, held
    19:30:08.008  refused  facts     rejected, given up · User: x is not authorized
    19:30:09.009  expired  facts      48 B          Cats purr.
    19:30:10.010  dropped  facts      48 B          the outbox was full · Cats purr.
    19:30:11.011  dropped  facts      48 B          the show stopped · Cats purr.
    19:30:12.012  dropped  facts      48 B          nothing goes out in a panic · Cats purr.
    19:30:13.013  doubt    facts      48 B          begun as the run ended, not resent · Cats purr.
    ");
}

#[test]
fn events_of_cues_on_a_pipe() {
    insta::assert_snapshot!(shown(&events(of_cues()), Colours::Off, None), @"
    19:30:01.001  fired    facts     by the operator
    19:30:02.002  missed   facts     due 19:29:10, 50.0 s late · 3 fires
    19:30:03.003  skipped  timed fires from now on, while off air
    19:30:04.004  skipped  12 timed fires while off air
    19:30:05.005  skipped  1 timed fire that came too late
    19:30:06.006  skipped  timed fires from now on, while handler calls wait
    19:30:07.007  not run  facts     it is disarmed
    19:30:08.008  not run  facts     the show was held when its time came
    19:30:09.009  not run  facts     nothing is fired in a panic
    19:30:10.010  set      #4        cancelled by the script
    19:30:11.011  held     since 19:30:00: nothing timed fires until the desk resumes
    19:30:12.012  panic    held since 19:30:00: nothing goes out until the desk resumes · unsent: ?
    19:30:13.013  resume   after 1 min, 3 timed fires skipped
    19:30:15.015  unseen   facts     3-18 was sent, and is not in the channel's video after 30.0 s
    19:30:16.016  name     hidden from leaderboards by the operator · 2 viewers have it
    ");
}

#[test]
fn events_of_the_show_on_a_pipe() {
    insta::assert_snapshot!(shown(&events(of_the_show()), Colours::Off, None), @r#"
    20:30:01.001  resumed  goes on after a crash · 2 cues
    20:30:02.002  reload   2 cues kept, 1 added · next: facts in 7.6 s · added intro
    20:30:03.003  reload   facts/cats.txt was read anew · next: facts in 7.6 s
    20:30:04.004  back     to the version of 20:29:00: what is saved failed, and does not play
    20:30:05.005  back     no earlier version ran for a minute: this one stays, mend it and save
    20:30:06.006  print    round 3
                           from here
    20:30:07.007  warn     facts     round 3
                                     from here
    20:30:08.008  on air   st-01HZX3 · 1 viewer
    20:30:09.009  on air   taken to be live
    20:30:10.010  off air  the channel is not live
    20:30:11.011  clock    the clock was set back by 1 min
    20:30:12.012  warning  the journal cannot be written
                           hint: make room
    error: `random_fct` is not part of the show language
      --> scripts/cat_facts.rhai:3:16
    3 |     let fact = random_fct("cats");
      |                ^^^^^^^^^^ did you mean `random_fact`?

    the show on air goes on with the version of 20:29:00
    error: `random_fct` is not part of the show language
      --> scripts/cat_facts.rhai:3:16
    3 |     let fact = random_fct("cats");
      |                ^^^^^^^^^^

    `facts` changed nothing this time, the show goes on
    20:30:15.015  error    facts     as before · scripts/cat_facts.rhai:3:16
    warning: `random_fct` is not part of the show language
      --> scripts/cat_facts.rhai:3:16
    3 |     let fact = random_fct("cats");
      |                ^^^^^^^^^^ did you mean `random_fact`?
    20:30:17.017  stopped  120 sent, 3 refused, 0 expired
    "#);
}

#[test]
fn a_json_line_begins_with_when_what_and_where() {
    let line = json::line(&event(1, What::OnAir { stream: None, viewers: Some(2) }));
    let wanted = concat!(
        r#"{"at":"2026-11-22T19:30:00.001Z","event":"on_air","show":"cat_facts","#,
        r#""channel":"arn:aws:ivs:us-west-2:000000000000:channel/local","viewers":2}"#,
        "\n"
    );
    assert_eq!(line, wanted);
}

/// The lines without what each of them has, broken between fields where they get too long.
fn as_json(kinds: Vec<What>) -> String {
    let place = format!(r#""show":"cat_facts","channel":"{}""#, ChannelArn::local());
    let lines: String = events(kinds).iter().map(json::line).collect();
    let lines = lines.replace(&place, "…").replace(r#"{"at":"2026-11-22T"#, r#"{"at":"…T"#);
    let mut column = 0;
    let fields = lines.split_inclusive([',', '\n']).map(|field| {
        let is_long = column + field.len() > 90;
        column = if is_long { field.len() } else { column + field.len() };
        if field.ends_with('\n') {
            column = 0;
        }
        format!("{}{field}", if is_long { "\n    " } else { "" })
    });
    fields.collect()
}

#[test]
fn events_of_deliveries_as_json() {
    insta::assert_snapshot!(as_json(of_deliveries()), @r#"
    {"at":"…T19:30:00.000Z","event":"queued",…,"delivery":"3-17","cue":"facts","bytes":48,
        "payload":"{\"question\":\"Cats purr.\",\"answers\":{\"1\":\"True\"}}","priority":"go"}
    {"at":"…T19:30:01.001Z","event":"sent",…,"delivery":"3-17","cue":"facts","bytes":48,
        "payload":"{\"question\":\"Cats purr.\",\"answers\":{\"1\":\"True\"}}","late_ms":0,
        "waited_ms":2,"took_ms":1,"attempts":1}
    {"at":"…T19:30:02.002Z","event":"sent",…,"delivery":"3-17","cue":"facts","bytes":47,
        "payload":"{\"question\":\"Cats nap.\",\"answers\":{\"1\":\"True\"}}","late_ms":1200,
        "waited_ms":2,"took_ms":1,"attempts":4,"maybe_twice":true}
    {"at":"…T19:30:03.003Z","event":"sent",…,"delivery":"3-17","cue":"facts","bytes":49,
        "payload":"{\"question\":\"Cats sleep.\",\"answers\":{\"1\":\"True\"}}","late_ms":0,
        "waited_ms":2,"took_ms":2900,"attempts":1,"repeat":true}
    {"at":"…T19:30:04.004Z","event":"sent",…,"delivery":"3-17","cue":"every 1m30s",
        "bytes":1024,"payload":"{\"question\":\"Cats see in the dark.\",
        \"answers\":{\"1\":\"True\"}}","late_ms":0,"waited_ms":2,"took_ms":1,"attempts":1}
    {"at":"…T19:30:05.005Z","event":"refused",…,"delivery":"3-17","cue":"facts",
        "bytes":48,"payload":"{\"question\":\"Cats purr.\",\"answers\":{\"1\":\"True\"}}",
        "refusal":"throttled","message":"User: x is not authorized","attempts":1,"again_ms":210}
    {"at":"…T19:30:06.006Z","event":"refused",…,"delivery":"3-17","cue":"facts",
        "bytes":48,"payload":"{\"question\":\"Cats purr.\",\"answers\":{\"1\":\"True\"}}",
        "refusal":"unavailable","message":"User: x is not authorized","attempts":1,
        "again_ms":5000}
    {"at":"…T19:30:07.007Z","event":"refused",…,"delivery":"3-17","cue":"facts",
        "bytes":48,"payload":"{\"question\":\"Cats purr.\",\"answers\":{\"1\":\"True\"}}",
        "refusal":"off_air","message":"User: x is not authorized","attempts":1}
    {"at":"…T19:30:08.008Z","event":"refused",…,"delivery":"3-17","cue":"facts",
        "bytes":48,"payload":"{\"question\":\"Cats purr.\",\"answers\":{\"1\":\"True\"}}",
        "refusal":"rejected","message":"User: x is not authorized","attempts":1,"given_up":true}
    {"at":"…T19:30:09.009Z","event":"expired",…,"delivery":"3-17","cue":"facts",
        "bytes":48,"payload":"{\"question\":\"Cats purr.\",\"answers\":{\"1\":\"True\"}}"}
    {"at":"…T19:30:10.010Z","event":"dropped",…,"delivery":"3-17","cue":"facts",
        "bytes":48,"payload":"{\"question\":\"Cats purr.\",\"answers\":{\"1\":\"True\"}}",
        "why":"outbox_full"}
    {"at":"…T19:30:11.011Z","event":"dropped",…,"delivery":"3-17","cue":"facts",
        "bytes":48,"payload":"{\"question\":\"Cats purr.\",\"answers\":{\"1\":\"True\"}}",
        "why":"stopped"}
    {"at":"…T19:30:12.012Z","event":"dropped",…,"delivery":"3-17","cue":"facts",
        "bytes":48,"payload":"{\"question\":\"Cats purr.\",\"answers\":{\"1\":\"True\"}}",
        "why":"panic"}
    {"at":"…T19:30:13.013Z","event":"in_doubt",…,"delivery":"3-17","cue":"facts",
        "bytes":48,"payload":"{\"question\":\"Cats purr.\",\"answers\":{\"1\":\"True\"}}"}
    "#);
}

#[test]
fn events_of_cues_as_json() {
    insta::assert_snapshot!(as_json(of_cues()), @r##"
    {"at":"…T19:30:00.000Z","event":"cue_fired",…,"cue":"facts",
        "due":"2026-11-22T19:30:00.000Z","late_ms":1,"by":"trigger"}
    {"at":"…T19:30:01.001Z","event":"cue_fired",…,"cue":"facts",
        "due":"2026-11-22T19:30:00.000Z","late_ms":1,"by":"operator"}
    {"at":"…T19:30:02.002Z","event":"missed",…,"cue":"facts",
        "due":"2026-11-22T19:29:10.000Z","late_ms":50000,"count":3}
    {"at":"…T19:30:03.003Z","event":"skipped",…,"why":"off_air"}
    {"at":"…T19:30:04.004Z","event":"skipped",…,"why":"off_air","count":12}
    {"at":"…T19:30:05.005Z","event":"skipped",…,"why":"late","count":1}
    {"at":"…T19:30:06.006Z","event":"skipped",…,"why":"busy"}
    {"at":"…T19:30:07.007Z","event":"not_run",…,"cue":"facts","why":"disarmed"}
    {"at":"…T19:30:08.008Z","event":"not_run",…,"cue":"facts","why":"held"}
    {"at":"…T19:30:09.009Z","event":"not_run",…,"cue":"facts","why":"panic"}
    {"at":"…T19:30:10.010Z","event":"cue_set",…,"cue":"#4","to":"cancelled",
        "by":"script"}
    {"at":"…T19:30:11.011Z","event":"held",…,"since":"2026-11-22T19:30:00.000Z"}
    {"at":"…T19:30:12.012Z","event":"panicked",…,"since":"2026-11-22T19:30:00.000Z",
        "unsent":["?"]}
    {"at":"…T19:30:13.013Z","event":"released",…,"skipped":3,"held_ms":95000}
    {"at":"…T19:30:14.014Z","event":"shown",…,"delivery":"3-17","cue":"facts",
        "delay_ms":1700}
    {"at":"…T19:30:15.015Z","event":"unseen",…,"delivery":"3-18","cue":"facts",
        "after_ms":30000}
    {"at":"…T19:30:16.016Z","event":"name_set",…,"hidden":true,"viewers":2}
    "##);
}

#[test]
fn events_of_the_show_as_json() {
    insta::assert_snapshot!(as_json(of_the_show()), @r#"
    {"at":"…T19:30:00.000Z","event":"started",…,"version":"0.1.0","run":3,"seed":7341,
        "zone":"Europe/Paris","args":{"round":1},"script_hash":"ab",
        "files":{"facts/cats.txt":"cd"},"resume":false,"state":{"at":"…T19:29:59.000Z",
        "keys":6},"cues":2}
    {"at":"…T19:30:01.001Z","event":"started",…,"version":"0.1.0","run":3,"seed":7341,
        "zone":"Europe/Paris","args":{"round":1},"script_hash":"ab",
        "files":{"facts/cats.txt":"cd"},"resume":true,"state":{"at":"…T19:29:59.000Z","keys":6},
        "cues":2}
    {"at":"…T19:30:02.002Z","event":"reloaded",…,"file":"cat_facts.rhai","hash":"ab",
        "kept":2,"added":["intro"],"next":"facts","next_ms":7600}
    {"at":"…T19:30:03.003Z","event":"reloaded",…,"file":"facts/cats.txt","hash":"ab",
        "kept":2,"added":["intro"],"next":"facts","next_ms":7600}
    {"at":"…T19:30:04.004Z","event":"rolled_back",…,"to":"2026-11-22T19:29:00.000Z",
        "unplayed":true}
    {"at":"…T19:30:05.005Z","event":"rolled_back",…,"to":null}
    {"at":"…T19:30:06.006Z","event":"log",…,"level":"print",
        "message":"round 3\nfrom here"}
    {"at":"…T19:30:07.007Z","event":"log",…,"level":"warn","cue":"facts",
        "message":"round 3\nfrom here"}
    {"at":"…T19:30:08.008Z","event":"on_air",…,"stream":"st-01HZX3","viewers":1}
    {"at":"…T19:30:09.009Z","event":"on_air",…}
    {"at":"…T19:30:10.010Z","event":"off_air",…}
    {"at":"…T19:30:11.011Z","event":"clock_jumped",…,"by_ms":-90000}
    {"at":"…T19:30:12.012Z","event":"warning",…,
        "message":"the journal cannot be written\nhint: make room"}
    {"at":"…T19:30:13.013Z","event":"reload_failed",…,"script":"cat_facts.rhai","line":3,
        "column":16,"message":"`random_fct` is not part of the show language",
        "hint":"did you mean `random_fact`?"}
    {"at":"…T19:30:14.014Z","event":"script_error",…,"script":"cat_facts.rhai","line":3,
        "column":16,"cue":"facts","message":"`random_fct` is not part of the show language"}
    {"at":"…T19:30:15.015Z","event":"script_error",…,"script":"cat_facts.rhai","line":3,
        "column":16,"cue":"facts","message":"`random_fct` is not part of the show language"}
    {"at":"…T19:30:16.016Z","event":"script_warning",…,"script":"cat_facts.rhai","line":3,
        "column":16,"message":"`random_fct` is not part of the show language",
        "hint":"did you mean `random_fact`?"}
    {"at":"…T19:30:17.017Z","event":"stopped",…,"sent":120,"refused":3,"expired":0}
    "#);
}

#[test]
fn the_look_of_the_first_minute() {
    let mut second = sent(about("Cats sleep for most of the day."));
    if let What::Sent { attempts, .. } = &mut second {
        *attempts = 2;
    }
    let events = [
        event(0, started(false)),
        event(0, What::OnAir { stream: Some("st-01HZX3…".to_owned()), viewers: None }),
        event(1, sent(about("A cat's whiskers are about as wide as its body."))),
        event(12_418, reloaded("cat_facts.rhai")),
        event(20_001, refused(Refusal::Throttled, Some(210), false)),
        event(20_212, second),
        event(23_000, What::ReloadFailed(mistake())),
    ];
    let head = Head {
        parts: ["cat_facts", "channel local", "seed 7341"].map(str::to_owned).into(),
        endpoint: Some("http://127.0.0.1:5001".to_owned()),
        journal: Some("scripts/.runner/journal.jsonl".to_owned()),
        state: Some(head::state_line(
            &StateAge { at: at(-7 * 86_400_000), keys: 6 },
            &"Europe/Paris".parse().expect("a zone"),
            at(0),
        )),
        zone: Some("Europe/Paris".to_owned()),
        ..Head::default()
    };
    let text = head.text(Colours::Off) + shown(&events, Colours::Off, Some(80)).as_str();
    insta::assert_snapshot!(text, @r#"
    showrunner 0.1.0 · cat_facts · channel local · seed 7341
      endpoint  http://127.0.0.1:5001        use it with any AWS SDK
      journal   scripts/.runner/journal.jsonl
      state     from 15 Nov 20:30, 6 keys · --fresh starts anew
      zone      Europe/Paris

    20:30:00.000  on air   st-01HZX3…
    20:30:00.001  sent     facts      85 B   1 ms   A cat's whiskers are about as w…
    20:30:12.418  reload   2 cues kept, 1 added · next: facts in 7.6 s · added intro
    20:30:20.001  refused  facts     throttled, again in 210 ms
    20:30:20.212  sent     facts      69 B   1 ms   second attempt · Cats sleep for…
    error: `random_fct` is not part of the show language
      --> scripts/cat_facts.rhai:3:16
    3 |     let fact = random_fct("cats");
      |                ^^^^^^^^^^ did you mean `random_fact`?

    the show on air goes on with the version of 20:30:12
    "#);
}

#[test]
fn colours_mean_one_thing_each() {
    let events = [
        event(0, sent(about("Cats purr."))),
        event(1, What::OffAir),
        event(2, refused(Refusal::Throttled, Some(210), false)),
        event(3, What::Stopped { sent: 1, refused: 1, expired: 0, took_ms: 0 }),
        event(4, What::ReloadFailed(mistake())),
    ];
    let text = shown(&events, Colours::On, Some(60)).replace('\x1b', "␛");
    insta::assert_snapshot!(text, @r#"
    ␛[90m19:30:00.000␛[0m  ␛[32msent   ␛[0m  facts      48 B   1 ms   Cats purr.
    ␛[90m19:30:00.001␛[0m  ␛[33moff air␛[0m  the channel is not live
    ␛[90m19:30:00.002␛[0m  ␛[1m␛[31mrefused␛[0m  facts     throttled, again in 210 ms
    ␛[90m19:30:00.003␛[0m  ␛[90mstopped␛[0m  1 sent, 1 refused, 0 expired
    ␛[1m␛[31merror␛[0m: `random_fct` is not part of the show language
      --> scripts/cat_facts.rhai:3:16
    3 |     let fact = random_fct("cats");
      |                ␛[1m␛[31m^^^^^^^^^^␛[0m did you mean `random_fact`?
    "#);
}

#[test]
fn several_shows_have_a_column() {
    let other = ShowId { script: "quiz".into(), ..show("cat_facts") };
    let look = look();
    for (show, label) in [(show("cat_facts"), "cat_facts"), (other.clone(), "quiz")] {
        look.names.add(show, Named { label: label.to_owned(), folder: None });
    }
    let mut plain = Plain::new(look);
    let events = [
        event(0, sent(about("Cats purr."))),
        Event { show: Some(other), ..event(1, What::OffAir) },
        Event { show: None, ..event(2, What::ClockJumped { by_ms: 2_000 }) },
    ];
    let text: String =
        events.iter().filter_map(|event| plain.text(event, Colours::Off, None)).collect();
    insta::assert_snapshot!(text, @"
    19:30:00.000  cat_facts  sent     facts      48 B   1 ms   Cats purr.
    19:30:00.001  quiz       off air  the channel is not live
    19:30:00.002             clock    the clock was set ahead by 2.0 s
    ");
}

#[test]
fn nothing_hostile_reaches_a_terminal() {
    let evil = "\x1b]0;owned\x07\u{9b}2J\u{202e}";
    let mut of = about(evil);
    of.cue = serde_json::from_value(json!(evil)).expect("an old store may hold anything");
    let mut error = handler_mistake();
    (error.source, error.message) = (format!("\t{evil}      x();"), evil.to_owned());
    (error.script, error.hint) = (evil.to_owned(), Some(evil.to_owned()));
    let events = [
        event(0, sent(of)),
        event(1, What::Warning { message: format!("{evil}\nhint: {evil}") }),
        event(2, What::ScriptError(error.clone())),
        event(3, What::ScriptError(error)),
        event(4, What::OnAir { stream: Some(evil.to_owned()), viewers: None }),
    ];
    let mut text = shown(&events, Colours::Off, Some(200));
    let parts = vec![evil.to_owned()];
    let journal = Some(evil.to_owned());
    text += &Head { parts, journal, ..Head::default() }.text(Colours::Off);
    let next = Some((evil.to_owned(), SignedDuration::ZERO));
    text += &StatusLine { next, ..StatusLine::default() }.text(Colours::Off, None);
    text += &events.iter().map(json::line).collect::<String>();
    let obeyed = |c: &char| c.is_control() && *c != '\n';
    assert_eq!(text.chars().find(obeyed), None, "{text:?}");
}

#[test]
fn a_wide_line_is_shown_around_its_caret() {
    let mut error = mistake();
    error.source = format!("{}random_fct(\"cats\"); {}", "let a = 1; ".repeat(20), "x".repeat(99));
    error.column = 221;
    error.hint = Some("a long hint that does not fit beside the caret at all".to_owned());
    let text = shown(&[event(0, What::ReloadFailed(error))], Colours::Off, Some(60));
    insta::assert_snapshot!(text, @r#"
    error: `random_fct` is not part of the show language
      --> scripts/cat_facts.rhai:3:221
    3 | …a = 1; let a = 1; random_fct("cats"); xxxxxxxxxxxxxxx…
      |                    ^^^^^^^^^^
    hint: a long hint that does not fit beside the caret at all
    "#);
}

#[test]
fn a_reload_of_the_same_cues_says_how_many_lines_changed() {
    let reloaded = What::Reloaded(Box::new(Reloaded {
        file: "show.rhai".to_owned(),
        kept: 3,
        lines: 2,
        ..Reloaded::default()
    }));
    let wanted = "19:30:00.000  reload   3 cues kept, 2 lines changed\n";
    assert_eq!(shown(&[event(0, reloaded)], Colours::Off, None), wanted);
}

#[test]
fn a_reload_says_last_which_cues_changed() {
    let named = |names: &[&str]| names.iter().map(|name| cue(name)).collect();
    let reloaded = What::Reloaded(Box::new(Reloaded {
        file: "show.rhai".to_owned(),
        kept: 1,
        added: named(&["a", "b", "c", "d"]),
        removed: named(&["outro"]),
        next: Some(cue("facts")),
        next_ms: Some(7_600),
        ..Reloaded::default()
    }));
    let wanted = "19:30:00.000  reload   1 cue kept, 4 added, 1 removed · next: facts in 7.6 s \
                  · added a, b, c, … · removed outro\n";
    assert_eq!(shown(&[event(0, reloaded)], Colours::Off, None), wanted);
}
