//! `kill -9` of the real daemon during imports, verbs and sweeps, against a ledger kept outside of it.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rollcall_shared::directory::{State, checkpoint};
use rollcall_shared::domain::{Batch, Fact, RunState, codec};
use rollcall_shared::store::Port;
use rollcall_shared::store::redb_store::RedbStore;
use rollcall_tests::http::{self, Reply};
use rollcall_tests::{TestDaemon, audit, daemon, poll};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What was asked for, under a request id.
#[derive(Debug, Clone)]
enum Asked {
    /// An import of one batch with this many new people.
    Import(usize),
    /// A verb on one account.
    Verb,
    /// A sweep.
    Sweep,
    /// A tenant.
    Tenant,
}

/// How many kinds of [`Asked`] there are.
const KINDS: usize = 4;

impl Asked {
    fn kind(&self) -> usize {
        match self {
            Asked::Import(_) => 0,
            Asked::Verb => 1,
            Asked::Sweep => 2,
            Asked::Tenant => 3,
        }
    }
}

#[derive(Debug, Default)]
struct Ledger {
    asked: BTreeMap<String, Asked>,
    acknowledged: BTreeSet<String>,
}

/// A small generator, so that every run kills at the same instants.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn uuid(&mut self) -> String {
        let n = (u128::from(self.roll(1 << 31)) << 93)
            | (u128::from(self.roll(1 << 31)) << 62)
            | u128::from(self.roll(1 << 31));
        uuid::Builder::from_random_bytes(n.to_be_bytes())
            .into_uuid()
            .to_string()
    }
}

fn kills() -> usize {
    std::env::var("ROLLCALL_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(50)
}

#[test]
fn what_was_acknowledged_survives_kill_9_and_nothing_is_half_there() {
    let dir = daemon::directory();
    std::fs::write(
        dir.path().join("rollcall.toml"),
        "checkpoint_every = \"1 s\"\n",
    )
    .unwrap();
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let mut dice = Dice(20_261_122);
    prepare(dir.path());
    let mut in_flight = 0;
    let mut hit = [0; KINDS];
    for round in 0..kills() {
        let daemon = TestDaemon::start_in(dir.path());
        let cut = harass(daemon, &ledger, &mut dice, round);
        in_flight += usize::from(cut.iter().sum::<usize>() > 0);
        hit.iter_mut().zip(cut).for_each(|(all, now)| *all += now);
        check(dir.path(), &ledger.lock().unwrap());
        if round % 5 == 0 {
            // A clean stop writes a checkpoint, so that the next rounds fold one with a tail behind it.
            stop(TestDaemon::start_in(dir.path()));
        }
    }
    println!("cut off by the kills: {hit:?}");
    let needed = kills() * 4 / 5;
    assert!(
        in_flight >= needed,
        "only {in_flight} kills hit a request in flight, {needed} are needed"
    );
    // Imports, verbs and sweeps, as [`Asked::kind`] numbers them.
    assert!(
        kills() < 50 || hit[..3].iter().all(|n| *n > 0),
        "imports, verbs and sweeps must each have been cut off: {hit:?}"
    );
    let ledger = ledger.lock().unwrap();
    let mut counts = [0; KINDS];
    for (id, asked) in &ledger.asked {
        counts[asked.kind()] += usize::from(ledger.acknowledged.contains(id));
    }
    assert!(
        counts.iter().all(|n| *n > 0),
        "every kind of change must have been acknowledged: {counts:?}"
    );
}

/// A tenant with people whose sweeps act.
fn prepare(dir: &Path) {
    let daemon = TestDaemon::start_in(dir);
    let create = r#"{"name":"crash","catalog":"iusign","seats":null,"owner":"p0@crash.example","tz":"UTC","authority":"rollcall"}"#;
    let say = |path: &str, body: &str| {
        let (status, answer) = http::post(&daemon.socket(), path, &[], body);
        assert_eq!(status, 200, "{path}: {answer}");
    };
    say("/v1/tenant/create", create);
    let request = uuid::Uuid::new_v4().to_string();
    let done = import(&daemon.socket(), &request, &people("p", 0, 20, "User"));
    assert_eq!(done, End::Acknowledged);
    say(
        "/v1/tenant/owner-set",
        r#"{"tenant":"crash","owner":"p0@crash.example"}"#,
    );
    say(
        "/v1/policy/set",
        r#"{"tenant":"crash","sweep":"mfa","mode":"auto"}"#,
    );
    stop(daemon);
}

/// People without a second factor. Administrators among them are warned, which no day's budget bounds.
fn people(prefix: &str, from: usize, count: usize, role: &str) -> String {
    let rows = (from..from + count)
        .map(|n| format!("{prefix}{n}@crash.example,Name {n},active,{role},none,2026-01-05\n"));
    format!(
        "email,first_name,status,roles,mfa,created\n{}",
        rows.collect::<String>()
    )
}

fn send(socket: &Path, request: &str, csv: &str) -> Reply {
    let headers = [("x-rollcall-request-id", request)];
    let path = "/v1/import/people?tenant=crash&format=csv";
    http::send(socket, path, &headers, csv.as_bytes())
}

fn import(socket: &Path, request: &str, csv: &str) -> End {
    match send(socket, request, csv) {
        Reply::Whole(status, text) => {
            assert_eq!(status, 200, "{text}");
            match text.contains("\"summary\"") {
                true => End::Acknowledged,
                false => End::CutOff,
            }
        }
        Reply::CutOff => End::CutOff,
        Reply::NotSent => End::Nothing,
    }
}

fn stop(mut daemon: TestDaemon) {
    daemon.signal("TERM");
    assert_eq!(daemon.ended(), Some(0));
}

/// Two clients ask as fast as they can until the daemon is killed; how many requests of each kind had been sent by then
/// and never got an answer.
fn harass(
    daemon: TestDaemon,
    ledger: &Arc<Mutex<Ledger>>,
    dice: &mut Dice,
    round: usize,
) -> [usize; KINDS] {
    let over = Arc::new(AtomicBool::new(false));
    let cut: Arc<[AtomicUsize; KINDS]> = Arc::default();
    let sent = Arc::new(AtomicUsize::new(0));
    let socket = daemon.socket();
    let clients: Vec<_> = (0..2)
        .map(|client| {
            let (over, cut, sent, ledger, socket) = (
                over.clone(),
                cut.clone(),
                sent.clone(),
                ledger.clone(),
                socket.clone(),
            );
            let mut dice = Dice(dice.roll(1 << 31));
            std::thread::spawn(move || {
                let mut n = 0;
                while !over.load(Ordering::SeqCst) {
                    let request = dice.uuid();
                    let (asked, go) = errand(&mut dice, &format!("r{round}c{client}n{n}"));
                    n += 1;
                    let kind = asked.kind();
                    ledger.lock().unwrap().asked.insert(request.clone(), asked);
                    sent.fetch_add(1, Ordering::SeqCst);
                    match go(&socket, &request) {
                        End::Acknowledged => {
                            ledger.lock().unwrap().acknowledged.insert(request);
                        }
                        // Only the kill cuts anything off.
                        End::CutOff => {
                            cut[kind].fetch_add(1, Ordering::SeqCst);
                        }
                        End::Nothing => {}
                    }
                }
            })
        })
        .collect();
    let wanted = 1 + usize::try_from(dice.roll(12)).unwrap();
    poll("requests to be under way", || {
        (sent.load(Ordering::SeqCst) >= wanted).then_some(())
    });
    // An instant somewhere inside of a request: spinning is more exact than any timer.
    for _ in 0..dice.roll(200_000) {
        std::hint::spin_loop();
    }
    let pid = i32::try_from(daemon.pid()).unwrap();
    kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
    over.store(true, Ordering::SeqCst);
    for client in clients {
        client.join().unwrap();
    }
    drop(daemon);
    [0, 1, 2, 3].map(|kind: usize| cut[kind].load(Ordering::SeqCst))
}

/// What a request came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Its change was acknowledged.
    Acknowledged,
    /// It was sent, and the daemon was killed before the end of the answer.
    CutOff,
    /// It was refused, had nothing to change, or nobody took it any more.
    Nothing,
}

type Go = Box<dyn FnOnce(&Path, &str) -> End>;

fn errand(dice: &mut Dice, name: &str) -> (Asked, Go) {
    let post = |path: &'static str, body: String| -> Go {
        Box::new(move |socket, request| {
            let headers = [("x-rollcall-request-id", request)];
            // A refusal (409) is an answer, too, but not an acknowledged change. Nor is one without a sequence number,
            // or a sweep's without a run: nothing had to change.
            match http::send(socket, path, &headers, body.as_bytes()) {
                Reply::Whole(200, text)
                    if !text.contains("\"seq\":null") && !text.contains("\"run\":null") =>
                {
                    End::Acknowledged
                }
                Reply::CutOff => End::CutOff,
                Reply::Whole(..) | Reply::NotSent => End::Nothing,
            }
        })
    };
    match dice.roll(10) {
        0..=2 => {
            let count = 1 + usize::try_from(dice.roll(300)).unwrap_or(0);
            let csv = people(name, 0, count, "Admin");
            (
                Asked::Import(count),
                Box::new(move |socket, request| import(socket, request, &csv)),
            )
        }
        3..=6 => {
            let verb = if dice.roll(2) == 0 {
                "/v1/user/suspend"
            } else {
                "/v1/user/reactivate"
            };
            (
                Asked::Verb,
                post(
                    verb,
                    format!(
                        r#"{{"user":"p{}@crash.example","tenant":"crash"}}"#,
                        1 + dice.roll(19)
                    ),
                ),
            )
        }
        7 => {
            let body = format!(
                r#"{{"name":"{name}","catalog":"onespan","seats":null,"owner":"o@crash.example","tz":"UTC","authority":"vendor"}}"#
            );
            (Asked::Tenant, post("/v1/tenant/create", body))
        }
        _ => (
            Asked::Sweep,
            post(
                "/v1/sweep/run",
                r#"{"sweep":"mfa","tenant":"crash"}"#.into(),
            ),
        ),
    }
}

fn check(dir: &Path, ledger: &Ledger) {
    let store = dir.join("store.redb");
    let stored: BTreeMap<u32, (u64, String)> = {
        let port = RedbStore::open(&store).unwrap();
        let reader = port.reader();
        assert!(
            reader.manifest().unwrap().is_some(),
            "there is no checkpoint to compare with"
        );
        let loaded = checkpoint::load(reader.as_ref()).unwrap();
        let journals = reader.journals().unwrap();
        let mut folded = State::default();
        for journal in &journals {
            for (seq, bytes) in reader.read(*journal, 1, usize::MAX).unwrap() {
                folded.apply(seq, &codec::decode(&bytes).unwrap()).unwrap();
            }
        }
        assert_eq!(
            folded.digest(),
            loaded.digest(),
            "the journal alone and checkpoint plus tail fold differently"
        );
        let hex = |bytes: [u8; 32]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        journals
            .iter()
            .map(|j| reader.head(*j).unwrap())
            .map(|h| (h.journal.0, (h.leaves, hex(h.root))))
            .collect()
    };
    assert_eq!(
        audit::heads(&store),
        stored,
        "the heads do not recompute from the journals"
    );
    let batches: Vec<Batch> = audit::batches(&store)
        .iter()
        .map(|(_, _, bytes)| codec::decode(bytes).unwrap())
        .collect();
    whole(&batches, ledger);
}

/// Every acknowledged request stands in a journal, and whatever stands there is whole.
fn whole(batches: &[Batch], ledger: &Ledger) {
    let mut by_request: BTreeMap<String, Vec<&Batch>> = BTreeMap::new();
    for batch in batches {
        if let Some(request) = batch.header.request {
            by_request
                .entry(request.to_string())
                .or_default()
                .push(batch);
        }
    }
    for (request, asked) in &ledger.asked {
        let found = by_request.get(request);
        let acknowledged = ledger.acknowledged.contains(request);
        assert!(
            !acknowledged || found.is_some(),
            "{asked:?} {request} was acknowledged and is lost"
        );
        let Some(found) = found else { continue };
        let facts: Vec<&Fact> = found
            .iter()
            .flat_map(|b| b.entries.iter().map(|e| &e.fact))
            .collect();
        let accounts = facts
            .iter()
            .filter(|f| matches!(f, Fact::Account { .. }))
            .count();
        match asked {
            Asked::Import(count) => assert_eq!(accounts, *count, "an import is half there"),
            Asked::Verb => assert_eq!((found.len(), accounts), (1, 1), "a verb is half there"),
            Asked::Tenant => {
                let created = facts
                    .iter()
                    .filter(|f| matches!(f, Fact::TenantCreated(_)))
                    .count();
                let adopted = facts
                    .iter()
                    .filter(|f| matches!(f, Fact::CatalogAdopted { .. }))
                    .count();
                assert_eq!((created, adopted), (1, 1), "a tenant is half there");
            }
            Asked::Sweep => {
                let planned: usize = facts
                    .iter()
                    .filter_map(|f| match f {
                        Fact::RunStarted(run) => Some(run.plan.actions.len()),
                        _ => None,
                    })
                    .sum();
                let done = facts.iter().any(|f| {
                    matches!(
                        f,
                        Fact::RunAdvanced {
                            state: RunState::Done,
                            ..
                        }
                    )
                });
                assert!(
                    planned > 0 && done,
                    "a sweep is half there: {planned} planned, done {done}"
                );
            }
        }
    }
}

/// How many people are in the tenant besides those it was prepared with.
fn brought(daemon: &TestDaemon) -> u64 {
    let args = [
        "user", "list", "--tenant", "crash", "--limit", "1", "--json",
    ];
    let told = daemon.say(&args).ok().json();
    told["total"].as_u64().unwrap() - 20
}

/// Rows in one batch of a people file, as the daemon takes them.
const BATCH: u64 = 5_000;

#[test]
fn an_import_of_several_batches_that_is_killed_keeps_whole_ones_and_the_retry_brings_the_rest() {
    const PEOPLE: u64 = 12_000;
    let csv = people("b", 0, PEOPLE as usize, "User");
    let mut between = 0;
    for round in 0..4 {
        let dir = daemon::directory();
        prepare(dir.path());
        let daemon = TestDaemon::start_in(dir.path());
        let request = uuid::Uuid::new_v4().to_string();
        let sent = {
            let (socket, request, csv) = (daemon.socket(), request.clone(), csv.clone());
            std::thread::spawn(move || import(&socket, &request, &csv))
        };
        // The first round is killed before anything can be there, the others behind a batch that is.
        if round > 0 {
            poll("a batch to be taken in", || {
                (brought(&daemon) > 0).then_some(())
            });
        }
        std::process::Command::new("kill")
            .args(["-9", &daemon.pid().to_string()])
            .status()
            .unwrap();
        sent.join().unwrap();
        drop(daemon);

        let daemon = TestDaemon::start_in(dir.path());
        let there = brought(&daemon);
        assert!(
            there == PEOPLE || there.is_multiple_of(BATCH),
            "a batch is half there: {there} people"
        );
        between += u32::from(there > 0 && there < PEOPLE);
        let Reply::Whole(200, told) = send(&daemon.socket(), &request, &csv) else {
            panic!("it is not killed again");
        };
        assert!(told.contains(&format!("\"added\":{PEOPLE}")), "{told}");
        assert_eq!(brought(&daemon), PEOPLE, "each of them once");
        stop(daemon);
        audit::heads(&dir.path().join("store.redb"));
    }
    println!("killed between two batches: {between} times");
}

/// The checker itself must be able to fail.
#[test]
fn a_lost_change_is_noticed() {
    for asked in [Asked::Import(1), Asked::Verb, Asked::Sweep, Asked::Tenant] {
        let mut ledger = Ledger::default();
        ledger.asked.insert("r".into(), asked.clone());
        ledger.acknowledged.insert("r".into());
        let caught = std::panic::catch_unwind(|| whole(&[], &ledger));
        assert!(caught.is_err(), "{asked:?}");
    }
}
