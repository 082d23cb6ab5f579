//! Role catalogs on disk: for new tenants at once, for others on reload as an audited change, a wrong one never.

use super::common::{acme, ask, heads, import};
use rollcall_shared::catalog::builtin;
use rollcall_tests::poll::poll;
use rollcall_tests::{TestDaemon, daemon, http};
use serde_json::{Value, json};

const PEOPLE: &str = "ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,\n\
    vera@acme.example,Vera,active,Viewer,none,2026-02-20,2025-01-10,\n";

fn may_manage_templates(daemon: &TestDaemon) -> bool {
    let body = json!({"user": "vera@acme.example", "permission": "template.use"});
    ask(daemon, "/v1/can", body)["allowed"] == json!(true)
}

fn in_force(daemon: &TestDaemon) -> Value {
    ask(daemon, "/v1/catalog/show", json!({"tenant": "acme"}))["text"].clone()
}

#[test]
fn a_catalog_on_disk_is_adopted_on_reload_and_a_wrong_one_is_not() {
    let dir = daemon::directory();
    std::fs::write(dir.path().join("rollcall.toml"), "").unwrap();
    let daemon = TestDaemon::start_in(dir.path());
    acme(&daemon, PEOPLE);
    let user = "vera@acme.example";
    let open = ask(&daemon, "/v1/session/open", json!({"user": user}));
    assert!(!may_manage_templates(&daemon));
    assert_eq!(in_force(&daemon), json!(builtin("iusign").unwrap()));

    let wider = builtin("iusign").unwrap().replace(
        "    \"audit.view:read_only\",\n",
        "    \"audit.view:read_only\",\n    \"template.use\",\n",
    );
    let file = dir.path().join("catalogs").join("iusign.toml");
    std::fs::create_dir(dir.path().join("catalogs")).unwrap();
    std::fs::write(&file, &wider).unwrap();
    daemon.signal("HUP");
    poll("the catalog to be adopted", || {
        may_manage_templates(&daemon).then_some(())
    });
    let rows = ask(
        &daemon,
        "/v1/audit/list",
        json!({"tenant": "acme", "limit": 1}),
    );
    let line = &rows["rows"][0];
    assert_eq!(line["actor"]["name"], "rollcalld", "{line}");
    let reason = line["reason"].as_str().unwrap();
    assert!(
        reason.contains("role viewer: grant template.use comes"),
        "{reason}"
    );
    let check = json!({"user": user, "manifest": open["manifest"]});
    assert_eq!(
        ask(&daemon, "/v1/session/check", check)["standing"],
        "stale"
    );
    let admin = json!({"user": "ada@acme.example", "manifest": 1});
    let admin = ask(&daemon, "/v1/session/check", admin);
    assert_eq!(
        admin["standing"], "good",
        "roles that mean the same stay: {admin}"
    );

    // A wrong file and one that takes away a role that is held are told, and change nothing.
    let before = heads(&daemon);
    std::fs::write(&file, wider.replace("title = ", "titel = ")).unwrap();
    daemon.signal("HUP");
    poll("the mistake to be told", || {
        daemon.log().contains("titel: unknown key").then_some(())
    });
    let less = wider
        .replace("id = \"viewer\"", "id = \"onlooker\"")
        .replace("label = \"Viewer\"", "label = \"Onlooker\"");
    std::fs::write(&file, less).unwrap();
    daemon.signal("HUP");
    poll("the refusal to be told", || {
        daemon.log().contains("is not adopted").then_some(())
    });
    assert_eq!(heads(&daemon), before);
    assert!(may_manage_templates(&daemon));
    let said = daemon
        .say(&["catalog", "check", file.to_str().unwrap()])
        .ok();
    assert!(said.out.contains("4 roles"), "{}", said.out);
    std::fs::write(&file, "name = 1\n").unwrap();
    let said = daemon.say(&["catalog", "check", file.to_str().unwrap()]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains("iusign.toml, line 1: name: "),
        "{}",
        said.err
    );
}

#[test]
fn a_catalog_that_is_offered_is_seen_and_adopted_by_its_command() {
    let dir = daemon::directory();
    std::fs::write(dir.path().join("rollcall.toml"), "").unwrap();
    let file = dir.path().join("catalogs").join("iusign.toml");
    std::fs::create_dir(dir.path().join("catalogs")).unwrap();
    let text = builtin("iusign").unwrap();
    let wider = text.replace(
        "    \"audit.view:read_only\",\n",
        "    \"audit.view:read_only\",\n    \"template.use\",\n",
    );
    std::fs::write(&file, &wider).unwrap();
    let daemon = TestDaemon::start_in(dir.path());
    acme(&daemon, PEOPLE);
    assert_eq!(in_force(&daemon), json!(wider));
    let offered = || {
        let shown = ask(&daemon, "/v1/tenant/show", json!({"tenant": "acme"}));
        shown["row"]["catalog_offered"].clone()
    };
    assert_eq!(offered(), json!([]));

    // Without its file the text that comes with the program is offered, and nothing is adopted by itself.
    std::fs::remove_file(&file).unwrap();
    daemon.signal("HUP");
    let news = json!(["role viewer: grant template.use goes"]);
    poll("the program's own text to be offered", || {
        (offered() == news).then_some(())
    });
    assert_eq!(in_force(&daemon), json!(wider));
    for args in [&["status"][..], &["tenant", "show", "acme"]] {
        let said = daemon.say(args).ok().out;
        assert!(said.contains("rollcall catalog adopt acme"), "{said}");
    }
    let before = heads(&daemon);
    let dry = daemon
        .say(&["catalog", "adopt", "acme", "--dry-run"])
        .ok()
        .out;
    assert!(
        dry.contains("role viewer: grant template.use goes"),
        "{dry}"
    );
    assert_eq!(heads(&daemon), before);
    daemon.say(&["catalog", "adopt", "acme", "--yes"]).ok();
    assert_eq!((in_force(&daemon), offered()), (json!(text), json!([])));
    assert!(!may_manage_templates(&daemon));
    let after = heads(&daemon);
    daemon.say(&["catalog", "adopt", "acme", "--yes"]).ok();
    assert_eq!(heads(&daemon), after, "what is so already writes nothing");
}

#[test]
fn a_catalog_that_needs_more_seats_than_there_are_is_not_adopted() {
    let dir = daemon::directory();
    std::fs::write(dir.path().join("rollcall.toml"), "").unwrap();
    let daemon = TestDaemon::start_in(dir.path());
    let tenant = json!({"name": "sign", "catalog": "esignanywhere", "tz": "UTC", "authority": "rollcall",
        "owner": "ada@sign.example", "seats": 3});
    ask(&daemon, "/v1/tenant/create", tenant);
    let people = "email,first_name,status,roles\n\
        ada@sign.example,Ada,active,administrator\n\
        vic@sign.example,Vic,active,registered_signer\n\
        eve@sign.example,Eve,deactivated,registered_signer\n\
        max@sign.example,Max,deactivated,registered_signer\n";
    import(&daemon, "people", "sign", people).ok();
    let owner = json!({"tenant": "sign", "owner": "ada@sign.example"});
    ask(&daemon, "/v1/tenant/owner-set", owner);
    let pools = json!({"tenant": "sign", "pools": {"sender": "1", "viewer": "2"}});
    ask(&daemon, "/v1/tenant/set", pools);
    let file = dir.path().join("catalogs").join("esignanywhere.toml");
    std::fs::create_dir(dir.path().join("catalogs")).unwrap();
    let text = builtin("esignanywhere").unwrap();
    let senders = text
        .replace("roles = [\"registered_signer\"]", "roles = [\"api_user\"]")
        .replace(
            "\"api_user\", \"administrator\"]",
            "\"registered_signer\", \"administrator\"]",
        );
    let keeps = text.replace("deactivated = \"none\"", "deactivated = \"used\"");
    // With seats enough in all, who begins to hold one counts in the pool, too.
    for (offered, seats, rule) in [
        (senders, "3", "Sender users"),
        (keeps.clone(), "3", "4 seats"),
        (keeps, "10", "Viewer users"),
    ] {
        assert_ne!(offered, text);
        ask(
            &daemon,
            "/v1/tenant/set",
            json!({"tenant": "sign", "seats": seats}),
        );
        std::fs::write(&file, &offered).unwrap();
        daemon.signal("HUP");
        poll("the catalog to be refused", || {
            let before = heads(&daemon);
            let body = json!({"tenant": "sign"}).to_string();
            let (_, said) = http::post(&daemon.socket(), "/v1/catalog/adopt", &[], &body);
            assert_eq!(heads(&daemon), before);
            let error = &said["error"];
            let what = error["what"].as_str().unwrap_or_default();
            (error["rule"] == "seats" && what.contains(rule)).then_some(())
        });
    }
}
