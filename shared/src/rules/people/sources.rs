//! Whose file counts for what of an account: by the tenant's setting each field has one source (formats.md). A state
//! without a setting is of the source that set it, so that two that contradict each other do not overturn one another.

use super::Merge;
use crate::domain::{Account, Authority, Origin, Source, SourceField, Status};
use crate::rules::features::TENANT_SET;
use crate::rules::roles_edit::names;
use crate::text::fold;

/// The rule by which a difference is told and not taken.
const RULE: &str = "field-source";

impl Merge<'_> {
    /// Whose file counts for a field by setting, where that is another's than this one.
    pub(super) fn owner(&self, field: SourceField) -> Option<Source> {
        let owner = self.ctx.sources.get(&field).copied();
        owner.filter(|owner| *owner != self.ctx.source)
    }

    /// Whether this file is the one that counts for a field by setting.
    pub(super) fn counts(&self, field: SourceField) -> bool {
        self.ctx.sources.get(&field) == Some(&self.ctx.source)
    }

    /// Whether another's file counts for a field that this one tells otherwise, which is then reported.
    pub(super) fn not_ours(
        &mut self,
        field: SourceField,
        label: &str,
        told: &str,
        known: &str,
    ) -> bool {
        let Some(owner) = self.owner(field) else {
            return false;
        };
        let named = |text: &str| match text.is_empty() {
            true => "none".to_owned(),
            false => text.to_owned(),
        };
        self.conflicts.push(format!(
            "{label}: the file says {}, known is {}; {RULE}: by setting only {owner} tells it; mend it there, or change that with `rollcall {TENANT_SET} --source {field}={}`",
            named(told),
            named(known),
            self.ctx.source
        ));
        true
    }

    /// Where the power lies here: whether a state that this file tells otherwise is of another source, by setting or, where
    /// none was made, because that source's file set it.
    pub(super) fn states_differ(&mut self, account: &Account, told: Status) -> bool {
        let known = account.status.word();
        if self.not_ours(SourceField::Status, "status", told.word(), known) {
            return true;
        }
        let (source, teller) = (self.ctx.source, account.status_source);
        if self.counts(SourceField::Status)
            || account.status_by != Origin::Import
            || [Source::Nobody, source].contains(&teller)
        {
            return false;
        }
        self.conflicts.push(format!(
            "status: the file says {told}; {RULE}: {teller} told {known} on {}, and sources do not overturn each other; say whose word counts with `rollcall {TENANT_SET} --source status={teller}` or `status={source}`",
            account.status_since.day()
        ));
        true
    }

    /// What a vendor's file tells of a state, if it counts for it.
    pub(super) fn state_shown(&mut self, account: &Account) -> Option<Status> {
        let told = self.row.status?;
        let known = account.observed_status.unwrap_or(account.status);
        match self.owner(SourceField::Status) {
            None => Some(told),
            Some(_) => {
                if told != known {
                    self.not_ours(SourceField::Status, "status", told.word(), known.word());
                }
                None
            }
        }
    }

    /// The roles a row tells, if its file counts for them.
    pub(super) fn roles_told(
        &mut self,
        account: Option<&Account>,
        roles: Option<Vec<String>>,
    ) -> Option<Vec<String>> {
        let roles = roles?;
        if self.owner(SourceField::Roles).is_none() {
            return Some(roles);
        }
        let known = match (account, self.ctx.authority) {
            (None, _) => &[][..],
            (Some(account), Authority::Rollcall) => &account.assignments,
            (Some(account), Authority::Vendor) => account
                .observed_roles
                .as_ref()
                .unwrap_or(&account.assignments),
        };
        let told = self.placed(known, &roles);
        if told != known {
            self.not_ours(SourceField::Roles, "roles", &names(&told), &names(known));
        }
        None
    }

    /// Whether the team of somebody known is another source's to tell; a difference is reported.
    pub(super) fn team_elsewhere(&mut self) -> bool {
        if self.new || self.owner(SourceField::Team).is_none() {
            return false;
        }
        let (told, known) = (self.row.team.as_deref(), self.ctx.team_now);
        if let Some(told) = told.filter(|told| fold(told) != fold(known)) {
            self.not_ours(SourceField::Team, "team", told, known);
        }
        true
    }
}
