//! Where things stand on a terminal of any size. Used by `view` to draw, and by `update` to know what is in view.

use crate::console::state::users::MOST;
use crate::console::state::{Screen, State};
use ratatui::layout::Rect;

/// From this width on, a pane stands beside its table; below, it takes its place.
pub const BESIDE: u16 = 120;

/// Columns before each row: the marker and a blank.
pub const GUTTER: u16 = 2;

/// The parts of the screen; a part without room has no height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Regions {
    /// Product, path, connection, seats, caller.
    pub header: Rect,
    /// The four screens, and where the cursor is.
    pub tabs: Rect,
    /// Title line and rows of the table; empty when a pane takes its place.
    pub table: Rect,
    /// The pane; empty when none is open.
    pub pane: Rect,
    /// The search line, or a notice.
    pub line: Rect,
    /// The keys.
    pub footer: Rect,
}

/// Divides a terminal. Small ones lose the tabs first, then the footer, then the line; never the table.
pub fn regions(size: (u16, u16), pane_open: bool) -> Regions {
    let (width, height) = size;
    let row = |y: u16, rows: u16| Rect::new(0, y, width, rows);
    let header = u16::from(height >= 2);
    let line = u16::from(height >= 4);
    let footer = u16::from(height >= 6);
    let tabs = u16::from(height >= 8);
    let top = header + tabs;
    let body = row(top, height.saturating_sub(top + line + footer));
    let (table, pane) = if !pane_open {
        (body, Rect::new(width, body.y, 0, body.height))
    } else if width >= BESIDE {
        let left = width * 9 / 20;
        (
            Rect::new(0, body.y, left, body.height),
            Rect::new(left, body.y, width - left, body.height),
        )
    } else {
        (Rect::new(0, body.y, 0, body.height), body)
    };
    Regions {
        header: row(0, header),
        tabs: row(header, tabs),
        table,
        pane,
        line: row(body.bottom(), line),
        footer: row(body.bottom() + line, footer),
    }
}

/// The regions of a state.
pub fn of(state: &State) -> Regions {
    regions(state.size, state.pane_open())
}

/// Rows of the table in view, without its title line.
pub fn table_rows(state: &State) -> u64 {
    let below = if state.screen == Screen::Roles {
        meaning_rows(state.size)
    } else {
        0
    };
    let rows = of(state).table.height.saturating_sub(1 + below);
    u64::from(rows.max(1)).min(MOST)
}

/// Lines below the matrix of roles that say what the cell under the cursor means.
pub fn meaning_rows(size: (u16, u16)) -> u16 {
    match size {
        (_, 0..12) => 0,
        (0..100, _) => 3,
        _ => 2,
    }
}

/// Lines of the pane in view, without its title line, and their width.
pub fn pane_lines(state: &State) -> (usize, usize) {
    let pane = of(state).pane;
    let beside = pane.x > 0;
    (
        usize::from(pane.height.saturating_sub(1)),
        usize::from(pane.width.saturating_sub(if beside { 3 } else { 2 })),
    )
}

/// Where each screen stands among the tabs: first column, width, and whether its title is shown beside its key. When
/// the terminal is too narrow for all titles, the last ones go first; two fifths of the line are left for what stands
/// at its right.
pub fn tabs(state: &State) -> Vec<(Screen, u16, u16, bool)> {
    let screens: Vec<Screen> = state.screens().collect();
    let title = |screen: Screen| u16::try_from(screen.title().len() + 1).unwrap_or(0);
    let mut room = (state.size.0 * 3 / 5).saturating_sub(KEY_TAB * screens.len() as u16);
    room = room.saturating_sub(title(state.screen));
    let mut x = 0;
    screens
        .into_iter()
        .map(|screen| {
            let more = title(screen);
            let full = screen == state.screen || more <= room;
            if full && screen != state.screen {
                room -= more;
            } else if !full {
                room = 0;
            }
            let width = KEY_TAB + if full { more } else { 0 };
            let at = x;
            x += width;
            (screen, at, width, full)
        })
        .collect()
}

/// Columns of a tab without its title.
const KEY_TAB: u16 = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_size_has_a_table_or_a_pane_and_nothing_overlaps(
            width in 1u16..300, height in 1u16..120, open: bool
        ) {
            let r = regions((width, height), open);
            let whole = Rect::new(0, 0, width, height);
            let parts = [r.header, r.tabs, r.table, r.pane, r.line, r.footer];
            let area: u32 = parts.iter().map(|p| p.area()).sum();
            prop_assert_eq!(area, whole.area());
            for part in parts.iter().filter(|p| p.area() > 0) {
                prop_assert_eq!(part.intersection(whole), *part);
            }
            prop_assert!(r.table.area() + r.pane.area() > 0);
        }
    }
}
