//! The daemon inside this process, for `demo` and `--embedded`: the same library, the same socket, the same code path.

use super::error::Fault;
use rollcall_daemon::{Carried, Daemon, StartError};
use rollcall_shared::clock::SystemClock;
use rollcall_shared::config::Dirs;
use rollcall_shared::store::StoreError;
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
        .map_err(|e| not_started(&e))
}

/// Why it did not start, and what to do about it: there is no daemon here whose log could tell.
fn not_started(error: &StartError) -> Failure {
    let failure = |class| Failure::new(class, format!("the daemon did not start: {error}"));
    match error {
        StartError::Store(StoreError::Held { .. }) => failure(Class::Conflict)
            .rule("store-held")
            .hint("ask that daemon (leave --embedded and --store out), or stop it first"),
        StartError::Store(StoreError::Newer { .. }) => failure(Class::Error)
            .rule("store-newer")
            .hint("use the newer rollcall; the store was not touched"),
        StartError::Store(StoreError::Unreadable { .. }) | StartError::Load(_) => failure(Class::Error)
            .rule("store-unreadable")
            .hint("it was not touched; restore a backup beside it with `rollcall backup restore`"),
        StartError::NoStore(_) => failure(Class::NotFound).rule("store-missing").hint(
            "mend the path; `rollcalld --store PATH` makes a new store, `rollcall demo --store PATH` a demo's",
        ),
        StartError::NotADemo(_) | StartError::HalfMade(_) => failure(Class::Conflict)
            .rule("demo-store")
            .hint("give the demo a path of its own"),
        StartError::Settings(_) => failure(Class::Usage)
            .rule("settings")
            .hint("check them with `rollcalld --check-config`"),
        _ => failure(Class::Error)
            .rule("daemon-start")
            .hint("what was acknowledged stays in the store; mend what it names and try again"),
    }
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
