//! The command line: one file for each noun, with its options and what it does. Data goes to standard output, the
//! rest to standard error; every ending has its exit code.

mod audit;
mod backup;
mod carry;
mod confirm;
mod console;
mod dates;
mod demo;
mod drift;
mod error;
#[cfg(test)]
mod fake;
mod import;
mod operator;
mod order;
mod output;
mod partial;
mod policy;
mod progress;
mod rejected;
mod run;
mod session;
mod status;
mod sweep;
mod table;
mod tenant;
#[cfg(test)]
mod tests;
mod user;
mod words;

use clap::{CommandFactory, Parser, Subcommand};
use console::ConsoleArgs;
use error::{Exit, Fault, Outcome, exit_code, usage};
use output::{Format, Output, Streams};
use rollcall_shared::wire::{Class, Failure};
use serde_json::Value;
use session::{Globals, Session};
use std::ffi::OsString;
use std::process::ExitCode;

/// Identity governance for e-signature tenants, in a terminal
///
/// Without a noun the console opens.
#[derive(Debug, Parser)]
#[command(
    name = "rollcall",
    version,
    subcommand_value_name = "NOUN",
    subcommand_help_heading = "Nouns",
    after_help = "Exit codes: 0 done, 1 error, 2 usage, 3 findings (with --exit-code), 4 not found, 5 denied, \
6 conflict or stale plan, 7 partly done, 8 no daemon, 130 interrupted.

Examples:
  rollcall demo
  rollcall
  rollcall user list --tenant acme --flag idle
  rollcall sweep plan inactivity --tenant acme"
)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(flatten)]
    console: ConsoleArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Accounts: list, show, suspend, reactivate, deactivate
    #[command(subcommand, alias = "users")]
    User(user::UserCommand),
    /// Tenants: create, list, show, name the owner
    #[command(subcommand, alias = "tenants")]
    Tenant(tenant::TenantCommand),
    /// Sweeps: list, plan, run now
    #[command(subcommand, alias = "sweeps")]
    Sweep(sweep::SweepCommand),
    /// Runs of sweeps: list, show, approve, reject
    #[command(subcommand, alias = "runs")]
    Run(run::RunCommand),
    /// Policies: list, set
    #[command(subcommand, alias = "policies")]
    Policy(policy::PolicyCommand),
    /// The journals: list, verify
    #[command(subcommand, alias = "audits")]
    Audit(audit::AuditCommand),
    /// Bring in people and sign-ins from files
    #[command(subcommand, alias = "imports")]
    Import(import::ImportCommand),
    /// Operators: bind, list, unbind
    #[command(subcommand, alias = "operators")]
    Operator(operator::OperatorCommand),
    /// Orders to vendors: list, export
    #[command(subcommand, alias = "orders")]
    Order(order::OrderCommand),
    /// Where decided and observed state differ
    #[command(
        alias = "drifts",
        after_help = "Examples:
  rollcall drift --tenant bank
  rollcall drift --exit-code --quiet"
    )]
    Drift(drift::DriftCommand),
    /// Backups: create, verify, restore
    #[command(subcommand, alias = "backups")]
    Backup(backup::BackupCommand),
    /// How the daemon is, and who it takes you for
    #[command(after_help = "Examples:
  rollcall status
  rollcall status --json")]
    Status(status::StatusCommand),
    /// Look around: a daemon full of made-up people, and the console
    #[command(after_help = "Examples:
  rollcall demo
  rollcall demo --users 100000 --seed 7
  rollcall demo --no-console")]
    Demo(demo::DemoCommand),
    /// Print a completion script for a shell
    #[command(after_help = "Examples:
  rollcall completions bash > /etc/bash_completion.d/rollcall
  rollcall completions fish > ~/.config/fish/completions/rollcall.fish")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

impl Command {
    fn format(&self) -> Format {
        match self {
            Command::User(c) => c.format(),
            Command::Tenant(c) => c.format(),
            Command::Sweep(c) => c.format(),
            Command::Run(c) => c.format(),
            Command::Policy(c) => c.format(),
            Command::Audit(c) => c.format(),
            Command::Import(c) => c.format(),
            Command::Operator(c) => c.format(),
            Command::Order(c) => c.format(),
            Command::Drift(c) => c.format(),
            Command::Backup(c) => c.format(),
            Command::Status(c) => c.format(),
            Command::Demo(_) | Command::Completions { .. } => Format::Table,
        }
    }

    async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Command::User(c) => c.run(session).await,
            Command::Tenant(c) => c.run(session).await,
            Command::Sweep(c) => c.run(session).await,
            Command::Run(c) => c.run(session).await,
            Command::Policy(c) => c.run(session).await,
            Command::Audit(c) => c.run(session).await,
            Command::Import(c) => c.run(session).await,
            Command::Operator(c) => c.run(session).await,
            Command::Order(c) => c.run(session).await,
            Command::Drift(c) => c.run(session).await,
            Command::Backup(c) => c.run(session).await,
            Command::Status(c) => c.run(session).await,
            Command::Demo(c) => c.run(session).await,
            Command::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Cli::command(), "rollcall", &mut script);
                session.out.script(&script)?;
                Ok(Exit::Done)
            }
        }
    }

    /// Whether it ends on an interrupt by itself.
    fn minds_interrupts(&self) -> bool {
        matches!(self, Command::Demo(_))
    }
}

/// Runs `rollcall` with the arguments and streams of this process.
pub fn main() -> ExitCode {
    let streams = Streams::of_process();
    let code = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => {
            let code = runtime.block_on(execute(std::env::args_os(), streams));
            // A read of the terminal that nobody waits for any more must not keep the program.
            runtime.shutdown_background();
            code
        }
        Err(e) => {
            let failure = Failure::new(Class::Error, format!("cannot start: {e}"));
            finish(&Err(failure.into()), &mut Output::new(streams, false))
        }
    };
    ExitCode::from(code)
}

/// Runs one command line and gives its exit code.
async fn execute(args: impl IntoIterator<Item = OsString>, streams: Streams) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(e) => {
            let mut out = Output::new(streams, false);
            // Where not even the help can be printed there is nobody to tell.
            let _ = out.usage(&e).and_then(|()| out.flush());
            return u8::try_from(e.exit_code()).unwrap_or(2);
        }
    };
    let mut out = Output::new(streams, cli.globals.quiet);
    out.format = cli
        .command
        .as_ref()
        .map(Command::format)
        .unwrap_or_default();
    let mut session = Session::new(cli.globals, out);
    let mut outcome = match fits(&session.globals, &cli.console, cli.command.as_ref()) {
        Err(fault) => Err(fault),
        Ok(()) => match cli.command {
            None => cli.console.open(&mut session).await,
            Some(command) if command.minds_interrupts() => command.run(&mut session).await,
            Some(command) => {
                let interrupted = async {
                    if tokio::signal::ctrl_c().await.is_err() {
                        std::future::pending::<()>().await;
                    }
                };
                tokio::select! {
                    // Listens before the command begins.
                    biased;
                    () = interrupted => Err(Fault::Interrupted),
                    outcome = command.run(&mut session) => outcome,
                }
            }
        },
    };
    if let Err(failure) = session.close().await
        && outcome.is_ok()
    {
        outcome = Err(failure.into());
    }
    finish(&outcome, &mut session.out)
}

/// Options that hold everywhere may still make no sense with this command.
fn fits(globals: &Globals, console: &ConsoleArgs, command: Option<&Command>) -> Result<(), Fault> {
    if command.is_some() && *console != ConsoleArgs::default() {
        return Err(usage(
            "--tenant, --plain and --no-mouse in front of a command are the console's",
            "write the options of a command behind it",
        ));
    }
    let demo = matches!(command, Some(Command::Demo(_)));
    let restore = matches!(
        command,
        Some(Command::Backup(backup::BackupCommand::Restore(_)))
    );
    if demo && (globals.embedded || globals.socket.is_some()) {
        return Err(usage(
            "demo brings its own daemon and socket",
            "leave --embedded and --socket out",
        ));
    }
    if globals.store.is_some() && !(globals.embedded || demo || restore) {
        return Err(usage(
            "--store means something with --embedded, demo and backup restore only: otherwise the daemon has the store",
            "leave --store out, or add --embedded",
        ));
    }
    Ok(())
}

/// Says what is left to say and gives the exit code.
fn finish(outcome: &Outcome, out: &mut Output) -> u8 {
    let said = match outcome {
        Ok(_) | Err(Fault::Pipe) => Ok(()),
        Err(Fault::Interrupted) => {
            out.note("interrupted");
            Ok(())
        }
        Err(Fault::Failed(failure)) => out.failure(failure),
    };
    match said.and_then(|()| out.flush()).map_err(Fault::from) {
        Ok(()) | Err(Fault::Pipe) => exit_code(outcome),
        Err(fault) => exit_code(&Err(fault)).max(exit_code(outcome)),
    }
}

/// The sentence a change was answered with, or another one where it was answered with none.
fn told(answer: &Value, otherwise: &str) -> String {
    match answer.get("message").and_then(Value::as_str) {
        Some(message) => message.to_owned(),
        None => otherwise.to_owned(),
    }
}
