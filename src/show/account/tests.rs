//! The account: turns, pace, asking.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::Account;
use crate::model::channel::{ChannelArn, StreamInfo};
use crate::model::event::What;
use crate::model::io::{AccountInput, AccountOutput, Air, AskFailure, Page, Seen, Urgency};
use crate::model::limits::{
    ACCOUNT_SENDS_PER_WINDOW, ASK_NOT_PERMITTED, ASK_OFF_AIR, ASK_ON_AIR, CALL_TIMEOUT,
};
use crate::model::time::Now;
use crate::show::sim::{AskingIs, Sim, arn, ms};

fn at(millis: i64) -> Now {
    Now { up: ms(millis), wall: Timestamp::UNIX_EPOCH + ms(millis) }
}

fn outputs(account: &mut Account) -> Vec<AccountOutput> {
    std::iter::from_fn(|| account.poll_output()).collect()
}

fn told(account: &mut Account, input: AccountInput, millis: i64) -> Vec<AccountOutput> {
    account.handle(input, at(millis));
    outputs(account)
}

fn grants(account: &mut Account, input: AccountInput, millis: i64) -> Vec<ChannelArn> {
    let outputs = told(account, input, millis).into_iter();
    outputs
        .filter_map(|it| if let AccountOutput::Grant(arn) = it { Some(arn) } else { None })
        .collect()
}

fn stream() -> StreamInfo {
    let (stream_id, health) = ("st-1".to_owned(), "HEALTHY".to_owned());
    StreamInfo { stream_id, started_at: Timestamp::UNIX_EPOCH, viewers: 1, health }
}

#[test]
fn two_hundred_busy_channels_share_the_account_evenly() {
    let mut sim = Sim::new(200);
    for n in 0..200 {
        for k in 0..40 {
            let mut delivery = sim.delivery(k + 1, "{}");
            delivery.show.channel = arn(n);
            delivery.valid_for = ms(60_000);
            sim.put(delivery);
        }
    }
    sim.run(20_000);
    sim.assert_pace(ACCOUNT_SENDS_PER_WINDOW, |_| true);
    sim.assert_pace(5, |call| call.channel == arn(7));
    assert!(sim.calls.len() >= 155 * 18, "the account is used: {}", sim.calls.len());
    let mut counts: BTreeMap<&ChannelArn, usize> = BTreeMap::new();
    for call in &sim.calls {
        *counts.entry(&call.channel).or_default() += 1;
    }
    let (least, most) = (counts.values().min(), counts.values().max());
    assert_eq!(counts.len(), 200);
    assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1), "{least:?} {most:?}");
}

#[test]
fn urgent_wants_go_first_and_each_channel_wants_once() {
    let mut account = Account::new();
    let want = |n, urgency| AccountInput::Want(arn(n), urgency);
    for n in 0..ACCOUNT_SENDS_PER_WINDOW {
        assert_eq!(grants(&mut account, want(n, Urgency::Ordinary), 0), [arn(n)]);
    }
    for n in [1, 2, 3, 4] {
        assert!(grants(&mut account, want(n, Urgency::Ordinary), 10).is_empty());
    }
    account.handle(want(3, Urgency::Urgent), at(20));
    account.handle(want(3, Urgency::Ordinary), at(20));
    account.handle(AccountInput::Leave(arn(2)), at(20));
    let deadline = account.next_deadline().map(|deadline| deadline.at);
    assert_eq!(deadline, Some(ms(1_050)));
    assert_eq!(grants(&mut account, AccountInput::Tick, 1_050), [arn(3), arn(1), arn(4)]);
    assert_eq!(account.next_deadline(), None);
}

fn asks(sim: &Sim, of: usize) -> Vec<SignedDuration> {
    let asked = sim.asked.iter().filter(|(_, channel)| *channel == Some(arn(of)));
    asked.map(|(at, _)| *at).collect()
}

fn assert_rate(asked: &[(SignedDuration, Option<ChannelArn>)], most: usize) {
    for both in asked.windows(most + 1) {
        assert!(both[most].0 - both[0].0 > ms(1_000), "{both:?}");
    }
}

#[test]
fn a_few_channels_are_asked_one_by_one() {
    let mut sim = Sim::new(10);
    sim.run(60_000);
    assert_rate(&sim.asked, 4);
    assert_eq!(asks(&sim, 0)[0], ms(0), "at once");
    for n in 0..10 {
        assert!(asks(&sim, n).windows(2).skip(1).all(|two| two[1] - two[0] == ASK_ON_AIR), "{n}");
    }
    sim.live = false;
    sim.run(30_000);
    let before = sim.asked.len();
    sim.run(30_000);
    assert_rate(&sim.asked, 4);
    let asked = sim.asked.len() - before;
    assert!((100..=120).contains(&asked), "as often as it may: {asked}");
}

#[test]
fn one_channel_off_air_is_asked_every_two_seconds() {
    let mut sim = Sim::new(1);
    sim.run(11_000);
    sim.live = false;
    sim.run(20_000);
    let asked = asks(&sim, 0);
    assert!(asked.windows(2).skip(2).all(|two| two[1] - two[0] == ASK_OFF_AIR), "{asked:?}");
}

#[test]
fn an_ask_without_an_answer_blocks_nothing() {
    let mut account = Account::new();
    let join = AccountInput::Join(arn(0));
    assert_eq!(told(&mut account, join, 0), [AccountOutput::AskStream(arn(0))]);
    assert_eq!(account.next_deadline().map(|deadline| deadline.at), Some(CALL_TIMEOUT));
    let lost = [AccountOutput::Seen(arn(0), Seen::Unknown), AccountOutput::AskStream(arn(0))];
    assert_eq!(told(&mut account, AccountInput::Tick, 3_000), lost);
    let late = AccountInput::Stream(arn(0), Seen::NotLive);
    assert_eq!(told(&mut account, late, 3_001), [AccountOutput::Seen(arn(0), Seen::NotLive)]);
}

#[test]
fn what_is_not_permitted_is_asked_every_minute() {
    for channels in [1, 20] {
        let mut sim = Sim::new(channels);
        sim.run(20_000);
        sim.asking = AskingIs::NotPermitted;
        sim.run(20_000);
        sim.asked.clear();
        sim.run(300_000);
        assert_eq!(sim.asked.len(), 5, "{channels} channels");
        assert!(sim.asked.windows(2).all(|two| two[1].0 - two[0].0 >= ASK_NOT_PERMITTED));
    }
}

#[test]
fn many_channels_are_asked_by_pages() {
    let mut sim = Sim::new(250);
    sim.run(60_000);
    let pages = sim.asked.iter().filter(|(_, channel)| channel.is_none()).count();
    assert!((15..=30).contains(&pages), "three pages every ten seconds: {pages}");
    assert!(sim.channels.values().all(|it| it.status(sim.now).on_air == Some(Air::On)));
    sim.live = false;
    sim.run(11_000);
    assert!(sim.channels.values().all(|it| it.status(sim.now).on_air == Some(Air::Off)));
    sim.asked.clear();
    sim.run(20_000);
    assert!(sim.asked.windows(2).all(|two| two[1].0 - two[0].0 == ASK_OFF_AIR));
    assert_eq!(sim.asked.len(), 10);
    sim.live = true;
    sim.run(4_000);
    assert!(sim.channels.values().all(|it| it.status(sim.now).on_air == Some(Air::On)));
}

fn with_twelve() -> Account {
    let mut account = Account::new();
    for n in 0..12 {
        account.handle(AccountInput::Join(arn(n)), at(0));
    }
    account.handle(AccountInput::Tick, at(10));
    let asked = outputs(&mut account);
    assert_eq!(asked.last(), Some(&AccountOutput::AskPage { next: None }));
    account
}

#[test]
fn absent_from_a_whole_round_is_not_live() {
    let mut account = with_twelve();
    let live = vec![(arn(0), stream()), (arn(99), stream())];
    let page = Page::Streams { live, next: Some("2".to_owned()) };
    account.handle(AccountInput::Join(arn(50)), at(20));
    let next = told(&mut account, AccountInput::Page(page), 30);
    assert_eq!(
        next,
        [
            AccountOutput::Seen(arn(0), Seen::Live(stream())),
            AccountOutput::AskPage { next: Some("2".to_owned()) },
        ]
    );
    let page = Page::Streams { live: vec![(arn(1), stream())], next: None };
    let end = told(&mut account, AccountInput::Page(page), 60);
    let not_live = (2..12).map(|n| AccountOutput::Seen(arn(n), Seen::NotLive));
    let mut wanted = vec![AccountOutput::Seen(arn(1), Seen::Live(stream()))];
    wanted.extend(not_live);
    assert_eq!(end, wanted, "the one that joined meanwhile is not judged");
    let soon = account.next_deadline().map(|deadline| deadline.at);
    assert_eq!(soon, Some(ms(1_050)), "for it the next round begins as soon as it may");
}

#[test]
fn a_page_that_fails_is_asked_again_and_then_the_round() {
    let mut account = with_twelve();
    let page = Page::Streams { live: Vec::new(), next: Some("2".to_owned()) };
    account.handle(AccountInput::Page(page), at(100));
    let mut now = 100;
    let mut asked = Vec::new();
    outputs(&mut account);
    for _ in 0..4 {
        now += 3_000;
        let mut said = told(&mut account, AccountInput::Tick, now);
        assert_eq!(said, [], "not answered: a little later");
        now += 2_000;
        said = told(&mut account, AccountInput::Tick, now);
        asked.extend(said);
    }
    let ask = |next: Option<&str>| AccountOutput::AskPage { next: next.map(str::to_owned) };
    assert_eq!(asked, [ask(Some("2")), ask(Some("2")), ask(None), ask(None)]);
}

#[test]
fn leaving_until_few_remain_goes_back_to_one_by_one() {
    let mut account = with_twelve();
    for n in 0..11 {
        account.handle(AccountInput::Leave(arn(n)), at(5_000));
    }
    outputs(&mut account);
    let asked = told(&mut account, AccountInput::Tick, 6_050);
    assert_eq!(asked, [AccountOutput::AskStream(arn(11))], "in its turn, four a second");
}

/// What a person hears of these answers, one after the other.
fn heard(account: &mut Account, answers: Vec<AccountInput>) -> Vec<String> {
    let mut heard = Vec::new();
    for answer in answers {
        heard.extend(told(account, answer, 100).into_iter().filter_map(|output| {
            let AccountOutput::Event(event) = output else { return None };
            let What::Warning { message } = event.what else { return None };
            Some(message)
        }));
    }
    heard
}

fn assert_each_begins(heard: &[String], wanted: &[&str]) {
    let begins = heard.iter().zip(wanted).all(|(words, wanted)| words.starts_with(wanted));
    assert!(begins && heard.len() == wanted.len(), "{heard:#?}");
    assert!(heard.iter().all(|words| words.contains("\nhint: ")), "{heard:#?}");
}

#[test]
fn what_keeps_asking_from_telling_is_said_once_a_turn() {
    let mut account = Account::new();
    for n in 0..2 {
        account.handle(AccountInput::Join(arn(n)), at(0));
    }
    let seen = |n, seen: &Seen| AccountInput::Stream(arn(n), seen.clone());
    let unreachable = Seen::Failed(AskFailure::Unreachable("no route".to_owned()));
    let run_out = Seen::Failed(AskFailure::Credentials("run out".to_owned()));
    let live = Seen::Live(stream());
    let answers = vec![
        seen(0, &unreachable),
        seen(1, &unreachable),
        seen(0, &Seen::Unknown),
        seen(0, &unreachable),
        seen(0, &run_out),
        seen(0, &live),
        seen(0, &unreachable),
        seen(0, &Seen::NoChannel),
        seen(1, &Seen::NoChannel),
        seen(0, &Seen::NoChannel),
        seen(0, &Seen::NotPermitted),
        seen(7, &Seen::NoChannel),
    ];
    let heard = heard(&mut account, answers);
    let [none, none_either] = [0, 1].map(|n| format!("there is no channel {}", arn(n)));
    let wanted = [
        "the service cannot be reached: no route",
        "the AWS credentials do not hold: run out",
        "the service cannot be reached: no route",
        none.as_str(),
        none_either.as_str(),
        "asking whether arn:",
    ];
    assert_each_begins(&heard, &wanted);
}

#[test]
fn what_keeps_pages_from_telling_is_said_once_for_all() {
    let mut account = with_twelve();
    let unreachable = Page::Failed(AskFailure::Unreachable("no route".to_owned()));
    let pages = vec![
        unreachable.clone(),
        unreachable.clone(),
        Page::Streams { live: Vec::new(), next: None },
        unreachable,
        Page::NotPermitted,
        Page::NotPermitted,
    ];
    let heard = heard(&mut account, pages.into_iter().map(AccountInput::Page).collect());
    let unreachable = "the service cannot be reached: no route";
    assert_each_begins(&heard, &[unreachable, unreachable, "asking which channels are live"]);
}
