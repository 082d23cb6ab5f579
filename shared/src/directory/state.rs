//! The whole directory at one revision.

use super::error::{ApplyError, QueryError};
use super::query::order::Orders;
use super::scan::FactsChunk;
use super::tenant::TenantView;
use crate::domain::{
    Account, AccountFacts, AccountId, AccountRef, Batch, Binding, Fact, Gone, HeadKey, JournalId,
    Micros, Pos, ScopeId, TenantId,
};
use crate::wire::user::{UserPage, UserQuery, UserRow};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Everything that is folded of all journals. Cloning is cheap: what is not changed is shared.
#[derive(Debug, Clone)]
pub struct State {
    pub(super) revision: u64,
    pub(super) platform_seq: u64,
    pub(super) platform_at: Micros,
    /// By number.
    pub(super) tenants: Arc<Vec<Arc<TenantView>>>,
    pub(super) operators: Arc<BTreeMap<u32, Binding>>,
    /// Oldest first.
    pub(super) head_keys: Arc<Vec<HeadKey>>,
    /// Permutations for sorting by text, shared by all clones.
    pub(super) orders: Orders,
    /// What [`Fact::Redacted`] named since the state was made or read from a checkpoint; no part of what is folded.
    pub(super) redactions: Vec<(JournalId, Gone)>,
}

impl Default for State {
    fn default() -> Self {
        State {
            revision: 0,
            platform_seq: 0,
            platform_at: Micros(i64::MIN),
            tenants: Arc::default(),
            operators: Arc::default(),
            head_keys: Arc::default(),
            orders: Orders::default(),
            redactions: Vec::new(),
        }
    }
}

impl State {
    /// How many batches were folded in, over all journals.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The last batch of a journal; 0 when it has none.
    pub fn journal_seq(&self, journal: JournalId) -> u64 {
        match journal.tenant() {
            None => self.platform_seq,
            Some(tenant) => self.tenant(tenant).map_or(0, |t| t.seq),
        }
    }

    /// The time of a journal's last batch; the least instant when it has none.
    pub fn journal_at(&self, journal: JournalId) -> Micros {
        match journal.tenant() {
            None => self.platform_at,
            Some(tenant) => self.tenant(tenant).map_or(Micros(i64::MIN), |t| t.at),
        }
    }

    /// Folds in the next batch of a journal. On an error nothing has changed.
    pub fn apply(&mut self, seq: u64, batch: &Batch) -> Result<(), ApplyError> {
        super::apply::apply(self, seq, batch)
    }

    /// The personal parts that have to go from the journals, as far as the batches say so that were folded in
    /// since the state was read from a checkpoint: some of them may be gone already.
    pub fn redactions(&self) -> &[(JournalId, Gone)] {
        &self.redactions
    }

    /// Takes note that all of [`State::redactions`] are gone. A checkpoint may be written only then.
    pub fn redacted(&mut self) {
        self.redactions.clear();
    }

    /// Threads the history of accounts: sets `prev` of every fact about an account to the entry before it that spoke of the same
    /// account, given that the batch becomes the next one of its journal.
    pub fn link(&self, batch: &mut Batch) {
        let journal = batch.header.journal;
        let Some(tenant) = journal.tenant() else {
            return;
        };
        let seq = self.journal_seq(journal) + 1;
        let view = self.tenant(tenant);
        let mut inside: HashMap<AccountId, Pos> = HashMap::with_capacity(batch.entries.len());
        for (index, entry) in (0u32..).zip(&mut batch.entries) {
            if let Fact::Account { account, prev, .. } | Fact::Redacted { account, prev, .. } =
                &mut entry.fact
            {
                let before = inside.insert(*account, Pos { seq, index });
                *prev = before.or_else(|| view?.last_pos(*account));
            }
        }
    }

    /// Every tenant, by number.
    pub fn tenants(&self) -> impl DoubleEndedIterator<Item = &TenantView> + ExactSizeIterator {
        self.tenants.iter().map(|t| &**t)
    }

    /// One tenant.
    pub fn tenant(&self, id: TenantId) -> Option<&TenantView> {
        let at = self.tenant_index(id).ok()?;
        Some(&self.tenants[at])
    }

    /// The tenant with this name; compared exactly.
    pub fn tenant_named(&self, name: &str) -> Option<&TenantView> {
        self.tenants().find(|t| t.tenant.name == name)
    }

    /// What a journal is called: `platform`, or its tenant's name; by number where there is no such tenant.
    pub fn journal_name(&self, journal: JournalId) -> String {
        match journal.tenant().map(|tenant| self.tenant(tenant)) {
            None => "platform".to_owned(),
            Some(Some(view)) => view.tenant.name.clone(),
            Some(None) => format!("journal {}", journal.0),
        }
    }

    pub(super) fn tenant_index(&self, id: TenantId) -> Result<usize, usize> {
        self.tenants.binary_search_by_key(&id, |t| t.tenant.id)
    }

    /// Every binding of an OS user, by uid.
    pub fn operators(&self) -> impl Iterator<Item = &Binding> {
        self.operators.values()
    }

    /// The binding of one OS user.
    pub fn operator(&self, uid: u32) -> Option<&Binding> {
        self.operators.get(&uid)
    }

    /// The public keys that signed heads, oldest first; the last one signs now.
    pub fn head_keys(&self) -> &[HeadKey] {
        &self.head_keys
    }

    /// One account.
    pub fn account(&self, of: AccountRef) -> Option<Account> {
        self.tenant(of.tenant)?.account(of.account)
    }

    /// What sweeps judge one account by.
    pub fn facts(&self, of: AccountRef) -> Option<AccountFacts> {
        self.tenant(of.tenant)?.facts(of.account)
    }

    /// What sweeps judge the accounts of a tenant by, by number.
    pub fn scan(&self, tenant: TenantId, see: impl FnMut(AccountFacts)) {
        if let Some(tenant) = self.tenant(tenant) {
            tenant.scan(see);
        }
    }

    /// Works on the accounts of a tenant in chunks, large tenants on two threads; results in the order of the accounts.
    pub fn scan_chunks<R: Send>(
        &self,
        tenant: TenantId,
        work: impl Fn(FactsChunk<'_>) -> R + Sync,
    ) -> Vec<R> {
        self.tenant(tenant)
            .map_or_else(Vec::new, |tenant| tenant.scan_chunks(work))
    }

    /// Where the last entry stands that spoke of the account.
    pub fn last_pos(&self, of: AccountRef) -> Option<Pos> {
        self.tenant(of.tenant)?.last_pos(of.account)
    }

    /// The accounts with this email, compared without case, in one tenant or in all.
    pub fn find_email(&self, tenant: Option<TenantId>, email: &str) -> Vec<AccountRef> {
        self.tenants()
            .filter(|t| tenant.is_none_or(|id| t.tenant.id == id))
            .flat_map(|t| t.with_email(email).into_iter().map(|a| t.reference(a)))
            .collect()
    }

    /// One account as a row of the users table.
    pub fn row(&self, of: AccountRef, now: Micros) -> Option<UserRow> {
        self.tenant(of.tenant)?.row(of.account, now)
    }

    /// A page of rows with the exact count of what matches.
    pub fn query(&self, query: &UserQuery, now: Micros) -> Result<UserPage, QueryError> {
        super::query::query(self, query, now, None)
    }

    /// As [`State::query`], of one tenant, and of it no more than a part: the accounts that hold a role at one of these
    /// scopes, and of what they hold that alone. Neither filters nor search tell what lies outside.
    pub fn query_part(
        &self,
        query: &UserQuery,
        now: Micros,
        part: &BTreeSet<ScopeId>,
    ) -> Result<UserPage, QueryError> {
        match query.tenant {
            None => Err(QueryError::ScopeWithoutTenant),
            Some(_) => super::query::query(self, query, now, Some(part)),
        }
    }

    /// Makes what the first search and the first sort by name or email would otherwise wait for. For a thread of its own
    /// after a start.
    pub fn warm(&self) {
        self.orders.warm(self);
    }

    /// Whether an event was taken in before; known for 35 days before the tenant's newest event.
    pub fn seen(&self, tenant: TenantId, at: Micros, event: u64) -> bool {
        self.tenant(tenant).is_some_and(|t| t.seen(at, event))
    }

    /// A hash over everything that is folded. It does not depend on how the state came to be: by replay or from a
    /// checkpoint, in which order journals were read.
    pub fn digest(&self) -> [u8; 32] {
        super::digest::digest(self)
    }
}
