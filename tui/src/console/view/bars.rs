//! The lines above and below the tables: tabs, search line or notice.

use super::format;
use super::layout;
use crate::console::canvas::Canvas;
use crate::console::state::link::Link;
use crate::console::state::overlay::Overlay;
use crate::console::state::{Screen, State, Tone};
use crate::console::update::RUNS;
use crate::console::widgets::text::{self, cut};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};
use unicode_width::UnicodeWidthStr;

/// The screens; at the right where the cursor is, and what hides rows.
pub fn tabs(state: &State, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = &state.look.theme;
    let mut end = 0;
    for tab in layout::tabs(state) {
        if tab.x + tab.width > area.width {
            break;
        }
        let key = state.keymap.first(tab.screen.command());
        let key = if key.width() == 1 { key } else { " ".into() };
        let active = tab.screen == state.screen;
        let style = if active { theme.bar } else { Style::new() };
        let key_style = if active { theme.bar } else { theme.accent };
        let name = match (tab.name, active) {
            ("", _) => String::new(),
            (name, false) => format!(" {name}"),
            (name, true) if state.look.plain => format!("[{name}]"),
            (name, true) => format!(" {name} "),
        };
        let line = Line::from(vec![
            Span::styled(format!(" {key}"), key_style),
            Span::styled(name, style),
        ]);
        let place = Rect {
            x: tab.x,
            width: tab.width,
            ..area
        };
        line.render(place, buf);
        end = tab.x + tab.width;
    }
    let room = usize::from(area.width.saturating_sub(end + 2));
    let position = position(state);
    if position.is_empty() || position.width() > room {
        return;
    }
    let mut spans = Vec::new();
    let hidden = hidden(state);
    let room = room - position.width();
    if !hidden.is_empty() && room > 8 {
        let shown = cut(&hidden, room - 3);
        spans.push(Span::styled(shown, theme.warn));
        spans.push(Span::raw("  "));
    }
    spans.push(Span::raw(position));
    let line = Line::from(spans);
    let columns = u16::try_from(line.width() + 1).unwrap_or(area.width);
    let place = Rect {
        x: area.right().saturating_sub(columns),
        width: columns,
        ..area
    };
    line.render(place, buf);
}

/// What hides rows, where it does not stand whole beside the tabs.
fn cut_above(state: &State, width: u16) -> Option<String> {
    let hidden = hidden(state);
    let end = layout::end(&layout::tabs(state));
    let room = usize::from(width.saturating_sub(end + 2));
    let room = room.saturating_sub(position(state).width() + 3);
    (hidden.width() > room).then_some(hidden)
}

/// What hides rows: search and filters.
fn hidden(state: &State) -> String {
    if state.screen == Screen::Roles && !state.roles.search.is_empty() {
        return format!("/{}", state.roles.search);
    }
    if state.screen != Screen::Users {
        return String::new();
    }
    let mut parts = Vec::new();
    if !state.users.search.is_empty() {
        parts.push(format!("/{}", state.users.search));
    }
    parts.extend(state.users.phrases(|id| state.role_label(id)));
    parts.join("  ")
}

fn position(state: &State) -> String {
    let (at, len) = match state.screen {
        Screen::Users => match state.users.total {
            Some(total) => (state.users.cursor.at, total),
            None if state.users.asked.is_none() => return String::new(),
            None if state.link.is_up() && state.users.search.is_empty() => {
                return "counting …".into();
            }
            None if state.link.is_up() => return "searching …".into(),
            None => return String::new(),
        },
        _ => {
            let (cursor, len) = state.list();
            (cursor.at, len)
        }
    };
    if len == 0 {
        return if state.screen == Screen::Users {
            "0 accounts".into()
        } else {
            String::new()
        };
    }
    let of = if state.screen == Screen::Runs && len == u64::from(RUNS) {
        "of the newest"
    } else {
        "of"
    };
    format!("{} {of} {}", format::number(at + 1), format::number(len))
}

/// The search line while it is typed, else the notice.
pub fn line(state: &State, area: Rect, canvas: &mut Canvas) {
    if area.is_empty() {
        return;
    }
    let theme = &state.look.theme;
    if let Overlay::Search(input) = &state.overlay {
        let room = usize::from(area.width.saturating_sub(3));
        let scroll = input.visual_scroll(room);
        let shown: String = visible(input.value(), scroll, room);
        let line = Line::from(vec![Span::styled(" /", theme.accent), Span::raw(shown)]);
        line.render(area, canvas.buffer_mut());
        let x = 2 + input.visual_cursor().saturating_sub(scroll);
        canvas.set_cursor_position((area.x + u16::try_from(x).unwrap_or(0), area.y));
        return;
    }
    if let Some(notice) = &state.notice {
        let style = match notice.tone {
            Tone::Good => theme.good,
            Tone::Bad => theme.bad,
            Tone::Plain => Style::new(),
        };
        say(&notice.text, style, area, canvas);
        return;
    }
    if let Some(running) = &state.sweeps.running {
        let text = match &running.line {
            Some(run) => format!(
                " Running {} in {}: {} of {} dealt with.",
                running.sweep,
                running.tenant,
                format::number(run.applied + run.skipped),
                format::number(run.planned)
            ),
            None => format!(" Running {} in {} …", running.sweep, running.tenant),
        };
        Line::from(Span::styled(text, theme.accent)).render(area, canvas.buffer_mut());
        return;
    }
    if !state.sending.is_empty() {
        let text = " Sent; waiting for the answer …";
        Line::from(Span::styled(text, theme.accent)).render(area, canvas.buffer_mut());
        return;
    }
    if let (Some(failure), Link::Up) = (&state.users.denied, &state.link) {
        let text = format!("Users hidden: {}", failure.what);
        let shown = cut(&text, usize::from(area.width.saturating_sub(2)));
        Line::from(Span::styled(format!(" {shown}"), theme.warn)).render(area, canvas.buffer_mut());
        return;
    }
    if let (Some(hidden), Link::Up) = (cut_above(state, area.width), &state.link) {
        let shown = cut(&hidden, usize::from(area.width.saturating_sub(8)));
        let line = Line::from(Span::styled(format!(" Only: {shown}"), theme.warn));
        line.render(area, canvas.buffer_mut());
        return;
    }
    if let Link::Down { why, .. } = &state.link {
        let shown = cut(why, usize::from(area.width.saturating_sub(2)));
        Line::from(Span::styled(format!(" {shown}"), theme.faint))
            .render(area, canvas.buffer_mut());
    }
}

/// Lines a notice may take; it grows upwards over the table and goes with the next key.
const NOTICE: usize = 4;

/// A notice that does not lose its end where one line is too short: that is where it says what to do.
fn say(what: &str, style: Style, area: Rect, canvas: &mut Canvas) {
    let mut lines = text::wrap(what, usize::from(area.width.saturating_sub(2)));
    lines.truncate(NOTICE.min(usize::from(area.y) + 1));
    let rows = u16::try_from(lines.len()).unwrap_or(1);
    for (y, line) in (area.y + 1 - rows..).zip(lines) {
        let place = Rect { y, ..area };
        Clear.render(place, canvas.buffer_mut());
        Line::from(Span::styled(format!(" {line}"), style)).render(place, canvas.buffer_mut());
    }
}

/// The columns of a typed line from a scroll position.
pub fn visible(value: &str, scroll: usize, room: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for c in value.chars() {
        let width = UnicodeWidthStr::width(c.encode_utf8(&mut [0; 4]) as &str);
        if column >= scroll && column + width <= scroll + room {
            out.push(c);
        }
        column += width;
    }
    out
}
