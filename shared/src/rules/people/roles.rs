//! The roles a row names: which they are, where they are held, and the owner role that no file gives or takes.

use super::{Merge, MergeContext};
use crate::domain::{Account, Assignment, Authority, Field};
use crate::rules::owner::way;
use crate::rules::{Refusal, roles_edit};

/// The identifiers of the roles a file names, sorted.
pub(super) fn resolve(names: &[String], ctx: &MergeContext<'_>) -> Result<Vec<String>, Refusal> {
    let mut ids = Vec::with_capacity(names.len());
    for name in names.iter().filter(|n| !n.trim().is_empty()) {
        // What no list shows nobody here gives; a vendor may show that it is there.
        let given = |hidden: bool| !hidden || ctx.authority == Authority::Vendor;
        let role = ctx.catalog.find_any_role(name);
        let Some(role) = role.filter(|r| given(r.hidden)) else {
            let known: Vec<&str> = ctx.catalog.listed().map(|r| r.id.as_str()).collect();
            return Err(Refusal::new(
                "roles",
                format!("{} has no role {name:?}", ctx.catalog.title),
                format!(
                    "{}use one of: {}",
                    ctx.catalog.exactly(name),
                    known.join(", ")
                ),
            ));
        };
        ids.push(role.id.clone());
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn or_none(names: &str) -> &str {
    match names {
        "" => "none",
        names => names,
    }
}

impl Merge<'_> {
    /// Roles as assignments. With a scope the row speaks of that scope alone; without one it names the roles held, and
    /// where they are held stays as it is known.
    pub(super) fn placed(&self, held: &[Assignment], roles: &[String]) -> Vec<Assignment> {
        let mut out: Vec<Assignment> = match self.ctx.account {
            Some(scope) => {
                let elsewhere = held.iter().filter(|a| a.scope != scope).cloned();
                let here = roles.iter().map(|role| Assignment {
                    role: role.clone(),
                    scope,
                });
                elsewhere.chain(here).collect()
            }
            None => {
                let kept = held.iter().filter(|a| roles.contains(&a.role)).cloned();
                let new = roles.iter().filter(|r| held.iter().all(|a| a.role != **r));
                kept.chain(new.map(Assignment::at_root)).collect()
            }
        };
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Whether a person decided the roles here, so that what the file says otherwise is kept beside them and reported.
    pub(super) fn roles_decided(
        &mut self,
        account: &Account,
        after: &mut Account,
        named: &[Assignment],
    ) -> bool {
        if named == account.assignments {
            after.show_otherwise(Field::Roles, None);
            return false;
        }
        if account.shown_otherwise(Field::Roles).is_none() {
            return false;
        }
        let told = roles_edit::names(named);
        // Where the owner role is the difference, its own way is told instead.
        let so_far = self.conflicts.len();
        self.without_new_owner(&account.assignments, named.to_vec());
        self.with_old_owner(&account.assignments, named.to_vec());
        if self.conflicts.len() == so_far {
            self.conflicts.push(format!(
                "roles: the file says {}; a person decided {}",
                or_none(&told),
                or_none(&roles_edit::names(&account.assignments))
            ));
        }
        after.show_otherwise(Field::Roles, Some(&told));
        true
    }

    /// Where the power lies here and the catalog says how many owners there may be, a file names none.
    pub(super) fn without_new_owner(
        &mut self,
        held: &[Assignment],
        mut named: Vec<Assignment>,
    ) -> Vec<Assignment> {
        let catalog = self.ctx.catalog;
        let counted = catalog.owner.max.is_some() && self.ctx.authority == Authority::Rollcall;
        if counted && catalog.any_owner(&named) && !catalog.any_owner(held) {
            let there = match self.ctx.owner_exists {
                true => format!(
                    "another account holds it; hand over with `{}`",
                    way(catalog)
                ),
                false => "name the owner with `rollcall tenant owner set`".to_owned(),
            };
            self.conflicts.push(format!(
                "roles: {} is not given by a file: {there}",
                catalog.owner.role
            ));
            named.retain(|a| a.role != catalog.owner.role);
        }
        named
    }

    /// A file does not take the owner role away where the power lies here.
    pub(super) fn with_old_owner(
        &mut self,
        held: &[Assignment],
        mut named: Vec<Assignment>,
    ) -> Vec<Assignment> {
        let catalog = self.ctx.catalog;
        // An organization whose owner becomes another's has lost its own.
        let mut owning = held.iter().filter(|a| catalog.owns(a));
        if owning.any(|a| !named.contains(a)) {
            self.conflicts.push(format!(
                "roles: {} is not taken by a file: let another account own it with `{}`",
                catalog.owner.role,
                way(catalog)
            ));
            // Where one account alone owns, that is its whole role: nothing is put beside it.
            if catalog.owner.max == Some(1) {
                return held.to_vec();
            }
            named.extend(
                held.iter()
                    .filter(|a| a.role == catalog.owner.role)
                    .cloned(),
            );
            named.sort_unstable();
            named.dedup();
        }
        named
    }
}
