//! The periodic review of the user list.

use super::account::words;
use super::ids::{AccountId, ReviewId};
use super::time::Micros;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a reviewer says of one account.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Verdict {
    /// Access stays.
    #[n(0)]
    Keep = 0,
    /// Access ends: the account is suspended when the review is closed.
    #[n(1)]
    Remove = 1,
}
words!(Verdict { Keep = "keep", Remove = "remove" });

/// One review of a tenant's users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Review {
    /// Its number in its tenant, from 1.
    #[n(0)]
    pub id: ReviewId,
    /// When it was opened.
    #[n(1)]
    pub opened: Micros,
    /// When answers are due.
    #[n(2)]
    pub due: Micros,
    /// When it was closed.
    #[n(3)]
    pub closed: Option<Micros>,
    /// What silence means, said when it was opened.
    #[n(4)]
    pub silence: Verdict,
    /// Accounts below this number that were active when it was opened are its subject.
    #[n(5)]
    pub subject: Vec<AccountId>,
    /// What was said so far.
    #[n(6)]
    pub verdicts: BTreeMap<AccountId, Verdict>,
}
