//! The matrix of roles and permissions: the line of roles and the column of permissions stay while the rest scrolls.

use crate::console::state::State;
use crate::console::state::roles::{Mark, mark};
use crate::console::view::layout::{self, GUTTER};
use crate::console::widgets::table::nothing;
use crate::console::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use rollcall_shared::text::{fold, safe_width};

/// The widest column of a role; longer labels are cut, and stand whole below the matrix.
const WIDEST: usize = 14;
/// The narrowest: the longest word of a cell.
const NARROWEST: usize = 5;

/// Columns of the permissions' names.
fn names(state: &State, width: usize) -> usize {
    let longest = state
        .roles
        .permissions()
        .iter()
        .map(|p| safe_width(&p.name))
        .max();
    let most = (width / 2).saturating_sub(4).clamp(8, 40);
    longest.unwrap_or(0).clamp(8, most)
}

/// The roles in view with the width of their columns.
fn columns(state: &State, width: u16) -> Vec<(usize, usize)> {
    let width = usize::from(width);
    let mut room = width.saturating_sub(usize::from(GUTTER) + names(state, width));
    let mut columns = Vec::new();
    let roles = state.roles.roles().iter().enumerate();
    for (at, role) in roles.skip(state.roles.left) {
        let wants = safe_width(&role.label).clamp(NARROWEST, WIDEST);
        // At least one role is always there.
        if room < wants + 1 && !columns.is_empty() {
            break;
        }
        columns.push((at, wants.min(room.saturating_sub(1))));
        room = room.saturating_sub(wants + 1);
    }
    columns
}

/// The roles whose columns are in view.
pub fn in_view(state: &State) -> Vec<usize> {
    let table = layout::of(state).table;
    columns(state, table.width)
        .into_iter()
        .map(|(at, _)| at)
        .collect()
}

/// Draws the matrix.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let permissions = state.roles.permissions();
    if let Some(lines) = empty(state, permissions.is_empty()) {
        nothing(&lines, &state.look, area, buf);
        return;
    }
    let columns = columns(state, area.width);
    titles(state, &columns, area, buf);
    let names = names(state, usize::from(area.width));
    let height = layout::table_rows(state);
    let top = usize::try_from(state.roles.cursor.top).unwrap_or(0);
    let at = usize::try_from(state.roles.cursor.at).unwrap_or(0);
    let needle = fold(&state.roles.search);
    let look = &state.look;
    let rows = permissions.iter().enumerate().skip(top);
    for (y, (row, permission)) in (area.y + 1..area.bottom()).zip(rows) {
        if u64::from(y - area.y) > height {
            break;
        }
        let here = row == at;
        let marker = if here { look.glyphs.marker } else { " " };
        let mut spans = vec![Span::raw(format!("{marker} "))];
        let base = Style::new();
        spans.extend(text::cell(
            &permission.name,
            names,
            &needle,
            base,
            look.theme.hit,
        ));
        for (column, width) in &columns {
            let mark = mark(&state.roles.roles()[*column], &permission.id);
            let mut style = style(mark, state);
            if here && *column == state.roles.column {
                style = style.patch(look.theme.cursor);
            }
            let word = mark.word(look.glyphs.none);
            let shown = text::cut(word, *width);
            let rest = width.saturating_sub(safe_width(&shown));
            spans.push(Span::raw(" "));
            spans.push(Span::styled(shown, style));
            spans.push(Span::raw(" ".repeat(rest)));
        }
        Line::from(spans).render(Rect::new(area.x, y, area.width, 1), buf);
    }
    meaning(state, area, buf);
}

fn style(mark: Mark, state: &State) -> Style {
    let theme = &state.look.theme;
    match mark {
        Mark::Yes => theme.good,
        Mark::Own | Mark::ReadOnly | Mark::Group | Mark::Root => theme.accent,
        Mark::Block => theme.bad,
        Mark::None => theme.faint,
    }
}

/// The roles above their columns, and that there are more at a side.
fn titles(state: &State, columns: &[(usize, usize)], area: Rect, buf: &mut Buffer) {
    let look = &state.look;
    let names = names(state, usize::from(area.width));
    let all = state.roles.roles();
    let first = columns.first().map_or(0, |c| c.0);
    let last = columns.last().map_or(0, |c| c.0);
    let title = match (first > 0, last + 1 < all.len()) {
        (false, false) => "Permission".to_owned(),
        _ => format!("Permission {}-{}/{}", first + 1, last + 1, all.len()),
    };
    let mut spans = vec![Span::raw(" ".repeat(usize::from(GUTTER)))];
    spans.extend(text::plain(&title, names, Style::new()));
    for (column, width) in columns {
        let role = &all[*column];
        let mut style = if role.enabled {
            Style::new()
        } else {
            look.theme.faint
        };
        if *column == state.roles.column {
            style = style.patch(look.theme.strong);
        }
        spans.push(Span::raw(" "));
        spans.extend(text::plain(&role.label, *width, style));
    }
    let place = Rect { height: 1, ..area };
    Line::from(spans).render(place, buf);
    buf.set_style(place, look.theme.head);
}

/// What the cell under the cursor means, below the matrix.
fn meaning(state: &State, area: Rect, buf: &mut Buffer) {
    let rows = layout::meaning_rows(state.size).min(area.height.saturating_sub(1));
    let at = usize::try_from(state.roles.cursor.at).unwrap_or(0);
    let permissions = state.roles.permissions();
    let (Some(permission), Some(role)) = (
        permissions.get(at),
        state.roles.roles().get(state.roles.column),
    ) else {
        return;
    };
    let theme = &state.look.theme;
    let means = if permission.meaning.is_empty() {
        &permission.id
    } else {
        &permission.meaning
    };
    let width = usize::from(area.width.saturating_sub(2));
    let said = format!("{}: {}", role.label, mark(role, &permission.id).meaning());
    let lines = text::wrap(&said, width).into_iter().take(1);
    let more = text::wrap(means, width).into_iter();
    let styled = lines
        .map(|line| (line, Style::new()))
        .chain(more.map(|line| (line, theme.faint)));
    for (y, (line, style)) in (area.bottom() - rows..area.bottom()).zip(styled) {
        let place = Rect::new(area.x, y, area.width, 1);
        Line::from(Span::styled(format!("  {line}"), style)).render(place, buf);
    }
}

/// What stands where there is no matrix; none when there is one.
fn empty(state: &State, nothing_fits: bool) -> Option<Vec<String>> {
    let key = state.keymap.first(crate::console::command::Command::Tenant);
    match (&state.roles.failure, &state.roles.list) {
        (Some(failure), _) => Some(vec![failure.what.clone(), failure.hint.clone()]),
        (None, Some(_)) if nothing_fits => Some(vec!["No permission fits.".into()]),
        (None, Some(_)) => None,
        (None, None) if state.one_tenant().is_none() => Some(vec![
            "Roles belong to a tenant.".into(),
            format!("{key} chooses one."),
        ]),
        (None, None) => Some(vec!["Asking the daemon …".into()]),
    }
}
