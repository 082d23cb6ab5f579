//! IUSign, user life cycle.

use crate::common::{ask, open_to_others, possible};
use crate::given::{account, denied, holds, last, member, says, seats, tenant, turned_down};
use rollcall_tests::TestDaemon;
use serde_json::json;

const PEOPLE: [(&str, &str); 4] = [
    ("ada@acme.example", "User"),
    ("ann@acme.example", "Admin"),
    ("linus@acme.example", "User"),
    ("vera@acme.example", "Viewer"),
];

fn invitation(email: &str) -> serde_json::Value {
    json!({"tenant": "acme", "email": [email], "first_name": "Newt", "last_name": "Long", "roles": ["user"]})
}

#[test]
fn fact_01_an_admin_invites_and_a_pending_user_exists() {
    if !possible("fact_01", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    tenant(&daemon, "acme", "iusign", 10, &PEOPLE);
    let before = last(&daemon, "acme");
    let ann = member(&daemon, "ann@acme.example");
    let done = says(&ann, "/v1/user/invite", invitation("newt@acme.example"));
    assert_eq!(done["seq"], before + 1, "{done}");
    assert!(
        !done.to_string().contains("newt@acme.example"),
        "what is kept for a retry names nobody: {done}"
    );
    let newt = account(&daemon, "newt@acme.example");
    assert_eq!(
        (&newt["status"], &newt["last_name"]),
        (&json!("invited"), &json!("Long"))
    );
    assert_eq!(newt["assignments"][0]["role"], "user");
    let list = ask(&daemon, "/v1/invitation/list", json!({"tenant": "acme"}));
    let row = &list["rows"][0];
    assert_eq!(
        (&row["answer"], &row["email"]),
        (&json!("pending"), &json!("newt@acme.example"))
    );
    let days = |key: &str| {
        row[key]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
    };
    assert_eq!((days("valid_until") - days("sent")).get_hours(), 0);
    assert_eq!(
        days("valid_until").duration_since(days("sent")).as_hours(),
        7 * 24
    );
    assert_eq!(seats(&daemon, "acme"), (4, 1));

    let linus = member(&daemon, "linus@acme.example");
    let body = invitation("other@acme.example");
    denied(&daemon, &linus, "/v1/user/invite", body, "permission");
    let mut owner = invitation("boss@acme.example");
    owner["roles"] = json!(["owner"]);
    turned_down(&daemon, "/v1/user/invite", owner, "ownership-transfer");
}

#[test]
fn fact_02_without_a_free_seat_the_user_limit_is_reached_and_both_ways_out_are_named() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", 4, &PEOPLE);
    let body = invitation("newt@acme.example");
    let error = turned_down(&daemon, "/v1/user/invite", body.clone(), "seats");
    holds(&error["what"], &["User Limit Reached"]);
    holds(&error["hint"], &["bigger plan", "deactivate", "idle"]);
    let line = [
        "user",
        "invite",
        "newt@acme.example",
        "--tenant",
        "acme",
        "--first-name",
        "Newt",
        "--last-name",
        "Long",
        "--role",
        "user",
        "--yes",
    ];
    let said = daemon.say(&line);
    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.err.contains("User Limit Reached"), "{said:?}");

    ask(
        &daemon,
        "/v1/user/deactivate",
        json!({"user": "vera@acme.example"}),
    );
    ask(&daemon, "/v1/user/invite", body);
    assert_eq!(seats(&daemon, "acme"), (3, 1));
}

#[test]
fn fact_04_who_is_suspended_cannot_sign_in_at_once_and_their_documents_stay() {
    if !possible("fact_04", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    tenant(&daemon, "acme", "iusign", 10, &PEOPLE);
    let linus = json!({"user": "linus@acme.example"});
    let history = |daemon: &TestDaemon| {
        ask(
            daemon,
            "/v1/user/show",
            json!({"user": "linus@acme.example"}),
        )["history"]
            .as_array()
            .unwrap()
            .len()
    };
    let (before, owned) = (
        history(&daemon),
        account(&daemon, "linus@acme.example")["assets"].clone(),
    );
    let ann = member(&daemon, "ann@acme.example");
    says(&ann, "/v1/user/suspend", linus.clone());
    assert_eq!(
        account(&daemon, "linus@acme.example")["status"],
        "suspended"
    );
    assert_eq!(account(&daemon, "linus@acme.example")["assets"], owned);
    assert_eq!(history(&daemon), before + 1, "one more entry, none less");
    // The suspended user's own login is nobody's any more.
    let gone = member(&daemon, "linus@acme.example");
    denied(
        &daemon,
        &gone,
        "/v1/user/edit",
        json!({"user": "linus@acme.example", "language": "fr"}),
        "permission",
    );

    ask(&daemon, "/v1/user/reactivate", linus.clone());
    let opened = ask(&daemon, "/v1/session/open", linus.clone());
    ask(&daemon, "/v1/user/suspend", linus.clone());
    let check = json!({"user": "linus@acme.example", "manifest": opened["manifest"]});
    assert_eq!(
        ask(&daemon, "/v1/session/check", check)["standing"],
        "suspended"
    );
}

#[test]
fn fact_05_deactivating_frees_one_seat() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", 10, &PEOPLE);
    ask(
        &daemon,
        "/v1/user/suspend",
        json!({"user": "linus@acme.example"}),
    );
    assert_eq!(
        seats(&daemon, "acme"),
        (4, 0),
        "a suspended user keeps the seat"
    );
    ask(
        &daemon,
        "/v1/user/deactivate",
        json!({"user": "linus@acme.example"}),
    );
    assert_eq!(seats(&daemon, "acme"), (3, 0));
    let said = daemon.say(&["user", "deactivate", "vera@acme.example", "--yes"]);
    said.ok();
    assert_eq!(seats(&daemon, "acme"), (2, 0));
}

#[test]
fn fact_07_a_locked_identity_is_changed_by_an_admin_and_not_by_its_member() {
    if !possible("fact_07", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    tenant(&daemon, "acme", "iusign", 10, &PEOPLE);
    let edit = json!({"user": "linus@acme.example", "email": "linus.lee@acme.example"});
    let back = json!({"user": "linus.lee@acme.example", "email": "linus@acme.example"});
    let linus = member(&daemon, "linus@acme.example");
    says(&linus, "/v1/user/edit", edit.clone());
    ask(&daemon, "/v1/user/edit", back);
    let others = json!({"user": "vera@acme.example", "language": "fr"});
    denied(&daemon, &linus, "/v1/user/edit", others, "permission");

    let lock = json!({"tenant": "acme", "settings": {"identity_lock": "on"}});
    ask(&daemon, "/v1/tenant/set", lock);
    let error = denied(
        &daemon,
        &linus,
        "/v1/user/edit",
        edit.clone(),
        "identity-locked",
    );
    holds(&error["hint"], &["administrator"]);
    let ann = member(&daemon, "ann@acme.example");
    says(&ann, "/v1/user/edit", edit);
    assert_eq!(
        account(&daemon, "linus.lee@acme.example")["status"],
        "active"
    );
}

#[test]
fn fact_08_nobody_is_deleted_deactivation_is_proposed_instead() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", 10, &PEOPLE);
    let body = json!({"user": "linus@acme.example"});
    let error = turned_down(&daemon, "/v1/user/delete", body.clone(), "delete-never");
    holds(&error["what"], &["history", "audit"]);
    holds(&error["hint"], &["user deactivate"]);
    let said = daemon.say(&["user", "delete", "linus@acme.example", "--yes"]);
    assert_eq!(said.code, 6, "{said:?}");
    ask(&daemon, "/v1/user/deactivate", body);
    assert_eq!(
        account(&daemon, "linus@acme.example")["status"],
        "deactivated"
    );
}
