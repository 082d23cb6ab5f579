//! `rollcall diagnose`: why somebody got no invitation, lacks access, or sees old rights.

use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat};
use super::session::Session;
use super::table::{Cell, Grid, always};
use clap::Args;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::identity::{Diagnosis, Grave, UserNamed};

/// Whom to look at.
#[derive(Debug, Args)]
pub struct DiagnoseCommand {
    /// Reference (2-417) or email; with --tenant also an address that nobody has
    user: String,
    /// The tenant
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RecordFormat,
}

impl DiagnoseCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.format.into()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let request = UserNamed {
            user: self.user,
            tenant: self.tenant,
        };
        let diagnosis: Diagnosis = session.ask(Verb::Diagnose, &request).await?;
        session.out.page(&diagnosis, &page(&diagnosis))?;
        Ok(Exit::Done)
    }
}

fn page(diagnosis: &Diagnosis) -> Vec<Part> {
    let columns = [
        always("check"),
        always("finding"),
        always("what"),
        always("do"),
    ];
    let findings = Grid::of(&columns, &diagnosis.findings, |f| {
        vec![
            Cell::text(&f.check),
            Cell::text(match f.grave {
                Grave::Good => "good",
                Grave::Unknown => "unknown",
                Grave::Notice => "notice",
                Grave::Cause => "cause",
            }),
            Cell::text(&f.what),
            Cell::text(&f.instead),
        ]
    });
    let id = diagnosis.id.map(|id| id.to_string());
    vec![
        Part::Fields(vec![
            ("id", id.unwrap_or_default()),
            ("name", diagnosis.name.clone()),
            (
                "status",
                diagnosis.status.map(|s| s.to_string()).unwrap_or_default(),
            ),
        ]),
        Part::Table("Findings", findings),
    ]
}
