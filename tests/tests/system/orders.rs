//! Orders on things of a tenant: roles, teams, features; said to be done by a person, for no import shows them.

use super::common::{HEADER, ask, heads, import, refused};
use super::vendor::bank;
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// A tenant in the vendor's hands whose vendor knows custom roles, teams and features.
fn clinic() -> TestDaemon {
    let daemon = TestDaemon::start();
    let args = [
        "tenant",
        "create",
        "bank",
        "--catalog",
        "esignanywhere",
        "--owner",
        "ada@bank.example",
        "--authority",
        "vendor",
        "--yes",
    ];
    daemon.say(&args).ok();
    let people = format!(
        "{HEADER}ada@bank.example,Ada,active,Administrator,,,2025-01-10,\n\
         bo@bank.example,Bo,active,Power User,,,2025-01-10,\n"
    );
    import(&daemon, "people", "bank", &people).ok();
    daemon
}

/// Number, what is to be done and state of each order.
fn things(daemon: &TestDaemon, states: &str) -> Vec<(u64, String, String)> {
    let args = [
        "order", "list", "--tenant", "bank", "--state", states, "--json",
    ];
    let all = daemon.say(&args).ok().json();
    let rows = all["rows"].as_array().unwrap().iter();
    rows.map(|r| {
        assert_eq!((&r["id"], &r["email"]), (&Value::Null, &json!("")), "{r}");
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        (
            r["order"]["id"].as_u64().unwrap(),
            text(&r["todo"]),
            text(&r["order"]["state"]),
        )
    })
    .collect()
}

#[test]
fn a_custom_role_is_ordered_in_words_and_confirmed_by_a_person() {
    let daemon = clinic();
    let say = |args: &[&str]| daemon.say(args);
    let create = [
        "role",
        "create",
        "closer",
        "--tenant",
        "bank",
        "--label",
        "Closer",
        "--grant",
        "envelope.list,envelope.send",
        "--block",
        "template.edit",
        "--yes",
    ];
    let told = say(&create).ok();
    assert!(
        told.out.contains("opens 1 order to the vendor"),
        "{}",
        told.out
    );
    let open = things(&daemon, "open");
    assert_eq!(open.len(), 1, "{open:?}");
    for part in [
        "create the role \"Closer\" (closer): it grants",
        "\"User can create and send envelopes\" (envelope.send)",
        "it blocks \"User can create new templates",
        "offered everywhere",
    ] {
        assert!(open[0].1.contains(part), "{part}: {open:?}");
    }
    let early = say(&["order", "confirm", "1", "--tenant", "bank", "--yes"]);
    assert_eq!(early.code, 6, "{early:?}");
    assert!(early.err.contains("order-state"), "{}", early.err);

    // Changed before anybody saw it, it is still one thing to be made.
    let edit = [
        "role", "edit", "closer", "--tenant", "bank", "--grant", "sign.own", "--yes",
    ];
    say(&edit).ok();
    let open = things(&daemon, "open");
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(
        open[0].1.starts_with("create the role") && open[0].1.contains("sign.own"),
        "{open:?}"
    );
    assert_eq!(things(&daemon, "superseded").len(), 1);

    let out = say(&["order", "export", "--tenant", "bank", "--yes"])
        .ok()
        .out;
    assert!(out.contains("create the role"), "{out}");
    let number = open[0].0.to_string();
    let no_reason = say(&["order", "fail", &number, "--tenant", "bank", "--yes"]);
    assert_eq!(no_reason.code, 6);
    assert!(no_reason.err.contains("order-reason"), "{}", no_reason.err);
    let fail = [
        "order",
        "fail",
        &number,
        "--tenant",
        "bank",
        "--reason",
        "no such licence",
        "--yes",
    ];
    say(&fail).ok();
    assert_eq!(things(&daemon, "failed").len(), 1);
    say(&["order", "reopen", &number, "--tenant", "bank", "--yes"]).ok();
    say(&["order", "export", "--tenant", "bank", "--yes"]).ok();
    let dry = say(&["order", "confirm", &number, "--tenant", "bank", "--dry-run"])
        .ok()
        .out;
    assert!(dry.contains("delivered → confirmed"), "{dry}");
    assert_eq!(
        things(&daemon, "delivered").len(),
        1,
        "a dry run changes nothing"
    );
    let confirm = ["order", "confirm", &number, "--tenant", "bank", "--yes"];
    say(&confirm).ok();
    assert_eq!(things(&daemon, "confirmed").len(), 1);
    let before = heads(&daemon);
    say(&confirm).ok();
    assert_eq!(heads(&daemon), before, "what is so already writes nothing");

    say(&["role", "delete", "closer", "--tenant", "bank", "--yes"]).ok();
    let open = things(&daemon, "open");
    assert_eq!(open[0].1, "delete the role \"Closer\" (closer)");
}

#[test]
fn teams_and_features_are_ordered_and_what_is_ours_alone_is_not() {
    let daemon = clinic();
    let say = |args: &[&str]| daemon.say(args).ok();
    let todo = |daemon: &TestDaemon| -> Vec<String> {
        things(daemon, "open")
            .into_iter()
            .map(|(_, todo, _)| todo)
            .collect()
    };
    say(&[
        "group",
        "set",
        "Sales",
        "--tenant",
        "bank",
        "--kind",
        "team",
        "--add",
        "bo@bank.example",
        "--leader",
        "bo@bank.example",
        "--yes",
    ]);
    let open = todo(&daemon);
    assert_eq!(
        open.len(),
        1,
        "the team and its scope are one thing: {open:?}"
    );
    for part in [
        "create the team \"Sales\"",
        "with bo@bank.example",
        "bo@bank.example leads it",
    ] {
        assert!(open[0].contains(part), "{part}: {open:?}");
    }
    say(&["order", "export", "--tenant", "bank", "--yes"]);
    say(&[
        "group",
        "set",
        "Sales",
        "--tenant",
        "bank",
        "--kind",
        "team",
        "--remove",
        "bo@bank.example",
        "--leader",
        "",
        "--yes",
    ]);
    let open = todo(&daemon);
    assert!(open[0].contains("take out bo@bank.example"), "{open:?}");
    say(&["tenant", "set", "bank", "--enable", "saml", "--yes"]);
    assert!(
        todo(&daemon).iter().any(|t| t.contains("switch on saml")),
        "{:?}",
        todo(&daemon)
    );
    let count = todo(&daemon).len();
    say(&["tenant", "set", "bank", "--seats", "90", "--yes"]);
    say(&[
        "conflict",
        "set",
        "apart",
        "--tenant",
        "bank",
        "--one",
        "administrator",
        "--other",
        "power_user",
        "--why",
        "two pairs of eyes",
        "--yes",
    ]);
    assert_eq!(
        todo(&daemon).len(),
        count,
        "seats tell what was bought, duties are ours"
    );
}

#[test]
fn a_person_cannot_confirm_what_an_import_shows() {
    let daemon = bank();
    daemon
        .say(&["user", "suspend", "bo@bank.example", "--yes"])
        .ok();
    daemon
        .say(&["order", "export", "--tenant", "bank", "--yes"])
        .ok();
    let said = daemon.say(&["order", "confirm", "1", "--tenant", "bank", "--yes"]);
    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.err.contains("order-import"), "{}", said.err);
    assert!(said.err.contains("rollcall import people"), "{}", said.err);
}

#[test]
fn an_address_is_not_invited_while_the_vendor_has_the_account_that_was_deleted() {
    let daemon = clinic();
    let people = format!("{HEADER}cy@bank.example,Cy,active,Power User,,,2025-01-10,\n");
    import(&daemon, "people", "bank", &people).ok();
    let gone =
        json!({"user": "cy@bank.example", "successor": "bo@bank.example", "assets_unknown": true});
    ask(&daemon, "/v1/user/delete", gone);
    let invite = json!({"tenant": "bank", "email": ["cy@bank.example"], "first_name": "Cyd",
        "last_name": "Ny", "roles": ["power_user"]});
    let (_, refusal) = refused(&daemon, "/v1/user/invite", invite.clone());
    assert_eq!(refusal["rule"], "address-ordered", "{refusal}");
    let shown = people.replace(",active,", ",deleted,");
    import(&daemon, "people", "bank", &shown).ok();
    ask(&daemon, "/v1/user/invite", invite);
}

#[test]
fn whom_the_vendor_never_heard_of_is_deleted_without_an_order_and_may_be_invited_again() {
    let daemon = clinic();
    let invite = json!({"tenant": "bank", "email": ["eve@bank.example"], "first_name": "Eve",
        "last_name": "Eden", "roles": ["power_user"]});
    let eve = json!({"user": "eve@bank.example", "tenant": "bank", "assets_unknown": true});
    let delete = |daemon: &TestDaemon| {
        let revoke = json!({"user": "eve@bank.example"});
        ask(daemon, "/v1/user/revoke", revoke);
        ask(daemon, "/v1/user/delete", eve.clone());
        let body = json!({"tenant": "bank", "state": ["open", "delivered"]});
        let rows = ask(daemon, "/v1/order/list", body)["rows"].clone();
        rows.as_array().unwrap().len()
    };
    ask(&daemon, "/v1/user/invite", invite.clone());
    assert_eq!(delete(&daemon), 0, "nobody had the invitation in hand");
    ask(&daemon, "/v1/user/invite", invite.clone());
    // Once it was handed over it has to be undone there.
    ask(&daemon, "/v1/order/export", json!({"tenant": "bank"}));
    assert_ne!(delete(&daemon), 0);
    let (_, refusal) = refused(&daemon, "/v1/user/invite", invite);
    assert_eq!(refusal["rule"], "address-ordered", "{refusal}");
}

#[test]
fn an_edited_name_is_an_order_that_keeps_no_name() {
    let daemon = clinic();
    let edit = [
        "user",
        "edit",
        "bo@bank.example",
        "--last-name",
        "Quist",
        "--yes",
    ];
    daemon.say(&edit).ok();
    let body = json!({"tenant": "bank", "state": ["open"]});
    let orders = super::common::ask(&daemon, "/v1/order/list", body);
    let row = &orders["rows"][0];
    assert_eq!(row["todo"], "set last name to Quist", "{orders}");
    assert!(!row["order"].to_string().contains("Quist"), "{orders}");
    daemon
        .say(&["order", "export", "--tenant", "bank", "--yes"])
        .ok();
    daemon
        .say(&["order", "confirm", "1", "--tenant", "bank", "--yes"])
        .ok();
    let journal = daemon
        .say(&["audit", "list", "--tenant", "bank", "--json"])
        .ok()
        .out;
    assert!(journal.contains("set last name: confirmed"), "{journal}");
}

#[test]
fn an_order_that_failed_is_not_opened_again_once_something_newer_was_decided() {
    let daemon = bank();
    let speaks = |language: &str| {
        let body = json!({"tenant": "bank", "user": "bo@bank.example", "language": language});
        ask(&daemon, "/v1/user/edit", body);
        ask(&daemon, "/v1/order/export", json!({"tenant": "bank"}));
    };
    let order = |number: u64| json!({"tenant": "bank", "orders": [number]});
    speaks("fr");
    let mut failed = order(1);
    failed["reason"] = json!("the portal says no");
    ask(&daemon, "/v1/order/fail", failed);
    speaks("de");
    ask(&daemon, "/v1/order/confirm", order(2));
    // The vendor has the newer language: the older one must not be asked for again.
    let (status, error) = refused(&daemon, "/v1/order/reopen", order(1));
    assert_eq!(
        (status, &error["rule"]),
        (409, &json!("order-state")),
        "{error}"
    );
    assert!(
        error["hint"].as_str().unwrap().contains("order 2"),
        "{error}"
    );
}
