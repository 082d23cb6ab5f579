//! "Invitation not received", "User lacks expected access", "Permission lag": what is looked at, and what to do.

use super::{Refusal, lifecycle, roles_edit, scopes};
use crate::catalog::{Catalog, Qualifier, Role, SessionRule, split_grant};
use crate::domain::{
    Account, Answer, Assignment, Delivery, Invitation, Kind, Micros, ScopeId, ScopeNode, Status,
};
use crate::wire::identity::{Finding, Grave};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Everything a diagnosis rests on.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The instant.
    pub now: Micros,
    /// The tenant's time zone: days are told on its clock.
    pub zone: &'a TimeZone,
    /// The address asked about.
    pub address: &'a str,
    /// Why the address is none; nothing when it is one.
    pub bad_address: Option<&'a str>,
    /// The account that has it.
    pub account: Option<&'a Account>,
    /// Its invitation.
    pub invitation: Option<&'a Invitation>,
    /// How many addresses of the tenant have which domain.
    pub domains: &'a BTreeMap<String, u32>,
    /// The catalog in force.
    pub catalog: &'a Catalog,
    /// The tenant's scopes.
    pub scopes: &'a [ScopeNode],
}

/// Every finding, causes first.
pub fn diagnose(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    address(case, &mut findings);
    if let Some(account) = case.account {
        invitation(case, account, &mut findings);
        access(case, account, &mut findings);
        session(case, account, &mut findings);
    } else {
        findings.push(finding(
            "account",
            Grave::Cause,
            "no account of the tenant has this address",
            "invite the person with `rollcall user invite`, or look for another spelling",
        ));
    }
    findings.sort_by_key(|f| std::cmp::Reverse(f.grave));
    findings
}

fn finding(
    check: &str,
    grave: Grave,
    what: impl Into<String>,
    instead: impl Into<String>,
) -> Finding {
    Finding {
        check: check.into(),
        grave,
        what: what.into(),
        instead: instead.into(),
    }
}

fn address(case: &Case<'_>, out: &mut Vec<Finding>) {
    if let Some(why) = case.bad_address {
        out.push(finding(
            "address",
            Grave::Cause,
            why,
            "correct the spelling with `rollcall user edit --email`, then send the invitation again",
        ));
        return;
    }
    out.push(finding(
        "address",
        Grave::Good,
        "the address is well formed",
        "",
    ));
    let Some((_, domain)) = case.address.rsplit_once('@') else {
        return;
    };
    let domain = domain.to_ascii_lowercase();
    match usual(&domain, case.domains) {
        Some(meant) => out.push(finding(
            "domain",
            Grave::Cause,
            format!("the domain {domain} looks mistyped: {meant} is usual here"),
            "check the spelling of the address first",
        )),
        None => out.push(finding(
            "domain",
            Grave::Good,
            format!("the domain {domain} looks like no other one's misspelling"),
            "",
        )),
    }
}

/// The usual domain that a rare one is a misspelling of.
fn usual<'a>(domain: &str, domains: &'a BTreeMap<String, u32>) -> Option<&'a str> {
    let here = domains.get(domain).copied().unwrap_or(0);
    domains
        .iter()
        .filter(|(other, n)| **n >= 3 && **n / 3 >= here.max(1) && other.as_str() != domain)
        .filter(|(other, _)| distance(domain, other) <= 2)
        .max_by_key(|(_, n)| **n)
        .map(|(other, _)| other.as_str())
}

/// Letters to change, add, leave out or swap with their neighbour to come from one word to another; the largest number
/// where one is longer by more than two.
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (rows[i][j] + usize::from(x != y))
                .min(rows[i][j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

fn invitation(case: &Case<'_>, account: &Account, out: &mut Vec<Finding>) {
    let Some(invitation) = case.invitation else {
        return;
    };
    let (grave, what, instead) = match invitation.delivery {
        Delivery::Bounced => (
            Grave::Cause,
            "the recipient's server refused the mail",
            "check the spelling of the address, then send the invitation again",
        ),
        Delivery::Blocked => (
            Grave::Cause,
            "a filter on the way held the mail back (SMTP block)",
            "follow the Deliverability Guide: let the recipient's IT allow the sender, then send it again",
        ),
        Delivery::Unknown => (
            Grave::Unknown,
            "nobody has told what became of the mail",
            "ask for the spam folder first; the mail system's word is recorded with `rollcall user delivery`",
        ),
        Delivery::Sent => (
            Grave::Notice,
            "the mail was handed over, its arrival is not confirmed",
            "ask for the spam folder; see the Deliverability Guide",
        ),
        Delivery::Delivered => (Grave::Good, "the mail reached the recipient's server", ""),
    };
    let pending = matches!(invitation.answer, Answer::Pending | Answer::Activated);
    // Once it is answered it does not matter what became of the mail; what is not known stays so.
    let (grave, instead) = match (pending, grave) {
        (true, grave) => (grave, instead),
        (false, Grave::Unknown) => (Grave::Unknown, ""),
        (false, _) => (Grave::Good, ""),
    };
    out.push(finding("delivery", grave, what, instead));
    let ran_out = invitation.valid_until.filter(|u| pending && *u <= case.now);
    let expired = account.status == Status::Expired;
    match (
        ran_out.or(invitation.valid_until),
        expired || ran_out.is_some(),
    ) {
        (until, true) => out.push(finding(
            "invitation",
            Grave::Cause,
            match until {
                Some(until) => {
                    format!("the invitation expired on {}", until.day_in(case.zone))
                }
                None => "the invitation expired".to_owned(),
            },
            "send it again with `rollcall user resend`",
        )),
        (until, false) => out.push(finding(
            "invitation",
            if pending { Grave::Notice } else { Grave::Good },
            match (pending, until) {
                (true, Some(until)) => format!(
                    "invitation {} is {} and works until {}",
                    invitation.number,
                    invitation.answer,
                    until.minute_in(case.zone)
                ),
                _ => format!("invitation {} is {}", invitation.number, invitation.answer),
            },
            "",
        )),
    }
}

fn access(case: &Case<'_>, account: &Account, out: &mut Vec<Finding>) {
    let instead = match account.status {
        Status::Active => "",
        Status::Invited => "the person must accept the invitation first",
        Status::Deactivated if lifecycle::never_let_in(account) => {
            "send the invitation again with `rollcall user resend`: they were never let in"
        }
        Status::Suspended | Status::Deactivated => {
            "let them in again with `rollcall user reactivate`"
        }
        Status::Expired | Status::Revoked => {
            "send the invitation again with `rollcall user resend`"
        }
        Status::Deleted => "invite the person anew",
    };
    let grave = match account.status {
        Status::Active => Grave::Good,
        _ => Grave::Cause,
    };
    let since = account.status_since.day_in(case.zone);
    let what = format!("the account is {} since {since}", account.status);
    out.push(finding("status", grave, what, instead));
    if account.assignments.is_empty() && account.status != Status::Deleted {
        out.push(finding(
            "roles",
            Grave::Cause,
            "no role is held: nothing is allowed",
            "give one with `rollcall user role`",
        ));
    }
    for held in &account.assignments {
        let written = roles_edit::written(held, case.scopes);
        let Some(role) = case.catalog.role(&held.role) else {
            let what =
                format!("the role {written} is not in the catalog any more: it gives nothing");
            out.push(finding("roles", Grave::Cause, what, "give another role"));
            continue;
        };
        if let Err(Refusal { what, instead, .. }) =
            roles_edit::may_hold(held, case.catalog, case.scopes)
        {
            out.push(finding("scope", Grave::Cause, what, instead));
        }
        // No way to any action that changes something: whoever holds this role looks only.
        let looks_only =
            case.catalog.actions.iter().any(|a| a.changes) && !changes(case.catalog, role);
        if looks_only && role.holder == Kind::Person && !starts(case, account, held.scope) {
            out.push(finding(
                "roles",
                Grave::Cause,
                format!("the role {written} looks only: it can start nothing"),
                starters(case, held),
            ));
        } else {
            out.push(finding(
                "roles",
                Grave::Good,
                format!("the role {written} is held"),
                "",
            ));
        }
        if !role.blocks.is_empty() {
            out.push(finding(
                "blocks",
                Grave::Notice,
                format!(
                    "the role {written} blocks {}: a block beats any grant",
                    role.blocks.join(", ")
                ),
                "see each permission with `rollcall why`",
            ));
        }
        for other in &role.combine {
            if !account.assignments.iter().any(|a| a.role == *other) {
                out.push(finding(
                    "roles",
                    Grave::Cause,
                    format!("the role {written} is of no use without {other}"),
                    format!("give {other} as well"),
                ));
            }
        }
    }
}

/// Whether some role that counts at a place lets its holder change something there.
fn starts(case: &Case<'_>, account: &Account, at: ScopeId) -> bool {
    account.assignments.iter().any(|held| {
        let role = case.catalog.role(&held.role);
        scopes::within(case.scopes, at, held.scope)
            && roles_edit::may_hold(held, case.catalog, case.scopes).is_ok()
            && role.is_some_and(|role| changes(case.catalog, role))
    })
}

/// Roles named in an advice at most: who needs more of them asks for the list.
const STARTERS: usize = 3;

/// Which roles to give instead of one that looks only: those of the vendor that change something and can be held at
/// the same place, the one that may least first.
fn starters(case: &Case<'_>, looks: &Assignment) -> String {
    let catalog = case.catalog;
    let moves_only =
        |role: &Role| catalog.constraints.ownership_transfer && role.id == catalog.owner.role;
    let fits = |role: &Role| {
        let there = Assignment {
            role: role.id.clone(),
            scope: looks.scope,
        };
        roles_edit::may_give(&there, catalog, case.scopes).is_ok()
    };
    let mut roles: Vec<&Role> = catalog
        .listed()
        .filter(|r| r.holder == Kind::Person && !moves_only(r) && changes(catalog, r) && fits(r))
        .collect();
    roles.sort_by_key(|role| role.permissions.len());
    let labels: Vec<&str> = roles
        .iter()
        .take(STARTERS)
        .map(|role| role.label.as_str())
        .collect();
    match labels.as_slice() {
        [] => format!(
            "no role of {} starts anything there: give one at another place with `rollcall user role`",
            catalog.title
        ),
        labels => format!("give {} with `rollcall user role`", labels.join(" or ")),
    }
}

/// Whether a role grants a way to some action that changes something.
fn changes(catalog: &Catalog, role: &Role) -> bool {
    let grants = |p: &str| {
        role.permissions.iter().any(|grant| {
            let (of, qualifier) = split_grant(grant);
            of == p && qualifier != Qualifier::ReadOnly.word()
        })
    };
    let mut changing = catalog.actions.iter().filter(|a| a.changes);
    changing.any(|a| a.ways.iter().any(|w| grants(&w.permission)))
}

fn session(case: &Case<'_>, account: &Account, out: &mut Vec<Finding>) {
    if account.status != Status::Active || account.manifest == 0 {
        return;
    }
    let what = match case.catalog.constraints.session {
        SessionRule::NextRequest => {
            "changed rights hold from the next request on; a screen that is open may lag behind"
        }
        SessionRule::NextSignIn => "changed rights hold from the next sign-in on",
        SessionRule::KeySession => {
            "changed rights hold when the session of an API key ends, by default after 15 minutes"
        }
    };
    out.push(finding(
        "session",
        Grave::Notice,
        what,
        "sign out and in again: that refreshes what the session may do",
    ));
}

#[cfg(test)]
mod tests;
