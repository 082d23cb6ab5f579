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
        return leave_hidden(state);
    }
    match (state.tenant_rows(), state.standings()) {
        ([], []) => leave_hidden(state),
        ([only], []) => {
            let name = only.tenant.name.clone();
            commands::set_tenant(state, Some(name))
        }
        ([], [first, more @ ..]) => {
            let (name, several) = (first.tenant.clone(), !more.is_empty());
            let mut effects = commands::set_tenant(state, Some(name.clone()));
            if several {
                let key = state.keymap.way(Command::Tenant);
                let text = format!(
                    "You are a member of several tenants: this is {name}, {key} chooses another."
                );
                state.say(Tone::Plain, text);
            }
            effects.extend(leave_hidden(state));
            effects
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

/// Leaves a screen that may not be seen for the first that may.
pub fn leave_hidden(state: &mut State) -> Vec<Effect> {
    let pane = state.screen == Screen::Users && state.users.pane.is_some();
    if pane || state.screens().any(|screen| screen == state.screen) {
        return Vec::new();
    }
    let first = state.screens().next();
    match first {
        Some(first) => commands::show(state, first),
        None => Vec::new(),
    }
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
