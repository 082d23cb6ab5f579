//! Where things stand on a terminal of any size. Used by `view` to draw, and by `update` to know what is in view.

use crate::console::state::users::MOST;
use crate::console::state::{Screen, State};
use crate::console::view::roles;
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

/// Divides a terminal. Small ones lose the tabs first, then the footer, then the line; never the table. Zoomed, the pane
/// or the table has it all.
pub fn regions(size: (u16, u16), pane_open: bool, zoom: bool) -> Regions {
    let (width, height) = size;
    let row = |y: u16, rows: u16| Rect::new(0, y, width, rows);
    if zoom {
        let (all, none) = (row(0, height), row(height, 0));
        let (table, pane) = match pane_open {
            true => (none, all),
            false => (all, none),
        };
        return Regions {
            header: none,
            tabs: none,
            table,
            pane,
            line: none,
            footer: none,
        };
    }
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
    regions(state.size, state.pane_open(), state.zoom)
}

/// Rows of the table in view, without its titles.
pub fn table_rows(state: &State) -> u64 {
    let below = if state.screen == Screen::Roles {
        legend_rows(state.size)
    } else {
        0
    };
    let table = of(state).table.height;
    let rows = table.saturating_sub(title_rows(state) + below);
    u64::from(rows.max(1)).min(MOST)
}

/// Lines of the titles of the table: names of roles may take two.
pub fn title_rows(state: &State) -> u16 {
    match state.screen {
        Screen::Roles => roles::title_rows(state),
        _ => 1,
    }
}

/// Lines below the matrix of roles that say what its words mean.
pub fn legend_rows(size: (u16, u16)) -> u16 {
    match size {
        (_, 0..12) => 0,
        (0..100, _) => 2,
        _ => 1,
    }
}

/// Lines of the pane in view, without its title line, and their width.
pub fn pane_lines(state: &State) -> (usize, usize) {
    let pane = of(state).pane;
    let beside = pane.x > 0;
    (
        usize::from(pane.height.saturating_sub(1)),
        usize::from(pane.width.saturating_sub(match (state.zoom, beside) {
            (true, _) => 0,
            (false, true) => 3,
            (false, false) => 2,
        })),
    )
}

/// One screen among the tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tab {
    /// Which.
    pub screen: Screen,
    /// Its first column.
    pub x: u16,
    /// Its columns.
    pub width: u16,
    /// What stands behind its key; empty where there is no room.
    pub name: &'static str,
}

/// Where each screen stands among the tabs: by its whole name where all of them fit and two fifths of the line are left
/// for what stands at its right, else by its short one. The screen shown always has its whole name.
pub fn tabs(state: &State) -> Vec<Tab> {
    let shown = |screen: Screen| screen == state.screen;
    let named = |short: bool, screen: Screen| match short && !shown(screen) {
        true => screen.short(),
        false => screen.title(),
    };
    let columns = |short| -> u16 {
        let all = state.screens().map(|screen| wide(named(short, screen)));
        all.sum::<u16>() + 1
    };
    let width = state.size.0;
    let short = columns(false) > width * 3 / 5;
    // Below this the last names go first, and their keys stay.
    let roomy = !short || columns(true) + POSITION <= width;
    let keys = u16::try_from(state.screens().count()).unwrap_or(0) * wide("");
    let name = wide(state.screen.title()) - wide("");
    let mut room = (width * 3 / 5).saturating_sub(keys + name + 1);
    let mut x = 0;
    let tab = |screen: Screen| {
        let mut name = named(short, screen);
        if !roomy && !shown(screen) {
            let more = wide(name) - wide("");
            name = if more <= room { name } else { "" };
            room = room.saturating_sub(more);
        }
        // The one shown stands on a ground of its own, which ends behind it.
        let width = wide(name) + u16::from(shown(screen));
        let at = x;
        x += width;
        Tab {
            screen,
            x: at,
            width,
            name,
        }
    };
    state.screens().map(tab).collect()
}

/// Columns of a tab: a blank, its key, and its name behind another blank.
fn wide(name: &str) -> u16 {
    let name = u16::try_from(name.len()).unwrap_or(0);
    if name == 0 { 2 } else { 3 + name }
}

/// Columns kept for where the cursor is.
const POSITION: u16 = 14;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_size_has_a_table_or_a_pane_and_nothing_overlaps(
            width in 1u16..300, height in 1u16..120, open: bool, zoom: bool
        ) {
            let r = regions((width, height), open, zoom);
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
