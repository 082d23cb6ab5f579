//! What a row of a people file touches beside the account: where its roles are held, duties that stay apart, and teams
//! that follow.

use super::batch::Batch;
use crate::writer::Draft;
use rollcall_shared::domain::{
    Account, AccountId, Authority, Entry, Fact, Group, GroupId, Record, RecordKind, ScopeId,
};
use rollcall_shared::rules::people::Merged;
use rollcall_shared::rules::rights::Setting;
use rollcall_shared::rules::{Refusal, conflicts, giving, groups, roles_edit};

impl Batch<'_> {
    /// Where the power lies here a file decides. A decision gives a role only where it may be held, no more rights than
    /// a member who brings the file has, and keeps duties apart; what a vendor shows is recorded.
    pub(super) fn duties(
        &self,
        draft: &Draft<'_>,
        existing: Option<&Account>,
        merged: &Merged,
    ) -> Result<(), Refusal> {
        let (Merged::Added { account: after, .. } | Merged::Changed { after, .. }) = merged else {
            return Ok(());
        };
        if self.view.tenant.authority == Authority::Vendor {
            return Ok(());
        }
        let held = existing.map_or(&[][..], |account| &account.assignments);
        if after.assignments.len() > 1 && held != after.assignments {
            roles_edit::one_role(&after.assignments, &self.view.catalog)?;
        }
        for new in after.assignments.iter().filter(|a| !held.contains(a)) {
            roles_edit::may_hold(new, &self.view.catalog, self.places.nodes())?;
        }
        if let Some(member) = &self.member {
            // Scopes that this file makes are known to it already.
            let setting = Setting {
                scopes: self.places.nodes(),
                ..self.view.setting()
            };
            roles_edit::not_by_edit(held, &after.assignments, &self.view.catalog)?;
            giving::raise(&setting, &member.assignments, held, &after.assignments)?;
        }
        if self.rules.is_empty() {
            return Ok(());
        }
        let blank = Account::new(after.id, "", draft.now);
        conflicts::check(
            &self.rules,
            &|rule| self.view.exception(rule, after.id).cloned(),
            self.places.nodes(),
            existing.unwrap_or(&blank),
            &after.assignments,
            draft.now,
        )
    }

    /// Teams are groups too: their members follow the main team.
    pub(super) fn follow_team(
        &mut self,
        id: AccountId,
        old: Option<ScopeId>,
        new: Option<ScopeId>,
    ) {
        if old == new {
            return;
        }
        for scope in [old, new].into_iter().flatten() {
            self.moves.entry(scope).or_default().push((id, old, new));
        }
    }

    /// The entries of the teams whose members changed, and of those whose scope this batch makes.
    pub(super) fn team_entries(&self) -> Vec<Entry> {
        let next = GroupId(self.view.next_number(RecordKind::Group));
        let made = self.places.made();
        let mut teams = groups::of_scopes(&self.view.catalog, next, made, self.view.groups());
        for group in &mut teams {
            let (joined, _) = self.moved(group);
            group.members.extend(joined);
        }
        let made = teams.into_iter().map(|group| Fact::Record {
            old: None,
            new: Some(Box::new(Record::Group(group))),
        });
        let standing = self.view.groups().filter_map(|group| {
            let (joined, left) = self.moved(group);
            (!joined.is_empty() || !left.is_empty()).then_some(Fact::Members {
                group: group.id,
                joined,
                left,
            })
        });
        made.chain(standing).map(Entry::plain).collect()
    }

    /// Who joins a group and who leaves it, for their main team changed.
    fn moved(&self, group: &Group) -> (Vec<AccountId>, Vec<AccountId>) {
        let moves = self.moves.get(&group.scope).into_iter().flatten();
        groups::moved(group, moves.map(|(id, _, new)| (*id, *new)))
    }
}
