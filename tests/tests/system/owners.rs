//! The owner rule: no decision leaves a tenant without its owner or with one too many.

use super::common::{
    HEADER, acme, arm, ask, create, heads, import, name_owner, plan, refused, runs, status, sweep,
};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// Some days before people last seen on the first of March are suspended, and the day after.
const DAYS: [&str; 2] = ["2026-05-20T12:00:00Z", "2026-05-24T12:00:00Z"];

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,
";

#[test]
fn the_only_owner_is_neither_suspended_nor_deactivated() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let before = heads(&daemon);
    for verb in ["suspend", "deactivate"] {
        let said = daemon.say(&["user", verb, "ada@acme.example", "--yes"]);
        assert_eq!(said.code, 6, "{said:?}");
        assert!(
            said.err.contains("owner-holder") && said.err.contains("ownership start"),
            "{said:?}"
        );
        let path = format!("/v1/user/{verb}");
        let (code, error) = refused(&daemon, &path, json!({"user": "ada@acme.example"}));
        assert_eq!(
            (code, &error["rule"]),
            (409, &json!("owner-holder")),
            "{error}"
        );
    }
    // A file does not do it either.
    let gone = format!("{HEADER}ada@acme.example,Ada,deactivated,User,,,2025-01-10,\n");
    let said = import(&daemon, "people", "acme", &gone).ok();
    assert_eq!(said.json()["conflicts"], 2, "{said:?}");
    assert_eq!(status(&daemon, "ada@acme.example"), "active");
    assert_eq!(heads(&daemon), before);
}

#[test]
fn a_second_owner_is_refused_and_the_way_is_told() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let before = heads(&daemon);
    let said = daemon.say(&[
        "tenant",
        "owner",
        "set",
        "acme",
        "linus@acme.example",
        "--yes",
    ]);
    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.err.contains("Transfer of Ownership"), "{said:?}");
    assert_eq!(heads(&daemon), before);
}

#[test]
fn a_tenant_without_a_known_owner_is_left_alone() {
    let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    create(&daemon, "acme", "rollcall");
    let people = "boss@acme.example,Boss,active,Admin,none,2025-10-01,2025-01-10,\n\
        guest@acme.example,Guest,invited,User,,,2026-01-05,\n\
        left@acme.example,Left,active,User,,2026-03-01,2025-01-10,2026-02-28\n";
    let import_all = |daemon: &TestDaemon| {
        import(daemon, "people", "acme", &format!("{HEADER}{people}")).ok();
    };
    import_all(&daemon);
    let sweeps = ["inactivity", "seats", "invitations", "mfa"];
    for sweep in sweeps {
        arm(&daemon, sweep, "auto");
    }
    daemon.set_clock("2026-03-20T12:00:00Z");
    import_all(&daemon);
    for sweep in sweeps {
        let filling = plan(&daemon, sweep);
        assert_eq!(filling["total"], 0, "{sweep}: {filling}");
        let held = filling["held"].to_string();
        assert!(held.contains("being filled"), "{sweep}: {held}");
        let ran = ask(
            &daemon,
            "/v1/sweep/run",
            json!({"sweep": sweep, "tenant": "acme"}),
        );
        assert!(ran["results"][0]["run"].is_null(), "{sweep}: {ran}");
    }
    assert_eq!(runs(&daemon, "acme"), Vec::<Value>::new());
    assert_eq!(status(&daemon, "guest@acme.example"), "invited");

    // Once the owner is known there is something to do: it was the filling alone that held it back.
    let ada = format!("{HEADER}ada@acme.example,Ada,active,User,enrolled,2026-03-20,2025-01-10,\n");
    import(&daemon, "people", "acme", &ada).ok();
    name_owner(&daemon);
    for sweep in sweeps {
        assert_ne!(plan(&daemon, sweep)["total"], 0, "{sweep}");
    }
}

#[test]
fn nobody_is_named_owner_beyond_the_seats_of_the_pool() {
    let daemon = TestDaemon::start();
    let body = json!({
        "name": "sign", "catalog": "esignanywhere", "seats": 10, "owner": "ada@sign.example", "tz": "UTC",
        "authority": "rollcall",
    });
    ask(&daemon, "/v1/tenant/create", body);
    let people = "email,first_name,status,roles\n\
        ada@sign.example,Ada,active,administrator\n\
        vera@sign.example,Vera,active,registered_signer\n";
    import(&daemon, "people", "sign", people).ok();
    let named = |who: &str| json!({"tenant": "sign", "owner": who});
    let pool = |seats: &str| json!({"tenant": "sign", "pools": {"sender": seats}});
    ask(&daemon, "/v1/tenant/set", pool("1"));
    let (_, error) = refused(&daemon, "/v1/tenant/owner-set", named("vera@sign.example"));
    assert_eq!(error["rule"], "seats", "{error}");
    ask(&daemon, "/v1/tenant/set", pool("2"));
    ask(&daemon, "/v1/tenant/owner-set", named("vera@sign.example"));
}

#[test]
fn a_sweep_leaves_each_organization_somebody_to_run_it() {
    let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    let body = json!({
        "name": "acme", "catalog": "ignisign", "owner": "nia@acme.example", "tz": "UTC", "authority": "rollcall",
    });
    ask(&daemon, "/v1/tenant/create", body);
    let mut people = String::from(
        "email,first_name,status,roles,account,last_login,created,end_date\n\
         nia@acme.example,Nia,active,ORG_OWNER,North,2026-03-01,2025-01-10,\n\
         wes@acme.example,Wes,active,ORG_ADMIN,West,2026-03-01,2025-01-10,2026-02-28\n\
         wim@acme.example,Wim,active,ORG_ADMIN,West,2026-03-01,2025-01-10,2026-02-28\n",
    );
    // So many that the budget of a day lets one privileged account go.
    for n in 0..600 {
        let row = format!("p{n}@acme.example,P,active,ORG_USER,North,2026-03-01,2025-01-10,\n");
        people.push_str(&row);
    }
    import(&daemon, "people", "acme", &people).ok();
    let owner = json!({"tenant": "acme", "owner": "nia@acme.example"});
    ask(&daemon, "/v1/tenant/owner-set", owner);
    arm(&daemon, "seats", "auto");
    daemon.set_clock("2026-03-20T12:00:00Z");
    // What is foretold of each is what the plan does: one goes, the other stays.
    let foretold = |who: &str| {
        let shown = ask(&daemon, "/v1/user/show", json!({"user": who}));
        let next = shown["next"].as_array().unwrap().iter();
        let mut next = next.filter(|next| next["sweep"] == "seats");
        next.next().unwrap()["but"].as_str().unwrap().to_owned()
    };
    assert_eq!(foretold("wes@acme.example"), "");
    let stays = foretold("wim@acme.example");
    assert!(stays.contains("at least one admin"), "{stays}");
    let planned = plan(&daemon, "seats");
    assert_eq!(planned["total"], 1, "{planned}");
    assert!(
        planned.to_string().contains("at least one admin"),
        "{planned}"
    );
    sweep(&daemon, "seats");
    assert_eq!(status(&daemon, "wes@acme.example"), "deactivated");
    assert_eq!(status(&daemon, "wim@acme.example"), "active");
    let before = heads(&daemon);
    sweep(&daemon, "seats");
    assert_eq!(heads(&daemon), before);
}

#[test]
fn who_alone_owns_an_organization_is_warned_of_no_suspension_and_it_is_recorded_once() {
    let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    let body = json!({
        "name": "acme", "catalog": "ignisign", "owner": "nia@acme.example", "tz": "UTC", "authority": "rollcall",
    });
    ask(&daemon, "/v1/tenant/create", body);
    let people = |nia: &str| {
        format!(
            "email,first_name,status,roles,account,last_login,created\n\
             nia@acme.example,Nia,active,ORG_OWNER,North,{nia},2025-01-10\n\
             sol@acme.example,Sol,active,ORG_OWNER,South,2026-03-01,2025-01-10\n\
             pat@acme.example,Pat,active,ORG_USER,South,2026-03-01,2025-01-10\n"
        )
    };
    import(&daemon, "people", "acme", &people("2026-03-01")).ok();
    let owner = json!({"tenant": "acme", "owner": "nia@acme.example"});
    ask(&daemon, "/v1/tenant/owner-set", owner);
    arm(&daemon, "inactivity", "auto");
    // The kind of each action, and whom it is about.
    let acts = |daemon: &TestDaemon| -> Vec<(String, String)> {
        let planned = plan(daemon, "inactivity");
        let rows = planned["actions"].as_array().unwrap().iter();
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        rows.map(|row| (text(&row["email"]), text(&row["kind"])))
            .collect()
    };
    let of = |who: &str, kind: &str| (format!("{who}@acme.example"), kind.to_owned());
    daemon.set_clock(DAYS[0]);
    import(&daemon, "people", "acme", &people(&DAYS[0][..10])).ok();
    assert_eq!(acts(&daemon), [of("pat", "warn")]);
    daemon.set_clock(DAYS[1]);
    import(&daemon, "people", "acme", &people(&DAYS[1][..10])).ok();
    let shown = ask(
        &daemon,
        "/v1/user/show",
        json!({"user": "sol@acme.example"}),
    );
    let next = shown["next"].as_array().unwrap().iter();
    let mut next = next.filter(|next| next["sweep"] == "inactivity");
    assert_eq!(next.next().unwrap()["kind"], "escalate", "{shown}");
    assert_eq!(acts(&daemon), [of("sol", "escalate"), of("pat", "suspend")]);
    sweep(&daemon, "inactivity");
    assert_eq!(status(&daemon, "sol@acme.example"), "active");
    assert_eq!(status(&daemon, "pat@acme.example"), "suspended");
    assert_eq!(acts(&daemon), []);
    let before = heads(&daemon);
    sweep(&daemon, "inactivity");
    assert_eq!(heads(&daemon), before);
}
