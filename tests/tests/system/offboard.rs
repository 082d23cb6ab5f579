//! One person in several tenants: shown as one, offboarded from all, each tenant by itself.

use super::common::{Other, ask, heads, import, open_to_others, possible, refused, status};
use rollcall_tests::{TestDaemon, http};
use serde_json::{Value, json};

/// Two tenants of IUSign: in the first ada owns the tenant and rae leaves, in the second rae, under an older address,
/// is the owner.
fn two() -> TestDaemon {
    let daemon = TestDaemon::start();
    two_in(&daemon);
    daemon
}

fn two_in(daemon: &TestDaemon) {
    for (name, owner, tier) in [
        ("acme", "ada@acme.example", "enterprise"),
        ("bolt", "rae@old.example", "growth"),
    ] {
        daemon
            .say(&[
                "tenant",
                "create",
                name,
                "--catalog",
                "iusign",
                "--owner",
                owner,
                "--authority",
                "rollcall",
                "--tier",
                tier,
                "--yes",
            ])
            .ok();
    }
    let head = "email,first_name,status,roles,external_id,employee_id\n";
    let acme = "ada@acme.example,Ada,active,User,x-1,\nrae@acme.example,Rae,active,User,x-2,e-2\n";
    import(daemon, "people", "acme", &format!("{head}{acme}")).ok();
    let bolt = "rae@old.example,Rae,active,User,x-2,\nada@acme.example,Ada,active,User,y-1,\n";
    import(daemon, "people", "bolt", &format!("{head}{bolt}")).ok();
    for (name, owner) in [("acme", "ada@acme.example"), ("bolt", "rae@old.example")] {
        daemon
            .say(&["tenant", "owner", "set", name, owner, "--yes"])
            .ok();
    }
    let assets = "id,kind,state,owner\n\
        e1,envelope,sent,rae@acme.example\n\
        e2,envelope,sent,rae@acme.example\n\
        k1,api_key,,rae@acme.example\n";
    import(daemon, "assets", "acme", assets).ok();
}

fn offboard(daemon: &TestDaemon, id: &str, body: &Value) -> Value {
    let headers = [("x-rollcall-request-id", id)];
    let path = "/v1/person/offboard";
    let (status, envelope) = http::post(&daemon.socket(), path, &headers, &body.to_string());
    assert_eq!(status, 200, "{envelope}");
    envelope["ok"]["steps"].clone()
}

const ID: &str = "0190a5d4-5b6c-7d8e-9fa0-b1c2d3e4f601";

#[test]
fn one_tenants_refusal_does_not_keep_the_other() {
    let daemon = two();
    let shown = ask(
        &daemon,
        "/v1/person/show",
        json!({"person": "rae@acme.example"}),
    );
    let accounts = shown["accounts"].as_array().unwrap();
    let found: Vec<(&str, &str)> = accounts
        .iter()
        .map(|a| {
            (
                a["row"]["email"].as_str().unwrap(),
                a["matched"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("rae@acme.example", "external id"),
            ("rae@old.example", "external id")
        ],
        "a renamed address is no second person"
    );
    assert_eq!(accounts[0]["api_keys"], json!(["k1"]));
    assert_eq!(
        accounts[0]["assets"],
        json!({"active_envelope": 2, "api_key": 1})
    );

    let before = heads(&daemon);
    let dry = json!({"person": "e-2", "dry_run": true});
    let steps = offboard(&daemon, ID, &dry);
    assert_eq!(heads(&daemon), before);
    let body = json!({"person": "e-2", "end_date": "2026-12-31", "reason": "leaves"});
    let steps_done = offboard(&daemon, "0190a5d4-5b6c-7d8e-9fa0-b1c2d3e4f602", &body);
    // What is asked names people; what the journal keeps has their numbers.
    let (named, kept) = (
        "2 active envelopes go to Ada <ada@acme.example>",
        "2 active envelopes go to 1-0",
    );
    for (steps, goes) in [(&steps, named), (&steps_done, kept)] {
        assert_eq!(steps[0]["who"], "Rae <rae@acme.example>");
        let said = steps[0]["changes"].to_string();
        for part in [goes, "active → deactivated", "1 API key revoked"] {
            assert!(said.contains(part), "{part:?} is missing: {said}");
        }
        let refusal = &steps[1]["refused"];
        assert_eq!(refusal["rule"], "owner-holder", "{steps}");
        assert!(
            refusal["hint"]
                .as_str()
                .unwrap()
                .contains("rollcall ownership start"),
            "{steps}"
        );
    }
    assert!(
        steps_done[0]["changes"].to_string().contains("2026-12-31"),
        "{steps_done}"
    );
    assert_eq!(status(&daemon, "rae@acme.example"), "deactivated");
    assert_eq!(status(&daemon, "rae@old.example"), "active");
    let after = heads(&daemon);
    assert_eq!(
        after["bolt"], before["bolt"],
        "a refused part writes nothing"
    );
    let journal = json!({"tenant": "acme", "verb": "person offboard"});
    let rows = ask(&daemon, "/v1/audit/list", journal)["rows"].clone();
    assert_eq!(
        rows.as_array().unwrap().len(),
        1,
        "one batch a tenant: {rows}"
    );
    let owned = ask(
        &daemon,
        "/v1/asset/list",
        json!({"tenant": "acme", "owner": "ada@acme.example"}),
    );
    assert_eq!(owned["counts"], json!({"active_envelope": 2}));
    let shown = daemon
        .say(&["user", "show", "rae@acme.example", "--json"])
        .ok()
        .json();
    assert_eq!(shown["account"]["assets"], json!([0, 0, 0, 0, 0, 0, 0]));

    // Sent again it is done once, also after a kill.
    let dir = daemon.kill();
    let daemon = TestDaemon::start_in(dir.path());
    let again = offboard(&daemon, "0190a5d4-5b6c-7d8e-9fa0-b1c2d3e4f602", &body);
    assert_eq!(again, steps_done);
    assert_eq!(heads(&daemon), after);
    // The command line tells of it by its exit code.
    let said = daemon.say(&["person", "offboard", "rae@old.example", "--yes"]);
    assert_eq!(said.code, 7, "{said:?}");
    // What was refused is told line by line.
    assert!(said.out.contains("\n  rule: "), "{said:?}");
    assert!(!said.out.contains(r"\n"), "{said:?}");
    assert!(
        said.out
            .contains("acme 1-1 Rae <rae@acme.example>: nothing has to change"),
        "{said:?}"
    );
}

#[test]
fn who_sees_one_tenant_is_told_of_no_account_in_another() {
    if !possible("who_sees_one_tenant", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    two_in(&daemon);
    let bind = |person: &str, grants: Value| {
        let bind = json!({"os_user": "daemon", "person": person, "grants": grants});
        ask(&daemon, "/v1/operator/bind", bind);
        Other::of(&daemon, 1)
    };
    // A member of the first tenant, and an operator of it alone.
    let only_acme = json!([{"role": "operator", "tenant": "acme"}]);
    for (person, grants) in [
        ("ada@acme.example", json!([])),
        ("op@corp.example", only_acme),
    ] {
        let who = bind(person, grants);
        // By address, by the number both accounts carry, by the staff number that leads to it.
        for known in ["rae@acme.example", "x-2", "e-2"] {
            for path in ["/v1/person/offboard", "/v1/person/show"] {
                let body = match path {
                    "/v1/person/show" => json!({"person": known}),
                    _ => json!({"person": known, "dry_run": true}),
                };
                let (code, told) = who.ask(path, &body);
                assert_eq!(code, 200, "{person} {path} {known}: {told}");
                let told = told.to_string();
                assert!(told.contains("rae@acme.example"), "{told}");
                for secret in ["bolt", "rae@old.example"] {
                    assert!(!told.contains(secret), "{person} {path} {known}: {told}");
                }
            }
        }
        // Who has an account elsewhere only is nobody: no other answer than for who has none.
        for known in ["rae@old.example", "y-1", "2-0"] {
            let (code, told) = who.ask(
                "/v1/person/offboard",
                &json!({"person": known, "dry_run": true}),
            );
            assert_eq!(
                (code, &told["error"]["rule"]),
                (404, &json!("person")),
                "{told}"
            );
            let what = format!("nobody is known as {known:?}");
            assert_eq!(told["error"]["what"], what, "{told}");
        }
        // Nor does another verb tell in which tenant such an address is.
        for (path, more) in [
            ("/v1/handover/plan", json!({})),
            ("/v1/handover/start", json!({"to": "ada@acme.example"})),
            ("/v1/user/move", json!({"to": "/"})),
        ] {
            let told = |user: &str| {
                let mut body = more.clone();
                body["user"] = json!(user);
                let (code, told) = who.ask(path, &body);
                (code, told.to_string().replace(user, "SOMEBODY"))
            };
            assert_eq!(told("rae@old.example"), told("no@one.example"), "{path}");
        }
    }
}

#[test]
fn nobody_and_an_end_that_is_none_are_refused() {
    let daemon = two();
    let (code, _) = refused(
        &daemon,
        "/v1/person/show",
        json!({"person": "nobody@acme.example"}),
    );
    assert_eq!(code, 404);
    let (code, _) = refused(
        &daemon,
        "/v1/person/offboard",
        json!({"person": "e-2", "end": "promote"}),
    );
    assert_eq!(code, 400);
    // Without the tier that hands over, access ends all the same, keys are revoked, and the way out is named.
    let file =
        "id,kind,state,owner\nf1,envelope,sent,ada@acme.example\nk2,api_key,,ada@acme.example\n";
    import(&daemon, "assets", "bolt", file).ok();
    let steps = offboard(
        &daemon,
        ID,
        &json!({"person": "y-1", "end": "suspend", "dry_run": true}),
    );
    let bolt = steps
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["tenant"] == "bolt")
        .unwrap();
    assert!(bolt["refused"].is_null(), "{steps}");
    let changes = bolt["changes"].to_string();
    for part in ["active → suspended", "1 API key revoked"] {
        assert!(changes.contains(part), "{steps}");
    }
    let warnings = bolt["warnings"].to_string();
    for part in [
        "it keeps 1 asset",
        "tier enterprise",
        "rollcall handover start",
    ] {
        assert!(warnings.contains(part), "{steps}");
    }
    let body = json!({"person": "y-1", "end": "suspend", "no_handover": true, "dry_run": true});
    let steps = offboard(&daemon, ID, &body);
    let bolt = steps
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["tenant"] == "bolt")
        .unwrap();
    assert!(bolt["changes"].to_string().contains("suspended"), "{steps}");
}

#[test]
fn what_the_vendor_must_do_becomes_orders_and_an_import_confirms_them() {
    let daemon = TestDaemon::start();
    daemon
        .say(&[
            "tenant",
            "create",
            "bank",
            "--catalog",
            "iusign",
            "--owner",
            "ada@bank.example",
            "--authority",
            "vendor",
            "--tier",
            "enterprise",
            "--yes",
        ])
        .ok();
    let people =
        "email,status,roles\nada@bank.example,active,Owner\nrae@bank.example,active,User\n";
    import(&daemon, "people", "bank", people).ok();
    let assets = |e1: &str| {
        format!("id,kind,state,owner\ne1,envelope,sent,{e1}\nk1,api_key,,rae@bank.example\n")
    };
    import(&daemon, "assets", "bank", &assets("rae@bank.example")).ok();
    let steps = offboard(&daemon, ID, &json!({"person": "rae@bank.example"}));
    assert!(steps[0]["refused"].is_null(), "{steps}");
    let orders = ask(&daemon, "/v1/order/list", json!({"tenant": "bank"}));
    let todo: Vec<&str> = orders["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["todo"].as_str().unwrap())
        .collect();
    assert_eq!(
        todo,
        ["set status to deactivated", "revoke its API keys"],
        "{orders}"
    );
    let moves = ask(&daemon, "/v1/handover/list", json!({}));
    assert_eq!(moves["rows"][0]["progress"], json!({"open": 1}), "{moves}");
    // A complete export of the vendor's shows the envelope moved and the key gone.
    let file = daemon.dir().join("complete.csv");
    let text =
        "id,kind,state,owner\ne1,envelope,sent,ada@bank.example\nk9,api_key,,ada@bank.example\n";
    std::fs::write(&file, text).unwrap();
    let told = daemon
        .say(&[
            "import",
            "assets",
            file.to_str().unwrap(),
            "--tenant",
            "bank",
            "--complete",
            "--yes",
            "--json",
        ])
        .ok()
        .json();
    assert_eq!(told["confirmed"], 2, "{told}");
    let left = ask(&daemon, "/v1/order/list", json!({"tenant": "bank"}));
    assert_eq!(left["total"], 1, "{left}");
}

#[test]
fn rollcalls_own_rights_end_with_the_person_or_are_said_to_stay() {
    let name = "rollcalls_own_rights_end_with_the_person_or_are_said_to_stay";
    if !possible(name, &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    two_in(&daemon);
    let bind = ["operator", "bind", "bin", "--person", "rae@acme.example"];
    let role = ["--role", "operator@bolt", "--yes"];
    daemon.say(&[&bind[..], &role].concat()).ok();
    let shown = ask(
        &daemon,
        "/v1/person/show",
        json!({"person": "rae@acme.example"}),
    );
    assert_eq!(shown["logins"][0]["os_user"], "bin", "{shown}");
    assert_eq!(
        shown["logins"][0]["grants"][0]["role"], "operator",
        "{shown}"
    );
    let said = daemon.say(&["person", "show", "rae@acme.example"]).ok();
    assert!(
        said.out.contains("bin uses Rollcall as operator@bolt"),
        "{said:?}"
    );

    // Who may end access and not bind is told that the login stays.
    let helper = ["operator", "bind", "daemon", "--person", "dee@acme.example"];
    let role = ["--role", "operator", "--yes"];
    daemon.say(&[&helper[..], &role].concat()).ok();
    let line = ["person", "offboard", "rae@acme.example", "--no-handover"];
    let said = Other::of(&daemon, 1).say(&[&line[..], &["--dry-run"]].concat());
    assert_eq!(said.code, 7, "{said:?}");
    assert!(said.out.contains("login bin: stays bound"), "{said:?}");

    let would = daemon.say(&[&line[..], &["--dry-run"]].concat());
    assert!(
        would
            .out
            .contains("login bin: bound as operator@bolt → unbound"),
        "{would:?}"
    );
    let logins = || ask(&daemon, "/v1/operator/list", json!({})).to_string();
    assert!(logins().contains("\"bin\""), "a preview ends nothing");
    let body = json!({"person": "rae@acme.example", "no_handover": true});
    let first = http::post(
        &daemon.socket(),
        "/v1/person/offboard",
        &[("x-rollcall-request-id", ID)],
        &body.to_string(),
    );
    assert!(first.1["ok"]["logins"][0]["seq"].is_u64(), "{first:?}");
    assert!(!logins().contains("\"bin\""), "{}", logins());
    let again = http::post(
        &daemon.socket(),
        "/v1/person/offboard",
        &[("x-rollcall-request-id", ID)],
        &body.to_string(),
    );
    assert_eq!(again.1["ok"]["logins"], first.1["ok"]["logins"], "a retry");
}

#[test]
fn a_standing_delegate_stays_and_who_loses_one_is_told() {
    let daemon = TestDaemon::start();
    let create = json!({"name": "bank", "catalog": "onespan", "owner": "it@bank.example", "tz": "UTC", "authority": "rollcall"});
    ask(&daemon, "/v1/tenant/create", create);
    let people = "email,first_name,status,roles\nit@bank.example,It,active,administrator\n\
        sam@bank.example,Sam,active,sender\nmax@bank.example,Max,active,sender\n\
        lea@bank.example,Lea,active,sender\n";
    import(&daemon, "people", "bank", people).ok();
    ask(
        &daemon,
        "/v1/tenant/owner-set",
        json!({"tenant": "bank", "owner": "it@bank.example"}),
    );
    ask(
        &daemon,
        "/v1/tenant/set",
        json!({"tenant": "bank", "enable": ["delegation"]}),
    );
    import(
        &daemon,
        "assets",
        "bank",
        "id,kind,state,owner\nt1,envelope,sent,sam@bank.example\n",
    )
    .ok();
    for (user, delegate) in [("sam", "max"), ("lea", "sam")] {
        let user = format!("{user}@bank.example");
        ask(&daemon, "/v1/user/suspend", json!({"user": user}));
        let body = json!({"user": user, "delegate": format!("{delegate}@bank.example"), "until": "2090-01-01T00:00:00Z"});
        if delegate == "sam" {
            ask(
                &daemon,
                "/v1/user/reactivate",
                json!({"user": "sam@bank.example"}),
            );
        }
        ask(&daemon, "/v1/delegation/set", body);
        if delegate == "max" {
            continue;
        }
        ask(
            &daemon,
            "/v1/user/suspend",
            json!({"user": "sam@bank.example"}),
        );
        let again = json!({"user": "sam@bank.example", "delegate": "max@bank.example", "until": "2090-01-01T00:00:00Z"});
        ask(&daemon, "/v1/delegation/set", again);
    }
    let acting = || ask(&daemon, "/v1/delegation/list", json!({"tenant": "bank"}))["rows"].clone();
    let before = acting();
    assert_eq!(before.as_array().unwrap().len(), 2, "{before}");
    let would = json!({"person": "sam@bank.example", "dry_run": true});
    let would = ask(&daemon, "/v1/person/offboard", would)["steps"].clone();
    let told = would[0]["warnings"].to_string();
    assert!(
        told.contains("Max") && told.contains("acts for it already, until 2090"),
        "{would}"
    );
    assert!(
        told.contains("it acts for Lea") && told.contains("delegation set"),
        "{would}"
    );
    let line = ["user", "deactivate", "sam@bank.example", "--dry-run"];
    let said = daemon.say(&line);
    assert!(said.out.contains("it acts for Lea"), "{said:?}");
    offboard(&daemon, ID, &json!({"person": "sam@bank.example"}));
    assert_eq!(acting(), before, "who was agreed on goes on");
}

#[test]
fn what_is_on_its_way_to_somebody_who_leaves_is_told_and_waits() {
    let daemon = TestDaemon::start();
    let create = json!({"name": "bank", "catalog": "iusign", "owner": "ada@bank.example", "tz": "UTC", "authority": "vendor", "tier": "enterprise"});
    ask(&daemon, "/v1/tenant/create", create);
    let people = "email,status,roles\nada@bank.example,active,Owner\nrae@bank.example,active,User\n\
        vc@bank.example,active,User\n";
    import(&daemon, "people", "bank", people).ok();
    import(
        &daemon,
        "assets",
        "bank",
        "id,kind,state,owner\ne3,envelope,sent,rae@bank.example\n",
    )
    .ok();
    let body = json!({"user": "rae@bank.example", "to": "vc@bank.example"});
    ask(&daemon, "/v1/handover/start", body);
    let would = json!({"person": "vc@bank.example", "dry_run": true});
    let would = ask(&daemon, "/v1/person/offboard", would)["steps"].clone();
    let told = would[0]["warnings"].to_string();
    assert!(
        told.contains("hand-over 1 still brings it 1 asset of"),
        "{would}"
    );
    let done = ask(
        &daemon,
        "/v1/user/deactivate",
        json!({"user": "vc@bank.example"}),
    );
    let told = done["message"].as_str().unwrap();
    assert!(told.contains("hand-over 1 still brings it"), "{told}");
    for path in ["/v1/handover/export", "/v1/handover/resume"] {
        let before = heads(&daemon);
        let (code, error) = refused(&daemon, path, json!({"tenant": "bank", "id": 1}));
        assert_eq!(
            (code, &error["rule"]),
            (409, &json!("successor-available")),
            "{error}"
        );
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("rollcall handover undo bank 1"), "{hint}");
        assert_eq!(heads(&daemon), before);
    }
    ask(
        &daemon,
        "/v1/handover/undo",
        json!({"tenant": "bank", "id": 1}),
    );
    let body = json!({"user": "rae@bank.example", "to": "ada@bank.example"});
    ask(&daemon, "/v1/handover/start", body);
    let rows = ask(
        &daemon,
        "/v1/handover/export",
        json!({"tenant": "bank", "id": 2}),
    );
    assert_eq!(rows["rows"][0]["to"], "ada@bank.example", "{rows}");
}
