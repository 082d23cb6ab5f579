//! Orders: decisions in a vendor tenant on their way to the vendor.

use super::account::words;
use super::field::FieldChange;
use super::ids::{AccountId, OrderId, RunId};
use super::time::Micros;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// How far an order is: open → delivered → confirmed by a later import | failed | drifted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum OrderState {
    /// Decided, not handed to anybody.
    #[n(0)]
    Open = 0,
    /// Exported or sent.
    #[n(1)]
    Delivered = 1,
    /// A later import shows it done.
    #[n(2)]
    Confirmed = 2,
    /// The vendor refused it.
    #[n(3)]
    Failed = 3,
    /// A later decision took its place.
    #[n(4)]
    Superseded = 4,
}
words!(OrderState { Open = "open", Delivered = "delivered", Confirmed = "confirmed", Failed = "failed", Superseded = "superseded" });

/// One thing to be done at the vendor for one account. Idempotent: it states the target, not the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Order {
    /// Its number.
    #[n(0)]
    pub id: OrderId,
    /// Whom it concerns.
    #[n(1)]
    pub account: AccountId,
    /// The status or roles to be reached.
    #[n(2)]
    pub change: FieldChange,
    /// How far it is.
    #[n(3)]
    pub state: OrderState,
    /// When it was opened.
    #[n(4)]
    pub opened: Micros,
    /// When its state changed last.
    #[n(5)]
    pub updated: Micros,
    /// The run that decided it.
    #[n(6)]
    pub run: Option<RunId>,
}
