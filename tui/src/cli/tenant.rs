//! `rollcall tenant`: create tenants, look at them, change them, name their owner.

use super::error::{Exit, Outcome};
use super::options::NO_TENANTS;
use super::output::{Format, Part, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::{changed, policy, tenant_set, words};
use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use rollcall_shared::domain::{Authority, Micros};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::{
    TenantCreate, TenantDetail, TenantNamed, TenantOptional, TenantOwnerSet, TenantRow, Tenants,
};

/// What to do with tenants.
#[derive(Debug, Subcommand)]
pub enum TenantCommand {
    /// Create a tenant
    #[command(after_help = "Examples:
  rollcall tenant create acme --catalog iusign --seats 50 --owner ana@example.com --tz Europe/Paris --authority rollcall
  rollcall tenant create bank --catalog onespan --owner it@bank.example --authority vendor --yes")]
    Create(Create),
    /// List tenants
    #[command(after_help = "Examples:
  rollcall tenant list
  rollcall tenant list --csv")]
    List(List),
    /// Show one tenant: settings, seats, roles, policies
    #[command(after_help = "Examples:
  rollcall tenant show acme")]
    Show(Show),
    /// Seats, tier, features, settings, whose files count; what is not named stays
    #[command(after_help = "Examples:
  rollcall tenant set acme --tier enterprise --seats 80
  rollcall tenant set bank --enable sub_accounts --dry-run
  rollcall tenant set acme --set identity_lock=on
  rollcall tenant set acme --source status=okta --source mfa=okta")]
    Set(tenant_set::Set),
    /// Make a standalone account a sub-account of another tree (OneSpan Sign)
    #[command(after_help = "Examples:
  rollcall tenant convert branch --into bank --parent Retail --dry-run")]
    Convert(tenant_set::Convert),
    /// The owner of a tenant
    #[command(subcommand)]
    Owner(OwnerCommand),
}

/// What to do with a tenant's owner.
#[derive(Debug, Subcommand)]
pub enum OwnerCommand {
    /// Name the owner of a tenant that has none
    #[command(after_help = "Examples:
  rollcall tenant owner set acme ana@example.com
  rollcall tenant owner set acme ana@example.com --dry-run")]
    Set(OwnerSet),
}

/// A tenant to be.
#[derive(Debug, Args)]
pub struct Create {
    /// Lower-case letters, digits and -
    name: String,
    /// Role catalog: iusign, ignisign, onespan, esignanywhere
    #[arg(long)]
    catalog: String,
    /// Seats bought; left out they are unlimited
    #[arg(long, allow_negative_numbers = true, value_parser = words::whole::<u32>(0, words::MANY))]
    seats: Option<u32>,
    /// Email of the owner to be
    #[arg(long, value_name = "EMAIL")]
    owner: String,
    /// IANA time zone
    #[arg(long, default_value = "UTC")]
    tz: String,
    /// rollcall: the platform asks us, decisions hold at once; vendor: decisions become orders
    #[arg(long, default_value = "vendor", value_parser = words::one_of(Authority::ALL, Authority::word))]
    authority: Authority,
    /// Subscription tier, where the catalog knows tiers
    #[arg(long)]
    tier: Option<String>,
    /// A feature to switch on beside the defaults; may be repeated
    #[arg(long = "feature", value_name = "FEATURE", value_delimiter = ',')]
    features: Vec<String>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

/// How to list.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    format: RowsFormat,
}

/// Which tenant.
#[derive(Debug, Args)]
pub struct Show {
    /// The tenant's name
    tenant: String,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which tenant, and whom.
#[derive(Debug, Args)]
pub struct OwnerSet {
    /// The tenant's name
    tenant: String,
    /// Email or reference of an account there
    owner: String,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

impl TenantCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            TenantCommand::Create(c) => c.format.into(),
            TenantCommand::List(c) => c.format.into(),
            TenantCommand::Show(c) => c.format.into(),
            TenantCommand::Set(c) => c.format.into(),
            TenantCommand::Convert(c) => c.format.into(),
            TenantCommand::Owner(OwnerCommand::Set(c)) => c.format.into(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            TenantCommand::Create(create) => create_one(create, session).await,
            TenantCommand::List(_) => {
                let all: Tenants = session
                    .ask(Verb::TenantList, &TenantOptional::default())
                    .await?;
                session
                    .out
                    .listed(&all, &all.rows, &grid(&all.rows), NO_TENANTS)?;
                Ok(Exit::Done)
            }
            TenantCommand::Show(show) => {
                let request = TenantNamed {
                    tenant: show.tenant,
                };
                let detail: TenantDetail = session.ask(Verb::TenantShow, &request).await?;
                session.out.page(&detail, &page(&detail))?;
                Ok(Exit::Done)
            }
            TenantCommand::Set(set) => set.run(session).await,
            TenantCommand::Convert(convert) => convert.run(session).await,
            TenantCommand::Owner(OwnerCommand::Set(set)) => owner_set(set, session).await,
        }
    }
}

async fn create_one(create: Create, session: &mut Session) -> Outcome {
    let request = |dry_run| TenantCreate {
        name: create.name.clone(),
        catalog: create.catalog.clone(),
        seats: create.seats,
        owner: create.owner.clone(),
        tz: create.tz.clone(),
        authority: create.authority,
        tier: create.tier.clone(),
        features: create.features.clone(),
        dry_run,
    };
    let question = "Create this tenant?";
    changed::asking(
        session,
        Verb::TenantCreate,
        create.dry_run,
        question,
        request,
    )
    .await
}

async fn owner_set(set: OwnerSet, session: &mut Session) -> Outcome {
    let question = format!("Make {} the owner of {}?", set.owner, set.tenant);
    let request = |dry_run| TenantOwnerSet {
        tenant: set.tenant.clone(),
        owner: set.owner.clone(),
        dry_run,
    };
    session
        .change_previewed(Verb::TenantOwnerSet, request, set.dry_run, &question)
        .await
}

fn seats_bought(seats: Option<u32>) -> String {
    seats.map_or_else(|| "unlimited".to_owned(), |n| n.to_string())
}

/// Tenants as rows.
pub fn grid(rows: &[TenantRow]) -> Grid {
    let columns = [
        always("tenant"),
        always("catalog"),
        always("state"),
        always("accounts"),
        always("seats_used"),
        roomy("seats_reserved"),
        roomy("seats_releasing"),
        always("seats_bought"),
        roomy("owners"),
        roomy("authority"),
        roomy("tz"),
        roomy("last_event"),
        roomy("paused"),
    ];
    Grid::of(&columns, rows, |row| {
        vec![
            Cell::text(&row.tenant.name),
            Cell::text(&row.tenant.catalog),
            Cell::text(row.tenant.state),
            Cell::Number(row.accounts),
            Cell::Number(row.seats_used),
            Cell::Number(row.seats_reserved),
            Cell::Number(row.seats_releasing),
            Cell::text(seats_bought(row.tenant.seats)),
            Cell::list(row.owners_shown()),
            Cell::text(row.tenant.authority),
            Cell::text(&row.tenant.tz),
            Cell::Time(row.last_event, "never"),
            Cell::text(&row.feed),
        ]
    })
}

/// How the seats stand that are counted apart by role.
fn apart(row: &TenantRow) -> String {
    let pools = row.pools.iter().map(|pool| {
        let bought = seats_bought(pool.bought);
        format!("{} {} of {bought}", pool.label, pool.taken)
    });
    pools.collect::<Vec<_>>().join(", ")
}

fn page(detail: &TenantDetail) -> Vec<Part> {
    let row = &detail.row;
    let tenant = &row.tenant;
    let zone = TimeZone::get(&tenant.tz).unwrap_or(TimeZone::UTC);
    let at = |at: Micros| at.minute_in(&zone);
    let roles = Grid::of(
        &[always("role"), always("label"), always("privileged")],
        &detail.roles,
        |(id, label, privileged)| {
            let privileged = if *privileged { "yes" } else { "no" };
            vec![Cell::text(id), Cell::text(label), Cell::text(privileged)]
        },
    );
    let scopes = Grid::of(&[always("scope")], &detail.scopes, |s| vec![Cell::text(s)]);
    let offered = match row.catalog_offered.as_slice() {
        [] => String::new(),
        news => format!(
            "{}: adopt it with `rollcall catalog adopt {}`",
            news.join("; "),
            tenant.name
        ),
    };
    vec![
        Part::Fields(vec![
            ("tenant", format!("{} ({})", tenant.name, tenant.id.0)),
            ("catalog", tenant.catalog.clone()),
            ("catalog offered", offered),
            ("state", tenant.state.to_string()),
            ("authority", tenant.authority.to_string()),
            ("time zone", tenant.tz.clone()),
            ("owners", row.owners_shown().join(", ")),
            ("accounts", row.accounts.to_string()),
            (
                "seats",
                format!(
                    "{} used, {} reserved, {} being released, of {}",
                    row.seats_used,
                    row.seats_reserved,
                    row.seats_releasing,
                    seats_bought(tenant.seats)
                ),
            ),
            ("seats apart", apart(row)),
            ("sources", tenant.sources_told()),
            (
                "last event",
                row.last_event.map_or_else(|| "never".to_owned(), at),
            ),
            ("paused", row.feed.clone()),
            ("created", at(tenant.created)),
        ]),
        Part::Table("Policies", policy::grid(&detail.policies).on(&tenant.tz)),
        Part::Table("Roles", roles),
        Part::Table("Scopes", scopes),
    ]
}
