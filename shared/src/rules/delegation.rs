//! Delegation: one user acts for another for a time; everything stays the delegator's (OneSpan Sign).

use super::rights::fits;
use super::scopes::within;
use super::{Refusal, features, owner};
use crate::catalog::{Catalog, Role};
use crate::domain::{
    Account, AccountId, Assignment, Delegation, HandoverWay, Micros, ScopeId, ScopeNode, Status,
    TenantPlan,
};

/// The feature that opens delegation.
pub const FEATURE: &str = "delegation";

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// An operator of Rollcall.
    Operator,
    /// A member of the tenant, by their own account.
    Member(&'a Account),
}

impl By<'_> {
    /// The member's number; none for an operator.
    pub fn member(self) -> Option<AccountId> {
        match self {
            By::Operator => None,
            By::Member(member) => Some(member.id),
        }
    }
}

/// A delegation to be, or the end of one.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The tenant's catalog.
    pub catalog: &'a Catalog,
    /// What the tenant has switched on.
    pub plan: &'a TenantPlan,
    /// Its scopes.
    pub scopes: &'a [ScopeNode],
    /// For whom.
    pub account: &'a Account,
    /// The delegation there is.
    pub standing: Option<&'a Delegation>,
    /// Who asks.
    pub by: By<'a>,
    /// The instant of the request.
    pub now: Micros,
}

/// Lets a delegate act from one instant until another.
///
/// # Errors
/// Rules `delegation`, `feature`, `delegate-by`, `delegate-self`, `delegate-already`, `delegate-status`,
/// `delegation-dates`.
pub fn set(
    asked: &Asked<'_>,
    delegate: &Account,
    from: Option<Micros>,
    until: Option<Micros>,
) -> Result<Delegation, Refusal> {
    let (account, now) = (asked.account, asked.now);
    open(asked)?;
    if delegate.id == account.id {
        return Err(Refusal::new(
            "delegate-self",
            "nobody is their own delegate",
            "name another user",
        ));
    }
    if !owner::usable(delegate.status) {
        return Err(Refusal::new(
            "delegate-status",
            format!("a user who is {} cannot act for another", delegate.status),
            "name an active user of the same tree of accounts",
        ));
    }
    let standing = asked.standing.filter(|d| d.until > now);
    if standing.is_some_and(|d| d.delegate == delegate.id) {
        return Err(Refusal::new(
            "delegate-already",
            "that user is the delegate already",
            "end the delegation first with `rollcall delegation end`, or name another user",
        ));
    }
    let from = from.unwrap_or(now);
    let until = ends_later(until, from.max(now))?;
    Ok(Delegation {
        account: account.id,
        delegate: delegate.id,
        from,
        until,
        named_by: asked.by.member(),
    })
}

/// The end of a delegation, which lies after an instant.
///
/// # Errors
/// Rule `delegation-dates`.
pub fn ends_later(until: Option<Micros>, after: Micros) -> Result<Micros, Refusal> {
    until.filter(|until| *until > after).ok_or_else(|| {
        Refusal::new(
            "delegation-dates",
            "a delegation needs an end that lies after its start and after now",
            "give --until with a later date",
        )
    })
}

/// Ends the delegation there is.
///
/// # Errors
/// Rules `delegation`, `delegate-by`.
pub fn end(asked: &Asked<'_>) -> Result<Delegation, Refusal> {
    way(asked)?;
    may(asked)?;
    asked.standing.cloned().ok_or_else(|| {
        Refusal::new(
            "delegation",
            "nobody acts for this account",
            "see `rollcall delegation list`",
        )
    })
}

fn open(asked: &Asked<'_>) -> Result<(), Refusal> {
    way(asked)?;
    features::needed(asked.catalog, asked.plan, FEATURE, "a delegation")?;
    may_name(asked)
}

/// Whether who asks may name a delegate for the account, by whatever verb: the person, and for a locked account those who
/// may.
///
/// # Errors
/// Rule `delegate-by`.
pub fn may_name(asked: &Asked<'_>) -> Result<(), Refusal> {
    may(asked)?;
    let own = matches!(asked.by, By::Member(member) if member.id == asked.account.id);
    if own || asked.account.status == Status::Suspended {
        return Ok(());
    }
    Err(Refusal::new(
        "delegate-by",
        format!(
            "only for a locked account is a delegate named by others; this one is {}",
            asked.account.status
        ),
        "let the person name the delegate, or suspend the account first",
    ))
}

fn way(asked: &Asked<'_>) -> Result<(), Refusal> {
    if asked.catalog.constraints.hand_over == HandoverWay::Delegate {
        return Ok(());
    }
    Err(Refusal::new(
        "delegation",
        format!("{} knows no delegation", asked.catalog.title),
        "see how work is handed over here with `rollcall handover plan`",
    ))
}

/// The person; whoever owns the tenant or holds the catalog's permission for it; and the holders of roles that may
/// without it, unless a feature ends that.
fn may(asked: &Asked<'_>) -> Result<(), Refusal> {
    let By::Member(member) = asked.by else {
        return Ok(());
    };
    if member.id == asked.account.id {
        return Ok(());
    }
    let catalog = asked.catalog;
    let rule = &catalog.constraints;
    let held = |is: &dyn Fn(&Role) -> bool| {
        let mut roles = member
            .assignments
            .iter()
            .filter_map(|a| Some((catalog.role(&a.role)?, a.scope)));
        roles.any(|(role, at)| {
            is(role) && reaches(asked, at) && fits(catalog, asked.scopes, role, at).is_ok()
        })
    };
    let permission = rule.delegate_permission.as_deref();
    let grants = |role: &Role| permission.is_some_and(|p| role.grants(p));
    if held(&|role: &Role| role.id == catalog.owner.role || grants(role)) {
        return Ok(());
    }
    let without = rule.delegate_roles_without.as_deref();
    let without = without.filter(|feature| features::on(asked.plan, feature));
    let named = |role: &Role| rule.delegate_roles.contains(&role.id);
    if held(&named) && without.is_none() {
        return Ok(());
    }
    let mut roles = member
        .assignments
        .iter()
        .filter_map(|a| catalog.role(&a.role));
    let what = match (roles.find(|role| named(role)), without) {
        (Some(role), Some(feature)) => {
            format!("while {feature} is on, the role {} names no delegates", role.label)
        }
        _ => "only for oneself is a delegate named without a role for it that reaches all the person holds".to_owned(),
    };
    let owner = catalog.role(&catalog.owner.role);
    let owner = owner.map_or(catalog.owner.role.as_str(), |role| role.label.as_str());
    Err(Refusal::new(
        "delegate-by",
        what,
        match permission {
            Some(permission) => format!(
                "ask a holder of the role {owner}, or of one that grants {permission} there"
            ),
            None => format!("ask a holder of the role {owner}"),
        },
    ))
}

/// Whether a role held at a scope reaches the account: all that the account holds lies there or below. A delegate acts
/// with everything of theirs, so one scope in common is not enough.
fn reaches(asked: &Asked<'_>, scope: ScopeId) -> bool {
    let held = &asked.account.assignments;
    let inside = |a: &Assignment| within(asked.scopes, a.scope, scope);
    scope == ScopeId::ROOT || (!held.is_empty() && held.iter().all(inside))
}

/// Whether a change of state ends the delegation for an account: others name a delegate for a locked account only. One
/// that the person named themself stays; of one that nothing tells who named it, others did.
pub fn ends(standing: &Delegation, before: Status, after: Status) -> bool {
    let own = standing.named_by == Some(standing.account);
    !own && before != Status::Active && after == Status::Active
}
