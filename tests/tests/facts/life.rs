//! What stands between the facts: transfers of ownership, reviews, diagnoses, links, and vendors who do the work.

use crate::common::{ask, heads, open_to_others, possible};
use crate::given::{acme, member, tenant};
use crate::world::{
    account, denied, holds, journalled, owners, says, turned_down, turned_down_later,
};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

#[test]
fn a_tenant_changes_hands_in_two_steps_by_two_persons_in_one_batch() {
    if !possible("a_tenant_changes_hands", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let start = json!({"tenant": "acme", "to": "linus@acme.example"});
    let one = json!({"tenant": "acme", "id": 1});
    turned_down(
        &daemon,
        "/v1/ownership/start",
        start.clone(),
        "ownership-transfer",
    );
    let ann = member(&daemon, "ann@acme.example");
    denied(
        &daemon,
        &ann,
        "/v1/ownership/start",
        start.clone(),
        "permission",
    );
    let ada = member(&daemon, "ada@acme.example");
    let said = says(&ada, "/v1/ownership/start", start.clone()).to_string();
    assert!(
        !said.contains("linus@"),
        "what is kept names nobody: {said}"
    );
    assert_eq!(
        owners(&daemon, "acme"),
        json!(["ada@acme.example"]),
        "nothing has changed yet"
    );
    denied(&daemon, &ada, "/v1/ownership/start", start, "transfer-open");
    denied(
        &daemon,
        &ada,
        "/v1/ownership/confirm",
        one.clone(),
        "permission",
    );

    // The question names both by name and address.
    let asked = json!({"tenant": "acme", "id": 1, "dry_run": true});
    let asked = ask(&daemon, "/v1/ownership/confirm", asked).to_string();
    for who in ["<ada@acme.example>: roles", "<linus@acme.example>: roles"] {
        assert!(asked.contains(who), "{who}: {asked}");
    }
    // The second person: here the operator, who holds the permission of an approver.
    let both = ["roles owner → admin", "roles user → owner"];
    journalled(&daemon, "acme", "ownership confirm", &both, || {
        ask(&daemon, "/v1/ownership/confirm", one.clone())
    });
    assert_eq!(owners(&daemon, "acme"), json!(["linus@acme.example"]));
    let role = |email| account(&daemon, email)["assignments"][0]["role"].clone();
    assert_eq!(
        (role("ada@acme.example"), role("linus@acme.example")),
        (json!("admin"), json!("owner"))
    );
    turned_down(&daemon, "/v1/ownership/confirm", one, "transfer-state");
    let said = daemon
        .say(&["ownership", "list", "--tenant", "acme", "--json"])
        .ok()
        .json();
    assert_eq!(said["rows"][0]["transfer"]["state"], "done");
}

#[test]
fn an_owner_out_of_reach_is_replaced_with_a_reason_and_a_second_person() {
    if !possible("an_owner_out_of_reach", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let mut start = json!({"tenant": "acme", "to": "linus@acme.example", "replace": true});
    turned_down(&daemon, "/v1/ownership/start", start.clone(), "reason");
    start["reason"] = json!("cannot be reached");
    ask(&daemon, "/v1/ownership/start", start);
    let one = json!({"tenant": "acme", "id": 1});
    turned_down(&daemon, "/v1/ownership/confirm", one.clone(), "four-eyes");
    let linus = member(&daemon, "linus@acme.example");
    denied(
        &daemon,
        &linus,
        "/v1/ownership/confirm",
        one.clone(),
        "four-eyes",
    );
    ask(
        &daemon,
        "/v1/operator/bind",
        json!({"os_user": "daemon", "person": "max@corp.example", "grants": [{"role": "approver"}]}),
    );
    says(&linus, "/v1/ownership/confirm", one);
    assert_eq!(owners(&daemon, "acme"), json!(["linus@acme.example"]));
}

#[test]
fn a_transfer_not_confirmed_in_seven_days_is_void() {
    let mut daemon = TestDaemon::simulated("2026-03-02T09:00:00Z");
    acme(&daemon, 10);
    let start =
        json!({"tenant": "acme", "to": "ann@acme.example", "replace": true, "reason": "gone"});
    ask(&daemon, "/v1/ownership/start", start.clone());
    daemon.set_clock("2026-03-09T09:00:00Z");
    let error = turned_down_later(
        &daemon,
        "/v1/ownership/confirm",
        json!({"tenant": "acme", "id": 1}),
        "transfer-expired",
    );
    holds(&error["what"], &["2026-03-09"]);
    ask(&daemon, "/v1/ownership/start", start);
    let rows = ask(&daemon, "/v1/ownership/list", json!({"tenant": "acme"}))["rows"].clone();
    let states: Vec<&Value> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["transfer"]["state"])
        .collect();
    assert_eq!(states, ["proposed", "expired"]);
}

#[test]
fn a_link_works_once_until_its_day_and_a_new_one_takes_its_place() {
    let mut daemon = TestDaemon::simulated("2026-03-02T09:00:00Z");
    acme(&daemon, 10);
    let invite =
        json!({"tenant": "acme", "email": ["a@new.example, b@new.example"], "roles": ["Viewer"]});
    ask(&daemon, "/v1/user/invite", invite);
    daemon.set_clock("2026-03-09T09:00:00Z");
    let a = |number: u32| json!({"user": "a@new.example", "number": number});
    let error = turned_down_later(&daemon, "/v1/user/accept", a(1), "invitation-expired");
    holds(&error["what"], &["expired on 2026-03-09"]);
    holds(&error["hint"], &["ask for a new one"]);
    ask(&daemon, "/v1/user/resend", json!({"user": "a@new.example"}));
    turned_down_later(&daemon, "/v1/user/accept", a(1), "link");
    ask(&daemon, "/v1/user/accept", a(2));
    let a = account(&daemon, "a@new.example");
    assert_eq!(
        (&a["status"], &a["reactivated"]),
        (&json!("active"), &json!("2026-03-09T09:00:00Z"))
    );
    let revoked = json!({"user": "b@new.example"});
    ask(&daemon, "/v1/user/revoke", revoked.clone());
    assert_eq!(account(&daemon, "b@new.example")["status"], "revoked");
    // Deactivated it is no member who left: nobody said yes, so it waits for another invitation.
    ask(&daemon, "/v1/user/deactivate", revoked.clone());
    let error = turned_down_later(&daemon, "/v1/user/reactivate", revoked.clone(), "status");
    holds(&error["what"], &["never let in"]);
    holds(&error["hint"], &["rollcall user resend"]);
    let question = json!({"user": "b@new.example", "permission": "envelope.send"});
    for (path, body) in [
        ("/v1/can", question),
        (
            "/v1/session/check",
            json!({"user": "b@new.example", "manifest": 1}),
        ),
    ] {
        let told = ask(&daemon, path, body);
        holds(&told["instead"], &["rollcall user resend"]);
    }
    ask(&daemon, "/v1/user/resend", revoked.clone());
    assert_eq!(account(&daemon, "b@new.example")["status"], "invited");
    ask(&daemon, "/v1/user/revoke", revoked.clone());
    turned_down_later(
        &daemon,
        "/v1/user/decline",
        revoked,
        "no-invitation-pending",
    );
}

#[test]
fn a_review_asks_of_everybody_and_never_takes_the_last_owner() {
    if !possible("a_review_asks", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, 10);
    let said = daemon.say(&[
        "review",
        "open",
        "acme",
        "--silence",
        "remove",
        "--yes",
        "--json",
    ]);
    assert!(
        said.ok().json()["message"]
            .as_str()
            .unwrap()
            .contains("silence means remove")
    );
    let ann = member(&daemon, "ann@acme.example");
    let keep = |user: &str| json!({"tenant": "acme", "users": [user], "verdict": "keep"});
    denied(
        &daemon,
        &ann,
        "/v1/review/answer",
        keep("ann@acme.example"),
        "own-review",
    );
    says(&ann, "/v1/review/answer", keep("linus@acme.example"));
    ask(&daemon, "/v1/review/answer", keep("ann@acme.example"));
    let close = json!({"tenant": "acme"});
    let error = turned_down(&daemon, "/v1/review/close", close, "review-due");
    holds(&error["what"], &["are due on", "silence would mean remove"]);
    holds(&error["hint"], &["--early"]);
    let close = json!({"tenant": "acme", "early": true});
    let mut dry = close.clone();
    dry["dry_run"] = json!(true);
    let before = heads(&daemon);
    let shown = ask(&daemon, "/v1/review/close", dry);
    assert_eq!(heads(&daemon), before);
    holds(
        &json!(shown["changes"].to_string()),
        &["active → suspended"],
    );
    let done = ask(&daemon, "/v1/review/close", close.clone());
    holds(
        &json!(done["warnings"].to_string()),
        &["1-0 stays:", "is the last usable holder of the role owner"],
    );
    let status = |email| account(&daemon, email)["status"].clone();
    assert_eq!(status("vera@acme.example"), "suspended", "silence");
    assert_eq!(
        (status("linus@acme.example"), status("ada@acme.example")),
        (json!("active"), json!("active"))
    );
    turned_down(&daemon, "/v1/review/close", close, "review-closed");
}

#[test]
fn a_diagnosis_names_causes_first() {
    let daemon = TestDaemon::start();
    acme(&daemon, 10);
    let body = json!({"user": "ana@amce.example", "tenant": "acme"});
    let found = ask(&daemon, "/v1/diagnose", body)["findings"].clone();
    assert_eq!(found[0]["grave"], "cause", "{found}");
    holds(
        &json!(found.to_string()),
        &["looks mistyped: acme.example is usual"],
    );
    let invite = json!({"tenant": "acme", "email": ["newt@acme.example"], "first_name": "Newt", "last_name": "Lee", "roles": ["user"]});
    ask(&daemon, "/v1/user/invite", invite);
    ask(
        &daemon,
        "/v1/user/delivery",
        json!({"user": "newt@acme.example", "delivery": "blocked"}),
    );
    let said = daemon
        .say(&["diagnose", "newt@acme.example", "--json"])
        .ok()
        .json();
    holds(
        &json!(said["findings"].to_string()),
        &["Deliverability Guide", "SMTP block"],
    );
    let again = ask(
        &daemon,
        "/v1/user/delivery",
        json!({"user": "newt@acme.example", "delivery": "blocked"}),
    );
    assert_eq!(
        again["seq"],
        Value::Null,
        "the same word again writes nothing"
    );
}

#[test]
fn in_a_vendor_tenant_an_invitation_is_an_order_and_its_answer_an_observation() {
    let daemon = TestDaemon::start();
    crate::common::create(&daemon, "acme", "vendor");
    let people = "email,first_name,status,roles\nada@acme.example,Ada,active,Owner\nlinus@acme.example,Linus,active,User\n";
    crate::common::import(&daemon, "people", "acme", people).ok();
    let invite =
        json!({"tenant": "acme", "email": ["x@acme.example,y@acme.example"], "roles": ["user"]});
    let done = ask(&daemon, "/v1/user/invite", invite);
    holds(&json!(done["warnings"].to_string()), &["opens 4 orders"]);
    let orders = |state: &str| {
        let list = ask(
            &daemon,
            "/v1/order/list",
            json!({"tenant": "acme", "state": [state]}),
        );
        let rows = list["rows"].as_array().unwrap().clone();
        rows.iter()
            .map(|r| r["order"]["id"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(orders("open"), [1, 2, 3, 4], "numbered on within one batch");
    ask(
        &daemon,
        "/v1/user/accept",
        json!({"user": "x@acme.example"}),
    );
    let x = account(&daemon, "x@acme.example");
    assert_eq!(
        (&x["status"], &x["observed_status"]),
        (&json!("active"), &json!("active"))
    );
    assert_eq!(orders("confirmed"), [1]);
    assert_eq!(orders("open"), [2, 3, 4]);
}

#[test]
fn at_onespan_an_address_that_is_there_gets_other_roles_and_is_told_so() {
    let daemon = TestDaemon::start();
    let people = [
        ("ada@one.example", "Administrator"),
        ("sid@one.example", "Sender"),
    ];
    tenant(&daemon, "one", "onespan", 0, &people);
    let invite =
        |email: &str, roles: Value| json!({"tenant": "one", "email": [email], "roles": roles});
    let done = ask(
        &daemon,
        "/v1/user/invite",
        invite("sid@one.example", json!(["Manager"])),
    );
    holds(&done["message"], &["there already", "roles are replaced"]);
    let role = |email| account(&daemon, email)["assignments"][0]["role"].clone();
    assert_eq!(role("sid@one.example"), "manager");
    ask(
        &daemon,
        "/v1/user/invite",
        invite("new@one.example", json!([])),
    );
    assert_eq!(role("new@one.example"), "sender");
    turned_down(
        &daemon,
        "/v1/user/invite",
        invite("new@one.example", json!(["Manager"])),
        "already-invited",
    );
    ask(
        &daemon,
        "/v1/user/delete",
        json!({"user": "sid@one.example", "assets_unknown": true}),
    );
    assert_eq!(account(&daemon, "sid@one.example")["status"], "deleted");
}
