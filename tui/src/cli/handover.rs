//! `rollcall handover`: hand over what a leaver owns.

use super::asset;
use super::changed::audit_id;
use super::confirm::Typed;
use super::error::{self, Exit, Outcome};
use super::output::{Format, Part, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::zones::Zones;
use super::{dates, words};
use clap::{Args, Subcommand};
use rollcall_shared::domain::{AssetKind, Handover, HandoverId};
use rollcall_shared::text::counted;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::TenantOptional;
use rollcall_shared::wire::asset::{
    Assets, HandoverNamed, HandoverPlan, HandoverRow, HandoverStart, Handovers, Successor,
};
use rollcall_shared::wire::sweep::When;
use std::collections::BTreeMap;

/// What to do with hand-overs.
#[derive(Debug, Subcommand)]
pub enum HandoverCommand {
    /// Show what would move, who could take over, and what cannot be taken back
    #[command(after_help = "Examples:
  rollcall handover plan leaver@acme.example
  rollcall handover plan 2-417 --to ana@acme.example")]
    Plan(Plan),
    /// Hand over what a leaver owns, before the account is deactivated
    #[command(after_help = "Examples:
  rollcall handover start leaver@acme.example --to ana@acme.example --reason 'leaves on Friday'")]
    Start(Start),
    /// Go on with a hand-over where it stopped
    #[command(after_help = "Examples:
  rollcall handover resume acme 3")]
    Resume(Named),
    /// Take a hand-over back where the vendor allows it
    #[command(after_help = "Examples:
  rollcall handover undo acme 3")]
    Undo(Named),
    /// List hand-overs with their progress
    #[command(after_help = "Examples:
  rollcall handover list --tenant acme")]
    List(List),
    /// Print the open moves for the vendor, as CSV unless told otherwise, and mark them delivered
    #[command(
        after_help = "Moves that were delivered already stay as they are: print them again with
`rollcall asset list --handover NUMBER --moved delivered --csv`.

Examples:
  rollcall handover export bank 3 --yes > moves.csv"
    )]
    Export(Export),
}

/// Whose, to whom.
#[derive(Debug, Args)]
pub struct Terms {
    /// The leaver: reference (2-417) or email
    user: String,
    /// The tenant, where the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// The successor: reference or email
    #[arg(long, value_name = "USER")]
    to: Option<String>,
    /// Kinds to move, comma-separated; left out every kind that moves
    #[arg(long, value_delimiter = ',', value_parser = words::one_of(AssetKind::ALL, AssetKind::word))]
    kind: Vec<AssetKind>,
}

/// What to plan.
#[derive(Debug, Args)]
pub struct Plan {
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    format: RecordFormat,
}

/// What to start.
#[derive(Debug, Args)]
pub struct Start {
    #[command(flatten)]
    terms: Terms,
    /// Where another acts for the leaver: until this date, which begins at the tenant's midnight, or instant; left out a year on
    #[arg(long, value_name = "DATE", value_parser = dates::when)]
    until: Option<When>,
    /// Assets moved in one batch; left out 5,000
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 0,
        hide_default_value = true,
        allow_negative_numbers = true,
        value_parser = words::whole::<u32>(0, words::MANY)
    )]
    step: u32,
    /// Why; kept in the journal
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which hand-over.
#[derive(Debug, Args)]
pub struct Named {
    /// The tenant's name
    tenant: String,
    /// The hand-over's number
    #[arg(allow_negative_numbers = true, value_parser = words::whole::<u32>(1, words::MANY))]
    id: u32,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which hand-overs.
#[derive(Debug, Args)]
pub struct List {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RowsFormat,
}

/// Whose moves to print.
#[derive(Debug, Args)]
pub struct Export {
    /// The tenant's name
    tenant: String,
    /// The hand-over's number
    #[arg(allow_negative_numbers = true, value_parser = words::whole::<u32>(1, words::MANY))]
    id: u32,
    /// Show the moves, mark nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RowsFormat,
}

impl HandoverCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            HandoverCommand::Plan(c) => c.format.into(),
            HandoverCommand::Start(c) => c.format.into(),
            HandoverCommand::Resume(c) | HandoverCommand::Undo(c) => c.format.into(),
            HandoverCommand::List(c) => c.format.into(),
            // A table is cut to the terminal; the vendor needs all of it.
            HandoverCommand::Export(c) => match c.format.into() {
                Format::Table => Format::Csv,
                format => format,
            },
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            HandoverCommand::Plan(plan) => {
                let plan: HandoverPlan = session
                    .ask(Verb::HandoverPlan, &plan.terms.request())
                    .await?;
                session.out.page(&plan, &planned(&plan))?;
                Ok(Exit::Done)
            }
            HandoverCommand::Start(start) => begin(start, session).await,
            HandoverCommand::Resume(named) => go_on(named, session).await,
            HandoverCommand::Undo(named) => take_back(named, session).await,
            HandoverCommand::List(list) => {
                let request = TenantOptional {
                    tenant: list.tenant,
                };
                let all: Handovers = session.ask(Verb::HandoverList, &request).await?;
                let clock = session.clock(request.tenant.as_deref()).await;
                let none = "no hand-overs: `rollcall handover start EMAIL --to EMAIL` begins one";
                session
                    .out
                    .listed(&all, &all.rows, &grid(&all.rows).on(&clock), none)?;
                Ok(Exit::Done)
            }
            HandoverCommand::Export(export) => deliver(export, session).await,
        }
    }
}

impl Terms {
    fn request(self) -> HandoverStart {
        HandoverStart {
            user: self.user,
            tenant: self.tenant,
            to: self.to,
            kinds: self.kind,
            ..HandoverStart::default()
        }
    }
}

fn counts(counts: &BTreeMap<String, u64>) -> String {
    let parts: Vec<String> = counts
        .iter()
        .map(|(word, n)| format!("{n} {}", word.replace('_', " ")))
        .collect();
    parts.join(", ")
}

fn planned(plan: &HandoverPlan) -> Vec<Part> {
    let moves = match counts(&plan.moves) {
        none if none.is_empty() => "nothing".to_owned(),
        some => some,
    };
    let mut page = vec![
        Part::Fields(vec![
            ("leaver", plan.id.to_string()),
            ("way", plan.way.to_string()),
            ("moves", moves),
        ]),
        Part::Table(
            "Stays",
            Grid::of(
                &[always("kind"), always("count"), always("why")],
                &plan.stays,
                |(kind, count, why)| vec![Cell::text(kind), Cell::Number(*count), Cell::text(why)],
            ),
        ),
        Part::Table("Could take over", successors(&plan.successors)),
        Part::Line(plan.undo.clone()),
    ];
    let warnings = plan.warnings.iter().map(|w| format!("warning: {w}"));
    page.extend(warnings.map(Part::Line));
    page
}

fn successors(rows: &[Successor]) -> Grid {
    let columns = [
        always("id"),
        always("name"),
        always("email"),
        always("because"),
    ];
    Grid::of(&columns, rows, |row| {
        vec![
            Cell::text(row.id),
            Cell::text(&row.name),
            Cell::text(&row.email),
            Cell::text(&row.because),
        ]
    })
}

fn grid(rows: &[HandoverRow]) -> Grid {
    let columns = [
        always("tenant"),
        always("handover"),
        always("from"),
        always("to"),
        always("way"),
        always("state"),
        always("total"),
        always("progress"),
        roomy("opened"),
        roomy("updated"),
    ];
    Grid::of(&columns, rows, |row| {
        vec![
            Cell::text(&row.tenant),
            Cell::Number(u64::from(row.handover.id.0)),
            Cell::text(&row.from),
            Cell::text(&row.to),
            Cell::text(row.handover.way),
            Cell::text(state(&row.handover)),
            Cell::Number(u64::from(row.handover.total)),
            Cell::Text(counts(&row.progress)),
            Cell::at(row.handover.opened),
            Cell::at(row.handover.updated),
        ]
    })
}

/// How far it is, and whether it waits for somebody to resume it.
fn state(handover: &Handover) -> String {
    match handover.resting {
        true => format!("{}, at rest", handover.state),
        false => handover.state.to_string(),
    }
}

fn told(row: &HandoverRow, zones: &Zones) -> Vec<Part> {
    let handover = &row.handover;
    let minute = |at| zones.minute(&row.tenant, at);
    let fields = Part::Fields(vec![
        ("handover", format!("{} {}", row.tenant, handover.id.0)),
        ("from", row.from.clone()),
        ("to", row.to.clone()),
        ("way", handover.way.to_string()),
        ("state", state(handover)),
        ("total", handover.total.to_string()),
        ("progress", counts(&row.progress)),
        ("opened", minute(handover.opened)),
        ("updated", minute(handover.updated)),
    ]);
    std::iter::once(fields).chain(audit_id(row.seq)).collect()
}

async fn begin(start: Start, session: &mut Session) -> Outcome {
    let zones = session.zones().await;
    let consent = session.consent(Verb::HandoverStart.name())?;
    let request = HandoverStart {
        until: start.until,
        step: start.step,
        reason: start.reason,
        ..start.terms.request()
    };
    let plan: HandoverPlan = session.ask(Verb::HandoverPlan, &request).await?;
    session
        .confirm(consent, &planned(&plan), "Hand this over?", Typed::Yes)
        .await?;
    let row: HandoverRow = session.change(Verb::HandoverStart, &request).await?;
    session.out.page(&row, &told(&row, &zones))?;
    Ok(Exit::Done)
}

impl Named {
    fn request(&self, dry_run: bool) -> HandoverNamed {
        HandoverNamed {
            tenant: self.tenant.clone(),
            id: HandoverId(self.id),
            dry_run,
        }
    }
}

async fn go_on(named: Named, session: &mut Session) -> Outcome {
    let zones = session.zones().await;
    if !named.dry_run {
        let consent = session.consent(Verb::HandoverResume.name())?;
        let request = named.request(true);
        let row: HandoverRow = session.ask(Verb::HandoverResume, &request).await?;
        session
            .confirm(consent, &told(&row, &zones), "Go on with it?", Typed::Yes)
            .await?;
        session.writable(Verb::HandoverResume.name())?;
    }
    let request = named.request(named.dry_run);
    let row: HandoverRow = session.ask(Verb::HandoverResume, &request).await?;
    session.out.page(&row, &told(&row, &zones))?;
    Ok(Exit::Done)
}

async fn take_back(named: Named, session: &mut Session) -> Outcome {
    let zones = session.zones().await;
    let verb = Verb::HandoverUndo;
    if named.dry_run {
        let row: HandoverRow = session.ask(verb, &named.request(true)).await?;
        session.out.page(&row, &told(&row, &zones))?;
        return Ok(Exit::Done);
    }
    let consent = session.consent(verb.name())?;
    let row: HandoverRow = session.ask(verb, &named.request(true)).await?;
    let question = format!("Give back what {} still owns to {}?", row.to, row.from);
    session
        .confirm(consent, &told(&row, &zones), &question, Typed::Yes)
        .await?;
    let row: HandoverRow = session.change(verb, &named.request(false)).await?;
    session.out.page(&row, &told(&row, &zones))?;
    Ok(Exit::Done)
}

async fn deliver(export: Export, session: &mut Session) -> Outcome {
    let verb = Verb::HandoverExport;
    let mut request = HandoverNamed {
        tenant: export.tenant,
        id: HandoverId(export.id),
        dry_run: true,
    };
    if !export.dry_run {
        let consent = session.consent(verb.name())?;
        let open: Assets = session.ask(verb, &request).await?;
        if open.total > 0 {
            let few = &open.rows[..open.rows.len().min(20)];
            let preview = [Part::Table("Open moves, the first ones", asset::grid(few))];
            let question = format!(
                "Print {} and mark as delivered?",
                counted(open.total, "move")
            );
            session
                .confirm(consent, &preview, &question, Typed::Yes)
                .await?;
        }
        session.writable(verb.name())?;
        request.dry_run = false;
    }
    let moves: Assets = session.ask(verb, &request).await?;
    let out = &mut session.out;
    let printed = out.rows(&moves, &moves.rows, &asset::grid(&moves.rows));
    let done = counted(moves.rows.len(), "move");
    match printed.and_then(|()| out.flush()) {
        Err(e) if request.dry_run => return Err(e.into()),
        Err(e) => {
            let hint = format!(
                "print them with `rollcall asset list --tenant {} --handover {} --moved delivered --csv`",
                request.tenant, request.id.0
            );
            return Err(error::unprinted(&format!("{done} delivered"), e, hint));
        }
        Ok(()) => out.note(&done),
    }
    Ok(Exit::Done)
}
