//! Triggers as a person says them: `every 10 s`, `once, at 20:30`, `when a poll closes`.

use jiff::SignedDuration;

use super::cue::CuePlan;
use super::time::{Gap, Span};
use super::trigger::{AtTime, Happening, Trigger};

impl Trigger {
    /// When it makes its cue fire.
    pub fn words(&self) -> String {
        match self {
            Self::Every { gap, first: None } => gap_words(*gap),
            Self::Every { gap, first: Some(first) } => {
                format!("{}, first after {}", gap_words(*gap), first.words())
            }
            Self::Cron { spec, zone: None } => spec.words(),
            Self::Cron { spec, zone: Some(zone) } => format!("{}, {zone}", spec.words()),
            Self::At { when, zone: None } => at_words(when),
            Self::At { when, zone: Some(zone) } => format!("{}, {zone}", at_words(when)),
            Self::StreamAt { wait } => format!("{} into the broadcast", wait.words()),
            Self::After { wait } => format!("{} after the show begins", wait.words()),
            Self::On(happening) => happening.words().to_owned(),
        }
    }
}

impl CuePlan {
    /// When it fires; `by hand` where only the operator or a script says so.
    pub fn words(&self) -> String {
        match self.triggers.as_slice() {
            [] => "by hand".to_owned(),
            triggers => triggers.iter().map(Trigger::words).collect::<Vec<_>>().join(" · "),
        }
    }
}

impl Happening {
    /// When it happens.
    pub fn words(self) -> &'static str {
        match self {
            Self::OnAir => "when the channel goes on air",
            Self::OffAir => "when the channel goes off air",
            Self::Start => "when the show starts",
            Self::Resume => "when the show goes on after a crash",
            Self::Stop => "when the show stops",
            Self::Reloaded => "when an edit takes over",
            Self::Refused => "when a payload is given up",
            Self::PollClosed => "when a poll closes",
        }
    }
}

impl Span {
    /// `10 s`, `1 min 30 s`, `250 ms`.
    pub fn words(self) -> String {
        exact(self.get())
    }
}

fn gap_words(gap: Gap) -> String {
    if gap.is_fixed() {
        format!("every {}", exact(gap.least()))
    } else {
        format!("every {} to {}, at random", exact(gap.least()), exact(gap.most()))
    }
}

fn at_words(when: &AtTime) -> String {
    match when {
        AtTime::OfDay(time) if time.second() == 0 => format!("once, at {}", time.strftime("%H:%M")),
        AtTime::OfDay(time) => format!("once, at {}", time.strftime("%H:%M:%S")),
        AtTime::Local(local) => format!("once, on {}", local.strftime("%-d %b %Y at %H:%M:%S")),
        AtTime::Instant(at) => format!("once, on {}", at.strftime("%-d %b %Y at %H:%M:%S UTC")),
    }
}

/// Every part of a duration, the largest first.
fn exact(duration: SignedDuration) -> String {
    let mut rest = duration.as_millis();
    let mut parts = Vec::new();
    for (unit, millis) in [("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)] {
        if rest >= millis {
            parts.push(format!("{} {unit}", rest / millis));
            rest %= millis;
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cue::{CueKey, CueOptions, Naming};

    fn span(text: &str) -> Span {
        text.parse().expect("a span")
    }

    fn at(text: &str) -> Trigger {
        Trigger::At { when: text.parse().expect("a time"), zone: None }
    }

    #[test]
    fn says_when_a_trigger_fires() {
        let every = |gap: &str, first: Option<&str>| Trigger::Every {
            gap: gap.parse().expect("a gap"),
            first: first.map(span),
        };
        let paris = Some("Europe/Paris".parse().expect("a zone"));
        for (trigger, words) in [
            (every("10s", None), "every 10 s"),
            (every("1m30s", Some("250ms")), "every 1 min 30 s, first after 250 ms"),
            (every("20s..40s", None), "every 20 s to 40 s, at random"),
            (
                Trigger::Cron { spec: "30 20 * * 5".parse().expect("a spec"), zone: paris },
                "at 20:30 on Fridays, Europe/Paris",
            ),
            (at("20:30"), "once, at 20:30"),
            (at("9:05:15"), "once, at 09:05:15"),
            (at("2026-12-31T23:59:50"), "once, on 31 Dec 2026 at 23:59:50"),
            (at("2026-12-31T23:59:50Z"), "once, on 31 Dec 2026 at 23:59:50 UTC"),
            (Trigger::StreamAt { wait: span("1h5m") }, "1 h 5 min into the broadcast"),
            (Trigger::After { wait: span("30s") }, "30 s after the show begins"),
        ] {
            assert_eq!(trigger.words(), words);
        }
    }

    #[test]
    fn says_when_a_cue_fires() {
        let cue = |triggers| CuePlan {
            key: CueKey::named("facts").expect("a name"),
            naming: Naming::Named,
            triggers,
            options: CueOptions::default(),
            line: 1,
        };
        assert_eq!(cue(vec![]).words(), "by hand");
        let both = cue(vec![at("20:30"), Trigger::On(Happening::OnAir)]);
        assert_eq!(both.words(), "once, at 20:30 · when the channel goes on air");
        let words: std::collections::BTreeSet<_> = Happening::ALL.map(Happening::words).into();
        assert_eq!(words.len(), Happening::ALL.len());
    }
}
