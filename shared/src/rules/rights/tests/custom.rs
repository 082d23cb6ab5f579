use super::super::custom::{create, delete, edit, open, predefined};
use super::super::{follow, moved};
use super::*;
use crate::catalog::Role;
use crate::domain::{Account, AccountId, Field, Micros};
use crate::wire::role::RoleSet;

fn wanted(id: &str) -> RoleSet {
    RoleSet {
        tenant: "t".into(),
        id: id.into(),
        label: None,
        description: None,
        copy: None,
        grant: vec![],
        block: vec![],
        clear: vec![],
        home: None,
        offer: None,
        enabled: None,
        privileged: None,
        dry_run: false,
    }
}

fn list(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

#[test]
fn fixed_categories_take_no_custom_role() {
    for name in ["iusign", "ignisign"] {
        let world = World::of(name);
        assert_eq!(
            create(&world.setting(), &wanted("x")).unwrap_err().rule,
            "custom-roles",
            "{name}"
        );
    }
    let mut world = World::of("esignanywhere");
    assert!(open(&world.setting()).is_ok());
    world.features.remove("custom_roles");
    assert_eq!(open(&world.setting()).unwrap_err().rule, "feature");
}

#[test]
fn predefined_roles_are_neither_edited_nor_deleted() {
    for name in crate::catalog::names() {
        let world = World::of(name);
        for role in world.catalog.listed() {
            let refusal = predefined(&world.setting(), &role.id, "edited").unwrap_err();
            assert_eq!(refusal.rule, "predefined-role");
        }
        assert_eq!(
            predefined(&world.setting(), "ghost", "edited")
                .unwrap_err()
                .rule,
            "roles"
        );
    }
}

#[test]
fn a_role_is_made_from_a_copy_with_more_and_less() {
    let world = World::of("esignanywhere");
    let request = RoleSet {
        copy: Some("Power User".into()),
        grant: list(&["User can download api envelope description:own"]),
        block: list(&["envelope.history"]),
        clear: list(&["clipboard.use"]),
        label: Some("Analyst".into()),
        ..wanted("analyst")
    };
    let made = create(&world.setting(), &request).unwrap();
    assert!(
        made.role
            .grants
            .contains("envelope.download_description:own")
    );
    assert!(!made.role.grants.contains("envelope.history"));
    assert!(!made.role.grants.contains("clipboard.use"));
    assert_eq!(made.role.blocks, ["envelope.history".to_owned()].into());
    assert!(
        made.changes.contains(&"blocks envelope.history".to_owned()),
        "{:?}",
        made.changes
    );
    assert!(made.warnings.is_empty(), "{:?}", made.warnings);
    let bare = RoleSet {
        grant: list(&["envelope.send"]),
        ..wanted("bare")
    };
    let made = create(&world.setting(), &bare).unwrap();
    assert_eq!(
        made.warnings,
        ["envelope.send is of no use without envelope.list"]
    );
}

#[test]
fn a_copy_of_a_privileged_role_and_one_that_grants_as_much_are_privileged() {
    for (name, admin) in [
        ("onespan", "administrator"),
        ("esignanywhere", "administrator"),
    ] {
        let world = World::of(name);
        let all = world.catalog.role(admin).unwrap().permissions.clone();
        let copy = RoleSet {
            copy: Some(admin.into()),
            ..wanted("shadow")
        };
        let as_much = RoleSet {
            grant: all.clone(),
            ..wanted("shadow")
        };
        for request in [&copy, &as_much] {
            assert!(
                create(&world.setting(), request).unwrap().role.privileged,
                "{name}"
            );
            let outside = RoleSet {
                privileged: Some(false),
                ..request.clone()
            };
            let refused = create(&world.setting(), &outside).unwrap_err();
            assert_eq!(refused.rule, "privileged-role", "{name}");
            assert!(refused.what.contains(admin), "{refused}");
        }
        // One permission less is another role, and what it is is said.
        let less = RoleSet {
            grant: all[1..].to_vec(),
            ..wanted("helper")
        };
        let made = create(&world.setting(), &less).unwrap().role;
        assert!(!made.privileged, "{name}");
        // Given the last one later it becomes privileged.
        let last = RoleSet {
            grant: vec![all[0].clone()],
            ..wanted("helper")
        };
        assert!(
            edit(&world.setting(), &made, &last)
                .unwrap()
                .role
                .privileged,
            "{name}"
        );
    }
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let nodes = [
        (1, ScopeKind::Account, 0, "Europe"),
        (2, ScopeKind::Account, 0, "Asia"),
    ];
    let world = World::of("onespan").with_scopes(&nodes);
    let cases: [(RoleSet, &str); 10] = [
        (
            RoleSet {
                grant: list(&["fly"]),
                ..wanted("x")
            },
            "unknown-permission",
        ),
        (
            RoleSet {
                grant: list(&["sender_admin.users:mine"]),
                ..wanted("x")
            },
            "unknown-permission",
        ),
        (
            RoleSet {
                block: list(&["sender_admin.users"]),
                ..wanted("x")
            },
            "role-blocks",
        ),
        (wanted("two words"), "role-name"),
        (wanted("a@b"), "role-name"),
        (wanted("SENDER"), "role-unique"),
        (
            RoleSet {
                label: Some("Manager".into()),
                ..wanted("x")
            },
            "role-unique",
        ),
        (
            RoleSet {
                offer: Some(list(&["Mars"])),
                ..wanted("x")
            },
            "scope",
        ),
        (
            RoleSet {
                home: Some("Europe".into()),
                offer: Some(list(&["Asia"])),
                ..wanted("x")
            },
            "role-place",
        ),
        (
            RoleSet {
                copy: Some("ghost".into()),
                ..wanted("x")
            },
            "roles",
        ),
    ];
    for (request, rule) in cases {
        assert_eq!(
            create(&world.setting(), &request).unwrap_err().rule,
            rule,
            "{request:?}"
        );
    }
    let offered = RoleSet {
        offer: Some(list(&["Europe", "Asia"])),
        grant: list(&["sender_admin.reports"]),
        ..wanted("x")
    };
    let made = create(&world.setting(), &offered).unwrap();
    assert_eq!(made.role.offered, Some([ScopeId(1), ScopeId(2)].into()));
    let everywhere = RoleSet {
        offer: Some(vec![]),
        ..wanted("x")
    };
    let again = edit(&world.setting(), &made.role, &everywhere).unwrap();
    assert_eq!(again.role.offered, None);
    assert_eq!(again.changes.len(), 1, "{:?}", again.changes);
    assert!(
        edit(&world.setting(), &made.role, &wanted("x"))
            .unwrap()
            .changes
            .is_empty()
    );
}

#[test]
fn a_role_that_is_held_is_not_deleted_and_the_refusal_counts() {
    assert!(delete("x", 0).is_ok());
    let refusal = delete("x", 3).unwrap_err();
    assert_eq!(refusal.rule, "role-held");
    assert!(refusal.what.contains("3 accounts"), "{refusal}");
}

#[test]
fn holders_of_a_changed_role_get_stale_sessions_and_their_grace() {
    let world =
        World::of("onespan").with_roles(&[custom("closer", &["sender_admin.reports"], &[])]);
    let mut changed = custom("closer", &["sender_admin.users"], &[]);
    changed.privileged = true;
    let mut after = world.catalog.clone();
    after.roles.retain(|r| r.id != "closer");
    after.roles.push(Role::from(&changed));
    assert_eq!(moved(&world.catalog, &after), ["closer"]);
    let mut account = Account::new(AccountId(1), "a@b.example", Micros(0));
    account.assignments = vec![at("closer", 0)];
    let changes = follow(&account, &world.catalog, &after, Micros(9));
    let fields: Vec<Field> = changes.iter().map(|c| c.field).collect();
    assert_eq!(fields.len(), 2);
    assert!(fields.contains(&Field::Manifest) && fields.contains(&Field::PrivilegedSince));
}
