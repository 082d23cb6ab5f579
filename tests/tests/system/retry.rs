//! A request that is sent again under its id is answered with the first result and done once.

use super::common::{HEADER, acme, ask, create, heads, journal, status};
use rollcall_tests::{TestDaemon, http};
use serde_json::{Value, json};

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,
guest@acme.example,Guest,invited,User,,,2020-01-05,
";

fn post(daemon: &TestDaemon, id: &str, path: &str, body: &Value) -> Value {
    let headers = [("x-rollcall-request-id", id)];
    let (status, envelope) = http::post(&daemon.socket(), path, &headers, &body.to_string());
    assert_eq!(status, 200, "{path}: {envelope}");
    envelope
}

#[test]
fn a_retry_gives_the_first_result_and_one_entry_also_after_kill_9() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let linus = json!({"user": "linus@acme.example", "reason": "asked for"});
    let id = "0190a5d4-5b6c-7d8e-9fa0-b1c2d3e4f501";
    let first = post(&daemon, id, "/v1/user/suspend", &linus);
    let head = heads(&daemon);
    assert_eq!(post(&daemon, id, "/v1/user/suspend", &linus), first);
    assert_eq!(heads(&daemon), head);

    // Somebody lets them in again: a retry that comes late must not undo that.
    ask(
        &daemon,
        "/v1/user/reactivate",
        json!({"user": "linus@acme.example"}),
    );
    let head = heads(&daemon);
    assert_eq!(post(&daemon, id, "/v1/user/suspend", &linus), first);
    assert_eq!(status(&daemon, "linus@acme.example"), "active");

    let dir = daemon.kill();
    let daemon = TestDaemon::start_in(dir.path());
    assert_eq!(post(&daemon, id, "/v1/user/suspend", &linus), first);
    assert_eq!(status(&daemon, "linus@acme.example"), "active");
    assert_eq!(heads(&daemon), head);
    let lines = journal(&daemon, "user suspend");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["request"], id);

    let other = "0190a5d4-5b6c-7d8e-9fa0-b1c2d3e4f502";
    post(&daemon, other, "/v1/user/suspend", &linus);
    assert_eq!(
        journal(&daemon, "user suspend").len(),
        2,
        "another id is another request"
    );
}

#[test]
fn a_sweep_and_an_import_that_are_sent_again_are_done_once() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    ask(
        &daemon,
        "/v1/policy/set",
        json!({"tenant": "acme", "sweep": "invitations", "mode": "auto"}),
    );
    let run = json!({"sweep": "invitations", "tenant": "acme"});
    let id = "0190a5d4-5b6c-7d8e-9fa0-b1c2d3e4f503";
    let first = post(&daemon, id, "/v1/sweep/run", &run);
    assert_eq!(first["ok"]["results"][0]["run"]["applied"], 1, "{first}");
    let import = |daemon: &TestDaemon| {
        let csv = format!("{HEADER}new@acme.example,New,active,User,,,2025-01-10,\n");
        let headers = [(
            "x-rollcall-request-id",
            "0190a5d4-5b6c-7d8e-9fa0-b1c2d3e4f504",
        )];
        let path = "/v1/import/people?tenant=acme";
        let (status, text) =
            http::try_post(&daemon.socket(), path, &headers, csv.as_bytes()).unwrap();
        assert_eq!(status, 200, "{text}");
        let line: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        line
    };
    let taken = import(&daemon);
    assert_eq!(taken["added"], 1, "{taken}");
    let head = heads(&daemon);
    let dir = daemon.kill();
    let daemon = TestDaemon::start_in(dir.path());
    assert_eq!(post(&daemon, id, "/v1/sweep/run", &run), first);
    assert_eq!(import(&daemon), taken);
    assert_eq!(heads(&daemon), head);
}

#[test]
fn an_import_for_another_tenant_or_with_other_options_is_another_request() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    create(&daemon, "beta", "rollcall");
    let import = |query: &str| {
        let headers = [(
            "x-rollcall-request-id",
            "0190a5d4-5b6c-7d8e-9fa0-b1c2d3e4f50c",
        )];
        let csv = format!("{HEADER}new@acme.example,New,active,User,,,2025-01-10,\n");
        let path = format!("/v1/import/people?{query}");
        let (_, text) = http::try_post(&daemon.socket(), &path, &headers, csv.as_bytes()).unwrap();
        let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        last
    };
    let taken = import("tenant=acme");
    assert_eq!(taken["added"], 1, "{taken}");
    let head = heads(&daemon);
    for query in [
        "tenant=beta",
        "tenant=acme&renumber=true",
        "tenant=acme&losing=70",
        "tenant=acme&as_of=2024-03-31T00:00:00Z",
    ] {
        let refused = import(query);
        assert_eq!(refused["type"], "failed", "{query}: {refused}");
        assert_eq!(refused["rule"], "request-id-reused", "{query}: {refused}");
    }
    assert_eq!(import("tenant=acme"), taken);
    assert_eq!(heads(&daemon), head);
}

#[test]
fn an_import_whose_first_batch_fails_tells_what_of_the_next_one_stays() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let row = |name: &str| format!("{name}@acme.example,{name},active,User,,,2025-01-10,\n");
    let import = |rows: String| {
        let headers = [(
            "x-rollcall-request-id",
            "0190a5d4-5b6c-7d8e-9fa0-b1c2d3e4f50a",
        )];
        let path = "/v1/import/people?tenant=acme";
        let csv = format!("{HEADER}{rows}");
        let (_, text) = http::try_post(&daemon.socket(), path, &headers, csv.as_bytes()).unwrap();
        let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        last
    };
    assert_eq!(import(row("first"))["added"], 1);
    // Another file under the same id: its first 5,000 rows are refused, and the batch behind them waits already.
    let rows: String = (0..5_002).map(|n| row(&format!("p{n}"))).collect();
    let failed = import(rows);
    assert_eq!(
        (&failed["type"], &failed["rule"]),
        (&json!("failed"), &json!("request-id-reused")),
        "{failed}"
    );
    let list = ask(&daemon, "/v1/user/list", json!({"tenant": "acme"}));
    assert_eq!(list["total"], 4 + 2, "the second batch is in");
    let what = failed["what"].as_str().unwrap();
    assert!(what.ends_with("taken in and kept: 2 added"), "{failed}");
}

#[test]
fn an_id_that_is_none_is_refused() {
    let daemon = TestDaemon::start();
    let headers = [("x-rollcall-request-id", "twice")];
    let (status, envelope) = http::post(&daemon.socket(), "/v1/status", &headers, "{}");
    assert_eq!(
        (status, &envelope["error"]["class"]),
        (400, &json!("usage")),
        "{envelope}"
    );
}

#[test]
fn an_id_that_was_used_for_something_else_is_refused_and_tells_nothing() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let id = "0190a5d4-5b6c-7d8e-9fa0-b1c2d3e4f509";
    let linus = json!({"user": "linus@acme.example"});
    post(&daemon, id, "/v1/user/suspend", &linus);
    let head = heads(&daemon);
    let headers = [("x-rollcall-request-id", id)];
    for (path, body) in [
        ("/v1/user/suspend", json!({"user": "ada@acme.example"})),
        ("/v1/user/reactivate", linus),
    ] {
        let (code, envelope) = http::post(&daemon.socket(), path, &headers, &body.to_string());
        assert_eq!(code, 409, "{path}: {envelope}");
        assert_eq!(envelope["error"]["rule"], "request-id-reused");
    }
    assert_eq!(heads(&daemon), head);
    assert_eq!(status(&daemon, "ada@acme.example"), "active");
    assert_eq!(status(&daemon, "linus@acme.example"), "suspended");
}

#[test]
fn the_last_platform_admin_is_not_bound_away() {
    let daemon = TestDaemon::start();
    let me = nix::unistd::User::from_uid(nix::unistd::geteuid())
        .unwrap()
        .unwrap();
    let body = json!({
        "os_user": me.name,
        "person": "me@acme.example",
        "grants": [{"role": "auditor", "tenant": null}],
    });
    let head = heads(&daemon);
    let (code, envelope) = http::post(
        &daemon.socket(),
        "/v1/operator/bind",
        &[],
        &body.to_string(),
    );
    assert_eq!(code, 409, "{envelope}");
    assert_eq!(envelope["error"]["rule"], "last-platform-admin");
    assert_eq!(heads(&daemon), head);
}
