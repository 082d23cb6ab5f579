//! What screens are drawn on.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

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
