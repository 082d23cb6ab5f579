//! Invitations on their way: what became of the mail, and how far the invited person is.

use super::account::words;
use super::ids::AccountId;
use super::time::Micros;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What became of the mail.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Delivery {
    /// Nobody has told us.
    #[n(0)]
    Unknown = 0,
    /// Handed to the mail system.
    #[n(1)]
    Sent = 1,
    /// Taken by the recipient's server.
    #[n(2)]
    Delivered = 2,
    /// Refused by the recipient's server.
    #[n(3)]
    Bounced = 3,
    /// Held back by a filter on the way (SMTP block).
    #[n(4)]
    Blocked = 4,
}
words!(Delivery { Unknown = "unknown", Sent = "sent", Delivered = "delivered", Bounced = "bounced", Blocked = "blocked" });

/// How far the invited person is (eSignAnyWhere: activation by link, then a password is set).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Answer {
    /// Nothing yet (IgniSign: PENDING).
    #[n(0)]
    Pending = 0,
    /// The link was opened: the profile is activated.
    #[n(1)]
    Activated = 1,
    /// The password is set: the account can be used (IgniSign: ACCEPTED).
    #[n(2)]
    Accepted = 2,
    /// The person said no (IgniSign: DECLINED).
    #[n(3)]
    Declined = 3,
    /// Taken back by us (IgniSign: CANCELED).
    #[n(4)]
    Cancelled = 4,
    /// Ran out unanswered.
    #[n(5)]
    Expired = 5,
}
words!(Answer { Pending = "pending", Activated = "activated", Accepted = "accepted", Declined = "declined", Cancelled = "cancelled", Expired = "expired" });

/// One account's invitation. Sending it again takes its place; an answer other than pending never becomes pending again
/// (IgniSign).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Invitation {
    /// Whose.
    #[n(0)]
    pub account: AccountId,
    /// Which one it is of this account, from 1: every link works once.
    #[n(1)]
    pub number: u32,
    /// When it was sent.
    #[n(2)]
    pub sent: Micros,
    /// Until when its link works; none where the catalog claims no figure and no policy sets one.
    #[n(3)]
    pub valid_until: Option<Micros>,
    /// What became of the mail.
    #[n(4)]
    pub delivery: Delivery,
    /// When that was told.
    #[n(5)]
    pub delivery_at: Option<Micros>,
    /// How far the person is.
    #[n(6)]
    pub answer: Answer,
    /// When that was told.
    #[n(7)]
    pub answered_at: Option<Micros>,
}
