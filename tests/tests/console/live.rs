//! What the daemon knows is what the screen shows, also while it changes.

use crate::site::{ALL, SIZES, SMALL, Site, table};
use rollcall_tests::Terminal;

/// Waits until the table shows exactly the rows that match, and the count is theirs.
fn narrowed(console: &Terminal, part: &str, count: usize, in_view: usize) {
    console.until(&format!("{count} rows with {part}"), |text| {
        let rows = table(console);
        let only = rows.iter().all(|row| row.to_lowercase().contains(part));
        (only && rows.len() == in_view && text.contains(&format!("1 of {count}\n"))).then_some(())
    });
}

#[test]
fn a_name_from_the_file_is_shown_and_a_search_leaves_only_what_matches() {
    let site = Site::new();
    for (width, height) in SIZES {
        let mut console = site.console((width, height));
        // On the small one two lines explain the marks.
        let legend = if (width, height) == SMALL { 2 } else { 0 };
        let room = usize::from(height) - 5 - legend;
        console.send("/");
        for (typed, whole, count) in [("quill", "quill", 1), ("\u{15}person01", "person01", 10)] {
            console.send(typed);
            narrowed(&console, whole, count, count);
        }
        console.send("\u{15}common");
        // Names are cut on the small one.
        narrowed(&console, "com", ALL - 3, room);
        console.send("\u{15}zora");
        narrowed(&console, "zora", 1, 1);
        assert!(table(&console)[0].contains("Zora Quillf"));
        console.send("xyz");
        console.until("no match", |text| {
            (text.contains("No account matches") && text.contains("0 accounts")).then_some(())
        });
        console.send("\u{1b}");
        console.until("everybody again", |text| {
            (text.contains(&format!("1 of {ALL}\n")) && table(&console).len() == room).then_some(())
        });
        assert!(!console.text().contains("/zora"));
    }
}

#[test]
fn what_a_sweep_elsewhere_changes_appears_without_a_key() {
    let site = Site::new();
    let consoles = SIZES.map(|size| site.console(size));
    for console in &consoles {
        console.until("the invitation", |_| {
            table(console)
                .iter()
                .any(|row| {
                    row.contains("Grace Lindq") && (row.contains("invited") || row.contains(" I "))
                })
                .then_some(())
        });
    }
    let run = "sweep run invitations --tenant northwind --yes";
    let args: Vec<&str> = run.split(' ').collect();
    let _ = site.daemon.say(&args).ok();
    for console in &consoles {
        console.until("the expired invitation", |_| {
            table(console)
                .iter()
                .any(|row| {
                    row.contains("Grace Lindq") && (row.contains("expired") || row.contains(" E "))
                })
                .then_some(())
        });
    }
}
