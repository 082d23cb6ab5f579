//! Short ways to ask a daemon something by its API and by the command line, and to look at what its journals hold then.

use super::common::{Other, ask, heads, refused};
use rollcall_tests::{Said, TestDaemon};
use serde_json::{Value, json};

/// May this user do that, with this?
pub fn can(daemon: &TestDaemon, user: &str, permission: &str, resource: Value) -> Value {
    let body = json!({"user": user, "permission": permission, "resource": resource});
    ask(daemon, "/v1/can", body)
}

/// As [`can`]; it must be allowed.
pub fn may(daemon: &TestDaemon, user: &str, permission: &str, resource: Value) -> Value {
    let decision = can(daemon, user, permission, resource);
    assert_eq!(
        (&decision["allowed"], &decision["rule"]),
        (&json!(true), &json!("")),
        "{user} {permission}: {decision}"
    );
    decision
}

/// As [`can`]; it must be refused, by this rule, with what to do instead.
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

/// Does something that must leave every journal as it was; what it gave.
pub fn unmoved<T>(daemon: &TestDaemon, work: impl FnOnce() -> T) -> T {
    let before = heads(daemon);
    let result = work();
    assert_eq!(heads(daemon), before, "a journal has grown");
    result
}

/// Does something that must write one batch into this tenant's journal and none into any other; what it gave. The batch
/// is of this verb, and its entries say all of this: which account, scope or record, and its fields, old → new.
pub fn journalled<T>(
    daemon: &TestDaemon,
    tenant: &str,
    verb: &str,
    entries: &[&str],
    work: impl FnOnce() -> T,
) -> T {
    journalled_because(daemon, tenant, verb, entries, None, work)
}

/// As [`journalled`], with the reason that the batch must hold.
pub fn journalled_because<T>(
    daemon: &TestDaemon,
    tenant: &str,
    verb: &str,
    entries: &[&str],
    reason: Option<&str>,
    work: impl FnOnce() -> T,
) -> T {
    let before = heads(daemon);
    let result = work();
    for (journal, head) in heads(daemon) {
        let grown = head["seq"].as_u64().unwrap() - before[&journal]["seq"].as_u64().unwrap();
        assert_eq!(grown, u64::from(journal == tenant), "batches of {journal}");
    }
    let newest = json!({"tenant": tenant, "limit": 1});
    let row = ask(daemon, "/v1/audit/list", newest)["rows"][0].clone();
    assert_eq!(
        (&row["verb"], row["reason"].as_str()),
        (&json!(verb), reason),
        "{row}"
    );
    let lines: Vec<&str> = row["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap())
        .collect();
    for said in entries {
        assert!(
            lines.iter().any(|line| line.contains(said)),
            "{said:?} is missing in {lines:#?}"
        );
    }
    result
}

/// Runs the real `rollcall` with these words, where a text in single quotes is one; its exit code must be this, and what
/// it prints must hold this.
pub fn command(daemon: &TestDaemon, line: &str, code: i32, prints: &[&str]) -> Said {
    printed(daemon.say(&words(line)), line, code, prints)
}

/// As [`command`], as another OS user.
pub fn command_of(other: &Other, line: &str, code: i32, prints: &[&str]) -> Said {
    printed(other.say(&words(line)), line, code, prints)
}

fn words(line: &str) -> Vec<&str> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        })
        .collect()
}

fn printed(said: Said, line: &str, code: i32, prints: &[&str]) -> Said {
    assert_eq!(said.code, code, "rollcall {line}: {said:?}");
    for part in prints {
        assert!(
            said.out.contains(part) || said.err.contains(part),
            "rollcall {line}: {part:?} is missing in {said:?}"
        );
    }
    said
}

/// What a member is answered.
pub fn says(member: &Other, path: &str, body: Value) -> Value {
    let (code, envelope) = member.ask(path, &body);
    assert_eq!(code, 200, "{path} {body}: {envelope}");
    envelope["ok"].clone()
}

/// That a member is refused by this rule and the journals stay as they were; the refusal.
pub fn denied(daemon: &TestDaemon, member: &Other, path: &str, body: Value, rule: &str) -> Value {
    let (code, envelope) = unmoved(daemon, || member.ask(path, &body));
    assert!(code >= 400, "{path} {body} was not refused: {envelope}");
    assert_eq!(envelope["error"]["rule"], rule, "{envelope}");
    envelope["error"].clone()
}

/// That the operator is refused by this rule, with what to do instead, and the journals stay as they were; the refusal.
pub fn turned_down(daemon: &TestDaemon, path: &str, body: Value, rule: &str) -> Value {
    let error = unmoved(daemon, || turned_down_later(daemon, path, body, rule));
    assert!(
        error["hint"].as_str().is_some_and(|hint| !hint.is_empty()),
        "{error}"
    );
    error
}

/// As [`turned_down`], while a moved clock lets schedules come due, which write into the journals themselves.
pub fn turned_down_later(daemon: &TestDaemon, path: &str, body: Value, rule: &str) -> Value {
    let (_, error) = refused(daemon, path, body);
    assert_eq!(error["rule"], rule, "{error}");
    error
}

/// Whether a text of an answer holds all of these.
pub fn holds(text: &Value, parts: &[&str]) {
    let text = text.as_str().unwrap_or_else(|| panic!("no text: {text}"));
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in {text:?}");
    }
}

/// One account as it is.
pub fn account(daemon: &TestDaemon, email: &str) -> Value {
    ask(daemon, "/v1/user/show", json!({"user": email}))["account"].clone()
}

/// The beginning of an entry about somebody's account.
pub fn entry_of(daemon: &TestDaemon, email: &str) -> String {
    format!("account {}: ", number(daemon, email))
}

/// An account's number in its tenant, by which entries name it.
pub fn number(daemon: &TestDaemon, email: &str) -> u64 {
    account(daemon, email)["id"].as_u64().unwrap()
}

/// What an account owns, by kind.
pub fn owns(daemon: &TestDaemon, tenant: &str, email: &str) -> Value {
    let body = json!({"tenant": tenant, "owner": email});
    ask(daemon, "/v1/asset/list", body)["counts"].clone()
}

/// The seats of a tenant in use and reserved.
pub fn seats(daemon: &TestDaemon, tenant: &str) -> (u64, u64) {
    let shown = ask(daemon, "/v1/tenant/show", json!({"tenant": tenant}));
    let number = |key: &str| shown["row"][key].as_u64().unwrap();
    (number("seats_used"), number("seats_reserved"))
}

/// The owners of a tenant.
pub fn owners(daemon: &TestDaemon, tenant: &str) -> Value {
    ask(daemon, "/v1/tenant/show", json!({"tenant": tenant}))["row"]["owners"].clone()
}

/// How a session that was opened at this manifest stands now.
pub fn standing(daemon: &TestDaemon, user: &str, opened: &Value) -> Value {
    let body = json!({"user": user, "manifest": opened["manifest"]});
    ask(daemon, "/v1/session/check", body)
}
