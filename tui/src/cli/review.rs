//! `rollcall review`: the periodic review of a tenant's users.

use super::changed::{asking, change};
use super::confirm::Typed;
use super::error::{Exit, Outcome};
use super::output::{Format, Part, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::words;
use super::zones::Zones;
use clap::{Args, Subcommand};
use rollcall_shared::domain::{Review, Verdict};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::identity::{Changed, ReviewDecide, ReviewDetail, ReviewOpen, Reviews};

/// What to do with reviews.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// Open a review of everybody who is active, and say what silence will mean
    #[command(after_help = "Examples:
  rollcall review open acme --silence keep
  rollcall review open acme --silence remove --days 30")]
    Open(Open),
    /// List reviews, newest first
    #[command(after_help = "Examples:
  rollcall review list --tenant acme")]
    List(List),
    /// Show one review: whom it is about, and what was said
    #[command(after_help = "Examples:
  rollcall review show acme")]
    Show(Show),
    /// Say keep or remove of users
    #[command(after_help = "Examples:
  rollcall review answer acme keep ana@example.com bo@example.com
  rollcall review answer acme remove 2-417")]
    Answer(Answer),
    /// Close a review: whom it removes is suspended, in one change
    #[command(after_help = "Examples:
  rollcall review close acme --dry-run
  rollcall review close acme --early")]
    Close(Close),
}

/// Which tenant, and how.
#[derive(Debug, Args)]
pub struct Open {
    /// The tenant's name
    tenant: String,
    /// What it means when nobody says anything of somebody
    #[arg(long, value_parser = words::one_of(Verdict::ALL, Verdict::word))]
    silence: Verdict,
    /// Days until answers are due
    #[arg(long, default_value_t = 14)]
    days: u32,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which reviews.
#[derive(Debug, Args)]
pub struct List {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RowsFormat,
}

/// Which review.
#[derive(Debug, Args)]
pub struct Show {
    /// The tenant's name
    tenant: String,
    /// The review's number; left out the newest
    id: Option<u32>,
    #[command(flatten)]
    format: RecordFormat,
}

/// What is said of whom.
#[derive(Debug, Args)]
pub struct Answer {
    /// The tenant's name
    tenant: String,
    /// What is said
    #[arg(value_parser = words::one_of(Verdict::ALL, Verdict::word))]
    verdict: Verdict,
    /// Users by email or reference
    #[arg(required = true)]
    users: Vec<String>,
    /// The review's number; left out the newest
    #[arg(long)]
    id: Option<u32>,
    /// Show what would be noted, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which review to close.
#[derive(Debug, Args)]
pub struct Close {
    /// The tenant's name
    tenant: String,
    /// The review's number; left out the newest
    id: Option<u32>,
    /// Also before the answers are due: silence then says what it was opened with
    #[arg(long)]
    early: bool,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

impl ReviewCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            ReviewCommand::Open(c) => c.format.into(),
            ReviewCommand::List(c) => c.format.into(),
            ReviewCommand::Show(c) => c.format.into(),
            ReviewCommand::Answer(c) => c.format.into(),
            ReviewCommand::Close(c) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            ReviewCommand::Open(c) => open(c, session).await,
            ReviewCommand::List(c) => {
                let request = TenantOptional { tenant: c.tenant };
                let all: Reviews = session.ask(Verb::ReviewList, &request).await?;
                let clock = session.clock(request.tenant.as_deref()).await;
                let none = "no reviews: `rollcall review open TENANT` opens one";
                session
                    .out
                    .listed(&all, &all.rows, &grid(&all.rows).on(&clock), none)?;
                Ok(Exit::Done)
            }
            ReviewCommand::Show(c) => {
                let request = ReviewDecide {
                    tenant: c.tenant,
                    id: c.id,
                    ..ReviewDecide::default()
                };
                let detail: ReviewDetail = session.ask(Verb::ReviewShow, &request).await?;
                let page = page(&detail, &session.zones().await);
                session.out.page(&detail, &page)?;
                Ok(Exit::Done)
            }
            ReviewCommand::Answer(c) => {
                let verb = Verb::ReviewAnswer;
                change(session, verb, c.dry_run, Typed::Yes, |dry_run| {
                    ReviewDecide {
                        tenant: c.tenant.clone(),
                        id: c.id,
                        users: c.users.clone(),
                        verdict: Some(c.verdict),
                        dry_run,
                        ..ReviewDecide::default()
                    }
                })
                .await
            }
            ReviewCommand::Close(c) => close(c, session).await,
        }
    }
}

/// Closing ends the access of many at once: their number is typed, as for every change of many accounts.
async fn close(close: Close, session: &mut Session) -> Outcome {
    let verb = Verb::ReviewClose;
    let request = |dry_run| ReviewDecide {
        tenant: close.tenant.clone(),
        id: close.id,
        early: close.early,
        dry_run,
        ..ReviewDecide::default()
    };
    let mut typed = Typed::Yes;
    if !close.dry_run {
        session.consent(verb.name())?;
        let would: Changed = session.ask(verb, &request(true)).await?;
        if !would.changes.is_empty() {
            // Each line is one account that is suspended.
            typed = Typed::Number(would.changes.len() as u64);
        }
    }
    change(session, verb, close.dry_run, typed, request).await
}

async fn open(open: Open, session: &mut Session) -> Outcome {
    let question = format!(
        "Open a review of {}? Silence will mean {}.",
        open.tenant, open.silence
    );
    asking(
        session,
        Verb::ReviewOpen,
        open.dry_run,
        &question,
        |dry_run| ReviewOpen {
            tenant: open.tenant.clone(),
            days: Some(open.days),
            silence: open.silence,
            dry_run,
        },
    )
    .await
}

fn grid(rows: &[(String, Review)]) -> Grid {
    let columns = [
        always("tenant"),
        always("review"),
        always("opened"),
        always("due"),
        always("closed"),
        always("silence"),
        roomy("subjects"),
        roomy("answered"),
    ];
    Grid::of(&columns, rows, |(tenant, review)| {
        vec![
            Cell::text(tenant),
            Cell::Number(u64::from(review.id.0)),
            Cell::at(review.opened),
            Cell::at(review.due),
            Cell::Time(review.closed, "open"),
            Cell::text(review.silence),
            Cell::Number(review.subject.len() as u64),
            Cell::Number(review.verdicts.len() as u64),
        ]
    })
}

fn page(detail: &ReviewDetail, zones: &Zones) -> Vec<Part> {
    let review = &detail.review;
    let minute = |at| zones.minute(&detail.tenant, at);
    let columns = [
        always("id"),
        always("name"),
        always("email"),
        always("roles"),
        always("last_sign_in"),
        always("verdict"),
    ];
    let rows = Grid::of(&columns, &detail.rows, |row| {
        vec![
            Cell::text(row.id),
            Cell::text(&row.name),
            Cell::text(&row.email),
            Cell::roles(&detail.labels, &detail.tenant, &row.roles),
            Cell::Day(
                row.last_sign_in.map(|at| zones.day(&detail.tenant, at)),
                "unknown",
            ),
            Cell::text(row.verdict.map_or("", Verdict::word)),
        ]
    });
    let closed = review.closed.map_or_else(|| "no".to_owned(), minute);
    vec![
        Part::Fields(vec![
            ("tenant", detail.tenant.clone()),
            ("review", review.id.0.to_string()),
            ("opened", minute(review.opened)),
            ("due", minute(review.due)),
            ("closed", closed),
            ("silence means", review.silence.to_string()),
        ]),
        Part::Table("Subjects", rows),
    ]
}
