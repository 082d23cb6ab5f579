//! `rollcalld` with a clock that stands still until it is moved by a line on standard input: for tests only.

use rollcall_daemon::{Options, read_settings};
use rollcall_shared::clock::{Clock, ManualClock};
use rollcall_shared::config::{Config, Dirs};
use rollcall_shared::domain::Micros;
use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};

/// Where things are, as the command line tells.
#[derive(Default)]
struct Args {
    store: Option<PathBuf>,
    socket: Option<PathBuf>,
    config: Option<PathBuf>,
}

impl Args {
    fn read() -> anyhow::Result<Self> {
        let mut read = Args::default();
        let mut args = std::env::args().skip(1);
        while let (Some(name), Some(value)) = (args.next(), args.next()) {
            let place = match name.as_str() {
                "--store" => &mut read.store,
                "--socket" => &mut read.socket,
                "--config" => &mut read.config,
                other => anyhow::bail!("sim-daemon knows --store, --socket, --config, not {other}"),
            };
            *place = Some(PathBuf::from(value));
        }
        Ok(read)
    }

    fn settings(&self) -> anyhow::Result<Config> {
        let files: Vec<PathBuf> = self.config.iter().cloned().collect();
        let dirs = Dirs::current();
        let mut config = match files.is_empty() {
            true => Config::defaults(&dirs),
            false => read_settings(&dirs, &files)?,
        };
        config.store = self.store.clone().unwrap_or(config.store);
        config.socket = self.socket.clone().unwrap_or(config.socket);
        Ok(config)
    }
}

fn main() -> anyhow::Result<()> {
    let now: Micros = std::env::var("SIM_NOW")?.parse()?;
    let clock = ManualClock::at(now);
    let args = Args::read()?;
    let config = args.settings()?;
    let mut options = Options::default();
    if let Ok(step) = std::env::var("SIM_STEP") {
        options.step = step.parse()?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let moved = clock.clone();
    runtime.block_on(async move {
        let mut hang_up = signal(SignalKind::hangup())?;
        let daemon =
            rollcall_daemon::start(config, Arc::new(clock) as Arc<dyn Clock>, options).await?;
        // The test's end closes standard input; that is the signal to stop.
        let mut lines = tokio::task::spawn_blocking(move || {
            for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                if let Ok(at) = line.trim().parse::<Micros>() {
                    moved.set(at);
                }
            }
        });
        loop {
            tokio::select! {
                ended = &mut lines => break ended?,
                _ = hang_up.recv() => drop(daemon.reload(args.settings()?).await),
            }
        }
        daemon.stop().await?;
        anyhow::Ok(())
    })
}
