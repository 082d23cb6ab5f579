//! The population as a whole: repeatable, folds without error, looks like life, and gives every sweep something to do.

mod lives;

use super::*;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Account, AccountId, AccountRef, ActionKind, ActorKind, Authority, GroupKind, HandoverState,
    Kind, Mfa, Mode, OrderState, Origin, RunState, Span, Status, Sweep, TenantState, codec,
};
use rollcall_shared::rules::sweeps::{Context, Holders, Planned, Planner};
use rollcall_shared::rules::{conflicts, guards};
use std::collections::{BTreeSet, HashMap, HashSet};

const TUESDAY: &str = "2026-11-24";

fn demo(users: u32, today: &str) -> Demo {
    Demo {
        users,
        seed: 1,
        today: today.parse().unwrap(),
    }
}

/// Folds the batches as a store would, and holds each against what every batch must be.
fn fold(demo: Demo) -> State {
    let mut state = State::default();
    for (journal, batch) in demo.batches() {
        assert_eq!(batch.header.journal, journal);
        assert!(batch.header.at <= demo.today.start(), "in the future");
        assert!((1..=20_000).contains(&batch.entries.len()));
        let mut linked = batch.clone();
        state.link(&mut linked);
        assert!(linked == batch, "a history is threaded wrongly");
        let seq = state.journal_seq(journal) + 1;
        state.apply(seq, &batch).unwrap();
    }
    state
}

fn accounts(state: &State, tenant: u32) -> impl Iterator<Item = Account> {
    let view = state.tenant(TenantId(tenant)).unwrap();
    (0..view.accounts()).map(|id| view.account(AccountId(id)).unwrap())
}

fn plan(state: &State, tenant: u32, sweep: Sweep, now: Micros) -> Planned {
    let view = state.tenant(TenantId(tenant)).unwrap();
    let policy = view.policy(sweep);
    let zone = view.zone();
    let context = Context {
        seen_from: None,
        zone: &zone,
        policy: &policy,
        policy_hash: rollcall_shared::rules::policy_hash(&policy),
        catalog_hash: view.catalog.hash,
        now,
        feed: view.feed(),
        tenant_state: view.tenant.state,
        accounts: view.accounts(),
        spent: 0,
        authority: view.tenant.authority,
        holders: Holders::STAY,
    };
    let mut planner = Planner::new(sweep, &context);
    state.scan(TenantId(tenant), |facts| planner.see(&facts));
    planner.finish()
}

fn noon(demo: Demo) -> Micros {
    demo.today.start().plus(Span::hours(12))
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let bytes =
        |demo: Demo| -> Vec<Vec<u8>> { demo.batches().map(|(_, b)| codec::encode(&b)).collect() };
    let demo = demo(700, TUESDAY);
    let first = bytes(demo);
    assert!(first == bytes(demo));
    assert!(first != bytes(Demo { seed: 2, ..demo }));
    for bytes in &first {
        assert!(bytes.len() < 5 << 20);
        codec::decode(bytes).unwrap();
    }
}

#[test]
fn everybody_is_made_up_and_nobody_twice() {
    let state = fold(demo(3_000, TUESDAY));
    let mut emails = HashSet::new();
    for tenant in 1..=4 {
        for account in accounts(&state, tenant) {
            let email = &account.email;
            assert!(email.ends_with(".example"), "{email}");
            assert!(account.manager.is_empty() || account.manager.ends_with(".example"));
            assert!(emails.insert(email.to_lowercase()), "{email} twice");
            let out = account.status == Status::Deleted;
            assert!(
                out || !account.assignments.is_empty(),
                "{email} without a role"
            );
        }
    }
}

#[test]
fn emails_stay_unique_in_a_large_tenant() {
    let demo = demo(500_000, TUESDAY);
    let scene = demo.scenes().remove(2);
    let all: HashSet<String> = (0..scene.cast.accounts).map(|a| scene.email(a)).collect();
    assert_eq!(all.len(), 100_000);
}

#[test]
fn every_tenant_has_its_owner_seats_and_state() {
    for users in [0, 4, 9, 57, 400, 3_000] {
        let state = fold(demo(users, TUESDAY));
        assert_eq!(state.tenants().len(), 4);
        let all: u32 = state.tenants().map(|t| t.accounts()).sum();
        assert_eq!(all, users.max(4));
        for view in state.tenants() {
            let tenant = &view.tenant;
            assert_eq!(tenant.state, TenantState::Active, "{}", tenant.name);
            assert!(view.owners().contains(&AccountId(0)));
            let most = view.catalog.owner.max.unwrap_or(u32::MAX);
            assert!(view.owners().len() as u32 <= most, "{}", tenant.name);
            let owner = view.account(AccountId(0)).unwrap();
            assert_eq!(owner.email, tenant.owner);
            let (seats, taken) = (
                tenant.seats.unwrap(),
                view.seats_used() + view.seats_reserved() + view.seats_releasing(),
            );
            assert!(taken <= seats && seats <= taken + taken / 5 + 15);
        }
    }
}

#[test]
fn names_come_in_many_scripts() {
    let state = fold(demo(3_000, TUESDAY));
    let blocks = [
        ('\u{c0}', '\u{24f}', "Latin with diacritics"),
        ('\u{370}', '\u{3ff}', "Greek"),
        ('\u{400}', '\u{4ff}', "Cyrillic"),
        ('\u{590}', '\u{5ff}', "Hebrew"),
        ('\u{600}', '\u{6ff}', "Arabic"),
        ('\u{900}', '\u{97f}', "Devanagari"),
        ('\u{e00}', '\u{e7f}', "Thai"),
        ('\u{3041}', '\u{3096}', "Hiragana"),
        ('\u{30a1}', '\u{30fa}', "Katakana"),
        ('\u{4e00}', '\u{9fff}', "Han"),
        ('\u{ac00}', '\u{d7a3}', "Hangul"),
    ];
    let used: BTreeSet<char> = (1..=4)
        .flat_map(|tenant| accounts(&state, tenant))
        .flat_map(|a| a.display_name().chars().collect::<Vec<_>>())
        .collect();
    for (from, to, script) in blocks {
        assert!(used.range(from..=to).next().is_some(), "no {script}");
    }
}

#[test]
fn people_work_on_working_days() {
    let demo = demo(3_000, TUESDAY);
    let state = fold(demo);
    for view in state.tenants() {
        let mean = |weekend: bool| {
            let days: Vec<u32> = (1..=28)
                .map(|ago| Day(demo.today.0 - ago))
                .filter(|day| (day.0 + 3).rem_euclid(7) >= 5 || !weekend)
                .filter(|day| (day.0 + 3).rem_euclid(7) < 5 || weekend)
                .map(|day| view.feed().on(day))
                .collect();
            days.iter().sum::<u32>() / days.len() as u32
        };
        let (working, weekend) = (mean(false), mean(true));
        assert!(weekend > 0, "{}", view.tenant.name);
        assert!(working > 2 * weekend, "{working} {weekend}");
    }
}

#[test]
fn every_sweep_has_something_to_do() {
    let demo = demo(10_000, TUESDAY);
    let state = fold(demo);
    for tenant in 1..=4 {
        for sweep in Sweep::ALL {
            let planned = plan(&state, tenant, *sweep, noon(demo));
            assert!(!planned.plan.actions.is_empty(), "{tenant} {sweep}");
        }
    }
    // The first tenant acts tonight even when all of last night's actions still count.
    let weights: u32 = Sweep::ALL
        .iter()
        .flat_map(|sweep| plan(&state, 1, *sweep, noon(demo)).plan.actions)
        .chain(state.tenant(TenantId(1)).unwrap().runs().flat_map(|run| {
            let last_night = noon(demo).since(run.started_at) < Span::hours(48);
            run.plan.actions.iter().filter(move |_| last_night).cloned()
        }))
        .map(|action| guards::weight(&action))
        .sum();
    assert!(weights <= guards::allowance(4_000), "{weights}");
    let kinds: BTreeSet<ActionKind> = plan(&state, 1, Sweep::Inactivity, noon(demo))
        .plan
        .actions
        .iter()
        .map(|a| a.kind)
        .collect();
    let all = [
        ActionKind::Warn,
        ActionKind::Suspend,
        ActionKind::Deactivate,
    ];
    assert_eq!(kinds, BTreeSet::from(all));
}

#[test]
fn tonight_the_first_tenant_acts_and_the_second_is_held() {
    // Every day of a week, and the days around both changes of summer time.
    let days = [
        "2026-11-23",
        "2026-11-24",
        "2026-11-25",
        "2026-11-26",
        "2026-11-27",
        "2026-11-28",
        "2026-11-29",
        "2026-03-09",
        "2026-03-30",
        "2026-11-02",
        "2028-02-29",
    ];
    for today in days {
        let demo = demo(2_000, today);
        let state = fold(demo);
        // Late on the day of each tenant: an hour more, and who left today is over. In UTC it is that day still, for the
        // feed's whole days are those of UTC, and a demo's sign-ins end with its past.
        let late = |tenant: u32| {
            let zone = state.tenant(TenantId(tenant)).unwrap().zone();
            let evening = demo.today.start_in(&zone).plus(Span::hours(22));
            evening.min(demo.today.start().plus(Span::hours(23)))
        };
        let mut weight = 0;
        for sweep in Sweep::ALL {
            let planned = plan(&state, 1, *sweep, late(1));
            assert_eq!(planned.plan.held, [""; 0], "{today} {sweep}");
            weight += planned.plan.actions.iter().map(guards::weight).sum::<u32>();
        }
        assert!(weight > 0 && weight <= guards::allowance(800), "{weight}");
        for tenant in [2, 4] {
            let held = plan(&state, tenant, Sweep::Inactivity, late(tenant))
                .plan
                .held;
            assert!(held.len() == 1 && held[0].contains("budget"), "{held:?}");
        }
    }
}

#[test]
fn the_sweeps_of_the_past_left_nothing_undone() {
    let demo = demo(10_000, TUESDAY);
    let scenes = demo.scenes();
    let state = fold(demo);
    for scene in scenes.iter().filter(|s| s.cast.acting()) {
        for sweep in Sweep::ALL {
            let after = scene.calendar.due(*sweep, 1).plus(Span(60));
            let planned = plan(&state, scene.id.0, *sweep, after);
            assert_eq!(planned.plan.actions, [], "{} {sweep}", scene.spec.name);
        }
    }
}

#[test]
fn runs_are_recorded_whole() {
    let state = fold(demo(10_000, TUESDAY));
    let mut states = HashMap::new();
    for view in state.tenants() {
        for run in view.runs() {
            *states.entry((view.tenant.id.0, run.state)).or_insert(0) += 1;
            assert!(!run.plan.actions.is_empty());
            if run.state == RunState::Done {
                let planned = run.plan.actions.len() as u32;
                assert_eq!(run.outcome.applied, planned, "{}", view.tenant.name);
                assert!(run.finished_at > Some(run.started_at));
                assert_eq!(run.decided_by.is_some(), run.mode == Mode::Approve);
            }
            if run.mode == Mode::Auto {
                let spent = guards::budget(&run.plan.actions, 0, view.accounts());
                assert_eq!(spent, None, "{} {}", view.tenant.name, run.plan.sweep);
            }
        }
        for sweep in Sweep::ALL {
            let due = view.last_due(*sweep).unwrap();
            assert!(due >= demo(4, TUESDAY).today.start().minus(Span::hours(48)));
        }
    }
    let kinds: BTreeSet<_> = states.keys().collect();
    let expected = [
        (1, RunState::Done),
        (2, RunState::Done),
        (3, RunState::Done),
        (4, RunState::Observed),
    ];
    assert_eq!(kinds, expected.iter().collect());
}
