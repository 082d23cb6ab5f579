//! What the command line confirms is done: also changes that have no line of differences to show.

use super::common::{ask, heads, import};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// A tenant that ada owns, with bo in it; every decision is effective at once.
fn tenant(daemon: &TestDaemon, name: &str, catalog: &str, owner: &str, other: &str) {
    let body = json!({
        "name": name, "catalog": catalog, "seats": 10, "owner": format!("ada@{name}.example"), "tz": "UTC",
        "authority": "rollcall",
    });
    ask(daemon, "/v1/tenant/create", body);
    let people = format!(
        "email,first_name,last_name,status,roles\n\
        ada@{name}.example,Ada,Lee,active,{owner}\n\
        bo@{name}.example,Bo,Lee,active,{other}\n"
    );
    import(daemon, "people", name, &people).ok();
    let owner = json!({"tenant": name, "owner": format!("ada@{name}.example")});
    ask(daemon, "/v1/tenant/owner-set", owner);
}

/// Says a command, with `--yes`, and gives how far the tenant's journal went with it.
fn moved(daemon: &TestDaemon, tenant: &str, args: &str) -> u64 {
    let seq = || heads(daemon)[tenant]["seq"].as_u64().unwrap();
    let before = seq();
    let said = daemon.say(&args.split(' ').chain(["--yes"]).collect::<Vec<_>>());
    assert!(!said.clone().ok().out.contains("would"), "{args}: {said:?}");
    seq() - before
}

#[test]
fn what_is_confirmed_is_written_though_no_difference_is_shown() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", "User", "User");
    tenant(
        &daemon,
        "sign",
        "esignanywhere",
        "administrator",
        "registered_signer",
    );
    let invite = |tenant: &str, role: &str| {
        let body = json!({
            "tenant": tenant, "email": format!("jo@{tenant}.example"), "first_name": "Jo", "last_name": "Lee",
            "roles": [role],
        });
        ask(&daemon, "/v1/user/invite", body)
    };
    invite("acme", "User");
    invite("sign", "registered_signer");
    for (tenant, args) in [
        ("acme", "user resend jo@acme.example"),
        ("sign", "user accept jo@sign.example --activated-only"),
        (
            "acme",
            "ownership start acme bo@acme.example --replace --reason gone",
        ),
        ("acme", "ownership cancel acme 1"),
        ("acme", "review open acme --silence keep"),
        ("acme", "review answer acme keep bo@acme.example"),
        ("acme", "review close acme"),
    ] {
        assert_eq!(moved(&daemon, tenant, args), 1, "{args}");
    }
    let transfers = ask(&daemon, "/v1/ownership/list", json!({"tenant": "acme"}));
    assert_eq!(
        transfers["rows"][0]["transfer"]["state"], "cancelled",
        "{transfers}"
    );
}

#[test]
fn where_nothing_is_to_do_nothing_is_asked_and_nothing_written() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", "User", "User");
    let before = heads(&daemon);
    let edit = [
        "user",
        "edit",
        "bo@acme.example",
        "--first-name",
        "Bo",
        "--yes",
        "--json",
    ];
    let said = daemon.say(&edit).ok().json();
    assert_eq!(
        (&said["nothing"], &said["seq"]),
        (&json!(true), &Value::Null),
        "{said}"
    );
    assert_eq!(heads(&daemon), before);
}

#[test]
fn a_deletion_asks_by_name_and_address_and_the_record_has_both_login_names() {
    let daemon = TestDaemon::start();
    tenant(
        &daemon,
        "sign",
        "esignanywhere",
        "administrator",
        "registered_signer",
    );
    let on = json!({"tenant": "sign", "enable": ["on_premise"]});
    ask(&daemon, "/v1/tenant/set", on);
    let logins = json!({"user": "bo@sign.example", "username": "bo.lee", "sid": "S-1-5-21-7"});
    ask(&daemon, "/v1/user/edit", logins);
    let shown = daemon.say(&["user", "show", "bo@sign.example"]).ok().out;
    assert!(
        shown.contains("bo.lee") && shown.contains("S-1-5-21-7"),
        "{shown}"
    );
    let would = daemon.say(&["user", "delete", "bo@sign.example", "--dry-run"]);
    let would = would.ok().out;
    assert!(would.contains("Bo Lee, bo@sign.example"), "{would}");
    let gone = ask(
        &daemon,
        "/v1/user/delete",
        json!({"user": "bo@sign.example"}),
    );
    assert!(!gone["message"].to_string().contains("bo@"), "{gone}");
}
