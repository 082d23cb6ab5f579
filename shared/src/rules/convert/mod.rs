//! A standalone account becomes a sub-account of another tree (OneSpan Sign): its users, roles, scopes, groups and assets
//! come along as new ones there, and the old tenant is closed.

mod arrive;

use super::Refusal;
use super::features::{self, SUB_ACCOUNTS};
use super::scopes::{self, Land, account_height, deep_enough};
use crate::domain::{
    Account, AccountId, Asset, AssetId, CustomRole, Delegation, FieldChange, Group, Invitation,
    Micros, ScopeId, ScopeKind, ScopeNode, Tenant, TenantState,
};
use arrive::{accounts_of, records_of, roles_of, scopes_of};

/// The most accounts that are taken along in one change.
const MOST: usize = 50_000;
/// Features an account must not have to lie in a tree.
const AGAINST: [&str; 3] = ["connectors", "client_apps", "sso"];

/// The standalone account.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Its tree.
    pub land: Land<'a>,
    /// Its settings.
    pub tenant: &'a Tenant,
    /// Its accounts, without deleted ones.
    pub accounts: &'a [Account],
    /// Its custom roles.
    pub roles: &'a [CustomRole],
    /// Its groups.
    pub groups: &'a [Group],
    /// Its delegations.
    pub delegations: &'a [Delegation],
    /// Its invitations.
    pub invitations: &'a [Invitation],
    /// What its accounts own, without what is gone.
    pub assets: &'a [Asset],
    /// Orders the vendor has not confirmed.
    pub open_orders: usize,
}

/// The tree it goes into.
pub struct Target<'a> {
    /// The tree.
    pub land: Land<'a>,
    /// Its settings.
    pub tenant: &'a Tenant,
    /// The account it will lie in.
    pub parent: ScopeId,
    /// Its name there.
    pub name: &'a str,
    /// Groups there.
    pub groups: &'a [Group],
    /// The next account's number.
    pub next_account: AccountId,
    /// The next group's number.
    pub next_group: u32,
    /// The next asset's number.
    pub next_asset: AssetId,
    /// Seats that are free; none is no limit.
    pub seats_free: Option<u32>,
    /// The account with an email.
    pub by_email: &'a dyn Fn(&str) -> Option<Account>,
}

/// An account of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The account as it was there; none when it is new.
    pub before: Option<Account>,
    /// The account as it is there.
    pub after: Account,
}

/// What the conversion brings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Converted {
    /// New scopes of the target, parents first.
    pub scopes: Vec<ScopeNode>,
    /// New custom roles of the target, local to the new account.
    pub roles: Vec<CustomRole>,
    /// Accounts of the target.
    pub accounts: Vec<Arrival>,
    /// New groups of the target.
    pub groups: Vec<Group>,
    /// New delegations of the target.
    pub delegations: Vec<Delegation>,
    /// New invitations of the target.
    pub invitations: Vec<Invitation>,
    /// New assets of the target.
    pub assets: Vec<Asset>,
    /// How the accounts of the source end.
    pub ended: Vec<(AccountId, Vec<FieldChange>)>,
    /// Assets of the source, gone.
    pub gone: Vec<Asset>,
    /// What deserves a look.
    pub warnings: Vec<String>,
}

/// Plans the conversion.
///
/// # Errors
/// Rules `catalog`, `authority`, `tenant-state`, `feature`, `feature-excludes`, `convert-sub-accounts`,
/// `account-depth`, `scope-name`, `scope-name-unique`, `orders-open`, `convert-size`, `seats`.
pub fn convert(
    source: &Source<'_>,
    target: &Target<'_>,
    now: Micros,
) -> Result<Converted, Refusal> {
    refuse(source, target)?;
    let mut out = Converted::default();
    let places = scopes_of(source, target, &mut out)?;
    let names = roles_of(source, target, &places, &mut out);
    let accounts = accounts_of(source, target, &places, &names, now, &mut out)?;
    records_of(source, target, &places, &accounts, &mut out);
    Ok(out)
}

fn refuse(source: &Source<'_>, target: &Target<'_>) -> Result<(), Refusal> {
    let (from, into) = (source.tenant, target.tenant);
    let catalog = source.land.catalog;
    if from.id == into.id {
        return Err(scopes::other_tree("an account", &into.name));
    }
    if from.catalog != into.catalog || catalog.constraints.account_depth == 0 {
        return Err(Refusal::new(
            "catalog",
            format!(
                "{} ({}) cannot become a sub-account of {} ({})",
                from.name, from.catalog, into.name, into.catalog
            ),
            "both must be accounts of a platform with trees of accounts (OneSpan Sign)",
        ));
    }
    if from.authority != into.authority {
        return Err(Refusal::new(
            "authority",
            format!(
                "the power over {} lies with {}, over {} with {}",
                from.name, from.authority, into.name, into.authority
            ),
            "only accounts under one authority make one tree",
        ));
    }
    for tenant in [from, into] {
        if tenant.state != TenantState::Active {
            return Err(Refusal::new(
                "tenant-state",
                format!("{} is {}, not active", tenant.name, tenant.state),
                "import its people and name its owner first",
            ));
        }
    }
    let inner = source
        .land
        .scopes
        .iter()
        .any(|n| n.kind == ScopeKind::Account);
    let open = target.land.plan.features.contains(SUB_ACCOUNTS);
    if inner && !open {
        return Err(Refusal::new(
            "convert-sub-accounts",
            format!(
                "{} has sub-accounts and cannot be merged into {}, which has none",
                from.name, into.name
            ),
            "convert the other way round, or switch sub-accounts on in the target first",
        ));
    }
    features::needed(
        target.land.catalog,
        target.land.plan,
        SUB_ACCOUNTS,
        "a sub-account",
    )?;
    if let Some(against) = AGAINST
        .iter()
        .find(|f| source.land.plan.features.contains(**f))
    {
        return Err(Refusal::new(
            "feature-excludes",
            format!("{} uses {against}, which a sub-account cannot", from.name),
            format!(
                "switch it off first with `rollcall tenant set {} --disable {against}`",
                from.name
            ),
        ));
    }
    if source.open_orders > 0 {
        return Err(Refusal::new(
            "orders-open",
            format!(
                "{} orders of {} are not confirmed yet",
                source.open_orders, from.name
            ),
            "deliver them and import the vendor's next export first",
        ));
    }
    if source.accounts.len() > MOST {
        return Err(Refusal::new(
            "convert-size",
            format!(
                "{} has {} accounts; {MOST} are taken along at once",
                from.name,
                source.accounts.len()
            ),
            "import its people into the new sub-account by file instead",
        ));
    }
    deep_enough(
        &target.land,
        target.parent,
        account_height(source.land.scopes, ScopeId::ROOT),
    )
}
