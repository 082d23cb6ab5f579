//! `rollcall user`: look at accounts, invite people, edit them and their roles, suspend, reactivate, deactivate, delete, redact.

mod edit;
mod invite;
mod list;
mod rows;
mod show;

use super::error::Outcome;
use super::output::{Format, RecordFormat};
use super::session::Session;
use super::user_move;
use clap::{Args, Subcommand};
use list::{List, list_all, list_page};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::user::UserChange;
use show::{Show, show_one};

pub(super) use rows::seen;

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List accounts
    #[command(after_help = "Examples:
  rollcall user list --tenant acme --status active --flag idle
  rollcall user list --search lima --sort -last_sign_in
  rollcall user list --role sender --last-sign-in-to 2026-09-01 --all --csv > idle.csv")]
    List(List),
    /// Show one account: its record, what happens next, its history
    #[command(after_help = "Examples:
  rollcall user show 2-417
  rollcall user show ana@example.com --tenant acme --json")]
    Show(Show),
    /// Suspend an account: no sign-in, history and seat stay
    #[command(after_help = "Examples:
  rollcall user suspend ana@example.com --reason 'laptop stolen'
  rollcall user suspend 2-417 --dry-run")]
    Suspend(Change),
    /// Reactivate a suspended account
    #[command(after_help = "Examples:
  rollcall user reactivate 2-417 --reason 'back from leave'")]
    Reactivate(Change),
    /// Deactivate an account: all access ends, the seat is freed, history stays
    #[command(after_help = "Examples:
  rollcall user deactivate 2-417 --reason 'left the company' --yes")]
    Deactivate(Change),
    /// Invite people
    #[command(after_help = "Examples:
  rollcall user invite ana@example.com --tenant acme --first-name Ana --last-name Lima --role user
  rollcall user invite ana@example.com,bo@example.com --tenant acme --role viewer
  rollcall user invite jo@example.com --tenant bank --role APP_OPERATOR --scope portal
  rollcall user invite jo@example.com --tenant bank --at portal/DEVELOPMENT=APP_MANAGER --at portal/STAGING= --at portal/PRODUCTION=APP_READER")]
    Invite(invite::Invite),
    /// Send an invitation again: a new link, the earlier one is void
    #[command(after_help = "Examples:
  rollcall user resend ana@example.com")]
    Resend(invite::Ending),
    /// Take an invitation back
    #[command(after_help = "Examples:
  rollcall user revoke ana@example.com --reason 'wrong address'")]
    Revoke(invite::Ending),
    /// Record that an invitation was accepted
    #[command(after_help = "Examples:
  rollcall user accept ana@example.com --number 1
  rollcall user accept ana@example.com --activated-only")]
    Accept(invite::Accept),
    /// Record that an invitation was declined
    #[command(after_help = "Examples:
  rollcall user decline ana@example.com --number 1")]
    Decline(invite::Ending),
    /// Record what the mail system says of an invitation
    #[command(after_help = "Examples:
  rollcall user delivery ana@example.com bounced")]
    Delivery(invite::DeliveryArgs),
    /// Edit role: set, add or take away roles
    #[command(after_help = "Examples:
  rollcall user role ana@example.com --set admin --reason 'new task'
  rollcall user role 2-417 --add APP_READER@portal/PRODUCTION --remove ORG_USER")]
    Role(edit::Role),
    /// Edit names, address, language, login names, team, manager
    #[command(after_help = "Examples:
  rollcall user edit 2-417 --last-name Souza
  rollcall user edit ana@example.com --manager bo@example.com")]
    Edit(edit::Edit),
    /// Delete an account where the platform allows it
    #[command(after_help = "Examples:
  rollcall user delete ana@example.com --successor bo@example.com --templates --dry-run")]
    Delete(edit::Delete),
    /// Take somebody's personal data out for good, once their account has ended
    #[command(after_help = "Examples:
  rollcall user redact 2-417 --reason 'asked for erasure' --dry-run
  rollcall user redact ana@example.com --tenant acme --reason 'retention period over' --yes")]
    Redact(edit::Redact),
    /// Move a user to another account of the same tree (OneSpan Sign)
    #[command(after_help = "Examples:
  rollcall user move ana@bank.example --to Retail/Branches --dry-run")]
    Move(user_move::Move),
}

/// Which account, and why.
#[derive(Debug, Args)]
pub struct Change {
    /// Reference (2-417) or email
    user: String,
    /// The tenant, where the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// Why; kept in the journal
    #[arg(long)]
    reason: Option<String>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

impl UserCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            UserCommand::List(list) => list.format.into(),
            UserCommand::Show(show) => show.format.into(),
            UserCommand::Move(c) => c.format.into(),
            UserCommand::Suspend(c) | UserCommand::Reactivate(c) | UserCommand::Deactivate(c) => {
                c.format.into()
            }
            UserCommand::Invite(c) => c.format(),
            UserCommand::Resend(c) | UserCommand::Revoke(c) | UserCommand::Decline(c) => c.format(),
            UserCommand::Accept(c) => c.format(),
            UserCommand::Delivery(c) => c.format(),
            UserCommand::Role(c) => c.format(),
            UserCommand::Edit(c) => c.format(),
            UserCommand::Delete(c) => c.format(),
            UserCommand::Redact(c) => c.format(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            UserCommand::List(list) if list.all => list_all(list, session).await,
            UserCommand::List(list) => list_page(list, session).await,
            UserCommand::Show(show) => show_one(show, session).await,
            UserCommand::Move(c) => c.run(session).await,
            UserCommand::Suspend(c) => change(c, Verb::UserSuspend, session).await,
            UserCommand::Reactivate(c) => change(c, Verb::UserReactivate, session).await,
            UserCommand::Deactivate(c) => change(c, Verb::UserDeactivate, session).await,
            UserCommand::Invite(c) => c.run(session).await,
            UserCommand::Resend(c) => c.run(Verb::UserResend, session).await,
            UserCommand::Revoke(c) => c.run(Verb::UserRevoke, session).await,
            UserCommand::Accept(c) => c.run(session).await,
            UserCommand::Decline(c) => c.run(Verb::UserDecline, session).await,
            UserCommand::Delivery(c) => c.run(session).await,
            UserCommand::Role(c) => c.run(session).await,
            UserCommand::Edit(c) => c.run(session).await,
            UserCommand::Delete(c) => c.run(session).await,
            UserCommand::Redact(c) => c.run(session).await,
        }
    }
}

async fn change(change: Change, verb: Verb, session: &mut Session) -> Outcome {
    let request = |dry_run| UserChange {
        user: change.user.clone(),
        tenant: change.tenant.clone(),
        reason: change.reason.clone(),
        dry_run,
    };
    session
        .change_previewed(verb, request, change.dry_run, "Go on?")
        .await
}
