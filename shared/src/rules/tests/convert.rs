//! A standalone account becomes a sub-account: everybody comes along once, and the limitations are refusals.

use super::day;
use crate::catalog::{Catalog, builtin, parse};
use crate::domain::{
    Account, AccountId, Asset, AssetId, AssetKind, Assignment, Authority, CustomRole, Group,
    GroupId, GroupKind, ScopeId, ScopeKind, ScopeNode, ScopeProfile, Status, Tenant, TenantId,
    TenantPlan, TenantState,
};
use crate::rules::convert::{Converted, Source, Target, convert};
use crate::rules::scopes::Land;

struct Case {
    catalog: Catalog,
    from: Tenant,
    into: Tenant,
    own: Vec<ScopeNode>,
    there: Vec<ScopeNode>,
    accounts: Vec<Account>,
    orders: usize,
    seats: Option<u32>,
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
            orders: 0,
            seats: None,
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
            delegations: &[],
            invitations: &[],
            assets: &[asset],
            open_orders: self.orders,
        };
        let known = account(40, "both@x.example", "manager");
        let target = Target {
            land: Land {
                catalog: &self.catalog,
                plan: &self.into.plan,
                scopes: &self.there,
            },
            tenant: &self.into,
            parent: ScopeId(parent),
            name: "Branch",
            groups: std::slice::from_ref(&group),
            next_account: AccountId(100),
            next_group: 7,
            next_asset: AssetId(9),
            seats_free: self.seats,
            by_email: &|email| (email == known.email).then(|| known.clone()),
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
fn sub_accounts_come_along_as_deep_as_the_tree_allows() {
    let mut case = Case::new();
    case.own = vec![sub_account(1, 0)];
    let got = case.run(0).unwrap();
    assert_eq!(got.scopes[1].parent, Some(got.scopes[0].id));
    assert_eq!(case.run(1).unwrap_err(), "account-depth");
    case.own.clear();
    assert!(case.run(1).is_ok());
    assert_eq!(case.run(2).unwrap_err(), "account-depth");
}

#[test]
fn every_limitation_is_a_refusal() {
    let spoils: [(&str, Spoil); 9] = [
        ("feature", |c| c.into.plan.features.clear()),
        ("convert-sub-accounts", |c| {
            c.own = vec![sub_account(1, 0)];
            c.into.plan.features.clear();
        }),
        ("feature-excludes", |c| {
            c.from.plan.features.insert("sso".into());
        }),
        ("feature-excludes", |c| {
            c.from.plan.features.insert("connectors".into());
        }),
        ("authority", |c| c.from.authority = Authority::Vendor),
        ("tenant-state", |c| c.from.state = TenantState::Closed),
        ("orders-open", |c| c.orders = 1),
        ("seats", |c| c.seats = Some(1)),
        ("tree-move", |c| c.from.id = c.into.id),
    ];
    for (rule, spoil) in spoils {
        let mut case = Case::new();
        spoil(&mut case);
        assert_eq!(case.run(0).unwrap_err(), rule);
    }
}
