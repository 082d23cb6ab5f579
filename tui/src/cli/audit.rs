//! `rollcall audit`: read the journals, and recompute their trees.

use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use clap::{Args, Subcommand};
use rollcall_shared::domain::Actor;
use rollcall_shared::wire::admin::{Head, TenantOptional};
use rollcall_shared::wire::audit::{AuditLine, AuditLines, AuditQuery, AuditVerdict};
use rollcall_shared::wire::{Class, Failure, Verb};

/// What to do with the journals.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List what was done, newest first
    #[command(after_help = "Examples:
  rollcall audit list --tenant acme
  rollcall audit list --verb 'tenant owner set' --jsonl
  rollcall audit list --tenant acme --before 812 --limit 200
  rollcall audit list --platform --before 40")]
    List(List),
    /// Recompute every tree from its journal; fails when one does not fit
    #[command(after_help = "Examples:
  rollcall audit verify
  rollcall audit verify --json > heads.json")]
    Verify(Verify),
}

/// Which entries.
#[derive(Debug, Args)]
pub struct List {
    /// Only this tenant's journal
    #[arg(long, group = "one_journal")]
    tenant: Option<String>,
    /// Only the platform journal: tenants, operators, schedules
    #[arg(long, group = "one_journal")]
    platform: bool,
    /// Only before this sequence number of that journal
    #[arg(long, value_name = "SEQ", requires = "one_journal")]
    before: Option<u64>,
    /// Only this verb, for example 'user suspend'
    #[arg(long)]
    verb: Option<String>,
    /// Entries wanted
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    format: RowsFormat,
}

/// How to print the verdict.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    format: RecordFormat,
}

impl AuditCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            AuditCommand::List(c) => c.format.into(),
            AuditCommand::Verify(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            AuditCommand::List(list) => {
                let request = AuditQuery {
                    tenant: list.tenant,
                    platform: list.platform,
                    before: list.before,
                    verb: list.verb,
                    limit: list.limit,
                };
                let lines: AuditLines = session.ask(Verb::AuditList, &request).await?;
                session.out.rows(&lines, &lines.rows, &grid(&lines.rows))?;
                Ok(Exit::Done)
            }
            AuditCommand::Verify(_) => verify(session).await,
        }
    }
}

fn grid(rows: &[AuditLine]) -> Grid {
    let columns = [
        always("at"),
        always("journal"),
        always("seq"),
        always("verb"),
        always("who"),
        always("what"),
        roomy("entries"),
        roomy("reason"),
        roomy("run"),
        roomy("request"),
    ];
    Grid::of(&columns, rows, |line| {
        let more = line.entries.saturating_sub(line.lines.len() as u64);
        let mut what = line.lines.join("; ");
        if more > 0 {
            what.push_str(&format!("; and {more} more"));
        }
        vec![
            Cell::at(line.at),
            Cell::text(&line.journal),
            Cell::Number(line.seq),
            Cell::text(&line.verb),
            Cell::text(who(&line.actor)),
            Cell::Text(what),
            Cell::Number(line.entries),
            Cell::text(line.reason.as_deref().unwrap_or_default()),
            Cell::text(line.run.map(|id| id.to_string()).unwrap_or_default()),
            Cell::text(line.request.map(|id| id.to_string()).unwrap_or_default()),
        ]
    })
}

fn who(actor: &Actor) -> String {
    match &actor.person {
        Some(person) => format!("{} ({person})", actor.name),
        None => actor.name.clone(),
    }
}

/// The heads of journals as rows.
pub fn heads(heads: &[Head]) -> Grid {
    Grid::of(
        &["journal", "batches", "leaves", "root"].map(always),
        heads,
        |head| {
            vec![
                Cell::text(&head.journal),
                Cell::Number(head.seq),
                Cell::Number(head.leaves),
                Cell::text(&head.root),
            ]
        },
    )
}

async fn verify(session: &mut Session) -> Outcome {
    let verdict: AuditVerdict = session
        .ask(Verb::AuditVerify, &TenantOptional::default())
        .await?;
    let problems = Grid::of(&[always("problem")], &verdict.problems, |p| {
        vec![Cell::text(p)]
    });
    let says = match verdict.ok {
        true => "every tree recomputes to its head",
        false => "the journals do not fit their heads",
    };
    let page = [
        Part::Line(says.to_owned()),
        Part::Table("Problems", problems),
        Part::Table("Heads", heads(&verdict.heads)),
    ];
    session.out.page(&verdict, &page)?;
    if verdict.ok {
        return Ok(Exit::Done);
    }
    let what = format!("{} problem(s) in the journals", verdict.problems.len());
    Err(Failure::new(Class::Error, what)
        .rule("audit-tree")
        .hint("keep the store as it is and compare it with a backup: `rollcall backup verify FILE`")
        .into())
}
