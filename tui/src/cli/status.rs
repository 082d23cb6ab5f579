//! `rollcall status`: how the daemon is, and who it takes the caller for.

use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat};
use super::session::Session;
use super::table::minute;
use super::{audit, tenant};
use clap::Args;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::{HeadCopies, Status, TenantOptional};

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

/// Whether signed heads are copied off the machine, in a few words.
fn copies(copies: &HeadCopies) -> String {
    let problem = &copies.problem;
    match (copies.configured, copies.copied) {
        (true, _) if !problem.is_empty() => match copies.failing_since {
            Some(since) => format!("not copied since {}: {problem}", minute(since)),
            None => format!("not copied: {problem}"),
        },
        (true, Some(at)) => format!("copied {}", minute(at)),
        (true, None) => "not copied yet".to_owned(),
        (false, _) if !problem.is_empty() => format!("not signed: {problem}"),
        (false, _) => "not copied off this machine".to_owned(),
    }
}

fn page(status: &Status) -> Vec<Part> {
    let read_only = match status.read_only {
        true => "may look, not change",
        false => "may change things",
    };
    let mut parts = vec![
        Part::Fields(vec![
            (
                "daemon",
                format!("{} {}, pid {}", status.carried, status.version, status.pid),
            ),
            ("store", status.store.clone()),
            ("time", minute(status.now)),
            ("revision", status.revision.to_string()),
            (
                "accounts",
                status.accounts.map_or_else(String::new, |n| n.to_string()),
            ),
            ("you", format!("{}, {read_only}", status.caller)),
            ("degraded", status.degraded.clone()),
            ("heads", copies(&status.copies)),
        ]),
        Part::Table("Tenants", tenant::grid(&status.tenants)),
        Part::Table("Journals", audit::heads(&status.heads)),
    ];
    parts.extend(status.standings.iter().map(|standing| {
        let reach = match standing.part {
            true => "in a part of it",
            false => "in all of it",
        };
        let verbs = standing.verbs.join(", ");
        Part::Line(format!(
            "{}: a member, who may use {reach}: {verbs}",
            standing.tenant
        ))
    }));
    let behind = status
        .tenants
        .iter()
        .filter(|t| !t.catalog_offered.is_empty());
    parts.extend(behind.map(|row| {
        Part::Line(format!(
            "{}: its role catalog is not the one that is offered; see and adopt it with `rollcall catalog adopt {0}`",
            row.tenant.name
        ))
    }));
    parts
}
