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
    /// It belongs to a narrower kind of scope, and is not held as far above that.
    Above,
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
            Unfit::Above => "belongs to a narrower kind of scope",
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
    if let Some(own) = role.scope {
        of_kind(catalog, own, kind)?;
    }
    // What is not set at a scope is inherited from above.
    let allowed =
        scopes::upward(scopes, at).find_map(|s| scopes::node(scopes, s)?.profile.roles.as_ref());
    if allowed.is_some_and(|roles| !roles.contains(&role.id)) {
        return Err(Unfit::SwitchedOff);
    }
    Ok(())
}

/// The scopes a custom role is offered in (its home where it is offered everywhere below that) in which the lists of roles
/// that may be held leave it out.
pub fn left_out(catalog: &Catalog, scopes: &[ScopeNode], role: &Role) -> Vec<ScopeId> {
    let Some(custom) = &role.custom else {
        return Vec::new();
    };
    let places = match &custom.offered {
        Some(offered) => offered.iter().copied().collect(),
        None => vec![custom.home],
    };
    let out = |at: &ScopeId| fits(catalog, scopes, role, *at) == Err(Unfit::SwitchedOff);
    places.into_iter().filter(out).collect()
}

/// The kinds of scope at which a role of a kind may be held, its own first: those that such a scope lies in, as far up as
/// the catalog lets such roles be held.
pub fn held_at(catalog: &Catalog, own: ScopeKind) -> Vec<ScopeKind> {
    let rule = catalog.scopes.iter().find(|rule| rule.kind == own);
    let widest = rule.and_then(|rule| rule.held_from);
    let mut kinds = catalog.kinds_above(own, widest);
    // Where the catalog tells of no such scope, everything hangs at the root.
    if widest.is_none() && !kinds.contains(&ScopeKind::Tenant) {
        kinds.push(ScopeKind::Tenant);
    }
    kinds
}

/// Whether a role of the kind `own` may be held at a scope of the kind `at`.
fn of_kind(catalog: &Catalog, own: ScopeKind, at: ScopeKind) -> Result<(), Unfit> {
    if held_at(catalog, own).contains(&at) {
        return Ok(());
    }
    let above = at == ScopeKind::Tenant || catalog.kinds_above(own, None).contains(&at);
    Err(if above { Unfit::Above } else { Unfit::Kind })
}
