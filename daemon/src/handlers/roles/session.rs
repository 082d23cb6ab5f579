//! `session open` and `session check`: what a signing platform asks when somebody signs in, and at later requests.

use super::super::{Ask, json};
use super::{Found, scope};
use rollcall_shared::domain::{AccountRef, ScopeId, Status, TenantState};
use rollcall_shared::rules::{rights, scopes};
use rollcall_shared::wire::role::{Session, SessionCheck, SessionChecked, SessionOpen, Standing};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) fn open(ask: &Ask<'_>, request: SessionOpen) -> Result<Value, Failure> {
    let verb = Verb::SessionOpen;
    let found = Found::look(ask, verb, &request.user, request.tenant.as_deref())?;
    let view = found.view()?;
    let account = &found.account;
    if account.status != Status::Active {
        return Err(Failure::new(Class::Denied, rights::idle(account.status))
            .rule("status")
            .hint(rights::wake_account(account, &view.catalog)));
    }
    let setting = view.setting();
    let rights = view.rights();
    let held = rights.held(&setting, &account.assignments);
    let at_root = account.assignments.iter().any(|a| a.scope == ScopeId::ROOT);
    let first = account.assignments.first().map(|a| a.scope);
    let at = match &request.scope {
        Some(path) => scope(view, Some(path))?,
        None if at_root => ScopeId::ROOT,
        None => first.unwrap_or(ScopeId::ROOT),
    };
    let nodes = view.scopes.iter().map(|s| s.id);
    let scopes: Vec<String> = std::iter::once(ScopeId::ROOT)
        .chain(nodes.filter(|id| *id != ScopeId::ROOT))
        .filter(|id| !rights.effective(&held, *id).is_empty())
        .map(|id| scopes::stored(&view.scopes, id))
        .collect();
    let permissions = rights.effective(&held, at);
    if request.scope.is_some() && permissions.is_empty() {
        let place = scopes::address(&view.scopes, at);
        let hint = match scopes.as_slice() {
            [] => {
                "no role of theirs grants anything: give them one with `rollcall user role`".into()
            }
            scopes => format!("they can work in: {}", scopes.join(", ")),
        };
        return Err(
            Failure::new(Class::Denied, format!("nothing is held at {place}"))
                .rule("scope")
                .hint(hint),
        );
    }
    json(Session {
        id: found.id,
        manifest: view.manifest(account),
        permissions,
        scope: scopes::stored(&view.scopes, at),
        scopes,
    })
}

pub(super) fn check(ask: &Ask<'_>, request: SessionCheck) -> Result<Value, Failure> {
    let verb = Verb::SessionCheck;
    let found = Found::look(ask, verb, &request.user, request.tenant.as_deref())?;
    let account = &found.account;
    let view = found.view()?;
    let manifest = view.manifest(account);
    let (standing, because, instead) = if of_another(ask, &found, &request) {
        (
            Standing::Ended,
            "it was opened for another account, which had this address before".to_owned(),
            "open a session anew with `rollcall session open`, and check it with the id that gives"
                .to_owned(),
        )
    } else if account.status != Status::Active {
        (
            Standing::Suspended,
            rights::idle(account.status),
            rights::wake_account(account, &view.catalog).to_owned(),
        )
    } else if manifest == request.manifest {
        let because = "rights are what they were when it was opened".to_owned();
        (Standing::Good, because, String::new())
    } else {
        let (because, instead) = rights::lag(view.catalog.constraints.session);
        (Standing::Stale, because.to_owned(), instead.to_owned())
    };
    json(SessionChecked {
        standing,
        manifest,
        because,
        instead,
        since: account.status_since,
    })
}

/// Whether a session is, or by its address alone may be, of another account: one that had the address before and got as
/// far as this manifest. Of other tenants only those count that are over, or where the caller may ask.
fn of_another(ask: &Ask<'_>, found: &Found, request: &SessionCheck) -> bool {
    if let Some(id) = request.id {
        return id != found.id;
    }
    if request.user.parse::<AccountRef>().is_ok() {
        return false;
    }
    let within = request.tenant.as_ref().map(|_| found.id.tenant);
    let earlier = found.state.find_email(within, &request.user).into_iter();
    earlier.filter(|id| *id != found.id).any(|id| {
        let (Some(view), Some(account)) = (found.state.tenant(id.tenant), found.state.account(id))
        else {
            return false;
        };
        let gone = || account.status == Status::Deleted;
        let may = || {
            let name = Some(view.tenant.name.as_str());
            ask.authorise(&found.state, Verb::SessionCheck, name)
                .is_ok()
        };
        let counts = id.tenant == found.id.tenant
            || view.tenant.state == TenantState::Closed
            || (gone() && may());
        counts && request.manifest <= view.manifest(&account)
    })
}
