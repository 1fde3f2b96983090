//! What shows ask of their channels and accounts on average, and whether that fits.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::cron::next_after;
use crate::model::channel::{ChannelArn, ShowId};
use crate::model::cron_spec::CronSpec;
use crate::model::cue::CuePlan;
use crate::model::limits::{
    ACCOUNT_SENDS_PER_WINDOW, CHANNEL_SENDS_ORDINARY, CHANNEL_SENDS_PER_WINDOW, DEMAND_CRON_TIMES,
    PACE_WINDOW,
};
use crate::model::trigger::Trigger;
use crate::model::zone::Zone;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Payloads an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hourly(i128);

impl Hourly {
    /// What the timed cues of a show ask for, if each fire sends one payload. What fires once, or
    /// by hand, counts for nothing.
    pub fn of(cues: &[CuePlan], from: Timestamp) -> Self {
        let armed = cues.iter().filter(|cue| !cue.options.disarmed);
        let triggers = armed.flat_map(|cue| &cue.triggers);
        Self(triggers.map(|trigger| of_trigger(trigger, from)).sum())
    }

    /// What so many sends in each window of the pace come to.
    const fn of_pace(sends: usize) -> Self {
        Self(sends as i128 * HOUR.as_millis() / PACE_WINDOW.as_millis())
    }
}

/// As payloads a second, with one decimal: `147.6`.
impl fmt::Display for Hourly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 + 180) / 360;
        write!(f, "{}.{}", tenths / 10, tenths % 10)
    }
}

/// Payloads an hour that an account takes in one region.
pub const ACCOUNT_TAKES: Hourly = Hourly::of_pace(ACCOUNT_SENDS_PER_WINDOW);
/// Payloads an hour that a channel takes beside what is kept for the operator.
pub const CHANNEL_TAKES: Hourly = Hourly::of_pace(CHANNEL_SENDS_ORDINARY);

fn of_trigger(trigger: &Trigger, from: Timestamp) -> i128 {
    match trigger {
        Trigger::Every { gap, .. } => {
            let mean = (gap.least() + gap.most()) / 2;
            HOUR.as_millis() / mean.as_millis().max(1)
        }
        Trigger::Cron { spec, zone } => of_cron(spec, zone.as_ref().unwrap_or(&Zone::UTC), from),
        Trigger::At { .. } | Trigger::StreamAt { .. } | Trigger::After { .. } | Trigger::On(_) => 0,
    }
}

/// The times of the next hour; of many the first ones tell.
fn of_cron(spec: &CronSpec, zone: &Zone, from: Timestamp) -> i128 {
    let times =
        std::iter::successors(next_after(spec, zone, from), |last| next_after(spec, zone, *last));
    let times = times.take_while(|at| at.duration_since(from) <= HOUR);
    let times: Vec<Timestamp> = times.take(DEMAND_CRON_TIMES).collect();
    match times.as_slice() {
        [first, .., last] if times.len() == DEMAND_CRON_TIMES => {
            let (gaps, span) = (times.len() as i128 - 1, last.duration_since(*first));
            gaps * HOUR.as_millis() / span.as_millis().max(1)
        }
        few => few.len() as i128,
    }
}

/// What is asked of something that takes less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TooMuch {
    /// An account in one region.
    Account {
        /// The account.
        account: String,
        /// The region.
        region: String,
        /// What is asked.
        asked: Hourly,
        /// By how many shows.
        shows: usize,
    },
    /// Channels.
    Channels {
        /// The first of them.
        first: ChannelArn,
        /// What is asked of it.
        asked: Hourly,
        /// How many there are.
        count: usize,
    },
}

/// Where shows ask for more than is taken.
pub fn too_much(shows: &BTreeMap<ShowId, Hourly>) -> Vec<TooMuch> {
    let mut accounts: BTreeMap<(&str, &str), (i128, usize)> = BTreeMap::new();
    let mut channels: BTreeMap<&ChannelArn, i128> = BTreeMap::new();
    for (show, Hourly(asked)) in shows {
        let channel = &show.channel;
        let account = accounts.entry((channel.account(), channel.region())).or_default();
        *account = (account.0 + asked, account.1 + 1);
        *channels.entry(channel).or_default() += asked;
    }
    let mut found = Vec::new();
    for ((account, region), (asked, shows)) in accounts {
        let asked = Hourly(asked);
        if asked > ACCOUNT_TAKES {
            let (account, region) = (account.to_owned(), region.to_owned());
            found.push(TooMuch::Account { account, region, asked, shows });
        }
    }
    let crowded = channels.into_iter().map(|(channel, asked)| (channel, Hourly(asked)));
    let crowded: Vec<_> = crowded.filter(|(_, asked)| *asked > CHANNEL_TAKES).collect();
    found.extend(crowded.first().map(|(channel, asked)| TooMuch::Channels {
        first: (*channel).clone(),
        asked: *asked,
        count: crowded.len(),
    }));
    found
}

/// What it means for whoever wrote the plan.
impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account { account, region, asked, shows } => write!(
                f,
                "the timed cues of {shows} shows ask account {account} in {region} for {asked} \
                 payloads a second on average, and it takes {ACCOUNT_TAKES} \
                 ({ACCOUNT_SENDS_PER_WINDOW} in any 1.05 s): the rest waits until it expires\n\
                 hint: let them send less often, or use a second account or region"
            ),
            Self::Channels { first, asked, count } => {
                let more = match count - 1 {
                    0 => String::new(),
                    1 => " (and one more channel)".to_owned(),
                    more => format!(" (and {more} more channels)"),
                };
                write!(
                    f,
                    "timed cues ask {first}{more} for {asked} payloads a second on average, and it \
                     takes {CHANNEL_TAKES} beside the operator's ({CHANNEL_SENDS_PER_WINDOW} in \
                     any 1.05 s): the rest waits until it expires\n\
                     hint: let them send less often, or put more into one payload"
                )
            }
        }
    }
}

/// The channels on which several shows play.
pub fn shared<'a>(shows: impl Iterator<Item = &'a ShowId>) -> BTreeSet<&'a ChannelArn> {
    let (mut met, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for show in shows {
        if !met.insert(&show.channel) {
            shared.insert(&show.channel);
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cue::{CueKey, CueOptions, Naming};

    fn cue(trigger: Trigger) -> CuePlan {
        CuePlan {
            key: CueKey::unnamed(&trigger, 1),
            naming: Naming::Unnamed,
            triggers: vec![trigger],
            options: CueOptions::default(),
            line: 1,
        }
    }

    fn every(gap: &str) -> CuePlan {
        cue(Trigger::Every { gap: gap.parse().expect("a gap"), first: None })
    }

    fn cron(spec: &str) -> CuePlan {
        cue(Trigger::Cron { spec: spec.parse().expect("a cron"), zone: None })
    }

    fn hourly(cues: &[CuePlan]) -> i128 {
        Hourly::of(cues, Timestamp::constant(1_800_000_000, 0)).0
    }

    fn show(n: usize) -> ShowId {
        let channel = format!("arn:aws:ivs:us-west-2:1:channel/c{n:04}");
        ShowId { script: "show".into(), channel: channel.parse().expect("an ARN") }
    }

    #[test]
    fn timed_cues_are_counted_by_their_mean() {
        assert_eq!(hourly(&[every("10s")]), 360);
        assert_eq!(hourly(&[every("20s..40s"), every("1h")]), 121);
        assert_eq!(hourly(&[cron("*/5 * * * *")]), 12);
        assert_eq!(hourly(&[cron("* * * * * *")]), 3_600);
        assert_eq!(hourly(&[cron("*/10 * * * * *")]), 360);
        let after = Trigger::After { wait: "5s".parse().expect("a span") };
        let disarmed = CueOptions { disarmed: true, ..CueOptions::default() };
        let disarmed = CuePlan { options: disarmed, ..every("1s") };
        assert_eq!(hourly(&[cue(after), disarmed]), 0);
    }

    #[test]
    fn a_plan_that_fits_is_not_told_of() {
        // One every 10 s on each of a thousand channels, and the fastest cue there can be.
        let mut shows: BTreeMap<_, _> = (0..1_000).map(|n| (show(n), Hourly(360))).collect();
        assert_eq!(too_much(&shows), []);
        shows.insert(show(1_000), Hourly(hourly(&[every("300ms")])));
        assert_eq!(too_much(&shows), []);
    }

    #[test]
    fn what_does_not_fit_is_told_with_numbers() {
        let shows = (0..1_000).map(|n| (show(n), Hourly(720))).collect();
        let told: Vec<String> = too_much(&shows).iter().map(ToString::to_string).collect();
        let [account] = told.as_slice() else { panic!("met {told:?}") };
        assert!(account.contains("1000 shows ask account 1 in us-west-2 for 200.0"), "{account}");
        assert!(account.contains("takes 147.6 (155 in any 1.05 s)"), "{account}");

        let mut two = BTreeMap::from([(show(0), Hourly(12_000)), (show(1), Hourly(360))]);
        assert_eq!(too_much(&two), []);
        two.insert(ShowId { script: "other".into(), ..show(0) }, Hourly(12_000));
        let told: Vec<String> = too_much(&two).iter().map(ToString::to_string).collect();
        let [channel] = told.as_slice() else { panic!("met {told:?}") };
        assert!(channel.contains("c0000 for 6.7 payloads a second"), "{channel}");
        assert!(channel.contains("takes 3.8 beside the operator's (5 in any"), "{channel}");
        assert_eq!(shared(two.keys()), BTreeSet::from([&show(0).channel]));
    }
}
