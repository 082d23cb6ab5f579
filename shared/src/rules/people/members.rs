//! What a member of the tenant may bring by a file. It is a decision of theirs, never what a vendor shows.

use super::{Merge, decided};
use crate::domain::{Account, Authority, Field, Kind};
use crate::rules::{Refusal, orders};

impl Merge<'_> {
    /// A new account of a member's file: at a vendor it would be one that the vendor has not shown.
    pub(super) fn new_by_member(&self, account: &Account) -> Result<(), Refusal> {
        match (self.ctx.by_member, self.ctx.authority) {
            (false, _) => Ok(()),
            (true, Authority::Vendor) => Err(operators(
                "a new account",
                "invite the person with `rollcall user invite`",
            )),
            (true, Authority::Rollcall) => program(Kind::Person, account.kind),
        }
    }

    /// What a member's file would make of an account; `roles` are those the row names.
    pub(super) fn by_member(
        &self,
        account: &Account,
        after: &Account,
        roles: Option<&[String]>,
    ) -> Result<(), Refusal> {
        if !self.ctx.by_member {
            return Ok(());
        }
        if self.ctx.authority == Authority::Rollcall {
            return program(account.kind, after.kind);
        }
        let status = self.row.status.map(decided);
        let roles = roles.map(|roles| self.placed(&account.assignments, roles));
        let field = if status.is_some_and(|told| told != account.status) {
            Some(Field::Status)
        } else if roles.is_some_and(|told| told != account.assignments) {
            Some(Field::Roles)
        } else {
            let mut changes = account.changes_to(after).into_iter().map(|c| c.field);
            let theirs = [Field::Kind, Field::Team];
            changes.find(|field| theirs.contains(field) || orders::identity(*field))
        };
        match field {
            None => Ok(()),
            Some(field) => Err(operators(
                &format!("another {}", field.label()),
                "decide it with `rollcall user`, which orders it from the vendor",
            )),
        }
    }
}

/// No sweep looks at a program: a member does not make one of anybody.
fn program(before: Kind, after: Kind) -> Result<(), Refusal> {
    if after != Kind::Service || before == Kind::Service {
        return Ok(());
    }
    Err(Refusal::new(
        "kind",
        "no member of the tenant calls an account a service account: no sweep looks at those",
        "an operator's file may; leave the column kind out",
    ))
}

fn operators(what: &str, decide: &str) -> Refusal {
    Refusal::new(
        "members-file",
        format!(
            "the row shows {what}; what stands at the vendor is not taken from a member of the tenant"
        ),
        format!(
            "{decide}; or let an operator bring the vendor's export: an operator's file shows it"
        ),
    )
}
