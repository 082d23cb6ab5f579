//! `rollcalld` with a clock that stands still until it is moved by a line on standard input: for tests only.

use rollcall_daemon::Options;
use rollcall_shared::clock::{Clock, ManualClock};
use rollcall_shared::config::{Config, Dirs};
use rollcall_shared::domain::Micros;
use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;

fn main() -> anyhow::Result<()> {
    let now: Micros = std::env::var("SIM_NOW")?.parse()?;
    let clock = ManualClock::at(now);
    let mut config = Config::defaults(&Dirs::current());
    let mut args = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (args.next(), args.next()) {
        match name.as_str() {
            "--store" => config.store = PathBuf::from(value),
            "--socket" => config.socket = PathBuf::from(value),
            other => anyhow::bail!("sim-daemon knows --store and --socket, not {other}"),
        }
    }
    let mut options = Options::default();
    if let Ok(step) = std::env::var("SIM_STEP") {
        options.step = step.parse()?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let moved = clock.clone();
    runtime.block_on(async move {
        let daemon =
            rollcall_daemon::start(config, Arc::new(clock) as Arc<dyn Clock>, options).await?;
        // The test's end closes standard input; that is the signal to stop.
        let lines = tokio::task::spawn_blocking(move || {
            for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                if let Ok(at) = line.trim().parse::<Micros>() {
                    moved.set(at);
                }
            }
        });
        lines.await?;
        daemon.stop().await?;
        anyhow::Ok(())
    })
}
