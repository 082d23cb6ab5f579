//! Roles for a member whose own lie below the root: those that they can give in their part of the tenant or that are held
//! there, counted there alone.

use super::super::Ask;
use super::super::ask::Who;
use super::list::{COUNTS, form, row};
use rollcall_shared::catalog::Role;
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{Assignment, ScopeId, ScopeKind};
use rollcall_shared::rules::part::gives_somewhere;
use rollcall_shared::rules::scopes;
use rollcall_shared::wire::identity::InviteForm;
use rollcall_shared::wire::role::RoleRow;
use rollcall_shared::wire::{Failure, Verb};
use std::collections::{BTreeMap, BTreeSet};

/// The part of a tenant in which somebody asks about roles.
pub(super) struct Part<'a> {
    /// The scopes of it.
    pub scopes: BTreeSet<ScopeId>,
    state: &'a State,
    view: &'a TenantView,
    who: Who,
    own: Vec<Assignment>,
    holders: BTreeMap<String, u64>,
}

impl<'a> Part<'a> {
    pub(super) fn of(
        ask: &Ask<'_>,
        state: &'a State,
        verb: Verb,
        view: &'a TenantView,
        scopes: BTreeSet<ScopeId>,
    ) -> Self {
        let who = ask.who(state, verb, &view.tenant.name);
        let own = who.account(state).and_then(|id| view.account(id));
        let mut holders: BTreeMap<String, u64> = BTreeMap::new();
        view.scan_held(|facts, roles| {
            if !COUNTS.contains(&facts.status) {
                return;
            }
            let inside = roles.iter().filter(|at| scopes.contains(&at.scope));
            for role in inside.map(|at| &at.role).collect::<BTreeSet<_>>() {
                *holders.entry(role.clone()).or_default() += 1;
            }
        });
        Part {
            scopes,
            state,
            view,
            who,
            own: own.map(|own| own.assignments).unwrap_or_default(),
            holders,
        }
    }

    /// The roles that can be given at the scope of a path, or anywhere in the part, and those held in it.
    pub(super) fn rows(&self, path: Option<&str>) -> Result<Vec<RoleRow>, Failure> {
        let here = match path {
            None => self.scopes.clone(),
            Some(path) => {
                let found = scopes::find(&self.who.scopes(self.view), path);
                let inside = found.filter(|at| self.scopes.contains(at));
                let Some(at) = inside else {
                    return Err(self.outside());
                };
                [at].into()
            }
        };
        let roles = self.view.catalog.listed();
        Ok(roles.filter_map(|role| self.row(role, &here)).collect())
    }

    /// A role that is told of in the part, with its row; any other is as one that there is none of.
    pub(super) fn known(&self, role: Option<&'a Role>) -> Result<(&'a Role, RoleRow), Failure> {
        let told = role.filter(|role| !role.hidden);
        let told = told.and_then(|role| Some((role, self.row(role, &self.scopes)?)));
        told.ok_or_else(|| self.outside())
    }

    /// What an invitation into the part may say.
    pub(super) fn form(&self) -> InviteForm {
        let whole = form(self.view);
        let teams = self
            .view
            .scopes
            .iter()
            .filter(|node| node.kind == ScopeKind::Team && self.scopes.contains(&node.id));
        InviteForm {
            teams: whole
                .teams
                .map(|_| teams.map(|node| node.name.clone()).collect()),
            // How full the whole tenant is is not told.
            free: None,
            ..whole
        }
    }

    fn row(&self, role: &Role, here: &BTreeSet<ScopeId>) -> Option<RoleRow> {
        let given = gives_somewhere(&self.view.setting(), &self.own, &role.id, here);
        if given.is_err() && !self.holders.contains_key(&role.id) {
            return None;
        }
        let mut row = row(self.view, role, &self.holders, given);
        let offered = role.custom.as_ref().and_then(|c| c.offered.as_ref());
        let inside = offered.into_iter().flatten();
        row.offered = inside
            .filter(|at| self.scopes.contains(at))
            .map(|at| scopes::address(&self.view.scopes, *at))
            .collect();
        Some(row)
    }

    fn outside(&self) -> Failure {
        let told = self.who.touches(self.state, &[]);
        told.err().unwrap_or_else(|| {
            let look = "see the roles of your part with `rollcall role list`";
            Failure::missing("role", "there is nothing of that name here", look)
        })
    }
}
