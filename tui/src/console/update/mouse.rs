//! The mouse: the wheel moves, a click goes to a row or a screen. Nothing is ever changed by it.

use crate::console::message::Effect;
use crate::console::state::list::Motion;
use crate::console::state::overlay::Overlay;
use crate::console::state::{Screen, State};
use crate::console::update::{commands, fetch};
use crate::console::view::layout;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// Rows that one notch of the wheel moves.
const NOTCH: i64 = 3;

/// Takes a click or a notch of the wheel.
pub fn mouse(state: &mut State, event: MouseEvent) -> Vec<Effect> {
    if !matches!(state.overlay, Overlay::None | Overlay::Search(_)) {
        return Vec::new();
    }
    match event.kind {
        MouseEventKind::ScrollDown => commands::go(state, Motion::Rows(NOTCH)),
        MouseEventKind::ScrollUp => commands::go(state, Motion::Rows(-NOTCH)),
        MouseEventKind::Down(MouseButton::Left) => click(state, event.column, event.row),
        _ => Vec::new(),
    }
}

fn click(state: &mut State, x: u16, y: u16) -> Vec<Effect> {
    let regions = layout::of(state);
    let at = Position::new(x, y);
    if regions.tabs.contains(at) {
        let hit = layout::tabs(state)
            .into_iter()
            .find(|tab| (tab.x..tab.x + tab.width).contains(&x));
        return match hit {
            Some(tab) => commands::show(state, tab.screen),
            None => Vec::new(),
        };
    }
    let first = regions.table.y + layout::title_rows(state);
    if !regions.table.contains(at) || y < first {
        return Vec::new();
    }
    let row = u64::from(y - first);
    let height = layout::table_rows(state);
    let (cursor, len) = state.list();
    let to = cursor.top + row;
    if to < len {
        state.cursor().go(to, len, height);
    }
    if state.screen == Screen::Users {
        state.users.drop_anchor();
        return fetch::if_uncovered(state);
    }
    Vec::new()
}
