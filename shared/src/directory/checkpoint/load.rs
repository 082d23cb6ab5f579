//! From a store to a state: the newest checkpoint, and the journals behind it.

use super::{CheckpointError, decode};
use crate::directory::error::ApplyError;
use crate::directory::state::State;
use crate::domain::codec::{self, CodecError};
use crate::domain::{Batch, JournalId, Micros, TenantId};
use crate::store::{Reader, StoreError};

/// Batches read at once.
const READ_BYTES: usize = 8 << 20;

/// Why the state could not be read from a store.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A batch cannot be read.
    #[error("batch {seq} of journal {}: {source}", .journal.0)]
    Batch {
        /// Its journal.
        journal: JournalId,
        /// Its number.
        seq: u64,
        /// Why.
        source: CodecError,
    },
    /// A batch cannot be folded in.
    #[error("batch {seq} of journal {}: {source}", .journal.0)]
    Apply {
        /// Its journal.
        journal: JournalId,
        /// Its number.
        seq: u64,
        /// Why.
        source: ApplyError,
    },
}

/// The newest checkpoint, or the empty state, with everything behind it replayed. A checkpoint that cannot be used is
/// passed over: the journals hold everything.
pub fn load(reader: &dyn Reader) -> Result<State, LoadError> {
    load_or_replay(reader, |_| ())
}

/// The same, and tells why a checkpoint was passed over.
pub fn load_or_replay(
    reader: &dyn Reader,
    passed_over: impl FnOnce(CheckpointError),
) -> Result<State, LoadError> {
    let mut journals = reader.journals()?;
    // The platform's journal creates what the others speak of.
    journals.sort_unstable();
    let mut state = match from_checkpoint(reader) {
        Ok(state) => state,
        Err(why) => {
            passed_over(why);
            State::default()
        }
    };
    for journal in journals {
        replay(reader, journal, &mut state)?;
    }
    Ok(state)
}

/// One tenant as it stood at an instant: its journal and the platform's, folded up to the last batch that is not younger.
/// Other tenants are empty in it. What was redacted since is not in it either.
pub fn as_of(reader: &dyn Reader, tenant: TenantId, at: Micros) -> Result<State, LoadError> {
    let mut state = State::default();
    for journal in [JournalId::PLATFORM, tenant.into()] {
        // A tenant that was made later has nothing to fold.
        if journal.tenant().is_none_or(|id| state.tenant(id).is_some()) {
            fold(reader, journal, &mut state, |batch| batch.header.at <= at)?;
        }
    }
    Ok(state)
}

fn from_checkpoint(reader: &dyn Reader) -> Result<State, CheckpointError> {
    let unread = |e: StoreError| CheckpointError::Chunk(e.to_string());
    let Some(manifest) = reader.manifest().map_err(unread)? else {
        return Ok(State::default());
    };
    let state = decode(&manifest, |key| {
        let chunk = reader.chunk(key).map_err(|e| e.to_string())?;
        chunk.ok_or_else(|| "it is missing".to_owned())
    })?;
    let tenants = state.tenants().map(|t| t.tenant.id.into());
    for journal in std::iter::once(JournalId::PLATFORM).chain(tenants) {
        if reader.head(journal).map_err(unread)?.seq < state.journal_seq(journal) {
            return Err(CheckpointError::Ahead(journal.0));
        }
    }
    Ok(state)
}

fn replay(reader: &dyn Reader, journal: JournalId, state: &mut State) -> Result<(), LoadError> {
    fold(reader, journal, state, |_| true)
}

/// Folds in what a journal has behind the state, as long as `wanted` says so.
fn fold(
    reader: &dyn Reader,
    journal: JournalId,
    state: &mut State,
    wanted: impl Fn(&Batch) -> bool,
) -> Result<(), LoadError> {
    loop {
        let from = state.journal_seq(journal).saturating_add(1);
        let batches = reader.read(journal, from, READ_BYTES)?;
        if batches.is_empty() {
            return Ok(());
        }
        for (seq, bytes) in batches {
            let batch = codec::decode(&bytes);
            let batch: Batch = batch.map_err(|source| LoadError::Batch {
                journal,
                seq,
                source,
            })?;
            if !wanted(&batch) {
                return Ok(());
            }
            let applied = state.apply(seq, &batch);
            applied.map_err(|source| LoadError::Apply {
                journal,
                seq,
                source,
            })?;
        }
    }
}
