//! The directory as of an instant: what it was then, told by folding the journals again.

use super::common::{HEADER, acme, ask, refused};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const PEOPLE: &str = "ada@acme.example,Ada,active,User,enrolled,2026-03-01,2025-01-10,\n\
    bo@acme.example,Bo,active,Admin,enrolled,2026-03-01,2025-01-10,\n";

/// When the newest entry was written.
fn newest(daemon: &TestDaemon) -> String {
    let rows = ask(
        daemon,
        "/v1/audit/list",
        json!({"tenant": "acme", "limit": 1}),
    );
    rows["rows"][0]["at"].as_str().unwrap().to_owned()
}

fn detail(daemon: &TestDaemon, user: &str, at: &str) -> Value {
    let args = [
        "user", "show", user, "--tenant", "acme", "--as-of", at, "--json",
    ];
    daemon.say(&args).ok().json()
}

fn holders(daemon: &TestDaemon, role: &str, at: Option<&str>) -> Vec<String> {
    let mut args = vec!["user", "list", "--tenant", "acme", "--role", role, "--json"];
    args.extend(at.iter().flat_map(|at| ["--as-of", at]));
    let rows = daemon.say(&args).ok().json()["rows"].clone();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["email"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn an_account_is_told_as_it_stood_at_an_instant_and_by_the_address_it_had_then() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let live = daemon
        .say(&["user", "show", "bo@acme.example", "--json"])
        .ok()
        .json();
    let then = newest(&daemon);
    for change in [
        &["user", "role", "bo@acme.example", "--set", "user", "--yes"][..],
        &[
            "user",
            "suspend",
            "bo@acme.example",
            "--reason",
            "left her badge",
            "--yes",
        ],
        &[
            "user",
            "edit",
            "bo@acme.example",
            "--email",
            "bea@acme.example",
            "--yes",
        ],
    ] {
        daemon.say(change).ok();
    }
    let was = detail(&daemon, "bo@acme.example", &then);
    assert_eq!(
        was["account"], live["account"],
        "the fold differs from what was live"
    );
    assert_eq!(was["history"], live["history"]);
    assert_eq!(
        was["next"],
        json!([]),
        "what was to happen is not told of the past"
    );
    let now = newest(&daemon);
    let is = detail(&daemon, "bea@acme.example", &now);
    assert_eq!(is["account"]["status"], json!("suspended"));
    // People read what roles are called; the journal keeps their identifiers.
    let told = is["history"].to_string();
    assert!(told.contains("roles Admin → User"), "{told}");
    // By the address of today, too: it was the same account.
    assert_eq!(
        detail(&daemon, "bea@acme.example", &then)["row"]["email"],
        json!("bo@acme.example")
    );
}

#[test]
fn a_list_shows_who_held_a_role_at_an_instant() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let then = newest(&daemon);
    daemon
        .say(&["user", "role", "bo@acme.example", "--set", "user", "--yes"])
        .ok();
    assert_eq!(holders(&daemon, "admin", Some(&then)), ["bo@acme.example"]);
    assert!(holders(&daemon, "admin", None).is_empty());
    let after = newest(&daemon);
    assert!(holders(&daemon, "admin", Some(&after)).is_empty());
}

#[test]
fn an_instant_to_come_or_before_the_tenant_and_a_list_of_all_tenants_are_refused() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    for (body, said) in [
        (
            json!({"tenant": "acme", "as_of": "2126-01-01T00:00:00Z"}),
            "is still to come",
        ),
        (
            json!({"tenant": "acme", "as_of": "2020-01-01T00:00:00Z"}),
            "was not there",
        ),
        (json!({"as_of": "2020-01-01T00:00:00Z"}), "is of one tenant"),
    ] {
        let (_, refusal) = refused(&daemon, "/v1/user/list", body);
        assert_eq!(refusal["rule"], json!("as-of"), "{refusal}");
        assert!(
            refusal["what"].as_str().unwrap().contains(said),
            "{refusal}"
        );
        assert!(refusal["hint"].is_string(), "{refusal}");
    }
    assert!(ask(&daemon, "/v1/user/list", json!({"tenant": "acme"}))["rows"].is_array());
}

#[test]
fn a_date_begins_at_the_tenants_midnight() {
    let daemon = TestDaemon::start();
    let args = [
        "tenant",
        "create",
        "nippon",
        "--catalog",
        "iusign",
        "--seats",
        "10",
        "--owner",
        "ada@nippon.example",
        "--tz",
        "Asia/Tokyo",
        "--yes",
    ];
    daemon.say(&args).ok();
    let file = daemon.dir().join("people.csv");
    std::fs::write(&file, format!("{HEADER}{PEOPLE}")).unwrap();
    let file = file.to_str().unwrap();
    let shown = ["--tenant", "nippon", "--as-of", "2024-03-31", "--yes"];
    daemon
        .say(&[&["import", "people", file], &shown[..]].concat())
        .ok();
    // What a refusal says of the date tells at which instant it was taken to begin.
    for args in [
        &["user", "list", "--tenant", "nippon", "--as-of"][..],
        &[
            "user",
            "show",
            "bo@acme.example",
            "--tenant",
            "nippon",
            "--as-of",
        ],
    ] {
        let past = daemon.say(&[args, &["2020-02-29"]].concat());
        assert!(past.err.contains("2020-02-29 00:00 +09:00"), "{past:?}");
    }
    let is = daemon
        .say(&["user", "show", "bo@acme.example", "--json"])
        .ok()
        .json();
    assert_eq!(is["account"]["mfa_at"], json!("2024-03-30T15:00:00Z"));
}
