//! Offices: roles of which a holder must stay, in the whole tenant and in each part that has an office of its own.

use super::owner::{holds, usable};
use super::rights::fits;
use super::scopes::{self, upward, within};
use crate::catalog::{Catalog, Role, split_grant};
use crate::domain::{Account, Assignment, ScopeId, ScopeKind, ScopeNode, Status};
use std::collections::BTreeMap;

/// How many accounts hold an office, and how many of them can use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owners {
    /// Accounts that hold the role in any state but deactivated, expired and deleted.
    pub holders: u32,
    /// Those that are active.
    pub active: u32,
    /// Those of them whose role counts, see [`Office::filled`].
    pub usable: u32,
}

/// The roles of an office, and where it must be filled.
#[derive(Debug, Clone, Copy)]
pub struct Office<'a> {
    catalog: &'a Catalog,
    scopes: &'a [ScopeNode],
    roles: &'a [String],
    /// The kind of scope each of which has the office for itself; none where only the tenant has.
    kind: Option<ScopeKind>,
    /// Whether the tenant as a whole must have a holder as well.
    whole: bool,
}

/// A place in which an office must be filled: the whole tenant, or a scope of the office's kind.
pub type Place = Option<ScopeId>;

impl<'a> Office<'a> {
    /// The owner's: the tenant has one, and so has each scope of the kind that the owner rule names.
    pub fn owner(catalog: &'a Catalog, scopes: &'a [ScopeNode]) -> Self {
        Office {
            catalog,
            scopes,
            roles: std::slice::from_ref(&catalog.owner.role),
            kind: catalog.owner.scope,
            whole: true,
        }
    }

    /// The administrators': each scope of the kind that the constraint names has one; where there is no such scope, the
    /// tenant is the organization.
    pub fn admin(catalog: &'a Catalog, scopes: &'a [ScopeNode]) -> Self {
        let kind = catalog.constraints.admins_scope;
        let mut parts = scopes.iter().filter(|node| node.id != ScopeId::ROOT);
        Office {
            catalog,
            scopes,
            roles: &catalog.constraints.admins,
            kind,
            whole: !parts.any(|node| Some(node.kind) == kind),
        }
    }

    /// The identifiers of its roles.
    pub fn roles(&self) -> &'a [String] {
        self.roles
    }

    /// Where these roles hold it: at the root, and at or below the scopes of its kind; no scope within another.
    pub fn held(&self, roles: &[Assignment]) -> Vec<ScopeId> {
        self.tops(roles, |_| true)
    }

    /// As [`Office::held`], where a role counts: it may be held there, neither the scope nor one above is blocked or
    /// archived, and no other role held there or above blocks anything of it.
    pub fn filled(&self, roles: &[Assignment]) -> Vec<ScopeId> {
        self.tops(roles, |held| {
            let role = self.catalog.role(&held.role);
            role.is_some_and(|role| {
                fits(self.catalog, self.scopes, role, held.scope).is_ok()
                    && !self.blocked(role, roles, held.scope)
            }) && scopes::in_use(self.scopes, held.scope)
        })
    }

    /// Whether a role among these blocks, at a scope, a permission of the office's: a block beats any grant.
    fn blocked(&self, office: &Role, held: &[Assignment], at: ScopeId) -> bool {
        let above = held.iter().filter(|a| within(self.scopes, at, a.scope));
        let roles = above.filter_map(|a| Some((self.catalog.role(&a.role)?, a.scope)));
        let mut counting =
            roles.filter(|(role, scope)| fits(self.catalog, self.scopes, role, *scope).is_ok());
        counting.any(|(role, _)| {
            let granted = |block: &String| {
                let mut own = office.permissions.iter();
                own.any(|permission| split_grant(permission).0 == block)
            };
            role.blocks.iter().any(granted)
        })
    }

    fn tops(&self, roles: &[Assignment], counts: impl Fn(&Assignment) -> bool) -> Vec<ScopeId> {
        let holds = |held: &&Assignment| {
            self.roles.contains(&held.role)
                && (held.scope == ScopeId::ROOT || self.kind.is_some())
                && counts(held)
        };
        let mut at: Vec<ScopeId> = roles.iter().filter(holds).map(|a| a.scope).collect();
        at.dedup();
        if at.len() > 1 {
            let all = at.clone();
            let covered = |inner: ScopeId| {
                let mut others = all.iter().filter(|outer| **outer != inner);
                others.any(|outer| within(self.scopes, inner, *outer))
            };
            at.retain(|scope| !covered(*scope));
            at.sort_unstable();
            at.dedup();
        }
        at
    }

    /// The places that must have a holder: the tenant where it must, and each scope of the kind that is in use.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        let parts = self.scopes.iter().filter(|node| {
            node.id != ScopeId::ROOT
                && Some(node.kind) == self.kind
                && scopes::in_use(self.scopes, node.id)
        });
        let whole = self.whole.then_some(None);
        whole.into_iter().chain(parts.map(|node| Some(node.id)))
    }

    /// Whether the office of a place is held by who holds it at these scopes.
    fn reaches(&self, held: &[ScopeId], place: Place) -> bool {
        match place {
            None => !held.is_empty(),
            Some(part) => upward(self.scopes, part).any(|at| held.contains(&at)),
        }
    }

    /// The place that would be left with fewer than `least` who can use the office, were this account to hold `after`
    /// instead of its roles; no roles when it loses all access. An account that cannot use it leaves nothing.
    pub fn left(
        &self,
        holders: &Holders,
        account: &Account,
        after: &[Assignment],
        least: u32,
    ) -> Option<Place> {
        if !usable(account.status) {
            return None;
        }
        let (was, is) = (self.filled(&account.assignments), self.filled(after));
        if was.is_empty() {
            return None;
        }
        self.places().find(|place| {
            self.reaches(&was, *place)
                && !self.reaches(&is, *place)
                && holders.of(self, *place).usable <= least
        })
    }

    /// A place in a sentence.
    pub fn shown(&self, place: Place) -> String {
        match place {
            None => "the tenant".to_owned(),
            Some(part) => scopes::shown(self.scopes, part),
        }
    }

    /// A role of the office as it is given in a place: `ROLE`, or `ROLE@PATH`.
    pub fn given(&self, place: Place) -> String {
        let role = self.roles.first().map_or("", String::as_str);
        match place {
            None => role.to_owned(),
            Some(part) => format!("{role}@{}", scopes::address(self.scopes, part)),
        }
    }
}

/// Who holds an office, counted by place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holders {
    /// In the whole tenant, each account once.
    pub whole: Owners,
    /// By the scope at which it is held.
    at: BTreeMap<ScopeId, Owners>,
}

impl Holders {
    /// Counts an account with these roles.
    pub fn add(&mut self, office: &Office<'_>, status: Status, roles: &[Assignment]) {
        self.step(office, status, roles, |n| *n = n.saturating_add(1));
    }

    /// Counts an account with these roles no more.
    pub fn remove(&mut self, office: &Office<'_>, status: Status, roles: &[Assignment]) {
        self.step(office, status, roles, |n| *n = n.saturating_sub(1));
    }

    fn step(
        &mut self,
        office: &Office<'_>,
        status: Status,
        roles: &[Assignment],
        step: impl Fn(&mut u32),
    ) {
        let held = office.held(roles);
        if !holds(status) || held.is_empty() {
            return;
        }
        let active = usable(status);
        for at in held {
            let here = self.at.entry(at).or_default();
            step(&mut here.holders);
            if active {
                step(&mut here.active);
            }
        }
        step(&mut self.whole.holders);
        if !active {
            return;
        }
        step(&mut self.whole.active);
        let filled = office.filled(roles);
        if !filled.is_empty() {
            step(&mut self.whole.usable);
        }
        for at in filled {
            step(&mut self.at.entry(at).or_default().usable);
        }
    }

    /// Those of one place: who holds it there or above.
    pub fn of(&self, office: &Office<'_>, place: Place) -> Owners {
        let Some(part) = place else {
            return self.whole;
        };
        let mut sum = Owners::default();
        for here in upward(office.scopes, part).filter_map(|at| self.at.get(&at)) {
            sum.holders += here.holders;
            sum.active += here.active;
            sum.usable += here.usable;
        }
        sum
    }
}

#[cfg(test)]
mod tests;
