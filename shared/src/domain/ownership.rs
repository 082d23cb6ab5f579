//! Handing a tenant from one owner to another: an act of two steps, never an edited role.

use super::account::words;
use super::ids::{AccountId, TransferId};
use super::time::Micros;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// How far a transfer of ownership is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum TransferState {
    /// Proposed; nothing has changed yet.
    #[n(0)]
    Proposed = 0,
    /// Confirmed by the second person: the tenant has its new owner.
    #[n(1)]
    Done = 1,
    /// Taken back or turned down.
    #[n(2)]
    Cancelled = 2,
    /// Not confirmed in time.
    #[n(3)]
    Expired = 3,
}
words!(TransferState { Proposed = "proposed", Done = "done", Cancelled = "cancelled", Expired = "expired" });

/// One transfer of ownership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Transfer {
    /// Its number in its tenant, from 1.
    #[n(0)]
    pub id: TransferId,
    /// The owner; none when the tenant has none that can be reached by the books.
    #[n(1)]
    pub from: Option<AccountId>,
    /// The owner to be.
    #[n(2)]
    pub to: AccountId,
    /// The role the old owner holds afterwards.
    #[n(3)]
    pub old_role: String,
    /// How far it is.
    #[n(4)]
    pub state: TransferState,
    /// When it was proposed.
    #[n(5)]
    pub opened: Micros,
    /// Until when it can be confirmed.
    #[n(6)]
    pub until: Micros,
    /// The OS user who proposed it: never the one who confirms.
    #[n(7)]
    pub proposed_by: String,
    /// True when a platform administrator replaces an owner out of reach: a second approver confirms.
    #[n(8)]
    pub replacing: bool,
    /// The person behind that user when it was proposed: with another login they are the same person, whatever is bound
    /// since. None in records made before it was kept.
    #[n(9)]
    #[cbor(default)]
    #[serde(default)]
    pub proposed_person: Option<String>,
}
