//! `rollcall demo`: a daemon full of made-up people inside this process.

use super::carry;
use super::console::ConsoleArgs;
use super::error::{Exit, Fault, Outcome};
use super::session::Session;
use super::words;
use clap::Args;
use rollcall_daemon::demo::Demo;
use rollcall_shared::clock::{Clock as _, SystemClock};
use rollcall_shared::text::counted;
use rollcall_shared::wire::{Class, Failure};
use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How many people, and what to do with them.
#[derive(Debug, Args)]
pub struct DemoCommand {
    /// Accounts to make up; a demo that is kept already stays as it is
    #[arg(long, default_value_t = 10_000, allow_negative_numbers = true, value_parser = words::whole::<u32>(1, 5_000_000))]
    users: u32,
    /// The same seed makes up the same people
    #[arg(long, default_value_t = 1, allow_negative_numbers = true, value_parser = words::whole::<u64>(0, words::MANY))]
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
        let store = session.globals.store.clone();
        match &store {
            Some(kept) if kept.exists() => session.out.note(&format!(
                "opening {} as it is: --users and --seed are for a demo that is made anew",
                kept.display()
            )),
            _ => {
                let making = format!("making up {}", counted(self.users, "person"));
                session.out.note(&making);
                session.out.note(&demo.notice());
            }
        }
        let mut stop = Stop::new().map_err(|e| {
            Fault::Failed(Failure::new(
                Class::Error,
                format!("cannot wait for signals: {e}"),
            ))
        })?;
        let daemon = carry::demo(self.users, self.seed, store, stop.told()).await?;
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
        // Interrupting is how this command ends, so it is not a failure.
        stop.told().await;
        Ok(Exit::Done)
    }
}

/// The signals that end it, also while the people are made up.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Stop {
    fn new() -> io::Result<Self> {
        Ok(Stop {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn told(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
