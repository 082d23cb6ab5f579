//! What accounts own at the signing vendor, and its hand-over when they leave.

use super::account::words;
use super::ids::{AccountId, AssetId, HandoverId};
use super::time::Micros;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What an asset is. The numbers are the indexes of [`super::account::ASSET_KINDS`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum AssetKind {
    /// An envelope (transaction) that still runs.
    #[n(0)]
    ActiveEnvelope = 0,
    /// An envelope that came to an end: completed, declined, voided.
    #[n(1)]
    CompletedEnvelope = 1,
    /// A draft.
    #[n(2)]
    Draft = 2,
    /// A template.
    #[n(3)]
    Template = 3,
    /// A clipboard entry.
    #[n(4)]
    ClipboardEntry = 4,
    /// An address book entry.
    #[n(5)]
    AddressBookEntry = 5,
    /// An API key: access that outlives its owner's sign-in.
    #[n(6)]
    ApiKey = 6,
}
words!(AssetKind { ActiveEnvelope = "active_envelope", CompletedEnvelope = "completed_envelope", Draft = "draft", Template = "template", ClipboardEntry = "clipboard_entry", AddressBookEntry = "address_book_entry", ApiKey = "api_key" });

/// How far an asset is on its way to another owner.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum MoveState {
    /// Decided, not told to the vendor.
    #[n(0)]
    Open = 0,
    /// Told to the vendor.
    #[n(1)]
    Delivered = 1,
    /// Done: the owner has changed (a later import shows it, or we are the authority).
    #[n(2)]
    Confirmed = 2,
    /// The vendor refused it.
    #[n(3)]
    Failed = 3,
    /// Taken back.
    #[n(4)]
    Undone = 4,
}
words!(MoveState { Open = "open", Delivered = "delivered", Confirmed = "confirmed", Failed = "failed", Undone = "undone" });

/// A move of one asset under a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(array)]
pub struct Move {
    /// Under which hand-over.
    #[n(0)]
    pub handover: HandoverId,
    /// Whose it was.
    #[n(1)]
    pub from: AccountId,
    /// Whose it becomes.
    #[n(2)]
    pub to: AccountId,
    /// How far.
    #[n(3)]
    pub state: MoveState,
}

/// One thing an account owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(array)]
pub struct Asset {
    /// Its number in its tenant, dense from 0.
    #[n(0)]
    pub id: AssetId,
    /// The vendor's identifier, unique among assets of the tenant.
    #[n(1)]
    pub external: String,
    /// What it is.
    #[n(2)]
    pub kind: AssetKind,
    /// The vendor's word for its state, for example `pending`; may be empty.
    #[n(3)]
    pub state: String,
    /// Whose it is.
    #[n(4)]
    pub owner: AccountId,
    /// When an import showed it last.
    #[n(5)]
    pub seen: Micros,
    /// The newest move.
    #[n(6)]
    pub moved: Option<Move>,
    /// Gone at the vendor: deleted with its owner, revoked, or absent from an import that calls itself complete.
    #[n(7)]
    #[cbor(default)]
    pub gone: bool,
}

/// By which way a catalog hands over what a leaver owns.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Encode,
    Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum HandoverWay {
    /// The owner changes (IUSign bulk transfer).
    #[n(0)]
    Transfer = 0,
    /// Another acts for the leaver, everything stays the leaver's (OneSpan Sign).
    #[n(1)]
    Delegate = 1,
    /// The owner changes when the account is deleted, and only then (eSignAnyWhere).
    #[n(2)]
    AtDeletion = 2,
    /// Rights go by scope, nothing has to move (IgniSign).
    #[default]
    #[n(3)]
    NotNeeded = 3,
}
words!(HandoverWay { Transfer = "transfer", Delegate = "delegate", AtDeletion = "at_deletion", NotNeeded = "not_needed" });

/// How far a hand-over is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[repr(u8)]
pub enum HandoverState {
    /// Moves are under way.
    #[n(0)]
    Open = 0,
    /// Every move is confirmed or failed.
    #[n(1)]
    Done = 1,
    /// Taken back.
    #[n(2)]
    Undone = 2,
}
words!(HandoverState { Open = "open", Done = "done", Undone = "undone" });

/// A hand-over of what one account owns to another. The moves stand at the assets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Handover {
    /// Its number in its tenant, from 1.
    #[n(0)]
    pub id: HandoverId,
    /// The leaver.
    #[n(1)]
    pub from: AccountId,
    /// The successor.
    #[n(2)]
    pub to: AccountId,
    /// By which way.
    #[n(3)]
    pub way: HandoverWay,
    /// What moves.
    #[n(4)]
    pub kinds: Vec<AssetKind>,
    /// How many assets it moves in all.
    #[n(5)]
    pub total: u32,
    /// How far it is.
    #[n(6)]
    pub state: HandoverState,
    /// When it was decided.
    #[n(7)]
    pub opened: Micros,
    /// When its state changed last.
    #[n(8)]
    pub updated: Micros,
    /// Whether it can be taken back at the vendor.
    #[n(9)]
    pub undoable: bool,
    /// Put to rest by a restore: it goes on only when somebody asks.
    #[n(10)]
    #[cbor(default)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resting: bool,
}

/// Another acts for an account for a time (OneSpan Sign).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Delegation {
    /// For whom.
    #[n(0)]
    pub account: AccountId,
    /// Who acts.
    #[n(1)]
    pub delegate: AccountId,
    /// From when.
    #[n(2)]
    pub from: Micros,
    /// Until when.
    #[n(3)]
    pub until: Micros,
    /// The member of the tenant who named the delegate; none for an operator, and in a record older than the field.
    #[n(4)]
    #[serde(default)]
    pub named_by: Option<AccountId>,
}

/// One row of an asset file, before its owner is matched to an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AssetSeen {
    /// Line in the file, from 1.
    pub line: u64,
    /// The vendor's identifier.
    pub external: String,
    /// What it is.
    pub kind: AssetKind,
    /// The vendor's word for its state; none where the file does not tell.
    pub state: Option<String>,
    /// The owner's email, or the reference of an account.
    pub owner: String,
    /// When the vendor says it changed last.
    pub updated: Option<Micros>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hand-over as it was written before a restore could put it to rest.
    #[derive(Encode)]
    struct Earlier {
        #[n(0)]
        id: HandoverId,
        #[n(1)]
        from: AccountId,
        #[n(2)]
        to: AccountId,
        #[n(3)]
        way: HandoverWay,
        #[n(4)]
        kinds: Vec<AssetKind>,
        #[n(5)]
        total: u32,
        #[n(6)]
        state: HandoverState,
        #[n(7)]
        opened: Micros,
        #[n(8)]
        updated: Micros,
        #[n(9)]
        undoable: bool,
    }

    #[test]
    fn a_hand_over_that_was_written_before_it_could_rest_goes_on() {
        let handover = Handover {
            id: HandoverId(3),
            from: AccountId(1),
            to: AccountId(2),
            way: HandoverWay::Transfer,
            kinds: vec![AssetKind::ActiveEnvelope],
            total: 9,
            state: HandoverState::Open,
            opened: Micros(5),
            updated: Micros(6),
            undoable: true,
            resting: false,
        };
        let earlier = minicbor::to_vec(Earlier {
            id: handover.id,
            from: handover.from,
            to: handover.to,
            way: handover.way,
            kinds: handover.kinds.clone(),
            total: handover.total,
            state: handover.state,
            opened: handover.opened,
            updated: handover.updated,
            undoable: handover.undoable,
        })
        .unwrap();
        assert_eq!(minicbor::decode::<Handover>(&earlier).unwrap(), handover);
        let resting = Handover {
            resting: true,
            ..handover
        };
        let now = minicbor::to_vec(&resting).unwrap();
        assert_eq!(minicbor::decode::<Handover>(&now).unwrap(), resting);
    }
}
