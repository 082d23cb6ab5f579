//! `tenant owner-set`: names the owner of a tenant that has none; a filling tenant is in force from then on.

use super::ask::{Ask, Extra};
use super::identity::limits;
use super::{find, json, refused};
use crate::handlers::orders_for;
use crate::salt;
use crate::writer::Proposal;
use rollcall_shared::domain::{Assignment, Entry, Fact, TenantState};
use rollcall_shared::rules::naming::name_owner;
use rollcall_shared::wire::admin::TenantOwnerSet;
use rollcall_shared::wire::{Done, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: TenantOwnerSet) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    ask.change(
        Verb::TenantOwnerSet,
        Some(&tenant),
        Extra::default(),
        move |draft, _| {
            let view = find::tenant(draft.state, &request.tenant)?;
            let id = find::account(draft.state, &request.owner, Some(&request.tenant))?;
            let account = draft.state.account(id).ok_or_else(|| find::gone(id))?;
            let (owners, state) = (view.owner_holders().whole, view.tenant.state);
            let named =
                name_owner(&account, &view.catalog, owners, state, draft.now).map_err(refused)?;
            // The owner role may belong to another pool of seats than the roles held.
            let pool = |roles: &[Assignment]| view.catalog.pool(roles).map(|p| &p.id);
            if pool(&account.assignments) != pool(&named.roles) {
                let mut seats = limits(draft.state, view, draft.now);
                seats.take_from_pool(&named.roles).map_err(refused)?;
            }
            let mut entries: Vec<Entry> = Vec::new();
            if !named.changes.is_empty() {
                let orders = orders_for(view, id.account, &named.changes, draft.now, None);
                entries.push(Entry::account(
                    id.account,
                    named.changes,
                    named.why,
                    salt()?,
                ));
                entries.extend(orders.into_iter().map(Entry::plain));
            }
            let old = view.tenant.clone();
            let mut new = old.clone();
            new.state = TenantState::Active;
            new.owner = account.email.clone();
            if new != old {
                entries.push(Entry::plain(Fact::TenantChanged {
                    old: Box::new(old),
                    new: Box::new(new),
                }));
            }
            let name = &request.tenant;
            let whom = find::whom(view, &account, true);
            let (message, seq) = match (entries.is_empty(), request.dry_run) {
                (true, _) => (format!("{whom} is owner of {name} already"), None),
                (false, true) => (
                    format!("{whom} would be owner of {name} and the tenant in force"),
                    None,
                ),
                (false, false) => (
                    format!("account {id} is owner of {name}; the tenant is in force"),
                    Some(view.last_seq() + 1),
                ),
            };
            let answer = json(Done { message, seq })?;
            Ok(Proposal::decide(view.tenant.id, entries, answer).previewed(request.dry_run))
        },
    )
    .await
}
