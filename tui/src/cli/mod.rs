//! The command line: one file for each noun, with its options and what it does. Data goes to standard output, the
//! rest to standard error; every ending has its exit code.

mod asset;
mod audit;
mod backup;
mod can;
mod carry;
mod catalog;
mod changed;
mod config;
mod confirm;
mod conflict;
mod console;
mod dates;
mod delegation;
mod demo;
mod diagnose;
mod drift;
mod error;
#[cfg(test)]
mod fake;
mod feature;
mod group;
mod handover;
mod import;
mod invitation;
mod man;
mod nouns;
mod operator;
mod options;
mod order;
mod output;
mod ownership;
mod partial;
mod permission;
mod person;
mod policy;
mod progress;
mod rejected;
mod review;
mod role;
mod run;
mod scope;
mod session;
mod sign_in_session;
mod status;
mod sweep;
mod table;
mod tenant;
mod tenant_set;
#[cfg(test)]
mod tests;
mod user;
mod user_move;
mod words;
mod zones;

use clap::{CommandFactory, FromArgMatches, Parser};
use console::ConsoleArgs;
use error::{Fault, Outcome, exit_code, usage};
use nouns::{Noun, told_by_verbs};
use output::{Output, Streams};
use rollcall_shared::wire::{Class, Failure};
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
    command: Option<Noun>,
}

/// The definition that parses, helps, completes and is printed as manual pages.
fn command() -> clap::Command {
    told_by_verbs(Cli::command())
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
    let parsed = command().try_get_matches_from(args);
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(e) => {
            let mut out = Output::new(streams, false);
            // Where not even the help can be printed there is nobody to tell.
            let _ = out.usage(&e).and_then(|()| out.flush());
            return u8::try_from(e.exit_code()).unwrap_or(2);
        }
    };
    let mut out = Output::new(streams, cli.globals.quiet);
    out.format = cli.command.as_ref().map(Noun::format).unwrap_or_default();
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
fn fits(globals: &Globals, console: &ConsoleArgs, command: Option<&Noun>) -> Result<(), Fault> {
    if command.is_some() && *console != ConsoleArgs::default() {
        return Err(usage(
            "--tenant, --plain and --no-mouse in front of a command are the console's",
            "write the options of a command behind it",
        ));
    }
    let demo = matches!(command, Some(Noun::Demo(_)));
    let restore = matches!(
        command,
        Some(Noun::Backup(backup::BackupCommand::Restore(_)))
    );
    if demo && (globals.embedded || globals.socket.is_some()) {
        return Err(usage(
            "demo brings its own daemon and socket",
            "leave --embedded and --socket out",
        ));
    }
    let config = matches!(command, Some(Noun::Config(_)));
    if globals.store.is_some() && !(globals.embedded || demo || restore || config) {
        return Err(usage(
            "--store means something with --embedded, demo, config and backup restore only: otherwise the daemon has the store",
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
        Err(Fault::Failed(failure)) => out.failure(&failure.clone().told()),
    };
    match said.and_then(|()| out.flush()).map_err(Fault::from) {
        Ok(()) | Err(Fault::Pipe) => exit_code(outcome),
        Err(fault) => {
            // A command that failed has said why, be it this very thing.
            if let (Fault::Failed(failure), Ok(_)) = (&fault, outcome) {
                out.complain(failure);
            }
            exit_code(&Err(fault)).max(exit_code(outcome))
        }
    }
}
