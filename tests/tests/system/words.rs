//! What the command line says and how it is asked: names and days as the tenant knows them, pages, verbs, dry runs.

use super::common::{HEADER, acme, ask, heads, import, journal, refused};
use rollcall_tests::programs::command;
use rollcall_tests::{TestDaemon, poll};
use serde_json::json;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

const ADA: &str = "ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,\n";

#[test]
fn the_platform_journal_has_pages_and_verbs_are_known_as_they_are_typed() {
    let daemon = TestDaemon::start();
    acme(&daemon, ADA);
    let page = |more: &[&str]| {
        let args = [&["audit", "list", "--platform", "--json"], more].concat();
        let rows = daemon.say(&args).ok().json()["rows"].clone();
        let seqs = rows.as_array().unwrap().iter().map(|row| {
            assert_eq!(row["journal"], "platform");
            row["seq"].as_u64().unwrap()
        });
        seqs.collect::<Vec<_>>()
    };
    let all = page(&[]);
    assert!(all.len() >= 2, "{all:?}");
    let newest = all[0].to_string();
    assert_eq!(page(&["--before", &newest]), all[1..]);
    let both = json!({"platform": true, "tenant": "acme", "limit": 1});
    assert_eq!(refused(&daemon, "/v1/audit/list", both).0, 400);

    let typed = ["tenant owner set", "tenant owner-set", " Tenant  OWNER set"];
    for verb in typed {
        assert_eq!(journal(&daemon, verb).len(), 1, "{verb:?}");
    }
    assert_eq!(journal(&daemon, "tenant owner").len(), 0);
}

#[test]
fn days_and_teams_are_named_as_the_tenant_knows_them() {
    let mut daemon = TestDaemon::simulated("2026-03-02T12:00:00Z");
    let create = "tenant create acme --catalog iusign --tier enterprise --owner ada@acme.example --tz Pacific/Auckland \
                  --authority rollcall --yes";
    daemon.say(&create.split(' ').collect::<Vec<_>>()).ok();
    // Late in the day in UTC: in Auckland the next has begun.
    let people = "email,first_name,status,roles,team,last_login,created,invited_at\n\
        ada@acme.example,Ada,active,User,Legal,2026-03-01T20:00:00Z,2025-01-10,\n\
        guest@acme.example,Guest,invited,User,Legal,,2026-02-01T20:00:00Z,2026-02-01T20:00:00Z\n";
    import(&daemon, "people", "acme", people).ok();
    let owner = ["tenant", "owner", "set", "acme", "ada@acme.example"];
    daemon.say(&[&owner[..], &["--yes"]].concat()).ok();

    let list = daemon.say(&["user", "list"]).ok().out;
    assert!(
        list.contains("2026-03-02") && !list.contains("2026-03-01"),
        "{list}"
    );
    let csv = daemon.say(&["user", "list", "--csv"]).ok().out;
    assert!(csv.contains("2026-03-01T20:00:00Z"), "{csv}");
    let shown = daemon.say(&["user", "show", "ada@acme.example"]).ok().out;
    assert!(
        shown.contains("team Legal") && !shown.contains("scope"),
        "{shown}"
    );
    let audit = daemon.say(&["audit", "list", "--tenant", "acme"]).ok().out;
    assert!(
        audit.contains("team Legal") && !audit.contains("team scope"),
        "{audit}"
    );

    daemon.set_clock("2026-03-20T12:00:00Z");
    let body = json!({"sweep": "invitations", "tenant": "acme"});
    let plan = ask(&daemon, "/v1/sweep/plan", body)["plans"][0].clone();
    let why = plan["actions"][0]["why"].as_str().unwrap();
    assert!(why.starts_with("invited on 2026-02-02,"), "{why}");
}

#[test]
fn rows_are_set_aside_in_the_order_of_the_file_whoever_refuses_them() {
    let daemon = TestDaemon::start();
    acme(&daemon, ADA);
    let people = "email,first_name,status,roles\n\
        one@acme.example,One,active,Wizard\n\
        two,Two,active,User\n\
        three@acme.example,Three,active,Wizard\n\
        four@acme.example,Four,dancing,User\n";
    assert_eq!(import(&daemon, "people", "acme", people).code, 7);
    let aside = daemon.dir().join("people.rejected.csv");
    let aside = std::fs::read_to_string(aside).unwrap();
    let lines: Vec<&str> = aside
        .lines()
        .filter_map(|line| line.split(',').next())
        .collect();
    assert_eq!(lines, ["line", "2", "3", "4", "5"], "{aside}");
}

#[test]
fn a_dry_run_writes_nothing_and_is_not_partly_done() {
    let daemon = TestDaemon::start();
    acme(&daemon, ADA);
    let file = daemon.dir().join("people.csv");
    let people =
        "email,first_name,status,roles\nnew@acme.example,New,active,User\nbad,Bad,active,User\n";
    std::fs::write(&file, people).unwrap();
    let before = heads(&daemon);
    let look = [
        "import",
        "people",
        file.to_str().unwrap(),
        "--tenant",
        "acme",
        "--dry-run",
    ];
    for (more, code) in [(&[][..], 0), (&["--exit-code"], 3)] {
        let said = daemon.say(&[&look[..], more].concat());
        assert_eq!(said.code, code, "{said:?}");
        assert!(
            said.out.contains("a dry run") && said.err.contains("line 3"),
            "{said:?}"
        );
    }
    let owner = ["tenant", "owner", "set", "acme"];
    let again = daemon.say(&[&owner[..], &["ada@acme.example", "--dry-run"]].concat());
    assert!(again.out.contains("owner of acme already"), "{again:?}");
    let nobody = daemon.say(&[&owner[..], &["nobody@acme.example", "--dry-run"]].concat());
    assert_eq!(nobody.code, 4, "{nobody:?}");
    assert_eq!(heads(&daemon), before);
}

#[test]
fn naming_the_first_owner_can_be_tried_dry() {
    let daemon = TestDaemon::start();
    super::common::create(&daemon, "acme", "rollcall");
    import(
        &daemon,
        "people",
        "acme",
        &format!("{}{ADA}", super::common::HEADER),
    )
    .ok();
    let before = heads(&daemon);
    let owner = ["tenant", "owner", "set", "acme", "ada@acme.example"];
    let would = daemon.say(&[&owner[..], &["--dry-run"]].concat()).ok();
    assert!(would.out.contains("would be owner of acme"), "{would:?}");
    let named = would.out.contains("<ada@acme.example>") && !would.out.contains("account 1-");
    assert!(named, "who is meant is told by name: {would:?}");
    assert_eq!(heads(&daemon), before);
    daemon.say(&[&owner[..], &["--yes"]].concat()).ok();
    assert_ne!(heads(&daemon), before);
}

#[test]
fn an_interrupted_command_ends_with_130() {
    let daemon = TestDaemon::start();
    acme(&daemon, ADA);
    let waits = ["import", "people", "-", "--tenant", "acme", "--yes"];
    let mut command = command(&daemon.socket(), &waits);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let pid = child.id().to_string();
    poll("the command to mind interrupts", || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let caught = status
            .lines()
            .find_map(|line| line.strip_prefix("SigCgt:"))?;
        let caught = u64::from_str_radix(caught.trim(), 16).ok()?;
        (caught & 0b10 != 0).then_some(())
    });
    // A signal between the handler and the first listener is heard by nobody: it is sent again.
    poll("the command to end", || {
        let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert!(sent.success());
        child.try_wait().unwrap()
    });
    let ended = child.wait_with_output().unwrap();
    assert_eq!(
        (ended.status.code(), ended.status.signal()),
        (Some(130), None)
    );
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "interrupted\n");
}

#[test]
fn a_role_that_there_is_not_and_a_reserved_name_are_told_with_the_way_out() {
    let daemon = TestDaemon::start();
    acme(&daemon, ADA);
    let said = daemon.say(&["user", "list", "--tenant", "acme", "--role", "ownr"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(
        said.err.contains("no role \"ownr\"") && said.err.contains("owner"),
        "{said:?}"
    );
    daemon
        .say(&["user", "list", "--tenant", "acme", "--role", "admin"])
        .ok();
    let create = ["tenant", "create", "platform", "--catalog", "iusign"];
    let owner = ["--owner", "ada@acme.example", "--yes"];
    let said = daemon.say(&[&create[..], &owner].concat());
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("tenant-name-reserved"), "{said:?}");
}

#[test]
fn pages_call_roles_by_their_names_and_tell_times_on_the_tenants_clock() {
    let daemon = TestDaemon::start();
    let args = [
        "tenant",
        "create",
        "acme",
        "--catalog",
        "iusign",
        "--seats",
        "10",
        "--owner",
        "ada@acme.example",
        "--tz",
        "Asia/Tokyo",
        "--yes",
    ];
    daemon.say(&args).ok();
    import(&daemon, "people", "acme", &format!("{HEADER}{ADA}")).ok();
    let say = |line: &str| {
        let args: Vec<&str> = line.split(' ').collect();
        daemon.say(&args).ok()
    };
    say("review open acme --silence keep --yes");
    for line in ["person show ada@acme.example", "review show acme"] {
        let people = say(line).out;
        assert!(people.contains("User"), "{people}");
        let programs = say(&format!("{line} --json")).out;
        assert!(programs.contains("\"roles\":[\"user\"]"), "{programs}");
    }
    for line in ["review show acme", "sweep plan mfa --tenant acme"] {
        let people = say(line).out;
        assert!(people.contains(" +09:00"), "{people}");
    }
}
