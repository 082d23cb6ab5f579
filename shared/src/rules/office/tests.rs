use super::*;
use crate::catalog::{builtin, parse};
use crate::domain::{AccountId, Micros, ScopeProfile, ScopeState, TenantState};
use crate::rules::owner::{check_places, stays};
use crate::rules::roles_edit::{admins_stay, keep_admin};
use proptest::prelude::*;

fn ignisign() -> Catalog {
    parse("ignisign", builtin("ignisign").unwrap()).unwrap()
}

/// Two organizations, 1 and 2, with an application 3 in the first.
fn land() -> Vec<ScopeNode> {
    let node = |id: u32, parent: Option<u32>, kind, name: &str| ScopeNode {
        id: ScopeId(id),
        kind,
        name: name.to_owned(),
        parent: parent.map(ScopeId),
        profile: ScopeProfile::default(),
    };
    vec![
        node(0, None, ScopeKind::Tenant, "bank"),
        node(1, Some(0), ScopeKind::Organisation, "north"),
        node(2, Some(0), ScopeKind::Organisation, "south"),
        node(3, Some(1), ScopeKind::Application, "portal"),
    ]
}

fn at(role: &str, scope: u32) -> Assignment {
    Assignment {
        role: role.to_owned(),
        scope: ScopeId(scope),
    }
}

fn member(id: u32, roles: &[Assignment]) -> Account {
    let mut account = Account::new(AccountId(id), "ann@bank.example", Micros(0));
    account.assignments = roles.to_vec();
    account
}

fn count<'a>(office: &Office<'_>, people: impl IntoIterator<Item = &'a Account>) -> Holders {
    let mut out = Holders::default();
    for account in people {
        out.add(office, account.status, &account.assignments);
    }
    out
}

#[test]
fn each_organization_keeps_its_own_owner_and_its_own_admin() {
    let (catalog, scopes) = (ignisign(), land());
    let (owner, admin) = (
        Office::owner(&catalog, &scopes),
        Office::admin(&catalog, &scopes),
    );
    let people = [
        member(0, &[at("ORG_OWNER", 1)]),
        member(1, &[at("ORG_OWNER", 2)]),
        member(2, &[at("ORG_ADMIN", 2)]),
    ];
    let owners = count(&owner, &people);
    let admins = count(&admin, &people);
    // South has another admin, and no other owner; north has neither.
    assert_eq!(
        owner.left(&owners, &people[0], &[], 1),
        Some(Some(ScopeId(1)))
    );
    assert_eq!(
        owner.left(&owners, &people[1], &[], 1),
        Some(Some(ScopeId(2)))
    );
    let refused = keep_admin(&people[0], &[], &admin, || admins.clone()).unwrap_err();
    assert_eq!(refused.rule, "last-admin");
    assert!(refused.what.contains("north"), "{refused}");
    assert!(refused.instead.contains("ORG_OWNER@north"), "{refused}");
    assert!(keep_admin(&people[1], &[], &admin, || admins.clone()).is_ok());
    // Another role of the office in the same place is as good; one in another place is not.
    let stays = [at("ORG_ADMIN", 1)];
    assert!(keep_admin(&people[0], &stays, &admin, || admins.clone()).is_ok());
    let moves = [at("ORG_OWNER", 2)];
    assert!(keep_admin(&people[0], &moves, &admin, || admins.clone()).is_err());

    let without = count(&owner, &people[1..]);
    let refused = check_places(
        (&owners, &owner),
        (&without, &owner),
        &catalog,
        TenantState::Active,
    );
    let refused = refused.unwrap_err();
    assert_eq!(refused.rule, "owner-holder");
    assert!(refused.what.contains("north"), "{refused}");
    assert!(refused.instead.contains("ORG_OWNER@north"), "{refused}");
    let admins_then = count(&admin, &people[1..]);
    assert!(admins_stay((&admins, &admin), (&admins_then, &admin)).is_err());
}

#[test]
fn a_role_held_above_counts_in_every_organization() {
    let (catalog, scopes) = (ignisign(), land());
    let owner = Office::owner(&catalog, &scopes);
    let people = [
        member(0, &[at("ORG_OWNER", 0), at("ORG_OWNER", 1)]),
        member(1, &[at("ORG_OWNER", 1)]),
    ];
    let all = count(&owner, &people);
    assert_eq!(all.of(&owner, Some(ScopeId(1))).holders, 2, "each once");
    assert_eq!(all.of(&owner, Some(ScopeId(2))).holders, 1);
    assert_eq!(owner.left(&all, &people[1], &[], 1), None);
    assert_eq!(owner.left(&all, &people[0], &[], 1), Some(Some(ScopeId(2))));
}

#[test]
fn an_organization_that_never_had_anybody_or_is_not_in_use_demands_nobody() {
    let (catalog, mut scopes) = (ignisign(), land());
    let people = [
        member(0, &[at("ORG_OWNER", 1)]),
        member(1, &[at("ORG_OWNER", 2)]),
    ];
    let judge = |scopes: &[ScopeNode], after: &[ScopeNode], left: &[Account]| {
        let (then, now) = (
            Office::owner(&catalog, scopes),
            Office::owner(&catalog, after),
        );
        let (was, is) = (count(&then, &people), count(&now, left));
        check_places((&was, &then), (&is, &now), &catalog, TenantState::Active)
    };
    // A third organization comes to be without anybody.
    let mut more = scopes.clone();
    more.push(ScopeNode {
        id: ScopeId(4),
        name: "west".into(),
        ..scopes[1].clone()
    });
    assert_eq!(judge(&scopes, &more, &people), Ok(()));
    assert_eq!(judge(&more, &more, &people), Ok(()));
    // One that is archived needs nobody, and who held it there may go.
    let before = scopes.clone();
    scopes[2].profile.state = ScopeState::Archived;
    assert_eq!(judge(&before, &scopes, &people), Ok(()));
    assert_eq!(judge(&scopes, &scopes, &people[..1]), Ok(()));
    assert!(judge(&before, &before, &people[..1]).is_err());
}

#[test]
fn who_holds_an_organization_alone_stays_in_every_state_in_which_it_is_held() {
    let (catalog, scopes) = (ignisign(), land());
    let office = Office::owner(&catalog, &scopes);
    let mut people = [
        member(0, &[at("ORG_OWNER", 1)]),
        member(1, &[at("ORG_OWNER", 2)]),
        member(2, &[at("ORG_OWNER", 2)]),
    ];
    let leaves = |people: &[Account], who: usize, status| {
        let owners = count(&office, people);
        stays(
            &people[who],
            (status, &people[who].assignments),
            (&owners, &office),
            &catalog,
            TenantState::Active,
        )
    };
    for status in [Status::Suspended, Status::Deactivated] {
        let refused = leaves(&people, 0, status).unwrap_err();
        assert!(refused.what.contains("north"), "{refused}");
        assert_eq!(leaves(&people, 1, status), Ok(()), "south has another");
    }
    // Who is suspended, or invited, holds it still; nobody does once they are gone.
    for held in [Status::Suspended, Status::Invited] {
        people[0].status = held;
        let refused = leaves(&people, 0, Status::Deactivated).unwrap_err();
        assert_eq!(refused.rule, "owner-holder");
        assert_eq!(leaves(&people, 0, Status::Suspended), Ok(()));
    }
    assert!(leaves(&people, 0, Status::Expired).is_err());
}

#[test]
fn an_admin_whose_role_may_not_be_held_there_any_more_administers_nothing() {
    let (catalog, scopes) = (ignisign(), land());
    let people = [member(0, &[at("ORG_ADMIN", 1)])];
    let mut narrow = scopes.clone();
    narrow[1].profile.roles = Some(["ORG_USER".to_owned()].into());
    let (then, now) = (
        Office::admin(&catalog, &scopes),
        Office::admin(&catalog, &narrow),
    );
    let (was, is) = (count(&then, &people), count(&now, &people));
    let refused = admins_stay((&was, &then), (&is, &now)).unwrap_err();
    assert_eq!(refused.rule, "last-admin");
    assert!(
        refused.what.contains("nobody could act as one in"),
        "{refused}"
    );
    assert!(refused.instead.contains("be held there"), "{refused}");
}

proptest! {
    /// Whoever leaves one after the other, each place that had somebody has somebody: the simple count says the same.
    #[test]
    fn no_place_is_left_without_an_admin(
        held in prop::collection::vec((0..3u32, any::<bool>(), any::<bool>()), 1..8),
    ) {
        let (catalog, scopes) = (ignisign(), land());
        let office = Office::admin(&catalog, &scopes);
        let role = |owner| if owner { "ORG_OWNER" } else { "ORG_ADMIN" };
        let mut people: Vec<Account> = Vec::new();
        for (id, (scope, owner, _)) in (0u32..).zip(&held) {
            people.push(member(id, &[at(role(*owner), *scope)]));
        }
        let admin_of = |people: &[Account], part: u32| people.iter().filter(|a| {
            a.status == Status::Active && a.assignments.iter().any(|a| a.scope.0 == 0 || a.scope.0 == part)
        }).count();
        let before = people.clone();
        for (index, (scope, _, leaves)) in held.iter().enumerate() {
            if !leaves {
                continue;
            }
            // Where nobody else administers, and only there, somebody stays.
            let needed = [1, 2].iter().any(|p| (*scope == 0 || scope == p) && admin_of(&people, *p) == 1);
            let admins = count(&office, &people);
            let stays = keep_admin(&people[index], &[], &office, || admins).is_err();
            prop_assert_eq!(stays, needed);
            if !stays {
                people[index].status = Status::Suspended;
            }
        }
        for part in [1, 2] {
            prop_assert_eq!(admin_of(&before, part) > 0, admin_of(&people, part) > 0);
        }
    }
}
