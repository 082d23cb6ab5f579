//! The matrix of roles and permissions: the line of roles and the column of permissions stay while the rest scrolls.

use crate::console::command::Command;
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
use rollcall_shared::wire::role::RoleRow;

/// The widest column of a role; a label that is longer on two lines is cut, and stands whole in the pane.
const WIDEST: usize = 14;
/// The narrowest: the longest word of a cell.
const NARROWEST: usize = 5;
/// The meanings stand beside the roles where there is so much room for them.
const MEANING: usize = 28;

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

/// Lines of the titles: two where a label is too long for one and the terminal is not a low one.
pub fn title_rows(state: &State) -> u16 {
    let long = |role: &RoleRow| safe_width(&role.label) > WIDEST;
    let two = state.size.1 >= 12 && state.roles.roles().iter().any(long);
    1 + u16::from(two)
}

/// Columns of a role: as few as its label needs on the lines there are.
fn role_width(label: &str, lines: u16) -> usize {
    // No word is broken where that can be helped.
    let longest = label.split_whitespace().map(safe_width).max();
    let least = longest.unwrap_or(0).clamp(NARROWEST, WIDEST);
    let fits = |width: &usize| text::wrap(label, *width).len() <= usize::from(lines);
    (least..WIDEST).find(fits).unwrap_or(WIDEST)
}

/// The roles in view with the width of their columns.
fn columns(state: &State, width: u16) -> Vec<(usize, usize)> {
    let width = usize::from(width);
    let lines = title_rows(state);
    let mut room = width.saturating_sub(usize::from(GUTTER) + names(state, width));
    let mut columns = Vec::new();
    let roles = state.roles.roles().iter().enumerate();
    for (at, role) in roles.skip(state.roles.left) {
        let wants = role_width(&role.label, lines);
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
    let first = area.y + layout::title_rows(state);
    let used = columns.iter().map(|(_, width)| width + 1).sum::<usize>();
    let room = usize::from(area.width).saturating_sub(usize::from(GUTTER) + names + used + 2);
    for (y, (row, permission)) in (first..area.bottom()).zip(rows) {
        if u64::from(y - first) >= height {
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
            let chosen = here && *column == state.roles.column;
            let word = mark.word(look.glyphs.none);
            let shown = text::cut(word, *width);
            let rest = width.saturating_sub(safe_width(&shown));
            spans.push(Span::raw(if chosen && look.plain { ">" } else { " " }));
            spans.push(Span::styled(shown, style));
            spans.push(Span::raw(" ".repeat(rest)));
        }
        if room >= MEANING {
            let means = text::cut(&permission.meaning, room);
            spans.push(Span::styled(format!("  {means}"), look.theme.faint));
        }
        Line::from(spans).render(Rect::new(area.x, y, area.width, 1), buf);
    }
    legend(state, area, buf);
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
    let lines = layout::title_rows(state);
    let labels: Vec<Vec<String>> = columns
        .iter()
        .map(|(column, width)| over(&all[*column].label, *width, usize::from(lines)))
        .collect();
    for line in 0..lines {
        // The last line is the one that stands next to the rows.
        let at = usize::from(line);
        let title = if line + 1 == lines { &title } else { "" };
        let mut spans = vec![Span::raw(" ".repeat(usize::from(GUTTER)))];
        spans.extend(text::plain(title, names, Style::new()));
        for ((column, width), label) in columns.iter().zip(&labels) {
            let mut style = if all[*column].enabled {
                Style::new()
            } else {
                look.theme.faint
            };
            if *column == state.roles.column {
                style = style.patch(look.theme.strong);
            }
            spans.push(Span::raw(" "));
            spans.extend(text::plain(&label[at], *width, style));
        }
        let place = Rect {
            y: area.y + line,
            height: 1,
            ..area
        };
        Line::from(spans).render(place, buf);
        if line + 1 == lines {
            buf.set_style(place, look.theme.head);
        }
    }
}

/// A label on exactly so many lines, the last one next to what stands below; what is left over is cut.
fn over(label: &str, width: usize, lines: usize) -> Vec<String> {
    let mut parts = text::wrap(label, width);
    if parts.len() > lines {
        let rest = parts.split_off(lines - 1).join(" ");
        parts.push(text::cut(&rest, width));
    }
    let mut out = vec![String::new(); lines - parts.len()];
    out.extend(parts);
    out
}

/// What the words of the cells mean, below the matrix: the same wherever the cursor is, so that its steps stay cheap.
fn legend(state: &State, area: Rect, buf: &mut Buffer) {
    let rows = layout::legend_rows(state.size).min(area.height.saturating_sub(1));
    let none = state.look.glyphs.none;
    let permissions = state.roles.permissions();
    let occurs = |wanted: &Mark| {
        let roles = state.roles.roles().iter();
        let mut marks = roles.flat_map(|role| permissions.iter().map(|p| mark(role, &p.id)));
        marks.any(|mark| mark == *wanted)
    };
    let words: Vec<String> = Mark::ALL
        .into_iter()
        .filter(occurs)
        .map(|mark| format!("{} {}", mark.word(none), mark.short()))
        .collect();
    let open = state.keymap.first(Command::Open);
    let said = format!("{}; {open} explains a cell", words.join(", "));
    let lines = text::wrap(&said, usize::from(area.width.saturating_sub(2)));
    for (y, line) in (area.bottom() - rows..area.bottom()).zip(lines) {
        let place = Rect::new(area.x, y, area.width, 1);
        let line = Span::styled(format!("  {line}"), state.look.theme.faint);
        Line::from(line).render(place, buf);
    }
}

/// What stands where there is no matrix; none when there is one.
fn empty(state: &State, nothing_fits: bool) -> Option<Vec<String>> {
    let key = state.keymap.first(Command::Tenant);
    match (&state.roles.failure, &state.roles.list) {
        (Some(failure), _) => Some(vec![failure.what.clone(), failure.hint.clone()]),
        (None, Some(_)) if nothing_fits => Some(vec!["No permission fits.".into()]),
        (None, Some(_)) => None,
        (None, None) if state.one_tenant().is_none() => Some(vec![
            "Roles belong to a tenant.".into(),
            format!("{key} chooses one."),
        ]),
        (None, None) => Some(super::asking(state)),
    }
}
