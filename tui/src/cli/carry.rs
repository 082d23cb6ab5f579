//! The daemon inside this process, for `demo` and `--embedded`: the same library, the same socket, the same code path.

use super::error::Fault;
use rollcall_daemon::{Carried, Daemon};
use rollcall_shared::clock::SystemClock;
use rollcall_shared::config::Dirs;
use rollcall_shared::wire::{Class, Failure};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A daemon on a store of one's own, with the settings that `rollcalld` would have.
pub async fn embedded(store: PathBuf) -> Result<Daemon, Failure> {
    let settings = match std::env::var_os("ROLLCALL_CONFIG") {
        Some(file) => vec![PathBuf::from(file)],
        None => Dirs::current().config_files(),
    };
    start(Carried::Embedded { store, settings }).await
}

/// A daemon full of made-up people; on a store that goes with it unless one is named. It is made no further, and what goes
/// with it is removed, once it is `stopped`.
pub async fn demo(
    users: u32,
    seed: u64,
    store: Option<PathBuf>,
    stopped: impl Future<Output = ()>,
) -> Result<Daemon, Fault> {
    let given_up = Arc::new(AtomicBool::new(false));
    let mut making = std::pin::pin!(start(Carried::Demo {
        users,
        seed,
        store,
        given_up: given_up.clone(),
    }));
    tokio::select! {
        // Listens before the making begins.
        biased;
        () = stopped => {}
        made = &mut making => return Ok(made?),
    }
    given_up.store(true, Ordering::Relaxed);
    if let Ok(made) = making.await {
        stop(made).await?;
    }
    Err(Fault::Interrupted)
}

async fn start(carried: Carried) -> Result<Daemon, Failure> {
    rollcall_daemon::carry(carried, Arc::new(SystemClock))
        .await
        .map_err(|e| Failure::new(Class::Error, format!("the daemon did not start: {e}")))
}

/// Lets a daemon finish what is under way and release its store.
pub async fn stop(daemon: Daemon) -> Result<(), Failure> {
    daemon.stop().await.map_err(|e| {
        Failure::new(
            Class::Error,
            format!("the daemon did not stop cleanly: {e}"),
        )
    })
}
