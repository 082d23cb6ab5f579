//! Up to 4,096 accounts of one tenant in columns. Each column stands behind its own `Arc`: a change copies the columns
//! it touches and shares the rest with every older state.

use super::column::codes::Codes;
use super::column::heap::{self, Heap};
use super::column::hot::{NEVER, Pages, instant};
use super::column::interned::{Interned, OWNER, PRIVILEGED};
use super::column::sparse::Sparse;
use super::column::texts::{Names, Texts};
use crate::catalog::Catalog;
use crate::domain::{
    Account, AccountFacts, AccountId, Day, Field, Micros, Pos, ScopeId, Status, Value,
};
use std::sync::Arc;

/// Rows a chunk.
pub(crate) const ROWS: usize = 4096;

/// The groups of columns a checkpoint stores apart, each with the batch that touched it last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Dense numbers.
    Core = 0,
    /// What few accounts have.
    Rare = 1,
    /// What sign-ins move.
    Hot = 2,
    /// Names and emails.
    Texts = 3,
    /// Numbers other systems give, manager, assets.
    Ids = 4,
}

/// Every part, in the order of their numbers.
pub(crate) const PARTS: [Part; 5] = [Part::Core, Part::Rare, Part::Hot, Part::Texts, Part::Ids];

/// Optional instants.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Time {
    ObservedAt = 0,
    MfaAt = 1,
    Reactivated = 2,
    InvitedAt = 3,
    PrivilegedSince = 4,
    WarnedIdleAt = 5,
    WarnedMfaAt = 6,
    HoldUntil = 7,
}

/// Optional days.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Date {
    End = 0,
    LeaveFrom = 1,
    LeaveTo = 2,
}

/// Optional small numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    ObservedStatus = 0,
    ObservedRoles = 1,
    Team = 2,
    Department = 3,
    Language = 4,
    WarnedIdleDays = 5,
    /// Whether something is kept as observed of who the person is.
    ObservedIdentity = 6,
}

/// Up to 4,096 accounts in columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chunk {
    /// The last batch that touched each [`Part`].
    pub versions: [u64; PARTS.len()],
    pub codes: Arc<Vec<u16>>,
    pub status_since: Arc<Vec<i64>>,
    pub created: Arc<Vec<i64>>,
    pub roles: Arc<Vec<u32>>,
    pub manifest: Arc<Vec<u32>>,
    /// Where the last entry about each account stands: sequence number and index packed together.
    pub pos: Arc<Vec<u64>>,
    pub times: [Arc<Sparse<i64>>; 8],
    pub dates: [Arc<Sparse<i32>>; 3],
    pub numbers: [Arc<Sparse<u32>>; 7],
    pub hot: Pages,
    pub texts: Arc<Texts>,
    pub ids: Arc<Heap>,
}

/// Bits of a packed position that count entries in a batch.
const INDEX_BITS: u32 = 24;

/// Entries a batch may have at most, so that positions fit.
pub(crate) const MOST_ENTRIES: usize = 1 << INDEX_BITS;

/// A position in one number.
pub(crate) fn pack(pos: Pos) -> u64 {
    pos.seq << INDEX_BITS | u64::from(pos.index)
}

/// The position of a number.
pub(crate) fn unpack(packed: u64) -> Pos {
    Pos {
        seq: packed >> INDEX_BITS,
        index: (packed & (MOST_ENTRIES as u64 - 1)) as u32,
    }
}

/// A dense column grows by doubling up to a whole chunk and no further.
fn push<T: Clone>(column: &mut Arc<Vec<T>>, value: T) {
    let column = Arc::make_mut(column);
    if column.len() == column.capacity() {
        let room = column
            .len()
            .clamp(16, ROWS.saturating_sub(column.len()).max(16));
        column.reserve_exact(room);
    }
    column.push(value);
}

/// Sets a sparse column, without copying it when nothing changes.
fn put<T: Copy + PartialEq>(column: &mut Arc<Sparse<T>>, row: usize, value: Option<T>) {
    if column.get(row) != value {
        Arc::make_mut(column).set(row, value);
    }
}

fn int(value: &Value) -> u32 {
    match value {
        // Checked before: every number of an account fits.
        Value::Int(n) => u32::try_from(*n).unwrap_or_default(),
        _ => 0,
    }
}

impl Chunk {
    /// How many accounts it holds.
    #[inline]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    #[inline]
    pub fn codes(&self, row: usize) -> Codes {
        Codes(self.codes[row])
    }

    #[inline]
    pub fn time(&self, which: Time, row: usize) -> Option<Micros> {
        self.times[which as usize].get(row).map(Micros)
    }

    #[inline]
    pub fn date(&self, which: Date, row: usize) -> Option<Day> {
        self.dates[which as usize].get(row).map(Day)
    }

    #[inline]
    pub fn number(&self, which: Number, row: usize) -> Option<u32> {
        self.numbers[which as usize].get(row)
    }

    /// The SAML subject, as it is written.
    pub fn sid(&self, row: usize) -> &[u8] {
        let [sid, ..] = heap::fields::<6>(self.ids.record(row));
        sid
    }

    /// The state the vendor showed last.
    #[inline]
    pub fn observed(&self, row: usize) -> Option<Status> {
        let number = self.number(Number::ObservedStatus, row)?;
        Status::ALL.get(number as usize).copied()
    }

    /// Adds an account as [`Account::new`] makes one, all but its texts.
    pub fn push(&mut self, at: Micros, no_roles: u32) {
        let row = self.len();
        push(&mut self.codes, Codes::NEW.0);
        push(&mut self.status_since, at.0);
        push(&mut self.created, at.0);
        push(&mut self.roles, no_roles);
        push(&mut self.manifest, 0);
        push(&mut self.pos, 0);
        self.hot.of_mut(row);
    }

    /// Sets one field that is not a text; the value was checked before.
    pub fn set(
        &mut self,
        row: usize,
        field: Field,
        value: &Value,
        interned: &mut Interned,
        catalog: &Catalog,
    ) {
        let instant = match value {
            Value::Time(t) => Some(t.0),
            _ => None,
        };
        let number = (*value != Value::Null).then(|| int(value));
        let word = number.unwrap_or(0) as u16;
        let mut codes = self.codes(row);
        let mut time = |which: Time| put(&mut self.times[which as usize], row, instant);
        match field {
            Field::Kind => codes.set_kind(word),
            Field::Status => codes.set_status(word),
            Field::StatusBy => codes.set_status_by(word),
            Field::Mfa => codes.set_mfa(word),
            Field::MfaSource => codes.set_mfa_source(word),
            Field::StatusSource => codes.set_status_source(word),
            Field::StatusSince => dense(&mut self.status_since, row, instant.unwrap_or(0)),
            Field::Created => dense(&mut self.created, row, instant.unwrap_or(0)),
            Field::Manifest => dense(&mut self.manifest, row, int(value)),
            Field::LastSignIn => {
                let (hot, at) = self.hot.of_mut(row);
                hot.last_sign_in[at] = instant.unwrap_or(NEVER);
            }
            Field::LastUse => {
                let (hot, at) = self.hot.of_mut(row);
                hot.last_use[at] = instant.unwrap_or(NEVER);
            }
            Field::ObservedAt => time(Time::ObservedAt),
            Field::MfaAt => time(Time::MfaAt),
            Field::Reactivated => time(Time::Reactivated),
            Field::InvitedAt => time(Time::InvitedAt),
            Field::PrivilegedSince => time(Time::PrivilegedSince),
            Field::WarnedIdleAt => time(Time::WarnedIdleAt),
            Field::WarnedMfaAt => time(Time::WarnedMfaAt),
            Field::HoldUntil => time(Time::HoldUntil),
            Field::EndDate => self.set_date(Date::End, row, value),
            Field::LeaveFrom => self.set_date(Date::LeaveFrom, row, value),
            Field::LeaveTo => self.set_date(Date::LeaveTo, row, value),
            Field::ObservedStatus => self.set_number(Number::ObservedStatus, row, number),
            Field::Team => self.set_number(Number::Team, row, number),
            Field::WarnedIdleDays => {
                self.set_number(Number::WarnedIdleDays, row, number.filter(|n| *n != 0));
            }
            Field::Roles => {
                let set = match value {
                    Value::Roles(roles) => interned.role_set(roles, catalog),
                    _ => interned.role_set(&[], catalog),
                };
                dense(&mut self.roles, row, set);
            }
            Field::ObservedRoles => {
                let set = match value {
                    Value::Roles(roles) => Some(interned.role_set(roles, catalog)),
                    _ => None,
                };
                self.set_number(Number::ObservedRoles, row, set);
            }
            Field::Department => self.set_word(Number::Department, row, value, interned),
            Field::Language => self.set_word(Number::Language, row, value, interned),
            Field::ObservedIdentity => {
                let any = (*value != Value::Null).then_some(1);
                self.set_number(Number::ObservedIdentity, row, any);
            }
            Field::Email
            | Field::FirstName
            | Field::LastName
            | Field::Username
            | Field::Sid
            | Field::ExternalId
            | Field::EmployeeId
            | Field::Manager
            | Field::Assets => {}
        }
        dense(&mut self.codes, row, codes.0);
    }

    fn set_date(&mut self, which: Date, row: usize, value: &Value) {
        let day = match value {
            Value::Day(day) => Some(day.0),
            _ => None,
        };
        put(&mut self.dates[which as usize], row, day);
    }

    fn set_number(&mut self, which: Number, row: usize, value: Option<u32>) {
        put(&mut self.numbers[which as usize], row, value);
    }

    fn set_word(&mut self, which: Number, row: usize, value: &Value, interned: &mut Interned) {
        let word = match value {
            Value::Text(text) if !text.is_empty() => Some(interned.word(text)),
            _ => None,
        };
        self.set_number(which, row, word);
    }

    /// What sweeps judge one account by; `bits` are those of [`Interned::bits`].
    #[inline]
    pub fn facts(&self, id: AccountId, row: usize, bits: &[u8], catalog: &Catalog) -> AccountFacts {
        let codes = self.codes(row);
        let (hot, at) = self.hot.of(row);
        let set = bits.get(self.roles[row] as usize).copied().unwrap_or(0);
        AccountFacts {
            id,
            kind: codes.kind(),
            status: codes.status(),
            status_by: codes.status_by(),
            status_since: Micros(self.status_since[row]),
            observed: self.observed(row),
            mfa: codes.mfa(),
            mfa_at: self.time(Time::MfaAt, row),
            created: Micros(self.created[row]),
            last_use: instant(hot.last_use[at]),
            reactivated: self.time(Time::Reactivated, row),
            invited_at: self.time(Time::InvitedAt, row),
            privileged_since: self.time(Time::PrivilegedSince, row),
            end_date: self.date(Date::End, row),
            leave_from: self.date(Date::LeaveFrom, row),
            leave_to: self.date(Date::LeaveTo, row),
            warned_idle_at: self.time(Time::WarnedIdleAt, row),
            warned_idle_days: self.number(Number::WarnedIdleDays, row).unwrap_or(0) as u8,
            warned_mfa_at: self.time(Time::WarnedMfaAt, row),
            hold_until: self.time(Time::HoldUntil, row),
            privileged: set & PRIVILEGED != 0,
            owner: set & OWNER != 0,
            seat: catalog.seat(codes.status(), codes.kind()),
        }
    }

    /// One account as a record.
    pub fn account(&self, id: AccountId, row: usize, interned: &Interned) -> Account {
        let codes = self.codes(row);
        let (hot, at) = self.hot.of(row);
        let Names {
            email,
            first,
            last,
            username,
        } = self.texts.names(row);
        let [sid, external_id, employee_id, manager, assets, observed] =
            heap::fields(self.ids.record(row));
        let word = |which| self.number(which, row).map_or("", |n| interned.text(n));
        Account {
            id,
            kind: codes.kind(),
            status: codes.status(),
            status_by: codes.status_by(),
            status_source: codes.status_source(),
            status_since: Micros(self.status_since[row]),
            observed_status: self.observed(row),
            observed_roles: self
                .number(Number::ObservedRoles, row)
                .map(|set| interned.roles(set).to_vec()),
            observed_at: self.time(Time::ObservedAt, row),
            observed_identity: super::table::texts_of(observed),
            email,
            first_name: first,
            last_name: last,
            username,
            sid: heap::text(sid).to_owned(),
            external_id: heap::text(external_id).to_owned(),
            employee_id: heap::text(employee_id).to_owned(),
            manager: heap::text(manager).to_owned(),
            department: word(Number::Department).to_owned(),
            language: word(Number::Language).to_owned(),
            assignments: interned.roles(self.roles[row]).to_vec(),
            team: self.number(Number::Team, row).map(ScopeId),
            mfa: codes.mfa(),
            mfa_source: codes.mfa_source(),
            mfa_at: self.time(Time::MfaAt, row),
            created: Micros(self.created[row]),
            last_sign_in: instant(hot.last_sign_in[at]),
            last_use: instant(hot.last_use[at]),
            reactivated: self.time(Time::Reactivated, row),
            invited_at: self.time(Time::InvitedAt, row),
            privileged_since: self.time(Time::PrivilegedSince, row),
            end_date: self.date(Date::End, row),
            leave_from: self.date(Date::LeaveFrom, row),
            leave_to: self.date(Date::LeaveTo, row),
            warned_idle_at: self.time(Time::WarnedIdleAt, row),
            warned_idle_days: self.number(Number::WarnedIdleDays, row).unwrap_or(0) as u8,
            warned_mfa_at: self.time(Time::WarnedMfaAt, row),
            hold_until: self.time(Time::HoldUntil, row),
            manifest: self.manifest[row],
            assets: assets_of(assets),
        }
    }
}

/// Sets a dense column, without copying it when nothing changes.
pub(crate) fn dense<T: Copy + PartialEq>(column: &mut Arc<Vec<T>>, row: usize, value: T) {
    if column[row] != value {
        Arc::make_mut(column)[row] = value;
    }
}

/// Counts of what an account owns, as they stand in its record.
pub(crate) fn assets_of(bytes: &[u8]) -> Vec<u32> {
    let (mut counts, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        counts.push(heap::length(bytes, &mut at) as u32);
    }
    counts
}
