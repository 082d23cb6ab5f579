//! The table of sweeps.

use crate::console::state::State;
use crate::console::theme::Look;
use crate::console::view::runs::state_style;
use crate::console::view::{foot, format};
use crate::console::widgets::table::{Column, Table};
use crate::console::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use rollcall_shared::domain::{Micros, Mode, RunState};
use rollcall_shared::text::{safe, safe_width};
use rollcall_shared::wire::sweep::{RunLine, SweepRow};

/// Runs told of one sweep at most.
const LAST: usize = 3;
/// Columns of an instant, with the comma and the blank behind it.
pub const INSTANT: usize = 22;

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
            (None, None) => super::asking(state),
            (None, Some(_)) => vec!["No tenants yet, so there is nothing to sweep.".into()],
        },
    };
    let area = foot::draw(state, area, buf);
    table.draw_all(area, buf, rows, |row, column, width| {
        cell(row, column, width, &state.look)
    });
}

/// When a sweep is due, as its policy says it, and on whose clock: that stands still while the cursor moves along sweeps of
/// one tenant.
/// On few columns the clock is its zone alone: that is not to be cut.
pub fn schedule(row: &SweepRow, width: usize) -> String {
    let whole = format!("{:<14}  {}", row.schedule, format::clock(&row.tz));
    match safe_width(&whole) > width {
        true => format!("{}  {}", row.schedule, row.tz),
        false => whole,
    }
}

/// Instants with their weekdays, one behind the other.
pub fn instants(all: &[Micros], zone: &str) -> String {
    let shown = all
        .iter()
        .map(|at| format::weekday_minute(*at, zone, INSTANT));
    shown.collect::<Vec<_>>().join(", ")
}

/// The last runs, newest first; where there is none, whether it was due.
pub fn last(row: &SweepRow, look: &Look) -> Vec<(String, Style)> {
    let runs = row.last_run.iter().chain(&row.earlier);
    let mut told: Vec<(String, Style)> = runs
        .take(LAST)
        .map(|run| (ran(run, &row.tz), state_style(run.state, look)))
        .collect();
    if told.is_empty() {
        let words = match row.last_due {
            Some(at) => format!("none: nothing to do on {}", instants(&[at], &row.tz)),
            None => "none yet".to_owned(),
        };
        told.push((words, look.theme.faint));
    }
    told
}

/// When a run started, what became of it, and who started it.
fn ran(run: &RunLine, zone: &str) -> String {
    let (planned, applied) = (format::number(run.planned), format::number(run.applied));
    let what = match run.state {
        RunState::Done => format!("done, {applied} of {planned} applied"),
        RunState::Running => format!("running, {applied} of {planned} applied"),
        RunState::Observed => format!("observed, {planned} planned"),
        RunState::Proposed => format!("waits for approval, {planned} planned"),
        RunState::Rejected => format!("rejected, {planned} planned"),
    };
    let when = instants(&[run.started_at], zone);
    format!("{when}  {what}, by {}", safe(&run.started_by))
}

/// Until when a sweep warns and does not act.
pub fn amnesty(row: &SweepRow) -> Option<String> {
    let until = row.amnesty_until?;
    let until = instants(&[until], &row.tz);
    Some(format!("until {until}: it warns and does not act"))
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
