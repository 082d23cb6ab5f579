//! Verbs about roles, permissions, sessions: one file for each.

mod can;
mod catalogs;
mod list;
mod part;
mod preview;
mod session;
mod set;

pub(super) use set::{follow_entries, seats_hold};

use super::{Ask, find, read};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{Account, AccountRef, ScopeId};
use rollcall_shared::rules::scopes;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use std::sync::Arc;

/// Answers one of these verbs.
pub(super) async fn answer(ask: &Ask<'_>, verb: Verb, body: Value) -> Result<Value, Failure> {
    match verb {
        Verb::CatalogList => catalogs::list(ask),
        Verb::CatalogShow => catalogs::show(ask, read(body)?),
        Verb::CatalogAdopt => catalogs::adopt(ask, read(body)?).await,
        Verb::RoleList => list::list(ask, read(body)?),
        Verb::RoleShow => list::show(ask, read(body)?),
        Verb::RoleCreate | Verb::RoleEdit => set::set(ask, verb, read(body)?).await,
        Verb::RoleDelete => set::delete(ask, read(body)?).await,
        Verb::Can => can::can(ask, read(body)?),
        Verb::Why => can::why(ask, read(body)?),
        Verb::PermissionPreview => preview::preview(ask, read(body)?),
        Verb::SessionOpen => session::open(ask, read(body)?),
        Verb::SessionCheck => session::check(ask, read(body)?),
        other => Err(Failure::new(
            Class::Usage,
            format!("`{}` is not about roles", other.name()),
        )),
    }
}

/// The account a request speaks of, in the state it was found in.
struct Found {
    state: Arc<State>,
    id: AccountRef,
    account: Account,
}

impl Found {
    /// Looks an account up for a verb the caller may use in its tenant.
    fn look(ask: &Ask<'_>, verb: Verb, user: &str, tenant: Option<&str>) -> Result<Self, Failure> {
        let state = ask.state();
        // Without a tenant the account must be found before it is known on which tenant rights are needed.
        let (id, named) = ask.place(verb, user, tenant);
        ask.authorise(&state, verb, named.as_deref())?;
        let id = id?;
        let account = state.account(id).ok_or_else(|| gone(id))?;
        Ok(Found { state, id, account })
    }

    fn view(&self) -> Result<&TenantView, Failure> {
        self.state
            .tenant(self.id.tenant)
            .ok_or_else(|| gone(self.id))
    }
}

fn gone(id: AccountRef) -> Failure {
    find::gone(id)
}

/// The scope of a path; absent is the root.
fn scope(view: &TenantView, path: Option<&str>) -> Result<ScopeId, Failure> {
    let path = path.unwrap_or(scopes::ROOT_PATH);
    scopes::find(&view.scopes, path).ok_or_else(|| {
        Failure::new(Class::NotFound, format!("there is no scope {path:?}"))
            .rule("scope")
            .hint("see the scopes with `rollcall scope list`; a path is written A/B/C")
    })
}
