//! Nobody decides their own rights: what an operator of Rollcall decides as such raises no account of their own person.
//! What the person may give themselves as a member of the tenant they may.

use super::{Side, Switched, effective, gains, gives_any, raise};
use crate::catalog::Catalog;
use crate::domain::{Account, AccountId, Assignment, Record, ScopeId, Status};
use crate::rules::Refusal;
use crate::rules::permissions::{Member, member_may};
use crate::rules::rights::{Extent, Rights, Setting};
use crate::rules::scopes::{address, node, within};

/// An account of the person who decides, on one side of the decision.
#[derive(Clone, Copy)]
pub struct Own<'a> {
    /// What rights are judged under there.
    pub setting: Setting<'a>,
    /// The account; none where it is not there.
    pub account: Option<&'a Account>,
}

/// What a decision gives the account of who makes it, in words; none when nothing. Whom it lets in or invites gets all
/// that their roles bring. A place that comes with the decision is not judged, nor is a feature that is switched on:
/// what is bought is for everybody.
pub fn gained(before: &Own<'_>, after: &Own<'_>) -> Option<String> {
    let is = after.account?;
    let had = before.account;
    let lets_in = matches!(is.status, Status::Active | Status::Invited);
    let in_before = had.is_some_and(|a| a.status == is.status || a.status == Status::Active);
    if !lets_in && is.status != Status::Suspended {
        return None;
    }
    let was: &[Assignment] = match had {
        Some(had) if in_before || !lets_in => &had.assignments,
        _ => &[],
    };
    let (old, new) = (&before.setting, &after.setting);
    let there = |at: ScopeId| at == ScopeId::ROOT || node(old.scopes, at).is_some();
    let office = is.assignments.iter().find(|given| {
        let held =
            |a: &Assignment| a.role == given.role && within(new.scopes, given.scope, a.scope);
        commands(new.catalog, &given.role) && there(given.scope) && !was.iter().any(held)
    });
    if let Some(given) = office {
        return Some(format!(
            "the role {} at {}",
            new.catalog.called(&given.role),
            address(new.scopes, given.scope)
        ));
    }
    let (on_before, on_after) = (Switched::on(old), Switched::on(new));
    let (then, now) = (
        Side::of(on_before.setting(old)),
        Side::of(on_after.setting(new)),
    );
    let (had, has) = (then.held(was), now.held(&is.assignments));
    let places = new.scopes.iter().map(|node| node.id);
    let places = std::iter::once(ScopeId::ROOT).chain(places.filter(|at| *at != ScopeId::ROOT));
    for at in places.filter(|at| there(*at)) {
        for (index, permission) in (0u16..).zip(now.rights.permissions()) {
            let earlier = effective(then.extent(&had, permission, at));
            let is = effective(now.rights.extent(&has, index, at));
            if gains(earlier, is, Extent::default()) {
                return Some(format!("{permission} at {}", address(new.scopes, at)));
            }
        }
    }
    None
}

/// Whether the role stands for more than its permissions: the owner's, a privileged one, one that gives any other, or one
/// of a rank.
pub(super) fn commands(catalog: &Catalog, role: &str) -> bool {
    let named = |roles: &[String]| roles.iter().any(|r| r == role);
    catalog.privileged(role)
        || catalog.owner.role == role
        || catalog.constraints.gives_any.iter().any(|r| r == role)
        || named(&catalog.constraints.ranks)
}

/// Whether who decides might do the same as a member: the verb is theirs in all of the tenant, and their own roles may
/// give what the account gets.
pub fn as_member(verb: &str, rights: &Rights, before: &Own<'_>, after: &Own<'_>) -> bool {
    let Some(me) = before.account.filter(|a| a.status == Status::Active) else {
        return false;
    };
    let gives = after
        .account
        .is_none_or(|is| match is.assignments == me.assignments {
            true => gives_any(&before.setting, &me.assignments, ScopeId::ROOT),
            false => raise(
                &before.setting,
                &me.assignments,
                &me.assignments,
                &is.assignments,
            )
            .is_ok(),
        });
    member_uses(verb, rights, before) && gives
}

/// Whether a verb is open to who decides as a member of the tenant, in all of it.
pub fn member_uses(verb: &str, rights: &Rights, before: &Own<'_>) -> bool {
    let me = before.account.filter(|a| a.status == Status::Active);
    me.is_some_and(|me| {
        let member = Member {
            setting: before.setting,
            rights,
            roles: &me.assignments,
        };
        member_may(&member, verb)
    })
}

/// What a record opens to an account that it did not before, in words: others' things in a group, by acting for them, or
/// by taking them over.
pub fn opened(me: AccountId, old: Option<&Record>, new: &Record) -> Option<&'static str> {
    match (new, old) {
        (Record::Group(group), old) => {
            let old = match old {
                Some(Record::Group(old)) => Some(old),
                _ => None,
            };
            let joins =
                group.members.contains(&me) && !old.is_some_and(|g| g.members.contains(&me));
            let leads = group.leader == Some(me) && old.is_none_or(|g| g.leader != Some(me));
            (joins || leads).then_some("a place in a group")
        }
        (Record::Delegation(new), old) => {
            let had = matches!(old, Some(Record::Delegation(old))
                if old.delegate == me && old.account == new.account
                    && old.from <= new.from && old.until >= new.until);
            (new.delegate == me && !had).then_some("the right to act for somebody else")
        }
        (Record::Handover(new), None) => (new.to == me).then_some("what somebody else owns"),
        _ => None,
    }
}

/// The refusal of what an operator decides for their own person; `account` is a reference, `what` what it would get.
pub fn refuse(account: &str, what: &str) -> Refusal {
    Refusal::new(
        "four-eyes",
        format!(
            "no operator decides the rights of their own person: account {account} is yours and would get {what}"
        ),
        "ask another operator who may; root may with --break-glass REASON",
    )
}

#[cfg(test)]
mod tests;
