//! `rollcall demo`: a daemon full of made-up people inside this process.

use super::carry;
use super::console::ConsoleArgs;
use super::error::{Exit, Fault, Outcome};
use super::session::Session;
use clap::Args;
use rollcall_daemon::demo::Demo;
use rollcall_shared::clock::{Clock as _, SystemClock};
use rollcall_shared::text::counted;
use rollcall_shared::wire::{Class, Failure};
use std::io;
use tokio::signal::unix::{SignalKind, signal};

/// How many people, and what to do with them.
#[derive(Debug, Args)]
pub struct DemoCommand {
    /// Accounts to make up
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    users: u32,
    /// The same seed makes up the same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Do not open the console: print the socket and serve until interrupted
    #[arg(long, conflicts_with_all = ["tenant", "plain", "no_mouse"])]
    no_console: bool,
    #[command(flatten)]
    console: ConsoleArgs,
}

impl DemoCommand {
    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let demo = Demo {
            users: self.users,
            seed: self.seed,
            today: SystemClock.now().day(),
        };
        session
            .out
            .note(&format!("making up {}", counted(self.users, "person")));
        session.out.note(&demo.notice());
        let store = session.globals.store.clone();
        let daemon = carry::demo(self.users, self.seed, store).await?;
        let socket = session.carry(daemon);
        if !self.no_console {
            return self.console.open(session).await;
        }
        session
            .out
            .script(format!("{}\n", socket.display()).as_bytes())?;
        session.out.flush()?;
        session.out.note(&format!(
            "serving; in another terminal: rollcall --socket {} user list",
            socket.display()
        ));
        until_stopped().await.map_err(|e| {
            Fault::Failed(Failure::new(
                Class::Error,
                format!("cannot wait for signals: {e}"),
            ))
        })?;
        Ok(Exit::Done)
    }
}

/// Interrupting is how this command ends, so it is not a failure.
async fn until_stopped() -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
    }
}
