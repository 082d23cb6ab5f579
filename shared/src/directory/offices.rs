//! Who holds the offices of a tenant, and who must stay while several leave.

use super::tenant::TenantView;
use crate::domain::{Account, AccountId, Action, ActionKind, Assignment, Status};
use crate::rules::office::{Holders, Office};
use crate::rules::roles_edit::keep_admin;
use crate::rules::{Refusal, owner};

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

/// Decisions on several accounts, one after the other: the last owner and the last administrator of a place stay.
#[derive(Debug)]
pub struct Staying<'v> {
    view: &'v TenantView,
    /// Who holds the offices as they are after what was let through; none while nobody was concerned.
    owners: Option<Holders>,
    admins: Option<Holders>,
}

impl<'v> Staying<'v> {
    /// Nobody has changed yet.
    pub fn new(view: &'v TenantView) -> Self {
        Staying {
            view,
            owners: None,
            admins: None,
        }
    }

    /// Lets a sweep do this, unless the account must stay as it is.
    ///
    /// # Errors
    /// Rules `owner-holder`, `usable-owner`, `last-admin`.
    pub fn act(&mut self, action: &Action) -> Result<(), Refusal> {
        match action.leaves() {
            Some(status) => self.go(action.account, status),
            // Of what will not be done nobody is warned.
            None if action.kind == ActionKind::Warn => self.may_go(action.account),
            None => Ok(()),
        }
    }

    /// Whether an account may lose its access, as the others are now.
    ///
    /// # Errors
    /// Rules `owner-holder`, `usable-owner`, `last-admin`.
    pub fn may_go(&mut self, account: AccountId) -> Result<(), Refusal> {
        self.leave(account, Status::Suspended, false)
    }

    /// Lets an account go into a state in which it has no access, unless it must stay.
    ///
    /// # Errors
    /// Rules `owner-holder`, `usable-owner`, `last-admin`.
    pub fn go(&mut self, account: AccountId, status: Status) -> Result<(), Refusal> {
        self.leave(account, status, true)
    }

    fn leave(&mut self, account: AccountId, status: Status, counts: bool) -> Result<(), Refusal> {
        let roles = self.view.roles_of(account);
        // Most hold no such role, and need not be read whole.
        if !self.owns(roles) && !self.administers(roles) {
            return Ok(());
        }
        match self.view.account(account) {
            Some(before) => self.step(Some(&before), status, roles, counts),
            None => Ok(()),
        }
    }

    /// Lets an account be as it is after a decision, unless it must stay as it was.
    ///
    /// # Errors
    /// Rules `owner-holder`, `usable-owner`, `last-admin`.
    pub fn follow(
        &mut self,
        before: Option<&Account>,
        status: Status,
        roles: &[Assignment],
    ) -> Result<(), Refusal> {
        self.step(before, status, roles, true)
    }

    /// Judges a decision, and lets it count for those that follow.
    fn step(
        &mut self,
        before: Option<&Account>,
        status: Status,
        roles: &[Assignment],
        counts: bool,
    ) -> Result<(), Refusal> {
        let view = self.view;
        let had = before.map_or(&[][..], |b| &b.assignments);
        let owning = self.owns(had) || self.owns(roles);
        let administering = self.administers(had) || self.administers(roles);
        let Staying { owners, admins, .. } = self;
        let owners = owning.then(|| {
            let holders = || view.owner_holders();
            (view.owner_office(), owners.get_or_insert_with(holders))
        });
        if let (Some((office, owners)), Some(before)) = (&owners, before) {
            let all = (&**owners, office);
            let (catalog, state) = (&view.catalog, view.tenant.state);
            owner::stays(before, (status, roles), all, catalog, state)?;
        }
        let admins = administering.then(|| {
            let holders = || view.admin_holders();
            (view.admin_office(), admins.get_or_insert_with(holders))
        });
        if let (Some((office, admins)), Some(before)) = (&admins, before) {
            let left: &[Assignment] = match status {
                Status::Active => roles,
                _ => &[],
            };
            keep_admin(before, left, office, || (**admins).clone())?;
        }
        if !counts {
            return Ok(());
        }
        for (office, holders) in owners.into_iter().chain(admins) {
            if let Some(before) = before {
                holders.remove(&office, before.status, had);
            }
            holders.add(&office, status, roles);
        }
        Ok(())
    }

    fn owns(&self, roles: &[Assignment]) -> bool {
        self.view.catalog.any_owner(roles)
    }

    fn administers(&self, roles: &[Assignment]) -> bool {
        let admins = &self.view.catalog.constraints.admins;
        roles.iter().any(|a| admins.contains(&a.role))
    }
}
