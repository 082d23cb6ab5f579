use super::{any_policy, day};
use crate::domain::{Mode, Policy, Span, Sweep};
use crate::rules::policy::{Change, change, hash, limit_names};
use proptest::prelude::*;

fn limits(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
        .collect()
}

fn set(old: &Policy, mode: Option<Mode>, pairs: &[(&str, &str)], at: i64) -> (Policy, Vec<String>) {
    let limits = limits(pairs);
    let wanted = Change {
        mode,
        limits: &limits,
        ..Change::default()
    };
    change(Sweep::Inactivity, old, &wanted, day(at)).unwrap()
}

#[test]
fn the_amnesty_starts_with_arming_and_with_tightening_only() {
    let start = Policy::default_of(Sweep::Inactivity);
    let (tight, _) = set(&start, None, &[("suspend_after", "40 days")], 0);
    assert_eq!(tight.armed_at, None, "an observing policy needs none");
    let (armed, changes) = set(&tight, Some(Mode::Auto), &[], 1);
    assert_eq!(armed.armed_at, Some(day(1)));
    assert_eq!(changes[0], "mode observe → auto");
    assert!(
        changes.last().unwrap().contains(&day(15).day().to_string()),
        "{changes:?}"
    );
    let (off, _) = set(&armed, Some(Mode::Observe), &[], 2);
    let (on, changes) = set(&off, Some(Mode::Auto), &[], 3);
    assert_eq!(on.armed_at, Some(day(1)), "toggling never renews it");
    assert_eq!(changes, ["mode observe → auto"]);
    let (looser, _) = set(&on, None, &[("suspend_after", "50 days")], 4);
    assert_eq!(looser.armed_at, Some(day(1)));
    let (off, _) = set(
        &looser,
        Some(Mode::Observe),
        &[("suspend_after", "20 days")],
        5,
    );
    assert_eq!(
        off.armed_at,
        Some(day(5)),
        "tightening behind the observer's back counts"
    );
    let (same, changes) = set(&off, None, &[("suspend_after", "20d")], 6);
    assert_eq!((same, changes), (off, vec![]));
}

#[test]
fn an_amnesty_is_not_renewed_by_going_back_and_forth() {
    let mut start = Policy::default_of(Sweep::Inactivity);
    start.armed_at = Some(day(-200));
    let to = |old: &Policy, days: i64, at: i64| {
        let limit = format!("{days} days");
        set(old, None, &[("suspend_after", &limit)], at).0
    };
    // Much tighter: people are warned first, once, however often it goes to and fro.
    let mut now = to(&start, 40, 0);
    assert_eq!(now.armed_at, Some(day(0)));
    for turn in 1..20 {
        now = to(&now, 60, turn * 8 - 1);
        now = to(&now, 40, turn * 8 + 7);
        assert_eq!(now.armed_at, Some(day(0)), "turn {turn}");
    }
    // Whatever is tighter than that warns first, be it a little, and within an amnesty, too.
    let armed = to(&start, 40, 0);
    for (days, at) in [(39, 13), (39, 95), (20, 13)] {
        assert_eq!(to(&armed, days, at).armed_at, Some(day(at)), "{days} days");
    }
    // Eased as long as the first warning goes out before: who is over the limit then was not warned.
    let mut eased = to(&armed, 60, 12);
    assert_eq!(to(&eased, 40, 20).armed_at, Some(day(0)));
    assert_eq!(to(&eased, 40, 21).armed_at, Some(day(21)));
    // Without warnings nobody is warned; one that is told of first only now helps nobody.
    eased.warn_days = vec![];
    assert_eq!(to(&eased, 40, 13).armed_at, Some(day(13)));
    // Who came to be idle under looser limits for long was never warned.
    let eased = to(&armed, 83, 1);
    assert_eq!(to(&eased, 40, 30).armed_at, Some(day(30)));
}

#[test]
fn accepting_a_feed_warns_people_first_and_is_of_a_day_that_has_begun() {
    let mut old = Policy::default_of(Sweep::Inactivity);
    old.armed_at = Some(day(-200));
    let since = |sweep, at: i64| {
        let wanted = Change {
            feed_since: Some(day(at).day()),
            ..Change::default()
        };
        change(sweep, &old, &wanted, day(0))
    };
    let (new, changes) = since(Sweep::Inactivity, -10).unwrap();
    assert_eq!(
        (new.feed_since, new.armed_at),
        (Some(day(-10).day()), Some(day(0)))
    );
    assert!(changes[0].contains("since"), "{changes:?}");
    assert_eq!(
        since(Sweep::Inactivity, 1).unwrap_err().rule,
        "policy-limit"
    );
    assert_eq!(since(Sweep::Mfa, -10).unwrap_err().rule, "policy-limit");
}

#[test]
fn a_longer_freshness_of_mfa_is_tighter() {
    let mut armed = Policy::default_of(Sweep::Mfa);
    armed.armed_at = Some(day(-50));
    for (name, value, at) in [
        ("mfa_fresh", "8 days", day(0)),
        ("mfa_fresh", "6 days", day(-50)),
        ("mfa_grace", "13 days", day(0)),
        ("mfa_grace", "15 days", day(-50)),
    ] {
        let limits = limits(&[(name, value)]);
        let wanted = Change {
            limits: &limits,
            ..Change::default()
        };
        let (new, _) = change(Sweep::Mfa, &armed, &wanted, day(0)).unwrap();
        assert_eq!(new.armed_at, Some(at), "{name} {value}");
    }
}

#[test]
fn limits_that_make_no_sense_are_refused_with_what_to_write() {
    let old = Policy::default_of(Sweep::Inactivity);
    for (name, value) in [
        ("suspend_after", "0 days"),
        ("suspend_after", "90"),
        ("suspend_after", "10 days"),
        ("suspend_after", "9999 days"),
        ("deactivate_after", "1 h"),
        ("warn_days", "1,3,10"),
        ("warn_days", "10,10"),
        ("warn_days", ""),
        ("warn_days", "0"),
        ("warn_days", "61"),
        ("warn_days", "9,8,7,6,5,4,3,2,1"),
        ("mfa_grace", "20 days"),
        ("suspend-after", "60 days"),
    ] {
        let limits = limits(&[(name, value)]);
        let wanted = Change {
            limits: &limits,
            ..Change::default()
        };
        let refusal = change(Sweep::Inactivity, &old, &wanted, day(0)).unwrap_err();
        assert_eq!(refusal.rule, "policy-limit", "{name} {value}");
        assert!(!refusal.instead.is_empty());
    }
    let (new, changes) = set(
        &old,
        None,
        &[("warn_days", "20, 5"), ("suspend_after", "30 days")],
        0,
    );
    assert_eq!(
        (new.warn_days, new.suspend_after),
        (vec![20, 5], Span::days(30))
    );
    assert_eq!(
        changes,
        ["suspend_after 83 days → 30 days", "warn_days 10,3,1 → 20,5"]
    );
}

#[test]
fn every_sweep_knows_its_own_limits() {
    for sweep in Sweep::ALL {
        for name in limit_names(*sweep) {
            let value = if *name == "warn_days" {
                "2,1"
            } else {
                "29 days"
            };
            let limits = limits(&[(name, value)]);
            let wanted = Change {
                limits: &limits,
                ..Change::default()
            };
            let old = Policy::default_of(*sweep);
            let (new, changes) = change(*sweep, &old, &wanted, day(0)).unwrap();
            assert_ne!(new, old, "{name}");
            assert_eq!(changes.len(), 1, "{name}");
        }
    }
}

proptest! {
    #[test]
    fn equal_policies_have_equal_hashes(a in any_policy(), b in any_policy()) {
        prop_assert_eq!(a == b, hash(&a) == hash(&b));
        prop_assert_eq!(hash(&a), hash(&a.clone()));
    }
}
