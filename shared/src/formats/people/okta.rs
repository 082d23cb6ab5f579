//! Okta: users as JSON (an array, or one a line), and the user import CSV.

use super::row::{CLEARABLE, CLEARED, Cells, Spec, email_cell, last_sign_in, nothing_more, person};
use crate::domain::{PersonRow, Source, Status, Told};
use crate::formats::columns::Slot;
use crate::formats::json::{self, Text};
use crate::formats::values::{Fault, Rules};
use serde::Deserialize;
use std::borrow::Cow;

/// The name of users as JSON.
pub const JSON: &str = "okta";

/// What an admin should know of it.
pub const NOTE: &str = "last sign-ins are those at Okta, not those at the signing application";

/// The user import CSV. It tells no state and no last sign-in.
pub const CSV: Spec = Spec {
    name: "okta-csv",
    columns: &[
        (Slot::Username, &["login"]),
        (Slot::FirstName, &["firstname"]),
        (Slot::LastName, &["lastname"]),
        (Slot::Email, &["email"]),
        (Slot::EmployeeId, &["employeenumber"]),
        (Slot::Department, &["department"]),
        (Slot::Language, &["preferredlanguage"]),
    ],
    needs: &[Slot::Username, Slot::FirstName, Slot::LastName, Slot::Email],
    signs: &[&["login"], &["firstname"], &["lastname"]],
    email: email_or_login,
    status: (status, STATUSES),
    told_by: Source::Okta,
    finish: nothing_more,
    ours: false,
    note: None,
};

const STATUSES: &str =
    "STAGED, PROVISIONED, ACTIVE, RECOVERY, PASSWORD_EXPIRED, LOCKED_OUT, SUSPENDED, DEPROVISIONED";

/// The address, or the login, which has the form of one.
fn email_or_login<'a>(cells: &Cells<'a>) -> Cow<'a, str> {
    match cells.some(Slot::Email) {
        Some(_) => email_cell(cells),
        None => Cow::Borrowed(cells.get(Slot::Username).unwrap_or_default()),
    }
}

fn status(word: &str) -> Option<Status> {
    match word.to_ascii_uppercase().as_str() {
        "STAGED" | "PROVISIONED" => Some(Status::Invited),
        // Locked out, in recovery or with an expired password, the account is still in use.
        "ACTIVE" | "RECOVERY" | "PASSWORD_EXPIRED" | "LOCKED_OUT" => Some(Status::Active),
        "SUSPENDED" => Some(Status::Suspended),
        "DEPROVISIONED" => Some(Status::Deactivated),
        _ => None,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    status: Text<'a>,
    #[serde(borrow, default)]
    created: Text<'a>,
    #[serde(borrow, default)]
    activated: Text<'a>,
    /// `null` says that there never was one.
    #[serde(borrow, default = "not_told")]
    last_login: Text<'a>,
    #[serde(borrow)]
    profile: Profile<'a>,
}

fn not_told<'a>() -> Text<'a> {
    Text::from("")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile<'a> {
    #[serde(borrow, default)]
    login: Text<'a>,
    #[serde(borrow, default)]
    email: Text<'a>,
    #[serde(borrow, default)]
    first_name: Text<'a>,
    #[serde(borrow, default)]
    last_name: Text<'a>,
    #[serde(borrow, default)]
    employee_number: Text<'a>,
    #[serde(borrow, default)]
    department: Text<'a>,
    #[serde(borrow, default)]
    preferred_language: Text<'a>,
    #[serde(borrow, default)]
    manager: Text<'a>,
}

/// What a user tells, under our own names.
pub const SAID: &[Slot] = &[
    Slot::Email,
    Slot::FirstName,
    Slot::LastName,
    Slot::Status,
    Slot::LastLogin,
    Slot::Created,
    Slot::Invited,
    Slot::Language,
    Slot::Username,
    Slot::ExternalId,
    Slot::EmployeeId,
    Slot::Manager,
    Slot::Department,
];

impl<'a> User<'a> {
    /// The values that have a column of our own, except the last sign-in and the invitation.
    fn told(&self) -> Vec<(Slot, &Text<'a>)> {
        let profile = &self.profile;
        let mut told = vec![
            (Slot::ExternalId, &self.id),
            (Slot::Status, &self.status),
            (Slot::Created, &self.created),
            (Slot::Username, &profile.login),
            (Slot::Email, &profile.email),
            (Slot::FirstName, &profile.first_name),
            (Slot::LastName, &profile.last_name),
            (Slot::EmployeeId, &profile.employee_number),
            (Slot::Department, &profile.department),
            (Slot::Language, &profile.preferred_language),
        ];
        // The manager is free text there: a name as often as an address.
        if profile.manager.get().contains('@') {
            told.push((Slot::Manager, &profile.manager));
        }
        told.retain(|(_, text)| !text.is_null());
        told
    }
}

/// The values of a user as they stand there, in the words of our own format where those are understood; none when it
/// is no user at all.
pub fn values(bytes: &[u8]) -> Option<Vec<(Slot, String)>> {
    let user: User<'_> = json::parse(bytes).ok()?;
    let told = user.told().into_iter();
    let mut values: Vec<(Slot, String)> = told
        .map(|(slot, text)| match (slot, status(text.get())) {
            (Slot::Status, Some(status)) => (slot, status.to_string()),
            // A blank says there is none; in a file of our own it says nothing.
            _ if text.get().is_empty() && CLEARABLE.contains(&slot) => (slot, CLEARED.to_owned()),
            _ => (slot, text.get().to_owned()),
        })
        .collect();
    // What has no address is known by its login.
    if user.profile.email.some().is_none() {
        values.retain(|(slot, _)| *slot != Slot::Email);
        values.push((Slot::Email, user.profile.login.get().to_owned()));
    }
    match user.last_login.is_null() {
        true => values.push((Slot::LastLogin, "never".to_owned())),
        false => values.push((Slot::LastLogin, user.last_login.get().to_owned())),
    }
    if status(user.status.get()) == Some(Status::Invited) {
        let invited = user.activated.some().unwrap_or(user.created.get());
        values.push((Slot::Invited, invited.to_owned()));
    }
    Some(values)
}

/// Reads one user.
pub fn read(bytes: &[u8], rules: &Rules) -> Result<PersonRow, Fault> {
    let user: User<'_> = json::parse(bytes)?;
    let mut cells = Cells::default();
    for (slot, text) in user.told() {
        cells.set(slot, text.get());
    }
    let mut row = person(&CSV, &cells, rules)?;
    let fault = |slot: Slot| {
        move |reason| Fault {
            field: slot.name(),
            reason,
        }
    };
    row.last_sign_in = match user.last_login.some() {
        Some(at) => Some(last_sign_in(at, rules).map_err(fault(Slot::LastLogin))?),
        None if user.last_login.is_null() => Some(Told::Never),
        None => None,
    };
    if row.status == Some(Status::Invited) {
        // The activation mail went out when the user was activated; a staged one waits since creation.
        row.invited_at = match user.activated.some() {
            Some(at) => {
                Some(crate::formats::values::instant(at, rules).map_err(fault(Slot::Invited))?)
            }
            None => row.created,
        };
    }
    Ok(row)
}
