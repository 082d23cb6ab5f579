//! The tree of scopes.

use crate::console::command::Command;
use crate::console::state::State;
use crate::console::theme::Look;
use crate::console::view::format;
use crate::console::widgets::table::{Column, Row, Table, right};
use crate::console::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use rollcall_shared::domain::ScopeState;
use rollcall_shared::wire::structure::ScopeRow;

/// Draws the tree.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    let columns = [
        Column::new("Scope", 26, 60, 0),
        Column::new("Kind", 8, 16, 2),
        Column::new("State", 8, 8, 4),
        Column::number("Holders", 7, 3),
        Column::number("And below", 9, 1),
        Column::new("Settings", 12, 40, 5),
    ];
    let rows = state.scopes.rows();
    let table = Table {
        columns: &columns,
        look: &state.look,
        len: rows.len() as u64,
        top: state.scopes.cursor.top,
        at: state.scopes.cursor.at,
        empty: empty(state),
    };
    table.draw(area, buf, |index, widths| {
        let row = usize::try_from(index).ok().and_then(|i| rows.get(i));
        match row {
            None => Row::Missing,
            Some(row) => Row::Cells(
                widths
                    .iter()
                    .map(|(column, width)| cell(state, row, *column, usize::from(*width)))
                    .collect(),
            ),
        }
    });
}

fn empty(state: &State) -> Vec<String> {
    if let Some(failure) = &state.scopes.failure {
        return vec![failure.what.clone(), failure.hint.clone()];
    }
    if state.one_tenant().is_none() {
        let key = state.keymap.first(Command::Tenant);
        return vec![
            "Scopes belong to a tenant.".into(),
            format!("{key} chooses one."),
        ];
    }
    super::asking(state)
}

/// Whether one works at this scope.
pub fn works_here(state: &State, row: &ScopeRow) -> bool {
    match &state.scope {
        Some(path) => row.path == *path,
        None => row.node.parent.is_none(),
    }
}

fn cell(state: &State, row: &ScopeRow, column: usize, width: usize) -> Vec<Span<'static>> {
    let look = &state.look;
    let plain = Style::new();
    match column {
        0 => {
            let sign = match state.scopes.has_children(row.node.id) {
                false => "  ",
                true if state.scopes.folded.contains(&row.node.id) => "+ ",
                true => "- ",
            };
            let here = if works_here(state, row) {
                format!("  {} here", look.glyphs.on)
            } else {
                String::new()
            };
            let indent = "  ".repeat(row.depth as usize);
            let shown = format!("{indent}{sign}{}{here}", row.node.name);
            text::plain(&shown, width, plain)
        }
        1 => text::plain(&row.label, width, plain),
        2 => text::plain(row.node.profile.state.word(), width, state_style(row, look)),
        3 => right(&format::number(row.holders), width, plain),
        4 => right(&format::number(row.below), width, plain),
        _ => {
            let own = &row.node.profile.settings;
            let set: Vec<String> = own.iter().map(|(k, v)| format!("{k} {v}")).collect();
            text::plain(&set.join(", "), width, look.theme.faint)
        }
    }
}

/// The style of a scope's state.
pub fn state_style(row: &ScopeRow, look: &Look) -> Style {
    match row.node.profile.state {
        ScopeState::Active => look.theme.good,
        _ => look.theme.warn,
    }
}
