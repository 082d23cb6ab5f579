//! Who is to own a tenant.

use super::{asking, below, field, list, refusal, top, wrapped};
use crate::console::canvas::Canvas;
use crate::console::command::Command;
use crate::console::state::State;
use crate::console::state::flow::{Flow, Transfer};
use crate::console::widgets::popup;
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(state: &State, transfer: &Transfer, flow: &Flow, area: Rect, canvas: &mut Canvas) {
    let area = match &flow.failure {
        Some(failure) => {
            let rows = refusal(state, failure, area, canvas);
            top(area, area.height - rows)
        }
        None => area,
    };
    let owner = match transfer.owners.as_slice() {
        [] => "Owned by nobody known.".to_owned(),
        owners => format!("Owned by {}.", owners.join(", ")),
    };
    let (theme, glyphs) = (&state.look.theme, &state.look.glyphs);
    let replaced =
        "the owner is out of reach and is replaced: give a reason; a second approver confirms";
    let replace = if transfer.outsider {
        "You are not the owner: this replaces an owner out of reach. It needs a reason, and a second approver confirms it."
            .to_owned()
    } else {
        format!(
            "{} {} {replaced}",
            state.keymap.first(Command::NextField),
            glyphs.tick[usize::from(transfer.replace)],
        )
    };
    let style = if transfer.replace {
        theme.warn
    } else {
        theme.faint
    };
    let proposed = "It is proposed first; another person confirms it.".to_owned();
    let said = vec![
        (owner, theme.faint),
        (proposed, theme.faint),
        (replace, style),
    ];
    let lines = wrapped(&said, area.width);
    let rows = u16::try_from(lines.len()).unwrap_or(2);
    popup::lines(area, canvas.buffer_mut(), lines);
    let area = below(area, rows + 1);
    field(state, "> ", &transfer.people.input, true, area, canvas);
    if transfer.people.items.is_empty() && !flow.asked.is_empty() {
        asking(state, below(area, 1), canvas);
    }
    list(state, &transfer.people, false, true, below(area, 1), canvas);
}
