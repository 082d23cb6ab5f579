//! Flows of several steps: opening them, their keys, the answers they wait for.

mod bulk;
mod delete;
mod invite;
mod offboard;
mod places;
mod roles;
mod transfer;
mod why;

pub use bulk::{open as bulk, take_back, undo as bulk_undo};
pub use delete::open as delete;
pub use invite::{field_of, open as invite};
pub use offboard::open as offboard;
pub use roles::open as roles;
pub use transfer::open as transfer;
pub use why::open as why;

use crate::console::command::{Command, Places};
use crate::console::deed::Deed;
use crate::console::keymap::Key;
use crate::console::message::{Answer, Ask, Effect};
use crate::console::state::bulk::Phase;
use crate::console::state::deletion::Deletion;
use crate::console::state::flow::{Entry, Flow, Part, Step, Told, Whom};
use crate::console::state::list::Motion;
use crate::console::state::overlay::{Overlay, Proposal};
use crate::console::state::picker::Picker;
use crate::console::state::{State, Tone};
use crate::console::update::{changes, commands, keys, palette, proposals, refusals};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use rollcall_shared::wire::{Class, Failure};
use tui_input::Input;

/// What a key means in a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// Out of it; nothing is changed.
    Back,
    /// On to the next step.
    Next,
    /// Tick what the cursor is on.
    Tick,
    /// To another field: 1 the next, -1 the one before.
    Field(isize),
    /// Along the list.
    Move(Motion),
    /// Along what stands beside the list.
    Page(Motion),
    /// A letter, or a key that edits what is typed.
    Text,
}

/// What a key means. Characters are text, except the one that ticks where something can be ticked.
fn act(state: &State, step: &Step, event: KeyEvent) -> Act {
    let command = state.keymap.command(Key::of(event), Places::FORM);
    let plain = (event.modifiers - KeyModifiers::SHIFT).is_empty();
    match (event.code, command) {
        (KeyCode::Char(' '), Some(Command::Tick)) if plain && ticks(step) => Act::Tick,
        (
            KeyCode::Char(_)
            | KeyCode::Left
            | KeyCode::Right
            | KeyCode::Home
            | KeyCode::End
            | KeyCode::Backspace
            | KeyCode::Delete,
            _,
        ) => Act::Text,
        (_, Some(Command::Back)) => Act::Back,
        (_, Some(Command::Open)) => Act::Next,
        (_, Some(Command::Tick)) if ticks(step) => Act::Tick,
        (_, Some(Command::NextField)) => Act::Field(1),
        (_, Some(Command::PreviousField)) => Act::Field(-1),
        (_, Some(command)) => match commands::motion(command) {
            Some(motion @ Motion::Halves(_)) => Act::Page(motion),
            Some(motion) => Act::Move(motion),
            None => Act::Text,
        },
        (_, None) => Act::Text,
    }
}

/// Whether the tick means something at the cursor.
fn ticks(step: &Step) -> bool {
    match step {
        Step::Roles(of) if of.placing => !of.places.inside_a_name(),
        Step::Roles(of) => !of.picker.inside_a_name(),
        Step::Invite(invite) => match invite.fields.get(invite.at) {
            Some((_, Entry::List(list))) => !list.inside_a_name(),
            Some((_, Entry::Flag(_))) => true,
            _ => false,
        },
        Step::Offboard(offboard) => offboard.at == Part::End,
        Step::Delete(deletion) => deletion.tick().is_some(),
        Step::Why(_) | Step::Bulk(_) | Step::Transfer(_) | Step::Told(_) => false,
    }
}

/// Takes a key while a flow is open.
pub fn key(state: &mut State, mut flow: Flow, event: KeyEvent) -> Vec<Effect> {
    let act = act(state, &flow.step, event);
    if act == Act::Back {
        state.overlay = Overlay::Flow(Box::new(flow));
        if bulk::stop(state) {
            return Vec::new();
        }
        let Overlay::Flow(flow) = std::mem::take(&mut state.overlay) else {
            return Vec::new();
        };
        let changes = flow.changes();
        return if changes {
            changes::cancelled(state, None)
        } else {
            Vec::new()
        };
    }
    flow.failure = None;
    let edited =
        act == Act::Text && input(&mut flow.step).is_some_and(|input| keys::edit(input, event));
    state.overlay = Overlay::Flow(Box::new(flow));
    if edited {
        return typed(state);
    }
    match step(state) {
        Some(Step::Roles(_)) => roles::act(state, act),
        Some(Step::Why(_)) => why::act(state, act),
        Some(Step::Invite(_)) => invite::act(state, act, event),
        Some(Step::Offboard(_)) => offboard::act(state, act, event),
        Some(Step::Bulk(_)) => bulk::act(state, act),
        Some(Step::Delete(_)) => delete::act(state, act),
        Some(Step::Transfer(_)) => transfer::act(state, act),
        Some(Step::Told(_)) => told(state, act),
        None => Vec::new(),
    }
}

/// The line of a flow that is typed in; none where nothing is.
pub fn input(step: &mut Step) -> Option<&mut Input> {
    match step {
        Step::Roles(of) => Some(match of.placing {
            true => &mut of.places.input,
            false => &mut of.picker.input,
        }),
        Step::Why(of) => Some(match of.placing {
            true => &mut of.places.input,
            false => &mut of.picker.input,
        }),
        Step::Invite(invite) => match &mut invite.fields.get_mut(invite.at)?.1 {
            Entry::Text(input) => Some(input),
            Entry::List(list) => Some(&mut list.input),
            Entry::Flag(_) => None,
        },
        Step::Offboard(offboard) => match offboard.at {
            Part::Successor => Some(&mut offboard.successors.input),
            Part::End => None,
            Part::Reason => Some(&mut offboard.reason),
        },
        Step::Bulk(bulk) => match bulk.phase {
            Phase::Role => Some(&mut bulk.roles.input),
            Phase::Reason => Some(&mut bulk.reason),
            Phase::Asking => Some(&mut bulk.number),
            Phase::Looking | Phase::Doing => None,
        },
        Step::Delete(deletion) => match deletion.at {
            0 => Some(&mut deletion.successors.input),
            Deletion::LAST => Some(&mut deletion.reason),
            _ => None,
        },
        Step::Transfer(transfer) => Some(&mut transfer.people.input),
        Step::Told(_) => None,
    }
}

/// What is typed has changed: the cursor goes to what fits best.
pub fn typed(state: &mut State) -> Vec<Effect> {
    match step(state) {
        Some(Step::Roles(of)) if of.placing => of.places.cursor = 0,
        Some(Step::Roles(of)) => of.picker.cursor = 0,
        Some(Step::Why(of)) if of.placing => of.places.cursor = 0,
        Some(Step::Why(of)) => of.picker.cursor = 0,
        Some(Step::Invite(invite)) => {
            if let Some(list) = invite.list() {
                list.cursor = 0;
            }
        }
        Some(Step::Offboard(offboard)) => offboard.successors.cursor = 0,
        Some(Step::Delete(deletion)) if deletion.at == 0 => return delete::search(state),
        Some(Step::Bulk(bulk)) => bulk.roles.cursor = 0,
        Some(Step::Delete(_)) => {}
        Some(Step::Transfer(_)) => return transfer::search(state),
        Some(Step::Told(_)) | None => {}
    }
    Vec::new()
}

/// The step of the flow in hand, also while a question lies over it.
fn step(state: &mut State) -> Option<&mut Step> {
    state.overlay.flow().map(|flow| &mut flow.step)
}

/// What fits the letters typed into a list, best first.
pub fn shown(picker: &Picker) -> Vec<usize> {
    picker.shown(palette::score)
}

/// Moves along a list.
fn along(picker: &mut Picker, act: Act) {
    let (Act::Move(motion) | Act::Page(motion)) = act else {
        return;
    };
    let len = shown(picker).len() as u64;
    let to = motion.target(picker.cursor as u64, 10, len);
    picker.cursor = usize::try_from(to.min(len.saturating_sub(1))).unwrap_or(0);
}

/// The item under the cursor of a list.
pub fn under_cursor(picker: &Picker) -> Option<usize> {
    shown(picker).get(picker.cursor).copied()
}

/// Ticks or unticks what the cursor is on; true when it did. What cannot be chosen says why.
fn tick(state: &mut State, picker: fn(&mut Step) -> Option<&mut Picker>) -> bool {
    let Some(picker) = step(state).and_then(picker) else {
        return false;
    };
    let Some(at) = under_cursor(picker) else {
        return false;
    };
    let item = &mut picker.items[at];
    if !item.why_not.is_empty() && !item.on {
        let text = format!("{}: {}", item.label, item.why_not);
        state.say(Tone::Bad, text);
        return false;
    }
    item.on = !item.on;
    true
}

/// Opens a flow with the questions it begins with. `probe` is what it leads to, before anything is typed: a flow that
/// would be refused whatever is typed closes at once and says why.
fn start(state: &mut State, step: Step, asks: Vec<Ask>, probe: Option<Deed>) -> Vec<Effect> {
    state.overlay = Overlay::Flow(Box::new(Flow::new(step)));
    let mut effects = ask_more(state, asks);
    effects.extend(probe.map(|deed| proposals::probe(state, &deed)));
    effects
}

/// Asks something more for the flow in hand.
fn ask_more(state: &mut State, asks: Vec<Ask>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for ask in asks {
        let ticket = state.ticket(true);
        if let Some(flow) = state.overlay.flow() {
            flow.asked.push(ticket);
        }
        effects.push(Effect::Fetch(ticket, ask));
    }
    effects
}

/// Asks something more for the flow in hand; older questions do not count any more.
fn ask_anew(state: &mut State, ask: Ask) -> Vec<Effect> {
    if let Some(flow) = state.overlay.flow() {
        flow.asked.clear();
    }
    ask_more(state, vec![ask])
}

/// Takes the refusal of what a flow or a reason leads to, before anything is typed.
pub fn closed(state: &mut State, failure: Failure) -> Vec<Effect> {
    // What is only missing yet is no reason to close: it is about to be typed.
    let final_word = matches!(failure.class, Class::Denied | Class::Conflict);
    let typed = ["reason", "successor", "assets-unknown"];
    if !final_word || typed.contains(&failure.rule.as_str()) {
        return Vec::new();
    }
    let open = matches!(state.overlay, Overlay::Flow(_));
    if open
        && let Some(Step::Transfer(transfer)) = step(state)
        && let Some(deed) = transfer::replaces(transfer)
    {
        return vec![proposals::probe(state, &deed)];
    }
    let back = match std::mem::take(&mut state.overlay) {
        Overlay::Reason(reason) => reason.proposal.back,
        _ => None,
    };
    changes::back_to(state, back);
    match state.overlay.flow() {
        Some(flow) => flow.failure = Some(failure),
        None => state.say(Tone::Bad, refusals::text(&failure)),
    }
    Vec::new()
}

/// Whom a flow from the table of accounts is about.
fn whom(state: &State) -> Option<Whom> {
    let row = state.users.shown_account()?;
    Some(Whom {
        id: row.id,
        email: row.email.clone(),
        tenant: row.tenant.clone(),
    })
}

/// Takes what a flow leads to on to its preview; "no" leads back here.
fn propose(state: &mut State, proposal: Proposal, reason: bool) -> Vec<Effect> {
    if let Some(why) = state.locked() {
        state.say(Tone::Bad, format!("Nothing can be changed: {why}."));
        return Vec::new();
    }
    let back = match std::mem::take(&mut state.overlay) {
        Overlay::Flow(flow) => Some(flow),
        _ => None,
    };
    let proposal = Proposal { back, ..proposal };
    if reason {
        proposals::reason(state, proposal)
    } else {
        proposals::preview(state, proposal)
    }
}

/// Scrolls what stands below the fields of a form, never past its end.
fn scroll(state: &mut State, motion: Motion) {
    let (lines, height) = crate::console::view::said_length(state);
    let most = lines.saturating_sub(height);
    let scroll = match step(state) {
        Some(Step::Offboard(offboard)) => &mut offboard.scroll,
        Some(Step::Delete(deletion)) => &mut deletion.scroll,
        Some(Step::Bulk(bulk)) => &mut bulk.scroll,
        _ => return,
    };
    let to = motion.target(*scroll as u64, height as u64, lines as u64);
    *scroll = usize::try_from(to).unwrap_or(usize::MAX).min(most);
}

fn told(state: &mut State, act: Act) -> Vec<Effect> {
    let (lines, height) = crate::console::view::told_length(state);
    let most = lines.saturating_sub(height);
    if act == Act::Next {
        state.overlay = Overlay::None;
        return Vec::new();
    }
    if let (Act::Move(motion) | Act::Page(motion), Some(Step::Told(told))) = (act, step(state)) {
        let to = motion.target(told.scroll as u64, height as u64, lines as u64);
        told.scroll = usize::try_from(to).unwrap_or(usize::MAX).min(most);
    }
    Vec::new()
}

/// Shows a text to be read, unless something else has been opened meanwhile: then its first line is said.
pub fn tell(state: &mut State, title: String, lines: Vec<(Tone, String)>) {
    if !matches!(state.overlay, Overlay::None) {
        state.say(Tone::Good, title);
        return;
    }
    // What was said while waiting for this is over.
    state.notice = None;
    let told = Told {
        title,
        lines,
        scroll: 0,
    };
    state.overlay = Overlay::Flow(Box::new(Flow::new(Step::Told(told))));
}

/// Takes an answer that the flow in hand waits for.
pub fn answered(state: &mut State, answer: Answer) -> Vec<Effect> {
    if let Some(Step::Bulk(_)) = step(state) {
        return bulk::answered(state, answer);
    }
    match (step(state), answer) {
        (Some(Step::Roles(of)), answer) => {
            let was = of.scope();
            roles::answered(of, answer);
            if of.scope() != was {
                let ask = roles::question(of);
                return ask_more(state, vec![ask]);
            }
        }
        (Some(Step::Why(of)), answer) => why::answered(of, answer),
        (Some(Step::Invite(invite)), answer) => {
            let was = invite.scope();
            invite::answered(invite, answer);
            if invite.scope() != was {
                let asks = invite::questions(invite);
                return ask_more(state, asks);
            }
        }
        (Some(Step::Offboard(offboard)), Answer::Handover(plan)) => {
            offboard::answered(offboard, plan);
        }
        (Some(Step::Delete(deletion)), Answer::Handover(plan)) => delete::planned(deletion, plan),
        (Some(Step::Delete(deletion)), Answer::Candidates(page)) => delete::found(deletion, page),
        (Some(Step::Transfer(transfer)), Answer::Candidates(page)) => {
            transfer::answered(transfer, page);
        }
        _ => {}
    }
    Vec::new()
}

/// Takes a refusal of what the flow in hand asked.
pub fn refused(state: &mut State, failure: Failure) -> Vec<Effect> {
    if let Some(Step::Bulk(_)) = step(state) {
        return bulk::refused(state, &failure);
    }
    let Some(flow) = state.overlay.flow() else {
        return Vec::new();
    };
    match &mut flow.step {
        // Without a plan one can still offboard; what moves is then each tenant's own matter.
        Step::Offboard(offboard) => offboard.no_plan = Some(failure),
        Step::Delete(deletion) if deletion.plan.is_none() => deletion.no_plan = Some(failure),
        // Who holds roles elsewhere, too, is edited in the caller's part only.
        Step::Roles(of) if !of.trial && of.saved.is_none() && failure.class == Class::Denied => {
            roles::in_part(of);
        }
        _ => flow.failure = Some(failure),
    }
    Vec::new()
}
