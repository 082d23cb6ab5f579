//! `rollcall user list`: a page of accounts, or all of them.

use super::super::error::{Exit, Fault, Outcome};
use super::super::output::{Format, RowsFormat};
use super::super::session::Session;
use super::super::{dates, words};
use super::rows::grid;
use crate::columns::UserColumn;
use clap::Args;
use rollcall_shared::domain::{Kind, Mfa, SeatHold, Status};
use rollcall_shared::wire::bound::Bound;
use rollcall_shared::wire::sweep::When;
use rollcall_shared::wire::user::{Flag, RoleLabels, SortKey, UserPage, UserQuery};
use rollcall_shared::wire::{Class, Failure, Verb};

/// Filters, order and page of `user list`.
#[derive(Debug, Args)]
pub struct List {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
    /// As it stood at this date, which begins at the tenant's midnight, or instant
    #[arg(long, value_name = "DATE", value_parser = dates::when, requires = "tenant")]
    as_of: Option<When>,
    /// Part of name, email or username
    #[arg(long, default_value = "", hide_default_value = true)]
    search: String,
    /// Only below this scope: a team, an account
    #[arg(long, requires = "tenant")]
    scope: Option<String>,
    /// States, comma-separated
    #[arg(long, value_delimiter = ',', value_parser = words::one_of(Status::ALL, Status::word))]
    status: Vec<Status>,
    /// Role identifiers, comma-separated
    #[arg(long, value_delimiter = ',')]
    role: Vec<String>,
    /// What is known of a second factor, comma-separated
    #[arg(long, value_delimiter = ',', value_parser = words::one_of(Mfa::ALL, Mfa::word))]
    mfa: Vec<Mfa>,
    /// Kinds of holder, comma-separated
    #[arg(long, value_delimiter = ',', value_parser = words::one_of(Kind::ALL, Kind::word))]
    kind: Vec<Kind>,
    /// What is held of the seats, comma-separated
    #[arg(long, value_delimiter = ',', value_parser = words::one_of(SeatHold::ALL, SeatHold::word))]
    seat: Vec<SeatHold>,
    /// Flags that must all be set, comma-separated
    #[arg(long, value_delimiter = ',', value_parser = words::flag())]
    flag: Vec<Flag>,
    /// Last sign-in at or after this date, on each tenant's clock, instant, or age: 90d is 90 days ago
    #[arg(long, value_name = "TIME", value_parser = dates::bound)]
    last_sign_in_from: Option<Bound>,
    /// Last sign-in before this date, on each tenant's clock, instant, or age
    #[arg(long, value_name = "TIME", value_parser = dates::bound)]
    last_sign_in_to: Option<Bound>,
    /// Only accounts without a known sign-in
    #[arg(long, conflicts_with_all = ["last_sign_in_from", "last_sign_in_to"])]
    never_signed_in: bool,
    /// Column to sort by; with - in front the largest first
    #[arg(long, default_value = "name", value_parser = words::sort, allow_hyphen_values = true)]
    sort: (SortKey, bool),
    /// Rows wanted
    #[arg(long, default_value_t = 50, allow_negative_numbers = true, value_parser = words::whole::<u32>(1, 1_000))]
    limit: u32,
    /// Rows to pass over
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = words::whole::<u64>(0, words::MANY))]
    offset: u64,
    /// Every row that matches, however many
    #[arg(long, conflicts_with_all = ["limit", "offset"])]
    pub(super) all: bool,
    /// The columns wanted, in this order, comma-separated
    #[arg(long, value_delimiter = ',', value_parser = words::one_of(UserColumn::ALL, UserColumn::word))]
    columns: Vec<UserColumn>,
    #[command(flatten)]
    pub(super) format: RowsFormat,
}

impl List {
    /// The filters, order and page as the wire has them.
    pub fn query(self) -> UserQuery {
        UserQuery {
            tenant: self.tenant,
            as_of: self.as_of,
            search: self.search,
            scope: self.scope,
            status: self.status,
            role: self.role,
            mfa: self.mfa,
            kind: self.kind,
            seat: self.seat,
            last_sign_in_from: self.last_sign_in_from,
            last_sign_in_to: self.last_sign_in_to,
            never_signed_in: self.never_signed_in,
            flag: self.flag,
            sort: self.sort.0,
            descending: self.sort.1,
            offset: self.offset,
            limit: self.limit,
        }
    }
}

/// Prints one page.
pub async fn list_page(mut list: List, session: &mut Session) -> Outcome {
    let wanted = std::mem::take(&mut list.columns);
    let query = list.query();
    let mut page: UserPage = session.ask(Verb::UserList, &query).await?;
    // A console wants the last page then; a script that pages until nothing comes must get nothing.
    if page.offset < query.offset {
        page.rows.clear();
        page.offset = query.offset;
    }
    let grid = grid(&page.rows, &wanted, &page.shows, &page.labels);
    session.out.rows(&page, &page.rows, &grid)?;
    let first = page.offset + 1;
    let last = page.offset + page.rows.len() as u64;
    session.out.note(&match page.rows.len() {
        0 if page.total > 0 => format!("none: {} match", page.total),
        0 => "no account matches".to_owned(),
        _ => format!("{first} to {last} of {}", page.total),
    });
    Ok(Exit::Done)
}

/// Pages through everything that matches. Lines are printed page by page; a table and JSON need all of it first.
pub async fn list_all(mut list: List, session: &mut Session) -> Outcome {
    let wanted = std::mem::take(&mut list.columns);
    let mut query = UserQuery {
        limit: 1_000,
        ..list.query()
    };
    let streams = matches!(
        session.out.format,
        Format::Csv | Format::Jsonl | Format::Plain
    );
    let mut whole: Option<UserPage> = None;
    let mut moved = None;
    loop {
        let mut page: UserPage = session.ask(Verb::UserList, &query).await?;
        let (first, labels) = (whole.is_none(), std::mem::take(&mut page.labels));
        let begun = whole.get_or_insert_with(|| UserPage {
            rows: Vec::new(),
            labels: RoleLabels::new(),
            ..page
        });
        for (tenant, of) in labels {
            begun.labels.entry(tenant).or_default().extend(of);
        }
        if page.revision != begun.revision {
            moved = Some((begun.revision, page.revision));
        }
        // An offset past the end is moved back to the last page: those rows were read already.
        let fresh = page.offset == query.offset && !page.rows.is_empty();
        query.offset += page.rows.len() as u64;
        let more = fresh && query.offset < page.total;
        if streams && (fresh || first) {
            let grid = grid(&page.rows, &wanted, &begun.shows, &begun.labels);
            session.out.stream(&page.rows, &grid, first)?;
        } else if fresh {
            begun.rows.extend(page.rows);
        }
        if !more {
            break;
        }
    }
    if let (false, Some(whole)) = (streams, &whole) {
        let grid = grid(&whole.rows, &wanted, &whole.shows, &whole.labels);
        session.out.rows(whole, &whole.rows, &grid)?;
    }
    match moved {
        None => Ok(Exit::Done),
        Some((from, to)) => Err(changed_meanwhile(from, to)),
    }
}

fn changed_meanwhile(from: u64, to: u64) -> Fault {
    let what = format!(
        "the directory changed while it was read (revision {from} to {to}): an account may be missing or stand twice"
    );
    let failure = Failure::new(Class::Partly, what);
    Fault::Failed(failure.rule("moved-on").hint("run it again"))
}
