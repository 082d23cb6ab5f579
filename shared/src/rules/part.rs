//! What somebody may give in a part of a tenant.

use super::rights::Setting;
use super::scopes::{node, upward};
use super::{Refusal, giving, roles_edit};
use crate::domain::{Assignment, ScopeId, ScopeKind};
use std::collections::BTreeSet;

/// Refuses a role that can be given at none of these scopes by who holds `giver`.
///
/// # Errors
/// The first rule that is in the way; rule `role` where there is no scope at all.
pub fn gives_somewhere(
    setting: &Setting<'_>,
    giver: &[Assignment],
    role: &str,
    at: &BTreeSet<ScopeId>,
) -> Result<(), Refusal> {
    let mut first = None;
    // The giver's rights are the same at every scope of a kind below the same roles of theirs.
    let mut judged: BTreeSet<(Option<ScopeKind>, Vec<ScopeId>)> = BTreeSet::new();
    for scope in at {
        let given = Assignment {
            role: role.to_owned(),
            scope: *scope,
        };
        let fits = roles_edit::may_give(&given, setting.catalog, setting.scopes);
        let fits = fits.and_then(|()| {
            let kind = node(setting.scopes, *scope).map(|node| node.kind);
            let above: BTreeSet<ScopeId> = upward(setting.scopes, *scope).collect();
            let held = giver.iter().map(|own| own.scope);
            let held = held.filter(|own| above.contains(own)).collect();
            match judged.insert((kind, held)) {
                true => giving::raise(setting, giver, &[], &[given]).map(|()| true),
                false => Ok(false),
            }
        });
        match fits {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(refusal) => first = first.or(Some(refusal)),
        }
    }
    Err(first.unwrap_or_else(|| {
        Refusal::new(
            "role",
            format!(
                "the role {} is given nowhere here",
                setting.catalog.called(role)
            ),
            "see the roles that are with `rollcall role list`",
        )
    }))
}
