//! What the command line confirms is done: also changes that have no line of differences to show.

use super::common::{acme, arm, ask, heads, import, sweep};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// A tenant that ada owns, with bo in it; every decision is effective at once.
fn tenant(daemon: &TestDaemon, name: &str, catalog: &str, owner: &str, other: &str) {
    let body = json!({
        "name": name, "catalog": catalog, "seats": 10, "owner": format!("ada@{name}.example"), "tz": "UTC",
        "authority": "rollcall",
    });
    ask(daemon, "/v1/tenant/create", body);
    let people = format!(
        "email,first_name,last_name,status,roles\n\
        ada@{name}.example,Ada,Lee,active,{owner}\n\
        bo@{name}.example,Bo,Lee,active,{other}\n"
    );
    import(daemon, "people", name, &people).ok();
    let owner = json!({"tenant": name, "owner": format!("ada@{name}.example")});
    ask(daemon, "/v1/tenant/owner-set", owner);
}

/// Says a command, with `--yes`, and gives how far the tenant's journal went with it.
fn moved(daemon: &TestDaemon, tenant: &str, args: &str) -> u64 {
    let seq = || heads(daemon)[tenant]["seq"].as_u64().unwrap();
    let before = seq();
    let said = daemon.say(&args.split(' ').chain(["--yes"]).collect::<Vec<_>>());
    assert!(!said.clone().ok().out.contains("would"), "{args}: {said:?}");
    seq() - before
}

#[test]
fn what_is_confirmed_is_written_though_no_difference_is_shown() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", "User", "User");
    tenant(
        &daemon,
        "sign",
        "esignanywhere",
        "administrator",
        "registered_signer",
    );
    let invite = |tenant: &str, role: &str| {
        let body = json!({
            "tenant": tenant, "email": format!("jo@{tenant}.example"), "first_name": "Jo", "last_name": "Lee",
            "roles": [role],
        });
        ask(&daemon, "/v1/user/invite", body)
    };
    invite("acme", "User");
    invite("sign", "registered_signer");
    for (tenant, args) in [
        ("acme", "user resend jo@acme.example"),
        ("sign", "user accept jo@sign.example --activated-only"),
        (
            "acme",
            "ownership start acme bo@acme.example --replace --reason gone",
        ),
        ("acme", "ownership cancel acme 1"),
        ("acme", "review open acme --silence keep"),
        ("acme", "review answer acme keep bo@acme.example"),
        ("acme", "review close acme --early"),
    ] {
        assert_eq!(moved(&daemon, tenant, args), 1, "{args}");
    }
    let transfers = ask(&daemon, "/v1/ownership/list", json!({"tenant": "acme"}));
    assert_eq!(
        transfers["rows"][0]["transfer"]["state"], "cancelled",
        "{transfers}"
    );
}

#[test]
fn where_nothing_is_to_do_nothing_is_asked_and_nothing_written() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", "User", "User");
    let before = heads(&daemon);
    let edit = [
        "user",
        "edit",
        "bo@acme.example",
        "--first-name",
        "Bo",
        "--yes",
        "--json",
    ];
    let said = daemon.say(&edit).ok().json();
    assert_eq!(
        (&said["nothing"], &said["seq"]),
        (&json!(true), &Value::Null),
        "{said}"
    );
    assert_eq!(heads(&daemon), before);
}

#[test]
fn a_deletion_asks_by_name_and_address_and_the_record_has_both_login_names() {
    let daemon = TestDaemon::start();
    tenant(
        &daemon,
        "sign",
        "esignanywhere",
        "administrator",
        "registered_signer",
    );
    let on = json!({"tenant": "sign", "enable": ["on_premise"]});
    ask(&daemon, "/v1/tenant/set", on);
    let logins = json!({"user": "bo@sign.example", "username": "bo.lee", "sid": "S-1-5-21-7"});
    ask(&daemon, "/v1/user/edit", logins);
    let shown = daemon.say(&["user", "show", "bo@sign.example"]).ok().out;
    assert!(
        shown.contains("bo.lee") && shown.contains("S-1-5-21-7"),
        "{shown}"
    );
    let would = daemon.say(&[
        "user",
        "delete",
        "bo@sign.example",
        "--assets-unknown",
        "--dry-run",
    ]);
    let would = would.ok().out;
    assert!(would.contains("Bo Lee, bo@sign.example"), "{would}");
    let gone = ask(
        &daemon,
        "/v1/user/delete",
        json!({"user": "bo@sign.example", "assets_unknown": true}),
    );
    assert!(!gone["message"].to_string().contains("bo@"), "{gone}");
}

#[test]
fn what_was_changed_tells_where_the_journal_has_it() {
    let daemon = TestDaemon::start();
    let guest = "guest@acme.example,Guest,invited,User,,,2020-01-05,\n";
    acme(
        &daemon,
        &format!("ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,\n{guest}"),
    );
    arm(&daemon, "invitations", "approve");
    let last = || heads(&daemon)["acme"]["seq"].as_u64().unwrap();
    let run = sweep(&daemon, "invitations");
    assert_eq!(run["seqs"], json!([last(), last()]), "{run}");
    let id = run["run"]["id"].as_str().unwrap();
    let told = daemon.say(&["run", "reject", id, "--yes"]).ok().out;
    let place = format!("acme/{}", last());
    assert!(told.contains(&place), "{place}: {told}");
    let line = ["user", "suspend", "ada@acme.example", "--dry-run"];
    assert!(!daemon.say(&line).out.contains("audit id"));
    let line = [
        "user",
        "edit",
        "guest@acme.example",
        "--first-name",
        "Gast",
        "--last-name",
        "Lee",
        "--yes",
    ];
    let told = daemon.say(&line).ok().out;
    assert!(told.contains(&format!("audit id {}", last())), "{told}");
}

#[test]
fn a_binding_is_previewed_and_nothing_is_bound() {
    let daemon = TestDaemon::start();
    let before = heads(&daemon);
    let line = [
        "operator",
        "bind",
        "daemon",
        "--person",
        "d@acme.example",
        "--role",
        "auditor",
        "--dry-run",
    ];
    let told = daemon.say(&line).ok().out;
    for part in [
        "would be bound",
        "person: (none) → d@acme.example",
        "roles: (none) → auditor",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(heads(&daemon), before);
    let listed = daemon.say(&["operator", "list", "--json"]).ok().out;
    assert!(!listed.contains("d@acme.example"), "{listed}");
}

#[test]
fn a_list_of_nothing_says_so_and_how_to_make_one() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "onespan", "Administrator", "Sender");
    for (line, part) in [
        ("delegation list", "rollcall delegation set"),
        ("handover list", "rollcall handover start"),
        ("review list", "rollcall review open"),
        ("ownership list", "rollcall ownership start"),
        ("invitation list", "rollcall user invite"),
        ("group list --tenant acme", "rollcall group set"),
        ("run list", "rollcall sweep run"),
        ("asset list --tenant acme", "rollcall import assets"),
        ("order list", "what is decided in a vendor's tenant"),
        ("audit list --tenant acme --verb nothing", "without --verb"),
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let said = daemon.say(&args).ok();
        assert_eq!(said.out, "", "{line}: {said:?}");
        assert_eq!(said.err.lines().count(), 1, "{line}: {said:?}");
        assert!(said.err.contains(part), "{line}: {said:?}");
        let quiet = daemon.say(&[&args[..], &["--quiet"]].concat()).ok();
        assert_eq!(quiet.err, "", "{line}");
    }
}

#[test]
fn every_verb_that_changes_something_tells_where_the_journal_has_it() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", "User", "User");
    tenant(&daemon, "span", "onespan", "Administrator", "Sender");
    let asset = "id,kind,state,owner\ne1,envelope,sent,bo@acme.example\n";
    import(&daemon, "assets", "acme", asset).ok();
    let seq = |tenant: &str| heads(&daemon)[tenant]["seq"].as_u64().unwrap();
    for (tenant, line) in [
        (
            "acme",
            "policy set invitations --tenant acme --mode approve",
        ),
        ("acme", "tenant set acme --seats 12"),
        ("acme", "tenant set acme --tier enterprise"),
        (
            "acme",
            "conflict set apart --tenant acme --one viewer --other admin --why audit",
        ),
        ("acme", "user edit bo@acme.example --first-name Bob"),
        ("acme", "user role bo@acme.example --set viewer"),
        (
            "acme",
            "handover start bo@acme.example --to ada@acme.example",
        ),
        ("acme", "handover undo acme 1"),
        ("acme", "user suspend bo@acme.example"),
        ("acme", "user reactivate bo@acme.example"),
        ("acme", "review open acme --silence keep"),
        ("acme", "review close acme --early"),
        (
            "span",
            "role create reporter --tenant span --grant sender_admin.reports",
        ),
        ("span", "role edit reporter --tenant span --label Reporter"),
        ("span", "role delete reporter --tenant span"),
        (
            "platform",
            "operator bind daemon --person d@acme.example --role auditor",
        ),
        ("platform", "operator unbind daemon"),
    ] {
        let before = seq(tenant);
        let said = daemon.say(&line.split(' ').chain(["--yes"]).collect::<Vec<_>>());
        let told = said.ok().out;
        let after = seq(tenant);
        assert!(after > before, "{line} changed nothing: {told}");
        let audit = (before + 1..=after).map(|seq| format!("audit id {seq}"));
        assert!(
            audit
                .into_iter()
                .any(|id| told.lines().any(|l| l.trim() == id)),
            "{line}: {told}"
        );
    }
}

#[test]
fn times_are_told_on_the_tenants_clock_and_roles_by_their_labels() {
    let daemon = TestDaemon::start();
    let body = json!({
        "name": "tokyo", "catalog": "iusign", "seats": 10, "owner": "ada@tokyo.example", "tz": "Asia/Tokyo",
        "authority": "vendor",
    });
    ask(&daemon, "/v1/tenant/create", body);
    let people = "email,first_name,status,roles\nada@tokyo.example,Ada,active,Owner\n";
    import(&daemon, "people", "tokyo", people).ok();
    let asset = "id,kind,state,owner\nk1,api_key,,ada@tokyo.example\n";
    import(&daemon, "assets", "tokyo", asset).ok();
    for line in [
        "sweep list",
        "asset list --tenant tokyo",
        "user show ada@tokyo.example",
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let told = daemon.say(&args).ok().out;
        assert!(
            told.contains("(Asia/Tokyo)") && told.contains("+09:00"),
            "{line}: {told}"
        );
    }
    let json = daemon
        .say(&["asset", "list", "--tenant", "tokyo", "--json"])
        .ok()
        .json();
    let seen = json["rows"][0]["asset"]["seen"].as_str().unwrap();
    assert!(seen.ends_with('Z'), "{json}");
    let roles = |more: &str| {
        let list = ["user", "list", "--columns", "email,roles", more];
        daemon.say(&list).ok().out
    };
    let (people, csv, json) = (roles("--no-input"), roles("--csv"), roles("--json"));
    assert!(people.contains("Owner"), "{people}");
    assert!(csv.contains(",owner") && !csv.contains("Owner"), "{csv}");
    assert!(json.contains("\"owner\""), "{json}");
}
