//! `rollcalld`: settings, log, signals, and the service manager. Everything else is the library.

use anyhow::{Context, Result};
use clap::Parser;
use rollcall_daemon::{Daemon, Options, read_settings, start};
use rollcall_shared::clock::SystemClock;
use rollcall_shared::config::{Config, Dirs, LogFormat};
use sd_notify::NotifyState;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, fmt, reload};

/// Keeps the store of identities and runs the scheduled sweeps.
///
/// Runs in the foreground. SIGTERM and SIGINT finish what is under way and stop; SIGHUP reads the settings again, and
/// keeps the old ones when the new ones are wrong.
#[derive(Parser)]
#[command(name = "rollcalld", version)]
struct Args {
    /// Read only this file of settings, instead of /etc/rollcall/rollcall.toml and the user's own.
    #[arg(long, value_name = "FILE", env = "ROLLCALL_CONFIG")]
    config: Option<PathBuf>,
    /// Check the settings and the role catalogs beside them, and stop.
    #[arg(long)]
    check_config: bool,
    /// The store's file.
    #[arg(long, value_name = "FILE", env = "ROLLCALL_STORE")]
    store: Option<PathBuf>,
    /// The socket to listen on.
    #[arg(long, value_name = "PATH", env = "ROLLCALL_SOCKET")]
    socket: Option<PathBuf>,
}

/// Changes what is logged while running.
type LogLevel = reload::Handle<EnvFilter, Registry>;

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without a place to complain to, the exit code says it.
            let _ = writeln!(std::io::stderr(), "rollcalld: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    let dirs = Dirs::current();
    let config = settings(args, &dirs)?;
    if args.check_config {
        let wrong = rollcall_daemon::check_catalogs(&config.catalogs);
        if !wrong.is_empty() {
            anyhow::bail!("{}", wrong.join("\n"));
        }
        let mut out = std::io::stdout();
        for file in files(args, &dirs) {
            writeln!(out, "{}: ok", file.display())?;
        }
        writeln!(
            out,
            "store {}, socket {}",
            config.store.display(),
            config.socket.display()
        )?;
        return Ok(());
    }
    let level = log(&config)?;
    if config.socket == dirs.socket() {
        dirs.claim_runtime()?;
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")?
        .block_on(serve(args, &dirs, config, &level))
}

fn files(args: &Args, dirs: &Dirs) -> Vec<PathBuf> {
    match &args.config {
        Some(file) => vec![file.clone()],
        None => dirs.config_files(),
    }
}

/// Flag, environment, the user's file, the system's file, built-in default.
fn settings(args: &Args, dirs: &Dirs) -> Result<Config> {
    let mut config = read_settings(dirs, &files(args, dirs))?;
    if let Some(store) = &args.store {
        config.store = std::path::absolute(store)?;
    }
    if let Some(socket) = &args.socket {
        config.socket = std::path::absolute(socket)?;
    }
    if let Ok(log) = std::env::var("ROLLCALL_LOG") {
        config.log = log;
    }
    filter(&config)?;
    Ok(config)
}

fn filter(config: &Config) -> Result<EnvFilter> {
    EnvFilter::try_new(&config.log).with_context(|| {
        format!(
            "log: {:?} is no filter; write for example \"info\"",
            config.log
        )
    })
}

fn log(config: &Config) -> Result<LogLevel> {
    let (filter, level) = reload::Layer::new(filter(config)?);
    let registry = tracing_subscriber::registry().with(filter);
    let lines = fmt::layer().with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => registry.with(lines.with_ansi(false)).try_init()?,
        LogFormat::Json => registry.with(lines.json()).try_init()?,
    }
    Ok(level)
}

async fn serve(args: &Args, dirs: &Dirs, config: Config, level: &LogLevel) -> Result<()> {
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let daemon = start(config.clone(), Arc::new(SystemClock), Options::default()).await?;
    let socket = daemon.socket().to_owned();
    tracing::info!(socket = ?socket, store = ?config.store, pid = std::process::id(), "ready");
    tell(&[NotifyState::Ready]);
    let mut beat = sd_notify::watchdog_enabled().map(|period| tokio::time::interval(period / 2));
    loop {
        tokio::select! {
            () = daemon.wait() => anyhow::bail!("the daemon stopped by itself: its writer has ended"),
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hang_up.recv() => {
                if let Ok(now) = NotifyState::monotonic_usec_now() {
                    tell(&[NotifyState::Reloading, now]);
                }
                match reread(args, dirs, &config, &daemon, level).await {
                    Ok(()) => tracing::info!("settings read again"),
                    Err(error) => tracing::error!(error = ?format!("{error:#}"), "the old settings stay in force"),
                }
                tell(&[NotifyState::Ready]);
            }
            () = next_beat(&mut beat) => {
                // Asked through the front door: a daemon that serves nobody is not alive.
                if answers(&socket).await {
                    tell(&[NotifyState::Watchdog]);
                }
            }
        }
    }
    tracing::info!("stopping");
    tell(&[NotifyState::Stopping]);
    daemon
        .stop()
        .await
        .context("the daemon did not stop cleanly")
}

async fn reread(
    args: &Args,
    dirs: &Dirs,
    first: &Config,
    daemon: &Daemon,
    level: &LogLevel,
) -> Result<()> {
    let next = settings(args, dirs)?;
    if (
        &next.store,
        &next.socket,
        &next.socket_group,
        next.log_format,
    ) != (
        &first.store,
        &first.socket,
        &first.socket_group,
        first.log_format,
    ) {
        tracing::warn!("store, socket, socket_group and log_format change only with a restart");
    }
    let filter = filter(&next)?;
    for line in daemon.reload(next).await {
        tracing::info!(adopted = %rollcall_shared::text::safe(&line));
    }
    level.reload(filter)?;
    Ok(())
}

/// Tells the service manager, where there is one.
fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}

async fn next_beat(beat: &mut Option<tokio::time::Interval>) {
    match beat {
        Some(interval) => {
            interval.tick().await;
        }
        None => std::future::pending().await,
    }
}

async fn answers(socket: &Path) -> bool {
    let probe = async {
        let mut stream = UnixStream::connect(socket).await?;
        stream.write_all(b"GET /livez HTTP/1.0\r\n\r\n").await?;
        let mut status = [0; 12];
        stream.read_exact(&mut status).await?;
        Ok::<_, std::io::Error>(status.ends_with(b" 200"))
    };
    matches!(
        tokio::time::timeout(Duration::from_secs(5), probe).await,
        Ok(Ok(true))
    )
}
