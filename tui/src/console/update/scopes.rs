//! The tree of scopes: folding, and working at one of them.

use crate::console::message::Effect;
use crate::console::state::{Screen, State, Tone};
use crate::console::update::{commands, fetch};
use crate::console::view::layout;

/// Folds the scope under the cursor, or unfolds it. What is folded already or has nothing below leads to its parent.
pub fn fold(state: &mut State, open: bool) {
    let height = layout::table_rows(state);
    let Some(row) = state.scopes.under_cursor() else {
        return;
    };
    let (id, parent) = (row.node.id, row.node.parent);
    if open {
        state.scopes.folded.remove(&id);
    } else if state.scopes.has_children(id) && !state.scopes.folded.contains(&id) {
        state.scopes.folded.insert(id);
    } else if let Some(parent) = parent {
        state.scopes.go_to(parent, height);
    }
    let len = state.scopes.rows().len() as u64;
    state.scopes.cursor.reveal(len, height);
}

/// The path of the scope that commands act on; none for the root.
pub fn selected_path(state: &State) -> Option<String> {
    let row = state.scopes.selected()?;
    row.node.parent.map(|_| row.path.clone())
}

/// Works at a scope of the tenant: the users are those with a role there or below. None works at the root.
pub fn work_at(state: &mut State, path: Option<String>) -> Vec<Effect> {
    let mut effects = Vec::new();
    // A scope belongs to a tenant; with one tenant only it had not to be chosen.
    if state.tenant.is_none()
        && let Some(tenant) = state.one_tenant()
        && path.is_some()
    {
        let scopes = std::mem::take(&mut state.scopes);
        effects = commands::set_tenant(state, Some(tenant));
        state.scopes = scopes;
    }
    let text = match &path {
        Some(path) => {
            format!("Working at {path}: users who belong there or below, or hold a role there.")
        }
        None => "Working at the root of the tenant.".into(),
    };
    state.scope = path;
    state.users.pane = None;
    state.users.before_search = None;
    state.say(Tone::Plain, text);
    if state.screen == Screen::Users {
        // Rows known so far may lie elsewhere.
        state.users.rows.clear();
        effects.extend(fetch::requery(state));
    }
    effects
}

/// What the daemon is asked for: the path where one works, from the root, since other scopes may have its name too.
pub fn filter(state: &State) -> Option<String> {
    state.scope.as_ref().map(|path| format!("/{path}"))
}
