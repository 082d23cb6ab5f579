use super::{DAY, day, healthy};
use crate::domain::feed::FEED_DAYS;
use crate::domain::{AccountId, Action, ActionKind, Day, Feed, Rule, Status, Why};
use crate::rules::guards::{allowance, budget, feed, weight};
use crate::rules::office::Owners;
use crate::rules::owner::check_after;
use crate::rules::sign_ins::{Accepted, LastSeen, accept};
use crate::{
    catalog::{Catalog, OwnerRule},
    domain::{Micros, SignInKind, TenantState},
};
use jiff::tz::TimeZone;
use proptest::prelude::*;

/// 100 sign-ins on working days, 4 at weekends, up to the day before `today`; day 0 is a Monday.
fn office(today: i64) -> Feed {
    let mut feed = healthy(day(today));
    for n in today - 34..today {
        let weekend = n.rem_euclid(7) >= 5;
        feed.count(day(n).day(), if weekend { 4 } else { 100 });
    }
    feed.count(day(today).day(), 0);
    feed
}

fn without(mut from: Feed, days: &[i64]) -> Feed {
    for n in days {
        let back = usize::try_from(from.last_day.0 - day(*n).day().0).unwrap();
        from.daily[FEED_DAYS - 1 - back] = 0;
    }
    from
}

#[test]
fn an_office_week_is_a_healthy_feed() {
    for today in 70..77 {
        assert_eq!(
            feed(&office(today), day(today), &TimeZone::UTC),
            None,
            "day {today}"
        );
    }
}

#[test]
fn a_feed_that_dries_up_is_noticed_on_working_days() {
    // Day 74 is a Friday.
    let dry = without(office(74), &[72, 73]);
    assert!(
        feed(&dry, day(74), &TimeZone::UTC)
            .unwrap()
            .contains("dried up")
    );
    let halved = without(office(74), &[73]);
    assert_eq!(
        feed(&halved, day(74), &TimeZone::UTC),
        None,
        "half is not under a fifth"
    );
    let weekend = without(office(77), &[75, 76]);
    assert_eq!(
        feed(&weekend, day(77), &TimeZone::UTC),
        None,
        "a quiet weekend has no rate to fall below"
    );
    // Monday and the Sunday before: only the Monday counts.
    let monday = without(office(78), &[77]);
    assert!(feed(&monday, day(78), &TimeZone::UTC).is_some());
}

#[test]
fn a_feed_is_too_old_after_three_days() {
    let told = healthy(day(70));
    assert_eq!(feed(&told, day(73), &TimeZone::UTC), None);
    let reason = feed(&told, Micros(day(73).0 + 1), &TimeZone::UTC).unwrap();
    assert!(reason.contains(&day(70).day().to_string()), "{reason}");
    assert!(feed(&Feed::default(), day(73), &TimeZone::UTC).is_some());
}

#[test]
fn a_new_feed_has_no_rate_yet() {
    let mut new = healthy(day(74));
    new.count(Day(day(74).day().0), 5_000);
    assert_eq!(feed(&new, day(74), &TimeZone::UTC), None);
}

/// So many sign-ins each day of the 300 before `today`, but of the last `broken` one in `of`.
fn feed_of(a_day: u32, today: i64, broken: i64, of: u32) -> Feed {
    let mut feed = healthy(day(today));
    for n in today - 300..today {
        let whole = n < today - broken;
        feed.count(day(n).day(), if whole { a_day } else { a_day / of });
    }
    feed
}

#[test]
fn what_is_broken_never_becomes_usual() {
    for broken in [3, 13, 14, 21, 28, 35, 60, 83, 200] {
        let reason = feed(&feed_of(100, 400, broken, 20), day(400), &TimeZone::UTC);
        let reason = reason.unwrap_or_else(|| panic!("healthy after {broken} days at 5 %"));
        assert!(reason.contains("dried up"), "{reason}");
    }
    // Half of them is another summer, not another feed.
    let half = feed_of(100, 400, 60, 2);
    assert_eq!(feed(&half, day(400), &TimeZone::UTC), None);
    // Rows that come back open it again …
    let mut back = feed_of(100, 400, 60, 20);
    for n in 390..400 {
        back.count(day(n).day(), 95);
    }
    assert_eq!(feed(&back, day(400), &TimeZone::UTC), None);
    // … and so does somebody who says that it is like this now.
    let mut fewer = feed_of(100, 400, 60, 20);
    fewer.since = Some(day(340).day());
    assert_eq!(feed(&fewer, day(400), &TimeZone::UTC), None);
}

#[test]
fn a_feed_that_carries_little_has_a_rate_by_the_fortnight() {
    // Two a day are no rate of a day.
    assert_eq!(feed(&feed_of(2, 400, 2, 2), day(400), &TimeZone::UTC), None);
    let quiet = feed(&feed_of(2, 400, 13, 4), day(400), &TimeZone::UTC).unwrap();
    assert!(
        quiet.contains("2 sign-ins on the last 14 whole days, 28 were usual"),
        "{quiet}"
    );
    // Under ten in a fortnight say nothing.
    let mut few = healthy(day(400));
    for n in (100..386).step_by(2) {
        few.count(day(n).day(), 1);
    }
    assert_eq!(feed(&few, day(400), &TimeZone::UTC), None);
}

#[test]
fn the_smallest_tenants_have_a_rate_by_eight_weeks() {
    // Seven in a fortnight, then one in four weeks.
    let mut few = healthy(day(400));
    for n in (100..400).filter(|n| n % 2 == 0 && (*n < 345 || n % 28 == 0)) {
        few.count(day(n).day(), 1);
    }
    let reason = feed(&few, day(400), &TimeZone::UTC).unwrap();
    assert!(reason.contains("on the last 56 whole days"), "{reason}");
    few.since = Some(day(345).day());
    assert_eq!(feed(&few, day(400), &TimeZone::UTC), None);
}

#[test]
fn what_is_broken_for_years_is_broken_still_until_somebody_accepts_it() {
    let mut broken = healthy(day(1_400));
    for n in 0..1_400 {
        broken.count(day(n).day(), if n < 500 { 100 } else { 5 });
    }
    let reason = feed(&broken, day(1_400), &TimeZone::UTC).unwrap();
    assert!(reason.contains("dried up"), "{reason}");
    broken.accept(Some(day(1_300).day()));
    assert_eq!(feed(&broken, day(1_400), &TimeZone::UTC), None);
}

#[test]
fn since_a_day_that_was_accepted_the_days_before_are_no_rate_of_two_days() {
    // A Friday; a tenth of the sign-ins come since Tuesday.
    let mut fewer = healthy(day(74));
    for n in 40..74 {
        fewer.count(day(n).day(), if n < 71 { 100 } else { 10 });
    }
    assert!(feed(&fewer, day(74), &TimeZone::UTC).is_some());
    fewer.accept(Some(day(71).day()));
    assert_eq!(feed(&fewer, day(74), &TimeZone::UTC), None);
}

#[test]
fn only_successes_of_the_feed_keep_it_young() {
    let mut told = healthy(day(70));
    told.saw(day(79), false);
    told.told(day(79));
    let reason = feed(&told, day(80), &TimeZone::UTC).unwrap();
    assert!(reason.contains("too old"), "{reason}");
    // Where there never was a feed, people files are all there is.
    let mut files = Feed::default();
    files.told(day(79));
    assert_eq!(feed(&files, day(80), &TimeZone::UTC), None);
    files.saw(day(60), false);
    assert_eq!(feed(&files, day(80), &TimeZone::UTC), None);
}

fn action(kind: ActionKind, privileged: bool) -> Action {
    Action {
        account: AccountId(0),
        kind,
        why: Why::rule(Rule::Request),
        status: Status::Active,
        privileged,
        stage: 0,
    }
}

#[test]
fn whatever_touches_an_account_counts_and_telling_does_not() {
    for kind in ActionKind::ALL {
        let takes = !matches!(kind, ActionKind::Warn | ActionKind::Escalate);
        assert_eq!(weight(&action(*kind, false)), u32::from(takes));
        assert_eq!(weight(&action(*kind, true)), 5 * u32::from(takes));
    }
}

#[test]
fn the_allowance_is_one_percent_between_two_and_fifty() {
    let of = [0, 1, 199, 200, 300, 4_999, 5_000, 1_000_000].map(allowance);
    assert_eq!(of, [2, 2, 2, 2, 3, 49, 50, 50]);
}

proptest! {
    #[test]
    fn a_plan_is_held_exactly_when_it_would_overspend(
        plain in 0..60usize, privileged in 0..12usize, invited in 0..60usize, told in 0..60usize,
        spent in 0..60u32, accounts in 0..10_000u32,
    ) {
        let mut actions = vec![action(ActionKind::Suspend, false); plain];
        actions.extend(vec![action(ActionKind::Deactivate, true); privileged]);
        actions.extend(vec![action(ActionKind::Expire, false); invited]);
        actions.extend(vec![action(ActionKind::Warn, true); told]);
        let counted = (plain + invited + 5 * privileged) as u32;
        let allowed = match accounts / 100 {
            0 | 1 => 2,
            percent @ 2..=50 => percent,
            _ => 50,
        };
        let over = counted > 0 && counted + spent > allowed;
        prop_assert_eq!(budget(&actions, spent, accounts).is_some(), over);
    }

    /// From any state, no decision that is let through leaves the tenant further from the rule than it was.
    #[test]
    fn the_owner_rule_never_lets_it_get_worse(
        before in (0..4u32, 0..4u32), after in (0..4u32, 0..4u32), capped in any::<bool>(),
    ) {
        let owners = |(holders, usable): (u32, u32)| Owners { holders, active: usable.min(holders), usable: usable.min(holders) };
        let (before, after) = (owners(before), owners(after));
        let rule = OwnerRule { role: "owner".into(), min: 1, max: capped.then_some(1), scope: None };
        let catalog = Catalog { owner: rule.clone(), ..Catalog::default() };
        let wrong = |o: Owners| {
            let over = rule.max.map_or(0, |max| o.holders.saturating_sub(max));
            (over, rule.min.saturating_sub(o.holders), rule.min.saturating_sub(o.usable))
        };
        let (was, is) = (wrong(before), wrong(after));
        let worse = is.0 > was.0 || is.1 > was.1 || is.2 > was.2;
        prop_assert_eq!(check_after(before, after, &catalog, TenantState::Active).is_err(), worse);
        let filling = check_after(before, after, &catalog, TenantState::Filling);
        prop_assert_eq!(filling.is_err(), is.0 > was.0);
    }

    #[test]
    fn last_seen_only_rises(kind in prop::sample::select(SignInKind::ALL), at in -90..1i64, had in prop::option::of(-90..0i64)) {
        let last = LastSeen { sign_in: had.map(day), used: had.map(day) };
        let after = last.after(kind, day(at));
        prop_assert!(after.sign_in >= last.sign_in && after.used >= last.used);
        prop_assert!(after.used >= after.sign_in);
        if kind == SignInKind::Failed {
            prop_assert_eq!(after, last);
        }
        let again = accept(kind, day(at), after, Some(day(0)), at >= -35, day(0));
        prop_assert_eq!(again, Accepted::Known, "the same event again moves nothing");
    }
}

#[test]
fn an_event_too_old_to_be_told_apart_may_only_raise() {
    let last = LastSeen {
        sign_in: Some(day(-50)),
        used: Some(day(-50)),
    };
    let judge = |at, kind| accept(kind, at, last, Some(day(0)), false, day(0));
    assert_eq!(judge(day(-35), SignInKind::SignIn), Accepted::Counts);
    assert_eq!(
        judge(Micros(day(-35).0 - 1), SignInKind::SignIn),
        Accepted::RaisesOnly
    );
    assert_eq!(judge(day(-60), SignInKind::SignIn), Accepted::Known);
    assert_eq!(judge(day(-40), SignInKind::Failed), Accepted::Known);
    assert_eq!(
        judge(Micros(day(0).0 + DAY), SignInKind::SignIn),
        Accepted::Future
    );
    assert_eq!(
        judge(Micros(day(0).0 + 60_000_000), SignInKind::SignIn),
        Accepted::Counts,
        "a clock a little ahead"
    );
}
