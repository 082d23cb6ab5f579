//! IUSign, role governance.

use crate::common::{ask, journal, open_to_others, possible};
use crate::given::{account, denied, holds, member, says, tenant, turned_down};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const PEOPLE: [(&str, &str); 4] = [
    ("ada@acme.example", "User"),
    ("ann@acme.example", "Admin"),
    ("linus@acme.example", "User"),
    ("vera@acme.example", "Viewer"),
];

fn owners(daemon: &TestDaemon) -> Value {
    ask(daemon, "/v1/tenant/show", json!({"tenant": "acme"}))["row"]["owners"].clone()
}

#[test]
fn fact_09_the_owners_role_is_not_edited_it_is_transferred() {
    if !possible("fact_09", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    tenant(&daemon, "acme", "iusign", 10, &PEOPLE);
    let ann = member(&daemon, "ann@acme.example");
    let edit = json!({"user": "ada@acme.example", "set": ["user"]});
    let error = denied(&daemon, &ann, "/v1/user/role", edit, "ownership-transfer");
    holds(
        &error["hint"],
        &[
            "Transfer of Ownership in Billing settings",
            "ownership start",
        ],
    );
    let other = json!({"user": "linus@acme.example", "set": ["viewer"]});
    says(&ann, "/v1/user/role", other);
    assert_eq!(
        account(&daemon, "linus@acme.example")["assignments"][0]["role"],
        "viewer"
    );
}

#[test]
fn fact_10_no_second_owner_by_edit_role() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", 10, &PEOPLE);
    for user in ["ann@acme.example", "linus@acme.example"] {
        for how in [
            json!({"user": user, "set": ["owner"]}),
            json!({"user": user, "add": ["Owner"]}),
        ] {
            turned_down(&daemon, "/v1/user/role", how, "ownership-transfer");
        }
    }
    let line = [
        "user",
        "role",
        "ann@acme.example",
        "--set",
        "owner",
        "--yes",
    ];
    assert_eq!(daemon.say(&line).code, 6);
    assert_eq!(owners(&daemon), json!(["ada@acme.example"]));
    ask(
        &daemon,
        "/v1/user/role",
        json!({"user": "linus@acme.example", "set": ["admin"]}),
    );
    assert_eq!(owners(&daemon), json!(["ada@acme.example"]));
}

#[test]
fn fact_15_a_raised_user_has_admin_rights_at_the_next_request_and_a_stale_screen() {
    if !possible("fact_15", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    tenant(&daemon, "acme", "iusign", 10, &PEOPLE);
    let linus = member(&daemon, "linus@acme.example");
    let list = json!({"tenant": "acme"});
    denied(&daemon, &linus, "/v1/user/list", list.clone(), "permission");
    let before = account(&daemon, "linus@acme.example")["manifest"]
        .as_u64()
        .unwrap();
    let edit = json!({"user": "linus@acme.example", "set": ["admin"], "reason": "new task"});
    let done = ask(&daemon, "/v1/user/role", edit.clone());
    holds(&done["warnings"][0], &["next request", "sign in again"]);
    says(&linus, "/v1/user/list", list);
    assert_eq!(
        account(&daemon, "linus@acme.example")["manifest"],
        before + 1
    );
    assert_eq!(journal(&daemon, "user role").len(), 1);
    let again = ask(&daemon, "/v1/user/role", edit);
    assert_eq!(
        again["seq"],
        Value::Null,
        "a change of nothing writes nothing"
    );

    let check = |manifest: &Value| {
        let body = json!({"user": "linus@acme.example", "manifest": manifest});
        ask(&daemon, "/v1/session/check", body)["standing"].clone()
    };
    assert_eq!(check(&json!(before)), "stale");
    let opened = ask(
        &daemon,
        "/v1/session/open",
        json!({"user": "linus@acme.example"}),
    );
    assert_eq!(check(&opened["manifest"]), "good");
}

#[test]
fn fact_16_who_left_is_refused_in_old_sessions_too_and_their_past_stays_readable() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", 10, &PEOPLE);
    let linus = json!({"user": "linus@acme.example"});
    ask(
        &daemon,
        "/v1/user/role",
        json!({"user": "linus@acme.example", "set": ["admin"]}),
    );
    ask(&daemon, "/v1/user/deactivate", linus.clone());
    let history = ask(&daemon, "/v1/user/show", linus.clone())["history"].clone();
    let verbs: Vec<&str> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h["verb"].as_str().unwrap())
        .collect();
    assert_eq!(verbs, ["user deactivate", "user role", "import people"]);

    ask(&daemon, "/v1/user/reactivate", linus.clone());
    let opened = ask(&daemon, "/v1/session/open", linus.clone());
    ask(&daemon, "/v1/user/deactivate", linus.clone());
    let check = json!({"user": "linus@acme.example", "manifest": opened["manifest"]});
    assert_eq!(
        ask(&daemon, "/v1/session/check", check)["standing"],
        "suspended"
    );
    let (code, _) = rollcall_tests::http::post(
        &daemon.socket(),
        "/v1/session/open",
        &[],
        &linus.to_string(),
    );
    assert!(code >= 400, "no session is opened for who has left");
    let trail = json!({"user": "vera@acme.example", "permission": "audit_trail.open", "resource": {"owner": "linus@acme.example"}});
    let may = ask(&daemon, "/v1/can", trail);
    assert_eq!(
        (&may["allowed"], &may["read_only"]),
        (&json!(true), &json!(true))
    );
}
