//! What the facts are told about: a tenant of one of the vendors with people in it, and short ways to ask.

use super::common::{ask, heads};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// A tenant whose decisions are effective at once.
pub fn tenant(daemon: &TestDaemon, name: &str, catalog: &str) {
    let body = json!({
        "name": name, "catalog": catalog, "seats": 100, "owner": format!("ada@{name}.example"),
        "tz": "UTC", "authority": "rollcall",
        "features": if catalog == "onespan" { vec!["sub_accounts"] } else { Vec::new() },
    });
    ask(daemon, "/v1/tenant/create", body);
}

/// Brings active people in: name, roles with `|` between, account path.
pub fn people(daemon: &TestDaemon, tenant: &str, rows: &[(&str, &str, &str)]) {
    let mut csv = "email,first_name,status,roles,account\n".to_owned();
    for (name, roles, account) in rows {
        csv.push_str(&format!(
            "{name}@{tenant}.example,{name},active,{roles},{account}\n"
        ));
    }
    let told = super::common::import(daemon, "people", tenant, &csv)
        .ok()
        .json();
    assert_eq!(told["added"], json!(rows.len()), "{told}");
}

/// A tenant of IUSign: ada is its Owner, the others hold the role of their name.
pub fn iusign(daemon: &TestDaemon) {
    tenant(daemon, "acme", "iusign");
    let rows = [
        ("ada", "user", ""),
        ("admin", "admin", ""),
        ("user", "user", ""),
        ("uma", "user", ""),
        ("viewer", "viewer", ""),
    ];
    people(daemon, "acme", &rows);
    let owner = json!({"tenant": "acme", "owner": "ada@acme.example"});
    ask(daemon, "/v1/tenant/owner-set", owner);
}

/// May this user do that, with this?
pub fn can(daemon: &TestDaemon, user: &str, permission: &str, resource: Value) -> Value {
    let body = json!({"user": user, "permission": permission, "resource": resource});
    ask(daemon, "/v1/can", body)
}

/// As [`can`]; it must be allowed.
pub fn may(daemon: &TestDaemon, user: &str, permission: &str, resource: Value) -> Value {
    let decision = can(daemon, user, permission, resource);
    assert_eq!(
        decision["allowed"],
        json!(true),
        "{user} {permission}: {decision}"
    );
    decision
}

/// As [`can`]; it must be refused, by this rule.
pub fn may_not(
    daemon: &TestDaemon,
    user: &str,
    permission: &str,
    resource: Value,
    rule: &str,
) -> Value {
    let decision = can(daemon, user, permission, resource);
    assert_eq!(
        (&decision["allowed"], &decision["rule"]),
        (&json!(false), &json!(rule)),
        "{user} {permission}: {decision}"
    );
    assert_ne!(decision["instead"], json!(""), "{decision}");
    decision
}

/// Does something that must leave every journal as it was.
pub fn unchanged<T>(daemon: &TestDaemon, work: impl FnOnce() -> T) -> T {
    let before = heads(daemon);
    let result = work();
    assert_eq!(heads(daemon), before, "a journal has grown");
    result
}

/// Makes a signing group of IUSign.
pub fn signing_group(daemon: &TestDaemon, name: &str, members: &[&str]) {
    let body = json!({"tenant": "acme", "kind": "signing_group", "name": name, "add": members});
    ask(daemon, "/v1/group/set", body);
}
