//! Menus, palette and questions over the screen.

use super::bars::visible;
use super::format;
use crate::console::canvas::Canvas;
use crate::console::command::Command;
use crate::console::deed::Deed;
use crate::console::state::State;
use crate::console::state::overlay::{
    Confirm, Export, Intent, Menu, Need, Overlay, Palette, Reason,
};
use crate::console::state::range::Typing;
use crate::console::update::{WARNING, palette};
use crate::console::widgets::{popup, text};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use rollcall_shared::text::safe_width;
use tui_input::Input;

/// Draws what lies over the screen.
pub fn draw(state: &State, canvas: &mut Canvas) {
    match &state.overlay {
        Overlay::Menu(menu) => draw_menu(state, menu, canvas),
        Overlay::Palette(palette) => draw_palette(state, palette, canvas),
        Overlay::Export(export) => draw_export(state, export, canvas),
        Overlay::Range(typing) => draw_range(state, typing, canvas),
        Overlay::Reason(reason) => draw_reason(state, reason, canvas),
        Overlay::Waiting(waiting) => {
            let title = match &waiting.of {
                Intent::Sweep(sweep, tenant) => format!("Planning {sweep} in {tenant} …"),
                Intent::Deed(proposal) => {
                    format!("Looking what this would do to {} …", proposal.subject)
                }
                Intent::Run(..) => "Fetching the run …".into(),
            };
            let keys = format!("{} cancels", state.keymap.all(Command::Back));
            let lines = vec![Line::from(Span::styled(keys, state.look.theme.faint))];
            boxed(state, canvas, &title, lines, Style::new(), 60);
        }
        Overlay::Confirm(confirm) => draw_confirm(state, confirm, canvas),
        Overlay::None | Overlay::Search(_) | Overlay::Help { .. } | Overlay::Flow(_) => {}
    }
}

/// A box just large enough for its lines; returns what is inside. A title too long for the frame goes on above the
/// lines: it says what is asked of whom.
fn boxed(
    state: &State,
    canvas: &mut Canvas,
    title: &str,
    lines: Vec<Line<'static>>,
    style: Style,
    least: usize,
) -> Rect {
    let area = canvas.area();
    let widest = lines.iter().map(Line::width).max().unwrap_or(0);
    let width = widest.max(safe_width(title) + 2).max(least) + 4;
    let width = width.min(usize::from(area.width));
    let mut title = text::wrap(title, popup::title_room(width)).into_iter();
    let first = title.next().unwrap_or_default();
    let rest: Vec<Line<'static>> = title
        .map(|part| Line::from(Span::styled(part, style.patch(state.look.theme.strong))))
        .collect();
    let place = popup::place(
        area,
        u16::try_from(width).unwrap_or(u16::MAX),
        u16::try_from(rest.len() + lines.len() + 2).unwrap_or(u16::MAX),
    );
    let above = u16::try_from(rest.len()).unwrap_or(u16::MAX);
    let inner = popup::frame(place, canvas.buffer_mut(), &first, style, &state.look);
    popup::lines(inner, canvas.buffer_mut(), rest);
    let above = above.min(inner.height);
    let inner = Rect {
        y: inner.y + above,
        height: inner.height - above,
        ..inner
    };
    popup::lines(inner, canvas.buffer_mut(), lines);
    inner
}

fn draw_menu(state: &State, menu: &Menu, canvas: &mut Canvas) {
    let (theme, glyphs) = (&state.look.theme, &state.look.glyphs);
    let label = menu
        .entries
        .iter()
        .map(|e| safe_width(&e.label))
        .max()
        .unwrap_or(0)
        .min(usize::from(canvas.area().width.saturating_sub(10)));
    // Frame, marker, tick and the blanks before the note.
    let widest = usize::from(canvas.area().width).saturating_sub(if menu.ticks { 12 } else { 8 });
    let height = usize::from(canvas.area().height.saturating_sub(4)).max(1);
    let first = menu.cursor.saturating_sub(height.saturating_sub(1));
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (i, entry) in menu.entries.iter().enumerate().skip(first).take(height) {
        let selected = i == menu.cursor;
        let style = if entry.enabled {
            Style::new()
        } else {
            theme.faint
        };
        let marker = if selected { glyphs.marker } else { " " };
        let mut spans = vec![Span::raw(format!("{marker} "))];
        if menu.ticks {
            spans.push(Span::raw(format!(
                "{} ",
                glyphs.tick[usize::from(entry.on)]
            )));
        }
        let shown: String = text::plain(&entry.label, label, style)
            .into_iter()
            .map(|s| s.content.into_owned())
            .collect();
        let style = if selected {
            style.patch(theme.cursor)
        } else {
            style
        };
        spans.push(Span::styled(shown, style));
        if !entry.note.is_empty() {
            let room = widest.saturating_sub(label);
            let note = text::cut(&entry.note, room);
            spans.push(Span::styled(format!("  {note}"), theme.faint));
        }
        lines.push(Line::from(spans));
    }
    if menu.entries.is_empty() {
        lines.push(Line::from(Span::styled(
            "Nothing to choose from yet.",
            theme.faint,
        )));
    }
    let keys = if menu.ticks {
        format!(
            // Both words are equally long: the menu must not change its width under the eyes.
            "{} closes, {} ticks, {} {}",
            state.keymap.all(Command::Back),
            state.keymap.first(Command::Tick),
            state.keymap.first(Command::Open),
            if menu.ticked {
                "is done         "
            } else {
                "ticks and closes"
            },
        )
    } else {
        format!(
            "{} chooses, {} closes",
            state.keymap.first(Command::Open),
            state.keymap.all(Command::Back)
        )
    };
    lines.push(Line::from(Span::styled(keys, theme.faint)));
    boxed(state, canvas, &menu.title, lines, Style::new(), 30);
}

/// Draws a line being typed at a place, and puts the terminal's cursor there.
pub fn typed(canvas: &mut Canvas, area: Rect, before: Span<'static>, input: &Input) {
    let start = before.width();
    let room = usize::from(area.width).saturating_sub(start + 1);
    let scroll = input.visual_scroll(room);
    let line = Line::from(vec![
        before,
        Span::raw(visible(input.value(), scroll, room)),
    ]);
    popup::lines(area, canvas.buffer_mut(), [line]);
    let x = start + input.visual_cursor().saturating_sub(scroll);
    canvas.set_cursor_position((area.x + u16::try_from(x).unwrap_or(0), area.y));
}

fn draw_palette(state: &State, palette: &Palette, canvas: &mut Canvas) {
    let theme = &state.look.theme;
    let items = palette::items(state, palette.input.value());
    let area = canvas.area();
    let width = area.width.min(90);
    let rows = area.height.saturating_sub(5).clamp(1, 14);
    let place = popup::place(area, width, rows + 3);
    let inner = popup::frame(
        place,
        canvas.buffer_mut(),
        "Commands",
        Style::new(),
        &state.look,
    );
    let height = usize::from(inner.height.saturating_sub(1));
    let first = palette.cursor.saturating_sub(height.saturating_sub(1));
    let columns = usize::from(inner.width);
    let keys = 10.min(columns / 5);
    let name = 24.min(columns / 3);
    let title = columns.saturating_sub(keys + name + 3);
    let mut lines = vec![Line::default()];
    for (i, item) in items.iter().enumerate().skip(first).take(height) {
        let style = if item.why_not.is_some() {
            theme.faint
        } else {
            Style::new()
        };
        let selected = i == palette.cursor;
        let marker = if selected {
            state.look.glyphs.marker
        } else {
            " "
        };
        let mut spans = vec![Span::raw(format!("{marker} "))];
        let named = if selected {
            style.patch(theme.cursor)
        } else {
            style
        };
        spans.extend(text::plain(&item.name, name, named));
        spans.push(Span::raw(" "));
        let what = match &item.why_not {
            Some(screen) if item.elsewhere => format!("({screen}) {}", item.title),
            Some(why) => format!("{} ({why})", item.title),
            None => item.title.clone(),
        };
        spans.extend(text::plain(&what, title, style));
        spans.extend(text::plain(&item.keys, keys, theme.accent));
        lines.push(Line::from(spans));
    }
    if items.is_empty() {
        let known = palette::elsewhere(palette.input.value());
        let known: Vec<String> = known
            .iter()
            .map(|name| format!("`rollcall {name}`"))
            .collect();
        let text = match known.is_empty() {
            true => "  No command fits.".to_owned(),
            false => format!(
                "  No command fits. On the command line there is {}.",
                known.join(", ")
            ),
        };
        lines.push(Line::from(Span::styled(text, theme.faint)));
    }
    popup::lines(inner, canvas.buffer_mut(), lines);
    let first_line = Rect { height: 1, ..inner };
    typed(
        canvas,
        first_line,
        Span::styled(": ", theme.accent),
        &palette.input,
    );
}

fn draw_reason(state: &State, reason: &Reason, canvas: &mut Canvas) {
    let theme = &state.look.theme;
    let proposal = &reason.proposal;
    let title = format!("{} {}", proposal.deed.word(), proposal.subject);
    let needed = matches!(&proposal.deed, Deed::Ownership(start) if start.replace);
    let why = if needed {
        "Why? It is kept in the journal; replacing an owner needs it."
    } else {
        "Why? It is kept in the journal; Enter alone gives no reason."
    };
    let lines = vec![
        Line::from(why),
        Line::default(),
        Line::default(),
        Line::from(Span::styled(
            "Enter shows what would happen, Esc cancels",
            theme.faint,
        )),
    ];
    let inner = boxed(state, canvas, &title, lines, Style::new(), 60);
    if inner.height > 1 {
        let place = Rect {
            y: inner.y + 1,
            height: 1,
            ..inner
        };
        typed(
            canvas,
            place,
            Span::styled("> ", theme.accent),
            &reason.input,
        );
    }
}

fn draw_export(state: &State, export: &Export, canvas: &mut Canvas) {
    let theme = &state.look.theme;
    let title = match state.users.total {
        Some(total) => format!("Export {}", format::count(total, "account")),
        None => "Export the accounts shown".into(),
    };
    if export.exists {
        let yes = state.keymap.first(Command::Confirm);
        let lines = vec![
            Line::from(export.input.value().to_owned()),
            Line::from("There is a file of this name. Replace it?"),
            Line::default(),
            Line::from(vec![
                Span::styled(yes, theme.bad),
                Span::raw(" yes    "),
                Span::styled("any other key", theme.strong),
                Span::raw(" no"),
            ]),
        ];
        boxed(state, canvas, &title, lines, theme.bad, 44);
        return;
    }
    let lines = vec![
        Line::from("Every row that is filtered here, as .csv or .jsonl, readable by you only."),
        Line::default(),
        Line::default(),
        Line::from(Span::styled("Enter writes, Esc cancels", theme.faint)),
    ];
    let inner = boxed(state, canvas, &title, lines, Style::new(), 60);
    if inner.height > 1 {
        let place = Rect {
            y: inner.y + 1,
            height: 1,
            ..inner
        };
        let label = Span::styled("File: ", theme.accent);
        typed(canvas, place, label, &export.input);
    }
}

fn draw_range(state: &State, typing: &Typing, canvas: &mut Canvas) {
    let faint = state.look.theme.faint;
    let lines = vec![
        Line::from("A date on each tenant's clock (2026-12-24), an instant with its"),
        Line::from("offset (2026-12-24T03:00:00Z), or an age: 90d is 90 days ago."),
        Line::default(),
        Line::default(),
        Line::from(Span::styled(
            "Enter filters; empty lets all through. Esc cancels.",
            faint,
        )),
    ];
    let inner = boxed(state, canvas, typing.end.title(), lines, Style::new(), 64);
    if inner.height > 2 {
        let place = Rect {
            y: inner.y + 2,
            height: 1,
            ..inner
        };
        let label = Span::styled("> ", state.look.theme.accent);
        typed(canvas, place, label, &typing.input);
    }
}

/// The lines of a question, without what stands below them.
fn confirm_lines(state: &State, confirm: &Confirm) -> Vec<Line<'static>> {
    let theme = &state.look.theme;
    let width = usize::from(state.size.0.saturating_sub(4)).min(76);
    let mut lines: Vec<Line<'static>> = Vec::new();
    for line in &confirm.lines {
        let style = if line.starts_with("Held: ") || line.starts_with(WARNING) {
            theme.warn
        } else {
            Style::new()
        };
        for part in text::wrap(line, width) {
            lines.push(Line::from(Span::styled(part, style)));
        }
    }
    lines
}

/// Lines of a question, and how many of them are in view.
pub fn confirm_length(state: &State, confirm: &Confirm) -> (usize, usize) {
    // The frame, a blank line, and what yes looks like.
    let below = match confirm.need {
        Need::Key => 4,
        Need::Number(..) => 5,
    };
    let height = usize::from(state.size.1).saturating_sub(below).max(1);
    (confirm_lines(state, confirm).len(), height)
}

fn draw_confirm(state: &State, confirm: &Confirm, canvas: &mut Canvas) {
    let theme = &state.look.theme;
    let mut lines = confirm_lines(state, confirm);
    let (all, height) = confirm_length(state, confirm);
    if all > height {
        let first = confirm.scroll.min(all - height);
        lines.drain(..first);
        lines.truncate(height);
        if first + height < all {
            let more = format!(
                "{} {} more lines",
                state.look.glyphs.down,
                all - first - height + 1
            );
            lines[height - 1] = Line::from(Span::styled(more, theme.faint));
        }
    }
    lines.push(Line::default());
    let yes = state.keymap.first(Command::Confirm);
    match &confirm.need {
        Need::Key => lines.push(Line::from(vec![
            Span::styled(yes, theme.bad),
            Span::raw(" yes    "),
            Span::styled("any other key", theme.strong),
            Span::raw(" no"),
        ])),
        Need::Number(..) => lines.push(Line::default()),
    }
    if let Need::Number(number, _) = &confirm.need {
        lines.push(Line::from(Span::styled(
            format!("{number} and Enter go ahead; anything else is no"),
            theme.faint,
        )));
    }
    let inner = boxed(state, canvas, &confirm.title, lines, theme.bad, 44);
    if let Need::Number(number, input) = &confirm.need
        && inner.height >= 2
    {
        let place = Rect {
            y: inner.bottom() - 2,
            height: 1,
            ..inner
        };
        let ask = format!("Type the number of accounts ({number}): ");
        typed(canvas, place, Span::styled(ask, theme.strong), input);
    }
}
