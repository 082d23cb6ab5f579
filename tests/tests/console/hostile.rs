//! Names in an imported file are text, whatever bytes they hold.

use crate::site::{LARGE, SIZES, Site, ready, table};
use rollcall_tests::Terminal;

const TITLE: &str = "\u{1b}]0;owned\u{7}Eve";
const CLEAR: &str = "Cl\u{1b}[2J\u{1b}[HEar";
const BIDI: &str = "\u{202e}gnp.exe";
const HIDDEN: &str = "Ze\u{200b}ro";
const WIDE: &str = "山田太郎東京本社第三営業部";

/// Nothing of the file reached the terminal as a control.
fn harmless(console: &Terminal) {
    let raw = String::from_utf8(console.raw()).unwrap();
    for (what, bad) in [
        ("a title or clipboard sequence", "\u{1b}]"),
        ("a bell", "\u{7}"),
        ("a string of the terminal's own", "\u{1b}P"),
        ("a change of direction", "\u{202e}"),
        ("an invisible letter", "\u{200b}"),
        ("an 8-bit control", "\u{9b}"),
    ] {
        assert!(!raw.contains(bad), "{what} was sent: {raw:?}");
    }
    let cleared = raw.matches("\u{1b}[2J").count();
    assert_eq!(
        cleared, 1,
        "only the first frame clears the screen: {raw:?}"
    );
}

/// The screen is whole: tabs, titles and footer where they belong, each row where the table wants it.
fn whole(console: &Terminal) {
    let rows = console.rows();
    assert!(rows[0].starts_with(" Rollcall"), "{rows:?}");
    assert!(rows[1].starts_with(" 1 Users"), "{rows:?}");
    assert!(rows[2].starts_with("  Name"), "{rows:?}");
    assert!(rows[rows.len() - 1].contains("? help"), "{rows:?}");
}

/// The column in which the email begins, in cells.
fn email_column(console: &Terminal, row: u16) -> Option<u16> {
    console.look(|screen| {
        let (_, cols) = screen.size();
        (0..cols.get()).find(|col| {
            let text: String = (*col..cols.get())
                .filter_map(|c| screen.cell(row, c))
                .take(3)
                .map(|cell| cell.contents().to_string())
                .collect();
            text == "odd"
        })
    })
}

#[test]
fn hostile_names_never_reach_the_terminal_raw() {
    let long = "W".repeat(200);
    let site = Site::with(&[TITLE, CLEAR, BIDI, HIDDEN, &long, WIDE]);
    for size in SIZES {
        let mut console = site.console(size);
        console.send("/odd");
        console.shows("1 of 6\n");
        let rows = console.until("six rows", |_| {
            let rows = table(&console);
            (rows.len() == 6 && rows.iter().all(|r| r.contains("odd"))).then_some(rows)
        });
        let all = rows.join("\n");
        for shown in [
            "\\u{1b}]0;owned",
            "Cl\\u{1b}[2J",
            "\\u{202e}gnp.exe",
            "Ze\\u{200b}ro",
            "WWWW",
            "山田太郎",
        ] {
            // On the small one long names are cut.
            let there = all.contains(shown);
            assert!(there || size != LARGE, "{shown} is not shown: {all}");
        }
        let columns: Vec<Option<u16>> = (3..9).map(|row| email_column(&console, row)).collect();
        assert!(
            columns[0].is_some() && columns.iter().all(|c| *c == columns[0]),
            "{columns:?}:\n{all}"
        );
        whole(&console);
        // Every pane, one after the other.
        console.send("\r\r");
        for n in 1..=6 {
            console.shows(&format!("{n} of 6\n"));
            console.shows("Created");
            console.send("n");
        }
        console.send("qq");
        ready(&console);
        whole(&console);
        harmless(&console);
    }
}

#[test]
fn a_hostile_name_in_a_question_and_in_a_pasted_search_stays_text() {
    let site = Site::with(&[CLEAR]);
    let mut console = site.console(LARGE);
    // The letters before the paste are found; what is pasted is not run as keys or sent back.
    console.send("/odd");
    console.shows("1 of 1\n");
    console.send("\rajx");
    console.send("\u{1b}[200~q\u{7}:quit\r\u{1b}[201~");
    console.send("\u{1b}");
    console.shows("1 of 1\n");
    whole(&console);
    harmless(&console);
}
