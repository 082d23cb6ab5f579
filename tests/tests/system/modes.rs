//! What a policy's mode lets a sweep do, and what holds a plan back: four eyes, the blast budget, a broken feed.

use super::common::{
    HEADER, Other, accounts, acme, arm, ask, heads, import, open_to_others, plan, possible,
    refused, runs, status, sweep,
};
use rollcall_tests::TestDaemon;
use serde_json::json;
use std::fmt::Write;

const GUEST: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
guest@acme.example,Guest,invited,User,,,2020-01-05,
";

#[test]
fn observing_changes_no_account() {
    let daemon = TestDaemon::start();
    acme(&daemon, GUEST);
    let before = accounts(&daemon, "acme");
    let result = sweep(&daemon, "invitations");
    assert_eq!(
        (
            &result["run"]["state"],
            &result["run"]["planned"],
            &result["run"]["applied"]
        ),
        (&json!("observed"), &json!(1), &json!(0)),
        "{result}"
    );
    assert_eq!(accounts(&daemon, "acme"), before);
    let head = heads(&daemon);
    let again = sweep(&daemon, "invitations");
    assert!(
        again["run"].is_null(),
        "the same report twice is noise: {again}"
    );
    assert_eq!(heads(&daemon), head);
    let fresh = daemon.say(&["policy", "list", "--json"]).ok().json();
    let modes = fresh["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["policy"]["mode"].clone());
    assert_eq!(modes.collect::<Vec<_>>(), vec![json!("observe"); 4]);
}

#[test]
fn a_proposed_run_needs_another_person_to_approve_it() {
    if !possible("a_proposed_run_needs_another_person_to_approve_it", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, GUEST);
    arm(&daemon, "invitations", "approve");
    let result = sweep(&daemon, "invitations");
    assert_eq!(result["run"]["state"], "proposed", "{result}");
    assert_eq!(status(&daemon, "guest@acme.example"), "invited");
    let run = result["run"]["id"].as_str().unwrap();

    let before = heads(&daemon);
    let own = daemon.say(&["run", "approve", run, "--yes"]);
    assert_eq!(own.code, 5, "{own:?}");
    assert!(own.err.contains("four-eyes"), "{own:?}");
    let (code, error) = refused(&daemon, "/v1/run/approve", json!({"run": run}));
    assert_eq!(
        (code, &error["rule"]),
        (403, &json!("four-eyes")),
        "{error}"
    );
    assert_eq!(heads(&daemon), before);

    let bind = [
        "operator",
        "bind",
        "daemon",
        "--person",
        "dee@acme.example",
        "--role",
        "approver",
        "--yes",
    ];
    daemon.say(&bind).ok();
    let other = Other::of(&daemon, 1);
    let denied = other.say(&["sweep", "run", "invitations", "--tenant", "acme", "--yes"]);
    assert_eq!(denied.code, 5, "an approver starts no sweep: {denied:?}");
    let approved = other
        .say(&["run", "approve", run, "--yes", "--json"])
        .ok()
        .json();
    assert_eq!(approved["results"][0]["run"]["state"], "done", "{approved}");
    assert_eq!(status(&daemon, "guest@acme.example"), "expired");
    let shown = daemon.say(&["run", "show", run, "--json"]).ok().json();
    assert_eq!(
        (&shown["run"]["started_by"], &shown["run"]["decided_by"]),
        (&json!("root@localhost"), &json!("daemon"))
    );
    let twice = other.say(&["run", "approve", run, "--yes"]);
    assert_eq!(twice.code, 6, "{twice:?}");
}

#[test]
fn nobody_approves_by_another_login_or_under_a_policy_they_set() {
    if !possible(
        "nobody_approves_by_another_login_or_under_a_policy_they_set",
        &[],
    ) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, GUEST);
    let bind = |os_user: &str, person: &str, role: &str| {
        let bind = ["operator", "bind", os_user, "--person", person];
        daemon
            .say(&[&bind[..], &["--role", role, "--yes"]].concat())
            .ok();
    };
    // Another OS user of the person who starts the run, and somebody who sets the policy.
    bind("bin", "Root@localhost", "approver");
    bind("daemon", "dee@acme.example", "platform_admin");
    let (twin, dee) = (Other::of(&daemon, 2).in_group(1), Other::of(&daemon, 1));
    arm(&daemon, "invitations", "approve");
    let result = sweep(&daemon, "invitations");
    let run = result["run"]["id"].as_str().unwrap();
    let own = twin.say(&["run", "approve", run, "--yes"]);
    assert_eq!(own.code, 5, "{own:?}");
    assert!(
        own.err.contains("four-eyes") && own.err.contains("started this run"),
        "{own:?}"
    );

    let set = ["policy", "set", "invitations", "--tenant", "acme", "--yes"];
    dee.say(&[&set[..], &["--invitation-valid", "9 days"]].concat())
        .ok();
    let result = sweep(&daemon, "invitations");
    let run = result["run"]["id"].as_str().unwrap();
    // Another time of day is not another policy: dee still answers for it.
    daemon
        .say(&[&set[..], &["--schedule", "0 5 1 1 *"]].concat())
        .ok();
    let denied = dee.say(&["run", "approve", run, "--yes"]);
    assert_eq!(denied.code, 5, "{denied:?}");
    assert!(
        denied.err.contains("four-eyes") && denied.err.contains("set the policy"),
        "{denied:?}"
    );
    assert_eq!(status(&daemon, "guest@acme.example"), "invited");
    // Whoever is alone lets the policy act by itself.
    dee.say(&[&set[..], &["--mode", "auto"]].concat()).ok();
    let again = ["sweep", "run", "invitations", "--tenant", "acme", "--yes"];
    dee.say(&again).ok();
    assert_eq!(status(&daemon, "guest@acme.example"), "expired");
}

#[test]
fn a_rejected_run_changes_nothing_and_cannot_be_approved() {
    let daemon = TestDaemon::start();
    acme(&daemon, GUEST);
    arm(&daemon, "invitations", "approve");
    let run = sweep(&daemon, "invitations")["run"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    daemon.say(&["run", "reject", &run[..13], "--yes"]).ok();
    assert_eq!(runs(&daemon, "acme")[0]["state"], "rejected");
    assert_eq!(status(&daemon, "guest@acme.example"), "invited");
    let (code, error) = refused(&daemon, "/v1/run/reject", json!({"run": run}));
    assert_eq!(
        (code, &error["rule"]),
        (409, &json!("run-state")),
        "{error}"
    );
}

/// People who all left the company, in a tenant so small that two suspensions a day are allowed.
fn leavers(count: usize) -> String {
    let mut people =
        String::from("ada@acme.example,Ada,active,User,enrolled,2026-03-01,2025-01-10,\n");
    for n in 0..count {
        writeln!(
            people,
            "l{n}@acme.example,L{n},active,User,enrolled,2026-03-01,2025-01-10,2026-02-28"
        )
        .unwrap();
    }
    people
}

#[test]
fn a_plan_over_the_blast_budget_applies_nothing_and_waits() {
    for (count, state, applied) in [(2, "done", 2), (3, "proposed", 0)] {
        let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
        acme(&daemon, &leavers(count));
        arm(&daemon, "seats", "auto");
        daemon.set_clock("2026-03-15T12:00:00Z");
        let early = plan(&daemon, "seats");
        assert_eq!(
            early["total"], 0,
            "the amnesty lasts fourteen days: {early}"
        );
        daemon.set_clock("2026-03-16T12:00:00Z");
        let result = sweep(&daemon, "seats");
        let run = &result["run"];
        assert_eq!(
            (&run["state"], &run["applied"]),
            (&json!(state), &json!(applied)),
            "{result}"
        );
        let gone =
            (0..count).filter(|n| status(&daemon, &format!("l{n}@acme.example")) == "deactivated");
        assert_eq!(gone.count(), applied);
        if applied == 0 {
            assert!(
                run["held"][0].as_str().unwrap().contains("blast budget"),
                "{result}"
            );
        }
    }
}

#[test]
fn what_was_spent_today_counts_and_tomorrow_is_another_day() {
    let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    acme(&daemon, &leavers(2));
    arm(&daemon, "seats", "auto");
    daemon.set_clock("2026-03-16T12:00:00Z");
    assert_eq!(sweep(&daemon, "seats")["run"]["state"], "done");
    let late = "late@acme.example,Late,active,User,enrolled,2026-03-01,2025-01-10,2026-02-28\n";
    import(&daemon, "people", "acme", &format!("{HEADER}{late}")).ok();
    let held = sweep(&daemon, "seats");
    assert_eq!(held["run"]["state"], "proposed", "{held}");
    daemon.set_clock("2026-03-17T12:00:01Z");
    let next = sweep(&daemon, "seats");
    assert_eq!(next["run"]["state"], "done", "{next}");
    assert_eq!(status(&daemon, "late@acme.example"), "deactivated");
}

#[test]
fn a_broken_feed_holds_inactivity() {
    let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    let people = "ada@acme.example,Ada,active,User,enrolled,2026-03-01,2025-01-10,\n\
        idle@acme.example,Idle,active,User,enrolled,2025-11-01,2025-01-10,\n";
    acme(&daemon, people);
    arm(&daemon, "inactivity", "auto");
    daemon.set_clock("2026-03-20T12:00:00Z");
    let shown = daemon
        .say(&["tenant", "show", "acme", "--json"])
        .ok()
        .json();
    assert!(
        shown["row"]["feed"].as_str().unwrap().contains("too old"),
        "{shown}"
    );
    let held = sweep(&daemon, "inactivity");
    assert_eq!(held["run"]["state"], "proposed", "{held}");
    assert!(
        held["run"]["held"][0].as_str().unwrap().contains("feed"),
        "{held}"
    );
    assert_eq!(status(&daemon, "idle@acme.example"), "active");

    let event =
        r#"{"at":"2026-03-20T08:00:00Z","user":"ada@acme.example","kind":"sign_in","id":"e1"}"#;
    import(&daemon, "signins", "acme", event).ok();
    let acted = ask(
        &daemon,
        "/v1/sweep/run",
        json!({"sweep": "inactivity", "tenant": "acme"}),
    );
    assert_eq!(acted["results"][0]["run"]["state"], "done", "{acted}");
    assert_eq!(status(&daemon, "idle@acme.example"), "suspended");
}

#[test]
fn approving_goes_past_the_blast_budget_only_when_the_run_says_so() {
    if !possible(
        "approving_goes_past_the_blast_budget_only_when_the_run_says_so",
        &[],
    ) {
        return;
    }
    let dir = rollcall_tests::daemon::directory();
    std::fs::write(
        dir.path().join("rollcall.toml"),
        "socket_group = \"daemon\"\n",
    )
    .unwrap();
    let mut daemon = TestDaemon::simulated_over(dir.path(), "2026-03-02T12:00:00Z");
    let idle = "i0@acme.example,I0,active,User,enrolled,2025-06-01,2025-01-10,\n\
        i1@acme.example,I1,active,User,enrolled,2025-06-01,2025-01-10,\n";
    acme(&daemon, &(leavers(2) + idle));
    let bind = ["operator", "bind", "daemon", "--person", "dee@acme.example"];
    daemon
        .say(&[&bind[..], &["--role", "approver", "--yes"]].concat())
        .ok();
    let other = Other::of(&daemon, 1);
    arm(&daemon, "seats", "approve");
    arm(&daemon, "inactivity", "approve");
    daemon.set_clock("2026-03-20T12:00:00Z");
    let event =
        r#"{"at":"2026-03-20T08:00:00Z","user":"ada@acme.example","kind":"sign_in","id":"e1"}"#;
    import(&daemon, "signins", "acme", event).ok();
    // Two a day are allowed, and neither of these is more by itself.
    let propose = |name: &str| {
        let run = sweep(&daemon, name)["run"].clone();
        assert_eq!(
            (&run["state"], &run["planned"]),
            (&json!("proposed"), &json!(2)),
            "{run}"
        );
        (run["id"].as_str().unwrap().to_owned(), run["held"].clone())
    };
    let ((seats, _), (idle, held)) = (propose("seats"), propose("inactivity"));
    assert_eq!(held, json!([]));
    other.say(&["run", "approve", &seats, "--yes"]).ok();
    let over = other.say(&["run", "approve", &idle, "--yes"]);
    assert_eq!(over.code, 6, "{over:?}");
    for part in [
        "rule: blast-budget",
        "the last 24 h used 2",
        "rollcall sweep run inactivity",
    ] {
        assert!(over.err.contains(part), "{part:?} is missing in {over:?}");
    }
    assert_eq!(status(&daemon, "i0@acme.example"), "active");
    // The same again says what it counts; who approves that knows.
    let (anew, held) = propose("inactivity");
    assert!(held[0].as_str().unwrap().contains("blast budget"), "{held}");
    let all = runs(&daemon, "acme");
    let earlier = all.iter().find(|r| r["id"] == json!(idle)).unwrap();
    assert_eq!(earlier["state"], "rejected", "the newer one took its place");
    other.say(&["run", "approve", &anew, "--yes"]).ok();
    assert_eq!(status(&daemon, "i0@acme.example"), "suspended");
}

#[test]
fn a_run_of_a_tenant_one_may_not_see_is_not_there() {
    if !possible("a_run_of_a_tenant_one_may_not_see_is_not_there", &[]) {
        return;
    }
    let (_dir, daemon) = open_to_others();
    acme(&daemon, GUEST);
    arm(&daemon, "invitations", "approve");
    let run = sweep(&daemon, "invitations")["run"]["id"].clone();
    let run = run.as_str().unwrap();
    super::common::create(&daemon, "beta", "rollcall");
    let bind = |role: &str| {
        let bind = ["operator", "bind", "daemon", "--person", "dee@acme.example"];
        daemon
            .say(&[&bind[..], &["--role", role, "--yes"]].concat())
            .ok();
    };
    bind("operator@beta");
    let other = Other::of(&daemon, 1);
    for verb in ["show", "approve", "reject"] {
        let path = format!("/v1/run/{verb}");
        for text in [&run[..8], run] {
            let (code, envelope) = other.ask(&path, &json!({"run": text}));
            assert_eq!(code, 404, "{verb}: {envelope}");
            assert!(!envelope.to_string().contains("acme"), "{envelope}");
        }
    }
    // Who may see it is told what they may not do with it.
    bind("auditor@acme");
    let (code, envelope) = other.ask("/v1/run/approve", &json!({"run": run}));
    assert_eq!(code, 403, "{envelope}");
    other.say(&["run", "show", run]).ok();
}
