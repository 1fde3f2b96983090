//! Hold and panic, as an operator and a viewer see them.

use super::operate::{ask, fire};
use super::*;
use crate::model::event::NotRun;
use crate::model::hold::Held;
use crate::model::io::{Kept, OperatorAction, OperatorReply, PollAction, ShowOutput};
use crate::model::saved::Change;
use crate::model::time::Now;
use crate::show::Show;

const CLEAR: &str = r#"{"type":"clear"}"#;

impl Stage {
    fn operate(&mut self, action: OperatorAction) {
        let reply = ask(self, action);
        assert!(matches!(reply, OperatorReply::Done | OperatorReply::Stands(_)), "{reply:?}");
    }

    fn stands(&mut self, action: OperatorAction) -> String {
        let OperatorReply::Stands(words) = ask(self, action) else {
            panic!("it is told how it stands")
        };
        words
    }

    fn skipped(&self) -> Vec<u64> {
        let events = self.evening.events().iter();
        let skipped = events.filter_map(|event| {
            let What::Released { skipped, .. } = &event.what else { return None };
            Some(*skipped)
        });
        skipped.collect()
    }
}

#[test]
fn a_held_show_fires_nothing_that_is_timed_and_go_still_works() {
    let script = r#"every("10s", || put_metadata("tick"));
        cue("goal", || { put_metadata("goal"); after("5s", || put_metadata("replay")); });"#;
    let mut stage = Stage::play(script);
    stage.advance("15s");
    stage.operate(OperatorAction::Hold);
    stage.advance("30s");
    stage.operate(fire("goal", Value::Null));
    stage.advance("30s");
    assert_eq!(stage.texts(), ["tick", "tick", "goal"]);
    stage.operate(OperatorAction::Resume);
    stage.operate(OperatorAction::Resume);
    stage.advance("10s");
    assert_eq!(stage.got()[3..], [(80, "replay".to_owned()), (80, "tick".to_owned())]);
    assert_eq!((stage.skipped(), stage.count("held")), (vec![6], 1));
}

#[test]
fn what_does_not_come_again_is_told_by_name() {
    let mut stage = Stage::play(r#"cue("news", at("20:00:10"), || put_metadata("news"));"#);
    stage.operate(OperatorAction::Hold);
    stage.advance("20s");
    let lost = stage.evening.events().iter().any(|event| {
        matches!(&event.what, What::NotRun { cue, why: NotRun::Held } if cue.as_str() == "news")
    });
    assert!(lost, "{:?}", stage.names());
    stage.operate(fire("news", Value::Null));
    stage.advance("1s");
    assert_eq!(stage.texts(), ["news"]);
}

#[test]
fn a_hold_outlives_a_crash_and_ends_with_a_clean_stop() {
    let script = r#"every("10s", || put_metadata("tick"));
        cue("rest", || put_metadata("rest")); on("start", || after("30s", "rest"));"#;
    let mut stage = Stage::play(script);
    stage.advance("15s");
    stage.operate(OperatorAction::Hold);
    stage.advance("30s");
    let mut after = Stage::resume(script, "2026-11-22T20:01:00Z", stage.saved());
    after.advance("20s");
    assert_eq!((after.texts(), after.count("held")), (vec![], 1));
    after.operate(OperatorAction::Resume);
    after.advance("20s");
    assert_eq!(after.texts(), ["tick", "tick", "rest"], "15 s of its wait were left");
    let skipped = after.skipped();
    assert!(skipped[0] >= 4, "those before the crash are counted, too: {skipped:?}");

    after.operate(OperatorAction::Hold);
    after.input(ShowInput::Stop);
    after.advance("1s");
    let mut next = Stage::resume(script, "2026-11-22T20:10:00Z", after.saved());
    next.advance("5s");
    assert_eq!((next.texts(), next.count("held")), (vec!["tick".to_owned()], 0));
}

#[test]
fn in_a_panic_nothing_goes_out_but_what_clears_the_screen() {
    let script = r#"every("1s", || put_metadata("tick"));
        cue("goal", || put_metadata("goal"));
        on("off_air", || put_metadata("gone"));
        on("start", || for n in 0..50 { put_metadata("n" + n) });"#;
    let mut stage = Stage::play(script);
    stage.advance("3s");
    let before = stage.texts().len();
    stage.operate(OperatorAction::Panic);
    stage.operate(OperatorAction::Panic);
    stage.advance("10s");
    assert_eq!(ask(&mut stage, fire("goal", Value::Null)), OperatorReply::Panicked);
    stage.evening.go_offline(&REMOTE.parse().expect("it is an ARN"));
    stage.advance("20s");
    stage.evening.go_live(&REMOTE.parse().expect("it is an ARN"));
    stage.advance("20s");
    let after = stage.texts()[before..].to_vec();
    assert!(after.len() <= 2 && after.contains(&CLEAR.to_owned()), "{after:?}");
    assert_eq!(stage.saved().deliveries.len(), 0);
    stage.operate(OperatorAction::Resume);
    stage.advance("2s");
    assert_eq!(stage.texts().last().map(String::as_str), Some("tick"));
    assert_eq!((stage.count("panicked"), stage.count("released")), (1, 1));
}

#[test]
fn a_panic_closes_polls_without_results_and_opens_none() {
    let script = r#"cue("ask", || ask("Tea?", ["Yes", "No"], #{open_for: "20s"}));
        on("start", || fire("ask"));
        on("off_air", || ask("Coffee?", ["Yes", "No"]));
        on("poll_closed", |e| state.votes = e.total);"#;
    let mut stage = Stage::play(script);
    stage.advance("3s");
    stage.vote("Yes", 4);
    stage.operate(OperatorAction::Panic);
    assert_eq!(stage.evening.open_polls(stage.show).len(), 0);
    stage.evening.go_offline(&REMOTE.parse().expect("it is an ARN"));
    stage.advance("1m");
    assert_eq!(stage.evening.open_polls(stage.show).len(), 0);
    assert_eq!(stage.count("poll_opened"), 1);
    let results = stage.texts().iter().filter(|text| text.contains("results")).count();
    assert_eq!(results, 0, "{:?}", stage.texts());
    let kept = stage.saved().state.map(|kept| kept.value);
    assert_eq!(kept, Some(json!({"votes": 4})), "they were cast");
}

#[test]
fn results_that_a_panic_keeps_back_are_told_until_they_are_shown() {
    let script = r#"on("start", || ask("Tea?", ["Yes", "No"], #{open_for: "20s"}));"#;
    let mut stage = Stage::play(script);
    stage.advance("3s");
    stage.vote("Yes", 4);
    stage.operate(OperatorAction::Hold);
    let words = stage.stands(OperatorAction::Panic);
    assert!(
        words.starts_with("in a panic: nothing goes out until you resume; the hold"),
        "{words}"
    );
    assert!(words.ends_with("to be shown by hand after it: 1"), "{words}");
    let events = stage.evening.events().iter();
    let unsent = events.filter_map(|event| {
        let What::Panicked { unsent, .. } = &event.what else { return None };
        Some(unsent.clone())
    });
    assert_eq!(unsent.collect::<Vec<_>>(), [["Tea?"]]);
    stage.advance("1m");
    let closed = stage.evening.events().iter().find_map(|event| {
        let What::PollClosed(closed) = &event.what else { return None };
        Some((closed.tally.total(), closed.unsent))
    });
    assert_eq!(closed, Some((4, true)));
    // Also after a crash, until the operator shows them.
    let mut after = Stage::resume(script, "2026-11-22T20:02:00Z", stage.saved());
    assert_eq!(after.view()["polls"][0]["unsent"], json!(true));
    assert_eq!(after.stands(OperatorAction::Panic), "in a panic already");
    after.operate(OperatorAction::Resume);
    let asking = stage.asked().last().expect("something was asked").clone();
    after.operate(OperatorAction::Poll { asking, action: PollAction::Results });
    assert_eq!(after.view()["polls"][0]["unsent"], json!(false));
    after.advance("1s");
    let shown = after.texts().iter().filter(|text| text.contains("results")).count();
    assert_eq!(shown, 1, "{:?}", after.texts());
}

/// A panic ends no votes: those that were on their way count, and are in what is shown afterwards.
#[test]
fn a_vote_just_after_a_panic_counts() {
    let mut stage =
        Stage::play(r#"on("start", || ask("Tea?", ["Yes", "No"], #{open_for: "20s"}));"#);
    stage.advance("3s");
    stage.vote("Yes", 4);
    stage.operate(OperatorAction::Panic);
    stage.advance("2s");
    let asking = stage.asked().last().expect("something was asked").clone();
    stage.evening.vote(stage.show, Some(&asking), "No", 3).expect("it takes late votes");
    stage.advance("1m");
    let closed = stage.evening.events().iter().find_map(|event| {
        let What::PollClosed(closed) = &event.what else { return None };
        Some((closed.tally.total(), closed.unsent))
    });
    assert_eq!(closed, Some((7, true)));
    stage.operate(OperatorAction::Resume);
    stage.operate(OperatorAction::Poll { asking, action: PollAction::Results });
    stage.advance("1s");
    let (_, results) = stage.cards().last().expect("results").clone();
    assert_eq!((&results["type"], &results["total"]), (&json!("results"), &json!(7)));
}

#[test]
fn a_panic_outlives_a_crash() {
    let script = r#"every("1s", || put_metadata("tick"));
        on("resume", || put_metadata("back"));"#;
    let mut stage = Stage::play(script);
    stage.advance("3s");
    stage.operate(OperatorAction::Panic);
    // So soon that the store does not know yet what became of the clear.
    let mut after = Stage::resume(script, "2026-11-22T20:00:05Z", stage.saved());
    after.advance("10s");
    let got = after.texts();
    assert!(got.iter().all(|text| text == CLEAR), "{got:?}");
    assert_eq!(after.count("panicked"), 1);
    after.operate(OperatorAction::Resume);
    after.advance("2s");
    assert!(after.texts().contains(&"tick".to_owned()));
}

#[test]
fn what_is_not_on_cannot_be_held() {
    let mut stage = Stage::play(r#"on("start", || put_metadata("x"));"#);
    stage.input(ShowInput::Stop);
    stage.advance("10s");
    assert_eq!(ask(&mut stage, OperatorAction::Hold), OperatorReply::NotPlaying);
    assert_eq!(ask(&mut stage, OperatorAction::Panic), OperatorReply::NotPlaying);
}

#[test]
fn a_panic_holds_whatever_begins_until_it_is_lifted() {
    let script = r#"every("1s", || put_metadata("tick")); on("start", || put_metadata("hello"));"#;
    let mut stage = Stage::play(script);
    stage.advance("3s");
    stage.operate(OperatorAction::Panic);
    stage.input(ShowInput::Stop);
    stage.advance("1s");
    let mut next = Stage::resume(script, "2026-11-22T21:00:00Z", stage.saved());
    next.advance("10s");
    assert_eq!((next.texts(), next.count("panicked")), (vec![], 1));
    assert!(next.saved().held.is_some_and(|held| held.panic), "it is kept");
    let mut fresh = evening("2026-11-22T21:30:00Z");
    let show = fresh.add_fresh(setup(REMOTE), script, facts(5), next.saved());
    let mut fresh = Stage { evening: fresh, show };
    fresh.advance("10s");
    assert_eq!((fresh.texts(), fresh.saved().state), (vec![], None));
    fresh.operate(OperatorAction::Resume);
    fresh.advance("2s");
    assert_eq!(fresh.texts(), ["tick"; 2]);
    let mut after = Stage::resume(script, "2026-11-22T22:00:00Z", fresh.saved());
    after.advance("1s");
    assert_eq!(after.texts(), ["hello", "tick"]);
}

/// A show that waits for the file its script names, and what it kept.
fn beginning(saved: Saved) -> (Show, Now) {
    beginning_after(&[], saved)
}

/// The same of one that was asked for this before.
fn beginning_after(asked: &[OperatorAction], saved: Saved) -> (Show, Now) {
    let now = Now { up: SignedDuration::ZERO, wall: START.parse().expect("it is a time") };
    let mut show = Show::new(setup(REMOTE));
    for action in asked {
        replies(&mut show, action.clone(), now);
    }
    let script = FileAnswer::Text(r#"let cats = facts("cats"); cue("x", || {});"#.into());
    let start = ShowInput::Start { saved: Box::new(saved), kept: Kept::Use, script };
    show.handle(start, now);
    assert!(show.take_outputs().iter().any(|output| matches!(output, ShowOutput::Read(_))));
    (show, now)
}

fn replies(show: &mut Show, action: OperatorAction, now: Now) -> Vec<OperatorReply> {
    show.handle(ShowInput::Operator { request: 1, action }, now);
    let outputs = show.take_outputs().into_iter();
    let reply = |output| {
        if let ShowOutput::Reply { reply, .. } = output { Some(reply) } else { None }
    };
    outputs.filter_map(reply).collect()
}

/// What comes of its file: whether nothing goes out, and what is put.
fn begins(show: &mut Show, now: Now) -> (bool, Vec<String>) {
    let cats = FileRef { kind: FileKind::Facts, name: "cats".to_owned() };
    show.handle(ShowInput::File(cats, FileAnswer::Text("one".into())), now);
    let outputs = show.take_outputs();
    let put = outputs.iter().filter_map(|output| {
        let ShowOutput::Put(delivery) = output else { return None };
        Some(delivery.payload.as_str().to_owned())
    });
    let put = put.collect();
    (outputs.contains(&ShowOutput::Silent(true)), put)
}

#[test]
fn one_that_is_just_beginning_begins_in_the_panic() {
    let (mut show, now) = beginning(Saved::default());
    assert_eq!(replies(&mut show, OperatorAction::Panic, now), [OperatorReply::begins_in_panic()]);
    assert_eq!(begins(&mut show, now), (true, vec![CLEAR.to_owned()]));
    let (mut show, now) = beginning(Saved::default());
    replies(&mut show, OperatorAction::Panic, now);
    let lifted = replies(&mut show, OperatorAction::Resume, now);
    assert_eq!(lifted, [OperatorReply::begins_resumed()]);
    assert_eq!(begins(&mut show, now), (false, vec![]));
    let (mut show, now) = beginning(panicked(now));
    assert_eq!(replies(&mut show, OperatorAction::Resume, now), [OperatorReply::begins_resumed()]);
    assert_eq!(begins(&mut show, now), (false, vec![]));
}

/// What a show kept that was panicked.
fn panicked(now: Now) -> Saved {
    let held = Some(Held { since: now.wall, skipped: 0, panic: true });
    Saved { held, ..Saved::default() }
}

#[test]
fn a_panic_that_is_kept_is_lifted_before_its_show_begins() {
    let now = Now { up: SignedDuration::ZERO, wall: START.parse().expect("it is a time") };
    let (panic, resume) = (OperatorAction::Panic, OperatorAction::Resume);
    let first_told = |asked: &[OperatorAction]| {
        let (mut show, now) = beginning_after(asked, panicked(now));
        let cats = FileRef { kind: FileKind::Facts, name: "cats".to_owned() };
        show.handle(ShowInput::File(cats, FileAnswer::Text("one".into())), now);
        let outputs = show.take_outputs();
        let lift = Change::Held(None);
        let lifts = |output: &ShowOutput| {
            if let ShowOutput::Commit(changes) = output { changes.contains(&lift) } else { false }
        };
        let is_told = outputs.iter().any(|output| {
            let ShowOutput::Event(event) = output else { return false };
            event.what == What::Released { skipped: 0, held_ms: 0 }
        });
        let lifted = outputs.iter().any(lifts);
        assert_eq!(is_told, lifted, "its end is told: {asked:?}");
        (outputs.contains(&ShowOutput::Silent(true)), lifted)
    };
    assert_eq!(first_told(&[]), (true, false));
    assert_eq!(
        first_told(std::slice::from_ref(&resume)),
        (false, true),
        "nor does a crash bring it back"
    );
    assert_eq!(first_told(&[panic.clone(), resume.clone()]), (false, true));
    assert_eq!(first_told(&[resume, panic]), (true, false));
}
