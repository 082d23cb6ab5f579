//! `rollcall demo`: the same seed on the same day makes the same company, to the last bit.

use rollcall_shared::domain::{Header, Micros, codec};
use rollcall_tests::{audit, daemon, poll, program, rollcall};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What a demo in a process of its own left behind.
struct Made {
    /// The head of each journal, as `status` told.
    heads: BTreeMap<String, Value>,
    /// Batches of scheduled runs after the past.
    later: usize,
    /// The batches of the past it made up.
    past: Vec<(u32, u64, Vec<u8>)>,
}

fn demo(seed: &str, today: Micros) -> Made {
    let dir = daemon::directory();
    let store = dir.path().join("demo.redb");
    let mut child = Command::new(program("rollcall"))
        .args([
            "demo",
            "--users",
            "500",
            "--seed",
            seed,
            "--no-console",
            "--store",
        ])
        .arg(&store)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut socket = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut socket).unwrap();
    let socket = Path::new(socket.trim());
    let status = rollcall(socket, &["status", "--json"]).ok().json();
    assert_eq!(status["carried"], "demo");
    let killed = Command::new("kill")
        .arg("-TERM")
        .arg(child.id().to_string())
        .status();
    assert!(killed.unwrap().success());
    assert!(child.wait().unwrap().success(), "ending it is how it ends");
    assert!(!socket.exists(), "its socket goes with it");

    let (past, later): (Vec<_>, Vec<_>) = audit::batches(&store)
        .into_iter()
        .partition(|(_, _, bytes)| header(bytes).at <= today);
    for (journal, seq, bytes) in &later {
        let header = header(bytes);
        assert_eq!(
            (&*header.verb, &*header.actor.name),
            ("sweep run", "schedule"),
            "journal {journal}, batch {seq}"
        );
    }
    let heads = status["heads"].as_array().unwrap().iter();
    Made {
        heads: heads
            .map(|h| (h["journal"].as_str().unwrap().to_owned(), h.clone()))
            .collect(),
        later: later.len(),
        past,
    }
}

fn header(bytes: &[u8]) -> Header {
    codec::split(bytes).unwrap().header().unwrap()
}

#[allow(clippy::disallowed_methods, reason = "the demo's day is the real one")]
fn today() -> Micros {
    Micros::from_timestamp(jiff::Timestamp::now()).day().start()
}

#[test]
fn the_same_seed_on_the_same_day_makes_the_same_journals() {
    // At midnight the two may lie on two days, and a schedule may come due between them; then once more.
    let (first, second, other) = (0..2)
        .find_map(|_| {
            let day = today();
            let made = (demo("3", day), demo("3", day), demo("4", day));
            let quiet = made.0.later + made.1.later == 0;
            (today() == day && quiet).then_some(made)
        })
        .unwrap();
    assert!(first.past.len() > 100, "{} batches", first.past.len());
    assert!(first.past == second.past, "the past differs by a bit");
    assert!(first.past != other.past);
    // So do the heads: nothing comes due in the moment the two take to start.
    let names = [
        "platform",
        "northwind-legal",
        "helios-energy",
        "aurora-bank",
        "meridian-health",
    ];
    assert!(
        first.heads.keys().all(|name| names.contains(&&**name)),
        "{:?}",
        first.heads.keys()
    );
    for name in names {
        assert_eq!(first.heads[name], second.heads[name]);
    }
}

/// A demo in a process of its own, whose temporary folder is this one.
fn demo_in(temporary: &Path, users: &str) -> Child {
    let mut command = Command::new(program("rollcall"));
    command
        .args(["demo", "--users", users, "--no-console"])
        .env("TMPDIR", temporary)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

/// The folders there, once the only one has a store that is being filled.
fn being_made(temporary: &Path) -> Vec<PathBuf> {
    poll("the demo to be under way", || {
        let folders = folders(temporary);
        let store = folders.first()?.join("demo.redb");
        (std::fs::metadata(store).ok()?.len() > 100_000).then_some(folders)
    })
}

fn folders(temporary: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(temporary).unwrap();
    entries.map(|e| e.unwrap().path()).collect()
}

fn tell(child: &Child, signal: &str) {
    let number = child.id().to_string();
    let told = Command::new("kill").args([signal, &number]).status();
    assert!(told.unwrap().success());
}

#[test]
fn a_demo_that_is_ended_while_it_is_made_leaves_nothing() {
    let dir = daemon::directory();
    for signal in ["-INT", "-TERM", "-HUP"] {
        let mut child = demo_in(dir.path(), "2000000");
        being_made(dir.path());
        tell(&child, signal);
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
        assert_eq!(folders(dir.path()), [] as [PathBuf; 0], "{signal}");
    }
}

#[test]
fn what_a_killed_demo_left_goes_with_the_next_one_and_what_lives_stays() {
    let dir = daemon::directory();
    let foreign = dir.path().join("rollcall-elsewhere");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("rollcall.sock.lock"), "").unwrap();
    let killed = {
        let alone = dir.path().join("alone");
        std::fs::create_dir(&alone).unwrap();
        let mut child = demo_in(&alone, "2000000");
        let made = being_made(&alone);
        child.kill().unwrap();
        child.wait().unwrap();
        let left = dir.path().join(made[0].file_name().unwrap());
        std::fs::rename(&made[0], &left).unwrap();
        std::fs::remove_dir(&alone).unwrap();
        left
    };
    let serving = |child: &mut Child| {
        let mut socket = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut socket).unwrap();
        PathBuf::from(socket.trim())
    };
    let mut first = demo_in(dir.path(), "20");
    let one = serving(&mut first);
    assert!(!killed.exists(), "nobody holds it any more");
    let mut second = demo_in(dir.path(), "20");
    let other = serving(&mut second);
    assert!(
        one.exists() && other.exists(),
        "they leave each other alone"
    );
    for mut child in [first, second] {
        tell(&child, "-TERM");
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(folders(dir.path()), [foreign]);
}
