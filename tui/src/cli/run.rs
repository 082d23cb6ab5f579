//! `rollcall run`: runs of sweeps, and approving or rejecting proposed ones.

use super::confirm::Typed;
use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat, RowsFormat};
use super::session::Session;
use super::sweep::{actions, audit_ids, rest, skips};
use super::table::{Cell, Grid, always, roomy};
use super::words;
use super::zones::Zones;
use clap::{Args, Subcommand};
use rollcall_shared::domain::{Sweep, Trigger};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::sweep::{RunAnswer, RunDetail, RunLine, RunNamed, RunQuery, Runs};

/// What to do with runs.
#[derive(Debug, Subcommand)]
pub enum RunCommand {
    /// List runs, newest first
    #[command(after_help = "Examples:
  rollcall run list --tenant acme
  rollcall run list --sweep inactivity --csv")]
    List(List),
    /// Show one run: its plan and what became of it
    #[command(after_help = "Examples:
  rollcall run show 0198c1d2")]
    Show(Show),
    /// Approve a proposed run; not one's own
    #[command(after_help = "Examples:
  rollcall run approve 0198c1d2
  rollcall run approve 0198c1d2 --yes --json")]
    Approve(Show),
    /// Reject a proposed run, or end one that is under way
    #[command(after_help = "Examples:
  rollcall run reject 0198c1d2")]
    Reject(Show),
}

/// Which runs.
#[derive(Debug, Args)]
pub struct List {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    /// Only this sweep
    #[arg(long, value_parser = words::one_of(Sweep::ALL, Sweep::word))]
    sweep: Option<Sweep>,
    /// Runs wanted
    #[arg(long, default_value_t = 50, allow_negative_numbers = true, value_parser = words::whole::<u32>(1, words::MANY))]
    limit: u32,
    #[command(flatten)]
    format: RowsFormat,
}

/// Which run.
#[derive(Debug, Args)]
pub struct Show {
    /// The run's id; the first eight characters are enough when they fit only one
    run: String,
    #[command(flatten)]
    format: RecordFormat,
}

impl RunCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            RunCommand::List(c) => c.format.into(),
            RunCommand::Show(c) | RunCommand::Approve(c) | RunCommand::Reject(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            RunCommand::List(list) => {
                let request = RunQuery {
                    tenant: list.tenant,
                    sweep: list.sweep,
                    limit: list.limit,
                };
                let runs: Runs = session.ask(Verb::RunList, &request).await?;
                let clock = session.clock(request.tenant.as_deref()).await;
                let zones = session.zones().await;
                let none = "no runs yet: `rollcall sweep run SWEEP --tenant TENANT` makes one";
                session.out.listed(
                    &runs,
                    &runs.rows,
                    &grid(&runs.rows, &zones).on(&clock),
                    none,
                )?;
                Ok(Exit::Done)
            }
            RunCommand::Show(show) => {
                let detail: RunDetail = session
                    .ask(Verb::RunShow, &RunNamed { run: show.run })
                    .await?;
                let page = page(&detail, &session.zones().await);
                session.out.page(&detail, &page)?;
                Ok(Exit::Done)
            }
            RunCommand::Approve(show) => decide(show, Verb::RunApprove, session).await,
            RunCommand::Reject(show) => decide(show, Verb::RunReject, session).await,
        }
    }
}

fn grid(rows: &[RunLine], zones: &Zones) -> Grid {
    let columns = [
        always("run"),
        always("tenant"),
        always("sweep"),
        always("started_at"),
        always("state"),
        always("planned"),
        always("applied"),
        always("skipped"),
        roomy("started_by"),
        roomy("trigger"),
        roomy("finished_at"),
        roomy("held"),
    ];
    Grid::of(&columns, rows, |run| {
        vec![
            Cell::text(run.id),
            Cell::text(&run.tenant),
            Cell::text(run.sweep),
            Cell::at(run.started_at),
            Cell::text(run.state),
            Cell::Number(run.planned),
            Cell::Number(run.applied),
            Cell::Number(run.skipped),
            Cell::text(&run.started_by),
            Cell::text(trigger(run, zones)),
            Cell::Time(run.finished_at, ""),
            Cell::list(&run.held),
        ]
    })
}

fn trigger(run: &RunLine, zones: &Zones) -> String {
    match run.trigger {
        Trigger::Schedule { due } => format!("schedule, due {}", zones.minute(&run.tenant, due)),
        Trigger::Manual => "by hand".to_owned(),
    }
}

fn page(detail: &RunDetail, zones: &Zones) -> Vec<Part> {
    let line = &detail.line;
    let minute = |at| zones.minute(&line.tenant, at);
    let mut page = vec![
        Part::Fields(vec![
            ("run", line.id.to_string()),
            ("tenant", line.tenant.clone()),
            ("sweep", line.sweep.to_string()),
            ("state", line.state.to_string()),
            (
                "started",
                format!("{} by {}", minute(line.started_at), line.started_by),
            ),
            ("trigger", trigger(line, zones)),
            ("finished", line.finished_at.map(minute).unwrap_or_default()),
            (
                "decided by",
                detail.run.decided_by.clone().unwrap_or_default(),
            ),
            ("policy on", detail.run.mode.to_string()),
            (
                "actions",
                format!(
                    "{} planned, {} applied, {} skipped",
                    line.planned, line.applied, line.skipped
                ),
            ),
            ("held", line.held.join("; ")),
        ]),
        Part::Table("Actions", actions(&detail.actions)),
    ];
    let unlisted = " that are not listed";
    page.extend(rest(line.planned, detail.actions.len(), unlisted));
    page.push(Part::Table("Skipped", skips(&detail.skipped)));
    page.extend(rest(line.skipped, detail.skipped.len(), unlisted));
    page
}

async fn decide(show: Show, verb: Verb, session: &mut Session) -> Outcome {
    let consent = session.consent(verb.name())?;
    let detail: RunDetail = session
        .ask(Verb::RunShow, &RunNamed { run: show.run })
        .await?;
    let planned = detail.line.planned;
    let (question, typed, otherwise) = match verb {
        Verb::RunApprove => ("Approve this run?", Typed::Number(planned), "run approved"),
        _ => ("Reject this run?", Typed::Yes, "run rejected"),
    };
    let zones = session.zones().await;
    session
        .confirm(consent, &page(&detail, &zones), question, typed)
        .await?;
    // The whole id: what was shown is what is decided, even if a new run begins with the same characters.
    let request = RunNamed {
        run: detail.line.id.to_string(),
    };
    let done: RunAnswer = session.change(verb, &request).await?;
    let mut page = vec![Part::Line(otherwise.to_owned())];
    for result in &done.results {
        page.push(Part::Line(result.message.clone()));
        page.push(Part::Fields(vec![("audit ids", audit_ids(result))]));
    }
    session.out.page(&done, &page)?;
    Ok(Exit::Done)
}
