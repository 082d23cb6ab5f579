//! Without colour, without Unicode, without room.

use crate::site::{LARGE, SIZES, SMALL, Site, ready};
use rollcall_tests::Terminal;
use vt100::Color;

/// The rows in whose first columns something is reversed.
fn marked(console: &Terminal) -> Vec<u16> {
    console.look(|screen| {
        let (rows, _) = screen.size();
        (3..rows.get() - 2)
            .filter(|row| {
                (0..4).any(|col| screen.cell(*row, col).is_some_and(vt100::Cell::inverse))
            })
            .collect()
    })
}

fn coloured(console: &Terminal) -> bool {
    console.look(|screen| {
        let (rows, cols) = screen.size();
        (0..rows.get()).any(|row| {
            (0..cols.get()).any(|col| {
                screen.cell(row, col).is_some_and(|cell| {
                    cell.fgcolor() != Color::Default || cell.bgcolor() != Color::Default
                })
            })
        })
    })
}

#[test]
fn without_colour_the_cursor_is_still_seen() {
    let site = Site::new();
    for size in SIZES {
        let painted = site.console(size);
        assert!(coloured(&painted), "else the next lines prove nothing");
        let mut console = site.console_with(&[], &[("NO_COLOR", "1")], size);
        console.until("the cursor on the first row", |_| {
            (marked(&console) == [3]).then_some(())
        });
        console.send("jj");
        console.until("the cursor on the third row", |_| {
            (marked(&console) == [5]).then_some(())
        });
        console.send("2");
        console.until("the cursor on the sweeps", |_| {
            (console.text().contains("Next run") && marked(&console) == [3]).then_some(())
        });
        assert!(!coloured(&console));
    }
}

#[test]
fn plain_is_ascii_on_every_screen() {
    let site = Site::new();
    for size in [SMALL, LARGE] {
        let mut console = site.console_with(&["--plain"], &[], size);
        for (keys, shown) in [
            ("?", "Keys: Users"),
            ("qf", "Filter by"),
            ("qs", "Sort by"),
            ("qa", "This account"),
            ("q:", "Commands"),
            ("\u{1b}[Z\u{1b}[Z\r", "Ada Okafor"),
            ("\r", "What happens next"),
            ("q2", "invitations"),
            ("jj\r", "Would touch"),
            ("x", "now?"),
            ("nq3", "Planned"),
            ("4\r", "Policies"),
        ] {
            console.send(keys);
            console.shows(shown);
        }
        let raw = String::from_utf8(console.raw()).unwrap();
        let foreign: String = raw.chars().filter(|c| !c.is_ascii()).collect();
        assert_eq!(foreign, "");
        assert!(!coloured(&console));
    }
}

#[test]
fn a_narrow_terminal_is_usable() {
    let site = Site::new();
    let mut console = site.start("rollcall", &[], &[], (40, 12));
    console.shows("Ada Okafor");
    for (keys, shown) in [
        ("?", "Keys"),
        ("q\r", "ada@northwind.example"),
        ("q2", "invitations"),
        ("jj\r", "Would touch"),
        ("x", "y yes"),
        ("n", "Nothing was changed."),
        ("q3", "No runs yet"),
        ("4", "northwind"),
        ("1", "Ada Okafor"),
        ("/zora\r", "Zora Quillf"),
        ("f", "Status"),
    ] {
        console.send(keys);
        console.shows(shown);
    }
    console.send("\u{3}");
    assert_eq!(console.ended(), 0);
}

#[test]
fn a_terminal_that_grows_is_filled() {
    let site = Site::new();
    let console = site.console(SMALL);
    console.resize(50, 200);
    console.until("the columns there is room for", |text| {
        (text.contains("Activity") && text.contains("Flags")).then_some(())
    });
    console.resize(12, 40);
    console.until("a narrow screen", |text| {
        (!text.contains("Activity") && text.contains("Ada Okafor")).then_some(())
    });
    console.resize(24, 80);
    ready(&console);
}
