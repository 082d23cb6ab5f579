//! `rollcall user`: look at accounts, invite people, edit them and their roles, suspend, reactivate, deactivate, delete, redact.

mod edit;
mod invite;

use super::error::{Exit, Fault, Outcome};
use super::output::{Format, Part, RecordFormat, RowsFormat};
use super::session::Session;
use super::table::{Cell, Grid, always, minute, roomy};
use super::{dates, user_move, words};
use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use rollcall_shared::domain::{
    Account, Day, Kind, Mfa, Micros, SeatHold, Status, account::ASSET_KINDS,
};
use rollcall_shared::wire::user::{
    Flag, SortKey, UserChange, UserDetail, UserPage, UserQuery, UserRow, UserShow,
};
use rollcall_shared::wire::{Class, Failure, Verb};

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List accounts
    #[command(after_help = "Examples:
  rollcall user list --tenant acme --status active --flag idle
  rollcall user list --search lima --sort -last_sign_in
  rollcall user list --role sender --last-sign-in-to 2026-09-01 --all --csv > idle.csv")]
    List(List),
    /// Show one account: its record, what happens next, its history
    #[command(after_help = "Examples:
  rollcall user show 2-417
  rollcall user show ana@example.com --tenant acme --json")]
    Show(Show),
    /// Suspend an account: no sign-in, history and seat stay
    #[command(after_help = "Examples:
  rollcall user suspend ana@example.com --reason 'laptop stolen'
  rollcall user suspend 2-417 --dry-run")]
    Suspend(Change),
    /// Reactivate a suspended account
    #[command(after_help = "Examples:
  rollcall user reactivate 2-417 --reason 'back from leave'")]
    Reactivate(Change),
    /// Deactivate an account: all access ends, the seat is freed, history stays
    #[command(after_help = "Examples:
  rollcall user deactivate 2-417 --reason 'left the company' --yes")]
    Deactivate(Change),
    /// Invite people
    #[command(after_help = "Examples:
  rollcall user invite ana@example.com --tenant acme --first-name Ana --last-name Lima --role user
  rollcall user invite ana@example.com,bo@example.com --tenant acme --role viewer
  rollcall user invite jo@example.com --tenant bank --role APP_OPERATOR --scope portal
  rollcall user invite jo@example.com --tenant bank --at portal/DEVELOPMENT=APP_MANAGER --at portal/STAGING= --at portal/PRODUCTION=APP_READER")]
    Invite(invite::Invite),
    /// Send an invitation again: a new link, the earlier one is void
    #[command(after_help = "Examples:
  rollcall user resend ana@example.com")]
    Resend(invite::Ending),
    /// Take an invitation back
    #[command(after_help = "Examples:
  rollcall user revoke ana@example.com --reason 'wrong address'")]
    Revoke(invite::Ending),
    /// Record that an invitation was accepted
    #[command(after_help = "Examples:
  rollcall user accept ana@example.com --number 1
  rollcall user accept ana@example.com --activated-only")]
    Accept(invite::Accept),
    /// Record that an invitation was declined
    #[command(after_help = "Examples:
  rollcall user decline ana@example.com --number 1")]
    Decline(invite::Ending),
    /// Record what the mail system says of an invitation
    #[command(after_help = "Examples:
  rollcall user delivery ana@example.com bounced")]
    Delivery(invite::DeliveryArgs),
    /// Edit role: set, add or take away roles
    #[command(after_help = "Examples:
  rollcall user role ana@example.com --set admin --reason 'new task'
  rollcall user role 2-417 --add APP_READER@portal/PRODUCTION --remove ORG_USER")]
    Role(edit::Role),
    /// Edit names, address, language, login names, team, manager
    #[command(after_help = "Examples:
  rollcall user edit 2-417 --last-name Souza
  rollcall user edit ana@example.com --manager bo@example.com")]
    Edit(edit::Edit),
    /// Delete an account where the platform allows it
    #[command(after_help = "Examples:
  rollcall user delete ana@example.com --successor bo@example.com --templates --dry-run")]
    Delete(edit::Delete),
    /// Take somebody's personal data out for good, once their account has ended
    #[command(after_help = "Examples:
  rollcall user redact 2-417 --reason 'asked for erasure' --dry-run
  rollcall user redact ana@example.com --tenant acme --reason 'retention period over' --yes")]
    Redact(edit::Redact),
    /// Move a user to another account of the same tree (OneSpan Sign)
    #[command(after_help = "Examples:
  rollcall user move ana@bank.example --to Retail/Branches --dry-run")]
    Move(user_move::Move),
}

/// Filters, order and page of `user list`.
#[derive(Debug, Args)]
pub struct List {
    /// Only this tenant
    #[arg(long)]
    tenant: Option<String>,
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
    /// Last sign-in at or after this date or instant
    #[arg(long, value_name = "DATE", value_parser = dates::instant)]
    last_sign_in_from: Option<Micros>,
    /// Last sign-in before this date or instant
    #[arg(long, value_name = "DATE", value_parser = dates::instant)]
    last_sign_in_to: Option<Micros>,
    /// Only accounts without a known sign-in
    #[arg(long, conflicts_with_all = ["last_sign_in_from", "last_sign_in_to"])]
    never_signed_in: bool,
    /// Column to sort by; with - in front the largest first
    #[arg(long, default_value = "name", value_parser = words::sort, allow_hyphen_values = true)]
    sort: (SortKey, bool),
    /// Rows wanted
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
    /// Rows to pass over
    #[arg(long, default_value_t = 0)]
    offset: u64,
    /// Every row that matches, however many
    #[arg(long, conflicts_with_all = ["limit", "offset"])]
    all: bool,
    #[command(flatten)]
    format: RowsFormat,
}

/// Which account.
#[derive(Debug, Args)]
pub struct Show {
    /// Reference (2-417) or email
    user: String,
    /// The tenant, where the email is in several
    #[arg(long)]
    tenant: Option<String>,
    #[command(flatten)]
    format: RecordFormat,
}

/// Which account, and why.
#[derive(Debug, Args)]
pub struct Change {
    /// Reference (2-417) or email
    user: String,
    /// The tenant, where the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// Why; kept in the journal
    #[arg(long)]
    reason: Option<String>,
    /// Show what would happen, change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    format: RecordFormat,
}

impl UserCommand {
    /// How its answer is printed.
    pub fn format(&self) -> Format {
        match self {
            UserCommand::List(list) => list.format.into(),
            UserCommand::Show(show) => show.format.into(),
            UserCommand::Move(c) => c.format.into(),
            UserCommand::Suspend(c) | UserCommand::Reactivate(c) | UserCommand::Deactivate(c) => {
                c.format.into()
            }
            UserCommand::Invite(c) => c.format(),
            UserCommand::Resend(c) | UserCommand::Revoke(c) | UserCommand::Decline(c) => c.format(),
            UserCommand::Accept(c) => c.format(),
            UserCommand::Delivery(c) => c.format(),
            UserCommand::Role(c) => c.format(),
            UserCommand::Edit(c) => c.format(),
            UserCommand::Delete(c) => c.format(),
            UserCommand::Redact(c) => c.format(),
        }
    }

    /// Does it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            UserCommand::List(list) if list.all => list_all(list, session).await,
            UserCommand::List(list) => list_page(list, session).await,
            UserCommand::Show(show) => show_one(show, session).await,
            UserCommand::Move(c) => c.run(session).await,
            UserCommand::Suspend(c) => change(c, Verb::UserSuspend, session).await,
            UserCommand::Reactivate(c) => change(c, Verb::UserReactivate, session).await,
            UserCommand::Deactivate(c) => change(c, Verb::UserDeactivate, session).await,
            UserCommand::Invite(c) => c.run(session).await,
            UserCommand::Resend(c) => c.run(Verb::UserResend, session).await,
            UserCommand::Revoke(c) => c.run(Verb::UserRevoke, session).await,
            UserCommand::Accept(c) => c.run(session).await,
            UserCommand::Decline(c) => c.run(Verb::UserDecline, session).await,
            UserCommand::Delivery(c) => c.run(session).await,
            UserCommand::Role(c) => c.run(session).await,
            UserCommand::Edit(c) => c.run(session).await,
            UserCommand::Delete(c) => c.run(session).await,
            UserCommand::Redact(c) => c.run(session).await,
        }
    }
}

impl List {
    /// The filters, order and page as the wire has them.
    pub fn query(self) -> UserQuery {
        UserQuery {
            tenant: self.tenant,
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

fn grid(rows: &[UserRow]) -> Grid {
    let columns = [
        always("id"),
        always("name"),
        always("email"),
        always("status"),
        always("last_sign_in"),
        roomy("mfa"),
        roomy("roles"),
        roomy("uses_28_days"),
        roomy("tenant"),
        roomy("team"),
        roomy("seat"),
        roomy("kind"),
        roomy("flags"),
    ];
    Grid::of(&columns, rows, |row| {
        vec![
            Cell::text(row.id),
            Cell::text(&row.name),
            Cell::text(&row.email),
            Cell::text(status(row)),
            Cell::Day(seen(row), "unknown"),
            Cell::text(row.mfa),
            Cell::list(&row.roles),
            Cell::Number(row.activity.iter().map(|n| u64::from(*n)).sum()),
            Cell::text(&row.tenant),
            Cell::text(&row.team),
            Cell::text(row.seat),
            Cell::text(row.kind),
            Cell::list(row.flags.iter().map(|f| f.word())),
        ]
    })
}

/// The last sign-in, with its day on the tenant's clock.
pub(super) fn seen(row: &UserRow) -> Option<(Micros, Day)> {
    let zone = TimeZone::get(&row.tz).unwrap_or(TimeZone::UTC);
    row.last_sign_in.map(|at| (at, at.day_in(&zone)))
}

fn status(row: &UserRow) -> String {
    match row.observed {
        Some(observed) => format!("{} (vendor: {observed})", row.status),
        None => row.status.to_string(),
    }
}

async fn list_page(list: List, session: &mut Session) -> Outcome {
    let page: UserPage = session.ask(Verb::UserList, &list.query()).await?;
    session.out.rows(&page, &page.rows, &grid(&page.rows))?;
    let first = page.offset + 1;
    let last = page.offset + page.rows.len() as u64;
    session.out.note(&match page.rows.len() {
        0 => "no account matches".to_owned(),
        _ => format!("{first} to {last} of {}", page.total),
    });
    Ok(Exit::Done)
}

/// Pages through everything that matches. Lines are printed page by page; a table and JSON need all of it first.
async fn list_all(list: List, session: &mut Session) -> Outcome {
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
        let page: UserPage = session.ask(Verb::UserList, &query).await?;
        let first = whole.is_none();
        let begun = whole.get_or_insert_with(|| UserPage {
            rows: Vec::new(),
            ..page
        });
        if page.revision != begun.revision {
            moved = Some((begun.revision, page.revision));
        }
        // An offset past the end is moved back to the last page: those rows were read already.
        let fresh = page.offset == query.offset && !page.rows.is_empty();
        query.offset += page.rows.len() as u64;
        let more = fresh && query.offset < page.total;
        if streams && (fresh || first) {
            session.out.stream(&page.rows, &grid(&page.rows), first)?;
        } else if fresh {
            begun.rows.extend(page.rows);
        }
        if !more {
            break;
        }
    }
    if let (false, Some(whole)) = (streams, &whole) {
        session.out.rows(whole, &whole.rows, &grid(&whole.rows))?;
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
    Fault::Failed(Failure::new(Class::Partly, what).hint("run it again"))
}

async fn show_one(show: Show, session: &mut Session) -> Outcome {
    let request = UserShow {
        user: show.user,
        tenant: show.tenant,
    };
    let detail: UserDetail = session.ask(Verb::UserShow, &request).await?;
    session.out.page(&detail, &page(&detail))?;
    Ok(Exit::Done)
}

fn page(detail: &UserDetail) -> Vec<Part> {
    let (row, account) = (&detail.row, &detail.account);
    let next = Grid::of(
        &[
            always("when"),
            always("sweep"),
            always("what"),
            always("why"),
            always("but"),
        ],
        &detail.next,
        |n| {
            vec![
                Cell::Time(n.when, "not scheduled"),
                Cell::text(n.sweep),
                Cell::text(n.kind),
                Cell::text(&n.why),
                Cell::text(&n.but),
            ]
        },
    );
    let history = Grid::of(
        &[
            always("at"),
            always("verb"),
            always("who"),
            always("changes"),
            always("why"),
        ],
        &detail.history,
        |h| {
            vec![
                Cell::at(h.at),
                Cell::text(&h.verb),
                Cell::text(&h.actor),
                Cell::list(&h.changes),
                Cell::text(&h.why),
            ]
        },
    );
    vec![
        Part::Fields(fields(detail, account)),
        match detail.next.is_empty() {
            true => Part::Line(format!("No sweep will touch {}.", row.id)),
            false => Part::Table("What happens next", next),
        },
        Part::Table("History", history),
    ]
}

fn fields(detail: &UserDetail, account: &Account) -> Vec<(&'static str, String)> {
    let row = &detail.row;
    let at = |at: Option<Micros>| at.map(minute).unwrap_or_default();
    let day = |day: Option<Day>| day.map(|d| d.to_string());
    let assets: Vec<String> = ASSET_KINDS
        .iter()
        .zip(&account.assets)
        .filter(|(_, count)| **count > 0)
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    vec![
        ("id", row.id.to_string()),
        (
            "tenant",
            format!("{} (authority: {})", row.tenant, detail.authority),
        ),
        ("name", row.name.clone()),
        ("email", row.email.clone()),
        ("username", row.username.clone()),
        ("SID", account.sid.clone()),
        ("kind", row.kind.to_string()),
        (
            "status",
            format!(
                "{} since {}, set by {}",
                status(row),
                minute(account.status_since),
                account.status_by
            ),
        ),
        ("roles", detail.roles.join(", ")),
        ("team", row.team.clone()),
        (
            "mfa",
            format!("{} (told by {})", row.mfa, account.mfa_source),
        ),
        ("seat", row.seat.to_string()),
        (
            "flags",
            row.flags
                .iter()
                .map(|f| f.word())
                .collect::<Vec<_>>()
                .join(", "),
        ),
        (
            "last sign-in",
            row.last_sign_in
                .map_or_else(|| "unknown".to_owned(), minute),
        ),
        ("last use", at(account.last_use)),
        ("created", minute(account.created)),
        ("invited", at(account.invited_at)),
        ("held until", at(account.hold_until)),
        ("end date", day(account.end_date).unwrap_or_default()),
        ("leave from", day(account.leave_from).unwrap_or_default()),
        ("leave to", day(account.leave_to).unwrap_or_default()),
        ("external id", account.external_id.clone()),
        ("employee id", account.employee_id.clone()),
        ("department", account.department.clone()),
        ("manager", account.manager.clone()),
        ("language", account.language.clone()),
        ("owns", assets.join(", ")),
    ]
}

async fn change(change: Change, verb: Verb, session: &mut Session) -> Outcome {
    let request = |dry_run| UserChange {
        user: change.user.clone(),
        tenant: change.tenant.clone(),
        reason: change.reason.clone(),
        dry_run,
    };
    session
        .change_previewed(verb, request, change.dry_run, "Go on?")
        .await
}
