//! A pane: a title, then lines that scroll.

use crate::console::state::{Screen, State};
use crate::console::theme::Look;
use crate::console::view::{layout, pane_content};
use crate::console::widgets::{popup, text};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use rollcall_shared::wire::Failure;
use unicode_width::UnicodeWidthStr;

/// Draws the pane of the screen shown.
pub fn draw(state: &State, area: Rect, buf: &mut Buffer) {
    let (height, width) = layout::pane_lines(state);
    let (title, lines) = pane_content(state, width);
    let beside = area.x > 0;
    let look = &state.look;
    let left = match (state.zoom, beside) {
        (true, _) => 0,
        (false, true) => 2,
        (false, false) => 1,
    };
    if beside && !look.plain {
        for y in area.y..area.bottom() {
            buf.set_string(area.x, y, look.glyphs.bar, look.theme.faint);
        }
    }
    let inner = Rect {
        x: area.x + left,
        width: area.width.saturating_sub(left),
        ..area
    };
    let scroll = scroll(state).min(lines.len().saturating_sub(height));
    let place = if lines.len() > height {
        format!(
            "{}-{} of {} ",
            scroll + 1,
            (scroll + height).min(lines.len()),
            lines.len()
        )
    } else {
        String::new()
    };
    let room = usize::from(inner.width).saturating_sub(place.width());
    let mut spans = text::plain(&title, room, look.theme.strong);
    spans.push(Span::raw(place));
    let head = Rect { height: 1, ..inner };
    Line::from(spans).render(head, buf);
    buf.set_style(head, look.theme.head);
    let body = Rect {
        y: inner.y + 1,
        height: inner.height.saturating_sub(1),
        ..inner
    };
    popup::lines(body, buf, lines.into_iter().skip(scroll));
}

fn scroll(state: &State) -> usize {
    match state.screen {
        Screen::Users => state.users.pane.as_ref().map_or(0, |p| p.scroll),
        Screen::Sweeps => state.sweeps.pane.as_ref().map_or(0, |p| p.scroll),
        Screen::Runs => state.runs.pane.as_ref().map_or(0, |p| p.scroll),
        Screen::Tenants => state.tenants.pane.as_ref().map_or(0, |p| p.scroll),
        Screen::Roles => state.roles.pane.as_ref().map_or(0, |p| p.scroll),
        Screen::Scopes => state.scopes.pane.as_ref().map_or(0, |p| p.scroll),
        Screen::Invitations => state.invitations.pane.as_ref().map_or(0, |p| p.scroll),
    }
}

/// Collects the lines of a pane.
pub struct Writer<'a> {
    look: &'a Look,
    width: usize,
    lines: Vec<Line<'static>>,
}

/// Columns of the labels.
pub const LABEL: usize = 16;

impl<'a> Writer<'a> {
    /// No lines yet.
    pub fn new(look: &'a Look, width: usize) -> Self {
        Writer {
            look,
            width,
            lines: Vec::new(),
        }
    }

    /// The lines.
    pub fn done(self) -> Vec<Line<'static>> {
        self.lines
    }

    /// A heading, with a blank line before it unless it is the first.
    pub fn heading(&mut self, title: &str) {
        if !self.lines.is_empty() {
            self.blank();
        }
        self.text(title, self.look.theme.strong, 0);
    }

    /// A blank line.
    pub fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    /// A paragraph, indented; safe.
    pub fn text(&mut self, what: &str, style: Style, indent: usize) {
        for part in text::wrap(what, self.width.saturating_sub(indent)) {
            self.lines.push(Line::from(vec![
                Span::raw(" ".repeat(indent)),
                Span::styled(part, style),
            ]));
        }
    }

    /// A label with its value; safe. Nothing without a value.
    pub fn field(&mut self, label: &str, value: &str, style: Style) {
        if value.is_empty() {
            return;
        }
        let label_width = LABEL.min(self.width / 2);
        for (n, part) in text::wrap(value, self.width.saturating_sub(label_width))
            .into_iter()
            .enumerate()
        {
            let shown = if n == 0 { label } else { "" };
            self.lines.push(Line::from(vec![
                Span::styled(format!("{shown:<label_width$}"), self.look.theme.faint),
                Span::styled(part, style),
            ]));
        }
    }

    /// Parts on one line; each cut where it would not fit.
    pub fn parts(&mut self, parts: &[(&str, Style)]) {
        let mut spans = Vec::new();
        let mut used = 0;
        for (part, style) in parts {
            let shown = text::cut(part, self.width.saturating_sub(used));
            used += shown.width();
            spans.push(Span::styled(shown, *style));
        }
        self.lines.push(Line::from(spans));
    }

    /// Why there is nothing to show, and what to do instead.
    pub fn failure(&mut self, failure: &Failure) {
        self.text(&failure.what, self.look.theme.bad, 0);
        if !failure.hint.is_empty() {
            self.text(&failure.hint, Style::new(), 0);
        }
    }

    /// The line that stands until the answer is here.
    pub fn waiting(&mut self) {
        self.text("Asking the daemon …", self.look.theme.faint, 0);
    }
}
