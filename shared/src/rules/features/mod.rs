//! What a tenant has bought and switched on: tier, features, seats, pools, settings.

mod change;
mod pools;
mod sources;
#[cfg(test)]
mod tests;

pub use change::{Planned, Standing, Wanted, change, differences};
pub use pools::{PoolUse, count};

use super::Refusal;
use crate::catalog::{Catalog, Feature};
use crate::domain::{Account, Assignment, FieldChange, Micros, ScopeKind, ScopeNode, TenantPlan};
use std::collections::BTreeSet;

/// The feature that opens accounts below accounts (OneSpan Sign).
pub const SUB_ACCOUNTS: &str = "sub_accounts";
/// The feature that says an account is in Production and no sandbox (OneSpan Sign).
const PRODUCTION: &str = "production";
/// The setting that says whether there is an Account Owner (OneSpan Sign).
pub const ACCOUNT_OWNER: &str = "account_owner";

/// The setting that names the application whose sign-ins at an identity provider count. It is ours alone: no vendor is told.
pub const SIGN_IN_APPLICATION: &str = "sign_in_application";

/// The features of a new tenant: the catalog's defaults.
pub fn of_new(catalog: &Catalog) -> BTreeSet<String> {
    let defaults = catalog.features.iter().filter(|f| f.default);
    defaults.map(|f| f.id.clone()).collect()
}

/// Whether a feature is on. What a tier brings was switched on when the tier was recorded, and may be off since.
pub fn on(plan: &TenantPlan, feature: &str) -> bool {
    plan.features.contains(feature)
}

/// Refuses what needs a feature that is not on. A catalog that knows no such feature asks for none.
///
/// # Errors
/// Rule `tier` where only another tier brings the feature, else `feature`.
pub fn needed(
    catalog: &Catalog,
    plan: &TenantPlan,
    feature: &str,
    what: &str,
) -> Result<(), Refusal> {
    let Some(known) = catalog.feature(feature) else {
        return Ok(());
    };
    if on(plan, feature) {
        return Ok(());
    }
    Err(match tier_of(catalog, known) {
        Some(tiers) => tier_refusal(catalog, plan, known, &tiers),
        None => Refusal::new(
            "feature",
            format!("{what} needs the feature {feature}, which is not on in this tenant"),
            format!("switch it on with `rollcall tenant set TENANT --enable {feature}`"),
        ),
    })
}

/// Refuses a scope of a kind whose feature is not on.
///
/// # Errors
/// As [`needed`].
pub fn for_scope(catalog: &Catalog, plan: &TenantPlan, kind: ScopeKind) -> Result<(), Refusal> {
    match kind {
        ScopeKind::Account => needed(catalog, plan, SUB_ACCOUNTS, "a sub-account"),
        ScopeKind::Team => needed(catalog, plan, "teams", "a team"),
        _ => Ok(()),
    }
}

/// The labels of the tiers that bring a feature; none where no tier does.
fn tier_of(catalog: &Catalog, feature: &Feature) -> Option<Vec<String>> {
    let tiers: Vec<String> = catalog
        .tiers
        .iter()
        .filter(|t| t.features.contains(&feature.id))
        .map(|t| t.id.clone())
        .collect();
    (!tiers.is_empty()).then_some(tiers)
}

fn tier_refusal(
    catalog: &Catalog,
    plan: &TenantPlan,
    feature: &Feature,
    tiers: &[String],
) -> Refusal {
    // Switched off although the tier has it: nothing needs to be bought.
    if plan.tier.as_ref().is_some_and(|t| tiers.contains(t)) {
        return Refusal::new(
            "feature",
            format!(
                "{} ({}) is part of this tenant's tier and switched off",
                feature.id, feature.meaning
            ),
            format!(
                "switch it on with `rollcall tenant set TENANT --enable {}`",
                feature.id
            ),
        );
    }
    let now = match plan.tier.as_deref().map(|t| catalog.tier(t)) {
        Some(Some(tier)) => format!("this tenant's tier is {}", tier.label),
        _ => "this tenant's tier is not known".to_owned(),
    };
    Refusal::new(
        "tier",
        format!(
            "{} ({}) comes with the tier {} of {}; {now}",
            feature.id,
            feature.meaning,
            tiers.join(" or "),
            catalog.title
        ),
        format!(
            "record the tier that was bought with `rollcall tenant set TENANT --tier {}`",
            tiers.join("|")
        ),
    )
}

/// Refuses to switch a feature on as things are.
///
/// # Errors
/// Rules `feature`, `tier`, `feature-excludes`.
pub fn can_switch_on(catalog: &Catalog, plan: &TenantPlan, id: &str) -> Result<(), Refusal> {
    let feature = known(catalog, id)?;
    if plan.features.contains(id) {
        return Ok(());
    }
    if let Some(tiers) = tier_of(catalog, feature)
        && plan.tier.as_ref().is_none_or(|t| !tiers.contains(t))
    {
        return Err(tier_refusal(catalog, plan, feature, &tiers));
    }
    let against: Vec<&str> = catalog
        .features
        .iter()
        .filter(|f| plan.features.contains(&f.id) && excludes(catalog, id, &f.id))
        .map(|f| f.id.as_str())
        .collect();
    if against.is_empty() {
        return Ok(());
    }
    let what = format!("{id} cannot be on together with {}", against.join(", "));
    if let Some(stays) = against.iter().find(|f| stays_on(catalog, plan, f)) {
        return Err(Refusal::new(
            "feature-excludes",
            what,
            format!(
                "{id} cannot be had in this tenant: {stays} was switched on in Production and stays on"
            ),
        ));
    }
    Err(Refusal::new(
        "feature-excludes",
        what,
        format!(
            "switch that off first with `rollcall tenant set TENANT --disable {}`",
            against.join(",")
        ),
    ))
}

/// Whether two features cannot be on together, whichever of them the catalog says it of.
pub fn excludes(catalog: &Catalog, one: &str, other: &str) -> bool {
    let says = |of: &str, against: &str| {
        let feature = catalog.feature(of);
        feature.is_some_and(|f| f.excludes.iter().any(|e| e == against))
    };
    says(one, other) || says(other, one)
}

/// Refuses to switch a feature off that must stay on: for ever in Production, elsewhere while it is in use.
///
/// # Errors
/// Rules `feature`, `feature-one-way`, `feature-in-use`.
pub fn can_switch_off(
    catalog: &Catalog,
    plan: &TenantPlan,
    scopes: &[ScopeNode],
    id: &str,
) -> Result<(), Refusal> {
    known(catalog, id)?;
    if !plan.features.contains(id) {
        return Ok(());
    }
    if stays_on(catalog, plan, id) {
        return Err(Refusal::new(
            "feature-one-way",
            format!("{id} was switched on in Production and cannot be switched off again"),
            "leave it on; what it brings need not be used",
        ));
    }
    if id == PRODUCTION
        && let Some(tied) = catalog
            .features
            .iter()
            .find(|f| f.one_way && plan.features.contains(&f.id))
    {
        return Err(Refusal::new(
            "feature-one-way",
            format!(
                "{} was switched on in Production: a sandbox it cannot become",
                tied.id
            ),
            "leave it as it is; a sandbox is a tenant of its own",
        ));
    }
    let accounts = scopes.iter().filter(|n| n.kind == ScopeKind::Account);
    let accounts = accounts.count();
    if id == SUB_ACCOUNTS && accounts > 0 {
        return Err(Refusal::new(
            "feature-in-use",
            format!("{id} cannot be switched off while there are {accounts} sub-accounts"),
            "a sandbox without sub-accounts can do without the feature; this one has some",
        ));
    }
    Ok(())
}

/// Whether a feature that is on can never be switched off again: one way, in Production.
fn stays_on(catalog: &Catalog, plan: &TenantPlan, id: &str) -> bool {
    let sandbox = catalog.feature(PRODUCTION).is_some() && !plan.features.contains(PRODUCTION);
    catalog.feature(id).is_some_and(|f| f.one_way) && !sandbox
}

/// A refusal whose remedy names the tenant it is about, so that it can be typed as it stands.
pub fn of_tenant(refusal: Refusal, tenant: &str) -> Refusal {
    let instead = in_tenant(&refusal.instead, tenant);
    Refusal { instead, ..refusal }
}

/// What a remedy says where the rules know no tenant's name.
pub const TENANT_SET: &str = "tenant set TENANT";

/// A remedy with the tenant's name where the rules, which know no names, could not give it.
pub fn in_tenant(remedy: &str, tenant: &str) -> String {
    remedy.replace(TENANT_SET, &format!("tenant set {tenant}"))
}

fn known<'c>(catalog: &'c Catalog, id: &str) -> Result<&'c Feature, Refusal> {
    catalog.feature(id).ok_or_else(|| {
        let ids: Vec<&str> = catalog.features.iter().map(|f| f.id.as_str()).collect();
        let there = match ids.as_slice() {
            [] => "it has no feature switches".to_owned(),
            ids => format!("its features are: {}", ids.join(", ")),
        };
        Refusal::new(
            "feature",
            format!("{} has no feature {id:?}", catalog.title),
            there,
        )
    })
}

/// What the end of the Account Owner changes at the account that was it: it becomes Administrator of the root account,
/// with rights over the users of every sub-account (OneSpan Sign). No changes when it is that already.
pub fn end_account_owner(account: &Account, catalog: &Catalog, now: Micros) -> Vec<FieldChange> {
    let role = Assignment::at_root(catalog.owner.role.clone());
    if account.assignments.contains(&role) {
        return Vec::new();
    }
    let mut after = account.clone();
    after.assignments.push(role);
    after.assignments.sort_unstable();
    if after.privileged_since.is_none() && catalog.privileged(&catalog.owner.role) {
        after.privileged_since = Some(now);
    }
    after.manifest = after.manifest.saturating_add(1);
    account.changes_to(&after)
}
