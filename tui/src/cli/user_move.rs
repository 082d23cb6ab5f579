//! `rollcall user move`: to another account of the same tree.

use super::changed::asking;
use super::error::Outcome;
use super::output::RecordFormat;
use super::session::Session;
use clap::Args;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::identity::UserMove;

/// Who, and where to.
#[derive(Debug, Args)]
pub struct Move {
    /// Email or reference
    user: String,
    /// The account to move to, by path; / is the root account
    #[arg(long, value_name = "PATH")]
    to: String,
    /// The tenant, when the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// Why; kept in the journal
    #[arg(long)]
    reason: Option<String>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    /// How its answer is printed.
    #[command(flatten)]
    pub format: RecordFormat,
}

impl Move {
    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        asking(
            session,
            Verb::UserMove,
            self.dry_run,
            "Move this user?",
            |dry_run| UserMove {
                user: self.user.clone(),
                tenant: self.tenant.clone(),
                to: self.to.clone(),
                reason: self.reason.clone(),
                dry_run,
            },
        )
        .await
    }
}
