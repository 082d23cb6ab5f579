//! One deed for many accounts: role, reason, every difference, progress.

use super::{below, field, list, scrolled, top, wrapped};
use crate::console::canvas::Canvas;
use crate::console::state::State;
use crate::console::state::bulk::{Bulk, Phase};
use crate::console::update::bulk_undo;
use crate::console::widgets::popup;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Draws it.
pub fn draw(state: &State, bulk: &Bulk, area: Rect, canvas: &mut Canvas) {
    let theme = &state.look.theme;
    match bulk.phase {
        Phase::Role => {
            field(state, "Role  ", &bulk.roles.input, true, area, canvas);
            list(state, &bulk.roles, false, true, below(area, 1), canvas);
        }
        Phase::Reason => {
            field(state, "Why?  ", &bulk.reason, true, area, canvas);
            let said = "It is kept in the journal with each of them.";
            let said = Line::from(Span::styled(said, theme.faint));
            popup::lines(below(area, 1), canvas.buffer_mut(), [said]);
        }
        Phase::Looking | Phase::Doing => {
            let what = match bulk.phase {
                Phase::Looking => "Looking what it would do",
                _ if bulk.stop => "Stopping",
                _ => "Doing it",
            };
            let all = bulk.all.len();
            let line = format!("{what}: {} of {all} …", (bulk.at + 1).min(all));
            popup::lines(area, canvas.buffer_mut(), [Line::from(line)]);
            scrolled(
                state,
                lines(state, bulk, area.width),
                bulk.scroll,
                told(area),
                canvas,
            );
        }
        Phase::Asking => {
            let possible = bulk.possible();
            let all = bulk.all.len();
            let label = format!("Type the number of accounts ({possible}): ");
            field(state, &label, &bulk.number, true, area, canvas);
            let said = match all - possible {
                0 => format!("Enter goes ahead for all {all}; anything else is no."),
                left => format!("Enter goes ahead; {left} of {all} cannot be done and are left."),
            };
            let said = Line::from(Span::styled(said, theme.faint));
            popup::lines(top(below(area, 1), 1), canvas.buffer_mut(), [said]);
            scrolled(
                state,
                lines(state, bulk, area.width),
                bulk.scroll,
                told(area),
                canvas,
            );
        }
    }
}

/// Where the differences stand.
fn told(area: Rect) -> Rect {
    below(area, 3)
}

/// Every difference, account by account; what was done as far as it is.
fn lines(state: &State, bulk: &Bulk, width: u16) -> Vec<Line<'static>> {
    let theme = &state.look.theme;
    let mut texts: Vec<(String, Style)> = Vec::new();
    for one in &bulk.all {
        let email = &one.who.email;
        match (&one.did, &one.would) {
            (Some(Ok(audit)), _) => texts.push((format!("{email}: {audit}"), theme.good)),
            (Some(Err(why)), _) | (None, Some(Err(why))) => {
                texts.push((format!("{email}: not: {why}"), theme.warn));
            }
            (None, Some(Ok(changes))) => {
                texts.push((format!("{email}: {}", changes.join("; ")), Style::new()));
            }
            (None, None) => {}
        }
    }
    texts.push((bulk_undo(bulk).into(), theme.faint));
    wrapped(&texts, width)
}

/// Lines of the differences, and how many of them are in view.
pub fn length(state: &State, bulk: &Bulk, area: Rect) -> (usize, usize) {
    let said = told(area);
    (
        lines(state, bulk, area.width).len(),
        usize::from(said.height),
    )
}
