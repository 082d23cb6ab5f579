//! How far a member of a tenant raises anybody: up to the rights they hold themselves, unless the catalog says that
//! their role gives any. Operators of Rollcall are not bound by it.

use super::Refusal;
use super::rights::{Extent, Rights, Setting, What, fits};
use super::scopes::{address, within};
use crate::catalog::{Role, split_grant};
use crate::domain::{Assignment, CustomRole, ScopeId};
use std::collections::BTreeSet;

/// Refuses roles that would let an account do what the giver may not, and a role that stands above the giver's own. What
/// it may do already is no news; a role that blocked and is taken away raises as well.
///
/// # Errors
/// Rules `own-rights`, which names the right, the place and who may give it, and `higher-role`.
pub fn raise(
    setting: &Setting<'_>,
    giver: &[Assignment],
    before: &[Assignment],
    after: &[Assignment],
) -> Result<(), Refusal> {
    stands_above(setting, giver, before, after)?;
    let places: BTreeSet<ScopeId> = before.iter().chain(after).map(|a| a.scope).collect();
    let places: Vec<ScopeId> = places
        .into_iter()
        .filter(|at| before != after && !gives_any(setting, giver, *at))
        .collect();
    if places.is_empty() {
        return Ok(());
    }
    let with = Switched::on(setting);
    let setting = &with.setting(setting);
    let rights = Rights::compile(setting);
    let after = &judged(setting, &rights, giver, before, after);
    let held = |roles| rights.held(setting, roles);
    let (mine, was, is) = (held(giver), held(before), held(after));
    for at in places {
        for (index, permission) in (0u16..).zip(rights.permissions()) {
            let extent = |of| effective(rights.extent(of, index, at));
            if gains(extent(&was), extent(&is), extent(&mine)) {
                let by = after.iter().filter(|a| !before.contains(a));
                let by = by.map(|a| &a.role).find(|id| {
                    let role = setting.catalog.role(id);
                    role.is_some_and(|r| {
                        r.permissions.iter().any(|g| split_grant(g).0 == permission)
                    })
                });
                return Err(refusal(setting, by.map(String::as_str), permission, at));
            }
        }
    }
    Ok(())
}

/// The roles afterwards without those that are new and that the giver gives by a permission held in full at the place,
/// whatever they bring: that is what the catalog gives the permission for.
fn judged(
    setting: &Setting<'_>,
    rights: &Rights,
    giver: &[Assignment],
    before: &[Assignment],
    after: &[Assignment],
) -> Vec<Assignment> {
    let mine = rights.held(setting, giver);
    let gives = |given: &Assignment| {
        let role = setting.catalog.role(&given.role);
        let by = role.and_then(|role| role.given_with.as_deref());
        let Some(What::Permission(at)) = by.and_then(|by| rights.what(by)) else {
            return false;
        };
        effective(rights.extent(&mine, at, given.scope)).full
    };
    let left = after.iter().filter(|a| before.contains(a) || !gives(a));
    left.cloned().collect()
}

/// Refuses a custom role, new or changed, that would let its holders do what the giver may not and it did not.
///
/// # Errors
/// As [`raise`].
pub fn define(
    setting: &Setting<'_>,
    giver: &[Assignment],
    old: Option<&CustomRole>,
    new: &CustomRole,
) -> Result<(), Refusal> {
    // Both under names of their own, so that one can be held against the other; a role's name has no space.
    let mut catalog = setting.catalog.clone();
    let mut as_new = Role::from(new);
    as_new.id.push(' ');
    let after = as_new.id.clone();
    catalog.roles.push(as_new);
    let both = Setting {
        catalog: &catalog,
        ..*setting
    };
    let held = |role: &str, scope| Assignment {
        role: role.to_owned(),
        scope,
    };
    let offered = new.offered.clone().unwrap_or_else(|| [new.home].into());
    for at in &offered {
        let before: Vec<Assignment> = old.iter().map(|o| held(&o.id, *at)).collect();
        raise(&both, giver, &before, &[held(&after, *at)])?;
    }
    // What a role blocks no more its holders may hold by another one.
    let free = old.iter().flat_map(|o| o.blocks.difference(&new.blocks));
    let free: Vec<&String> = free.collect();
    if free.is_empty() || gives_any(setting, giver, new.home) {
        return Ok(());
    }
    let with = Switched::on(setting);
    let setting = &with.setting(setting);
    let rights = Rights::compile(setting);
    let mine = rights.held(setting, giver);
    for (index, permission) in (0u16..).zip(rights.permissions()) {
        let has = effective(rights.extent(&mine, index, new.home)).full;
        if free.contains(&permission) && !has {
            return Err(refusal(setting, Some(&new.id), permission, new.home));
        }
    }
    Ok(())
}

/// Refuses a role that stands above others to a giver who holds neither it nor a higher one there, or above. Who holds it
/// there or above already is given nothing.
fn stands_above(
    setting: &Setting<'_>,
    giver: &[Assignment],
    before: &[Assignment],
    after: &[Assignment],
) -> Result<(), Refusal> {
    let (catalog, scopes) = (setting.catalog, setting.scopes);
    let ranks = &catalog.constraints.ranks;
    let rank = |role: &str| ranks.iter().position(|r| r == role);
    let holds = |roles: &[Assignment], given: &Assignment, least: Option<usize>| {
        roles.iter().any(|held| {
            let role = catalog.role(&held.role);
            rank(&held.role).is_some_and(|r| Some(r) <= rank(&given.role) && Some(r) >= least)
                && role.is_some_and(|role| fits(catalog, scopes, role, held.scope).is_ok())
                && within(scopes, given.scope, held.scope)
        })
    };
    let mut ranked = after.iter().filter(|a| ranks.contains(&a.role));
    match ranked.find(|given| {
        let same = rank(&given.role);
        !holds(before, given, same) && !holds(giver, given, None)
    }) {
        None => Ok(()),
        Some(given) => Err(Refusal::new(
            "higher-role",
            format!(
                "nobody gives a role that stands above their own: {} at {}",
                given.role,
                address(scopes, given.scope)
            ),
            format!(
                "give another role, or ask somebody who holds {} there, or an operator of Rollcall",
                given.role,
            ),
        )),
    }
}

/// Every feature switched on: what is given now counts once the feature is.
struct Switched(BTreeSet<String>);

impl Switched {
    fn on(setting: &Setting<'_>) -> Self {
        let features = setting.catalog.features.iter();
        Switched(features.map(|f| f.id.clone()).collect())
    }

    fn setting<'a>(&'a self, of: &Setting<'a>) -> Setting<'a> {
        Setting {
            features: &self.0,
            ..*of
        }
    }
}

/// Whether the giver holds a role, at the place or above it, that gives any right.
fn gives_any(setting: &Setting<'_>, giver: &[Assignment], at: ScopeId) -> bool {
    let (catalog, scopes) = (setting.catalog, setting.scopes);
    giver.iter().any(|held| {
        let role = catalog.role(&held.role);
        catalog.constraints.gives_any.contains(&held.role)
            && role.is_some_and(|role| fits(catalog, scopes, role, held.scope).is_ok())
            && within(scopes, at, held.scope)
    })
}

/// What is blocked is not held in any way.
fn effective(extent: Extent) -> Extent {
    match extent.blocked {
        true => Extent::default(),
        false => extent,
    }
}

/// Whether there is a way to a permission that was not there before, and that the giver does not have.
fn gains(was: Extent, is: Extent, mine: Extent) -> bool {
    let ways: [fn(Extent) -> bool; 4] = [|e| e.full, |e| e.own, |e| e.group, |e| e.look];
    ways.into_iter()
        .any(|way| way(is) && !(was.full || way(was)) && !(mine.full || way(mine)))
}

fn refusal(setting: &Setting<'_>, role: Option<&str>, permission: &str, at: ScopeId) -> Refusal {
    let catalog = setting.catalog;
    let place = address(setting.scopes, at);
    let by = match role {
        Some(role) => format!("the role {} brings {permission}", role.trim_end()),
        None => format!("{permission} would be blocked no more"),
    };
    let any: Vec<&str> = catalog
        .constraints
        .gives_any
        .iter()
        .map(String::as_str)
        .collect();
    let who = match any.as_slice() {
        [] => String::new(),
        roles => format!("somebody with the role {}, or ", roles.join(" or ")),
    };
    Refusal::new(
        "own-rights",
        format!(
            "nobody gives rights they do not hold themselves: {by}, which you do not hold at {place}"
        ),
        format!("give a role with less, or ask {who}an operator of Rollcall"),
    )
}

#[cfg(test)]
mod tests;
