//! The rules: pure functions from what is known to what may, must or will happen. No I/O, no clock, no randomness.

pub mod assets;
pub mod conflicts;
pub mod convert;
pub mod delegation;
pub mod deletion;
pub mod diagnose;
pub mod features;
pub mod giving;
pub mod groups;
pub mod guards;
pub mod handover;
pub mod heads;
pub mod identity;
pub mod invite;
pub mod lifecycle;
pub mod limits;
pub mod naming;
pub mod next;
pub mod office;
pub mod orders;
pub mod owner;
pub mod ownership;
pub mod part;
pub mod people;
pub mod permissions;
pub mod person;
pub mod plan;
pub mod policy;
pub mod redaction;
pub mod report;
pub mod review;
pub mod rights;
pub mod roles_edit;
pub mod scopes;
pub mod sign_ins;
pub mod successor;
pub mod sweeps;
#[cfg(test)]
mod tests;
pub mod traces;

pub use policy::hash as policy_hash;

use crate::catalog::Catalog;
use crate::domain::{Account, AccountFacts};

/// A refusal that teaches: which rule, what it refused, what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} [rule: {rule}]; {instead}")]
pub struct Refusal {
    /// The rule's name: `owner-holder`, `seats`, `permission`, `status`, …
    pub rule: &'static str,
    /// What was refused, one sentence without its full stop.
    pub what: String,
    /// What to do instead, one sentence without its full stop.
    pub instead: String,
}

impl Refusal {
    /// A refusal of a rule.
    pub fn new(rule: &'static str, what: impl Into<String>, instead: impl Into<String>) -> Self {
        Refusal {
            rule,
            what: what.into(),
            instead: instead.into(),
        }
    }
}

/// What the sweeps read of an account, under its tenant's catalog.
pub fn facts(account: &Account, catalog: &Catalog) -> AccountFacts {
    AccountFacts {
        id: account.id,
        kind: account.kind,
        status: account.status,
        status_by: account.status_by,
        status_since: account.status_since,
        observed: account.observed_status,
        mfa: account.mfa,
        mfa_at: account.mfa_at,
        created: account.created,
        last_use: account.last_use,
        reactivated: account.reactivated,
        invited_at: account.invited_at,
        privileged_since: account.privileged_since,
        end_date: account.end_date,
        leave_from: account.leave_from,
        leave_to: account.leave_to,
        warned_idle_at: account.warned_idle_at,
        warned_idle_days: account.warned_idle_days,
        warned_mfa_at: account.warned_mfa_at,
        hold_until: account.hold_until,
        privileged: catalog.any_privileged(&account.assignments),
        owner: catalog.any_owner(&account.assignments),
        seat: catalog.seat(account.status, account.kind),
    }
}
