//! Who asks: the same verbs by the command line, by an independent HTTP client, and by OS users who may not.

use super::common::{Other, acme, ask, heads, open_to_others, possible, status};
use rollcall_tests::TestDaemon;
use serde_json::json;

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,
";

#[test]
fn one_change_and_one_denial_by_the_command_line_and_by_another_client() {
    if !possible(
        "one_change_and_one_denial_by_the_command_line_and_by_another_client",
        &[],
    ) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, PEOPLE);
    let linus = "linus@acme.example";

    let suspend = ["user", "suspend", linus, "--reason", "asked for", "--yes"];
    daemon.say(&suspend).ok();
    assert_eq!(status(&daemon, linus), "suspended");
    let done = ask(&daemon, "/v1/user/reactivate", json!({"user": linus}));
    assert_eq!(status(&daemon, linus), "active");
    assert_eq!(heads(&daemon)["acme"]["seq"], done["seq"]);

    let before = heads(&daemon);
    let other = Other::of(&daemon, 1);
    let said = other.say(&suspend);
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.out.is_empty(), "{said:?}");
    for part in [
        "uid 1 is bound to no person",
        "helpdesk",
        "rollcall operator bind",
    ] {
        assert!(said.err.contains(part), "{part:?} is missing: {said:?}");
    }
    let (code, envelope) = other.ask("/v1/user/suspend", &json!({"user": linus}));
    assert_eq!(code, 403, "{envelope}");
    let error = &envelope["error"];
    assert_eq!(
        (&error["class"], &error["rule"]),
        (&json!("denied"), &json!("permission"))
    );
    let hint = error["hint"].as_str().unwrap();
    assert!(
        hint.contains("helpdesk") && hint.contains("operator bind"),
        "{hint}"
    );
    assert!(envelope["ok"].is_null(), "{envelope}");
    let (code, envelope) = other.ask("/v1/user/list", &json!({}));
    assert_eq!(code, 403, "looking needs a role too: {envelope}");
    assert_eq!(
        heads(&daemon),
        before,
        "a denial leaves no trace in the journals"
    );
    assert_eq!(status(&daemon, linus), "active");
}

#[test]
fn who_is_not_of_the_group_is_told_which_one_it_is() {
    if !possible("who_is_not_of_the_group_is_told_which_one_it_is", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    let stranger = Other::of(&daemon, 2);
    let said = stranger.say(&["status"]);
    assert_eq!(said.code, 8, "{said:?}");
    for part in [
        "you may not use the socket",
        "the group `daemon`",
        "usermod -aG daemon",
    ] {
        assert!(said.err.contains(part), "{part:?} is missing: {said:?}");
    }
    let member = Other::of(&daemon, 1);
    let said = member.say(&["user", "list"]);
    assert_eq!(
        said.code, 5,
        "the group lets in, it does not let govern: {said:?}"
    );
}

#[test]
fn a_binding_holds_from_the_next_request_on_and_ends_with_it() {
    if !possible(
        "a_binding_holds_from_the_next_request_on_and_ends_with_it",
        &[],
    ) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, PEOPLE);
    let other = Other::of(&daemon, 1);
    let body = json!({"user": "linus@acme.example"});
    let bind = |role: &str| {
        let args = [
            "operator",
            "bind",
            "daemon",
            "--person",
            "dee@acme.example",
            "--role",
            role,
            "--yes",
        ];
        daemon.say(&args).ok();
    };
    bind("auditor");
    let seen = other.say(&["user", "list", "--json"]).ok().json();
    assert_eq!(seen["total"], 2);
    let (code, envelope) = other.ask("/v1/user/suspend", &body);
    assert_eq!(code, 403, "{envelope}");
    let what = envelope["error"]["what"].as_str().unwrap();
    assert!(
        what.contains("daemon (dee@acme.example) holds auditor"),
        "{what}"
    );
    bind("helpdesk@acme");
    let (code, envelope) = other.ask("/v1/user/suspend", &body);
    assert_eq!(code, 200, "{envelope}");
    assert_eq!(status(&daemon, "linus@acme.example"), "suspended");
    let line = &super::common::journal(&daemon, "user suspend")[0];
    assert_eq!(
        (
            &line["actor"]["name"],
            &line["actor"]["person"],
            &line["actor"]["uid"]
        ),
        (&json!("daemon"), &json!("dee@acme.example"), &json!(1))
    );
    daemon.say(&["operator", "unbind", "daemon", "--yes"]).ok();
    let (code, envelope) = other.ask("/v1/user/reactivate", &body);
    assert_eq!(code, 403, "{envelope}");
}

#[test]
fn a_person_bound_again_keeps_their_accounts_when_the_address_has_passed_on() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let bind = |role: &str| {
        let line = [
            "operator",
            "bind",
            "daemon",
            "--person",
            "linus@acme.example",
        ];
        let more = ["--role", role, "--yes", "--json"];
        let told = daemon.say(&[&line[..], &more].concat()).ok().json();
        told["changes"].to_string()
    };
    let first = bind("auditor");
    assert!(first.contains("accounts of their own: (none) →"), "{first}");
    let renamed = [
        "user",
        "edit",
        "linus@acme.example",
        "--email",
        "lt@acme.example",
        "--yes",
    ];
    daemon.say(&renamed).ok();
    // The file shows the new name first: until then the address before is still the same person's.
    let newcomer = "email,first_name,status,roles\nlt@acme.example,Linus,active,User\n\
        linus@acme.example,Linus,active,User\n";
    let told = super::common::import(&daemon, "people", "acme", newcomer)
        .ok()
        .json();
    assert_eq!(told["added"], 1, "{told}");
    let again = bind("helpdesk");
    assert!(again.contains("roles: auditor → helpdesk"), "{again}");
    assert!(!again.contains("accounts of their own"), "{again}");
}
