//! What sessions and explanations say of an account that may do nothing, and of rights that lag.

use crate::catalog::{Catalog, SessionRule};
use crate::domain::{Account, Status};
use crate::rules::lifecycle::{instead_of_reactivating, never_let_in};

/// Why an account in this state may do nothing.
pub fn idle(status: Status) -> String {
    format!("the account is {status}: only an active one may do anything")
}

/// What brings an account in this state back to work.
pub(super) fn wake(status: Status) -> &'static str {
    match status {
        Status::Active => "",
        Status::Invited => "the invitation must be accepted first",
        Status::Suspended => "let them in again with `rollcall user reactivate`",
        Status::Deactivated => "bring the account back with `rollcall user reactivate`",
        Status::Expired | Status::Revoked => "invite them again with `rollcall user resend`",
        Status::Deleted => "invite the person anew",
    }
}

/// As [`wake`], of an account: who was never let in is invited again.
pub fn wake_account(account: &Account, catalog: &Catalog) -> &'static str {
    match account.status {
        Status::Deactivated if never_let_in(account) => instead_of_reactivating(catalog),
        status => wake(status),
    }
}

/// Why a session that was opened with other rights shows old ones, and what to do.
pub fn lag(rule: SessionRule) -> (&'static str, &'static str) {
    match rule {
        SessionRule::NextRequest => (
            "rights have changed since it was opened: today's count at every request, the screen may still show the old ones",
            "sign out and in again to refresh the screen",
        ),
        SessionRule::NextSignIn => (
            "rights have changed since it was opened: changes count at the next sign-in",
            "sign out and in again",
        ),
        SessionRule::KeySession => (
            "rights have changed since it was opened: a session of an API key keeps the old ones until it ends, 15 minutes by default",
            "open a new session, or wait until this one ends",
        ),
    }
}
