//! Which questions are asked when: for what is in view, once at a time, again when news come.

use crate::console::message::{Ask, Effect, Ticket};
use crate::console::state::users::{Asked, MOST, margin};
use crate::console::state::{Screen, State};
use crate::console::update::{panes, roles, scopes};
use crate::console::view::layout;
use rollcall_shared::domain::Micros;
use rollcall_shared::wire::admin::{TenantNamed, TenantOptional};
use rollcall_shared::wire::role::RoleQuery;
use rollcall_shared::wire::sweep::RunQuery;

/// The shortest time between two rounds of questions caused by news.
const BETWEEN_NEWS: i64 = 100_000;

/// Runs asked for at once.
pub const RUNS: u32 = 200;

/// Everything shown: status, the screen, the pane.
pub fn everything(state: &mut State, urgent: bool) -> Vec<Effect> {
    let mut effects = status(state, urgent);
    effects.extend(screen(state, urgent));
    effects.extend(panes::refetch(state, urgent));
    effects
}

/// The status, for the header and the tenants.
pub fn status(state: &mut State, urgent: bool) -> Vec<Effect> {
    let ticket = state.ticket(urgent);
    state.status_asked = Some(ticket);
    vec![Effect::Fetch(ticket, Ask::Status)]
}

/// The rows of the screen shown.
pub fn screen(state: &mut State, urgent: bool) -> Vec<Effect> {
    match state.screen {
        Screen::Users => users(state, urgent, false),
        Screen::Sweeps => {
            let ticket = state.ticket(urgent);
            state.sweeps.asked = Some(ticket);
            let of = TenantOptional {
                tenant: state.tenant.clone(),
            };
            vec![Effect::Fetch(ticket, Ask::Sweeps(of))]
        }
        Screen::Runs => runs(state, urgent),
        Screen::Tenants => {
            let ticket = state.ticket(urgent);
            state.tenants.transfers_asked = Some(ticket);
            let one = state.tenants.transfers_of_one;
            let of = TenantOptional {
                tenant: state.tenant.clone().filter(|_| one),
            };
            vec![Effect::Fetch(ticket, Ask::Transfers(of))]
        }
        Screen::Roles => of_one_tenant(state, urgent, |state, tenant, ticket| {
            state.roles.asked = Some(ticket);
            Ask::Roles(RoleQuery {
                tenant: tenant.tenant,
                scope: None,
            })
        }),
        Screen::Scopes => of_one_tenant(state, urgent, |state, tenant, ticket| {
            state.scopes.asked = Some(ticket);
            Ask::Scopes(tenant)
        }),
        Screen::Invitations => {
            let ticket = state.ticket(urgent);
            state.invitations.asked = Some(ticket);
            let of = TenantOptional {
                tenant: state.tenant.clone(),
            };
            vec![Effect::Fetch(ticket, Ask::Invitations(of))]
        }
    }
}

/// What belongs to one tenant is not asked for before one is chosen.
fn of_one_tenant(
    state: &mut State,
    urgent: bool,
    ask: impl FnOnce(&mut State, TenantNamed, Ticket) -> Ask,
) -> Vec<Effect> {
    let Some(tenant) = state.one_tenant() else {
        return Vec::new();
    };
    let ticket = state.ticket(urgent);
    let ask = ask(state, TenantNamed { tenant }, ticket);
    vec![Effect::Fetch(ticket, ask)]
}

/// The runs, for their screen and for the progress of one.
pub fn runs(state: &mut State, urgent: bool) -> Vec<Effect> {
    let ticket = state.ticket(urgent);
    state.runs.asked = Some(ticket);
    let query = RunQuery {
        tenant: state.tenant.clone(),
        sweep: None,
        limit: RUNS,
    };
    vec![Effect::Fetch(ticket, Ask::Runs(query))]
}

/// The page of accounts around the view; a wide one looks for the account under the cursor.
pub fn users(state: &mut State, urgent: bool, wide: bool) -> Vec<Effect> {
    let height = layout::table_rows(state);
    let ticket = state.ticket(urgent);
    let scope = scopes::filter(state);
    let mut query = state.users.query(state.tenant.as_deref(), scope.as_deref());
    let cursor = state.users.cursor;
    let (offset, limit) = if wide {
        (cursor.at.saturating_sub(MOST / 2), MOST)
    } else {
        let margin = margin(height);
        (cursor.top.saturating_sub(margin), height + 2 * margin)
    };
    query.offset = offset;
    query.limit = u32::try_from(limit.min(MOST)).unwrap_or(0);
    state.users.asked = Some(Asked {
        ticket,
        query: query.clone(),
        top: cursor.top,
        wide,
    });
    vec![Effect::Fetch(ticket, Ask::Users(query))]
}

/// What is asked for changed: rows that do not match go at once, the new ones are asked for.
pub fn requery(state: &mut State) -> Vec<Effect> {
    state.users.narrow(state.tenant.as_deref(), state.now);
    users(state, true, false)
}

/// Another order: the rows shown are still right, their places are not.
pub fn reorder(state: &mut State) -> Vec<Effect> {
    state.users.rows.clear();
    state.users.offset = 0;
    state.users.cursor = Default::default();
    state.users.anchor = None;
    users(state, true, false)
}

/// Asks for rows that came into view and are not there, or will soon.
pub fn if_uncovered(state: &mut State) -> Vec<Effect> {
    if state.screen != Screen::Users {
        return Vec::new();
    }
    let height = layout::table_rows(state);
    let on_its_way = state.users.asked.as_ref().is_some_and(|asked| {
        let (from, to) = (
            asked.query.offset,
            asked.query.offset + u64::from(asked.query.limit),
        );
        let top = state.users.cursor.top;
        from <= top && (top + height).min(state.users.len()) <= to
    });
    if on_its_way {
        return Vec::new();
    }
    if !state.users.covers(height) {
        return users(state, true, false);
    }
    if state.users.asked.is_none() && state.users.near_edge(height) {
        return users(state, false, false);
    }
    Vec::new()
}

/// Keeps every cursor in view after the size or a pane changed.
pub fn reveal_all(state: &mut State) {
    let shown = state.screen;
    for screen in Screen::ALL {
        state.screen = screen;
        let height = layout::table_rows(state);
        let (_, len) = state.list();
        state.cursor().reveal(len, height);
    }
    state.screen = shown;
    roles::reveal_column(state);
}

/// Notes that there is news, to be fetched now or as soon as the last round is old enough.
pub fn schedule_news(state: &mut State) {
    let earliest = Micros(state.news_last.0.saturating_add(BETWEEN_NEWS));
    let due = state.now.max(earliest);
    state.news_due = Some(state.news_due.map_or(due, |d| d.min(due)));
}

/// A round of questions caused by news. While answers to older questions are on their way it waits for them, so
/// that a slow daemon is never asked faster than it answers.
pub fn news(state: &mut State) -> Vec<Effect> {
    let busy = state.status_asked.is_some()
        || state.users.asked.is_some()
        || state.sweeps.asked.is_some()
        || state.runs.asked.is_some()
        || state.roles.asked.is_some()
        || state.scopes.asked.is_some()
        || state.invitations.asked.is_some()
        || state.tenants.transfers_asked.is_some()
        || panes::asked(state);
    if busy {
        // The answers schedule the next round.
        state.news_due = None;
        state.news_again = true;
        return Vec::new();
    }
    state.news_due = None;
    state.news_again = false;
    state.news_last = state.now;
    let mut effects = everything(state, false);
    if state.sweeps.running.is_some() && state.screen != Screen::Runs {
        effects.extend(runs(state, false));
    }
    effects
}
