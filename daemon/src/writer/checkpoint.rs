//! Checkpoints: written beside the changes in small pieces, so that the writer is never held up for long.

use super::{Job, Writer};
use rollcall_shared::directory::checkpoint::{self, Manifest};
use rollcall_shared::store::StoreError;
use tokio::sync::oneshot;

/// How much is written in one piece between two groups of changes.
const PIECE: usize = 2 << 20;

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

impl Writer {
    /// Writes a checkpoint of the newest state and returns its manifest. Only chunks changed since `previous` are
    /// written.
    pub async fn checkpoint(
        &self,
        previous: Option<Manifest>,
    ) -> Result<Manifest, CheckpointError> {
        let state = self.state();
        let encoded =
            tokio::task::spawn_blocking(move || checkpoint::encode(&state, previous.as_ref()))
                .await
                .map_err(|_| CheckpointError::Stopping)?;
        let mut piece = Vec::new();
        let mut size = 0;
        for (key, bytes) in encoded.chunks {
            size += bytes.len();
            piece.push((key, bytes));
            if size >= PIECE {
                self.put(std::mem::take(&mut piece)).await?;
                size = 0;
            }
        }
        self.put(piece).await?;
        let manifest =
            Manifest::decode(&encoded.manifest).map_err(|_| CheckpointError::Stopping)?;
        let (reply, done) = oneshot::channel();
        let job = Job::Manifest {
            manifest: encoded.manifest,
            keep: encoded.keep,
            reply,
        };
        self.jobs
            .send(job)
            .await
            .map_err(|_| CheckpointError::Stopping)?;
        done.await.map_err(|_| CheckpointError::Stopping)??;
        Ok(manifest)
    }

    async fn put(&self, chunks: Vec<(Vec<u8>, Vec<u8>)>) -> Result<(), CheckpointError> {
        if chunks.is_empty() {
            return Ok(());
        }
        let (reply, done) = oneshot::channel();
        self.jobs
            .send(Job::Chunks { chunks, reply })
            .await
            .map_err(|_| CheckpointError::Stopping)?;
        Ok(done.await.map_err(|_| CheckpointError::Stopping)??)
    }
}
