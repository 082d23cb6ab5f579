//! eSignAnyWhere: the Users settings page.

use super::common::ask;
use super::world::{may, may_not, people, tenant, unchanged};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const FIVE: [&str; 5] = [
    "User can view envelope list",
    "User can create and send envelopes",
    "User is allowed to see the event history of an envelope",
    "User can view envelope templates",
    "User can use clipboard list",
];

/// Role `senders` grants five permissions, role `careful` blocks two, one of them among the five.
fn esign() -> TestDaemon {
    let daemon = TestDaemon::start();
    tenant(&daemon, "sign", "esignanywhere");
    let granting = json!({"tenant": "sign", "id": "senders", "grant": FIVE});
    ask(&daemon, "/v1/role/create", granting);
    let blocking = json!({
        "tenant": "sign", "id": "careful",
        "block": ["User can use clipboard list", "User can view organization settings"],
    });
    ask(&daemon, "/v1/role/create", blocking);
    let rows = [
        ("ada", "administrator", ""),
        ("one", "senders", ""),
        ("both", "careful|senders", ""),
    ];
    people(&daemon, "sign", &rows);
    daemon
}

fn preview(daemon: &TestDaemon, user: &str, add: &[&str], remove: &[&str]) -> Value {
    let body = json!({"user": user, "add": add, "remove": remove});
    ask(daemon, "/v1/permission/preview", body)
}

#[test]
fn fact_33_five_granted_and_two_blocked_with_one_in_common_leave_four() {
    let daemon = esign();
    unchanged(&daemon, || {
        let both = "both@sign.example";
        assert_eq!(preview(&daemon, both, &[], &[])["counts"], json!([5, 2, 4]));
        let open = ask(&daemon, "/v1/session/open", json!({"user": both}));
        assert_eq!(open["permissions"].as_array().unwrap().len(), 4, "{open}");
        let decision = may_not(
            &daemon,
            both,
            "User can use clipboard list",
            json!({}),
            "block",
        );
        assert!(
            decision["because"].as_str().unwrap().contains("careful"),
            "{decision}"
        );
        may(&daemon, both, "User can view envelope list", json!({}));
        // Without the blocking role all five are left.
        assert_eq!(
            preview(&daemon, "one@sign.example", &[], &[])["counts"],
            json!([5, 0, 5])
        );
        may(&daemon, "one@sign.example", "clipboard.use", json!({}));
    });
}

#[test]
fn fact_40_the_preview_shows_other_roles_and_saves_none() {
    let daemon = esign();
    let user = "one@sign.example";
    let held = || ask(&daemon, "/v1/user/show", json!({"user": user}))["row"]["roles"].clone();
    let before = held();
    unchanged(&daemon, || {
        let added = preview(&daemon, user, &["careful"], &[]);
        assert_eq!(added["counts"], json!([5, 2, 4]));
        assert_eq!(added["trial"], json!(["careful", "senders"]));
        assert_eq!(added["saved"], json!(["senders"]));
        let taken = preview(&daemon, user, &["Administrator"], &["senders"]);
        assert_eq!(taken["counts"], json!([7, 0, 7]));
        let said = daemon
            .say(&["permission", "preview", user, "--add", "careful"])
            .ok();
        assert!(
            said.out.contains("5 granted, 2 blocked, 4 left"),
            "{}",
            said.out
        );
        let warned = preview(&daemon, user, &["developer"], &["senders"]);
        let warnings = warned["warnings"].to_string();
        assert!(warnings.contains("combined with Power User"), "{warnings}");
    });
    assert_eq!(held(), before);
    // What is saved is what counts.
    may(&daemon, user, "clipboard.use", json!({}));
}
