//! The form of an invitation; what was refused stands below the field it is about.

use super::{below, field, list, refusal_lines, top};
use crate::console::painter::Canvas;
use crate::console::state::State;
use crate::console::state::flow::{Field, Invite};
use crate::console::update::field_of;
use crate::console::widgets::{popup, text};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use rollcall_shared::wire::Failure;

/// Columns of the titles.
const TITLE: usize = 14;

/// Draws it.
pub fn draw(
    state: &State,
    invite: &Invite,
    failure: Option<&Failure>,
    area: Rect,
    canvas: &mut Canvas,
) {
    let shown = |field: Field| invite.fields.iter().any(|(f, _)| *f == field);
    let about = failure
        .and_then(|f| field_of(&f.rule))
        .filter(|f| shown(*f));
    let mut rest = area;
    for (at, (which, input)) in invite.fields.iter().enumerate() {
        let here = at == invite.at;
        let label = format!("{:<TITLE$}", which.title());
        if *which == Field::Roles {
            rest = roles(state, invite, here, rest, canvas);
        } else {
            field(state, &label, input, here, rest, canvas);
            if input.value().is_empty() {
                hint(state, *which, rest, canvas);
            }
            rest = below(rest, 1);
        }
        if let Some(failure) = failure.filter(|_| about == Some(*which)) {
            rest = refused(state, failure, rest, canvas);
        }
    }
    if let Some(failure) = failure.filter(|_| about.is_none()) {
        refused(state, failure, below(rest, 1), canvas);
    }
}

fn hint(state: &State, which: Field, area: Rect, canvas: &mut Canvas) {
    let room = usize::from(area.width).saturating_sub(TITLE + 1);
    let place = Rect {
        x: area.x + u16::try_from(TITLE + 1).unwrap_or(0).min(area.width),
        width: u16::try_from(room).unwrap_or(0),
        ..top(area, 1)
    };
    let said = text::cut(which.hint(), room);
    let line = Line::from(Span::styled(said, state.look.theme.faint));
    popup::lines(place, canvas.buffer_mut(), [line]);
}

/// The roles: what is ticked; the list opens while it is typed in.
fn roles(state: &State, invite: &Invite, here: bool, area: Rect, canvas: &mut Canvas) -> Rect {
    let label = format!("{:<TITLE$}", Field::Roles.title());
    let ticked = invite.roles.ticked().join(", ");
    let head = if ticked.is_empty() {
        label
    } else {
        format!(
            "{label}{} ",
            text::cut(&ticked, usize::from(area.width) / 2)
        )
    };
    field(state, &head, &invite.roles.input, here, area, canvas);
    if !here {
        if ticked.is_empty() {
            hint(state, Field::Roles, area, canvas);
        }
        return below(area, 1);
    }
    let others = u16::try_from(invite.fields.len()).unwrap_or(8);
    let rows = u16::try_from(invite.roles.items.len()).unwrap_or(u16::MAX);
    let rows = rows.min(area.height.saturating_sub(others)).max(1);
    let place = top(below(area, 1), rows);
    if invite.roles.items.is_empty() {
        super::asking(state, place, canvas);
    }
    list(state, &invite.roles, true, true, place, canvas);
    below(area, 1 + rows)
}

fn refused(state: &State, failure: &Failure, area: Rect, canvas: &mut Canvas) -> Rect {
    let lines = refusal_lines(state, failure, area.width.saturating_sub(2));
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let indented = lines.into_iter().map(|mut line| {
        line.spans.insert(0, Span::styled("  ", Style::new()));
        line
    });
    popup::lines(area, canvas.buffer_mut(), indented);
    below(area, rows)
}
