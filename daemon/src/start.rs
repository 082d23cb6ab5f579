//! Starting the daemon inside a process: store, state, writer, socket, schedule, checkpoints.

mod open;
mod orphans;

use crate::app::Front;
use crate::catalogs::Catalogs;
use crate::demo::Demo;
use crate::handlers::{Past, Service, reload};
use crate::heads::{self, Heads};
use crate::server::{self, Server};
use crate::socket::{Socket, SocketError};
use crate::sweeps;
use crate::writer::Writer;
use rollcall_shared::catalog;
use rollcall_shared::clock::Clock;
use rollcall_shared::config::{Config, ConfigError};
use rollcall_shared::directory::ApplyError;
use rollcall_shared::directory::checkpoint::LoadError;
use rollcall_shared::domain::{Micros, Span};
use rollcall_shared::store::{AppendError, StoreError};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLock};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long requests under way may take to finish when the daemon stops.
const GRACE: std::time::Duration = std::time::Duration::from_secs(10);

/// A daemon that runs in this process.
pub struct Daemon {
    socket: Socket,
    service: Arc<Service>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    server: Server,
    writer: std::thread::JoinHandle<()>,
    /// Kept so that what lives only as long as the process goes with it.
    _kept: Option<tempfile::TempDir>,
}

/// Why a daemon did not start or did not go on.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings.
    #[error(transparent)]
    Settings(#[from] ConfigError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journals cannot be folded.
    #[error("the store cannot be read: {0}")]
    Load(#[from] LoadError),
    /// The first entries do not fit each other: a defect of this program.
    #[error("the store cannot be filled: {0}")]
    Fold(#[from] ApplyError),
    /// The store is somebody's own: a demo must not act on it.
    #[error(
        "{0} is not a demo's store: open it with --embedded --store, or give the demo another path"
    )]
    NotADemo(PathBuf),
    /// There is no store to carry: a mistyped path must not look like an empty store.
    #[error(
        "there is no store at {0}: mend the path, make a new store there with `rollcalld --store`, or a demo's with `rollcall demo --store`"
    )]
    NoStore(PathBuf),
    /// Whoever asked for a demo went away while it was made.
    #[error("the demo was given up while it was made")]
    GivenUp,
    /// A demo that was ended while it was made.
    #[error("{0} is a demo that was never finished: remove it and start the demo again")]
    HalfMade(PathBuf),
    /// The socket.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// The first entries.
    #[error("the store cannot be filled: {0}")]
    Fill(#[from] AppendError),
    /// A catalog that is built in cannot be read: a defect of this program.
    #[error("the operator catalog cannot be read: {0}")]
    Catalog(String),
    /// The system.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The writer ended although it was not told to.
    #[error("the writer ended unexpectedly")]
    Writer,
}

/// How a daemon that is carried inside the console is filled.
#[derive(Debug, Clone)]
pub enum Carried {
    /// A made-up population; without a path it goes with the process.
    Demo {
        /// How many people.
        users: u32,
        /// The seed: the same seed and day make the same population.
        seed: u64,
        /// Where to keep it; none keeps nothing.
        store: Option<PathBuf>,
        /// Set while it is made, it is made no further and nothing is kept that was not to be.
        given_up: Arc<AtomicBool>,
    },
    /// A store of one's own, which must be there.
    Embedded {
        /// Its path.
        store: PathBuf,
        /// The settings files that hold for it as for `rollcalld`, the least important first.
        settings: Vec<PathBuf>,
    },
}

/// How a daemon works, beside what an operator sets.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Actions of a run that are applied in one batch; 60,000 unless said otherwise.
    pub step: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { step: sweeps::STEP }
    }
}

/// Starts `rollcalld`: opens the store (or makes it where there is none), replays, listens, follows the schedule.
///
/// # Errors
/// What kept it from starting. Unreadable or newer data is never started over.
pub async fn start(
    config: Config,
    clock: Arc<dyn Clock>,
    options: Options,
) -> Result<Daemon, StartError> {
    run(config, clock, options, "daemon", None, None).await
}

/// Starts a daemon inside the console: `demo` or `--embedded`.
///
/// # Errors
/// As [`start`].
pub async fn carry(carried: Carried, clock: Arc<dyn Clock>) -> Result<Daemon, StartError> {
    let temporary = std::env::temp_dir();
    orphans::clear(&temporary);
    let kept = tempfile::Builder::new()
        .prefix(orphans::PREFIX)
        .tempdir_in(temporary)
        .map_err(|source| StartError::Io {
            what: "making a directory for the socket",
            source,
        })?;
    let dirs = rollcall_shared::config::Dirs::current();
    let (mut config, word, demo) = match carried {
        // The same population for everybody, whatever somebody's settings are.
        Carried::Demo {
            users,
            seed,
            store,
            given_up,
        } => {
            let mut config = Config::defaults(&dirs);
            config.store = store.unwrap_or_else(|| kept.path().join("demo.redb"));
            let today = clock.now().day();
            let demo = Demo { users, seed, today };
            (config, "demo", Some((demo, given_up)))
        }
        Carried::Embedded { store, .. } if !store.exists() => {
            return Err(StartError::NoStore(store));
        }
        Carried::Embedded { store, settings } => {
            let mut config = crate::read_settings(&dirs, &settings)?;
            config.store = store;
            (config, "embedded", None)
        }
    };
    config.socket = kept.path().join(orphans::SOCKET);
    run(config, clock, Options::default(), word, demo, Some(kept)).await
}

async fn run(
    config: Config,
    clock: Arc<dyn Clock>,
    options: Options,
    carried: &'static str,
    demo: Option<(Demo, Arc<AtomicBool>)>,
    kept: Option<tempfile::TempDir>,
) -> Result<Daemon, StartError> {
    // Claimed first, so that a socket that is taken leaves no new store behind; bound last, so that nobody waits.
    let claim = Socket::claim(&config.socket, &config.socket_group)?;
    let (path, now) = (config.store.clone(), clock.now());
    let opened = tokio::task::spawn_blocking(move || open::open(&path, demo, now));
    let opened = opened.await.map_err(|_| StartError::Writer)??;
    let socket = claim.bind()?;
    let listener = socket.listener().map_err(|source| StartError::Io {
        what: "listening",
        source,
    })?;
    let (writer, thread) =
        Writer::start(opened.port, opened.state, clock.clone()).map_err(|source| {
            StartError::Io {
                what: "starting the writer",
                source,
            }
        })?;
    let text =
        catalog::builtin("rollcall").ok_or_else(|| StartError::Catalog("it is missing".into()))?;
    let operators =
        catalog::parse("rollcall", text).map_err(|e| StartError::Catalog(e.to_string()))?;
    let (catalogs, complaints) = Catalogs::load(&config.catalogs, None);
    for line in complaints {
        tracing::error!(catalog = %rollcall_shared::text::safe(&line));
    }
    let every = config.checkpoint_every;
    let heads = Heads::open(
        &config.store,
        opened.id,
        writer.state().head_keys(),
        carried == "demo",
    );
    let service = Arc::new(Service {
        writer,
        clock: clock.clone(),
        store: config.store.display().to_string(),
        config: RwLock::new(Arc::new(config)),
        catalogs: RwLock::new(Arc::new(catalogs)),
        operators,
        own_uid: nix::unistd::geteuid().as_raw(),
        carried,
        step: options.step,
        heads,
        hands: sweeps::Hands::default(),
        past: Past::default(),
    });
    // A demo's past ends at midnight: what came due since is part of it, and the same for everybody.
    let since = if opened.demo_made {
        now
    } else {
        Micros(i64::MIN)
    };
    let stop = watch::Sender::new(false);
    let server = server::serve(listener, Arc::new(Front(service.clone())));
    let tasks = vec![
        tokio::spawn(sweeps::drive(service.clone(), since, stop.subscribe())),
        tokio::spawn(heads::drive(service.clone(), stop.subscribe())),
        tokio::spawn(checkpoints(service.clone(), every, stop.subscribe())),
    ];
    // The first sort by name need not wait for what can be made meanwhile.
    let warming = service.writer.state();
    tokio::task::spawn_blocking(move || warming.warm());
    Ok(Daemon {
        socket,
        service,
        stop,
        tasks,
        server,
        writer: thread,
        _kept: kept,
    })
}

/// Writes a checkpoint now and then, when there is something new.
async fn checkpoints(service: Arc<Service>, every: Span, mut stop: watch::Receiver<bool>) {
    let mut previous = None;
    let mut written = 0;
    loop {
        let at = service.clock.now().plus(every);
        let stopping = tokio::select! {
            () = service.clock.wait_until(at) => false,
            _ = stop.wait_for(|stop| *stop) => true,
        };
        let revision = service.writer.state().revision();
        if revision != written {
            match service.writer.checkpoint(previous.take()).await {
                Ok(manifest) => {
                    previous = Some(manifest);
                    written = revision;
                }
                Err(error) => tracing::warn!("{error}"),
            }
        }
        if stopping {
            return;
        }
    }
}

impl Daemon {
    /// The socket it listens on.
    pub fn socket(&self) -> &Path {
        self.socket.path()
    }

    /// Waits until it cannot go on: its writer has ended.
    pub async fn wait(&self) {
        self.service.writer.ended().await;
    }

    /// Stops taking requests, finishes those under way, writes a last checkpoint, lets the store go.
    ///
    /// # Errors
    /// When the writer could not be ended cleanly; nothing acknowledged is lost by it.
    pub async fn stop(self) -> Result<(), StartError> {
        self.server.drain(GRACE).await;
        self.stop.send_replace(true);
        for task in self.tasks {
            // A task that panicked has said so; the others still end in order.
            let _ = task.await;
        }
        drop(self.service);
        let joined = tokio::task::spawn_blocking(move || self.writer.join()).await;
        joined
            .map_err(|_| StartError::Writer)?
            .map_err(|_| StartError::Writer)
    }

    /// Adopts new settings: what they propose for policies and what the catalogs on disk say becomes audited changes;
    /// returns a line for each.
    pub async fn reload(&self, config: Config) -> Vec<String> {
        let config = Arc::new(config);
        *self
            .service
            .config
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = config.clone();
        let mut lines = reload::adopt(&self.service.writer, &config).await;
        let (catalogs, complaints) =
            Catalogs::load(&config.catalogs, Some(&self.service.catalogs()));
        let catalogs = Arc::new(catalogs);
        *self
            .service
            .catalogs
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = catalogs.clone();
        lines.extend(complaints);
        self.service
            .heads
            .changed(self.service.writer.state().head_keys());
        lines.extend(reload::adopt_catalogs(&self.service.writer, &catalogs).await);
        lines
    }
}

#[cfg(test)]
mod tests;
