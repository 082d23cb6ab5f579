//! Who names a delegate for whom, and until when.

use super::day;
use crate::catalog::{Catalog, builtin, parse};
use crate::domain::{
    Account, AccountId, Assignment, Delegation, Micros, ScopeId, ScopeKind, ScopeNode,
    ScopeProfile, Status, TenantPlan,
};
use crate::rules::delegation::{Asked, By, end, ends, set};

fn onespan() -> Catalog {
    parse("onespan", builtin("onespan").unwrap()).unwrap()
}

fn account(id: u32, role: &str, status: Status) -> Account {
    let mut account = Account::new(AccountId(id), format!("u{id}@x.example"), day(0));
    account.assignments = vec![Assignment::at_root(role)];
    account.status = status;
    account
}

struct Case {
    catalog: Catalog,
    plan: TenantPlan,
    scopes: Vec<ScopeNode>,
    leaver: Account,
    delegate: Account,
    standing: Option<Delegation>,
}

impl Case {
    fn new() -> Self {
        Case {
            catalog: onespan(),
            plan: TenantPlan {
                features: ["delegation".to_owned()].into(),
                ..TenantPlan::default()
            },
            scopes: Vec::new(),
            leaver: account(1, "sender", Status::Suspended),
            delegate: account(2, "sender", Status::Active),
            standing: None,
        }
    }

    fn asked<'a>(&'a self, by: By<'a>) -> Asked<'a> {
        Asked {
            catalog: &self.catalog,
            plan: &self.plan,
            scopes: &self.scopes,
            account: &self.leaver,
            standing: self.standing.as_ref(),
            by,
            now: day(1),
        }
    }

    fn set(&self, by: By<'_>, until: Option<Micros>) -> Result<Delegation, &'static str> {
        set(&self.asked(by), &self.delegate, None, until).map_err(|r| r.rule)
    }
}

#[test]
fn a_locked_account_gets_a_delegate_for_a_time() {
    let case = Case::new();
    let got = case.set(By::Operator, Some(day(30))).unwrap();
    assert_eq!((got.from, got.until), (day(1), day(30)));
    for until in [None, Some(day(1)), Some(day(0))] {
        assert_eq!(case.set(By::Operator, until), Err("delegation-dates"));
    }
}

#[test]
fn for_an_account_that_works_only_its_person_names_a_delegate() {
    let mut case = Case::new();
    case.leaver.status = Status::Active;
    let own = case.leaver.clone();
    let admin = account(9, "administrator", Status::Active);
    assert_eq!(case.set(By::Operator, Some(day(9))), Err("delegate-by"));
    assert_eq!(
        case.set(By::Member(&admin), Some(day(9))),
        Err("delegate-by")
    );
    assert!(case.set(By::Member(&own), Some(day(9))).is_ok());
}

#[test]
fn managers_name_delegates_until_there_are_sub_accounts() {
    let mut case = Case::new();
    let manager = account(8, "manager", Status::Active);
    let admin = account(9, "administrator", Status::Active);
    let sender = account(7, "sender", Status::Active);
    assert!(case.set(By::Member(&manager), Some(day(9))).is_ok());
    assert_eq!(
        case.set(By::Member(&sender), Some(day(9))),
        Err("delegate-by")
    );
    case.plan.features.insert("sub_accounts".into());
    let refused = set(
        &case.asked(By::Member(&manager)),
        &case.delegate,
        None,
        Some(day(9)),
    );
    let refused = refused.unwrap_err();
    assert!(
        refused.rule == "delegate-by" && refused.what.contains("Manager"),
        "{refused}"
    );
    assert!(case.set(By::Member(&admin), Some(day(9))).is_ok());
}

#[test]
fn who_holds_the_permission_for_it_names_delegates_where_it_reaches() {
    let mut case = Case::new();
    let mut namer = case.catalog.role("sender").unwrap().clone();
    (namer.id, namer.label) = ("namer".into(), "Namer".into());
    namer.permissions = vec!["transaction.delegation_visibility".into()];
    case.catalog.roles.push(namer);
    case.scopes = vec![ScopeNode {
        id: ScopeId(1),
        kind: ScopeKind::Account,
        parent: Some(ScopeId::ROOT),
        name: "Retail".into(),
        profile: ScopeProfile::default(),
    }];
    case.plan.features.insert("sub_accounts".into());
    let member = account(7, "namer", Status::Active);
    assert!(case.set(By::Member(&member), Some(day(9))).is_ok());
    let mut below = member.clone();
    below.assignments[0].scope = ScopeId(1);
    let refused = set(
        &case.asked(By::Member(&below)),
        &case.delegate,
        None,
        Some(day(9)),
    );
    let refused = refused.unwrap_err();
    assert_eq!(refused.rule, "delegate-by");
    assert!(!refused.what.contains("Manager"), "{refused}");
    assert!(
        refused
            .instead
            .contains("transaction.delegation_visibility"),
        "{refused}"
    );
    case.leaver.assignments[0].scope = ScopeId(1);
    assert!(case.set(By::Member(&below), Some(day(9))).is_ok());
}

#[test]
fn not_oneself_not_twice_and_nobody_who_cannot_work() {
    let mut case = Case::new();
    case.standing = Some(Delegation {
        account: AccountId(1),
        delegate: AccountId(2),
        from: day(0),
        until: day(5),
        named_by: None,
    });
    assert_eq!(
        case.set(By::Operator, Some(day(9))),
        Err("delegate-already")
    );
    case.delegate.status = Status::Invited;
    assert_eq!(case.set(By::Operator, Some(day(9))), Err("delegate-status"));
    case.delegate = case.leaver.clone();
    assert_eq!(case.set(By::Operator, Some(day(9))), Err("delegate-self"));
    assert!(end(&case.asked(By::Operator)).is_ok());
    case.standing = None;
    assert_eq!(
        end(&case.asked(By::Operator)).unwrap_err().rule,
        "delegation"
    );
}

#[test]
fn a_platform_without_delegation_and_a_feature_that_is_off_refuse() {
    let mut case = Case::new();
    case.plan.features.clear();
    assert_eq!(case.set(By::Operator, Some(day(9))), Err("feature"));
    case.catalog = super::iusign().clone();
    assert_eq!(case.set(By::Operator, Some(day(9))), Err("delegation"));
}

#[test]
fn who_administers_one_of_several_sub_accounts_names_no_delegate_for_all_of_them() {
    let node = |id| ScopeNode {
        id: ScopeId(id),
        kind: ScopeKind::Account,
        parent: None,
        name: format!("sub{id}"),
        profile: ScopeProfile::default(),
    };
    let at = |role: &str, scope| Assignment {
        role: role.to_owned(),
        scope: ScopeId(scope),
    };
    let mut case = Case::new();
    case.scopes = vec![node(1), node(2)];
    case.leaver.assignments = vec![at("sender", 1), at("sender", 2)];
    let mut admin = account(9, "administrator", Status::Active);
    admin.assignments = vec![at("administrator", 1)];
    assert_eq!(
        case.set(By::Member(&admin), Some(day(9))),
        Err("delegate-by")
    );
    admin.assignments.push(at("administrator", 2));
    assert_eq!(
        case.set(By::Member(&admin), Some(day(9))),
        Err("delegate-by"),
        "neither of the roles reaches all"
    );
    admin.assignments = vec![at("administrator", 1)];
    case.leaver.assignments.pop();
    assert!(case.set(By::Member(&admin), Some(day(9))).is_ok());
    case.leaver.assignments.clear();
    assert_eq!(
        case.set(By::Member(&admin), Some(day(9))),
        Err("delegate-by")
    );
}

#[test]
fn a_delegation_that_others_named_ends_when_a_locked_account_works_again() {
    let case = Case::new();
    let leaver = case.leaver.clone();
    let manager = account(9, "administrator", Status::Active);
    let named = |by| set(&case.asked(by), &case.delegate, None, Some(day(9))).unwrap();
    for by in [By::Operator, By::Member(&manager)] {
        let standing = named(by);
        assert!(ends(&standing, Status::Suspended, Status::Active));
        assert!(!ends(&standing, Status::Suspended, Status::Deactivated));
        assert!(ends(&standing, Status::Deactivated, Status::Active));
        assert!(!ends(&standing, Status::Active, Status::Active));
    }
    // Whoever named their delegate keeps them.
    let own = named(By::Member(&leaver));
    assert_eq!(own.named_by, Some(leaver.id));
    assert!(!ends(&own, Status::Suspended, Status::Active));
}

#[test]
fn a_record_from_before_it_told_who_named_the_delegate_is_read() {
    /// The record as it was.
    #[derive(minicbor::Encode)]
    struct Before {
        #[n(0)]
        account: AccountId,
        #[n(1)]
        delegate: AccountId,
        #[n(2)]
        from: Micros,
        #[n(3)]
        until: Micros,
    }
    let old = Before {
        account: AccountId(1),
        delegate: AccountId(2),
        from: day(0),
        until: day(5),
    };
    let bytes = minicbor::to_vec(&old).unwrap();
    let read: Delegation = minicbor::decode(&bytes).unwrap();
    assert_eq!((read.account, read.named_by), (AccountId(1), None));
    assert!(ends(&read, Status::Suspended, Status::Active));
}
