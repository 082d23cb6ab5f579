//! The table of invitations.

use crate::console::state::State;
use crate::console::theme::Look;
use crate::console::view::{foot, format};
use crate::console::widgets::table::{Column, Row, Table};
use crate::console::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use rollcall_shared::domain::{Answer, Delivery};
use rollcall_shared::wire::identity::InvitationRow;

/// Draws the table.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    let several = state.one_tenant().is_none();
    let mut columns = vec![
        Column::new("Email", 18, 34, 0),
        Column::new("Name", 12, 24, 5),
        Column::new("Roles", 8, 18, 6),
        Column::new("Answer", 9, 9, 1),
        Column::new("Delivery", 9, 9, 2),
        Column::new("Sent", 10, 10, 3),
        Column::new("Valid until", 11, 11, 4),
    ];
    if several {
        columns.push(Column::new("Tenant", 6, 16, 4));
    }
    let rows = state.invitations.rows();
    let table = Table {
        columns: &columns,
        look: &state.look,
        len: rows.len() as u64,
        top: state.invitations.cursor.top,
        at: state.invitations.cursor.at,
        empty: match (&state.invitations.failure, &state.invitations.rows) {
            (Some(failure), _) => vec![failure.what.clone(), failure.hint.clone()],
            (None, None) => super::asking(state),
            (None, Some(_)) => vec!["Nobody has been invited.".into()],
        },
    };
    let area = foot::draw(state, area, buf);
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

fn cell(state: &State, row: &InvitationRow, column: usize, width: usize) -> Vec<Span<'static>> {
    let look = &state.look;
    let plain = Style::new();
    let day = |at| format::day_in(at, &state.zone_of(&row.tenant));
    match column {
        0 => text::plain(&row.email, width, plain),
        1 => text::plain(&row.name, width, plain),
        2 => text::plain(&state.role_words(&row.tenant, &row.roles), width, plain),
        3 => text::plain(row.answer.word(), width, answer_style(row.answer, look)),
        4 => text::plain(
            row.delivery.word(),
            width,
            delivery_style(row.delivery, look),
        ),
        5 => text::plain(&day(row.sent), width, plain),
        6 => {
            let overdue = row.valid_until.is_some_and(|at| at < state.now);
            let late = overdue && row.answer == Answer::Pending;
            let style = if late { look.theme.bad } else { plain };
            let shown = row.valid_until.map(day);
            let none = look.glyphs.none.to_owned();
            text::plain(&shown.unwrap_or(none), width, style)
        }
        _ => text::plain(&row.tenant, width, plain),
    }
}

/// The style of an answer.
pub fn answer_style(answer: Answer, look: &Look) -> Style {
    match answer {
        Answer::Pending | Answer::Activated => look.theme.accent,
        Answer::Accepted => look.theme.good,
        Answer::Declined | Answer::Cancelled | Answer::Expired => look.theme.faint,
    }
}

/// The style of a delivery.
pub fn delivery_style(delivery: Delivery, look: &Look) -> Style {
    match delivery {
        Delivery::Unknown => look.theme.faint,
        Delivery::Sent => Style::new(),
        Delivery::Delivered => look.theme.good,
        Delivery::Bounced | Delivery::Blocked => look.theme.bad,
    }
}
