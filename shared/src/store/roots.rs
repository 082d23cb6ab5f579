//! Roots of journals' trees as they were at chosen sizes, recomputed batch by batch.

use super::tree::{self, EMPTY, Frontier, Hash};
use super::verify::AT_ONCE;
use super::{Reader, StoreError};
use crate::domain::JournalId;
use crate::domain::codec::CodecError;
use std::collections::{BTreeMap, BTreeSet};

/// The roots that are asked for, and those found so far.
#[derive(Debug, Clone, Default)]
pub struct Roots {
    wanted: BTreeMap<JournalId, BTreeSet<u64>>,
    trees: BTreeMap<JournalId, Frontier>,
    found: BTreeMap<(JournalId, u64), Hash>,
}

impl Roots {
    /// Asks for the roots of these journals at these numbers of leaves.
    pub fn wanted(sizes: impl IntoIterator<Item = (JournalId, u64)>) -> Self {
        let mut roots = Roots::default();
        for (journal, size) in sizes {
            roots.wanted.entry(journal).or_default().insert(size);
            if size == 0 {
                roots.found.insert((journal, 0), EMPTY);
            }
        }
        roots
    }

    /// Takes the next batch of a journal.
    ///
    /// # Errors
    /// When the bytes are no batch; nothing of them is taken.
    pub fn batch(&mut self, journal: JournalId, bytes: &[u8]) -> Result<(), CodecError> {
        let Some(sizes) = self.wanted.get(&journal) else {
            return Ok(());
        };
        let leaves = tree::leaves(bytes)?;
        let tree = self.trees.entry(journal).or_default();
        let before = tree.leaves();
        let mut taken = 0;
        for size in sizes.range(before + 1..=before + leaves.len() as u64) {
            let upto = (size - before) as usize;
            tree.extend(&leaves[taken..upto]);
            taken = upto;
            self.found.insert((journal, *size), tree.root());
        }
        tree.extend(&leaves[taken..]);
        Ok(())
    }

    /// Takes every batch of the journals that are asked for.
    ///
    /// # Errors
    /// When a journal cannot be read, or a batch in it is none.
    pub fn read(&mut self, reader: &dyn Reader) -> Result<(), StoreError> {
        let journals: Vec<JournalId> = self.wanted.keys().copied().collect();
        for journal in journals {
            let mut next = 1;
            loop {
                let batches = reader.read(journal, next, AT_ONCE)?;
                let Some((last, _)) = batches.last() else {
                    break;
                };
                next = last + 1;
                for (seq, bytes) in &batches {
                    self.batch(journal, bytes)
                        .map_err(|error| StoreError::Unreadable {
                            path: format!("(journal {}, batch {seq})", journal.0),
                            what: error.to_string(),
                        })?;
                }
            }
        }
        Ok(())
    }

    /// The root at a size; none when the journal is not that long, or nobody asked.
    pub fn at(&self, journal: JournalId, size: u64) -> Option<Hash> {
        self.found.get(&(journal, size)).copied()
    }

    /// The leaves taken of a journal that was asked for.
    pub fn leaves(&self, journal: JournalId) -> u64 {
        self.trees.get(&journal).map_or(0, Frontier::leaves)
    }
}
