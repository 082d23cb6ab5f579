//! Frames as bytes. Each frame is one write, wrapped in a synchronized update, with the fewest bytes that turn what the
//! terminal shows into what it should show: short steps of the cursor instead of addresses, changes of the pen instead
//! of pens, short gaps written over, ends of lines erased, and nothing at all when nothing changed.

use super::pen::{PLAIN, Pen, switch};
use super::scroll;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use std::fmt::Write as _;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// A gap of so many columns is cheaper to write over than to step over.
const GAP: u16 = 3;

/// From so many blanks on, erasing the end of the line is cheaper than writing them.
const ERASE: u16 = 4;

/// What is drawn on: cells, and where the terminal's own cursor belongs while text is typed.
#[derive(Debug)]
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    cursor: Option<Position>,
}

impl<'a> Canvas<'a> {
    /// A canvas over cells.
    pub fn new(buffer: &'a mut Buffer) -> Self {
        Canvas {
            buffer,
            cursor: None,
        }
    }

    /// The whole of it.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// Its cells.
    pub fn buffer_mut(&mut self) -> &mut Buffer {
        self.buffer
    }

    /// Shows the terminal's cursor, as column and row; without it the cursor stays hidden.
    pub fn set_cursor_position(&mut self, at: (u16, u16)) {
        self.cursor = Some(Position::new(at.0, at.1));
    }

    /// Where the terminal's cursor belongs.
    pub fn cursor(&self) -> Option<Position> {
        self.cursor
    }
}

/// Keeps what a terminal shows, and changes it.
#[derive(Debug)]
pub struct Painter<W: Write> {
    out: W,
    /// What the terminal shows; none when that is not known.
    shown: Option<Buffer>,
    frame: String,
    /// None when the terminal's own pen is not known.
    pen: Option<Pen>,
    /// Where the terminal will write next; none when that is not known.
    at: Option<(u16, u16)>,
    /// Whether the cursor is visible; none when that is not known.
    cursor: Option<bool>,
    /// Whether the terminal is asked to move rows that moved.
    scrolls: bool,
    sent: u64,
}

impl<W: Write> Painter<W> {
    /// A painter of a terminal of which nothing is known.
    pub fn new(out: W) -> Self {
        Painter {
            out,
            shown: None,
            frame: String::new(),
            pen: None,
            at: None,
            cursor: None,
            scrolls: true,
            sent: 0,
        }
    }

    /// Writes every row that changed, also where the terminal could move it.
    pub fn without_scrolling(mut self) -> Self {
        self.scrolls = false;
        self
    }

    /// Bytes sent so far.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// What was written to.
    pub fn out(&self) -> &W {
        &self.out
    }

    /// Forgets what the terminal shows: somebody else wrote to it.
    pub fn forget(&mut self) {
        self.shown = None;
        self.pen = None;
        self.at = None;
        self.cursor = None;
    }

    /// Adds a sequence that draws nothing to the next frame.
    pub fn raw(&mut self, sequence: &str) {
        self.frame.push_str(sequence);
    }

    /// Makes the terminal show these cells, and its cursor where it belongs.
    pub fn paint(&mut self, next: &Buffer, cursor: Option<Position>) -> io::Result<()> {
        let mut shown = match self.shown.take() {
            Some(shown) if shown.area == next.area => shown,
            _ => {
                self.take_pen(PLAIN);
                self.frame.push_str("\x1b[2J");
                Buffer::empty(next.area)
            }
        };
        if let Some(found) = scroll::find(&shown, next).filter(|_| self.scrolls) {
            // What comes in takes the ground of the pen in hand.
            self.take_pen(PLAIN);
            self.frame.push_str(&scroll::sequence(found));
            self.at = None;
            scroll::apply(&mut shown, found);
        }
        let width = usize::from(next.area.width).max(1);
        let rows = shown.content.chunks(width).zip(next.content.chunks(width));
        for (y, (old, new)) in (next.area.y..).zip(rows) {
            self.row(y, old, new);
        }
        shown.clone_from(next);
        self.shown = Some(shown);
        self.place_cursor(cursor);
        self.flush()
    }

    fn row(&mut self, y: u16, old: &[Cell], new: &[Cell]) {
        if old == new {
            return;
        }
        let (old, new) = (Spots::of(old), Spots::of(new));
        let width = u16::try_from(new.0.len()).unwrap_or(u16::MAX);
        let end = new.blank_from();
        let mut x = 0;
        while x < width {
            let i = usize::from(x);
            if old.0[i] == new.0[i] {
                x += 1;
                continue;
            }
            if x >= end && width - x >= ERASE {
                self.go(x, y, &new);
                self.take_pen(PLAIN);
                self.frame.push_str("\x1b[K");
                return;
            }
            if let Spot::Cell(symbol, pen) = new.0[i] {
                self.go(x, y, &new);
                self.take_pen(pen);
                self.put(symbol, width);
            }
            x += 1;
        }
    }

    fn put(&mut self, symbol: &str, width: u16) {
        self.frame.push_str(symbol);
        let columns = u16::try_from(symbol.width()).unwrap_or(u16::MAX);
        // Terminals disagree about the width of clusters, and wait at the last column.
        let certain = symbol.chars().count() == 1;
        self.at = self
            .at
            .map(|(x, y)| (x.saturating_add(columns), y))
            .filter(|(x, _)| certain && *x < width);
    }

    fn go(&mut self, x: u16, y: u16, row: &Spots) {
        match self.at {
            Some(at) if at == (x, y) => {}
            Some((from, line)) if line == y && from < x => self.ahead(from, x, row),
            Some((_, line)) if line + 1 == y && x == 0 => self.frame.push_str("\r\n"),
            _ => self.address(x, y),
        }
        self.at = Some((x, y));
    }

    /// Moves right on the same line.
    fn ahead(&mut self, from: u16, to: u16, row: &Spots) {
        if to - from <= GAP {
            let gap = &row.0[usize::from(from)..usize::from(to)];
            let cheap = gap.iter().all(
                |spot| matches!(spot, Spot::Cell(s, pen) if s.is_ascii() && Some(*pen) == self.pen),
            );
            if cheap {
                for spot in gap {
                    if let Spot::Cell(symbol, _) = spot {
                        self.frame.push_str(symbol);
                    }
                }
                return;
            }
        }
        match to - from {
            1 => self.frame.push_str("\x1b[C"),
            n => put(&mut self.frame, format_args!("\x1b[{n}C")),
        }
    }

    fn address(&mut self, x: u16, y: u16) {
        match (x, y) {
            (0, 0) => self.frame.push_str("\x1b[H"),
            (0, y) => put(&mut self.frame, format_args!("\x1b[{}H", y + 1)),
            (x, y) => put(&mut self.frame, format_args!("\x1b[{};{}H", y + 1, x + 1)),
        }
    }

    fn take_pen(&mut self, pen: Pen) {
        if self.pen != Some(pen) {
            self.frame.push_str(&switch(self.pen, pen));
            self.pen = Some(pen);
        }
    }

    fn place_cursor(&mut self, cursor: Option<Position>) {
        match cursor {
            None if self.cursor != Some(false) => self.frame.push_str("\x1b[?25l"),
            None => {}
            Some(Position { x, y }) => {
                if self.at != Some((x, y)) {
                    self.address(x, y);
                    self.at = Some((x, y));
                }
                if self.cursor != Some(true) {
                    self.frame.push_str("\x1b[?25h");
                }
            }
        }
        self.cursor = Some(cursor.is_some());
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(self.frame.len() + BEGIN.len() + END.len());
        bytes.extend_from_slice(BEGIN);
        bytes.extend_from_slice(self.frame.as_bytes());
        bytes.extend_from_slice(END);
        self.frame.clear();
        self.sent += bytes.len() as u64;
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}

/// Writing to a `String` cannot fail.
fn put(out: &mut String, args: std::fmt::Arguments) {
    let written = out.write_fmt(args);
    debug_assert!(written.is_ok());
}

/// One column of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spot<'a> {
    /// A symbol begins here.
    Cell(&'a str, Pen),
    /// The rest of a wide symbol, so many columns after its beginning.
    Rest(&'a str, Pen, u16),
}

/// The columns of a line.
struct Spots<'a>(Vec<Spot<'a>>);

impl<'a> Spots<'a> {
    fn of(cells: &'a [Cell]) -> Self {
        let mut spots = Vec::with_capacity(cells.len());
        while spots.len() < cells.len() {
            let cell = &cells[spots.len()];
            let pen = Pen::of(cell);
            spots.push(Spot::Cell(cell.symbol(), pen));
            let columns = u16::try_from(cell.symbol().width()).unwrap_or(1);
            for n in 1..columns {
                if spots.len() < cells.len() {
                    spots.push(Spot::Rest(cell.symbol(), pen, n));
                }
            }
        }
        Spots(spots)
    }

    /// The column from which on there are only plain blanks.
    fn blank_from(&self) -> u16 {
        let blanks = self
            .0
            .iter()
            .rev()
            .take_while(|spot| **spot == Spot::Cell(" ", PLAIN))
            .count();
        u16::try_from(self.0.len() - blanks).unwrap_or(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::style::{Color, Modifier, Style};
    use std::num::NonZeroU16;

    fn parser() -> vt100::Parser {
        let size = |n| NonZeroU16::new(n).unwrap();
        vt100::Parser::new(size(6), size(20), 0)
    }

    fn words() -> impl Strategy<Value = Vec<(u16, u16, String, u8)>> {
        prop::collection::vec((0u16..20, 0u16..6, "[a-z 一二]{1,12}", 0u8..6), 0..12)
    }

    /// Each on its own: terminals disagree about bold and dim at once.
    fn style(n: u8) -> Style {
        match n {
            0 => Style::reset(),
            1 => Style::reset().bold(),
            2 => Style::reset().fg(Color::Red).bold(),
            3 => Style::reset().reversed(),
            4 => Style::reset().fg(Color::Indexed(200)).underlined(),
            _ => Style::reset().dim().bg(Color::LightBlue),
        }
    }

    fn buffer(words: &[(u16, u16, String, u8)]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 6));
        for (x, y, word, n) in words {
            buffer.set_stringn(*x, *y, word, usize::from(20 - x), style(*n));
        }
        buffer
    }

    /// What a terminal shows is what was painted, cell by cell.
    fn same(seen: &vt100::Parser, next: &Buffer) -> Result<(), TestCaseError> {
        for y in 0..next.area.height {
            let cells: Vec<Cell> = (0..next.area.width).map(|x| next[(x, y)].clone()).collect();
            for (x, spot) in (0u16..).zip(Spots::of(&cells).0) {
                let Spot::Cell(symbol, pen) = spot else {
                    continue;
                };
                let cell = seen.screen().cell(y, x).unwrap();
                let text = if cell.contents().is_empty() {
                    " "
                } else {
                    cell.contents()
                };
                prop_assert_eq!(symbol, text, "at {},{}", x, y);
                prop_assert_eq!(
                    pen.modifier.contains(Modifier::BOLD),
                    cell.bold(),
                    "at {},{}",
                    x,
                    y
                );
                prop_assert_eq!(pen.modifier.contains(Modifier::DIM), cell.dim());
                prop_assert_eq!(pen.modifier.contains(Modifier::REVERSED), cell.inverse());
                prop_assert_eq!(
                    pen.modifier.contains(Modifier::UNDERLINED),
                    cell.underline()
                );
                prop_assert_eq!(pen.fg == Color::Red, cell.fgcolor() == vt100::Color::Idx(1));
                prop_assert_eq!(
                    pen.bg == Color::LightBlue,
                    cell.bgcolor() == vt100::Color::Idx(12)
                );
            }
        }
        Ok(())
    }

    /// A full page, so that it is worth moving.
    fn full() -> impl Strategy<Value = Vec<(String, u8)>> {
        prop::collection::vec(("[a-z 一二]{16,20}", 0u8..6), 14)
    }

    /// From row, to row, by how many rows, and what is written over then.
    type Move = (usize, usize, isize, Vec<(u16, u16, String, u8)>);

    fn moves() -> impl Strategy<Value = Vec<Move>> {
        let over = prop::collection::vec((0u16..20, 0u16..14, "[a-z 一二]{1,9}", 0u8..6), 0..3);
        prop::collection::vec((0usize..7, 7usize..14, -4isize..5, over), 1..6)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn rows_that_moved_are_moved_by_the_terminal_and_end_as_painted(page in full(), moves in moves()) {
            let area = Rect::new(0, 0, 20, 14);
            let mut next = Buffer::empty(area);
            for (y, (text, n)) in (0u16..).zip(&page) {
                next.set_stringn(0, y, text, 20, style(*n));
            }
            let size = |n| NonZeroU16::new(n).unwrap();
            let mut seen = vt100::Parser::new(size(14), size(20), 0);
            let mut painter = Painter::new(Vec::new());
            let mut read = 0;
            painter.paint(&next, None).unwrap();
            for (n, (top, bottom, by, over)) in moves.into_iter().enumerate() {
                if by != 0 && by.unsigned_abs() <= bottom - top {
                    scroll::apply(&mut next, scroll::Scroll { top, bottom, by });
                }
                for (x, y, word, n) in over {
                    next.set_stringn(x, y, word, usize::from(20 - x), style(n));
                }
                if n == 3 {
                    painter.forget();
                }
                painter.paint(&next, None).unwrap();
                seen.process(&painter.out()[read..]);
                read = painter.out().len();
                same(&seen, &next)?;
            }
        }
    }

    #[test]
    fn a_band_that_moved_costs_what_comes_in() {
        let page = |first: u16| {
            let mut next = Buffer::empty(Rect::new(0, 0, 20, 14));
            for y in 0..14 {
                let number = u64::from(first + y).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                next.set_string(0, y, format!("{number:016x}"), Style::new());
            }
            next
        };
        let cost = |mut painter: Painter<Vec<u8>>| {
            painter.paint(&page(100), None).unwrap();
            let sent = painter.sent();
            painter.paint(&page(105), None).unwrap();
            painter.sent() - sent
        };
        let moved = cost(Painter::new(Vec::new()));
        let written = cost(Painter::new(Vec::new()).without_scrolling());
        assert!(moved < 150 && moved < written, "{moved} of {written}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_terminal_shows_what_was_painted(frames in prop::collection::vec(words(), 1..6)) {
            let mut painter = Painter::new(Vec::new());
            let mut seen = parser();
            let mut read = 0;
            for words in frames {
                let next = buffer(&words);
                painter.paint(&next, None).unwrap();
                seen.process(&painter.out()[read..]);
                read = painter.out().len();
                same(&seen, &next)?;
            }
        }

        #[test]
        fn painting_the_same_again_sends_nothing(words in words()) {
            let next = buffer(&words);
            let mut painter = Painter::new(Vec::new());
            painter.paint(&next, None).unwrap();
            let sent = painter.sent();
            painter.paint(&next, None).unwrap();
            prop_assert_eq!(painter.sent(), sent);
        }
    }

    #[test]
    fn the_cursor_is_shown_where_text_is_typed_and_hidden_after() {
        let next = buffer(&[]);
        let mut painter = Painter::new(Vec::new());
        let mut seen = parser();
        painter.paint(&next, Some(Position::new(5, 2))).unwrap();
        seen.process(painter.out());
        assert_eq!(seen.screen().cursor_position(), (2, 5));
        assert!(!seen.screen().hide_cursor());
        painter.paint(&next, None).unwrap();
        seen.process(painter.out());
        assert!(seen.screen().hide_cursor());
    }
}
