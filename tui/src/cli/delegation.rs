//! `rollcall delegation`: one user acts for another for a time.

use super::changed::asking;
use super::dates;
use super::error::{Exit, Outcome};
use super::output::{Format, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always};
use clap::{Args, Subcommand};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::structure::{DelegationSet, Delegations};
use rollcall_shared::wire::sweep::When;

/// What to do with delegations.
#[derive(Debug, Subcommand)]
pub enum DelegationCommand {
    /// List delegations
    #[command(after_help = "Examples:
  rollcall delegation list --tenant bank")]
    List(List),
    /// Let one user act for another; everything stays the other's
    #[command(after_help = "Examples:
  rollcall delegation set leaver@bank.example --to colleague@bank.example --until 2027-01-31")]
    Set(Set),
    /// End a delegation
    #[command(after_help = "Examples:
  rollcall delegation end leaver@bank.example")]
    End(End),
}

/// Which delegations.
#[derive(Debug, Args)]
pub struct List {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RowsFormat,
}

/// Who acts for whom.
#[derive(Debug, Args)]
pub struct Set {
    /// For whom: email or reference
    user: String,
    /// Who acts: email or reference
    #[arg(long = "to", value_name = "USER")]
    delegate: String,
    /// The tenant, when the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// From when: a date begins at the tenant's midnight; left out from now on
    #[arg(long, value_name = "DATE", value_parser = dates::when)]
    from: Option<When>,
    /// Until when: a date begins at the tenant's midnight, or an instant such as 2027-01-31T18:00:00+01:00
    #[arg(long, value_name = "DATE", value_parser = dates::when)]
    until: Option<When>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// Whose delegation.
#[derive(Debug, Args)]
pub struct End {
    /// For whom: email or reference
    user: String,
    /// The tenant, when the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

impl DelegationCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            DelegationCommand::List(c) => c.format.into(),
            DelegationCommand::Set(c) => c.format.into(),
            DelegationCommand::End(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            DelegationCommand::List(list) => {
                let request = TenantOptional {
                    tenant: list.tenant,
                };
                let all: Delegations = session.ask(Verb::DelegationList, &request).await?;
                let columns = ["user", "delegate", "from", "until"].map(always);
                let grid = Grid::of(&columns, &all.rows, |(delegation, user, delegate)| {
                    vec![
                        Cell::text(user),
                        Cell::text(delegate),
                        Cell::at(delegation.from),
                        Cell::at(delegation.until),
                    ]
                });
                let none = "nobody acts for another: `rollcall delegation set USER --to USER` lets somebody";
                let clock = session.clock(request.tenant.as_deref()).await;
                session
                    .out
                    .listed(&all, &all.rows, &grid.on(&clock), none)?;
                Ok(Exit::Done)
            }
            DelegationCommand::Set(set) => {
                asking(
                    session,
                    Verb::DelegationSet,
                    set.dry_run,
                    "Let this user act for the other?",
                    |dry_run| DelegationSet {
                        user: set.user.clone(),
                        tenant: set.tenant.clone(),
                        delegate: set.delegate.clone(),
                        from: set.from,
                        until: set.until,
                        dry_run,
                    },
                )
                .await
            }
            DelegationCommand::End(end) => {
                asking(
                    session,
                    Verb::DelegationEnd,
                    end.dry_run,
                    "End this delegation?",
                    |dry_run| DelegationSet {
                        user: end.user.clone(),
                        tenant: end.tenant.clone(),
                        dry_run,
                        ..DelegationSet::default()
                    },
                )
                .await
            }
        }
    }
}
