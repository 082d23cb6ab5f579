//! Where the caller stands: which tenant, which screens, and what they may do there.

use super::{Screen, State};
use crate::console::command::Command;
use crate::console::state::bulk::Kind;
use rollcall_shared::domain::Status;
use rollcall_shared::rules::lifecycle::Cause;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::admin::{Causes, Standing, TenantRow};
use rollcall_shared::wire::user::{RoleLabels, Shows};

impl State {
    /// The tenants in which the caller is a member only.
    pub fn standings(&self) -> &[Standing] {
        self.status.as_ref().map_or(&[], |s| &s.standings)
    }

    /// What the caller may do in the tenant looked at, where they are a member of it only.
    pub fn standing(&self) -> Option<&Standing> {
        let tenant = self.one_tenant()?;
        self.standing_in(&tenant)
    }

    fn standing_in(&self, tenant: &str) -> Option<&Standing> {
        self.standings().iter().find(|s| s.tenant == tenant)
    }

    fn row_of(&self, tenant: &str) -> Option<&TenantRow> {
        let mut rows = self.tenant_rows().iter();
        rows.find(|row| row.tenant.name == tenant)
    }

    /// Whether a verb may be used in the tenant looked at, as far as is known: of members their roles say it, what
    /// operators may do the daemon says when it is asked.
    pub fn may(&self, verb: Verb) -> bool {
        let standing = self.standing();
        standing.is_none_or(|s| s.verbs.iter().any(|name| name == verb.name()))
    }

    /// Whether a command is offered to the caller at all.
    pub fn offers(&self, command: Command) -> bool {
        match command {
            Command::Actions => {
                let mut each = Command::ACTIONS.into_iter();
                each.any(|one| self.offers(one))
                    || Kind::ALL.into_iter().any(|kind| self.may(kind.verb()))
            }
            Command::Open if !self.pane_open() => self.may(match self.screen {
                Screen::Users => Verb::UserShow,
                Screen::Sweeps => Verb::SweepPlan,
                Screen::Runs => Verb::RunShow,
                Screen::Tenants => Verb::TenantShow,
                Screen::Roles => Verb::RoleShow,
                Screen::Scopes => Verb::ScopeList,
                Screen::Invitations => Verb::Diagnose,
            }),
            _ => command.verb().is_none_or(|verb| self.may(verb)),
        }
    }

    /// The one tenant that roles and scopes are shown of: the one looked at, or the only one there is.
    pub fn one_tenant(&self) -> Option<String> {
        match (&self.tenant, self.tenant_rows(), self.standings()) {
            (Some(tenant), ..) => Some(tenant.clone()),
            (None, [only], _) => Some(only.tenant.name.clone()),
            (None, [], [only]) => Some(only.tenant.clone()),
            _ => None,
        }
    }

    /// The screens that can be gone to: all but those that may not be seen.
    pub fn screens(&self) -> impl Iterator<Item = Screen> {
        let hidden = self.users.denied.is_some();
        Screen::ALL.into_iter().filter(move |screen| {
            let open = screen.command().verb().is_none_or(|verb| self.may(verb));
            open && (!hidden || *screen != Screen::Users)
        })
    }

    /// What a tenant shows of its accounts, and whether it deletes any; none where that was not told.
    pub fn shows_of(&self, tenant: &str) -> Option<Shows> {
        let row = self.row_of(tenant).map(|row| row.shows);
        row.or_else(|| Some(self.standing_in(tenant)?.shows))
    }

    /// Whether a cause changes the state of an account of a tenant, by the table the daemon told; what was not told is
    /// left to the daemon.
    pub fn leads(&self, tenant: &str, from: Status, cause: Cause) -> bool {
        let row = self.row_of(tenant).map(|row| &row.causes);
        let told: Option<&Causes> = row.or_else(|| Some(&self.standing_in(tenant)?.causes));
        told.is_none_or(|causes| {
            let here = causes.get(&from);
            here.is_some_and(|words| words.iter().any(|word| word == cause.word()))
        })
    }

    /// The time zone of a tenant; UTC when it is not known.
    pub fn zone_of(&self, tenant: &str) -> String {
        let row = self.row_of(tenant).map(|row| row.tenant.tz.as_str());
        let tz = row.or_else(|| Some(self.standing_in(tenant)?.tz.as_str()));
        tz.unwrap_or("UTC").to_owned()
    }

    /// Notes what roles are called.
    pub fn learn_labels(&mut self, labels: RoleLabels) {
        for (tenant, of) in labels {
            self.labels.entry(tenant).or_default().extend(of);
        }
    }

    /// As [`called`], by what was told so far.
    pub fn role_words(&self, tenant: &str, roles: &[String]) -> String {
        called(&self.labels, tenant, roles)
    }

    /// As [`State::role_words`], of one.
    pub fn role_word(&self, tenant: &str, role: &str) -> String {
        one_called(&self.labels, tenant, role)
    }

    /// What a role is called in the tenant looked at, or in the first that has it.
    pub fn role_label(&self, id: &str) -> String {
        if let Some(tenant) = self.one_tenant() {
            return self.role_word(&tenant, id);
        }
        let found = self.labels.values().find_map(|of| of.get(id));
        found.map_or_else(|| id.to_owned(), String::clone)
    }
}

/// Roles of a tenant, `ROLE` or `ROLE@PATH`, by what they are called; by identifier where that was not told.
pub fn called(labels: &RoleLabels, tenant: &str, roles: &[String]) -> String {
    let words = roles.iter().map(|role| one_called(labels, tenant, role));
    words.collect::<Vec<_>>().join(", ")
}

fn one_called(labels: &RoleLabels, tenant: &str, role: &str) -> String {
    let (id, path) = match role.split_once('@') {
        Some((id, path)) => (id, Some(path)),
        None => (role, None),
    };
    let label = labels.get(tenant).and_then(|of| of.get(id));
    let label = label.map_or(id, String::as_str);
    match path {
        Some(path) => format!("{label} @{path}"),
        None => label.to_owned(),
    }
}
