//! Reading what sweeps judge by, straight from the columns.

use super::bits::{WORD, places};
use super::chunk::{Chunk, Date, ROWS, Time};
use super::column::codes::Codes;
use super::column::hot::{Hot, PAGE};
use super::column::interned::PRIVILEGED;
use super::column::sparse::Sparse;
use super::offices::Staying;
use super::parallel;
use super::sieve::Sieve;
use super::tenant::TenantView;
use crate::domain::{
    AccountFacts, AccountId, Action, Assignment, Day, Kind, Mfa, Micros, Origin, Status, Sweep,
};
use crate::rules::guards;
use crate::rules::sweeps::{Context, Planned, Planner, Row};
use std::sync::Arc;

/// Up to 4,096 accounts of one tenant, in the order of their numbers.
#[derive(Debug, Clone, Copy)]
pub struct FactsChunk<'a> {
    view: &'a TenantView,
    chunk: &'a Chunk,
    first: u32,
    codes: &'a [u16],
    created: &'a [i64],
    roles: &'a [u32],
    hot: &'a [Arc<Hot>],
    /// The bits of each set of roles.
    sets: &'a [u8],
    reactivated: &'a Sparse<i64>,
    end_dates: &'a Sparse<i32>,
}

/// One account that is read field by field.
#[derive(Debug, Clone, Copy)]
struct FactsRow<'a> {
    of: &'a FactsChunk<'a>,
    row: usize,
}

impl FactsChunk<'_> {
    /// The accounts a sweep may concern, to be read field by field.
    fn concerned(&self, sieve: &Sieve<'_>) -> impl Iterator<Item = FactsRow<'_>> {
        let words = sieve.rows(self.chunk).into_iter().enumerate();
        let rows = words.flat_map(|(at, word)| places(word).map(move |place| at * WORD + place));
        rows.map(move |row| FactsRow { of: self, row })
    }

    /// All that sweeps judge by, of each account.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = AccountFacts> {
        let rows = (0..self.codes.len()).map(move |row| FactsRow { of: self, row });
        rows.map(|row| row.facts())
    }
}

impl FactsRow<'_> {
    #[inline]
    fn codes(&self) -> Codes {
        Codes(self.of.codes[self.row])
    }
}

impl Row for FactsRow<'_> {
    #[inline]
    fn kind(&self) -> Kind {
        self.codes().kind()
    }
    #[inline]
    fn status(&self) -> Status {
        self.codes().status()
    }
    #[inline]
    fn status_by(&self) -> Origin {
        self.codes().status_by()
    }
    #[inline]
    fn status_since(&self) -> Micros {
        Micros(self.of.chunk.status_since[self.row])
    }
    #[inline]
    fn invited_since(&self) -> Micros {
        let sent = self.of.chunk.time(Time::InvitedAt, self.row);
        sent.unwrap_or_else(|| self.status_since())
    }
    #[inline]
    fn mfa(&self) -> Mfa {
        self.codes().mfa()
    }
    #[inline]
    fn privileged(&self) -> bool {
        let set = self.of.roles[self.row] as usize;
        self.of
            .sets
            .get(set)
            .is_some_and(|bits| bits & PRIVILEGED != 0)
    }
    #[inline]
    fn idle_since(&self) -> Micros {
        let (of, row) = (self.of, self.row);
        let used = of.hot[row / PAGE].last_use[row % PAGE].max(of.created[row]);
        Micros(of.reactivated.get(row).map_or(used, |at| at.max(used)))
    }
    #[inline]
    fn idle_by(&self, limit: Micros) -> bool {
        // Most accounts were used lately: their creation need not be read.
        let (of, row) = (self.of, self.row);
        of.hot[row / PAGE].last_use[row % PAGE] <= limit.0 && self.idle_since() <= limit
    }
    #[inline]
    fn end_date(&self) -> Option<Day> {
        self.of.end_dates.get(self.row).map(Day)
    }
    #[inline]
    fn facts(&self) -> AccountFacts {
        let of = self.of;
        let id = AccountId(of.first + self.row as u32);
        of.chunk.facts(id, self.row, of.sets, &of.view.catalog)
    }
}

impl TenantView {
    fn facts_chunk(&self, index: usize) -> FactsChunk<'_> {
        let chunk = &self.table.chunks[index];
        FactsChunk {
            view: self,
            chunk,
            first: (index * ROWS) as u32,
            codes: &chunk.codes,
            created: &chunk.created,
            roles: &chunk.roles,
            hot: &chunk.hot.0,
            sets: self.table.interned.bits(),
            reactivated: &chunk.times[Time::Reactivated as usize],
            end_dates: &chunk.dates[Date::End as usize],
        }
    }

    /// What sweeps judge every account by, by number.
    #[inline]
    pub fn scan(&self, mut see: impl FnMut(AccountFacts)) {
        for index in 0..self.table.chunks.len() {
            self.facts_chunk(index).iter().for_each(&mut see);
        }
    }

    /// As [`TenantView::scan`], with the roles each account holds.
    pub fn scan_held(&self, mut see: impl FnMut(&AccountFacts, &[Assignment])) {
        for index in 0..self.table.chunks.len() {
            let chunk = self.facts_chunk(index);
            for (facts, set) in chunk.iter().zip(chunk.roles) {
                see(&facts, self.table.interned.roles(*set));
            }
        }
    }

    /// State and roles of each account whose roles pass; nothing is read of the others.
    pub fn scan_holders(
        &self,
        pass: impl Fn(&[Assignment]) -> bool,
        mut see: impl FnMut(Status, &[Assignment]),
    ) {
        let interned = &self.table.interned;
        let passing = interned.sets_with(pass);
        for index in 0..self.table.chunks.len() {
            let chunk = self.facts_chunk(index);
            for (set, codes) in chunk.roles.iter().zip(chunk.codes) {
                if passing.get(*set as usize).is_some_and(|pass| *pass) {
                    see(Codes(*codes).status(), interned.roles(*set));
                }
            }
        }
    }

    /// Works on all accounts in chunks, large tenants on two threads; results in the order of the accounts' numbers.
    pub fn scan_chunks<R: Send>(&self, work: impl Fn(FactsChunk<'_>) -> R + Sync) -> Vec<R> {
        parallel::map(&self.table.chunks, |index, _| work(self.facts_chunk(index)))
    }

    /// What a sweep would do to this tenant: most accounts are passed over unread, large tenants are gone through on two
    /// threads.
    pub fn plan(&self, sweep: Sweep, context: &Context<'_>) -> Planned {
        self.plan_those(sweep, context, None)
    }

    /// As [`TenantView::plan`], as far as it is about the accounts whose roles pass: the others are left out.
    pub fn plan_holders(
        &self,
        sweep: Sweep,
        context: &Context<'_>,
        pass: impl Fn(&[Assignment]) -> bool,
    ) -> Planned {
        let passing = self.table.interned.sets_with(pass);
        self.plan_those(sweep, context, Some(&passing))
    }

    fn plan_those(&self, sweep: Sweep, context: &Context<'_>, passing: Option<&[bool]>) -> Planned {
        let mut planner = Planner::new(sweep, context);
        let sieve = Sieve::new(&planner.concerns(), self.table.interned.bits());
        let passes = |row: &FactsRow<'_>| {
            let set = row.of.roles[row.row] as usize;
            passing.is_none_or(|passing| passing.get(set).is_some_and(|pass| *pass))
        };
        let parts = self.scan_chunks(|chunk| {
            let mut part = planner.part();
            part.see_all(chunk.concerned(&sieve).filter(passes));
            part
        });
        parts.into_iter().for_each(|part| planner.join(part));
        let mut staying = Staying::new(self);
        let stays = |action: &Action| staying.act(action).err().map(|refusal| refusal.what);
        planner.spare(stays, |id| self.facts(id));
        planner.finish()
    }

    /// Why what a sweep would do is over the blast budget; accounts are looked at until that is known, so that it costs
    /// little however much there would be to do.
    pub fn over_budget(&self, sweep: Sweep, context: &Context<'_>) -> Option<String> {
        let planner = Planner::new(sweep, context);
        let sieve = Sieve::new(&planner.concerns(), self.table.interned.bits());
        let mut staying = Staying::new(self);
        let mut counted = 0;
        (0..self.table.chunks.len()).find_map(|index| {
            let mut part = planner.part();
            part.see_all(self.facts_chunk(index).concerned(&sieve));
            let stays = |action: &Action| staying.act(action).err().map(|refusal| refusal.what);
            part.spare(stays, |id| self.facts(id));
            counted += part.weight();
            guards::budget_at_least(counted, context.spent, context.accounts)
        })
    }
}
