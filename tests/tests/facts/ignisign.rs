//! IgniSign: users and invitations.

use crate::common::{ask, import};
use crate::given::{begun, tenant};
use crate::world::{
    account, command, entry_of, holds, journalled, may, may_not, turned_down, unmoved,
};
use rollcall_tests::{TestDaemon, http};
use serde_json::{Value, json};

const PEOPLE: [(&str, &str); 2] = [
    ("olga@bank.example", "ORG_USER"),
    ("otto@bank.example", "ORG_ADMIN"),
];

fn answers(daemon: &TestDaemon) -> Vec<Value> {
    let list = ask(daemon, "/v1/invitation/list", json!({"tenant": "bank"}));
    list["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["answer"].clone())
        .collect()
}

#[test]
fn fact_25_an_invitation_is_pending_until_it_is_answered_and_never_again() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "bank", "ignisign", 0, &PEOPLE);
    command(
        &daemon,
        "scope create portal --tenant bank --kind application --yes",
        0,
        &["portal"],
    );
    // The call as it is published: one address, and a flat list of roles for an application; no tenant.
    let call = r#"{"appId": "portal", "email": "john@example.com", "firstName": "John", "lastName": "Doe", "roles": ["APP_OPERATOR"]}"#;
    let entries = [
        "status invited",
        "roles APP_OPERATOR@portal/DEVELOPMENT+APP_OPERATOR@portal/Staging (testing)+APP_OPERATOR@portal/PRODUCTION",
        "invitation 2 created: ",
        "answer pending",
    ];
    let (code, said) = journalled(&daemon, "bank", "user invite", &entries, || {
        http::post(&daemon.socket(), "/v1/user/invite", &[], call)
    });
    assert_eq!(code, 200, "{said}");
    assert_eq!(answers(&daemon), ["pending"]);
    command(
        &daemon,
        "invitation list --tenant bank",
        0,
        &["john@example.com", "pending"],
    );
    // A flat list counts in all three environments, once they are in.
    let user = "john@example.com";
    let places =
        ["DEVELOPMENT", "STAGING", "PRODUCTION"].map(|e| json!({"scope": format!("portal/{e}")}));
    for place in &places {
        may_not(&daemon, user, "request.create", place.clone(), "status");
    }

    // While it is pending there is no second one, and a role is written as it is.
    let invite: Value = serde_json::from_str(call).unwrap();
    turned_down(
        &daemon,
        "/v1/user/invite",
        invite.clone(),
        "already-invited",
    );
    let mut lower = invite.clone();
    lower["email"] = json!("jane@example.com");
    lower["roles"] = json!(["app_operator"]);
    turned_down(&daemon, "/v1/user/invite", lower, "roles");

    // An application that is named alone is one of one tenant.
    let mut elsewhere = invite.clone();
    elsewhere["appId"] = json!("nowhere");
    turned_down(&daemon, "/v1/user/invite", elsewhere, "application");
    let scopes = ask(&daemon, "/v1/scope/list", json!({"tenant": "bank"}));
    let rows = scopes["rows"].as_array().unwrap().iter();
    let portal = rows.clone().find(|r| r["path"] == "portal").unwrap();
    let mut numbered = invite.clone();
    numbered["appId"] = json!(portal["node"]["id"].to_string());
    numbered["email"] = json!("jim@example.com");
    numbered["dry_run"] = json!(true);
    let would = ask(&daemon, "/v1/user/invite", numbered);
    let place = "Application Operator @portal/DEVELOPMENT";
    assert!(would["changes"].to_string().contains(place), "{would}");

    let entries = [
        entry_of(&daemon, user) + "status invited → active",
        "invitation 2 changed: answer pending → accepted".to_owned(),
    ];
    let entries = entries.each_ref().map(String::as_str);
    journalled(&daemon, "bank", "user accept", &entries, || {
        command(
            &daemon,
            "user accept john@example.com --number 1 --yes",
            0,
            &["active"],
        )
    });
    for place in &places {
        may(&daemon, user, "request.create", place.clone());
    }
    let outside = json!({"scope": "portal"});
    may_not(&daemon, user, "request.create", outside, "scope");

    // Nothing makes it pending again.
    let john = json!({"user": user});
    for verb in ["accept", "decline", "revoke"] {
        let path = format!("/v1/user/{verb}");
        let error = turned_down(&daemon, &path, john.clone(), "no-invitation-pending");
        holds(&error["what"], &["accepted"]);
        let line = format!("user {verb} {user} --yes");
        unmoved(&daemon, || {
            command(&daemon, &line, 6, &["rule: no-invitation-pending"])
        });
    }
    turned_down(&daemon, "/v1/user/resend", john, "status");
    turned_down(&daemon, "/v1/user/invite", invite, "already-in-application");
    assert_eq!(answers(&daemon), ["accepted"]);
}

#[test]
fn an_organization_keeps_at_least_one_admin() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "bank", "ignisign", 0, &PEOPLE);
    ask(
        &daemon,
        "/v1/user/role",
        json!({"user": "otto@bank.example", "set": ["ORG_USER"]}),
    );
    let edit = json!({"user": "olga@bank.example", "set": ["ORG_USER"]});
    turned_down(&daemon, "/v1/user/role", edit, "last-admin");
    turned_down(
        &daemon,
        "/v1/user/delete",
        json!({"user": "olga@bank.example"}),
        "last-admin",
    );
    ask(
        &daemon,
        "/v1/user/delete",
        json!({"user": "otto@bank.example"}),
    );
    // Who is gone makes room for somebody with the same address.
    ask(
        &daemon,
        "/v1/user/invite",
        json!({"tenant": "bank", "email": ["otto@bank.example"], "roles": ["ORG_USER"]}),
    );
    assert_eq!(account(&daemon, "otto@bank.example")["status"], "invited");
}

/// Two organizations with an owner and an admin each, and a third with an admin alone.
fn three(daemon: &TestDaemon) {
    let people = [
        ("nia@bank.example", "ORG_OWNER", "North"),
        ("ned@bank.example", "ORG_ADMIN", "North"),
        ("sol@bank.example", "ORG_OWNER", "South"),
        ("sid@bank.example", "ORG_ADMIN", "South"),
        ("wes@bank.example", "ORG_ADMIN", "West"),
        ("usi@bank.example", "ORG_USER", "West"),
    ];
    begun(daemon, "bank", "ignisign", 0, &people);
    let owner = json!({"tenant": "bank", "owner": "nia@bank.example"});
    ask(daemon, "/v1/tenant/owner-set", owner);
}

#[test]
fn an_organization_keeps_its_owner_whoever_owns_another() {
    let daemon = TestDaemon::start();
    three(&daemon);
    let sol = json!({"user": "sol@bank.example"});
    let mut edit = sol.clone();
    edit["set"] = json!(["ORG_USER@South"]);
    for (path, body) in [
        ("/v1/user/role", edit.clone()),
        ("/v1/user/suspend", sol.clone()),
        ("/v1/user/deactivate", sol.clone()),
        ("/v1/user/delete", sol.clone()),
    ] {
        let error = turned_down(&daemon, path, body, "owner-holder");
        holds(&error["what"], &["South"]);
        holds(
            &error["hint"],
            &["rollcall user role EMAIL --add ORG_OWNER"],
        );
    }
    let offboard = json!({"person": "sol@bank.example"});
    let step =
        unmoved(&daemon, || ask(&daemon, "/v1/person/offboard", offboard))["steps"][0].clone();
    assert_eq!(step["refused"]["rule"], "owner-holder", "{step}");
    // No file takes them away either, nor makes them another organization's.
    for row in ["active,ORG_USER,South", "deactivated,ORG_OWNER,South"] {
        let file = format!("email,status,roles,account\nsol@bank.example,{row}\n");
        let said = import(&daemon, "people", "bank", &file).ok();
        assert_eq!(said.json()["conflicts"], 1, "{said:?}");
    }
    let sol_is = account(&daemon, "sol@bank.example");
    assert_eq!(sol_is["status"], "active");
    assert!(sol_is.to_string().contains("ORG_OWNER"), "{sol_is}");
    // With another owner there they may go.
    let add = json!({"user": "sid@bank.example", "add": ["ORG_OWNER@South"]});
    ask(&daemon, "/v1/user/role", add);
    ask(&daemon, "/v1/user/role", edit);
    ask(&daemon, "/v1/user/suspend", sol);
}

#[test]
fn an_organization_keeps_an_admin_of_its_own_and_never_needed_an_owner() {
    let daemon = TestDaemon::start();
    three(&daemon);
    let wes = json!({"user": "wes@bank.example"});
    let mut edit = wes.clone();
    edit["set"] = json!(["ORG_USER@West"]);
    for (path, body) in [
        ("/v1/user/role", edit.clone()),
        ("/v1/user/suspend", wes.clone()),
        ("/v1/user/deactivate", wes.clone()),
        ("/v1/user/delete", wes.clone()),
    ] {
        let error = turned_down(&daemon, path, body, "last-admin");
        holds(&error["what"], &["West"]);
        holds(&error["hint"], &["ORG_OWNER@West"]);
    }
    let offboard = json!({"person": "wes@bank.example"});
    let step =
        unmoved(&daemon, || ask(&daemon, "/v1/person/offboard", offboard))["steps"][0].clone();
    assert_eq!(step["refused"]["rule"], "last-admin", "{step}");
    for row in ["active,ORG_USER,West", "suspended,ORG_ADMIN,West"] {
        let file = format!("email,status,roles,account\nwes@bank.example,{row}\n");
        let said = import(&daemon, "people", "bank", &file);
        assert!(said.err.contains("at least one admin"), "{said:?}");
    }
    // A review that would remove everybody keeps those who must stay.
    let opened = json!({"tenant": "bank", "silence": "remove"});
    ask(&daemon, "/v1/review/open", opened);
    ask(
        &daemon,
        "/v1/review/close",
        json!({"tenant": "bank", "id": 1, "early": true}),
    );
    let status = |name: &str| account(&daemon, &format!("{name}@bank.example"))["status"].clone();
    for (name, is) in [
        ("nia", "active"),
        ("ned", "suspended"),
        ("sol", "active"),
        ("sid", "suspended"),
        ("wes", "active"),
        ("usi", "suspended"),
    ] {
        assert_eq!(status(name), is, "{name}");
    }
    // An organization that never had an owner blocks nothing; one that has an admin more lets the first go.
    ask(
        &daemon,
        "/v1/user/reactivate",
        json!({"user": "usi@bank.example"}),
    );
    let add = json!({"user": "usi@bank.example", "add": ["ORG_ADMIN@West"]});
    ask(&daemon, "/v1/user/role", add);
    ask(&daemon, "/v1/user/role", edit);
}

#[test]
fn no_change_of_an_organization_takes_what_its_last_admin_may_do() {
    let daemon = TestDaemon::start();
    three(&daemon);
    let only = |roles: Value| json!({"tenant": "bank", "scope": "West", "roles": roles});
    let narrow = only(json!(["ORG_USER", "ORG_BILLING"]));
    let error = turned_down(&daemon, "/v1/scope/set", narrow, "last-admin");
    holds(&error["what"], &["West", "nobody could act as one"]);
    holds(&error["hint"], &["be held there"]);
    unmoved(&daemon, || {
        let line = "scope set West --tenant bank --role ORG_USER --yes";
        command(&daemon, line, 6, &["rule: last-admin"])
    });
    ask(
        &daemon,
        "/v1/scope/set",
        only(json!(["ORG_USER", "ORG_ADMIN"])),
    );
}

/// Makes a policy of the bank act by itself, and only when a test says so.
fn armed(daemon: &TestDaemon, sweep: &str) {
    let body = json!({"tenant": "bank", "sweep": sweep, "mode": "auto", "schedule": "0 3 1 1 *"});
    ask(daemon, "/v1/policy/set", body);
}

#[test]
fn an_idle_owner_whom_an_organization_needs_stays_and_the_sweep_goes_on() {
    let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    three(&daemon);
    let idle = "email,last_login,created\n\
        nia@bank.example,2025-06-01,2025-01-10\n\
        usi@bank.example,2025-06-01,2025-01-10\n";
    import(&daemon, "people", "bank", idle).ok();
    armed(&daemon, "inactivity");
    daemon.set_clock("2026-03-20T12:00:00Z");
    let event =
        r#"{"at":"2026-03-20T08:00:00Z","user":"sol@bank.example","kind":"sign_in","id":"e1"}"#;
    import(&daemon, "signins", "bank", event).ok();
    let sweep = json!({"sweep": "inactivity", "tenant": "bank"});
    let plan = ask(&daemon, "/v1/sweep/plan", sweep.clone())["plans"][0].clone();
    let left = plan["skipped"].as_array().unwrap().iter();
    let nia = left.clone().find(|s| s["email"] == "nia@bank.example");
    holds(&nia.unwrap()["why"], &["North", "ORG_OWNER"]);
    let run = ask(&daemon, "/v1/sweep/run", sweep)["results"][0]["run"].clone();
    assert_eq!(
        (&run["state"], &run["applied"]),
        (&json!("done"), &json!(2)),
        "one goes, and that the other does not is recorded: {run}"
    );
    assert_eq!(account(&daemon, "nia@bank.example")["status"], "active");
    assert_eq!(account(&daemon, "usi@bank.example")["status"], "suspended");
}

#[test]
fn a_file_that_ends_an_organizations_only_owner_leaves_that_row_out_alone() {
    let daemon = TestDaemon::start();
    let people = [
        ("sol@bank.example", "ORG_OWNER", "South"),
        ("una@bank.example", "ORG_USER", "South"),
    ];
    begun(&daemon, "bank", "ignisign", 0, &people);
    let nia = "email,status,roles,account\nnia@bank.example,suspended,ORG_OWNER,North\n";
    import(&daemon, "people", "bank", nia).ok();
    let owner = json!({"tenant": "bank", "owner": "sol@bank.example"});
    ask(&daemon, "/v1/tenant/owner-set", owner);
    let file = "email,status\nnia@bank.example,deactivated\nuna@bank.example,suspended\n";
    let said = import(&daemon, "people", "bank", file);
    assert!(
        said.err
            .contains("would have 0 holders of the role ORG_OWNER"),
        "{said:?}"
    );
    assert_eq!(account(&daemon, "nia@bank.example")["status"], "suspended");
    assert_eq!(account(&daemon, "una@bank.example")["status"], "suspended");
}
