//! Opening, closing, scrolling and refilling the panes.

use crate::console::message::{Ask, Effect};
use crate::console::state::list::Motion;
use crate::console::state::{
    Screen, State, invitations, roles, runs, scopes, sweeps, tenants, users,
};
use crate::console::update::fetch;
use crate::console::view::{self, layout};
use rollcall_shared::domain::AccountRef;
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::identity::UserNamed;
use rollcall_shared::wire::role::RoleShow;
use rollcall_shared::wire::sweep::{RunNamed, SweepRequest};
use rollcall_shared::wire::user::UserShow;

/// Opens the pane of the row under the cursor; nothing happens without one.
pub fn open(state: &mut State) -> Vec<Effect> {
    match state.screen {
        Screen::Users => {
            let Some(row) = state.users.selected() else {
                return Vec::new();
            };
            state.users.pane = Some(user_pane(row.id));
        }
        Screen::Sweeps => {
            let Some(row) = state.sweeps.selected() else {
                return Vec::new();
            };
            let (tenant, sweep) = (row.tenant.clone(), row.sweep);
            state.sweeps.result = None;
            state.sweeps.pane = Some(sweeps::Pane {
                tenant,
                sweep,
                plan: None,
                failure: None,
                asked: None,
                scroll: 0,
            });
        }
        Screen::Runs => {
            let Some(run) = state.runs.under_cursor() else {
                return Vec::new();
            };
            state.runs.pane = Some(run_pane(run.id));
        }
        Screen::Tenants => {
            let at = usize::try_from(state.tenants.cursor.at).unwrap_or(usize::MAX);
            let Some(row) = state.tenant_rows().get(at) else {
                return Vec::new();
            };
            state.tenants.pane = Some(tenants::Pane {
                name: row.tenant.name.clone(),
                detail: None,
                failure: None,
                asked: None,
                scroll: 0,
            });
        }
        Screen::Roles => {
            let Some(role) = state.roles.roles().get(state.roles.column) else {
                return Vec::new();
            };
            state.roles.pane = Some(roles::Pane {
                role: role.id.clone(),
                detail: None,
                failure: None,
                asked: None,
                scroll: 0,
                holder: 0,
            });
        }
        Screen::Scopes => {
            let Some(row) = state.scopes.under_cursor() else {
                return Vec::new();
            };
            let id = row.node.id;
            state.scopes.pane = Some(scopes::Pane { id, scroll: 0 });
        }
        Screen::Invitations => {
            let Some(row) = state.invitations.under_cursor() else {
                return Vec::new();
            };
            let id = row.id;
            state.invitations.pane = Some(invitations::Pane {
                id,
                detail: None,
                failure: None,
                asked: None,
                scroll: 0,
            });
        }
    }
    fetch::reveal_all(state);
    let mut effects = refetch(state, true);
    effects.extend(fetch::if_uncovered(state));
    effects
}

/// An empty pane for an account.
pub fn user_pane(id: AccountRef) -> users::Pane {
    users::Pane {
        id,
        detail: None,
        failure: None,
        asked: None,
        scroll: 0,
    }
}

/// An empty pane for a run.
pub fn run_pane(id: rollcall_shared::domain::RunId) -> runs::Pane {
    runs::Pane {
        id,
        detail: None,
        failure: None,
        asked: None,
        scroll: 0,
    }
}

/// Closes the pane of the screen shown.
pub fn close(state: &mut State) -> Vec<Effect> {
    match state.screen {
        Screen::Users => state.users.pane = None,
        Screen::Sweeps => {
            state.sweeps.pane = None;
            state.sweeps.result = None;
        }
        Screen::Runs => state.runs.pane = None,
        Screen::Tenants => state.tenants.pane = None,
        Screen::Roles => state.roles.pane = None,
        Screen::Scopes => state.scopes.pane = None,
        Screen::Invitations => state.invitations.pane = None,
    }
    fetch::reveal_all(state);
    fetch::if_uncovered(state)
}

/// Whether an answer for a pane is on its way.
pub fn asked(state: &State) -> bool {
    let asked = match state.screen {
        Screen::Users => state.users.pane.as_ref().and_then(|p| p.asked),
        Screen::Sweeps => state.sweeps.pane.as_ref().and_then(|p| p.asked),
        Screen::Runs => state.runs.pane.as_ref().and_then(|p| p.asked),
        Screen::Tenants => state.tenants.pane.as_ref().and_then(|p| p.asked),
        Screen::Roles => state.roles.pane.as_ref().and_then(|p| p.asked),
        Screen::Invitations => state.invitations.pane.as_ref().and_then(|p| p.asked),
        Screen::Scopes => None,
    };
    asked.is_some()
}

/// Fills the pane of the screen shown anew.
pub fn refetch(state: &mut State, urgent: bool) -> Vec<Effect> {
    if !state.pane_open() {
        return Vec::new();
    }
    let ticket = state.ticket(urgent);
    let tenant = state.one_tenant();
    let ask = match state.screen {
        Screen::Users => state.users.pane.as_mut().map(|pane| {
            pane.asked = Some(ticket);
            Ask::User(UserShow {
                as_of: None,
                user: pane.id.to_string(),
                tenant: None,
            })
        }),
        Screen::Sweeps => state.sweeps.pane.as_mut().map(|pane| {
            pane.asked = Some(ticket);
            Ask::Plan(plan_request(pane))
        }),
        Screen::Runs => state.runs.pane.as_mut().map(|pane| {
            pane.asked = Some(ticket);
            Ask::Run(RunNamed {
                run: pane.id.to_string(),
            })
        }),
        Screen::Tenants => state.tenants.pane.as_mut().map(|pane| {
            pane.asked = Some(ticket);
            Ask::Tenant(TenantNamed {
                tenant: pane.name.clone(),
            })
        }),
        Screen::Roles => match (&mut state.roles.pane, tenant) {
            (Some(pane), Some(tenant)) => {
                pane.asked = Some(ticket);
                Some(Ask::Role(RoleShow {
                    tenant,
                    role: pane.role.clone(),
                }))
            }
            _ => None,
        },
        Screen::Invitations => state.invitations.pane.as_mut().map(|pane| {
            pane.asked = Some(ticket);
            Ask::Diagnose(UserNamed {
                user: pane.id.to_string(),
                tenant: None,
            })
        }),
        // The tree holds all there is to show of a scope.
        Screen::Scopes => None,
    };
    ask.map(|ask| Effect::Fetch(ticket, ask))
        .into_iter()
        .collect()
}

fn plan_request(pane: &sweeps::Pane) -> SweepRequest {
    SweepRequest {
        sweep: pane.sweep,
        tenant: Some(pane.tenant.clone()),
        at: None,
        plan: None,
    }
}

/// Scrolls the pane, never past its end.
pub fn scroll(state: &mut State, motion: Motion) {
    let (height, _) = layout::pane_lines(state);
    let lines = view::pane_length(state);
    let most = lines.saturating_sub(height);
    let (height, lines) = (height as u64, lines as u64);
    let Some(scroll) = scroll_of(state) else {
        return;
    };
    let to = motion.target(*scroll as u64, height, lines);
    *scroll = usize::try_from(to).unwrap_or(usize::MAX).min(most);
}

fn scroll_of(state: &mut State) -> Option<&mut usize> {
    match state.screen {
        Screen::Users => state.users.pane.as_mut().map(|p| &mut p.scroll),
        Screen::Sweeps => state.sweeps.pane.as_mut().map(|p| &mut p.scroll),
        Screen::Runs => state.runs.pane.as_mut().map(|p| &mut p.scroll),
        Screen::Tenants => state.tenants.pane.as_mut().map(|p| &mut p.scroll),
        Screen::Roles => state.roles.pane.as_mut().map(|p| &mut p.scroll),
        Screen::Scopes => state.scopes.pane.as_mut().map(|p| &mut p.scroll),
        Screen::Invitations => state.invitations.pane.as_mut().map(|p| &mut p.scroll),
    }
}
