//! Trees as they may grow, and random ones: never too deep, never a ring, every path found again.

use super::*;
use crate::catalog::{builtin, parse};
use proptest::prelude::*;
use std::sync::LazyLock;

fn catalog(name: &str) -> Catalog {
    parse(name, builtin(name).unwrap()).unwrap()
}

static ONESPAN: LazyLock<Catalog> = LazyLock::new(|| catalog("onespan"));
static IGNISIGN: LazyLock<Catalog> = LazyLock::new(|| catalog("ignisign"));

/// A scope with a number, what it lies in, its kind and name.
pub(in crate::rules) fn scope(id: u32, parent: u32, kind: ScopeKind, name: &str) -> ScopeNode {
    ScopeNode {
        id: ScopeId(id),
        kind,
        parent: Some(ScopeId(parent)),
        name: name.into(),
        profile: ScopeProfile::default(),
    }
}

#[test]
fn a_path_leads_down_and_comes_back_up() {
    let scopes = [
        scope(1, 0, ScopeKind::Application, "portal"),
        scope(2, 1, ScopeKind::Environment, "PRODUCTION"),
        scope(3, 0, ScopeKind::Application, "other"),
    ];
    for written in ["portal/PRODUCTION", "/ portal / PRODUCTION/"] {
        assert_eq!(found(&scopes, written), Ok(ScopeId(2)));
    }
    assert_eq!(path(&scopes, ScopeId(2)), "portal/PRODUCTION");
    assert_eq!(found(&scopes, ROOT_PATH), Ok(ScopeId::ROOT));
    assert_eq!(path(&scopes, ScopeId::ROOT), "");
    assert_eq!(address(&scopes, ScopeId::ROOT), ROOT_PATH);
    assert!(within(&scopes, ScopeId(2), ScopeId(1)));
    assert!(!within(&scopes, ScopeId(2), ScopeId(3)));
    assert!(
        !within(&scopes, ScopeId(9), ScopeId::ROOT),
        "it is not known"
    );
    let refused = found(&scopes, "portal/TEST").unwrap_err();
    assert!(refused.instead.contains("PRODUCTION"), "{refused}");
}

fn plan(features: &[&str]) -> TenantPlan {
    TenantPlan {
        features: features.iter().map(|f| (*f).to_owned()).collect(),
        ..TenantPlan::default()
    }
}

fn wanted(kind: ScopeKind, parent: ScopeId, name: &str) -> Wanted {
    Wanted {
        kind,
        parent,
        name: name.to_owned(),
        settings: BTreeMap::new(),
    }
}

/// Grows a tree of accounts from requests `(parent, name)`; those that are refused leave nothing.
fn grown(requests: &[(usize, String)]) -> Vec<ScopeNode> {
    let plan = plan(&["sub_accounts"]);
    let mut scopes: Vec<ScopeNode> = Vec::new();
    for (parent, name) in requests {
        let parent = ScopeId(u32::try_from(parent % (scopes.len() + 1)).unwrap());
        let land = Land {
            catalog: &ONESPAN,
            plan: &plan,
            scopes: &scopes,
        };
        if let Ok(made) = make(&land, &wanted(ScopeKind::Account, parent, name)) {
            scopes.extend(made.nodes);
        }
    }
    scopes
}

proptest! {
    #[test]
    fn no_tree_gets_too_deep_and_every_path_is_found_again(
        requests in prop::collection::vec((0usize..40, "[a-zA-Z :é]{1,6}"), 0..40),
    ) {
        let scopes = grown(&requests);
        for node in &scopes {
            prop_assert!(account_level(&scopes, node.id) <= 3);
            prop_assert_eq!(find(&scopes, &path(&scopes, node.id)), Some(node.id));
            prop_assert!(within(&scopes, node.id, ScopeId::ROOT));
        }
    }

    #[test]
    fn moves_keep_the_tree_a_tree(
        requests in prop::collection::vec((0usize..40, "[a-z]{1,6}"), 1..30),
        moves in prop::collection::vec((0usize..40, 0usize..40), 0..30),
    ) {
        let mut scopes = grown(&requests);
        let plan = plan(&["sub_accounts"]);
        for (which, to) in moves {
            let at = which % scopes.len().max(1);
            let Some(old) = scopes.get(at).cloned() else { continue };
            let to = ScopeId(u32::try_from(to % (scopes.len() + 1)).unwrap());
            let land = Land { catalog: &ONESPAN, plan: &plan, scopes: &scopes };
            let asked = Change { parent: Some(to), ..Change::default() };
            if let Ok(new) = change(&land, &old, &asked) {
                scopes[at] = new;
            }
        }
        for node in &scopes {
            prop_assert!(account_level(&scopes, node.id) <= 3);
            // A ring would never come to the root.
            let up: Vec<ScopeId> = upward(&scopes, node.id).collect();
            prop_assert_eq!(up.last(), Some(&ScopeId::ROOT));
            prop_assert_eq!(find(&scopes, &path(&scopes, node.id)), Some(node.id));
        }
    }

    #[test]
    fn no_move_leads_a_user_out_of_the_tree(
        requests in prop::collection::vec((0usize..40, "[a-z]{1,6}"), 1..20),
        held in prop::collection::vec(0usize..40, 1..5),
        to in 0usize..40,
    ) {
        let scopes = grown(&requests);
        let plan = plan(&["sub_accounts"]);
        let land = Land { catalog: &ONESPAN, plan: &plan, scopes: &scopes };
        let at = |n: usize| ScopeId(u32::try_from(n % (scopes.len() + 1)).unwrap());
        let held: Vec<Assignment> = held
            .iter()
            .map(|n| Assignment { role: "sender".into(), scope: at(*n) })
            .collect();
        let after = moved(&land, &held, at(to)).unwrap();
        prop_assert!(after.iter().all(|a| within(&scopes, a.scope, ScopeId::ROOT)));
        prop_assert!(after.iter().all(|a| a.scope == at(to)));
        prop_assert_eq!(after.len(), 1);
    }
}

#[test]
fn an_application_comes_with_its_three_environments_and_nothing_else_lies_in_it() {
    let plan = TenantPlan::default();
    let land = Land {
        catalog: &IGNISIGN,
        plan: &plan,
        scopes: &[],
    };
    let made = make(
        &land,
        &wanted(ScopeKind::Application, ScopeId::ROOT, "Leases"),
    )
    .unwrap();
    let names: Vec<&str> = made.nodes.iter().map(|n| n.name.as_str()).collect();
    assert_eq!(names, ["Leases", "DEVELOPMENT", "STAGING", "PRODUCTION"]);
    let land = Land {
        scopes: &made.nodes,
        ..land
    };
    let app = made.nodes[0].id;
    let rule = |kind, name: &str| make(&land, &wanted(kind, app, name)).unwrap_err().rule;
    assert_eq!(rule(ScopeKind::Environment, "TEST"), "scope-name");
    assert_eq!(rule(ScopeKind::Environment, "STAGING"), "scope-name-unique");
    assert_eq!(rule(ScopeKind::Account, "Retail"), "scope-kind");
    assert_eq!(rule(ScopeKind::Application, "Inner"), "scope-parent");
}

#[test]
fn the_last_application_in_use_stays_in_use() {
    let plan = TenantPlan::default();
    let land = Land {
        catalog: &IGNISIGN,
        plan: &plan,
        scopes: &[],
    };
    let first = make(&land, &wanted(ScopeKind::Application, ScopeId::ROOT, "One")).unwrap();
    let mut scopes = first.nodes;
    let archive = Change {
        state: Some(ScopeState::Archived),
        ..Change::default()
    };
    let alone = Land {
        scopes: &scopes,
        ..land
    };
    let refusal = change(&alone, &scopes[0], &archive).unwrap_err();
    assert_eq!(refusal.rule, "active-application");
    let second = make(
        &alone,
        &wanted(ScopeKind::Application, ScopeId::ROOT, "Two"),
    )
    .unwrap();
    scopes.extend(second.nodes);
    let two = Land {
        scopes: &scopes,
        ..land
    };
    let archived = change(&two, &scopes[0], &archive).unwrap();
    assert_eq!(archived.profile.state, ScopeState::Archived);
    scopes[0] = archived;
    assert!(
        !in_use(&scopes, scopes[1].id),
        "its environments go with it"
    );
}

#[test]
fn the_last_application_of_an_organization_does_not_move_out_of_it() {
    let plan = TenantPlan::default();
    let scopes = [
        scope(1, 0, ScopeKind::Organisation, "Acme"),
        scope(2, 0, ScopeKind::Organisation, "Bolt"),
        scope(3, 1, ScopeKind::Application, "One"),
        scope(4, 0, ScopeKind::Application, "Beside"),
    ];
    let land = Land {
        catalog: &IGNISIGN,
        plan: &plan,
        scopes: &scopes,
    };
    let to = |parent| Change {
        parent: Some(ScopeId(parent)),
        ..Change::default()
    };
    let refusal = change(&land, &scopes[2], &to(2)).unwrap_err();
    assert_eq!(refusal.rule, "active-application");
    assert!(refusal.what.contains("\"Acme\""), "{refusal}");
    // What lies beside the organisations is no organisation's, and one that is out of use keeps nothing going.
    let moved = change(&land, &scopes[3], &to(1)).unwrap();
    assert_eq!(moved.parent, Some(ScopeId(1)));
    let mut blocked = scopes[2].clone();
    blocked.profile.state = ScopeState::Blocked;
    assert!(change(&land, &blocked, &to(2)).is_ok());
    let more = [
        &scopes[..],
        &[scope(5, 1, ScopeKind::Application, "Two")][..],
    ]
    .concat();
    let with_another = Land {
        scopes: &more,
        ..land
    };
    assert!(change(&with_another, &scopes[2], &to(2)).is_ok());
}

#[test]
fn a_catalog_may_name_each_setting_that_a_scope_has() {
    let known = super::make::SETTINGS.map(|(name, _)| name);
    assert_eq!(known, crate::domain::tenant::SETTINGS);
}

#[test]
fn names_that_a_path_or_a_terminal_could_misread_are_refused() {
    for bad in ["", "  ", "a/b", "a\u{202e}b", "a\u{7}b", &"x".repeat(201)] {
        assert_eq!(plain_name(bad).unwrap_err().rule, "scope-name", "{bad:?}");
    }
    assert_eq!(plain_name(" Größe & Co. ").unwrap(), "Größe & Co.");
}

#[test]
fn without_the_feature_there_is_no_sub_account() {
    let plan = plan(&[]);
    let land = Land {
        catalog: &ONESPAN,
        plan: &plan,
        scopes: &[],
    };
    let refusal = make(&land, &wanted(ScopeKind::Account, ScopeId::ROOT, "Retail")).unwrap_err();
    assert_eq!(refusal.rule, "feature");
    assert!(refusal.instead.contains("sub_accounts"), "{refusal}");
}

#[test]
fn sharing_is_a_setting_only_where_it_decides_something() {
    let settings = [("sharing".to_owned(), "off".to_owned())].into();
    let plan = crate::domain::TenantPlan::default();
    for (name, fits) in [("onespan", true), ("ignisign", false)] {
        let catalog = parse(name, builtin(name).unwrap()).unwrap();
        let land = Land {
            catalog: &catalog,
            plan: &plan,
            scopes: &[],
        };
        let checked = super::make::check_settings(&land, &settings);
        let rule = checked.map_err(|r| r.rule);
        assert_eq!(
            rule,
            if fits { Ok(()) } else { Err("scope-setting") },
            "{name}"
        );
    }
}
