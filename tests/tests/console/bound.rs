//! Operators who are bound to some tenants only, and members of a tenant.

use crate::site::{SIZES, Site};
use rollcall_tests::{Terminal, possible, program};
use std::process::Command;

/// The operator's number and name.
const DAEMON: (u32, &str) = (1, "daemon");

/// A second tenant, and an operator of the named tenants only.
fn bound(tenants: &[&str]) -> (tempfile::TempDir, Site) {
    let (dir, site) = Site::open_to_others();
    let roles: Vec<String> = tenants.iter().map(|t| format!("helpdesk@{t}")).collect();
    for args in [
        "tenant create southwind --catalog iusign --seats 5 --owner eva@southwind.example --tz UTC --authority rollcall --yes"
            .to_owned(),
        format!(
            "operator bind {} --person dee@northwind.example --role {} --yes",
            DAEMON.1,
            roles.join(",")
        ),
    ] {
        let _ = site.daemon.say(&args.split(' ').collect::<Vec<_>>()).ok();
    }
    (dir, site)
}

/// What the operator's own command says.
fn said(site: &Site, args: &[&str]) -> String {
    let rollcall = site.daemon.dir().join("rollcall");
    std::fs::copy(program("rollcall"), &rollcall).unwrap();
    let output = Command::new("setpriv")
        .args(["--reuid=1", "--regid=1", "--clear-groups"])
        .arg(&rollcall)
        .args(args)
        .env("ROLLCALL_SOCKET", site.daemon.socket())
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Nothing is asked for that has been denied.
fn settled(console: &Terminal) {
    console.until("every answer", |text| {
        (!text.contains("Asking the daemon")).then_some(())
    });
}

#[test]
fn an_operator_of_one_tenant_begins_with_its_users() {
    if !possible(
        "an_operator_of_one_tenant_begins_with_its_users",
        &["setpriv"],
    ) {
        return;
    }
    let (_dir, site) = bound(&["northwind"]);
    let denied = said(&site, &["user", "list"]);
    assert!(
        denied.contains("add --tenant NAME; you may see northwind"),
        "{denied}"
    );
    for size in SIZES {
        let mut console = site.console_of(DAEMON.0, size);
        let screen = console.shows("Ada Okafor");
        assert!(screen.contains("northwind"), "{screen}");
        assert!(screen.contains("1 Users"), "{screen}");
        for key in ["2", "3", "4", "5", "6", "7"] {
            console.send(key);
            console.until("the screen", |text| {
                (!text.contains("Asking the daemon") && !text.contains("Ada Okafor")).then_some(())
            });
        }
        console.send("1");
        console.shows("Ada Okafor");
        settled(&console);
    }
}

#[test]
fn an_operator_of_several_tenants_chooses_one() {
    if !possible("an_operator_of_several_tenants_chooses_one", &["setpriv"]) {
        return;
    }
    let (_dir, site) = bound(&["northwind", "southwind"]);
    let denied = said(&site, &["user", "list"]);
    assert!(
        denied.contains("add --tenant NAME; you may see northwind, southwind"),
        "{denied}"
    );
    for size in SIZES {
        let mut console = site.console_of(DAEMON.0, size);
        let screen = console.shows("Sign-in feed");
        assert!(screen.contains("northwind"), "{screen}");
        settled(&console);
        console.send("u");
        console.shows("Ada Okafor");
        settled(&console);
    }
}

#[test]
fn an_administrator_of_an_organization_begins_with_its_users_and_edits_their_roles() {
    if !possible("an_administrator_of_an_organization", &["setpriv"]) {
        return;
    }
    let (_dir, site) = Site::open_to_others();
    let people = site.daemon.dir().join("bank.csv");
    let file = "email,first_name,last_name,status,roles,account,mfa\n\
        olga@bank.example,Olga,Lee,active,ORG_OWNER,,enrolled\n\
        ann@bank.example,Ann,Lee,active,ORG_ADMIN,First,enrolled\n\
        abe@bank.example,Abe,Lee,active,ORG_USER,First,enrolled\n\
        cy@bank.example,Cy,Lee,active,ORG_ADMIN,Second,enrolled\n";
    std::fs::write(&people, file).unwrap();
    for args in [
        "tenant create bank --catalog ignisign --owner olga@bank.example --tz UTC --authority rollcall --yes".to_owned(),
        format!("import people {} --tenant bank --yes", people.display()),
        "tenant owner set bank olga@bank.example --yes".to_owned(),
        format!("operator bind {} --person ann@bank.example --yes", DAEMON.1),
    ] {
        let _ = site.daemon.say(&args.split(' ').collect::<Vec<_>>()).ok();
    }
    for size in SIZES {
        let mut console = site.started_by(DAEMON.0, size);
        let screen = console.shows("Abe Lee");
        assert!(
            screen.contains("bank") && !screen.contains("Cy Lee"),
            "{screen}"
        );
        assert!(
            !screen.contains("Sweeps") && !screen.contains("northwind"),
            "{screen}"
        );
        console.send("6");
        console.shows("First");
        settled(&console);
        console.send("5");
        console.until("the roles", |text| {
            text.contains("Permission").then_some(())
        });
        console.send("1");
        console.shows("Abe Lee");
        console.send("e");
        console.until("what Abe holds", |text| text.contains("[x]").then_some(()));
        let screen = console.text();
        assert!(
            screen.contains("First") && !screen.contains("Second"),
            "{screen}"
        );
    }
}
