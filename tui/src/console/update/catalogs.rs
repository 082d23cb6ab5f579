//! Which roles there are: asked of one tenant after the other, for those seen in rows are not all.

use crate::console::message::{Ask, Effect};
use crate::console::state::State;
use crate::console::state::bulk::Phase;
use crate::console::state::flow::Step;
use crate::console::state::overlay::{Choice, Facet, Overlay};
use crate::console::state::picker::Item;
use crate::console::update::menus;
use rollcall_shared::wire::admin::TenantNamed;
use std::collections::BTreeSet;

/// Asks for the roles of tenants; those that were still to be asked for others are not any more.
pub fn ask(state: &mut State, tenants: impl IntoIterator<Item = String>) -> Vec<Effect> {
    state.users.roles_left = tenants.into_iter().collect();
    match state.users.roles_asked {
        Some(_) => Vec::new(),
        None => next(state),
    }
}

/// Asks for those of the next tenant.
pub fn next(state: &mut State) -> Vec<Effect> {
    let Some(tenant) = state.users.roles_left.pop() else {
        return Vec::new();
    };
    let ticket = state.ticket(true);
    state.users.roles_asked = Some(ticket);
    vec![Effect::Fetch(ticket, Ask::Tenant(TenantNamed { tenant }))]
}

/// The tenants looked at.
pub fn looked_at(state: &State) -> Vec<String> {
    if let Some(tenant) = &state.tenant {
        return vec![tenant.clone()];
    }
    let rows = state.tenant_rows().iter().map(|row| &row.tenant.name);
    let standings = state.standings().iter().map(|s| &s.tenant);
    let all: BTreeSet<&String> = rows.chain(standings).collect();
    all.into_iter().cloned().collect()
}

/// The roles of these tenants as far as they were told, by what they are called.
pub fn roles(state: &State, tenants: &BTreeSet<String>) -> Vec<Item> {
    let of = tenants.iter().filter_map(|name| state.labels.get(name));
    let mut items: Vec<Item> = Vec::new();
    for (id, label) in of.flatten() {
        if !items.iter().any(|item| item.id == *id) {
            items.push(Item {
                id: id.clone(),
                label: label.clone(),
                ..Item::default()
            });
        }
    }
    items
}

/// Roles were told: shows them where some are chosen from.
pub fn told(state: &mut State) -> Vec<Effect> {
    let filter = matches!(&state.overlay, Overlay::Menu(menu)
        if menu.title == Facet::Role.title() && menu.ticks);
    if filter {
        let picks = menus::roles(state);
        if let Overlay::Menu(menu) = &mut state.overlay {
            let here = menu.entries.get(menu.cursor).map(|e| e.choice.clone());
            menu.entries = picks;
            let found = |choice: &Choice| menu.entries.iter().position(|e| e.choice == *choice);
            // The cursor stays on its role while others come before it.
            let at = here.as_ref().and_then(found).unwrap_or(menu.cursor);
            menu.cursor = at.min(menu.entries.len().saturating_sub(1));
        }
    }
    let marked = match state.overlay.flow().map(|flow| &flow.step) {
        Some(Step::Bulk(bulk)) if bulk.phase == Phase::Role => {
            let all = bulk.all.iter();
            Some(all.map(|one| one.who.tenant.clone()).collect())
        }
        _ => None,
    };
    if let Some(marked) = marked {
        let items = roles(state, &marked);
        if let Some(Step::Bulk(bulk)) = state.overlay.flow().map(|flow| &mut flow.step) {
            bulk.roles.refill(items);
        }
    }
    next(state)
}
