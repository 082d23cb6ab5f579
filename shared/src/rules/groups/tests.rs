//! Groups: who may be in them, what leads what, and the main team that follows.

use super::*;
use crate::catalog::{builtin, parse};
use crate::domain::{Assignment, Micros, ScopeNode, ScopeProfile, TenantPlan};

fn catalog(name: &str) -> Catalog {
    parse(name, builtin(name).unwrap()).unwrap()
}

fn plan(features: &[&str]) -> TenantPlan {
    TenantPlan {
        features: features.iter().map(|f| (*f).to_owned()).collect(),
        ..TenantPlan::default()
    }
}

fn account(id: u32, status: Status, role: &str, scope: ScopeId) -> Account {
    let mut account = Account::new(AccountId(id), format!("u{id}@x.example"), Micros(0));
    account.status = status;
    account.assignments = vec![Assignment {
        role: role.into(),
        scope,
    }];
    account
}

fn sub_account(id: u32) -> ScopeNode {
    ScopeNode {
        id: ScopeId(id),
        kind: ScopeKind::Account,
        parent: Some(ScopeId::ROOT),
        name: format!("a{id}"),
        profile: ScopeProfile::default(),
    }
}

#[test]
fn each_platform_has_its_own_kinds_of_groups() {
    use GroupKind::{SignerGroup, SigningGroup, Team};
    assert_eq!(kinds(&catalog("iusign")), [Team, SigningGroup]);
    assert_eq!(kinds(&catalog("onespan")), [SignerGroup]);
    assert_eq!(kinds(&catalog("esignanywhere")), [Team]);
    assert_eq!(kinds(&catalog("ignisign")), []);
}

#[test]
fn only_who_is_invited_active_or_suspended_joins() {
    let (catalog, plan) = (catalog("iusign"), plan(&["signing_groups"]));
    let land = Land {
        catalog: &catalog,
        plan: &plan,
        scopes: &[],
    };
    let group = new(
        &land,
        GroupId(1),
        GroupKind::SigningGroup,
        "Board",
        ScopeId::ROOT,
    )
    .unwrap();
    for status in Status::ALL {
        let someone = account(1, *status, "user", ScopeId::ROOT);
        let wanted = Wanted {
            add: vec![&someone],
            ..Wanted::default()
        };
        let fits = matches!(status, Status::Invited | Status::Active | Status::Suspended);
        let got = change(&land, &[], &group, &wanted);
        assert_eq!(got.is_ok(), fits, "{status}: {got:?}");
    }
}

#[test]
fn a_signer_groups_members_belong_to_its_account() {
    let (catalog, plan) = (catalog("onespan"), plan(&["sub_accounts"]));
    let scopes = [sub_account(1), sub_account(2)];
    let land = Land {
        catalog: &catalog,
        plan: &plan,
        scopes: &scopes,
    };
    let group = new(
        &land,
        GroupId(1),
        GroupKind::SignerGroup,
        "Closers",
        ScopeId(1),
    )
    .unwrap();
    let join = |scope: u32| {
        let someone = account(1, Status::Active, "sender", ScopeId(scope));
        let wanted = Wanted {
            add: vec![&someone],
            ..Wanted::default()
        };
        change(&land, &[], &group, &wanted)
    };
    assert!(join(1).is_ok());
    assert!(join(0).is_ok(), "what holds above holds below");
    assert_eq!(join(2).unwrap_err().rule, "group-account");
    let inside = join(1).unwrap();
    let moved = [Assignment {
        role: "sender".into(),
        scope: ScopeId(2),
    }];
    let left = left(&scopes, [inside].iter(), AccountId(1), &moved);
    assert!(left[0].1.members.is_empty());
}

#[test]
fn teams_are_a_tree_with_leaders_on_one_platform_only() {
    let plan = plan(&["teams"]);
    for (name, tree) in [("esignanywhere", true), ("iusign", false)] {
        let catalog = catalog(name);
        let land = Land {
            catalog: &catalog,
            plan: &plan,
            scopes: &[],
        };
        let outer = new(&land, GroupId(1), GroupKind::Team, "Norte", ScopeId(1)).unwrap();
        let mut inner = new(&land, GroupId(2), GroupKind::Team, "Urg", ScopeId(2)).unwrap();
        let boss = account(7, Status::Active, "power_user", ScopeId::ROOT);
        let lead = Wanted {
            leader: Some(Some(&boss)),
            parent: Some(outer.id),
            ..Wanted::default()
        };
        let all = [outer.clone(), inner.clone()];
        let got = change(&land, &all, &inner, &lead);
        assert_eq!(got.is_ok(), tree, "{name}: {got:?}");
        assert_eq!(outer.share_envelopes, !tree, "{name}");
        if let Ok(led) = got {
            assert!(led.members.contains(&boss.id));
            inner = led;
            let ring = Wanted {
                parent: Some(inner.id),
                ..Wanted::default()
            };
            let all = [outer.clone(), inner.clone()];
            assert_eq!(
                change(&land, &all, &outer, &ring).unwrap_err().rule,
                "group-cycle"
            );
            assert_eq!(may_go(&all, &outer).unwrap_err().rule, "group-parent");
            assert!(may_go(&all, &inner).is_ok());
        }
    }
}

#[test]
fn the_main_team_and_the_members_keep_step() {
    let (catalog, plan) = (catalog("esignanywhere"), plan(&[]));
    let land = Land {
        catalog: &catalog,
        plan: &plan,
        scopes: &[],
    };
    let mut one = new(&land, GroupId(1), GroupKind::Team, "One", ScopeId(1)).unwrap();
    let mut two = new(&land, GroupId(2), GroupKind::Team, "Two", ScopeId(2)).unwrap();
    let who = AccountId(5);
    two.members.insert(who);
    one.members.insert(who);
    let team = |changed: &Group, team| main_team([&one, &two].into_iter(), changed, who, team);
    assert_eq!(team(&one, None), Some(ScopeId(1)));
    assert_eq!(team(&one, Some(ScopeId(2))), Some(ScopeId(2)));
    let mut without = one.clone();
    without.members.clear();
    assert_eq!(team(&without, Some(ScopeId(1))), Some(ScopeId(2)));
    let moved = follow([&one].into_iter(), who, Some(ScopeId(1)), None);
    assert!(moved[0].1.members.is_empty());
    assert!(follow([&one].into_iter(), who, None, None).is_empty());
}

#[test]
fn who_joins_a_team_and_who_leaves_it_by_a_file_is_told_once() {
    let mut team = empty(
        &catalog("iusign"),
        GroupId(1),
        GroupKind::Team,
        "T".into(),
        ScopeId(1),
    );
    team.members = [1, 2].map(AccountId).into();
    let (here, there) = (Some(ScopeId(1)), Some(ScopeId(2)));
    // 1 stays, 2 goes, 3 comes and goes again, 4 goes who was not there, 5 comes twice.
    let moves = [
        (1, here),
        (2, there),
        (3, here),
        (3, None),
        (4, None),
        (5, here),
        (5, here),
    ];
    let told = moved(&team, moves.map(|(id, to)| (AccountId(id), to)).into_iter());
    assert_eq!(told, (vec![AccountId(5)], vec![AccountId(2)]));
    team.kind = GroupKind::SigningGroup;
    let told = moved(&team, [(AccountId(5), here)].into_iter());
    assert_eq!(told, (vec![], vec![]));
}

fn team(id: u32, parent: u32, name: &str) -> ScopeNode {
    ScopeNode {
        id: ScopeId(id),
        kind: ScopeKind::Team,
        parent: Some(ScopeId(parent)),
        name: name.to_owned(),
        profile: ScopeProfile::default(),
    }
}

#[test]
fn teams_of_one_name_are_told_apart_by_their_path() {
    let scopes = [
        team(1, 0, "North"),
        team(2, 0, "Sales"),
        team(3, 2, "North"),
    ];
    let catalog = catalog("esignanywhere");
    let group = |id: u32, node: &ScopeNode| of_scope(&catalog, GroupId(id), node, None);
    let groups: Vec<Group> = (1..)
        .zip(&scopes)
        .map(|(id, node)| group(id, node))
        .collect();
    let meant = |text: &str| {
        named(&scopes, groups.iter(), GroupKind::Team, text).map(|g| g.map(|g| g.id.0))
    };
    for text in ["North", "north"] {
        let refused = meant(text).unwrap_err();
        assert_eq!(refused.rule, "several-groups");
        for path in ["\"/North\"", "\"/Sales/North\""] {
            assert!(refused.instead.contains(path), "{refused}");
        }
    }
    assert_eq!(meant("/North"), Ok(Some(1)));
    assert_eq!(meant("sales/north"), Ok(Some(3)));
    assert_eq!(meant("Sales"), Ok(Some(2)));
    assert_eq!(meant("South"), Ok(None));
}

#[test]
fn a_refusal_names_the_account_by_its_address() {
    let (catalog, plan) = (catalog("onespan"), plan(&[]));
    let scopes = [sub_account(1)];
    let land = Land {
        catalog: &catalog,
        plan: &plan,
        scopes: &scopes,
    };
    let group = new(
        &land,
        GroupId(1),
        GroupKind::SignerGroup,
        "Desk",
        ScopeId(1),
    )
    .unwrap();
    let gone = account(3, Status::Deactivated, "sender", ScopeId(1));
    let elsewhere = account(4, Status::Active, "sender", ScopeId(9));
    for (account, address) in [(&gone, "u3@x.example"), (&elsewhere, "u4@x.example")] {
        let wanted = Wanted {
            add: vec![account],
            ..Wanted::default()
        };
        let refused = change(&land, &[], &group, &wanted).unwrap_err();
        assert!(refused.what.starts_with(address), "{refused}");
    }
}

#[test]
fn teams_and_groups_of_one_name_are_told_apart_or_refused() {
    let scopes = [
        team(1, 0, "Paris"),
        team(2, 1, "Sales"),
        team(3, 0, "Lyon"),
        team(4, 3, "Sales"),
        team(5, 0, "Law"),
    ];
    let catalog = catalog("esignanywhere");
    let group = |id: u32, kind, name: &str, scope: u32| {
        empty(&catalog, GroupId(id), kind, name.into(), ScopeId(scope))
    };
    let groups = [
        group(12, GroupKind::Team, "Sales", 2),
        group(14, GroupKind::Team, "Sales", 4),
        group(15, GroupKind::Team, "Law", 5),
        group(16, GroupKind::SigningGroup, "Law", 0),
        group(17, GroupKind::SigningGroup, "Board", 0),
    ];
    let meant = |text: &str| {
        let found = of_any_kind(&scopes, groups.iter(), text);
        found.map(|g| g.map(|g| g.id.0)).map_err(|r| r.rule)
    };
    assert_eq!(meant("Sales"), Err("several-groups"));
    assert_eq!(meant("/Paris/Sales"), Ok(Some(12)));
    assert_eq!(meant("lyon/sales"), Ok(Some(14)));
    assert_eq!(meant("Law"), Err("several-groups"));
    assert_eq!(meant("team:Law"), Ok(Some(15)));
    assert_eq!(meant("signing_group:Law"), Ok(Some(16)));
    assert_eq!(meant("/Law"), Ok(Some(15)), "only teams have paths");
    assert_eq!(meant("board"), Ok(Some(17)));
    assert_eq!(meant("Nobody"), Ok(None));
    let team = |text: &str| {
        let found = team_named(&scopes, &scopes, text);
        found.map(|id| id.map(|id| id.0)).map_err(|r| r.rule)
    };
    assert_eq!(team("Sales"), Err("several-groups"));
    assert_eq!(team("/Lyon/Sales"), Ok(Some(4)));
    assert_eq!(team("paris"), Ok(Some(1)));
    assert_eq!(team("Board"), Ok(None));
}
