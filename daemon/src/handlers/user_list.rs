//! `user list`: a page of accounts.

use super::ask::Ask;
use super::{find, json, tenant_list};
use rollcall_shared::wire::user::{Shows, UserPage, UserQuery};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>, request: UserQuery) -> Result<Value, Failure> {
    let state = ask.state();
    let part = ask.reach(&state, Verb::UserList, request.tenant.as_deref())?;
    let views = find::tenants(&state, request.tenant.as_deref())?;
    let shows = views.into_iter().map(tenant_list::shows);
    let shows = shows.reduce(Shows::or).unwrap_or_default();
    let now = ask.service.clock.now();
    let page = match &part {
        None => state.query(&request, now),
        Some(part) => state.query_part(&request, now, part),
    };
    let page = page.map_err(|e| Failure::new(Class::Usage, e.to_string()))?;
    json(UserPage { shows, ..page })
}
