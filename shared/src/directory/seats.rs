//! Seats and owners of a tenant, counted as accounts change.

use super::chunk::Number;
use super::column::interned::OWNER;
use super::tenant::TenantView;
use crate::catalog::Catalog;
use crate::domain::{
    AccountId, Assignment, Authority, Field, Kind, Order, ScopeNode, SeatHold, Status, Todo, Value,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many accounts there are of each state and kind, and how many seats wait for the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct SeatCounts {
    by_state: [[u32; 4]; Status::ALL.len()],
    releasing: u32,
    /// How many accounts hold seats by each pair of sets of roles.
    by_sets: Arc<BTreeMap<Sets, u32>>,
}

/// The sets of roles by which an account holds seats, by their numbers: as decided, and as the vendor has it still. None
/// is that it holds none so.
type Sets = [Option<u32>; 2];

/// What of an account counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    status: Status,
    kind: Kind,
    releasing: bool,
    owner: bool,
    seats: Sets,
}

impl TenantView {
    /// Seats in use by decided state.
    pub fn seats_used(&self) -> u32 {
        self.seats(SeatHold::Used)
    }

    /// Seats kept for open invitations.
    pub fn seats_reserved(&self) -> u32 {
        self.seats(SeatHold::Reserved)
    }

    /// Seats that were decided free and that the vendor still holds, by its last export, or by an order on its way where
    /// none has shown the account: not free yet. Always 0 under authority `rollcall`.
    pub fn seats_releasing(&self) -> u32 {
        match self.tenant.authority {
            Authority::Rollcall => 0,
            Authority::Vendor => self.counts.releasing,
        }
    }

    fn seats(&self, hold: SeatHold) -> u32 {
        let mut sum = 0;
        for (status, kinds) in Status::ALL.iter().zip(&self.counts.by_state) {
            for (kind, accounts) in Kind::ALL.iter().zip(kinds) {
                if self.catalog.seat(*status, *kind) == hold {
                    sum += accounts;
                }
            }
        }
        sum
    }

    /// How many accounts are of the kinds that sweeps act on, people and programs, and not deleted.
    pub fn sweepable(&self) -> u32 {
        let states = Status::ALL.iter().filter(|s| **s != Status::Deleted);
        let kinds = [Kind::Person, Kind::Service];
        let each = states.flat_map(|s| kinds.map(|k| (*s, k)));
        each.map(|(status, kind)| self.counts.by_state[status as usize][kind as usize])
            .sum()
    }

    /// The accounts that hold the owner role, in whatever state, by number.
    pub fn owners(&self) -> Vec<AccountId> {
        self.owners.iter().copied().collect()
    }

    /// What of an account counts; none when there is no such account.
    pub(super) fn standing(&self, id: AccountId) -> Option<Standing> {
        self.standing_under(&self.catalog, id)
    }

    /// As [`TenantView::standing`], by what another catalog says of who holds a seat.
    fn standing_under(&self, catalog: &Catalog, id: AccountId) -> Option<Standing> {
        let (chunk, row) = self.table.find(id)?;
        let (codes, set) = (chunk.codes(row), chunk.roles[row] as usize);
        let (status, kind) = (codes.status(), codes.kind());
        let seat = |status| catalog.seat(status, kind) != SeatHold::None;
        let observed = chunk.number(Number::ObservedStatus, row).is_some();
        let there = match observed {
            true => chunk.observed(row),
            false => self.ordered_from(id),
        };
        let interned = &self.table.interned;
        let shown = chunk.number(Number::ObservedRoles, row);
        let set_there = || match (shown, self.ordered(id, Field::Roles)) {
            (Some(shown), _) => shown,
            (None, Some(Value::Roles(before))) => interned.find_set(before).unwrap_or(set as u32),
            (None, _) => set as u32,
        };
        Some(Standing {
            status,
            kind,
            releasing: !seat(status) && there.is_some_and(seat),
            seats: [
                seat(status).then_some(set as u32),
                seat(there.unwrap_or(status)).then(set_there),
            ],
            owner: self
                .table
                .interned
                .bits()
                .get(set)
                .is_some_and(|b| b & OWNER != 0),
        })
    }

    /// The state an account has at the vendor as far as an order on its way says: where the order began.
    fn ordered_from(&self, id: AccountId) -> Option<Status> {
        match self.ordered(id, Field::Status)? {
            Value::Int(n) => Status::ALL.get(usize::try_from(*n).ok()?).copied(),
            _ => None,
        }
    }

    fn ordered(&self, id: AccountId, field: Field) -> Option<&Value> {
        match &self.open_order(id, field)?.todo {
            Todo::Account { change, .. } => Some(&change.old),
            Todo::Thing { .. } => None,
        }
    }

    /// The roles by which an account holds seats: those decided, and those by which the vendor still holds one for it
    /// until a change is confirmed.
    pub fn seats_of(&self, id: AccountId) -> [Option<&[Assignment]>; 2] {
        let sets = self.standing(id).map(|standing| standing.seats);
        self.roles_by(sets.unwrap_or_default())
    }

    /// Sets of roles by which seats are held; what the vendor has counts only where the power lies with it.
    fn roles_by(&self, [decided, there]: Sets) -> [Option<&[Assignment]>; 2] {
        let there = there.filter(|_| self.tenant.authority == Authority::Vendor);
        [decided, there].map(|set| set.map(|set| self.table.interned.roles(set)))
    }

    /// Gives the roles that an order began with a number: seats may be held by them until it is confirmed.
    pub(super) fn know_roles_of(&mut self, order: &Order) {
        if let Todo::Account { change, .. } = &order.todo
            && let (Field::Roles, Value::Roles(before)) = (change.field, &change.old)
        {
            self.table.interned.role_set(before, &self.catalog);
        }
    }

    /// Calls `see` with the roles by which accounts hold seats, as [`TenantView::seats_of`] gives them, and how many accounts
    /// do. They were counted as they changed.
    pub fn scan_seats(&self, mut see: impl FnMut([Option<&[Assignment]>; 2], u64)) {
        for (sets, accounts) in &*self.counts.by_sets {
            see(self.roles_by(*sets), u64::from(*accounts));
        }
    }

    /// As [`TenantView::scan_seats`], by what another catalog says of who holds a seat. Reads through all accounts.
    pub fn scan_seats_under(
        &self,
        catalog: &Catalog,
        mut see: impl FnMut([Option<&[Assignment]>; 2], u64),
    ) {
        for id in (0..self.table.len()).map(AccountId) {
            if let Some(standing) = self.standing_under(catalog, id) {
                see(self.roles_by(standing.seats), 1);
            }
        }
    }

    /// Counts an account as it is now instead of as it was.
    pub(super) fn recount_one(
        &mut self,
        id: AccountId,
        before: Option<Standing>,
        after: Option<Standing>,
    ) {
        if let Some(b) = before {
            self.counts.by_state[b.status as usize][b.kind as usize] -= 1;
            self.counts.releasing -= u32::from(b.releasing);
        }
        let seats = |s: Option<Standing>| s.map(|s| s.seats).filter(|s| *s != [None, None]);
        let (held, holds) = (seats(before), seats(after));
        if held != holds {
            let by_sets = Arc::make_mut(&mut self.counts.by_sets);
            if let Some(held) = held
                && let Some(accounts) = by_sets.get_mut(&held)
            {
                *accounts -= 1;
                if *accounts == 0 {
                    by_sets.remove(&held);
                }
            }
            if let Some(holds) = holds {
                *by_sets.entry(holds).or_default() += 1;
            }
        }
        if let Some(a) = after {
            self.counts.by_state[a.status as usize][a.kind as usize] += 1;
            self.counts.releasing += u32::from(a.releasing);
        }
        let owner = |s: Option<Standing>| s.is_some_and(|s| s.owner);
        match (owner(before), owner(after)) {
            (false, true) => {
                Arc::make_mut(&mut self.owners).insert(id);
            }
            (true, false) => {
                Arc::make_mut(&mut self.owners).remove(&id);
            }
            _ => {}
        }
    }

    /// Puts a catalog in force: what roles and states mean is counted afresh.
    pub(super) fn adopt(&mut self, catalog: Catalog, text: &str) {
        self.adopted = Arc::new(catalog);
        self.catalog_text = Arc::from(text);
        self.offer_roles();
    }

    /// Adds the tenant's custom roles to its catalog: everything that asks for a role finds them there.
    pub(super) fn offer_roles(&mut self) {
        let catalog = self.adopted.with_custom(self.custom_roles());
        self.table.interned.adopt(&catalog);
        self.catalog = Arc::new(catalog);
        self.name_scopes();
        self.forget_rights();
        self.recount();
    }

    /// Lets every scope have the words that the catalog shows in place of its name.
    pub(super) fn name_scopes(&mut self) {
        let catalog = Arc::clone(&self.catalog);
        let same = |s: &ScopeNode| s.profile.shown == catalog.shown(s.kind, &s.name);
        if self.scopes.iter().all(same) {
            return;
        }
        for scope in Arc::make_mut(&mut self.scopes) {
            scope.profile.shown = catalog.shown(scope.kind, &scope.name).to_owned();
        }
    }

    /// Counts every account afresh.
    pub(super) fn recount(&mut self) {
        self.counts = SeatCounts::default();
        self.owners = Arc::default();
        for id in (0..self.table.len()).map(AccountId) {
            let now = self.standing(id);
            self.recount_one(id, None, now);
        }
    }
}
