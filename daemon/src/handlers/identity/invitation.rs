//! `user resend`, `user revoke`, `user accept`, `user decline`, `user delivery`: what becomes of an invitation.

use super::limits_of;
use super::work::{Work, account, after};
use crate::handlers::ask::{Ask, Door, Extra};
use crate::handlers::refused;
use crate::writer::{Draft, Proposal};
use rollcall_shared::domain::{
    Account, AccountRef, Answer, Authority, Fact, Field, Invitation, Order, OrderState, Origin,
    Rule, SeatHold, Status, Sweep,
};
use rollcall_shared::rules::lifecycle::{self, Cause, Lifecycle};
use rollcall_shared::rules::{Refusal, invite};
use rollcall_shared::wire::identity::{DeliverySet, InvitationChange};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(
    ask: &Ask<'_>,
    verb: Verb,
    request: InvitationChange,
) -> Result<Value, Failure> {
    let (found, tenant) = ask.place(verb, &request.user, request.tenant.as_deref());
    let id = ask.in_reach(verb, tenant.as_deref(), found)?;
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    let name = tenant.unwrap_or_default();
    ask.change_as(
        verb,
        &name.clone(),
        Door::Part,
        extra,
        move |draft, _, who| {
            let mut work = Work::new(draft, &name, request.reason.as_deref())?;
            let account = account(draft, id)?;
            who.touches_all_of(draft.state, &account)?;
            let message = match verb {
                Verb::UserResend => again(draft, &mut work, &account)?,
                Verb::UserRevoke => revoke(draft, &mut work, &account, &request)?,
                _ => answered(draft, &mut work, &account, verb, &request)?,
            };
            work.finish(request.dry_run, format!("account {id}: {message}"))
        },
    )
    .await
}

/// The invitation of an account; one that was imported as invited has one of which little is known.
fn known(work: &Work<'_>, account: &Account) -> Invitation {
    let known = work.view.invitation(account.id).cloned();
    known.unwrap_or_else(|| invite::assumed(account))
}

fn context<'a>(draft: &Draft<'_>, work: &'a Work<'_>, account: &Account) -> Lifecycle<'a> {
    Lifecycle {
        now: draft.now,
        origin: Origin::Admin,
        last_owner: None,
        by_member: false,
        catalog: &work.view.catalog,
        seats_free: limits_of(draft.state, work.view, account.id, draft.now).free(),
    }
}

fn again(draft: &Draft<'_>, work: &mut Work<'_>, account: &Account) -> Result<String, Failure> {
    let view = work.view;
    let changes = lifecycle::resend(account, &context(draft, work, account)).map_err(refused)?;
    if view.catalog.seat(account.status, account.kind) == SeatHold::None {
        // One that was over holds a seat again: of the tenant, of its tier, of the pool of its roles.
        limits_of(draft.state, view, account.id, draft.now)
            .take(Status::Invited, account.kind, &account.assignments)
            .map_err(refused)?;
    }
    let policy = view.policy(Sweep::Invitations);
    let ctx = invite::Inviting {
        now: draft.now,
        catalog: &view.catalog,
        plan: &view.tenant.plan,
        scopes: &view.scopes,
        conflicts: &[],
        policy: &policy,
    };
    let new = invite::again(&known(work, account), &ctx);
    let message = match new.valid_until {
        Some(until) => format!(
            "link {} is sent and works until {}",
            new.number,
            work.clock(until)
        ),
        None => format!("link {} is sent", new.number),
    };
    work.decided(account.id, changes, Rule::Invited)?;
    work.invitation(view.invitation(account.id), new);
    Ok(message)
}

fn revoke(
    draft: &Draft<'_>,
    work: &mut Work<'_>,
    account: &Account,
    request: &InvitationChange,
) -> Result<String, Failure> {
    let old = known(work, account);
    let new = invite::answer(account, &old, request.number, Answer::Cancelled, draft.now)
        .map_err(refused)?;
    let ctx = context(draft, work, account);
    let changes = lifecycle::end_invitation(account, Cause::Revoke, &ctx).map_err(refused)?;
    work.decided(account.id, changes, Rule::Invited)?;
    work.invitation(work.view.invitation(account.id), new);
    let seat = freed(work, account);
    Ok(format!("the invitation is taken back{seat}"))
}

/// What becomes of the seat that an invitation kept.
fn freed(work: &Work<'_>, account: &Account) -> &'static str {
    if work.view.catalog.seat(account.status, account.kind) == SeatHold::None {
        return "";
    }
    match work.orders_status(account.id) {
        true => "; its seat is free once the vendor's next export shows it",
        false => "; its seat is free",
    }
}

/// What the invited person said. In a vendor tenant they said it to the vendor: it is an observation.
fn answered(
    draft: &Draft<'_>,
    work: &mut Work<'_>,
    account: &Account,
    verb: Verb,
    request: &InvitationChange,
) -> Result<String, Failure> {
    let view = work.view;
    let said = match (verb, request.activated_only) {
        (Verb::UserDecline, _) => Answer::Declined,
        (_, true) => Answer::Activated,
        (_, false) => Answer::Accepted,
    };
    if said == Answer::Activated && !view.catalog.constraints.two_step_activation {
        return Err(refused(Refusal::new(
            "activation",
            format!(
                "{} knows one step: who follows the link is in",
                view.catalog.title
            ),
            "record the answer without `activated only`",
        )));
    }
    let old = known(work, account);
    let new = invite::answer(account, &old, request.number, said, draft.now).map_err(refused)?;
    let ctx = context(draft, work, account);
    let changes = match said {
        Answer::Activated => Vec::new(),
        Answer::Declined => {
            lifecycle::end_invitation(account, Cause::Decline, &ctx).map_err(refused)?
        }
        _ => lifecycle::accept(account, &ctx).map_err(refused)?,
    };
    if !changes.is_empty() {
        let mut is = after(account, &changes)?;
        if view.tenant.authority == Authority::Vendor {
            is.observed_status = Some(is.status);
            is.observed_at = Some(draft.now);
            if let Some(order) = view.open_order(account.id, Field::Status) {
                work.fact(Fact::OrderSet(Order {
                    state: OrderState::Confirmed,
                    updated: draft.now,
                    ..order.clone()
                }));
            }
        }
        work.observed(account.id, account.changes_to(&is), Rule::Answered)?;
    }
    work.invitation(view.invitation(account.id), new);
    Ok(match said {
        Answer::Activated => "the profile is activated; the password is still to be set".into(),
        Answer::Declined => format!("the invitation is declined{}", freed(work, account)),
        _ => {
            if view.owner_holders().whole.usable == 0 {
                work.warnings
                    .push("the tenant has no usable owner yet".into());
            }
            "the invitation is accepted; the account is active".into()
        }
    })
}

pub(super) async fn delivery(ask: &Ask<'_>, request: DeliverySet) -> Result<Value, Failure> {
    let (found, tenant) = ask.place(Verb::UserDelivery, &request.user, request.tenant.as_deref());
    ask.authorise(&ask.state(), Verb::UserDelivery, tenant.as_deref())?;
    let id: AccountRef = found?;
    let name = tenant.clone().unwrap_or_default();
    let extra = Extra::default();
    let verb = Verb::UserDelivery;
    ask.change(verb, tenant.as_deref(), extra, move |draft, _| {
        deliver(draft, &name, id, &request)
    })
    .await
}

fn deliver(
    draft: &Draft<'_>,
    tenant: &str,
    id: AccountRef,
    request: &DeliverySet,
) -> Result<Proposal, Failure> {
    let mut work = Work::new(draft, tenant, None)?;
    let account = account(draft, id)?;
    let old = work.view.invitation(id.account);
    if old.is_none() && account.invited_at.is_none() {
        return Err(refused(Refusal::new(
            "no-invitation",
            format!("account {id} was never invited from here"),
            "invite somebody with `rollcall user invite`",
        )));
    }
    let known = known(&work, &account);
    let said = format!(
        "account {id}: the mail of link {} is {}",
        known.number, request.delivery
    );
    if known.delivery == request.delivery {
        return work.finish(false, said);
    }
    let new = Invitation {
        delivery: request.delivery,
        delivery_at: Some(draft.now),
        ..known
    };
    work.invitation(old, new);
    work.finish(false, said)
}
