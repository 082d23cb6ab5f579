//! What no decision gets past, whatever path it came by: held against the state as it would be.

use crate::Salts;
use crate::handlers::refused;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Account, AccountId, AccountRef, ConflictRule, Entry, Fact, Field, Micros, ScopeNode, TenantId,
    TenantState,
};
use rollcall_shared::rules::office::Office;
use rollcall_shared::rules::{conflicts, owner, people, redaction, roles_edit, scopes};
use rollcall_shared::wire::{Class, Failure};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A tenant that became part of another tree changes no more.
pub(super) fn closed(before: &State, tenant: Option<TenantId>) -> Result<(), Failure> {
    match tenant.and_then(|id| before.tenant(id)) {
        Some(view) if view.tenant.state == TenantState::Closed => Err(Failure::new(
            Class::Conflict,
            format!(
                "the tenant {} is closed: it became part of another tree",
                view.tenant.name
            ),
        )
        .rule("tenant-closed")
        .hint("make the change in the tenant it went into")),
        _ => Ok(()),
    }
}

/// An account without personal data is let in no more, and gets none again.
pub(super) fn redacted(
    before: &State,
    tenant: Option<TenantId>,
    entries: &[Entry],
) -> Result<(), Failure> {
    let Some(view) = tenant.and_then(|id| before.tenant(id)) else {
        return Ok(());
    };
    let mut revived = entries.iter().filter_map(|entry| match entry.fact {
        Fact::Account { account, .. } if redaction::revives(entry) => Some(account),
        _ => None,
    });
    match revived.find(|account| view.is_redacted(*account)) {
        None => Ok(()),
        Some(account) => Err(refused(redaction::refuse_revival(view.reference(account)))),
    }
}

/// Roles that are decided here, whatever verb decides them, are kept from the next people file.
pub(super) fn keep_decided(
    before: &State,
    tenant: Option<TenantId>,
    entries: &mut [Entry],
) -> Result<(), Failure> {
    let Some(view) = tenant.and_then(|id| before.tenant(id)) else {
        return Ok(());
    };
    let authority = view.tenant.authority;
    let mut salts = Salts::default();
    let mut seen = BTreeSet::new();
    for entry in entries {
        let Fact::Account {
            account,
            changes,
            why,
            ..
        } = &entry.fact
        else {
            continue;
        };
        if !people::decides(why.rule, authority) {
            continue;
        }
        let roles = changes.iter().any(|c| c.field == Field::Roles);
        let told = entry
            .personal
            .iter()
            .any(|c| c.field == Field::ObservedIdentity);
        if !roles || told || !seen.insert(*account) {
            continue;
        }
        let account = before.account(view.reference(*account));
        let kept = people::keep_decided(account.as_ref(), changes, why.rule, authority);
        if let Some(change) = kept {
            entry.personal.push(change);
            if entry.salt.is_none() {
                entry.salt = Some(salts.next()?);
            }
        }
    }
    Ok(())
}

/// The owner rule: neither fewer nor more owners than the catalog says, and a usable one, in the tenant and in each part
/// that has its own.
pub(super) fn owner(state: &State, before: &State, tenant: TenantId) -> Result<(), Failure> {
    let Some(after) = state.tenant(tenant) else {
        return Ok(());
    };
    let earlier = before.tenant(tenant);
    let was = earlier.map(TenantView::owner_holders).unwrap_or_default();
    owner::check_places(
        (&was, &earlier.unwrap_or(after).owner_office()),
        (&after.owner_holders(), &after.owner_office()),
        &after.catalog,
        after.tenant.state,
    )
    .map_err(refused)
}

/// At least one administrator in each place that keeps one. Everybody is looked at only when one of these accounts could
/// administer a place before and cannot now, or when what roles give somewhere has changed.
pub(super) fn admins(
    state: &State,
    before: &State,
    tenant: TenantId,
    accounts: &[AccountId],
) -> Result<(), Failure> {
    let (Some(was), Some(is)) = (before.tenant(tenant), state.tenant(tenant)) else {
        return Ok(());
    };
    if is.catalog.constraints.admins.is_empty() {
        return Ok(());
    }
    let (then, now) = (was.admin_office(), is.admin_office());
    let fills = |view: &TenantView, office: &Office<'_>, id: AccountId| {
        let active = view.facts(id).is_some_and(|f| owner::usable(f.status));
        active.then(|| office.filled(view.roles_of(id)))
    };
    let lost = |id: &&AccountId| {
        let held = fills(was, &then, **id).filter(|at| !at.is_empty());
        held.is_some_and(|at| fills(is, &now, **id) != Some(at))
    };
    if !reshaped(was, is) && !accounts.iter().any(|id| lost(&id)) {
        return Ok(());
    }
    let (held, holds) = (was.admin_holders(), is.admin_holders());
    roles_edit::admins_stay((&held, &then), (&holds, &now)).map_err(refused)
}

/// Whether a role may give something else somewhere than before: a scope that there was is another, or the catalog with
/// the tenant's own roles is.
fn reshaped(was: &TenantView, is: &TenantView) -> bool {
    let same = |node: &ScopeNode| scopes::node(&is.scopes, node.id) == Some(node);
    !Arc::ptr_eq(&was.catalog, &is.catalog)
        || (!Arc::ptr_eq(&was.scopes, &is.scopes) && !was.scopes.iter().all(same))
}

/// Whether a tenant has rules of separation of duties.
pub(super) fn keeps_apart(state: &State, tenant: TenantId) -> bool {
    state
        .tenant(tenant)
        .is_some_and(|view| view.conflicts().next().is_some())
}

/// Separation of duties, for an account whose roles a decision changed. What was held against a rule before may stay.
pub(super) fn duties(
    state: &State,
    before: &State,
    id: AccountRef,
    now: Micros,
) -> Result<(), Failure> {
    let Some(view) = state.tenant(id.tenant) else {
        return Ok(());
    };
    let rules: Vec<ConflictRule> = view.conflicts().cloned().collect();
    let Some(after) = state.account(id) else {
        return Ok(());
    };
    let blank = || Account::new(id.account, "", now);
    conflicts::check(
        &rules,
        &|rule| view.exception(rule, id.account).cloned(),
        &view.scopes,
        &before.account(id).unwrap_or_else(blank),
        &after.assignments,
        now,
    )
    .map_err(|mut refusal| {
        refusal.what = format!("account {id}: {}", refusal.what);
        refused(refusal)
    })
}

/// The account whose state or roles an entry changes.
pub(super) fn moved(entry: &Entry) -> Option<AccountId> {
    match &entry.fact {
        Fact::Account {
            account, changes, ..
        } if changes
            .iter()
            .any(|c| matches!(c.field, Field::Roles | Field::Status)) =>
        {
            Some(*account)
        }
        _ => None,
    }
}

/// The account that an entry gives other roles.
pub(super) fn given(entry: &Entry) -> Option<AccountId> {
    match &entry.fact {
        Fact::Account {
            account, changes, ..
        } if changes.iter().any(|c| c.field == Field::Roles) => Some(*account),
        _ => None,
    }
}

/// The place whose last usable owner an account is, as in a sentence.
pub(crate) fn last_owner(view: &TenantView, account: &Account) -> Option<String> {
    let office = view.owner_office();
    let place = office.left(&view.owner_holders(), account, &[], view.catalog.owner.min)?;
    Some(office.shown(place))
}
