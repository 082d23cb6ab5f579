//! Whether a tenant's batch can be folded in. What passes here folds without fail, so that a refused batch leaves the
//! state as it was without a copy of it.

use super::activity::ACTIVITY_DAYS;
use super::chunk::MOST_ENTRIES;
use super::column::hot::NEVER;
use super::error::ApplyError;
use super::state::State;
use super::tenant::TenantView;
use crate::catalog::{self, Catalog};
use crate::domain::field::BadValue;
use crate::domain::{
    Account, AccountId, AssetId, Batch, Entry, Fact, FieldChange, Gone, Micros, OrderId, RunId,
    Tenant, Value,
};

/// What entries of a batch rest on, as far as the entries before them have moved it.
struct Check<'a> {
    view: &'a TenantView,
    next_account: u32,
    next_order: OrderId,
    next_asset: AssetId,
    runs: Vec<RunId>,
    /// Takes every value, so that the types fit exactly when [`Account::set`] says so.
    scratch: Account,
    catalogs: Vec<Catalog>,
}

/// Checks all entries; the catalogs they adopt come back read.
pub(super) fn check(
    state: &State,
    view: &TenantView,
    batch: &Batch,
) -> Result<Vec<Catalog>, ApplyError> {
    if batch.entries.len() > MOST_ENTRIES {
        return Err(ApplyError::TooMany(batch.entries.len()));
    }
    let mut check = Check {
        view,
        next_account: view.accounts(),
        next_order: view.next_order(),
        next_asset: view.next_asset(),
        runs: Vec::new(),
        scratch: Account::new(AccountId(0), "", Micros(0)),
        catalogs: Vec::new(),
    };
    for (index, entry) in batch.entries.iter().enumerate() {
        check.entry(state, index, entry)?;
    }
    Ok(check.catalogs)
}

impl Check<'_> {
    fn entry(&mut self, state: &State, index: usize, entry: &Entry) -> Result<(), ApplyError> {
        match &entry.fact {
            Fact::Account {
                account, changes, ..
            } => {
                if account.0 == self.next_account {
                    self.next_account += 1;
                } else {
                    self.account(*account)?;
                }
                for change in changes.iter().chain(&entry.personal) {
                    self.value(change)?;
                }
            }
            Fact::Redacted { account, gone, .. } => {
                self.account(*account)?;
                stand_before(gone, self.view.seq)?;
            }
            Fact::TenantChanged { new, .. } => self.renamed(state, new)?,
            Fact::CatalogAdopted { name, text } => self.catalogs.push(catalog::parse(name, text)?),
            Fact::ScopeCreated(_)
            | Fact::ScopeChanged { .. }
            | Fact::PolicySet { .. }
            | Fact::ExportRead { .. } => {}
            Fact::Record { old, new } => {
                if let (Some(old), Some(new)) = (old, new)
                    && (old.kind(), old.key()) != (new.kind(), new.key())
                {
                    return Err(ApplyError::Record(old.kind().word()));
                }
            }
            Fact::Members {
                group,
                joined,
                left,
            } => {
                if self.view.group(*group).is_none() {
                    return Err(ApplyError::Group(group.0));
                }
                for account in joined.iter().chain(left) {
                    self.account(*account)?;
                }
            }
            Fact::Assets(assets) => {
                for asset in assets {
                    if asset.id == self.next_asset {
                        self.next_asset.0 += 1;
                    } else if asset.id > self.next_asset {
                        return Err(ApplyError::Asset(asset.id.0));
                    }
                    self.account(asset.owner)?;
                }
            }
            Fact::SignIns(events) => {
                for event in events {
                    self.account(event.account)?;
                    instant(event.at)?;
                }
            }
            Fact::DailyUse { first, counts, .. } => {
                if counts.len() % ACTIVITY_DAYS != 0 {
                    return Err(ApplyError::DailyUse(counts.len()));
                }
                let accounts = u32::try_from(counts.len() / ACTIVITY_DAYS).unwrap_or(u32::MAX);
                if let Some(more) = accounts.checked_sub(1) {
                    self.account(AccountId(first.0.saturating_add(more)))?;
                }
            }
            Fact::RunStarted(run) => {
                if self.knows(run.id) {
                    return Err(ApplyError::Run(run.id));
                }
                self.runs.push(run.id);
            }
            Fact::RunAdvanced { run, .. } => {
                if !self.knows(*run) {
                    return Err(ApplyError::Run(*run));
                }
            }
            Fact::OrderSet(order) => {
                if order.id == self.next_order {
                    self.next_order.0 += 1;
                } else if order.id.0 == 0 || order.id > self.next_order {
                    return Err(ApplyError::Order(order.id));
                }
                if let Some(account) = order.account() {
                    self.account(account)?;
                }
            }
            Fact::TenantCreated(_)
            | Fact::OperatorBound { .. }
            | Fact::ScheduleFired { .. }
            | Fact::HeadKeySet { .. }
            | Fact::NamesRedacted(_) => {
                let journal = self.view.tenant.id.into();
                return Err(ApplyError::WrongJournal { journal, index });
            }
        }
        Ok(())
    }

    fn account(&self, account: AccountId) -> Result<(), ApplyError> {
        let next = AccountId(self.next_account);
        if account < next {
            Ok(())
        } else {
            Err(ApplyError::NoAccount { account, next })
        }
    }

    fn knows(&self, run: RunId) -> bool {
        self.runs.contains(&run) || self.view.run(run).is_some()
    }

    fn value(&mut self, change: &FieldChange) -> Result<(), ApplyError> {
        if let Value::Time(at) = change.new {
            instant(at)?;
        }
        self.scratch.set(change.field, &change.new)?;
        Ok(())
    }

    fn renamed(&self, state: &State, new: &Tenant) -> Result<(), ApplyError> {
        let id = self.view.tenant.id;
        let free = state
            .tenant_named(&new.name)
            .is_none_or(|t| t.tenant.id == id);
        if new.id == id && free {
            Ok(())
        } else {
            Err(ApplyError::taken(new))
        }
    }
}

/// What stands in the batch that takes it out cannot go: its leaf is not made yet.
pub(super) fn stand_before(gone: &Gone, last: u64) -> Result<(), ApplyError> {
    let named = gone.entries.iter().map(|pos| pos.seq);
    let mut named = named.chain(gone.headers.iter().copied());
    match named.find(|seq| !(1..=last).contains(seq)) {
        Some(seq) => Err(ApplyError::Redaction(seq)),
        None => Ok(()),
    }
}

/// The least instant stands for none in the columns.
fn instant(at: Micros) -> Result<(), ApplyError> {
    if at.0 == NEVER {
        Err(ApplyError::Instant)
    } else {
        Ok(())
    }
}

impl ApplyError {
    /// The refusal of a tenant's number or name.
    pub(super) fn taken(tenant: &Tenant) -> Self {
        ApplyError::TenantTaken {
            id: tenant.id,
            name: tenant.name.clone(),
        }
    }
}

impl From<BadValue> for ApplyError {
    fn from(bad: BadValue) -> Self {
        ApplyError::Value(Box::new(bad))
    }
}
