//! `rollcall invitation`: invitations with delivery and answer.

use super::error::{Exit, Outcome};
use super::output::{Format, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use clap::{Args, Subcommand};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::identity::Invitations;

/// What to do with invitations.
#[derive(Debug, Subcommand)]
pub enum InvitationCommand {
    /// List invitations, newest first
    #[command(after_help = "Examples:
  rollcall invitation list --tenant acme
  rollcall invitation list --csv")]
    List(List),
}

/// Which invitations.
#[derive(Debug, Args)]
pub struct List {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RowsFormat,
}

impl InvitationCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            InvitationCommand::List(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let InvitationCommand::List(list) = self;
        let request = TenantOptional {
            tenant: list.tenant,
        };
        let all: Invitations = session.ask(Verb::InvitationList, &request).await?;
        let clock = session.clock(request.tenant.as_deref()).await;
        let none = "nobody was invited yet: `rollcall user invite EMAIL` invites somebody";
        session
            .out
            .listed(&all, &all.rows, &grid(&all).on(&clock), none)?;
        Ok(Exit::Done)
    }
}

fn grid(all: &Invitations) -> Grid {
    let columns = [
        always("id"),
        always("name"),
        always("email"),
        always("answer"),
        always("delivery"),
        always("sent"),
        roomy("valid_until"),
        roomy("status"),
        roomy("roles"),
        roomy("tenant"),
    ];
    Grid::of(&columns, &all.rows, |row| {
        vec![
            Cell::text(row.id),
            Cell::text(&row.name),
            Cell::text(&row.email),
            Cell::text(row.answer),
            Cell::text(row.delivery),
            Cell::at(row.sent),
            Cell::Time(row.valid_until, "no end known"),
            Cell::text(row.status),
            Cell::roles(&all.labels, &row.tenant, &row.roles),
            Cell::text(&row.tenant),
        ]
    })
}
