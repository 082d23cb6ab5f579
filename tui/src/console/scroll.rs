//! Bands of rows that moved up or down as they are: the terminal moves them itself, and only what differs then is written.

use ratatui::buffer::{Buffer, Cell};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// So many cells must be spared for it: the sequences that move a band are as long as some of them.
const WORTH: i64 = 40;

/// A band of rows that moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scroll {
    /// Its first row.
    pub top: usize,
    /// Its last row.
    pub bottom: usize,
    /// Rows it moves by: up where positive, down where negative.
    pub by: isize,
}

/// The band whose move spares the most cells; none where that is not worth it. Both have the same size.
pub fn find(old: &Buffer, new: &Buffer) -> Option<Scroll> {
    let (old, new) = (rows(old), rows(new));
    let changed: Vec<i64> = old.iter().zip(&new).map(|(a, b)| differing(a, b)).collect();
    if changed.iter().filter(|cells| **cells > 0).count() < 3 {
        return None;
    }
    let by = shift(&old, &new, &changed)?;
    let at = |y: usize| y.checked_add_signed(by).filter(|from| *from < old.len());
    // The rows next to each other that gain the most by moving.
    let (mut best, mut run): (Option<(i64, usize, usize)>, _) = (None, (0i64, 0usize));
    for y in 0..new.len() {
        let Some(from) = at(y) else {
            run = (0, y + 1);
            continue;
        };
        let gain = changed[y] - differing(old[from], new[y]);
        if run.0 <= 0 {
            run = (0, y);
        }
        run.0 += gain;
        if best.is_none_or(|(most, ..)| run.0 > most) {
            best = Some((run.0, run.1, y));
        }
    }
    let (gain, first, last) = best?;
    let far = by.unsigned_abs();
    // What leaves the band makes room for rows that are written anew.
    let (top, bottom, entering) = match by > 0 {
        true => (first, last + far, last + 1..=last + far),
        false => (first.checked_sub(far)?, last, first - far..=first - 1),
    };
    if bottom >= new.len() {
        return None;
    }
    let anew: i64 = entering
        .map(|y| new[y].iter().filter(|cell| **cell != Cell::EMPTY).count() as i64 - changed[y])
        .sum();
    (gain - anew > WORTH).then_some(Scroll { top, bottom, by })
}

/// Moves the rows of a buffer as the terminal does: what comes in is empty.
pub fn apply(buffer: &mut Buffer, scroll: Scroll) {
    let width = usize::from(buffer.area.width);
    let band = &mut buffer.content[scroll.top * width..(scroll.bottom + 1) * width];
    let cells = scroll.by.unsigned_abs() * width;
    if scroll.by > 0 {
        band.rotate_left(cells);
        let kept = band.len() - cells;
        band[kept..].fill(Cell::EMPTY);
    } else {
        band.rotate_right(cells);
        band[..cells].fill(Cell::EMPTY);
    }
}

/// What makes a terminal do it, with a plain pen in hand. Where its cursor is afterwards is not known.
pub fn sequence(scroll: Scroll) -> String {
    let (top, bottom) = (scroll.top + 1, scroll.bottom + 1);
    let lines = match scroll.by.unsigned_abs() {
        1 => String::new(),
        n => n.to_string(),
    };
    // Lines are taken out or put in at the first row of the region, which every terminal knows.
    let way = if scroll.by > 0 { 'M' } else { 'L' };
    format!("\x1b[{top};{bottom}r\x1b[{top}H\x1b[{lines}{way}\x1b[r")
}

fn rows(buffer: &Buffer) -> Vec<&[Cell]> {
    let width = usize::from(buffer.area.width).max(1);
    buffer.content.chunks(width).collect()
}

fn differing(old: &[Cell], new: &[Cell]) -> i64 {
    old.iter().zip(new).filter(|(a, b)| a != b).count() as i64
}

/// By how many rows most of the changed rows moved; the shortest way where several are as good.
fn shift(old: &[&[Cell]], new: &[&[Cell]], changed: &[i64]) -> Option<isize> {
    let hasher = RandomState::new();
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (y, row) in old.iter().enumerate() {
        // Empty rows are everywhere and say nothing.
        if row.iter().any(|cell| *cell != Cell::EMPTY) {
            places.entry(hasher.hash_one(row)).or_default().push(y);
        }
    }
    let mut votes: HashMap<isize, usize> = HashMap::new();
    let moved = new.iter().enumerate().filter(|(y, _)| changed[*y] > 0);
    for (y, row) in moved {
        for from in places.get(&hasher.hash_one(row)).into_iter().flatten() {
            let by = *from as isize - y as isize;
            *votes.entry(by).or_default() += 1;
        }
    }
    let best = votes
        .into_iter()
        .max_by_key(|(by, votes)| (*votes, std::cmp::Reverse(by.unsigned_abs()), *by));
    best.map(|(by, _)| by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    fn page(first: usize) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 12));
        buffer.set_string(0, 0, "the head", ratatui::style::Style::new());
        for y in 1..11u16 {
            // No two rows look alike.
            let number = (first + usize::from(y)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            buffer.set_string(
                0,
                y,
                format!("{number:016x}{:016x}", !number),
                ratatui::style::Style::new(),
            );
        }
        buffer.set_string(0, 11, "the foot", ratatui::style::Style::new());
        buffer
    }

    #[test]
    fn a_list_that_moved_by_some_rows_is_found_between_head_and_foot() {
        for by in [1isize, 2, -1, -3] {
            let from = 100usize;
            let to = from.checked_add_signed(by).unwrap();
            let found = find(&page(from), &page(to));
            let (top, bottom) = (1, 10);
            assert_eq!(found, Some(Scroll { top, bottom, by }), "{by}");
            let mut moved = page(from);
            apply(&mut moved, found.unwrap());
            let same = rows(&moved)
                .iter()
                .zip(rows(&page(to)))
                .filter(|(a, b)| **a == *b)
                .count();
            assert_eq!(same, 12 - by.unsigned_abs(), "{by}");
        }
    }

    #[test]
    fn nothing_moves_where_little_changed_or_everything_did() {
        assert_eq!(find(&page(5), &page(5)), None);
        assert_eq!(find(&page(5), &page(500)), None);
        let mut other = page(5);
        other.set_string(4, 4, "0999", ratatui::style::Style::new());
        assert_eq!(find(&page(5), &other), None);
    }
}
