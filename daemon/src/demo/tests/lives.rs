//! Every kind of life and every room of the product is there, and what is counted is in step.

use super::*;
use rollcall_shared::domain::account::NEVER_USED;

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
        active(a) && a.last_use == Some(NEVER_USED)
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
            account
                .last_use
                .is_none_or(|at| at == NEVER_USED || at >= account.created),
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

#[test]
fn a_small_demo_has_something_in_every_room() {
    let state = fold(demo(2_000, TUESDAY));
    let count = |what: &str, of: &dyn Fn(&TenantView) -> usize| {
        let found: usize = state.tenants().map(of).sum();
        assert!(found > 0, "no {what}");
    };
    count("delegation", &|v| v.delegations().count());
    count("review", &|v| v.reviews().count());
    count("hand-over", &|v| v.handovers().count());
    count("rule of duties", &|v| v.conflicts().count());
    count("group", &|v| v.groups().count());
    count("invitation", &|v| v.invitations().count());
    count("order", &|v| v.orders().count());
}
