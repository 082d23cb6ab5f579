//! The roles a row names: which they are, where they are held, and the owner role that no file gives or takes.

use super::{Merge, MergeContext};
use crate::domain::{Assignment, Authority};
use crate::rules::Refusal;
use crate::rules::owner::way;

/// The identifiers of the roles a file names, sorted.
pub(super) fn resolve(names: &[String], ctx: &MergeContext<'_>) -> Result<Vec<String>, Refusal> {
    let mut ids = Vec::with_capacity(names.len());
    for name in names.iter().filter(|n| !n.trim().is_empty()) {
        // What no list shows nobody here gives; a vendor may show that it is there.
        let given = |hidden: bool| !hidden || ctx.authority == Authority::Vendor;
        let Some(role) = ctx.catalog.find_role(name).filter(|r| given(r.hidden)) else {
            let known: Vec<&str> = ctx.catalog.listed().map(|r| r.id.as_str()).collect();
            return Err(Refusal::new(
                "roles",
                format!("{} has no role {name:?}", ctx.catalog.title),
                format!("use one of: {}", known.join(", ")),
            ));
        };
        ids.push(role.id.clone());
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
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
        if catalog.any_owner(held) && !catalog.any_owner(&named) {
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
