//! The tree of scopes: where a scope lies, what holds at it, and what may be made or changed in it.

mod change;
mod make;
#[cfg(test)]
pub(super) mod tests;

pub use change::{Change, change, differences, setting_differences};
pub use make::{Made, Wanted, deep_enough, make, plain_name};

use super::Refusal;
use super::roles_edit::may_hold;
use crate::catalog::{Catalog, ScopeRule};
use crate::domain::{
    Assignment, ScopeId, ScopeKind, ScopeNode, ScopeProfile, ScopeState, Tenant, TenantPlan,
};
use std::collections::BTreeMap;

/// What stands between the names of a path.
pub const SEPARATOR: char = '/';

/// How the root is written.
pub const ROOT_PATH: &str = "/";

/// What the rules of the tree rest on.
#[derive(Debug, Clone, Copy)]
pub struct Land<'a> {
    /// The tenant's catalog.
    pub catalog: &'a Catalog,
    /// What the tenant has bought and switched on.
    pub plan: &'a TenantPlan,
    /// Its scopes.
    pub scopes: &'a [ScopeNode],
}

/// A scope by number; the root only where something is set at it.
pub fn node(scopes: &[ScopeNode], id: ScopeId) -> Option<&ScopeNode> {
    // A directory keeps them in the order of their numbers.
    match scopes.binary_search_by_key(&id, |n| n.id) {
        Ok(at) => scopes.get(at),
        Err(_) => scopes.iter().find(|n| n.id == id),
    }
}

/// The root as a scope: as it is set, else with nothing set at it.
pub fn root(scopes: &[ScopeNode], tenant: &Tenant) -> ScopeNode {
    node(scopes, ScopeId::ROOT)
        .cloned()
        .unwrap_or_else(|| ScopeNode {
            id: ScopeId::ROOT,
            kind: ScopeKind::Tenant,
            parent: None,
            name: tenant.name.clone(),
            profile: ScopeProfile::default(),
        })
}

/// A scope and what it lies in, up to the root. A scope that is not known lies in nothing, and a tree that a damaged
/// journal bent into a ring ends all the same.
pub fn upward(scopes: &[ScopeNode], id: ScopeId) -> impl Iterator<Item = ScopeId> + '_ {
    let known = id == ScopeId::ROOT || node(scopes, id).is_some();
    std::iter::successors(known.then_some(id), move |at| {
        if *at == ScopeId::ROOT {
            return None;
        }
        Some(node(scopes, *at)?.parent.unwrap_or(ScopeId::ROOT))
    })
    .take(scopes.len() + 1)
}

/// The scopes that lie directly in one.
pub fn children(scopes: &[ScopeNode], of: ScopeId) -> impl Iterator<Item = &ScopeNode> {
    scopes
        .iter()
        .filter(move |s| s.id != ScopeId::ROOT && s.parent.unwrap_or(ScopeId::ROOT) == of)
}

/// The nearest scope from here upwards that is blocked or archived: nothing is granted in it.
pub fn shut(scopes: &[ScopeNode], id: ScopeId) -> Option<(ScopeId, ScopeState)> {
    upward(scopes, id).find_map(|at| {
        let state = node(scopes, at)?.profile.state;
        (state != ScopeState::Active).then_some((at, state))
    })
}

/// Names from below the root to the scope, joined with `/`; empty for the root. Names are untrusted.
pub fn path(scopes: &[ScopeNode], id: ScopeId) -> String {
    let mut names: Vec<&str> = upward(scopes, id)
        .filter(|at| *at != ScopeId::ROOT)
        .filter_map(|at| node(scopes, at))
        .map(|n| n.name.as_str())
        .collect();
    names.reverse();
    names.join("/")
}

/// As [`path`], for a program that must tell scopes apart: the root is `/`.
pub fn stored(scopes: &[ScopeNode], id: ScopeId) -> String {
    match path(scopes, id) {
        path if path.is_empty() => ROOT_PATH.to_owned(),
        path => path,
    }
}

/// As [`path`], in the words that people read; [`find`] knows them as well.
pub fn in_words(scopes: &[ScopeNode], id: ScopeId) -> String {
    let mut names: Vec<&str> = upward(scopes, id)
        .filter(|at| *at != ScopeId::ROOT)
        .filter_map(|at| node(scopes, at))
        .map(|n| match n.profile.shown.as_str() {
            "" => n.name.as_str(),
            shown => shown,
        })
        .collect();
    names.reverse();
    names.join("/")
}

/// As [`path`], for whoever must see something: in the words that people read, the root as `/`, and a scope that is not
/// known as its number.
pub fn address(scopes: &[ScopeNode], id: ScopeId) -> String {
    match in_words(scopes, id) {
        path if !path.is_empty() => path,
        _ if id == ScopeId::ROOT => ROOT_PATH.to_owned(),
        _ => format!("scope {}", id.0),
    }
}

/// The scope of a path; an empty path and `/` are the root. Names are compared exactly, else without case where that
/// leaves one; what people read in place of a name means it as well.
pub fn find(scopes: &[ScopeNode], wanted: &str) -> Option<ScopeId> {
    let names = wanted.split(SEPARATOR).map(str::trim);
    let names: Vec<&str> = names.filter(|n| !n.is_empty()).collect();
    let wanted = names.join("/");
    if wanted.is_empty() {
        return Some(ScopeId::ROOT);
    }
    let below = || scopes.iter().filter(|n| n.id != ScopeId::ROOT);
    if let Some(exact) = below().find(|n| path(scopes, n.id) == wanted) {
        return Some(exact.id);
    }
    let folded = crate::text::fold(&wanted);
    let is = |path: String| crate::text::fold(&path) == folded;
    let mut alike = below().filter(|n| is(path(scopes, n.id)) || is(in_words(scopes, n.id)));
    match (alike.next(), alike.next()) {
        (Some(one), None) => Some(one.id),
        _ => None,
    }
}

/// As [`find`], with a refusal that names what there is.
///
/// # Errors
/// When no scope has the path, or the path names another tenant in front of a colon.
pub fn found(scopes: &[ScopeNode], wanted: &str) -> Result<ScopeId, Refusal> {
    if let Some(id) = find(scopes, wanted) {
        return Ok(id);
    }
    let paths: Vec<String> = scopes
        .iter()
        .filter(|n| n.id != ScopeId::ROOT)
        .take(20)
        .map(|n| format!("{:?}", address(scopes, n.id)))
        .collect();
    let there = if paths.is_empty() {
        "this tenant has no scopes below itself; make one with `rollcall scope create`".to_owned()
    } else {
        format!("see `rollcall scope list`; there are {}", paths.join(", "))
    };
    Err(Refusal::new(
        "scope",
        format!("there is no scope {wanted:?}"),
        there,
    ))
}

/// Whether one scope is the other, or lies in it.
pub fn within(scopes: &[ScopeNode], inner: ScopeId, outer: ScopeId) -> bool {
    upward(scopes, inner).any(|at| at == outer)
}

/// The nearest scope of a kind that is this one or that it lies in; the root is of kind tenant.
pub fn root_of(scopes: &[ScopeNode], id: ScopeId, kind: ScopeKind) -> Option<ScopeId> {
    upward(scopes, id).find(|at| kind_of(scopes, *at) == Some(kind))
}

/// The kind of a scope.
pub fn kind_of(scopes: &[ScopeNode], id: ScopeId) -> Option<ScopeKind> {
    if id == ScopeId::ROOT {
        return Some(ScopeKind::Tenant);
    }
    node(scopes, id).map(|n| n.kind)
}

/// Levels of accounts down to this scope, the root account among them.
pub fn account_level(scopes: &[ScopeNode], id: ScopeId) -> u32 {
    let below = upward(scopes, id).filter(|at| kind_of(scopes, *at) == Some(ScopeKind::Account));
    u32::try_from(below.count())
        .unwrap_or(u32::MAX)
        .saturating_add(1)
}

/// Levels of accounts at and below this scope.
pub fn account_height(scopes: &[ScopeNode], id: ScopeId) -> u32 {
    let above = account_level(scopes, id);
    scopes
        .iter()
        .filter(|n| n.kind == ScopeKind::Account && within(scopes, n.id, id))
        .map(|n| account_level(scopes, n.id) - above)
        .max()
        .unwrap_or(0)
        + 1
}

/// Whether a scope and all it lies in are in use.
pub fn in_use(scopes: &[ScopeNode], id: ScopeId) -> bool {
    shut(scopes, id).is_none()
}

/// Settings in force at a scope: its own, and what it inherits of those above it.
pub fn settings(land: &Land<'_>, tenant: &Tenant, id: ScopeId) -> BTreeMap<String, String> {
    let kept = &land.catalog.constraints.not_inherited;
    let mut out = BTreeMap::new();
    if kept.iter().any(|k| k == TIME_ZONE) {
        out.insert(TIME_ZONE.to_owned(), tenant.tz.clone());
    }
    let mut way: Vec<ScopeId> = upward(land.scopes, id).collect();
    way.reverse();
    for at in way {
        // Teams and the like are no accounts of their own: they inherit everything.
        if at != ScopeId::ROOT && kind_of(land.scopes, at) == Some(ScopeKind::Account) {
            out.retain(|name, _| !kept.contains(name));
        }
        if let Some(node) = node(land.scopes, at) {
            out.extend(node.profile.settings.clone());
        }
    }
    out
}

/// The setting of an account's time zone.
pub const TIME_ZONE: &str = "time_zone";
/// The setting of an account that says whether what its users own is shared with users of other accounts.
pub const SHARING: &str = "sharing";
/// The value that switches a setting off.
pub const OFF: &str = "off";

/// Roles after a move from where they are held to one account: each once, sorted.
///
/// # Errors
/// When a role may not be held there.
pub fn moved(
    land: &Land<'_>,
    held: &[Assignment],
    to: ScopeId,
) -> Result<Vec<Assignment>, Refusal> {
    let mut out = Vec::with_capacity(held.len());
    for assignment in held {
        let there = Assignment {
            role: assignment.role.clone(),
            scope: to,
        };
        // A role that the catalog lost gives nothing anywhere: it does not keep its holder from moving.
        if land.catalog.role(&there.role).is_some() {
            may_hold(&there, land.catalog, land.scopes)?;
        }
        out.push(there);
    }
    out.sort_unstable();
    out.dedup();
    Ok(out)
}

/// The refusal of a move into another tree.
pub fn other_tree(who: &str, to: &str) -> Refusal {
    Refusal::new(
        "tree-move",
        format!("{who} cannot be moved to {to:?}: that lies in another tree of accounts"),
        "move inside the tree, or invite the person there and deactivate them here",
    )
}

/// A scope in a sentence.
pub fn shown(scopes: &[ScopeNode], id: ScopeId) -> String {
    match node(scopes, id) {
        Some(n) if id != ScopeId::ROOT => format!("the {} {:?}", n.kind, address(scopes, id)),
        _ => "the root".to_owned(),
    }
}

/// The catalog's rule of a kind.
fn rule_of(catalog: &Catalog, kind: ScopeKind) -> Result<&ScopeRule, Refusal> {
    catalog
        .scopes
        .iter()
        .find(|r| r.kind == kind)
        .ok_or_else(|| {
            let known: Vec<&str> = catalog.scopes.iter().map(|r| r.kind.word()).collect();
            Refusal::new(
                "scope-kind",
                format!("{} has no scopes of kind {kind}", catalog.title),
                format!("its kinds are: {}", known.join(", ")),
            )
        })
}
