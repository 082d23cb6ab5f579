//! The matrix of roles: its columns, its search, the holders of a role.

use crate::console::message::Effect;
use crate::console::state::list::{Cursor, Motion};
use crate::console::state::{Screen, State};
use crate::console::update::{fetch, panes};
use crate::console::view::{self, layout};

/// Moves by columns, and keeps the column in view.
pub fn move_column(state: &mut State, by: i64) {
    let last = state.roles.roles().len().saturating_sub(1);
    let by = isize::try_from(by).unwrap_or(0);
    state.roles.column = state.roles.column.saturating_add_signed(by).min(last);
    reveal_column(state);
}

/// Brings the column of the cursor into view.
pub fn reveal_column(state: &mut State) {
    let at = state.roles.column;
    state.roles.left = state.roles.left.min(at);
    while state.roles.left < at && !view::roles_in_view(state).contains(&at) {
        state.roles.left += 1;
    }
}

/// Searches permissions.
pub fn search(state: &mut State, text: String) -> Vec<Effect> {
    state.roles.search = text;
    state.roles.cursor = Cursor::default();
    Vec::new()
}

/// Moves the cursor over the holders of the role shown; they stand last in its pane.
pub fn move_holder(state: &mut State, motion: Motion) {
    let (height, _) = layout::pane_lines(state);
    let lines = view::pane_length(state);
    let Some(pane) = &mut state.roles.pane else {
        return;
    };
    let holders = pane.detail.as_ref().map_or(0, |d| d.holders.len());
    if holders == 0 {
        panes::scroll(state, motion);
        return;
    }
    let to = motion.target(pane.holder as u64, height as u64, holders as u64);
    pane.holder = usize::try_from(to).unwrap_or(usize::MAX).min(holders - 1);
    // The first holder shows the head of the pane again; any other its own line.
    let line = lines.saturating_sub(holders - pane.holder);
    pane.scroll = if pane.holder == 0 {
        0
    } else {
        pane.scroll.min(line).max((line + 1).saturating_sub(height))
    };
}

/// Opens the user that the cursor is on among the holders of a role.
pub fn open_holder(state: &mut State) -> Vec<Effect> {
    let found = state.roles.pane.as_ref().and_then(|pane| {
        let detail = pane.detail.as_ref()?;
        detail.holders.get(pane.holder).map(|h| h.0)
    });
    let Some(id) = found else {
        return Vec::new();
    };
    state.screen = Screen::Users;
    state.users.pane = Some(panes::user_pane(id));
    state.users.came_from = Some(Screen::Roles);
    fetch::reveal_all(state);
    let mut effects = fetch::screen(state, true);
    effects.extend(panes::refetch(state, true));
    effects
}
