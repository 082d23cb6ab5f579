//! Members whose roles lie below the root: which part of a tenant our verbs reach for them.

use crate::catalog::{Catalog, SCOPE_STATE, builtin, parse};
use crate::domain::{Assignment, ScopeId, ScopeKind, ScopeNode, ScopeProfile, Status};
use crate::rules::part::gives_somewhere;
use crate::rules::permissions::{Member, part, within};
use crate::rules::rights::{Question, Relations, Rights, Setting, Subject, explain, named};
use crate::rules::scopes::upward;
use crate::wire::Verb;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Two organisations; the first has an application with an environment and a request, and a second application.
const TREE: [(u32, ScopeKind, u32); 6] = [
    (1, ScopeKind::Organisation, 0),
    (2, ScopeKind::Organisation, 0),
    (3, ScopeKind::Application, 1),
    (4, ScopeKind::Environment, 3),
    (5, ScopeKind::Request, 4),
    (6, ScopeKind::Application, 1),
];

fn ignisign() -> Catalog {
    parse("ignisign.toml", builtin("ignisign").unwrap()).unwrap()
}

fn tree() -> Vec<ScopeNode> {
    let node = |(id, kind, parent): &(u32, ScopeKind, u32)| ScopeNode {
        id: ScopeId(*id),
        kind: *kind,
        parent: Some(ScopeId(*parent)),
        name: format!("s{id}"),
        profile: ScopeProfile::default(),
    };
    TREE.iter().map(node).collect()
}

fn held(roles: &[(&str, u32)]) -> Vec<Assignment> {
    let at = |(role, scope): &(&str, u32)| Assignment {
        role: (*role).to_owned(),
        scope: ScopeId(*scope),
    };
    roles.iter().map(at).collect()
}

fn with<T>(roles: &[Assignment], ask: impl FnOnce(Member<'_>) -> T) -> T {
    let (catalog, scopes, features) = (ignisign(), tree(), BTreeSet::new());
    let setting = Setting {
        catalog: &catalog,
        scopes: &scopes,
        features: &features,
    };
    let rights = Rights::compile(&setting);
    ask(Member {
        setting,
        rights: &rights,
        roles,
    })
}

fn reached(roles: &[(&str, u32)], verb: Verb) -> Vec<u32> {
    let part = with(&held(roles), |member| part(&member, verb.name()));
    part.into_iter().map(|id| id.0).collect()
}

#[test]
fn an_admin_of_an_organisation_or_application_reaches_it_and_nothing_beside_or_above() {
    for verb in Verb::IN_PART {
        assert_eq!(reached(&[("ORG_ADMIN", 1)], verb), [1, 3, 4, 5, 6]);
        assert_eq!(reached(&[("ORG_ADMIN", 2)], verb), [2]);
        assert_eq!(reached(&[("APP_ADMIN", 3)], verb), [3, 4, 5]);
        // It is of one application: an organisation is no place for it.
        assert!(reached(&[("APP_ADMIN", 1)], verb).is_empty());
        for role in ["ORG_USER", "ORG_BILLING"] {
            assert!(reached(&[(role, 1)], verb).is_empty(), "{role}");
        }
        assert!(reached(&[("APP_MANAGER", 4)], verb).is_empty());
    }
}

#[test]
fn what_needs_a_permission_of_its_own_is_open_where_just_that_is_held() {
    for need in ["scope set", SCOPE_STATE, "user delete"] {
        let reached = |roles: &[(&str, u32)]| -> Vec<u32> {
            let part = with(&held(roles), |member| part(&member, need));
            part.into_iter().map(|id| id.0).collect()
        };
        // An organisation is changed, archived and kept by its own Owner and Admin; nothing of another one.
        let all = match need {
            "user delete" => vec![1, 3, 4, 5, 6],
            _ => vec![1, 3, 6],
        };
        assert_eq!(reached(&[("ORG_OWNER", 1)]), all, "{need}");
        assert_eq!(reached(&[("ORG_ADMIN", 1)]), all, "{need}");
        assert_eq!(reached(&[("ORG_USER", 1)]), [0u32; 0], "{need}");
        // Who customizes an application neither puts it out of use nor removes anybody from its organisation.
        let own: &[u32] = if need == "scope set" { &[3] } else { &[] };
        assert_eq!(reached(&[("APP_ADMIN", 3)]), own, "{need}");
    }
}

#[test]
fn verbs_that_reach_the_whole_tenant_are_nobodys_in_a_part() {
    let in_part = |v: &Verb| Verb::IN_PART.contains(v) || Verb::IN_PART_BY_NEED.contains(v);
    let mut others = Verb::ALL.iter().filter(|v| !in_part(v));
    assert!(others.all(|verb| reached(&[("ORG_OWNER", 1)], *verb).is_empty()));
    let all: BTreeSet<ScopeId> = (1..=6).map(ScopeId).collect();
    assert!(!within(&all, &[]), "what touches nothing is not in a part");
    assert!(!within(&all, &[ScopeId(3), ScopeId::ROOT]));
    assert!(within(&all, &[ScopeId(3), ScopeId(1)]));
}

#[test]
fn in_a_part_only_roles_that_the_giver_may_give_at_one_of_its_scopes_are_given() {
    let gives = |held_roles: &[(&str, u32)], role: &str, at: &[u32]| {
        let roles = held(held_roles);
        let at: BTreeSet<ScopeId> = at.iter().map(|id| ScopeId(*id)).collect();
        with(&roles, |member| {
            gives_somewhere(&member.setting, member.roles, role, &at).is_ok()
        })
    };
    let org = [("ORG_ADMIN", 1)];
    assert!(gives(&org, "ORG_USER", &[1, 3, 4]));
    assert!(
        gives(&org, "APP_ADMIN", &[1, 3, 4]),
        "an application lies in the part"
    );
    assert!(
        !gives(&org, "ORG_USER", &[3, 4]),
        "held at organisations only"
    );
    assert!(!gives(&org, "SUPER_ADMIN", &[1, 3, 4]));
    let app = [("APP_ADMIN", 3)];
    assert!(gives(&app, "APP_OPERATOR", &[3, 4, 5]));
    assert!(!gives(&app, "ORG_ADMIN", &[3, 4, 5]));
    assert!(!gives(&org, "ORG_USER", &[]), "nowhere is nowhere");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_part_lets_through_every_touched_scope_allows_by_itself(
        roles in proptest::collection::vec((0..12usize, 0..7u32), 0..4),
        touched in proptest::collection::vec(0..8u32, 0..4),
    ) {
        let catalog = ignisign();
        let roles: Vec<Assignment> = roles.iter()
            .map(|(role, at)| Assignment { role: catalog.roles[*role].id.clone(), scope: ScopeId(*at) })
            .collect();
        let touched: Vec<ScopeId> = touched.into_iter().map(ScopeId).collect();
        let (through, each) = with(&roles, |member| {
            let subject = Subject { status: Status::Active, assignments: &roles };
            let allows = |at: &ScopeId| {
                let node = member.setting.scopes.iter().find(|n| n.id == *at);
                let Some(node) = node else { return false };
                let permission = match node.kind {
                    ScopeKind::Organisation => "ORG_MEMBER_MANAGEMENT",
                    _ => "APP_MEMBER_MANAGEMENT",
                };
                let (id, what) = named(&member.setting, member.rights, permission).unwrap();
                let question = Question { what, change: true, relations: Relations::default(), scope: *at };
                let told = explain(&member.setting, member.rights, &subject, &id, &question, None);
                // Whatever allows it is held there or above, never beside.
                let above = |a: &Assignment| upward(member.setting.scopes, *at).any(|s| s == a.scope);
                told.allowed && roles.iter().any(above)
            };
            let part = part(&member, "user role");
            (within(&part, &touched), !touched.is_empty() && touched.iter().all(allows))
        });
        prop_assert_eq!(through, each);
    }
}
