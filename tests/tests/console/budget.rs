//! Bytes to the terminal: the console is used over SSH.

use crate::site::{LARGE, SIZES, Site};
use rollcall_tests::{Terminal, poll};

const FRAME_END: &[u8] = b"\x1b[?2026l";

/// Asks the daemon something from another process, several times.
fn read_elsewhere(site: &Site) {
    for args in [
        &["status", "--json"][..],
        &["user", "list", "--json"],
        &["run", "list", "--json"],
    ] {
        let _ = site.daemon.say(args).ok();
    }
}

/// Waits until nothing has come while others asked the daemon things; gives the number of bytes so far.
fn settled(console: &Terminal, site: &Site) -> usize {
    poll("the console to have drawn", || {
        let before = console.bytes();
        read_elsewhere(site);
        (console.bytes() == before).then_some(before)
    })
}

/// The bytes that a key sends until the screen shows what it leads to.
fn cost(console: &mut Terminal, key: &str, shown: &str) -> usize {
    let before = console.bytes();
    console.send(key);
    console.until(shown, |text| {
        (text.contains(shown) && console.raw().ends_with(FRAME_END)).then_some(())
    });
    console.bytes() - before
}

#[test]
fn an_idle_console_sends_nothing() {
    let site = Site::new();
    for size in SIZES {
        let console = site.console(size);
        let before = settled(&console, &site);
        for _ in 0..3 {
            read_elsewhere(&site);
        }
        assert_eq!(console.bytes(), before);
    }
}

#[test]
fn a_step_and_a_page_stay_inside_their_budgets() {
    let site = Site::new();
    let mut console = site.console(LARGE);
    settled(&console, &site);
    let steps: Vec<usize> = (2..=11)
        .map(|n| cost(&mut console, "j", &format!(" {n} of ")))
        .collect();
    assert!(steps.iter().all(|bytes| *bytes <= 128), "{steps:?}");
    settled(&console, &site);
    let mut pages = Vec::new();
    for _ in 0..3 {
        let before = console.bytes();
        let shown = console.text();
        console.send("\u{1b}[6~");
        console.until("another page", |text| (text != shown).then_some(()));
        pages.push(settled(&console, &site) - before);
    }
    assert!(pages.iter().all(|bytes| *bytes <= 8 * 1024), "{pages:?}");
    assert!(
        pages.iter().any(|bytes| *bytes > 500),
        "{pages:?} are no pages"
    );
}

#[test]
fn a_step_in_the_matrix_of_roles_stays_inside_its_budget_with_all_it_leads_to() {
    let site = Site::new();
    let mut console = site.console(LARGE);
    console.send("5");
    console.shows("explains a cell");
    settled(&console, &site);
    for n in 2..=7 {
        let before = console.bytes();
        cost(&mut console, "j", &format!(" {n} of "));
        // Nothing more may come once it is still.
        let bytes = settled(&console, &site) - before;
        assert!(bytes <= 128, "step {n}: {bytes}");
    }
    // A column further: the cell under the cursor is another one, and nothing else on the screen says so.
    for key in ["l", "l", "h"] {
        let before = console.bytes();
        console.send(key);
        console.until("another cell", |_| (console.bytes() > before).then_some(()));
        let bytes = settled(&console, &site) - before;
        assert!(bytes <= 128, "{key}: {bytes}");
    }
}
