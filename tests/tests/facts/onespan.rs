//! OneSpan Sign: Enterprise Administration.

use super::common::{ask, refused};
use super::world::{people, tenant, unchanged};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

fn onespan() -> TestDaemon {
    let daemon = TestDaemon::start();
    tenant(&daemon, "bank", "onespan");
    people(
        &daemon,
        "bank",
        &[("ada", "administrator", ""), ("sam", "sender", "Europe")],
    );
    daemon
}

fn roles(daemon: &TestDaemon) -> Vec<Value> {
    let all = ask(daemon, "/v1/role/list", json!({"tenant": "bank"}));
    all["roles"].as_array().unwrap().clone()
}

#[test]
fn fact_26_a_fresh_account_has_its_three_default_roles() {
    let daemon = onespan();
    let listed = unchanged(&daemon, || roles(&daemon));
    let labels: Vec<&str> = listed
        .iter()
        .map(|r| r["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["Administrator", "Manager", "Sender"]);
    assert!(listed.iter().all(|r| r["custom"] == json!(false)));
    let out = daemon.say(&["role", "list", "--tenant", "bank"]).ok().out;
    assert!(
        out.contains("Administrator") && out.contains("Sender"),
        "{out}"
    );
    // A role of one's own comes behind them.
    let body = json!({"tenant": "bank", "id": "closer", "grant": ["sender_admin.reports"]});
    ask(&daemon, "/v1/role/create", body);
    assert_eq!(roles(&daemon).len(), 4);
}

#[test]
fn fact_27_default_roles_are_neither_edited_nor_deleted() {
    let daemon = onespan();
    for role in ["administrator", "manager", "sender"] {
        let edited = json!({"tenant": "bank", "id": role, "grant": ["sender_admin.reports"]});
        let (code, error) = unchanged(&daemon, || refused(&daemon, "/v1/role/edit", edited));
        assert_eq!(
            (code, &error["rule"]),
            (409, &json!("predefined-role")),
            "{error}"
        );
        let gone = json!({"tenant": "bank", "id": role});
        let (code, error) = unchanged(&daemon, || refused(&daemon, "/v1/role/delete", gone));
        assert_eq!(
            (code, &error["rule"]),
            (409, &json!("predefined-role")),
            "{error}"
        );
    }
    // A custom role is both.
    let made = json!({"tenant": "bank", "id": "closer", "grant": ["sender_admin.reports"]});
    ask(&daemon, "/v1/role/create", made);
    let edited = json!({"tenant": "bank", "id": "closer", "grant": ["transaction.in_person"]});
    let changed = ask(&daemon, "/v1/role/edit", edited);
    assert_eq!(changed["changes"], json!(["grants transaction.in_person"]));
    daemon
        .say(&["role", "delete", "closer", "--tenant", "bank", "--yes"])
        .ok();
    assert_eq!(roles(&daemon).len(), 3);
    let verbs = ask(
        &daemon,
        "/v1/audit/list",
        json!({"tenant": "bank", "limit": 3}),
    );
    let verbs: Vec<&str> = verbs["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["verb"].as_str().unwrap())
        .collect();
    assert_eq!(verbs, ["role delete", "role edit", "role create"]);
}

#[test]
fn a_role_that_is_held_stays_and_its_holders_sessions_go_stale_when_it_changes() {
    let daemon = onespan();
    let made = json!({"tenant": "bank", "id": "closer", "grant": ["sender_admin.reports"]});
    ask(&daemon, "/v1/role/create", made);
    people(&daemon, "bank", &[("cleo", "closer", "Europe")]);
    let user = "cleo@bank.example";
    let open = ask(&daemon, "/v1/session/open", json!({"user": user}));
    assert_eq!(open["permissions"], json!(["sender_admin.reports"]));
    assert_eq!(open["scope"], "Europe");
    let check = json!({"user": user, "manifest": open["manifest"]});
    assert_eq!(
        ask(&daemon, "/v1/session/check", check.clone())["standing"],
        "good"
    );
    let gone = json!({"tenant": "bank", "id": "closer"});
    let (_, error) = unchanged(&daemon, || refused(&daemon, "/v1/role/delete", gone));
    assert_eq!(error["rule"], "role-held", "{error}");
    let renamed = json!({"tenant": "bank", "id": "closer", "label": "Closers"});
    ask(&daemon, "/v1/role/edit", renamed);
    assert_eq!(
        ask(&daemon, "/v1/session/check", check.clone())["standing"],
        "good"
    );
    let dry = json!({"tenant": "bank", "id": "closer", "enabled": false, "dry_run": true});
    let shown = unchanged(&daemon, || ask(&daemon, "/v1/role/edit", dry));
    assert_eq!(
        (&shown["changes"], &shown["holders"]),
        (&json!(["disabled"]), &json!(1))
    );
    let off = json!({"tenant": "bank", "id": "closer", "enabled": false});
    ask(&daemon, "/v1/role/edit", off.clone());
    let stale = ask(&daemon, "/v1/session/check", check);
    assert_eq!(stale["standing"], "stale", "{stale}");
    assert!(
        stale["because"].as_str().unwrap().contains("15 minutes"),
        "{stale}"
    );
    super::world::may_not(
        &daemon,
        user,
        "sender_admin.reports",
        json!({"scope": "Europe"}),
        "role-place",
    );
    let again = unchanged(&daemon, || ask(&daemon, "/v1/role/edit", off));
    assert_eq!(
        again["changes"],
        json!([]),
        "a verb that changes nothing writes nothing"
    );
    daemon.say(&["user", "suspend", user, "--yes"]).ok();
    let (code, error) = refused(&daemon, "/v1/session/open", json!({"user": user}));
    assert_eq!((code, &error["rule"]), (403, &json!("status")), "{error}");
}
