//! What one may see at all: who may not look at every tenant at once works in one of those they may.

use crate::console::command::Command;
use crate::console::message::Effect;
use crate::console::state::{Screen, State, Tone};
use crate::console::update::{commands, fetch};
use rollcall_shared::wire::Failure;

/// The users may not be listed. Of all tenants: the one tenant in reach is looked at instead, or one is to be chosen.
pub fn users_denied(state: &mut State, failure: Failure) -> Vec<Effect> {
    state.users.denied = Some(failure);
    state.users.rows.clear();
    // Which tenants there are is known only from the status.
    if state.tenant.is_none() && state.status.is_none() && state.status_asked.is_some() {
        return Vec::new();
    }
    narrow(state)
}

/// Looks at what is in reach, once users of all tenants are denied and the tenants are known.
pub fn narrow(state: &mut State) -> Vec<Effect> {
    if state.users.denied.is_none() || state.tenant.is_some() {
        return hide_users(state);
    }
    match state.tenant_rows() {
        [] => hide_users(state),
        [only] => {
            let name = only.tenant.name.clone();
            commands::set_tenant(state, Some(name))
        }
        _ if state.screen == Screen::Users => {
            let effects = commands::show(state, Screen::Tenants);
            let key = state.keymap.way(Command::Members);
            let text = format!(
                "Users are shown of one tenant at a time: {key} shows those of the tenant chosen."
            );
            state.say(Tone::Plain, text);
            effects
        }
        _ => Vec::new(),
    }
}

/// Leaves the screen of users where they may not be seen.
pub fn hide_users(state: &mut State) -> Vec<Effect> {
    let open = state.users.denied.is_none() || state.users.pane.is_some();
    if open || state.screen != Screen::Users {
        return Vec::new();
    }
    let first = state.screens().next().unwrap_or(Screen::Users);
    commands::show(state, first)
}

/// The transfers of every tenant are denied: those of the tenant looked at are asked for, once.
pub fn transfers_denied(state: &mut State) -> Vec<Effect> {
    let tenants = &mut state.tenants;
    if tenants.transfers_of_one || state.tenant.is_none() || state.screen != Screen::Tenants {
        return Vec::new();
    }
    tenants.transfers_of_one = true;
    fetch::screen(state, true)
}
