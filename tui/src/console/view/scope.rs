//! One scope whole: what it is, which settings are in force and where they come from.

use crate::console::state::State;
use crate::console::view::format;
use crate::console::view::pane::Writer;
use crate::console::view::scopes::{state_style, works_here};
use ratatui::style::Style;
use ratatui::text::Line;

/// Title and lines.
pub fn content(state: &State, width: usize) -> (String, Vec<Line<'static>>) {
    let mut out = Writer::new(&state.look, width);
    let Some(row) = state.scopes.selected() else {
        out.text("It is gone.", state.look.theme.faint, 0);
        return (String::new(), out.done());
    };
    let theme = &state.look.theme;
    let plain = Style::new();
    out.field("Path", &row.path, plain);
    out.field("Kind", &row.label, plain);
    let word = row.node.profile.state.word();
    out.field("State", word, state_style(row, &state.look));
    if works_here(state, row) {
        out.field("", "you work here", theme.accent);
    }
    out.field("Holders", &format::count(row.holders, "account"), plain);
    out.field("And below", &format::count(row.below, "account"), plain);
    let roles = match &row.node.profile.roles {
        None => "every role that is offered here".to_owned(),
        Some(roles) => {
            let called = roles.iter().map(|id| state.role_label(id));
            called.collect::<Vec<_>>().join(", ")
        }
    };
    out.field("Roles", &roles, plain);
    out.heading("Settings in force");
    if row.settings.is_empty() {
        out.text("None.", theme.faint, 0);
    }
    for (name, value) in &row.settings {
        let own = row.node.profile.settings.contains_key(name);
        let origin = if own { "set here" } else { "inherited" };
        out.field(name, &format!("{value} ({origin})"), plain);
    }
    (row.node.name.clone(), out.done())
}
