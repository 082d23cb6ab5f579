//! Answers: each goes to the place that asked; an answer nobody waits for any more is dropped.

use crate::console::hint::Hints;
use crate::console::message::{Answer, Effect, Ticket};
use crate::console::state::overlay::{Intent, Overlay};
use crate::console::state::{Sending, State, Tone};
use crate::console::update::{
    catalogs, changes, export, fetch, flow, marks, proposals, reach, refusals, results, roles,
};
use crate::console::view::layout;
use rollcall_shared::domain::RunState;
use rollcall_shared::wire::Failure;
use rollcall_shared::wire::role::Roles;
use rollcall_shared::wire::sweep::{PlanView, RunAnswer, RunLine};
use std::collections::BTreeMap;

/// Who waits for an answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asker {
    Status,
    Users { wide: bool, top: u64 },
    Roles,
    UserPane,
    Sweeps,
    Plan,
    Runs,
    RunPane,
    TenantPane,
    Matrix,
    RolePane,
    Scopes,
    Invitations,
    InvitationPane,
    Transfers,
    Export,
    Marks,
    Flow,
    Probe,
    Overlay,
    Change(Box<Sending>),
}

/// Takes an answer or a refusal.
pub fn answer(state: &mut State, ticket: Ticket, result: Result<Answer, Failure>) -> Vec<Effect> {
    let Some(asker) = settle(state, ticket) else {
        return Vec::new();
    };
    let hints = Hints::of(&state.keymap);
    let mut effects = match result {
        Ok(mut answer) => {
            hints.answer(&mut answer);
            take(state, asker, ticket, answer)
        }
        Err(mut failure) => {
            hints.failure(&mut failure);
            refusals::refused(state, &asker, ticket, failure)
        }
    };
    if state.news_again && !waiting(state) {
        state.news_again = false;
        fetch::schedule_news(state);
        if state.news_due.is_some_and(|due| due <= state.now) {
            effects.extend(fetch::news(state));
        }
    }
    effects
}

fn waiting(state: &State) -> bool {
    state.users.asked.is_some() || state.status_asked.is_some()
}

/// Finds who asked, and notes that the question is answered.
fn settle(state: &mut State, ticket: Ticket) -> Option<Asker> {
    fn clear(asked: &mut Option<Ticket>, ticket: Ticket) -> bool {
        let mine = *asked == Some(ticket);
        if mine {
            *asked = None;
        }
        mine
    }
    if let Some(asked) = state.users.asked.as_ref().filter(|a| a.ticket == ticket) {
        let (wide, top) = (asked.wide, asked.top);
        state.users.asked = None;
        return Some(Asker::Users { wide, top });
    }
    let panes = [
        (
            state.users.pane.as_mut().map(|p| &mut p.asked),
            Asker::UserPane,
        ),
        (
            state.sweeps.pane.as_mut().map(|p| &mut p.asked),
            Asker::Plan,
        ),
        (
            state.runs.pane.as_mut().map(|p| &mut p.asked),
            Asker::RunPane,
        ),
        (
            state.tenants.pane.as_mut().map(|p| &mut p.asked),
            Asker::TenantPane,
        ),
        (
            state.roles.pane.as_mut().map(|p| &mut p.asked),
            Asker::RolePane,
        ),
        (
            state.invitations.pane.as_mut().map(|p| &mut p.asked),
            Asker::InvitationPane,
        ),
        (Some(&mut state.roles.asked), Asker::Matrix),
        (Some(&mut state.scopes.asked), Asker::Scopes),
        (Some(&mut state.invitations.asked), Asker::Invitations),
        (Some(&mut state.tenants.transfers_asked), Asker::Transfers),
        (Some(&mut state.status_asked), Asker::Status),
        (Some(&mut state.users.roles_asked), Asker::Roles),
        (Some(&mut state.users.exporting), Asker::Export),
        (Some(&mut state.users.marking), Asker::Marks),
        (Some(&mut state.sweeps.asked), Asker::Sweeps),
        (Some(&mut state.runs.asked), Asker::Runs),
    ];
    for (asked, asker) in panes {
        if asked.is_some_and(|asked| clear(asked, ticket)) {
            return Some(asker);
        }
    }
    if matches!(&state.overlay, Overlay::Waiting(waiting) if waiting.ticket == ticket) {
        return Some(Asker::Overlay);
    }
    if state.overlay.probed(ticket) {
        return Some(Asker::Probe);
    }
    if state.overlay.flow().is_some_and(|flow| flow.settle(ticket)) {
        return Some(Asker::Flow);
    }
    let at = state.sending.iter().position(|s| s.ticket == ticket)?;
    let sent = state.sending.remove(at);
    Some(Asker::Change(Box::new(sent)))
}

fn take(state: &mut State, asker: Asker, ticket: Ticket, answer: Answer) -> Vec<Effect> {
    let height = layout::table_rows(state);
    match (asker, answer) {
        (Asker::Status, Answer::Status(status)) => {
            state.revision = state.revision.max(status.revision);
            take_status(state, status);
            return reach::narrow(state);
        }
        (Asker::Users { wide, top }, Answer::Users(page)) => {
            state.revision = state.revision.max(page.revision);
            return take_users(state, page, wide, top);
        }
        (Asker::Roles, Answer::Tenant(detail)) => {
            let named = |(id, label, _): (String, String, bool)| (id, label);
            let roles: BTreeMap<String, String> = detail.roles.into_iter().map(named).collect();
            state.users.learn_roles(roles.keys().cloned());
            state.learn_labels([(detail.row.tenant.name, roles)].into());
            return catalogs::told(state);
        }
        (Asker::UserPane, Answer::User(detail)) => {
            if let Some(pane) = &mut state.users.pane {
                pane.detail = Some(Box::new(detail));
                pane.failure = None;
            }
        }
        (Asker::Sweeps, Answer::Sweeps(sweeps)) => state.sweeps.take(sweeps.rows, height),
        (Asker::Plan, Answer::Plan(plans)) => {
            let plan = plans.plans.into_iter().next();
            if let Some(pane) = &mut state.sweeps.pane {
                pane.plan = plan.map(Box::new);
                pane.failure = None;
            }
        }
        (Asker::Runs, Answer::Runs(runs)) => {
            note_progress(state, &runs.rows);
            state.runs.take(runs.rows, height);
        }
        (Asker::RunPane, Answer::Run(detail)) => {
            if let Some(pane) = &mut state.runs.pane {
                pane.detail = Some(Box::new(detail));
                pane.failure = None;
            }
        }
        (Asker::TenantPane, Answer::Tenant(detail)) => {
            if let Some(pane) = &mut state.tenants.pane {
                pane.detail = Some(Box::new(detail));
                pane.failure = None;
            }
        }
        (Asker::Matrix, Answer::Roles(list)) => {
            learn_roles(state, &list);
            state.roles.take(list, height);
            roles::reveal_column(state);
        }
        (Asker::RolePane, Answer::Role(detail)) => {
            if let Some(pane) = &mut state.roles.pane {
                pane.holder = pane.holder.min(detail.holders.len().saturating_sub(1));
                pane.detail = Some(Box::new(detail));
                pane.failure = None;
            }
        }
        (Asker::Scopes, Answer::Scopes(tree)) => state.scopes.take(tree, height),
        (Asker::Invitations, Answer::Invitations(list)) => {
            state.learn_labels(list.labels);
            state.invitations.take(list.rows, height);
        }
        (Asker::InvitationPane, Answer::Diagnosis(diagnosis)) => {
            if let Some(pane) = &mut state.invitations.pane {
                pane.detail = Some(Box::new(diagnosis));
                pane.failure = None;
            }
        }
        (Asker::Transfers, Answer::Transfers(list)) => state.tenants.transfers = list.rows,
        (Asker::Export, Answer::Exported(done)) => export::done(state, done),
        (Asker::Marks, Answer::Users(page)) => marks::taken(state, &page),
        (Asker::Flow, answer) => {
            if let Answer::Roles(list) = &answer {
                learn_roles(state, list);
            }
            return flow::answered(state, answer);
        }
        (Asker::Overlay, answer) => return take_preview(state, answer),
        (Asker::Change(_), Answer::Ran(answer)) => return ran(state, ticket, answer),
        (Asker::Change(_), Answer::Changed(text)) => {
            state.say(Tone::Good, text);
            return fetch::everything(state, true);
        }
        (Asker::Change(sent), Answer::Differences(changed)) => {
            results::changed(state, *sent, changed);
            return fetch::everything(state, true);
        }
        (Asker::Change(sent), Answer::Offboarded(done)) => {
            results::offboarded(state, &sent, &done);
            return fetch::everything(state, true);
        }
        _ => {}
    }
    Vec::new()
}

/// Notes what the roles of a tenant are called.
fn learn_roles(state: &mut State, list: &Roles) {
    let named = list
        .roles
        .iter()
        .map(|role| (role.id.clone(), role.label.clone()));
    state.learn_labels([(list.tenant.clone(), named.collect())].into());
}

fn take_status(state: &mut State, status: rollcall_shared::wire::admin::Status) {
    let height = layout::table_rows(state);
    let name = state
        .tenants
        .selected(state.tenant_rows())
        .map(|row| row.tenant.name.clone());
    let found = name.and_then(|n| status.tenants.iter().position(|row| row.tenant.name == n));
    let len = status.tenants.len() as u64;
    state.status = Some(status);
    state.shut = None;
    match found {
        Some(at) if state.tenants.pane.is_none() => {
            state.tenants.cursor.follow(at as u64, len, height);
        }
        _ => state.tenants.cursor.reveal(len, height),
    }
}

fn take_users(
    state: &mut State,
    page: rollcall_shared::wire::user::UserPage,
    wide: bool,
    top: u64,
) -> Vec<Effect> {
    let height = layout::table_rows(state);
    let whole = page.rows.len() as u64 == page.total;
    state.users.denied = None;
    state.learn_labels(page.labels.clone());
    let missing = state.users.take(page, height);
    if missing && !wide && !whole {
        return fetch::users(state, false, true);
    }
    // Where the account went is not known, or it is gone: the cursor stays where it is.
    if missing || state.users.anchor.is_none() {
        state.users.drop_anchor();
    }
    // Only when the view has moved meanwhile: a daemon that gives less than it was asked for is not asked again.
    if state.users.cursor.top == top {
        return Vec::new();
    }
    fetch::if_uncovered(state)
}

fn note_progress(state: &mut State, rows: &[RunLine]) {
    if let Some(running) = &mut state.sweeps.running {
        let line = rows.iter().find(|run| {
            run.tenant == running.tenant
                && run.sweep == running.sweep
                && run.state == RunState::Running
        });
        if let Some(line) = line {
            running.line = Some(line.clone());
        }
    }
}

fn take_preview(state: &mut State, answer: Answer) -> Vec<Effect> {
    let Overlay::Waiting(waiting) = std::mem::take(&mut state.overlay) else {
        return Vec::new();
    };
    match (waiting.of, answer) {
        (Intent::Sweep(sweep, tenant), Answer::Plan(plans)) => {
            let plan: Option<PlanView> = plans
                .plans
                .into_iter()
                .find(|plan| plan.sweep == sweep && plan.tenant == tenant);
            match plan {
                Some(plan) => return changes::confirm_run(state, &plan),
                None => state.say(
                    Tone::Bad,
                    format!("The daemon made no plan of {sweep} in {tenant}."),
                ),
            }
        }
        (Intent::Run(verb, _), Answer::Run(detail)) => {
            if detail.line.state == RunState::Proposed {
                changes::confirm_decision(state, verb, &detail);
            } else {
                state.say(Tone::Bad, "This run does not wait for approval any more.");
            }
        }
        (Intent::Deed(proposal), Answer::Differences(would)) => {
            proposals::previewed(state, *proposal, would);
        }
        (Intent::Deed(proposal), Answer::Offboarded(would)) => {
            proposals::previewed_offboard(state, *proposal, &would);
        }
        _ => {}
    }
    Vec::new()
}

fn ran(state: &mut State, ticket: Ticket, answer: RunAnswer) -> Vec<Effect> {
    let running = state.sweeps.running.take_if(|r| r.ticket == ticket);
    let tenant = running.map(|r| r.tenant).unwrap_or_default();
    let result = answer.results.into_iter().find(|r| r.tenant == tenant);
    if let Some(result) = result {
        let text = match &result.run {
            Some(run) => format!(
                "{} (run {})",
                result.message,
                changes::short(&run.id.to_string())
            ),
            None => result.message.clone(),
        };
        state.say(Tone::Good, text);
        state.sweeps.result = Some(result);
        if let Some(pane) = &mut state.sweeps.pane {
            pane.scroll = 0;
        }
    }
    fetch::everything(state, true)
}
