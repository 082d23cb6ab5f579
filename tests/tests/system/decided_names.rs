//! Who somebody is, decided here while files still show it otherwise: kept, reported, confirmed, and no second person.

use super::common::{HEADER, accounts, acme, ask, create, heads, import};
use super::vendor::bank;
use rollcall_tests::{Said, TestDaemon};
use serde_json::{Value, json};

/// A file of bank with this row beside the owner's.
fn shown(daemon: &TestDaemon, email: &str, last: &str) -> Value {
    told(import(daemon, "people", "bank", &file(email, last)))
}

fn file(email: &str, last: &str) -> String {
    format!(
        "email,first_name,last_name,status,roles\n\
         ada@bank.example,Ada,,active,Owner\n{email},Bo,{last},active,User\n"
    )
}

fn told(said: Said) -> Value {
    said.ok().json()
}

fn edit(daemon: &TestDaemon, user: &str, option: &str, value: &str) {
    daemon
        .say(&["user", "edit", user, option, value, "--yes"])
        .ok();
}

fn account(daemon: &TestDaemon, tenant: &str, email: &str) -> Value {
    let args = ["user", "show", email, "--tenant", tenant, "--json"];
    daemon.say(&args).ok().json()["account"].clone()
}

fn drift(daemon: &TestDaemon) -> Vec<[Value; 4]> {
    let args = ["drift", "--tenant", "bank", "--json"];
    let all = daemon.say(&args).ok().json();
    let rows = all["rows"].as_array().unwrap().iter();
    rows.map(|r| ["field", "decided", "observed", "order"].map(|key| r[key].clone()))
        .collect()
}

fn order(daemon: &TestDaemon) -> String {
    let body = json!({"tenant": "bank", "state": ["open", "delivered", "confirmed", "failed"]});
    let all = ask(daemon, "/v1/order/list", body);
    all["rows"][0]["order"]["state"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_decided_name_stays_until_a_file_shows_it_and_then_its_order_is_confirmed() {
    let daemon = bank();
    shown(&daemon, "bo@bank.example", "Old");
    edit(&daemon, "bo@bank.example", "--last-name", "New");
    let differs = [json!("last name"), json!("New"), json!("Old"), json!(1)];
    assert_eq!(drift(&daemon), std::slice::from_ref(&differs));

    let before = heads(&daemon);
    let said = import(&daemon, "people", "bank", &file("bo@bank.example", "Old")).ok();
    let text = format!("{}{}", said.out, said.err);
    assert!(
        text.contains("last name: the file says Old; a person decided New, order 1 is open"),
        "{text}"
    );
    assert_eq!(
        heads(&daemon),
        before,
        "an expected difference writes nothing"
    );
    assert_eq!(
        account(&daemon, "bank", "bo@bank.example")["last_name"],
        "New"
    );
    assert_eq!(drift(&daemon), [differs]);
    daemon
        .say(&["order", "export", "--tenant", "bank", "--yes"])
        .ok();
    assert_eq!(shown(&daemon, "bo@bank.example", "Other")["confirmed"], 0);
    assert_eq!(drift(&daemon)[0][2], "Other");
    assert_eq!(order(&daemon), "delivered");

    let done = shown(&daemon, "bo@bank.example", "New");
    assert_eq!(
        (&done["confirmed"], &done["conflicts"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(order(&daemon), "confirmed");
    assert!(drift(&daemon).is_empty());
    let before = heads(&daemon);
    shown(&daemon, "bo@bank.example", "New");
    assert_eq!(heads(&daemon), before);
    shown(&daemon, "bo@bank.example", "Later");
    assert_eq!(
        account(&daemon, "bank", "bo@bank.example")["last_name"],
        "Later",
        "what nobody decides any more follows the vendor"
    );
}

#[test]
fn a_row_with_the_address_before_a_decision_is_no_second_person() {
    let daemon = bank();
    edit(&daemon, "bo@bank.example", "--email", "bo.new@bank.example");
    let people = accounts(&daemon, "bank").len();
    let told = shown(&daemon, "bo@bank.example", "Quist");
    assert_eq!(
        (&told["added"], &told["conflicts"]),
        (&json!(0), &json!(1)),
        "{told}"
    );
    assert_eq!(accounts(&daemon, "bank").len(), people);
    let bo = account(&daemon, "bank", "bo.new@bank.example");
    assert_eq!(bo["last_name"], "Quist", "the rest of the row is taken");
    assert_eq!(
        drift(&daemon),
        [[
            json!("email"),
            json!("bo.new@bank.example"),
            json!("bo@bank.example"),
            json!(1)
        ]]
    );
    let told = shown(&daemon, "bo.new@bank.example", "Quist");
    assert_eq!(
        (&told["added"], &told["confirmed"]),
        (&json!(0), &json!(1)),
        "{told}"
    );
    let told = shown(&daemon, "bo@bank.example", "Another");
    assert_eq!(told["added"], 1, "afterwards the address is free: {told}");
}

#[test]
fn an_order_the_vendor_refused_leaves_the_decision_and_the_drift() {
    let daemon = bank();
    edit(&daemon, "bo@bank.example", "--last-name", "New");
    for args in [
        &["order", "export", "--tenant", "bank", "--yes"][..],
        &[
            "order", "fail", "1", "--tenant", "bank", "--reason", "no", "--yes",
        ],
    ] {
        daemon.say(args).ok();
    }
    assert_eq!(shown(&daemon, "bo@bank.example", "Old")["conflicts"], 1);
    assert_eq!(
        account(&daemon, "bank", "bo@bank.example")["last_name"],
        "New"
    );
    assert_eq!(
        drift(&daemon),
        [[json!("last name"), json!("New"), json!("Old"), Value::Null]]
    );
}

#[test]
fn a_file_overwrites_no_name_that_was_decided_here() {
    let daemon = TestDaemon::start();
    acme(
        &daemon,
        "ada@acme.example,Ada,active,owner,enrolled,,2025-01-10,\nbo@acme.example,Bo,active,user,,,2025-01-10,\n",
    );
    let names = ["--first-name", "Robert", "--last-name", "Quist", "--yes"];
    let args = [&["user", "edit", "bo@acme.example"][..], &names].concat();
    daemon.say(&args).ok();
    let again = format!("{HEADER}bo@acme.example,Bo,active,user,,,2025-01-10,\n");
    let said = import(&daemon, "people", "acme", &again).ok();
    let text = format!("{}{}", said.out, said.err);
    assert!(
        text.contains("first name: the file says Bo; a person decided Robert"),
        "{text}"
    );
    assert_eq!(
        account(&daemon, "acme", "bo@acme.example")["first_name"],
        "Robert"
    );
    let drifting = [
        "user", "list", "--tenant", "acme", "--flag", "drift", "--json",
    ];
    assert_eq!(daemon.say(&drifting).ok().json()["total"], 0);
}

#[test]
fn a_redacted_name_is_not_told_as_nothing_and_the_refusal_names_what_closes_its_order() {
    let daemon = TestDaemon::start();
    create(&daemon, "bank", "vendor");
    shown(&daemon, "bo@bank.example", "Old");
    edit(&daemon, "bo@bank.example", "--last-name", "New");
    daemon
        .say(&["order", "export", "--tenant", "bank", "--yes"])
        .ok();
    told(import(
        &daemon,
        "people",
        "bank",
        &file("bo@bank.example", "Old").replace("Old,active", "Old,deactivated"),
    ));
    let user = "bo@bank.example";
    let redact = ["user", "redact", user, "--reason", "period over", "--yes"];
    let refused = daemon.say(&redact);
    assert!(refused.err.contains("redaction-order"), "{refused:?}");
    assert!(
        refused.err.contains("rollcall order confirm"),
        "{refused:?}"
    );
    daemon
        .say(&["order", "confirm", "1", "--tenant", "bank", "--yes"])
        .ok();
    daemon.say(&redact).ok();
    let body = json!({"tenant": "bank", "state": ["open", "delivered", "confirmed", "failed"]});
    let all = ask(&daemon, "/v1/order/list", body);
    assert_eq!(
        all["rows"][0]["todo"], "set last name to (redacted)",
        "{all}"
    );
    assert!(drift(&daemon).is_empty());
    assert!(
        !ask(&daemon, "/v1/drift/list", json!({"tenant": "bank"}))
            .to_string()
            .contains("Old")
    );
}

#[test]
fn sign_ins_and_assets_under_the_address_before_a_decision_are_the_persons() {
    let daemon = bank();
    edit(&daemon, "bo@bank.example", "--email", "bo.new@bank.example");
    let event =
        r#"{"at":"2026-02-21T08:00:00Z","user":"Bo@bank.example","kind":"sign_in","id":"e1"}"#;
    let told = told(import(&daemon, "signins", "bank", event));
    assert_eq!((&told["added"], &told["ignored"]), (&json!(1), &json!(0)));
    let bo = account(&daemon, "bank", "bo.new@bank.example");
    assert_eq!(bo["last_sign_in"], "2026-02-21T08:00:00Z", "{bo}");
    let assets = "id,kind,state,owner\nv1,active_envelope,sent,bo@bank.example\n";
    import(&daemon, "assets", "bank", assets).ok();
    let body = json!({"tenant": "bank", "owner": "bo.new@bank.example", "kind": []});
    assert_eq!(ask(&daemon, "/v1/asset/list", body)["total"], 1);
}

#[test]
fn nobody_gets_an_address_by_which_the_vendor_still_knows_another() {
    let daemon = bank();
    edit(&daemon, "bo@bank.example", "--email", "bo.new@bank.example");
    let invite = [
        "user",
        "invite",
        "bo@bank.example",
        "--tenant",
        "bank",
        "--role",
        "user",
        "--first-name",
        "Bo",
        "--last-name",
        "Other",
        "--yes",
    ];
    let refused = daemon.say(&invite);
    assert!(refused.err.contains("address-ordered"), "{refused:?}");
    assert!(refused.err.contains("rollcall order"), "{refused:?}");
    let edited = [
        "user",
        "edit",
        "cy@bank.example",
        "--email",
        "bo@bank.example",
        "--yes",
    ];
    let refused = daemon.say(&edited);
    assert!(refused.err.contains("email-unique"), "{refused:?}");
    for args in [
        &["order", "export", "--tenant", "bank", "--yes"][..],
        &["order", "confirm", "1", "--tenant", "bank", "--yes"],
    ] {
        daemon.say(args).ok();
    }
    daemon.say(&edited).ok();
}

#[test]
fn a_file_sets_nobody_back_to_the_team_or_manager_before_a_decision() {
    let daemon = bank();
    let file = |team: &str, manager: &str| {
        let text = format!(
            "email,first_name,status,roles,team,manager\n\
             ada@bank.example,Ada,active,Owner,,\nbo@bank.example,Bo,active,User,{team},{manager}\n"
        );
        told(import(&daemon, "people", "bank", &text))
    };
    daemon
        .say(&["tenant", "set", "bank", "--tier", "enterprise", "--yes"])
        .ok();
    file("Sales", "ada@bank.example");
    daemon
        .say(&[
            "scope", "create", "Legal", "--kind", "team", "--tenant", "bank", "--yes",
        ])
        .ok();
    edit(&daemon, "bo@bank.example", "--team", "Legal");
    edit(&daemon, "bo@bank.example", "--manager", "cy@bank.example");
    let told = file("Sales", "ada@bank.example");
    assert_eq!(told["conflicts"], 2, "{told}");
    let bo = account(&daemon, "bank", "bo@bank.example");
    assert_eq!(
        (&bo["team"], &bo["manager"]),
        (&json!(2), &json!("cy@bank.example")),
        "{bo}"
    );
    let fields: Vec<_> = drift(&daemon)
        .into_iter()
        .map(|[f, d, o, _]| [f, d, o])
        .collect();
    assert!(
        fields.contains(&[json!("team"), json!("Legal"), json!("Sales")]),
        "{fields:?}"
    );
    let told = file("Legal", "cy@bank.example");
    assert_eq!(told["conflicts"], 0, "{told}");
    assert!(drift(&daemon).is_empty());
    assert_eq!(file("Sales", "ada@bank.example")["changed"], 1);
}

#[test]
fn a_row_of_another_person_with_an_address_that_was_somebodys_is_not_taken_for_them() {
    let daemon = TestDaemon::start();
    acme(
        &daemon,
        "ada@acme.example,Ada,active,user,enrolled,,2025-01-10,\n",
    );
    let row = |email: &str, number: &str, more: &str| {
        format!(
            "email,external_id,first_name,last_name,roles,status\n{email},{number},Kim,Old,{more}\n"
        )
    };
    let first = row("kim@acme.example", "E1", "user,active");
    import(&daemon, "people", "acme", &first).ok();
    let other = row("kim@acme.example", "E9", "admin,suspended").replace("Old", "New");
    let said = import(&daemon, "people", "acme", &other);
    let text = format!("{}{}", said.out, said.err);
    assert!(text.contains("may have passed to another person"), "{text}");
    let before = account(&daemon, "acme", "kim@acme.example");
    assert_eq!(
        (&before["status"], &before["last_name"]),
        (&json!("active"), &json!("Old"))
    );

    edit(&daemon, "kim@acme.example", "--email", "kim2@acme.example");
    let taken = told(import(&daemon, "people", "acme", &other));
    assert_eq!(taken["added"], 1, "{taken}");
    let kept = account(&daemon, "acme", "kim2@acme.example");
    assert_eq!(
        (&kept["status"], &kept["last_name"], &kept["external_id"]),
        (&json!("active"), &json!("Old"), &json!("E1"))
    );

    let file = daemon.dir().join("renumbered.csv");
    std::fs::write(&file, row("kim2@acme.example", "N1", "user,active")).unwrap();
    let file = file.to_str().unwrap();
    let args = [
        "import",
        "people",
        file,
        "--tenant",
        "acme",
        "--renumber",
        "--yes",
    ];
    daemon.say(&args).ok();
    let kept = account(&daemon, "acme", "kim2@acme.example");
    assert_eq!(kept["external_id"], "N1");
}
