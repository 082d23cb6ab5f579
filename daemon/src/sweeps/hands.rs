//! Runs in somebody's hands: while a request carries a run on, the schedule's driver leaves it alone.

use rollcall_shared::domain::RunId;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// The runs that requests are carrying on. Cheap to clone; clones speak of the same runs.
#[derive(Clone, Default)]
pub(crate) struct Hands(Arc<Inner>);

#[derive(Default)]
struct Inner {
    runs: Mutex<HashSet<RunId>>,
    let_go: Notify,
}

/// Holds a run until it is dropped: when it is done, when a step of it failed, and when its caller has gone away.
pub(crate) struct Held {
    hands: Hands,
    run: RunId,
}

impl Hands {
    /// Takes a run into hand.
    pub(crate) fn hold(&self, run: RunId) -> Held {
        self.runs(|runs| runs.insert(run));
        Held {
            hands: self.clone(),
            run,
        }
    }

    /// Whether a run is in somebody's hands.
    pub(super) fn holds(&self, run: RunId) -> bool {
        self.runs(|runs| runs.contains(&run))
    }

    /// Returns when a run was let go, now or since it was last asked.
    pub(super) async fn let_go(&self) {
        self.0.let_go.notified().await;
    }

    fn runs<T>(&self, work: impl FnOnce(&mut HashSet<RunId>) -> T) -> T {
        work(&mut self.0.runs.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.hands.runs(|runs| runs.remove(&self.run));
        self.hands.0.let_go.notify_one();
    }
}
