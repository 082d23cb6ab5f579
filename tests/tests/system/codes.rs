//! Exit codes and what standard error says with them: they are what scripts rest on.

use super::common::{HEADER, acme, import, plan, refused, sweep};
use rollcall_tests::{TestDaemon, daemon, rollcall};
use serde_json::json;

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
guest@acme.example,Guest,invited,User,,,2020-01-05,
";

#[test]
fn without_a_daemon_the_way_to_one_is_told() {
    let dir = daemon::directory();
    let socket = dir.path().join("rollcall.sock");
    for args in [
        ["status"].as_slice(),
        &["user", "list", "--json"],
        &["sweep", "list"],
    ] {
        let said = rollcall(&socket, args);
        assert_eq!(said.code, 8, "{said:?}");
        let start = format!("rollcalld --store PATH --socket {}", socket.display());
        assert!(
            said.err.contains(&start) && said.err.contains("rollcall demo"),
            "{said:?}"
        );
        let asked_for_json = args.contains(&"--json");
        assert_eq!(
            said.out.contains("\"class\":\"unreachable\""),
            asked_for_json,
            "{said:?}"
        );
    }
}

#[test]
fn every_refusal_has_its_exit_code() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let suspend = ["user", "suspend", "guest@acme.example"];
    let cases: [(u8, &[&str], &str); 10] = [
        (2, &["user", "dance"], "dance"),
        (2, &["sweep", "plan", "dust"], "inactivity"),
        (2, &suspend, "--yes"),
        (2, &["--store", "/x", "status"], "--embedded"),
        (
            4,
            &["user", "show", "nobody@acme.example"],
            "user list --search",
        ),
        (
            4,
            &["user", "list", "--tenant", "nowhere"],
            "the tenants are: acme",
        ),
        (4, &["run", "show", "0190a5d4"], "run list"),
        (
            5,
            &[
                "--read-only",
                "user",
                "deactivate",
                "guest@acme.example",
                "--yes",
            ],
            "read-only",
        ),
        (
            6,
            &["user", "suspend", "guest@acme.example", "--yes"],
            "deactivate it",
        ),
        (
            3,
            &[
                "sweep",
                "plan",
                "invitations",
                "--tenant",
                "acme",
                "--exit-code",
            ],
            "",
        ),
    ];
    for (code, args, told) in cases {
        let said = daemon.say(args);
        assert_eq!(said.code, i32::from(code), "{args:?}: {said:?}");
        assert!(
            said.err.contains(told),
            "{args:?}: {told:?} is not told: {said:?}"
        );
    }
}

#[test]
fn a_plan_that_moved_on_is_not_run() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
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
    let hash = plan(&daemon, "invitations")["hash"]
        .as_str()
        .unwrap()
        .to_owned();
    let more = "more@acme.example,More,invited,User,,,2020-01-06,\n";
    import(&daemon, "people", "acme", &format!("{HEADER}{more}")).ok();
    let args = [
        "sweep",
        "run",
        "invitations",
        "--tenant",
        "acme",
        "--yes",
        "--plan",
    ];
    let said = daemon.say(&[&args[..], &[&hash]].concat());
    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.err.contains("stale-plan"), "{said:?}");
    let body = json!({"sweep": "invitations", "tenant": "acme", "plan": hash});
    let (code, error) = refused(&daemon, "/v1/sweep/run", body);
    assert_eq!(
        (code, &error["rule"]),
        (409, &json!("stale-plan")),
        "{error}"
    );
    let now = plan(&daemon, "invitations")["hash"]
        .as_str()
        .unwrap()
        .to_owned();
    daemon.say(&[&args[..], &[&now]].concat()).ok();
    assert!(sweep(&daemon, "invitations")["run"].is_null());
}
