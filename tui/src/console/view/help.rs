//! The help: exactly the keys that work on this screen now.

use crate::console::canvas::Canvas;
use crate::console::command::{Command, Group, Places};
use crate::console::state::State;
use crate::console::widgets::{popup, text};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

const KEYS: usize = 16;

fn area(state: &State) -> Rect {
    let (width, height) = state.size;
    let whole = Rect::new(0, 0, width, height);
    let lines = u16::try_from(lines(state, inner_width(width)).len()).unwrap_or(u16::MAX);
    popup::place(whole, width.min(92), lines.saturating_add(2))
}

fn inner_width(width: u16) -> usize {
    usize::from(width.min(92).saturating_sub(4))
}

/// Lines of the help, and how many of them are in view.
pub fn length(state: &State) -> (usize, usize) {
    let lines = lines(state, inner_width(state.size.0)).len();
    (lines, usize::from(area(state).height.saturating_sub(2)))
}

/// The lines of the help: what has a key here, what lies over the screens, and what has its name only.
fn lines(state: &State, width: usize) -> Vec<Line<'static>> {
    let theme = &state.look.theme;
    let place = state.place();
    let keymap = &state.keymap;
    let mut sections: Vec<(&str, Vec<Command>)> = Vec::new();
    for group in Group::ALL {
        let bound = keymap.bound(place).filter(|c| c.group() == group);
        sections.push((group.title(), bound.filter(|c| state.offers(*c)).collect()));
    }
    let over = Places::MENU.and(Places::FORM).and(Places::CONFIRM);
    let bound = keymap.bound(over);
    let over = bound.filter(|c| !c.places().meets(Places::SCREENS));
    sections.push(("In menus, forms and questions", over.collect()));
    let all = Command::ALL.iter().copied();
    let here = all.filter(|c| c.places().meets(place));
    let nameless = here.filter(|c| keymap.keys(*c).is_empty() && state.offers(*c));
    sections.push(("By name, in the palette", nameless.collect()));
    let mut out: Vec<Line<'static>> = Vec::new();
    for (title, commands) in sections {
        if commands.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(Line::default());
        }
        out.push(Line::from(Span::styled(title, theme.strong)));
        let named: Vec<(Command, String)> =
            commands.iter().map(|c| (*c, keys(state, *c))).collect();
        let widest = named.iter().map(|(_, keys)| keys.width() + 2).max();
        let pad = KEYS.max(widest.unwrap_or(0));
        for (command, keys) in named {
            out.extend(line(state, command, &keys, pad, width));
        }
    }
    out.push(Line::default());
    if let Some(joins) = &state.joins {
        let joins = text::wrap(&format!("Another terminal joins with: {joins}"), width);
        out.extend(joins.into_iter().map(Line::from));
    }
    let typing = "While typing: Left Right Home End move, Ctrl-w deletes a word, Ctrl-u the line, Ctrl-k the rest.";
    let typing = text::wrap(typing, width).into_iter();
    out.extend(typing.map(|part| Line::from(Span::styled(part, theme.faint))));
    out
}

/// The keys of a command; its name in the palette where it has none.
fn keys(state: &State, command: Command) -> String {
    let keys = state.keymap.all(command);
    if !keys.is_empty() {
        return keys;
    }
    state.keymap.way(command)
}

/// What some keys do, and why it cannot be done now.
fn line(
    state: &State,
    command: Command,
    keys: &str,
    pad: usize,
    width: usize,
) -> Vec<Line<'static>> {
    let title = command.title();
    let why_not = state.why_not(command);
    let theme = &state.look.theme;
    let (keys_style, style, what) = match why_not {
        Some(why) => (theme.faint, theme.faint, format!("{title} ({why})")),
        None => (theme.accent, Style::new(), title.to_owned()),
    };
    let parts = text::wrap(&what, width.saturating_sub(pad)).into_iter();
    let lines = parts.enumerate().map(|(n, part)| {
        let shown = if n == 0 { keys } else { "" };
        Line::from(vec![
            Span::styled(format!("{shown:<pad$}"), keys_style),
            Span::styled(part, style),
        ])
    });
    lines.collect()
}

/// Draws the help over the screen.
pub fn draw(state: &State, scroll: usize, canvas: &mut Canvas) {
    let area = area(state);
    let mut all = lines(state, inner_width(state.size.0));
    let title = format!("Keys: {}", state.screen.title());
    let inner = popup::frame(area, canvas.buffer_mut(), &title, Style::new(), &state.look);
    let height = usize::from(inner.height);
    let scroll = scroll.min(all.len().saturating_sub(height));
    if all.len() > scroll + height && height > 0 {
        let more = all.len() - scroll - height + 1;
        all[scroll + height - 1] = Line::from(Span::styled(
            format!("{} {more} more lines", state.look.glyphs.down),
            state.look.theme.faint,
        ));
    }
    popup::lines(inner, canvas.buffer_mut(), all.into_iter().skip(scroll));
}
