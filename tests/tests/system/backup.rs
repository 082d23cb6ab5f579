//! Backups: taken while the daemon runs, checked, refused when damaged, and restored so that nothing acts by itself.

use super::common::{accounts, acme, arm, ask, heads, runs, status, sweep};
use rollcall_tests::{TestDaemon, audit, daemon, poll, rollcall};
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,
";

fn offline(args: &[&str]) -> rollcall_tests::Said {
    rollcall(Path::new("/nowhere"), args)
}

#[test]
fn a_backup_taken_while_running_restores_to_a_store_where_every_policy_observes() {
    let mut daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    arm(&daemon, "invitations", "auto");
    arm(&daemon, "mfa", "approve");
    daemon
        .say(&["user", "suspend", "linus@acme.example", "--yes"])
        .ok();
    let file = daemon.dir().join("nightly");
    let file = file.to_str().unwrap();
    let told = daemon
        .say(&["backup", "create", file, "--json"])
        .ok()
        .json();
    assert_eq!(told["journals"], 2, "{told}");
    let named: Vec<_> = told["heads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| &h["journal"])
        .collect();
    assert_eq!(named, ["platform", "acme"]);
    let mode = std::fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let taken = heads(&daemon);
    // What comes afterwards is not in it.
    daemon
        .say(&["user", "reactivate", "linus@acme.example", "--yes"])
        .ok();
    assert_ne!(heads(&daemon), taken);
    let twice = daemon.say(&["backup", "create", file]);
    assert_eq!(twice.code, 6, "a backup is never written over: {twice:?}");
    let verified = offline(&["backup", "verify", file, "--json"]).ok().json();
    assert_eq!(verified["sha256"], told["sha256"]);
    daemon.signal("TERM");
    assert_eq!(daemon.ended(), Some(0));

    let new = daemon::directory();
    let store = new.path().join("store.redb");
    let args = [
        "backup",
        "restore",
        file,
        "--store",
        store.to_str().unwrap(),
        "--yes",
        "--json",
    ];
    let report = offline(&args).ok().json();
    assert_eq!(report["policies_observing"], 2, "{report}");
    let lock = new.path().join("store.restoring.lock");
    assert!(!lock.exists());
    let over = offline(&args);
    assert_eq!(
        over.code, 6,
        "a store that is there is left alone: {over:?}"
    );
    assert!(
        over.err.contains("restore-over")
            && over.err.contains("another path")
            && !over.err.contains("will go into"),
        "{over:?}"
    );
    assert!(!lock.exists());

    let mut restored = TestDaemon::start_in(new.path());
    let after = heads(&restored);
    assert_eq!(after["platform"], taken["platform"]);
    let next = taken["acme"]["seq"].as_u64().unwrap() + 1;
    assert_eq!(
        after["acme"]["seq"], next,
        "one entry puts the policies to rest"
    );
    let policies = restored.say(&["policy", "list", "--json"]).ok().json();
    for row in policies["rows"].as_array().unwrap() {
        assert_eq!(row["policy"]["mode"], "observe", "{row}");
    }
    assert_eq!(status(&restored, "linus@acme.example"), "suspended");
    restored.say(&["audit", "verify"]).ok();
    restored.signal("TERM");
    assert_eq!(restored.ended(), Some(0));

    // The restored journals are the old ones, byte for byte, and go on from there.
    let acme = |store: &Path| -> Vec<_> {
        let all = audit::batches(store).into_iter();
        all.filter(|(journal, ..)| *journal != 0).collect()
    };
    let (old, new_ones) = (acme(&daemon.store()), acme(&store));
    let kept = usize::try_from(next).unwrap() - 1;
    assert_eq!(new_ones.len(), kept + 1);
    assert_eq!(new_ones[..kept], old[..kept]);
    let recomputed = audit::heads(&store);
    let head = recomputed
        .values()
        .find(|(_, root)| after["acme"]["root"] == json!(root));
    assert!(head.is_some(), "{recomputed:?} {after:?}");
}

#[test]
fn a_restored_store_has_no_run_open_and_what_a_cut_off_restore_left_is_named() {
    let daemon = TestDaemon::start();
    let guest = "guest@acme.example,Guest,invited,User,,,2020-01-05,\n";
    acme(&daemon, &format!("{PEOPLE}{guest}"));
    arm(&daemon, "invitations", "approve");
    let run = sweep(&daemon, "invitations")["run"].clone();
    assert_eq!(run["state"], "proposed", "{run}");
    let file = daemon.dir().join("nightly");
    let file = file.to_str().unwrap();
    daemon.say(&["backup", "create", file]).ok();

    let new = daemon::directory();
    let store = new.path().join("store.redb");
    let store = store.to_str().unwrap();
    let args = ["backup", "restore", file, "--store", store, "--yes"];
    // Killed before it was put to rest: the whole of it, still armed, beside where it would be used.
    let left = new.path().join("store.restoring");
    std::fs::write(&left, "armed").unwrap();
    let lock = new.path().join("store.restoring.lock");
    std::fs::write(&lock, "rollcall (pid 1)").unwrap();
    let refused = offline(&args);
    assert_eq!(refused.code, 6, "{refused:?}");
    assert!(!lock.exists(), "nobody holds it");
    assert!(
        refused.err.contains(left.to_str().unwrap()) && refused.err.contains("remove it"),
        "{refused:?}"
    );
    assert!(!Path::new(store).exists());
    assert_eq!(std::fs::read(&left).unwrap(), b"armed");
    std::fs::remove_file(&left).unwrap();
    offline(&args).ok();
    assert!(!left.exists() && !lock.exists());

    let restored = TestDaemon::start_in(new.path());
    let ended = &runs(&restored, "acme")[0];
    assert_eq!(
        (&ended["id"], &ended["state"]),
        (&run["id"], &json!("rejected"))
    );
    assert_eq!(status(&restored, "guest@acme.example"), "invited");
}

#[test]
fn a_backup_is_not_restored_under_a_daemon_whose_store_was_moved_away() {
    let mut daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let file = daemon.dir().join("nightly");
    let file = file.to_str().unwrap();
    daemon.say(&["backup", "create", file]).ok();
    let (store, old) = (daemon.store(), daemon.dir().join("old.redb"));
    let shown = store.to_str().unwrap();
    let args = ["backup", "restore", file, "--store", shown, "--yes"];
    let over = offline(&args);
    assert!(
        over.err.contains("restore-over") && over.err.contains("stop the daemon"),
        "{over:?}"
    );
    std::fs::rename(&store, &old).unwrap();
    let held = offline(&args);
    assert_eq!(held.code, 6, "{held:?}");
    let holder = format!("pid {}", daemon.pid());
    for told in ["restore-held", &holder, "stop the daemon first"] {
        assert!(held.err.contains(told), "{told}: {held:?}");
    }
    assert!(!store.exists());
    daemon.signal("TERM");
    assert_eq!(daemon.ended(), Some(0));
    offline(&args).ok();
    assert!(store.exists() && old.exists());
}

#[test]
fn settings_do_not_arm_a_restored_policy_until_somebody_sets_its_mode() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let file = daemon.dir().join("nightly");
    let file = file.to_str().unwrap();
    daemon.say(&["backup", "create", file]).ok();
    let new = daemon::directory();
    let store = new.path().join("store.redb");
    let store = store.to_str().unwrap();
    let args = ["backup", "restore", file, "--store", store, "--yes"];
    let told = offline(&args).ok();
    assert!(
        told.out.contains("a reload of the settings does not"),
        "{told:?}"
    );

    let config = new.path().join("rollcall.toml");
    std::fs::write(&config, "").unwrap();
    let restored = TestDaemon::start_in(new.path());
    let mode = || {
        let policies = restored.say(&["policy", "list", "--json"]).ok().json();
        let rows = policies["rows"].as_array().unwrap().clone();
        let row = rows.into_iter().find(|row| row["sweep"] == "mfa").unwrap();
        row["policy"]["mode"].as_str().unwrap().to_owned()
    };
    std::fs::write(&config, "[tenant.acme.policy.mfa]\nmode = \"auto\"\n").unwrap();
    restored.signal("HUP");
    poll("the reload to say what it leaves", || {
        let told = "stays in observe since the store was restored";
        restored.log().contains(told).then_some(())
    });
    assert_eq!(mode(), "observe");
    arm(&restored, "mfa", "approve");
    // What was proposed once is not proposed again over what people set since; what is said anew is.
    let anew = "[tenant.acme.policy.mfa]\nmode = \"auto\"\nschedule = \"0 3 * * *\"\n";
    std::fs::write(&config, anew).unwrap();
    restored.signal("HUP");
    poll("the settings to count again", || {
        (mode() == "auto").then_some(())
    });
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_no_store() {
    let daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let whole = daemon.dir().join("whole");
    daemon
        .say(&["backup", "create", whole.to_str().unwrap()])
        .ok();
    let bytes = std::fs::read(&whole).unwrap();
    let damaged = daemon.dir().join("damaged");
    let damaged = damaged.to_str().unwrap();
    let store = daemon.dir().join("new.redb");
    let flipped = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        bytes
    };
    let nowhere = daemon.dir().join("no-folder/new.redb");
    let nowhere = nowhere.to_str().unwrap();
    let args = [
        "backup",
        "restore",
        whole.to_str().unwrap(),
        "--store",
        nowhere,
        "--yes",
    ];
    let told = offline(&args);
    assert_eq!(told.code, 4, "{told:?}");
    assert!(told.err.contains("make its folder first"), "{told:?}");
    let cases = [
        ("a bit at the beginning", flipped(3)),
        ("a bit in the middle", flipped(bytes.len() / 2)),
        ("a bit at the end", flipped(bytes.len() - 1)),
        ("cut short", bytes[..bytes.len() - 40].to_vec()),
        ("something behind it", [bytes.as_slice(), b"x"].concat()),
        ("nothing", Vec::new()),
    ];
    for (what, text) in cases {
        std::fs::write(damaged, text).unwrap();
        let verified = offline(&["backup", "verify", damaged]);
        assert_eq!(verified.code, 1, "{what}: {verified:?}");
        let args = [
            "backup",
            "restore",
            damaged,
            "--store",
            store.to_str().unwrap(),
            "--yes",
        ];
        let restored = offline(&args);
        assert_eq!(restored.code, 1, "{what}: {restored:?}");
        assert!(!store.exists(), "{what}");
        assert!(!daemon.dir().join("new.restoring.lock").exists(), "{what}");
    }
}

#[test]
fn a_restored_store_does_nothing_by_itself_however_much_came_due() {
    let daemon = TestDaemon::start();
    let more = "guest@acme.example,Guest,invited,User,,,2020-01-05,\n\
        gone@acme.example,Gone,suspended,User,none,2026-02-20,2025-01-10,2026-03-01\n";
    acme(&daemon, &format!("{PEOPLE}{more}"));
    for sweep in ["invitations", "mfa", "inactivity", "seats"] {
        arm(&daemon, sweep, "auto");
    }
    for line in [
        "ownership start acme linus@acme.example --replace --reason gone --yes",
        "review open acme --silence remove --days 30 --yes",
        "user invite new@acme.example --tenant acme --role user --first-name New --last-name Guest --yes",
    ] {
        daemon.say(&line.split(' ').collect::<Vec<_>>()).ok();
    }
    let file = daemon.dir().join("nightly");
    let file = file.to_str().unwrap();
    daemon.say(&["backup", "create", file]).ok();
    let states = |daemon: &TestDaemon| -> Vec<_> {
        let rows = accounts(daemon, "acme").into_iter();
        rows.map(|row| {
            (
                row["email"].clone(),
                row["status"].clone(),
                row["roles"].clone(),
            )
        })
        .collect()
    };
    let before = states(&daemon);

    let new = daemon::directory();
    let store = new.path().join("store.redb");
    let store = store.to_str().unwrap();
    offline(&["backup", "restore", file, "--store", store, "--yes"]).ok();
    // Every schedule, the invitations, the review and the transfer are over by then.
    let restored = TestDaemon::simulated_over(new.path(), "2028-06-01T00:00:00Z");
    let dealt_with = json!({"platform": true, "verb": "sweep run", "limit": 1000});
    poll("every missed schedule to be dealt with", || {
        let rows = ask(&restored, "/v1/audit/list", dealt_with.clone());
        (rows["rows"].as_array()?.len() >= 4).then_some(())
    });
    let all = ask(
        &restored,
        "/v1/audit/list",
        json!({"tenant": "acme", "limit": 1000}),
    );
    let rows = all["rows"].as_array().unwrap();
    let since: Vec<_> = rows
        .iter()
        .take_while(|row| row["verb"] != "backup restore")
        .collect();
    assert!(!since.is_empty() && since.len() < rows.len(), "{all}");
    for row in since {
        assert_eq!(row["verb"], "sweep run", "{row}");
        assert!(
            row["lines"][0].as_str().unwrap().contains("observed"),
            "{row}"
        );
        assert_eq!(row["entries"], 1, "{row}");
    }
    assert_eq!(states(&restored), before);
}
