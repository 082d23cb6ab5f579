//! Separation of duties: what clashes, what a decision may do, and who allows an exception.

use super::day;
use crate::catalog::{Catalog, builtin, parse};
use crate::domain::{
    Account, AccountId, Assignment, ConflictRule, Exception, ScopeId, ScopeKind, ScopeNode,
    ScopeProfile, Side,
};
use crate::rules::conflicts::{Asked, check, checked, except, proposals, violations};
use proptest::prelude::*;

fn ignisign() -> Catalog {
    parse("ignisign", builtin("ignisign").unwrap()).unwrap()
}

/// Two applications (1 and 5), each with DEVELOPMENT, STAGING, PRODUCTION behind it.
fn scopes() -> Vec<ScopeNode> {
    let node = |id, kind, parent, name: &str| ScopeNode {
        id: ScopeId(id),
        kind,
        parent: Some(ScopeId(parent)),
        name: name.into(),
        profile: ScopeProfile::default(),
    };
    [1, 5]
        .into_iter()
        .flat_map(|app| {
            let environment = move |n, name| node(app + n, ScopeKind::Environment, app, name);
            [
                node(
                    app,
                    ScopeKind::Application,
                    0,
                    if app == 1 { "One" } else { "Two" },
                ),
                environment(1, "DEVELOPMENT"),
                environment(2, "STAGING"),
                environment(3, "PRODUCTION"),
            ]
        })
        .collect()
}

fn held(role: &str, scope: u32) -> Assignment {
    Assignment {
        role: role.into(),
        scope: ScopeId(scope),
    }
}

fn person(roles: &[Assignment]) -> Account {
    let mut account = Account::new(AccountId(3), "dev@x.example", day(0));
    account.assignments = roles.to_vec();
    account
}

fn clashes(roles: &[Assignment]) -> usize {
    violations(&proposals(&ignisign()), &scopes(), roles).len()
}

#[test]
fn who_develops_an_application_does_not_administer_its_production() {
    assert_eq!(clashes(&[held("APP_OPERATOR", 2), held("APP_ADMIN", 1)]), 1);
    assert_eq!(
        clashes(&[held("APP_OPERATOR", 2), held("APP_MANAGER", 4)]),
        1
    );
    // Another application's production is another matter.
    assert_eq!(clashes(&[held("APP_OPERATOR", 2), held("APP_ADMIN", 5)]), 0);
    assert_eq!(clashes(&[held("APP_OPERATOR", 3), held("APP_ADMIN", 1)]), 0);
    // Held at the root it holds in every application.
    assert_eq!(clashes(&[held("APP_OPERATOR", 6), held("APP_ADMIN", 0)]), 1);
    assert_eq!(clashes(&[held("ORG_BILLING", 0), held("SIGNERS", 4)]), 1);
    assert_eq!(clashes(&[held("ORG_BILLING", 0), held("APP_READER", 4)]), 0);
}

#[test]
fn a_role_held_above_holds_in_each_scope_that_a_rule_is_about() {
    let side = |role: &str| Side {
        roles: vec![role.to_owned()],
        kind: None,
        name: None,
    };
    let rule = ConflictRule {
        name: "four eyes".into(),
        one: side("APP_ADMIN"),
        other: side("APP_OPERATOR"),
        within: Some(ScopeKind::Application),
        why: "who asks does not allow".into(),
    };
    let rules = [rule];
    let clashes = |admin, operator| {
        let roles = [held("APP_ADMIN", admin), held("APP_OPERATOR", operator)];
        violations(&rules, &scopes(), &roles).len()
    };
    // At an application and in an environment of it; of another it is another matter.
    assert_eq!((clashes(1, 2), clashes(5, 2)), (1, 0));
    // At the root both are held in every application.
    assert_eq!((clashes(0, 2), clashes(0, 8), clashes(0, 0)), (1, 1, 1));
}

#[test]
fn a_decision_makes_nothing_new_or_worse_and_may_mend() {
    let (rules, scopes) = (proposals(&ignisign()), scopes());
    let none = |_: &str| None;
    let dev = held("APP_OPERATOR", 2);
    let admin = held("APP_ADMIN", 1);
    let reader = held("APP_READER", 3);
    let check = |before: &[Assignment], after: &[Assignment]| {
        check(&rules, &none, &scopes, &person(before), after, day(1)).map_err(|r| r.rule)
    };
    let both = [dev.clone(), admin.clone()];
    assert_eq!(check(&both[..1], &both), Err("separation-of-duties"));
    // What an import showed stands, and does not stop other changes.
    assert_eq!(check(&both, &[dev.clone(), admin.clone(), reader]), Ok(()));
    assert_eq!(check(&both, &both[..1]), Ok(()));
    // Worse it may not get.
    let worse = [dev.clone(), admin, held("APP_MANAGER", 4)];
    assert_eq!(check(&both, &worse), Err("separation-of-duties"));
}

#[test]
fn a_dated_exception_allows_it_until_it_runs_out() {
    let (rules, scopes) = (proposals(&ignisign()), scopes());
    let exception = |rule: &str| {
        (rule == "development-production").then(|| Exception {
            rule: rule.into(),
            account: AccountId(3),
            until: day(10),
            by: "root".into(),
            at: day(0),
        })
    };
    let after = [held("APP_OPERATOR", 2), held("APP_ADMIN", 1)];
    let at = |now| check(&rules, &exception, &scopes, &person(&[]), &after, now);
    assert!(at(day(9)).is_ok());
    assert_eq!(at(day(10)).unwrap_err().rule, "separation-of-duties");
}

#[test]
fn an_exception_has_a_date_a_reason_and_another_person_behind_it() {
    let rule = &proposals(&ignisign())[0];
    let account = person(&[]);
    let ask_of = |until, reason, person, own| {
        let asked = Asked {
            rule,
            account: &account,
            until: day(until),
            reason,
            by: "root",
            person,
            own,
        };
        except(&asked, day(0)).map_err(|r| r.rule)
    };
    let ask = |until, reason, person| ask_of(until, reason, person, false);
    assert!(ask(366, Some("stands in"), "boss@x.example").is_ok());
    assert_eq!(ask(367, Some("x"), "boss@x.example"), Err("exception-date"));
    assert_eq!(ask(0, Some("x"), "boss@x.example"), Err("exception-date"));
    assert_eq!(ask(5, Some(" "), "boss@x.example"), Err("exception-reason"));
    assert_eq!(ask(5, None, "boss@x.example"), Err("exception-reason"));
    assert_eq!(ask(5, Some("x"), "DEV@x.example"), Err("four-eyes"));
    // Whose address was changed since is the same person.
    let renamed = ask_of(5, Some("x"), "other@x.example", true);
    assert_eq!(renamed, Err("four-eyes"));
}

#[test]
fn a_rule_says_something_on_both_sides_of_what_there_is() {
    let (catalog, scopes) = (ignisign(), scopes());
    let good = proposals(&catalog).remove(0);
    assert_eq!(checked(&good, &catalog, &scopes), Ok(good.clone()));
    let bad: [fn(&mut ConflictRule); 5] = [
        |r| r.name.clear(),
        |r| r.why = "\u{202e}".into(),
        |r| {
            r.one = Side {
                roles: Vec::new(),
                kind: None,
                name: None,
            }
        },
        |r| r.other.roles = vec!["BOSS".into()],
        |r| r.within = Some(ScopeKind::Team),
    ];
    for spoil in bad {
        let mut rule = good.clone();
        spoil(&mut rule);
        let refusal = checked(&rule, &catalog, &scopes).unwrap_err();
        assert_eq!(refusal.rule, "conflict-rule");
    }
}

proptest! {
    #[test]
    fn the_order_of_roles_never_matters_and_fewer_roles_never_clash_more(
        picks in prop::collection::vec((0usize..5, 0u32..9), 0..6),
        gone in 0usize..6,
    ) {
        let names = ["APP_OPERATOR", "APP_ADMIN", "APP_MANAGER", "ORG_BILLING", "SIGNERS"];
        let mut roles: Vec<Assignment> =
            picks.iter().map(|(role, scope)| held(names[*role], *scope)).collect();
        roles.sort();
        roles.dedup();
        let all = clashes(&roles);
        let mut turned = roles.clone();
        turned.reverse();
        prop_assert_eq!(clashes(&turned), all);
        if gone < roles.len() {
            roles.remove(gone);
            prop_assert!(clashes(&roles) <= all);
        }
    }
}
