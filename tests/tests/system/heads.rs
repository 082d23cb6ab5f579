//! Signed heads: copied off the machine on schedule, checked by code of this test's own, and held against journals that
//! were rolled back.

use super::common::{acme, ask, heads, refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use rollcall_tests::{Said, TestDaemon, audit, daemon, poll, rollcall};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

const PEOPLE: &str = "\
ada@acme.example,Ada,active,User,enrolled,2026-02-20,2025-01-10,
linus@acme.example,Linus,active,User,none,2026-02-20,2025-01-10,
";

/// A verifier key taken apart as C2SP writes it, sharing no code with the program.
struct Key {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Key {
    fn of(text: &str) -> Self {
        let mut parts = text.trim().splitn(3, '+');
        let (name, id) = (parts.next().unwrap(), parts.next().unwrap());
        let raw = STANDARD.decode(parts.next().unwrap()).unwrap();
        assert_eq!((raw.len(), raw[0]), (33, 1));
        let hash = Sha256::digest([name.as_bytes(), b"\n", &raw].concat());
        let hex: String = hash[..4].iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(id, hex);
        Key {
            name: name.to_owned(),
            id: hash[..4].try_into().unwrap(),
            key: VerifyingKey::from_bytes(raw[1..].try_into().unwrap()).unwrap(),
        }
    }

    /// The heads of a file: journal's number, leaves, root in hex; each signature is checked.
    fn read(&self, file: &str) -> Vec<(u32, u64, String)> {
        let mut heads = Vec::new();
        let mut lines = file.lines().filter(|line| !line.is_empty());
        while let Some(origin) = lines.next() {
            let (size, root) = (lines.next().unwrap(), lines.next().unwrap());
            let text = format!("{origin}\n{size}\n{root}\n");
            let signed = lines.next().unwrap();
            let signed = signed.strip_prefix(&format!("— {} ", self.name)).unwrap();
            let signed = STANDARD.decode(signed).unwrap();
            assert_eq!(signed[..4], self.id);
            let signature = Signature::from_slice(&signed[4..]).unwrap();
            self.key.verify_strict(text.as_bytes(), &signature).unwrap();
            let journal = origin.strip_prefix(&format!("{}/", self.name)).unwrap();
            let root = STANDARD.decode(root).unwrap();
            let root = root.iter().map(|b| format!("{b:02x}")).collect();
            heads.push((journal.parse().unwrap(), size.parse().unwrap(), root));
        }
        heads
    }
}

fn vkey(daemon: &TestDaemon) -> String {
    daemon.say(&["audit", "key"]).ok().out.trim().to_owned()
}

fn copies(daemon: &TestDaemon) -> Value {
    let status = daemon.say(&["status", "--json"]).ok().json();
    status["copies"].clone()
}

fn copied_at(daemon: &TestDaemon, at: &str) {
    poll(&format!("a copy at {at}"), || {
        (copies(daemon)["copied"] == at).then_some(())
    });
}

/// A directory with settings for a daemon.
fn settings(text: &str) -> tempfile::TempDir {
    let dir = daemon::directory();
    let text = text.replace("DIR", dir.path().to_str().unwrap());
    std::fs::write(dir.path().join("rollcall.toml"), text).unwrap();
    dir
}

fn offline(args: &[&str]) -> Said {
    rollcall(Path::new("/nowhere"), args)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn key_file(dir: &Path) -> PathBuf {
    dir.join("store.redb.key")
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().mode() & 0o777
}

#[test]
fn heads_that_moved_are_copied_on_schedule_and_hold_against_store_and_backup() {
    let dir = settings("[heads]\ncopy_to = \"DIR/copies\"\nschedule = \"0 * * * *\"\n");
    let folder = dir.path().join("copies");
    std::fs::create_dir(&folder).unwrap();
    let mut daemon = TestDaemon::simulated_over(dir.path(), "2026-03-02T12:10:00Z");
    assert_eq!(mode(&key_file(dir.path())), 0o600);
    copied_at(&daemon, "2026-03-02T12:10:00Z");
    acme(&daemon, PEOPLE);
    daemon.set_clock("2026-03-02T12:59:59Z");
    // A copy that came a second early would hold what was there before this.
    daemon
        .say(&["user", "suspend", "linus@acme.example", "--yes"])
        .ok();
    daemon.set_clock("2026-03-02T13:00:00Z");
    copied_at(&daemon, "2026-03-02T13:00:00Z");
    let file = folder.join("heads-2026-03.txt");
    assert_eq!(mode(&file), 0o640);
    let key = vkey(&daemon);
    let copied = std::fs::read_to_string(&file).unwrap();
    let told = Key::of(&key).read(&copied);
    let journals: Vec<u32> = told.iter().map(|(journal, ..)| *journal).collect();
    assert_eq!(journals, [0, 0, 1], "{told:?}");
    let now = heads(&daemon);
    for (name, (_, size, root)) in [("platform", &told[1]), ("acme", &told[2])] {
        assert_eq!(
            (&now[name]["leaves"], &now[name]["root"]),
            (&json!(size), &json!(root)),
            "{name}"
        );
    }
    // Nothing moved: nothing is written, neither on schedule nor at the start of the next daemon.
    daemon.set_clock("2026-03-02T14:00:00Z");
    copied_at(&daemon, "2026-03-02T14:00:00Z");
    drop(daemon);
    let daemon = TestDaemon::simulated_over(dir.path(), "2026-03-02T14:30:00Z");
    copied_at(&daemon, "2026-03-02T14:30:00Z");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), copied);
    let said = daemon.say(&["status"]).ok();
    assert!(said.out.contains("copied 2026-03-02 14:30Z"), "{said:?}");

    daemon
        .say(&["user", "reactivate", "linus@acme.example", "--yes"])
        .ok();
    let verify = ["audit", "verify", "--heads", text(&file)];
    let said = daemon.say(&verify).ok();
    assert!(said.out.contains("3 signed heads"), "{said:?}");
    let backup = dir.path().join("nightly");
    daemon.say(&["backup", "create", text(&backup)]).ok();
    drop(daemon);
    let held = [
        "backup",
        "verify",
        text(&backup),
        "--heads",
        text(&file),
        "--key",
        &key,
        "--json",
    ];
    let said = offline(&held).ok().json();
    assert_eq!(
        (&said["signed"], &said["head_problems"]),
        (&json!(3), &json!([]))
    );
    // The roots are those that nothing but the raw tables gives.
    let raw: BTreeMap<u32, (u64, String)> = audit::heads(&dir.path().join("store.redb"));
    assert_eq!(raw[&0], (told[1].1, told[1].2.clone()));
    // No backup holds the secret.
    let secret = std::fs::read_to_string(key_file(dir.path())).unwrap();
    let secret = STANDARD.decode(secret.trim()).unwrap();
    let bytes = std::fs::read(&backup).unwrap();
    assert!(!bytes.windows(secret.len()).any(|part| part == secret));
}

#[test]
fn a_store_that_was_rolled_back_is_told_by_heads_that_were_kept() {
    let mut daemon = TestDaemon::start();
    acme(&daemon, PEOPLE);
    let older = daemon.dir().join("older");
    daemon.say(&["backup", "create", text(&older)]).ok();
    daemon
        .say(&["user", "suspend", "linus@acme.example", "--yes"])
        .ok();
    let kept = daemon.dir().join("kept.txt");
    let printed = daemon.say(&["audit", "head"]).ok().out;
    std::fs::write(&kept, &printed).unwrap();
    let key = vkey(&daemon);
    let size = Key::of(&key).read(&printed)[1].1;
    let verify = ["audit", "verify", "--heads", text(&kept)];
    daemon.say(&verify).ok();
    daemon.say(&[&verify[..], &["--key", &key]].concat()).ok();
    // Whoever is not the one who signed it, has not signed it.
    let stranger = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let said = daemon.say(&[&verify[..], &["--key", stranger]].concat());
    assert_eq!(said.code, 2, "{said:?}");
    assert!(
        said.err
            .contains("line 1: it is not signed by a key that is known")
            && said.err.contains("rule: heads-key")
            && said.err.contains("the store was not judged"),
        "{said:?}"
    );
    assert!(!said.out.contains("do not hold"), "{said:?}");
    let said = daemon.say(&[&verify[..], &["--key", "nonsense"]].concat());
    assert_eq!(said.code, 2, "{said:?}");
    let forged = daemon.dir().join("forged.txt");
    let line = format!("\n{size}\n");
    let other = format!("\n{}\n", size - 1);
    std::fs::write(&forged, printed.replace(&line, &other)).unwrap();
    let said = daemon.say(&["audit", "verify", "--heads", text(&forged)]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(
        said.err.contains("its signature does not fit") && said.err.contains("rule: heads-file"),
        "{said:?}"
    );
    assert!(
        said.out
            .contains("2 signed heads: 1 could not be checked; the journals hold the others"),
        "{said:?}"
    );
    // What is no file of heads says nothing about the store either, and the line is told.
    for (what, bytes, line) in [
        (
            "torn",
            &printed.trim_end().as_bytes()[..printed.len() - 40],
            "line 7: ",
        ),
        (
            "people",
            b"email,status\nada@acme.example,active\n",
            "line 1: ",
        ),
        ("binary", b"rollcall\n\xff\xfe\n", "line 2: "),
    ] {
        let file = daemon.dir().join(what);
        std::fs::write(&file, bytes).unwrap();
        let said = daemon.say(&["audit", "verify", "--heads", text(&file)]);
        assert_eq!(said.code, 2, "{what}: {said:?}");
        assert!(
            said.err.contains(line) && said.err.contains("rule: heads-file"),
            "{what}: {said:?}"
        );
    }
    let nowhere = daemon.dir().join("nowhere");
    let said = daemon.say(&["audit", "verify", "--heads", text(&nowhere)]);
    assert_eq!(said.code, 4, "{said:?}");
    let empty = daemon.dir().join("empty.txt");
    std::fs::write(&empty, "\n").unwrap();
    let said = daemon.say(&["audit", "verify", "--heads", text(&empty)]);
    assert_eq!(said.code, 2, "{said:?}");
    daemon.signal("TERM");
    assert_eq!(daemon.ended(), Some(0));

    // The backup alone, without a daemon: what was signed later is not in it.
    let args = ["backup", "verify", text(&older), "--heads", text(&kept)];
    let said = offline(&[&args[..], &["--key", &key]].concat());
    let cut = format!("acme: it was signed with {size} leaves");
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.err.contains(&cut) && said.err.contains("signed-heads"),
        "{said:?}"
    );

    // Put back in the place of the store, with its key: the same store by its name, with another past.
    let new = daemon::directory();
    let store = new.path().join("store.redb");
    let restore = ["backup", "restore", text(&older), "--store", text(&store)];
    offline(&[&restore[..], &["--yes"]].concat()).ok();
    std::fs::copy(key_file(daemon.dir()), key_file(new.path())).unwrap();
    let restored = TestDaemon::start_in(new.path());
    assert_eq!(vkey(&restored), key);
    let said = restored.say(&verify);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.err.contains("its past was rewritten") && said.err.contains("rule: signed-heads"),
        "{said:?}"
    );
    let verdict = restored.say(&[&verify[..], &["--json"]].concat());
    assert!(
        verdict.out.contains("\"ok\":false") && verdict.out.contains("\"blame\":\"store\""),
        "{verdict:?}"
    );
    restored.say(&["audit", "verify"]).ok();
}

#[test]
fn nothing_is_copied_beside_heads_that_the_journals_do_not_bear_out() {
    let dir = settings("[heads]\ncopy_to = \"DIR/copies\"\n");
    let folder = dir.path().join("copies");
    std::fs::create_dir(&folder).unwrap();
    let daemon = TestDaemon::simulated_over(dir.path(), "2026-03-02T12:10:00Z");
    acme(&daemon, PEOPLE);
    let older = dir.path().join("older");
    daemon.say(&["backup", "create", text(&older)]).ok();
    daemon
        .say(&["user", "suspend", "linus@acme.example", "--yes"])
        .ok();
    drop(daemon);
    // The next start copies at once.
    let daemon = TestDaemon::simulated_over(dir.path(), "2026-03-02T12:20:00Z");
    copied_at(&daemon, "2026-03-02T12:20:00Z");
    let store = daemon.store();
    drop(daemon);
    let kept = || {
        let files = std::fs::read_dir(&folder).unwrap().flatten();
        let mut files: Vec<_> = files.map(|file| file.path()).collect();
        files.sort();
        let read = |file| std::fs::read_to_string(file).unwrap();
        files.into_iter().map(read).collect::<String>()
    };
    // Months have passed since, and the newest file says nothing of this journal.
    let passed = folder.join("heads-2026-03.txt");
    std::fs::rename(&passed, folder.join("heads-2025-12.txt")).unwrap();
    let before = kept();
    std::fs::write(&passed, "").unwrap();

    std::fs::rename(&store, dir.path().join("newer.redb")).unwrap();
    let restore = ["backup", "restore", text(&older), "--store", text(&store)];
    offline(&[&restore[..], &["--yes"]].concat()).ok();
    let daemon = TestDaemon::simulated_over(dir.path(), "2026-03-02T12:30:00Z");
    let problem = poll("the refusal", || {
        let problem = copies(&daemon)["problem"].as_str().unwrap().to_owned();
        (!problem.is_empty()).then_some(problem)
    });
    assert!(
        problem.contains("the journal of acme no longer holds"),
        "{problem}"
    );
    assert_eq!(kept(), before);
    // A new key, for a reason that stands in the journal, goes on behind them.
    let rekey = [
        "audit",
        "rekey",
        "--reason",
        "restored after a fire",
        "--yes",
    ];
    daemon.say(&rekey).ok();
    copied_at(&daemon, "2026-03-02T12:30:00Z");
    let after = kept();
    let added = after.strip_prefix(&before).unwrap();
    assert_eq!(Key::of(&vkey(&daemon)).read(added).len(), 2);
}

#[test]
fn a_key_that_is_lost_or_open_to_others_signs_nothing_until_it_is_mended_or_replaced() {
    let dir = daemon::directory();
    let mut daemon = TestDaemon::start_in(dir.path());
    let file = key_file(dir.path());
    let first = vkey(&daemon);
    let said = daemon.say(&["status"]).ok();
    assert!(said.out.contains("not copied off this machine"), "{said:?}");
    let rule = |daemon: &TestDaemon| {
        let (status, error) = refused(daemon, "/v1/audit/head", json!({}));
        assert_eq!(status, 409, "{error}");
        error["rule"].as_str().unwrap().to_owned()
    };
    let access = |mode| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    access(0o644);
    daemon.signal("HUP");
    poll("the key to be refused", || {
        (daemon.say(&["audit", "head"]).code == 6).then_some(())
    });
    assert_eq!(rule(&daemon), "signing-key-exposed");
    assert!(
        daemon.log().contains("open to others (mode 644"),
        "{}",
        daemon.log()
    );
    access(0o600);
    daemon.signal("HUP");
    poll("the key to be taken", || {
        (daemon.say(&["audit", "head"]).code == 0).then_some(())
    });

    // Lost: the next start says so and goes on, and makes no other one by itself.
    daemon.signal("TERM");
    assert_eq!(daemon.ended(), Some(0));
    std::fs::remove_file(&file).unwrap();
    let daemon = TestDaemon::start_in(dir.path());
    assert_eq!(rule(&daemon), "signing-key-missing");
    assert!(!file.exists());
    let said = daemon.say(&["status"]).ok();
    assert!(said.out.contains("not signed: the signing key"), "{said:?}");
    assert_eq!(vkey(&daemon), first, "the journal still names it");

    let before = heads(&daemon);
    let said = daemon.say(&["audit", "rekey", "--reason", " ", "--yes"]);
    assert!(
        said.code == 6 && said.err.contains("rekey-reason"),
        "{said:?}"
    );
    let dry = ["audit", "rekey", "--reason", "disk lost", "--dry-run"];
    let said = daemon.say(&dry).ok();
    assert!(said.out.contains(&first), "{said:?}");
    assert_eq!(heads(&daemon), before);
    assert!(!file.exists());
    let rekey = ["audit", "rekey", "--reason", "disk lost", "--yes"];
    daemon.say(&rekey).ok();
    assert_eq!(mode(&file), 0o600);
    let keys = daemon.say(&["audit", "key", "--json"]).ok().json();
    assert_eq!(keys["earlier"], json!([first]));
    let second = keys["key"].as_str().unwrap().to_owned();
    let printed = daemon.say(&["audit", "head"]).ok().out;
    assert_eq!(Key::of(&second).read(&printed).len(), 1);
    let entries = ask(&daemon, "/v1/audit/list", json!({"verb": "audit rekey"}));
    assert_eq!(entries["rows"][0]["reason"], "disk lost");
    // The new key is the one the next daemon finds.
    let dir_path = dir.path();
    drop(daemon);
    let daemon = TestDaemon::start_in(dir_path);
    assert_eq!(daemon.say(&["audit", "head"]).ok().out, printed);
}

#[test]
fn a_program_that_fails_is_told_in_status_and_gets_the_heads_later() {
    let dir = settings(
        "[heads]\ncommand = [\"/bin/sh\", \"-c\", \"test -e DIR/room && exec cat >> DIR/got; echo no room >&2; exit 3\"]\n",
    );
    let mut daemon = TestDaemon::simulated_over(dir.path(), "2026-03-02T12:10:00Z");
    let failing = poll("the failure", || {
        let copies = copies(&daemon);
        (copies["problem"] != "").then_some(copies)
    });
    assert!(
        failing["problem"]
            .as_str()
            .unwrap()
            .contains("exit status: 3: no room"),
        "{failing}"
    );
    assert_eq!(failing["failing_since"], "2026-03-02T12:10:00Z");
    let said = daemon.say(&["status"]).ok();
    assert!(
        said.out.contains("not copied since 2026-03-02 12:10Z"),
        "{said:?}"
    );
    std::fs::write(dir.path().join("room"), "").unwrap();
    // Tried again a minute later, not on the hour.
    daemon.set_clock("2026-03-02T12:11:00Z");
    copied_at(&daemon, "2026-03-02T12:11:00Z");
    assert_eq!(copies(&daemon)["problem"], "");
    let got = std::fs::read_to_string(dir.path().join("got")).unwrap();
    let key = Key::of(&vkey(&daemon));
    assert_eq!(key.read(&got).len(), 1);
    acme(&daemon, PEOPLE);
    daemon.set_clock("2026-03-02T13:00:00Z");
    copied_at(&daemon, "2026-03-02T13:00:00Z");
    let got = std::fs::read_to_string(dir.path().join("got")).unwrap();
    assert_eq!(key.read(&got).len(), 3);
}
