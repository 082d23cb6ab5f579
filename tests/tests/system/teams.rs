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
