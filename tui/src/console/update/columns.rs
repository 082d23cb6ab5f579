//! The columns of accounts: which there are, and in which order.

use crate::columns::UserColumn;
use crate::console::command::Command;
use crate::console::message::Effect;
use crate::console::state::State;
use crate::console::state::overlay::{Choice, Entry, Menu, Overlay};
use crate::console::state::users::Columns;
use crate::console::view::more_columns;

/// Offers every column: first those shown, in their order, then the rest.
pub fn open(state: &mut State) -> Vec<Effect> {
    let chosen = &state.users.columns.0;
    let rest = UserColumn::ALL.iter().filter(|c| !chosen.contains(c));
    let shows = &state.users.shows;
    let entries = chosen.iter().chain(rest).map(|column| Entry {
        label: column.title().into(),
        note: match column.shown(shows) {
            true => String::new(),
            false => "no tenant shown here has it".into(),
        },
        choice: Choice::Column(*column),
        on: chosen.contains(column),
        enabled: true,
    });
    let keys = [Command::Earlier, Command::Later].map(|command| state.keymap.first(command));
    state.overlay = Overlay::Menu(Menu {
        title: format!("Columns ({} and {} move one)", keys[0], keys[1]),
        entries: entries.collect(),
        cursor: 0,
        ticks: true,
        ticked: false,
        filter: false,
    });
    Vec::new()
}

/// One column to the left or right, where not all have room.
pub fn sideways(state: &mut State, by: i64) {
    let (before, after) = more_columns(state);
    let left = &mut state.users.left;
    match by > 0 {
        true if after => *left += 1,
        false if before => *left = left.saturating_sub(1),
        _ => {}
    }
}

/// Takes what is ticked in the list of columns; without the list the column alone is shown or left out.
pub fn toggled(state: &mut State, column: UserColumn) -> Vec<Effect> {
    let chosen: Vec<UserColumn> = match &state.overlay {
        Overlay::Menu(menu) => ticked(menu),
        _ => {
            let mut chosen = state.users.columns.0.clone();
            match chosen.iter().position(|c| *c == column) {
                Some(at) => {
                    chosen.remove(at);
                }
                None => chosen.push(column),
            }
            chosen
        }
    };
    keep(state, chosen)
}

/// Moves the column under the cursor of the list by one place; nothing in other menus.
pub fn shift(state: &mut State, mut menu: Menu, by: isize) -> Vec<Effect> {
    let to = menu.cursor.saturating_add_signed(by);
    let columns = menu
        .entries
        .iter()
        .all(|e| matches!(e.choice, Choice::Column(_)));
    if !columns || to >= menu.entries.len() {
        state.overlay = Overlay::Menu(menu);
        return Vec::new();
    }
    menu.entries.swap(menu.cursor, to);
    menu.cursor = to;
    menu.ticked = true;
    let chosen = ticked(&menu);
    state.overlay = Overlay::Menu(menu);
    keep(state, chosen)
}

fn ticked(menu: &Menu) -> Vec<UserColumn> {
    let on = menu.entries.iter().filter(|entry| entry.on);
    on.filter_map(|entry| match entry.choice {
        Choice::Column(column) => Some(column),
        _ => None,
    })
    .collect()
}

/// A table without any column would show nothing at all: the names stay.
fn keep(state: &mut State, mut chosen: Vec<UserColumn>) -> Vec<Effect> {
    if chosen.is_empty() {
        chosen.push(UserColumn::Name);
    }
    let columns = Columns(chosen);
    if state.users.columns == columns {
        return Vec::new();
    }
    state.users.columns = columns.clone();
    state.users.left = 0;
    vec![Effect::Remember(columns)]
}
