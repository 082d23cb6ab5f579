//! Microsoft Entra: the users download of the admin centre. It tells no last sign-in.

use super::row::{Cells, Spec, read};
use crate::domain::{Kind, PersonRow, Source, Status};
use crate::formats::columns::Slot;
use crate::formats::values::{Fault, Rules, boolean, names};
use std::borrow::Cow;

/// `userPrincipalName,displayName,surname,mail,givenName,objectId,userType,…`
pub const SPEC: Spec = Spec {
    name: "entra",
    columns: &[
        (Slot::Username, &["userprincipalname"]),
        (Slot::Email, &["mail"]),
        (Slot::FirstName, &["givenname"]),
        (Slot::LastName, &["surname"]),
        (Slot::DisplayName, &["displayname"]),
        (Slot::ExternalId, &["objectid", "id"]),
        (Slot::EmployeeId, &["employeeid"]),
        (Slot::Department, &["department"]),
        (Slot::Language, &["preferredlanguage"]),
        (Slot::Created, &["createddatetime"]),
        (Slot::UserType, &["usertype"]),
        (Slot::Enabled, &["accountenabled"]),
        (Slot::Invitation, &["invitationstate"]),
    ],
    needs: &[Slot::Username],
    signs: &[&["userprincipalname"]],
    email,
    status: (Status::from_word, "active, suspended"),
    told_by: Source::Entra,
    finish,
    ours: false,
    note: Some("this download tells no last sign-in; bring the sign-in log too"),
};

/// The mail address, or the principal name, which has the form of one. A guest without a mail address is named
/// `ana_corp.example#EXT#@tenant.example` after the address at home.
fn email<'a>(cells: &Cells<'a>) -> Cow<'a, str> {
    if let Some(mail) = cells.some(Slot::Email) {
        return Cow::Borrowed(mail);
    }
    let principal = cells.get(Slot::Username).unwrap_or_default();
    let home = principal
        .split_once("#EXT#@")
        .and_then(|(home, _)| home.rsplit_once('_'));
    match home {
        Some((local, domain)) => Cow::Owned(format!("{local}@{domain}")),
        None => Cow::Borrowed(principal),
    }
}

fn finish(cells: &Cells<'_>, _: &Rules, row: &mut PersonRow) -> Result<(), Fault> {
    let enabled = read(cells, Slot::Enabled, boolean)?;
    let waits = cells
        .some(Slot::Invitation)
        .is_some_and(|state| state.eq_ignore_ascii_case("PendingAcceptance"));
    row.status = row.status.or(match enabled {
        Some(true) if waits => Some(Status::Invited),
        Some(true) => Some(Status::Active),
        Some(false) => Some(Status::Suspended),
        None => None,
    });
    if row.status == Some(Status::Invited) {
        row.invited_at = row.created;
    }
    // A guest belongs to another organisation: no seat, never swept. A member may be a person or a program.
    let guest = cells
        .some(Slot::UserType)
        .is_some_and(|word| word.eq_ignore_ascii_case("Guest"));
    if guest && row.kind.is_none() {
        row.kind = Some(Kind::Outsider);
    }
    fill_names(cells, row);
    Ok(())
}

/// Takes the display name apart where neither first nor last name is told.
pub fn fill_names(cells: &Cells<'_>, row: &mut PersonRow) {
    let blank = |name: &Option<String>| name.as_deref().unwrap_or_default().is_empty();
    if let Some(whole) = cells.some(Slot::DisplayName)
        && blank(&row.first_name)
        && blank(&row.last_name)
    {
        let (first, last) = names(whole);
        row.first_name = Some(first);
        row.last_name = Some(last);
    }
}
