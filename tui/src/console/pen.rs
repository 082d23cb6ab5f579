//! What a terminal writes with, and the shortest way from one pen to another (SGR).

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// Colours and modifiers of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pen {
    /// Of the text.
    pub fg: Color,
    /// Of the ground.
    pub bg: Color,
    /// Bold, dim, italic, underlined, reversed.
    pub modifier: Modifier,
}

/// The pen of a terminal after a reset.
pub const PLAIN: Pen = Pen {
    fg: Color::Reset,
    bg: Color::Reset,
    modifier: Modifier::empty(),
};

impl Pen {
    /// The pen of a cell.
    pub fn of(cell: &Cell) -> Pen {
        Pen {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        }
    }
}

/// The sequence that takes another pen: from the one in hand where that is known and shorter, else from a reset.
pub fn switch(from: Option<Pen>, to: Pen) -> String {
    let mut whole = String::new();
    changes(PLAIN, to, &mut whole);
    let whole = if whole.is_empty() {
        whole
    } else {
        format!("0;{whole}")
    };
    let part = from.map(|from| {
        let mut part = String::new();
        changes(from, to, &mut part);
        part
    });
    let best = match part {
        Some(part) if part.len() < whole.len() => part,
        _ => whole,
    };
    format!("\x1b[{best}m")
}

/// The parameters that turn one pen into another, joined by `;`.
fn changes(from: Pen, to: Pen, out: &mut String) {
    let mut add = |code: &str| {
        if !out.is_empty() {
            out.push(';');
        }
        out.push_str(code);
    };
    let mut gone = from.modifier - to.modifier;
    let mut new = to.modifier - from.modifier;
    let weights = Modifier::BOLD | Modifier::DIM;
    if gone.intersects(weights) {
        // One code ends both.
        add("22");
        new |= to.modifier & weights;
        gone -= weights;
    }
    for (modifier, on, off) in [
        (Modifier::BOLD, "1", "22"),
        (Modifier::DIM, "2", "22"),
        (Modifier::ITALIC, "3", "23"),
        (Modifier::UNDERLINED, "4", "24"),
        (Modifier::REVERSED, "7", "27"),
    ] {
        if gone.contains(modifier) {
            add(off);
        }
        if new.contains(modifier) {
            add(on);
        }
    }
    if from.fg != to.fg {
        add(&colour(to.fg, 30));
    }
    if from.bg != to.bg {
        add(&colour(to.bg, 40));
    }
}

/// The parameter of a colour; `base` is 30 for text, 40 for the ground.
fn colour(colour: Color, base: u8) -> String {
    let number = match colour {
        Color::Reset => base + 9,
        Color::Black => base,
        Color::Red => base + 1,
        Color::Green => base + 2,
        Color::Yellow => base + 3,
        Color::Blue => base + 4,
        Color::Magenta => base + 5,
        Color::Cyan => base + 6,
        Color::Gray => base + 7,
        Color::DarkGray => base + 60,
        Color::LightRed => base + 61,
        Color::LightGreen => base + 62,
        Color::LightYellow => base + 63,
        Color::LightBlue => base + 64,
        Color::LightMagenta => base + 65,
        Color::LightCyan => base + 66,
        Color::White => base + 67,
        Color::Indexed(i) => return format!("{};5;{i}", base + 8),
        Color::Rgb(r, g, b) => return format!("{};2;{r};{g};{b}", base + 8),
    };
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_way_is_taken() {
        let bold_red = Pen {
            fg: Color::Red,
            bg: Color::Reset,
            modifier: Modifier::BOLD,
        };
        let red = Pen {
            modifier: Modifier::empty(),
            ..bold_red
        };
        assert_eq!(switch(Some(bold_red), PLAIN), "\x1b[m");
        assert_eq!(switch(Some(bold_red), red), "\x1b[22m");
        assert_eq!(switch(Some(red), bold_red), "\x1b[1m");
        assert_eq!(switch(None, red), "\x1b[0;31m");
    }
}
