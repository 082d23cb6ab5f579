//! Columns of accounts that only some vendors have: where they are told, and how they are chosen.

use super::common::{ask, import};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

fn create(daemon: &TestDaemon, name: &str, catalog: &str) {
    let owner = format!("boss@{name}.example");
    let args = [
        "tenant",
        "create",
        name,
        "--catalog",
        catalog,
        "--owner",
        &owner,
        "--authority",
        "rollcall",
        "--yes",
    ];
    daemon.say(&args).ok();
}

fn rows(daemon: &TestDaemon, tenant: &str) -> Value {
    ask(daemon, "/v1/user/list", json!({"tenant": tenant}))
}

#[test]
fn login_names_are_columns_only_where_a_feature_shows_them() {
    let daemon = TestDaemon::start();
    create(&daemon, "bank", "esignanywhere");
    let people = "email,first_name,status,roles,username,sid\n\
        ada@bank.example,Ada,active,Power User,ada.l,S-1\n\
        new@bank.example,New,invited,Power User,,\n";
    let said = import(&daemon, "people", "bank", people).ok();
    assert!(said.err.contains("no such column"), "{said:?}");
    let before = rows(&daemon, "bank");
    assert_eq!(before["shows"]["username"], false, "{before}");
    let header = |said: &str| said.lines().next().unwrap_or_default().to_owned();
    let list = ["user", "list", "--tenant", "bank", "--csv"];
    let said = daemon.say(&list).ok().out;
    assert!(!header(&said).contains("username"), "{said}");
    assert!(header(&said).contains("activated"), "{said}");
    daemon
        .say(&["tenant", "set", "bank", "--enable", "saml", "--yes"])
        .ok();
    import(&daemon, "people", "bank", people).ok();
    let after = rows(&daemon, "bank");
    assert_eq!(after["shows"]["sid"], true, "{after}");
    assert_eq!(after["rows"][0]["sid"], "S-1");
    assert_eq!(after["rows"][0]["activated"], true);
    assert_eq!(after["rows"][1]["activated"], false);
    let said = daemon.say(&list).ok().out;
    assert!(header(&said).contains("username,sid"), "{said}");
    // Chosen columns stand in the order asked for.
    let chosen = [
        "user",
        "list",
        "--tenant",
        "bank",
        "--columns",
        "sid,name",
        "--csv",
    ];
    let said = daemon.say(&chosen).ok().out;
    assert_eq!(said, "sid,name\nS-1,Ada\n,New\n");
    let unknown = daemon.say(&["user", "list", "--columns", "shoe_size"]);
    assert_eq!(unknown.code, 2, "{unknown:?}");
    assert!(
        unknown.err.contains("last_sign_in"),
        "the names are told: {unknown:?}"
    );
    // Where invitations are answered in one step, nobody is activated first.
    create(&daemon, "acme", "iusign");
    let people = "email,first_name,status,roles\nbo@acme.example,Bo,active,User\n";
    import(&daemon, "people", "acme", people).ok();
    let other = rows(&daemon, "acme");
    assert!(other["rows"][0]["activated"].is_null(), "{other}");
    assert_eq!(other["rows"][0].get("user_type"), None, "{other}");
}

#[test]
fn users_are_of_the_organization_or_of_an_application() {
    let daemon = TestDaemon::start();
    create(&daemon, "ig", "ignisign");
    daemon
        .say(&[
            "scope",
            "create",
            "portal",
            "--tenant",
            "ig",
            "--kind",
            "application",
            "--yes",
        ])
        .ok();
    let people = "email,first_name,status,roles\n\
        app@ig.example,App,active,ORG_USER\n\
        org@ig.example,Org,active,ORG_USER\n";
    import(&daemon, "people", "ig", people).ok();
    let only = "user role app@ig.example --set APP_READER@portal/PRODUCTION --yes";
    daemon.say(&only.split(' ').collect::<Vec<_>>()).ok();
    let told = rows(&daemon, "ig");
    assert_eq!(told["shows"]["user_type"], true, "{told}");
    let types: Vec<&str> = told["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["user_type"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(types, ["Application user", "Organization user"], "{told}");
}
