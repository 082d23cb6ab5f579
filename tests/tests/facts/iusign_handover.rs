//! IUSign, user life cycle: the bulk transfer of a leaver's active envelopes.

use rollcall_tests::{Said, TestDaemon, http};
use serde_json::{Value, json};

/// A tenant of IUSign whose decisions are effective at once, with an owner, a leaver, a colleague and a viewer, and
/// three active envelopes and a completed one of the leaver.
fn tenant(daemon: &TestDaemon, tier: &str) {
    let owner = "ada@acme.example";
    daemon
        .say(&[
            "tenant",
            "create",
            "acme",
            "--catalog",
            "iusign",
            "--seats",
            "9",
            "--owner",
            owner,
            "--authority",
            "rollcall",
            "--tier",
            tier,
            "--yes",
        ])
        .ok();
    let people = "email,status,roles\n\
        ada@acme.example,active,User\n\
        leaver@acme.example,active,User\n\
        colleague@acme.example,active,User\n\
        viewer@acme.example,active,Viewer\n";
    import(daemon, "people", people).ok();
    daemon
        .say(&["tenant", "owner", "set", "acme", owner, "--yes"])
        .ok();
    let assets = "id,kind,state,owner\n\
        e1,envelope,pending,leaver@acme.example\n\
        e2,envelope,sent,leaver@acme.example\n\
        e3,envelope,in_progress,leaver@acme.example\n\
        e4,envelope,completed,leaver@acme.example\n";
    import(daemon, "assets", assets).ok();
}

fn import(daemon: &TestDaemon, what: &str, text: &str) -> Said {
    let file = daemon.dir().join(what);
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    daemon.say(&["import", what, file, "--tenant", "acme", "--yes", "--json"])
}

fn post(daemon: &TestDaemon, path: &str, body: Value) -> (u16, Value) {
    http::post(&daemon.socket(), path, &[], &body.to_string())
}

/// What an account owns, by kind.
fn owns(daemon: &TestDaemon, email: &str) -> Value {
    let body = json!({"tenant": "acme", "owner": email});
    post(daemon, "/v1/asset/list", body).1["ok"]["counts"].clone()
}

fn head(daemon: &TestDaemon) -> Value {
    daemon.say(&["status", "--json"]).ok().json()["heads"].clone()
}

#[test]
fn fact_06_bulk_transfer_gives_the_active_envelopes_to_the_colleague() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "enterprise");
    let start = |to: &str| json!({"user": "leaver@acme.example", "tenant": "acme", "to": to, "reason": "leaves"});

    // Not to somebody who cannot send: refused, and nothing is written.
    let before = head(&daemon);
    let (status, refused) = post(&daemon, "/v1/handover/start", start("viewer@acme.example"));
    assert_eq!(
        (status, &refused["error"]["rule"]),
        (409, &json!("successor-entitled")),
        "{refused}"
    );
    assert_eq!(head(&daemon), before);

    let plan = daemon
        .say(&["handover", "plan", "leaver@acme.example", "--json"])
        .ok()
        .json();
    assert_eq!(plan["moves"], json!({"active_envelope": 3}), "{plan}");
    assert!(
        plan["undo"]
            .as_str()
            .unwrap()
            .starts_with("It can be taken back")
    );

    let (status, done) = post(
        &daemon,
        "/v1/handover/start",
        start("colleague@acme.example"),
    );
    assert_eq!(status, 200, "{done}");
    assert_eq!(
        (&done["ok"]["handover"]["state"], &done["ok"]["progress"]),
        (&json!("done"), &json!({"confirmed": 3})),
        "{done}"
    );
    assert_eq!(
        owns(&daemon, "colleague@acme.example"),
        json!({"active_envelope": 3})
    );
    assert_eq!(
        owns(&daemon, "leaver@acme.example"),
        json!({"completed_envelope": 1})
    );
    let shown = daemon
        .say(&["user", "show", "colleague@acme.example", "--json"])
        .ok()
        .json();
    assert_eq!(shown["account"]["assets"][0], 3, "{shown}");
    let audit = json!({"tenant": "acme", "verb": "handover start"});
    let (_, journal) = post(&daemon, "/v1/audit/list", audit);
    assert_eq!(
        journal["ok"]["rows"].as_array().unwrap().len(),
        1,
        "{journal}"
    );
    assert_eq!(journal["ok"]["rows"][0]["reason"], "leaves", "{journal}");

    // Then the leaver is deactivated, and afterwards it is too late.
    let (status, _) = post(
        &daemon,
        "/v1/user/deactivate",
        json!({"user": "leaver@acme.example"}),
    );
    assert_eq!(status, 200);
    let (status, late) = post(
        &daemon,
        "/v1/handover/start",
        start("colleague@acme.example"),
    );
    assert_eq!(
        (status, &late["error"]["rule"]),
        (409, &json!("handover-before-deactivation")),
        "{late}"
    );
}

#[test]
fn fact_06_below_enterprise_there_is_no_bulk_transfer() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "growth");
    let before = head(&daemon);
    let body = json!({"user": "leaver@acme.example", "to": "colleague@acme.example"});
    let (status, refused) = post(&daemon, "/v1/handover/start", body);
    assert_eq!(
        (status, &refused["error"]["rule"]),
        (409, &json!("tier")),
        "{refused}"
    );
    let hint = refused["error"]["hint"].as_str().unwrap();
    assert!(
        hint.contains("rollcall tenant set acme --tier enterprise"),
        "{hint}"
    );
    assert_eq!(head(&daemon), before);
    assert_eq!(
        owns(&daemon, "leaver@acme.example"),
        json!({"active_envelope": 3, "completed_envelope": 1})
    );
    // Who deactivates all the same is warned.
    let said = daemon
        .say(&["user", "deactivate", "leaver@acme.example", "--dry-run"])
        .ok();
    assert!(said.out.contains("rollcall handover start"), "{said:?}");
}
