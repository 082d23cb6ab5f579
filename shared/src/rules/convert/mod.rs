//! A standalone account becomes a sub-account of another tree (OneSpan Sign): its users, roles, scopes, groups and assets
//! come along as new ones there, and the old tenant is closed.

mod arrive;
mod duties;

use super::Refusal;
use super::features::{self, SUB_ACCOUNTS};
use super::rights::{Unfit, fits};
use super::scopes::{self, Land, account_height, deep_enough};
use crate::domain::{
    Account, AccountId, Asset, AssetId, Assignment, ConflictRule, CustomRole, Delegation,
    Exception, FieldChange, Group, Invitation, Micros, Record, ScopeId, ScopeKind, ScopeNode,
    Status, Tenant, TenantState, Thing,
};
use crate::text::counted;
use arrive::{accounts_of, records_of, roles_of, scopes_of};
use duties::duties_of;
use std::collections::BTreeSet;

/// The most accounts that are taken along. Everybody goes in one change over two journals, or nobody does, and all of it
/// is held in memory until it is durable: some kilobytes an account.
const MOST: usize = 250_000;

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
    /// Its rules of separation of duties.
    pub conflicts: &'a [ConflictRule],
    /// Exceptions of them.
    pub exceptions: &'a [Exception],
    /// What must end first: nothing of it could go on in a tenant that is closed.
    pub unfinished: Unfinished,
}

/// What of a tenant is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unfinished {
    /// Orders the vendor has not confirmed.
    pub orders: usize,
    /// Hand-overs whose moves are under way.
    pub handovers: usize,
    /// Reviews that are not closed.
    pub reviews: usize,
    /// Transfers of ownership that wait for their second step.
    pub transfers: usize,
    /// Runs of sweeps that wait for approval or are being applied.
    pub runs: usize,
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
    /// The account of the person that one of the source is of, by their numbers, and by which.
    pub by_number: &'a dyn Fn(&Account) -> Option<(Account, &'static str)>,
    /// Its rules of separation of duties: they bind who arrives.
    pub conflicts: &'a [ConflictRule],
    /// An account's exception of one of them.
    pub exception: &'a dyn Fn(&str, AccountId) -> Option<Exception>,
    /// Whether somebody acts for an account already.
    pub delegated: &'a dyn Fn(AccountId) -> bool,
    /// The manifest with which an account of the source goes on there: above all it got to before.
    pub manifest: &'a dyn Fn(&Account) -> u32,
}

impl Target<'_> {
    /// Its scopes, with those that are made for what arrives.
    fn tree(&self, out: &Converted) -> Vec<ScopeNode> {
        let all = self.land.scopes.iter().chain(&out.scopes);
        all.cloned().collect()
    }
}

/// An account of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The account as it was there; none when it is new.
    pub before: Option<Account>,
    /// The account as it is there.
    pub after: Account,
}

/// Somebody with an account in both trees, in different states: they keep the one there as it is and bring no role, group
/// or delegation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Apart {
    /// Their account in the source.
    pub old: AccountId,
    /// Its state.
    pub was: Status,
    /// Their account in the target.
    pub new: AccountId,
    /// Its state.
    pub is: Status,
}

/// Somebody who is there already under another address, known by a number: they keep the account there with its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Their account in the source.
    pub old: AccountId,
    /// Their account in the target.
    pub new: AccountId,
    /// By which number.
    pub by: &'static str,
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
    /// New rules of separation of duties of the target.
    pub conflicts: Vec<ConflictRule>,
    /// New exceptions of the target.
    pub exceptions: Vec<Exception>,
    /// What the vendor is told beside the roles of who was there already.
    pub told: Vec<Thing>,
    /// New assets of the target.
    pub assets: Vec<Asset>,
    /// How the accounts of the source end.
    pub ended: Vec<(AccountId, Vec<FieldChange>)>,
    /// Assets of the source, gone.
    pub gone: Vec<Asset>,
    /// Who brings nothing but what they own, each to be told.
    pub apart: Vec<Apart>,
    /// Who is known by a number, each to be told.
    pub known: Vec<Known>,
    /// What deserves a look.
    pub warnings: Vec<String>,
}

/// Plans the conversion.
///
/// # Errors
/// Rules `catalog`, `authority`, `tenant-state`, `feature`, `feature-excludes`, `convert-sub-accounts`,
/// `account-depth`, `scope-name`, `scope-name-unique`, `orders-open`, `convert-unfinished`, `convert-size`, `seats`,
/// `convert-person`, `convert-duties`, `separation-of-duties`.
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
    duties_of(source, target, &names, &accounts, now, &mut out)?;
    records_of(source, target, &places, &accounts, now, &mut out);
    asleep(target, &mut out);
    told(source, &mut out);
    Ok(out)
}

/// Warns of roles that grant nothing where they arrive, for a list of roles that may be held there leaves them out.
fn asleep(target: &Target<'_>, out: &mut Converted) {
    let catalog = target.land.catalog.with_custom(out.roles.iter());
    let tree = target.tree(out);
    let off = |held: &&Assignment| {
        let new = out.scopes.iter().any(|node| node.id == held.scope);
        let role = catalog.role(&held.role).filter(|_| new);
        role.is_some_and(|role| fits(&catalog, &tree, role, held.scope) == Err(Unfit::SwitchedOff))
    };
    let (mut holders, mut roles) = (0u64, BTreeSet::new());
    for arrival in &out.accounts {
        let held = arrival.after.assignments.iter();
        let idle: Vec<&str> = held.filter(off).map(|a| a.role.as_str()).collect();
        holders += u64::from(!idle.is_empty());
        roles.extend(idle);
    }
    if holders == 0 {
        return;
    }
    let roles: Vec<&str> = roles.into_iter().collect();
    let warning = format!(
        "{} with roles that may not be held there, which grant nothing until `rollcall scope set --role` names them: {}",
        counted(holders, "account"),
        roles.join(", ")
    );
    out.warnings.push(warning);
}

/// What the vendor is told: that the account becomes a sub-account, with everybody and everything in it; and what is
/// called otherwise than it was.
fn told(source: &Source<'_>, out: &mut Converted) {
    let top = out.scopes.first().map(|top| Thing::Scope {
        old: None,
        new: Box::new(top.clone()),
        from: Some(source.tenant.name.clone()),
    });
    let renamed = |old: Record, new: Record| Thing::Record {
        old: Some(Box::new(old)),
        new: Some(Box::new(new)),
    };
    let roles = out
        .roles
        .iter()
        .zip(source.roles)
        .filter(|(new, old)| new.label != old.label);
    let roles = roles.map(|(new, old)| {
        let label = old.label.clone();
        renamed(
            Record::Role(CustomRole {
                label,
                ..new.clone()
            }),
            Record::Role(new.clone()),
        )
    });
    let groups = out
        .groups
        .iter()
        .zip(source.groups)
        .filter(|(new, old)| new.name != old.name);
    let groups = groups.map(|(new, old)| {
        let name = old.name.clone();
        renamed(
            Record::Group(Group {
                name,
                ..new.clone()
            }),
            Record::Group(new.clone()),
        )
    });
    out.told = top.into_iter().chain(roles).chain(groups).collect();
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
    // Published: only an account without enabled sub-accounts becomes a sub-account of another tree.
    if inner || source.land.plan.features.contains(SUB_ACCOUNTS) {
        return Err(Refusal::new(
            "convert-sub-accounts",
            format!(
                "{} has sub-accounts switched on: only an account without them becomes a sub-account of another tree",
                from.name
            ),
            format!(
                "import its people into a new sub-account of {} by file; a sandbox without sub-accounts may switch them off first with `rollcall tenant set {} --disable {SUB_ACCOUNTS}`",
                into.name, from.name
            ),
        ));
    }
    features::needed(
        target.land.catalog,
        target.land.plan,
        SUB_ACCOUNTS,
        "a sub-account",
    )
    .map_err(|refusal| features::of_tenant(refusal, &into.name))?;
    let on = source.land.plan.features.iter();
    let mut against = on.filter(|f| features::excludes(target.land.catalog, SUB_ACCOUNTS, f));
    if let Some(against) = against.next() {
        return Err(Refusal::new(
            "feature-excludes",
            format!("{} uses {against}, which a sub-account cannot", from.name),
            format!(
                "switch it off first with `rollcall tenant set {} --disable {against}`",
                from.name
            ),
        ));
    }
    finished(source)?;
    if source.accounts.len() > MOST {
        return Err(Refusal::new(
            "convert-size",
            format!(
                "{} has {} accounts; more than {MOST} are not taken along, for everybody goes in one change or nobody does",
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

/// Refuses while something is under way that could not go on once the tenant is closed.
fn finished(source: &Source<'_>) -> Result<(), Refusal> {
    let (from, under_way) = (&source.tenant.name, source.unfinished);
    if under_way.orders > 0 {
        return Err(Refusal::new(
            "orders-open",
            format!(
                "not confirmed yet in {from}: {}",
                counted(under_way.orders, "order")
            ),
            "deliver them, then import the vendor's next export, or confirm with `rollcall order confirm`",
        ));
    }
    let rest = [
        (
            under_way.handovers,
            "hand-over",
            "see `rollcall handover list`: finish them with `rollcall handover resume`, or take them back",
        ),
        (
            under_way.reviews,
            "review",
            "see `rollcall review list`: close them with `rollcall review close`",
        ),
        (
            under_way.transfers,
            "ownership transfer",
            "see `rollcall ownership list`: confirm or cancel them",
        ),
        (
            under_way.runs,
            "run",
            "see `rollcall run list`: approve or reject them",
        ),
    ];
    match rest.into_iter().find(|(count, _, _)| *count > 0) {
        None => Ok(()),
        Some((count, what, instead)) => Err(Refusal::new(
            "convert-unfinished",
            format!(
                "not over yet in {from}, and would end with it: {}",
                counted(count, what)
            ),
            instead,
        )),
    }
}
