//! The way back: pane, search, filters, scope, first screen; then out.

use crate::console::command::Command;
use crate::console::keymap::Key;
use crate::console::message::Effect;
use crate::console::state::{Screen, State, Tone};
use crate::console::update::{commands, fetch, panes, roles, scopes};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One step back: pane, search, filters, first screen; then out.
pub fn back(state: &mut State, key: Option<Key>) -> Vec<Effect> {
    if state.pane_open() {
        let from = state.users.came_from.take();
        let effects = panes::close(state);
        // Whoever came from elsewhere goes back there.
        return match from.filter(|_| state.screen == Screen::Users) {
            Some(screen) => commands::show(state, screen),
            None => effects,
        };
    }
    if state.screen == Screen::Users && !state.users.marked.is_empty() {
        state.users.marked.clear();
        return Vec::new();
    }
    if state.screen == Screen::Roles && !state.roles.search.is_empty() {
        return roles::search(state, String::new());
    }
    let first = state.screens().next().unwrap_or(Screen::Users);
    if state.screen != first {
        return commands::show(state, first);
    }
    if !state.users.search.is_empty() {
        return end_search(state);
    }
    if state.users.narrowed() {
        return clear(state);
    }
    if state.scope.is_some() {
        return scopes::work_at(state, None);
    }
    let esc = Key::of(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
    let other = state
        .keymap
        .keys(Command::Back)
        .iter()
        .find(|k| **k != esc)
        .copied();
    if let (Some(pressed), Some(other)) = (key, other)
        && pressed == esc
    {
        // Esc is pressed once too often all the time; leaving by it would lose the place.
        state.say(Tone::Plain, format!("Press {other} to leave."));
        return Vec::new();
    }
    vec![Effect::Quit]
}

/// Takes the search away and goes back to where the cursor was before it.
pub fn end_search(state: &mut State) -> Vec<Effect> {
    let kept = state.users.selected().map(|row| row.id);
    state.users.search.clear();
    let before = state.users.before_search.take();
    state.users.narrow(state.tenant.as_deref(), state.now);
    if let Some((cursor, anchor)) = before {
        state.users.rows.clear();
        state.users.cursor = cursor;
        state.users.anchor = kept.or(anchor);
    }
    fetch::users(state, true, false)
}

pub fn clear(state: &mut State) -> Vec<Effect> {
    let users = &mut state.users;
    users.search.clear();
    users.before_search = None;
    users.status.clear();
    users.role.clear();
    users.mfa.clear();
    users.kind.clear();
    users.seat.clear();
    users.flag.clear();
    users.signed_in = Default::default();
    fetch::requery(state)
}
