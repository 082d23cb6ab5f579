//! What `user show` says will happen next is what the run of that instant does: a plan that would be held says so.

use super::common::{HEADER, acme, arm, ask, heads, import, runs, sweep};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};

/// What the invitations sweep will do to an account.
fn next(daemon: &TestDaemon, who: &str) -> Value {
    let shown = ask(daemon, "/v1/user/show", json!({"user": who}));
    let mut next = shown["next"].as_array().unwrap().iter();
    let next = next.find(|next| next["sweep"] == "invitations");
    next.unwrap_or_else(|| panic!("nothing is foretold: {shown}"))
        .clone()
}

fn but(daemon: &TestDaemon, who: &str) -> String {
    next(daemon, who)["but"].as_str().unwrap().to_owned()
}

#[test]
fn what_the_budget_would_hold_and_what_waits_for_approval_is_foretold_with_it() {
    let daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    let guest = |n: u32| format!("g{n}@acme.example,Guest,invited,User,,,2026-01-05,\n");
    let two = format!("{}{}", guest(1), guest(2));
    acme(
        &daemon,
        &format!("ada@acme.example,Ada,active,User,,,,\n{two}"),
    );
    arm(&daemon, "invitations", "auto");
    assert_eq!(
        but(&daemon, "g1@acme.example"),
        "",
        "two are within a day's budget"
    );

    import(&daemon, "people", "acme", &format!("{HEADER}{}", guest(3))).ok();
    let before = heads(&daemon);
    let foretold = next(&daemon, "g1@acme.example");
    let over = foretold["but"].as_str().unwrap();
    assert!(
        over.starts_with("blast budget: this plan counts 3 at least"),
        "{foretold}"
    );
    let when = foretold["when"].as_str().unwrap();
    let args = [
        "sweep",
        "plan",
        "invitations",
        "--tenant",
        "acme",
        "--at",
        when,
        "--json",
    ];
    let planned = daemon.say(&args).ok().json()["plans"][0].clone();
    assert!(
        planned["held"].to_string().contains("blast budget"),
        "{planned}"
    );
    assert_eq!(heads(&daemon), before);

    sweep(&daemon, "invitations");
    let run = runs(&daemon, "acme")[0].clone();
    assert_eq!(run["state"], "proposed", "{run}");
    let waits = format!(
        "run {}, held for the blast budget, proposes it now and waits for approval",
        run["id"].as_str().unwrap()
    );
    assert!(but(&daemon, "g1@acme.example").ends_with(&waits), "{waits}");

    // Of a plan that is not over the budget nothing else is said, and where a policy only observes nothing is held.
    arm(&daemon, "invitations", "observe");
    let observed = but(&daemon, "g1@acme.example");
    assert!(
        observed.contains("only observes") && !observed.contains("budget: "),
        "{observed}"
    );
}
