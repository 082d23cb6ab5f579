//! Which application's sign-ins at an identity provider count is a setting of the tenant.

use super::common::{acme, heads, import};
use super::vendor::bank;
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// An event of the Okta System Log.
fn event(id: &str, kind: &str, target: Value, who: &str) -> Value {
    json!({
        "uuid": id, "published": "2026-02-21T08:00:00.000Z", "eventType": kind,
        "outcome": {"result": "SUCCESS"}, "target": target,
        "actor": {"id": "00u1", "type": "User", "alternateId": who},
    })
}

fn log(who: &str) -> String {
    let target = json!([{"id": "0oa1", "type": "AppInstance", "displayName": "OneSpan"}]);
    let events = [
        event("e1", "user.session.start", Value::Null, who),
        event("e2", "user.authentication.sso", target, who),
    ];
    Value::from(events.to_vec()).to_string()
}

fn last(daemon: &TestDaemon, who: &str) -> Value {
    let shown = daemon.say(&["user", "show", who, "--json"]).ok().json();
    shown["account"]["last_sign_in"].clone()
}

#[test]
fn in_a_vendors_tenant_a_session_at_the_identity_provider_is_no_use_and_the_application_is_set_once()
 {
    let daemon = bank();
    let log = log("bo@bank.example");
    let before = heads(&daemon);
    let told = import(&daemon, "signins", "bank", &log).ok().json();
    assert_eq!(
        (&told["added"], &told["ignored"]),
        (&json!(0), &json!(2)),
        "{told}"
    );
    let notes = told["notes"].to_string();
    assert!(
        notes.contains("tenant set bank --set sign_in_application=NAME"),
        "{notes}"
    );
    assert_eq!(
        (last(&daemon, "bo@bank.example"), heads(&daemon)),
        (Value::Null, before)
    );

    let set = [
        "tenant",
        "set",
        "bank",
        "--set",
        "sign_in_application=OneSpan",
        "--yes",
    ];
    daemon.say(&set).ok();
    let orders = daemon
        .say(&["order", "list", "--tenant", "bank", "--json"])
        .ok()
        .json();
    assert_eq!(orders["rows"], json!([]), "it is ours alone");
    let told = import(&daemon, "signins", "bank", &log).ok().json();
    assert_eq!(
        (&told["added"], &told["ignored"]),
        (&json!(1), &json!(1)),
        "{told}"
    );
    assert!(
        !told["notes"].to_string().contains("sign_in_application"),
        "{told}"
    );
    assert_eq!(last(&daemon, "bo@bank.example"), "2026-02-21T08:00:00Z");

    // Taken away again, nothing counts.
    let set = [
        "tenant",
        "set",
        "bank",
        "--set",
        "sign_in_application=",
        "--yes",
    ];
    daemon.say(&set).ok();
    let told = import(&daemon, "signins", "bank", &log).ok().json();
    assert_eq!(told["ignored"], 2, "{told}");
    // Said once with the file.
    let file = daemon.dir().join("signins");
    let args = [
        "import",
        "signins",
        file.to_str().unwrap(),
        "--tenant",
        "bank",
        "--application",
        "OneSpan",
        "--json",
        "--yes",
    ];
    let told = daemon.say(&args).ok().json();
    assert_eq!(
        (&told["unchanged"], &told["ignored"]),
        (&json!(1), &json!(1)),
        "{told}"
    );
}

#[test]
fn where_we_decide_a_session_counts_until_an_application_is_named() {
    let daemon = TestDaemon::start();
    acme(
        &daemon,
        "ada@acme.example,Ada,active,User,,,,\nbo@acme.example,Bo,active,User,,,,\n",
    );
    let told = import(&daemon, "signins", "acme", &log("ada@acme.example"))
        .ok()
        .json();
    assert_eq!(
        (&told["added"], &told["ignored"]),
        (&json!(1), &json!(1)),
        "{told}"
    );
    let set = [
        "tenant",
        "set",
        "acme",
        "--set",
        "sign_in_application=Docs",
        "--yes",
    ];
    daemon.say(&set).ok();
    let log = log("bo@acme.example")
        .replace("\"e1\"", "\"e3\"")
        .replace("\"e2\"", "\"e4\"");
    let told = import(&daemon, "signins", "acme", &log).ok().json();
    assert_eq!(
        told["ignored"], 2,
        "neither the session nor another application: {told}"
    );
}

#[test]
fn an_export_of_nothing_is_done_with_no_rows() {
    let daemon = bank();
    let before = heads(&daemon);
    for what in ["people", "signins", "assets"] {
        for text in ["[]\n", "{\"@odata.context\":\"x\",\"value\":[]}"] {
            let told = import(&daemon, what, "bank", text).ok().json();
            assert_eq!(
                (&told["rows"], &told["refused"]),
                (&json!(0), &json!(0)),
                "{what}: {told}"
            );
            assert!(
                told["notes"].to_string().contains("no rows"),
                "{what}: {told}"
            );
        }
        let said = import(&daemon, what, "bank", "[1,");
        assert_ne!(
            said.code, 0,
            "{what}: what is cut off is not nothing: {said:?}"
        );
    }
    assert_eq!(heads(&daemon), before);
}
