//! What facts are given: tenants with people, and members of them who act.

use crate::common::{Other, ask, heads, import, refused};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// The header of the people files here.
const HEADER: &str = "email,first_name,last_name,status,roles,mfa\n";

/// A tenant in force: people by address and role, all active; the first one owns it. Seats `0` are unlimited.
pub fn tenant(daemon: &TestDaemon, name: &str, catalog: &str, seats: u32, people: &[(&str, &str)]) {
    let seats = (seats > 0).then_some(seats);
    let owner = people[0].0;
    ask(
        daemon,
        "/v1/tenant/create",
        json!({"name": name, "catalog": catalog, "seats": seats, "owner": owner, "tz": "UTC", "authority": "rollcall"}),
    );
    let mut file = HEADER.to_owned();
    for (email, role) in people {
        let first = email.split('@').next().unwrap();
        file.push_str(&format!("{email},{first},Lee,active,{role},enrolled\n"));
    }
    let said = import(daemon, "people", name, &file).ok().json();
    assert_eq!(said["refused"], 0, "{said}");
    ask(
        daemon,
        "/v1/tenant/owner-set",
        json!({"tenant": name, "owner": owner}),
    );
}

/// Lets the OS user `daemon` act as this person, without any role of Rollcall's own.
pub fn member(daemon: &TestDaemon, person: &str) -> Other {
    ask(
        daemon,
        "/v1/operator/bind",
        json!({"os_user": "daemon", "person": person, "grants": []}),
    );
    Other::of(daemon, 1)
}

/// What a member is answered.
pub fn says(member: &Other, path: &str, body: Value) -> Value {
    let (code, envelope) = member.curl(path, &body);
    assert_eq!(code, 200, "{path} {body}: {envelope}");
    envelope["ok"].clone()
}

/// That a member is refused by this rule and the journals stay as they were; the refusal.
pub fn denied(daemon: &TestDaemon, member: &Other, path: &str, body: Value, rule: &str) -> Value {
    let before = heads(daemon);
    let (code, envelope) = member.curl(path, &body);
    assert!(code >= 400, "{path} {body} was not refused: {envelope}");
    assert_eq!(envelope["error"]["rule"], rule, "{envelope}");
    assert_eq!(heads(daemon), before, "a refusal writes nothing");
    envelope["error"].clone()
}

/// That the operator is refused by this rule and the journals stay as they were; the refusal.
pub fn turned_down(daemon: &TestDaemon, path: &str, body: Value, rule: &str) -> Value {
    let before = heads(daemon);
    let (_, error) = refused(daemon, path, body);
    assert_eq!(error["rule"], rule, "{error}");
    assert_eq!(heads(daemon), before, "a refusal writes nothing");
    error
}

/// As [`turned_down`], while a moved clock lets schedules come due, which write into the journals themselves.
pub fn turned_down_later(daemon: &TestDaemon, path: &str, body: Value, rule: &str) -> Value {
    let (_, error) = refused(daemon, path, body);
    assert_eq!(error["rule"], rule, "{error}");
    error
}

/// One account as it is.
pub fn account(daemon: &TestDaemon, email: &str) -> Value {
    ask(daemon, "/v1/user/show", json!({"user": email}))["account"].clone()
}

/// The seats of a tenant in use and reserved.
pub fn seats(daemon: &TestDaemon, tenant: &str) -> (u64, u64) {
    let shown = ask(daemon, "/v1/tenant/show", json!({"tenant": tenant}));
    let number = |key: &str| shown["row"][key].as_u64().unwrap();
    (number("seats_used"), number("seats_reserved"))
}

/// The last batch of a tenant's journal.
pub fn last(daemon: &TestDaemon, tenant: &str) -> u64 {
    heads(daemon)[tenant]["seq"].as_u64().unwrap()
}

/// Whether a text of an answer holds all of these.
pub fn holds(text: &Value, parts: &[&str]) {
    let text = text.as_str().unwrap_or_else(|| panic!("no text: {text}"));
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in {text:?}");
    }
}
