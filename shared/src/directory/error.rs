//! Why a batch cannot be folded in, and why a question cannot be answered.

use crate::catalog::CatalogError;
use crate::domain::field::BadValue;
use crate::domain::{AccountId, JournalId, Micros, OrderId, RunId, TenantId};

/// Why a batch was not folded in. The state is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// A batch is missing, or came twice.
    #[error("journal {} is at batch {last}; batch {found} does not follow it", .journal.0)]
    Gap {
        /// Which journal.
        journal: JournalId,
        /// Its last batch.
        last: u64,
        /// The batch given.
        found: u64,
    },
    /// The batch is older than the one before it.
    #[error("journal {} is at {last}; a batch of {found} lies before that", .journal.0)]
    Backwards {
        /// Which journal.
        journal: JournalId,
        /// The time of its last batch.
        last: Micros,
        /// The time of the batch given.
        found: Micros,
    },
    /// The platform journal has created no such tenant.
    #[error("tenant {} was never created", .0.0)]
    NoTenant(TenantId),
    /// The tenant exists, or its name or number is taken.
    #[error("tenant {} ({name}) cannot be created: its number or its name is taken, or is not one", .id.0)]
    TenantTaken {
        /// The number asked for.
        id: TenantId,
        /// The name asked for.
        name: String,
    },
    /// A fact of the platform stands in a tenant's journal, or the other way round.
    #[error("entry {index} of journal {} belongs in another journal", .journal.0)]
    WrongJournal {
        /// The journal it stands in.
        journal: JournalId,
        /// Which entry of the batch.
        index: usize,
    },
    /// An entry speaks of an account whose number is not given out yet.
    #[error("account {} does not exist; the next number is {}", .account.0, .next.0)]
    NoAccount {
        /// The number spoken of.
        account: AccountId,
        /// The number the next account will get.
        next: AccountId,
    },
    /// A redaction names a batch that does not stand before it.
    #[error("batch {0} cannot be redacted: it does not stand before the redaction")]
    Redaction(u64),
    /// A record's change names two different records.
    #[error("a change of a {0} names two different ones")]
    Record(&'static str),
    /// Members come to a group that is not there, or go from it.
    #[error("there is no group {0} to join or leave")]
    Group(u32),
    /// An asset's number is not the next one.
    #[error("asset {0} does not follow the ones before it")]
    Asset(u32),
    /// A value of the wrong type for its field.
    #[error(transparent)]
    Value(Box<BadValue>),
    /// The adopted catalog cannot be read.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A run advanced that never started, or started twice.
    #[error("run {0} is unknown, or was started before")]
    Run(RunId),
    /// An order's number is neither known nor the next one.
    #[error("order {} is neither known nor the next one", .0.0)]
    Order(OrderId),
    /// The least instant there is stands for none and cannot be told.
    #[error("the least instant is not one that can be recorded")]
    Instant,
    /// More entries than a position can count.
    #[error("a batch of {0} entries is too long: at most 16,777,216 fit")]
    TooMany(usize),
    /// Daily use must come as 28 counts for each account.
    #[error("daily use of {0} bytes is not 28 for each account")]
    DailyUse(usize),
}

/// Why a question was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// No tenant has this name.
    #[error("there is no tenant {0:?}: see `rollcall tenant list`")]
    NoTenant(String),
    /// A scope was named without a tenant.
    #[error("a scope belongs to a tenant: name the tenant too")]
    ScopeWithoutTenant,
    /// No scope of the tenant has this name.
    #[error("tenant {tenant:?} has no scope {scope:?}")]
    NoScope {
        /// The tenant.
        tenant: String,
        /// The scope.
        scope: String,
    },
    /// More rows than a page may have.
    #[error("a page has at most 1,000 rows; {0} were asked for: ask for them in pages by offset")]
    Limit(u32),
}
