//! The schedule under a clock that the test moves: sweeps fire by themselves when they are due, and only then.

use super::common::{HEADER, accounts, ask, create, import, name_owner, runs, status};
use rollcall_tests::{TestDaemon, poll};
use serde_json::{Value, json};

const START: &str = "2026-03-02T12:00:00Z";

/// A tenant on Berlin's clock with one overdue invitation, one that is overdue four days later, and the policy armed.
fn prepare(daemon: &TestDaemon) {
    let args = [
        "tenant",
        "create",
        "acme",
        "--catalog",
        "iusign",
        "--owner",
        "ada@acme.example",
        "--tz",
        "Europe/Berlin",
        "--authority",
        "rollcall",
        "--yes",
    ];
    daemon.say(&args).ok();
    let people = "ada@acme.example,Ada,active,User,enrolled,2026-03-01,2025-01-10,\n\
        first@acme.example,First,invited,User,,,2026-01-05,\n\
        second@acme.example,Second,invited,User,,,2026-02-27T08:00:00Z,\n";
    import(daemon, "people", "acme", &format!("{HEADER}{people}")).ok();
    name_owner(daemon);
    daemon
        .say(&[
            "policy",
            "set",
            "invitations",
            "--tenant",
            "acme",
            "--mode",
            "auto",
            "--yes",
        ])
        .ok();
}

/// When the schedule of a sweep was last dealt with.
fn last_due(daemon: &TestDaemon, sweep: &str) -> Option<String> {
    let rows = daemon
        .say(&["sweep", "list", "--tenant", "acme", "--json"])
        .ok()
        .json();
    let row = rows["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["sweep"] == sweep);
    row.unwrap()["last_due"].as_str().map(str::to_owned)
}

fn dealt_with(daemon: &TestDaemon, sweep: &str, due: &str) {
    poll(&format!("{sweep} due {due} to be dealt with"), || {
        (last_due(daemon, sweep).as_deref() == Some(due)).then_some(())
    });
}

/// How often the schedule of the invitations fired, as the platform's journal tells.
fn fired(daemon: &TestDaemon) -> Vec<String> {
    let rows = ask(
        daemon,
        "/v1/audit/list",
        json!({"verb": "sweep run", "limit": 1000}),
    );
    let lines = rows["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| r["journal"] == "platform");
    lines
        .flat_map(|r| r["lines"].as_array().unwrap().clone())
        .map(|line| line.as_str().unwrap().to_owned())
        .filter(|line| line.starts_with("invitations"))
        .collect()
}

#[test]
fn a_sweep_fires_by_itself_at_its_due_time_and_not_before() {
    let mut daemon = TestDaemon::simulated(START);
    prepare(&daemon);
    // One second before four o'clock in Berlin; the two sweeps that are due earlier have had their turn by then.
    daemon.set_clock("2026-03-03T02:59:59Z");
    dealt_with(&daemon, "seats", "2026-03-03T02:30:00Z");
    assert_eq!(last_due(&daemon, "invitations"), None);
    assert_eq!(runs(&daemon, "acme"), Vec::<Value>::new());

    daemon.set_clock("2026-03-03T03:00:00Z");
    let run = poll("the run", || runs(&daemon, "acme").pop());
    assert_eq!(
        (&run["sweep"], &run["trigger"], &run["started_by"]),
        (
            &json!("invitations"),
            &json!({"by": "schedule", "due": "2026-03-03T03:00:00Z"}),
            &json!("schedule")
        )
    );
    // The clock stands still, so a run that had come a second early would say so.
    assert_eq!(run["started_at"], "2026-03-03T03:00:00Z");
    assert_eq!(
        (&run["state"], &run["applied"]),
        (&json!("done"), &json!(1))
    );
    assert_eq!(status(&daemon, "first@acme.example"), "expired");
    assert_eq!(status(&daemon, "second@acme.example"), "invited");

    // The day after nothing is overdue yet: the schedule is dealt with, and no run is recorded.
    daemon.set_clock("2026-03-04T03:00:00Z");
    dealt_with(&daemon, "invitations", "2026-03-04T03:00:00Z");
    assert_eq!(runs(&daemon, "acme").len(), 1);
    assert_eq!(fired(&daemon).len(), 2);
}

#[test]
fn missed_runs_are_made_up_once_after_a_restart_at_a_later_clock() {
    let mut daemon = TestDaemon::simulated(START);
    prepare(&daemon);
    daemon.set_clock("2026-03-03T05:00:00Z");
    dealt_with(&daemon, "mfa", "2026-03-03T03:30:00Z");
    assert_eq!(runs(&daemon, "acme").len(), 1);

    // Down for three nights; on the last of them the second invitation is overdue.
    let dir = daemon.kill();
    let daemon = TestDaemon::simulated_over(dir.path(), "2026-03-06T12:00:00Z");
    dealt_with(&daemon, "mfa", "2026-03-06T03:30:00Z");
    let all = runs(&daemon, "acme");
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(
        all[0]["trigger"],
        json!({"by": "schedule", "due": "2026-03-06T03:00:00Z"})
    );
    assert_eq!(all[0]["started_at"], "2026-03-06T12:00:00Z");
    let made_up = fired(&daemon);
    assert_eq!(
        made_up.len(),
        2,
        "once for three missed nights: {made_up:?}"
    );
    assert_eq!(status(&daemon, "second@acme.example"), "expired");

    // Again at the same clock: nothing is missed any more. The next sweep on the way proves that the schedule runs.
    drop(daemon);
    let mut daemon = TestDaemon::simulated_over(dir.path(), "2026-03-06T12:00:00Z");
    daemon.set_clock("2026-03-07T02:00:00Z");
    dealt_with(&daemon, "inactivity", "2026-03-07T02:00:00Z");
    assert_eq!(runs(&daemon, "acme").len(), 2);
    assert_eq!(fired(&daemon).len(), 2);
}

#[test]
fn two_tenants_follow_their_own_clocks() {
    let mut daemon = TestDaemon::simulated(START);
    prepare(&daemon);
    create(&daemon, "utc", "rollcall");
    let people = "ada@utc.example,Ada,active,User,,2026-03-01,2025-01-10,\n\
        late@utc.example,Late,invited,User,,,2026-01-05,\n";
    import(&daemon, "people", "utc", &format!("{HEADER}{people}")).ok();
    daemon
        .say(&["tenant", "owner", "set", "utc", "ada@utc.example", "--yes"])
        .ok();
    daemon
        .say(&[
            "policy",
            "set",
            "invitations",
            "--tenant",
            "utc",
            "--mode",
            "auto",
            "--yes",
        ])
        .ok();
    daemon.set_clock("2026-03-03T03:59:59Z");
    dealt_with(&daemon, "mfa", "2026-03-03T03:30:00Z");
    assert_eq!(runs(&daemon, "acme").len(), 1);
    assert_eq!(runs(&daemon, "utc").len(), 0);
    daemon.set_clock("2026-03-03T04:00:00Z");
    let run = poll("the run", || runs(&daemon, "utc").pop());
    assert_eq!(run["trigger"]["due"], "2026-03-03T04:00:00Z");
    assert_eq!(accounts(&daemon, "utc").len(), 2);
}

#[test]
fn a_new_schedule_does_not_fire_for_an_instant_that_has_passed() {
    let mut daemon = TestDaemon::simulated(START);
    prepare(&daemon);
    daemon.set_clock("2026-03-03T02:59:59Z");
    dealt_with(&daemon, "seats", "2026-03-03T02:30:00Z");
    // One o'clock in Berlin was three hours ago; the tenant was there already, and no run was made then.
    let at_one = ["policy", "set", "invitations", "--tenant", "acme"];
    daemon
        .say(&[&at_one[..], &["--schedule", "0 1 * * *", "--yes"]].concat())
        .ok();
    // What is due later is dealt with, so what was due earlier would have been.
    daemon.set_clock("2026-03-03T03:30:00Z");
    dealt_with(&daemon, "mfa", "2026-03-03T03:30:00Z");
    assert_eq!(runs(&daemon, "acme"), Vec::<Value>::new());
    daemon.set_clock("2026-03-04T00:00:00Z");
    let run = poll("the run", || runs(&daemon, "acme").pop());
    assert_eq!(run["trigger"]["due"], "2026-03-04T00:00:00Z");
}

#[test]
fn a_reload_that_sets_a_schedule_fires_at_the_new_time_only() {
    let dir = rollcall_tests::daemon::directory();
    let file = dir.path().join("rollcall.toml");
    std::fs::write(&file, "log = \"info\"\n").unwrap();
    let mut daemon = TestDaemon::simulated_over(dir.path(), START);
    prepare(&daemon);
    daemon.set_clock("2026-03-03T02:59:59Z");
    dealt_with(&daemon, "seats", "2026-03-03T02:30:00Z");
    // One o'clock in Berlin has passed today; four o'clock, the old time, comes in a second.
    let text = "[tenant.acme.policy.invitations]\nschedule = \"0 1 * * *\"\n";
    std::fs::write(&file, text).unwrap();
    daemon.signal("HUP");
    let in_force = ["policy", "list", "--tenant", "acme", "--json"];
    poll("the schedule to be adopted", || {
        let rows = daemon.say(&in_force).ok().json()["rows"].clone();
        let rows = rows.as_array().unwrap().iter();
        let mut rows = rows.filter(|row| row["sweep"] == "invitations");
        (rows.next()?["policy"]["schedule"] == "0 1 * * *").then_some(())
    });
    // What is due later is dealt with, so what was due earlier, by either schedule, would have been.
    daemon.set_clock("2026-03-03T03:30:00Z");
    dealt_with(&daemon, "mfa", "2026-03-03T03:30:00Z");
    assert_eq!(runs(&daemon, "acme"), Vec::<Value>::new());
    daemon.set_clock("2026-03-04T00:00:00Z");
    let run = poll("the run", || runs(&daemon, "acme").pop());
    assert_eq!(run["trigger"]["due"], "2026-03-04T00:00:00Z");
    assert_eq!(run["started_at"], "2026-03-04T00:00:00Z");
}
