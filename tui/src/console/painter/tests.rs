use super::*;
use proptest::prelude::*;
use ratatui::layout::Rect;
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
