//! Draws the state. Looks at it, never changes it.

mod bars;
pub mod format;
mod header;
mod help;
pub mod layout;
mod overlay;
mod pane;
mod plan;
mod run;
mod runs;
mod sweeps;
mod tenant;
mod tenants;
mod user;
mod users;

use super::painter::Canvas;
use super::state::overlay::Overlay;
use super::state::{Screen, State};
use super::theme::Glyphs;
use ratatui::text::Line;

/// Draws one frame. The canvas has the size that the state knows, or the update has not heard of a new one yet.
pub fn view(state: &State, canvas: &mut Canvas) {
    let area = canvas.area();
    let regions = layout::regions((area.width, area.height), state.pane_open());
    header::draw(state, regions.header, canvas.buffer_mut());
    bars::tabs(state, regions.tabs, canvas.buffer_mut());
    if !regions.table.is_empty() {
        let (table, buf) = (regions.table, canvas.buffer_mut());
        match state.screen {
            Screen::Users => users::draw(state, table, buf),
            Screen::Sweeps => sweeps::draw(state, table, buf),
            Screen::Runs => runs::draw(state, table, buf),
            Screen::Tenants => tenants::draw(state, table, buf),
        }
    }
    if !regions.pane.is_empty() {
        pane::draw(state, regions.pane, canvas.buffer_mut());
    }
    bars::line(state, regions.line, canvas);
    bars::footer(state, regions.footer, canvas.buffer_mut());
    match &state.overlay {
        Overlay::None | Overlay::Search(_) => {}
        Overlay::Help { scroll } => help::draw(state, *scroll, canvas),
        _ => overlay::draw(state, canvas),
    }
    if state.look.glyphs == Glyphs::ascii() {
        // Signs that stand in texts, here and in the daemon's answers; each is one column wide.
        for cell in &mut canvas.buffer_mut().content {
            let sign = match cell.symbol() {
                "…" => "~",
                "→" => ">",
                "—" => "-",
                _ => continue,
            };
            cell.set_symbol(sign);
        }
    }
}

/// Lines of the pane shown, at its present width.
pub fn pane_length(state: &State) -> usize {
    let (_, width) = layout::pane_lines(state);
    pane_content(state, width).1.len()
}

/// Lines of the help, and how many of them are in view.
pub fn help_length(state: &State) -> (usize, usize) {
    help::length(state)
}

/// Title and lines of the pane of the screen shown.
fn pane_content(state: &State, width: usize) -> (String, Vec<Line<'static>>) {
    match state.screen {
        Screen::Users => user::content(state, width),
        Screen::Sweeps => plan::content(state, width),
        Screen::Runs => run::content(state, width),
        Screen::Tenants => tenant::content(state, width),
    }
}
