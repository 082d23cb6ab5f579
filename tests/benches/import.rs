//! Files in: people and sign-ins through the socket of the real daemon, beside SQLite inserting the same parsed rows.

use rollcall_shared::domain::{AccountId, Authority, PersonRow, SignInKind, Span};
use rollcall_shared::formats::{self, Options, SignInItem};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::TenantCreate;
use rollcall_shared::wire::client::Client;
use rollcall_shared::wire::identity::Changed;
use rollcall_shared::wire::import::{ImportLine, ImportRequest, ImportSummary};
use rollcall_tests::bench::daemon::{self, runtime};
use rollcall_tests::bench::{self, Figures, Goal, Peer, now};
use rusqlite::params;
use std::fmt::Write;
use std::io::Cursor;

const TENANT: &str = "bench";
/// Events a batch.
const EVENTS: usize = 1_000;
/// Batches.
const BATCHES: usize = 300;
/// Batches sent one after the other, each when the one before it is durable.
const ALONE: usize = 60;
/// Batches of the rest that are under way at any time: a feed need not wait for each.
const AT_ONCE: usize = 8;

fn main() {
    let users = bench::users();
    let mut figures = Figures::new(&format!("import, {users} people"));
    let csv = people(users);
    let bytes = csv.len() as f64 / f64::from(users);
    let dir = bench::folder();
    let peer = Peer::open(&dir.path().join("peer.db"));
    let (theirs, (known, emails)) = insert_people(&peer, &csv);
    let batches = sign_ins(&emails);
    let tries = runtime().block_on(async {
        let daemon = daemon::start(dir.path()).await;
        let client = Client::new(daemon.socket());
        let asked = TenantCreate {
            name: TENANT.into(),
            catalog: "iusign".into(),
            seats: None,
            owner: emails[0].clone(),
            tz: "UTC".into(),
            authority: Authority::Rollcall,
            // Teams come with it; without it each row would tell that its team was left out.
            tier: Some("enterprise".into()),
            features: Vec::new(),
            dry_run: false,
        };
        let made: Result<Changed, _> = client.call(Verb::TenantCreate, &asked).await;
        made.unwrap_or_else(|e| panic!("{e:?}"));
        let (took, first) = send(&client, Verb::ImportPeople, "csv", csv.clone()).await;
        assert_eq!(first.refused, 0, "rows were refused: {first:?}");
        let (again, second) = send(&client, Verb::ImportPeople, "csv", csv).await;
        assert_eq!(second.added, 0, "the same file added somebody");
        let (single, at_once) = batches.split_at(ALONE);
        let mut events = 0;
        let start = bench::instant();
        for batch in single {
            let (_, summary) = send(&client, Verb::ImportSignins, "jsonl", batch.clone()).await;
            events += summary.added;
        }
        let alone = (EVENTS * single.len()) as f64 / start.elapsed().as_secs_f64();
        let mut waiting = at_once.iter();
        let mut under_way = tokio::task::JoinSet::new();
        let start = bench::instant();
        loop {
            while under_way.len() < AT_ONCE
                && let Some(batch) = waiting.next()
            {
                let (client, batch) = (Client::new(daemon.socket()), batch.clone());
                under_way.spawn(async move {
                    send(&client, Verb::ImportSignins, "jsonl", batch).await.1
                });
            }
            let Some(summary) = under_way.join_next().await else {
                break;
            };
            events += summary.unwrap_or_else(|e| panic!("{e}")).added;
        }
        let rate = (EVENTS * at_once.len()) as f64 / start.elapsed().as_secs_f64();
        let (repeated, summary) =
            send(&client, Verb::ImportSignins, "jsonl", batches.concat()).await;
        assert_eq!(summary.added, 0, "known events were taken in again");
        let repeated = (EVENTS * batches.len()) as f64 / repeated;
        daemon.stop().await.unwrap_or_else(|e| panic!("{e}"));
        (took, first, again, second, events, alone, rate, repeated)
    });
    let (took, first, again, second, events, alone, rate, repeated) = tries;
    // The tenant's creation made its owner, who is the file's first row.
    assert_eq!(
        first.added + first.changed + first.unchanged,
        known,
        "{first:?}"
    );
    let what = format!("{known} people, CSV of {bytes:.0} B a row");
    figures.row(
        &what,
        "s",
        took,
        Some(theirs),
        Goal::AtMost(10.0 * f64::from(users) / 1e6),
    );
    let what = format!("… the same file again ({} unchanged)", second.unchanged);
    figures.row(&what, "s", again, None, Goal::Told);
    let disk = bench::on_disk(&daemon::store(dir.path())) as f64 / f64::from(users);
    let peers = bench::on_disk(&dir.path().join("peer.db")) as f64 / f64::from(users);
    let (their_rate, stored) = insert_sign_ins(&peer, &batches);
    assert_eq!(events, stored, "other events were taken in");
    figures.row(
        "sign-ins, JSON, batches of 1,000, one after the other",
        "events/s",
        alone,
        None,
        Goal::Told,
    );
    figures.row(
        &format!("sign-ins, JSON, batches of 1,000, {AT_ONCE} under way"),
        "events/s",
        rate,
        Some(their_rate),
        Goal::AtLeast(300_000.0),
    );
    figures.row(
        "… the same again as one file, all known",
        "events/s",
        repeated,
        None,
        Goal::Told,
    );
    let what = "disk after all of it, with journal and checkpoint";
    figures.row(what, "B an account", disk, Some(peers), Goal::AtMost(600.0));
    figures.end();
}

/// Sends a file; seconds, and what became of it.
async fn send(client: &Client, verb: Verb, format: &str, body: Vec<u8>) -> (f64, ImportSummary) {
    let request = ImportRequest {
        tenant: TENANT.into(),
        format: Some(format.into()),
        ..ImportRequest::default()
    };
    let mut told = 0;
    let start = bench::instant();
    let summary = client.import(verb, &request, Cursor::new(body), |line| {
        if told < 5 && !matches!(line, ImportLine::Progress { .. }) {
            told += 1;
            println!("{line:?}");
        }
    });
    let summary = summary.await.unwrap_or_else(|e| panic!("{e:?}"));
    (start.elapsed().as_secs_f64(), summary)
}

/// The demo's people as one file of our own columns. The roles of other vendors' tenants become an ordinary one.
fn people(users: u32) -> Vec<u8> {
    let state = bench::population(users);
    let mut csv = String::from(
        "email,first_name,last_name,status,roles,team,mfa,created,last_login,username,employee_id,department,end_date\n",
    );
    for view in state.tenants() {
        for id in (0..view.accounts()).map(AccountId) {
            let Some(a) = view.account(id) else { continue };
            let team = a.team.map_or("", |t| view.scope_name(t));
            let optional = |text: Option<String>| text.unwrap_or_default();
            let n = (view.tenant.id.0, id.0);
            // The same name at the same vendor may be two people; here an address is one person's.
            let cells = [
                format!("{}-{}.{}", n.0, n.1, a.email),
                a.first_name.clone(),
                a.last_name.clone(),
                a.status.to_string(),
                (if n == (1, 0) { "owner" } else { "user" }).to_owned(),
                team.to_owned(),
                a.mfa.to_string(),
                a.created.to_string(),
                optional(a.last_sign_in.map(|t| t.to_string())),
                a.username.clone(),
                format!("{}-{}", n.0, n.1),
                a.department.clone(),
                optional(a.end_date.map(|d| d.to_string())),
            ];
            for (at, cell) in cells.iter().enumerate() {
                let _ = write!(
                    csv,
                    "{}\"{}\"",
                    if at > 0 { "," } else { "" },
                    cell.replace('"', "\"\"")
                );
            }
            csv.push('\n');
        }
    }
    csv.into_bytes()
}

fn options(format: &str) -> Options {
    let mut options = Options::new(jiff::tz::TimeZone::UTC, now());
    options.format = Some(format.into());
    options
}

/// Parses the file, then times inserting what it says; also gives the addresses of those who may sign in.
fn insert_people(peer: &Peer, csv: &[u8]) -> (f64, (u64, Vec<String>)) {
    let parsed = formats::people(Cursor::new(csv.to_vec()), &options("csv"))
        .unwrap_or_else(|e| panic!("{e}"));
    let rows: Vec<PersonRow> = parsed
        .map(|r| r.unwrap_or_else(|e| panic!("{e:?}")).row)
        .collect();
    let table = "CREATE TABLE person (
            id INTEGER PRIMARY KEY, email TEXT NOT NULL, first_name TEXT, last_name TEXT, status INTEGER,
            roles TEXT, team TEXT, mfa INTEGER, created INTEGER, username TEXT, employee_id TEXT, department TEXT,
            end_date INTEGER) STRICT;
        CREATE UNIQUE INDEX person_email ON person (email);
        CREATE INDEX person_employee ON person (employee_id);";
    peer.db
        .execute_batch(table)
        .unwrap_or_else(|e| panic!("{e}"));
    let insert = || -> rusqlite::Result<()> {
        let sql = "INSERT INTO person VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let mut insert = peer.db.prepare(sql)?;
        // As many rows a transaction as the daemon commits at once.
        for batch in rows.chunks(5_000) {
            peer.db.execute_batch("BEGIN")?;
            for r in batch {
                insert.execute(params![
                    r.email,
                    r.first_name,
                    r.last_name,
                    r.status.map(|s| s as u8),
                    r.roles.as_ref().map(|r| r.join("|")),
                    r.team,
                    r.mfa.map(|m| m as u8),
                    r.created.map(|t| t.0),
                    r.username,
                    r.employee_id,
                    r.department,
                    r.end_date.flatten().map(|d| d.0),
                ])?;
            }
            peer.db.execute_batch("COMMIT")?;
        }
        Ok(())
    };
    let (took, done) = bench::timed(insert);
    done.unwrap_or_else(|e| panic!("{e}"));
    let count: i64 = peer
        .db
        .query_row("SELECT count(*) FROM person", [], |r| r.get(0))
        .unwrap_or_else(|e| panic!("{e}"));
    let emails = rows.into_iter().map(|r| r.email).collect();
    (took.as_secs_f64(), (count.unsigned_abs(), emails))
}

/// Sign-ins of the last month, spread over everybody.
fn sign_ins(emails: &[String]) -> Vec<Vec<u8>> {
    let all = EVENTS * BATCHES;
    let begin = now().minus(Span::days(30)).0;
    let step = Span::days(29).0 * 1_000_000 / all as i64;
    let event = |n: usize| {
        let user = &emails[n * 7_919 % emails.len()];
        let at = rollcall_shared::domain::Micros(begin + n as i64 * step);
        format!(
            "{{\"id\":\"evt-{n:012}\",\"at\":\"{at}\",\"user\":{user:?},\"kind\":\"{}\"}}\n",
            SignInKind::SignIn
        )
    };
    let batch = |b: usize| {
        (b * EVENTS..(b + 1) * EVENTS)
            .map(event)
            .collect::<String>()
            .into_bytes()
    };
    (0..BATCHES).map(batch).collect()
}

/// The same batches parsed by the same reader, looked up by email, taken in once; events a second, and how many stand.
fn insert_sign_ins(peer: &Peer, batches: &[Vec<u8>]) -> (f64, u64) {
    let table = "CREATE TABLE sign_in (event TEXT PRIMARY KEY, person INTEGER NOT NULL, at INTEGER NOT NULL, \
                 kind INTEGER NOT NULL) STRICT, WITHOUT ROWID; ALTER TABLE person ADD COLUMN last_sign_in INTEGER;";
    peer.db
        .execute_batch(table)
        .unwrap_or_else(|e| panic!("{e}"));
    let insert = || -> rusqlite::Result<()> {
        let sql =
            "INSERT OR IGNORE INTO sign_in SELECT ?1, id, ?3, ?4 FROM person WHERE email = ?2";
        let mut insert = peer.db.prepare(sql)?;
        let seen =
            "UPDATE person SET last_sign_in = max(coalesce(last_sign_in, 0), ?2) WHERE email = ?1";
        let mut seen = peer.db.prepare(seen)?;
        for batch in batches {
            let items = formats::sign_ins(Cursor::new(batch.clone()), &options("jsonl"));
            peer.db.execute_batch("BEGIN")?;
            for item in items.unwrap_or_else(|e| panic!("{e}")) {
                let SignInItem::Event(e) = item else {
                    panic!("{item:?}")
                };
                if insert.execute(params![e.event, e.user, e.at.0, e.kind as u8])? > 0 {
                    seen.execute(params![e.user, e.at.0])?;
                }
            }
            peer.db.execute_batch("COMMIT")?;
        }
        Ok(())
    };
    let (took, done) = bench::timed(insert);
    done.unwrap_or_else(|e| panic!("{e}"));
    let stored = "SELECT count(*) FROM sign_in";
    let stored: i64 = peer
        .db
        .query_row(stored, [], |r| r.get(0))
        .unwrap_or_else(|e| panic!("{e}"));
    (
        (EVENTS * batches.len()) as f64 / took.as_secs_f64(),
        stored.unsigned_abs(),
    )
}
