//! What a diagnosis advises where the vendor's roles are held at scopes of their own kinds.

use super::day;
use crate::catalog::{builtin, parse};
use crate::domain::{Account, AccountId, Assignment, ScopeId, ScopeKind, ScopeNode, ScopeProfile};
use crate::rules::diagnose::{Case, diagnose};
use crate::wire::identity::Grave;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

#[test]
fn who_looks_only_in_an_environment_of_ignisign_is_told_what_can_be_held_there() {
    let node = |id: u32, kind, name: &str| ScopeNode {
        id: ScopeId(id),
        kind,
        name: name.into(),
        parent: id.checked_sub(1).map(ScopeId),
        profile: ScopeProfile::default(),
    };
    let scopes = [
        node(0, ScopeKind::Tenant, "acme"),
        node(1, ScopeKind::Organisation, "Acme"),
        node(2, ScopeKind::Application, "Portal"),
        node(3, ScopeKind::Environment, "PRODUCTION"),
    ];
    let catalog = parse("ignisign", builtin("ignisign").unwrap()).unwrap();
    let found = |role: &str, scope: u32| {
        let mut account = Account::new(AccountId(1), "ann@acme.example", day(0));
        account.assignments = vec![Assignment {
            role: role.into(),
            scope: ScopeId(scope),
        }];
        let mut all = diagnose(&Case {
            now: day(1),
            zone: &TimeZone::UTC,
            address: "ann@acme.example",
            bad_address: None,
            account: Some(&account),
            invitation: None,
            domains: &BTreeMap::new(),
            catalog: &catalog,
            scopes: &scopes,
        });
        all.retain(|f| f.grave == Grave::Cause);
        all
    };
    let label = |id: &str| catalog.role(id).unwrap().label.as_str();
    let [reads] = &found("APP_READER", 3)[..] else {
        panic!("{:?}", found("APP_READER", 3));
    };
    assert!(
        reads.what.contains("APP_READER@Acme/Portal/PRODUCTION"),
        "{reads:?}"
    );
    // The one that may less comes first; roles of the application and of the organisation are held further up.
    let (less, more) = (label("APP_OPERATOR"), label("APP_MANAGER"));
    assert_eq!(
        reads.instead,
        format!("give {less} or {more} with `rollcall user role`")
    );
    // In an organisation only its own roles are held; the platform's own are not.
    let [member] = &found("ORG_USER", 1)[..] else {
        panic!("{:?}", found("ORG_USER", 1));
    };
    assert!(!member.instead.contains(label("SUPER_ADMIN")), "{member:?}");
    let (owner, admin) = (label("ORG_OWNER"), label("ORG_ADMIN"));
    assert!(
        member
            .instead
            .contains(&format!("give {owner} or {admin} with")),
        "{member:?}"
    );
    // Nor at the root, where nobody gives them, and the one no list shows least of all.
    let at_root = found("ORG_USER", 0);
    for platform in ["SUPER_ADMIN", "INTERNAL_API"] {
        let told = at_root.iter().any(|f| f.instead.contains(label(platform)));
        assert!(!told, "{at_root:?}");
    }
    // A role held where it does not count is its own cause, and who may work hears of none.
    let misplaced = found("ORG_ADMIN", 3);
    assert!(
        misplaced.iter().any(|f| f.check == "scope"),
        "{misplaced:?}"
    );
    assert_eq!(found("APP_OPERATOR", 3), []);
}

#[test]
fn who_sends_only_their_own_does_not_look_only() {
    let mut catalog = parse("iusign", builtin("iusign").unwrap()).unwrap();
    for (grant, looks) in [
        ("envelope.send:own", false),
        ("envelope.send:read_only", true),
    ] {
        let role = catalog.roles.iter_mut().find(|r| r.id == "user").unwrap();
        role.permissions = vec![grant.to_owned()];
        let mut account = Account::new(AccountId(1), "ann@acme.example", day(0));
        account.assignments = vec![Assignment::at_root("user")];
        let all = diagnose(&Case {
            now: day(1),
            zone: &TimeZone::UTC,
            address: "ann@acme.example",
            bad_address: None,
            account: Some(&account),
            invitation: None,
            domains: &BTreeMap::new(),
            catalog: &catalog,
            scopes: &[],
        });
        let told = all.iter().any(|f| f.what.contains("looks only"));
        assert_eq!(told, looks, "{grant}: {all:?}");
    }
}

#[test]
fn a_role_that_looks_only_is_no_cause_beside_one_that_may_work() {
    let catalog = parse("esignanywhere", builtin("esignanywhere").unwrap()).unwrap();
    for (roles, looks) in [
        (&["developer"][..], true),
        (&["power_user", "developer"], false),
    ] {
        let mut account = Account::new(AccountId(1), "ann@sign.example", day(0));
        account.assignments = roles.iter().map(|r| Assignment::at_root(*r)).collect();
        let all = diagnose(&Case {
            now: day(1),
            zone: &TimeZone::UTC,
            address: "ann@sign.example",
            bad_address: None,
            account: Some(&account),
            invitation: None,
            domains: &BTreeMap::new(),
            catalog: &catalog,
            scopes: &[],
        });
        let told = all.iter().any(|f| f.what.contains("looks only"));
        assert_eq!(told, looks, "{roles:?}: {all:?}");
        let causes = all.iter().any(|f| f.grave == Grave::Cause);
        assert_eq!(causes, looks, "{roles:?}: {all:?}");
    }
}
