//! Changing a scope.

use super::make::{check_settings, deep_enough, lies_in, name_for, ring};
use super::{Land, account_height, kind_of, path, shown};
use crate::domain::{ScopeId, ScopeKind, ScopeNode, ScopeState};
use crate::rules::Refusal;
use std::collections::{BTreeMap, BTreeSet};

/// What is to be new; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Name.
    pub name: Option<String>,
    /// Settings; an empty text lets it inherit again.
    pub settings: BTreeMap<String, String>,
    /// Roles that may be held here; an empty list lets every offered role be held.
    pub roles: Option<Vec<String>>,
    /// Whether it is in use.
    pub state: Option<ScopeState>,
    /// What it lies in.
    pub parent: Option<ScopeId>,
}

/// A scope as it is after a change; the same when nothing changes.
///
/// # Errors
/// Rules `scope-root`, `scope-name`, `scope-name-unique`, `scope-setting`, `roles`, `active-application`,
/// `scope-cycle`, `scope-parent`, `account-depth`.
pub fn change(land: &Land<'_>, old: &ScopeNode, wanted: &Change) -> Result<ScopeNode, Refusal> {
    let mut new = old.clone();
    if old.id == ScopeId::ROOT
        && (wanted.name.is_some() || wanted.state.is_some() || wanted.parent.is_some())
    {
        return Err(Refusal::new(
            "scope-root",
            "the root is the tenant itself: it is not renamed, put out of use or moved as a scope",
            "set its settings and roles here; everything else belongs to the tenant",
        ));
    }
    if let Some(parent) = wanted.parent.filter(|p| Some(*p) != old.parent) {
        moves(land, old, parent)?;
        // A tenant that has organisations is none itself: what lies beside them may go into one.
        let beside = parent_kind(land, old) == Some(ScopeKind::Tenant)
            && land
                .scopes
                .iter()
                .any(|n| n.kind == ScopeKind::Organisation);
        if !beside {
            keep_one_application(land, old)?;
        }
        new.parent = Some(parent);
    }
    let parent = new.parent.unwrap_or(ScopeId::ROOT);
    if wanted.name.is_some() || new.parent != old.parent {
        let name = wanted.name.as_deref().unwrap_or(&old.name);
        new.name = name_for(land, old.kind, parent, name, Some(old.id))?;
    }
    let (cleared, set): (BTreeMap<_, _>, BTreeMap<_, _>) = wanted
        .settings
        .clone()
        .into_iter()
        .partition(|(_, value)| value.is_empty());
    check_settings(land, &set)?;
    new.profile.settings.extend(set);
    for name in cleared.keys() {
        let alone = land.catalog.constraints.not_inherited.contains(name);
        if alone && old.kind == ScopeKind::Account {
            return Err(Refusal::new(
                "scope-setting",
                format!("{name} is not handed down: an account has its own"),
                format!("give a value, for example --set {name}=UTC"),
            ));
        }
        new.profile.settings.remove(name);
    }
    if let Some(roles) = &wanted.roles {
        new.profile.roles = switched_on(land, roles)?;
    }
    if let Some(state) = wanted.state {
        if state != ScopeState::Active {
            keep_one_application(land, old)?;
        }
        new.profile.state = state;
    }
    Ok(new)
}

fn parent_kind(land: &Land<'_>, node: &ScopeNode) -> Option<ScopeKind> {
    kind_of(land.scopes, node.parent.unwrap_or(ScopeId::ROOT))
}

fn moves(land: &Land<'_>, old: &ScopeNode, parent: ScopeId) -> Result<(), Refusal> {
    if ring(land, old.id, parent) {
        return Err(Refusal::new(
            "scope-cycle",
            format!(
                "{} cannot lie in {}: that is itself, or lies in it",
                shown(land.scopes, old.id),
                shown(land.scopes, parent)
            ),
            "name a scope outside of it",
        ));
    }
    lies_in(land, old.kind, parent)?;
    if old.kind == ScopeKind::Account {
        deep_enough(land, parent, account_height(land.scopes, old.id))?;
    }
    Ok(())
}

fn switched_on(land: &Land<'_>, roles: &[String]) -> Result<Option<BTreeSet<String>>, Refusal> {
    let mut on = BTreeSet::new();
    for text in roles {
        let Some(role) = land.catalog.find_role(text) else {
            let known: Vec<&str> = land.catalog.listed().map(|r| r.id.as_str()).collect();
            return Err(Refusal::new(
                "roles",
                format!("{} has no role {text:?}", land.catalog.title),
                format!("use one of: {}", known.join(", ")),
            ));
        };
        on.insert(role.id.clone());
    }
    Ok((!on.is_empty()).then_some(on))
}

/// An organisation keeps at least one application in use (IgniSign).
fn keep_one_application(land: &Land<'_>, node: &ScopeNode) -> Result<(), Refusal> {
    if node.kind != ScopeKind::Application || node.profile.state != ScopeState::Active {
        return Ok(());
    }
    let others = land.scopes.iter().any(|n| {
        n.id != node.id
            && n.kind == ScopeKind::Application
            && n.parent == node.parent
            && n.profile.state == ScopeState::Active
    });
    if others {
        return Ok(());
    }
    let place = shown(land.scopes, node.parent.unwrap_or(ScopeId::ROOT));
    Err(Refusal::new(
        "active-application",
        format!(
            "{} is the last application of {place} that is in use; one must stay",
            shown(land.scopes, node.id)
        ),
        "make or unblock another application first",
    ))
}

/// The exact differences of two states of one scope, one phrase each; names are untrusted.
pub fn differences(scopes: &[ScopeNode], old: &ScopeNode, new: &ScopeNode) -> Vec<String> {
    let mut out = Vec::new();
    if old.name != new.name {
        out.push(format!("name {:?} → {:?}", old.name, new.name));
    }
    if old.parent != new.parent {
        let shown = |of: &ScopeNode| match of.parent {
            Some(id) if kind_of(scopes, id).is_some() && id != ScopeId::ROOT => {
                format!("{:?}", path(scopes, id))
            }
            Some(id) if id != ScopeId::ROOT => format!("scope {}", id.0),
            _ => "the root".to_owned(),
        };
        out.push(format!("lies in {} → {}", shown(old), shown(new)));
    }
    let (a, b) = (&old.profile, &new.profile);
    out.extend(setting_differences(&a.settings, &b.settings));
    if a.roles != b.roles {
        let words = |roles: &Option<BTreeSet<String>>| match roles {
            None => "all".to_owned(),
            Some(on) => on.iter().cloned().collect::<Vec<_>>().join(", "),
        };
        out.push(format!("roles {} → {}", words(&a.roles), words(&b.roles)));
    }
    if a.state != b.state {
        out.push(format!("state {} → {}", a.state, b.state));
    }
    out
}

/// The differences of two maps of settings, one phrase each; values are untrusted.
pub fn setting_differences(
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> Vec<String> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let value =
        |of: Option<&String>| of.map_or_else(|| "none".to_owned(), |value| format!("{value:?}"));
    names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name))
        .map(|name| format!("{name} {} → {}", value(old.get(name)), value(new.get(name))))
        .collect()
}
