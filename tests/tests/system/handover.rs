//! Handing over what a leaver owns: by the vendor's way, once each, confirmed by what an import shows.

use super::common::{ask, heads, import, refused};
use rollcall_tests::programs::{command, run};
use rollcall_tests::{TestDaemon, http, poll};
use serde_json::{Value, json};

const PEOPLE: &str = "email,first_name,status,roles,team,manager,end_date\n\
    boss@T.example,Boss,active,OWNER,,,\n\
    leaver@T.example,Lea,active,MEMBER,Sales,lead@T.example,\n\
    lead@T.example,Leo,active,MEMBER,Law,,\n\
    mate@T.example,Mo,active,MEMBER,Sales,,\n\
    far@T.example,Fa,active,MEMBER,Law,,\n\
    going@T.example,Go,active,MEMBER,Sales,,2099-01-01\n";

/// A tenant with a boss, a leaver, a manager, a mate of the team, somebody else, and somebody who leaves as well.
fn tenant(daemon: &TestDaemon, name: &str, catalog: &str, authority: &str) {
    let (owner, member) = match catalog {
        "iusign" => ("Owner", "User"),
        "onespan" => ("Administrator", "Sender"),
        "ignisign" => ("ORG_OWNER", "ORG_USER"),
        _ => ("Administrator", "Power User"),
    };
    let boss = format!("boss@{name}.example");
    let mut args = vec![
        "tenant",
        "create",
        name,
        "--catalog",
        catalog,
        "--owner",
        &boss,
        "--authority",
        authority,
        "--yes",
    ];
    if catalog == "iusign" {
        args.extend(["--tier", "enterprise"]);
    }
    daemon.say(&args).ok();
    let owner = if authority == "vendor" { owner } else { member };
    let people = PEOPLE
        .replace("@T.", &format!("@{name}."))
        .replace("OWNER", owner)
        .replace("MEMBER", member);
    import(daemon, "people", name, &people).ok();
    if authority != "vendor" {
        daemon
            .say(&["tenant", "owner", "set", name, &boss, "--yes"])
            .ok();
    }
}

/// An asset file with envelopes and their owners.
fn envelopes(owners: &[(&str, &str)]) -> String {
    let rows: String = owners
        .iter()
        .map(|(id, owner)| format!("{id},envelope,sent,{owner}\n"))
        .collect();
    format!("id,kind,state,owner\n{rows}")
}

fn progress(daemon: &TestDaemon) -> Value {
    ask(daemon, "/v1/handover/list", json!({}))["rows"][0]["progress"].clone()
}

fn owns(daemon: &TestDaemon, tenant: &str, email: &str) -> u64 {
    let body = json!({"tenant": tenant, "owner": email, "kind": ["active_envelope"]});
    ask(daemon, "/v1/asset/list", body)["total"]
        .as_u64()
        .unwrap()
}

#[test]
fn a_hand_over_cut_in_two_by_kill_9_is_finished_once() {
    const ENVELOPES: usize = 1_200;
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", "rollcall");
    let rows: String = (0..ENVELOPES)
        .map(|n| format!("e{n},active_envelope,sent,leaver@acme.example\n"))
        .collect();
    import(
        &daemon,
        "assets",
        "acme",
        &format!("id,kind,state,owner\n{rows}"),
    )
    .ok();
    let body = json!({"user": "leaver@acme.example", "to": "mate@acme.example", "step": 1});
    let socket = daemon.socket();
    let asking = std::thread::spawn(move || {
        http::try_post(
            &socket,
            "/v1/handover/start",
            &[],
            body.to_string().as_bytes(),
        )
    });
    let moved = poll("the hand-over to be under way", || {
        let row = &ask(&daemon, "/v1/handover/list", json!({}))["rows"][0];
        row["progress"]["confirmed"].as_u64().filter(|n| *n > 20)
    });
    let dir = daemon.kill();
    asking.join().unwrap();
    assert!(moved < ENVELOPES as u64, "it was over before the kill");

    let daemon = TestDaemon::start_in(dir.path());
    poll("the hand-over to be finished", || {
        let row = &ask(&daemon, "/v1/handover/list", json!({}))["rows"][0];
        (row["handover"]["state"] == "done").then_some(())
    });
    assert_eq!(progress(&daemon), json!({"confirmed": ENVELOPES}));
    assert_eq!(owns(&daemon, "acme", "mate@acme.example"), ENVELOPES as u64);
    assert_eq!(owns(&daemon, "acme", "leaver@acme.example"), 0);
    let shown = daemon
        .say(&["user", "show", "mate@acme.example", "--json"])
        .ok()
        .json();
    assert_eq!(shown["account"]["assets"][0], json!(ENVELOPES));
    // What all batches moved adds up to the envelopes: none moved twice.
    let body = json!({"tenant": "acme", "verb": "handover start", "limit": 1000});
    let journal = ask(&daemon, "/v1/audit/list", body);
    let batches = journal["rows"].as_array().unwrap();
    let told = batches.iter().flat_map(|b| b["lines"].as_array().unwrap());
    let count = |line: &str| line.split_once(" asset")?.0.parse::<usize>().ok();
    let moves = told.filter_map(|line| count(line.as_str()?));
    assert!(
        batches.len() > 20,
        "one at a time before the kill: {}",
        batches.len()
    );
    assert_eq!(moves.sum::<usize>(), ENVELOPES);
    let seq = heads(&daemon)["acme"]["size"].clone();
    ask(
        &daemon,
        "/v1/handover/resume",
        json!({"tenant": "acme", "id": 1}),
    );
    assert_eq!(
        heads(&daemon)["acme"]["size"],
        seq,
        "nothing was left to do"
    );
}

#[test]
fn a_restored_hand_over_rests_until_somebody_resumes_it() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", "rollcall");
    let rows: String = (0..1_200)
        .map(|n| format!("e{n},active_envelope,sent,leaver@acme.example\n"))
        .collect();
    let rows = format!("id,kind,state,owner\n{rows}");
    import(&daemon, "assets", "acme", &rows).ok();
    let body = json!({"user": "leaver@acme.example", "to": "mate@acme.example", "step": 1});
    let socket = daemon.socket();
    let asking = std::thread::spawn(move || {
        let body = body.to_string();
        http::try_post(&socket, "/v1/handover/start", &[], body.as_bytes())
    });
    poll("the hand-over to be under way", || {
        progress(&daemon)["confirmed"].as_u64().filter(|n| *n > 20)
    });
    let file = daemon.dir().join("nightly");
    let file = file.to_str().unwrap();
    daemon.say(&["backup", "create", file]).ok();
    let _dir = daemon.kill();
    asking.join().unwrap();

    let new = rollcall_tests::daemon::directory();
    let store = new.path().join("store.redb");
    let store = store.to_str().unwrap();
    let args = [
        "backup", "restore", file, "--store", store, "--yes", "--json",
    ];
    let report = rollcall_tests::rollcall(new.path(), &args).ok().json();
    assert_eq!(report["handovers_resting"], 1, "{report}");
    let daemon = TestDaemon::start_in(new.path());
    let listed = daemon.say(&["handover", "list"]).ok();
    assert!(listed.out.contains("open, at rest"), "{listed:?}");
    let one = json!({"tenant": "acme", "id": 1});
    let row = ask(&daemon, "/v1/handover/resume", one);
    let handover = &row["handover"];
    assert_eq!(
        (&handover["state"], &handover["resting"]),
        (&json!("done"), &Value::Null)
    );
    let moved = super::common::journal(&daemon, "handover start");
    assert!(moved.len() > 20, "{}", moved.len());
    for batch in moved {
        assert_ne!(batch["actor"]["name"], "rollcalld", "{batch}");
    }
}

#[test]
fn a_vendors_import_confirms_what_was_delivered() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "bank", "iusign", "vendor");
    let (leaver, mate, far) = (
        "leaver@bank.example",
        "mate@bank.example",
        "far@bank.example",
    );
    let all = |a: &str, b: &str, c: &str| envelopes(&[("e1", a), ("e2", b), ("e3", c)]);
    import(&daemon, "assets", "bank", &all(leaver, leaver, leaver)).ok();
    let start = json!({"user": leaver, "to": mate});
    let row = ask(&daemon, "/v1/handover/start", start.clone());
    assert_eq!(
        (&row["handover"]["state"], &row["progress"]),
        (&json!("open"), &json!({"open": 3})),
        "{row}"
    );
    assert_eq!(
        owns(&daemon, "bank", leaver),
        3,
        "nothing is claimed before it is seen"
    );
    let (code, twice) = refused(&daemon, "/v1/handover/start", start);
    assert_eq!(
        (code, &twice["rule"]),
        (409, &json!("handover-open")),
        "{twice}"
    );

    let out = daemon
        .say(&["handover", "export", "bank", "1", "--yes"])
        .ok()
        .out;
    assert_eq!(out.lines().count(), 4, "{out}");
    assert!(
        out.contains("e2,active_envelope,leaver@bank.example,mate@bank.example,"),
        "{out}"
    );
    assert_eq!(progress(&daemon), json!({"delivered": 3}));
    let before = heads(&daemon);
    let again = daemon
        .say(&["handover", "export", "bank", "1", "--yes", "--jsonl"])
        .ok()
        .out;
    assert_eq!(again, "", "what was delivered is not handed out again");
    // The vendor has not come to it yet.
    import(&daemon, "assets", "bank", &all(leaver, leaver, leaver)).ok();
    assert_eq!(heads(&daemon), before);

    let told = import(&daemon, "assets", "bank", &all(mate, far, leaver)).ok();
    assert_eq!(told.json()["confirmed"], 1, "{told:?}");
    assert!(told.out.contains("1 move failed"), "{told:?}");
    assert_eq!(
        progress(&daemon),
        json!({"confirmed": 1, "delivered": 1, "failed": 1})
    );
    import(&daemon, "assets", "bank", &all(mate, far, mate)).ok();
    let row = &ask(&daemon, "/v1/handover/list", json!({}))["rows"][0];
    assert_eq!(row["handover"]["state"], "done", "{row}");
    assert_eq!(owns(&daemon, "bank", mate), 2);

    // Taken back: the vendor has to be told of the way back, and confirms it.
    let undo = json!({"tenant": "bank", "id": 1});
    let row = ask(&daemon, "/v1/handover/undo", undo);
    assert_eq!(row["handover"]["state"], "undone", "{row}");
    assert_eq!(progress(&daemon), json!({"failed": 1, "open": 2}));
    let out = daemon
        .say(&["handover", "export", "bank", "1", "--yes"])
        .ok()
        .out;
    assert!(
        out.contains("e1,active_envelope,mate@bank.example,leaver@bank.example,"),
        "{out}"
    );
    import(&daemon, "assets", "bank", &all(leaver, far, leaver)).ok();
    assert_eq!(progress(&daemon), json!({"confirmed": 2, "failed": 1}));
    assert_eq!(owns(&daemon, "bank", leaver), 2);
}

#[test]
fn what_was_handed_over_here_comes_back_once() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", "rollcall");
    let (leaver, mate) = ("leaver@acme.example", "mate@acme.example");
    let file = envelopes(&[("e1", leaver), ("e2", leaver), ("e3", mate)]);
    import(&daemon, "assets", "acme", &file).ok();
    ask(
        &daemon,
        "/v1/handover/start",
        json!({"user": leaver, "to": mate}),
    );
    assert_eq!(
        (owns(&daemon, "acme", leaver), owns(&daemon, "acme", mate)),
        (0, 3)
    );
    // A file from before takes nothing back.
    let before = heads(&daemon);
    let said = import(&daemon, "assets", "acme", &file).ok();
    assert_eq!(said.json()["conflicts"], 2, "{said:?}");
    assert_eq!(heads(&daemon), before);
    let undo = json!({"tenant": "acme", "id": 1, "dry_run": true});
    let would = ask(&daemon, "/v1/handover/undo", undo);
    assert_eq!(
        (&would["handover"]["state"], &would["progress"]),
        (&json!("undone"), &json!({"undone": 2}))
    );
    assert_eq!(heads(&daemon), before);
    for _ in 0..2 {
        daemon.say(&["handover", "undo", "acme", "1", "--yes"]).ok();
        assert_eq!(
            (owns(&daemon, "acme", leaver), owns(&daemon, "acme", mate)),
            (2, 1)
        );
        assert_eq!(progress(&daemon), json!({"undone": 2}));
    }
    let (code, none) = refused(
        &daemon,
        "/v1/handover/undo",
        json!({"tenant": "acme", "id": 9}),
    );
    assert_eq!(code, 404, "{none}");
}

#[test]
fn a_preview_tells_what_cannot_come_back_and_what_is_still_to_move() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", "rollcall");
    let (leaver, mate) = ("leaver@acme.example", "mate@acme.example");
    let file = envelopes(&[("e1", leaver), ("e2", leaver)]);
    import(&daemon, "assets", "acme", &file).ok();
    let start = json!({"user": leaver, "to": mate});
    ask(&daemon, "/v1/handover/start", start);
    // The successor has given one away since.
    let on = envelopes(&[("e2", "far@acme.example")]);
    import(&daemon, "assets", "acme", &on).ok();
    let named =
        |tenant: &str, dry_run: bool| json!({"tenant": tenant, "id": 1, "dry_run": dry_run});
    let would = ask(&daemon, "/v1/handover/undo", named("acme", true));
    assert_eq!(would["progress"], json!({"failed": 1, "undone": 1}));
    let done = ask(&daemon, "/v1/handover/undo", named("acme", false));
    assert_eq!(done["progress"], would["progress"]);

    // What the leaver got since goes along when it goes on.
    tenant(&daemon, "bank", "iusign", "vendor");
    let (leaver, mate) = ("leaver@bank.example", "mate@bank.example");
    import(&daemon, "assets", "bank", &envelopes(&[("e1", leaver)])).ok();
    let start = json!({"user": leaver, "to": mate});
    ask(&daemon, "/v1/handover/start", start);
    import(&daemon, "assets", "bank", &envelopes(&[("e2", leaver)])).ok();
    let before = heads(&daemon);
    let would = ask(&daemon, "/v1/handover/resume", named("bank", true));
    assert_eq!(would["progress"], json!({"open": 2}));
    assert_eq!(heads(&daemon), before);
    let done = ask(&daemon, "/v1/handover/resume", named("bank", false));
    assert_eq!(done["progress"], would["progress"]);
}

#[test]
fn a_successor_is_proposed_with_reasons_and_checked() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "acme", "iusign", "rollcall");
    let (leaver, mate) = ("leaver@acme.example", "mate@acme.example");
    let file = envelopes(&[("e1", leaver), ("e2", "far@acme.example")])
        + "k1,api_key,,leaver@acme.example\n";
    import(&daemon, "assets", "acme", &file).ok();
    let plan = ask(&daemon, "/v1/handover/plan", json!({"user": leaver}));
    let proposed: Vec<&str> = plan["successors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["email"].as_str().unwrap())
        .collect();
    // The manager, the mate of the team, then who owns least; never who leaves.
    assert_eq!(
        proposed,
        [
            "lead@acme.example",
            mate,
            "boss@acme.example",
            "far@acme.example"
        ],
        "{plan}"
    );
    assert!(
        plan["successors"][0]["because"]
            .as_str()
            .unwrap()
            .starts_with("the leaver's manager")
    );
    assert!(
        plan["successors"][1]["because"]
            .as_str()
            .unwrap()
            .contains("same team Sales")
    );
    assert_eq!(plan["stays"][0][0], "api_key", "{plan}");
    assert!(
        plan["warnings"][0].as_str().unwrap().contains("k1"),
        "{plan}"
    );
    for to in [leaver, "going@acme.example"] {
        let body = json!({"user": leaver, "to": to});
        let (code, error) = refused(&daemon, "/v1/handover/start", body);
        assert_eq!(
            (code, &error["rule"]),
            (409, &json!("successor-available")),
            "{to}"
        );
    }
    let (code, error) = refused(&daemon, "/v1/handover/start", json!({"user": leaver}));
    assert_eq!(code, 400);
    assert!(
        error["hint"]
            .as_str()
            .unwrap()
            .contains("lead@acme.example"),
        "{error}"
    );
}

#[test]
fn the_other_vendors_have_their_own_ways() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "span", "onespan", "rollcall");
    import(
        &daemon,
        "assets",
        "span",
        &envelopes(&[("e1", "leaver@span.example")]),
    )
    .ok();
    let start =
        |t: &str| json!({"user": format!("leaver@{t}.example"), "to": format!("mate@{t}.example")});
    // As with a delegation: others name who acts for a locked account, and for no other.
    let (code, error) = refused(&daemon, "/v1/handover/start", start("span"));
    assert_eq!(
        (code, &error["rule"]),
        (409, &json!("delegate-by")),
        "{error}"
    );
    let locked = json!({"user": "leaver@span.example", "reason": "left"});
    ask(&daemon, "/v1/user/suspend", locked);
    let row = ask(&daemon, "/v1/handover/start", start("span"));
    assert_eq!(
        (&row["handover"]["way"], &row["handover"]["state"]),
        (&json!("delegate"), &json!("done")),
        "{row}"
    );
    assert_eq!(
        owns(&daemon, "span", "leaver@span.example"),
        1,
        "everything stays the leaver's"
    );
    let plan = ask(
        &daemon,
        "/v1/handover/plan",
        json!({"user": "leaver@span.example"}),
    );
    assert!(
        plan["warnings"][0]
            .as_str()
            .unwrap()
            .contains("acts for the leaver"),
        "{plan}"
    );
    ask(
        &daemon,
        "/v1/handover/undo",
        json!({"tenant": "span", "id": 1}),
    );
    let plan = ask(
        &daemon,
        "/v1/handover/plan",
        json!({"user": "leaver@span.example"}),
    );
    assert_eq!(plan["warnings"], json!([]), "the delegation has ended");

    for (name, catalog, rule, way) in [
        (
            "igni",
            "ignisign",
            "handover-not-needed",
            "rollcall user role",
        ),
        (
            "esaw",
            "esignanywhere",
            "handover-at-deletion",
            "rollcall user delete",
        ),
    ] {
        tenant(&daemon, name, catalog, "rollcall");
        let (code, error) = refused(&daemon, "/v1/handover/start", start(name));
        assert_eq!((code, &error["rule"]), (409, &json!(rule)), "{error}");
        assert!(error["hint"].as_str().unwrap().contains(way), "{error}");
        let plan = ask(
            &daemon,
            "/v1/handover/plan",
            json!({"user": format!("leaver@{name}.example")}),
        );
        assert!(
            plan["warnings"][0].as_str().unwrap().contains(way),
            "{plan}"
        );
    }
}

#[test]
fn moves_that_cannot_be_printed_are_told_with_the_way_to_print_them() {
    let daemon = TestDaemon::start();
    tenant(&daemon, "bank", "iusign", "vendor");
    let leaver = "leaver@bank.example";
    import(&daemon, "assets", "bank", &envelopes(&[("e1", leaver)])).ok();
    let start = json!({"user": leaver, "to": "mate@bank.example"});
    ask(&daemon, "/v1/handover/start", start);
    let line = ["handover", "export", "bank", "1", "--yes"];
    let mut command = command(&daemon.socket(), &line);
    command.stdout(std::fs::File::create("/dev/full").unwrap());
    let told = run(command);
    assert_eq!(told.code, 7, "{told:?}");
    let again = "asset list --tenant bank --handover 1 --moved delivered --csv";
    for part in ["1 move delivered, but cannot write the output", again] {
        assert_eq!(told.err.matches(part).count(), 1, "{part:?}: {told:?}");
    }
    let again: Vec<&str> = again.split(' ').collect();
    let again = daemon.say(&again).ok().out;
    assert!(
        again.contains("e1") && again.contains("mate@bank.example"),
        "{again}"
    );
}
