//! The records of a tenant that are neither accounts nor scopes nor orders: one fact sets any of them, one fold keeps
//! them.

use super::account::words;
use super::asset::{Delegation, Handover};
use super::conflict::{ConflictRule, Exception};
use super::group::Group;
use super::invitation::Invitation;
use super::ownership::Transfer;
use super::review::Review;
use super::role::CustomRole;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What a record is. Numbers are for ever.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum RecordKind {
    /// A custom role.
    #[n(0)]
    Role = 0,
    /// A team or signing group.
    #[n(1)]
    Group = 1,
    /// An invitation.
    #[n(2)]
    Invitation = 2,
    /// A transfer of ownership.
    #[n(3)]
    Transfer = 3,
    /// A rule of separation of duties.
    #[n(4)]
    Conflict = 4,
    /// An exception of one.
    #[n(5)]
    Exception = 5,
    /// A hand-over.
    #[n(6)]
    Handover = 6,
    /// A delegation.
    #[n(7)]
    Delegation = 7,
    /// A review.
    #[n(8)]
    Review = 8,
}
words!(RecordKind { Role = "role", Group = "group", Invitation = "invitation", Transfer = "transfer", Conflict = "conflict", Exception = "exception", Handover = "handover", Delegation = "delegation", Review = "review" });

/// What names a record among those of its kind: a text, or numbers in their order.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
pub enum RecordKey {
    /// A number.
    #[n(0)]
    Number(#[n(0)] u32),
    /// A text.
    #[n(1)]
    Text(#[n(0)] String),
    /// A text and a number.
    #[n(2)]
    Both(#[n(0)] String, #[n(1)] u32),
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// A custom role.
    #[n(0)]
    Role(#[n(0)] CustomRole),
    /// A team or signing group.
    #[n(1)]
    Group(#[n(0)] Group),
    /// An invitation.
    #[n(2)]
    Invitation(#[n(0)] Invitation),
    /// A transfer of ownership.
    #[n(3)]
    Transfer(#[n(0)] Transfer),
    /// A rule of separation of duties.
    #[n(4)]
    Conflict(#[n(0)] ConflictRule),
    /// An exception of one.
    #[n(5)]
    Exception(#[n(0)] Exception),
    /// A hand-over.
    #[n(6)]
    Handover(#[n(0)] Handover),
    /// A delegation.
    #[n(7)]
    Delegation(#[n(0)] Delegation),
    /// A review.
    #[n(8)]
    Review(#[n(0)] Review),
}

impl Record {
    /// What it is.
    pub fn kind(&self) -> RecordKind {
        match self {
            Record::Role(_) => RecordKind::Role,
            Record::Group(_) => RecordKind::Group,
            Record::Invitation(_) => RecordKind::Invitation,
            Record::Transfer(_) => RecordKind::Transfer,
            Record::Conflict(_) => RecordKind::Conflict,
            Record::Exception(_) => RecordKind::Exception,
            Record::Handover(_) => RecordKind::Handover,
            Record::Delegation(_) => RecordKind::Delegation,
            Record::Review(_) => RecordKind::Review,
        }
    }

    /// What names it among those of its kind.
    pub fn key(&self) -> RecordKey {
        match self {
            Record::Role(r) => RecordKey::Text(r.id.clone()),
            Record::Group(g) => RecordKey::Number(g.id.0),
            Record::Invitation(i) => RecordKey::Number(i.account.0),
            Record::Transfer(t) => RecordKey::Number(t.id.0),
            Record::Conflict(c) => RecordKey::Text(c.name.clone()),
            Record::Exception(e) => RecordKey::Both(e.rule.clone(), e.account.0),
            Record::Handover(h) => RecordKey::Number(h.id.0),
            Record::Delegation(d) => RecordKey::Number(d.account.0),
            Record::Review(r) => RecordKey::Number(r.id.0),
        }
    }
}
