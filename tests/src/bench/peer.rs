//! SQLite with the same accounts: a row each, the indexes a careful author would make, WAL, prepared statements.

use super::now;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{AccountFacts, AccountId, AccountRef, Day, Micros, TenantId};
use rollcall_shared::text;
use rusqlite::{Connection, Row, params};
use std::path::Path;

/// The peer's connection.
pub struct Peer {
    /// To be asked directly.
    pub db: Connection,
}

const TABLE: &str = "CREATE TABLE account (
    n INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, account INTEGER NOT NULL,
    kind INTEGER NOT NULL, status INTEGER NOT NULL, status_by INTEGER NOT NULL, status_since INTEGER NOT NULL,
    mfa INTEGER NOT NULL, mfa_at INTEGER, created INTEGER NOT NULL, last_use INTEGER, reactivated INTEGER,
    invited_at INTEGER, privileged_since INTEGER, end_date INTEGER, leave_from INTEGER, leave_to INTEGER,
    warned_idle_at INTEGER, warned_idle_days INTEGER NOT NULL, warned_mfa_at INTEGER, hold_until INTEGER,
    privileged INTEGER NOT NULL, owner INTEGER NOT NULL, seat INTEGER NOT NULL,
    idle_since INTEGER NOT NULL, invited_since INTEGER NOT NULL,
    name TEXT NOT NULL, email TEXT NOT NULL, searched TEXT NOT NULL, role TEXT NOT NULL, team TEXT NOT NULL,
    tenant_name TEXT NOT NULL, last_sign_in INTEGER NOT NULL, activity INTEGER NOT NULL, flags INTEGER NOT NULL,
    username TEXT NOT NULL, sid TEXT NOT NULL, user_type TEXT NOT NULL, activated INTEGER NOT NULL
) STRICT";

/// The columns of [`AccountFacts`], in the order [`facts`] reads them.
pub const FACTS: &str = "account, kind, status, status_by, status_since, mfa, mfa_at, created, last_use, reactivated, \
    invited_at, privileged_since, end_date, leave_from, leave_to, warned_idle_at, warned_idle_days, warned_mfa_at, \
    hold_until, privileged, owner, seat";

impl Peer {
    /// A database at `path`: WAL, every commit durable.
    ///
    /// # Panics
    /// When SQLite refuses.
    pub fn open(path: &Path) -> Self {
        let db = Connection::open(path).unwrap_or_else(|e| panic!("{e}"));
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -262144; \
                        PRAGMA mmap_size = 4294967296; PRAGMA temp_store = MEMORY;";
        db.execute_batch(settings).unwrap_or_else(|e| panic!("{e}"));
        Peer { db }
    }

    /// The same with every account of a state.
    ///
    /// # Panics
    /// When SQLite refuses.
    pub fn filled(path: &Path, state: &State) -> Self {
        let peer = Peer::open(path);
        peer.fill(state).unwrap_or_else(|e| panic!("{e}"));
        peer
    }

    fn fill(&self, state: &State) -> rusqlite::Result<()> {
        self.db.execute_batch(TABLE)?;
        self.db.execute_batch("BEGIN")?;
        let marks = vec!["?"; 39].join(",");
        let mut insert = self
            .db
            .prepare(&format!("INSERT INTO account VALUES ({marks})"))?;
        let mut n = 0i64;
        for view in state.tenants() {
            for id in (0..view.accounts()).map(AccountId) {
                let facts = view
                    .facts(id)
                    .unwrap_or_else(|| panic!("no account {id:?}"));
                self.put(&mut insert, n, view, &facts)?;
                n += 1;
            }
        }
        self.db.execute_batch("COMMIT")
    }

    fn put(
        &self,
        insert: &mut rusqlite::Statement<'_>,
        n: i64,
        view: &TenantView,
        f: &AccountFacts,
    ) -> rusqlite::Result<()> {
        let Some(row) = view.row(f.id, now()) else {
            panic!("no row of {:?}", f.id)
        };
        let time = |t: Option<Micros>| t.map(|t| t.0);
        let day = |d: Option<Day>| d.map(|d| d.0);
        let idle = f
            .created
            .max(f.last_use.unwrap_or(f.created))
            .max(f.reactivated.unwrap_or(f.created));
        let fold = |t: &str| text::fold(t);
        let searched = [&row.name, &row.email, &row.username].map(|t| fold(t));
        insert.execute(params![
            n,
            view.tenant.id.0,
            f.id.0,
            f.kind as u8,
            f.status as u8,
            f.status_by as u8,
            f.status_since.0,
            f.mfa as u8,
            time(f.mfa_at),
            f.created.0,
            time(f.last_use),
            time(f.reactivated),
            time(f.invited_at),
            time(f.privileged_since),
            day(f.end_date),
            day(f.leave_from),
            day(f.leave_to),
            time(f.warned_idle_at),
            f.warned_idle_days,
            time(f.warned_mfa_at),
            time(f.hold_until),
            f.privileged,
            f.owner,
            f.seat as u8,
            idle.0,
            f.invited_at.unwrap_or(f.status_since).0,
            fold(&row.name),
            fold(&row.email),
            searched.join("\n"),
            row.roles.first().map_or("", |r| r.as_str()),
            fold(&row.team),
            row.tenant,
            row.last_sign_in.map_or(i64::MIN, |t| t.0),
            row.activity.iter().map(|n| i64::from(*n)).sum::<i64>(),
            row.flags.len() as i64,
            fold(&row.username),
            row.sid,
            fold(&row.user_type),
            row.activated.map_or(0, |yes| 1 + i64::from(yes)),
        ])?;
        Ok(())
    }

    /// Makes indexes and lets SQLite look at its tables.
    ///
    /// # Panics
    /// When SQLite refuses.
    pub fn index(&self, indexes: &str) {
        let made = self.db.execute_batch(indexes);
        made.and_then(|()| {
            self.db
                .execute_batch("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);")
        })
        .unwrap_or_else(|e| panic!("{e}"));
    }
}

/// Reads the columns of [`FACTS`].
///
/// # Errors
/// When they are others.
pub fn facts(row: &Row<'_>) -> rusqlite::Result<AccountFacts> {
    fn word<T: Copy>(all: &[T], row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
        Ok(all[usize::from(row.get::<_, u8>(at)?)])
    }
    use rollcall_shared::domain::{Kind, Mfa, Origin, SeatHold, Status};
    let time = |at: usize| -> rusqlite::Result<Option<Micros>> {
        Ok(row.get::<_, Option<i64>>(at)?.map(Micros))
    };
    let day = |at: usize| -> rusqlite::Result<Option<Day>> {
        Ok(row.get::<_, Option<i32>>(at)?.map(Day))
    };
    Ok(AccountFacts {
        id: AccountId(row.get(0)?),
        kind: word(Kind::ALL, row, 1)?,
        status: word(Status::ALL, row, 2)?,
        status_by: word(Origin::ALL, row, 3)?,
        status_since: Micros(row.get(4)?),
        mfa: word(Mfa::ALL, row, 5)?,
        observed: None,
        mfa_at: time(6)?,
        created: Micros(row.get(7)?),
        last_use: time(8)?,
        reactivated: time(9)?,
        invited_at: time(10)?,
        privileged_since: time(11)?,
        end_date: day(12)?,
        leave_from: day(13)?,
        leave_to: day(14)?,
        warned_idle_at: time(15)?,
        warned_idle_days: row.get(16)?,
        warned_mfa_at: time(17)?,
        hold_until: time(18)?,
        privileged: row.get(19)?,
        owner: row.get(20)?,
        seat: word(SeatHold::ALL, row, 21)?,
    })
}

/// Reads `tenant, account`.
///
/// # Errors
/// When they are not the first two columns.
pub fn reference(row: &Row<'_>) -> rusqlite::Result<AccountRef> {
    Ok(AccountRef {
        tenant: TenantId(row.get(0)?),
        account: AccountId(row.get(1)?),
    })
}
