use super::*;
use crate::catalog::split_grant;
use crate::domain::ScopeState;
use crate::wire::role::Step;

#[test]
fn only_an_active_account_may_do_anything_whatever_it_holds() {
    let world = World::of("iusign");
    let owner = [at("owner", 0)];
    for status in Status::ALL.iter().copied() {
        let decision = world.ask_in(status, &owner, "document.open", NONE, 0, false);
        assert_eq!(decision.allowed, status == Status::Active, "{status}");
        if !decision.allowed {
            assert_eq!(decision.rule, "status");
            assert!(!decision.instead.is_empty(), "{status}");
        }
    }
}

#[test]
fn a_private_document_opens_for_its_owner_and_a_signing_group_only() {
    let world = World::of("iusign");
    let user = [at("user", 0)];
    let refused = world.ask(&user, "document.open", NONE, 0);
    assert_eq!(
        (refused.allowed, refused.rule.as_str()),
        (false, "relation")
    );
    assert!(
        refused.instead.contains("Signing Group"),
        "{}",
        refused.instead
    );
    assert!(
        world
            .ask(&user, "document.open", to(false, true), 0)
            .allowed
    );
    assert!(
        world
            .ask(&user, "document.open", to(true, false), 0)
            .allowed
    );
    assert!(
        world
            .ask(&[at("admin", 0)], "document.open", NONE, 0)
            .allowed
    );
}

#[test]
fn what_is_held_for_looking_does_not_change_anything() {
    let world = World::of("iusign");
    let viewer = [at("viewer", 0)];
    for action in ["document.open", "audit_trail.open"] {
        let looked = world.ask(&viewer, action, NONE, 0);
        assert!(looked.allowed && looked.read_only, "{action}");
        let changed = world.ask_in(Status::Active, &viewer, action, NONE, 0, true);
        assert_eq!(
            (changed.allowed, changed.rule.as_str()),
            (false, "read-only")
        );
    }
    for action in [
        "transaction.create",
        "transaction.send",
        "transaction.modify",
    ] {
        let decision = world.ask(&viewer, action, to(true, false), 0);
        assert!(!decision.allowed && decision.instead.contains("User or Admin is needed"));
    }
}

#[test]
fn a_users_own_trail_is_open_and_others_are_not() {
    let world = World::of("iusign");
    let user = [at("user", 0)];
    assert!(
        world
            .ask(&user, "audit_trail.open", to(true, false), 0)
            .allowed
    );
    assert_eq!(
        world
            .ask(&user, "audit_trail.open", to(false, true), 0)
            .rule,
        "relation"
    );
}

const IGNISIGN: [(u32, ScopeKind, u32, &str); 6] = [
    (1, ScopeKind::Organisation, 0, "Acme"),
    (2, ScopeKind::Application, 1, "Portal"),
    (3, ScopeKind::Environment, 2, "PRODUCTION"),
    (4, ScopeKind::Environment, 2, "STAGING"),
    (5, ScopeKind::Application, 1, "Desk"),
    (6, ScopeKind::Organisation, 0, "Other"),
];

#[test]
fn an_organisations_role_covers_its_applications_and_an_environments_only_itself() {
    let world = World::of("ignisign").with_scopes(&IGNISIGN);
    let admin = [at("ORG_ADMIN", 1)];
    for scope in [1, 2, 3, 4, 5] {
        assert!(
            world.ask(&admin, "request.open", NONE, scope).allowed,
            "{scope}"
        );
    }
    for scope in [0, 6] {
        let beside = world.ask(&admin, "request.open", NONE, scope);
        assert_eq!(
            (beside.allowed, beside.rule.as_str()),
            (false, "scope"),
            "{scope}"
        );
    }
    let operator = [at("APP_OPERATOR", 3)];
    assert!(world.ask(&operator, "request.create", NONE, 3).allowed);
    let staging = world.ask(&operator, "request.create", NONE, 4);
    assert_eq!(staging.rule, "scope");
    assert!(
        staging.because.contains("Acme/Portal/PRODUCTION"),
        "{}",
        staging.because
    );
    // Roles add up over organisations and applications.
    let both = [at("APP_OPERATOR", 3), at("APP_READER", 4)];
    assert!(world.ask(&both, "request.open", NONE, 4).allowed);
    assert!(!world.ask(&both, "request.create", NONE, 4).allowed);
}

#[test]
fn a_role_does_not_count_below_its_own_kind_of_scope() {
    let world = World::of("ignisign").with_scopes(&IGNISIGN);
    let narrow = world.ask(&[at("ORG_ADMIN", 3)], "request.open", NONE, 3);
    assert_eq!(
        (narrow.allowed, narrow.rule.as_str()),
        (false, "role-place")
    );
    assert!(
        world
            .ask(&[at("APP_OPERATOR", 2)], "request.create", NONE, 4)
            .allowed,
        "above"
    );
    assert!(
        !world
            .ask(&[at("APP_OPERATOR", 99)], "request.create", NONE, 4)
            .allowed
    );
}

#[test]
fn a_role_of_an_environment_application_or_request_counts_no_further_up_than_the_document_says() {
    let world = World::of("ignisign").with_scopes(&IGNISIGN);
    for (role, from, action) in [
        ("APP_OPERATOR", 2, "request.create"),
        ("APP_ADMIN", 2, "template.edit"),
    ] {
        // At the application, and neither at its organisation nor at the root.
        assert!(
            world.ask(&[at(role, from)], action, NONE, 3).allowed,
            "{role}"
        );
        for above in [1, 0] {
            let told = world.ask(&[at(role, above)], action, NONE, 3);
            assert_eq!(
                (told.allowed, told.rule.as_str()),
                (false, "role-place"),
                "{role} {above}"
            );
        }
    }
    let proofs = [at("INVITED_PROOF_READER", 3)];
    let environment = world.ask(&proofs, "proof.open_shared", NONE, 3);
    assert_eq!(environment.rule, "role-place", "it is of one request");
    // What an organisation's role covers it covers from the root too, where a tenant is one organisation.
    assert!(
        world
            .ask(&[at("ORG_ADMIN", 0)], "request.create", NONE, 3)
            .allowed
    );
}

#[test]
fn nothing_is_granted_in_a_scope_that_is_shut() {
    let mut world = World::of("ignisign").with_scopes(&IGNISIGN);
    world.scopes[1].profile.state = ScopeState::Archived;
    let admin = [at("ORG_ADMIN", 1)];
    assert_eq!(
        world.ask(&admin, "request.open", NONE, 3).rule,
        "scope-state"
    );
    assert!(world.held(&admin, 3).is_empty());
    assert!(world.ask(&admin, "request.open", NONE, 5).allowed);
}

#[test]
fn why_tells_whose_grant_would_hold_in_a_scope_out_of_use_and_that_its_state_refuses() {
    let mut world = World::of("ignisign").with_scopes(&IGNISIGN);
    world.scopes[1].profile.state = ScopeState::Blocked;
    let path = world.ask(&[], "request.open", NONE, 3).because;
    let place = path.split(" is ").next().unwrap().to_owned();
    let shut = format!(
        "{place} is {}: nothing is granted in it",
        ScopeState::Blocked
    );
    let told = world.ask(&[at("ORG_ADMIN", 1)], "request.open", NONE, 3);
    let role = world.catalog.called("ORG_ADMIN");
    assert_eq!(told.rule, "scope-state");
    assert!(told.because.starts_with(&shut), "{}", told.because);
    let would = format!("in use, {role} at ");
    assert!(told.because.contains(&would), "{}", told.because);
    assert_eq!(
        told.instead,
        "make it active again with `rollcall scope set`"
    );
    let granted = told.steps.iter().find_map(|step| match step {
        Step::Grant { role, but, .. } if role == "ORG_ADMIN" => Some(but.as_str()),
        _ => None,
    });
    assert_eq!(granted, Some(shut.as_str()));
    // Making it active would not be enough for whom no role grants it.
    let told = world.ask(&[], "request.open", NONE, 3);
    let none = "no role held would grant request.open there either";
    assert!(told.because.ends_with(none), "{}", told.because);
    assert!(
        told.instead.ends_with("what is missing besides"),
        "{}",
        told.instead
    );
}

#[test]
fn a_user_of_a_sub_account_holds_nothing_in_a_sibling() {
    let nodes = [
        (1, ScopeKind::Account, 0, "Europe"),
        (2, ScopeKind::Account, 1, "Sales"),
        (3, ScopeKind::Account, 0, "Asia"),
    ];
    let world = World::of("onespan").with_scopes(&nodes);
    let roles = [at("manager", 1), at("sender", 3)];
    assert!(world.ask(&roles, "sender_admin.reports", NONE, 2).allowed);
    assert!(!world.ask(&roles, "sender_admin.reports", NONE, 3).allowed);
    assert!(world.ask(&roles, "transaction.create", NONE, 3).allowed);
    assert!(!world.ask(&roles, "transaction.create", NONE, 0).allowed);
    // Sub-accounts are administered from the root account.
    let own = "sender_admin.sub_account_management";
    assert!(world.ask(&[at("administrator", 0)], own, NONE, 2).allowed);
    let below = world.ask(&[at("administrator", 1)], own, NONE, 2);
    assert_eq!(
        (below.allowed, below.rule.as_str()),
        (false, "root-account")
    );
    assert!(below.instead.contains("at the root account"), "{below:?}");
}

#[test]
fn a_custom_role_counts_only_where_it_is_offered_and_while_it_is_enabled() {
    let nodes = [
        (1, ScopeKind::Account, 0, "Europe"),
        (2, ScopeKind::Account, 0, "Asia"),
    ];
    let mut role = custom("closer", &["sender_admin.reports"], &[]);
    role.offered = Some([ScopeId(1)].into());
    let world = World::of("onespan")
        .with_roles(&[role.clone()])
        .with_scopes(&nodes);
    assert!(
        world
            .ask(&[at("closer", 1)], "sender_admin.reports", NONE, 1)
            .allowed
    );
    let other = world.ask(&[at("closer", 2)], "sender_admin.reports", NONE, 2);
    assert_eq!(other.rule, "role-place");
    assert!(
        !world
            .ask(&[at("closer", 0)], "sender_admin.reports", NONE, 0)
            .allowed
    );
    role.enabled = false;
    let world = World::of("onespan").with_roles(&[role]).with_scopes(&nodes);
    let off = world.ask(&[at("closer", 1)], "sender_admin.reports", NONE, 1);
    assert!(
        !off.allowed && off.because.contains("disabled"),
        "{}",
        off.because
    );
}

#[test]
fn a_role_that_is_switched_off_at_a_scope_does_not_count_there_or_below() {
    let nodes = [
        (1, ScopeKind::Account, 0, "Europe"),
        (2, ScopeKind::Account, 1, "Sales"),
    ];
    let mut world = World::of("onespan").with_scopes(&nodes);
    world.scopes[0].profile.roles = Some(["sender".to_owned()].into());
    assert!(
        !world
            .ask(&[at("manager", 2)], "sender_admin.reports", NONE, 2)
            .allowed
    );
    assert!(
        world
            .ask(&[at("sender", 2)], "transaction.create", NONE, 2)
            .allowed
    );
    assert!(
        world
            .ask(&[at("manager", 0)], "sender_admin.reports", NONE, 2)
            .allowed
    );
}

#[test]
fn a_permission_whose_feature_is_off_is_nobodys() {
    let mut world = World::of("esignanywhere");
    let api = [at("api_user", 0)];
    assert!(world.ask(&api, "api.use", NONE, 0).allowed);
    world.features.remove("api");
    let off = world.ask(&api, "api.use", NONE, 0);
    assert_eq!((off.allowed, off.rule.as_str()), (false, "feature"));
    assert!(world.held(&api, 0).is_empty());
}

#[test]
fn a_refusal_says_which_roles_would_do_and_an_unknown_permission_what_there_is() {
    let world = World::of("iusign");
    let refused = world.ask(&[at("admin", 0)], "billing.change", NONE, 0);
    assert_eq!(refused.rule, "permission");
    assert!(refused.instead.contains("Owner"), "{}", refused.instead);
    let roles = ["viewer", "user", "admin"].map(|role| at(role, 0));
    let refused = world.ask(&roles, "billing.change", NONE, 0);
    let said = "viewer, user and admin do not grant it";
    assert!(refused.because.ends_with(said), "{}", refused.because);
    let setting = world.setting();
    let rights = Rights::compile(&setting);
    assert_eq!(
        named(&setting, &rights, "fly").unwrap_err().rule,
        "unknown-permission"
    );
    // By the vendor's own words, too.
    assert_eq!(
        named(&setting, &rights, "change BILLING").unwrap().0,
        "billing.change"
    );
}

#[test]
fn every_action_is_open_to_somebody_and_closed_to_somebody() {
    for name in crate::catalog::names() {
        // Each role is held where its kind is; what is asked about lies below them all.
        let nodes = [
            (1, ScopeKind::Organisation, 0, "Acme"),
            (2, ScopeKind::Application, 1, "Portal"),
            (3, ScopeKind::Environment, 2, "PRODUCTION"),
            (4, ScopeKind::Request, 3, "Lease 7"),
        ];
        let (world, lowest) = match name {
            "ignisign" => (World::of(name).with_scopes(&nodes), 4),
            _ => (World::of(name), 0),
        };
        let place = |kind: Option<ScopeKind>| {
            let node = nodes.iter().find(|node| Some(node.1) == kind);
            node.map_or(0, |node| node.0)
        };
        for action in &world.catalog.actions {
            let all = Relations {
                own: true,
                group: true,
                shared: true,
                group_template: true,
                kept: None,
            };
            let mut answers = BTreeSet::new();
            for role in &world.catalog.roles {
                let held = at(&role.id, place(role.scope));
                answers.insert(world.ask(&[held], &action.id, all, lowest).allowed);
            }
            answers.insert(world.ask(&[], &action.id, all, lowest).allowed);
            let custom_only = action.ways.iter().all(|w| {
                let grants = |g: &String| split_grant(g).0 == w.permission;
                !world
                    .catalog
                    .roles
                    .iter()
                    .any(|r| r.permissions.iter().any(grants))
            });
            assert_eq!(
                answers.len(),
                if custom_only { 1 } else { 2 },
                "{name}: {}",
                action.id
            );
        }
    }
}
