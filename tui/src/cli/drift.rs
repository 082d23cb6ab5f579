//! `rollcall drift`: where decided and observed state differ.

use super::error::{Exit, Outcome};
use super::output::{Format, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use clap::Args;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::{Drift, DriftRow, TenantOptional};

/// Which differences.
#[derive(Debug, Args)]
pub struct DriftCommand {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    /// Exit with 3 when there is a difference
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    format: RowsFormat,
}

impl DriftCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.format.into()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let request = TenantOptional {
            tenant: self.tenant,
        };
        let drift: Drift = session.ask(Verb::DriftList, &request).await?;
        let mut grid = grid(&drift.rows);
        if grid.tells_times() {
            grid = grid.on(&session.clock(request.tenant.as_deref()).await);
        }
        session.out.rows(&drift, &drift.rows, &grid)?;
        for (tenant, at) in &drift.exports {
            session.out.note(&match at {
                Some(at) => format!("{tenant}: its newest people export is of {at}"),
                None => format!("{tenant}: no people export was read to its end"),
            });
        }
        if drift.rows.is_empty() {
            session
                .out
                .note("what was decided is what the vendors show");
            return Ok(Exit::Done);
        }
        Ok(match self.exit_code {
            true => Exit::Findings,
            false => Exit::Done,
        })
    }
}

fn grid(rows: &[DriftRow]) -> Grid {
    let columns = [
        always("tenant"),
        always("id"),
        always("email"),
        always("field"),
        always("decided"),
        always("observed"),
        roomy("observed_at"),
        roomy("order"),
    ];
    Grid::of(&columns, rows, |row| {
        vec![
            Cell::text(&row.tenant),
            Cell::text(row.id),
            Cell::text(&row.email),
            Cell::text(&row.field),
            Cell::text(&row.decided),
            Cell::text(&row.observed),
            Cell::Time(row.observed_at, "never"),
            Cell::text(row.order.map(|n| n.to_string()).unwrap_or_default()),
        ]
    })
}
