//! What holds of every account under every policy.

use super::tests::{apply, kind_of, verdict};
use super::*;
use crate::catalog::{Catalog, OwnerRule, builtin, parse};
use crate::domain::{Account, AccountId, Kind, Mfa, Rule, Status};
use crate::rules::lifecycle::looking_ahead;
use crate::rules::tests::{Case, DAY, any_account, any_policy, day, healthy, iusign};
use crate::rules::{facts, next, plan as plans};
use ActionKind::{Escalate, Expire, Warn};
use proptest::prelude::*;
use std::sync::LazyLock;

fn run(case: &Case, sweep: Sweep, accounts: &mut [Account], catalog: &Catalog) -> Plan {
    let all = accounts.iter().map(|a| facts(a, catalog));
    let plan = plan(sweep, all, &case.context()).plan;
    for action in &plan.actions {
        let account = &mut accounts[action.account.0 as usize];
        let ahead = looking_ahead(&facts(account, catalog), action, sweep, case.now);
        apply(account, action, sweep, case.now);
        let seat = facts(account, catalog).seat;
        assert_eq!(facts(account, catalog), AccountFacts { seat, ..ahead });
    }
    plan
}

fn crowd() -> impl Strategy<Value = Vec<Account>> {
    prop::collection::vec(any_account(), 1..6).prop_map(|mut all| {
        for (n, account) in all.iter_mut().enumerate() {
            account.id = AccountId(n as u32);
        }
        all
    })
}

fn cases() -> impl Strategy<Value = Case> {
    any_policy().prop_map(|policy| {
        let mut case = Case::new(Sweep::Inactivity);
        case.policy = policy;
        case.now = day(0);
        case.feed = healthy(case.now);
        case
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn a_second_run_right_after_the_first_proposes_nothing(case in cases(), mut all in crowd()) {
        let catalog = iusign();
        for sweep in Sweep::ALL {
            run(&case, *sweep, &mut all, catalog);
        }
        for sweep in Sweep::ALL {
            let again = run(&case, *sweep, &mut all, catalog);
            prop_assert_eq!(again.actions, vec![], "{}", sweep);
        }
    }

    #[test]
    fn unknown_never_acts(case in cases(), mut who in any_account(), stale in any::<bool>()) {
        if stale {
            who.mfa_at = Some(case.now.minus(case.policy.mfa_fresh).minus(Span(1)));
        } else {
            who.mfa = Mfa::Unknown;
        }
        prop_assert_eq!(kind_of(&verdict(&case, Sweep::Mfa, &who)), None);
        let case = Case { feed: Feed::default(), ..case };
        let planned = plan(Sweep::Inactivity, [facts(&who, iusign())], &case.context());
        prop_assert!(!planned.plan.held.is_empty());
    }

    #[test]
    fn an_owner_loses_nothing_to_a_sweep(case in cases(), mut who in any_account()) {
        who.assignments = vec![crate::domain::Assignment::at_root("owner")];
        for sweep in Sweep::ALL {
            let kind = kind_of(&verdict(&case, *sweep, &who)).map(|k| k.0);
            prop_assert!(matches!(kind, None | Some(Escalate | Warn)), "{:?}", kind);
        }
    }

    #[test]
    fn nothing_acts_during_the_amnesty(mut case in cases(), who in any_account(), ago in 0..14 * DAY) {
        case.policy.armed_at = Some(Micros(case.now.0 - ago));
        for sweep in [Sweep::Inactivity, Sweep::Seats, Sweep::Mfa] {
            let kind = kind_of(&verdict(&case, sweep, &who)).map(|k| k.0);
            prop_assert!(matches!(kind, None | Some(Warn)), "{:?}", kind);
        }
    }

    #[test]
    fn what_is_passed_over_has_nothing_to_be_done(case in cases(), all in crowd()) {
        for sweep in Sweep::ALL {
            let context = case.context();
            let mut each = Planner::new(*sweep, &context);
            for account in &all {
                each.see(&facts(account, iusign()));
            }
            let sparing = plan(*sweep, all.iter().map(|a| facts(a, iusign())), &context);
            prop_assert_eq!(each.finish(), sparing);
        }
    }

    #[test]
    fn a_tenant_being_filled_is_left_alone(mut case in cases(), all in crowd()) {
        case.state = TenantState::Filling;
        for sweep in Sweep::ALL {
            let planned = plan(*sweep, all.iter().map(|a| facts(a, iusign())), &case.context()).plan;
            prop_assert_eq!(planned.actions.len(), 0);
            prop_assert!(!planned.held.is_empty());
        }
    }

    #[test]
    fn a_sweep_takes_only_what_its_kind_of_holder_and_state_have(case in cases(), who in any_account()) {
        for sweep in Sweep::ALL {
            let Verdict::Act(action) = verdict(&case, *sweep, &who) else { continue };
            prop_assert!(!matches!(who.kind, Kind::Signer | Kind::Outsider));
            prop_assert_eq!(action.kind == Expire, who.status == Status::Invited);
            prop_assert!(matches!(who.status, Status::Invited | Status::Active | Status::Suspended));
            prop_assert!(who.hold_until.is_none_or(|until| until <= case.now));
            let since = action.why.since.unwrap();
            prop_assert!(since <= case.now, "no reason lies in the future");
            prop_assert_eq!(action.why.rule == Rule::EndDatePassed, action.why.limit.is_none());
        }
    }
}

/// A catalog whose tenants have any number of owners, in each of which one role owns.
fn many_owners() -> &'static Catalog {
    static ONESPAN: LazyLock<Catalog> =
        LazyLock::new(|| parse("onespan.toml", builtin("onespan").unwrap()).unwrap());
    &ONESPAN
}

fn usable(accounts: &[Account]) -> Vec<AccountFacts> {
    let all = accounts.iter().map(|a| facts(a, many_owners()));
    all.filter(|f| f.owner && f.status == Status::Active)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_plan_and_no_two_plans_leave_too_few_usable_owners(
        case in cases(), all in crowd(), owns in prop::collection::vec(any::<bool>(), 6), min in 1..3u32,
    ) {
        let catalog = many_owners();
        let rule = OwnerRule { min, max: None, ..catalog.owner.clone() };
        let mut all = all;
        for (account, owner) in all.iter_mut().zip(owns) {
            let role = if owner { "administrator" } else { "sender" };
            account.assignments = vec![crate::domain::Assignment::at_root(role)];
        }
        let least = usable(&all).len().min(min as usize);
        for pair in Sweep::ALL.iter().flat_map(|one| Sweep::ALL.iter().map(move |two| [*one, *two])) {
            let mut all = all.clone();
            for sweep in pair {
                let holders = usable(&all);
                let context = Context { holders: Holders::new(&rule, &holders), ..case.context() };
                let each: Vec<_> = all.iter().map(|a| facts(a, catalog)).collect();
                let plan = plan(sweep, each.iter().copied(), &context).plan;
                for action in &plan.actions {
                    let facts = &each[action.account.0 as usize];
                    prop_assert_eq!(plans::recheck(sweep, action, facts, &context), Ok(()));
                }
                for action in &plan.actions {
                    apply(&mut all[action.account.0 as usize], action, sweep, case.now);
                }
                prop_assert!(usable(&all).len() >= least, "{:?}: {:?}", pair, plan.actions);
            }
        }
    }

    /// The forecast is what running every night would find.
    #[test]
    fn a_forecast_agrees_with_the_plan_of_that_night(case in cases(), who in any_account()) {
        let nightly = |_: Sweep, after: Micros| {
            let hour = 3 * DAY / 24;
            Some(Micros(((after.0 - hour).div_euclid(DAY) + 1) * DAY + hour))
        };
        let who = facts(&who, iusign());
        let contexts: Vec<_> = Sweep::ALL.iter().map(|s| (*s, case.context())).collect();
        let told = next::forecast(&who, &contexts, nightly);
        for sweep in Sweep::ALL {
            let at = |now: Micros| {
                let mut who = who;
                // Only what is fresh when looking ahead is told again.
                let fresh = |told: &Micros| told.plus(case.policy.mfa_fresh) >= case.now;
                if who.mfa == Mfa::None && who.mfa_at.as_ref().is_some_and(fresh) {
                    who.mfa_at = who.mfa_at.max(Some(now));
                }
                kind_of(&judge(*sweep, &who, &Context { now, ..case.context() })).map(|k| k.0)
            };
            let mut due = case.now;
            let first = (0..1_500).find_map(|_| {
                due = nightly(*sweep, Micros(due.0 - 1)).unwrap();
                let found = at(due).map(|kind| (due, kind));
                due = Micros(due.0 + 1);
                found
            });
            let of: Vec<_> = told.iter().filter(|f| f.sweep == *sweep).collect();
            prop_assert_eq!(of.first().map(|f| (f.when.unwrap(), f.kind)), first, "{}", sweep);
            for forecast in &of {
                prop_assert!(forecast.earliest >= case.now && forecast.when >= Some(forecast.earliest));
                prop_assert_eq!(at(forecast.when.unwrap()), Some(forecast.kind));
            }
        }
    }
}
