//! An account deleted at the screen, with everything that moves told before.

use crate::site::{SIZES, Site};

/// Adds a tenant in which who sent something needs a successor when they are deleted.
fn bank(site: &Site) {
    let dir = site.daemon.dir();
    let people = dir.join("bank.csv");
    let text = "email,first_name,last_name,status,roles\n\
        boss@bank.example,Bea,Boss,active,Power User\n\
        lea@bank.example,Lea,Leaver,active,Power User\n\
        mo@bank.example,Mo,Mate,active,Power User\n";
    std::fs::write(&people, text).unwrap();
    let assets = dir.join("bank-assets.csv");
    let text = "id,kind,state,owner\n\
        e1,envelope,sent,lea@bank.example\n\
        e2,envelope,sent,lea@bank.example\n\
        t1,template,,lea@bank.example\n";
    std::fs::write(&assets, text).unwrap();
    for args in [
        "tenant create bank --catalog esignanywhere --owner boss@bank.example --authority rollcall --yes".to_owned(),
        format!("import people {} --tenant bank --yes", people.display()),
        "tenant owner set bank boss@bank.example --yes".to_owned(),
        format!("import assets {} --tenant bank --yes", assets.display()),
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        let _ = site.daemon.say(&args).ok();
    }
}

#[test]
fn an_account_is_deleted_for_good_and_a_successor_found_by_typing_takes_over() {
    for size in SIZES {
        let site = Site::new();
        bank(&site);
        let mut console = site.console_with(&["--tenant", "bank"], &[], size);
        console.send("/lea@\r");
        console.shows("1 of 1\n");
        // What is left where it is for now, and who takes over in the end, by name.
        console.send(":person offboard\r");
        console.shows("Offboard lea@bank.example");
        console.send("mate");
        console.shows("▶ Mo Mate");
        console.send("\r");
        let question = console.shows("y yes    any other key no");
        let words: Vec<&str> = question.split_whitespace().collect();
        let words = words.join(" ").replace("│ │ ", "");
        assert!(words.contains("Mo Mate <mo@bank.example>"), "{question}");
        console.send("n");
        console.shows("Nothing was changed.");
        console.send("\u{1b}");
        console.until("the form to close", |text| {
            (!text.contains("At the end")).then_some(())
        });

        console.send(":user delete\r");
        console.shows("Templates move as well");
        console.send("mate");
        console.shows("▶ Mo Mate");
        // Down to the templates.
        console.send("\t\t ");
        console.shows("[x] Templates");
        console.send("\r");
        let question = console.shows("Delete lea@bank.example?");
        for part in ["Mo Mate <mo@bank.example>", "Cannot be undone"] {
            assert!(question.contains(part), "{part}: {question}");
        }
        assert!(!question.contains("move to 2-"), "{question}");
        console.send("\r");
        console.shows("Nothing was changed.");
        console.send("\r");
        console.shows("Delete lea@bank.example?");
        console.send("y");
        console.shows("Audit id bank/");
        let told = site.daemon.say(&[
            "user", "list", "--tenant", "bank", "--search", "lea@", "--json",
        ]);
        assert_eq!(told.ok().json()["rows"][0]["status"], "deleted");
        let owned = [
            "asset",
            "list",
            "--tenant",
            "bank",
            "--owner",
            "mo@bank.example",
            "--json",
        ];
        assert_eq!(site.daemon.say(&owned).ok().json()["total"], 3);
    }
}

#[test]
fn where_history_must_stay_deletion_is_greyed_and_says_what_to_do_instead() {
    let site = Site::new();
    let mut console = site.console((80, 24));
    console.send(":user delete\r");
    console.shows("this platform deletes nobody");
}
