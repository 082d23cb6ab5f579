//! Whether a role counts where it is held.

use crate::catalog::{Catalog, Role};
use crate::domain::{ScopeId, ScopeKind, ScopeNode};
use crate::rules::scopes;

/// Why a role does not count where it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is disabled.
    Disabled,
    /// It is a custom role that is not offered there.
    NotOffered,
    /// It is not among the roles that may be held there.
    SwitchedOff,
    /// It belongs to a wider kind of scope.
    Kind,
    /// There is no such scope.
    Nowhere,
}

impl Unfit {
    /// Why, as the end of a sentence about the role.
    pub fn words(self) -> &'static str {
        match self {
            Unfit::Disabled => "is disabled",
            Unfit::NotOffered => "is not offered there",
            Unfit::SwitchedOff => "is not among the roles that may be held there",
            Unfit::Kind => "belongs to a wider kind of scope",
            Unfit::Nowhere => "is held at a scope that does not exist",
        }
    }
}

/// Whether a role may be held at a scope, and counts there.
pub fn fits(
    catalog: &Catalog,
    scopes: &[ScopeNode],
    role: &Role,
    at: ScopeId,
) -> Result<(), Unfit> {
    let node = scopes::node(scopes, at);
    if node.is_none() && at != ScopeId::ROOT {
        return Err(Unfit::Nowhere);
    }
    if let Some(custom) = &role.custom {
        if !custom.enabled {
            return Err(Unfit::Disabled);
        }
        let offered = custom.offered.as_ref().is_none_or(|o| o.contains(&at));
        if !offered || !scopes::within(scopes, at, custom.home) {
            return Err(Unfit::NotOffered);
        }
    }
    let kind = node.map_or(ScopeKind::Tenant, |n| n.kind);
    if role.scope.is_some_and(|own| !reaches(catalog, own, kind)) {
        return Err(Unfit::Kind);
    }
    // What is not set at a scope is inherited from above.
    let allowed =
        scopes::upward(scopes, at).find_map(|s| scopes::node(scopes, s)?.profile.roles.as_ref());
    if allowed.is_some_and(|roles| !roles.contains(&role.id)) {
        return Err(Unfit::SwitchedOff);
    }
    Ok(())
}

/// Whether a scope of the kind `at` is of the kind `own` or one that such a scope lies in.
fn reaches(catalog: &Catalog, own: ScopeKind, at: ScopeKind) -> bool {
    let mut wider = vec![own];
    let mut next = 0;
    while let Some(kind) = wider.get(next).copied() {
        next += 1;
        let rules = catalog.scopes.iter().filter(|rule| rule.kind == kind);
        for parent in rules.flat_map(|rule| &rule.parents) {
            if !wider.contains(parent) {
                wider.push(*parent);
            }
        }
    }
    // Where the catalog tells of no such scope, everything hangs at the root.
    at == ScopeKind::Tenant || wider.contains(&at)
}
