//! OneSpan Sign: roles, default and custom.

use super::common::{ask, import, open_to_others, possible, refused};
use super::given::{bring, member, tenant};
use super::world::{
    account, command, command_of, denied, holds, journalled, may, may_not, says, turned_down,
    unmoved,
};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

const DEFAULTS: [&str; 3] = ["administrator", "manager", "sender"];

/// An account with sub-accounts: ada administers it, sam sends in one of them.
fn bank(daemon: &TestDaemon) {
    let people = [("ada@bank.example", "administrator")];
    tenant(daemon, "bank", "onespan", 0, &people);
    let on = json!({"tenant": "bank", "enable": ["sub_accounts"]});
    ask(daemon, "/v1/tenant/set", on);
    let people = [("sam@bank.example", "sender", "Europe")];
    bring(daemon, "bank", &people);
}

fn roles(daemon: &TestDaemon) -> Vec<Value> {
    let all = ask(daemon, "/v1/role/list", json!({"tenant": "bank"}));
    all["roles"].as_array().unwrap().clone()
}

fn labels(daemon: &TestDaemon) -> Vec<String> {
    let of = |role: &Value| role["label"].as_str().unwrap().to_owned();
    roles(daemon).iter().map(of).collect()
}

#[test]
fn fact_26_a_fresh_account_has_its_three_default_roles() {
    let daemon = TestDaemon::start();
    let made = json!({"name": "bank", "catalog": "onespan", "seats": null, "owner": "ada@bank.example", "tz": "UTC", "authority": "rollcall"});
    ask(&daemon, "/v1/tenant/create", made);
    unmoved(&daemon, || {
        assert_eq!(labels(&daemon), ["Administrator", "Manager", "Sender"]);
        assert!(roles(&daemon).iter().all(|r| r["custom"] == json!(false)));
        let prints = ["Administrator", "Manager", "Sender"];
        command(&daemon, "role list --tenant bank", 0, &prints);
    });
    // A role of one's own comes behind them, and is told apart.
    let entries = ["role \"closer\" created: ", "grants sender_admin.reports"];
    let line = "role create closer --tenant bank --grant sender_admin.reports --yes";
    journalled(&daemon, "bank", "role create", &entries, || {
        command(&daemon, line, 0, &["closer"])
    });
    let listed = roles(&daemon);
    assert_eq!(listed.len(), 4);
    assert_eq!(listed[3]["custom"], json!(true));
}

#[test]
fn fact_27_default_roles_are_neither_edited_nor_deleted() {
    let daemon = TestDaemon::start();
    bank(&daemon);
    let rule = "predefined-role";
    for role in DEFAULTS {
        let edited = json!({"tenant": "bank", "id": role, "grant": ["sender_admin.reports"]});
        turned_down(&daemon, "/v1/role/edit", edited, rule);
        let gone = json!({"tenant": "bank", "id": role});
        turned_down(&daemon, "/v1/role/delete", gone, rule);
        unmoved(&daemon, || {
            let prints = ["rule: predefined-role", "cannot be edited"];
            let edit = "--tenant bank --grant sender_admin.reports --yes";
            command(&daemon, &format!("role edit {role} {edit}"), 6, &prints);
            let prints = ["rule: predefined-role", "cannot be deleted"];
            let line = format!("role delete {role} --tenant bank --yes");
            command(&daemon, &line, 6, &prints);
        });
    }
    // A custom role is both.
    let made = json!({"tenant": "bank", "id": "closer", "grant": ["sender_admin.reports"]});
    ask(&daemon, "/v1/role/create", made);
    let edited = json!({"tenant": "bank", "id": "closer", "grant": ["transaction.in_person"]});
    let entries = ["role \"closer\" changed: grants +transaction.in_person"];
    let changed = journalled(&daemon, "bank", "role edit", &entries, || {
        ask(&daemon, "/v1/role/edit", edited)
    });
    assert_eq!(changed["changes"], json!(["grants transaction.in_person"]));
    let entries = ["role \"closer\" removed"];
    journalled(&daemon, "bank", "role delete", &entries, || {
        command(&daemon, "role delete closer --tenant bank --yes", 0, &[])
    });
    assert_eq!(roles(&daemon).len(), 3);
}

#[test]
fn fact_27_an_administrator_is_refused_as_well() {
    if !possible("fact_27", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    bank(&daemon);
    let ada = member(&daemon, "ada@bank.example");
    let rule = "predefined-role";
    for role in DEFAULTS {
        let edited = json!({"tenant": "bank", "id": role, "enabled": false});
        denied(&daemon, &ada, "/v1/role/edit", edited, rule);
        let gone = json!({"tenant": "bank", "id": role});
        denied(&daemon, &ada, "/v1/role/delete", gone, rule);
    }
    command_of(&ada, "role delete sender --tenant bank --yes", 6, &[rule]);
    let made = json!({"tenant": "bank", "id": "closer", "grant": ["sender_admin.reports"]});
    says(&ada, "/v1/role/create", made);
}

#[test]
fn a_role_that_is_held_stays_and_its_holders_sessions_go_stale_when_it_changes() {
    let daemon = TestDaemon::start();
    bank(&daemon);
    let made = json!({"tenant": "bank", "id": "closer", "grant": ["sender_admin.reports"]});
    ask(&daemon, "/v1/role/create", made);
    bring(
        &daemon,
        "bank",
        &[("cleo@bank.example", "closer", "Europe")],
    );
    let user = "cleo@bank.example";
    let open = ask(&daemon, "/v1/session/open", json!({"user": user}));
    assert_eq!(open["permissions"], json!(["sender_admin.reports"]));
    assert_eq!(open["scope"], "Europe");
    let check = json!({"user": user, "manifest": open["manifest"]});
    let standing = || ask(&daemon, "/v1/session/check", check.clone());
    assert_eq!(standing()["standing"], "good");
    let gone = json!({"tenant": "bank", "id": "closer"});
    turned_down(&daemon, "/v1/role/delete", gone, "role-held");
    let renamed = json!({"tenant": "bank", "id": "closer", "label": "Closers"});
    ask(&daemon, "/v1/role/edit", renamed);
    assert_eq!(standing()["standing"], "good");
    let dry = json!({"tenant": "bank", "id": "closer", "enabled": false, "dry_run": true});
    let shown = unmoved(&daemon, || ask(&daemon, "/v1/role/edit", dry));
    assert_eq!(
        (&shown["changes"], &shown["holders"]),
        (&json!(["disabled"]), &json!(1))
    );
    let off = json!({"tenant": "bank", "id": "closer", "enabled": false});
    ask(&daemon, "/v1/role/edit", off.clone());
    let stale = standing();
    assert_eq!(stale["standing"], "stale", "{stale}");
    holds(&stale["because"], &["15 minutes"]);
    let place = json!({"scope": "Europe"});
    may_not(&daemon, user, "sender_admin.reports", place, "role-place");
    let again = unmoved(&daemon, || ask(&daemon, "/v1/role/edit", off));
    assert_eq!(again["changes"], json!([]));
    daemon.say(&["user", "suspend", user, "--yes"]).ok();
    let (code, error) = refused(&daemon, "/v1/session/open", json!({"user": user}));
    assert_eq!((code, &error["rule"]), (403, &json!("status")), "{error}");
}

#[test]
fn a_delegate_gets_at_a_locked_senders_things_while_the_delegation_runs() {
    let daemon = TestDaemon::start();
    let people = [
        ("ada@one.example", "Administrator"),
        ("sam@one.example", "Sender"),
        ("sue@one.example", "Sender"),
    ];
    tenant(&daemon, "one", "onespan", 0, &people);
    let (sue, sam) = ("sue@one.example", "sam@one.example");
    let of = |kind: &str| json!({"kind": kind, "owner": sam});
    may_not(&daemon, sue, "open", of("inbox"), "relation");
    ask(&daemon, "/v1/user/suspend", json!({"user": sam}));
    let named = json!({"user": sam, "delegate": sue, "until": "2100-01-01T00:00:00Z"});
    ask(&daemon, "/v1/delegation/set", named);
    for kind in ["inbox", "draft", "layout", "template", "transaction"] {
        let told = may(&daemon, sue, "open", of(kind));
        holds(&told["because"], &["acts for the owner"]);
    }
    may(&daemon, sue, "sign", of("transaction"));
    let asked = json!({"user": sue, "permission": "open", "resource": of("inbox")});
    let why = ask(&daemon, "/v1/why", asked);
    let steps = why["decisions"][0]["steps"].as_array().unwrap().clone();
    let step = steps.iter().find(|s| s["step"] == "delegation").unwrap();
    let locked = json!({"user": sam});
    let id = ask(&daemon, "/v1/user/show", locked)["row"]["id"].clone();
    assert_eq!((&step["of"], &step["but"]), (&id, &json!("")), "{step}");
    let line = format!("why {sue} open --kind inbox --owner {sam}");
    command(&daemon, &line, 0, &["acts for"]);
    // Ada's things are not sam's, and the locked account itself stays locked.
    let hers = json!({"kind": "inbox", "owner": "ada@one.example"});
    may_not(&daemon, sue, "open", hers, "relation");
    may_not(&daemon, sam, "open", of("inbox"), "status");
    let told = may_not(
        &daemon,
        sue,
        "open_other",
        of("transaction"),
        "delegate-may",
    );
    holds(&told["instead"], &["a delegate may: "]);
    let later = json!({
        "user": sam, "delegate": "ada@one.example", "from": "2090-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z",
    });
    ask(&daemon, "/v1/delegation/set", later);
    may_not(&daemon, sue, "open", of("inbox"), "relation");
    let ada = "ada@one.example";
    may_not(&daemon, ada, "open", of("inbox"), "delegation-window");
}

#[test]
fn who_was_named_for_a_locked_sender_acts_no_more_once_the_sender_works_again() {
    let daemon = TestDaemon::start();
    let people = [
        ("ada@one.example", "Administrator"),
        ("sam@one.example", "Sender"),
        ("sue@one.example", "Sender"),
    ];
    tenant(&daemon, "one", "onespan", 0, &people);
    let (sue, sam) = ("sue@one.example", "sam@one.example");
    ask(&daemon, "/v1/user/suspend", json!({"user": sam}));
    let named = json!({"user": sam, "delegate": sue, "until": "2100-01-01T00:00:00Z"});
    ask(&daemon, "/v1/delegation/set", named);
    let inbox = json!({"kind": "inbox", "owner": sam});
    may(&daemon, sue, "open", inbox.clone());
    let again = |dry: bool| {
        let told = ask(
            &daemon,
            "/v1/user/reactivate",
            json!({"user": sam, "dry_run": dry}),
        );
        holds(&told["message"], &["acts for it no more"]);
    };
    again(true);
    may(&daemon, sue, "open", inbox.clone());
    again(false);
    may_not(&daemon, sue, "open", inbox, "relation");
    let left = ask(&daemon, "/v1/delegation/list", json!({"tenant": "one"}));
    assert_eq!(left["rows"], json!([]));
}

#[test]
fn a_file_that_lets_a_locked_sender_in_again_ends_what_others_named_and_keeps_what_they_named() {
    if !possible("a_file_that_lets_a_locked_sender_in", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    let people = [
        ("ada@one.example", "Administrator"),
        ("sam@one.example", "Sender"),
        ("sue@one.example", "Sender"),
    ];
    tenant(&daemon, "one", "onespan", 0, &people);
    let (sue, sam) = ("sue@one.example", "sam@one.example");
    let by_file = |status: &str| {
        let file = format!("email,status\n{sam},{status}\n");
        import(&daemon, "people", "one", &file).ok();
        assert_eq!(account(&daemon, sam)["status"], status);
    };
    let acting = || {
        let list = ask(&daemon, "/v1/delegation/list", json!({"tenant": "one"}));
        list["rows"].as_array().unwrap().len()
    };
    let named = json!({"user": sam, "delegate": sue, "until": "2100-01-01T00:00:00Z"});
    by_file("suspended");
    ask(&daemon, "/v1/delegation/set", named.clone());
    assert_eq!(acting(), 1);
    by_file("active");
    assert_eq!(acting(), 0, "others named it");

    let me = member(&daemon, sam);
    says(&me, "/v1/delegation/set", named);
    by_file("suspended");
    by_file("active");
    assert_eq!(acting(), 1, "they named it themself");
    ask(&daemon, "/v1/user/suspend", json!({"user": sam}));
    ask(&daemon, "/v1/user/reactivate", json!({"user": sam}));
    assert_eq!(acting(), 1);
}
