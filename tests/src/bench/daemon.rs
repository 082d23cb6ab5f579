//! The real daemon over a store full of made-up people: in this process, or in one that can be killed.

use super::{now, users};
use crate::poll::poll;
use rollcall_daemon::{Carried, Daemon, Options};
use rollcall_shared::clock::{Clock, ManualClock, SystemClock};
use rollcall_shared::config::{Config, Dirs};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// Set for a process that is only to be a daemon: the folder it serves.
const SERVE: &str = "ROLLCALL_BENCH_SERVE";
/// The same for a daemon that goes by the system's clock.
const SERVE_BY_THE_CLOCK: &str = "ROLLCALL_BENCH_SERVE_BY_THE_CLOCK";

/// A runtime as the programs have one.
///
/// # Panics
/// When there is none to be had.
pub fn runtime() -> tokio::runtime::Runtime {
    let built = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    built.unwrap_or_else(|e| panic!("{e}"))
}

/// Where the store in a folder is.
pub fn store(dir: &Path) -> PathBuf {
    dir.join("store.redb")
}

/// Where the socket in a folder is.
pub fn socket(dir: &Path) -> PathBuf {
    dir.join("run").join("rollcall.sock")
}

/// Makes a store with the demo's people and their past, checkpoint and all.
///
/// # Panics
/// When it cannot be made.
pub fn fill(dir: &Path) {
    let demo = Carried::Demo {
        given_up: std::sync::Arc::default(),
        users: users(),
        seed: 1,
        store: Some(store(dir)),
    };
    runtime().block_on(async {
        let daemon = rollcall_daemon::carry(demo, Arc::new(ManualClock::at(now()))).await;
        let daemon = daemon.unwrap_or_else(|e| panic!("{e}"));
        daemon.stop().await.unwrap_or_else(|e| panic!("{e}"));
    });
}

/// Starts a daemon over the store in a folder, in this process.
///
/// # Panics
/// When it does not start.
pub async fn start(dir: &Path) -> Daemon {
    start_by(dir, Arc::new(ManualClock::at(now()))).await
}

async fn start_by(dir: &Path, clock: Arc<dyn Clock>) -> Daemon {
    let mut config = Config::defaults(&Dirs::current());
    (config.store, config.socket) = (store(dir), socket(dir));
    let daemon = rollcall_daemon::start(config, clock, Options::default()).await;
    daemon.unwrap_or_else(|e| panic!("{e}"))
}

/// A daemon in a process of its own; killed without warning when dropped.
pub struct Served(Child);

impl Served {
    /// Starts one over the store in a folder and waits until it listens.
    ///
    /// # Panics
    /// When it does not start.
    pub fn over(dir: &Path) -> Self {
        Self::serving(dir, SERVE)
    }

    /// The same by the system's clock, as in production.
    ///
    /// # Panics
    /// When it does not start.
    pub fn by_the_clock(dir: &Path) -> Self {
        Self::serving(dir, SERVE_BY_THE_CLOCK)
    }

    fn serving(dir: &Path, how: &str) -> Self {
        let own = std::env::current_exe().unwrap_or_else(|e| panic!("{e}"));
        let started = Command::new(own)
            .env(how, dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        let served = Served(started.unwrap_or_else(|e| panic!("{e}")));
        let socket = socket(dir);
        poll("the daemon to listen", || {
            std::os::unix::net::UnixStream::connect(&socket).ok()
        });
        served
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The first thing in a bench's `main`: when this process was started by [`Served::over`], it serves until it is
/// killed.
pub fn serve_if_asked() {
    let (by_hand, by_the_clock) = (
        std::env::var_os(SERVE),
        std::env::var_os(SERVE_BY_THE_CLOCK),
    );
    let clock: Arc<dyn Clock> = match by_the_clock {
        Some(_) => Arc::new(SystemClock),
        None => Arc::new(ManualClock::at(now())),
    };
    let Some(dir) = by_the_clock.or(by_hand) else {
        return;
    };
    runtime().block_on(async {
        let daemon = start_by(Path::new(&dir), clock).await;
        daemon.wait().await;
    });
    std::process::exit(0);
}
