//! `rollcall sweep`: the four sweeps, their plans, and running one now.

use super::confirm::{Consent, Typed};
use super::dates;
use super::error::{Exit, Fault, Outcome};
use super::options::{Listed, NO_TENANTS, OneSweep};
use super::output::{Format, Part, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::zones::Zones;
use clap::{Args, Subcommand};
use rollcall_shared::domain::{RunState, Sweep};
use rollcall_shared::text::counted;
use rollcall_shared::wire::sweep::{
    ActionLine, PlanView, Plans, RunAnswer, RunResult, SkipLine, SweepRequest, SweepRow, Sweeps,
    When,
};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde::Serialize;

/// What to do with sweeps.
#[derive(Debug, Subcommand)]
pub enum SweepCommand {
    /// List the sweeps: mode, schedule, next and last run
    #[command(after_help = "Examples:
  rollcall sweep list
  rollcall sweep list --tenant acme --json")]
    List(Listed),
    /// Preview a sweep: whom it would touch, why, and whom it leaves alone
    #[command(after_help = "Examples:
  rollcall sweep plan inactivity --tenant acme
  rollcall sweep plan inactivity --at 2026-12-24
  rollcall sweep plan mfa --exit-code --quiet || echo 'someone lacks a second factor'")]
    Plan(PlanArgs),
    /// Run a sweep now: exactly the plan that was shown, or nothing
    #[command(after_help = "Examples:
  rollcall sweep run seats --tenant acme
  rollcall sweep run inactivity --tenant acme --plan 3f9a… --yes")]
    Run(RunArgs),
}

/// Which sweep, for when.
#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    which: OneSweep,
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    /// Plan for this date, from its beginning where the tenant is, or instant instead of now
    #[arg(long, value_name = "DATE", value_parser = dates::when)]
    at: Option<When>,
    /// Exit with 3 when the plan would do something
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    format: RowsFormat,
}

/// Which sweep, and which plan of it.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    which: OneSweep,
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    /// Run only if the plan still has this hash
    #[arg(long, value_name = "HASH", requires = "tenant")]
    plan: Option<String>,
    #[command(flatten)]
    format: RowsFormat,
}

impl SweepCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            SweepCommand::List(c) => c.format(),
            SweepCommand::Plan(c) => c.format.into(),
            SweepCommand::Run(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            SweepCommand::List(list) => {
                list.print(
                    Verb::SweepList,
                    session,
                    |all: &Sweeps| &all.rows,
                    sweeps,
                    NO_TENANTS,
                )
                .await
            }
            SweepCommand::Plan(plan) => show_plan(plan, session).await,
            SweepCommand::Run(run) => run_now(run, session).await,
        }
    }
}

fn sweeps(rows: &[SweepRow]) -> Grid {
    let columns = [
        always("tenant"),
        always("sweep"),
        always("mode"),
        always("schedule"),
        roomy("tz"),
        always("next"),
        always("last_run"),
        roomy("last_state"),
        roomy("amnesty_until"),
        roomy("last_due"),
    ];
    Grid::of(&columns, rows, |row| {
        let last = row.last_run.as_ref();
        vec![
            Cell::text(&row.tenant),
            Cell::text(row.sweep),
            Cell::text(row.mode),
            Cell::text(&row.schedule),
            Cell::text(&row.tz),
            Cell::Time(row.next.first().copied(), "not due"),
            Cell::Time(last.map(|run| run.started_at), "never"),
            Cell::text(last.map(|run| run.state.word()).unwrap_or_default()),
            Cell::Time(row.amnesty_until, ""),
            Cell::Time(row.last_due, "never"),
        ]
    })
}

/// An action with its tenant, for formats of one line an action.
#[derive(Serialize)]
struct Planned<'a> {
    tenant: &'a str,
    sweep: Sweep,
    plan: &'a str,
    #[serde(flatten)]
    action: &'a ActionLine,
}

async fn show_plan(args: PlanArgs, session: &mut Session) -> Outcome {
    let request = SweepRequest {
        sweep: args.which.sweep,
        tenant: args.tenant,
        at: args.at,
        plan: None,
    };
    let plans: Plans = session.ask(Verb::SweepPlan, &request).await?;
    match session.out.format {
        Format::Table | Format::Json => {
            let zones = session.zones().await;
            session
                .out
                .page(&plans, &pages(&plans.plans, usize::MAX, &zones))?
        }
        Format::Plain | Format::Csv | Format::Jsonl => {
            let rows: Vec<Planned<'_>> = plans.plans.iter().flat_map(planned).collect();
            session.out.rows(&plans, &rows, &planned_grid(&rows))?;
            for plan in &plans.plans {
                beside(plan, session)?;
            }
        }
    }
    let found = plans.plans.iter().any(|plan| plan.total > 0);
    Ok(match args.exit_code && found {
        true => Exit::Findings,
        false => Exit::Done,
    })
}

fn planned(plan: &PlanView) -> impl Iterator<Item = Planned<'_>> {
    plan.actions.iter().map(|action| Planned {
        tenant: &plan.tenant,
        sweep: plan.sweep,
        plan: &plan.hash,
        action,
    })
}

fn planned_grid(rows: &[Planned<'_>]) -> Grid {
    let columns = [
        "tenant", "sweep", "id", "name", "email", "kind", "why", "plan",
    ]
    .map(always);
    Grid::of(&columns, rows, |row| {
        vec![
            Cell::text(row.tenant),
            Cell::text(row.sweep),
            Cell::text(row.action.id),
            Cell::text(&row.action.name),
            Cell::text(&row.action.email),
            Cell::text(row.action.kind),
            Cell::text(&row.action.why),
            Cell::text(row.plan),
        ]
    })
}

/// What the rows of a plan do not say: how many there are, and what they rest on.
fn beside(plan: &PlanView, session: &mut Session) -> Result<(), Fault> {
    if plan.total > plan.actions.len() as u64 {
        session.out.note(&format!(
            "{}: only the first {} of {} are listed",
            plan.tenant,
            plan.actions.len(),
            counted(plan.total, "action")
        ));
    }
    for rests in &plan.rests {
        session.out.note(&format!("{}: {rests}", plan.tenant));
    }
    Ok(())
}

/// Actions of a plan that are shown before a person is asked; the count and `sweep plan` tell of the rest.
const PREVIEWED: usize = 20;

/// Plans for people: what, by which plan, what holds it, whom, and who is left alone; at most `most` lines each.
fn pages(plans: &[PlanView], most: usize, zones: &Zones) -> Vec<Part> {
    plans
        .iter()
        .flat_map(|plan| plan_page(plan, most, zones))
        .collect()
}

fn plan_page(plan: &PlanView, most: usize, zones: &Zones) -> Vec<Part> {
    let mut page = vec![
        Part::Line(format!(
            "{}, {} sweep for {}, policy on {}",
            plan.tenant,
            plan.sweep,
            zones.minute(&plan.tenant, plan.at),
            plan.mode
        )),
        Part::Line(match plan.total {
            0 => "nothing to do".to_owned(),
            _ => format!("{}; plan {}", counts(plan), plan.hash),
        }),
    ];
    for reason in &plan.held {
        page.push(Part::Line(format!("held: {reason}")));
    }
    for rests in &plan.rests {
        page.push(Part::Line(rests.clone()));
    }
    let shown = plan.actions.len().min(most);
    page.push(Part::Table("Would do", actions(&plan.actions[..shown])));
    page.extend(more(plan.total, shown, shown < plan.actions.len(), plan));
    let left = plan.skipped.len().min(most);
    page.push(Part::Table("Left alone", skips(&plan.skipped[..left])));
    let listed = left < plan.skipped.len();
    page.extend(more(plan.skipped_total, left, listed, plan));
    page.push(Part::Line(String::new()));
    page
}

/// How many more there are than are shown; `listed` says whether `sweep plan` shows more of them.
fn more(total: u64, shown: usize, listed: bool, plan: &PlanView) -> Option<Part> {
    let (sweep, tenant) = (plan.sweep, &plan.tenant);
    match listed {
        true => rest(
            total,
            shown,
            &format!(" (see `rollcall sweep plan {sweep} --tenant {tenant}`)"),
        ),
        false => rest(total, shown, " that are not listed"),
    }
}

/// How many more there are than lines; nothing where each has one.
pub fn rest(total: u64, shown: usize, whither: &str) -> Option<Part> {
    let unlisted = total.saturating_sub(shown as u64);
    (unlisted > 0).then(|| Part::Line(format!("and {unlisted} more{whither}")))
}

fn counts(plan: &PlanView) -> String {
    let kinds: Vec<String> = plan
        .counts
        .iter()
        .map(|(kind, count)| format!("{kind} {count}"))
        .collect();
    kinds.join(", ")
}

/// Actions as rows.
pub fn actions(actions: &[ActionLine]) -> Grid {
    let columns = ["id", "name", "email", "what", "why"].map(always);
    Grid::of(&columns, actions, |action| {
        vec![
            Cell::text(action.id),
            Cell::text(&action.name),
            Cell::text(&action.email),
            Cell::text(action.kind),
            Cell::text(&action.why),
        ]
    })
}

/// Accounts left alone as rows.
pub fn skips(skipped: &[SkipLine]) -> Grid {
    Grid::of(&["id", "email", "why"].map(always), skipped, |skip| {
        vec![
            Cell::text(skip.id),
            Cell::text(&skip.email),
            Cell::text(&skip.why),
        ]
    })
}

async fn run_now(args: RunArgs, session: &mut Session) -> Outcome {
    let consent = session.consent(Verb::SweepRun.name())?;
    let request = SweepRequest {
        sweep: args.which.sweep,
        tenant: args.tenant,
        at: None,
        plan: None,
    };
    let Plans { mut plans } = session.ask(Verb::SweepPlan, &request).await?;
    if let Some(wanted) = &args.plan {
        still_that(wanted, &plans)?;
    }
    let zones = match consent {
        Consent::Ask => session.zones().await,
        // What nobody is shown needs no clock.
        Consent::Given => Zones::default(),
    };
    let preview = pages(&plans, PREVIEWED, &zones);
    let idle: Vec<(String, String)> = plans
        .extract_if(.., |plan| plan.total == 0)
        .map(|plan| (plan.tenant, plan.hash))
        .collect();
    let total: u64 = plans.iter().map(|plan| plan.total).sum();
    if total == 0 {
        // Who may look but not run is told so tonight, and not on the night that has something to do.
        let (asked, mut denied) = (idle.len(), Vec::new());
        for (tenant, hash) in idle {
            let exactly = SweepRequest {
                tenant: Some(tenant),
                plan: Some(hash),
                ..request.clone()
            };
            let ran = session.change::<_, RunAnswer>(Verb::SweepRun, &exactly);
            match ran.await {
                Err(Fault::Failed(failure)) if failure.class == Class::Denied => {
                    denied.push(failure);
                }
                // Another run at this moment is nothing to do all the same.
                Ok(_) | Err(Fault::Failed(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        if asked > 0
            && denied.len() == asked
            && let Some(failure) = denied.pop()
        {
            return Err(failure.into());
        }
        let nothing = RunAnswer {
            results: vec![],
            refused: vec![],
        };
        session
            .out
            .rows(&nothing, &nothing.results, &results(&nothing.results))?;
        session.out.note("nothing to do");
        return Ok(Exit::Done);
    }
    let question = format!(
        "Run the {} sweep in {}?",
        args.which.sweep,
        counted(plans.len(), "tenant")
    );
    session
        .confirm(consent, &preview, &question, Typed::Number(total))
        .await?;
    let mut answer = RunAnswer {
        results: vec![],
        refused: vec![],
    };
    let mut failed = Vec::new();
    for plan in plans {
        let exactly = SweepRequest {
            tenant: Some(plan.tenant.clone()),
            plan: Some(plan.hash),
            ..request.clone()
        };
        match session
            .change::<_, RunAnswer>(Verb::SweepRun, &exactly)
            .await
        {
            Ok(ran) => {
                answer.results.extend(ran.results);
                let refused = ran.refused.into_iter();
                failed.extend(refused.map(|r| (r.tenant, r.failure)));
            }
            Err(Fault::Failed(failure)) => failed.push((plan.tenant, failure)),
            Err(fault) => return Err(fault),
        }
    }
    report(answer, failed, session)
}

/// A plan asked for by hash must be the one there is now; the hash may be cut short, as people copy it.
fn still_that(wanted: &str, plans: &[PlanView]) -> Result<(), Failure> {
    let now: Vec<&str> = plans.iter().map(|plan| plan.hash.as_str()).collect();
    let wanted = wanted.trim_end_matches('…').to_lowercase();
    if wanted.len() >= 8 && now.iter().any(|hash| hash.starts_with(&wanted)) {
        return Ok(());
    }
    let what = match now.first() {
        Some(hash) => format!("plan {wanted} is not the plan any more; it is {hash} now"),
        None => format!("there is no plan {wanted}"),
    };
    Err(Failure::new(Class::Conflict, what)
        .rule("stale-plan")
        .hint("look at it again with `rollcall sweep plan`; a hash needs at least 8 characters"))
}

fn results(rows: &[RunResult]) -> Grid {
    let columns = [
        "tenant",
        "run",
        "state",
        "planned",
        "applied",
        "skipped",
        "message",
        "audit_ids",
    ]
    .map(always);
    Grid::of(&columns, rows, |row| {
        let run = row.run.as_ref();
        let count = |n: Option<u64>| Cell::Number(n.unwrap_or(0));
        vec![
            Cell::text(&row.tenant),
            Cell::text(run.map(|r| r.id.to_string()).unwrap_or_default()),
            Cell::text(run.map(|r| r.state.word()).unwrap_or_default()),
            count(run.map(|r| r.planned)),
            count(run.map(|r| r.applied)),
            count(run.map(|r| r.skipped)),
            Cell::text(&row.message),
            Cell::text(audit_ids(row)),
        ]
    })
}

/// Where the journal has it: `acme/12`, or from which number to which.
pub fn audit_ids(row: &RunResult) -> String {
    match row.seqs {
        None => String::new(),
        Some((first, last)) if first == last => format!("{}/{first}", row.tenant),
        Some((first, last)) => format!("{0}/{first} to {0}/{last}", row.tenant),
    }
}

fn report(answer: RunAnswer, mut failed: Vec<(String, Failure)>, session: &mut Session) -> Outcome {
    if answer.results.is_empty()
        && failed.len() == 1
        && let Some((_, failure)) = failed.pop()
    {
        return Err(failure.into());
    }
    session
        .out
        .rows(&answer, &answer.results, &results(&answer.results))?;
    // The first tenant's reason stands for all.
    if let Some((_, first)) = failed.first() {
        let whats: Vec<String> = failed
            .iter()
            .map(|(tenant, failure)| format!("{tenant}: {}", failure.what))
            .collect();
        let what = format!(
            "not run in {}: {}",
            counted(failed.len(), "tenant"),
            whats.join("; ")
        );
        return Err(Failure::new(Class::Partly, what)
            .rule(first.rule.as_str())
            .hint(first.hint.as_str())
            .into());
    }
    let partly = answer
        .results
        .iter()
        .filter_map(|r| r.run.as_ref())
        .any(|run| run.state == RunState::Done && run.applied < run.planned);
    Ok(if partly { Exit::Partly } else { Exit::Done })
}
