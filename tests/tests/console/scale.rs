//! Many people: the console searches, sorts and pages a hundred thousand here, and as many as are asked for by hand.

use crate::site::table;
use rollcall_tests::{Terminal, daemon, program};

/// A million by hand: `ROLLCALL_PEOPLE=1000000`.
fn people() -> String {
    std::env::var("ROLLCALL_PEOPLE").unwrap_or_else(|_| "100000".into())
}

fn grouped(number: &str) -> String {
    let digits: Vec<char> = number.chars().rev().collect();
    let threes: Vec<String> = digits.chunks(3).map(|c| c.iter().collect()).collect();
    threes.join(",").chars().rev().collect()
}

#[test]
fn a_console_on_many_people_searches_sorts_and_pages() {
    let home = daemon::directory();
    let people = people();
    let env = [
        ("HOME", home.path().to_str().unwrap()),
        ("TMPDIR", home.path().to_str().unwrap()),
    ];
    let args = ["demo", "--users", &people];
    let mut console = Terminal::start(&program("rollcall"), &args, &env, 24, 80);
    let all = format!("of {}\n", grouped(&people));
    console.until("everybody", |text| {
        (text.contains(&format!("1 {all}")) && table(&console).len() == 18).then_some(())
    });
    let first = table(&console);
    console.send("\u{1b}[6~");
    console.until("another page", |text| {
        let rows = table(&console);
        let moved = rows.len() == 17 && rows.iter().all(|row| !first.contains(row));
        (moved && text.contains(&all)).then_some(())
    });
    console.send("G");
    console.until("the last page", |text| {
        text.contains(&format!("{} {all}", grouped(&people)))
            .then_some(())
    });
    console.send("g/abigail");
    console.until("only who matches", |_| {
        let rows = table(&console);
        let only = rows
            .iter()
            .all(|row| row.to_lowercase().contains("abigail"));
        (rows.len() == 17 && only).then_some(())
    });
    console.send("\u{1b}");
    console.until("everybody again", |text| text.contains(&all).then_some(()));
    console.send("S");
    console.until("the other end of the alphabet", |_| {
        let rows = table(&console);
        (rows.len() == 17 && rows.iter().all(|row| !first.contains(row))).then_some(())
    });
    console.send("q");
    assert_eq!(console.ended(), 0);
}

#[test]
fn numbers_are_grouped_as_the_console_does() {
    assert_eq!(
        ["7", "1000", "1000000"].map(grouped),
        ["7", "1,000", "1,000,000"]
    );
}
