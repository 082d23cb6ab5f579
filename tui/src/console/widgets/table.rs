//! Tables: which columns fit, how wide, and the rows in view with the marker of the cursor.

use crate::console::theme::Look;
use crate::console::view::layout::GUTTER;
use crate::console::widgets::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// Stands behind the title, which is cut for it: which way round the rows are sorted by it; empty where they are not.
    pub sign: &'static str,
    /// It is left out rather than made narrower than this.
    pub min: u16,
    /// It is not made wider than this.
    pub want: u16,
    /// Which columns go first when there is no room: the largest.
    pub rank: u8,
    /// Numbers stand at the right.
    pub right: bool,
}

impl Column {
    /// A column of text.
    pub fn new(title: impl Into<String>, min: u16, want: u16, rank: u8) -> Self {
        Column {
            title: title.into(),
            sign: "",
            min,
            want,
            rank,
            right: false,
        }
    }

    /// A column of numbers.
    pub fn number(title: impl Into<String>, width: u16, rank: u8) -> Self {
        Column {
            right: true,
            ..Column::new(title, width, width, rank)
        }
    }
}

/// Blanks between columns on a table of a width.
fn gap(width: u16) -> u16 {
    if width >= 160 { 2 } else { 1 }
}

/// The columns that fit into a width, in their order, with their widths. The first by rank is always among them.
pub fn allot(columns: &[Column], width: u16) -> Vec<(usize, u16)> {
    let between = gap(width);
    let room = width.saturating_sub(GUTTER);
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|i| columns[*i].rank);
    let mut chosen: Vec<usize> = Vec::new();
    let mut used = 0;
    for i in order {
        let more = columns[i].min + if chosen.is_empty() { 0 } else { between };
        if chosen.is_empty() || used + more <= room {
            used += more;
            chosen.push(i);
        }
    }
    let mut widths: Vec<(usize, u16)> = chosen
        .iter()
        .map(|i| (*i, columns[*i].min.min(room.max(1))))
        .collect();
    let mut left = room.saturating_sub(used);
    widths.sort_by_key(|(i, _)| *i);
    // What is left goes where most is cut.
    while left > 0 {
        let neediest = widths
            .iter_mut()
            .rev()
            .filter(|(i, width)| *width < columns[*i].want)
            .max_by_key(|(i, width)| columns[*i].want - *width);
        let Some((_, width)) = neediest else {
            break;
        };
        *width += 1;
        left -= 1;
    }
    widths
}

/// Columns of the first cell that the cursor marks at most: a step draws two of them.
const MARKED: u16 = 12;

/// What one row shows.
pub enum Row {
    /// One list of spans a column, each exactly as wide as the column.
    Cells(Vec<Vec<Span<'static>>>),
    /// Not fetched yet.
    Missing,
}

/// A table: titles and the rows in view.
pub struct Table<'a> {
    /// Its columns.
    pub columns: &'a [Column],
    /// How it looks.
    pub look: &'a Look,
    /// Rows in the list.
    pub len: u64,
    /// First row in view.
    pub top: u64,
    /// Row of the cursor.
    pub at: u64,
    /// What stands in an empty table, one paragraph a line.
    pub empty: Vec<String>,
}

impl Row {
    /// A row whose cells come one by one from their column and width.
    pub fn each<T>(
        row: &T,
        widths: &[(usize, u16)],
        cell: impl Fn(&T, usize, usize) -> Vec<Span<'static>>,
    ) -> Row {
        let one = |(column, width): &(usize, u16)| cell(row, *column, usize::from(*width));
        Row::Cells(widths.iter().map(one).collect())
    }
}

impl Table<'_> {
    /// Draws it. `row` gives the cells of a row for the columns and widths told.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, row: impl Fn(u64, &[(usize, u16)]) -> Row) {
        if area.is_empty() {
            return;
        }
        let widths = allot(self.columns, area.width);
        self.titles(area, buf, &widths);
        let height = u64::from(area.height - 1);
        for line in 0..height.min(self.len.saturating_sub(self.top)) {
            let index = self.top + line;
            let y = area.y + 1 + u16::try_from(line).unwrap_or(0);
            let place = Rect::new(area.x, y, area.width, 1);
            match row(index, &widths) {
                Row::Cells(cells) => self.row(place, buf, cells, &widths, index == self.at),
                Row::Missing => {
                    let dots = Span::styled("  ·", self.look.theme.faint);
                    Line::from(dots).render(place, buf);
                }
            }
        }
        if self.len == 0 {
            nothing(&self.empty, self.look, area, buf);
        }
    }

    /// Draws rows that are all here; `cell` gives one cell from its column and width.
    pub fn draw_all<T>(
        &self,
        area: Rect,
        buf: &mut Buffer,
        rows: &[T],
        cell: impl Fn(&T, usize, usize) -> Vec<Span<'static>>,
    ) {
        self.draw(area, buf, |index, widths| {
            let row = usize::try_from(index).ok().and_then(|i| rows.get(i));
            row.map_or(Row::Missing, |row| Row::each(row, widths, &cell))
        });
    }

    fn titles(&self, area: Rect, buf: &mut Buffer, widths: &[(usize, u16)]) {
        let mut spans = vec![Span::raw(" ".repeat(usize::from(GUTTER)))];
        for (n, (i, width)) in widths.iter().enumerate() {
            if n > 0 {
                spans.push(Span::raw(" ".repeat(usize::from(gap(area.width)))));
            }
            let column = &self.columns[*i];
            let width = usize::from(*width);
            let title = match column.sign {
                "" => column.title.clone(),
                sign => {
                    let room = width.saturating_sub(sign.width());
                    let title: String = column.title.chars().take(room).collect();
                    format!("{title}{sign}")
                }
            };
            spans.extend(if column.right {
                right(&title, width, Style::new())
            } else {
                text::plain(&title, width, Style::new())
            });
        }
        let place = Rect { height: 1, ..area };
        Line::from(spans).render(place, buf);
        buf.set_style(place, self.look.theme.head);
    }

    fn row(
        &self,
        place: Rect,
        buf: &mut Buffer,
        cells: Vec<Vec<Span<'static>>>,
        widths: &[(usize, u16)],
        selected: bool,
    ) {
        let marker = if selected {
            self.look.glyphs.marker
        } else {
            " "
        };
        let mut spans = vec![Span::raw(format!("{marker} "))];
        let mut first = 0;
        for (n, cell) in cells.into_iter().enumerate() {
            if n == 0 {
                let shown: String = cell.iter().map(|s| s.content.as_ref()).collect();
                first = shown.trim_end().width();
            } else {
                spans.push(Span::raw(" ".repeat(usize::from(gap(place.width)))));
            }
            spans.extend(cell);
        }
        debug_assert!(widths.len() <= self.columns.len());
        Line::from(spans).render(place, buf);
        if selected {
            // Only the marker and the beginning of the name: a whole line reversed is half a kilobyte on a wide terminal.
            let width = GUTTER + u16::try_from(first).unwrap_or(0).min(MARKED);
            let mark = Rect {
                width: width.min(place.width),
                ..place
            };
            buf.set_style(mark, self.look.theme.cursor);
        }
    }
}

/// Paragraphs where there is nothing else to draw.
pub fn nothing(paragraphs: &[String], look: &Look, area: Rect, buf: &mut Buffer) {
    let width = usize::from(area.width.saturating_sub(4));
    let lines = paragraphs.iter().flat_map(|text| text::wrap(text, width));
    for (n, line) in (2u16..).zip(lines) {
        if n < area.height {
            let place = Rect::new(area.x, area.y + n, area.width, 1);
            Line::from(Span::styled(format!("  {line}"), look.theme.faint)).render(place, buf);
        }
    }
}

/// A cell with its text at the right.
pub fn right(text: &str, width: usize, style: Style) -> Vec<Span<'static>> {
    let shown = text.trim();
    let columns = shown.width();
    if columns >= width {
        return text::plain(shown, width, style);
    }
    vec![
        Span::raw(" ".repeat(width - columns)),
        Span::styled(shown.to_owned(), style),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn columns_fit_and_the_first_by_rank_is_there(
            sizes in prop::collection::vec((1u16..30, 0u16..20, 0u8..10), 1..12), width in 12u16..250
        ) {
            let columns: Vec<Column> = sizes
                .iter()
                .map(|(min, more, rank)| Column::new("x", *min, min + more, *rank))
                .collect();
            let chosen = allot(&columns, width);
            prop_assert!(!chosen.is_empty());
            let sum: u16 = chosen.iter().map(|(_, w)| *w).sum::<u16>()
                + gap(width) * (u16::try_from(chosen.len()).unwrap() - 1);
            prop_assert!(sum <= width - GUTTER, "{:?}", chosen);
            let best = columns.iter().map(|c| c.rank).min();
            prop_assert!(chosen.iter().any(|(i, _)| Some(columns[*i].rank) == best));
            for (i, w) in &chosen {
                prop_assert!(*w <= columns[*i].want);
            }
        }
    }
}
