//! `rollcall order`: decisions in vendor tenants on their way to the vendor.

use super::changed::asking;
use super::confirm::Typed;
use super::error::{self, Exit, Outcome};
use super::options::Reasoned;
use super::output::{Format, Part, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, roomy};
use super::words;
use clap::{Args, Subcommand};
use rollcall_shared::domain::{OrderId, OrderState};
use rollcall_shared::text::counted;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::{OrderAnswer, OrderQuery, OrderRow, Orders};

/// What to do with orders.
#[derive(Debug, Subcommand)]
pub enum OrderCommand {
    /// List orders; without --state the open and the delivered ones
    #[command(after_help = "Examples:
  rollcall order list --tenant bank
  rollcall order list --state failed --csv")]
    List(List),
    /// Print open orders for the vendor, as CSV unless told otherwise, and mark them delivered
    #[command(
        after_help = "Orders that were delivered already stay as they are: print them again with
`rollcall order list --state delivered --csv`.

Examples:
  rollcall order export --tenant bank > orders.csv
  rollcall order export --tenant bank --jsonl --yes > orders.jsonl"
    )]
    Export(Export),
    /// Say that orders on roles, groups, scopes, features, delegations, names or addresses are done at the vendor
    #[command(
        after_help = "What becomes of an account's status, roles and keys is shown by the vendor's next export: import it, and
its orders are confirmed by themselves. So are those on who somebody is (names, address, login names,
language) where the export shows it; where it does not, confirm them here. Whose access has ended may be
missing from an export: once one that is newer than the hand-over leaves an account out, you may say so of
its status and roles, with --reason.

Examples:
  rollcall order confirm 7 8 --tenant bank"
    )]
    Confirm(Answered),
    /// Say that the vendor refused orders
    #[command(after_help = "Examples:
  rollcall order fail 7 --tenant bank --reason \"the feature is not bought\"")]
    Fail(Answered),
    /// Open orders that failed again, so that the next export hands them over
    #[command(after_help = "Examples:
  rollcall order reopen 7 --tenant bank")]
    Reopen(Answered),
}

/// Which orders.
#[derive(Debug, Args)]
pub struct List {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    /// States, comma-separated
    #[arg(long, value_delimiter = ',', value_parser = words::one_of(OrderState::ALL, OrderState::word))]
    state: Vec<OrderState>,
    /// Rows wanted; 0 means all, up to 100,000
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = words::whole::<u32>(0, words::MANY))]
    limit: u32,
    /// Rows to pass over
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = words::whole::<u64>(0, words::MANY))]
    offset: u64,
    #[command(flatten)]
    format: RowsFormat,
}

/// Which orders to hand over.
#[derive(Debug, Args)]
pub struct Export {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RowsFormat,
}

/// Which orders, and what is said of them.
#[derive(Debug, Args)]
pub struct Answered {
    /// Numbers of the orders
    #[arg(required = true, value_name = "ORDER")]
    orders: Vec<u32>,
    /// Their tenant
    #[arg(long)]
    tenant: String,
    #[command(flatten)]
    how: Reasoned,
}

impl OrderCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            OrderCommand::List(c) => c.format.into(),
            // A table is cut to the terminal; the vendor needs all of it.
            OrderCommand::Export(c) => match c.format.into() {
                Format::Table => Format::Csv,
                format => format,
            },
            OrderCommand::Confirm(c) | OrderCommand::Fail(c) | OrderCommand::Reopen(c) => {
                c.how.format.into()
            }
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            OrderCommand::List(list) => {
                let request = OrderQuery {
                    tenant: list.tenant,
                    state: list.state,
                    offset: list.offset,
                    limit: list.limit,
                };
                let orders: Orders = session.ask(Verb::OrderList, &request).await?;
                let clock = session.clock(request.tenant.as_deref()).await;
                session
                    .out
                    .rows(&orders, &orders.rows, &grid(&orders.rows).on(&clock))?;
                session.out.note(&match orders.total {
                    0 => "no such order: what is decided in a vendor's tenant opens one".to_owned(),
                    all => format!("{} of {all}", orders.rows.len()),
                });
                Ok(Exit::Done)
            }
            OrderCommand::Export(export) => hand_over(export, session).await,
            OrderCommand::Confirm(said) => {
                let question = "Is this done at the vendor?";
                answered(said, Verb::OrderConfirm, question, session).await
            }
            OrderCommand::Fail(said) => {
                answered(
                    said,
                    Verb::OrderFail,
                    "Did the vendor refuse this?",
                    session,
                )
                .await
            }
            OrderCommand::Reopen(said) => {
                answered(said, Verb::OrderReopen, "Hand this over again?", session).await
            }
        }
    }
}

async fn answered(said: Answered, verb: Verb, question: &str, session: &mut Session) -> Outcome {
    let request = |dry_run| OrderAnswer {
        tenant: said.tenant.clone(),
        orders: said.orders.iter().copied().map(OrderId).collect(),
        reason: said.how.reason.clone(),
        dry_run,
    };
    asking(session, verb, said.how.dry_run, question, request).await
}

fn grid(rows: &[OrderRow]) -> Grid {
    let columns = [
        always("tenant"),
        always("order"),
        always("id"),
        always("email"),
        always("todo"),
        always("state"),
        roomy("opened"),
        roomy("updated"),
    ];
    Grid::of(&columns, rows, |row| {
        vec![
            Cell::text(&row.tenant),
            Cell::Number(u64::from(row.order.id.0)),
            Cell::text(row.id.map(|id| id.to_string()).unwrap_or_default()),
            Cell::text(&row.email),
            Cell::text(&row.todo),
            Cell::text(row.order.state),
            Cell::at(row.order.opened),
            Cell::at(row.order.updated),
        ]
    })
}

async fn hand_over(export: Export, session: &mut Session) -> Outcome {
    let consent = session.consent(Verb::OrderExport.name())?;
    let request = OrderQuery {
        tenant: export.tenant,
        state: vec![OrderState::Open],
        ..OrderQuery::default()
    };
    let few = OrderQuery {
        limit: 20,
        ..request.clone()
    };
    let open: Orders = session.ask(Verb::OrderList, &few).await?;
    if open.total > 0 {
        let preview = [Part::Table("Open orders, the first ones", grid(&open.rows))];
        let question = format!(
            "Print {} and mark as delivered?",
            counted(open.total, "order")
        );
        session
            .confirm(consent, &preview, &question, Typed::Yes)
            .await?;
    }
    let orders: Orders = session.change(Verb::OrderExport, &request).await?;
    let done = format!("{} delivered", counted(orders.rows.len(), "order"));
    let out = &mut session.out;
    let printed = out.rows(&orders, &orders.rows, &grid(&orders.rows));
    if let Err(e) = printed.and_then(|()| out.flush()) {
        return Err(error::unprinted(&done, e, again(&orders.rows)));
    }
    out.note(&done);
    Ok(Exit::Done)
}

/// How to print orders that were marked and not printed: by tenant, and the numbers of the first ones.
fn again(rows: &[OrderRow]) -> String {
    const FIRST: usize = 20;
    let mut tenants: Vec<&str> = rows.iter().map(|row| row.tenant.as_str()).collect();
    tenants.dedup();
    let tenant = match tenants[..] {
        [one] => format!(" --tenant {one}"),
        _ => String::new(),
    };
    let first = rows.iter().take(FIRST);
    let first: Vec<String> = first
        .map(|row| format!("{} {}", row.tenant, row.order.id.0))
        .collect();
    let more = match rows.len().saturating_sub(FIRST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "print them with `rollcall order list{tenant} --state delivered --csv`; these were: {}{more}",
        first.join(", ")
    )
}
