//! Who holds the offices of a tenant, and who must stay while several leave.

use super::tenant::TenantView;
use crate::domain::{Account, AccountId, Assignment, Status};
use crate::rules::Refusal;
use crate::rules::office::{Holders, Office};
use crate::rules::roles_edit::keep_admin;

impl TenantView {
    /// The owner's office under the catalog and the scopes as they are.
    pub fn owner_office(&self) -> Office<'_> {
        Office::owner(&self.catalog, &self.scopes)
    }

    /// The administrators' office.
    pub fn admin_office(&self) -> Office<'_> {
        Office::admin(&self.catalog, &self.scopes)
    }

    /// Who holds the owner's office.
    pub fn owner_holders(&self) -> Holders {
        let office = self.owner_office();
        let mut holders = Holders::default();
        for account in self.owners() {
            if let Some(facts) = self.facts(account) {
                holders.add(&office, facts.status, self.roles_of(account));
            }
        }
        holders
    }

    /// Who holds the administrators' office; looks at everybody where the catalog has one.
    pub fn admin_holders(&self) -> Holders {
        let office = self.admin_office();
        let mut holders = Holders::default();
        if !office.roles().is_empty() {
            let held = |roles: &[Assignment]| {
                let mut each = roles.iter();
                each.any(|a| office.roles().contains(&a.role))
            };
            self.scan_holders(held, |status, roles| holders.add(&office, status, roles));
        }
        holders
    }
}

/// Decisions on several accounts, one after the other: the last who can administer a place stays.
#[derive(Debug)]
pub struct Staying<'v> {
    view: &'v TenantView,
    admins: Option<Holders>,
}

impl<'v> Staying<'v> {
    /// Nobody has changed yet.
    pub fn new(view: &'v TenantView) -> Self {
        let admins = None;
        Staying { view, admins }
    }

    /// Lets an account lose all access, unless it must stay.
    ///
    /// # Errors
    /// Rule `last-admin`.
    pub fn go(&mut self, account: AccountId) -> Result<(), Refusal> {
        let roles = self.view.roles_of(account);
        // Most hold no such role, and need not be read whole.
        if !self.concerns(roles) {
            return Ok(());
        }
        match self.view.account(account) {
            Some(before) if before.status == Status::Active => {
                self.follow(Some(&before), Status::Suspended, roles)
            }
            _ => Ok(()),
        }
    }

    /// Lets an account be as it is after a decision, unless it must stay as it was.
    ///
    /// # Errors
    /// Rule `last-admin`.
    pub fn follow(
        &mut self,
        before: Option<&Account>,
        status: Status,
        roles: &[Assignment],
    ) -> Result<(), Refusal> {
        let was = before.is_some_and(|b| self.concerns(&b.assignments));
        if !was && !self.concerns(roles) {
            return Ok(());
        }
        let view = self.view;
        let admins = self.admins.get_or_insert_with(|| view.admin_holders());
        let office = view.admin_office();
        if let Some(before) = before {
            let left: &[Assignment] = match status {
                Status::Active => roles,
                _ => &[],
            };
            keep_admin(before, left, &office, || admins.clone())?;
            admins.remove(&office, before.status, &before.assignments);
        }
        admins.add(&office, status, roles);
        Ok(())
    }

    fn concerns(&self, roles: &[Assignment]) -> bool {
        let admins = &self.view.catalog.constraints.admins;
        roles.iter().any(|a| admins.contains(&a.role))
    }
}
