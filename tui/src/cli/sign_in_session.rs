//! `rollcall session`: what a signing platform asks when somebody signs in, and at later requests.

use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat};
use super::session::Session;
use super::words;
use clap::{Args, Subcommand};
use rollcall_shared::domain::AccountRef;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::role::{
    Session as Opened, SessionCheck, SessionChecked, SessionOpen, Standing,
};

/// What to do with sessions.
#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// The permission manifest of a user who signs in
    #[command(after_help = "Examples:
  rollcall session open vera@acme.example
  rollcall session open sam@bank.example --scope Europe/Sales --json")]
    Open(Open),
    /// Whether a session is good (0), stale (3) or ended (5)
    #[command(after_help = "Examples:
  rollcall session check vera@acme.example --manifest 7
  rollcall session check vera@acme.example --manifest 7 --id 1-5")]
    Check(Check),
}

/// Who signs in.
#[derive(Debug, Args)]
pub struct Open {
    /// Email or reference (2-417)
    user: String,
    /// The tenant, where the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// The account to work in, as a path
    #[arg(long, value_name = "PATH")]
    scope: Option<String>,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which session.
#[derive(Debug, Args)]
pub struct Check {
    /// Email or reference (2-417)
    user: String,
    /// The tenant, where the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// The version of the manifest that `session open` gave
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = words::whole::<u32>(0, words::MANY))]
    manifest: u32,
    /// The account that `session open` gave: an address may pass on to another
    #[arg(long, value_name = "REFERENCE")]
    id: Option<AccountRef>,
    #[command(flatten)]
    format: RecordFormat,
}

impl SessionCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            SessionCommand::Open(c) => c.format.into(),
            SessionCommand::Check(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            SessionCommand::Open(open) => {
                let request = SessionOpen {
                    user: open.user,
                    tenant: open.tenant,
                    scope: open.scope,
                };
                let opened: Opened = session.ask(Verb::SessionOpen, &request).await?;
                let fields = vec![
                    ("account", opened.id.to_string()),
                    ("manifest", opened.manifest.to_string()),
                    ("works in", opened.scope.clone()),
                    ("can switch to", opened.scopes.join(", ")),
                    ("permissions", opened.permissions.join(", ")),
                ];
                session.out.page(&opened, &[Part::Fields(fields)])?;
                Ok(Exit::Done)
            }
            SessionCommand::Check(check) => {
                let request = SessionCheck {
                    user: check.user,
                    tenant: check.tenant,
                    manifest: check.manifest,
                    id: check.id,
                };
                let checked: SessionChecked = session.ask(Verb::SessionCheck, &request).await?;
                let (word, exit) = match checked.standing {
                    Standing::Good => ("good", Exit::Done),
                    Standing::Stale => ("stale", Exit::Findings),
                    Standing::Suspended => ("suspended", Exit::Denied),
                    Standing::Ended => ("ended", Exit::Denied),
                };
                let fields = vec![
                    ("session", word.to_owned()),
                    ("manifest now", checked.manifest.to_string()),
                    ("because", checked.because.clone()),
                    ("instead", checked.instead.clone()),
                ];
                session.out.page(&checked, &[Part::Fields(fields)])?;
                Ok(exit)
            }
        }
    }
}
