//! Any tree, any custom roles, held anywhere: what is left is what was granted and not blocked, by a definition that walks
//! the tree itself.

use super::*;
use crate::domain::ScopeState;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Scopes below the root.
const SCOPES: u32 = 7;
/// Custom roles.
const ROLES: usize = 4;
/// Permissions they speak of, each behind no feature that could be off.
const PERMISSIONS: [&str; 5] = [
    "envelope.list",
    "envelope.send",
    "envelope.history",
    "clipboard.use",
    "sign.own",
];

/// What a scope lies in, by number, and which scopes are blocked. A scope may lie in one of a higher number: such a one
/// was moved.
fn any_tree() -> impl Strategy<Value = (BTreeMap<u32, u32>, BTreeSet<u32>)> {
    let order = Just((1..=SCOPES).collect::<Vec<u32>>()).prop_shuffle();
    let above = prop::collection::vec(any::<prop::sample::Index>(), SCOPES as usize);
    let shut = prop::collection::btree_set(1..=SCOPES, 0..2);
    (order, above, shut).prop_map(|(order, above, shut)| {
        let mut placed = vec![0];
        let mut parents = BTreeMap::new();
        for (id, above) in order.into_iter().zip(above) {
            parents.insert(id, placed[above.index(placed.len())]);
            placed.push(id);
        }
        (parents, shut)
    })
}

fn any_role() -> impl Strategy<Value = CustomRole> {
    let grant = (prop::sample::select(&PERMISSIONS), 0..4usize)
        .prop_map(|(id, qualifier)| format!("{id}{}", ["", "", ":own", ":read_only"][qualifier]));
    let some = || prop::collection::btree_set(0..=SCOPES, 1..4);
    (
        prop::collection::btree_set(grant, 0..5),
        prop::collection::btree_set(prop::sample::select(&PERMISSIONS), 0..3),
        prop::sample::select(vec![true, true, true, false]),
        prop_oneof![3 => Just(0u32), 2 => 0..=SCOPES],
        prop_oneof![3 => Just(None::<BTreeSet<u32>>), 2 => some().prop_map(Some)],
    )
        .prop_map(|(grants, blocks, enabled, home, offered)| CustomRole {
            grants,
            blocks: blocks.into_iter().map(str::to_owned).collect(),
            enabled,
            home: ScopeId(home),
            offered: offered.map(|at| at.into_iter().map(ScopeId).collect()),
            ..custom("r", &[], &[])
        })
}

/// A scope and all it lies in.
fn way_up(parents: &BTreeMap<u32, u32>, from: u32) -> Vec<u32> {
    std::iter::successors(Some(from), |at| parents.get(at).copied()).collect()
}

/// What somebody with these roles may do with a permission at a scope.
fn plainly(
    (parents, shut): &(BTreeMap<u32, u32>, BTreeSet<u32>),
    roles: &[CustomRole],
    held: &[(usize, u32)],
    permission: &str,
    scope: u32,
    own: bool,
) -> (bool, bool) {
    let here = way_up(parents, scope);
    let counts = |(role, at): &&(usize, u32)| {
        let role = &roles[*role];
        role.enabled
            && role
                .offered
                .as_ref()
                .is_none_or(|o| o.contains(&ScopeId(*at)))
            && way_up(parents, *at).contains(&role.home.0)
            && here.contains(at)
    };
    let counted = held.iter().filter(counts).map(|(role, _)| &roles[*role]);
    let counted: Vec<&CustomRole> = counted.collect();
    let blocked = counted.iter().any(|r| r.blocks.contains(permission));
    if blocked || here.iter().any(|at| shut.contains(at)) {
        return (false, false);
    }
    let says = |qualifier: &str| {
        let grant = format!("{permission}{qualifier}");
        counted.iter().any(|r| r.grants.contains(&grant))
    };
    match says("") || (own && says(":own")) {
        true => (true, false),
        false => (says(":read_only"), says(":read_only")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn at_any_depth_of_any_tree_what_is_held_is_what_was_granted_there_and_not_blocked_there(
        tree in any_tree(),
        roles in prop::collection::vec(any_role(), ROLES),
        held in prop::collection::vec((0..ROLES, 0..=SCOPES), 0..6),
        own: bool,
    ) {
        let mut world = World::of("esignanywhere");
        let named = |(n, role): (usize, &CustomRole)| CustomRole { id: format!("r{n}"), label: format!("r{n}"), ..role.clone() };
        let named: Vec<CustomRole> = roles.iter().enumerate().map(named).collect();
        world = world.with_roles(&named);
        let names: Vec<String> = (0..=SCOPES).map(|n| format!("s{n}")).collect();
        let nodes: Vec<_> = tree.0.iter()
            .map(|(id, parent)| (*id, ScopeKind::Team, *parent, names[*id as usize].as_str())).collect();
        world = world.with_scopes(&nodes);
        for node in &mut world.scopes {
            if tree.1.contains(&node.id.0) {
                node.profile.state = ScopeState::Blocked;
            }
        }
        let assignments: Vec<Assignment> = held.iter().map(|(role, scope)| at(&format!("r{role}"), *scope)).collect();
        for scope in 0..=SCOPES {
            for permission in PERMISSIONS {
                let told = world.ask(&assignments, permission, to(own, false), scope);
                let expected = plainly(&tree, &roles, &held, permission, scope, own);
                prop_assert_eq!((told.allowed, told.read_only), expected, "{} at {}", permission, scope);
            }
            // Who may not work may do nothing anywhere.
            for status in [Status::Invited, Status::Suspended, Status::Deactivated, Status::Deleted] {
                let told = world.ask_in(status, &assignments, PERMISSIONS[0], to(own, false), scope, false);
                prop_assert!(!told.allowed);
            }
        }
    }
}
