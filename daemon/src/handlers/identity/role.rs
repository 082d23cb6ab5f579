//! `user role`: edit role.

use super::limits_of;
use super::work::{Work, account, after};
use crate::handlers::ask::{Ask, Door, Extra, Who};
use crate::handlers::refused;
use rollcall_shared::catalog::SessionRule;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Account, Assignment, Authority, Mfa, Rule, ScopeId};
use rollcall_shared::rules::{Refusal, invite, roles_edit};
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
                admins: &|| view.admin_holders(),
            };
            let mut seats = limits_of(draft.state, view, id.account, draft.now);
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
    let spread = |role| invite::spread(vec![role], &view.catalog, &view.scopes);
    // What is held at an application already, as a file may say it, stays as it is.
    let each = |role: Assignment| match account.assignments.contains(&role) {
        true => vec![role],
        false => spread(role),
    };
    let mut wanted = match &request.set {
        None => account.assignments.clone(),
        Some(_) => Vec::new(),
    };
    for role in request.set.iter().flatten().chain(&request.add) {
        wanted.extend(each(resolve(role)?));
    }
    for text in &request.remove {
        let found = resolve(text);
        // Given at an application it is held in each environment.
        let places = match &found {
            Ok(role) if text.contains('@') => spread(role.clone()),
            _ => Vec::new(),
        };
        let means = roles_edit::meant(text, found, &view.scopes);
        let before = wanted.len();
        wanted.retain(|held| {
            !((means.covers(held) || places.contains(held)) && who.sees(held.scope))
        });
        if wanted.len() == before {
            return Err(means.not_held("see what is held with `rollcall user show`"));
        }
    }
    Ok(wanted)
}

/// What deserves a look: when it counts, roles of no use alone, a second factor that is not known.
fn warn(work: &mut Work<'_>, before: &Account, after: &Account) {
    let catalog = &work.view.catalog;
    let mut warnings = vec![
        match catalog.constraints.session {
            _ if work.view.tenant.authority == Authority::Vendor => {
                "counts once the vendor has carried it out: `rollcall order export`"
            }
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
