//! The way of a deed: meant → why → previewed → the question.

use crate::console::deed::{Deed, by_name};
use crate::console::message::{Ask, Change, Effect};
use crate::console::state::overlay::{Confirm, FEW, Intent, Need, Overlay, Proposal, Reason};
use crate::console::state::{State, Tone};
use crate::console::update::changes::{accounts, back_to, wait};
use crate::console::view::format;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::asset::{OffboardLogin, OffboardStep, Offboarded};
use rollcall_shared::wire::identity::{Changed, InvitationChange, OwnershipDecide};
use rollcall_shared::wire::user::UserChange;
use tui_input::Input;

/// Asks for the reason of a change of the account shown.
pub fn account(state: &mut State, verb: Verb) -> Vec<Effect> {
    let Some(row) = state.users.shown_account() else {
        return Vec::new();
    };
    let change = UserChange {
        user: row.id.to_string(),
        tenant: None,
        reason: None,
        dry_run: false,
    };
    let proposal = Proposal {
        deed: Deed::Account(verb, change),
        subject: row.email.clone(),
        tenant: row.tenant.clone(),
        back: None,
    };
    reason(state, proposal)
}

/// Takes a deed that is meant already on to its preview; where a reason is kept, that is asked first.
pub fn again(state: &mut State, proposal: Proposal) -> Vec<Effect> {
    if matches!(proposal.deed, Deed::Invitation(Verb::UserResend, _)) {
        return preview(state, proposal);
    }
    reason(state, proposal)
}

/// Sends an invitation again, or takes it back.
pub fn invitation(state: &mut State, verb: Verb) -> Vec<Effect> {
    let Some(row) = state.invitations.selected() else {
        return Vec::new();
    };
    let change = InvitationChange {
        user: row.id.to_string(),
        ..InvitationChange::default()
    };
    let proposal = Proposal {
        deed: Deed::Invitation(verb, change),
        subject: row.email.clone(),
        tenant: row.tenant.clone(),
        back: None,
    };
    again(state, proposal)
}

/// Confirms or cancels the transfer of ownership that waits in the tenant selected.
pub fn transfer(state: &mut State, verb: Verb) -> Vec<Effect> {
    let tenants = &state.tenants;
    let tenant = tenants
        .selected(state.tenant_rows())
        .map(|row| row.tenant.name.clone());
    let found = tenant.and_then(|name| tenants.waiting_transfer(&name));
    let Some(row) = found.cloned() else {
        return Vec::new();
    };
    let decide = OwnershipDecide {
        tenant: row.tenant.clone(),
        id: row.transfer.id,
        reason: None,
        dry_run: false,
    };
    let proposal = Proposal {
        deed: Deed::Transfer(verb, decide),
        subject: row.to,
        tenant: row.tenant,
        back: None,
    };
    reason(state, proposal)
}

/// Asks why something is done; what would be refused whatever the reason says so before it is typed.
pub fn reason(state: &mut State, proposal: Proposal) -> Vec<Effect> {
    let deed = proposal.deed.clone();
    state.overlay = Overlay::Reason(Box::new(Reason {
        proposal,
        input: Input::default(),
        probe: None,
    }));
    vec![probe(state, &deed)]
}

/// Asks whether a deed would be refused, for what lies over the screen.
pub fn probe(state: &mut State, deed: &Deed) -> Effect {
    let ticket = state.ticket(true);
    match &mut state.overlay {
        Overlay::Flow(flow) => flow.probe = Some(ticket),
        Overlay::Reason(reason) => reason.probe = Some(ticket),
        _ => {}
    }
    Effect::Fetch(ticket, Ask::Probe(Box::new(deed.preview())))
}

/// Takes the reason typed, and asks what would happen.
pub fn reasoned(state: &mut State, reason: Reason) -> Vec<Effect> {
    let mut proposal = reason.proposal;
    proposal.deed.because(reason.input.value());
    preview(state, proposal)
}

/// Asks the daemon what the deed would do.
pub fn preview(state: &mut State, proposal: Proposal) -> Vec<Effect> {
    let deed = Box::new(proposal.deed.clone());
    wait(state, Ask::Preview(deed), Intent::Deed(Box::new(proposal)))
}

/// The preview is here: the question follows, unless there is nothing to do.
pub fn previewed(state: &mut State, proposal: Proposal, mut would: Changed) {
    let deed = &proposal.deed;
    if let Some(user) = deed.user() {
        would.message = by_name(&would.message, user, &proposal.subject);
    }
    let idle = would.changes.is_empty() && matches!(deed, Deed::Role(_));
    if idle {
        let text = format!("{} Nothing would change.", would.message);
        back_to(state, proposal.back);
        state.say(Tone::Plain, text);
        return;
    }
    let mut lines = vec![would.message];
    lines.extend(would.changes.into_iter().map(|c| format!("  {c}")));
    lines.extend(would.warnings.into_iter().map(|w| format!("{WARNING}{w}")));
    // Sending again asks for no reason.
    let asked = !matches!(deed, Deed::Invitation(Verb::UserResend, _));
    if asked {
        lines.push(match deed.reason() {
            Some(reason) => format!("Reason: {reason}"),
            None => "No reason given.".into(),
        });
    }
    let before = deed.account().and_then(|user| state.users.status_of(user));
    lines.push(deed.undo(before).into());
    let count = match deed {
        Deed::Invite(request) => request.email.len() as u64,
        _ => 1,
    };
    put(state, proposal, lines, count, FEW);
}

/// What stands before a warning in a question.
pub const WARNING: &str = "Look: ";

/// The question before an offboarding: everything, in every tenant.
pub fn previewed_offboard(state: &mut State, proposal: Proposal, would: &Offboarded) {
    let possible = would.steps.iter().filter(|s| s.refused.is_none()).count() as u64;
    if possible == 0 {
        let steps = &would.steps;
        let failure = steps.iter().find_map(|step| step.refused.clone());
        back_to(state, proposal.back);
        match (failure, &mut state.overlay) {
            (Some(failure), Overlay::Flow(flow)) => flow.failure = Some(failure),
            _ => state.say(Tone::Bad, "There is no account to offboard."),
        }
        return;
    }
    let idle = |step: &OffboardStep| step.changes.is_empty() && step.refused.is_none();
    if would.steps.iter().all(idle) && would.logins.is_empty() {
        let warnings = would.steps.iter().flat_map(|step| &step.warnings);
        let warnings: Vec<&str> = warnings.map(String::as_str).collect();
        let text = format!(
            "Nothing has to change for {}. {}",
            would.name,
            warnings.join(" ")
        );
        back_to(state, proposal.back);
        state.say(Tone::Plain, text.trim_end());
        return;
    }
    let mut lines = vec![format!(
        "{}: {} in {}.",
        would.name,
        accounts(possible),
        format::count(tenants(would), "tenant")
    )];
    for step in &would.steps {
        lines.extend(step_lines(step).into_iter().map(|(_, text)| text));
    }
    lines.extend(would.logins.iter().map(login_line).map(|(_, text)| text));
    lines.push(match proposal.deed.reason() {
        Some(reason) => format!("Reason: {reason}"),
        None => "No reason given.".into(),
    });
    lines.push(proposal.deed.undo(None).into());
    // More than one account is typed out: the person asked about may be somebody else elsewhere.
    put(state, proposal, lines, possible, 1);
}

fn tenants(of: &Offboarded) -> u64 {
    let mut names: Vec<&str> = of.steps.iter().map(|s| s.tenant.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.len() as u64
}

/// What happens to one account, with how much each line matters.
pub fn step_lines(step: &OffboardStep) -> Vec<(Tone, String)> {
    let mut lines = vec![(Tone::Plain, format!("{}: {}", step.tenant, step.who))];
    let changes = step.changes.iter().map(|c| (Tone::Plain, format!("  {c}")));
    lines.extend(changes);
    let warnings = step.warnings.iter();
    lines.extend(warnings.map(|w| (Tone::Bad, format!("{WARNING}{w}"))));
    if let Some(refused) = &step.refused {
        lines.push((Tone::Bad, format!("{WARNING}not here: {}", refused.what)));
        if !refused.hint.is_empty() {
            lines.push((Tone::Plain, format!("  {}", refused.hint)));
        }
    }
    lines
}

/// What happens to a login of the person, with how much it matters.
pub fn login_line(ended: &OffboardLogin) -> (Tone, String) {
    let os_user = &ended.login.os_user;
    match &ended.refused {
        None => (
            Tone::Plain,
            format!("login {os_user}: is bound to nobody any more"),
        ),
        Some(refused) => (
            Tone::Bad,
            format!("{WARNING}login {os_user} stays bound: {}", refused.what),
        ),
    }
}

/// Puts the question of a proposal; more than `few` accounts are confirmed by their number.
fn put(state: &mut State, proposal: Proposal, lines: Vec<String>, count: u64, few: u64) {
    let need = if count > few {
        Need::Number(count, Input::default())
    } else {
        Need::Key
    };
    state.overlay = Overlay::Confirm(Box::new(Confirm {
        title: format!("{} {}?", proposal.deed.word(), proposal.subject),
        subject: proposal.subject,
        lines,
        tenant: proposal.tenant,
        change: Change::Deed(Box::new(proposal.deed)),
        need,
        scroll: 0,
        back: proposal.back,
    }));
}
