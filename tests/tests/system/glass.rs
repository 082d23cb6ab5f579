//! What root does by breaking the glass says so in the journal, beside the reason that the verb has itself.

use super::common::{HEADER, Other, acme, arm, ask, journal, open_to_others, possible, status};
use rollcall_tests::{TestDaemon, http};
use serde_json::{Value, json};

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
bob@acme.example,Bob,active,User,enrolled,2026-02-20,2025-01-10,
guest@acme.example,Guest,invited,User,,,2020-01-05,
";
const WHY: &str = "the admin is ill";

/// A daemon whose only platform admin is somebody else than root.
fn without_root() -> (tempfile::TempDir, TestDaemon, Other) {
    let (dir, daemon) = open_to_others();
    acme(&daemon, PEOPLE);
    arm(&daemon, "invitations", "auto");
    let bind = ["operator", "bind", "daemon", "--person", "dee@acme.example"];
    let role = ["--role", "platform_admin", "--yes"];
    daemon.say(&[&bind[..], &role].concat()).ok();
    let dee = Other::of(&daemon, 1);
    dee.say(&["operator", "unbind", "root", "--yes"]).ok();
    (dir, daemon, dee)
}

#[test]
fn a_broken_glass_stands_beside_the_reason_of_the_verb() {
    if !possible("a_broken_glass_stands_beside_the_reason_of_the_verb", &[]) {
        return;
    }
    let (_dir, daemon, dee) = without_root();
    let suspend = [
        "user",
        "suspend",
        "bob@acme.example",
        "--reason",
        "left for good",
        "--yes",
    ];
    let denied = daemon.say(&suspend);
    assert_eq!(denied.code, 5, "{denied:?}");
    assert!(denied.err.contains("--break-glass"), "{denied:?}");

    let glass = ["--break-glass", WHY];
    daemon.say(&[&suspend[..], &glass].concat()).ok();
    assert_eq!(status(&daemon, "bob@acme.example"), "suspended");
    let line = journal(&daemon, "user suspend").remove(0);
    assert_eq!(
        (&line["reason"], &line["break_glass"]),
        (&json!("left for good"), &json!(WHY)),
        "{line}"
    );

    let file = daemon.dir().join("people");
    std::fs::write(
        &file,
        format!("{HEADER}eve@acme.example,Eve,active,User,,,2025-01-10,\n"),
    )
    .unwrap();
    let people = ["import", "people", file.to_str().unwrap(), "--tenant"];
    daemon
        .say(&[&people[..], &["acme", "--yes"], &glass].concat())
        .ok();
    let line = journal(&daemon, "import people").remove(0);
    assert_eq!(line["break_glass"], WHY, "{line}");

    let run = ["sweep", "run", "invitations", "--tenant", "acme", "--yes"];
    daemon.say(&[&run[..], &glass].concat()).ok();
    assert_eq!(status(&daemon, "guest@acme.example"), "expired");
    let line = journal(&daemon, "sweep run").remove(0);
    assert_eq!(line["break_glass"], WHY, "{line}");

    // Told to people, too: in the list, and in the history of whom it was about.
    let list = daemon.say(&["audit", "list", "--tenant", "acme"]).ok();
    let told = format!("break-glass: {WHY}");
    assert!(list.out.matches(&told).count() >= 3, "{}", list.out);
    let shown = daemon
        .say(&["user", "show", "bob@acme.example", "--json"])
        .ok()
        .json();
    let actor = shown["history"][0]["actor"].as_str().unwrap();
    assert_eq!(actor, format!("root, {told}"));

    // Who may do it anyway breaks nothing, whatever they say.
    let (headers, body) = (
        [("x-rollcall-break-glass", WHY)],
        json!({"user": "bob@acme.example"}),
    );
    dee.say(&[
        "operator",
        "bind",
        "root",
        "--person",
        "root@acme.example",
        "--role",
        "operator",
        "--yes",
    ])
    .ok();
    let (code, answer) = http::post(
        &daemon.socket(),
        "/v1/user/reactivate",
        &headers,
        &body.to_string(),
    );
    assert_eq!(code, 200, "{answer}");
    let line = journal(&daemon, "user reactivate").remove(0);
    assert_eq!(line["break_glass"], Value::Null, "{line}");
}

#[test]
fn a_redaction_takes_the_words_and_leaves_that_the_glass_was_broken() {
    if !possible(
        "a_redaction_takes_the_words_and_leaves_that_the_glass_was_broken",
        &[],
    ) {
        return;
    }
    let (_dir, daemon, dee) = without_root();
    let leave = |verb: &str| {
        let change = ["user", verb, "bob@acme.example", "--yes"];
        let why = ["--break-glass", "Bob asked for it"];
        daemon.say(&[&change[..], &why].concat()).ok();
    };
    leave("deactivate");
    let redact = ["user", "redact", "bob@acme.example", "--yes"];
    dee.say(&[&redact[..], &["--reason", "retention is over"]].concat())
        .ok();
    let line = journal(&daemon, "user deactivate").remove(0);
    assert_eq!(line["break_glass"], "(redacted)", "{line}");
    let store = std::fs::read(daemon.store()).unwrap();
    assert!(!store.windows(16).any(|w| w == b"Bob asked for it"));
    let verdict = ask(&daemon, "/v1/audit/verify", json!({}));
    assert_eq!(verdict["ok"], true, "{verdict}");
}
