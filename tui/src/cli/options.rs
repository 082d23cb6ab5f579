//! Options that several commands have.

use super::error::{Exit, Outcome};
use super::output::{Format, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::Grid;
use super::words;
use clap::Args;
use rollcall_shared::domain::Sweep;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::{TenantNamed, TenantOptional};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Which sweep is meant.
#[derive(Debug, Args)]
pub struct OneSweep {
    /// Which sweep
    #[arg(value_parser = words::one_of(Sweep::ALL, Sweep::word))]
    pub sweep: Sweep,
}

/// Whose account.
#[derive(Debug, Clone, Args)]
pub struct Whom {
    /// Reference (2-417) or email
    pub user: String,
    /// The tenant, where the email is in several
    #[arg(long)]
    pub tenant: Option<String>,
}

/// A change that can be previewed.
#[derive(Debug, Clone, Args)]
pub struct Previewed {
    /// Show what would happen, change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How its answer is printed.
    #[command(flatten)]
    pub format: RecordFormat,
}

/// A change that can be previewed, with a reason.
#[derive(Debug, Clone, Args)]
pub struct Reasoned {
    /// Why; kept in the journal
    #[arg(long)]
    pub reason: Option<String>,
    /// Show what would happen, change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How its answer is printed.
    #[command(flatten)]
    pub format: RecordFormat,
}

/// A list of one tenant.
#[derive(Debug, Args)]
pub struct OfTenant {
    /// The tenant
    #[arg(long)]
    tenant: String,
    #[command(flatten)]
    format: RowsFormat,
}

impl OfTenant {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.format.into()
    }

    /// Asks for the list and prints it; `rows` are those of the answer, and `none` says how to make one.
    pub async fn print<A: Serialize + DeserializeOwned, R: Serialize>(
        self,
        verb: Verb,
        session: &mut Session,
        rows: impl Fn(&A) -> &[R],
        grid: impl Fn(&[R]) -> Grid,
        none: &str,
    ) -> Outcome {
        let request = TenantNamed {
            tenant: self.tenant,
        };
        let tenant = Some(request.tenant.as_str());
        printed(verb, (&request, tenant), session, rows, (grid, none)).await
    }
}

async fn printed<Q: Serialize, A: Serialize + DeserializeOwned, R: Serialize>(
    verb: Verb,
    (request, tenant): (&Q, Option<&str>),
    session: &mut Session,
    rows: impl Fn(&A) -> &[R],
    (grid, none): (impl Fn(&[R]) -> Grid, &str),
) -> Outcome {
    let all: A = session.ask(verb, request).await?;
    let rows = rows(&all);
    let mut grid = grid(rows);
    if grid.tells_times() {
        grid = grid.on(&session.clock(tenant).await);
    }
    session.out.listed(&all, rows, &grid, none)?;
    Ok(Exit::Done)
}

/// What lists say of which every tenant has some.
pub const NO_TENANTS: &str = "no tenants yet: `rollcall tenant create` makes one";

/// A list of one tenant or all of them.
#[derive(Debug, Args)]
pub struct Listed {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RowsFormat,
}

impl Listed {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        self.format.into()
    }

    /// Asks for the list and prints it; `rows` are those of the answer, and `none` says how to make one.
    pub async fn print<A: Serialize + DeserializeOwned, R: Serialize>(
        self,
        verb: Verb,
        session: &mut Session,
        rows: impl Fn(&A) -> &[R],
        grid: impl Fn(&[R]) -> Grid,
        none: &str,
    ) -> Outcome {
        let request = TenantOptional {
            tenant: self.tenant,
        };
        let tenant = request.tenant.as_deref();
        printed(verb, (&request, tenant), session, rows, (grid, none)).await
    }
}
