//! Many changes as one batch, and small ones while a checkpoint is written.

use super::{opened, people};
use rollcall_daemon::writer::{Errand, Proposal, Writer};
use rollcall_shared::clock::ManualClock;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    AccountId, Actor, Entry, Field, FieldChange, Origin, RequestId, Rule, Status, TenantId, Value,
    Why,
};
use rollcall_tests::bench::daemon::runtime;
use rollcall_tests::bench::{self, Figures, Goal, Peer, now};
use rusqlite::params;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn errand() -> Errand {
    Errand {
        actor: Actor::daemon(),
        verb: "sweep run".into(),
        request: RequestId(uuid::Uuid::new_v4()),
        asked: String::new(),
        run: None,
        reason: None,
        break_glass: None,
    }
}

fn entries(view: &TenantView, accounts: &[AccountId], to: Status) -> Vec<Entry> {
    let set = |field, old, new| FieldChange { field, old, new };
    let entry = |id: &AccountId| {
        let before = view
            .facts(*id)
            .unwrap_or_else(|| panic!("no account {id:?}"));
        let changes = vec![
            set(
                Field::Status,
                Value::Int(before.status as i64),
                Value::Int(to as i64),
            ),
            set(
                Field::StatusBy,
                Value::Int(before.status_by as i64),
                Value::Int(Origin::Inactivity as i64),
            ),
            set(
                Field::StatusSince,
                Value::Time(before.status_since),
                Value::Time(now()),
            ),
        ];
        Entry::account(*id, changes, Why::rule(Rule::IdleTooLong), [0; 16])
    };
    accounts.iter().map(entry).collect()
}

fn apply(writer: &Writer, tenant: TenantId, entries: Vec<Entry>) -> Duration {
    let errand = errand();
    let (took, done) = bench::timed(|| {
        writer.change_blocking(
            errand,
            Box::new(move |_, _| Ok(Proposal::decide(tenant, entries, serde_json::Value::Null))),
        )
    });
    done.unwrap_or_else(|e| panic!("{e:?}"));
    took
}

fn suspended(state: &State, tenant: TenantId) -> u64 {
    let mut n = 0;
    state.scan(tenant, |f| n += u64::from(f.status == Status::Suspended));
    n
}

/// A night's sweep, and the writer while a checkpoint is written.
pub fn many(figures: &mut Figures, dir: &Path, peer: &Peer) {
    let (port, state) = opened(dir);
    let clock = Arc::new(ManualClock::at(now()));
    let (writer, thread) = Writer::start(port, state, clock).unwrap_or_else(|e| panic!("{e}"));
    let state = writer.state();
    let view = state
        .tenants()
        .max_by_key(|t| t.accounts())
        .unwrap_or_else(|| panic!("no tenant"));
    let (tenant, most) = (view.tenant.id, bench::users() as usize * 57 / 1_000);
    let accounts = people(view, most);
    let targets = "CREATE TEMP TABLE target (account INTEGER PRIMARY KEY)";
    peer.db
        .execute_batch(targets)
        .unwrap_or_else(|e| panic!("{e}"));
    for id in &accounts {
        let done = peer
            .db
            .prepare_cached("INSERT INTO target VALUES (?1)")
            .and_then(|mut s| s.execute([id.0]));
        done.unwrap_or_else(|e| panic!("{e}"));
    }
    let update = "UPDATE account SET status = ?2, status_by = ?3, status_since = ?4 \
                  WHERE tenant = ?1 AND n IN (SELECT a.n FROM target t JOIN account a ON a.n = t.account + ?5)";
    let first: i64 = peer
        .db
        .query_row(
            "SELECT min(n) FROM account WHERE tenant = ?1",
            [tenant.0],
            |r| r.get(0),
        )
        .unwrap_or_else(|e| panic!("{e}"));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for to in [
        Status::Suspended,
        Status::Active,
        Status::Suspended,
        Status::Active,
        Status::Suspended,
    ] {
        let state = writer.state();
        let view = state.tenant(tenant).unwrap_or_else(|| panic!("no tenant"));
        ours.push(apply(&writer, tenant, entries(view, &accounts, to)));
        let values = params![tenant.0, to as u8, Origin::Inactivity as u8, now().0, first];
        let (took, done) = bench::timed(|| {
            peer.db
                .prepare_cached(update)
                .and_then(|mut s| s.execute(values))
        });
        assert_eq!(done.unwrap_or_else(|e| panic!("{e}")), accounts.len());
        theirs.push(took);
    }
    let count = "SELECT count(*) FROM account WHERE tenant = ?1 AND status = ?2";
    let values = params![tenant.0, Status::Suspended as u8];
    let their: i64 = peer
        .db
        .query_row(count, values, |r| r.get(0))
        .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(
        suspended(&writer.state(), tenant),
        their.unsigned_abs(),
        "the states differ"
    );
    let what = format!("{} changes durably, each with its leaf", accounts.len());
    let (ours, theirs) = (
        bench::percentile(&mut ours, 50),
        bench::percentile(&mut theirs, 50),
    );
    figures.row(&what, "ms", ours, Some(theirs), Goal::AtMost(80.0));
    stall(figures, &writer, tenant, &accounts[..1], peer);
    drop(writer);
    thread
        .join()
        .unwrap_or_else(|_| panic!("the writer panicked"));
}

/// How long small changes of SQLite's take: alone, and while a log with every row in it goes into the file; and how long
/// that takes.
fn their_stall(peer: &Peer) -> (Vec<Duration>, Duration, Vec<Duration>) {
    let prepared = "PRAGMA busy_timeout = 60000; PRAGMA wal_autocheckpoint = 0; \
                    UPDATE account SET status_since = status_since + 1;";
    let file = peer.db.path().unwrap_or_default().to_owned();
    peer.db
        .execute_batch(prepared)
        .unwrap_or_else(|e| panic!("{e}"));
    let change = || {
        let update = "UPDATE account SET status_since = status_since + 1 WHERE n = 30";
        let (took, done) = bench::timed(|| {
            let statement = peer.db.prepare_cached(update);
            statement.and_then(|mut s| s.execute([]))
        });
        assert_eq!(done.unwrap_or_else(|e| panic!("{e}")), 1);
        took
    };
    let alone = (0..50).map(|_| change()).collect();
    let over = AtomicBool::new(false);
    let (took, beside) = std::thread::scope(|scope| {
        let checkpoint = scope.spawn(|| {
            let other = Peer::open(Path::new(&file));
            let (took, done) = bench::timed(|| {
                let sql = "PRAGMA busy_timeout = 60000; PRAGMA wal_checkpoint(TRUNCATE);";
                other.db.execute_batch(sql)
            });
            over.store(true, Ordering::Relaxed);
            done.unwrap_or_else(|e| panic!("{e}"));
            took
        });
        let mut beside = vec![change()];
        while !over.load(Ordering::Relaxed) {
            beside.push(change());
        }
        let took = checkpoint.join();
        (
            took.unwrap_or_else(|_| panic!("the checkpoint failed")),
            beside,
        )
    });
    let again = peer.db.execute_batch("PRAGMA wal_autocheckpoint = 1000;");
    again.unwrap_or_else(|e| panic!("{e}"));
    (alone, took, beside)
}

/// Small changes one after the other while a whole checkpoint is written.
fn stall(
    figures: &mut Figures,
    writer: &Writer,
    tenant: TenantId,
    account: &[AccountId],
    peer: &Peer,
) {
    let (mut their_alone, their_took, mut their_times) = their_stall(peer);
    let over = AtomicBool::new(false);
    let change = |to| {
        let state = writer.state();
        let view = state.tenant(tenant).unwrap_or_else(|| panic!("no tenant"));
        apply(writer, tenant, entries(view, account, to))
    };
    let mut alone: Vec<Duration> = (0..50).map(|n| change(Status::ALL[1 + n % 2])).collect();
    figures.row(
        "writer alone, a small change",
        "ms (median)",
        bench::percentile(&mut alone, 50),
        Some(bench::percentile(&mut their_alone, 50)),
        Goal::Told,
    );
    let (took, mut times) = std::thread::scope(|scope| {
        let changes = scope.spawn(|| {
            let mut times = Vec::new();
            while !over.load(Ordering::Relaxed) {
                times.push(change(Status::ALL[1 + times.len() % 2]));
            }
            times
        });
        let (took, done) = bench::timed(|| runtime().block_on(writer.checkpoint(None)));
        over.store(true, Ordering::Relaxed);
        done.unwrap_or_else(|e| panic!("{e}"));
        (
            took,
            changes.join().unwrap_or_else(|_| panic!("a change failed")),
        )
    });
    figures.row(
        "a whole checkpoint beside small changes",
        "ms",
        bench::millis(took),
        Some(bench::millis(their_took)),
        Goal::Told,
    );
    let most = bench::percentile(&mut times, 100);
    figures.row(
        "… the longest a small change waited",
        "ms",
        most,
        Some(bench::percentile(&mut their_times, 100)),
        Goal::AtMost(20.0),
    );
    figures.row(
        "… the median of them",
        "ms",
        bench::percentile(&mut times, 50),
        Some(bench::percentile(&mut their_times, 50)),
        Goal::Told,
    );
}
