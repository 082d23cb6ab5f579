//! Lines below a table: whose clock its times stand on; of the sweep under the cursor its schedule and its next runs. They
//! are few, since a step of the cursor draws them anew.

use crate::console::state::{Screen, State};
use crate::console::view::{format, layout, sweeps};
use crate::console::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use rollcall_shared::text::safe_width;
use std::collections::BTreeSet;

/// The clock is named on terminals at least so high, a sweep is told on those.
const HEIGHTS: (u16, u16) = (12, 16);

/// Columns of the labels, and the blank before them.
const LABEL: usize = 11;

/// Lines below the table shown. However its rows change, they stay as many.
pub fn rows(state: &State) -> u16 {
    let (clock, sweep) = HEIGHTS;
    match state.screen {
        _ if state.zoom || state.size.1 < clock => 0,
        Screen::Sweeps if state.size.1 >= sweep => {
            let width = usize::from(layout::of(state).table.width);
            u16::try_from(1 + next_rows(width)).unwrap_or(0)
        }
        Screen::Sweeps | Screen::Runs | Screen::Tenants | Screen::Invitations => 1,
        Screen::Users | Screen::Roles | Screen::Scopes => 0,
    }
}

/// How many instants stand side by side.
fn side_by_side(width: usize) -> usize {
    (width.saturating_sub(LABEL) / sweeps::INSTANT).clamp(1, 5)
}

/// Lines of the next runs: three at least are told.
fn next_rows(width: usize) -> usize {
    3usize.div_ceil(side_by_side(width))
}

/// Draws the lines at the foot of a place, and answers what is left above them for the table.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) -> Rect {
    let below = rows(state).min(area.height.saturating_sub(2));
    let table = Rect {
        height: area.height - below,
        ..area
    };
    let lines = match (state.screen, below) {
        (_, 0) => Vec::new(),
        (Screen::Sweeps, 2..) => sweep(state, usize::from(area.width)),
        _ => clock(state).into_iter().collect(),
    };
    for (y, line) in (table.bottom()..area.bottom()).zip(lines) {
        line.render(Rect::new(area.x, y, area.width, 1), buf);
    }
    table
}

/// What is known of the sweep under the cursor.
fn sweep(state: &State, width: usize) -> Vec<Line<'static>> {
    let Some(row) = state.sweeps.selected() else {
        return Vec::new();
    };
    let side = side_by_side(width);
    let next = row.next.get(..side * next_rows(width));
    let next: Vec<String> = next
        .unwrap_or(&row.next)
        .chunks(side)
        .map(|part| sweeps::instants(part, &row.tz))
        .collect();
    let mut told = vec![(
        "Schedule",
        sweeps::schedule(row, width.saturating_sub(LABEL)),
    )];
    for (n, part) in next.into_iter().enumerate() {
        told.push((if n == 0 { "Next runs" } else { "" }, part));
    }
    let line = |(label, what): (&str, String)| {
        let shown = text::cut(&what, width.saturating_sub(LABEL));
        let label = Span::styled(format!(" {label:<10}"), state.look.theme.faint);
        Line::from(vec![label, Span::raw(shown)])
    };
    told.into_iter().map(line).collect()
}

/// Whose clock the times of the table stand on.
fn clock(state: &State) -> Option<Line<'static>> {
    let tenants = tenants(state);
    let zones: BTreeSet<String> = tenants.iter().map(|name| state.zone_of(name)).collect();
    let at = usize::try_from(state.list().0.at).ok()?;
    let here = tenants.get(at).or(tenants.first())?;
    let zone = state.zone_of(here);
    let words = match zones.len() {
        1 => format!(" Times {}", format::clock(&zone)),
        _ => format!(" Times on the clock of each tenant: {zone} in {here}"),
    };
    let width = usize::from(state.size.0);
    // The zone is what nobody can guess: it is the last to be cut.
    let words = match safe_width(&words) > width {
        true => format!(" Times in {zone} for {here}"),
        false => words,
    };
    let shown = text::cut(&words, width);
    Some(Line::from(Span::styled(shown, state.look.theme.faint)))
}

/// The tenant of each row of the table shown.
fn tenants(state: &State) -> Vec<&str> {
    let sweeps = state.sweeps.rows.as_deref().unwrap_or_default();
    let runs = state.runs.rows.as_deref().unwrap_or_default();
    match state.screen {
        Screen::Sweeps => sweeps.iter().map(|row| row.tenant.as_str()).collect(),
        Screen::Runs => runs.iter().map(|row| row.tenant.as_str()).collect(),
        Screen::Invitations => {
            let rows = state.invitations.rows().iter();
            rows.map(|row| row.tenant.as_str()).collect()
        }
        Screen::Tenants => {
            let rows = state.tenant_rows().iter();
            rows.map(|row| row.tenant.name.as_str()).collect()
        }
        Screen::Users | Screen::Roles | Screen::Scopes => Vec::new(),
    }
}
