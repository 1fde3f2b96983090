//! Whatever is put and whatever goes wrong.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::model::delivery::{Delivery, Refusal};
use crate::model::event::What;
use crate::model::payload::Priority;
use crate::show::sim::{Fault, Sim, ms};

#[derive(Debug, Clone)]
struct Doing {
    wait: i64,
    priority: Priority,
    valid_for: i64,
}

fn doing() -> impl Strategy<Value = Doing> {
    let priority = prop_oneof![
        6 => Just(Priority::Normal),
        2 => Just(Priority::High),
        1 => Just(Priority::Go),
    ];
    let wait = prop_oneof![Just(0_i64), 0_i64..700];
    let made = (wait, priority, 500_i64..40_000);
    made.prop_map(|(wait, priority, valid_for)| Doing { wait, priority, valid_for })
}

fn fault() -> impl Strategy<Value = Option<Fault>> {
    prop_oneof![
        8 => Just(None),
        2 => Just(Some(Fault::Refused(Refusal::Throttled))),
        2 => Just(Some(Fault::Refused(Refusal::Unavailable))),
        1 => Just(Some(Fault::Refused(Refusal::Rejected))),
        1 => Just(Some(Fault::Refused(Refusal::OffAir))),
        1 => any::<bool>().prop_map(|landed| Some(Fault::Lost(landed))),
    ]
}

/// How each payload ended: whether it was sent, and whether maybe twice.
fn ends(sim: &Sim) -> BTreeMap<u64, Vec<(bool, bool)>> {
    let mut ends: BTreeMap<u64, Vec<(bool, bool)>> = BTreeMap::new();
    for (_, what) in sim.events() {
        let (n, end) = if let What::Sent { of, maybe_twice, .. } = what {
            (of.delivery.n, (true, *maybe_twice))
        } else if let What::Refused { of, given_up: true, .. } | What::Expired { of } = what {
            (of.delivery.n, (false, false))
        } else {
            continue;
        };
        ends.entry(n).or_default().push(end);
    }
    ends
}

fn check(sim: &Sim, puts: &[Doing]) -> Result<(), TestCaseError> {
    sim.assert_pace(5, |_| true);
    let ends = ends(sim);
    for (n, put) in (1_u64..).zip(puts) {
        let end = ends.get(&n).map_or(&[][..], Vec::as_slice);
        prop_assert_eq!(end.len(), 1, "payload {} {:?} ended {:?}", n, put, end);
        let landed = sim.calls.iter().filter(|call| call.delivery.n == n && call.landed).count();
        if let [(true, maybe_twice)] = end {
            prop_assert!(landed == 1 || (landed > 1 && *maybe_twice), "{} landed {}", n, landed);
        }
    }
    for priority in [Priority::Normal, Priority::High, Priority::Go] {
        let of_it = |n: &u64| puts[usize::try_from(*n - 1).expect("small")].priority == priority;
        let sent: Vec<u64> = sim.sent().into_iter().map(|(n, _)| n).filter(of_it).collect();
        prop_assert!(sent.is_sorted(), "{:?} in order: {:?}", priority, sent);
    }
    prop_assert_eq!(sim.rows("show"), []);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn none_lost_none_twice_none_too_fast_none_out_of_order(
        puts in prop::collection::vec(doing(), 1..60),
        faults in prop::collection::vec(fault(), 0..60),
        latencies in prop::collection::vec(1_i64..2_500, 1..8),
        offline in (0_i64..20_000, 0_i64..15_000),
    ) {
        let mut sim = Sim::new(1);
        sim.faults = faults.into();
        sim.latencies = latencies;
        sim.live_in(offline.0, false);
        sim.live_in(offline.0 + offline.1, true);
        for (n, put) in (1..).zip(&puts) {
            sim.run(put.wait);
            let delivery = sim.delivery(n, &format!("p{n}"));
            let (priority, valid_for) = (put.priority, ms(put.valid_for));
            sim.put(Delivery { priority, valid_for, ..delivery });
        }
        sim.run(90_000);
        check(&sim, &puts)?;
    }
}
