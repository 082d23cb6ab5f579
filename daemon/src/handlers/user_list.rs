//! `user list`: a page of accounts.

use super::ask::Ask;
use super::{find, json};
use rollcall_shared::wire::user::UserQuery;
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>, request: UserQuery) -> Result<Value, Failure> {
    let state = ask.state();
    ask.authorise(&state, Verb::UserList, request.tenant.as_deref())?;
    if let Some(name) = &request.tenant {
        find::tenant(&state, name)?;
    }
    let page = state
        .query(&request, ask.service.clock.now())
        .map_err(|e| Failure::new(Class::Usage, e.to_string()))?;
    json(page)
}
