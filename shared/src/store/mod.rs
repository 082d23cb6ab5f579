//! The store port: journals of batches with their audit trees, and checkpoints that can be thrown away.
//!
//! The store knows batches as bytes and hashes (see [`crate::domain::codec`]), not their meaning. `append` is the only
//! way anything gets in; everything of one call is durable in one transaction, or nothing is. `redact` takes personal
//! parts out again and leaves every head as it is.

pub mod backup;
mod backup_read;
mod lock;
pub mod memory;
mod probe;
mod redb_reader;
pub mod redb_store;
mod redb_write;
mod roots;
mod tables;
pub mod tree;
mod verify;

#[cfg(test)]
mod tests;

pub use lock::{Lock, beside};
pub use roots::Roots;
pub use verify::{Problem, verify, verify_one};

use crate::domain::{Gone, JournalId};
use std::collections::BTreeMap;

/// The number a writer was given when it opened the store; an append with an older one is fenced off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub u64);

/// One batch to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// Its journal.
    pub journal: JournalId,
    /// The sequence number it must get: the journal's last one plus 1 (counting batches of the same call before it).
    pub seq: u64,
    /// Unique over the whole store; the request id for the first batch of a request.
    pub batch_id: [u8; 16],
    /// The encoded batch.
    pub bytes: Vec<u8>,
}

/// The head of a journal's tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// The journal.
    pub journal: JournalId,
    /// Batches in it; also the last sequence number.
    pub seq: u64,
    /// Leaves in its tree.
    pub leaves: u64,
    /// Root hash (RFC 6962); of the empty tree the hash of nothing.
    pub root: [u8; 32],
}

/// What the store keeps beside a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The id it was appended under.
    pub batch_id: [u8; 16],
    /// The head of its journal just after it.
    pub head: TreeHead,
}

/// Why an append was not done, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The journal is not where the caller thought. Nothing was written.
    #[error("journal {journal:?} is at {found}, not at {expected}")]
    Conflict {
        /// Which journal.
        journal: JournalId,
        /// What the caller expected its last sequence number to be.
        expected: u64,
        /// What it is.
        found: u64,
    },
    /// A batch with this id stands there already. Nothing was written.
    #[error("this batch was committed before, as number {seq} of journal {journal:?}")]
    Repeated {
        /// Its journal.
        journal: JournalId,
        /// Its sequence number.
        seq: u64,
    },
    /// Another writer has opened the store since. Nothing was written.
    #[error("another writer has taken over this store")]
    Fenced,
    /// The commit failed, or a batch in it is none; what is durable is only known after [`Port::reopen`].
    #[error("the commit failed and its outcome is unknown: {0}")]
    Unknown(String),
}

/// Why something could not be read or opened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file belongs to a newer program. It was not touched.
    #[error("the store has schema {found}; this program knows up to {known}: use a newer rollcall")]
    Newer {
        /// Found.
        found: u32,
        /// Known.
        known: u32,
    },
    /// Not our file, or damaged. It was not touched.
    #[error("the store {path} cannot be read: {what}")]
    Unreadable {
        /// Path of the file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// Somebody else holds it.
    #[error("the store {path} is held by {holder}")]
    Held {
        /// Path of the file.
        path: String,
        /// The holder, as it wrote itself down (program and process id).
        holder: String,
    },
    /// The system refused.
    #[error("{path}: {source}")]
    Io {
        /// Path of the file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl StoreError {
    fn missing_chunk(path: &str) -> Self {
        StoreError::Unreadable {
            path: path.into(),
            what: "the manifest names a chunk that is not there".into(),
        }
    }
}

/// Reads of a store; cheap to clone, safe beside the writer, each call sees a committed state.
pub trait Reader: Send + Sync {
    /// Batches `from..` of a journal, in order, until `max_bytes` are passed (always at least one where there is one).
    fn read(
        &self,
        journal: JournalId,
        from: u64,
        max_bytes: usize,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError>;
    /// The journals that exist.
    fn journals(&self) -> Result<Vec<JournalId>, StoreError>;
    /// The newest head of a journal (of an absent journal: seq 0, no leaves).
    fn head(&self, journal: JournalId) -> Result<TreeHead, StoreError>;
    /// The newest heads of all journals that exist, by number, all of one committed state. Journals only grow, so
    /// everything up to these heads is a consistent copy of the store.
    fn heads(&self) -> Result<Vec<TreeHead>, StoreError>;
    /// What is kept beside one batch; none when the journal is not that long.
    fn committed(&self, journal: JournalId, seq: u64) -> Result<Option<Committed>, StoreError>;
    /// Where a batch id stands.
    fn find(&self, batch_id: [u8; 16]) -> Result<Option<(JournalId, u64)>, StoreError>;
    /// The newest complete checkpoint's manifest.
    fn manifest(&self) -> Result<Option<Vec<u8>>, StoreError>;
    /// One checkpoint chunk.
    fn chunk(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;
    /// The keys of the chunks that `keep` does not name; refused when a chunk it names is not there.
    fn chunks_beside(&self, keep: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, StoreError>;
}

/// The writer's side of the port.
pub trait Port: Send {
    /// The epoch this writer was given.
    fn epoch(&self) -> Epoch;
    /// Appends all batches durably in one transaction, each with its leaves and new head; or nothing. Answers one head
    /// for each batch. After [`AppendError::Unknown`] nothing more is taken until [`Port::reopen`].
    fn append(&mut self, epoch: Epoch, group: &[Append]) -> Result<Vec<TreeHead>, AppendError>;
    /// Takes salts and personal parts out of a journal, in one transaction; a hash stands in for each, and every head
    /// stays as it is. What is gone already stays gone. From then on the store is [`Port::stale`]. After
    /// [`AppendError::Unknown`] nothing more is taken until [`Port::reopen`].
    fn redact(&mut self, epoch: Epoch, journal: JournalId, gone: &Gone) -> Result<(), AppendError>;
    /// Whether something was redacted since the store was last written anew: what was taken out may still stand in
    /// checkpoints, and in parts of the file that are not used any more.
    fn stale(&self) -> Result<bool, StoreError>;
    /// Writes the store anew, so that nothing is in it but what can be read from it; it is not [`Port::stale`] any more.
    /// To be called once the checkpoint is a new one. Readers wait while it is put in place; the epoch is a new one.
    fn renew(&mut self) -> Result<(), StoreError>;
    /// Closes the store and opens it again under a new epoch, after [`AppendError::Unknown`]: what its journals hold
    /// then is what is durable. Readers given out before go on to work.
    fn reopen(&mut self) -> Result<Epoch, StoreError>;
    /// Reads beside the writer.
    fn reader(&self) -> std::sync::Arc<dyn Reader>;
    /// Writes checkpoint chunks (in transactions of at most 8 MB).
    fn put_chunks(&mut self, chunks: &[(Vec<u8>, Vec<u8>)]) -> Result<(), StoreError>;
    /// Makes a checkpoint valid: its manifest, once [`Reader::chunks_beside`] has found every chunk it names.
    fn put_manifest(&mut self, manifest: &[u8]) -> Result<(), StoreError>;
    /// Removes chunks that the manifest does not name (in transactions of at most 8 MB). What is left behind by a crash
    /// before it is found by the next checkpoint.
    fn remove_chunks(&mut self, keys: &[Vec<u8>]) -> Result<(), StoreError>;
}

/// What goes, batch by batch: indexes of entries, and whether the header's personal part goes.
fn by_batch(gone: &Gone) -> BTreeMap<u64, (Vec<u32>, bool)> {
    let mut batches: BTreeMap<u64, (Vec<u32>, bool)> = BTreeMap::new();
    for pos in &gone.entries {
        batches.entry(pos.seq).or_default().0.push(pos.index);
    }
    for seq in &gone.headers {
        batches.entry(*seq).or_default().1 = true;
    }
    batches
}
