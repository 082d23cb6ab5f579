//! A standalone account becomes a sub-account: everybody comes along once, and the limitations are refusals.

use super::day;
use crate::catalog::{Catalog, builtin, parse};
use crate::domain::{
    Account, AccountId, Answer, Asset, AssetId, AssetKind, Assignment, Authority, ConflictRule,
    CustomRole, Delegation, Delivery, Exception, Group, GroupId, GroupKind, Invitation, ScopeId,
    ScopeKind, ScopeNode, ScopeProfile, Side, Status, Tenant, TenantId, TenantPlan, TenantState,
    Thing,
};
use crate::rules::convert::{Apart, Converted, Known, Source, Target, Unfinished, convert};
use crate::rules::scopes::Land;

struct Case {
    catalog: Catalog,
    from: Tenant,
    into: Tenant,
    own: Vec<ScopeNode>,
    there: Vec<ScopeNode>,
    accounts: Vec<Account>,
    unfinished: Unfinished,
    conflicts: Vec<ConflictRule>,
    exceptions: Vec<Exception>,
    delegations: Vec<Delegation>,
    invitations: Vec<Invitation>,
    bound: Vec<ConflictRule>,
    seats: Option<u32>,
    /// Names of the groups there.
    groups: Vec<&'static str>,
    /// Who is there already.
    known: Account,
    /// Somebody else who is.
    other: Account,
}

fn tenant(id: u32, name: &str, features: &[&str]) -> Tenant {
    Tenant {
        id: TenantId(id),
        name: name.into(),
        catalog: "onespan".into(),
        seats: None,
        tz: "Asia/Tokyo".into(),
        authority: Authority::Rollcall,
        owner: "it@x.example".into(),
        state: TenantState::Active,
        created: day(0),
        plan: TenantPlan {
            features: features.iter().map(|f| (*f).to_owned()).collect(),
            ..TenantPlan::default()
        },
        sources: std::collections::BTreeMap::new(),
    }
}

fn sub_account(id: u32, parent: u32) -> ScopeNode {
    ScopeNode {
        id: ScopeId(id),
        kind: ScopeKind::Account,
        parent: Some(ScopeId(parent)),
        name: format!("a{id}"),
        profile: ScopeProfile::default(),
    }
}

fn account(id: u32, email: &str, role: &str) -> Account {
    let mut account = Account::new(AccountId(id), email, day(0));
    account.assignments = vec![Assignment::at_root(role)];
    account
}

/// What makes a case one that is refused.
type Spoil = fn(&mut Case);

impl Case {
    fn new() -> Self {
        Case {
            catalog: parse("onespan", builtin("onespan").unwrap()).unwrap(),
            from: tenant(1, "branch", &["production"]),
            into: tenant(2, "bank", &["production", "sub_accounts"]),
            own: Vec::new(),
            there: vec![sub_account(1, 0), sub_account(2, 1)],
            accounts: vec![
                account(0, "it@branch.example", "administrator"),
                account(1, "mo@branch.example", "closer"),
                account(2, "both@x.example", "sender"),
            ],
            unfinished: Unfinished::default(),
            conflicts: Vec::new(),
            exceptions: Vec::new(),
            delegations: Vec::new(),
            invitations: Vec::new(),
            bound: Vec::new(),
            seats: None,
            groups: vec!["Closers"],
            known: account(40, "both@x.example", "manager"),
            other: account(41, "mo@x.example", "manager"),
        }
    }

    fn run(&self, parent: u32) -> Result<Converted, &'static str> {
        let role = CustomRole {
            id: "closer".into(),
            label: "Sender".into(),
            description: String::new(),
            grants: ["transaction.transaction".to_owned()].into(),
            blocks: [].into(),
            enabled: true,
            home: ScopeId::ROOT,
            offered: None,
            privileged: false,
        };
        let group = Group {
            id: GroupId(1),
            kind: GroupKind::SignerGroup,
            name: "Closers".into(),
            scope: ScopeId::ROOT,
            parent: None,
            leader: None,
            members: [AccountId(1), AccountId(2)].into(),
            share_envelopes: false,
            share_templates: false,
        };
        let asset = Asset {
            id: AssetId(0),
            external: "t1".into(),
            kind: AssetKind::Template,
            state: String::new(),
            owner: AccountId(1),
            seen: day(0),
            moved: None,
            gone: false,
        };
        let source = Source {
            land: Land {
                catalog: &self.catalog,
                plan: &self.from.plan,
                scopes: &self.own,
            },
            tenant: &self.from,
            accounts: &self.accounts,
            roles: &[role],
            groups: std::slice::from_ref(&group),
            delegations: &self.delegations,
            invitations: &self.invitations,
            assets: &[asset],
            conflicts: &self.conflicts,
            exceptions: &self.exceptions,
            unfinished: self.unfinished,
        };
        let groups = self.groups.iter().map(|name| Group {
            name: (*name).to_owned(),
            ..group.clone()
        });
        let groups: Vec<Group> = groups.collect();
        let target = Target {
            land: Land {
                catalog: &self.catalog,
                plan: &self.into.plan,
                scopes: &self.there,
            },
            tenant: &self.into,
            parent: ScopeId(parent),
            name: "Branch",
            groups: &groups,
            next_account: AccountId(100),
            next_group: 7,
            next_asset: AssetId(9),
            seats_free: self.seats,
            by_email: &|email| (email == self.known.email).then(|| self.known.clone()),
            by_number: &|old| {
                let same = |known: &&Account| {
                    !old.external_id.is_empty() && old.external_id == known.external_id
                };
                let all = [&self.known, &self.other];
                let known = all.into_iter().find(same)?;
                Some((known.clone(), "external id"))
            },
            conflicts: &self.bound,
            exception: &|_, _| None,
            delegated: &|_| false,
            manifest: &|old| old.manifest + 5,
        };
        convert(&source, &target, day(3)).map_err(|r| r.rule)
    }
}

#[test]
fn everybody_comes_along_once_and_their_old_accounts_end() {
    let got = Case::new().run(1).unwrap();
    let top = &got.scopes[0];
    assert_eq!(
        (top.parent, top.name.as_str()),
        (Some(ScopeId(1)), "Branch")
    );
    // What is not handed down is taken along.
    assert_eq!(top.profile.settings["time_zone"], "Asia/Tokyo");
    let ids: Vec<u32> = got.accounts.iter().map(|a| a.after.id.0).collect();
    assert_eq!(ids, [100, 101, 40]);
    let both = &got.accounts[2];
    assert!(both.before.is_some());
    let roles: Vec<(&str, ScopeId)> = both
        .after
        .assignments
        .iter()
        .map(|a| (a.role.as_str(), a.scope))
        .collect();
    assert_eq!(roles, [("manager", ScopeId::ROOT), ("sender", top.id)]);
    assert_eq!(got.ended.len(), 3);
    for (id, changes) in &got.ended {
        let mut old = Case::new().accounts[id.0 as usize].clone();
        changes
            .iter()
            .for_each(|c| old.set(c.field, &c.new).unwrap());
        assert_eq!(old.status, Status::Deactivated);
    }
}

#[test]
fn who_is_there_under_another_address_is_known_by_their_number() {
    let mut case = Case::new();
    case.accounts[1].external_id = "x-7".into();
    case.other.external_id = "x-7".into();
    // Two directories may count from one: the number alone tells nobody, whatever else agrees does.
    assert_eq!(case.run(0).unwrap_err(), "convert-person");
    let name = |who: &mut Account| {
        (who.first_name, who.last_name) = ("Mo".into(), "Lind".into());
    };
    name(&mut case.accounts[1]);
    assert_eq!(case.run(0).unwrap_err(), "convert-person");
    case.other.employee_id = "e-1".into();
    case.accounts[1].employee_id = "e-1".into();
    assert!(case.run(0).is_ok());
    case.accounts[1].employee_id = String::new();
    name(&mut case.other);
    let got = case.run(0).unwrap();
    let ids: Vec<u32> = got.accounts.iter().map(|a| a.after.id.0).collect();
    assert_eq!(ids, [100, 41, 40], "nobody gets a second account");
    assert_eq!(got.accounts[1].after.email, "mo@x.example");
    let known = Known {
        old: AccountId(1),
        new: AccountId(41),
        by: "external id",
    };
    assert_eq!(got.known, [known]);
    // The address of one and the number of another, and two accounts of one person, tell nobody.
    case.known.external_id = "x-8".into();
    case.accounts[2].external_id = "x-7".into();
    assert_eq!(case.run(0).unwrap_err(), "convert-person");
    case.accounts[2].external_id = String::new();
    case.accounts[0].external_id = "x-7".into();
    assert_eq!(case.run(0).unwrap_err(), "convert-person");
}

#[test]
fn a_manifest_begins_above_all_it_got_to() {
    let mut case = Case::new();
    case.accounts[1].manifest = 3;
    case.known.manifest = 9;
    let got = case.run(0).unwrap();
    let manifests: Vec<u32> = got.accounts.iter().map(|a| a.after.manifest).collect();
    assert_eq!(manifests, [5, 8, 10]);
}

#[test]
fn custom_roles_become_local_and_names_that_are_taken_change() {
    let got = Case::new().run(0).unwrap();
    let role = &got.roles[0];
    assert_eq!((role.home, role.id.as_str()), (got.scopes[0].id, "closer"));
    assert_eq!(role.label, "Sender (Branch)");
    assert_eq!(got.groups[0].name, "Closers (Branch)");
    assert_eq!(got.groups[0].id, GroupId(7));
    assert_eq!(
        got.groups[0].members,
        [AccountId(40), AccountId(101)].into()
    );
    assert_eq!(
        (got.assets[0].id, got.assets[0].owner),
        (AssetId(9), AccountId(101))
    );
    assert!(got.gone[0].gone && got.gone[0].owner == AccountId(1));
}

#[test]
fn accounts_of_one_name_bring_no_two_things_of_one_name() {
    let mut case = Case::new();
    case.groups = vec!["Closers", "Closers (Branch)"];
    let mut brought = case.catalog.role("sender").unwrap().clone();
    (brought.id, brought.label) = ("closer-9".into(), "Sender (Branch)".into());
    case.catalog.roles.push(brought);
    let got = case.run(0).unwrap();
    assert_eq!(got.groups[0].name, "Closers (Branch 2)");
    assert_eq!(got.roles[0].label, "Sender (Branch 2)");
}

#[test]
fn an_account_goes_in_as_deep_as_the_tree_allows() {
    let case = Case::new();
    assert!(case.run(1).is_ok());
    assert_eq!(case.run(2).unwrap_err(), "account-depth");
}

#[test]
fn whoever_is_in_another_state_in_the_tree_brings_no_role_group_or_delegation() {
    use Status::{Active, Deactivated, Suspended};
    for (was, is) in [(Suspended, Active), (Active, Deactivated)] {
        let mut case = Case::new();
        case.accounts[2].status = was;
        case.accounts[2].assignments = vec![Assignment::at_root("administrator")];
        case.known.status = is;
        let delegation = |account, delegate| Delegation {
            named_by: None,
            account: AccountId(account),
            delegate: AccountId(delegate),
            from: day(0),
            until: day(9),
        };
        case.delegations = vec![delegation(2, 1), delegation(1, 2)];
        let got = case.run(0).unwrap();
        let both = &got.accounts[2];
        assert_eq!(both.after.assignments, case.known.assignments);
        assert_eq!(both.after.status, is);
        assert_eq!(got.groups[0].members, [AccountId(101)].into());
        assert!(got.delegations.is_empty());
        let told = Apart {
            old: AccountId(2),
            was,
            new: AccountId(40),
            is,
        };
        assert_eq!(got.apart, [told]);
        let said = got.warnings.join("; ");
        assert!(!said.contains("gain their roles"), "{said}");
    }
}

#[test]
fn who_gains_a_privileged_role_is_privileged_from_then_on() {
    let mut case = Case::new();
    case.accounts[2].assignments = vec![Assignment::at_root("administrator")];
    let got = case.run(0).unwrap();
    assert_eq!(got.accounts[2].after.privileged_since, Some(day(3)));
}

#[test]
fn the_lists_of_roles_that_may_be_held_come_along_under_the_new_names() {
    let mut case = Case::new();
    let mut root = sub_account(0, 0);
    (root.kind, root.parent) = (ScopeKind::Tenant, None);
    root.profile.roles = Some(["administrator".to_owned(), "closer".to_owned()].into());
    case.own = vec![root];
    let mut brought = case.catalog.role("sender").unwrap().clone();
    (brought.id, brought.label) = ("closer".into(), "Other".into());
    case.catalog.roles.push(brought);
    let got = case.run(0).unwrap();
    let listed = got.scopes[0].profile.roles.clone().unwrap();
    assert_eq!(
        listed,
        ["administrator".to_owned(), got.roles[0].id.clone()].into()
    );
    assert_ne!(got.roles[0].id, "closer");
}

#[test]
fn roles_that_a_list_above_leaves_out_are_told_to_grant_nothing() {
    let mut case = Case::new();
    let told = |case: &Case| -> Vec<String> {
        let all = case.run(1).unwrap().warnings.into_iter();
        all.filter(|w| w.contains("grant nothing")).collect()
    };
    assert_eq!(told(&case), [""; 0]);
    case.there[0].profile.roles = Some(["administrator".to_owned()].into());
    let told = told(&case);
    assert!(
        told[0].starts_with("2 accounts") && told[0].ends_with(": closer, sender"),
        "{told:?}"
    );
}

fn rule(one: &str, other: &str) -> ConflictRule {
    let side = |role: &str| Side {
        roles: vec![role.to_owned()],
        kind: None,
        name: None,
    };
    ConflictRule {
        name: "apart".into(),
        one: side(one),
        other: side(other),
        within: None,
        why: "two pairs of eyes".into(),
    }
}

#[test]
fn rules_and_exceptions_come_along_unless_the_tree_says_otherwise() {
    let mut case = Case::new();
    case.conflicts = vec![rule("closer", "administrator")];
    let exception = |account: u32, until| Exception {
        rule: "apart".into(),
        account: AccountId(account),
        until: day(until),
        by: "ana".into(),
        at: day(0),
    };
    case.exceptions = vec![exception(1, 30), exception(2, 1)];
    let got = case.run(0).unwrap();
    assert_eq!(got.conflicts, [rule("closer", "administrator")]);
    // The second has run out.
    let moved: Vec<u32> = got.exceptions.iter().map(|e| e.account.0).collect();
    assert_eq!(moved, [101]);
    assert!(got.warnings.iter().any(|w| w.contains("binds all of bank")));

    // The same rule stands there: nothing new, and the exception still comes along.
    case.bound = case.conflicts.clone();
    let got = case.run(0).unwrap();
    assert_eq!((got.conflicts.len(), got.exceptions.len()), (0, 1));
    case.bound = vec![rule("closer", "manager")];
    assert_eq!(case.run(0).unwrap_err(), "convert-duties");
}

#[test]
fn a_rule_of_the_tree_binds_who_arrives_and_nobody_for_what_stood_under_the_same_rule() {
    let mut case = Case::new();
    case.accounts[1]
        .assignments
        .push(Assignment::at_root("sender"));
    case.bound = vec![rule("closer", "sender")];
    assert_eq!(case.run(0).unwrap_err(), "separation-of-duties");
    case.accounts[1].status = Status::Deactivated;
    assert!(case.run(0).is_ok(), "who is out holds nothing");
    case.accounts[1].status = Status::Active;
    case.conflicts = case.bound.clone();
    assert!(case.run(0).is_ok(), "it stood before");
}

#[test]
fn delegations_and_invitations_come_along_or_their_end_is_told() {
    let mut case = Case::new();
    let delegation = |account, delegate| Delegation {
        account: AccountId(account),
        delegate: AccountId(delegate),
        from: day(0),
        until: day(9),
        named_by: None,
    };
    let invitation = |account| Invitation {
        account: AccountId(account),
        number: 1,
        sent: day(0),
        valid_until: None,
        delivery: Delivery::Unknown,
        delivery_at: None,
        answer: Answer::Pending,
        answered_at: None,
    };
    case.delegations = vec![delegation(1, 0), delegation(2, 1)];
    case.invitations = vec![invitation(1), invitation(2)];
    let got = case.run(0).unwrap();
    let pairs: Vec<(u32, u32)> = got
        .delegations
        .iter()
        .map(|d| (d.account.0, d.delegate.0))
        .collect();
    assert_eq!(pairs, [(101, 100), (40, 101)]);
    assert_eq!(got.invitations.len(), 1);
    let said = got.warnings.join("; ");
    assert!(said.contains("already: 1 open invitation"), "{said}");
}

#[test]
fn the_vendor_is_told_once_and_of_every_new_name() {
    let got = Case::new().run(1).unwrap();
    let scope = got.told.iter().filter(|t| {
        matches!(t, Thing::Scope { from, new, .. } if from.as_deref() == Some("branch") && new.id == got.scopes[0].id)
    });
    assert_eq!(scope.count(), 1);
    let renamed = got.told.iter().filter(|t| {
        matches!(
            t,
            Thing::Record {
                old: Some(_),
                new: Some(_)
            }
        )
    });
    assert_eq!(renamed.count(), 2, "the role and the group: {:?}", got.told);
}

#[test]
fn every_limitation_is_a_refusal() {
    let spoils: [(&str, Spoil); 16] = [
        ("feature", |c| c.into.plan.features.clear()),
        ("convert-sub-accounts", |c| c.own = vec![sub_account(1, 0)]),
        ("convert-sub-accounts", |c| {
            c.from.plan.features.insert("sub_accounts".into());
        }),
        ("feature-excludes", |c| {
            c.from.plan.features.insert("client_apps".into());
        }),
        ("feature-excludes", |c| {
            c.from.plan.features.insert("sso".into());
        }),
        ("feature-excludes", |c| {
            c.from.plan.features.insert("connectors".into());
        }),
        ("authority", |c| c.from.authority = Authority::Vendor),
        ("tenant-state", |c| c.from.state = TenantState::Closed),
        ("orders-open", |c| c.unfinished.orders = 1),
        ("convert-unfinished", |c| c.unfinished.handovers = 1),
        ("convert-unfinished", |c| c.unfinished.reviews = 1),
        ("convert-unfinished", |c| c.unfinished.transfers = 1),
        ("convert-unfinished", |c| c.unfinished.runs = 1),
        // Who is in both trees would hold manager there and sender here.
        ("separation-of-duties", |c| {
            c.bound = vec![rule("manager", "sender")]
        }),
        ("seats", |c| c.seats = Some(1)),
        ("tree-move", |c| c.from.id = c.into.id),
    ];
    for (rule, spoil) in spoils {
        let mut case = Case::new();
        spoil(&mut case);
        assert_eq!(case.run(0).unwrap_err(), rule);
    }
}
