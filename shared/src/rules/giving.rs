//! How far a member of a tenant raises anybody: up to the rights they hold themselves, unless the catalog says that
//! their role gives any. Operators of Rollcall are bound for themselves alone, see `own`.

use super::Refusal;
use super::rights::{Extent, Held, Rights, Setting, What, fits};
use super::scopes::{address, within};
use crate::catalog::{Catalog, Role, split_grant};
use crate::domain::{Assignment, CustomRole, ScopeId};
use std::collections::BTreeSet;

pub mod own;

/// The verbs by which members give rights to others: who may use one of them manages users.
const GIVE: [&str; 8] = [
    "user invite",
    "user role",
    "user move",
    "role create",
    "role edit",
    "import people",
    "ownership start",
    "tenant owner-set",
];

/// Refuses roles to an operator who may invite and may not give roles: privileged ones, and those by which others are
/// given rights.
///
/// # Errors
/// Rule `permission`, which names the role.
pub fn plain(catalog: &Catalog, roles: &[Assignment]) -> Result<(), Refusal> {
    let needed = GIVE.iter().flat_map(|verb| {
        let part = catalog.part.needed(verb).into_iter().flatten();
        let part = part.map(|(_, permission)| permission);
        catalog.verbs.get(*verb).into_iter().chain(part)
    });
    let needed: BTreeSet<&str> = needed.map(|p| split_grant(p).0).collect();
    let manages = |role: &Role| {
        let mut names = role.permissions.iter().map(|grant| split_grant(grant).0);
        names.any(|name| needed.contains(name))
    };
    let beyond = roles.iter().find(|given| {
        own::commands(catalog, &given.role) || catalog.role(&given.role).is_some_and(manages)
    });
    match beyond {
        None => Ok(()),
        Some(given) => Err(Refusal::new(
            "permission",
            format!(
                "who may invite and may not give roles gives no role that commands others: {} needs the permission user.role",
                catalog.called(&given.role)
            ),
            "invite with another role, or ask an operator who may give roles (`rollcall user role`)",
        )),
    }
}

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

/// Refuses a custom role, new or changed, that would let its holders do what the giver may not and it did not: its whole
/// effect before and after is judged, at each place where it counts.
///
/// # Errors
/// As [`raise`].
pub fn define(
    setting: &Setting<'_>,
    giver: &[Assignment],
    old: Option<&CustomRole>,
    new: &CustomRole,
) -> Result<(), Refusal> {
    let with = |role: Option<&CustomRole>| {
        let mut catalog = setting.catalog.clone();
        catalog.roles.retain(|r| r.id != new.id);
        catalog.roles.extend(role.map(Role::from));
        catalog
    };
    let (before, after) = (with(old), with(Some(new)));
    let features = Switched::on(setting);
    let with_all = features.setting(setting);
    let side = [&before, &after].map(|catalog| Setting {
        catalog,
        ..with_all
    });
    let [was, is] = side.map(Side::of);
    let mine = Side::of(with_all);
    let own = mine.held(giver);
    let freed = old.map_or_else(BTreeSet::new, |old| freed(setting, &before, &after, old));
    for at in counts(setting, &after, new).union(&freed).copied() {
        if gives_any(setting, giver, at) {
            continue;
        }
        let held = [Assignment {
            role: new.id.clone(),
            scope: at,
        }];
        let (had, has) = (was.held(&held), is.held(&held));
        for (index, permission) in (0u16..).zip(is.rights.permissions()) {
            let own = mine.extent(&own, permission, at);
            let now = is.rights.extent(&has, index, at);
            let then = was.extent(&had, permission, at);
            if gains(effective(then), effective(now), effective(own)) {
                return Err(refusal(setting, Some(&new.id), permission, at));
            }
        }
        // What it blocks no more its holders may hold by another role.
        for permission in was.rights.permissions() {
            let then = was.extent(&had, permission, at).blocked;
            let now = is.extent(&has, permission, at).blocked;
            if then && !now && !effective(mine.extent(&own, permission, at)).full {
                return Err(refusal(setting, None, permission, at));
            }
        }
    }
    Ok(())
}

/// Refuses another list of roles that may be held, or another place of a scope, by which somebody who holds `each` of these
/// sets of roles could do what the giver may not and they could not: because a role begins to count, or one that blocked
/// counts no more.
///
/// # Errors
/// Rule `own-rights`.
pub fn rescope<'r>(
    before: &Setting<'_>,
    after: &Setting<'_>,
    giver: &[Assignment],
    each: impl Iterator<Item = &'r [Assignment]>,
) -> Result<(), Refusal> {
    let with = Switched::on(before);
    let [was, is] = [before, after].map(|side| Side::of(with.setting(side)));
    let own = was.held(giver);
    let counts = |setting: &Setting<'_>, held: &Assignment| {
        let role = setting.catalog.role(&held.role);
        role.is_some_and(|role| fits(setting.catalog, setting.scopes, role, held.scope).is_ok())
    };
    for roles in each {
        let differs = |held: &&Assignment| counts(before, held) != counts(after, held);
        let places: BTreeSet<ScopeId> = roles.iter().filter(differs).map(|a| a.scope).collect();
        if places.is_empty() {
            continue;
        }
        let (had, has) = (was.held(roles), is.held(roles));
        for at in places
            .into_iter()
            .filter(|at| !gives_any(before, giver, *at))
        {
            for permission in is.rights.permissions() {
                let mine = effective(was.extent(&own, permission, at));
                let then = effective(was.extent(&had, permission, at));
                let now = effective(is.extent(&has, permission, at));
                if gains(then, now, mine) {
                    let begins = |held: &&Assignment| differs(held) && counts(after, held);
                    let brings = |held: &&Assignment| {
                        let role = before.catalog.role(&held.role);
                        let mut grants = role.into_iter().flat_map(|role| &role.permissions);
                        grants.any(|grant| split_grant(grant).0 == permission)
                    };
                    let by = roles.iter().filter(begins).find(brings);
                    let by = by.map(|held| held.role.as_str());
                    return Err(refusal(before, by, permission, at));
                }
            }
        }
    }
    Ok(())
}

/// A catalog with a role as it is on one side of a change, ready for questions.
struct Side<'a> {
    setting: Setting<'a>,
    rights: Rights,
}

impl<'a> Side<'a> {
    fn of(setting: Setting<'a>) -> Self {
        Side {
            rights: Rights::compile(&setting),
            setting,
        }
    }

    fn held(&self, roles: &[Assignment]) -> Held {
        self.rights.held(&self.setting, roles)
    }

    /// In which ways a permission is held; in none where nobody here knows it.
    fn extent(&self, held: &Held, permission: &str, at: ScopeId) -> Extent {
        match self.rights.what(permission) {
            Some(What::Permission(index)) => self.rights.extent(held, index, at),
            Some(What::Action(_)) | None => Extent::default(),
        }
    }
}

/// The places at which a role begins to count: those it is offered in, or its home; where the home's list of roles that
/// may be held leaves it out, wherever it is not left out.
fn counts(setting: &Setting<'_>, after: &Catalog, new: &CustomRole) -> BTreeSet<ScopeId> {
    if let Some(offered) = &new.offered {
        return offered.clone();
    }
    let role = Role::from(new);
    let fit = |at: &ScopeId| fits(after, setting.scopes, &role, *at).is_ok();
    match fit(&new.home) {
        true => [new.home].into(),
        false => setting.scopes.iter().map(|n| n.id).filter(fit).collect(),
    }
}

/// The places where a role blocked something that it blocks there no more: because it names it no more, is disabled, or
/// is not offered there.
fn freed(
    setting: &Setting<'_>,
    before: &Catalog,
    after: &Catalog,
    old: &CustomRole,
) -> BTreeSet<ScopeId> {
    let blocks = |catalog: &Catalog, at: ScopeId| -> BTreeSet<String> {
        let role = catalog.role(&old.id);
        let counts = role.filter(|role| fits(catalog, setting.scopes, role, at).is_ok());
        counts.map_or_else(BTreeSet::new, |role| role.blocks.iter().cloned().collect())
    };
    if old.blocks.is_empty() {
        return BTreeSet::new();
    }
    let all = setting.scopes.iter().map(|node| node.id);
    std::iter::once(ScopeId::ROOT)
        .chain(all)
        .filter(|at| !blocks(before, *at).is_subset(&blocks(after, *at)))
        .collect()
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
                catalog.called(&given.role),
                address(scopes, given.scope)
            ),
            format!(
                "give another role, or ask somebody who holds {} there, or an operator of Rollcall",
                catalog.called(&given.role),
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
        Some(role) => format!("the role {} brings {permission}", catalog.called(role)),
        None => format!("{permission} would be blocked no more"),
    };
    let any: Vec<&str> = catalog
        .constraints
        .gives_any
        .iter()
        .map(|role| catalog.called(role))
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
