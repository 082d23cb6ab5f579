//! `ownership start`, `ownership confirm`, `ownership cancel`: Transfer of Ownership in two steps by two persons.

use super::work::{Work, account};
use crate::handlers::ask::{Ask, Door, Extra, Who};
use crate::handlers::{find, refused};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Account, Record, RecordKind, Rule, Transfer, TransferId, TransferState,
};
use rollcall_shared::rules::owner::holds;
use rollcall_shared::rules::ownership::{self, Asker, Proposing, state_at};
use rollcall_shared::wire::identity::{OwnershipDecide, OwnershipStart};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) async fn start(ask: &Ask<'_>, request: OwnershipStart) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    let extra = reason(request.reason.as_ref());
    let verb = Verb::OwnershipStart;
    ask.change_as(verb, &tenant, Door::Whole, extra, move |draft, _, who| {
        let mut work = Work::new(draft, &request.tenant, request.reason.as_deref())?;
        let view = work.view;
        let from = owner(view);
        let asks = asker(who, draft.state, None);
        // Who may not start it is told so, whomever they name.
        ownership::may_start(&view.catalog, from.as_ref(), request.replace, &asks)
            .map_err(refused)?;
        let to = account(
            draft,
            find::account(draft.state, &request.to, Some(&request.tenant))?,
        )?;
        let open = view
            .transfers()
            .find(|t| state_at(t, draft.now) == TransferState::Proposed);
        let heir = open.and_then(|t| view.account(t.to));
        let proposing = Proposing {
            now: draft.now,
            catalog: &view.catalog,
            from: from.as_ref(),
            to: &to,
            replace: request.replace,
            reason: request.reason.as_deref(),
            open: open.map(|t| (t, heir.as_ref())),
        };
        let id = TransferId(view.next_number(RecordKind::Transfer));
        let (transfer, warnings) = ownership::propose(id, &proposing, &asks).map_err(refused)?;
        work.warnings.extend(warnings);
        for late in view.transfers() {
            if late.state == TransferState::Proposed {
                let state = match open == Some(late) {
                    true => TransferState::Cancelled,
                    false => TransferState::Expired,
                };
                let over = Transfer {
                    state,
                    ..late.clone()
                };
                set(&mut work, late, over);
            }
        }
        let role = &view.catalog.owner.role;
        match &from {
            Some(from) => work.note_of(from, |who| {
                format!(
                    "when confirmed: {who}: roles {role} → {}",
                    transfer.old_role
                )
            }),
            None => work.note("when confirmed: the tenant has an owner again"),
        }
        work.note_of(&to, |who| format!("when confirmed: {who}: role {role}"));
        let confirms = match transfer.replacing {
            true => "a second approver",
            false => "the new owner, or an approver,",
        };
        let message = format!(
            "transfer {} is proposed; {confirms} confirms it until {}",
            id.0,
            work.clock(transfer.until)
        );
        work.record(None, Some(Record::Transfer(transfer)));
        work.finish(request.dry_run, message)
    })
    .await
}

pub(super) async fn confirm(ask: &Ask<'_>, request: OwnershipDecide) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    let extra = reason(request.reason.as_ref());
    // The new owner may hold any role: that they are the one is their right.
    let verb = Verb::OwnershipConfirm;
    ask.change_as(verb, &tenant, Door::Own, extra, move |draft, _, who| {
        let mut work = Work::new(draft, &request.tenant, request.reason.as_deref())?;
        work.by_name();
        let view = work.view;
        let transfer = named(view, request.id)?;
        let part = Some(transfer.to) == who.account(draft.state);
        if let (Err(denied), false) = (&who.allowed, part) {
            return Err(denied.clone());
        }
        let to = account(draft, view.reference(transfer.to))?;
        let from = owner(view);
        let done = ownership::confirm(
            transfer,
            from.as_ref(),
            &to,
            &view.catalog,
            &asker(who, draft.state, Some(transfer)),
            draft.now,
        )
        .map_err(refused)?;
        if let Some(from) = from {
            work.decided(from.id, done.from, Rule::OwnershipTransfer)?;
        }
        work.decided(to.id, done.to, Rule::OwnershipTransfer)?;
        set(&mut work, transfer, done.transfer);
        work.owner_email(&to.email);
        let message = match request.dry_run {
            true => format!("{} owns {}", find::whom(view, &to, true), request.tenant),
            false => format!("account {} owns {}", view.reference(to.id), request.tenant),
        };
        work.finish(request.dry_run, message)
    })
    .await
}

pub(super) async fn cancel(ask: &Ask<'_>, request: OwnershipDecide) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    let extra = reason(request.reason.as_ref());
    let verb = Verb::OwnershipCancel;
    ask.change_as(verb, &tenant, Door::Own, extra, move |draft, _, who| {
        let mut work = Work::new(draft, &request.tenant, request.reason.as_deref())?;
        let transfer = named(work.view, request.id)?;
        let me = who.account(draft.state);
        let part = me.is_some() && (me == transfer.from || me == Some(transfer.to));
        if let (Err(denied), false) = (&who.allowed, part) {
            return Err(denied.clone());
        }
        let after = ownership::cancel(
            transfer,
            &asker(who, draft.state, Some(transfer)),
            draft.now,
        )
        .map_err(refused)?;
        set(&mut work, transfer, after);
        let view = work.view;
        let role = &view.catalog.owner.role;
        if let Some(to) = view.account(transfer.to) {
            work.note_of(&to, |who| format!("{who} does not get the role {role}"));
        }
        work.finish(
            request.dry_run,
            format!("transfer {} is cancelled", request.id.0),
        )
    })
    .await
}

fn reason(reason: Option<&String>) -> Extra {
    Extra {
        reason: reason.cloned(),
        ..Extra::default()
    }
}

/// The caller as the rules see them; `about` is the transfer they decide on. A person with two logins is one person: of
/// a transfer that does not say who proposed it, by what the login is bound to now.
fn asker<'w>(who: &'w Who, state: &State, about: Option<&Transfer>) -> Asker<'w> {
    let first = about.and_then(|transfer| {
        state
            .operators()
            .find(|b| b.os_user == transfer.proposed_by)
            .map(|b| b.person.as_str())
    });
    let same = |person: &str| who.person().is_some_and(|p| p.eq_ignore_ascii_case(person));
    Asker {
        proposer: first.is_some_and(same),
        os_user: &who.os_user,
        person: who.person(),
        account: who.account(state),
        operator: who.operator,
    }
}

fn set(work: &mut Work<'_>, old: &Transfer, new: Transfer) {
    work.record(
        Some(Record::Transfer(old.clone())),
        Some(Record::Transfer(new)),
    );
}

fn named(view: &TenantView, id: TransferId) -> Result<&Transfer, Failure> {
    view.transfer(id).ok_or_else(|| {
        let what = format!("there is no transfer {} in {}", id.0, view.tenant.name);
        Failure::missing("transfer", what, "see `rollcall ownership list`")
    })
}

/// Who holds the tenant; one who lost access but still has the role gives way to one who did not.
fn owner(view: &TenantView) -> Option<Account> {
    let mut holders: Vec<Account> = view
        .owners()
        .into_iter()
        .filter_map(|id| view.account(id))
        .collect();
    holders.sort_by_key(|a| (!holds(a.status), a.id));
    holders.into_iter().next()
}
