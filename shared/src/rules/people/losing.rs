//! Who loses access by a file: what is counted before a file of many such changes is let through.

use super::decided;
use crate::catalog::Catalog;
use crate::domain::{Account, Assignment, PersonRow, Status};

/// How much a state lets somebody do: more is more.
fn access(status: Status) -> u8 {
    match status {
        Status::Active => 3,
        Status::Invited => 2,
        Status::Suspended => 1,
        Status::Deactivated | Status::Expired | Status::Deleted | Status::Revoked => 0,
    }
}

/// Whether somebody has less access by a change, no privileged role any more, or fewer roles without another in their
/// place.
pub fn loses(before: &Account, after: &Account, catalog: &Catalog) -> bool {
    let privileged = |account: &Account| catalog.any_privileged(&account.assignments);
    let fewer = || {
        let (held, left) = (&before.assignments, &after.assignments);
        left.len() < held.len() && left.iter().all(|role| held.contains(role))
    };
    access(after.status) < access(before.status)
        || (privileged(before) && !privileged(after))
        || fewer()
}

/// Whether a row could make somebody [lose](loses) who is in this state and holds these roles; none is not known. What a
/// row does is only known once it is merged, but where this says no it takes nothing from anybody.
pub fn may_lose(row: &PersonRow, was: Option<(Status, &[Assignment])>, catalog: &Catalog) -> bool {
    let (status, held) = match was {
        Some((status, held)) => (status, Some(held)),
        None => (Status::Active, None),
    };
    let less = row
        .status
        .is_some_and(|told| access(decided(told)) < access(status));
    let left = |held: &Assignment, told: &[String]| {
        let mut told = told.iter().filter_map(|name| catalog.find_any_role(name));
        told.any(|role| role.id == held.role)
    };
    let fewer = row
        .roles
        .as_deref()
        .is_some_and(|told| held.is_none_or(|held| held.iter().any(|held| !left(held, told))));
    less || fewer
}
