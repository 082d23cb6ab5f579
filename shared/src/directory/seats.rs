//! Seats and owners of a tenant, counted as accounts change.

use super::chunk::Number;
use super::column::codes::{Codes, FILTERED};
use super::column::interned::OWNER;
use super::tenant::TenantView;
use crate::catalog::Catalog;
use crate::domain::{
    AccountFacts, AccountId, Assignment, Authority, Field, Kind, ScopeNode, SeatHold, Status, Todo,
    Value,
};
use std::sync::Arc;

/// How many accounts there are of each state and kind, and how many seats wait for the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SeatCounts {
    by_state: [[u32; 4]; Status::ALL.len()],
    releasing: u32,
}

/// What of an account counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    status: Status,
    kind: Kind,
    releasing: bool,
    owner: bool,
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

    /// Shows each set of roles with how many of its holders have a seat as decided, in use or reserved.
    fn decided_seats(&self, catalog: &Catalog, mut see: impl FnMut(&[Assignment], u64)) {
        let has: [bool; FILTERED] = std::array::from_fn(|codes| {
            let codes = Codes(codes as u16);
            catalog.seat(codes.status(), codes.kind()) != SeatHold::None
        });
        let sets = self.table.interned.role_sets();
        let mut seats = vec![0; sets.len()];
        for chunk in &self.table.chunks {
            for (codes, set) in chunk.codes.iter().zip(&*chunk.roles) {
                seats[*set as usize] += u64::from(has[Codes(*codes).filtered()]);
            }
        }
        for (set, seats) in sets.iter().zip(seats) {
            see(set, seats);
        }
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
        let (chunk, row) = self.table.find(id)?;
        let (codes, set) = (chunk.codes(row), chunk.roles[row] as usize);
        let (status, kind) = (codes.status(), codes.kind());
        let seat = |status| self.catalog.seat(status, kind) != SeatHold::None;
        let observed = chunk.number(Number::ObservedStatus, row).is_some();
        let there = || match observed {
            true => chunk.observed(row),
            false => self.ordered_from(id),
        };
        Some(Standing {
            status,
            kind,
            releasing: !seat(status) && there().is_some_and(seat),
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
        match self.facts(id) {
            Some(facts) => self.seats_by(&self.catalog, &facts, self.roles_of(id)),
            None => [None, None],
        }
    }

    /// Calls `see` with the roles by which accounts hold seats, as [`TenantView::seats_of`] gives them, and how many accounts
    /// do. Reads through all accounts; those of a vendor's tenant one by one.
    pub fn scan_seats(&self, see: impl FnMut([Option<&[Assignment]>; 2], u64)) {
        self.scan_seats_under(&self.catalog, see);
    }

    /// As [`TenantView::scan_seats`], by what another catalog says of who holds a seat.
    pub fn scan_seats_under(
        &self,
        catalog: &Catalog,
        mut see: impl FnMut([Option<&[Assignment]>; 2], u64),
    ) {
        match self.tenant.authority {
            Authority::Rollcall => {
                self.decided_seats(catalog, |roles, seats| see([Some(roles), None], seats));
            }
            Authority::Vendor => {
                self.scan_held(|facts, roles| see(self.seats_by(catalog, facts, roles), 1));
            }
        }
    }

    fn seats_by<'a>(
        &'a self,
        catalog: &Catalog,
        facts: &AccountFacts,
        roles: &'a [Assignment],
    ) -> [Option<&'a [Assignment]>; 2] {
        let holds = |state| catalog.seat(state, facts.kind) != SeatHold::None;
        let decided = holds(facts.status).then_some(roles);
        if self.tenant.authority == Authority::Rollcall {
            return [decided, None];
        }
        let state = facts.observed.or_else(|| self.ordered_from(facts.id));
        let state = state.unwrap_or(facts.status);
        let there = holds(state).then(|| {
            let shown = self.table.find(facts.id);
            let shown = shown.and_then(|(chunk, row)| chunk.number(Number::ObservedRoles, row));
            match (shown, self.ordered(facts.id, Field::Roles)) {
                (Some(set), _) => self.table.interned.roles(set),
                (None, Some(Value::Roles(before))) => before,
                (None, _) => roles,
            }
        });
        [decided, there]
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
