//! Blocks, and trials in a preview.

use super::super::preview::{preview, trial};
use super::*;
use crate::domain::ScopeState;

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
fn what_no_role_grants_is_answered_with_the_way_there_is() {
    let world = World::of("iusign");
    let told = world.ask(&[at("owner", 0)], "role.edit_owner", NONE, 0);
    assert!(!told.allowed);
    assert!(told.instead.contains("Transfer of Ownership"), "{told:?}");
    assert!(
        told.instead.contains("rollcall ownership start"),
        "{told:?}"
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
fn a_role_without_a_scope_is_taken_away_wherever_it_is_held_and_one_with_a_scope_there() {
    use crate::domain::ScopeKind::Account;
    let nodes = [(1, Account, 0, "East"), (2, Account, 0, "West")];
    let world = World::of("onespan").with_scopes(&nodes);
    let setting = world.setting();
    let saved = [at("manager", 0), at("manager", 1), at("sender", 2)];
    let left = |remove: &str| trial(&setting, &saved, &[], &[remove.into()]).unwrap();
    assert_eq!(left("Manager"), [at("sender", 2)]);
    assert_eq!(left("manager@/"), [at("manager", 1), at("sender", 2)]);
    assert_eq!(left("manager@East"), [at("manager", 0), at("sender", 2)]);
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
fn a_preview_promises_nothing_in_a_scope_that_is_not_in_use() {
    let nodes = [(1, ScopeKind::Account, 0, "North")];
    let mut world = World::of("onespan").with_scopes(&nodes);
    world.scopes[0].profile.state = ScopeState::Blocked;
    let (setting, rights) = (world.setting(), Rights::compile(&world.setting()));
    let shown = preview(&setting, &rights, &[], &[at("sender", 1)]);
    assert_eq!(shown.counts, (0, 0, 0));
    let said = shown.warnings.join("; ");
    assert!(said.contains("North is blocked: the role sender"), "{said}");
}
