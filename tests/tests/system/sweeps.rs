//! Each of the four sweeps acts on whom it should, and a second run finds nothing and writes nothing.

use super::common::{HEADER, acme, arm, ask, heads, import, plan, runs, status, sweep};
use rollcall_tests::TestDaemon;
use serde_json::{Value, json};
use std::fmt::Write;

const START: &str = "2026-03-02T12:00:00Z";
/// Past every amnesty, and 31 days after the import told who is suspended.
const LATER: &str = "2026-04-02T12:00:00Z";

/// So many that the blast budget of a day lets all four sweeps act: 1 % of 2,000 is 20.
const BUSY: usize = 2_000;

/// A tenant in which each sweep finds somebody, its policies armed, at a clock past their amnesty.
fn ready() -> TestDaemon {
    let mut daemon = TestDaemon::simulated(START);
    let mut people =
        String::from("ada@acme.example,Ada,active,User,enrolled,2026-03-01,2025-01-10,\n");
    for n in 0..BUSY {
        writeln!(
            people,
            "p{n}@acme.example,P{n},active,User,enrolled,2026-03-01,2025-01-10,"
        )
        .unwrap();
    }
    people.push_str(
        "idle@acme.example,Idle,active,User,enrolled,2025-11-01,2025-01-10,\n\
         drowsy@acme.example,Drowsy,active,User,enrolled,2026-01-17T12:00:00Z,2025-01-10,\n\
         left@acme.example,Left,active,User,enrolled,2026-03-01,2025-01-10,2026-02-28\n\
         parked@acme.example,Parked,suspended,User,enrolled,2026-02-01,2025-01-10,\n\
         guest@acme.example,Guest,invited,User,,,2026-01-05,\n",
    );
    people.push_str(BARE);
    acme(&daemon, &people);
    for sweep in ["inactivity", "seats", "invitations", "mfa"] {
        arm(&daemon, sweep, "auto");
    }
    daemon.set_clock(LATER);
    // A second factor that was told long ago is unknown, and a quiet feed holds inactivity: both are told anew.
    import(&daemon, "people", "acme", &format!("{HEADER}{BARE}")).ok();
    let mut events = String::new();
    for n in 0..20 {
        writeln!(
            events,
            r#"{{"at":"2026-04-02T08:00:00Z","user":"p{n}@acme.example","kind":"sign_in","id":"e{n}"}}"#
        )
        .unwrap();
    }
    let told = import(&daemon, "signins", "acme", &events).ok().json();
    assert_eq!(told["added"], 20);
    daemon
}

const BARE: &str = "bare@acme.example,Bare,active,Admin,none,2026-03-01,2025-01-10,\n";

fn kinds(plan: &Value) -> Vec<(String, String)> {
    let actions = plan["actions"].as_array().unwrap().iter();
    actions
        .map(|a| {
            let text = |key: &str| a[key].as_str().unwrap().to_owned();
            (text("email"), text("kind"))
        })
        .collect()
}

/// A sweep, and whom it finds: who, what is done, and the state afterwards.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str, &'static str)],
);

#[test]
fn the_first_plan_of_each_sweep_acts_and_the_second_is_empty() {
    let daemon = ready();
    let cases: [Case; 4] = [
        (
            "inactivity",
            &[
                ("idle", "suspend", "suspended"),
                ("drowsy", "warn", "active"),
            ],
        ),
        (
            "seats",
            &[
                ("left", "deactivate", "deactivated"),
                ("parked", "deactivate", "deactivated"),
            ],
        ),
        ("invitations", &[("guest", "expire", "expired")]),
        ("mfa", &[("bare", "suspend", "suspended")]),
    ];
    for (name, whom) in cases {
        let first = plan(&daemon, name);
        assert_eq!(first["held"], json!([]), "{name}: {first}");
        let expected: Vec<_> = whom
            .iter()
            .map(|(who, kind, _)| (format!("{who}@acme.example"), (*kind).to_owned()))
            .collect();
        assert_eq!(kinds(&first), expected, "{name}");

        let result = sweep(&daemon, name);
        let run = &result["run"];
        assert_eq!(
            (&run["state"], &run["applied"], &run["skipped"]),
            (&json!("done"), &first["total"], &json!(0)),
            "{name}: {result}"
        );
        for (who, _, after) in whom {
            assert_eq!(
                status(&daemon, &format!("{who}@acme.example")),
                *after,
                "{name}"
            );
        }

        let before = (heads(&daemon), runs(&daemon, "acme").len());
        assert_eq!(plan(&daemon, name)["total"], 0, "{name}");
        let again = sweep(&daemon, name);
        assert!(again["run"].is_null(), "{name}: {again}");
        // Also when nobody looked at the plan before.
        let asked = ask(
            &daemon,
            "/v1/sweep/run",
            json!({"sweep": name, "tenant": "acme"}),
        );
        assert!(asked["results"][0]["run"].is_null(), "{name}: {asked}");
        assert_eq!(
            (heads(&daemon), runs(&daemon, "acme").len()),
            before,
            "{name}"
        );
    }
    assert_eq!(status(&daemon, "ada@acme.example"), "active");
    assert_eq!(status(&daemon, "p0@acme.example"), "active");
    daemon.say(&["audit", "verify"]).ok();
}

#[test]
fn a_preview_for_another_day_writes_nothing() {
    let daemon = ready();
    let before = heads(&daemon);
    let args = [
        "sweep",
        "plan",
        "inactivity",
        "--tenant",
        "acme",
        "--at",
        "2026-06-30",
        "--json",
    ];
    let later = daemon.say(&args).ok().json();
    assert!(
        later["plans"][0]["total"].as_u64().unwrap() > BUSY as u64,
        "by then everybody is idle"
    );
    assert_eq!(heads(&daemon), before);
}

#[test]
fn a_plan_for_a_date_is_for_the_tenants_own_day() {
    let daemon = TestDaemon::simulated(START);
    let create = ["tenant", "create", "acme", "--catalog", "iusign"];
    let more = [
        "--owner",
        "ada@acme.example",
        "--tz",
        "America/Los_Angeles",
        "--yes",
    ];
    daemon.say(&[&create[..], &more].concat()).ok();
    let at = [
        "sweep", "plan", "seats", "--tenant", "acme", "--json", "--at",
    ];
    let planned = |at_when: &str| {
        let said = daemon.say(&[&at[..], &[at_when]].concat());
        said.ok().json()["plans"][0]["at"].clone()
    };
    assert_eq!(planned("2026-06-30"), "2026-06-30T07:00:00Z");
    assert_eq!(planned("2026-06-30T00:00:00Z"), "2026-06-30T00:00:00Z");
}
