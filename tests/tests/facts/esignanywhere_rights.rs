//! eSignAnyWhere: roles that grant and block, and their preview.

use super::common::ask;
use super::given::{bring, tenant};
use super::world::{account, command, holds, journalled, may, may_not, unmoved};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const FIVE: [&str; 5] = [
    "User can view envelope list",
    "User can create and send envelopes",
    "User is allowed to see the event history of an envelope",
    "User can view envelope templates",
    "User can use clipboard list",
];

/// The five by their identifiers; the last one is blocked.
const GRANTED: [&str; 5] = [
    "envelope.list",
    "envelope.send",
    "envelope.history",
    "template.list",
    "clipboard.use",
];

/// Role `senders` grants five permissions, role `careful` blocks two, one of them among the five.
fn sign() -> TestDaemon {
    let daemon = TestDaemon::start();
    let people = [("ada@sign.example", "administrator")];
    tenant(&daemon, "sign", "esignanywhere", 0, &people);
    let granting = json!({"tenant": "sign", "id": "senders", "grant": FIVE});
    ask(&daemon, "/v1/role/create", granting);
    let blocks = [
        "User can use clipboard list",
        "User can view organization settings",
    ];
    let blocking = json!({"tenant": "sign", "id": "careful", "block": blocks});
    let entries = [
        "role \"careful\" created: ",
        "blocks clipboard.use, organization.view",
    ];
    journalled(&daemon, "sign", "role create", &entries, || {
        ask(&daemon, "/v1/role/create", blocking)
    });
    let people = [
        ("one@sign.example", "senders", ""),
        ("both@sign.example", "careful|senders", ""),
    ];
    bring(&daemon, "sign", &people);
    daemon
}

fn preview(daemon: &TestDaemon, user: &str, add: &[&str], remove: &[&str]) -> Value {
    let body = json!({"user": user, "add": add, "remove": remove});
    ask(daemon, "/v1/permission/preview", body)
}

/// What is left of a preview, by identifier.
fn left(shown: &Value) -> Vec<&str> {
    let rows = shown["rows"].as_array().unwrap().iter();
    rows.filter(|row| row["after"].is_string())
        .map(|row| row["permission"]["id"].as_str().unwrap())
        .collect()
}

#[test]
fn fact_33_five_granted_and_two_blocked_with_one_in_common_leave_four() {
    let daemon = sign();
    let (both, one) = ("both@sign.example", "one@sign.example");
    unmoved(&daemon, || {
        let shown = preview(&daemon, both, &[], &[]);
        assert_eq!(shown["counts"], json!([5, 2, 4]));
        assert_eq!(left(&shown), GRANTED[..4]);
        let open = ask(&daemon, "/v1/session/open", json!({"user": both}));
        assert_eq!(open["permissions"], json!(GRANTED[..4]), "{open}");
        for permission in &FIVE[..4] {
            may(&daemon, both, permission, json!({}));
            command(&daemon, &format!("can {both} '{permission}'"), 0, &["yes"]);
        }
        let decision = may_not(&daemon, both, FIVE[4], json!({}), "block");
        holds(
            &decision["because"],
            &["careful", "a block beats any grant"],
        );
        let line = format!("can {both} '{}'", FIVE[4]);
        command(&daemon, &line, 5, &["blocked by the role careful"]);
        // A block on what nobody granted changes nothing: it is not granted with the role or without.
        let settings = "User can view organization settings";
        may_not(&daemon, both, settings, json!({}), "block");
        may_not(&daemon, one, settings, json!({}), "permission");
        // Without the blocking role all five are left.
        let shown = preview(&daemon, one, &[], &[]);
        assert_eq!(shown["counts"], json!([5, 0, 5]));
        assert_eq!(left(&shown), GRANTED);
        may(&daemon, one, "clipboard.use", json!({}));
    });
}

#[test]
fn fact_40_the_preview_shows_other_roles_and_saves_none() {
    let daemon = sign();
    let user = "one@sign.example";
    let before = account(&daemon, user);
    unmoved(&daemon, || {
        let added = preview(&daemon, user, &["careful"], &[]);
        assert_eq!(added["counts"], json!([5, 2, 4]));
        assert_eq!(left(&added), GRANTED[..4]);
        assert_eq!(added["trial"], json!(["careful", "senders"]));
        assert_eq!(added["saved"], json!(["senders"]));
        let taken = preview(&daemon, user, &["Administrator"], &["senders"]);
        assert_eq!(taken["counts"], json!([7, 0, 7]));
        assert_eq!(taken["saved"], json!(["senders"]));
        let line = format!("permission preview {user} --add careful");
        command(&daemon, &line, 0, &["5 granted, 2 blocked, 4 left"]);
        let warned = preview(&daemon, user, &["developer"], &["senders"]);
        let warnings = json!(warned["warnings"].to_string());
        holds(&warnings, &["combined with Power User"]);
    });
    assert_eq!(account(&daemon, user), before);
    // What is saved is what counts, until it is saved.
    may(&daemon, user, "clipboard.use", json!({}));
    let save = json!({"user": user, "add": ["careful"]});
    let entries = ["roles senders → careful+senders"];
    journalled(&daemon, "sign", "user role", &entries, || {
        ask(&daemon, "/v1/user/role", save)
    });
    may_not(&daemon, user, "clipboard.use", json!({}), "block");
}
