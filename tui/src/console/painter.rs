//! Frames as bytes. Each frame is one write, wrapped in a synchronized update, with the fewest bytes that turn what the
//! terminal shows into what it should show: short steps of the cursor instead of addresses, changes of the pen instead
//! of pens, short gaps written over, ends of lines erased, and nothing at all when nothing changed.

use super::pen::{PLAIN, Pen, switch};
use super::scroll;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use std::fmt::Write as _;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// A gap of so many columns is cheaper to write over than to step over.
const GAP: u16 = 3;

/// From so many blanks on, erasing the end of the line is cheaper than writing them.
const ERASE: u16 = 4;

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
mod tests;
