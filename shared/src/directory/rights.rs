//! Rights of a tenant's accounts, made ready when first asked for and kept until roles, scopes or features change.

use super::tenant::TenantView;
use crate::catalog::Catalog;
use crate::domain::{Account, AccountId, Assignment, ScopeNode, Status};
use crate::rules::rights::{Question, Rights, Setting, Verdict};
use crate::rules::scopes::SHARING;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The states in which a role counts as held.
const HOLDING: [Status; 3] = [Status::Invited, Status::Active, Status::Suspended];

impl TenantView {
    /// What rights are judged under.
    pub fn setting(&self) -> Setting<'_> {
        Setting {
            catalog: &self.catalog,
            scopes: &self.scopes,
            features: &self.tenant.plan.features,
        }
    }

    /// The setting made ready for questions.
    pub fn rights(&self) -> &Rights {
        self.rights.get_or_init(|| Rights::compile(&self.setting()))
    }

    /// The answer to a question of one account; none when there is no such account.
    #[inline]
    pub fn can(&self, id: AccountId, question: &Question) -> Option<Verdict> {
        let (chunk, row) = self.table.find(id)?;
        let rights = self.rights();
        let interned = &self.table.interned;
        let (set, status) = (chunk.roles[row], chunk.codes(row).status());
        let Some(slot) = interned.held(set) else {
            let held = rights.held(&self.setting(), interned.roles(set));
            return Some(rights.can(status, &held, question));
        };
        let held = slot.get_or_init(|| rights.held(&self.setting(), interned.roles(set)));
        Some(rights.can(status, held, question))
    }

    /// How many accounts hold each role, at whatever scope, in a state that counts: invited, active, suspended.
    pub fn role_holders(&self) -> BTreeMap<String, u64> {
        let sets = self.table.interned.role_sets();
        let mut counts = vec![0u64; sets.len()];
        for id in (0..self.table.len()).map(AccountId) {
            if let Some((chunk, row)) = self.table.find(id)
                && HOLDING.contains(&chunk.codes(row).status())
                && let Some(count) = counts.get_mut(chunk.roles[row] as usize)
            {
                *count += 1;
            }
        }
        let mut holders = BTreeMap::new();
        for (set, count) in sets.iter().zip(counts) {
            for role in super::column::interned::role_names(set) {
                *holders.entry(role.to_owned()).or_default() += count;
            }
        }
        holders
    }

    /// The accounts whose roles pass, by number; all but deleted ones, because roles wait for whoever comes back.
    pub fn holding(&self, pass: impl Fn(&[Assignment]) -> bool) -> Vec<AccountId> {
        let sets = self.table.interned.sets_with(pass);
        (0..self.table.len())
            .map(AccountId)
            .filter(|id| {
                self.table.find(*id).is_some_and(|(chunk, row)| {
                    sets.get(chunk.roles[row] as usize) == Some(&true)
                        && chunk.codes(row).status() != Status::Deleted
                })
            })
            .collect()
    }

    /// The version of an account's permission manifest: it grows with the account's own roles, and for everybody when
    /// scopes, features or the catalog change what roles give.
    pub fn manifest(&self, account: &Account) -> u32 {
        account.manifest.saturating_add(self.rights_changed)
    }

    /// What an account's own manifest is to be so that its version is above one that another account got to.
    pub fn manifest_above(&self, reached: u32) -> u32 {
        reached
            .saturating_add(1)
            .saturating_sub(self.rights_changed)
    }

    /// Counts a change of what roles give, where this is one.
    pub(super) fn count_rights(&mut self, changed: bool) {
        self.rights_changed = self.rights_changed.saturating_add(u32::from(changed));
    }

    /// Forgets what was made ready: roles, scopes or features have changed.
    pub(super) fn forget_rights(&mut self) {
        self.rights = Arc::default();
        self.table.interned.forget_held();
    }
}

/// Whether a changed scope may give other rights to who holds roles in or above it.
pub(super) fn scope_matters(old: &ScopeNode, new: &ScopeNode) -> bool {
    let of = |node: &ScopeNode| {
        let sharing = node.profile.settings.get(SHARING).cloned();
        (
            node.parent,
            node.profile.state,
            node.profile.roles.clone(),
            sharing,
        )
    };
    of(old) != of(new)
}

/// Whether another catalog gives other rights beside what its roles say, which their holders' own manifests tell.
pub(super) fn catalog_matters(old: &Catalog, new: &Catalog) -> bool {
    let needs = |catalog: &Catalog| -> Vec<(String, Vec<String>)> {
        let permissions = catalog.permissions.iter();
        permissions
            .map(|p| (p.id.clone(), p.features.clone()))
            .collect()
    };
    let kinds = |catalog: &Catalog| -> Vec<_> {
        let scopes = catalog.scopes.iter();
        scopes
            .map(|s| (s.kind, s.parents.clone(), s.held_from))
            .collect()
    };
    // The first catalog of a tenant takes nobody's rights away.
    !old.roles.is_empty()
        && (needs(old) != needs(new)
            || kinds(old) != kinds(new)
            || old.actions != new.actions
            || old.constraints.sharing_decides != new.constraints.sharing_decides)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{builtin, parse};

    #[test]
    fn where_roles_may_be_held_and_count_matters_to_everybody() {
        let old = parse("ignisign", builtin("ignisign").unwrap()).unwrap();
        assert!(!catalog_matters(&old, &old));
        let mut new = old.clone();
        let narrowed = new.scopes.iter_mut().find(|s| s.held_from.is_some());
        narrowed.unwrap().held_from = None;
        assert!(catalog_matters(&old, &new));
    }
}
