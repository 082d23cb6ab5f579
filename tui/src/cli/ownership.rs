//! `rollcall ownership`: Transfer of Ownership in two steps by two persons.

use super::changed::change;
use super::confirm::Typed;
use super::error::{Exit, Outcome};
use super::output::{Format, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::words;
use clap::{Args, Subcommand};
use rollcall_shared::domain::TransferId;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::identity::{OwnershipDecide, OwnershipStart, TransferRow, Transfers};

/// What to do with the ownership of a tenant.
#[derive(Debug, Subcommand)]
pub enum OwnershipCommand {
    /// Propose a new owner: the owner does, or with --replace a platform admin
    #[command(after_help = "Examples:
  rollcall ownership start acme bo@example.com --reason 'new director'
  rollcall ownership start acme bo@example.com --replace --reason 'the owner cannot be reached'")]
    Start(Start),
    /// Confirm a transfer: the new owner, or an approver
    #[command(after_help = "Examples:
  rollcall ownership confirm acme 1")]
    Confirm(Decide),
    /// Take a transfer back, or turn it down
    #[command(after_help = "Examples:
  rollcall ownership cancel acme 1 --reason 'chose somebody else'")]
    Cancel(Decide),
    /// List transfers, newest first
    #[command(after_help = "Examples:
  rollcall ownership list --tenant acme")]
    List(List),
}

/// Who is to own which tenant.
#[derive(Debug, Args)]
pub struct Start {
    /// The tenant's name
    tenant: String,
    /// The owner to be: email or reference
    to: String,
    /// Replace an owner out of reach; a second approver confirms
    #[arg(long, requires = "reason")]
    replace: bool,
    /// Why; kept in the journal
    #[arg(long)]
    reason: Option<String>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which transfer.
#[derive(Debug, Args)]
pub struct Decide {
    /// The tenant's name
    tenant: String,
    /// The transfer's number
    #[arg(allow_negative_numbers = true, value_parser = words::whole::<u32>(1, words::MANY))]
    id: u32,
    /// Why; kept in the journal
    #[arg(long)]
    reason: Option<String>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which transfers.
#[derive(Debug, Args)]
pub struct List {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RowsFormat,
}

impl OwnershipCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            OwnershipCommand::Start(c) => c.format.into(),
            OwnershipCommand::Confirm(c) | OwnershipCommand::Cancel(c) => c.format.into(),
            OwnershipCommand::List(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            OwnershipCommand::Start(c) => {
                let verb = Verb::OwnershipStart;
                change(session, verb, c.dry_run, Typed::Yes, |dry_run| {
                    OwnershipStart {
                        tenant: c.tenant.clone(),
                        to: c.to.clone(),
                        replace: c.replace,
                        reason: c.reason.clone(),
                        dry_run,
                    }
                })
                .await
            }
            OwnershipCommand::Confirm(c) => decide(c, Verb::OwnershipConfirm, session).await,
            OwnershipCommand::Cancel(c) => decide(c, Verb::OwnershipCancel, session).await,
            OwnershipCommand::List(list) => {
                let request = TenantOptional {
                    tenant: list.tenant,
                };
                let all: Transfers = session.ask(Verb::OwnershipList, &request).await?;
                let clock = session.clock(request.tenant.as_deref()).await;
                let none = "no tenant has changed hands yet: `rollcall ownership start TENANT EMAIL` hands one on";
                session
                    .out
                    .listed(&all, &all.rows, &grid(&all.rows).on(&clock), none)?;
                Ok(Exit::Done)
            }
        }
    }
}

async fn decide(c: Decide, verb: Verb, session: &mut Session) -> Outcome {
    change(session, verb, c.dry_run, Typed::Yes, |dry_run| {
        OwnershipDecide {
            tenant: c.tenant.clone(),
            id: TransferId(c.id),
            reason: c.reason.clone(),
            dry_run,
        }
    })
    .await
}

fn grid(rows: &[TransferRow]) -> Grid {
    let columns = [
        always("tenant"),
        always("transfer"),
        always("state"),
        always("from"),
        always("to"),
        always("until"),
        roomy("opened"),
        roomy("proposed_by"),
        roomy("old_role"),
        roomy("replacing"),
    ];
    Grid::of(&columns, rows, |row| {
        let transfer = &row.transfer;
        vec![
            Cell::text(&row.tenant),
            Cell::Number(u64::from(transfer.id.0)),
            Cell::text(transfer.state),
            Cell::text(&row.from),
            Cell::text(&row.to),
            Cell::at(transfer.until),
            Cell::at(transfer.opened),
            Cell::text(&transfer.proposed_by),
            Cell::text(&transfer.old_role),
            Cell::text(if transfer.replacing { "yes" } else { "no" }),
        ]
    })
}
