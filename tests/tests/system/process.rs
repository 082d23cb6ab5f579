//! The daemon as a process: one holder of a store, one listener at a socket, signals, settings.

use super::common::{HEADER, acme, create, heads, import, journal};
use rollcall_tests::programs::{command, run};
use rollcall_tests::{Said, TestDaemon, daemon, poll, program, rollcall};
use serde_json::json;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::process::{Command, Stdio};

const ADA: &str = "ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,\n";

/// Starts `rollcalld` with these arguments, which must end it by itself.
fn rollcalld(args: &[&str]) -> Said {
    let mut command = Command::new(program("rollcalld"));
    // A daemon that wrongly goes on is ended, and then its code is wrong.
    command
        .args(args)
        .env_remove("ROLLCALL_CONFIG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        poll("rollcalld to refuse", || child.try_wait().unwrap())
    }));
    if ended.is_err() {
        child.kill().unwrap();
    }
    let output = child.wait_with_output().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_second_holder_of_a_store_is_refused_and_told_who_the_first_is() {
    let daemon = TestDaemon::start();
    acme(&daemon, ADA);
    let store = daemon.store();
    let first = format!("rollcalld (pid {})", daemon.pid());
    let elsewhere = daemon.dir().join("elsewhere.sock");
    let second = rollcalld(&["--store", text(&store), "--socket", text(&elsewhere)]);
    assert_eq!(second.code, 1, "{second:?}");
    assert!(
        second.err.contains(&first),
        "{first} is not named: {second:?}"
    );
    assert!(!elsewhere.exists());

    let embedded = rollcall(
        Path::new("/nowhere"),
        &["--embedded", "--store", text(&store), "user", "list"],
    );
    assert_eq!(embedded.code, 6, "{embedded:?}");
    assert!(
        embedded.err.contains(&first) && embedded.err.contains("store-held"),
        "{first} is not named: {embedded:?}"
    );
    daemon.say(&["user", "show", "ada@acme.example"]).ok();
}

#[test]
fn an_embedded_daemon_opens_a_store_that_nobody_holds() {
    let mut daemon = TestDaemon::start();
    acme(&daemon, ADA);
    daemon.signal("TERM");
    assert_eq!(daemon.ended(), Some(0));
    let store = daemon.store();
    let args = [
        "--embedded",
        "--store",
        text(&store),
        "user",
        "list",
        "--json",
    ];
    let page = rollcall(Path::new("/nowhere"), &args).ok().json();
    assert_eq!(
        (&page["total"], &page["rows"][0]["email"]),
        (&json!(1), &json!("ada@acme.example"))
    );
}

#[test]
fn an_embedded_daemon_has_the_settings_that_rollcalld_would_have() {
    let mut daemon = TestDaemon::start();
    acme(&daemon, ADA);
    daemon.signal("TERM");
    assert_eq!(daemon.ended(), Some(0));
    let (store, file) = (daemon.store(), daemon.dir().join("own.toml"));
    let ask = |line: &str| {
        std::fs::write(&file, format!("[policy.inactivity]\n{line}\n")).unwrap();
        let mut args = vec!["--embedded", "--store", text(&store)];
        let create = "tenant create globex --catalog iusign --seats 5 --owner o@globex.example --tz UTC --authority rollcall --yes";
        args.extend(create.split(' '));
        let mut command = command(Path::new("/nowhere"), &args);
        command.env("ROLLCALL_CONFIG", &file);
        run(command)
    };
    let refused = ask("suspend_after = \"soon\"");
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(
        refused.err.contains("own.toml") && refused.err.contains("suspend_after"),
        "{refused:?}"
    );
    ask("suspend_after = \"61 days\"").ok();
    let list = ["--embedded", "--store", text(&store), "policy", "list"];
    let list = [&list[..], &["--tenant", "globex", "--json"]].concat();
    let policies = rollcall(Path::new("/nowhere"), &list).ok().out;
    assert!(policies.contains("61 days"), "{policies}");
}

#[test]
fn a_store_is_one_store_by_whatever_link_it_is_opened() {
    let daemon = TestDaemon::start();
    acme(&daemon, ADA);
    let link = daemon.dir().join("link.redb");
    std::os::unix::fs::symlink(daemon.store(), &link).unwrap();
    let socket = daemon.dir().join("elsewhere.sock");
    let second = rollcalld(&["--store", text(&link), "--socket", text(&socket)]);
    let first = format!("rollcalld (pid {})", daemon.pid());
    assert_eq!(second.code, 1, "{second:?}");
    assert!(second.err.contains(&first), "{second:?}");
}

#[test]
fn a_mistyped_path_makes_no_store() {
    let dir = daemon::directory();
    let typo = dir.path().join("stroe").join("acme.redb");
    let args = ["--embedded", "--store", text(&typo), "user", "list"];
    let said = rollcall(Path::new("/nowhere"), &args);
    assert_eq!(said.code, 4, "{said:?}");
    assert!(
        said.err.contains("there is no store at") && said.err.contains("rollcalld --store"),
        "{said:?}"
    );
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_live_socket_is_never_replaced() {
    let daemon = TestDaemon::start();
    let socket = daemon.socket();
    let inode = std::fs::metadata(&socket).unwrap().ino();
    let other = daemon.dir().join("other.redb");
    let second = rollcalld(&["--store", text(&other), "--socket", text(&socket)]);
    assert_eq!(second.code, 1, "{second:?}");
    let named = format!(
        "a daemon already listens at {} (process {})",
        socket.display(),
        daemon.pid()
    );
    assert!(second.err.contains(&named), "{second:?}");
    assert!(!other.exists(), "a new store was left behind");
    assert_eq!(std::fs::metadata(&socket).unwrap().ino(), inode);
    let status = daemon.say(&["status", "--json"]).ok().json();
    assert_eq!(status["pid"], daemon.pid());
}

#[test]
fn what_is_no_socket_is_left_alone() {
    let dir = daemon::directory();
    let path = dir.path().join("precious");
    std::fs::write(&path, "mine").unwrap();
    let store = dir.path().join("store.redb");
    let said = rollcalld(&["--store", text(&store), "--socket", text(&path)]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("is not a socket"), "{said:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn a_socket_left_by_kill_9_is_replaced() {
    let daemon = TestDaemon::start();
    acme(&daemon, ADA);
    let before = heads(&daemon);
    let socket = daemon.socket();
    let dir = daemon.kill();
    assert!(
        std::fs::symlink_metadata(&socket)
            .unwrap()
            .file_type()
            .is_socket()
    );
    let said = rollcall(&socket, &["status"]);
    assert_eq!(said.code, 8, "{said:?}");
    assert!(said.err.contains("nobody listens"), "{said:?}");
    let daemon = TestDaemon::start_in(dir.path());
    assert_eq!(heads(&daemon), before);
}

#[test]
fn sigterm_ends_it_cleanly_and_takes_the_socket_away() {
    let mut daemon = TestDaemon::start();
    acme(&daemon, ADA);
    let before = heads(&daemon);
    daemon.signal("TERM");
    assert_eq!(daemon.ended(), Some(0), "{}", daemon.log());
    assert!(!daemon.socket().exists());
    let again = TestDaemon::start_in(daemon.dir());
    assert_eq!(heads(&again), before);
}

#[test]
fn a_proposal_is_adopted_once_and_what_people_set_since_then_stands() {
    let dir = daemon::directory();
    let config = dir.path().join("rollcall.toml");
    let proposal = "[tenant.acme.policy.seats]\nmode = \"auto\"\n";
    std::fs::write(&config, proposal).unwrap();
    let daemon = TestDaemon::start_in(dir.path());
    acme(&daemon, ADA);
    let seats = |daemon: &TestDaemon| {
        let all = daemon.say(&["policy", "list", "--tenant", "acme", "--json"]);
        let all = all.ok().json();
        let mut rows = all["rows"].as_array().unwrap().clone().into_iter();
        rows.find(|r| r["sweep"] == "seats").unwrap()["policy"].clone()
    };
    let reload = |daemon: &TestDaemon, text: &str| {
        let before = daemon.log().matches("settings read again").count();
        std::fs::write(&config, text).unwrap();
        daemon.signal("HUP");
        poll("the reload", || {
            (daemon.log().matches("settings read again").count() > before).then_some(())
        });
    };
    reload(&daemon, proposal);
    assert_eq!(seats(&daemon)["mode"], "auto");
    let observe = ["policy", "set", "seats", "--tenant", "acme", "--yes"];
    daemon
        .say(&[&observe[..], &["--mode", "observe"]].concat())
        .ok();
    // Another line, other spaces, a restart: it is the same proposal.
    let before = heads(&daemon);
    let other = "log = \"debug\"\n[tenant.acme.policy.seats]\nmode =   \"auto\"\n";
    reload(&daemon, other);
    assert_eq!(
        (seats(&daemon)["mode"].as_str(), heads(&daemon)),
        (Some("observe"), before)
    );
    drop(daemon);
    let daemon = TestDaemon::start_in(dir.path());
    reload(&daemon, other);
    assert_eq!(seats(&daemon)["mode"], "observe");
    reload(&daemon, &proposal.replace("auto", "approve"));
    assert_eq!(seats(&daemon)["mode"], "approve");
}

#[test]
fn a_file_that_arms_new_tenants_gives_them_the_amnesty_and_knows_the_limits_of_the_rules() {
    let dir = daemon::directory();
    let config = dir.path().join("rollcall.toml");
    std::fs::write(&config, "[policy.seats]\nmode = \"auto\"\n").unwrap();
    let daemon = TestDaemon::simulated_over(dir.path(), "2026-03-02T12:00:00Z");
    acme(&daemon, ADA);
    let all = daemon.say(&["policy", "list", "--tenant", "acme", "--json"]);
    let all = all.ok().json();
    let mut rows = all["rows"].as_array().unwrap().iter();
    let seats = rows.find(|r| r["sweep"] == "seats").unwrap();
    assert_eq!(
        seats["policy"]["armed_at"], "2026-03-02T12:00:00Z",
        "{seats}"
    );

    std::fs::write(&config, "\n[policy.seats]\nreclaim_after = \"1000 days\"\n").unwrap();
    let mut check = std::process::Command::new(rollcall_tests::program("rollcalld"));
    check.arg("--check-config").arg("--config").arg(&config);
    let said = rollcall_tests::programs::run(check);
    assert_ne!(said.code, 0, "{said:?}");
    let place = "rollcall.toml:3: policy.seats.reclaim_after";
    assert!(
        said.err.contains(place) && said.err.contains("730 days"),
        "{said:?}"
    );
}

#[test]
fn sighup_adopts_a_policy_as_an_audited_entry_and_keeps_the_old_settings_when_the_file_is_wrong() {
    let dir = daemon::directory();
    let config = dir.path().join("rollcall.toml");
    std::fs::write(&config, "log = \"info\"\n").unwrap();
    let daemon = TestDaemon::start_in(dir.path());
    acme(&daemon, ADA);
    let policy = || {
        let all = daemon
            .say(&["policy", "list", "--tenant", "acme", "--json"])
            .ok()
            .json();
        let rows = all["rows"].as_array().unwrap().clone();
        rows.into_iter()
            .find(|r| r["sweep"] == "inactivity")
            .unwrap()["policy"]
            .clone()
    };
    assert_eq!(policy()["mode"], "observe");
    assert_eq!(journal(&daemon, "policy set").len(), 0);

    let proposal =
        "[tenant.acme.policy.inactivity]\nmode = \"approve\"\nsuspend_after = \"60 days\"\n";
    std::fs::write(&config, proposal).unwrap();
    daemon.signal("HUP");
    poll("the policy to be adopted", || {
        (policy()["mode"] == "approve").then_some(())
    });
    let lines = journal(&daemon, "policy set");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["reason"], "adopted from the configuration file");
    assert_eq!(lines[0]["actor"]["name"], "rollcalld");
    let said = lines[0]["lines"].to_string();
    assert!(
        said.contains("observe → approve") && said.contains("60 days"),
        "{said}"
    );

    let before = (heads(&daemon), policy());
    for wrong in [
        "[tenant.acme.policy.inactivity]\nmode = \"Auto\"\n",
        "mode = \n",
    ] {
        let kept = daemon
            .log()
            .matches("the old settings stay in force")
            .count();
        std::fs::write(&config, wrong).unwrap();
        daemon.signal("HUP");
        poll("the wrong file to be refused", || {
            let now = daemon
                .log()
                .matches("the old settings stay in force")
                .count();
            (now > kept).then_some(())
        });
        assert_eq!((heads(&daemon), policy()), before);
    }
    // The same right file once more is no news.
    let read = daemon.log().matches("settings read again").count();
    std::fs::write(&config, proposal).unwrap();
    daemon.signal("HUP");
    poll("the file to be read", || {
        (daemon.log().matches("settings read again").count() > read).then_some(())
    });
    assert_eq!((heads(&daemon), policy()), before);
}

#[test]
fn check_config_says_whether_a_file_is_right_and_starts_nothing() {
    let dir = daemon::directory();
    let (config, store) = (dir.path().join("c.toml"), dir.path().join("store.redb"));
    let check = |text_of: &str| {
        std::fs::write(&config, text_of).unwrap();
        rollcalld(&[
            "--config",
            text(&config),
            "--store",
            text(&store),
            "--check-config",
        ])
    };
    let right = check("[policy.mfa]\nmode = \"approve\"\n");
    assert_eq!(right.code, 0, "{right:?}");
    assert!(
        right.out.contains("c.toml: ok") && right.out.contains(text(&store)),
        "{right:?}"
    );
    let wrong = check("\nstroe = \"/x\"\n");
    assert_eq!(wrong.code, 1, "{wrong:?}");
    assert!(
        wrong.err.contains("c.toml:2") && wrong.err.contains("stroe"),
        "{wrong:?}"
    );
    let never = check("[policy.mfa]\nschedule = \"61 * * * *\"\n");
    assert_eq!(never.code, 1, "{never:?}");
    assert!(never.err.contains("policy.mfa.schedule"), "{never:?}");
    // So are the role catalogs beside it: one that is wrong, and one that no catalog is named by.
    let catalogs = dir.path().join("catalogs");
    std::fs::create_dir(&catalogs).unwrap();
    std::fs::write(catalogs.join("iusgin.toml"), "").unwrap();
    std::fs::write(catalogs.join("onespan.toml"), "nmae = \"onespan\"\n").unwrap();
    let wrong = check("[policy.mfa]\nmode = \"approve\"\n");
    assert_eq!(wrong.code, 1, "{wrong:?}");
    for said in ["did you mean iusign.toml?", "onespan.toml, line 1: nmae"] {
        assert!(wrong.err.contains(said), "{wrong:?}");
    }
    assert!(!store.exists());
}

#[test]
fn a_store_that_cannot_be_read_is_never_started_over() {
    let dir = daemon::directory();
    let (store, socket) = (dir.path().join("store.redb"), dir.path().join("s"));
    let garbage = vec![7_u8; 100_000];
    std::fs::write(&store, &garbage).unwrap();
    let said = rollcalld(&["--store", text(&store), "--socket", text(&socket)]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.err.contains(text(&store)),
        "the store is named: {said:?}"
    );
    assert!(!socket.exists());
    assert_eq!(std::fs::read(&store).unwrap(), garbage);
}

#[test]
fn a_new_tenant_starts_with_what_the_settings_say() {
    let dir = daemon::directory();
    std::fs::write(
        dir.path().join("rollcall.toml"),
        "[policy.seats]\nreclaim_after = \"45 days\"\n",
    )
    .unwrap();
    let daemon = TestDaemon::start_in(dir.path());
    create(&daemon, "acme", "rollcall");
    import(&daemon, "people", "acme", &format!("{HEADER}{ADA}")).ok();
    let said = daemon
        .say(&["policy", "list", "--tenant", "acme", "--plain"])
        .ok();
    assert!(said.out.contains("45 days"), "{said:?}");
    let version = run({
        let mut c = Command::new(program("rollcalld"));
        c.arg("--version");
        c
    });
    assert!(version.ok().out.starts_with("rollcalld "));
}
