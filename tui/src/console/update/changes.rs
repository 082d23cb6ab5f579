//! The way of every change: what → why → preview of the exact differences → question → sent → what came of it.

use crate::console::message::{Ask, Change, Effect};
use crate::console::state::flow::Flow;
use crate::console::state::overlay::{Confirm, FEW, Intent, Need, Overlay, Waiting};
use crate::console::state::sweeps::Running;
use crate::console::state::{Screen, Sending, State, Tone};
use rollcall_shared::domain::{ActionKind, Mode, Sweep};
use rollcall_shared::text::counted;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::sweep::{PlanView, RunDetail, RunNamed, SweepRequest};
use tui_input::Input;

/// Waits no more for a preview.
pub fn drop_waiting(state: &mut State, waiting: Waiting) {
    let back = match waiting.of {
        Intent::Deed(proposal) => proposal.back,
        Intent::Sweep(..) | Intent::Run(..) => None,
    };
    back_to(state, back);
}

/// Says that the answer was no.
pub fn cancelled(state: &mut State, back: Option<Box<Flow>>) -> Vec<Effect> {
    back_to(state, back);
    said_no(state)
}

/// The line that follows every no.
pub fn said_no(state: &mut State) -> Vec<Effect> {
    state.say(Tone::Plain, "Nothing was changed.");
    Vec::new()
}

/// Leads back to where a question came from: to the flow with all that was typed, or to the screen.
pub fn back_to(state: &mut State, back: Option<Box<Flow>>) {
    state.overlay = back.map_or(Overlay::None, Overlay::Flow);
}

pub(super) fn wait(state: &mut State, ask: Ask, of: Intent) -> Vec<Effect> {
    let ticket = state.ticket(true);
    state.overlay = Overlay::Waiting(Waiting { ticket, of });
    vec![Effect::Fetch(ticket, ask)]
}

/// Asks before running the sweep shown; makes the plan first when there is none yet.
pub fn run_now(state: &mut State) -> Vec<Effect> {
    let target = match &state.sweeps.pane {
        Some(pane) => {
            if let (Some(plan), None) = (&pane.plan, pane.asked) {
                let plan = (**plan).clone();
                return confirm_run(state, &plan);
            }
            Some((pane.sweep, pane.tenant.clone()))
        }
        None => state
            .sweeps
            .selected()
            .map(|row| (row.sweep, row.tenant.clone())),
    };
    let Some((sweep, tenant)) = target else {
        return Vec::new();
    };
    let request = SweepRequest {
        sweep,
        tenant: Some(tenant.clone()),
        at: None,
        plan: None,
    };
    wait(state, Ask::Plan(request), Intent::Sweep(sweep, tenant))
}

/// The question before a run: exactly this plan, with its counts.
pub fn confirm_run(state: &mut State, plan: &PlanView) -> Vec<Effect> {
    if plan.total == 0 {
        let text = format!(
            "{} in {}: there is nothing to do, so nothing is run.",
            plan.sweep, plan.tenant
        );
        state.overlay = Overlay::None;
        state.say(Tone::Good, text);
        return Vec::new();
    }
    let mut lines = vec![counts(&plan.counts, plan.total)];
    let held = !plan.held.is_empty() && plan.mode != Mode::Observe;
    lines.push(match held {
        true => "It is held: only a proposal is made, and nothing changes before another person approves it.".into(),
        false => mode_line(plan.mode).to_owned(),
    });
    for held in &plan.held {
        lines.push(format!("Held: {held}"));
    }
    if plan.skipped_total > 0 {
        lines.push(format!(
            "{} left alone; the plan says why.",
            accounts(plan.skipped_total)
        ));
    }
    let ends =
        acts(&plan.counts, ActionKind::Suspend) || acts(&plan.counts, ActionKind::Deactivate);
    if ends && plan.mode != Mode::Observe && !held {
        lines.push(NO_UNDO.into());
    }
    if acts(&plan.counts, ActionKind::Deactivate) || acts(&plan.counts, ActionKind::Expire) {
        lines.push(
            "A seat that comes free may be taken by somebody else before it is wanted back.".into(),
        );
    }
    lines.push(format!("Exactly plan {}, or nothing.", short(&plan.hash)));
    ask(
        state,
        format!("Run the {} sweep in {} now?", plan.sweep, plan.tenant),
        lines,
        Change::Run(SweepRequest {
            sweep: plan.sweep,
            tenant: Some(plan.tenant.clone()),
            at: None,
            plan: Some(plan.hash.clone()),
        }),
        if held { 1 } else { plan.total },
    );
    Vec::new()
}

/// What is said before a run that ends access.
const NO_UNDO: &str = "A run is not undone as a whole: accounts are reactivated one by one.";

fn mode_line(mode: Mode) -> &'static str {
    match mode {
        Mode::Observe => "The policy observes: the run is a report.",
        Mode::Approve => "The policy proposes: another person approves before anything changes.",
        Mode::Auto => "The policy acts: this changes accounts.",
    }
}

/// What the person must type grows with the number of accounts.
fn ask(state: &mut State, title: String, lines: Vec<String>, change: Change, count: u64) {
    let need = if count > FEW {
        Need::Number(count, Input::default())
    } else {
        Need::Key
    };
    state.overlay = Overlay::Confirm(Box::new(Confirm {
        title,
        subject: String::new(),
        lines,
        tenant: String::new(),
        change,
        need,
        scroll: 0,
        back: None,
    }));
}

/// `57 accounts: 40 warn, 17 suspend`.
pub fn counts(counts: &[(ActionKind, u64)], total: u64) -> String {
    let parts: Vec<String> = counts
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(kind, n)| format!("{n} {kind}"))
        .collect();
    if parts.is_empty() {
        accounts(total)
    } else {
        format!("{}: {}", accounts(total), parts.join(", "))
    }
}

pub(super) fn accounts(n: u64) -> String {
    counted(n, "account")
}

fn acts(counts: &[(ActionKind, u64)], kind: ActionKind) -> bool {
    counts.iter().any(|(k, n)| *k == kind && *n > 0)
}

/// The first eight characters of a hash or id.
pub fn short(id: &str) -> String {
    id.chars().take(8).collect()
}

/// Asks for the record of a proposed run, to ask before deciding it.
pub fn decide(state: &mut State, verb: Verb) -> Vec<Effect> {
    let Some(run) = state.runs.selected() else {
        return Vec::new();
    };
    let run = run.id.to_string();
    wait(
        state,
        Ask::Run(RunNamed { run: run.clone() }),
        Intent::Run(verb, run),
    )
}

/// The question before a run is approved or rejected.
pub fn confirm_decision(state: &mut State, verb: Verb, detail: &RunDetail) {
    let run = &detail.line;
    let mut by_kind: Vec<(ActionKind, u64)> = ActionKind::ALL.iter().map(|k| (*k, 0)).collect();
    for action in &detail.run.plan.actions {
        if let Some((_, n)) = by_kind.iter_mut().find(|(kind, _)| *kind == action.kind) {
            *n += 1;
        }
    }
    let mut lines = vec![counts(&by_kind, run.planned)];
    lines.push(format!("Proposed by {}.", run.started_by));
    lines.extend(run.held.iter().map(|held| format!("Held: {held}")));
    let (word, count) = if verb == Verb::RunApprove {
        if acts(&by_kind, ActionKind::Suspend) || acts(&by_kind, ActionKind::Deactivate) {
            lines.push(NO_UNDO.into());
        }
        lines.push("What no longer holds is skipped and reported.".into());
        ("Approve", run.planned)
    } else {
        lines.push("Nothing of it will be done.".into());
        ("Reject", 1)
    };
    let title = format!(
        "{word} run {} of the {} sweep in {}?",
        short(&run.id.to_string()),
        run.sweep,
        run.tenant
    );
    let named = RunNamed {
        run: run.id.to_string(),
    };
    ask(state, title, lines, Change::Decide(verb, named), count);
}

/// The answer was yes: sends the change.
pub fn send(state: &mut State, confirm: Confirm) -> Vec<Effect> {
    let change = confirm.change;
    if let Some(why) = state.locked() {
        back_to(state, confirm.back);
        state.say(Tone::Bad, format!("Nothing was changed: {why}."));
        return Vec::new();
    }
    state.overlay = Overlay::None;
    let ticket = state.ticket(true);
    let (back, undo) = match &change {
        Change::Deed(deed) => {
            let before = deed.account().and_then(|user| state.users.status_of(user));
            (deed.inverse(before), deed.undo(before))
        }
        _ => (None, ""),
    };
    let about = match &change {
        Change::Deed(deed) => deed
            .user()
            .map(|user| (user.to_owned(), confirm.subject.clone())),
        _ => None,
    };
    state.sending.push(Sending {
        about,
        ticket,
        tenant: confirm.tenant,
        back: back.map(|deed| (deed, confirm.subject)),
        undo,
    });
    if let Change::Run(request) = &change {
        started(state, request.sweep, request.tenant.clone(), ticket);
    } else {
        state.say(Tone::Plain, "Sent; waiting for the answer …");
    }
    vec![Effect::Send(ticket, change)]
}

fn started(
    state: &mut State,
    sweep: Sweep,
    tenant: Option<String>,
    ticket: crate::console::message::Ticket,
) {
    let tenant = tenant.unwrap_or_default();
    let planned = state
        .sweeps
        .pane
        .as_ref()
        .and_then(|pane| pane.plan.as_ref())
        .map_or(0, |plan| plan.total);
    state.sweeps.result = None;
    state.sweeps.running = Some(Running {
        ticket,
        tenant,
        sweep,
        planned,
        line: None,
    });
    state.screen = Screen::Sweeps;
}
