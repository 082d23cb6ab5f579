//! DocuSign: the bulk user CSV in its present, API and older forms.

use super::entra::fill_names;
use super::row::{Cells, Spec, email_cell};
use crate::domain::{PersonRow, Source, Status};
use crate::formats::columns::Slot;
use crate::formats::values::{Fault, Rules};

/// `AccountID,UserName,UserEmail,PermissionSet`; `UserName,UserEmail,eSignPermissionProfile`;
/// `User Name,User Email,User Title,Group,Permission Profile`.
pub const SPEC: Spec = Spec {
    name: "docusign",
    columns: &[
        (Slot::Email, &["useremail", "user_email"]),
        (Slot::DisplayName, &["username", "user_name"]),
        (Slot::FirstName, &["firstname"]),
        (Slot::LastName, &["lastname"]),
        (Slot::Account, &["accountid"]),
        (
            Slot::Roles,
            &[
                "permissionset",
                "esignpermissionprofile",
                "permission_profile",
            ],
        ),
    ],
    needs: &[Slot::Email],
    signs: &[&["useremail", "user_email"]],
    email: email_cell,
    status: (Status::from_word, "active, suspended"),
    told_by: Source::Vendor,
    finish,
    ours: false,
    note: None,
};

fn finish(cells: &Cells<'_>, _: &Rules, row: &mut PersonRow) -> Result<(), Fault> {
    fill_names(cells, row);
    Ok(())
}
