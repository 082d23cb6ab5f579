//! What goes over the wire of an SSH session.

use super::fixtures::Console;
use crate::console::painter::Painter;

/// Bytes that a change of the screen sends.
fn cost(painter: &mut Painter<Vec<u8>>, console: &mut Console, keys: &str) -> u64 {
    let before = painter.sent();
    console.press(keys);
    painter.paint(&console.buffer(), None).unwrap();
    painter.sent() - before
}

#[test]
fn a_wide_terminal_stays_inside_the_budget() {
    let mut console = Console::new(200, 50);
    let mut painter = Painter::new(Vec::new());
    painter.paint(&console.buffer(), None).unwrap();
    assert_eq!(cost(&mut painter, &mut console, ""), 0, "idle");
    let steps: Vec<u64> = (0..20)
        .map(|_| cost(&mut painter, &mut console, "j"))
        .collect();
    assert!(steps.iter().all(|bytes| *bytes <= 128), "steps: {steps:?}");
    let pages: Vec<u64> = (0..3)
        .map(|_| cost(&mut painter, &mut console, "<pagedown>"))
        .collect();
    assert!(
        pages.iter().all(|bytes| *bytes <= 8 * 1024),
        "pages: {pages:?}"
    );
}

#[test]
fn a_step_that_scrolls_sends_the_row_that_comes_in() {
    let steps = |mut painter: Painter<Vec<u8>>| -> Vec<u64> {
        let mut console = Console::acme(200, 50);
        console.press(&"j".repeat(60));
        painter.paint(&console.buffer(), None).unwrap();
        let step = |_| cost(&mut painter, &mut console, "j");
        (0..20).map(step).collect()
    };
    let moved = steps(Painter::new(Vec::new()));
    let written = steps(Painter::new(Vec::new()).without_scrolling());
    let mean = |steps: &[u64]| steps.iter().sum::<u64>() / steps.len() as u64;
    assert!(moved.iter().all(|bytes| *bytes <= 400), "{moved:?}");
    assert!(mean(&moved) * 3 < mean(&written), "{moved:?} {written:?}");
}

#[test]
fn the_matrix_and_the_flows_are_quiet_too() {
    for keys in ["5", "6", "7", "e", "P", "w", "i"] {
        let mut console = Console::acme(200, 50);
        console.press(keys);
        let mut painter = Painter::new(Vec::new());
        painter.paint(&console.buffer(), None).unwrap();
        assert_eq!(cost(&mut painter, &mut console, ""), 0, "idle on {keys}");
    }
}

#[test]
fn a_step_in_every_list_stays_inside_the_budget() {
    // Where to go first, and what moves there.
    for (open, steps) in [
        ("", "jjkjj"),
        ("2", "jjkj"),
        ("3", "jjkj"),
        ("4", "jjk"),
        ("5", "jjljlhkjjjl"),
        ("6", "jjkjj"),
        ("7", "jjkj"),
        ("5ll<enter>", "jjk"),
        ("t", "jjk"),
        ("s", "jjkj"),
        ("a", "jjk"),
        ("f", "jjkj"),
    ] {
        let mut console = Console::acme(200, 50);
        console.press(open);
        let mut painter = Painter::new(Vec::new());
        painter.paint(&console.buffer(), None).unwrap();
        for key in steps.chars() {
            let bytes = cost(&mut painter, &mut console, &key.to_string());
            assert!(bytes > 0, "{key} on {open:?} does nothing");
            assert!(bytes <= 128, "{key} on {open:?}: {bytes}");
        }
    }
}

#[test]
fn a_step_in_the_lists_of_the_forms_stays_inside_the_budget() {
    for open in [
        "e",
        "P",
        "w",
        "i<tab><tab><tab>",
        ":person offboard<enter>",
        "4o",
        ":",
    ] {
        let mut console = Console::acme(200, 50);
        console.press(open);
        let mut painter = Painter::new(Vec::new());
        painter.paint(&console.buffer(), None).unwrap();
        for key in ["<down>", "<down>", "<up>"] {
            let bytes = cost(&mut painter, &mut console, key);
            assert!(bytes > 0, "{key} on {open:?} does nothing");
            assert!(bytes <= 128, "{key} on {open:?}: {bytes}");
        }
    }
}
