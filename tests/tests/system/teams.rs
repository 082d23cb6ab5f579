//! What the tree of scopes says of teams.

use super::common::{ask, import, refused};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// A tenant whose teams lie in teams, with four people.
fn sign(daemon: &TestDaemon) {
    let tenant = json!({"name": "sign", "catalog": "esignanywhere", "tz": "UTC", "authority": "rollcall",
        "owner": "ada@sign.example"});
    ask(daemon, "/v1/tenant/create", tenant);
    let people: String = ["ada", "pia", "pol", "zoe"]
        .map(|name| format!("{name}@sign.example,Ada,active,power_user\n"))
        .concat();
    let file = format!("email,first_name,status,roles\n{people}");
    import(daemon, "people", "sign", &file).ok();
    let owner = json!({"tenant": "sign", "owner": "ada@sign.example"});
    ask(daemon, "/v1/tenant/owner-set", owner);
}

fn team(daemon: &TestDaemon, more: Value) {
    let mut body = json!({"tenant": "sign", "kind": "team"});
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    ask(daemon, "/v1/group/set", body);
}

/// Path, people exactly there, people there or below, for each scope.
fn counts(daemon: &TestDaemon) -> Vec<(String, u64, u64)> {
    let rows = ask(daemon, "/v1/scope/list", json!({"tenant": "sign"}))["rows"].clone();
    let row = |row: &Value| {
        let number = |key: &str| row[key].as_u64().unwrap();
        let path = row["path"].as_str().unwrap().to_owned();
        (path, number("holders"), number("below"))
    };
    rows.as_array().unwrap().iter().map(row).collect()
}

#[test]
fn a_team_counts_its_members_and_below_them_those_of_the_teams_in_it_each_once() {
    let daemon = TestDaemon::start();
    sign(&daemon);
    let [pia, pol, zoe] = ["pia", "pol", "zoe"].map(|name| format!("{name}@sign.example"));
    team(&daemon, json!({"name": "Sales", "add": [pia, pol]}));
    team(
        &daemon,
        json!({"name": "North", "parent": "Sales", "add": [pol, zoe]}),
    );
    team(&daemon, json!({"name": "Far", "parent": "North"}));
    let row = |path: &str, here, below| (path.to_owned(), here, below);
    let expected = [
        row("", 4, 4),
        row("Sales", 2, 3),
        row("Sales/North", 2, 2),
        row("Sales/North/Far", 0, 0),
    ];
    assert_eq!(counts(&daemon), expected);
    team(&daemon, json!({"name": "Sales", "remove": [pia]}));
    team(&daemon, json!({"name": "Far", "add": [pia]}));
    let expected = [
        row("", 4, 4),
        row("Sales", 1, 3),
        row("Sales/North", 2, 3),
        row("Sales/North/Far", 1, 1),
    ];
    assert_eq!(counts(&daemon), expected);
    // Whoever is deleted counts nowhere.
    let gone = json!({"user": "zoe@sign.example", "tenant": "sign", "assets_unknown": true});
    ask(&daemon, "/v1/user/delete", gone);
    let expected = [
        row("", 3, 3),
        row("Sales", 1, 2),
        row("Sales/North", 1, 2),
        row("Sales/North/Far", 1, 1),
    ];
    assert_eq!(counts(&daemon), expected);
}

#[test]
fn nobody_is_put_into_a_team_that_was_deleted() {
    let daemon = TestDaemon::start();
    sign(&daemon);
    team(
        &daemon,
        json!({"name": "Legal", "add": ["pia@sign.example"]}),
    );
    let legal = json!({"tenant": "sign", "kind": "team", "name": "Legal"});
    ask(&daemon, "/v1/group/delete", legal);
    let edit = json!({"tenant": "sign", "user": "pol@sign.example", "team": "Legal"});
    let invite = json!({"tenant": "sign", "email": ["eve@sign.example"], "first_name": "Eve",
        "last_name": "Ng", "roles": ["power_user"], "team": "Legal"});
    for (path, body) in [("/v1/user/edit", &edit), ("/v1/user/invite", &invite)] {
        let (status, error) = refused(&daemon, path, body.clone());
        assert_eq!((status, &error["rule"]), (404, &json!("team")), "{error}");
    }
    // Where it is made again it takes people in again.
    team(&daemon, json!({"name": "Legal"}));
    ask(&daemon, "/v1/user/edit", edit);
    ask(&daemon, "/v1/user/invite", invite);
    assert!(counts(&daemon).contains(&("Legal".to_owned(), 2, 2)));
}

#[test]
fn a_team_that_gets_a_name_of_which_a_rule_speaks_is_told_to_break_it() {
    let daemon = TestDaemon::start();
    sign(&daemon);
    team(&daemon, json!({"name": "Books"}));
    team(&daemon, json!({"name": "Legal"}));
    let side = |name: &str| json!({"kind": "team", "name": name});
    let rule = json!({"name": "apart", "one": side("Sales"), "other": side("Books"), "why": "who sells does not book"});
    ask(
        &daemon,
        "/v1/conflict/set",
        json!({"tenant": "sign", "rule": rule}),
    );
    let renamed = |name: &str| {
        let body = json!({"tenant": "sign", "kind": "team", "name": "Legal", "rename": name, "dry_run": true});
        ask(&daemon, "/v1/group/set", body)["warnings"].to_string()
    };
    assert!(!renamed("Law").contains("separation of duties"));
    // Whoever holds a role above both holds it in both.
    let told = renamed("Sales");
    assert!(
        told.contains("4 accounts") && told.contains("separation of duties"),
        "{told}"
    );
}

#[test]
fn of_two_teams_of_one_name_neither_is_taken_for_the_other() {
    let daemon = TestDaemon::start();
    sign(&daemon);
    let (pia, ada) = ("pia@sign.example", "ada@sign.example");
    for (name, member) in [("Paris", ada), ("Lyon", pia)] {
        team(&daemon, json!({"name": name, "add": [member]}));
    }
    for (name, parent, member) in [("Sales", "Paris", ada), ("Vente", "Lyon", pia)] {
        let inner =
            json!({"name": name, "parent": parent, "add": [member], "share_envelopes": true});
        team(&daemon, inner);
    }
    team(&daemon, json!({"name": "Vente", "rename": "Sales"}));
    let body = |group: &str| {
        let resource = json!({"owner": ada, "groups": [group]});
        json!({"user": pia, "permission": "envelope.open", "resource": resource})
    };
    let may = |group: &str| ask(&daemon, "/v1/can", body(group))["allowed"] == json!(true);
    assert_eq!((may("/Paris/Sales"), may("/Lyon/Sales")), (false, true));
    let edit = json!({"user": pia, "team": "Sales"});
    let invite = json!({"tenant": "sign", "email": ["new@sign.example"], "roles": ["power_user"],
        "first_name": "Newt", "last_name": "Lee", "team": "Sales"});
    for (path, body) in [
        ("/v1/can", body("Sales")),
        ("/v1/user/edit", edit),
        ("/v1/user/invite", invite),
    ] {
        let (_, error) = refused(&daemon, path, body);
        assert_eq!(error["rule"], "several-groups", "{path}: {error}");
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("\"/Lyon/Sales\""), "{path}: {error}");
    }
    let edit = json!({"user": pia, "team": "/Lyon/Sales"});
    ask(&daemon, "/v1/user/edit", edit);
}
