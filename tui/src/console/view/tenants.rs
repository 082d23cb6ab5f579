//! The table of tenants.

use crate::console::state::State;
use crate::console::theme::Look;
use crate::console::view::{foot, format};
use crate::console::widgets::table::{Column, Table, right};
use crate::console::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use rollcall_shared::domain::TenantState;
use rollcall_shared::wire::admin::TenantRow;

/// Draws the table.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    let columns = [
        Column::new("Tenant", 16, 20, 0),
        Column::number("Accounts", 9, 4),
        Column::number("Used", 7, 0),
        Column::number("Reserved", 8, 2),
        Column::number("Releasing", 9, 5),
        Column::number("Seats", 8, 0),
        Column::new("Authority", 9, 9, 5),
        Column::new("State", 7, 7, 3),
        Column::new("Owner", 14, 32, 6),
        Column::new("Sign-in feed", 20, 50, 1),
        Column::new("Catalog", 8, 14, 7),
        Column::new("Time zone", 10, 18, 8),
    ];
    let rows = state.tenant_rows();
    let table = Table {
        columns: &columns,
        look: &state.look,
        len: rows.len() as u64,
        top: state.tenants.cursor.top,
        at: state.tenants.cursor.at,
        empty: match (&state.shut, &state.status) {
            (Some(failure), _) => vec![failure.what.clone(), failure.hint.clone()],
            (None, None) => super::asking(state),
            (None, Some(_)) => vec![
                "No tenants yet.".into(),
                "Create one: rollcall tenant create --help".into(),
            ],
        },
    };
    let area = foot::draw(state, area, buf);
    table.draw_all(area, buf, rows, |row, column, width| {
        cell(row, column, width, &state.look)
    });
}

/// Whether the feed is healthy, in words, and the style of it.
pub fn feed(row: &TenantRow, look: &Look) -> (String, Style) {
    if !row.feed.is_empty() {
        return (format!("paused: {}", row.feed), look.theme.bad);
    }
    match row.last_event {
        Some(at) => (
            format!("ok, {}", format::day_in(at, &row.tenant.tz)),
            look.theme.good,
        ),
        None => ("nothing yet".into(), look.theme.faint),
    }
}

/// The style of seats that are taken of those bought.
pub fn seats_style(taken: u64, bought: Option<u64>, look: &Look) -> Style {
    match bought {
        Some(bought) if taken > bought => look.theme.bad,
        Some(bought) if taken * 20 >= bought * 19 => look.theme.warn,
        _ => Style::new(),
    }
}

/// The style of a tenant's seats.
pub fn taken_style(row: &TenantRow, look: &Look) -> Style {
    seats_style(row.seats_taken(), row.tenant.seats.map(u64::from), look)
}

fn cell(row: &TenantRow, column: usize, width: usize, look: &Look) -> Vec<Span<'static>> {
    let plain = Style::new();
    match column {
        0 => text::plain(&row.tenant.name, width, plain),
        1 => right(&format::number(row.accounts), width, plain),
        2 => right(
            &format::number(row.seats_used),
            width,
            taken_style(row, look),
        ),
        3 => right(&format::number(row.seats_reserved), width, plain),
        4 => right(&format::number(row.seats_releasing), width, plain),
        5 => match row.tenant.seats {
            Some(seats) => right(&format::number(u64::from(seats)), width, plain),
            None => right("no limit", width, look.theme.faint),
        },
        6 => text::plain(row.tenant.authority.word(), width, plain),
        7 => {
            let style = match row.tenant.state {
                TenantState::Filling | TenantState::Closed => look.theme.warn,
                TenantState::Active => look.theme.good,
            };
            text::plain(row.tenant.state.word(), width, style)
        }
        8 => match row.owners_shown().as_slice() {
            [] => text::plain("none known", width, look.theme.bad),
            owners => text::plain(&owners.join(", "), width, plain),
        },
        9 => {
            let (shown, style) = feed(row, look);
            text::plain(&shown, width, style)
        }
        10 => text::plain(&row.tenant.catalog, width, plain),
        _ => text::plain(&row.tenant.tz, width, plain),
    }
}
