//! `rollcall` without a noun: the console.

use super::error::{Exit, Fault, Outcome};
use super::session::Session;
use crate::console::{self, ConsoleError, Ending, Options};
use clap::Args;
use rollcall_shared::clock::SystemClock;
use rollcall_shared::config::Dirs;
use rollcall_shared::wire::admin::{Status, TenantOptional};
use rollcall_shared::wire::{Class, Failure, Verb};
use std::sync::Arc;

/// How the console looks and what it begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Console")]
pub struct ConsoleArgs {
    /// Look at one tenant
    #[arg(long)]
    tenant: Option<String>,
    /// ASCII only and no colour
    #[arg(long)]
    plain: bool,
    /// Leave the mouse to the terminal
    #[arg(long)]
    no_mouse: bool,
}

impl ConsoleArgs {
    /// Opens the console on the daemon of this session; without one it fails like every command.
    pub async fn open(self, session: &mut Session) -> Outcome {
        let known = session
            .ask::<_, Status>(Verb::Status, &TenantOptional::default())
            .await;
        if let Err(Fault::Failed(failure)) = &known
            && failure.class == Class::Unreachable
        {
            return Err(failure.clone().into());
        }
        // Any other refusal is for the console to show.
        let options = Options {
            read_only: session.globals.read_only,
            tenant: self.tenant,
            plain: self.plain,
            mouse: !self.no_mouse,
            keymap: Some(Dirs::current().config().join("keymap.toml")),
            columns: Some(Dirs::current().config().join("columns")),
            joins: session.carried().map(|socket| {
                let socket = socket.display();
                format!("rollcall --socket {socket}")
            }),
            clock: Arc::new(SystemClock),
        };
        match console::run(session.client().await?, options).await {
            Ok(Ending::Left) => Ok(Exit::Done),
            Ok(Ending::Interrupted) => Err(Fault::Interrupted),
            Err(e) => Err(failed(&e).into()),
        }
    }
}

fn failed(e: &ConsoleError) -> Failure {
    let class = match e {
        ConsoleError::NoTerminal => Class::Usage,
        ConsoleError::Keymap(_) | ConsoleError::Terminal(_) | ConsoleError::Panicked => {
            Class::Error
        }
    };
    let (rule, hint) = match e {
        ConsoleError::NoTerminal => (
            "terminal",
            "use the commands instead: `rollcall --help` names them",
        ),
        ConsoleError::Keymap(_) => ("keymap", "mend the file of key bindings, or move it away"),
        ConsoleError::Terminal(_) => ("terminal", "see whether the terminal still answers"),
        ConsoleError::Panicked => ("fault", "report it as a bug; nothing that was done is lost"),
    };
    Failure::new(class, e.to_string()).rule(rule).hint(hint)
}
