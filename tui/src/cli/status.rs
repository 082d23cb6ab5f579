//! `rollcall status`: how the daemon is, and who it takes the caller for.

use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat};
use super::session::Session;
use super::table::minute;
use super::{audit, tenant};
use clap::Args;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::{Status, TenantOptional};

/// How to print it.
#[derive(Debug, Args)]
pub struct StatusCommand {
    #[command(flatten)]
    format: RecordFormat,
}

impl StatusCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.format.into()
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let status: Status = session
            .ask(Verb::Status, &TenantOptional::default())
            .await?;
        session.out.page(&status, &page(&status))?;
        Ok(Exit::Done)
    }
}

fn page(status: &Status) -> Vec<Part> {
    let read_only = match status.read_only {
        true => "may look, not change",
        false => "may change things",
    };
    vec![
        Part::Fields(vec![
            (
                "daemon",
                format!("{} {}, pid {}", status.carried, status.version, status.pid),
            ),
            ("store", status.store.clone()),
            ("time", minute(status.now)),
            ("revision", status.revision.to_string()),
            ("accounts", status.accounts.to_string()),
            ("you", format!("{}, {read_only}", status.caller)),
            ("degraded", status.degraded.clone()),
        ]),
        Part::Table("Tenants", tenant::grid(&status.tenants)),
        Part::Table("Journals", audit::heads(&status.heads)),
    ]
}
