//! Refusals: each stands where its answer would have stood.

use crate::console::message::{Effect, Ticket};
use crate::console::state::overlay::Overlay;
use crate::console::state::{State, Tone};
use crate::console::update::answers::Asker;
use crate::console::update::{catalogs, changes, fetch, flow, reach};
use rollcall_shared::wire::{Class, Failure};

/// A refusal on one line: what, by which rule, what to do instead.
pub fn text(failure: &Failure) -> String {
    let rule = if failure.rule.is_empty() {
        String::new()
    } else {
        format!(" [rule: {}]", failure.rule)
    };
    let text = format!("{}{rule} {}", failure.what, failure.hint);
    text.trim_end().to_owned()
}

/// Takes a refusal.
pub fn refused(state: &mut State, asker: &Asker, ticket: Ticket, failure: Failure) -> Vec<Effect> {
    let unreachable = failure.class == Class::Unreachable;
    let text = text(&failure);
    match asker {
        Asker::UserPane => {
            if let Some(pane) = &mut state.users.pane {
                pane.failure = Some(failure);
            }
        }
        Asker::Plan => {
            if let Some(pane) = &mut state.sweeps.pane {
                pane.failure = Some(failure);
            }
        }
        Asker::RunPane => {
            if let Some(pane) = &mut state.runs.pane {
                pane.failure = Some(failure);
            }
        }
        Asker::TenantPane => {
            if let Some(pane) = &mut state.tenants.pane {
                pane.failure = Some(failure);
            }
        }
        Asker::RolePane => {
            if let Some(pane) = &mut state.roles.pane {
                pane.failure = Some(failure);
            }
        }
        Asker::InvitationPane => {
            if let Some(pane) = &mut state.invitations.pane {
                pane.failure = Some(failure);
            }
        }
        Asker::Status if !unreachable => {
            state.shut = Some(failure);
            state.say(Tone::Bad, text);
            return reach::leave_hidden(state);
        }
        // Rows that were here stay while the connection is gone.
        Asker::Sweeps if !unreachable => state.sweeps.failure = Some(failure),
        Asker::Runs if !unreachable => state.runs.failure = Some(failure),
        Asker::Matrix if !unreachable => state.roles.failure = Some(failure),
        Asker::Scopes if !unreachable => state.scopes.failure = Some(failure),
        Asker::Invitations if !unreachable => state.invitations.failure = Some(failure),
        Asker::Users { .. } if failure.class == Class::Denied => {
            return reach::users_denied(state, failure);
        }
        Asker::Transfers if failure.class == Class::Denied => {
            state.tenants.transfers.clear();
            return reach::transfers_denied(state);
        }
        // Who may not see the roles of one tenant may see those of others.
        Asker::Roles if failure.class == Class::Denied => return catalogs::next(state),
        Asker::Flow => return flow::refused(state, failure),
        Asker::Probe => return flow::closed(state, failure),
        Asker::Change(_) => {
            state.sweeps.running.take_if(|r| r.ticket == ticket);
            let text = if unreachable {
                "The connection broke; whether it was done is not known. Look at Runs, or at the history of the account, once connected.".to_owned()
            } else {
                text
            };
            state.say(Tone::Bad, text);
            return fetch::everything(state, true);
        }
        Asker::Overlay => {
            if let Overlay::Waiting(waiting) = std::mem::take(&mut state.overlay) {
                changes::drop_waiting(state, waiting);
            }
            // A form shows its refusal beside what it is about.
            match state.overlay.flow() {
                Some(flow) => flow.failure = Some(failure),
                None => state.say(Tone::Bad, text),
            }
        }
        // The header tells of a lost connection already.
        _ if unreachable && !state.link.is_up() => {}
        _ => state.say(Tone::Bad, text),
    }
    Vec::new()
}
