//! Opening, closing, scrolling and refilling the panes.

use crate::console::message::{Ask, Effect};
use crate::console::state::list::Motion;
use crate::console::state::{Screen, State, runs, sweeps, tenants, users};
use crate::console::update::fetch;
use crate::console::view::{self, layout};
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::sweep::{RunNamed, SweepRequest};
use rollcall_shared::wire::user::UserShow;

/// Opens the pane of the row under the cursor; nothing happens without one.
pub fn open(state: &mut State) -> Vec<Effect> {
    match state.screen {
        Screen::Users => {
            let Some(row) = state.users.selected() else {
                return Vec::new();
            };
            state.users.pane = Some(users::Pane {
                id: row.id,
                detail: None,
                failure: None,
                asked: None,
                scroll: 0,
            });
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
    }
    fetch::reveal_all(state);
    let mut effects = refetch(state, true);
    effects.extend(fetch::if_uncovered(state));
    effects
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
    }
    fetch::reveal_all(state);
    fetch::if_uncovered(state)
}

/// Whether an answer for a pane is on its way.
pub fn asked(state: &State) -> bool {
    match state.screen {
        Screen::Users => state.users.pane.as_ref().is_some_and(|p| p.asked.is_some()),
        Screen::Sweeps => state
            .sweeps
            .pane
            .as_ref()
            .is_some_and(|p| p.asked.is_some()),
        Screen::Runs => state.runs.pane.as_ref().is_some_and(|p| p.asked.is_some()),
        Screen::Tenants => state
            .tenants
            .pane
            .as_ref()
            .is_some_and(|p| p.asked.is_some()),
    }
}

/// Fills the pane of the screen shown anew.
pub fn refetch(state: &mut State, urgent: bool) -> Vec<Effect> {
    if !state.pane_open() {
        return Vec::new();
    }
    let ticket = state.ticket(urgent);
    let ask = match state.screen {
        Screen::Users => state.users.pane.as_mut().map(|pane| {
            pane.asked = Some(ticket);
            Ask::User(UserShow {
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
    }
}
