//! eSignAnyWhere: the Users page.

use crate::common::{Other, ask, import, open_to_others, possible};
use crate::given::{account, denied, holds, member, says, seats, tenant, turned_down};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const PEOPLE: [(&str, &str); 4] = [
    ("ada@sign.example", "Administrator"),
    ("ben@sign.example", "Administrator"),
    ("pia@sign.example", "Power User"),
    ("pol@sign.example", "Power User"),
];

fn given() -> (tempfile::TempDir, TestDaemon) {
    let (dir, daemon) = open_to_others();
    tenant(&daemon, "sign", "esignanywhere", 0, &PEOPLE);
    (dir, daemon)
}

#[test]
fn fact_34_the_users_section_is_shown_only_to_who_may_view_the_user_list() {
    if !possible("fact_34", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = given();
    let list = json!({"tenant": "sign"});
    let pia = member(&daemon, "pia@sign.example");
    denied(&daemon, &pia, "/v1/user/list", list.clone(), "permission");
    denied(
        &daemon,
        &pia,
        "/v1/invitation/list",
        list.clone(),
        "permission",
    );
    let ada: Other = member(&daemon, "ada@sign.example");
    assert_eq!(says(&ada, "/v1/user/list", list)["total"], 4);
}

#[test]
fn fact_35_an_email_never_changes_and_the_way_round_is_explained() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "sign", "esignanywhere", 0, &PEOPLE);
    let edit = json!({"user": "pia@sign.example", "email": "pia.new@sign.example"});
    let error = turned_down(&daemon, "/v1/user/edit", edit, "email-immutable");
    holds(
        &error["hint"],
        &[
            "save the signed documents",
            "create a new user",
            "log in",
            "delete",
            "reassign",
        ],
    );
    let line = [
        "user",
        "edit",
        "pia@sign.example",
        "--email",
        "pia.new@sign.example",
        "--yes",
    ];
    assert_eq!(daemon.say(&line).code, 6);
    let name = json!({"user": "pia@sign.example", "last_name": "Souza"});
    ask(&daemon, "/v1/user/edit", name);
    assert_eq!(account(&daemon, "pia@sign.example")["last_name"], "Souza");
    let column = json!({"user": "pia@sign.example", "username": "pia"});
    turned_down(&daemon, "/v1/user/edit", column, "column-not-available");
}

#[test]
fn fact_36_nobody_deletes_themselves() {
    if !possible("fact_36", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = given();
    let ben = member(&daemon, "ben@sign.example");
    let own = json!({"user": "ben@sign.example"});
    denied(&daemon, &ben, "/v1/user/delete", own.clone(), "self-delete");
    assert_eq!(account(&daemon, "ben@sign.example")["status"], "active");
    let ada = member(&daemon, "ada@sign.example");
    let done = says(&ada, "/v1/user/delete", own);
    assert!(done["seq"].is_number(), "{done}");
    assert_eq!(account(&daemon, "ben@sign.example")["status"], "deleted");
    assert_eq!(seats(&daemon, "sign"), (3, 0));
}

/// Two sent envelopes and one of each of the rest, all pia's.
fn assets(daemon: &TestDaemon) {
    let mut file = "id,kind,state,owner\n".to_owned();
    for (id, kind) in [
        ("e1", "active_envelope"),
        ("e2", "completed_envelope"),
        ("d1", "draft"),
        ("t1", "template"),
        ("c1", "clipboard_entry"),
        ("b1", "address_book_entry"),
    ] {
        file.push_str(&format!("{id},{kind},,pia@sign.example\n"));
    }
    import(daemon, "assets", "sign", &file).ok();
}

fn owned(daemon: &TestDaemon, email: &str) -> Vec<u64> {
    let assets = account(daemon, email)["assets"].clone();
    let counts = |v: &Value| v.as_u64().unwrap();
    assets.as_array().unwrap().iter().map(counts).collect()
}

#[test]
fn fact_37_sent_envelopes_need_a_target_and_all_of_them_move() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "sign", "esignanywhere", 0, &PEOPLE);
    assets(&daemon);
    let error = turned_down(
        &daemon,
        "/v1/user/delete",
        json!({"user": "pia@sign.example"}),
        "successor",
    );
    holds(&error["what"], &["2 sent envelopes"]);
    let body =
        json!({"user": "pia@sign.example", "successor": "pol@sign.example", "templates": true});
    let done = ask(&daemon, "/v1/user/delete", body);
    holds(
        &json!(done["changes"].to_string()),
        &["1 active envelopes move", "1 completed envelopes move"],
    );
    assert_eq!(account(&daemon, "pia@sign.example")["status"], "deleted");
    assert_eq!(owned(&daemon, "pol@sign.example"), [1, 1, 0, 1, 0, 0, 0]);
    let body = json!({"user": "pol@sign.example", "successor": "pol@sign.example"});
    turned_down(&daemon, "/v1/user/delete", body, "successor-usable");
}

#[test]
fn fact_38_what_is_left_unticked_does_not_stop_the_deletion() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "sign", "esignanywhere", 0, &PEOPLE);
    assets(&daemon);
    let body = json!({"user": "pia@sign.example", "successor": "pol@sign.example"});
    let mut dry = body.clone();
    dry["dry_run"] = json!(true);
    let shown = ask(&daemon, "/v1/user/delete", dry);
    assert_eq!(shown["seq"], Value::Null);
    assert_eq!(account(&daemon, "pia@sign.example")["status"], "active");
    let done = ask(&daemon, "/v1/user/delete", body);
    holds(
        &json!(done["warnings"].to_string()),
        &["1 drafts are lost", "1 address book entries are lost"],
    );
    assert_eq!(owned(&daemon, "pol@sign.example"), [1, 1, 0, 0, 0, 0, 0]);
    assert_eq!(owned(&daemon, "pia@sign.example"), Vec::<u64>::new());
}

#[test]
fn fact_39_enabled_off_ends_sign_in_and_api_and_the_users_page_has_no_switch() {
    if !possible("fact_39", &["setpriv", "curl"]) {
        return;
    }
    let (_dir, daemon) = given();
    let pia = json!({"user": "pia@sign.example"});
    let ada = member(&daemon, "ada@sign.example");
    for path in [
        "/v1/user/suspend",
        "/v1/user/reactivate",
        "/v1/user/deactivate",
    ] {
        let error = denied(&daemon, &ada, path, pia.clone(), "enabled-elsewhere");
        holds(&error["hint"], &["AdmInWeb"]);
    }
    ask(
        &daemon,
        "/v1/user/role",
        json!({"user": "pia@sign.example", "add": ["api_user"]}),
    );
    ask(&daemon, "/v1/user/suspend", pia.clone());
    assert_eq!(account(&daemon, "pia@sign.example")["status"], "suspended");
    let api = json!({"user": "pia@sign.example", "permission": "api.use"});
    assert_eq!(ask(&daemon, "/v1/can", api.clone())["allowed"], false);
    turned_down(&daemon, "/v1/session/open", pia.clone(), "status");
    ask(&daemon, "/v1/user/reactivate", pia);
    assert_eq!(ask(&daemon, "/v1/can", api)["allowed"], true);
}
