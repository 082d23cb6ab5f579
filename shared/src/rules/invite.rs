//! Invitations: who may be invited with what, and what becomes of a link.

mod form;

pub use form::{address_book, columns, hidden, language, names, shows, team_allowed};

use super::limits::Limits;
use super::{Refusal, conflicts, lifecycle, roles_edit, scopes};
use crate::catalog::Catalog;
use crate::domain::{
    Account, AccountId, Answer, Assignment, ConflictRule, Delivery, Invitation, Micros, Mode,
    Order, Origin, Policy, ScopeId, ScopeKind, ScopeNode, Status, TenantPlan,
};
use std::collections::BTreeSet;

/// What an inviter gives besides the address.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Legal first name; may be empty where the catalog does not ask for it.
    pub first_name: String,
    /// Legal last name.
    pub last_name: String,
    /// Roles, each at its scope.
    pub roles: Vec<Assignment>,
    /// The team's scope.
    pub team: Option<ScopeId>,
    /// Language tag; may be empty.
    pub language: String,
    /// Login name; may be empty.
    pub username: String,
    /// SAML subject; may be empty.
    pub sid: String,
}

/// What inviting rests on.
#[derive(Debug, Clone, Copy)]
pub struct Inviting<'a> {
    /// The instant.
    pub now: Micros,
    /// The catalog in force.
    pub catalog: &'a Catalog,
    /// What the tenant has bought.
    pub plan: &'a TenantPlan,
    /// Its scopes.
    pub scopes: &'a [ScopeNode],
    /// Its rules of separation of duties.
    pub conflicts: &'a [ConflictRule],
    /// Its policy of invitations.
    pub policy: &'a Policy,
}

/// Until when a link sent now works: the catalog's figure, else that of a policy that acts; none claims no figure.
pub fn valid_until(catalog: &Catalog, policy: &Policy, now: Micros) -> Option<Micros> {
    let armed = (policy.mode != Mode::Observe).then_some(policy.invitation_valid);
    catalog.invitation_valid.or(armed).map(|v| now.plus(v))
}

/// The roles of who is there already when their address is added: those asked for take the place of what is held at the
/// same scopes, and what is held elsewhere stays (OneSpan Sign: a user holds roles in each account apart).
pub fn replaced(held: &[Assignment], asked: &[Assignment]) -> Vec<Assignment> {
    if asked.is_empty() {
        return Vec::new();
    }
    let stays = |a: &&Assignment| !asked.iter().any(|new| new.scope == a.scope);
    let kept = held.iter().filter(stays).cloned();
    let mut roles: Vec<Assignment> = kept.chain(asked.iter().cloned()).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// A new account in state invited, with its first invitation.
///
/// # Errors
/// The first rule that is broken: names, columns, team, roles (`role-required` where none is named), separation of duties, seats.
pub fn invite(
    id: AccountId,
    email: &str,
    asked: &Asked,
    ctx: &Inviting<'_>,
    limits: &mut Limits<'_>,
) -> Result<(Account, Invitation), Refusal> {
    columns(ctx.catalog, ctx.plan, &asked.username, &asked.sid)?;
    language(&asked.language)?;
    if asked.team.is_some() {
        team_allowed(ctx.catalog, ctx.plan)?;
    }
    let roles = roles_edit::check(&[], asked.roles.clone(), ctx.catalog, ctx.scopes)?;
    if roles.is_empty() {
        return Err(Refusal::new(
            "role-required",
            format!(
                "{} invites nobody without a role, and has none by default",
                ctx.catalog.title
            ),
            "name at least one with --role; see them with `rollcall role list`",
        ));
    }
    let mut account = Account::new(id, email, ctx.now);
    conflicts::check(
        ctx.conflicts,
        &|_| None,
        ctx.scopes,
        &account,
        &roles,
        ctx.now,
    )?;
    account.kind = ctx.catalog.holder(&roles);
    limits.take(Status::Invited, account.kind, &roles)?;
    account.status = Status::Invited;
    account.status_by = Origin::Admin;
    account.invited_at = Some(ctx.now);
    account.privileged_since = ctx.catalog.any_privileged(&roles).then_some(ctx.now);
    account.assignments = roles;
    account.first_name.clone_from(&asked.first_name);
    account.last_name.clone_from(&asked.last_name);
    account.language.clone_from(&asked.language);
    account.username.clone_from(&asked.username);
    account.sid.clone_from(&asked.sid);
    account.team = asked.team;
    let invitation = sent(id, 1, ctx);
    Ok((account, invitation))
}

fn sent(account: AccountId, number: u32, ctx: &Inviting<'_>) -> Invitation {
    Invitation {
        account,
        number,
        sent: ctx.now,
        valid_until: valid_until(ctx.catalog, ctx.policy, ctx.now),
        delivery: Delivery::Unknown,
        delivery_at: None,
        answer: Answer::Pending,
        answered_at: None,
    }
}

/// The invitation that takes the place of an earlier one: another number, so that the earlier link is void.
pub fn again(before: &Invitation, ctx: &Inviting<'_>) -> Invitation {
    sent(before.account, before.number.saturating_add(1), ctx)
}

/// The invitation of an account that was imported as invited: nothing is known of its link but when it was sent.
pub fn assumed(account: &Account) -> Invitation {
    Invitation {
        account: account.id,
        number: 1,
        sent: account.invited_at.unwrap_or(account.status_since),
        valid_until: None,
        delivery: Delivery::Unknown,
        delivery_at: None,
        answer: Answer::Pending,
        answered_at: None,
    }
}

/// An invitation with the person's answer, or with its withdrawal.
///
/// # Errors
/// When no invitation is pending, the link was replaced by a later one, or its time has run out.
pub fn answer(
    account: &Account,
    invitation: &Invitation,
    number: Option<u32>,
    answer: Answer,
    now: Micros,
) -> Result<Invitation, Refusal> {
    let ours = answer == Answer::Cancelled;
    if let Some(number) = number
        && number != invitation.number
    {
        let what = match number < invitation.number {
            true => format!(
                "link {number} works no more: link {} was sent on {} in its place",
                invitation.number,
                invitation.sent.day()
            ),
            false => format!(
                "there is no link {number}; the newest is {}",
                invitation.number
            ),
        };
        return Err(Refusal::new(
            "link",
            what,
            "use the link of the newest invitation",
        ));
    }
    // The day it ran out may come before the sweep that notes it, or after.
    let ran_out = invitation
        .valid_until
        .filter(|until| *until <= now && invitation.answer == Answer::Pending);
    if account.status == Status::Expired || (ran_out.is_some() && !ours) {
        let on = ran_out
            .or(invitation.valid_until)
            .unwrap_or(account.status_since);
        return Err(Refusal::new(
            "invitation-expired",
            format!("the invitation expired on {}", on.day()),
            "ask for a new one: `rollcall user resend` sends it",
        ));
    }
    let open = matches!(invitation.answer, Answer::Pending | Answer::Activated);
    let twice = answer == invitation.answer;
    if account.status != Status::Invited || !open || twice {
        return Err(Refusal::new(
            "no-invitation-pending",
            match open && !twice {
                true => format!(
                    "no invitation is pending: the account is {}",
                    account.status
                ),
                false => format!(
                    "no invitation is pending: it is {}, the account is {}",
                    invitation.answer, account.status
                ),
            },
            "a link works once; see `rollcall invitation list`",
        ));
    }
    Ok(Invitation {
        answer,
        answered_at: Some(now),
        ..invitation.clone()
    })
}

/// The invitation of an account whose state has changed by another way than an answer; none when nothing is open.
pub fn settled(invitation: &Invitation, status: Status, now: Micros) -> Option<Invitation> {
    if !matches!(invitation.answer, Answer::Pending | Answer::Activated) {
        return None;
    }
    let answer = match status {
        Status::Invited => return None,
        Status::Active | Status::Suspended => Answer::Accepted,
        Status::Expired => Answer::Expired,
        Status::Deactivated | Status::Deleted | Status::Revoked => Answer::Cancelled,
    };
    Some(Invitation {
        answer,
        answered_at: Some(now),
        ..invitation.clone()
    })
}

/// Refuses to invite an address by which the vendor still knows somebody whose address was changed here.
pub fn still_known(order: &Order) -> Refusal {
    Refusal::new(
        "address-ordered",
        format!(
            "the vendor still knows another account by this address: order {}, which changes it, is {}",
            order.id.0, order.state
        ),
        "let it be done first: `rollcall order export`, then an import of people that shows it, or `rollcall order confirm`",
    )
}

/// Refuses to invite the address of somebody who was deleted here and not at the vendor yet: what the vendor shows by it
/// would be taken for the answer of who is invited.
pub fn not_gone(order: &Order) -> Refusal {
    Refusal::new(
        "address-ordered",
        format!(
            "the vendor still has the account that had this address: order {}, which deletes it, is {}",
            order.id.0, order.state
        ),
        "let it be done first: `rollcall order export`, then an import of people that shows it, or `rollcall order confirm`",
    )
}

/// Refuses to invite an address that somebody has already.
pub fn known(account: &Account, catalog: &Catalog, scopes: &[ScopeNode], at: ScopeId) -> Refusal {
    match account.status {
        Status::Invited | Status::Expired | Status::Revoked => Refusal::new(
            "already-invited",
            format!(
                "this address was invited already; its account is {}",
                account.status
            ),
            "send the invitation again with `rollcall user resend`",
        ),
        Status::Deactivated if lifecycle::never_let_in(account) => Refusal::new(
            "already-invited",
            "this address was invited already; its account is deactivated and was never let in",
            "send the invitation again with `rollcall user resend`",
        ),
        Status::Deactivated => Refusal::new(
            "already-member",
            "this address belongs to an account that is deactivated",
            "let the person in again with `rollcall user reactivate`",
        ),
        Status::Active | Status::Suspended | Status::Deleted => {
            let below = |kind| catalog.scopes.iter().any(|s| s.kind == kind);
            let here = at != ScopeId::ROOT
                && account.assignments.iter().any(|a| {
                    scopes::within(scopes, a.scope, at) || scopes::within(scopes, at, a.scope)
                });
            // Of several organizations of a tenant it may be in another.
            let mut around = scopes::upward(scopes, at);
            let organization =
                around.find(|id| scopes::kind_of(scopes, *id) == Some(ScopeKind::Organisation));
            let member = organization.is_none_or(|own| {
                account.assignments.iter().any(|a| {
                    scopes::within(scopes, a.scope, own) || scopes::within(scopes, own, a.scope)
                })
            });
            let (rule, what) = match below(ScopeKind::Application) {
                true if here => ("already-in-application", "is in the application already"),
                true if member => ("already-in-organization", "is in the organization already"),
                _ => (
                    "email-unique",
                    "belongs to an account of this tenant already",
                ),
            };
            Refusal::new(
                rule,
                format!("this address {what}"),
                "give other roles with `rollcall user role`, or invite another address",
            )
        }
    }
}

/// Refuses to invite an address whose account the inviter may not see, without a word about it.
pub fn elsewhere() -> Refusal {
    Refusal::new(
        "email-unique",
        "this address cannot be invited here",
        "invite another address, or ask somebody who administers the whole tenant",
    )
}

/// A flat list of roles at a scope: a role of an environment named at an application is given in all of its environments.
pub fn spread(roles: Vec<Assignment>, catalog: &Catalog, scopes: &[ScopeNode]) -> Vec<Assignment> {
    let mut out = Vec::with_capacity(roles.len());
    for held in roles {
        let kind = catalog.role(&held.role).and_then(|r| r.scope);
        let below: Vec<ScopeId> = scopes::children(scopes, held.scope)
            .filter(|s| s.kind == ScopeKind::Environment && kind == Some(ScopeKind::Environment))
            .map(|s| s.id)
            .collect();
        match below.as_slice() {
            [] => out.push(held),
            all => out.extend(all.iter().map(|scope| Assignment {
                role: held.role.clone(),
                scope: *scope,
            })),
        }
    }
    out
}

/// Refuses roles for each environment that leave one out: every environment of the application is named, though its list
/// may be empty.
///
/// # Errors
/// Which environments are missing, or that a scope is no environment.
pub fn every_environment(named: &[ScopeId], scopes: &[ScopeNode]) -> Result<(), Refusal> {
    let mut applications = BTreeSet::new();
    for id in named {
        let node = scopes::node(scopes, *id).filter(|s| s.kind == ScopeKind::Environment);
        let Some(parent) = node.map(|s| s.parent.unwrap_or(ScopeId::ROOT)) else {
            return Err(Refusal::new(
                "environments",
                format!("{:?} is not an environment", scopes::path(scopes, *id)),
                "name environments, for example `portal/PRODUCTION`",
            ));
        };
        applications.insert(parent);
    }
    let missing: Vec<String> = applications
        .iter()
        .flat_map(|a| scopes::children(scopes, *a))
        .filter(|s| s.kind == ScopeKind::Environment && !named.contains(&s.id))
        .map(|s| scopes::path(scopes, s.id))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        "environments",
        format!("roles for {} are missing", missing.join(", ")),
        "name every environment of the application; a list may be empty",
    ))
}

#[cfg(test)]
mod tests;
