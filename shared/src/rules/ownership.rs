//! Transfer of Ownership: two steps by two persons, one batch, exactly one owner before and after.

use super::Refusal;
use super::owner::usable;
use crate::catalog::Catalog;
use crate::domain::{
    Account, AccountId, Assignment, FieldChange, Kind, Mfa, Micros, Span, Transfer, TransferId,
    TransferState,
};

/// A transfer that is not confirmed in this time is void.
pub const TRANSFER_LIFE: Span = Span::days(7);

/// Who asks, as far as a transfer is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// The OS user.
    pub os_user: &'a str,
    /// The person that user is bound to.
    pub person: Option<&'a str>,
    /// Their own active account in the tenant.
    pub account: Option<AccountId>,
    /// Whether an operator role gives them the permission of the verb.
    pub operator: bool,
    /// Whether they are the person who proposed it, under whatever login.
    pub proposer: bool,
}

/// What a transfer is proposed with.
#[derive(Debug, Clone, Copy)]
pub struct Proposing<'a> {
    /// The instant.
    pub now: Micros,
    /// The catalog in force.
    pub catalog: &'a Catalog,
    /// The owner; none when the tenant has none.
    pub from: Option<&'a Account>,
    /// The owner to be.
    pub to: &'a Account,
    /// Replace an owner out of reach.
    pub replace: bool,
    /// The reason given.
    pub reason: Option<&'a str>,
    /// Another transfer that can still be confirmed, and who is to own the tenant by it.
    pub open: Option<(&'a Transfer, Option<&'a Account>)>,
}

/// A proposed transfer with what deserves a look; nothing changes yet.
///
/// # Errors
/// Who may not start it, or why this account cannot own the tenant.
pub fn propose(
    id: TransferId,
    ask: &Proposing<'_>,
    who: &Asker<'_>,
) -> Result<(Transfer, Vec<String>), Refusal> {
    let old_role = may_start(ask.catalog, ask.from, ask.replace, who)?;
    if ask.replace && ask.reason.is_none_or(|r| r.trim().is_empty()) {
        return Err(Refusal::new(
            "reason",
            "replacing an owner out of reach needs a reason",
            "add --reason TEXT; it is kept in the journal",
        ));
    }
    let mut warnings = Vec::new();
    if let Some((open, to)) = ask.open {
        // Whoever cannot own the tenant any more keeps nobody else from it.
        if to.is_none_or(|to| can_own(to, ask.catalog).is_err()) {
            warnings.push(format!(
                "transfer {} ends by this one: who was to own the tenant by it cannot any more",
                open.id.0
            ));
        } else {
            return Err(Refusal::new(
                "transfer-open",
                format!("transfer {} is open until {}", open.id.0, open.until.day()),
                "confirm or cancel it first",
            ));
        }
    }
    can_own(ask.to, ask.catalog)?;
    if !matches!(ask.to.mfa, Mfa::Enrolled | Mfa::Enforced) {
        warnings.push(format!(
            "the second factor of the owner to be is {}: have it enrolled before it is confirmed",
            ask.to.mfa
        ));
    }
    let transfer = Transfer {
        id,
        from: ask.from.map(|a| a.id),
        to: ask.to.id,
        old_role: old_role.to_owned(),
        state: TransferState::Proposed,
        opened: ask.now,
        until: ask.now.plus(TRANSFER_LIFE),
        proposed_by: who.os_user.to_owned(),
        proposed_person: who.person.map(str::to_owned),
        replacing: ask.replace,
    };
    Ok((transfer, warnings))
}

/// Who may start a transfer at all, before anybody is named: the role that the old owner will hold.
///
/// # Errors
/// The vendor knows no transfer, or somebody else must start it.
pub fn may_start<'c>(
    catalog: &'c Catalog,
    from: Option<&Account>,
    replace: bool,
    who: &Asker<'_>,
) -> Result<&'c str, Refusal> {
    let rules = &catalog.constraints;
    let (true, Some(old_role)) = (rules.ownership_transfer, &rules.former_owner_role) else {
        return Err(Refusal::new(
            "ownership-transfer",
            format!(
                "{} has no Transfer of Ownership: the role {} is given like any other",
                catalog.title, catalog.owner.role
            ),
            "give it with `rollcall user role --add`",
        ));
    };
    let is_owner = who.account.is_some() && who.account == from.map(|a| a.id);
    if replace && !who.operator {
        return Err(Refusal::new(
            "ownership-transfer",
            "only a platform administrator replaces an owner out of reach",
            "ask the owner to start the transfer, or a platform administrator",
        ));
    }
    if !replace && !is_owner {
        return Err(Refusal::new(
            "ownership-transfer",
            "only the Owner starts a Transfer of Ownership",
            "the Owner starts it from Billing settings; for one out of reach a platform administrator adds --replace and \
             a reason",
        ));
    }
    Ok(old_role)
}

/// Whether an account can become the owner.
fn can_own(to: &Account, catalog: &Catalog) -> Result<(), Refusal> {
    if catalog.any_owner(&to.assignments) {
        return Err(Refusal::new(
            "owner-holder",
            "this account is the owner already",
            "name another account",
        ));
    }
    if !usable(to.status) || to.kind != Kind::Person {
        return Err(Refusal::new(
            "usable-owner",
            format!(
                "{} that is {} cannot own a tenant",
                crate::text::one(to.kind.word()),
                to.status
            ),
            "name an active person",
        ));
    }
    Ok(())
}

/// What a transfer looks like at an instant: one that was not confirmed in time has expired.
pub fn state_at(transfer: &Transfer, now: Micros) -> TransferState {
    match transfer.state {
        TransferState::Proposed if transfer.until <= now => TransferState::Expired,
        state => state,
    }
}

fn open(transfer: &Transfer, now: Micros) -> Result<(), Refusal> {
    match state_at(transfer, now) {
        TransferState::Proposed => Ok(()),
        TransferState::Expired => Err(Refusal::new(
            "transfer-expired",
            format!(
                "transfer {} expired on {}",
                transfer.id.0,
                transfer.until.day()
            ),
            "start it again with `rollcall ownership start`",
        )),
        state => Err(Refusal::new(
            "transfer-state",
            format!("transfer {} is {state}", transfer.id.0),
            "see `rollcall ownership list`",
        )),
    }
}

/// What confirming a transfer changes: the old owner's account and the new one's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// The record, done.
    pub transfer: Transfer,
    /// The old owner's changes; empty when there is none.
    pub from: Vec<FieldChange>,
    /// The new owner's changes.
    pub to: Vec<FieldChange>,
}

/// Confirms a transfer.
///
/// # Errors
/// When it is over, the same person would take both steps, or the accounts are not what they were.
pub fn confirm(
    transfer: &Transfer,
    from: Option<&Account>,
    to: &Account,
    catalog: &Catalog,
    who: &Asker<'_>,
    now: Micros,
) -> Result<Confirmed, Refusal> {
    open(transfer, now)?;
    let new_owner = who.account == Some(transfer.to);
    let person = transfer.proposed_person.as_deref();
    let same = who.person.zip(person);
    let first = who.os_user == transfer.proposed_by
        || same.is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
        || who.proposer
        || (who.account.is_some() && who.account == transfer.from);
    if first || (transfer.replacing && new_owner) {
        return Err(Refusal::new(
            "four-eyes",
            match first {
                true => format!(
                    "{} started this transfer and may not confirm it",
                    transfer.proposed_by
                ),
                false => {
                    "whoever becomes the owner does not approve their own appointment".to_owned()
                }
            },
            match transfer.replacing {
                true => "ask another person who holds the role approver",
                false => "the new owner confirms it, or a person who holds the role approver",
            },
        ));
    }
    if !new_owner && !who.operator {
        return Err(Refusal::new(
            "permission",
            "a transfer is confirmed by the new owner or by an approver",
            "ask one of them",
        ));
    }
    can_own(to, catalog)?;
    let stale = match (transfer.from, from) {
        (None, None) => false,
        (Some(id), Some(old)) => old.id != id || !catalog.any_owner(&old.assignments),
        _ => true,
    };
    if stale {
        return Err(Refusal::new(
            "transfer-stale",
            "the tenant's owner is another than when this transfer was proposed",
            "cancel it and start it again",
        ));
    }
    Ok(Confirmed {
        transfer: Transfer {
            state: TransferState::Done,
            ..transfer.clone()
        },
        from: from.map_or_else(Vec::new, |old| {
            holding(old, &transfer.old_role, catalog, now)
        }),
        to: holding(to, &catalog.owner.role, catalog, now),
    })
}

/// The changes that make one role all an account holds.
fn holding(account: &Account, role: &str, catalog: &Catalog, now: Micros) -> Vec<FieldChange> {
    let mut after = account.clone();
    after.assignments = vec![Assignment::at_root(role)];
    after.manifest = account.manifest.saturating_add(1);
    after.privileged_since = match catalog.privileged(role) {
        true => account.privileged_since.or(Some(now)),
        false => None,
    };
    account.changes_to(&after)
}

/// Takes a transfer back, or turns it down: the owner, the owner to be, who proposed it, or an operator.
///
/// # Errors
/// When it is over, or the caller has no part in it.
pub fn cancel(transfer: &Transfer, who: &Asker<'_>, now: Micros) -> Result<Transfer, Refusal> {
    open(transfer, now)?;
    let own =
        who.account.is_some() && (who.account == transfer.from || who.account == Some(transfer.to));
    if !own && !who.operator && who.os_user != transfer.proposed_by {
        return Err(Refusal::new(
            "permission",
            "a transfer is cancelled by the owner, the owner to be, or a platform administrator",
            "ask one of them",
        ));
    }
    Ok(Transfer {
        state: TransferState::Cancelled,
        ..transfer.clone()
    })
}

#[cfg(test)]
mod tests;
