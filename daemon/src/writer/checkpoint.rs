//! Checkpoints: written beside the changes in small pieces, so that the writer is never held up for long.

use super::{Job, Writer, redaction};
use rollcall_shared::directory::State;
use rollcall_shared::directory::checkpoint::{self, Manifest};
use rollcall_shared::store::{Port, StoreError};
use std::sync::PoisonError;
use tokio::sync::oneshot;

/// How much is written in one piece between two groups of changes.
const PIECE: usize = 1 << 20;

/// How many chunks are removed in one piece.
const REMOVED: usize = 32;

/// Why a checkpoint was not written. The journal is not touched by it.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The store refused.
    #[error("the checkpoint was not written: {0}")]
    Store(#[from] StoreError),
    /// The daemon is stopping.
    #[error("the checkpoint was not written: the daemon is stopping")]
    Stopping,
}

/// One piece of a checkpoint, for the writer's thread between two groups of changes.
pub(crate) enum Step {
    /// Chunks, with their keys.
    Put(Vec<(Vec<u8>, Vec<u8>)>),
    /// The manifest, when all its chunks are there.
    Manifest(Vec<u8>),
    /// Keys of chunks that it does not name.
    Remove(Vec<Vec<u8>>),
    /// A whole checkpoint and the file anew, where the store is stale.
    Renew,
}

impl Step {
    /// Does it.
    pub(super) fn take(self, port: &mut dyn Port, state: &State) -> Result<(), StoreError> {
        match self {
            Step::Renew => redaction::renew(port, state),
            Step::Put(chunks) => port.put_chunks(&chunks),
            Step::Manifest(manifest) => port.put_manifest(&manifest),
            Step::Remove(keys) => port.remove_chunks(&keys),
        }
    }
}

/// Writes a whole checkpoint at once, and removes everything that is no part of it.
pub(super) fn write(port: &mut dyn Port, state: &State) -> Result<(), StoreError> {
    let mut piece = Vec::new();
    let mut size = 0;
    let (manifest, keep) = checkpoint::encode_with(state, None, |key, bytes| {
        size += bytes.len();
        piece.push((key, bytes));
        if size < PIECE {
            return Ok(());
        }
        size = 0;
        port.put_chunks(&std::mem::take(&mut piece))
    })?;
    port.put_chunks(&piece)?;
    let gone = port.reader().chunks_beside(&keep)?;
    port.put_manifest(&manifest)?;
    port.remove_chunks(&gone)
}

impl Writer {
    /// Writes a checkpoint of the newest state and returns its manifest. Only chunks changed since `previous` are
    /// written.
    ///
    /// # Errors
    /// When the store refuses or the daemon is stopping; the checkpoint before it stays.
    pub async fn checkpoint(
        &self,
        previous: Option<Manifest>,
    ) -> Result<Manifest, CheckpointError> {
        let writer = self.clone();
        tokio::task::spawn_blocking(move || writer.write_checkpoint(previous.as_ref()))
            .await
            .map_err(|_| CheckpointError::Stopping)?
    }

    fn write_checkpoint(&self, previous: Option<&Manifest>) -> Result<Manifest, CheckpointError> {
        // Another one would remove the chunks of this one before its manifest names them.
        let _alone = self
            .checkpointing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let state = self.state();
        let mut piece = Vec::new();
        let mut size = 0;
        let (manifest, keep) = checkpoint::encode_with(&state, previous, |key, bytes| {
            size += bytes.len();
            piece.push((key, bytes));
            if size < PIECE {
                return Ok(());
            }
            size = 0;
            self.step(Step::Put(std::mem::take(&mut piece)))
        })?;
        drop(state);
        if !piece.is_empty() {
            self.step(Step::Put(piece))?;
        }
        let named = Manifest::decode(&manifest).map_err(|_| CheckpointError::Stopping)?;
        let gone = self.reader.chunks_beside(&keep)?;
        self.step(Step::Manifest(manifest))?;
        for keys in gone.chunks(REMOVED) {
            self.step(Step::Remove(keys.to_vec()))?;
        }
        Ok(named)
    }

    /// As [`Writer::renew`], from a thread that may block.
    pub(super) fn renew_blocking(&self) -> Result<(), CheckpointError> {
        // A checkpoint that was begun before could put back what is to go.
        let _alone = self
            .checkpointing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.step(Step::Renew)
    }

    /// Has the writer's thread do one piece, and waits for it.
    fn step(&self, step: Step) -> Result<(), CheckpointError> {
        let (reply, done) = oneshot::channel();
        self.jobs
            .blocking_send(Job::Checkpoint { step, reply })
            .map_err(|_| CheckpointError::Stopping)?;
        Ok(done
            .blocking_recv()
            .map_err(|_| CheckpointError::Stopping)??)
    }
}
