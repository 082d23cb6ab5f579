//! A box over the screen.

use crate::console::theme::Look;
use crate::console::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

/// A place for a box of a wanted size inside an area: in the middle, a little above it.
pub fn place(area: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(area.width);
    let height = height.min(area.height);
    Rect::new(
        area.x + (area.width - width) / 2,
        area.y + (area.height - height) / 3,
        width,
        height,
    )
}

/// Columns for the title in the frame of a box so wide.
pub fn title_room(width: usize) -> usize {
    width.saturating_sub(6)
}

/// Draws an empty box with its title; returns what is inside, one blank from the sides.
pub fn frame(area: Rect, buf: &mut Buffer, title: &str, style: Style, look: &Look) -> Rect {
    clear(area, buf);
    if area.width < 4 || area.height < 3 {
        return area;
    }
    if look.plain {
        let name = text::cut(title, title_room(usize::from(area.width)));
        let line = Line::from(Span::styled(format!("== {name} =="), look.theme.strong));
        line.render(Rect { height: 1, ..area }, buf);
        return inside(area);
    }
    let [tl, top, tr, side, bl, br] = look.glyphs.frame;
    let inner = usize::from(area.width - 2);
    let name = text::cut(title, title_room(usize::from(area.width)));
    let used = unicode_width::UnicodeWidthStr::width(name.as_str()) + 3;
    let first = Line::from(vec![
        Span::styled(format!("{tl}{top} "), style),
        Span::styled(name, style.patch(look.theme.strong)),
        Span::styled(
            format!(" {}{tr}", top.repeat(inner.saturating_sub(used))),
            style,
        ),
    ]);
    first.render(Rect { height: 1, ..area }, buf);
    for y in area.y + 1..area.bottom() - 1 {
        buf.set_string(area.x, y, side, style);
        buf.set_string(area.right() - 1, y, side, style);
    }
    buf.set_string(
        area.x,
        area.bottom() - 1,
        format!("{bl}{}{br}", top.repeat(inner)),
        style,
    );
    inside(area)
}

/// What is inside a box: one blank from its sides; all of it where there is no room for a frame.
pub fn inside(area: Rect) -> Rect {
    if area.width < 4 || area.height < 3 {
        return area;
    }
    Rect::new(area.x + 2, area.y + 1, area.width - 4, area.height - 2)
}

/// Empties an area, with the left half of a wide character that reaches into it.
fn clear(area: Rect, buf: &mut Buffer) {
    Clear.render(area, buf);
    if area.x == 0 {
        return;
    }
    for y in area.y..area.bottom() {
        let beside = &mut buf[(area.x - 1, y)];
        if unicode_width::UnicodeWidthStr::width(beside.symbol()) > 1 {
            beside.set_symbol(" ");
        }
    }
}

/// Draws lines into an area from its top.
pub fn lines(area: Rect, buf: &mut Buffer, lines: impl IntoIterator<Item = Line<'static>>) {
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        line.render(Rect::new(area.x, y, area.width, 1), buf);
    }
}
