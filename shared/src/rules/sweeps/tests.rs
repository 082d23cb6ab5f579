use super::*;
use crate::catalog::{builtin, parse};
use crate::domain::{Account, Kind, Mfa, Mode, Origin, Status};
use crate::rules::lifecycle::perform;
use crate::rules::tests::{Case, account, day, healthy, iusign};
use crate::rules::{facts, next, plan as plans};

pub(super) fn verdict(case: &Case, sweep: Sweep, account: &Account) -> Verdict {
    judge(sweep, &facts(account, iusign()), &case.context())
}

pub(super) fn kind_of(verdict: &Verdict) -> Option<(ActionKind, u8)> {
    match verdict {
        Verdict::Act(action) => Some((action.kind, action.stage)),
        _ => None,
    }
}

pub(super) fn apply(account: &mut Account, action: &Action, sweep: Sweep, now: Micros) {
    for change in perform(account, action, sweep, now) {
        assert_eq!(change.old, account.get(change.field), "{:?}", change.field);
        account.set(change.field, &change.new).unwrap();
    }
}

/// What a daily run does to one account, by day.
fn diary(
    mut account: Account,
    sweep: Sweep,
    case: &mut Case,
    days: i64,
) -> Vec<(i64, ActionKind, u8)> {
    let mut out = Vec::new();
    for n in 0..=days {
        case.now = day(n);
        case.feed = healthy(case.now);
        if account.mfa_at.is_some() {
            account.mfa_at = Some(case.now);
        }
        if let Verdict::Act(action) = verdict(case, sweep, &account) {
            out.push((n, action.kind, action.stage));
            apply(&mut account, &action, sweep, case.now);
        }
    }
    out
}

use ActionKind::{Deactivate, Escalate, Expire, Suspend, Warn};

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

#[test]
fn a_seat_of_who_was_suspended_by_somebody_is_reclaimed() {
    let mut case = Case::new(Sweep::Seats);
    let mut who = account(0);
    who.status = Status::Suspended;
    who.status_by = Origin::Admin;
    assert_eq!(
        diary(who.clone(), Sweep::Seats, &mut case, 90),
        [(30, Deactivate, 0)]
    );
    who.status_by = Origin::Inactivity;
    assert_eq!(
        diary(who.clone(), Sweep::Seats, &mut case, 90),
        [],
        "that is the inactivity sweep's"
    );
    who.status_by = Origin::Admin;
    who.kind = Kind::Signer;
    assert_eq!(
        diary(who, Sweep::Seats, &mut case, 90),
        [],
        "a signer holds no seat"
    );
}

#[test]
fn a_leaver_goes_the_day_after_and_stays_when_let_in_again() {
    let mut case = Case::new(Sweep::Seats);
    let mut who = account(0);
    who.end_date = Some(day(20).day());
    assert_eq!(
        diary(who.clone(), Sweep::Seats, &mut case, 60),
        [(21, Deactivate, 0)]
    );
    who.reactivated = Some(day(25));
    case.now = day(40);
    let Verdict::Skip(reason) = verdict(&case, Sweep::Seats, &who) else {
        panic!("no reactivation loop");
    };
    assert!(reason.contains("reactivated"), "{reason}");
}

#[test]
fn an_invitation_expires_once() {
    let mut case = Case::new(Sweep::Invitations);
    case.policy.armed_at = Some(day(5));
    let mut who = account(0);
    who.status = Status::Invited;
    who.invited_at = Some(day(3));
    assert_eq!(
        diary(who, Sweep::Invitations, &mut case, 60),
        [(10, Expire, 0)],
        "no amnesty: sending it again undoes it"
    );
}

/// What a sweep says of an account in a vendor's tenant.
fn at_the_vendor(case: &Case, sweep: Sweep, account: &Account) -> Verdict {
    let context = Context {
        authority: Authority::Vendor,
        ..case.context()
    };
    judge(sweep, &facts(account, iusign()), &context)
}

#[test]
fn whom_the_vendor_shows_in_another_state_is_left_alone_and_told() {
    let mut guest = account(0);
    (guest.status, guest.invited_at) = (Status::Invited, Some(day(0)));
    let mut idle = account(0);
    let mut bare = account(0);
    bare.assignments = vec![crate::domain::Assignment::at_root("admin")];
    (bare.mfa, bare.mfa_at) = (Mfa::None, Some(day(200)));
    for (sweep, who, shown) in [
        (Sweep::Invitations, &mut guest, Status::Active),
        (Sweep::Inactivity, &mut idle, Status::Suspended),
        (Sweep::Mfa, &mut bare, Status::Deactivated),
    ] {
        let mut case = Case::new(sweep);
        case.now = day(200);
        who.observed_status = Some(who.status);
        let verdict = at_the_vendor(&case, sweep, who);
        assert!(matches!(verdict, Verdict::Act(_)), "{sweep}: {verdict:?}");
        who.observed_status = Some(shown);
        let Verdict::Skip(reason) = at_the_vendor(&case, sweep, who) else {
            panic!("{sweep} acts on whom the vendor shows {shown}");
        };
        assert!(reason.contains(shown.word()), "{reason}");
    }
    // A use says so as well as an export.
    guest.observed_status = None;
    guest.last_use = Some(day(1));
    let mut case = Case::new(Sweep::Invitations);
    case.now = day(200);
    let verdict = at_the_vendor(&case, Sweep::Invitations, &guest);
    assert!(matches!(verdict, Verdict::Skip(_)), "{verdict:?}");
}

#[test]
fn who_uses_the_account_after_a_suspension_at_the_vendor_is_not_deactivated() {
    for (sweep, by) in [
        (Sweep::Inactivity, Origin::Inactivity),
        (Sweep::Seats, Origin::Admin),
    ] {
        let mut case = Case::new(sweep);
        case.now = day(200);
        let mut who = account(0);
        (who.status, who.status_by) = (Status::Suspended, by);
        who.status_since = day(100);
        who.last_use = Some(day(100));
        let verdict = at_the_vendor(&case, sweep, &who);
        assert_eq!(kind_of(&verdict), Some((Deactivate, 0)), "{sweep}");
        who.last_use = Some(Micros(day(100).0 + 1));
        let Verdict::Skip(reason) = at_the_vendor(&case, sweep, &who) else {
            panic!("{sweep} deactivates who is at work");
        };
        assert!(reason.contains("not in force at the vendor"), "{reason}");
    }
}

#[test]
fn the_mandate_warns_then_suspends_after_the_grace() {
    let mut case = Case::new(Sweep::Mfa);
    case.policy.armed_at = Some(day(-90));
    let mut who = account(0);
    who.assignments = vec![crate::domain::Assignment::at_root("admin")];
    who.mfa = Mfa::None;
    who.mfa_at = Some(day(0));
    who.privileged_since = Some(day(10));
    who.created = day(-50);
    let mut told = who.clone();
    told.warned_mfa_at = Some(day(10));
    assert_eq!(diary(told, Sweep::Mfa, &mut case, 60), [(24, Suspend, 0)]);
    who.reactivated = Some(day(30));
    who.privileged_since = Some(day(-40));
    assert_eq!(
        diary(who.clone(), Sweep::Mfa, &mut case, 60).last(),
        Some(&(44, Suspend, 0)),
        "a reactivation gives the grace again"
    );
    who.assignments = vec![crate::domain::Assignment::at_root("owner")];
    who.reactivated = None;
    who.privileged_since = Some(day(0));
    assert_eq!(
        diary(who, Sweep::Mfa, &mut case, 90),
        [(0, Warn, 0), (14, Escalate, 0)]
    );
}

#[test]
fn a_broken_feed_holds_inactivity_only() {
    let mut case = Case::new(Sweep::Inactivity);
    case.now = day(100);
    case.feed = Feed::default();
    let facts = [facts(&account(0), iusign())];
    let held = |sweep| plan(sweep, facts, &case.context()).plan.held;
    assert!(held(Sweep::Inactivity)[0].contains("no sign-in source"));
    for sweep in [Sweep::Seats, Sweep::Invitations, Sweep::Mfa] {
        assert_eq!(held(sweep), [] as [String; 0]);
    }
}

#[test]
fn a_plan_over_the_blast_budget_is_held_as_a_whole() {
    let mut case = Case::new(Sweep::Inactivity);
    case.now = day(100);
    case.feed = healthy(case.now);
    let all: Vec<AccountFacts> = (0..3).map(|n| facts(&account(n), iusign())).collect();
    case.accounts = 300;
    assert_eq!(
        plan(Sweep::Inactivity, all.clone(), &case.context())
            .plan
            .held,
        [] as [String; 0]
    );
    case.spent = 1;
    let planned = plan(Sweep::Inactivity, all, &case.context()).plan;
    assert_eq!(planned.actions.len(), 3);
    assert!(
        planned.held[0].starts_with("blast budget"),
        "{:?}",
        planned.held
    );
}

#[test]
fn what_moved_since_it_was_planned_is_not_done() {
    let mut case = Case::new(Sweep::Inactivity);
    case.now = day(100);
    let mut who = account(0);
    let Verdict::Act(action) = verdict(&case, Sweep::Inactivity, &who) else {
        panic!("idle");
    };
    let check = |case: &Case, who: &Account| {
        plans::recheck(
            Sweep::Inactivity,
            &action,
            &facts(who, iusign()),
            &case.context(),
        )
    };
    case.now = Micros(day(100).0 + 5);
    assert_eq!(check(&case, &who), Ok(()));
    who.last_use = Some(day(99));
    assert!(check(&case, &who).is_err());
    who.last_use = Some(day(1));
    assert!(
        check(&case, &who).unwrap_err().contains("changed since"),
        "another date is another reason"
    );
    who.last_use = None;
    who.status = Status::Suspended;
    assert!(check(&case, &who).unwrap_err().contains("suspended now"));
}

#[test]
fn a_plans_hash_rests_on_tenant_facts_and_limits_not_on_the_hour() {
    const TENANT: crate::domain::TenantId = crate::domain::TenantId(1);
    let mut case = Case::new(Sweep::Inactivity);
    case.now = day(100);
    let hash = |case: &Case, who: &Account| {
        let all = [facts(who, iusign())];
        plans::hash(TENANT, &plan(Sweep::Inactivity, all, &case.context()).plan)
    };
    let mut who = account(0);
    let first = hash(&case, &who);
    case.now = Micros(day(100).0 + 3_600_000_000);
    assert_eq!(hash(&case, &who), first);
    case.policy.mode = Mode::Approve;
    assert_ne!(hash(&case, &who), first, "another policy");
    case.policy.mode = Mode::Auto;
    who.last_use = Some(day(1));
    assert_ne!(hash(&case, &who), first, "another date");
    let plan = plan(Sweep::Seats, [], &case.context()).plan;
    let other = plans::hash(crate::domain::TenantId(2), &plan);
    assert_ne!(plans::hash(TENANT, &plan), other, "another tenant");
}

#[test]
fn a_forecast_names_the_warning_and_what_it_warns_of() {
    let mut case = Case::new(Sweep::Inactivity);
    case.now = day(60);
    case.feed = healthy(case.now);
    case.policy.mode = Mode::Observe;
    let who = facts(&account(0), iusign());
    let told = next::forecast(&who, &[(Sweep::Inactivity, case.context())], |_, _| None);
    let told: Vec<_> = told
        .iter()
        .map(|f| (f.kind, f.earliest, f.when, f.but.as_str()))
        .collect();
    let but = "the policy inactivity only observes";
    assert_eq!(
        told,
        [(Warn, day(73), None, but), (Suspend, day(83), None, but)]
    );
}

/// The other catalogs give the same facts their own meaning.
#[test]
fn privileged_and_owner_come_from_the_catalog() {
    let text = builtin("onespan").unwrap();
    let onespan = parse("onespan.toml", text).unwrap();
    let mut who = account(0);
    who.assignments = vec![crate::domain::Assignment::at_root("administrator")];
    let read = facts(&who, &onespan);
    assert!(read.privileged && read.owner);
    assert!(!facts(&who, iusign()).privileged, "unknown there");
}

#[test]
fn looking_ahead_takes_no_second_factor_for_missing_that_is_unknown_tonight() {
    let mut who = account(0);
    who.assignments = vec![crate::domain::Assignment::at_root("admin")];
    (who.mfa, who.mfa_at) = (Mfa::None, Some(day(0)));
    who.privileged_since = Some(day(0));
    let who = facts(&who, iusign());
    let mut case = Case::new(Sweep::Mfa);
    case.policy.armed_at = Some(day(-90));
    // Told a week ago it still counts; a moment later it is unknown, tonight and on any other night.
    for (now, acts) in [(day(7), true), (Micros(day(7).0 + 1), false)] {
        case.now = now;
        let ahead = Context {
            now: day(60),
            seen_from: Some(now),
            ..case.context()
        };
        assert_eq!(
            !plan(Sweep::Mfa, [who], &ahead).plan.actions.is_empty(),
            acts
        );
        let told = next::forecast(&who, &[(Sweep::Mfa, case.context())], |_, at| {
            Some(Micros(at.0 + 1))
        });
        assert_eq!(!told.is_empty(), acts, "{told:?}");
    }
}

#[test]
fn looking_ahead_takes_it_that_sources_go_on_telling() {
    let mut who = account(0);
    who.assignments = vec![crate::domain::Assignment::at_root("admin")];
    who.mfa = Mfa::None;
    who.mfa_at = Some(day(60));
    who.warned_mfa_at = Some(day(60));
    who.privileged_since = Some(day(50));
    let who = facts(&who, iusign());
    for (sweep, at) in [(Sweep::Mfa, 70), (Sweep::Inactivity, 90)] {
        let mut case = Case::new(sweep);
        case.policy.armed_at = Some(day(-90));
        case.now = day(60);
        case.feed = healthy(case.now);
        let told = next::forecast(&who, &[(sweep, case.context())], |_, at| {
            Some(Micros(at.0 + 1))
        });
        let foretold = told
            .iter()
            .any(|f| f.kind == Suspend && f.earliest <= day(at));
        assert!(foretold, "{sweep}: {told:?}");
        // The plan for that day says the same, and is not held for what nobody can know yet.
        let ahead = Context {
            now: day(at),
            seen_from: Some(case.now),
            ..case.context()
        };
        let planned = plan(sweep, [who], &ahead);
        let kinds: Vec<_> = planned.plan.actions.iter().map(|a| a.kind).collect();
        assert_eq!(kinds, [Suspend], "{sweep}: {planned:?}");
        assert_eq!(planned.plan.held, [] as [String; 0]);
        assert!(!next::rests(sweep).is_empty());
        // A feed that is broken now is broken then.
        let broken = healthy(day(50));
        let ahead = Context {
            feed: &broken,
            ..ahead
        };
        let held = plan(sweep, [who], &ahead).plan.held;
        assert_eq!(held.is_empty(), sweep == Sweep::Mfa, "{held:?}");
        // When that day has come and nothing was told, nothing is known.
        let now = Context {
            seen_from: None,
            ..ahead
        };
        let late = plan(sweep, [who], &now);
        assert!(late.plan.actions.is_empty() || !late.plan.held.is_empty());
    }
}
