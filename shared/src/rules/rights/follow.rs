//! What follows for accounts when the meaning of their roles changes.

use crate::catalog::{Catalog, Role};
use crate::domain::{Account, Assignment, FieldChange, Micros};
use crate::rules::Refusal;
use crate::text::counted;
use std::collections::BTreeMap;

/// Identifiers of the roles that mean something else, or are gone.
pub fn moved(before: &Catalog, after: &Catalog) -> Vec<String> {
    let same = |role: &Role, now: &Role| {
        role.permissions == now.permissions
            && role.blocks == now.blocks
            && role.privileged == now.privileged
            && role.custom == now.custom
            && role.scope == now.scope
    };
    before
        .roles
        .iter()
        .filter(|role| !after.role(&role.id).is_some_and(|now| same(role, now)))
        .map(|role| role.id.clone())
        .collect()
}

/// An account whose roles mean something else: older sessions are stale, and the grace of the MFA mandate starts with
/// a privileged role and ends without one.
pub fn follow(
    account: &Account,
    before: &Catalog,
    after: &Catalog,
    now: Micros,
) -> Vec<FieldChange> {
    let mut then = account.clone();
    then.manifest = account.manifest.saturating_add(1);
    let privileged = |catalog: &Catalog, held: &[Assignment]| catalog.any_privileged(held);
    match (
        privileged(before, &account.assignments),
        privileged(after, &account.assignments),
    ) {
        (false, true) => then.privileged_since = Some(now),
        (true, false) => then.privileged_since = None,
        _ => {}
    }
    account.changes_to(&then)
}

/// Refuses a catalog that takes away a role which is still held, or takes the name of a custom role.
pub fn adoptable(
    before: &Catalog,
    after: &Catalog,
    holders: &BTreeMap<String, u64>,
) -> Result<(), Refusal> {
    let gone = before.roles.iter().find(|role| {
        role.custom.is_none() && after.role(&role.id).is_none() && holders.contains_key(&role.id)
    });
    if let Some(role) = gone {
        let held = holders.get(&role.id).copied().unwrap_or(0);
        return Err(Refusal::new(
            "role-held",
            format!(
                "the role {} is gone, and its holders are {}",
                role.id,
                counted(held, "account")
            ),
            "keep it in the catalog, or give them another role first",
        ));
    }
    let clash = before
        .roles
        .iter()
        .filter(|role| role.custom.is_some())
        .find(|role| {
            let mut roles = after.roles.iter();
            roles.any(|other| other.answers_to(&role.id) || other.answers_to(&role.label))
        });
    match clash {
        Some(role) => Err(Refusal::new(
            "role-unique",
            format!(
                "the custom role {} has the name of a role of the catalog",
                role.id
            ),
            "give one of them another name",
        )),
        None => Ok(()),
    }
}
