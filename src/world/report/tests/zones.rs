//! By whose clock the lines are.

use super::super::names::Named;
use super::super::screen::Colours;
use super::*;

fn began(script: &str, millis: i64, zone: &str) -> Event {
    let What::Started(mut started) = started(true) else { unreachable!("it is one") };
    started.zone = zone.to_owned();
    Event { show: Some(show(script)), ..event(millis, What::Started(started)) }
}

fn shown(events: &[Event]) -> String {
    let look = look();
    for name in ["paris", "tokyo"] {
        look.names.add(show(name), Named { label: name.to_owned(), folder: None });
    }
    let mut plain = Plain::new(look);
    events.iter().filter_map(|event| plain.text(event, Colours::Off, None)).collect()
}

fn jump(millis: i64) -> Event {
    Event { show: None, ..event(millis, What::ClockJumped { by_ms: 2_000 }) }
}

#[test]
fn what_concerns_no_show_is_told_by_the_clock_of_the_shows() {
    insta::assert_snapshot!(shown(&[began("paris", 0, "Europe/Paris"), jump(1)]), @"
    20:30:00.000  paris  resumed  goes on after a crash · 2 cues
    20:30:00.001         clock    the clock was set ahead by 2.0 s
    ");
}

#[test]
fn where_shows_have_several_zones_each_line_says_its_own() {
    let warning = What::Warning { message: "this\nhint: that".to_owned() };
    let events = [
        began("paris", 0, "Europe/Paris"),
        began("tokyo", 1, "Asia/Tokyo"),
        Event { show: Some(show("paris")), ..event(2, What::OffAir) },
        Event { show: Some(show("tokyo")), ..event(3, warning) },
        jump(4),
    ];
    insta::assert_snapshot!(shown(&events), @"
    20:30:00.000  paris  resumed  goes on after a crash · 2 cues
    04:30:00.001+09:00  tokyo  resumed  goes on after a crash · 2 cues
    20:30:00.002+01:00  paris  off air  the channel is not live
    04:30:00.003+09:00  tokyo  warning  this
                                        hint: that
    19:30:00.004+00:00         clock    the clock was set ahead by 2.0 s
    ");
}
