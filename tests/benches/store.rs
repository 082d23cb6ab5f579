//! Durable changes, checkpoints, the file and the start, beside SQLite in WAL with every commit durable.

use rollcall_daemon::writer::{Errand, Proposal, Writer};
use rollcall_shared::clock::ManualClock;
use rollcall_shared::directory::{State, TenantView, checkpoint};
use rollcall_shared::domain::{
    AccountId, Actor, Authority, Entry, Field, FieldChange, Kind, Origin, RequestId, Rule, Status,
    TenantId, Value, Why,
};
use rollcall_shared::store::Port;
use rollcall_shared::store::redb_store::RedbStore;
use rollcall_shared::wire::client::Client;
use rollcall_shared::wire::user::{UserChange, UserDetail, UserPage, UserQuery, UserShow};
use rollcall_shared::wire::{Done, Verb};
use rollcall_tests::bench::daemon::{self, Served, runtime};
use rollcall_tests::bench::{self, Figures, Goal, Peer, now};
use rusqlite::params;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn main() {
    daemon::serve_if_asked();
    let users = bench::users();
    let mut figures = Figures::new(&format!("store, {users} accounts"));
    let dir = bench::folder();
    daemon::fill(dir.path());
    let each = |bytes: u64| bytes as f64 / f64::from(users);
    let full = each(bench::on_disk(&daemon::store(dir.path())));
    let file = dir.path().join("peer.db");
    let peer = {
        let state = opened(dir.path()).1;
        let peer = Peer::filled(&file, &state);
        peer.index(
            "CREATE INDEX by_status ON account (tenant, status);
             CREATE INDEX by_email ON account (tenant, email);
             CREATE INDEX by_name ON account (name);",
        );
        peer
    };
    let theirs = each(bench::on_disk(&file));
    figures.row(
        "disk, with 90 days of history and audit tree",
        "B an account",
        full,
        Some(theirs),
        Goal::Told,
    );
    many(&mut figures, dir.path(), &peer);
    single(&mut figures, dir.path(), &peer);
    starts(&mut figures, dir.path(), &file);
    memory(&mut figures, dir.path());
    figures.end();
}

fn opened(dir: &Path) -> (Box<dyn Port>, State) {
    let port = RedbStore::open(&daemon::store(dir)).unwrap_or_else(|e| panic!("{e}"));
    let state = checkpoint::load(port.reader().as_ref()).unwrap_or_else(|e| panic!("{e}"));
    (Box::new(port), state)
}

/// Active people without the owner's role of the largest tenant.
fn people(view: &TenantView, most: usize) -> Vec<AccountId> {
    let mut found = Vec::new();
    view.scan(|f| {
        if found.len() < most
            && f.status == Status::Active
            && f.kind == Kind::Person
            && !f.owner
            && !f.privileged
        {
            found.push(f.id);
        }
    });
    found
}

fn errand() -> Errand {
    Errand {
        actor: Actor::daemon(),
        verb: "sweep run".into(),
        request: RequestId(uuid::Uuid::new_v4()),
        asked: String::new(),
        run: None,
        reason: None,
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
fn many(figures: &mut Figures, dir: &Path, peer: &Peer) {
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
    stall(figures, &writer, tenant, &accounts[..1]);
    drop(writer);
    thread
        .join()
        .unwrap_or_else(|_| panic!("the writer panicked"));
}

/// Small changes one after the other while a whole checkpoint is written.
fn stall(figures: &mut Figures, writer: &Writer, tenant: TenantId, account: &[AccountId]) {
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
        None,
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
        None,
        Goal::Told,
    );
    let most = bench::percentile(&mut times, 100);
    figures.row(
        "… the longest a small change waited",
        "ms",
        most,
        None,
        Goal::AtMost(20.0),
    );
    figures.row(
        "… the median of them",
        "ms",
        bench::percentile(&mut times, 50),
        None,
        Goal::Told,
    );
}

fn change(user: &str) -> UserChange {
    UserChange {
        user: user.into(),
        tenant: None,
        reason: None,
        dry_run: false,
    }
}

/// One verb through the socket of the real daemon.
fn single(figures: &mut Figures, dir: &Path, peer: &Peer) {
    let state = opened(dir).1;
    let view = state
        .tenants()
        .find(|t| t.tenant.authority == Authority::Rollcall)
        .unwrap_or_else(|| panic!("no tenant decides here"));
    let users: Vec<String> = people(view, 200)
        .iter()
        .map(|id| view.reference(*id).to_string())
        .collect();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let last = users.last().cloned().unwrap_or_default();
    let status = runtime().block_on(async {
        let daemon = daemon::start(dir).await;
        let client = Client::new(daemon.socket());
        for round in 0..4 {
            let verb = [Verb::UserSuspend, Verb::UserReactivate][round % 2];
            for user in &users {
                let asked = change(user);
                let start = bench::instant();
                let done: Result<Done, _> = client.call(verb, &asked).await;
                ours.push(start.elapsed());
                done.unwrap_or_else(|e| panic!("{user}: {e:?}"));
            }
        }
        let show = UserShow {
            user: last,
            tenant: None,
        };
        let shown: Result<UserDetail, _> = client.call(Verb::UserShow, &show).await;
        daemon.stop().await.unwrap_or_else(|e| panic!("{e}"));
        shown.unwrap_or_else(|e| panic!("{e:?}")).row.status
    });
    let first = "SELECT min(n) FROM account WHERE tenant = ?1";
    let first: i64 = peer
        .db
        .query_row(first, [view.tenant.id.0], |r| r.get(0))
        .unwrap_or_else(|e| panic!("{e}"));
    let update = "UPDATE account SET status = ?2, status_by = ?3, status_since = ?4 WHERE n = ?1";
    let accounts = people(view, 200);
    for round in 0..4 {
        let to = [Status::Suspended, Status::Active][round % 2];
        for id in &accounts {
            let values = params![
                first + i64::from(id.0),
                to as u8,
                Origin::Admin as u8,
                now().0
            ];
            let (took, done) = bench::timed(|| {
                peer.db
                    .prepare_cached(update)
                    .and_then(|mut s| s.execute(values))
            });
            assert_eq!(done.unwrap_or_else(|e| panic!("{e}")), 1);
            theirs.push(took);
        }
    }
    assert_eq!(status, Status::Active, "the states differ");
    let (p50, peers) = (
        bench::percentile(&mut ours, 50),
        bench::percentile(&mut theirs, 50),
    );
    figures.row(
        "one durable change, whole verb through the socket, p50",
        "ms",
        p50,
        Some(peers),
        Goal::AtMost(0.8),
    );
    let (p99, peers) = (
        bench::percentile(&mut ours, 99),
        bench::percentile(&mut theirs, 99),
    );
    figures.row("… p99", "ms", p99, Some(peers), Goal::Told);
}

/// From nothing to the first answer.
fn starts(figures: &mut Figures, dir: &Path, file: &Path) {
    let first_answer = || {
        runtime().block_on(async {
            let start = bench::instant();
            let daemon = daemon::start(dir).await;
            let query = UserQuery {
                limit: 1,
                sort: rollcall_shared::wire::user::SortKey::Created,
                ..UserQuery::default()
            };
            let page: Result<UserPage, _> = Client::new(daemon.socket())
                .call(Verb::UserList, &query)
                .await;
            let took = start.elapsed();
            let total = page.unwrap_or_else(|e| panic!("{e:?}")).total;
            daemon.stop().await.unwrap_or_else(|e| panic!("{e}"));
            (took, total)
        })
    };
    let mut clean: Vec<Duration> = (0..5).map(|_| first_answer().0).collect();
    let (theirs, count) = bench::timed(|| {
        let peer = Peer::open(file);
        let count: Result<i64, _> = peer
            .db
            .query_row("SELECT count(*) FROM account", [], |r| r.get(0));
        count.unwrap_or_else(|e| panic!("{e}")).unsigned_abs()
    });
    let mut killed = Vec::new();
    for round in 0..3 {
        let served = Served::over(dir);
        runtime().block_on(async {
            let verb = [Verb::UserSuspend, Verb::UserReactivate][round % 2];
            let client = Client::new(daemon::socket(dir));
            for user in ["1-30", "1-31", "1-32"] {
                // Whether it is refused for its state does not matter: one of the verbs goes through.
                let _: Result<Done, _> = client.call(verb, &change(user)).await;
            }
        });
        drop(served);
        let (took, total) = first_answer();
        assert_eq!(total, count, "accounts were lost");
        killed.push(took);
    }
    let (clean, killed) = (
        bench::percentile(&mut clean, 50),
        bench::percentile(&mut killed, 50),
    );
    figures.row(
        "start to first answer, after a stop",
        "ms",
        clean,
        Some(bench::millis(theirs)),
        Goal::AtMost(250.0),
    );
    figures.row(
        "start to first answer, after kill -9",
        "ms",
        killed,
        None,
        Goal::AtMost(250.0),
    );
}

/// The daemon in a process of its own.
fn memory(figures: &mut Figures, dir: &Path) {
    let served = Served::over(dir);
    let users = f64::from(bench::users());
    let each = || (bench::resident(served.pid()) as f64 - 16.0 * 1024.0 * 1024.0) / users;
    let ask = |query: UserQuery| {
        runtime().block_on(async {
            let page: Result<UserPage, _> = Client::new(daemon::socket(dir))
                .call(Verb::UserList, &query)
                .await;
            page.unwrap_or_else(|e| panic!("{e:?}"));
        });
    };
    ask(UserQuery {
        sort: rollcall_shared::wire::user::SortKey::Created,
        ..UserQuery::default()
    });
    figures.row(
        "memory above 16 MB, started",
        "B an account",
        each(),
        None,
        Goal::AtMost(320.0),
    );
    ask(UserQuery {
        search: "müller".into(),
        ..UserQuery::default()
    });
    ask(UserQuery::default());
    ask(UserQuery {
        sort: rollcall_shared::wire::user::SortKey::Email,
        ..UserQuery::default()
    });
    figures.row(
        "… after searching and sorting by name and email",
        "B an account",
        each(),
        None,
        Goal::AtMost(320.0),
    );
}
