//! Signed heads: the head of a journal's tree as a checkpoint that somebody else can keep and check.
//!
//! A signed head is a C2SP checkpoint (<https://c2sp.org/tlog-checkpoint>): a signed note
//! (<https://c2sp.org/signed-note>) whose text is the origin, the number of leaves and the root. Who keeps one can say
//! later whether the journal still holds what it held then. Pure: the key and the roots are parameters.
//!
//! Every journal is a log of its own, so it has an origin of its own, `rollcall/STORE/JOURNAL`. One key signs for all
//! journals of a store, under the name `rollcall/STORE`: that a key's name is its log's origin is recommended by C2SP,
//! not required, and an auditor holds one key for a store that way.

mod checkpoint;
mod claims;
mod note;

#[cfg(test)]
mod tests;

pub use checkpoint::Checkpoint;
pub use claims::{Blame, Claims, HeadProblem, claims, pieces};
pub use note::{BadKey, BadNote, Note, Signer, Verifier};

use crate::domain::JournalId;
use crate::domain::codec::CodecError;
use crate::store::tree::{self, Frontier, Hash};
use std::fmt;
use std::str::FromStr;

/// What the names of stores begin with.
const PREFIX: &str = "rollcall/";

/// A store by what it began with: the first 16 bytes of the root of its platform journal after the first batch, shown
/// as 32 hexadecimal digits. A backup and what is restored from it have the same; nothing can be added to have another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreId([u8; 16]);

impl StoreId {
    /// The store whose platform journal had this root after its first batch.
    pub fn of(first_root: &Hash) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(&first_root[..16]);
        StoreId(id)
    }

    /// The store whose platform journal begins with this batch.
    ///
    /// # Errors
    /// When the bytes are no batch.
    pub fn of_first_batch(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut tree = Frontier::default();
        tree.extend(&tree::leaves(bytes)?);
        Ok(Self::of(&tree.root()))
    }

    /// The name its key signs under, for example `rollcall/0f3c…`.
    pub fn key_name(self) -> String {
        format!("{PREFIX}{self}")
    }

    /// The origin of one of its journals, for example `rollcall/0f3c…/2`.
    pub fn origin(self, journal: JournalId) -> String {
        format!("{PREFIX}{self}/{}", journal.0)
    }

    /// The store and journal that an origin names; none when it is not one of ours as we write it.
    pub fn read_origin(origin: &str) -> Option<(StoreId, JournalId)> {
        let (store, number) = origin.strip_prefix(PREFIX)?.split_once('/')?;
        let store: StoreId = store.parse().ok()?;
        let journal = JournalId(number.parse().ok()?);
        (store.origin(journal) == origin).then_some((store, journal))
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that names no store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a store is named by 32 hexadecimal digits")]
pub struct BadStoreId;

impl FromStr for StoreId {
    type Err = BadStoreId;

    fn from_str(text: &str) -> Result<Self, BadStoreId> {
        if text.len() != 32 || !text.is_ascii() {
            return Err(BadStoreId);
        }
        let mut id = [0; 16];
        for (byte, at) in id.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| BadStoreId)?;
        }
        Ok(StoreId(id))
    }
}
