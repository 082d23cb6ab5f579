use super::super::preview::{preview, trial};
use super::super::{Thing, kept, relations};
use super::*;
use crate::catalog::split_grant;
use crate::domain::{AccountId, Group, GroupId, GroupKind, ScopeState};

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
    assert!(!world.ask(&[at("administrator", 1)], own, NONE, 2).allowed);
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
fn teams_share_when_sharing_is_on_and_with_their_leaders_always() {
    let person = AccountId;
    let team = |id: u32, parent: Option<u32>, leader: u32, members: &[u32], share: bool| Group {
        id: GroupId(id),
        kind: GroupKind::Team,
        name: format!("team {id}"),
        scope: ScopeId::ROOT,
        parent: parent.map(GroupId),
        leader: Some(person(leader)),
        members: members.iter().map(|n| person(*n)).collect(),
        share_envelopes: share,
        share_templates: false,
    };
    // Team 1 with its sub-team 2, and team 3 beside them; person 12 is in 2 and 3.
    let teams = [
        team(1, None, 10, &[10], false),
        team(2, Some(1), 11, &[11, 12, 13], false),
        team(3, None, 20, &[12, 20, 21], true),
    ];
    let stands = |who: u32, of: u32| {
        let thing = Thing {
            owner: Some(person(12)),
            groups: vec![GroupId(of)],
            shared_with: vec![],
        };
        relations(person(who), &thing, |id| teams.iter().find(|t| t.id == id))
    };
    assert!(
        stands(11, 2).group && stands(10, 2).group,
        "leaders, also from above"
    );
    assert!(!stands(13, 2).group, "sharing is off");
    assert!(stands(21, 3).group, "sharing is on");
    // An envelope of team 3 stays hidden from team 2, although its owner is in both.
    assert!(!stands(11, 3).group && !stands(13, 3).group);
    assert!(stands(12, 2).own);
    let world = World::of("esignanywhere");
    let power = [at("power_user", 0)];
    assert!(world.ask(&power, "envelope.open", stands(21, 3), 0).allowed);
    assert!(!world.ask(&power, "envelope.open", stands(13, 2), 0).allowed);
}

#[test]
fn a_team_shares_its_templates_by_their_own_switch_and_not_by_that_of_envelopes() {
    let team = |envelopes, templates| Group {
        id: GroupId(1),
        kind: GroupKind::Team,
        name: "Sales".into(),
        scope: ScopeId::ROOT,
        parent: None,
        leader: Some(AccountId(10)),
        members: [10, 11, 12].map(AccountId).into(),
        share_envelopes: envelopes,
        share_templates: templates,
    };
    let world = World::of("esignanywhere");
    let thing = Thing {
        owner: Some(AccountId(12)),
        groups: vec![GroupId(1)],
        shared_with: vec![],
    };
    let opens = |who: u32, action: &str, team: &Group| {
        let stands = relations(AccountId(who), &thing, |_| Some(team));
        let decision = world.ask(&[at("power_user", 0)], action, stands, 0);
        (decision.allowed, decision.rule)
    };
    let (yes, no) = ((true, String::new()), (false, "relation".to_owned()));
    let (both, envelopes, templates) = (team(true, true), team(true, false), team(false, true));
    for action in ["template.open", "template.change"] {
        assert_eq!(opens(11, action, &both), yes, "{action}");
        assert_eq!(opens(11, action, &templates), yes, "{action}");
        assert_eq!(opens(11, action, &envelopes), no, "{action}");
        // A leader sees all envelopes of the team; of templates nothing of the kind is said.
        assert_eq!(opens(10, action, &envelopes), no, "{action}");
        assert_eq!(opens(12, action, &team(false, false)), yes, "their own");
    }
    assert_eq!(opens(11, "envelope.open", &templates), no);
    assert_eq!(opens(11, "envelope.open", &envelopes), yes);
}

#[test]
fn an_account_with_sharing_off_keeps_what_its_users_own_to_those_who_hold_roles_in_it() {
    let reader = CustomRole {
        id: "reader".into(),
        label: "Reader".into(),
        description: String::new(),
        grants: [
            "transaction.access_other_users_transactions".to_owned(),
            "sender_admin.api_access".to_owned(),
        ]
        .into(),
        blocks: BTreeSet::new(),
        enabled: true,
        home: ScopeId::ROOT,
        offered: None,
        privileged: false,
    };
    // Europe with France in it, and Asia beside them.
    let mut world = World::of("onespan").with_roles(&[reader]).with_scopes(&[
        (1, ScopeKind::Account, 0, "Europe"),
        (2, ScopeKind::Account, 1, "France"),
        (3, ScopeKind::Account, 0, "Asia"),
    ]);
    let theirs = Thing {
        owner: Some(AccountId(7)),
        shared_with: vec![AccountId(9)],
        ..Thing::default()
    };
    let ask = |world: &World, held: u32, who: u32, action: &str, place: u32| {
        let stands = Relations {
            kept: kept(&world.setting(), AccountId(who), &theirs, ScopeId(place)),
            ..relations(AccountId(who), &theirs, |_| None)
        };
        let role = if action == "template.open" {
            "sender"
        } else {
            "reader"
        };
        let decision = world.ask(&[at(role, held)], action, stands, place);
        (decision.allowed, decision.rule)
    };
    let (yes, no) = ((true, String::new()), (false, "sharing".to_owned()));
    for place in [1, 2] {
        assert_eq!(ask(&world, 0, 8, "transaction.open_other", place), yes);
        assert_eq!(ask(&world, 0, 9, "template.open", place), yes);
    }
    let off = |world: &mut World, at: usize, value: &str| {
        let settings = &mut world.scopes[at].profile.settings;
        settings.insert("sharing".into(), value.into());
    };
    let europe = world
        .scopes
        .iter()
        .position(|s| s.id == ScopeId(1))
        .unwrap();
    off(&mut world, europe, "off");
    for action in ["transaction.open_other", "template.open"] {
        assert_eq!(ask(&world, 0, 9, action, 1), no, "held above, {action}");
        assert_eq!(ask(&world, 1, 9, action, 1), yes, "held in it, {action}");
        // The account below inherits the switch, and keeps its things from the one above as well.
        assert_eq!(ask(&world, 1, 9, action, 2), no, "{action}");
        assert_eq!(ask(&world, 2, 9, action, 2), yes, "{action}");
        assert_eq!(
            ask(&world, 0, 9, action, 3),
            yes,
            "another account, {action}"
        );
    }
    // What is one's own stays one's own, and managing users is no look into what they own.
    assert_eq!(ask(&world, 0, 7, "transaction.open_other", 1), yes);
    let stands = Relations {
        kept: kept(&world.setting(), AccountId(9), &theirs, ScopeId(1)),
        ..NONE
    };
    assert_eq!(stands.kept, Some(ScopeId(1)));
    let administrator = [at("administrator", 0)];
    assert!(
        world
            .ask(&administrator, "user.administer", stands, 1)
            .allowed
    );
    let france = world
        .scopes
        .iter()
        .position(|s| s.id == ScopeId(2))
        .unwrap();
    off(&mut world, france, "on");
    assert_eq!(
        ask(&world, 0, 9, "transaction.open_other", 2),
        yes,
        "its own switch counts"
    );
}

/// Role A grants five, role B blocks two, one of them among the five: four are left.
fn five_and_two() -> World {
    let five = [
        "envelope.list",
        "envelope.send",
        "envelope.history",
        "template.list",
        "clipboard.use",
    ];
    World::of("esignanywhere").with_roles(&[
        custom("a", &five, &[]),
        custom("b", &[], &["clipboard.use", "api.use"]),
    ])
}

#[test]
fn five_granted_two_blocked_with_one_in_common_leave_four() {
    let world = five_and_two();
    let setting = world.setting();
    let rights = Rights::compile(&setting);
    let saved = [at("a", 0)];
    let roles = trial(&setting, &saved, &["b".to_owned()], &[]).unwrap();
    let shown = preview(&setting, &rights, &saved, &roles);
    assert_eq!(shown.counts, (5, 2, 4));
    let row = |id: &str| shown.rows.iter().find(|r| r.permission.id == id).unwrap();
    assert_eq!(row("clipboard.use").before.as_deref(), Some(""));
    assert_eq!(
        (
            row("clipboard.use").after.as_deref(),
            row("clipboard.use").blocked
        ),
        (None, true)
    );
    let by = |id: &str| (row(id).from.join(","), row(id).blocked_by.join(","));
    assert_eq!(by("clipboard.use"), ("a".into(), "b".into()));
    // A block on something nobody granted changes nothing.
    assert_eq!(
        (&row("api.use").before, &row("api.use").after),
        (&None, &None)
    );
    let without = preview(&setting, &rights, &saved, &saved);
    assert_eq!(without.counts, (5, 0, 5));
    let blocked = world.ask(&[at("a", 0), at("b", 0)], "clipboard.use", NONE, 0);
    assert_eq!(blocked.rule, "block");
    assert!(blocked.because.contains("role b"), "{}", blocked.because);
}

#[test]
fn a_block_is_named_also_where_nobody_grants() {
    let world = five_and_two();
    let blocked = world.ask(&[at("a", 0), at("b", 0)], "api.use", NONE, 0);
    assert_eq!((blocked.allowed, blocked.rule.as_str()), (false, "block"));
    assert!(
        blocked
            .because
            .contains("blocked by the role b, and no role held grants it"),
        "{}",
        blocked.because
    );
    assert!(
        blocked.instead.contains("take the role b away"),
        "{}",
        blocked.instead
    );
}

#[test]
fn several_roles_that_do_not_grant_are_named_in_plain_english() {
    let world = World::of("iusign");
    let because = |roles: &[Assignment]| world.ask(roles, "billing.change", NONE, 0).because;
    let two = because(&[at("user", 0), at("viewer", 0), at("user", 0)]);
    assert!(two.contains("user and viewer do not grant it"), "{two}");
    let one = because(&[at("viewer", 0)]);
    assert!(one.contains("viewer does not grant it"), "{one}");
}

#[test]
fn a_role_that_needs_another_is_warned_of_in_the_preview() {
    let world = World::of("esignanywhere");
    let setting = world.setting();
    let rights = Rights::compile(&setting);
    let alone = preview(&setting, &rights, &[], &[at("developer", 0)]);
    let said = alone.warnings.join("; ");
    assert!(
        said.contains("Developer is meant to be combined with Power User"),
        "{said}"
    );
    assert!(said.contains("of no use without envelope.send"), "{said}");
    let both = preview(
        &setting,
        &rights,
        &[],
        &[at("developer", 0), at("power_user", 0)],
    );
    assert!(both.warnings.is_empty(), "{:?}", both.warnings);
}

#[test]
fn a_trial_takes_away_only_what_is_held() {
    let world = World::of("iusign");
    let setting = world.setting();
    let saved = [at("user", 0)];
    assert_eq!(
        trial(&setting, &saved, &[], &["admin".into()])
            .unwrap_err()
            .rule,
        "roles"
    );
    assert_eq!(
        trial(&setting, &saved, &["boss".into()], &[])
            .unwrap_err()
            .rule,
        "roles"
    );
    assert_eq!(
        trial(&setting, &saved, &["admin@Nowhere".into()], &[])
            .unwrap_err()
            .rule,
        "scope"
    );
    let admin = trial(&setting, &saved, &["Admin".into()], &["user".into()]).unwrap();
    assert_eq!(admin, [at("admin", 0)]);
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
        let world = World::of(name);
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
                answers.insert(world.ask(&[at(&role.id, 0)], &action.id, all, 0).allowed);
            }
            answers.insert(world.ask(&[], &action.id, all, 0).allowed);
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
