//! Recomputes every head of every journal from the batches, and says what does not fit.

use super::tree::{self, Frontier};
use super::{Committed, Reader, StoreError, TreeHead};
use crate::domain::JournalId;

/// How much is read of a journal at a time.
pub(super) const AT_ONCE: usize = 8 * 1024 * 1024;

/// Something in a store that is not as it must be.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It could not be read, so nothing behind it was looked at.
    #[error("{source}")]
    Unreadable {
        /// Which journal; the platform journal also when it is not known which journals there are.
        journal: JournalId,
        /// Why.
        source: StoreError,
    },
    /// A batch is missing: what is behind it was not looked at.
    #[error("batch {expected} is missing")]
    Missing {
        /// Which journal.
        journal: JournalId,
        /// The batch that should be there.
        expected: u64,
    },
    /// A batch is damaged: what is behind it was not looked at.
    #[error("batch {seq}: {what}")]
    Damaged {
        /// Which journal.
        journal: JournalId,
        /// Which batch.
        seq: u64,
        /// What is wrong.
        what: String,
    },
    /// The head kept beside a batch is not the one its journal gives.
    #[error("batch {seq}: the tree's head is not the one its entries give")]
    WrongHead {
        /// Which journal.
        journal: JournalId,
        /// Which batch.
        seq: u64,
    },
    /// A batch is not found under its own id.
    #[error("batch {seq}: it is not found under its id")]
    WrongId {
        /// Which journal.
        journal: JournalId,
        /// Which batch.
        seq: u64,
    },
}

impl Problem {
    /// The journal it is about.
    pub fn journal(&self) -> JournalId {
        match self {
            Problem::Unreadable { journal, .. }
            | Problem::Missing { journal, .. }
            | Problem::Damaged { journal, .. }
            | Problem::WrongHead { journal, .. }
            | Problem::WrongId { journal, .. } => *journal,
        }
    }
}

/// Recomputes the tree of every journal and compares every head; an empty answer means that all is well. Batches
/// appended meanwhile are left out.
pub fn verify(reader: &dyn Reader) -> Vec<Problem> {
    let mut problems = Vec::new();
    match reader.heads() {
        Ok(heads) => heads
            .iter()
            .for_each(|head| journal(reader, head, &mut problems)),
        Err(source) => problems.push(Problem::Unreadable {
            journal: JournalId::PLATFORM,
            source,
        }),
    }
    problems
}

/// As [`verify`], of one journal.
pub fn verify_one(reader: &dyn Reader, one: JournalId) -> Vec<Problem> {
    let mut problems = Vec::new();
    match reader.head(one) {
        Ok(head) => journal(reader, &head, &mut problems),
        Err(source) => problems.push(Problem::Unreadable {
            journal: one,
            source,
        }),
    }
    problems
}

fn journal(reader: &dyn Reader, head: &TreeHead, problems: &mut Vec<Problem>) {
    let journal = head.journal;
    let mut frontier = Frontier::default();
    let mut next = 1;
    while next <= head.seq {
        let batches = match reader.read(journal, next, AT_ONCE) {
            Ok(batches) => batches,
            Err(source) => return problems.push(Problem::Unreadable { journal, source }),
        };
        if batches.is_empty() {
            return problems.push(Problem::Missing {
                journal,
                expected: next,
            });
        }
        for (seq, bytes) in batches {
            if seq > head.seq {
                break;
            }
            if seq != next {
                return problems.push(Problem::Missing {
                    journal,
                    expected: next,
                });
            }
            match tree::leaves(&bytes) {
                Ok(leaves) => frontier.extend(&leaves),
                Err(error) => {
                    return problems.push(Problem::Damaged {
                        journal,
                        seq,
                        what: error.to_string(),
                    });
                }
            }
            let head = TreeHead {
                journal,
                seq,
                leaves: frontier.leaves(),
                root: frontier.root(),
            };
            if let Err(source) = beside(reader, head, problems) {
                return problems.push(Problem::Unreadable { journal, source });
            }
            next += 1;
        }
    }
}

/// Compares what is kept beside a batch with what was computed.
fn beside(
    reader: &dyn Reader,
    computed: TreeHead,
    problems: &mut Vec<Problem>,
) -> Result<(), StoreError> {
    let TreeHead { journal, seq, .. } = computed;
    let Some(Committed { batch_id, head }) = reader.committed(journal, seq)? else {
        problems.push(Problem::WrongHead { journal, seq });
        return Ok(());
    };
    if head != computed {
        problems.push(Problem::WrongHead { journal, seq });
    }
    if reader.find(batch_id)? != Some((journal, seq)) {
        problems.push(Problem::WrongId { journal, seq });
    }
    Ok(())
}
