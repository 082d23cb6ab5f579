//! A cursor in a list of known length, and the part of the list in view.

/// Which row the cursor is on, and which row is the first in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// Row of the cursor, from 0.
    pub at: u64,
    /// First row in view, from 0.
    pub top: u64,
}

impl Cursor {
    /// Moves to a row, keeping it inside the list and in view.
    pub fn go(&mut self, to: u64, len: u64, height: u64) {
        self.at = to.min(len.saturating_sub(1));
        self.reveal(len, height);
    }

    /// Moves by rows.
    pub fn by(&mut self, rows: i64, len: u64, height: u64) {
        self.go(self.at.saturating_add_signed(rows), len, height);
    }

    /// Brings the cursor into view and the view into the list.
    pub fn reveal(&mut self, len: u64, height: u64) {
        let height = height.max(1);
        self.at = self.at.min(len.saturating_sub(1));
        self.top = self
            .top
            .min(self.at)
            .max((self.at + 1).saturating_sub(height))
            .min(len.saturating_sub(height));
    }

    /// Moves to a row and keeps it on the same line of the screen where the list allows.
    pub fn follow(&mut self, to: u64, len: u64, height: u64) {
        let line = self.at.saturating_sub(self.top);
        self.at = to;
        self.top = to.saturating_sub(line);
        self.reveal(len, height);
    }
}

/// How far a movement goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// By rows.
    Rows(i64),
    /// By halves of a page.
    Halves(i64),
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

impl Motion {
    /// The row it leads to, from a row, on a page of a height; not yet kept inside the list.
    pub fn target(self, from: u64, height: u64, len: u64) -> u64 {
        let half = i64::try_from((height / 2).max(1)).unwrap_or(1);
        match self {
            Motion::Rows(rows) => from.saturating_add_signed(rows),
            Motion::Halves(halves) => from.saturating_add_signed(halves.saturating_mul(half)),
            Motion::First => 0,
            Motion::Last => len.saturating_sub(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_cursor_is_always_in_view_and_in_the_list(
            len in 0u64..500, height in 0u64..60, steps in prop::collection::vec(-700i64..700, 1..20)
        ) {
            let mut cursor = Cursor::default();
            for step in steps {
                cursor.by(step, len, height);
                prop_assert!(cursor.at < len.max(1));
                prop_assert!(cursor.top <= cursor.at && cursor.at < cursor.top + height.max(1));
                prop_assert!(cursor.top + height <= len.max(height));
            }
        }
    }

    #[test]
    fn a_row_that_moved_keeps_its_line_on_the_screen() {
        let mut cursor = Cursor { at: 105, top: 100 };
        cursor.follow(205, 1_000, 20);
        assert_eq!(cursor, Cursor { at: 205, top: 200 });
        cursor.follow(2, 1_000, 20);
        assert_eq!(cursor, Cursor { at: 2, top: 0 });
    }
}
