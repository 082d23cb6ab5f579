//! Accounts as rows, in the columns asked for.

use crate::cli::table::{Cell, Column, Grid, always, roomy};
use crate::columns::UserColumn;
use jiff::tz::TimeZone;
use rollcall_shared::domain::{Day, Micros};
use rollcall_shared::wire::user::{RoleLabels, Shows, UserRow};

/// Rows in the columns asked for; where none are, in those that the tenants show.
pub fn grid(rows: &[UserRow], wanted: &[UserColumn], shows: &Shows, labels: &RoleLabels) -> Grid {
    let chosen: Vec<UserColumn> = match wanted {
        [] => {
            let listed = UserColumn::LISTED.iter().copied();
            listed.filter(|column| column.shown(shows)).collect()
        }
        wanted => wanted.to_vec(),
    };
    let firm = |column: &UserColumn| {
        use UserColumn as C;
        !wanted.is_empty()
            || matches!(
                column,
                C::Id | C::Name | C::Email | C::Status | C::LastSignIn
            )
    };
    let columns: Vec<Column> = chosen
        .iter()
        .map(|column| match firm(column) {
            true => always(column.word()),
            false => roomy(column.word()),
        })
        .collect();
    Grid::of(&columns, rows, |row| {
        let cells = chosen.iter().map(|column| cell(row, *column, labels));
        cells.collect()
    })
}

fn cell(row: &UserRow, column: UserColumn, labels: &RoleLabels) -> Cell {
    match column {
        UserColumn::Id => Cell::text(row.id),
        UserColumn::Name => Cell::text(&row.name),
        UserColumn::Email => Cell::text(&row.email),
        UserColumn::Username => Cell::text(&row.username),
        UserColumn::Sid => Cell::text(&row.sid),
        UserColumn::UserType => Cell::text(&row.user_type),
        UserColumn::Roles => Cell::roles(labels, &row.tenant, &row.roles),
        UserColumn::Status => Cell::text(status(row)),
        UserColumn::Activated => Cell::text(match row.activated {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        }),
        UserColumn::Mfa => Cell::text(row.mfa),
        UserColumn::LastSignIn => Cell::Day(seen(row), "unknown"),
        UserColumn::Activity => Cell::Number(row.activity.iter().map(|n| u64::from(*n)).sum()),
        UserColumn::Team => Cell::text(&row.team),
        UserColumn::Flags => Cell::list(row.flags.iter().map(|f| f.word())),
        UserColumn::Tenant => Cell::text(&row.tenant),
        UserColumn::Seat => Cell::text(row.seat),
        UserColumn::Kind => Cell::text(row.kind),
    }
}

/// The last sign-in, with its day on the tenant's clock.
pub fn seen(row: &UserRow) -> Option<(Micros, Day)> {
    let zone = TimeZone::get(&row.tz).unwrap_or(TimeZone::UTC);
    row.last_sign_in.map(|at| (at, at.day_in(&zone)))
}

/// The decided state, and the observed one where it differs.
pub fn status(row: &UserRow) -> String {
    match row.observed {
        Some(observed) => format!("{} (vendor: {observed})", row.status),
        None => row.status.to_string(),
    }
}
