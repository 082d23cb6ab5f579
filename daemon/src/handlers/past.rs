//! The directory as it stood at an instant, folded from the journals.

use super::ask::Ask;
use super::describe::Words;
use super::find;
use rollcall_shared::directory::{State, checkpoint};
use rollcall_shared::domain::{JournalId, Micros, TenantId};
use rollcall_shared::rules::Refusal;
use rollcall_shared::wire::{Class, Failure};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long the last state asked for is kept: somebody who looks back turns pages.
const KEPT: Duration = Duration::from_secs(60);

/// The last state that was folded. One at a time: each may need as much memory as the directory itself.
#[derive(Debug, Default)]
pub(crate) struct Past(Arc<Mutex<Option<Fold>>>);

#[derive(Debug)]
struct Fold {
    tenant: TenantId,
    at: Micros,
    /// Where the tenant's journal ended: a redaction since would have to be in the fold too.
    seq: u64,
    state: Arc<State>,
}

impl Ask<'_> {
    /// One tenant as it stood at an instant.
    ///
    /// # Errors
    /// An instant that is still to come, or lies before the tenant was made.
    pub(super) async fn past(&self, tenant: &str, at: Micros) -> Result<Arc<State>, Failure> {
        let live = self.state();
        let view = find::tenant(&live, tenant)?;
        let id = view.tenant.id;
        let words = Words::of(Some(view));
        if at > self.service.clock.now() {
            return Err(refused(
                format!("{} is still to come", words.minute(at)),
                "name an instant that has passed, or leave `--as-of` out for now".into(),
            ));
        }
        if at < view.tenant.created {
            return Err(refused(
                format!("the tenant {tenant} was not there at {}", words.minute(at)),
                format!(
                    "it was made at {}: name that or later",
                    words.minute(view.tenant.created)
                ),
            ));
        }
        let seq = live.journal_seq(JournalId::from(id));
        let mut kept = self.service.past.0.clone().lock_owned().await;
        if let Some(fold) = kept.as_ref()
            && (fold.tenant, fold.at, fold.seq) == (id, at, seq)
        {
            return Ok(fold.state.clone());
        }
        // The one before goes before the next is folded.
        *kept = None;
        let reader = self.service.writer.reader();
        let folded =
            tokio::task::spawn_blocking(move || checkpoint::as_of(reader.as_ref(), id, at)).await;
        let folded = folded.map_err(|e| Failure::new(Class::Error, e.to_string()))?;
        let state = folded
            .map_err(|e| Failure::new(Class::Error, format!("the journals cannot be read: {e}")))?;
        let state = Arc::new(state);
        *kept = Some(Fold {
            tenant: id,
            at,
            seq,
            state: state.clone(),
        });
        let (slot, mine) = (self.service.past.0.clone(), Arc::downgrade(&state));
        tokio::spawn(async move {
            tokio::time::sleep(KEPT).await;
            let mut kept = slot.lock().await;
            if kept
                .as_ref()
                .is_some_and(|fold| Arc::downgrade(&fold.state).ptr_eq(&mine))
            {
                *kept = None;
            }
        });
        Ok(state)
    }
}

fn refused(what: String, instead: String) -> Failure {
    super::refused(Refusal::new("as-of", what, instead))
}
