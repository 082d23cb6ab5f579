//! Invitations sent again and taken back, and a tenant handed on by two people: on the screen, in the journal, and as
//! another process is told.

use crate::site::{LARGE, SIZES, SMALL, Site, audit_id, audited, table};
use rollcall_tests::{Terminal, possible};

const GRACE: &str = "grace@northwind.example";

/// What the daemon tells another process of an account.
fn told(site: &Site, email: &str) -> serde_json::Value {
    site.daemon
        .say(&["user", "show", email, "--json"])
        .ok()
        .json()
}

fn status(site: &Site, email: &str) -> String {
    told(site, email)["row"]["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// No instant stands on the screen as the store keeps it.
fn readable(screen: &str) {
    let raw = screen.split_whitespace().find(|word| {
        let day = word.split('T').next().unwrap_or_default();
        word.contains('T') && day.len() == 10 && day.split('-').count() == 3
    });
    assert_eq!(raw, None, "{screen}");
}

#[test]
fn an_invitation_is_sent_again_and_taken_back_from_its_screen() {
    for size in SIZES {
        let site = Site::new();
        let mut console = site.console(size);
        console.send("7");
        console.until("the invitation", |_| {
            let rows = table(&console);
            (rows.len() == 1 && rows[0].contains("pending")).then_some(())
        });
        console.send("s");
        let question = console.shows("y yes    any other key no");
        assert!(
            question.contains("Send the invitation again to"),
            "{question}"
        );
        // The tenant lies in Berlin.
        assert!(
            question.contains("works until") && question.contains("+01:00"),
            "{question}"
        );
        readable(&question);
        for wrong in ["\r", "n", "\u{1b}"] {
            console.send(wrong);
            console.shows("Nothing was changed.");
            console.send("s");
            console.shows("y yes    any other key no");
        }
        console.send("y");
        let sent = audited(&site, audit_id(&console));
        assert!(sent.contains("user resend"), "{sent}");
        readable(&console.text());
        assert_eq!(status(&site, GRACE), "invited");

        console.send("d");
        console.shows("Why?");
        console.send("wrong person\r");
        let question = console.shows("Take back the invitation of grace@northwind.example?");
        assert!(question.contains("invited → revoked"), "{question}");
        console.send("y");
        let taken = audited(&site, audit_id(&console));
        for part in ["user revoke", "wrong person"] {
            assert!(taken.contains(part), "{part}: {taken}");
        }
        assert_eq!(status(&site, GRACE), "revoked");
        console.until("the end in the table", |_| {
            table(&console)[0].contains("cancelled").then_some(())
        });
        // Neither is offered for what is over; sending it again is.
        console.send("d");
        console.shows("it is not open any more");
    }
}

/// Opens the one tenant's line.
fn tenants(console: &mut Terminal) {
    console.send("4");
    console.until("the tenant", |text| {
        (text.contains("Sign-in feed") && table(console).len() == 1).then_some(())
    });
}

#[test]
fn a_tenant_changes_hands_by_two_people_each_at_a_console_of_their_own() {
    let test = "a_tenant_changes_hands_by_two_people_each_at_a_console_of_their_own";
    if !possible(test, &["setpriv"]) {
        return;
    }
    for (first, second) in [(SMALL, LARGE), (LARGE, SMALL)] {
        let (_dir, site) = Site::open_to_others();
        let bind = "operator bind daemon --person dee@northwind.example --role approver --role auditor --yes";
        let _ = site.daemon.say(&bind.split(' ').collect::<Vec<_>>()).ok();
        let mut console = site.console(first);
        tenants(&mut console);
        console.send("o");
        // Who administers the platform does not own the tenant, and is told so before typing.
        console.shows("You are not the owner");
        console.send("zora");
        console.shows("▶ Zora Quillfeather");
        console.send("\r");
        console.shows("Why?");
        // Without a reason it is refused, in the words of the console.
        console.send("\r");
        let refused = console.shows("[rule: reason]");
        assert!(
            refused.contains("type a reason") && !refused.contains("--reason"),
            "{refused}"
        );
        console.send("\r");
        console.shows("Why?");
        console.send("out of reach\r");
        let question = console.shows("y yes    any other key no");
        assert!(question.contains("+01:00"), "{question}");
        readable(&question);
        console.send("y");
        let proposed = audited(&site, audit_id(&console));
        for part in ["ownership start", "out of reach"] {
            assert!(proposed.contains(part), "{part}: {proposed}");
        }
        console.until("nothing to be read", |text| {
            (!text.contains("waiting for the answer")).then_some(())
        });
        // The same person may not take the second step, and is told before typing why.
        console.send(":ownership confirm\r");
        let refused = console.shows("[rule: four-eyes]");
        assert!(refused.contains("may not confirm it"), "{refused}");

        let mut other = site.console_of(1, second);
        tenants(&mut other);
        other.send("\r");
        other.shows("Transfer waits");
        other.send(":ownership confirm\r");
        other.shows("Why?");
        other.send("spoke to both\r");
        let question = other.shows("Confirm the transfer to zora@northwind.example?");
        assert!(question.contains("owner"), "{question}");
        for wrong in ["\r", "n"] {
            other.send(wrong);
            other.shows("Nothing was changed.");
            other.send(":ownership confirm\r");
            other.shows("Why?");
            other.send("spoke to both\r");
            other.shows("y yes    any other key no");
        }
        other.send("y");
        let confirmed = audited(&site, audit_id(&other));
        for part in ["ownership confirm", "spoke to both"] {
            assert!(confirmed.contains(part), "{part}: {confirmed}");
        }
        let roles = told(&site, "zora@northwind.example")["roles"].to_string();
        assert!(roles.contains("owner"), "{roles}");
        let before = told(&site, "ada@northwind.example")["roles"].to_string();
        assert!(!before.contains("owner"), "{before}");
        // Both consoles show the new owner.
        console.send("\r");
        for seen in [&console, &other] {
            seen.until("the new owner", |text| {
                let line = text.lines().find(|line| line.contains("Owner"));
                line.is_some_and(|line| line.contains("zora@"))
                    .then_some(())
            });
        }
    }
}
