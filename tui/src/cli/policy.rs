//! `rollcall policy`: what sweeps may do in a tenant, after how long, in which mode, when.

use super::changed::audit_id;
use super::confirm::Typed;
use super::error::{Exit, Outcome};
use super::options::{Listed, NO_TENANTS, OneSweep};
use super::output::{Format, Part, RecordFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::words;
use clap::{Args, Subcommand};
use rollcall_shared::domain::{Day, Mode, Policy, Sweep};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::{Policies, PolicyChanged, PolicyRow, PolicySet};

/// What to do with policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// List policies
    #[command(after_help = "Examples:
  rollcall policy list --tenant acme")]
    List(Listed),
    /// Change a policy; what is not named stays
    #[command(
        override_usage = "rollcall policy set --tenant <TENANT> [WHAT IS NEW]... <SWEEP>",
        after_help = "Examples:
  rollcall policy set inactivity --tenant acme --mode approve
  rollcall policy set inactivity --tenant acme --suspend-after '60 days' --dry-run
  rollcall policy set mfa --tenant acme --schedule '0 4 * * 1-5' --yes"
    )]
    Set(Box<Set>),
}

/// Which policy, and what is new in it.
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    which: OneSweep,
    /// The tenant
    #[arg(long)]
    tenant: String,
    /// Show what would change, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    new: New,
    #[command(flatten)]
    format: RecordFormat,
}

/// What is new in a policy.
#[derive(Debug, Args)]
#[group(id = "new", required = true, multiple = true)]
#[command(next_help_heading = "What is new (lengths of time are written '60 days', '12 h')")]
pub struct New {
    /// observe: report only; approve: a person approves; auto: act
    #[arg(long, value_parser = words::one_of(Mode::ALL, Mode::word))]
    mode: Option<Mode>,
    /// When, as a five-field crontab line on the tenant's clock
    #[arg(long, value_name = "CRONTAB")]
    schedule: Option<String>,
    /// inactivity: suspend after this long without use
    #[arg(long, value_name = "TIME")]
    suspend_after: Option<String>,
    /// inactivity: deactivate this long after the suspension
    #[arg(long, value_name = "TIME")]
    deactivate_after: Option<String>,
    /// inactivity: warn this many days before, for example '10, 3, 1'
    #[arg(long, value_name = "DAYS")]
    warn_days: Option<String>,
    /// inactivity: take the sign-in feed as it is since this day for usual
    #[arg(long, value_name = "DATE")]
    feed_since: Option<Day>,
    /// seats: deactivate who was suspended this long ago
    #[arg(long, value_name = "TIME")]
    reclaim_after: Option<String>,
    /// invitations: an invitation lives this long
    #[arg(long, value_name = "TIME")]
    invitation_valid: Option<String>,
    /// mfa: time to enrol
    #[arg(long, value_name = "TIME")]
    mfa_grace: Option<String>,
    /// mfa: what is known is unknown again after this long
    #[arg(long, value_name = "TIME")]
    mfa_fresh: Option<String>,
}

impl New {
    /// Limits by the names they have in the configuration file.
    fn limits(self) -> Vec<(String, String)> {
        [
            ("suspend_after", self.suspend_after),
            ("deactivate_after", self.deactivate_after),
            ("warn_days", self.warn_days),
            ("reclaim_after", self.reclaim_after),
            ("invitation_valid", self.invitation_valid),
            ("mfa_grace", self.mfa_grace),
            ("mfa_fresh", self.mfa_fresh),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)))
        .collect()
    }
}

impl PolicyCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            PolicyCommand::List(c) => c.format(),
            PolicyCommand::Set(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            PolicyCommand::List(list) => {
                list.print(
                    Verb::PolicyList,
                    session,
                    |all: &Policies| &all.rows,
                    grid,
                    NO_TENANTS,
                )
                .await
            }
            PolicyCommand::Set(set) => change(*set, session).await,
        }
    }
}

/// Policies as rows.
pub fn grid(rows: &[PolicyRow]) -> Grid {
    let columns = [
        always("tenant"),
        always("sweep"),
        always("mode"),
        always("schedule"),
        always("limits"),
        roomy("amnesty_until"),
    ];
    Grid::of(&columns, rows, |row| {
        vec![
            Cell::text(&row.tenant),
            Cell::text(row.sweep),
            Cell::text(row.policy.mode),
            Cell::text(&row.policy.schedule),
            Cell::text(limits(row.sweep, &row.policy)),
            Cell::Time(row.amnesty_until, ""),
        ]
    })
}

/// The limits that mean something to a sweep, one phrase each.
fn limits(sweep: Sweep, policy: &Policy) -> String {
    match sweep {
        Sweep::Inactivity => {
            let days: Vec<String> = policy.warn_days.iter().map(u8::to_string).collect();
            format!(
                "warn {} days before; suspend after {}; deactivate {} later",
                days.join(", "),
                policy.suspend_after,
                policy.deactivate_after
            )
        }
        Sweep::Seats => format!("reclaim after {}", policy.reclaim_after),
        Sweep::Invitations => format!("expire after {}", policy.invitation_valid),
        Sweep::Mfa => format!(
            "{} to enrol; unknown again after {}",
            policy.mfa_grace, policy.mfa_fresh
        ),
    }
}

fn page(changed: &PolicyChanged) -> Vec<Part> {
    let next = Grid::of(&[always("next_runs")], &changed.next_runs, |at| {
        vec![Cell::text(at)]
    });
    let changes = match changed.changes.is_empty() {
        true => vec![Part::Line("nothing changes".to_owned())],
        false => changed.changes.iter().cloned().map(Part::Line).collect(),
    };
    [
        changes,
        vec![
            Part::Table("Policy", grid(std::slice::from_ref(&changed.row))),
            Part::Table("On the tenant's clock", next),
        ],
        audit_id(changed.seq).into_iter().collect(),
    ]
    .concat()
}

async fn change(set: Set, session: &mut Session) -> Outcome {
    let mut request = PolicySet {
        tenant: set.tenant,
        sweep: set.which.sweep,
        mode: set.new.mode,
        schedule: set.new.schedule.clone(),
        feed_since: set.new.feed_since,
        limits: set.new.limits(),
        dry_run: true,
    };
    if set.dry_run {
        let changed: PolicyChanged = session.ask(Verb::PolicySet, &request).await?;
        session.out.page(&changed, &page(&changed))?;
        return Ok(Exit::Done);
    }
    let consent = session.consent(Verb::PolicySet.name())?;
    let preview: PolicyChanged = session.ask(Verb::PolicySet, &request).await?;
    if preview.changes.is_empty() {
        session.out.page(&preview, &page(&preview))?;
        return Ok(Exit::Done);
    }
    session
        .confirm(consent, &page(&preview), "Change the policy?", Typed::Yes)
        .await?;
    request.dry_run = false;
    let changed: PolicyChanged = session.change(Verb::PolicySet, &request).await?;
    session.out.page(&changed, &page(&changed))?;
    Ok(Exit::Done)
}
