//! `rollcall user show`: one account with its history and what happens next.

use super::super::dates;
use super::super::error::{Exit, Outcome};
use super::super::output::{Part, RecordFormat};
use super::super::session::Session;
use super::super::table::{Cell, Grid, always};
use super::rows::status;
use clap::Args;
use jiff::tz::TimeZone;
use rollcall_shared::domain::account::{owned, used};
use rollcall_shared::domain::{Account, Day, Micros};
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::sweep::When;
use rollcall_shared::wire::user::{UserDetail, UserShow};

/// Which account.
#[derive(Debug, Args)]
pub struct Show {
    /// Reference (2-417) or email
    user: String,
    /// The tenant, where the email is in several
    #[arg(long)]
    tenant: Option<String>,
    /// As it stood at this date, which begins at the tenant's midnight, or instant
    #[arg(long, value_name = "DATE", value_parser = dates::when)]
    as_of: Option<When>,
    #[command(flatten)]
    pub(super) format: RecordFormat,
}

/// Prints it.
pub async fn show_one(show: Show, session: &mut Session) -> Outcome {
    let request = UserShow {
        user: show.user,
        tenant: show.tenant,
        as_of: show.as_of,
    };
    let detail: UserDetail = session.ask(Verb::UserShow, &request).await?;
    let mut page = page(&detail, show.as_of.is_some());
    if let Some(at) = show.as_of {
        let zone = TimeZone::get(&detail.row.tz).unwrap_or(TimeZone::UTC);
        let at = at.instant(&zone).minute_in(&zone);
        page.insert(0, Part::Line(format!("As it stood at {at}.")));
    }
    session.out.page(&detail, &page)?;
    Ok(Exit::Done)
}

fn page(detail: &UserDetail, past: bool) -> Vec<Part> {
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
            true if past => Part::Line("What was to happen next is not told of the past.".into()),
            true => Part::Line(format!("No sweep will touch {}.", row.id)),
            false => Part::Table("What happens next", next.on(&row.tz)),
        },
        Part::Table("History", history.on(&row.tz)),
    ]
}

fn fields(detail: &UserDetail, account: &Account) -> Vec<(&'static str, String)> {
    let row = &detail.row;
    // On the tenant's clock, as the reasons below are.
    let zone = TimeZone::get(&row.tz).unwrap_or(TimeZone::UTC);
    let minute = |at: Micros| at.minute_in(&zone);
    let at = |at: Option<Micros>| at.map(minute).unwrap_or_default();
    let day = |day: Option<Day>| day.map(|d| d.to_string());
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
        ("type", detail.types.join(", ")),
        (
            "activated",
            match row.activated {
                None => "",
                Some(true) => "yes: the link was opened",
                Some(false) => "not yet: the link was not opened",
            }
            .to_owned(),
        ),
        (
            "status",
            format!(
                "{} since {}, set by {}",
                status(row),
                minute(account.status_since),
                account.status_told()
            ),
        ),
        ("API state", detail.api_state.clone().unwrap_or_default()),
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
        ("last use", used(account.last_use, minute)),
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
        ("owns", owned(&account.assets).join(", ")),
    ]
}
