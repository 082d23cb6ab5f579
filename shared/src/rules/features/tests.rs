//! Tiers, switches that exclude each other or stay on, and seats.

use super::*;
use crate::catalog::{builtin, parse};
use crate::domain::{AccountId, Authority, ScopeId, ScopeProfile, Tenant, TenantId, TenantState};

fn catalog(name: &str) -> Catalog {
    parse(name, builtin(name).unwrap()).unwrap()
}

fn tenant(catalog: &Catalog) -> Tenant {
    Tenant {
        id: TenantId(1),
        name: "acme".into(),
        catalog: catalog.name.clone(),
        seats: Some(10),
        tz: "UTC".into(),
        authority: Authority::Rollcall,
        owner: "ada@acme.example".into(),
        state: TenantState::Active,
        created: Micros(0),
        plan: TenantPlan {
            features: of_new(catalog),
            ..TenantPlan::default()
        },
        sources: std::collections::BTreeMap::new(),
    }
}

fn wanted(change: impl FnOnce(&mut Wanted)) -> Wanted {
    let mut wanted = Wanted::default();
    change(&mut wanted);
    wanted
}

fn list(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn the_tier_decides_which_features_there_are() {
    let catalog = catalog("iusign");
    let mut tenant = tenant(&catalog);
    let refusal = needed(&catalog, &tenant.plan, "teams", "a team").unwrap_err();
    assert_eq!(refusal.rule, "tier");
    assert!(refusal.instead.contains("enterprise"), "{refusal}");
    let enable = wanted(|w| w.enable = list(&["teams"]));
    let standing = Standing::of_new(&catalog, &tenant);
    assert_eq!(change(&standing, &enable).unwrap_err().rule, "tier");
    let up = wanted(|w| w.tier = Some("enterprise".into()));
    let planned = change(&standing, &up).unwrap();
    for feature in ["teams", "transfer", "sso"] {
        assert!(planned.tenant.plan.features.contains(feature), "{feature}");
    }
    tenant = planned.tenant;
    let mut standing = Standing::of_new(&catalog, &tenant);
    standing.teams = 3;
    let down = wanted(|w| w.tier = Some("growth".into()));
    let planned = change(&standing, &down).unwrap();
    let left: Vec<&String> = planned.tenant.plan.features.iter().collect();
    assert_eq!(left, ["signing_groups"]);
    assert!(
        planned.warnings.iter().any(|w| w.contains("3 teams")),
        "{planned:?}"
    );
}

#[test]
fn nobody_loses_the_seat_they_sit_on() {
    let catalog = catalog("iusign");
    let tenant = tenant(&catalog);
    let mut standing = Standing::of_new(&catalog, &tenant);
    standing.taken = 6;
    let seats = |n: &str| wanted(|w| w.seats = Some(n.into()));
    assert_eq!(change(&standing, &seats("5")).unwrap_err().rule, "seats");
    assert_eq!(
        change(&standing, &seats("6")).unwrap().tenant.seats,
        Some(6)
    );
    assert_eq!(
        change(&standing, &seats("unlimited")).unwrap().tenant.seats,
        None
    );
    for bad in ["0", "-1", "many"] {
        assert_eq!(
            change(&standing, &seats(bad)).unwrap_err().rule,
            "seats",
            "{bad}"
        );
    }
    // The tier has five users at most.
    let solo = wanted(|w| (w.tier, w.seats) = (Some("solo".into()), Some("5".into())));
    assert_eq!(change(&standing, &solo).unwrap_err().rule, "seats");
    standing.taken = 5;
    assert!(change(&standing, &solo).is_ok());
}

#[test]
fn sub_accounts_exclude_what_cannot_be_beside_them_in_either_order() {
    let catalog = catalog("onespan");
    for other in ["connectors", "client_apps", "sso"] {
        let tenant = tenant(&catalog);
        let standing = Standing::of_new(&catalog, &tenant);
        for pair in [[other, "sub_accounts"], ["sub_accounts", other]] {
            let both = wanted(|w| w.enable = list(&pair));
            assert_eq!(
                change(&standing, &both).unwrap_err().rule,
                "feature-excludes"
            );
        }
    }
}

#[test]
fn a_remedy_names_the_tenant_and_is_one_that_can_be_had() {
    let catalog = catalog("onespan");
    let mut tenant = tenant(&catalog);
    tenant.plan.features.insert(SUB_ACCOUNTS.into());
    let instead = |plan: &TenantPlan| {
        let refusal = can_switch_on(&catalog, plan, "sso").unwrap_err();
        assert_eq!(refusal.rule, "feature-excludes");
        of_tenant(refusal, "bank").instead
    };
    let never = instead(&tenant.plan);
    assert!(
        never.contains("cannot be had in this tenant") && !never.contains("--disable"),
        "{never}"
    );
    tenant.plan.features.remove("production");
    let off = instead(&tenant.plan);
    assert!(
        off.contains("`rollcall tenant set bank --disable sub_accounts`"),
        "{off}"
    );
}

#[test]
fn what_production_has_stays_and_a_sandbox_may_go_back_while_it_is_unused() {
    let catalog = catalog("onespan");
    let mut tenant = tenant(&catalog);
    tenant.plan.features.insert(SUB_ACCOUNTS.into());
    let off = |plan: &TenantPlan, scopes: &[ScopeNode], id: &str| {
        can_switch_off(&catalog, plan, scopes, id).map_err(|r| r.rule)
    };
    assert_eq!(off(&tenant.plan, &[], SUB_ACCOUNTS), Err("feature-one-way"));
    assert_eq!(off(&tenant.plan, &[], "production"), Err("feature-one-way"));
    tenant.plan.features.remove("production");
    assert_eq!(off(&tenant.plan, &[], SUB_ACCOUNTS), Ok(()));
    let account = ScopeNode {
        id: ScopeId(1),
        kind: ScopeKind::Account,
        parent: Some(ScopeId::ROOT),
        name: "Retail".into(),
        profile: ScopeProfile::default(),
    };
    assert_eq!(
        off(&tenant.plan, &[account], SUB_ACCOUNTS),
        Err("feature-in-use")
    );
}

#[test]
fn the_former_account_owner_administers_the_root_account_once() {
    let catalog = catalog("onespan");
    let mut account = Account::new(AccountId(4), "it@bank.example", Micros(0));
    account.assignments = vec![Assignment::at_root("manager")];
    let changes = end_account_owner(&account, &catalog, Micros(9));
    for change in &changes {
        account.set(change.field, &change.new).unwrap();
    }
    let roles = [
        Assignment::at_root("administrator"),
        Assignment::at_root("manager"),
    ];
    assert_eq!(account.assignments, roles);
    assert_eq!(account.privileged_since, Some(Micros(9)));
    assert!(end_account_owner(&account, &catalog, Micros(10)).is_empty());
}

#[test]
fn each_pool_counts_the_seats_of_the_roles_it_names() {
    let catalog = catalog("esignanywhere");
    let mut plan = TenantPlan::default();
    plan.pools.insert("sender".into(), 2);
    let [sender, viewer, admin] = ["power_user", "registered_signer", "administrator"]
        .map(|role| vec![Assignment::at_root(role)]);
    let held = [
        ([Some(&sender), None], 1),
        ([None, None], 4),
        ([Some(&viewer), Some(&viewer)], 3),
        ([Some(&admin), Some(&sender)], 1),
        // Decided free, or of another pool, and not confirmed by the vendor.
        ([None, Some(&sender)], 1),
        ([Some(&viewer), Some(&admin)], 1),
    ];
    let pools = count(&catalog, &plan, |see| {
        let each = held.iter();
        each.for_each(|(sets, n)| see(sets.map(|roles| roles.map(Vec::as_slice)), *n));
    });
    let got: Vec<(&str, u64, Option<u32>)> = pools
        .iter()
        .map(|p| (p.id.as_str(), p.taken, p.limit))
        .collect();
    assert_eq!(got, [("sender", 4, Some(2)), ("viewer", 4, None)]);
}

#[test]
fn settings_that_no_tenant_has_are_refused() {
    let catalog = catalog("iusign");
    let tenant = tenant(&catalog);
    let standing = Standing::of_new(&catalog, &tenant);
    let set = |name: &str, value: &str| {
        let wanted = wanted(|w| {
            w.settings.insert(name.into(), value.into());
        });
        change(&standing, &wanted)
    };
    assert!(set("identity_lock", "on").is_ok());
    assert_eq!(
        set("identity_lock", "maybe").unwrap_err().rule,
        "tenant-setting"
    );
    // Where identities cannot be locked there is no such setting; what was set before can be taken away.
    let onespan = super::tests::catalog("onespan");
    let there = super::tests::tenant(&onespan);
    let standing = Standing::of_new(&onespan, &there);
    let lock = |value: &str| {
        let wanted = wanted(|w| {
            w.settings.insert("identity_lock".into(), value.into());
        });
        change(&standing, &wanted).map(|_| ()).map_err(|r| r.rule)
    };
    assert_eq!((lock("on"), lock("")), (Err("tenant-setting"), Ok(())));
    // Only switching sub-accounts on ends the Account Owner.
    assert_eq!(
        set(ACCOUNT_OWNER, "none").unwrap_err().rule,
        "tenant-setting"
    );
}

#[test]
fn custom_roles_go_on_counting_while_their_feature_is_off_and_the_warning_says_so() {
    let catalog = catalog("esignanywhere");
    let mut tenant = tenant(&catalog);
    tenant.plan.features.insert("custom_roles".into());
    let standing = Standing {
        custom_roles: 1,
        ..Standing::of_new(&catalog, &tenant)
    };
    let off = Wanted {
        disable: vec!["custom_roles".into()],
        ..Wanted::default()
    };
    let told = change(&standing, &off).unwrap().warnings.join("; ");
    assert!(told.contains("go on counting"), "{told}");
    assert!(told.contains("1 custom role"), "{told}");
}

#[test]
fn a_tier_bounds_the_seats_whichever_of_them_is_told_first() {
    let catalog = catalog("iusign");
    let small = catalog
        .tiers
        .iter()
        .find_map(|t| Some((t.id.clone(), t.max_users?)));
    let (tier, most) = small.unwrap();
    let with = |seats: Option<u32>| {
        let mut tenant = tenant(&catalog);
        (tenant.seats, tenant.plan.tier) = (seats, None);
        let told = wanted(|w| w.tier = Some(tier.clone()));
        change(&Standing::of_new(&catalog, &tenant), &told)
            .map(|_| ())
            .map_err(|r| r.rule)
    };
    assert_eq!(with(Some(most)), Ok(()));
    assert_eq!(with(None), Ok(()), "the tier is the limit");
    assert_eq!(with(Some(most + 1)), Err("tier"));
}
