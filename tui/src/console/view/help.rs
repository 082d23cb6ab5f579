//! The help: exactly the keys that work on this screen now.

use crate::console::command::{Command, Group};
use crate::console::painter::Canvas;
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

fn lines(state: &State, width: usize) -> Vec<Line<'static>> {
    let theme = &state.look.theme;
    let place = state.place();
    let mut out: Vec<Line<'static>> = Vec::new();
    for group in Group::ALL {
        let commands: Vec<Command> = state
            .keymap
            .bound(place)
            .filter(|command| command.group() == group)
            .collect();
        if commands.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(Line::default());
        }
        out.push(Line::from(Span::styled(group.title(), theme.strong)));
        for command in commands {
            let why_not = state.enabled(command).err();
            let keys = state.keymap.all(command);
            let style = if why_not.is_some() {
                theme.faint
            } else {
                Style::new()
            };
            let mut what = command.title().to_owned();
            if let Some(why) = why_not {
                what = format!("{what} ({why})");
            }
            let pad = KEYS.max(keys.width() + 2);
            for (n, part) in text::wrap(&what, width.saturating_sub(pad))
                .into_iter()
                .enumerate()
            {
                let shown = if n == 0 { keys.as_str() } else { "" };
                out.push(Line::from(vec![
                    Span::styled(
                        format!("{shown:<pad$}"),
                        if why_not.is_some() {
                            theme.faint
                        } else {
                            theme.accent
                        },
                    ),
                    Span::styled(part, style),
                ]));
            }
        }
    }
    out
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
