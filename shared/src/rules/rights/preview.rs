//! What somebody would be allowed with other roles. A simulation: nothing is saved.

use super::{Extent, Rights, Setting, What, fits};
use crate::catalog::{RolesPerUser, split_grant};
use crate::domain::{Assignment, ScopeId};
use crate::rules::invite::spread;
use crate::rules::roles_edit::may_hold;
use crate::rules::{Refusal, roles_edit, scopes};
use crate::wire::role::PreviewRow;
use std::collections::BTreeSet;

/// Roles as they are written: `ROLE`, or `ROLE@PATH`.
pub fn written(setting: &Setting<'_>, assignments: &[Assignment]) -> Vec<String> {
    let text = |a: &Assignment| match a.scope {
        ScopeId::ROOT => a.role.clone(),
        scope => format!("{}@{}", a.role, scopes::address(setting.scopes, scope)),
    };
    assignments.iter().map(text).collect()
}

/// The roles on trial: those that are saved, with some added and some taken away, read as edit role reads them.
///
/// # Errors
/// Those of [`roles_edit::resolve`]; rule `roles`: what is to be taken away is not held.
pub fn trial(
    setting: &Setting<'_>,
    saved: &[Assignment],
    add: &[String],
    remove: &[String],
) -> Result<Vec<Assignment>, Refusal> {
    let root = ScopeId::ROOT;
    let resolve = |text: &str| roles_edit::resolve(text, root, setting.catalog, setting.scopes);
    let mut trial = saved.to_vec();
    for text in add {
        trial.extend(spread(
            vec![resolve(text)?],
            setting.catalog,
            setting.scopes,
        ));
    }
    for text in remove {
        let found = resolve(text);
        let places = match &found {
            Ok(role) if text.contains('@') => {
                spread(vec![role.clone()], setting.catalog, setting.scopes)
            }
            _ => Vec::new(),
        };
        let means = roles_edit::meant(text, found, setting.scopes);
        let before = trial.len();
        trial.retain(|held| !(means.covers(held) || places.contains(held)));
        if trial.len() == before {
            let instead = format!("held are: {}", written(setting, saved).join(", "));
            return Err(means.not_held(&instead));
        }
    }
    trial.sort_unstable();
    trial.dedup();
    Ok(trial)
}

/// A preview: each permission with and without the trial; how many are granted, blocked and left; warnings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Every permission, in the order of the catalog.
    pub rows: Vec<PreviewRow>,
    /// Permissions granted by some role, blocked by some role, and left.
    pub counts: (u32, u32, u32),
    /// What to mind.
    pub warnings: Vec<String>,
}

/// Judges roles on trial beside those that are saved. A permission counts as held where any of the scopes at which
/// roles are held has it.
pub fn preview(
    setting: &Setting<'_>,
    rights: &Rights,
    saved: &[Assignment],
    trial: &[Assignment],
) -> Preview {
    let (before, after) = (
        Sum::of(setting, rights, saved),
        Sum::of(setting, rights, trial),
    );
    let mut rows = Vec::new();
    for permission in &setting.catalog.permissions {
        let from: BTreeSet<&str> = counting(setting, trial)
            .filter(|role| {
                role.permissions
                    .iter()
                    .any(|g| split_grant(g).0 == permission.id)
            })
            .map(|role| role.id.as_str())
            .collect();
        let blocked_by: BTreeSet<&str> = counting(setting, trial)
            .filter(|role| role.blocks.contains(&permission.id))
            .map(|role| role.id.as_str())
            .collect();
        rows.push(PreviewRow {
            permission: permission.clone(),
            before: before.words(rights, &permission.id),
            after: after.words(rights, &permission.id),
            blocked: !blocked_by.is_empty(),
            from: from.into_iter().map(str::to_owned).collect(),
            blocked_by: blocked_by.into_iter().map(str::to_owned).collect(),
        });
    }
    let count = |pass: &dyn Fn(&PreviewRow) -> bool| {
        u32::try_from(rows.iter().filter(|r| pass(r)).count()).unwrap_or(u32::MAX)
    };
    let counts = (
        count(&|r| !r.from.is_empty()),
        count(&|r| r.blocked),
        count(&|r| r.after.is_some()),
    );
    let warnings = warnings(setting, trial, &rows);
    Preview {
        rows,
        counts,
        warnings,
    }
}

/// The roles of assignments that count where they are held, in scopes that are in use.
fn counting<'a>(
    setting: &'a Setting<'a>,
    assignments: &'a [Assignment],
) -> impl Iterator<Item = &'a crate::catalog::Role> {
    assignments.iter().filter_map(|a| {
        let role = setting.catalog.role(&a.role)?;
        let fit = fits(setting.catalog, setting.scopes, role, a.scope).is_ok();
        (fit && scopes::shut(setting.scopes, a.scope).is_none()).then_some(role)
    })
}

/// What is held over all scopes at which roles are held.
struct Sum {
    held: super::Held,
    scopes: BTreeSet<ScopeId>,
}

impl Sum {
    fn of(setting: &Setting<'_>, rights: &Rights, assignments: &[Assignment]) -> Self {
        Sum {
            held: rights.held(setting, assignments),
            scopes: assignments.iter().map(|a| a.scope).collect(),
        }
    }

    fn words(&self, rights: &Rights, permission: &str) -> Option<String> {
        let Some(What::Permission(at)) = rights.what(permission) else {
            return None;
        };
        let mut sum = Extent::default();
        // In a scope that is blocked or archived nothing is granted.
        for scope in self.scopes.iter().filter(|scope| rights.open(**scope)) {
            let here = rights.extent(&self.held, at, *scope);
            if here.held() {
                sum.full |= here.full;
                sum.own |= here.own;
                sum.group |= here.group;
                sum.look |= here.look;
            }
        }
        sum.words()
    }
}

fn warnings(setting: &Setting<'_>, trial: &[Assignment], rows: &[PreviewRow]) -> Vec<String> {
    let mut out = Vec::new();
    let catalog = setting.catalog;
    if catalog.constraints.roles_per_user == RolesPerUser::One && trial.len() > 1 {
        out.push(format!(
            "{} allows exactly one role: saving this takes one of them away",
            catalog.title
        ));
    }
    for assignment in trial {
        let Some(role) = catalog.role(&assignment.role) else {
            out.push(format!(
                "the role {} is unknown: it grants nothing",
                assignment.role
            ));
            continue;
        };
        if let Err(unfit) = fits(setting.catalog, setting.scopes, role, assignment.scope) {
            // By the rule that would refuse to give it, with what to do instead.
            let refused = may_hold(assignment, catalog, setting.scopes).err();
            let why = refused.map_or_else(String::new, |refusal| {
                format!(" (rule {}: {})", refusal.rule, refusal.instead)
            });
            let place = scopes::address(setting.scopes, assignment.scope);
            out.push(format!(
                "the role {} ({place}) {}: it does not count{why}",
                role.id,
                unfit.words()
            ));
        }
        if let Some((at, state)) = scopes::shut(setting.scopes, assignment.scope) {
            out.push(format!(
                "{} is {state}: the role {} gives nothing there until it is in use again, with `rollcall scope set --state active`",
                scopes::address(setting.scopes, at),
                role.id
            ));
        }
        let missing = role.combine.iter().filter(|other| {
            let with = |a: &Assignment| {
                a.role == **other && scopes::within(setting.scopes, assignment.scope, a.scope)
            };
            !trial.iter().any(with)
        });
        for other in missing {
            let label = catalog
                .role(other)
                .map_or(other.as_str(), |r| r.label.as_str());
            out.push(format!(
                "{} is meant to be combined with {label}",
                role.label
            ));
        }
    }
    let held = |id: &str| {
        rows.iter()
            .any(|r| r.permission.id == id && r.after.is_some())
    };
    for row in rows {
        let permission = &row.permission;
        if row.after.is_some() {
            for need in permission.needs.iter().filter(|need| !held(need)) {
                out.push(format!("{} is of no use without {need}", permission.id));
            }
        } else if !row.from.is_empty() && !row.blocked {
            let off = permission
                .features
                .iter()
                .find(|f| !setting.features.contains(*f));
            if let Some(feature) = off {
                out.push(format!(
                    "{} needs the feature {feature}, which is off",
                    permission.id
                ));
            }
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}
