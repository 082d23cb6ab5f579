//! What a redaction leaves to do once its entry is durable: the texts go from the batches, from the checkpoint, and from
//! the file. Each step may be cut short anywhere: the entry says what is to go, and the store knows that it is stale.

use super::{CheckpointError, Writer, checkpoint};
use rollcall_shared::directory::State;
use rollcall_shared::store::{AppendError, Port, StoreError};

/// Takes out of the journals what the entries of a state name. A checkpoint is written only after that, so that what may
/// still be there is always named by an entry behind the newest checkpoint.
pub(crate) fn finish(port: &mut dyn Port, state: &mut State) -> Result<(), AppendError> {
    let epoch = port.epoch();
    for (journal, gone) in state.redactions() {
        port.redact(epoch, *journal, gone)?;
    }
    state.redacted();
    Ok(())
}

/// The same failure, where a checkpoint waits for it.
pub(super) fn unfinished(error: AppendError) -> StoreError {
    StoreError::Io {
        path: "(journals)".into(),
        source: std::io::Error::other(error.to_string()),
    }
}

/// Gets rid of what a stale store still holds: a new checkpoint takes the place of the old, and the file is written anew.
pub(crate) fn renew(port: &mut dyn Port, state: &State) -> Result<(), StoreError> {
    if !port.stale()? {
        return Ok(());
    }
    checkpoint::write(port, state)?;
    port.renew()
}

impl Writer {
    /// Has the writer's thread write a stale store anew, and waits for it; other changes wait meanwhile.
    ///
    /// # Errors
    /// When the store refuses or the daemon is stopping; it is done at the next start then.
    pub async fn renew(&self) -> Result<(), CheckpointError> {
        let writer = self.clone();
        tokio::task::spawn_blocking(move || writer.renew_blocking())
            .await
            .map_err(|_| CheckpointError::Stopping)?
    }
}

#[cfg(test)]
mod tests;
