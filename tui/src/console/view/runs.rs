//! The table of runs.

use crate::console::state::State;
use crate::console::theme::Look;
use crate::console::view::{foot, format};
use crate::console::widgets::table::{Column, Table, right};
use crate::console::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use rollcall_shared::domain::RunState;
use rollcall_shared::wire::sweep::RunLine;

/// Draws the table.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    let columns = [
        Column::new("Started", 16, 20, 0),
        Column::new("Sweep", 11, 12, 0),
        Column::new("Tenant", 16, 20, 1),
        Column::new("State", 8, 8, 0),
        Column::number("Planned", 7, 3),
        Column::number("Applied", 7, 2),
        Column::number("Skipped", 7, 4),
        Column::new("By", 8, 28, 5),
        Column::new("Run", 8, 8, 6),
        Column::new("Held because", 16, 60, 7),
    ];
    let rows = state.runs.rows.as_deref().unwrap_or_default();
    let table = Table {
        columns: &columns,
        look: &state.look,
        len: rows.len() as u64,
        top: state.runs.cursor.top,
        at: state.runs.cursor.at,
        empty: match (&state.runs.failure, &state.runs.rows) {
            (Some(failure), _) => vec![failure.what.clone(), failure.hint.clone()],
            (None, None) => super::asking(state),
            (None, Some(_)) => vec![
                "No runs yet.".into(),
                "A sweep that finds nothing to do leaves no run.".into(),
            ],
        },
    };
    let area = foot::draw(state, area, buf);
    table.draw_all(area, buf, rows, |run, column, width| {
        cell(run, column, width, &state.zone_of(&run.tenant), &state.look)
    });
}

/// The style of the state of a run.
pub fn state_style(state: RunState, look: &Look) -> Style {
    match state {
        RunState::Done => look.theme.good,
        RunState::Proposed => look.theme.warn,
        RunState::Running => look.theme.accent,
        RunState::Observed => Style::new(),
        RunState::Rejected => look.theme.faint,
    }
}

fn cell(run: &RunLine, column: usize, width: usize, zone: &str, look: &Look) -> Vec<Span<'static>> {
    let plain = Style::new();
    match column {
        0 => text::plain(
            &format::weekday_minute(run.started_at, zone, width),
            width,
            plain,
        ),
        1 => text::plain(run.sweep.word(), width, plain),
        2 => text::plain(&run.tenant, width, plain),
        3 => text::plain(run.state.word(), width, state_style(run.state, look)),
        4 => right(&format::number(run.planned), width, plain),
        5 => right(&format::number(run.applied), width, plain),
        6 => right(&format::number(run.skipped), width, plain),
        7 => text::plain(&run.started_by, width, plain),
        8 => text::plain(&run.id.to_string(), width, look.theme.faint),
        _ => text::plain(&run.held.join("; "), width, look.theme.warn),
    }
}
