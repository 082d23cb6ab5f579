//! `user role`: edit role.

use super::work::{Work, account, after};
use super::{limits, other_admin};
use crate::handlers::ask::{Ask, Door, Extra, Who};
use crate::handlers::refused;
use rollcall_shared::catalog::SessionRule;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Account, Assignment, Mfa, Rule, ScopeId};
use rollcall_shared::rules::{Refusal, roles_edit};
use rollcall_shared::wire::identity::UserRole;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: UserRole) -> Result<Value, Failure> {
    let (found, tenant) = ask.place(Verb::UserRole, &request.user, request.tenant.as_deref());
    let id = ask.in_reach(Verb::UserRole, tenant.as_deref(), found)?;
    if request.set.is_none() && request.add.is_empty() && request.remove.is_empty() {
        return Err(Failure::new(Class::Usage, "no role is named")
            .rule("roles")
            .hint("say which roles to set, to add or to remove"));
    }
    let extra = Extra {
        reason: request.reason.clone(),
        ..Extra::default()
    };
    let name = tenant.clone().unwrap_or_default();
    let verb = Verb::UserRole;
    ask.change_as(
        verb,
        &name.clone(),
        Door::Part,
        extra,
        move |draft, _, who| {
            let mut work = Work::new(draft, &name, request.reason.as_deref())?;
            let view = work.view;
            let account = account(draft, id)?;
            work.see(who);
            let wanted = wanted(view, &account, &request, who)
                .map_err(|refusal| who.unseen(draft.state, refused(refusal)))?;
            who.touches_roles(draft.state, &account.assignments, &wanted)?;
            let rules: Vec<_> = view.conflicts().cloned().collect();
            let editing = roles_edit::Editing {
                now: draft.now,
                catalog: &view.catalog,
                scopes: &view.scopes,
                conflicts: &rules,
                exceptions: &|rule| view.exception(rule, id.account).cloned(),
                other_admin: other_admin(draft.state, view, id.account, draft.now),
            };
            let mut seats = limits(draft.state, view, draft.now);
            let changes =
                roles_edit::edit(&account, wanted, &editing, &mut seats).map_err(refused)?;
            if changes.is_empty() {
                return work.finish(
                    request.dry_run,
                    format!("account {id} holds these roles already"),
                );
            }
            let is = after(&account, &changes)?;
            who.may_give(draft.state, &account.assignments, &is.assignments)?;
            work.decided(id.account, changes, Rule::RoleChange)?;
            warn(&mut work, &account, &is);
            work.finish(request.dry_run, format!("account {id}: roles are changed"))
        },
    )
    .await
}

/// The whole list as it is to be.
fn wanted(
    view: &TenantView,
    account: &Account,
    request: &UserRole,
    who: &Who,
) -> Result<Vec<Assignment>, Refusal> {
    // Nothing is told of what lies outside of the caller's part: names are looked for in it alone.
    let known = who.scopes(view);
    let resolve = |text: &String| roles_edit::resolve(text, ScopeId::ROOT, &view.catalog, &known);
    let mut wanted = match &request.set {
        None => account.assignments.clone(),
        Some(roles) => roles.iter().map(resolve).collect::<Result<_, _>>()?,
    };
    for role in &request.add {
        wanted.push(resolve(role)?);
    }
    for text in &request.remove {
        // A role that is not in the catalog any more can be taken away as well, by what it was called.
        let found = resolve(text);
        let before = wanted.len();
        wanted.retain(|held| {
            let written = roles_edit::written(held, &view.scopes);
            let meant = match &found {
                Ok(role) if text.contains('@') => held == role,
                Ok(role) => held.role == role.role,
                Err(_) => written == *text || held.role == *text,
            };
            !(meant && who.sees(held.scope))
        });
        if wanted.len() == before {
            found?;
            return Err(Refusal::new(
                "roles",
                format!("{text:?} is not held"),
                "see what is held with `rollcall user show`",
            ));
        }
    }
    Ok(wanted)
}

/// What deserves a look: when it counts, roles of no use alone, a second factor that is not known.
fn warn(work: &mut Work<'_>, before: &Account, after: &Account) {
    let catalog = &work.view.catalog;
    let mut warnings = vec![
        match catalog.constraints.session {
            SessionRule::NextRequest => {
                "counts from the user's next request; a screen that is open may lag until they sign in again"
            }
            SessionRule::NextSignIn => "counts from the user's next sign-in",
            SessionRule::KeySession => {
                "counts at once; an open session of an API key keeps its permissions until it ends"
            }
        }
        .to_owned(),
    ];
    for held in &after.assignments {
        for other in catalog.role(&held.role).iter().flat_map(|r| &r.combine) {
            if !after.assignments.iter().any(|a| a.role == *other) {
                warnings.push(format!("{} is of no use without {other}", held.role));
            }
        }
    }
    let privileged = |a: &Account| catalog.any_privileged(&a.assignments);
    if privileged(after) && !privileged(before) && matches!(after.mfa, Mfa::Unknown | Mfa::None) {
        warnings.push(format!(
            "a privileged role, and the second factor is {}: the MFA mandate will ask for one",
            after.mfa
        ));
    }
    work.warnings.extend(warnings);
}
