//! Columns chosen once stay chosen.

use crate::site::{LARGE, Site};
use std::os::unix::fs::PermissionsExt;

#[test]
fn columns_chosen_in_one_console_are_there_in_the_next() {
    let site = Site::new();
    let mut console = site.console(LARGE);
    let titles = |text: &str| text.lines().nth(2).unwrap_or_default().to_owned();
    assert!(titles(&console.text()).contains("Email"));
    console.send("C");
    console.shows("▶ [x] Name");
    // The second line is the address.
    console.send("j ");
    console.shows("▶ [ ] Email");
    console.send("\u{1b}");
    console.until("the table without addresses", |text| {
        (!text.contains("Columns (") && !titles(&text).contains("Email")).then_some(())
    });
    drop(console);
    let kept = site.config().join("columns");
    let mode = std::fs::metadata(&kept).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let console = site.console(LARGE);
    let shown = titles(&console.text());
    assert!(
        shown.contains("Name") && !shown.contains("Email"),
        "{shown}"
    );
    // The command line has the same names.
    let said = site.daemon.say(&[
        "user",
        "list",
        "--limit",
        "1",
        "--columns",
        "status,email",
        "--csv",
    ]);
    assert!(said.ok().out.starts_with("status,email\nactive,ada@"));
}
