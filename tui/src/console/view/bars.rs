//! The lines above and below the tables: tabs, search line or notice, keys.

use super::flow;
use super::format;
use super::layout;
use crate::console::command::Command;
use crate::console::command::Places;
use crate::console::painter::Canvas;
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
    let tabs = layout::tabs(state);
    let end = tabs.last().map_or(0, |tab| tab.x + tab.width);
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
    parts.extend(state.users.phrases());
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

/// The commands worth a word in the footer, by place.
fn useful(place: Places) -> &'static [Command] {
    use Command as C;
    match place {
        Places::USERS => &[
            C::Open,
            C::Search,
            C::Sort,
            C::Filter,
            C::Tenant,
            C::Actions,
            C::EditRole,
            C::Invite,
            C::Why,
            C::Copy,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::USER => &[
            C::Back,
            C::NextRow,
            C::PreviousRow,
            C::Actions,
            C::EditRole,
            C::Why,
            C::Trial,
            C::Copy,
            C::Palette,
        ],
        Places::SWEEPS => &[
            C::Open,
            C::RunNow,
            C::Tenant,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::PLAN => &[
            C::RunNow,
            C::Open,
            C::Back,
            C::NextRow,
            C::PreviousRow,
            C::Copy,
            C::Refresh,
        ],
        Places::RUNS => &[
            // What comes and goes with the run under the cursor stands last, so that nothing else moves.
            C::Open,
            C::Tenant,
            C::Palette,
            C::Back,
            C::Approve,
        ],
        Places::RUN => &[
            C::Back,
            C::NextRow,
            C::PreviousRow,
            C::Approve,
            C::Reject,
            C::Copy,
        ],
        Places::ROLES => &[
            C::Open,
            C::Left,
            C::Right,
            C::Search,
            C::Tenant,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::ROLE => &[C::Open, C::Back, C::NextRow, C::PreviousRow, C::Copy],
        Places::SCOPES => &[
            C::Open,
            C::Members,
            C::Left,
            C::Right,
            C::Tenant,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::INVITATIONS => &[
            C::Open,
            C::Resend,
            C::Revoke,
            C::Invite,
            C::Tenant,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::INVITATION => &[
            C::Back,
            C::NextRow,
            C::PreviousRow,
            C::Resend,
            C::Revoke,
            C::Copy,
        ],
        Places::TENANTS => &[
            C::Open,
            C::Members,
            C::Invite,
            C::TransferOwner,
            C::Tenant,
            C::Palette,
            C::NextScreen,
            C::Back,
        ],
        Places::SCOPE => &[C::Back, C::Members, C::NextRow, C::PreviousRow, C::Copy],
        _ => &[
            C::Back,
            C::Members,
            C::NextRow,
            C::PreviousRow,
            C::TransferOwner,
            C::Copy,
        ],
    }
}

/// The most useful keys here, from the live key map; what cannot be done now is greyed, and what makes no sense for what
/// is selected is left out.
pub fn footer(state: &State, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = &state.look.theme;
    if let Overlay::Flow(flow) = &state.overlay {
        let keys = cut(
            &flow::keys(state, flow),
            usize::from(area.width.saturating_sub(1)),
        );
        Line::from(Span::styled(format!(" {keys}"), theme.faint)).render(area, buf);
        return;
    }
    let help = (state.keymap.first(Command::Help), "help");
    let help_width = help.0.width() + help.1.width() + 3;
    let mut room = usize::from(area.width).saturating_sub(help_width + 1);
    let mut spans = vec![Span::raw(" ")];
    for command in useful(state.place()) {
        let key = state.keymap.first(*command);
        if key.is_empty() || !state.applies(*command) {
            continue;
        }
        let width = key.width() + command.short().width() + 3;
        if width > room {
            break;
        }
        room -= width;
        let possible = state.enabled(*command).is_ok();
        let (key_style, style) = if possible {
            (theme.accent.patch(theme.strong), Style::new())
        } else {
            (theme.faint, theme.faint)
        };
        spans.push(Span::styled(key, key_style));
        spans.push(Span::styled(format!(" {}  ", command.short()), style));
    }
    Line::from(spans).render(area, buf);
    if !help.0.is_empty() && usize::from(area.width) > help_width {
        let x = area.right() - u16::try_from(help_width).unwrap_or(0);
        let line = Line::from(vec![
            Span::styled(help.0, theme.accent.patch(theme.strong)),
            Span::raw(format!(" {} ", help.1)),
        ]);
        line.render(
            Rect {
                x,
                width: area.right() - x,
                ..area
            },
            buf,
        );
    }
}
