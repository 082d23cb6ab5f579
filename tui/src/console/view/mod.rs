//! Draws the state. Looks at it, never changes it.

mod bars;
mod flow;
mod foot;
mod footer;
pub mod format;
mod header;
mod help;
mod invitation;
mod invitations;
pub mod layout;
mod overlay;
mod pane;
mod plan;
mod role;
mod roles;
mod run;
mod runs;
mod scope;
mod scopes;
mod sweeps;
mod tenant;
mod tenants;
mod user;
mod user_columns;
mod users;

use super::canvas::Canvas;
use super::command::Command;
use super::state::link::Link;
use super::state::overlay::{Confirm, Overlay};
use super::state::{Screen, State};
use super::theme::Glyphs;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// Draws one frame. The canvas has the size that the state knows, or the update has not heard of a new one yet.
pub fn view(state: &State, canvas: &mut Canvas) {
    let area = canvas.area();
    let regions = layout::regions((area.width, area.height), state.pane_open(), state.zoom);
    header::draw(state, regions.header, canvas.buffer_mut());
    bars::tabs(state, regions.tabs, canvas.buffer_mut());
    if !regions.table.is_empty() {
        let (table, buf) = (regions.table, canvas.buffer_mut());
        match state.screen {
            Screen::Users => users::draw(state, table, buf),
            Screen::Sweeps => sweeps::draw(state, table, buf),
            Screen::Runs => runs::draw(state, table, buf),
            Screen::Tenants => tenants::draw(state, table, buf),
            Screen::Roles => roles::draw(state, table, buf),
            Screen::Scopes => scopes::draw(state, table, buf),
            Screen::Invitations => invitations::draw(state, table, buf),
        }
    }
    if !regions.pane.is_empty() {
        pane::draw(state, regions.pane, canvas.buffer_mut());
    }
    footer::draw(state, regions.footer, canvas.buffer_mut());
    match &state.overlay {
        Overlay::None | Overlay::Search(_) => {}
        Overlay::Help { scroll } => help::draw(state, *scroll, canvas),
        Overlay::Flow(flow) => flow::draw(state, flow, canvas),
        _ => overlay::draw(state, canvas),
    }
    // Last, so that a notice of several lines lies over everything.
    let line = match state.zoom && state.notice.is_some() {
        true => Rect::new(0, area.height.saturating_sub(1), area.width, 1),
        false => regions.line,
    };
    bars::line(state, line, canvas);
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

/// Lines of a question, and how many of them are in view.
pub fn confirm_length(state: &State, confirm: &Confirm) -> (usize, usize) {
    overlay::confirm_length(state, confirm)
}

/// Lines of the text to be read, and how many of them are in view.
pub fn told_length(state: &State) -> (usize, usize) {
    flow::told_length(state)
}

/// Lines below the fields of the form in hand, and how many of them are in view.
pub fn said_length(state: &State) -> (usize, usize) {
    flow::said_length(state)
}

/// The roles whose columns are in view, by their indices.
pub fn roles_in_view(state: &State) -> Vec<usize> {
    roles::in_view(state)
}

/// Whether columns of accounts have no room at the left, at the right.
pub fn more_columns(state: &State) -> (bool, bool) {
    let shown = user_columns::in_view(state);
    (shown.before, shown.after)
}

/// Title and lines of the pane of the screen shown.
fn pane_content(state: &State, width: usize) -> (String, Vec<Line<'static>>) {
    match state.screen {
        Screen::Users => user::content(state, width),
        Screen::Sweeps => plan::content(state, width),
        Screen::Runs => run::content(state, width),
        Screen::Tenants => tenant::content(state, width),
        Screen::Roles => role::content(state, width),
        Screen::Scopes => scope::content(state, width),
        Screen::Invitations => invitation::content(state, width),
    }
}

/// What stands where rows are not here yet: that they are asked for, or that nobody is there to answer.
fn asking(state: &State) -> Vec<String> {
    match &state.link {
        Link::Down { why, .. } => vec![
            format!("Not connected: {why}"),
            format!(
                "{} tries again now; else it is tried again by itself.",
                state.keymap.first(Command::Refresh)
            ),
        ],
        Link::Connecting | Link::Up => vec!["Asking the daemon …".into()],
    }
}
