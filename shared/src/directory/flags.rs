//! What deserves a look about an account, as of an instant.

use super::bits::{WORD, places, those};
use super::chunk::{Chunk, Date, Number, ROWS, Time};
use super::column::codes::Codes;
use super::column::hot::{NEVER, PAGE, instant};
use super::column::interned::{OWNER, PRIVILEGED};
use crate::domain::{Day, Micros, Span, Status};
use crate::rules::sweeps::was_used_while_out;
use crate::wire::user::Flag;
use jiff::tz::TimeZone;

/// An account not used for this long is idle (CIS Controls 5.3).
const IDLE_AFTER: Span = Span::days(45);

/// What flags depend on beside the account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At {
    now: Micros,
    /// The day on the tenant's clock.
    today: Day,
    /// Last used at or before this instant is idle.
    idle: Micros,
    /// Invitations sent at or before this instant are overdue.
    overdue: Micros,
    /// Whether the power lies with a vendor, whose state may drift.
    vendor: bool,
}

impl At {
    pub fn new(now: Micros, zone: &TimeZone, invitation_valid: Span, vendor: bool) -> Self {
        At {
            now,
            today: now.day_in(zone),
            idle: now.minus(IDLE_AFTER),
            overdue: now.minus(invitation_valid),
            vendor,
        }
    }
}

/// The bit of a flag.
const fn bit(flag: Flag) -> u16 {
    1 << flag as u16
}

/// The bits of several flags.
pub(crate) fn bits(flags: &[Flag]) -> u16 {
    flags.iter().fold(0, |bits, flag| bits | bit(*flag))
}

/// Every flag.
pub(crate) const ALL: u16 = (1 << Flag::ALL.len()) - 1;

/// The flags that any account may have; the others need a value that few have.
const COMMON: u16 = bit(Flag::Idle)
    | bit(Flag::NeverSignedIn)
    | bit(Flag::MfaMissing)
    | bit(Flag::Privileged)
    | bit(Flag::Owner);

/// Bits as flags.
pub(crate) fn list(bits: u16) -> Vec<Flag> {
    Flag::ALL
        .into_iter()
        .filter(|flag| bits & bit(*flag) != 0)
        .collect()
}

/// How many flags are set. Looked up, because counting bits is slow where the processor is not known.
#[inline]
pub(crate) fn count(bits: u16) -> u64 {
    const COUNTS: [u8; 1 << Flag::ALL.len()] = {
        let mut counts = [0; 1 << Flag::ALL.len()];
        let mut bits = 0;
        while bits < counts.len() {
            counts[bits] = bits.count_ones() as u8;
            bits += 1;
        }
        counts
    };
    u64::from(COUNTS[usize::from(bits & ALL)])
}

/// The flags that any account may have; idle since `since`, and only where a source has told a use at all.
#[inline]
fn common(codes: Codes, set: u8, (last_sign_in, last_use): (i64, i64), since: i64, at: &At) -> u16 {
    let active_person = codes.is_active_person();
    let put = |flag: Flag, yes: bool| u16::from(yes) << flag as u16;
    let privileged = set & PRIVILEGED != 0;
    let idle = (last_use != NEVER) & (since <= at.idle.0);
    put(Flag::Idle, active_person & idle)
        | put(Flag::NeverSignedIn, active_person & (last_sign_in == NEVER))
        | put(
            Flag::MfaMissing,
            active_person & privileged & codes.has_no_mfa(),
        )
        | put(Flag::Privileged, privileged)
        | put(Flag::Owner, set & OWNER != 0)
}

impl Chunk {
    /// The flags of one account; `set` are the bits of its roles.
    pub fn flags(&self, row: usize, set: u8, at: &At) -> u16 {
        let (hot, place) = self.hot.of(row);
        let last_use = hot.last_use[place];
        let used = last_use.max(self.created[row]);
        let reactivated = self.time(Time::Reactivated, row).map_or(NEVER, |at| at.0);
        let sign_in = hot.last_sign_in[place];
        let rare = [
            (Flag::InvitationOverdue, self.overdue(row, at)),
            (Flag::Ended, self.ended(row, at)),
            (Flag::Drift, self.drifts(row, at)),
            (Flag::Held, self.held(row, at)),
            (Flag::OnLeave, self.on_leave(row, at)),
        ];
        let since = used.max(reactivated);
        let bits = common(self.codes(row), set, (sign_in, last_use), since, at);
        rare.iter()
            .filter(|(_, yes)| *yes)
            .fold(bits, |bits, (flag, _)| bits | bit(*flag))
    }

    /// The `wanted` flags of every account; `sets` are the bits of all sets of roles. Goes by columns, because most
    /// accounts have no value in most of them.
    pub fn all_flags(&self, sets: &[u8], at: &At, wanted: u16) -> [u16; ROWS] {
        let mut bits = [0; ROWS];
        if wanted & COMMON != 0 {
            self.common_flags(sets, at, &mut bits);
        }
        let flagged = |flag: Flag, yes: bool| u16::from(yes) << flag as u16;
        let asked = |flag: Flag| wanted & bit(flag) != 0;
        if asked(Flag::InvitationOverdue) {
            for (word, codes) in self.codes.chunks(WORD).enumerate() {
                for place in places(those(codes, |code| Codes(code).is_invited())) {
                    let row = word * WORD + place;
                    bits[row] |= flagged(Flag::InvitationOverdue, self.overdue(row, at));
                }
            }
        }
        if asked(Flag::Ended) {
            self.dates[Date::End as usize].for_each(|row, _| {
                bits[row] |= flagged(Flag::Ended, self.ended(row, at));
            });
        }
        if asked(Flag::Drift) {
            self.numbers[Number::ObservedStatus as usize].for_each(|row, seen| {
                bits[row] |= flagged(Flag::Drift, !self.met_by(row, seen));
            });
            self.numbers[Number::ObservedRoles as usize].for_each(|row, seen| {
                bits[row] |= flagged(Flag::Drift, seen != self.roles[row]);
            });
            self.numbers[Number::ObservedIdentity as usize].for_each(|row, _| {
                bits[row] |= flagged(Flag::Drift, at.vendor);
            });
            for (word, codes) in self.codes.chunks(WORD).enumerate().filter(|_| at.vendor) {
                for place in places(those(codes, |code| Codes(code).is_shut_out())) {
                    let row = word * WORD + place;
                    bits[row] |= flagged(Flag::Drift, self.in_use_there(row));
                }
            }
        }
        if asked(Flag::Held) {
            self.times[Time::HoldUntil as usize].for_each(|row, until| {
                bits[row] |= flagged(Flag::Held, until > at.now.0);
            });
        }
        if asked(Flag::OnLeave) {
            for date in [Date::LeaveFrom, Date::LeaveTo] {
                self.dates[date as usize].for_each(|row, _| {
                    bits[row] |= flagged(Flag::OnLeave, self.on_leave(row, at));
                });
            }
        }
        bits
    }

    fn common_flags(&self, sets: &[u8], at: &At, bits: &mut [u16; ROWS]) {
        let pages = self.codes.chunks(PAGE).zip(self.created.chunks(PAGE));
        let pages = pages.zip(self.roles.chunks(PAGE)).zip(&self.hot.0);
        for ((((codes, created), roles), hot), bits) in pages.zip(bits.chunks_mut(PAGE)) {
            let rows = codes.iter().zip(created).zip(roles);
            let rows = rows.zip(hot.last_sign_in.iter().zip(&hot.last_use));
            for ((((codes, created), roles), (sign_in, last_use)), bits) in rows.zip(bits) {
                let set = sets.get(*roles as usize).copied().unwrap_or(0);
                let since = *last_use.max(created);
                *bits = common(Codes(*codes), set, (*sign_in, *last_use), since, at);
            }
        }
        self.times[Time::Reactivated as usize].for_each(|row, reactivated| {
            if reactivated > at.idle.0 {
                bits[row] &= !bit(Flag::Idle);
            }
        });
    }

    /// As the sweep counts: from when the invitation was sent; without a date, from since when the account waits.
    fn overdue(&self, row: usize, at: &At) -> bool {
        let sent = || {
            let sent = self.time(Time::InvitedAt, row);
            sent.map_or(self.status_since[row], |sent| sent.0)
        };
        self.codes(row).status() == Status::Invited && sent() <= at.overdue.0
    }

    fn ended(&self, row: usize, at: &At) -> bool {
        let may_come_back = matches!(
            self.codes(row).status(),
            Status::Invited | Status::Active | Status::Suspended
        );
        may_come_back && self.date(Date::End, row).is_some_and(|end| end < at.today)
    }

    fn drifts(&self, row: usize, at: &At) -> bool {
        let roles = self.number(Number::ObservedRoles, row);
        let status = self.number(Number::ObservedStatus, row);
        status.is_some_and(|seen| !self.met_by(row, seen))
            || roles.is_some_and(|seen| seen != self.roles[row])
            || (at.vendor && self.number(Number::ObservedIdentity, row).is_some())
            || (at.vendor && self.in_use_there(row))
    }

    /// Whether the state the vendor shows is the one decided, or a stronger end.
    fn met_by(&self, row: usize, seen: u32) -> bool {
        let seen = Status::ALL.get(seen as usize);
        seen.is_some_and(|seen| self.codes(row).status().met_by(*seen))
    }

    /// Shut out here and used after that: the vendor has not carried it out.
    fn in_use_there(&self, row: usize) -> bool {
        let (hot, place) = self.hot.of(row);
        let since = Micros(self.status_since[row]);
        let used = instant(hot.last_use[place]);
        was_used_while_out(self.codes(row).status(), since, used)
    }

    fn held(&self, row: usize, at: &At) -> bool {
        self.time(Time::HoldUntil, row)
            .is_some_and(|until| until > at.now)
    }

    fn on_leave(&self, row: usize, at: &At) -> bool {
        let (from, to) = (
            self.date(Date::LeaveFrom, row),
            self.date(Date::LeaveTo, row),
        );
        (from.is_some() || to.is_some())
            && from.is_none_or(|day| day <= at.today)
            && to.is_none_or(|day| day >= at.today)
    }
}
