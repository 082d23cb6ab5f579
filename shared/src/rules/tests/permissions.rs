use super::iusign;
use crate::catalog::{Catalog, builtin, parse};
use crate::domain::{Actor, ActorKind, Assignment, Binding, OperatorGrant, ScopeId};
use crate::rules::Refusal;
use crate::rules::permissions::{
    Ask, Basis, Caller, Member, Reach, authorise, different_person, member_may, reach,
};
use crate::rules::rights::{Rights, Setting};
use crate::wire::Verb;
use std::collections::{BTreeMap, BTreeSet};

fn rollcall() -> Catalog {
    parse("rollcall.toml", builtin("rollcall").unwrap()).unwrap()
}

fn binding(grants: &[(&str, Option<&str>)]) -> Binding {
    let grant = |(role, tenant): &(&str, Option<&str>)| OperatorGrant {
        role: (*role).into(),
        tenant: tenant.map(str::to_owned),
    };
    Binding {
        uid: 1_000,
        os_user: "bob".into(),
        person: "bob@example.com".into(),
        grants: grants.iter().map(grant).collect(),
        shared: false,
        accounts: BTreeMap::new(),
    }
}

fn ask<'a>(verb: Verb, tenant: Option<&'a str>) -> Ask<'a> {
    Ask {
        verb: verb.name(),
        permission: verb.permission(),
        changes: verb.changes(),
        tenant,
    }
}

const STRANGER: Caller<'static> = Caller {
    uid: 1_000,
    own: false,
    break_glass: None,
};
const ROOT: Caller<'static> = Caller {
    uid: 0,
    own: true,
    break_glass: None,
};

fn may(
    caller: &Caller<'_>,
    binding: Option<&Binding>,
    verb: Verb,
    tenant: Option<&str>,
) -> Result<Basis, Refusal> {
    authorise(caller, binding, &ask(verb, tenant), None, &rollcall())
}

fn with_member<T>(catalog: &Catalog, roles: &[Assignment], ask: impl FnOnce(Member<'_>) -> T) -> T {
    let features = BTreeSet::new();
    let setting = Setting {
        catalog,
        scopes: &[],
        features: &features,
    };
    let rights = Rights::compile(&setting);
    ask(Member {
        setting,
        rights: &rights,
        roles,
    })
}

#[test]
fn a_role_holds_where_it_was_given() {
    let helpdesk = binding(&[("helpdesk", Some("acme"))]);
    let allowed = Ok(Basis::Operator("helpdesk".into()));
    assert_eq!(
        may(&STRANGER, Some(&helpdesk), Verb::UserSuspend, Some("acme")),
        allowed
    );
    for (verb, tenant) in [
        (Verb::UserSuspend, Some("other")),
        (Verb::UserSuspend, None),
        (Verb::UserDeactivate, Some("acme")),
        (Verb::TenantList, None),
    ] {
        assert!(
            may(&STRANGER, Some(&helpdesk), verb, tenant).is_err(),
            "{}",
            verb.name()
        );
    }
    let everywhere = binding(&[("auditor", None), ("helpdesk", None)]);
    assert!(may(&STRANGER, Some(&everywhere), Verb::UserSuspend, None).is_ok());
}

#[test]
fn a_denial_names_permission_place_holder_and_remedy() {
    let auditor = binding(&[("auditor", Some("acme"))]);
    let refusal = may(&STRANGER, Some(&auditor), Verb::UserSuspend, Some("acme")).unwrap_err();
    for part in ["user.suspend", "tenant acme", "bob", "auditor in acme"] {
        assert!(refusal.what.contains(part), "{part}: {refusal}");
    }
    for role in ["helpdesk", "operator", "platform_admin"] {
        assert!(refusal.instead.contains(role), "{refusal}");
    }
    let unbound = may(&STRANGER, None, Verb::UserList, Some("acme")).unwrap_err();
    assert!(unbound.what.contains("uid 1000"), "{unbound}");
}

#[test]
fn a_denied_member_is_told_in_the_words_of_their_catalog() {
    let nobody = binding(&[]);
    let viewer = [Assignment::at_root("viewer")];
    let asked = |verb, binding: &Binding| {
        let catalog = iusign();
        with_member(catalog, &viewer, |member| {
            let ask = ask(verb, Some("acme"));
            authorise(&STRANGER, Some(binding), &ask, Some(member), &rollcall()).unwrap_err()
        })
    };
    let refusal = asked(Verb::UserSuspend, &nobody);
    assert_eq!(refusal.rule, "permission");
    for part in ["user.manage of IUSign", "bob@example.com", "holds Viewer"] {
        assert!(refusal.what.contains(part), "{part}: {refusal}");
    }
    assert!(refusal.instead.contains("Owner or Admin"), "{refusal}");
    assert!(!refusal.instead.contains("auditor"), "{refusal}");
    // What no role of the catalog may do is asked of Rollcall's own.
    let refusal = asked(Verb::OperatorBind, &nobody);
    for part in ["no role of IUSign", "operator.bind", "holds Viewer"] {
        assert!(refusal.what.contains(part), "{part}: {refusal}");
    }
    assert!(refusal.instead.contains("platform_admin"), "{refusal}");
    // Who holds a role of Rollcall's own is told of these.
    let refusal = asked(Verb::UserSuspend, &binding(&[("auditor", Some("acme"))]));
    assert!(refusal.instead.contains("helpdesk"), "{refusal}");
}

#[test]
fn a_shared_login_reads_only() {
    let mut shared = binding(&[("platform_admin", None)]);
    shared.shared = true;
    for verb in Verb::ALL {
        let got = may(&STRANGER, Some(&shared), *verb, None);
        assert_eq!(got.is_err(), verb.changes(), "{}", verb.name());
    }
    let refusal = may(&STRANGER, Some(&shared), Verb::RunApprove, None).unwrap_err();
    assert_eq!(refusal.rule, "shared-login");
    let roles = [Assignment::at_root("owner")];
    with_member(iusign(), &roles, |member| {
        let asked = ask(Verb::UserSuspend, Some("acme"));
        assert!(authorise(&STRANGER, Some(&shared), &asked, Some(member), &rollcall()).is_err());
    });
}

#[test]
fn a_member_acts_with_the_tenants_own_permissions() {
    let catalog = iusign();
    let may = |role: &str, verb: Verb| {
        let roles = [Assignment::at_root(role)];
        let nobody = binding(&[]);
        let asked = ask(verb, Some("acme"));
        with_member(catalog, &roles, |member| {
            authorise(&STRANGER, Some(&nobody), &asked, Some(member), &rollcall()).is_ok()
        })
    };
    assert!(may("admin", Verb::UserSuspend) && !may("user", Verb::UserSuspend));
    assert!(may("owner", Verb::TenantOwnerSet) && !may("admin", Verb::TenantOwnerSet));
    assert!(
        !may("owner", Verb::PolicySet),
        "what the catalog does not name is not a member's"
    );
    let below = [Assignment {
        role: "admin".into(),
        scope: ScopeId(3),
    }];
    assert!(
        !with_member(catalog, &below, |member| member_may(
            &member,
            "user suspend"
        )),
        "held further down"
    );
}

#[test]
fn root_binds_and_reads_and_governs_only_with_broken_glass() {
    for verb in Verb::ALL {
        let free = !verb.changes() || *verb == Verb::OperatorBind || *verb == Verb::OperatorUnbind;
        match may(&ROOT, None, *verb, None) {
            Ok(basis) => assert_eq!((free, basis), (true, Basis::Own), "{}", verb.name()),
            Err(refusal) => assert_eq!(
                (free, refusal.rule),
                (false, "break-glass"),
                "{}",
                verb.name()
            ),
        }
        let broken = Caller {
            break_glass: Some("the owner is ill"),
            ..ROOT
        };
        assert!(may(&broken, None, *verb, None).is_ok());
        let stranger = Caller {
            own: false,
            ..broken
        };
        assert!(
            may(&stranger, None, *verb, None).is_err(),
            "glass is root's to break"
        );
    }
    let blank = Caller {
        break_glass: Some("  "),
        ..ROOT
    };
    assert!(may(&blank, None, Verb::PolicySet, None).is_err());
}

#[test]
fn an_unknown_role_gives_nothing() {
    let ghost = binding(&[("superuser", None)]);
    assert!(may(&STRANGER, Some(&ghost), Verb::Status, None).is_err());
}

#[test]
fn lists_reach_as_far_as_the_roles() {
    let catalog = rollcall();
    let of = |grants: &[(&str, Option<&str>)]| reach(&binding(grants), "directory.read", &catalog);
    assert_eq!(
        of(&[("auditor", Some("b")), ("helpdesk", Some("a"))]),
        Reach::Tenants(vec!["a".into(), "b".into()])
    );
    assert_eq!(
        of(&[("auditor", Some("b")), ("approver", None)]),
        Reach::Everywhere
    );
    assert_eq!(of(&[]), Reach::Tenants(vec![]));
}

#[test]
fn nobody_approves_their_own_run() {
    let bob = binding(&[("approver", None)]);
    for own in ["bob", "bob@example.com", "BOB@example.com"] {
        let refused = different_person(own, None, &bob).unwrap_err();
        assert_eq!(refused.rule, "four-eyes");
    }
    assert_eq!(different_person("schedule", None, &bob), Ok(()));
    assert_eq!(different_person("alice", None, &bob), Ok(()));
}

#[test]
fn nobody_approves_a_run_of_a_policy_they_set() {
    let bob = binding(&[("approver", None)]);
    let actor = |name: &str, person: Option<&str>| Actor {
        kind: ActorKind::Peer,
        name: name.into(),
        person: person.map(str::to_owned),
        ..Actor::daemon()
    };
    // Whoever started it, or nobody; by whichever of their logins.
    for started_by in ["schedule", "alice"] {
        for setter in [
            actor("bob", None),
            actor("bob2", Some("Bob@example.com")),
            actor("bob", Some("bob@example.com")),
        ] {
            let refused = different_person(started_by, Some(&setter), &bob).unwrap_err();
            assert_eq!(refused.rule, "four-eyes");
            assert!(refused.what.contains("set the policy"), "{refused}");
        }
    }
    let alice = actor("alice", Some("alice@example.com"));
    assert_eq!(different_person("schedule", Some(&alice), &bob), Ok(()));
    // An OS user may be called like the daemon; what the daemon adopted was set by nobody who approves.
    let mut twin = bob;
    twin.os_user = "rollcalld".into();
    let daemon = Actor::daemon();
    assert_eq!(different_person("schedule", Some(&daemon), &twin), Ok(()));
}

#[test]
fn a_member_is_told_of_the_feature_or_the_block_that_stands_in_the_way() {
    let mut catalog = parse("onespan", builtin("onespan").unwrap()).unwrap();
    let bob = binding(&[]);
    let denied = |catalog: &Catalog, verb: Verb| {
        with_member(catalog, &[Assignment::at_root("administrator")], |member| {
            let ask = ask(verb, Some("bank"));
            authorise(&STRANGER, Some(&bob), &ask, Some(member), &rollcall()).unwrap_err()
        })
    };
    let off = denied(&catalog, Verb::DelegationSet);
    assert_eq!(off.rule, "feature", "{off}");
    assert!(
        off.instead.contains("tenant set bank --enable delegation"),
        "{off}"
    );
    let role = catalog.roles.iter_mut().find(|r| r.id == "administrator");
    role.unwrap().blocks.push("sender_admin.users".into());
    let blocked = denied(&catalog, Verb::UserInvite);
    assert_eq!(blocked.rule, "block", "{blocked}");
    assert!(blocked.instead.contains("administrator"), "{blocked}");
}
