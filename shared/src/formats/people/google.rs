//! Google Workspace: the users download of the admin console.

use super::row::{Cells, Spec, email_cell, read};
use crate::domain::{Mfa, PersonRow, Source, Status};
use crate::formats::columns::Slot;
use crate::formats::values::{Fault, Rules, boolean};

/// `First Name [Required],Last Name [Required],Email Address [Required],Password [Required],…`
pub const SPEC: Spec = Spec {
    name: "google",
    columns: &[
        (Slot::Email, &["email_address"]),
        (Slot::FirstName, &["first_name"]),
        (Slot::LastName, &["last_name"]),
        (Slot::Status, &["status"]),
        (Slot::LastLogin, &["last_sign_in"]),
        (Slot::EmployeeId, &["employee_id"]),
        (Slot::Manager, &["manager_email"]),
        (Slot::Department, &["department"]),
        (Slot::Enrolled, &["2sv_enrolled"]),
        (Slot::Enforced, &["2sv_enforced"]),
    ],
    needs: &[Slot::Email],
    signs: &[
        &["email_address"],
        &["org_unit_path", "last_sign_in", "2sv_enrolled"],
    ],
    email: email_cell,
    status: (status, "Active, Suspended, Archived"),
    told_by: Source::Google,
    finish,
    ours: false,
    note: Some(
        "last sign-ins are those at Google, not those at the signing application; they carry no zone",
    ),
};

fn status(word: &str) -> Option<Status> {
    match word.to_ascii_lowercase().as_str() {
        "active" => Some(Status::Active),
        "suspended" => Some(Status::Suspended),
        // An archived user keeps the data and cannot sign in.
        "archived" => Some(Status::Deactivated),
        _ => None,
    }
}

fn finish(cells: &Cells<'_>, _: &Rules, row: &mut PersonRow) -> Result<(), Fault> {
    let enrolled = read(cells, Slot::Enrolled, boolean)?;
    let enforced = read(cells, Slot::Enforced, boolean)?;
    // That it is not enforced says nothing of whether one is enrolled.
    let told = match (enrolled, enforced) {
        (_, Some(true)) => Some(Mfa::Enforced),
        (Some(true), _) => Some(Mfa::Enrolled),
        (Some(false), _) => Some(Mfa::None),
        (None, _) => None,
    };
    if row.mfa.is_none() {
        row.mfa = told;
        row.mfa_source = told.map(|_| Source::Google);
    }
    Ok(())
}
