//! Who is not used.

use super::*;

#[test]
fn an_idle_account_is_warned_three_times_then_suspended_then_deactivated() {
    let mut case = Case::new(Sweep::Inactivity);
    let told = diary(account(0), Sweep::Inactivity, &mut case, 200);
    assert_eq!(
        told,
        [
            (73, Warn, 10),
            (80, Warn, 3),
            (82, Warn, 1),
            (83, Suspend, 0),
            (113, Deactivate, 0)
        ]
    );
}

#[test]
fn use_voids_the_warnings_and_starts_the_countdown_again() {
    let mut case = Case::new(Sweep::Inactivity);
    let mut who = account(0);
    who.warned_idle_at = Some(day(74));
    who.warned_idle_days = 10;
    who.last_use = Some(day(75));
    case.now = day(76);
    assert_eq!(verdict(&case, Sweep::Inactivity, &who), Verdict::Nothing);
    case.now = day(75 + 73);
    assert_eq!(
        kind_of(&verdict(&case, Sweep::Inactivity, &who)),
        Some((Warn, 10))
    );
}

#[test]
fn arming_a_policy_gives_everybody_the_warnings_before_anything_acts() {
    let mut case = Case::new(Sweep::Inactivity);
    case.policy.armed_at = Some(day(400));
    assert_eq!(
        diary(account(0), Sweep::Inactivity, &mut case, 450),
        [
            (404, Warn, 10),
            (411, Warn, 3),
            (413, Warn, 1),
            (414, Suspend, 0),
            (444, Deactivate, 0)
        ]
    );
    case.now = day(403);
    let Verdict::Skip(reason) = verdict(&case, Sweep::Inactivity, &account(0)) else {
        panic!("overdue, but in the amnesty");
    };
    assert!(reason.contains(&day(414).day().to_string()), "{reason}");
}

#[test]
fn an_owner_is_never_suspended_for_inactivity_people_are_told_once() {
    let mut case = Case::new(Sweep::Inactivity);
    let mut owner = account(0);
    owner.assignments = vec![crate::domain::Assignment::at_root("owner")];
    assert_eq!(
        diary(owner, Sweep::Inactivity, &mut case, 400),
        [(83, Escalate, 0)]
    );
}

#[test]
fn reactivation_starts_the_idle_clock_again() {
    let mut case = Case::new(Sweep::Inactivity);
    let mut who = account(0);
    who.reactivated = Some(day(200));
    let told = diary(who, Sweep::Inactivity, &mut case, 285);
    assert_eq!(told.first(), Some(&(273, Warn, 10)));
    assert_eq!(told.last(), Some(&(283, Suspend, 0)));
}

#[test]
fn planned_leave_stops_the_clock() {
    let mut case = Case::new(Sweep::Inactivity);
    let mut who = account(0);
    who.leave_from = Some(day(50).day());
    who.leave_to = Some(day(149).day());
    let told = diary(who, Sweep::Inactivity, &mut case, 190);
    assert_eq!(
        told,
        [
            (173, Warn, 10),
            (180, Warn, 3),
            (182, Warn, 1),
            (183, Suspend, 0)
        ]
    );
}

#[test]
fn of_whom_no_source_has_told_nothing_follows_and_it_is_said() {
    let mut case = Case::new(Sweep::Inactivity);
    case.policy.armed_at = Some(day(-300));
    let mut unknown = account(0);
    unknown.last_use = None;
    assert!(diary(unknown.clone(), Sweep::Inactivity, &mut case, 400).is_empty());
    case.now = day(82);
    assert_eq!(
        verdict(&case, Sweep::Inactivity, &unknown),
        Verdict::Nothing
    );
    case.now = day(83);
    let Verdict::Skip(reason) = verdict(&case, Sweep::Inactivity, &unknown) else {
        panic!("unknown is not never");
    };
    assert!(reason.contains("no source has told a use"), "{reason}");
}

#[test]
fn who_never_signed_in_as_a_source_says_is_idle_since_the_creation() {
    let mut case = Case::new(Sweep::Inactivity);
    let mut never = account(0);
    never.created = day(5);
    never.last_use = Some(crate::domain::account::NEVER_USED);
    let done = diary(never, Sweep::Inactivity, &mut case, 400);
    assert_eq!(done.first(), Some(&(78, Warn, 10)), "{done:?}");
    assert!(done.contains(&(88, Suspend, 0)), "{done:?}");
}

/// Administrators of OneSpan, where the owner role is the only privileged one, without a second factor; each was last
/// there on another day.
fn administrators(last: &[i64]) -> Vec<AccountFacts> {
    let catalog = parse("onespan.toml", builtin("onespan").unwrap()).unwrap();
    let each = last.iter().enumerate().map(|(n, used)| {
        let mut who = account(n as u32);
        who.assignments = vec![crate::domain::Assignment::at_root("administrator")];
        (who.created, who.last_use) = (day(-300), Some(day(*used)));
        (who.mfa, who.mfa_at) = (Mfa::None, Some(day(0)));
        facts(&who, &catalog)
    });
    each.collect()
}

fn done_to(case: &Case, sweep: Sweep, all: &[AccountFacts]) -> Vec<(u32, ActionKind)> {
    let catalog = parse("onespan.toml", builtin("onespan").unwrap()).unwrap();
    let context = Context {
        holders: Holders::new(&catalog.owner, all),
        ..case.context()
    };
    let plan = plan(sweep, all.iter().copied(), &context).plan;
    plan.actions.iter().map(|a| (a.account.0, a.kind)).collect()
}

#[test]
fn of_many_owners_so_many_are_spared_that_one_can_act() {
    let case = Case::new(Sweep::Mfa);
    // Nobody has a second factor: the one who was there last stays, and of several the first.
    let mut all = administrators(&[-3, -1, -1]);
    assert_eq!(
        done_to(&case, Sweep::Mfa, &all),
        [(0, Suspend), (1, Escalate), (2, Suspend)]
    );
    // One who stays anyway is enough.
    all[0].mfa = Mfa::Enrolled;
    assert_eq!(
        done_to(&case, Sweep::Mfa, &all),
        [(1, Suspend), (2, Suspend)]
    );
    // Where one is alone, nobody is in the way of that one.
    assert_eq!(
        done_to(&case, Sweep::Mfa, &administrators(&[-9])),
        [(0, Escalate)]
    );
    let case = Case::new(Sweep::Inactivity);
    assert_eq!(
        done_to(
            &case,
            Sweep::Inactivity,
            &administrators(&[-200, -190, -75])
        ),
        [(0, Suspend), (1, Suspend), (2, Warn)],
        "who stays for now is warned as anybody"
    );
    let left = administrators(&[-5, -4])
        .into_iter()
        .map(|facts| AccountFacts {
            end_date: Some(day(-2).day()),
            ..facts
        });
    let left: Vec<AccountFacts> = left.collect();
    assert_eq!(done_to(&case, Sweep::Seats, &left), [(0, Deactivate)]);
}

/// The last day of employment is a day of the tenant's calendar.
#[test]
fn a_leavers_last_day_is_over_when_it_is_over_where_the_tenant_is() {
    let mut case = Case::new(Sweep::Seats);
    case.zone = TimeZone::get("America/Los_Angeles").unwrap();
    let mut who = account(0);
    who.end_date = Some(day(20).day());
    // Midnight in Los Angeles is eight o'clock in UTC in January.
    let over = Micros(day(21).0 + 8 * 3_600_000_000);
    case.now = Micros(over.0 - 1);
    assert_eq!(verdict(&case, Sweep::Seats, &who), Verdict::Nothing);
    case.now = over;
    let verdict = verdict(&case, Sweep::Seats, &who);
    assert_eq!(kind_of(&verdict), Some((Deactivate, 0)));
}

#[test]
fn a_hold_pauses_and_says_so() {
    let mut case = Case::new(Sweep::Inactivity);
    case.now = day(100);
    let mut who = account(0);
    who.hold_until = Some(day(103));
    let Verdict::Skip(reason) = verdict(&case, Sweep::Inactivity, &who) else {
        panic!("a hold skips");
    };
    assert!(reason.contains(&day(103).day().to_string()), "{reason}");
    case.now = day(103);
    assert_eq!(
        kind_of(&verdict(&case, Sweep::Inactivity, &who)),
        Some((Suspend, 0))
    );
}

#[test]
fn programs_signers_and_outsiders_are_not_swept_for_inactivity() {
    let mut case = Case::new(Sweep::Inactivity);
    case.now = day(900);
    for kind in [Kind::Service, Kind::Signer, Kind::Outsider] {
        let mut who = account(0);
        who.kind = kind;
        assert_eq!(verdict(&case, Sweep::Inactivity, &who), Verdict::Nothing);
    }
}
