//! The population as a whole: repeatable, folds without error, looks like life, and gives every sweep something to do.

use super::*;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Account, AccountId, AccountRef, ActionKind, ActorKind, Authority, GroupKind, HandoverState,
    Kind, Mfa, Mode, OrderState, Origin, RunState, Span, Status, Sweep, TenantState, codec,
};
use rollcall_shared::rules::sweeps::{Context, Planned, Planner};
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
        let late = demo.today.start().plus(Span::hours(23));
        let mut weight = 0;
        for sweep in Sweep::ALL {
            let planned = plan(&state, 1, *sweep, late);
            assert_eq!(planned.plan.held, [""; 0], "{today} {sweep}");
            weight += planned.plan.actions.iter().map(guards::weight).sum::<u32>();
        }
        assert!(weight > 0 && weight <= guards::allowance(800), "{weight}");
        for tenant in [2, 4] {
            let held = plan(&state, tenant, Sweep::Inactivity, late).plan.held;
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

#[test]
fn lives_are_of_many_kinds() {
    let demo = demo(10_000, TUESDAY);
    let state = fold(demo);
    let all: Vec<(u32, Account)> = (1..=4)
        .flat_map(|t| accounts(&state, t).map(move |a| (t, a)))
        .collect();
    let now = noon(demo);
    let idle = |a: &Account| now.since(a.last_use.unwrap_or(a.created)).whole_days();
    let count = |what: &str, wanted: &dyn Fn(&Account) -> bool| {
        let found = all.iter().filter(|(_, a)| wanted(a)).count();
        assert!(found > 0, "nobody is {what}");
    };
    for kind in Kind::ALL {
        count(kind.word(), &|a| a.kind == *kind);
    }
    for status in Status::ALL {
        count(status.word(), &|a| a.status == *status);
    }
    for origin in Origin::ALL {
        count(origin.word(), &|a| a.status_by == *origin);
    }
    for mfa in Mfa::ALL {
        count(mfa.word(), &|a| a.mfa == *mfa);
    }
    let active = |a: &Account| a.status == Status::Active;
    count("quiet and active", &|a| active(a) && idle(a) > 90);
    count("quiet and warned", &|a| {
        active(a) && a.warned_idle_days == 1
    });
    count("active and never there", &|a| {
        active(a) && a.last_use.is_none()
    });
    count("on leave", &|a| {
        active(a) && a.leave_from.is_some() && idle(a) > 60
    });
    count("leaving", &|a| active(a) && a.end_date > Some(demo.today));
    count("on hold", &|a| a.hold_until > Some(now));
    count("brought back", &|a| active(a) && a.reactivated.is_some());
    count("long suspended by a person", &|a| {
        a.status == Status::Suspended
            && a.status_by == Origin::Admin
            && now.since(a.status_since).whole_days() >= 30
    });
    count("known by old news of MFA", &|a| {
        a.mfa_at.is_some_and(|at| now.since(at).whole_days() > 60)
    });
    count("an owner of things", &|a| !a.assets.is_empty());
    count("numbered by an identity provider", &|a| {
        !a.external_id.is_empty()
    });
    count("known by a SAML subject", &|a| !a.sid.is_empty());
    let fresh = all
        .iter()
        .filter(|(_, a)| a.mfa_at.is_some_and(|at| now.since(at).whole_days() < 7))
        .count();
    assert!(fresh > all.len() / 2, "{fresh}");
    for (tenant, account) in &all {
        let of = AccountRef {
            tenant: TenantId(*tenant),
            account: account.id,
        };
        assert!(account.created <= now && account.status_since <= now);
        assert!(
            account.last_use.is_none_or(|at| at >= account.created),
            "{of}"
        );
    }
}

#[test]
fn vendors_get_orders_and_drift_from_them() {
    let state = fold(demo(10_000, TUESDAY));
    for view in state.tenants() {
        let states: BTreeSet<_> = view.orders().map(|o| o.state.word()).collect();
        if view.tenant.authority == Authority::Rollcall {
            assert!(states.is_empty());
            continue;
        }
        for state in [
            OrderState::Delivered,
            OrderState::Confirmed,
            OrderState::Failed,
        ] {
            assert!(
                states.contains(state.word()),
                "{} {state}",
                view.tenant.name
            );
        }
        let drifted = accounts(&state, view.tenant.id.0)
            .filter(|a| a.observed_status != Some(a.status))
            .count();
        assert!(drifted > 2, "{}", view.tenant.name);
    }
}

#[test]
fn the_journal_says_who_made_it_up() {
    let demo = demo(400, TUESDAY);
    for (_, batch) in demo.batches() {
        let kind = batch.header.actor.kind;
        assert!(matches!(kind, ActorKind::Demo | ActorKind::Schedule));
    }
    assert!(demo.notice().contains("2026-09-25"), "{}", demo.notice());
}

#[test]
fn counts_and_records_of_what_people_own_are_in_step() {
    let state = fold(demo(10_000, TUESDAY));
    let mut all = 0;
    for view in state.tenants() {
        let mut counted = HashMap::<AccountId, Vec<u32>>::new();
        let mut names = HashSet::new();
        for asset in view.assets() {
            assert!(names.insert(asset.external.clone()), "{}", asset.external);
            let counts = counted.entry(asset.owner).or_insert_with(|| vec![0; 7]);
            counts[asset.kind as usize] += 1;
            all += 1;
        }
        for account in accounts(&state, view.tenant.id.0) {
            let records = counted.remove(&account.id).unwrap_or_default();
            if records.is_empty() {
                assert!(account.assets.iter().all(|n| *n == 0));
            } else {
                assert_eq!(account.assets, records);
            }
        }
    }
    assert!((4_000..=25_000).contains(&all), "{all}");
}

#[test]
fn every_room_has_something_in_it() {
    let demo = demo(10_000, TUESDAY);
    let state = fold(demo);
    let now = noon(demo);
    let view = |tenant: u32| state.tenant(TenantId(tenant)).unwrap();
    let (iusign, ignisign, onespan, anywhere) = (view(1), view(2), view(3), view(4));

    let roles = |view: &TenantView| view.custom_roles().cloned().collect::<Vec<_>>();
    let (closer, coordinator) = (roles(onespan).remove(0), roles(anywhere).remove(0));
    assert!(closer.offered.is_some_and(|o| o.len() > 1));
    assert!(!coordinator.blocks.is_empty());
    for (view, role) in [(onespan, &closer.id), (anywhere, &coordinator.id)] {
        let known = view.catalog.role(role).unwrap();
        let permissions = known.permissions.iter().chain(&known.blocks);
        for permission in permissions {
            assert!(
                view.catalog.permission(permission).is_some(),
                "{permission}"
            );
        }
        assert!(
            !view
                .holding(|held| held.iter().any(|a| a.role == *role))
                .is_empty()
        );
    }

    let rules: Vec<_> = ignisign.conflicts().cloned().collect();
    let broken = |account: &Account| {
        !conflicts::violations(&rules, &ignisign.scopes, &account.assignments).is_empty()
    };
    let standing: Vec<Account> = accounts(&state, 2).filter(broken).collect();
    assert_eq!(standing.len(), 1, "{standing:?}");
    let exception = ignisign.exception(&rules[0].name, standing[0].id).unwrap();
    assert!(conflicts::valid(exception, now) && standing[0].status == Status::Active);
    let proposed = conflicts::proposals(&ignisign.catalog);
    assert!(proposed.iter().any(|p| p.name == rules[0].name));

    let review = iusign.reviews().next().unwrap();
    assert!(review.closed.is_none() && review.due > now && !review.verdicts.is_empty());
    let subject = |id: &AccountId| iusign.facts(*id).unwrap().status == Status::Active;
    assert!(review.subject.iter().all(subject));

    let handover = anywhere.handovers().next().unwrap();
    let moves = anywhere.assets().filter(|a| a.moved.is_some());
    assert_eq!(handover.state, HandoverState::Open);
    assert_eq!(moves.count() as u32, handover.total);

    for view in [iusign, anywhere] {
        let teams: Vec<_> = view
            .groups()
            .filter(|g| g.kind == GroupKind::Team)
            .collect();
        assert!(teams.iter().all(|g| g.members.len() > 1));
        let led = teams.iter().filter(|g| g.leader.is_some()).count();
        assert_eq!(
            led,
            if view.tenant.id == anywhere.tenant.id {
                teams.len()
            } else {
                0
            }
        );
        for account in accounts(&state, view.tenant.id.0) {
            let main = teams.iter().find(|g| Some(g.scope) == account.team);
            let there = main.is_none_or(|g| g.members.contains(&account.id));
            assert!(
                there || account.status == Status::Deactivated,
                "{}",
                account.id.0
            );
        }
    }
    let delegation = onespan.delegations().next().unwrap();
    let locked = onespan.facts(delegation.account).unwrap();
    assert!(locked.status == Status::Suspended && delegation.until > now);
    for (view, states) in [
        (onespan, [OrderState::Confirmed, OrderState::Delivered]),
        (anywhere, [OrderState::Confirmed, OrderState::Open]),
    ] {
        for state in states {
            let there = view.orders().any(|o| o.state == state);
            assert!(there, "{} {state}", view.tenant.name);
        }
        let things = view.orders().filter(|o| o.account().is_none()).count();
        assert!(things > 0, "{}", view.tenant.name);
    }
}
