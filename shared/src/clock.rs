//! Time as an input. Only the programs' `main` and the demo make a [`SystemClock`]; everything else takes a [`Clock`].

use crate::domain::Micros;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Micros;
    /// Completes once `now()` is at or after `at`, also when the clock is moved.
    fn wait_until(&self, at: Micros) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// The longest sleep before the machine's clock is read again: it may have been set, or the machine suspended.
const LONGEST_NAP: std::time::Duration = std::time::Duration::from_secs(60);

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place where the machine's clock is read"
    )]
    fn now(&self) -> Micros {
        Micros::from_timestamp(jiff::Timestamp::now())
    }

    fn wait_until(&self, at: Micros) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            loop {
                let left = at.0.saturating_sub(self.now().0);
                if left <= 0 {
                    return;
                }
                let nap = std::time::Duration::from_micros(left.unsigned_abs());
                tokio::time::sleep(nap.min(LONGEST_NAP)).await;
            }
        })
    }
}

/// A clock that stands still until it is moved; clones share the time.
#[derive(Debug, Clone)]
pub struct ManualClock {
    now: Arc<Mutex<Micros>>,
    moved: watch::Sender<Micros>,
}

impl ManualClock {
    /// A clock that stands at `at`.
    pub fn at(at: Micros) -> Self {
        ManualClock {
            now: Arc::new(Mutex::new(at)),
            moved: watch::Sender::new(at),
        }
    }

    /// Moves the clock; waiters whose time has come go on.
    pub fn set(&self, at: Micros) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = at;
        self.moved.send_replace(at);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Micros {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_until(&self, at: Micros) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut moved = self.moved.subscribe();
        Box::pin(async move {
            // The sender lives as long as the clock, so waiting cannot fail before the time has come.
            let _ = moved.wait_for(|now| *now >= at).await;
        })
    }
}
