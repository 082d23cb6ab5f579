//! What no decision gets past, whatever path it came by: held against the state as it would be.

use crate::handlers::refused;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Account, AccountId, AccountRef, ConflictRule, Entry, Fact, Field, Micros, TenantId, TenantState,
};
use rollcall_shared::rules::{conflicts, owner, redaction};
use rollcall_shared::wire::{Class, Failure};

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

/// The owner rule: neither fewer nor more owners than the catalog says, and a usable one.
pub(super) fn owner(state: &State, before: &State, tenant: TenantId) -> Result<(), Failure> {
    let Some(after) = state.tenant(tenant) else {
        return Ok(());
    };
    let earlier = before.tenant(tenant).map(owners).unwrap_or_default();
    owner::check_after(earlier, owners(after), &after.catalog, after.tenant.state).map_err(refused)
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
    if rules.is_empty() {
        return Ok(());
    }
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

/// The account that an entry gives other roles.
pub(super) fn given(entry: &Entry) -> Option<AccountId> {
    match &entry.fact {
        Fact::Account {
            account, changes, ..
        } if changes.iter().any(|c| c.field == Field::Roles) => Some(*account),
        _ => None,
    }
}

/// Whether an account is the last that can use the tenant's owner role.
pub(crate) fn last_owner(view: &TenantView, account: &Account) -> bool {
    owner::counts(&view.catalog, &view.scopes, &account.assignments)
        && owner::usable(account.status)
        && owners(view).usable <= view.catalog.owner.min
}

/// How many accounts hold the tenant's owner role, and how many of them can use it.
pub(crate) fn owners(view: &TenantView) -> owner::Owners {
    let mut owners = owner::Owners::default();
    for account in view.owners() {
        if let Some(facts) = view.facts(account) {
            let held = view.roles_of(account);
            let counts = owner::counts(&view.catalog, &view.scopes, held);
            owners.count(facts.status, counts);
        }
    }
    owners
}
