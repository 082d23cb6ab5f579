//! The table of sweeps.

use crate::console::state::State;
use crate::console::theme::Look;
use crate::console::view::format;
use crate::console::view::runs::state_style;
use crate::console::widgets::table::{Column, Table};
use crate::console::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use rollcall_shared::domain::Mode;
use rollcall_shared::wire::sweep::SweepRow;

/// Draws the table.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    let columns = [
        Column::new("Sweep", 11, 12, 0),
        Column::new("Tenant", 16, 20, 0),
        Column::new("Mode", 7, 7, 0),
        Column::new("Next run", 16, 20, 0),
        Column::new("Last run", 24, 28, 3),
        Column::new("Schedule", 10, 16, 4),
        Column::new("Time zone", 12, 20, 5),
        Column::new("Amnesty until", 13, 13, 6),
    ];
    let rows = state.sweeps.rows.as_deref().unwrap_or_default();
    let table = Table {
        columns: &columns,
        look: &state.look,
        len: rows.len() as u64,
        top: state.sweeps.cursor.top,
        at: state.sweeps.cursor.at,
        empty: match (&state.sweeps.failure, &state.sweeps.rows) {
            (Some(failure), _) => vec![failure.what.clone(), failure.hint.clone()],
            (None, None) => vec!["Asking the daemon …".into()],
            (None, Some(_)) => vec!["No tenants yet, so there is nothing to sweep.".into()],
        },
    };
    table.draw_all(area, buf, rows, |row, column, width| {
        cell(row, column, width, &state.look)
    });
}

/// The style of a mode.
pub fn mode_style(mode: Mode, look: &Look) -> Style {
    match mode {
        Mode::Observe => look.theme.faint,
        Mode::Approve => look.theme.accent,
        Mode::Auto => look.theme.good,
    }
}

fn cell(row: &SweepRow, column: usize, width: usize, look: &Look) -> Vec<Span<'static>> {
    let plain = Style::new();
    let none = |width| text::plain(look.glyphs.none, width, look.theme.faint);
    match column {
        0 => text::plain(row.sweep.word(), width, plain),
        1 => text::plain(&row.tenant, width, plain),
        2 => text::plain(row.mode.word(), width, mode_style(row.mode, look)),
        3 => match row.next.first() {
            Some(at) => text::plain(&format::weekday_minute(*at, &row.tz, width), width, plain),
            None => none(width),
        },
        4 => match &row.last_run {
            Some(run) => text::plain(
                &format!(
                    "{} {}/{} {}",
                    run.state,
                    format::number(run.applied),
                    format::number(run.planned),
                    format::day_in(run.started_at, &row.tz)
                ),
                width,
                state_style(run.state, look),
            ),
            None => none(width),
        },
        5 => text::plain(&row.schedule, width, plain),
        6 => text::plain(&row.tz, width, plain),
        _ => match row.amnesty_until {
            Some(at) => text::plain(&format::day_in(at, &row.tz), width, look.theme.warn),
            None => none(width),
        },
    }
}
