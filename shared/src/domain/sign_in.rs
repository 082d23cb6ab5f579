//! Sign-ins and other use of an account, as a feed delivers them.

use super::account::words;
use super::ids::AccountId;
use super::time::Micros;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What an event says.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum SignInKind {
    /// A successful interactive sign-in: moves last sign-in and last use.
    #[n(0)]
    SignIn = 0,
    /// A failed one: moves nothing, feeds anomaly detection alone.
    #[n(1)]
    Failed = 1,
    /// Use without an interactive sign-in: moves last use only.
    #[n(2)]
    Activity = 2,
}
words!(SignInKind { SignIn = "sign_in", Failed = "sign_in_failed", Activity = "activity" });

/// One event, resolved to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(array)]
pub struct SignIn {
    /// Whose.
    #[n(0)]
    pub account: AccountId,
    /// When.
    #[n(1)]
    pub at: Micros,
    /// What.
    #[n(2)]
    pub kind: SignInKind,
    /// How many uses it stands for; 1 for a sign-in.
    #[n(3)]
    pub count: u32,
    /// The first 8 bytes of SHA-256 over the source's event id: the key of deduplication.
    #[n(4)]
    pub event: u64,
}
