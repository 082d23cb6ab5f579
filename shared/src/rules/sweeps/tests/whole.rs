//! The mandate, guards, and whole plans.

use super::*;

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
