//! Many accounts at once, and the rows of the table in a file.

use crate::site::{SIZES, Site, audited};
use std::os::unix::fs::PermissionsExt;

fn with_status(site: &Site, status: &str) -> u64 {
    let args = [
        "user",
        "list",
        "--tenant",
        "northwind",
        "--status",
        status,
        "--json",
    ];
    site.daemon.say(&args).ok().json()["total"]
        .as_u64()
        .unwrap()
}

#[test]
fn marked_accounts_are_suspended_one_by_one_and_what_is_refused_is_told() {
    for size in SIZES {
        let site = Site::new();
        let mut console = site.console(size);
        // The owner is among them.
        console.send(" ");
        console.shows("1 marked");
        console.send("/person00\r");
        console.shows("1 of 10");
        console.send("*");
        console.shows("11 marked");
        console.send("a");
        console.shows("11 accounts marked");
        console.send("jjjjj\r");
        console.shows("Why?");
        console.send("audit of leavers\r");
        let question = console.shows("Type the number of accounts (10)");
        assert!(question.contains("1 of 11 cannot be done"), "{question}");
        assert!(question.contains("[rule: owner-holder]"), "{question}");
        assert_eq!(with_status(&site, "suspended"), 0);
        console.send("9\r");
        console.shows("Nothing was changed.");
        assert_eq!(with_status(&site, "suspended"), 0);
        // The marks are still there.
        console.send("ajjjjj\r");
        console.shows("Why?");
        console.send("audit of leavers\r");
        console.shows("Type the number of accounts (10)");
        console.send("10\r");
        let told = console.shows("Suspend 10 of 11 accounts");
        assert_eq!(with_status(&site, "suspended"), 10);
        let id = told.split("audit id northwind/").nth(1).unwrap();
        let id: String = id.chars().take_while(char::is_ascii_digit).collect();
        let line = audited(&site, id.parse().unwrap());
        for part in ["user suspend", "audit of leavers"] {
            assert!(line.contains(part), "{part}: {line}");
        }
        // Only the one that was refused stays marked.
        console.send("\r");
        console.shows("1 marked");
    }
}

#[test]
fn exactly_the_filtered_rows_are_written_and_never_over_a_file_unasked() {
    let site = Site::new();
    let mut console = site.console((80, 24));
    console.send("/person01\r");
    console.shows("1 of 10");
    let path = site.home.path().join("leavers.csv");
    let typed = format!("E\u{15}{}\r", path.display());
    console.send(&typed);
    console.shows("10 rows in");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 11, "{text}");
    assert!(
        text.lines().skip(1).all(|row| row.contains("Person01")),
        "{text}"
    );
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::write(&path, "mine").unwrap();
    console.send(&typed);
    console.shows("Replace it?");
    console.send("\r");
    console.shows("Nothing was written.");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    console.send("\r");
    console.shows("Replace it?");
    console.send("y");
    console.shows("10 rows in");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn what_was_done_is_taken_back_by_one_key() {
    let site = Site::new();
    let mut console = site.console((200, 50));
    console.send("/zora\r");
    console.shows("1 of 1\n");
    console.send(":user suspend\r");
    console.shows("Why?");
    console.send("\r");
    console.shows("y yes    any other key no");
    console.send("y");
    console.shows("Undo: U.");
    assert_eq!(with_status(&site, "suspended"), 1);
    console.send("U");
    console.shows("Why?");
    console.send("\r");
    console.shows("y yes    any other key no");
    console.send("y");
    console.shows("Audit id northwind/");
    assert_eq!(with_status(&site, "suspended"), 0);
}
