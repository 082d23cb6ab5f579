//! A run of many steps is cut off by `kill -9` between two of them, and goes on under its id.

use super::common::{acme, arm, ask, runs};
use rollcall_shared::domain::{AccountId, Fact, codec};
use rollcall_tests::{TestDaemon, audit, http, poll};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

const NOW: &str = "2026-03-02T12:00:00Z";
const ADMINS: usize = 600;

/// How often a change of each account stands in the journals of a store under a run.
fn applied(store: &Path, run: &str) -> BTreeMap<AccountId, usize> {
    let mut times = BTreeMap::new();
    for (_, _, bytes) in audit::batches(store) {
        let batch = codec::decode(&bytes).unwrap();
        if batch.header.run.map(|run| run.to_string()).as_deref() != Some(run) {
            continue;
        }
        for entry in &batch.entries {
            if let Fact::Account { account, .. } = entry.fact {
                *times.entry(account).or_default() += 1;
            }
        }
    }
    times
}

#[test]
fn a_run_cut_off_between_two_steps_goes_on_under_its_id_and_applies_every_action_once() {
    let daemon = TestDaemon::stepwise(NOW, 1);
    let mut people = String::from("ada@acme.example,Ada,active,User,,2026-03-01,2025-01-10,\n");
    for n in 0..ADMINS {
        writeln!(
            people,
            "a{n}@acme.example,A{n},active,Admin,none,,2026-01-05,"
        )
        .unwrap();
    }
    acme(&daemon, &people);
    // To be warned of the mandate: no day's budget bounds how many are told.
    arm(&daemon, "mfa", "auto");

    // The caller never hears the end of it.
    let socket = daemon.socket();
    let caller = std::thread::spawn(move || {
        let body = json!({"sweep": "mfa", "tenant": "acme"}).to_string();
        http::try_post(&socket, "/v1/sweep/run", &[], body.as_bytes())
    });
    let list = json!({"tenant": "acme"});
    let begun = poll("the run to be under way", || {
        let rows = ask(&daemon, "/v1/run/list", list.clone());
        let run = rows["rows"].as_array()?.first()?.clone();
        assert_eq!(
            run["state"], "running",
            "it was over before it could be cut off"
        );
        (run["applied"].as_u64()? >= 3).then_some(run)
    });
    let refused = daemon.say(&["sweep", "run", "mfa", "--tenant", "acme", "--yes"]);
    assert_eq!(refused.code, 6, "{refused:?}");
    assert!(
        refused.err.contains("run-under-way")
            && refused.err.contains(begun["id"].as_str().unwrap()),
        "{refused:?}"
    );
    let dir = daemon.kill();
    assert_eq!(caller.join().unwrap(), None, "the run was not cut off");

    let daemon = TestDaemon::stepwise_over(dir.path(), NOW, 100);
    let done = poll("the run to be resumed", || {
        let all = runs(&daemon, "acme");
        assert_eq!(all.len(), 1, "another run took its place: {all:?}");
        (all[0]["state"] == "done").then(|| all[0].clone())
    });
    assert_eq!(done["id"], begun["id"]);
    assert_eq!(
        (&done["applied"], &done["skipped"]),
        (&json!(ADMINS), &json!(0))
    );
    daemon.say(&["audit", "verify"]).ok();
    let store = daemon.store();
    drop(daemon);
    let times = applied(&store, done["id"].as_str().unwrap());
    assert_eq!(times.len(), ADMINS);
    assert!(times.values().all(|n| *n == 1), "{times:?}");
}
