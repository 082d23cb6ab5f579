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

use clap::{CommandFactory, Parser, Subcommand};
use console::ConsoleArgs;
use error::{Exit, Fault, Outcome, exit_code, usage};
use output::{Format, Output, Streams};
use rollcall_shared::wire::{Class, Failure};
use serde_json::Value;
use session::{Globals, Session};
use std::ffi::OsString;
use std::path::PathBuf;
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
    /// Accounts: list, show, invite, edit, role, move, suspend, reactivate, deactivate, delete
    #[command(subcommand, alias = "users")]
    User(user::UserCommand),
    /// Invitations: list
    #[command(subcommand, alias = "invitations")]
    Invitation(invitation::InvitationCommand),
    /// Why somebody got no invitation, lacks access, or sees old rights
    #[command(after_help = "Examples:
  rollcall diagnose ana@example.com
  rollcall diagnose ana@exmaple.com --tenant acme")]
    Diagnose(diagnose::DiagnoseCommand),
    /// Transfer of Ownership: start, confirm, cancel, list
    #[command(subcommand)]
    Ownership(ownership::OwnershipCommand),
    /// Reviews of user lists: open, list, show, answer, close
    #[command(subcommand, alias = "reviews")]
    Review(review::ReviewCommand),
    /// Tenants: create, list, show, set, convert, name the owner
    #[command(subcommand, alias = "tenants")]
    Tenant(tenant::TenantCommand),
    /// The tree of accounts, applications, teams: list, create, set, report
    #[command(subcommand, alias = "scopes")]
    Scope(scope::ScopeCommand),
    /// Feature switches, tier, pools of seats: list
    #[command(subcommand, alias = "features")]
    Feature(feature::FeatureCommand),
    /// Teams and signing groups: list, set, delete
    #[command(subcommand, alias = "groups")]
    Group(group::GroupCommand),
    /// Who acts for whom: list, set, end
    #[command(subcommand, alias = "delegations")]
    Delegation(delegation::DelegationCommand),
    /// Separation of duties: list, set, delete, except
    #[command(subcommand, alias = "conflicts")]
    Conflict(conflict::ConflictCommand),
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
    /// What accounts own: list
    #[command(subcommand, alias = "assets")]
    Asset(asset::AssetCommand),
    /// Hand over what a leaver owns: plan, start, resume, undo, list, export
    #[command(subcommand, alias = "handovers")]
    Handover(handover::HandoverCommand),
    /// One human, many accounts: show, offboard
    #[command(subcommand, alias = "persons")]
    Person(person::PersonCommand),
    /// Bring in people, sign-ins and assets from files
    #[command(subcommand, alias = "imports")]
    Import(import::ImportCommand),
    /// Operators: bind, list, unbind
    #[command(subcommand, alias = "operators")]
    Operator(operator::OperatorCommand),
    /// Orders to vendors: list, export
    #[command(subcommand, alias = "orders")]
    Order(order::OrderCommand),
    /// Roles: list, show, create, edit, delete
    #[command(subcommand, alias = "roles")]
    Role(role::RoleCommand),
    /// May this user do that? Exit code 0 is yes, 5 is no
    #[command(after_help = "Examples:
  rollcall can vera@acme.example document.open --owner uma@acme.example
  rollcall can vera@acme.example open --kind document --owner uma@acme.example --group Board
  rollcall can sam@bank.example transaction.create --scope Europe/Sales")]
    Can(can::CanCommand),
    /// Why may this user do that, or why not?
    #[command(after_help = "Examples:
  rollcall why vera@acme.example
  rollcall why vera@acme.example transaction.send")]
    Why(can::WhyCommand),
    /// Permissions: preview what a user would be allowed with other roles
    #[command(subcommand, alias = "permissions")]
    Permission(permission::PermissionCommand),
    /// Sessions of a signing platform: open, check
    #[command(subcommand, alias = "sessions")]
    Session(sign_in_session::SessionCommand),
    /// Role catalogs: list, show, check a file
    #[command(subcommand, alias = "catalogs")]
    Catalog(catalog::CatalogCommand),
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
    /// Settings, and where each comes from
    #[command(subcommand)]
    Config(config::ConfigCommand),
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
    /// Write the manual pages, one for each command
    #[command(after_help = "Examples:
  rollcall man /usr/local/share/man/man1")]
    Man {
        /// The folder, which must exist
        folder: PathBuf,
    },
}

impl Command {
    fn format(&self) -> Format {
        match self {
            Command::User(c) => c.format(),
            Command::Invitation(c) => c.format(),
            Command::Diagnose(c) => c.format(),
            Command::Ownership(c) => c.format(),
            Command::Review(c) => c.format(),
            Command::Tenant(c) => c.format(),
            Command::Scope(c) => c.format(),
            Command::Feature(c) => c.format(),
            Command::Group(c) => c.format(),
            Command::Delegation(c) => c.format(),
            Command::Conflict(c) => c.format(),
            Command::Sweep(c) => c.format(),
            Command::Run(c) => c.format(),
            Command::Policy(c) => c.format(),
            Command::Audit(c) => c.format(),
            Command::Asset(c) => c.format(),
            Command::Handover(c) => c.format(),
            Command::Person(c) => c.format(),
            Command::Import(c) => c.format(),
            Command::Operator(c) => c.format(),
            Command::Order(c) => c.format(),
            Command::Role(c) => c.format(),
            Command::Can(c) => c.format(),
            Command::Why(c) => c.format(),
            Command::Permission(c) => c.format(),
            Command::Session(c) => c.format(),
            Command::Catalog(c) => c.format(),
            Command::Drift(c) => c.format(),
            Command::Backup(c) => c.format(),
            Command::Config(c) => c.format(),
            Command::Status(c) => c.format(),
            Command::Demo(_) | Command::Completions { .. } | Command::Man { .. } => Format::Table,
        }
    }

    async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Command::User(c) => c.run(session).await,
            Command::Invitation(c) => c.run(session).await,
            Command::Diagnose(c) => c.run(session).await,
            Command::Ownership(c) => c.run(session).await,
            Command::Review(c) => c.run(session).await,
            Command::Tenant(c) => c.run(session).await,
            Command::Scope(c) => c.run(session).await,
            Command::Feature(c) => c.run(session).await,
            Command::Group(c) => c.run(session).await,
            Command::Delegation(c) => c.run(session).await,
            Command::Conflict(c) => c.run(session).await,
            Command::Sweep(c) => c.run(session).await,
            Command::Run(c) => c.run(session).await,
            Command::Policy(c) => c.run(session).await,
            Command::Audit(c) => c.run(session).await,
            Command::Asset(c) => c.run(session).await,
            Command::Handover(c) => c.run(session).await,
            Command::Person(c) => c.run(session).await,
            Command::Import(c) => c.run(session).await,
            Command::Operator(c) => c.run(session).await,
            Command::Order(c) => c.run(session).await,
            Command::Role(c) => c.run(session).await,
            Command::Can(c) => c.run(session).await,
            Command::Why(c) => c.run(session).await,
            Command::Permission(c) => c.run(session).await,
            Command::Session(c) => c.run(session).await,
            Command::Catalog(c) => c.run(session).await,
            Command::Drift(c) => c.run(session).await,
            Command::Backup(c) => c.run(session).await,
            Command::Config(c) => c.run(session),
            Command::Status(c) => c.run(session).await,
            Command::Demo(c) => c.run(session).await,
            Command::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Cli::command(), "rollcall", &mut script);
                session.out.script(&script)?;
                Ok(Exit::Done)
            }
            Command::Man { folder } => man::write(&folder, session),
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
    let config = matches!(command, Some(Command::Config(_)));
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
