//! `rollcall demo`: everything at once, and nothing left behind.

use crate::site::{SIZES, SMALL, table};
use rollcall_tests::programs::rollcall;
use rollcall_tests::{Terminal, daemon, program};

#[test]
fn the_demo_opens_full_and_leaves_nothing() {
    for (cols, rows) in SIZES {
        let home = daemon::directory();
        let temp = home.path().join("temp");
        std::fs::create_dir(&temp).unwrap();
        let env = [
            ("HOME", home.path().to_str().unwrap()),
            ("XDG_CONFIG_HOME", home.path().to_str().unwrap()),
            ("TMPDIR", temp.to_str().unwrap()),
        ];
        let mut console = Terminal::start(
            &program("rollcall"),
            &["demo", "--users", "300"],
            &env,
            rows,
            cols,
        );
        // On the small one a line explains the marks.
        let legend = if (cols, rows) == SMALL { 1 } else { 0 };
        let screen = console.until("a full page", |text| {
            let full = table(&console).len() == usize::from(rows) - 5 - legend;
            (full && text.contains("connected") && text.contains("DEMO")).then_some(text)
        });
        assert!(screen.contains("1 of "), "{screen}");
        // A second terminal joins as it is told.
        let words: Vec<&str> = screen.split_whitespace().collect();
        let told = words.join(" ");
        let told = told.split("joins with: rollcall --socket ").nth(1);
        let socket = told.and_then(|t| t.split(".sock").next()).unwrap();
        let socket = format!("{}.sock", socket.replace(' ', ""));
        let said = rollcall(socket.as_ref(), &["status", "--json"]);
        assert_eq!(said.ok().json()["carried"], "demo");
        let stores = std::fs::read_dir(&temp).unwrap().count();
        assert!(stores > 0, "the store is not where this test looks for it");
        console.send("q");
        assert_eq!(console.ended(), 0);
        let left: Vec<_> = std::fs::read_dir(&temp)
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(console.modes(), console.modes_before());
    }
}
