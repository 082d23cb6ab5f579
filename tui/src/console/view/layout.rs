//! Where things stand on a terminal of any size. Used by `view` to draw, and by `update` to know what is in view.

use crate::console::state::users::MOST;
use crate::console::state::{Screen, State};
use crate::console::view::{foot, format, roles, user_columns};
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
    let below = match state.screen {
        Screen::Roles => legend_rows(state.size),
        Screen::Users => user_columns::legend_rows(state),
        _ => foot::rows(state),
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

/// The longest name of a screen, and the shortest form of any.
const NAMES: std::ops::RangeInclusive<usize> = 3..=11;

/// Where each screen stands among the tabs, beside where the cursor is: the one shown by its whole name, the others by
/// names as long as all of them have room for; where even the shortest have none, the last ones by their keys alone.
pub fn tabs(state: &State) -> Vec<Tab> {
    let room = state.size.0.saturating_sub(position(state));
    let named = |columns: usize| named(state, columns, u16::MAX);
    let all = NAMES.rev().map(named).find(|tabs| end(tabs) <= room);
    all.unwrap_or_else(|| self::named(state, *NAMES.start(), room))
}

/// The tabs with names of so many columns at most, as far as they go into a room.
fn named(state: &State, columns: usize, room: u16) -> Vec<Tab> {
    let screens: Vec<Screen> = state.screens().collect();
    // What the keys and the one shown need at least.
    let mut used: u16 = screens.iter().map(|s| least(state, *s)).sum();
    let mut x = 0;
    let tab = |screen: &Screen| {
        let shown = *screen == state.screen;
        let short = screen.short(columns);
        let more = wide(short).saturating_sub(wide(""));
        let name = match shown {
            true => screen.title(),
            false if used.saturating_add(more) <= room => {
                used = used.saturating_add(more);
                short
            }
            false => "",
        };
        // The one shown stands on a ground of its own, which ends behind it.
        let width = wide(name) + u16::from(shown);
        let at = x;
        x += width;
        Tab {
            screen: *screen,
            x: at,
            width,
            name,
        }
    };
    screens.iter().map(tab).collect()
}

/// Columns of a tab whatever the others need.
fn least(state: &State, screen: Screen) -> u16 {
    match screen == state.screen {
        true => wide(screen.title()) + 1,
        false => wide(""),
    }
}

/// The first column behind the tabs.
pub fn end(tabs: &[Tab]) -> u16 {
    tabs.last().map_or(0, |tab| tab.x + tab.width)
}

/// Columns of a tab: a blank, its key, and its name behind another blank.
fn wide(name: &str) -> u16 {
    let name = u16::try_from(name.len()).unwrap_or(0);
    if name == 0 { 2 } else { 3 + name }
}

/// Columns kept for where the cursor is: on the last row there can be, so that nothing moves while it does.
fn position(state: &State) -> u16 {
    let rows = match (state.screen, state.tenant_rows()) {
        (Screen::Users, rows @ [_, ..]) => {
            let of = |name: &String| state.tenant.as_ref().is_none_or(|tenant| tenant == name);
            let rows = rows.iter().filter(|row| of(&row.tenant.name));
            rows.map(|row| row.accounts).sum()
        }
        _ => state.list().1,
    };
    let digits = u16::try_from(format::number(rows).len()).unwrap_or(u16::MAX);
    let of = match state.screen {
        Screen::Runs => "of the newest",
        _ => "of",
    };
    let words = u16::try_from(of.len()).unwrap_or(0) + 2;
    // A blank at its right, two at its left.
    digits.saturating_mul(2).saturating_add(words + 3)
}

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
