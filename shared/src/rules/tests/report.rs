//! The consolidated report: every person once in each row and once in the total.

use super::{account, day, iusign};
use crate::domain::{
    AccountId, Asset, AssetId, AssetKind, Assignment, Mfa, ScopeId, ScopeKind, ScopeNode,
    ScopeProfile, Status,
};
use crate::rules::facts;
use crate::rules::report::{Counts, Reporter};

fn sub_account(id: u32, parent: u32) -> ScopeNode {
    ScopeNode {
        id: ScopeId(id),
        kind: ScopeKind::Account,
        parent: Some(ScopeId(parent)),
        name: format!("a{id}"),
        profile: ScopeProfile::default(),
    }
}

fn report() -> Vec<Counts> {
    let scopes = [sub_account(1, 0), sub_account(2, 1), sub_account(3, 0)];
    let asset = Asset {
        id: AssetId(0),
        external: "e".into(),
        kind: AssetKind::Template,
        state: String::new(),
        owner: AccountId(1),
        seen: day(0),
        moved: None,
        gone: false,
    };
    let gone = Asset {
        gone: true,
        ..asset.clone()
    };
    let mut reporter = Reporter::new(&scopes, [asset, gone].iter(), day(46));
    let at = |role: &str, scope: u32| Assignment {
        role: role.into(),
        scope: ScopeId(scope),
    };
    let people = [
        (
            1,
            Status::Active,
            vec![at("user", 2), at("admin", 1), at("user", 3)],
        ),
        (2, Status::Suspended, vec![at("user", 2)]),
        (3, Status::Deleted, vec![at("user", 2)]),
        (4, Status::Active, vec![]),
    ];
    for (id, status, roles) in people {
        let mut person = account(id);
        person.status = status;
        person.mfa = Mfa::None;
        person.assignments = roles;
        if id == 4 {
            person.last_use = Some(day(40));
        }
        reporter.see(&facts(&person, iusign()), &person.assignments);
    }
    reporter.finish()
}

fn row<'a>(rows: &'a [Counts], path: &str) -> &'a Counts {
    rows.iter().find(|r| r.path == path).unwrap()
}

#[test]
fn nobody_is_counted_twice_however_many_roles_they_hold() {
    let rows = report();
    let users = |path: &str| row(&rows, path).users.values().sum::<u64>();
    assert_eq!(users(""), 2, "root: two people hold something in the tree");
    assert_eq!((users("a1"), users("a1/a2"), users("a3")), (2, 2, 1));
    assert_eq!(users("total"), 3);
    assert_eq!(row(&rows, "a1/a2").users["suspended"], 1);
}

#[test]
fn roles_count_exactly_where_they_are_held_and_each_holder_once_in_the_total() {
    let rows = report();
    assert_eq!(row(&rows, "a1").roles.get("user"), None);
    assert_eq!(row(&rows, "a1").roles["admin"], 1);
    assert_eq!(row(&rows, "a1/a2").roles["user"], 2);
    assert_eq!(row(&rows, "total").roles["user"], 2);
}

#[test]
fn idle_second_factor_and_assets_are_those_of_who_belongs_there() {
    let rows = report();
    assert_eq!((row(&rows, "a3").idle, row(&rows, "total").idle), (1, 1));
    assert_eq!(row(&rows, "a1").mfa_missing, 1);
    assert_eq!(row(&rows, "a1").assets["template"], 1);
    assert_eq!(row(&rows, "total").assets["template"], 1);
    assert_eq!(row(&rows, "total").seats, 3);
}
