//! The admin's own key map.

use crate::site::{SMALL, Site};

#[test]
fn a_key_of_ones_own_takes_effect_and_the_old_one_is_free() {
    let site = Site::new();
    std::fs::write(
        site.config().join("keymap.toml"),
        "sort = [\"o\"]\nreverse = []\n",
    )
    .unwrap();
    let mut console = site.console(SMALL);
    assert!(
        console.text().contains("o sort"),
        "the footer names the key"
    );
    console.send("sSo");
    console.shows("Sort by");
    console.send("q");
    console.send("?");
    let mut help = console.shows("Keys: Users");
    console.send("\u{1b}[6~");
    help.push_str(&console.shows("Change (asks first)"));
    assert!(help.contains("o               Choose the column"), "{help}");
    assert!(!help.contains("Reverse the order"), "{help}");
}

#[test]
fn a_conflict_is_refused_at_the_start_naming_both() {
    let site = Site::new();
    let file = site.config().join("keymap.toml");
    std::fs::write(&file, "sort = [\"f\"]\n").unwrap();
    let mut console = site.start("rollcall", &[], &[], SMALL);
    assert_eq!(console.ended(), 1);
    console.shows("keymap.toml");
    let said: String = console
        .text()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    for part in ["`sort`", "`filter`", "key f"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(!String::from_utf8_lossy(&console.raw()).contains("\u{1b}[?1049h"));
    assert_eq!(console.modes(), console.modes_before());
}
