//! A newcomer, who also makes mistakes.

use crate::site::{ALL, LARGE, SIZES, SMALL, Site, audit_id, audited, cursor_row, ready, table};
use rollcall_tests::Terminal;

/// Chooses a line of the menu that is open by its words.
fn choose(console: &mut Terminal, label: &str) {
    let marked = format!("▶ {label}");
    for _ in 0..20 {
        let here = console.until("a menu", |text| text.contains("closes").then_some(text));
        if here.contains(&marked) {
            console.send("\r");
            return;
        }
        let before = console.bytes();
        console.send("j");
        console.until("the next line", |_| {
            (console.bytes() > before).then_some(())
        });
    }
    panic!("no line {label}:\n{}", console.text());
}

#[test]
fn wrong_keys_do_nothing_and_the_help_lists_the_right_ones() {
    let site = Site::new();
    let before = site.daemon.say(&["status", "--json"]).ok().json();
    for size in SIZES {
        let mut console = site.console(size);
        let rows = table(&console);
        console.send("zZ9vy0\u{1}\u{2}\u{1b}[15~");
        console.send("?");
        console.shows("Keys: Users");
        let mut seen = console.text();
        while !console.text().contains("While typing") {
            let before = console.text();
            console.send("\u{1b}[6~");
            seen.push_str(&console.until("more help", |text| (text != before).then_some(text)));
        }
        for title in [
            "Leave at once, from anywhere",
            "Down one row",
            "Open what the cursor is on",
            "The keys of this screen",
        ] {
            assert!(seen.contains(title), "{title} is missing:\n{seen}");
        }
        console.send("q");
        console.until("the same rows as before", |text| {
            (table(&console) == rows && text.contains("1 Users")).then_some(())
        });
    }
    let after = site.daemon.say(&["status", "--json"]).ok().json();
    assert_eq!(
        after["revision"], before["revision"],
        "a key changed something"
    );
    assert_ne!(after["revision"], serde_json::Value::Null);
}

#[test]
fn sorting_and_filtering_say_what_they_did() {
    let site = Site::new();
    for size in SIZES {
        let mut console = site.console(size);
        assert!(cursor_row(&console).contains("Ada Okafor"));
        console.send("S");
        console.shows("Name▼");
        console.until("Zora first", |_| {
            table(&console)[0].contains("Zora Quillf").then_some(())
        });
        console.send("s");
        choose(&mut console, "Email");
        console.shows("Email▲");
        console.until("Ada first", |_| {
            table(&console)[0].contains("ada@").then_some(())
        });
        console.send("f");
        choose(&mut console, "Status");
        console.shows("[ ] invited");
        // As people do who know other menus: space ticks, Enter is done.
        console.send(" ");
        console.shows("[x] invited");
        console.send("\r");
        console.shows("1 of 1\n");
        // A frame may come in pieces, and this stands below what was waited for.
        console.shows("status invited");
        assert!(cursor_row(&console).contains("Grace Lindq"));
        console.send("F");
        console.shows(&format!("1 of {ALL}\n"));
    }
}

#[test]
fn the_pane_of_an_account_tells_what_was_and_what_will_be() {
    let site = Site::new();
    for size in SIZES {
        let mut console = site.console(size);
        console.send("/grace\r\r");
        console.shows("Grace Lindqvist  1-");
        let mut seen = console.shows("What happens next");
        assert!(seen.contains("invited"));
        console.send("G");
        seen.push_str(&console.shows("History"));
        let fate = console.daemon_says(&site, "grace@northwind.example");
        assert!(seen.contains("by invitations"), "{seen}\n{fate}");
        assert!(seen.contains("import"), "{seen}\n{fate}");
        console.send("q");
        console.shows("1 of 1\n");
    }
}

/// What the command line says of an account, for comparison.
trait Says {
    fn daemon_says(&self, site: &Site, email: &str) -> String;
}

impl Says for Terminal {
    fn daemon_says(&self, site: &Site, email: &str) -> String {
        site.daemon.say(&["user", "show", email]).ok().out
    }
}

#[test]
fn a_run_is_previewed_refused_by_every_key_but_one_and_then_told() {
    for size in SIZES {
        let site = Site::new();
        let mut console = site.console(size);
        console.send("2");
        let schedule = console.shows("invitations");
        assert!(
            schedule.contains("Next run") && schedule.contains("auto"),
            "{schedule}"
        );
        console.send("jj\r");
        let plan = console.shows("Would touch     1 account: 1 expire");
        assert!(plan.contains("grace@northwind.example"), "{plan}");
        assert!(plan.contains("not accepted within"), "{plan}");
        for wrong in ["\r", "n", "x", " ", "\u{1b}", "q"] {
            console.send("x");
            let question = console.shows("Run the invitations sweep in northwind now?");
            assert!(question.contains("y yes    any other key no"), "{question}");
            console.send(wrong);
            console.shows("Nothing was changed.");
            assert_eq!(
                site.runs()["rows"],
                serde_json::json!([]),
                "{wrong:?} ran it"
            );
        }
        console.send("x");
        console.shows("Run the invitations sweep in northwind now?");
        console.send("y");
        console.shows("1 action applied, 0 skipped");
        let runs = site.runs();
        assert_eq!(runs["rows"].as_array().unwrap().len(), 1, "{runs}");
        assert_eq!(runs["rows"][0]["state"], "done", "{runs}");
        assert_eq!(runs["rows"][0]["applied"], 1, "{runs}");
        let id = runs["rows"][0]["id"].as_str().unwrap().to_owned();
        console.shows(&id);
        console.send("q3");
        console.until("the run in the table", |text| {
            let told = table(&console)
                .iter()
                .any(|row| row.contains("invitations") && row.contains("done"));
            (text.contains("Skipped") && told).then_some(())
        });
        console.send("\r");
        console.shows("Started by");
        let record = console.shows(&id);
        assert!(record.contains("expire     Grace Lindqvist"), "{record}");
        // A second one has nothing to do and says so instead of asking.
        console.send("q2\r");
        console.shows("Nothing to do.");
    }
}

#[test]
fn a_bulk_run_asks_for_the_number() {
    let site = Site::new();
    let more = site.daemon.dir().join("more.csv");
    let mut file = String::from("email,first_name,last_name,status,roles,created\n");
    for n in 0..11 {
        file.push_str(&format!(
            "late{n}@northwind.example,Late,Guest,invited,User,2020-01-05\n"
        ));
    }
    // So many have left that the budget of a day lets all of it happen: 1 % of 1,200 is 12.
    for n in 0..1_200 {
        file.push_str(&format!(
            "left{n}@northwind.example,Left,Long,deactivated,User,2020-01-05\n"
        ));
    }
    std::fs::write(&more, file).unwrap();
    let import = [
        "import",
        "people",
        more.to_str().unwrap(),
        "--tenant",
        "northwind",
        "--yes",
    ];
    let _ = site.daemon.say(&import).ok();
    let mut console = site.console(LARGE);
    console.send("2");
    console.shows("invitations");
    console.send("jj\r");
    console.shows("Would touch     12 accounts: 12 expire");
    for wrong in ["\r", "1\r", "122\r", "y", "n"] {
        console.send("x");
        console.shows("Type the number of accounts (12):");
        console.send(wrong);
        console.shows("Nothing was changed.");
        assert_eq!(
            site.runs()["rows"],
            serde_json::json!([]),
            "{wrong:?} ran it"
        );
        // What was left over of a wrong answer must not have become commands.
        console.shows("Would touch     12 accounts: 12 expire");
    }
    console.send("x");
    console.shows("Type the number of accounts (12):");
    console.send("12\r");
    console.shows("12 actions applied, 0 skipped");
    assert_eq!(site.runs()["rows"][0]["applied"], 12);
}

#[test]
fn a_read_only_console_changes_nothing() {
    let site = Site::new();
    let mut console = site.console_with(&["--read-only"], &[], SMALL);
    console.shows("READ-ONLY");
    console.send("2");
    console.shows("invitations");
    console.send("jj\r");
    console.shows("Would touch     1 account");
    console.send("x");
    console.shows("run-now:");
    console.send("y");
    assert_eq!(site.runs()["rows"], serde_json::json!([]));
    console.send("q1");
    ready(&console);
}

#[test]
fn a_role_is_edited_and_a_person_offboarded_and_the_journal_has_both() {
    for size in SIZES {
        let site = Site::new();
        let mut console = site.console(size);
        console.send("/zora\r");
        console.shows("1 of 1\n");
        console.send("e");
        console.shows("▶ [x] User");
        console.send("viewer");
        console.shows("▶ [ ] Viewer");
        console.send(" ");
        console.shows("▶ [x] Viewer");
        // One role is held here: the other one went with it.
        console.send("\u{15}");
        console.shows("▶ [ ] User");
        console.send("\r");
        console.shows("Why?");
        console.send("reads the archive\r");
        let question = console.shows("y yes    any other key no");
        assert!(question.contains("roles User → Viewer"), "{question}");
        console.send("y");
        let edited = audited(&site, audit_id(&console));
        for part in ["viewer", "reads the archive"] {
            assert!(edited.contains(part), "{part}: {edited}");
        }
        let screen = console.text();
        assert!(!screen.contains("waiting for the answer"), "{screen}");
        // What was shown to be read is closed; the account is as it was made.
        console.send("\r");
        console.until("the new role", |_| {
            cursor_row(&console).contains("Viewer").then_some(())
        });

        console.send("a");
        choose(&mut console, "Offboard");
        console.shows("At the end");
        console.shows("Moves in northwind");
        console.send("\r");
        let question = console.shows("Offboard zora@northwind.example?");
        assert!(
            question.contains("status active → deactivated"),
            "{question}"
        );
        console.send("y");
        console.shows("Zora Quillfeather is offboarded");
        let ended = audited(&site, audit_id(&console));
        assert!(ended.contains("deactivated"), "{ended}");
        let screen = console.text();
        assert!(!screen.contains("waiting for the answer"), "{screen}");
        console.send("\r");
        console.until("the end in the table", |_| {
            let row = cursor_row(&console);
            (row.contains("deactiv") || row.contains(" D ")).then_some(())
        });
    }
}
