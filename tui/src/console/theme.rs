//! Colours and signs. Colour is never the only carrier of meaning, so every style also reads in one colour.

use ratatui::style::{Color, Modifier, Style};

/// The styles of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Names, headings, the active tab.
    pub strong: Style,
    /// What matters less.
    pub faint: Style,
    /// Key names and links.
    pub accent: Style,
    /// In order.
    pub good: Style,
    /// Deserves a look.
    pub warn: Style,
    /// Wrong, or dangerous.
    pub bad: Style,
    /// The selected row.
    pub cursor: Style,
    /// What the search matched.
    pub hit: Style,
    /// The header line.
    pub bar: Style,
    /// Titles of columns.
    pub head: Style,
}

const PLAIN: Style = Style::new();

impl Theme {
    /// The 16 colours of the terminal's own palette, chosen to read on light and on dark grounds: no yellow or white
    /// text, no blue, no coloured ground.
    pub const fn colours() -> Self {
        Theme {
            strong: PLAIN.add_modifier(Modifier::BOLD),
            faint: PLAIN.add_modifier(Modifier::DIM),
            accent: PLAIN.fg(Color::Cyan),
            good: PLAIN.fg(Color::Green),
            warn: PLAIN.fg(Color::Magenta),
            bad: PLAIN.fg(Color::Red).add_modifier(Modifier::BOLD),
            cursor: PLAIN.add_modifier(Modifier::REVERSED),
            hit: PLAIN
                .fg(Color::Magenta)
                .add_modifier(Modifier::BOLD)
                .add_modifier(Modifier::UNDERLINED),
            bar: PLAIN.add_modifier(Modifier::REVERSED),
            head: PLAIN.add_modifier(Modifier::UNDERLINED),
        }
    }

    /// No colour at all, for `NO_COLOR`: modifiers carry what colours did.
    pub const fn modifiers() -> Self {
        Theme {
            strong: PLAIN.add_modifier(Modifier::BOLD),
            faint: PLAIN.add_modifier(Modifier::DIM),
            accent: PLAIN.add_modifier(Modifier::BOLD),
            good: PLAIN,
            warn: PLAIN.add_modifier(Modifier::BOLD),
            bad: PLAIN
                .add_modifier(Modifier::BOLD)
                .add_modifier(Modifier::UNDERLINED),
            cursor: PLAIN.add_modifier(Modifier::REVERSED),
            hit: PLAIN
                .add_modifier(Modifier::BOLD)
                .add_modifier(Modifier::UNDERLINED),
            bar: PLAIN.add_modifier(Modifier::REVERSED),
            head: PLAIN.add_modifier(Modifier::UNDERLINED),
        }
    }
}

/// The signs that are not letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Heights of a sparkline, lowest first; the first stands for no use.
    pub spark: [&'static str; 9],
    /// Before the selected row.
    pub marker: &'static str,
    /// Connection is up.
    pub on: &'static str,
    /// Connection is down.
    pub off: &'static str,
    /// Sorted, smallest first.
    pub up: &'static str,
    /// Sorted, largest first.
    pub down: &'static str,
    /// Between the parts of a path.
    pub path: &'static str,
    /// Between facts on one line.
    pub dot: &'static str,
    /// Beside a pane.
    pub bar: &'static str,
    /// Ticked and not ticked.
    pub tick: [&'static str; 2],
    /// Corners and sides of a box: top left, top, top right, side, bottom left, bottom right.
    pub frame: [&'static str; 6],
    /// Turns into.
    pub arrow: &'static str,
    /// There is more at the left, at the right.
    pub sides: [&'static str; 2],
    /// Not known.
    pub none: &'static str,
}

impl Glyphs {
    /// Block elements and lines; no braille.
    pub const fn unicode() -> Self {
        Glyphs {
            spark: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
            marker: "▶",
            on: "●",
            off: "○",
            up: "▲",
            down: "▼",
            path: "›",
            dot: "·",
            bar: "│",
            tick: ["[ ]", "[x]"],
            frame: ["┌", "─", "┐", "│", "└", "┘"],
            arrow: "→",
            sides: ["‹", "›"],
            none: "—",
        }
    }

    /// ASCII only: for plain output and for locales without UTF-8.
    pub const fn ascii() -> Self {
        Glyphs {
            spark: [" ", ".", ":", "-", "=", "+", "*", "#", "@"],
            marker: ">",
            on: "*",
            off: "o",
            up: "^",
            down: "v",
            path: ">",
            dot: "-",
            bar: "|",
            tick: ["[ ]", "[x]"],
            frame: ["+", "-", "+", "|", "+", "+"],
            arrow: "->",
            sides: ["<", ">"],
            none: "-",
        }
    }
}

/// How the console looks: fixed when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Colours.
    pub theme: Theme,
    /// Signs.
    pub glyphs: Glyphs,
    /// No boxes, and what is in hand is marked by a sign: for screen readers and logs.
    pub plain: bool,
}

impl Look {
    /// The look for a terminal: whether colour is wanted, and whether signs outside ASCII may be used.
    pub const fn new(colour: bool, unicode: bool) -> Self {
        Look {
            theme: if colour {
                Theme::colours()
            } else {
                Theme::modifiers()
            },
            glyphs: if unicode {
                Glyphs::unicode()
            } else {
                Glyphs::ascii()
            },
            plain: !colour && !unicode,
        }
    }

    /// A label of what is in hand or not: where weight is no sign, one stands behind it.
    pub fn label(&self, label: &str, here: bool) -> String {
        match label.strip_suffix(' ').filter(|l| !l.ends_with('>')) {
            Some(label) if self.plain && here => format!("{label}>"),
            _ => label.to_owned(),
        }
    }
}
