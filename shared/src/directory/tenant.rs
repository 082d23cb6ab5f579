//! One tenant with everything that is folded of its journal.

use super::chunk::unpack;
use super::chunked::Chunked;
use super::records::Records;
use super::seats::SeatCounts;
use super::seen::Seen;
use super::table::Table;
use crate::catalog::Catalog;
use crate::domain::{
    Account, AccountFacts, AccountId, AccountRef, Actor, Asset, Assignment, Day, Feed, Field,
    Micros, Order, OrderId, Policy, Pos, Run, RunId, ScopeNode, Sweep, Tenant, ThingKey, Todo,
};
use crate::rules::rights::Rights;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// Accounts whose open orders share one map.
const SHARD: u32 = 4096;

/// One tenant: its settings, what is in force in it, its accounts, and what became of them.
#[derive(Debug, Clone)]
pub struct TenantView {
    /// Its settings.
    pub tenant: Tenant,
    /// The role catalog in force with the tenant's custom roles; without roles until one is adopted.
    pub catalog: Arc<Catalog>,
    /// Its scopes, in the order they came to be.
    pub scopes: Arc<Vec<ScopeNode>>,
    pub(super) catalog_text: Arc<str>,
    /// The catalog as adopted, without the tenant's custom roles.
    pub(super) adopted: Arc<Catalog>,
    pub(super) rights: Arc<OnceLock<Rights>>,
    /// How often scopes, features or the catalog changed what roles give.
    pub(super) rights_changed: u32,
    pub(super) records: Records,
    pub(super) assets: Chunked<Asset, 1024>,
    pub(super) policies: BTreeMap<Sweep, Policy>,
    pub(super) set_by: BTreeMap<Sweep, Actor>,
    pub(super) seq: u64,
    pub(super) at: Micros,
    pub(super) table: Table,
    pub(super) owners: Arc<BTreeSet<AccountId>>,
    pub(super) counts: SeatCounts,
    pub(super) feed: Feed,
    pub(super) seen: Seen,
    pub(super) orders: Chunked<Order, 256>,
    pub(super) open: Vec<Arc<BTreeMap<(AccountId, Field), OrderId>>>,
    pub(super) open_things: Arc<BTreeMap<ThingKey, OrderId>>,
    pub(super) runs: Chunked<Arc<Run>, 8>,
    pub(super) last_due: BTreeMap<Sweep, Micros>,
    pub(super) exported: Option<Micros>,
}

impl TenantView {
    pub(super) fn new(tenant: Tenant) -> Self {
        TenantView {
            catalog: Arc::default(),
            adopted: Arc::default(),
            rights: Arc::default(),
            rights_changed: 0,
            records: Records::default(),
            assets: Chunked::default(),
            tenant,
            scopes: Arc::default(),
            catalog_text: Arc::from(""),
            policies: BTreeMap::new(),
            set_by: BTreeMap::new(),
            seq: 0,
            at: Micros(i64::MIN),
            table: Table::default(),
            owners: Arc::default(),
            counts: SeatCounts::default(),
            feed: Feed::default(),
            seen: Seen::default(),
            orders: Chunked::default(),
            open: Vec::new(),
            open_things: Arc::default(),
            runs: Chunked::default(),
            last_due: BTreeMap::new(),
            exported: None,
        }
    }

    /// The text of the catalog in force; empty until one is adopted.
    pub fn catalog_text(&self) -> &str {
        &self.catalog_text
    }

    /// The policy in force of a sweep; the default where none was set.
    pub fn policy(&self, sweep: Sweep) -> Policy {
        self.policies
            .get(&sweep)
            .cloned()
            .unwrap_or_else(|| Policy::default_of(sweep))
    }

    /// Who last changed what a sweep may do: its policy's mode or limits; none while the default stands.
    pub fn policy_set_by(&self, sweep: Sweep) -> Option<&Actor> {
        self.set_by.get(&sweep)
    }

    /// How many accounts there are: also the next account's number.
    pub fn accounts(&self) -> u32 {
        self.table.len()
    }

    /// Its time zone; UTC where the name is not known on this machine.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.tenant.tz).unwrap_or(TimeZone::UTC)
    }

    /// Of when the newest people export of the vendor is that was read to its end; none when none was, or when an earlier
    /// version read it.
    pub fn newest_export(&self) -> Option<Micros> {
        self.exported
    }

    /// How alive its sign-in feed is.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// Whether an event was taken in before; events older than [`TenantView::seen_horizon`] are not known any more.
    pub fn seen(&self, at: Micros, event: u64) -> bool {
        self.seen.contains(at, event)
    }

    /// The oldest day whose events are still known; none before the first event.
    pub fn seen_horizon(&self) -> Option<Day> {
        self.seen.horizon()
    }

    /// Every order, newest last.
    pub fn orders(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.orders.iter()
    }

    /// One order.
    pub fn order(&self, id: OrderId) -> Option<&Order> {
        self.orders.get((id.0 as usize).checked_sub(1)?)
    }

    /// The newest order on this field of this account that is open or delivered.
    pub fn open_order(&self, account: AccountId, field: Field) -> Option<&Order> {
        let shard = self.open.get((account.0 / SHARD) as usize)?;
        self.order(*shard.get(&(account, field))?)
    }

    /// The newest order on this thing of the tenant that is open or delivered.
    pub fn open_thing(&self, key: &ThingKey) -> Option<&Order> {
        self.order(*self.open_things.get(key)?)
    }

    /// The number the next order will get.
    pub fn next_order(&self) -> OrderId {
        OrderId(u32::try_from(self.orders.len()).map_or(u32::MAX, |n| n.saturating_add(1)))
    }

    pub(super) fn set_order(&mut self, seq: u64, order: &Order) {
        // A seat at the vendor may hang on it.
        self.know_roles_of(order);
        let account = order.account();
        let before = account.and_then(|id| self.standing(id));
        match self.orders.get_mut(seq, order.id.0 as usize - 1) {
            Some(slot) => slot.clone_from(order),
            None => self.orders.push(seq, order.clone()),
        }
        self.note_open(order);
        if let Some(id) = account {
            let after = self.standing(id);
            self.recount_one(id, before, after);
        }
    }

    /// Takes all orders in at once, in chunks with the batch that touched each last; none when they do not fit.
    pub(super) fn restore_orders(&mut self, chunks: Vec<(u64, Vec<Order>)>) -> Option<()> {
        self.orders = Chunked::from_chunks(chunks)?;
        let orders = self.orders.clone();
        orders.iter().for_each(|order| self.note_open(order));
        Some(())
    }

    fn note_open(&mut self, order: &Order) {
        match &order.todo {
            Todo::Account { account, change } => {
                let shard = (account.0 / SHARD) as usize;
                if self.open.len() <= shard {
                    self.open.resize_with(shard + 1, Arc::default);
                }
                note(&mut self.open[shard], (*account, change.field), order);
            }
            Todo::Thing { thing } => {
                if let Some(key) = thing.key() {
                    note(&mut self.open_things, key, order);
                }
            }
        }
    }

    /// Every run, oldest first.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = &Run> {
        self.runs.iter().map(|r| &**r)
    }

    /// One run.
    pub fn run(&self, id: RunId) -> Option<&Run> {
        self.runs().rev().find(|r| r.id == id)
    }

    /// The newest instant at which a sweep was due by schedule and dealt with.
    pub fn last_due(&self, sweep: Sweep) -> Option<Micros> {
        self.last_due.get(&sweep).copied()
    }

    /// The last batch of its journal.
    pub fn last_seq(&self) -> u64 {
        self.seq
    }

    /// One account.
    pub fn account(&self, id: AccountId) -> Option<Account> {
        let (chunk, row) = self.table.find(id)?;
        Some(chunk.account(id, row, &self.table.interned))
    }

    /// What sweeps judge one account by.
    pub fn facts(&self, id: AccountId) -> Option<AccountFacts> {
        let (chunk, row) = self.table.find(id)?;
        Some(chunk.facts(id, row, self.table.interned.bits(), &self.catalog))
    }

    /// The roles an account holds; none when there is no such account.
    pub fn roles_of(&self, id: AccountId) -> &[Assignment] {
        match self.table.find(id) {
            Some((chunk, row)) => self.table.interned.roles(chunk.roles[row]),
            None => &[],
        }
    }

    /// Where the last entry stands that spoke of the account.
    pub fn last_pos(&self, id: AccountId) -> Option<Pos> {
        let (chunk, row) = self.table.find(id)?;
        Some(unpack(chunk.pos[row]))
    }

    /// The account's reference.
    pub fn reference(&self, account: AccountId) -> AccountRef {
        AccountRef {
            tenant: self.tenant.id,
            account,
        }
    }
}

/// Keeps the newest order on its way of each key.
fn note<K: Ord + Clone>(open: &mut Arc<BTreeMap<K, OrderId>>, key: K, order: &Order) {
    let now = open.get(&key).copied();
    if order.pending() && now.is_none_or(|n| n < order.id) {
        Arc::make_mut(open).insert(key, order.id);
    } else if !order.pending() && now == Some(order.id) {
        Arc::make_mut(open).remove(&key);
    }
}
