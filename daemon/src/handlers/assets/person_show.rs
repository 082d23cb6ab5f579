//! `person show`: one human, many accounts, with what each owns.

use super::logins;
use super::persons::{Found, person};
use crate::handlers::ask::Ask;
use crate::handlers::{json, tenant_list};
use rollcall_shared::directory::State;
use rollcall_shared::domain::{AssetKind, Micros};
use rollcall_shared::rules::assets;
use rollcall_shared::wire::asset::{Person, PersonAccount, PersonNamed};
use rollcall_shared::wire::{Failure, Verb};
use serde_json::Value;

pub(super) fn handle(ask: &Ask<'_>, request: PersonNamed) -> Result<Value, Failure> {
    let state = ask.state();
    let all = person(ask, &state, &[Verb::PersonShow], &request.person)?;
    let now = ask.service.clock.now();
    let accounts = all.iter().filter_map(|found| account(&state, found, now));
    let accounts: Vec<PersonAccount> = accounts.collect();
    let held = accounts.iter().flat_map(|account| {
        let tenant = account.row.tenant.as_str();
        account
            .row
            .roles
            .iter()
            .map(move |role| (tenant, role.as_str()))
    });
    let labels = tenant_list::labels(&state, held);
    json(Person {
        name: name(&all),
        accounts,
        labels,
        logins: logins::shown(ask, &state, &all),
    })
}

/// A person's name: that of the first account which has one.
pub(super) fn name(all: &[Found]) -> String {
    let named = all
        .iter()
        .find(|f| !f.account.first_name.is_empty() || !f.account.last_name.is_empty());
    named
        .or(all.first())
        .map(|f| f.account.display_name())
        .unwrap_or_default()
}

fn account(state: &State, found: &Found, now: Micros) -> Option<PersonAccount> {
    let view = state.tenant(found.id.tenant)?;
    let me = found.id.account;
    let groups = view
        .groups()
        .filter(|g| g.leader == Some(me) || g.members.contains(&me))
        .map(|g| match g.leader == Some(me) {
            true => format!("{} (leads it)", g.name),
            false => g.name.clone(),
        })
        .collect();
    let keys = view.owned(me).filter(|a| a.kind == AssetKind::ApiKey);
    Some(PersonAccount {
        row: state.row(found.id, now)?,
        matched: found.matched.to_owned(),
        assets: assets::by_kind(view.owned(me)),
        groups,
        api_keys: keys.map(|a| a.external.clone()).collect(),
    })
}
