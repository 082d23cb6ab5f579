//! IgniSign: users and invitations.

use crate::common::ask;
use crate::given::{account, tenant, turned_down};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const PEOPLE: [(&str, &str); 2] = [
    ("olga@bank.example", "ORG_USER"),
    ("otto@bank.example", "ORG_ADMIN"),
];

fn answers(daemon: &TestDaemon) -> Vec<Value> {
    let list = ask(daemon, "/v1/invitation/list", json!({"tenant": "bank"}));
    list["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["answer"].clone())
        .collect()
}

#[test]
fn fact_25_an_invitation_is_pending_until_it_is_answered_and_never_again() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "bank", "ignisign", 0, &PEOPLE);
    let invite = json!({"tenant": "bank", "email": ["john@example.com"], "first_name": "John", "last_name": "Doe", "roles": ["APP_OPERATOR"]});
    ask(&daemon, "/v1/user/invite", invite.clone());
    assert_eq!(answers(&daemon), ["pending"]);
    turned_down(
        &daemon,
        "/v1/user/invite",
        invite.clone(),
        "already-invited",
    );
    let mut lower = invite.clone();
    lower["email"] = json!(["jane@example.com"]);
    lower["roles"] = json!(["app_operator"]);
    turned_down(&daemon, "/v1/user/invite", lower, "roles");

    let john = json!({"user": "john@example.com"});
    ask(
        &daemon,
        "/v1/user/accept",
        json!({"user": "john@example.com", "number": 1}),
    );
    assert_eq!(answers(&daemon), ["accepted"]);
    assert_eq!(account(&daemon, "john@example.com")["status"], "active");
    for path in ["/v1/user/accept", "/v1/user/decline", "/v1/user/revoke"] {
        turned_down(&daemon, path, john.clone(), "no-invitation-pending");
    }
    turned_down(&daemon, "/v1/user/resend", john, "status");
    turned_down(
        &daemon,
        "/v1/user/invite",
        invite,
        "already-in-organization",
    );
    assert_eq!(answers(&daemon), ["accepted"]);
}

#[test]
fn an_organization_keeps_at_least_one_admin() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "bank", "ignisign", 0, &PEOPLE);
    ask(
        &daemon,
        "/v1/user/role",
        json!({"user": "otto@bank.example", "set": ["ORG_USER"]}),
    );
    let edit = json!({"user": "olga@bank.example", "set": ["ORG_USER"]});
    turned_down(&daemon, "/v1/user/role", edit, "last-admin");
    turned_down(
        &daemon,
        "/v1/user/delete",
        json!({"user": "olga@bank.example"}),
        "last-admin",
    );
    ask(
        &daemon,
        "/v1/user/delete",
        json!({"user": "otto@bank.example"}),
    );
    // Who is gone makes room for somebody with the same address.
    ask(
        &daemon,
        "/v1/user/invite",
        json!({"tenant": "bank", "email": ["otto@bank.example"], "roles": ["ORG_USER"]}),
    );
    assert_eq!(account(&daemon, "otto@bank.example")["status"], "invited");
}
