use super::super::{Level, Verdict, What};
use super::*;
use crate::catalog::split_grant;
use proptest::prelude::*;

const SCOPES: [(u32, ScopeKind, u32, &str); 5] = [
    (1, ScopeKind::Account, 0, "a"),
    (2, ScopeKind::Account, 1, "b"),
    (3, ScopeKind::Account, 2, "c"),
    (4, ScopeKind::Account, 0, "d"),
    (5, ScopeKind::Account, 4, "e"),
];

/// Four custom roles over the permissions of eSignAnyWhere, on a tree of accounts.
fn world() -> impl Strategy<Value = World> {
    let ids: Vec<String> = read("esignanywhere")
        .permissions
        .iter()
        .map(|p| p.id.clone())
        .collect();
    let grant = (proptest::sample::select(ids.clone()), 0..4usize).prop_map(|(id, q)| {
        let qualifier = ["", ":own", ":group", ":read_only"][q];
        format!("{id}{qualifier}")
    });
    let role = (
        proptest::collection::btree_set(grant, 0..8),
        proptest::collection::btree_set(proptest::sample::select(ids), 0..3),
    );
    proptest::collection::vec(role, 4).prop_map(|roles| {
        let roles: Vec<CustomRole> = roles
            .into_iter()
            .enumerate()
            .map(|(n, (grants, blocks))| CustomRole {
                grants,
                blocks,
                ..custom(&format!("r{n}"), &[], &[])
            })
            .collect();
        World::of("esignanywhere")
            .with_roles(&roles)
            .with_scopes(&SCOPES)
    })
}

fn held() -> impl Strategy<Value = Vec<Assignment>> {
    proptest::collection::vec((0..4u32, 0..6u32), 0..6).prop_map(|v| {
        v.into_iter()
            .map(|(r, s)| at(&format!("r{r}"), s))
            .collect()
    })
}

fn names(grants: &BTreeSet<String>) -> BTreeSet<String> {
    grants.iter().map(|g| split_grant(g).0.to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_left_was_granted_and_not_blocked(world in world(), held in held(), scope in 0..6u32) {
        let role = |a: &Assignment| world.catalog.role(&a.role).unwrap().clone();
        let granted: BTreeSet<String> =
            held.iter().flat_map(|a| role(a).permissions).map(|g| split_grant(&g).0.to_owned()).collect();
        let mut blocked = BTreeSet::new();
        for a in &held {
            if crate::rules::scopes::within(&world.scopes, ScopeId(scope), a.scope) {
                blocked.extend(role(a).blocks);
            }
        }
        let left = names(&world.held(&held, scope));
        prop_assert!(left.is_subset(&granted));
        prop_assert!(left.is_disjoint(&blocked));
    }

    #[test]
    fn the_order_of_roles_never_matters(world in world(), held in held(), scope in 0..6u32) {
        let mut turned = held.clone();
        turned.reverse();
        prop_assert_eq!(world.held(&held, scope), world.held(&turned, scope));
    }

    #[test]
    fn a_wider_scope_contains_the_narrower(world in world(), role in 0..4u32, scope in 0..6u32) {
        // Held further up, it holds at least where it held before.
        let narrow = [at(&format!("r{role}"), scope)];
        for above in crate::rules::scopes::upward(&world.scopes, ScopeId(scope)) {
            let wide = [at(&format!("r{role}"), above.0)];
            for at in 0..6u32 {
                prop_assert!(world.held(&narrow, at).is_subset(&world.held(&wide, at)));
            }
        }
    }

    #[test]
    fn a_role_more_that_blocks_nothing_takes_nothing_away(world in world(), held in held(), scope in 0..6u32) {
        let mut more = held.clone();
        more.push(at("power_user", 0));
        let (before, after) = (names(&world.held(&held, scope)), names(&world.held(&more, scope)));
        prop_assert!(before.is_subset(&after));
    }

    #[test]
    fn the_explanation_says_what_the_answer_says(
        world in world(), held in held(), scope in 0..6u32, own: bool, group: bool, change: bool, n in 0..25usize,
    ) {
        let setting = world.setting();
        let rights = Rights::compile(&setting);
        let asked: Vec<String> = rights.permissions().iter().cloned()
            .chain(world.catalog.actions.iter().map(|a| a.id.clone())).collect();
        let text = &asked[n % asked.len()];
        let what = rights.what(text).unwrap();
        let question = Question { what, change, relations: to(own, group), scope: ScopeId(scope) };
        let ready = rights.held(&setting, &held);
        let verdict = rights.can(Status::Active, &ready, &question);
        let told = world.ask_in(Status::Active, &held, text, to(own, group), scope, change);
        prop_assert_eq!(told.allowed, verdict != Verdict::Denied);
        prop_assert_eq!(told.read_only, verdict == Verdict::ReadOnly);
        prop_assert_eq!(told.rule.is_empty(), told.allowed);
        prop_assert!(!told.because.is_empty());
        // Where a permission alone is asked, the plain definition agrees.
        if let What::Permission(_) = what {
            let level = plainly(&world, &held, text, question.relations, scope);
            prop_assert_eq!(told.allowed, level == Level::Full || (level == Level::Look && !change));
        }
    }
}

/// The definition, read over the roles as they are written.
fn plainly(
    world: &World,
    held: &[Assignment],
    text: &str,
    relations: Relations,
    scope: u32,
) -> Level {
    let mut best = Level::No;
    for a in held {
        if !crate::rules::scopes::within(&world.scopes, ScopeId(scope), a.scope) {
            continue;
        }
        let role = world.catalog.role(&a.role).unwrap();
        if role.blocks.iter().any(|b| b == text) {
            return Level::No;
        }
        for (_, qualifier) in role
            .permissions
            .iter()
            .map(|g| split_grant(g))
            .filter(|(p, _)| *p == text)
        {
            best = best.max(match qualifier {
                "" => Level::Full,
                "own" if relations.own => Level::Full,
                "group" if relations.group => Level::Full,
                "read_only" => Level::Look,
                _ => Level::No,
            });
        }
    }
    best
}
